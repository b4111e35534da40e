"""Strands of a beard, which make it hair rather than a plate, all as whiskers grow.

Whiskers grow away from the middle of the upper lip: aside on the lip, down and aside on the cheeks, down on the chin.
"""

import numpy as np

from engine.cel.frame import HALF
from engine.cel.geometry import bezier
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.fields import sampled

_LIP = 164
_DOWN = 0.10
"""How far over the middle of the lip whiskers grow away from, in face widths."""
_STRAND, _CELL = (0.09, 0.20), 0.085
"""How long strands are, and the side of the square that each has for itself, in face widths."""
_CLEAR = 0.05
"""How far within the rim strands begin, in face widths."""
_BEND = 0.25
"""How far strands bend towards the chin, as a share of their length."""


def strands(shape: Plane, face: WarpedFace, seed: int) -> list[Points]:
    """Lines all over a beard of that signed distance (at half size), clear of its rim; in the picture's pixels."""
    chance = np.random.Generator(np.random.PCG64(seed))
    cell = _CELL * face.u
    count = int(2 * HALF / cell) + 1
    grid = np.stack(np.meshgrid(np.arange(count), np.arange(count)), -1).reshape(-1, 2)
    places = (grid + chance.uniform(0.1, 0.9, grid.shape)) * cell
    places = places[(sampled(shape, places / 2) > _CLEAR * face.u / 2) & (places < 2 * HALF - 2).all(1)]
    lines = [_strand(place, face, float(chance.uniform(*_STRAND)) * face.u) for place in places]
    return [line for line in lines if sampled(shape, line[-1:] / 2)[0] > 0]


def directions(at: Points, face: WarpedFace) -> Points:
    """The unit vectors along which whiskers grow at points of the picture."""
    local = (at - face.points[_LIP]) / face.u
    down = np.maximum(local @ face.down, 0) + _DOWN
    way = (local @ face.right)[:, None] * face.right + down[:, None] * face.down
    return np.asarray(way / (np.hypot(*way.T)[:, None] + 1e-9), np.float64)


def _strand(start: Points, face: WarpedFace, long: float) -> Points:
    way = directions(start[None], face)[0]
    end = start + way * long
    bend = face.down * (_BEND * long)
    return bezier(start, start + way * (long / 3), end - way * (long / 3) + bend * 0.3, end + bend, 8)
