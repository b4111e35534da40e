"""Sideburns as they are drawn: short hair runs down before the ear in a point, where a mask's corner is a flap.

Those of a man with a full beard go over into it.
"""

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import Points, bezier, percentile
from engine.cel.look import Plane, WarpedFace, coordinates

_ROOTS = (234, 454)
"""Mesh indices where ears grow, the picture's left first."""
_TURNED = 0.12
"""Yaw from which the far side of the face shows none."""
_BEFORE, _OVER, _LEVEL = 0.16, 0.06, (-0.45, 0.2)
"""How far before the root of the ear and over it hair is looked at, in face widths, and between which v."""
_LEAST, _ROW, _FLAT, _FEW = 12, 0.05, 0.02, 3
"""In how many pixels there is any at least; how far over its lower end its breadth is measured, over how many face
widths of height, and in how many pixels at least."""
_HIGH, _APART = -0.25, 0.05
"""Hair that ends over this v, or so far before the ear, has no sideburn."""
_BEHIND, _BROADER, _RISES, _FINE = 0.03, 0.05, 0.38, 0.015
"""How far behind the root of the ear a sideburn reaches, and how broad it is at least, before it if need be: hair that
only lies over an ear ends in a lobe; how far over the hair's end such a one sets out at most, and how far within the
hair. In face widths."""
_LONG, _CROPPED = (0.16, 0.22), (0.08, 0.12)
"""How far below the hair the point is, and how far over its end it begins, in face widths; and that of cropped hair.
"""
_LOBE, _HIGHEST, _ARM = 0.06, 0.28, 6
"""How far behind the ear's root a beard reaches, in face widths; at which v its arm ends at the lowest; and in how many
pixels it is seen below that at least: a beard of the chin has none."""
_GAP = (-0.08, 0.5)
"""How far below the hair a beard begins, in face widths, that goes over into it."""
_NECK = 0.16
"""The v down to which an arm is joined at least: over that, by the tip of the hair, it may be pinched."""
_BROAD, _WITHIN = (0.08, 0.10), (0.10, 0.12)
"""How broad a sideburn is at most, in the hair and in the beard, and how far within these it begins and ends."""


def sideburns(shape: Plane, bare: Plane, face: WarpedFace, u: Plane, v: Plane, cropped: bool) -> list[Points]:
    """The closed outlines of the points in which short hair ends before the ears, in the picture's pixels.

    `shape` is the hair's signed distance, `bare` 1 where no hat is near; all planes are at half size. Points of hair
    that is `cropped` are short.
    """
    hair = (shape > 0) & (bare > 0.5) & (v > _LEVEL[0]) & (v < _LEVEL[1])
    found = []
    for side, root in zip((-1.0, 1.0), _ROOTS, strict=True):
        ear = float((face.points[root] - face.centre) @ face.right) / face.u * side
        outline = _point(hair, u * np.float32(side), v, ear, *(_CROPPED if cropped else _LONG))
        if outline is not None and side * face.yaw <= _TURNED:
            places = (outline[:, :1] * side * face.right + outline[:, 1:] * face.down) * face.u
            found.append(np.asarray(face.centre + places, np.float64))
    return found


def _point(hair: NDArray[np.bool_], aside: Plane, v: Plane, ear: float, long: float, root: float) -> Points | None:
    """One of them, at the ear that grows so far aside, in the face's coordinates, aside and down."""
    near = hair & (aside > ear - _BEFORE) & (aside < ear + _OVER)
    if near.sum() < _LEAST:
        return None
    aside, v = aside[near], v[near]
    low = percentile(v, 98)
    across = aside[np.abs(v - (low - _ROW)) < _FLAT]
    if low < _HIGH or across.size < _FEW or across.max() < ear - _APART:
        return None
    back = min(float(across.max()), ear + _BEHIND)
    front, top = float(across.min()), low - root
    begins = front - 0.005
    if back - front < _BROADER:  # it sets out where the hairline above it is as far before the ear
        levels = np.arange(low - _RISES, top + _FLAT, _FLAT)
        edge = np.array([float(aside[np.abs(v - level) < _FLAT].min(initial=back)) for level in levels])
        front = min(front, max(back - _BROADER, float(edge.min())))
        which = int(np.flatnonzero(edge <= max(front, float(edge.min())) + _FINE)[-1])
        begins, top = float(edge[which]) + _FINE, float(levels[which]) - _FLAT
    tip, end = float(np.clip(ear - 0.01, front + 0.02, back - 0.01)), low + long
    bend = low + 0.25 * long
    down = bezier((begins, top), (front, low - 0.03), (tip - 0.04, bend), (tip, end), 12)
    up = bezier((tip, end), (tip + 0.02, bend), (back, low), (max(begins + 0.05, back - 0.04), top), 12)
    return np.vstack([down, up[1:]])


def joining(beard: Plane, hair: Plane, face: WarpedFace) -> list[Points]:
    """The closed outlines of what lies between a full beard and the hair over it, in the picture's pixels.

    Both planes are coverage at half size.
    """
    u, v = coordinates(face, len(hair))
    found = []
    for side, root in zip((-1.0, 1.0), _ROOTS, strict=True):
        aside = u * np.float32(side)
        ear = float((face.points[root] - face.centre) @ face.right) / face.u * side
        near = (aside > ear - _BEFORE) & (aside < ear + _LOBE)
        outline = _between(near & (beard > 0.5), near & (hair > 0.5) & (v < _LEVEL[1]), aside, v)
        if side * face.yaw <= _TURNED and outline is not None:
            places = (outline[:, :1] * side * face.right + outline[:, 1:] * face.down) * face.u
            found.append(np.asarray(face.centre + places, np.float64))
    return found


def _between(arm: NDArray[np.bool_], hair: NDArray[np.bool_], aside: Plane, v: Plane) -> Points | None:
    """One of them, between the arm of a beard and the hair over it, in the face's coordinates, aside and down."""
    if min(arm.sum(), hair.sum()) < _LEAST or (arm & (v > _HIGHEST)).sum() < _ARM:
        return None
    top, low = percentile(v[arm], 2), percentile(v[hair], 98)
    if top > _HIGHEST or not _GAP[0] < top - low < _GAP[1]:
        return None
    top = max(top, _NECK)
    above = aside[hair & (np.abs(v - (low - _ROW)) < _FLAT)]
    below = aside[arm & (np.abs(v - (top + _ROW)) < _FLAT)]
    if min(above.size, below.size) < _FEW:
        return None
    (high, deep), (back, rear) = (low - _WITHIN[0], top + _WITHIN[1]), (float(above.max()), float(below.max()))
    front, fore = max(float(above.min()), back - _BROAD[0]), max(float(below.min()), rear - _BROAD[1])
    at = np.interp([0.4, 0.5, 0.6], [0, 1], [high, deep])
    down = bezier((front, high), (front, at[0]), (fore, at[1]), (fore, deep), 12)
    up = bezier((rear, deep), (rear, at[2]), (back, at[0]), (back, high), 12)
    return np.vstack([down, up])
