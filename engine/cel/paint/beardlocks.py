"""The lower end of beards: a few pointed locks under the chin, and the shade between them, as in hair."""

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import bezier
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.fields import sampled
from engine.cel.paint.whiskers import SHORT

_TIP = 152
"""Mesh index of the chin's tip."""
_FULL = ((-0.22, 0.038), (-0.12, 0.053), (-0.01, 0.067), (0.105, 0.053), (0.21, 0.038))
_GOATEE = ((-0.075, 0.060), (0.0, 0.085), (0.08, 0.060))
"""How far aside of the chin's tip locks of a full beard, and of one round the mouth, grow; and how long they are, in
face widths.
"""
_TRIM, _HANGS = 0.75, 1.6
"""How much shorter those of short goatees are, where other short beards have none; and how much more locks hang down
than stand out of the edge.
"""
_TURNED, _FAR = 0.13, 0.04
"""Yaw from which no locks grow on a head's far side, and how far aside that begins, in face widths."""
_ROOT, _PARTS = 0.05, 0.008
"""How far within a beard's lower edge locks begin, and part, in face widths."""
_LEVELS = np.linspace(-0.3, 0.35, 66)
"""How far below the chin's tip a beard's lower edge is looked for, in face widths."""
_SHADE, _RISES, _SIDES = 0.012, 0.138, 0.038
"""How far over a lock's edge its shade begins; how far that rises between two locks, and beside the outermost, in face
widths.
"""


def locks(outline: Plane, face: WarpedFace, goatee: bool, grown: float) -> tuple[list[Points], list[Points]]:
    """The closed outlines of the locks, and that of the shade between them, in the picture's pixels.

    `outline` is the signed distance, at half size, of a beard that has `grown` so far.
    """
    ends = np.array(_GOATEE if goatee else _FULL)
    between = (ends[1:, 0] + ends[:-1, 0]) / 2
    aside = np.concatenate([2 * ends[:1, 0] - between[:1], between, 2 * ends[-1:, 0] - between[-1:]])
    parted = np.stack([aside, _edge(outline, aside, face) - _PARTS], 1)
    short = grown <= SHORT
    long = ends[:, 1] * (_TRIM if short else 1.0)
    far = (abs(face.yaw) > _TURNED) & (ends[:, 0] * np.sign(face.yaw) > _FAR)
    growing = np.flatnonzero(np.isfinite(parted[:-1] + parted[1:]).all(1) & ~far)
    if not growing.size:
        return [], []
    left, right = parted[growing], parted[growing + 1]
    way = _ways(right - left) * long[growing][:, None]
    rises = np.full((len(growing), 2), _RISES)
    rises[growing == 0, 0] = rises[growing == len(ends) - 1, 1] = _SIDES
    lit = (left + right) / 2 + 0.25 * way - (0, _SHADE)
    shade = np.stack([left - _down(rises[:, 0]), lit, right - _down(rises[:, 1])], 1).reshape(-1, 2)
    below = [shade[-1] + (0, 1), shade[0] + (0, 1)]
    between = [_placed(np.vstack([shade, below]), face)]
    return [] if short and not goatee else list(_placed(_locks(left, right, way), face)), between


def _edge(outline: Plane, aside: Points, face: WarpedFace) -> Points:
    """How far below the chin's tip a beard ends that far aside of it, in face widths; NaN where there is none."""
    along = face.points[_TIP] + aside[:, None, None] * face.u * face.right
    places = along + _LEVELS[:, None] * face.u * face.down
    inside = sampled(outline, places.reshape(-1, 2) / 2 - 0.5).reshape(len(aside), -1) > 0
    last = len(_LEVELS) - 1 - np.argmax(inside[:, ::-1], 1)
    return np.where(inside.any(1), _LEVELS[last], np.nan)


def _ways(along: Points) -> Points:
    """The unit vectors in which locks grow, out of an edge that runs `along` and down."""
    way = np.stack([-along[:, 1], along[:, 0]], 1) / np.hypot(*along.T)[:, None] + (0, _HANGS)
    return np.asarray(way / np.hypot(*way.T)[:, None], np.float64)


def _locks(left: Points, right: Points, way: Points) -> NDArray[np.float64]:
    """The outlines (n, k, 2) of locks between points of the edge, in the face's coordinates."""
    left, right, way = (each[:, None] for each in (left, right, way))
    along = right - left
    tip = (left + right) / 2 + way + 0.1 * along
    down = bezier(left, left + 0.4 * way - 0.02 * along, tip - 0.5 * way - 0.2 * along, tip, 6)
    up = bezier(tip, tip - 0.5 * way + 0.12 * along, right + 0.4 * way, right, 6)
    return np.concatenate([down, up[:, 1:], right - (0, _ROOT), left - (0, _ROOT)], 1)


def _down(far: NDArray[np.float64]) -> Points:
    """Vectors straight down, each so long."""
    return np.stack([0 * far, far], 1)


def _placed(places: NDArray[np.float64], face: WarpedFace) -> NDArray[np.float64]:
    """Points (..., 2) aside of the chin's tip and below it, in the picture."""
    axes = np.stack([face.right, face.down]) * face.u
    return np.asarray(face.points[_TIP] + places @ axes, np.float64)
