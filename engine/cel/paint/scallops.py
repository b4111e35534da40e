"""Where one wave of hair's outline meets the next: a line goes on from there into the hair, with shade below it.

So the upper wave lies over the lower one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import bezier, smooth
from engine.cel.look import Points, WarpedFace
from engine.cel.paint.breadths import FROM, STEP
from engine.cel.paint.plumb import plumb

_EVEN, _NEAR, _DEEP, _FIRST = 1.0, 4, 0.012, 0.10
"""How far an outline is smoothed, and over how many of its steps up and down a notch is the deepest place; how deep it
is at least, in face widths, and from which v on."""
_LEAST, _WHOLE = 0.05, 0.10
"""How broad the tress beside it is at least, and from where on a line is as long as others, in face widths."""
_LINE = bezier((0.03, -0.09), (-0.01, -0.02), (-0.055, 0.03), (-0.06, 0.14), 16)
"""That line, from beyond the outline inward: how far outward of a notch and below it, in face widths."""
_SHADE = 0.035 * np.sin(np.linspace(0.6, 1, len(_LINE)) * np.pi)
"""How broad the shade below it is, in face widths."""
_BROADEST, _FAINT = 0.08, 0.5
"""The breadth of waves, in face widths, whose lines are whole; and which share of that those of flat ones are."""


@dataclass(frozen=True, slots=True)
class Notch:
    """A place where waves meet."""

    aside: float
    v: float
    way: float
    """1 in an outer edge of hair, -1 in an inner one."""
    size: float
    """How large a line there is room for, 0..1."""


def notches(edge: NDArray[np.float64], breadth: NDArray[np.float64], share: float, way: float) -> Iterator[Notch]:
    """Where the outer (`way` 1) or inner `edge` of hair so broad has notches; the tress beside it has such a share."""
    out = smooth(edge * way, _EVEN)
    for k in range(round((_FIRST - FROM) / STEP), len(out) - _NEAR):
        about, room = out[k - _NEAR : k + _NEAR + 1], float(breadth[k]) * share
        if out[k] == about.min() and min(about[0], about[-1]) - out[k] > _DEEP and room > _LEAST:
            yield Notch(float(out[k]) * way, FROM + k * STEP, way, min(1.0, room / _WHOLE))


def hook(notch: Notch, sign: float, broad: float, face: WarpedFace) -> tuple[Points, Points]:
    """The line from a notch on one side of the picture, in hair so `broad`ly waved, and the outline of its shade."""
    size = min(notch.size, _FAINT + (1 - _FAINT) * broad / _BROADEST)
    below = np.stack([_LINE[:, 0] + _SHADE, _LINE[:, 1]], 1)
    line, edge = (
        face.centre
        + np.outer(sign * (notch.aside + notch.way * size * part[:, 0]) + plumb(notch.v, face), face.right) * face.u
        + np.outer(notch.v + size * part[:, 1], face.down) * face.u
        for part in (_LINE, below)
    )
    return line, np.vstack([line, edge[::-1]])
