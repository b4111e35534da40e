"""How chains hang round a neck: the curve along which most is seen of one.

A chain runs from one side of the neck to the other without a gap. For every place along a curve where it is seen
something speaks for it, and against it wherever bare skin is; where nothing is to be seen nothing speaks.
"""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from engine.cel.look import Plane

FINE, SIZE = 104, (128, 98)
"""How many places of what is looked at there are in a face width, and how many to the right and down."""
LEFT, TOP = -0.615, -0.04
"""From how far aside of the neck's axis, and below the chin, it is looked at, in face widths."""
_HIGHEST = 0.03
"""How far below the chin a curve is looked at."""
_BORDER = 2
"""How far from the border of what is looked at places lie."""
_BOTH = 5.0
"""How many times what speaks for the shorter side of a curve speaks for all of it at most."""

type Curve = NDArray[np.float64]
"""How a chain hangs: how far its middle lies aside of the neck's axis, and below the chin; how steeply it rises from
there to both sides, and within how much of it in an arc; and how it leans; in face widths."""


def hung(curves: Curve, x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far below the chin curves (n, 5) are at places x beside the axis, and how they slope."""
    aside, low, steep, arc, lean = (part[:, None] for part in curves.T)
    across = x - aside
    far = np.hypot(arc, across)
    return low + lean * across - steep * (far - arc), lean - steep * across / far


_CURVES = np.array(
    [
        (aside, low, steep, arc, lean)
        for aside, low, steep, arc, lean in product(
            np.linspace(-0.16, 0.16, 5), np.arange(0.12, 0.84, 0.032), (0.1, 0.35, 0.7, 1.1, 1.6), (0.03, 0.15),
            np.linspace(-0.4, 0.4, 3),
        )
        if steep + 0.25 >= abs(lean) and (steep > 0.2 or arc > 0.1)
    ]
)  # fmt: skip
_X = np.linspace(-0.42, 0.42, 21)
_HALF = len(_X) // 2


def _placed() -> tuple[NDArray[np.intp], Plane]:
    """Which place of what is looked at each of a curve's is, 0 for none, and how much of its length that stands for."""
    y, slope = hung(_CURVES, _X)
    row, column = np.rint((y - TOP) * FINE).astype(int), np.rint((_X - LEFT) * FINE).astype(int)
    within = (row >= 0) & (row < SIZE[1]) & (y > _HIGHEST)
    long = np.hypot(1, slope).astype(np.float32) * np.float32(_X[1] - _X[0])
    return np.where(within, row * SIZE[0] + column, 0).T.copy(), long.T.copy()


_AT, _LONG = _placed()


def best(told: Plane) -> tuple[float, Curve]:
    """The curve for which most speaks, and how much, in face widths, where `told` (-1..1) speaks for or against one."""
    told = told.copy()
    told[0, 0] = 0
    speaks = told.ravel()[_AT] * _LONG
    parts = np.maximum(speaks, 0)
    sides = np.minimum(parts[:_HALF].sum(0), parts[_HALF + 1 :].sum(0))
    sure = np.minimum(speaks.sum(0), _BOTH * sides)
    which = int(sure.argmax())
    return float(sure[which]), _CURVES[which]


def places(curve: Curve) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of what is looked at, along a curve."""
    y = hung(curve[None], _X)[0][0]
    row, column = np.rint((y - TOP) * FINE).astype(int), np.rint((_X - LEFT) * FINE).astype(int)
    within = (row >= _BORDER) & (row < SIZE[1] - _BORDER) & (y > _HIGHEST)
    return row[within], column[within]
