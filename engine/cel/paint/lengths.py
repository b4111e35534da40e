"""Long hair is as long on one side as on the other: where it ends in a stump over the picture's border, it goes on.

A parser loses it on a shoulder, and what is left ends in the air, or is torn.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF
from engine.cel.geometry import percentile
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.fields import polygon

_CHIN = 152
_FROM, _BELOW = -0.7, -0.35
"""From how far below the chin on hair is looked at, and how far below it hair ends at least that is long; in face
widths."""
_LONG, _ALIKE = 0.20, 0.98
"""How far over the picture's border hair ends at most that is long enough to leave it, and that on the other side then;
in face widths."""
_SCANT = 0.05
"""Hair narrower than this, in face widths, is none."""
_BORDER = 2
"""Hair that comes so near to the picture's border leaves it, in half-size pixels."""
_ABOVE, _USUAL, _WHOLE = (0.60, 0.10), 75, 0.80
"""Between how far above its end the breadth of hair is measured, in face widths, which percentile of that is usual, and
down to which share of that hair is whole."""
_HIGHEST, _OVERHEAD = 0.45, 0.30
"""How far above its end it is whole at least, and over how far from there up its way is measured, in face widths."""
_INWARD, _OUTWARD = (-0.10, 0.10), (0.0, 0.25)
"""How steeply its inner and its outer edge run outward from there on, at least and at most."""
_BEYOND = 8
"""How far beyond the picture it goes on, in half-size pixels."""


@dataclass(frozen=True, slots=True)
class _Side:
    """The hair on one side of the face, at half size."""

    sign: float
    on: NDArray[np.bool_]
    end: int
    """Its lowest row."""
    low: int
    """The chin's."""

    @property
    def leaves(self) -> bool:
        """Whether it goes on out of the picture."""
        below = self.on[max(self.low, 0) :]
        aside = below[:, 0 if self.sign < 0 else -1]
        return bool(self.end >= HALF - 1 - _BORDER or aside.any())

    def over(self, unit: float) -> float:
        """How far over the picture's lower border it ends, in face widths."""
        return (HALF - self.end) / unit


def lengthened(hair: NDArray[np.bool_], face: WarpedFace) -> Plane | None:
    """Coverage of what goes on of long `hair`, both at half size; None where nothing does."""
    unit, chin = face.u / 2, face.points[_CHIN] / 2
    sides = [side for sign in (-1.0, 1.0) if (side := _side(hair, face, sign)) is not None]
    if len(sides) < 2 or min(side.over(unit) for side in sides) > _LONG:
        return None
    out: Plane | None = None
    for side in sides:
        if side.leaves or side.over(unit) > _ALIKE or side.end < chin[1] + _BELOW * unit:
            continue
        outline = _going_on(side, unit)
        if outline is not None:
            grown = polygon(outline * 2 + 1)
            out = grown if out is None else np.maximum(out, grown)
    return out


def _side(hair: NDArray[np.bool_], face: WarpedFace, sign: float) -> _Side | None:
    """The hair on one side; None if there is none. Below the chin it hangs down the picture, however a head leans."""
    unit, chin = face.u / 2, face.points[_CHIN] / 2
    rows = np.arange(HALF)
    middle = chin[0] + np.minimum(rows - chin[1], 0) * face.down[0] / max(float(face.down[1]), 0.5)
    on = hair & ((rows[None] - middle[:, None]) * sign > 0)
    first = int(np.clip(chin[1] + _FROM * unit, 0, HALF - 1))
    there = np.flatnonzero(on[first:].sum(1) > _SCANT * unit)
    return _Side(sign, on, first + int(there[-1]), int(chin[1])) if there.size else None


def _going_on(side: _Side, unit: float) -> Points | None:
    """The outline of what goes on of hair from where it is whole, in half-size pixels."""
    breadth = side.on.sum(1)
    above = breadth[max(side.end - int(_ABOVE[0] * unit), 0) : side.end - int(_ABOVE[1] * unit)]
    if not above.size:
        return None
    usual = percentile(above.astype(np.float32), _USUAL)
    whole = int(np.flatnonzero(breadth[: side.end] >= _WHOLE * usual)[-1])
    row = max(whole, side.end - int(_HIGHEST * unit))
    at = np.arange(max(row - int(_OVERHEAD * unit), 0), row + 1)
    if not side.on[at].any(1).all():
        return None
    edges = np.array([np.flatnonzero(side.on[y])[[0, -1]] + (0, 1) for y in at], np.float64)
    if side.sign < 0:
        edges = edges[:, ::-1]
    slopes = side.sign * np.clip(side.sign * np.polyfit(at - row, edges, 1)[0], *np.transpose([_INWARD, _OUTWARD]))
    begin, low = edges[-3:].mean(0), HALF + _BEYOND - row
    (inner, outer), (inner_end, outer_end) = begin, begin + slopes * low
    return np.array([(inner, row), (inner_end, row + low), (outer_end, row + low), (outer, row)])
