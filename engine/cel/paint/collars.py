"""Shirts' collars, which stand about the neck: even on both sides of it, and a little over the shoulders.

What parsers see of them are rags: hair, beards and their own shadows lie on them.
"""

from dataclasses import dataclass

import numpy as np

from engine.cel.frame import HALF
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint import necklines
from engine.cel.paint.attire import Attire, Cut, placed, standing
from engine.cel.paint.fields import polygon
from engine.cel.paint.stack import BACKGROUND, CLOTHES, SKIN, shown
from engine.cel.parse import Floats

_CHIN = 152
_ROW = -0.02
"""How far below the chin a neck's breadth is looked at, in face widths."""
_NECK, _LEAST, _MOST = 0.30, 0.26, 0.38
"""Half a neck's breadth where it is not seen, in face widths, and the least and the greatest of it."""
_CLEAR, _HIGHEST, _LOWEST = 0.07, -0.05, 0.03
"""How far below the jaw a collar ends, and how far below the chin at the highest and the lowest, in face widths."""
_BY = 0.06
"""How near to a neck's side the jaw's height is looked for, in face widths."""
_OVER, _BESIDE = 0.25, 0.20
"""How far over a collar, and beside the neck, no cloth is left, in face widths: it would be a second collar."""


@dataclass(frozen=True, slots=True)
class Collar:
    """Where a collar lies about the neck, in face widths."""

    cut: Cut
    """Its neckline."""
    top: float
    """How far below the chin it ends."""
    seen: float
    """How far aside of the chin the neckline's middle is seen."""


def fitted(cut: Cut, stack: Floats, oval: Plane, outline: Points, face: WarpedFace) -> Collar:
    """A collar with that neckline, about the neck that the `stack` shows below the face's `oval` and `outline`."""
    middle, half = _neck(stack, oval, face)
    about = cut.copy()
    about[1], about[3] = half, middle
    at = (outline - face.points[_CHIN]) / face.u
    jaws = [at[np.abs(at[:, 0] - middle - side * half) < _BY, 1] for side in (-1, 1)]
    lowest = [float(jaw.max()) for jaw in jaws if len(jaw)]
    top = float(np.clip(np.mean(lowest) + _CLEAR, _HIGHEST, _LOWEST)) if lowest else _HIGHEST
    return Collar(about, top, float(cut[3]))


def put_on(stack: Floats, worn: Attire, collar: Collar, oval: Plane, face: WarpedFace) -> Floats:
    """Planes whose collar stands about the neck, in front of skin and background, but not of the face."""
    cut, chin = collar.cut, face.points[_CHIN]
    x, y = necklines.beside(face)
    inner = np.clip(np.float32(0.5) + necklines.opening(cut, face), 0, 1)
    stand = np.maximum.reduce([polygon(placed(o, cut, chin, face.u)) for o in standing(worn, cut, collar.top)])
    free = oval < 0.5
    low, over = free & (y > collar.top), free & (y <= collar.top) & (y > collar.top - _OVER)
    out = stack.copy()
    body = stack[SKIN] + stack[CLOTHES]
    out[CLOTHES] = np.where(low, body * np.maximum(1 - inner, stand), stack[CLOTHES])
    out[SKIN] = body - out[CLOTHES]
    added = stack[BACKGROUND] * stand * low
    out[CLOTHES] += added
    out[BACKGROUND] -= added
    aside = np.abs(x - np.float32(cut[3]))
    gone = out[CLOTHES] * (over & (aside < cut[1] + _BESIDE))
    neck = np.clip((np.float32(cut[1]) - aside) * np.float32(face.u / 2) + np.float32(0.5), 0, 1)
    out[CLOTHES] -= gone
    out[SKIN] += gone * neck
    out[BACKGROUND] += gone * (1 - neck)
    return np.asarray(out, np.float32)


def _neck(stack: Floats, oval: Plane, face: WarpedFace) -> tuple[float, float]:
    """How far to the right of the chin a neck's middle lies, and half its breadth, in face widths.

    Where hair hides a side of it, or the picture ends, it is as it would be.
    """
    row = int(np.clip((face.points[_CHIN][1] + _ROW * face.u) / 2, 0, HALF - 1))
    labels, across = shown(stack)[row], (np.arange(HALF) * 2 + 1 - face.points[_CHIN][0]) / face.u
    axis = necklines.axis(face)
    bare = (labels == SKIN) | (oval[row] > 0.5)
    start = int(np.argmin(np.abs(across - axis)))
    if not bare[start]:
        return axis, _NECK
    ends = [
        start - int(np.argmin(np.append(bare[start::-1], False))),
        start + int(np.argmin(np.append(bare[start:], False))),
    ]
    seen = [float(across[i]) for i in ends if 0 <= i < HALF and labels[i] in (BACKGROUND, CLOTHES)]
    if len(seen) == 2:
        middle, half = (seen[0] + seen[1]) / 2, (seen[1] - seen[0]) / 2
    else:
        middle, half = axis, abs(seen[0] - axis) if seen else _NECK
    return middle, float(np.clip(half, _LEAST, _MOST))
