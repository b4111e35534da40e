"""Foreheads that hair is swept off: it begins where the face ends, as a painter draws it who sees no fringe.

A parser takes what older men comb back, or over, for hair that lies on the forehead; locks of it would be a boy's.
"""

import numpy as np

from engine.cel.frame import OVAL
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import drawn, half

MATURE = 45.0
"""The age in years from which men wear sleek hair off the forehead."""


def bared(shape: Plane, face: WarpedFace, v: Plane) -> Plane:
    """The hair's shape, its signed distance at half size, without what lies on the face over the eyes."""
    forehead = half(drawn([face.points[list(OVAL)]])) / 2
    return np.where(v < 0, np.minimum(shape, -forehead), shape).astype(np.float32)
