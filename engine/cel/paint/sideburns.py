"""Sideburns as they are drawn: short hair runs down before the ear in a point, where a mask's corner is a flap."""

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import Points, bezier, percentile
from engine.cel.look import Plane, WarpedFace

_ROOTS = (234, 454)
"""Mesh indices where ears grow, the picture's left first."""
_TURNED = 0.12
"""Yaw from which the far side of the face shows none."""
_BEFORE, _BEHIND, _LEVEL = 0.16, 0.10, (-0.45, 0.2)
"""How far before and behind the root of the ear hair is looked at, in face widths, and between which v."""
_LEAST, _ROW, _FLAT, _FEW = 12, 0.05, 0.02, 3
"""In how many pixels there is any at least; how far over its lower end its breadth is measured, over how many face
widths of height, and in how many pixels at least."""
_HIGH, _NARROW, _APART = -0.25, 0.03, 0.05
"""Hair that ends over this v, is less broad than that, or ends so far before the ear has no sideburn."""
_LONG, _ROOT = 0.08, 0.12
"""How far below the hair the point is, and how far over its end it begins, in face widths."""


def sideburns(shape: Plane, bare: Plane, face: WarpedFace, u: Plane, v: Plane) -> list[Points]:
    """The closed outlines of the points in which short hair ends before the ears, in the picture's pixels.

    `shape` is the hair's signed distance, `bare` 1 where no hat is near; all planes are at half size.
    """
    hair = (shape > 0) & (bare > 0.5) & (v > _LEVEL[0]) & (v < _LEVEL[1])
    found = []
    for side, root in zip((-1.0, 1.0), _ROOTS, strict=True):
        ear = float((face.points[root] - face.centre) @ face.right) / face.u * side
        outline = None if side * face.yaw > _TURNED else _point(hair, u * np.float32(side), v, ear)
        if outline is not None:
            places = (outline[:, :1] * side * face.right + outline[:, 1:] * face.down) * face.u
            found.append(np.asarray(face.centre + places, np.float64))
    return found


def _point(hair: NDArray[np.bool_], aside: Plane, v: Plane, ear: float) -> Points | None:
    """One of them, at the ear that grows so far aside, in the face's coordinates, aside and down."""
    near = hair & (aside > ear - _BEFORE) & (aside < ear + _BEHIND)
    if near.sum() < _LEAST:
        return None
    low = percentile(v[near], 98)
    across = aside[near & (np.abs(v - (low - _ROW)) < _FLAT)]
    if low < _HIGH or across.size < _FEW:
        return None
    front, back = float(across.min()), float(across.max())
    if back - front < _NARROW or back < ear - _APART:
        return None
    tip, end = float(np.clip(ear - 0.01, front + 0.02, back - 0.01)), low + _LONG
    down = bezier((front - 0.005, low - _ROOT), (front, low - 0.03), (tip - 0.03, low + 0.02), (tip, end), 12)
    up = bezier((tip, end), (tip + 0.015, low + 0.02), (back, low), (back + 0.005, low - _ROOT), 12)
    return np.vstack([down, up[1:]])
