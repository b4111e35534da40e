"""Ears as an animator draws them: plain ovals, whole wherever hair leaves them bare, and evenly covered elsewhere."""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF, holding
from engine.cel.geometry import curve, percentile
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import blur, ease
from engine.cel.paint.stack import BACKGROUND, HAIR, SKIN, WORN, shown
from engine.cel.parse import Floats

_ROOTS = (234, 454)
"""Mesh indices where ears grow, the picture's left first."""
_TURNED = 0.12
"""Yaw from which the far ear is hidden."""
_BROAD, _HIGH, _ASIDE, _AROUND = 0.15, 0.135, 0.4, 0.3
"""How broad an ear is at most, half its height, and how far beside its root, above and below, skin is taken for one; in
face widths."""
_SLIVER = 0.06
"""An ear that shows no more than this, in face widths, is none: it would be a ripple in the cheek."""
_LOBE, _LEVEL, _LEAST = 0.22, 0.06, 5
"""How far down an ear ends; how far above and below its root its breadth is measured, in face widths, and in how many
pixels at least."""
_INNER = ((-0.06, 0.11), (-0.06, -0.14))
_OUTER = ((0.03, -0.155), (0.085, -0.165), (0.12, -0.115), (0.115, -0.04), (0.09, 0.04), (0.065, 0.11), (0.03, 0.13))
"""The outline of an ear, from its root: aside and down, in face widths; the inner part lies within the face."""
_PROFILE, _NARROWS, _NARROWEST = 0.2, 0.18, 0.4
"""The yaw from which the near ear lies within the head's outline; that at which the far one would be gone, and at which
share of its breadth it is left out.
"""
_LOCKS, _BEHIND = -0.06, 0.3
"""How far above its root hair lies over an ear at the lowest, and how far beside and below that short hair is looked
for that would lie behind it; in face widths."""
_ABOUT, _CHEEK, _EVEN = (0.15, 0.22), (-0.06, 0.0), 0.02
"""Between which distances from their roots, and how far aside of them, as tips of locks lie on the cheek, the edge of
hair comes to be smoothed, and how far; in face widths."""
_ROUNDS, _WITHIN, _LEVELS = (-0.47, -0.11), 0.03, 0.02
"""Between which heights over its root short hair rounds in to the ear, and how far aside of that it ends; and over how
much height its breadth is measured; in face widths."""


def beyond(stack: Floats, oval: Plane, face: WarpedFace) -> NDArray[np.bool_]:
    """Where skin lies beyond the ovals of the ears: parsers give them points, and part of what lies behind."""
    bare = (shown(stack) == SKIN) & (oval < 0.5)
    off = np.zeros(bare.shape, bool)
    for side, root in zip((-1.0, 1.0), _ROOTS, strict=True):
        if side * face.yaw <= _TURNED:
            off |= _beyond(bare, face, side, root)
    return off


def grown(
    stack: Floats,
    oval: Plane,
    face: WarpedFace,
    bare: bool,
    short: bool,
    curled: bool = False,
    hidden: NDArray[np.bool_] | None = None,
) -> Floats:
    """Planes of a head that has whole ears: both if hair leaves them `bare`, else each that none covers.

    Hair may fall over its upper part; where it is `short`, none hangs beside it, and what is not `curled` rounds in to
    it; more of it, yet to be drawn, lies where they are `hidden`. Of a head turned far the near ear is no part of the
    outline.
    """
    if abs(face.yaw) > _PROFILE:
        return stack
    labels, out = shown(stack), stack.copy()
    for side, root in zip((-1.0, 1.0), _ROOTS, strict=True):
        broad = 1 - max(0.0, side * face.yaw) / _NARROWS
        across, along = _from(face, side, root)
        ear = _whole(face, side, root, broad)
        hair = ear & (labels == HAIR) if hidden is None else ear & ((labels == HAIR) | hidden)
        level = ear & (oval < 0.5) & (np.abs(along) < _LEVEL)
        covered = 2 * (hair & level).sum() > level.sum()
        if broad < _NARROWEST or (covered and not bare):
            continue
        if short:
            beside = (across > 0) & (across < _BEHIND) & (along > _LOCKS) & (along < _BEHIND) & (labels == HAIR)
            if not curled:
                over, off = _rounded((oval < 0.5) & (labels != WORN), labels == HAIR, across, along)
                beside[off] = True
                out[:, over[0], over[1]] = _only(HAIR, stack)
            out[:, beside] = _only(BACKGROUND, stack)
        out[:, ear & ~(hair & (along < _LOCKS))] = _only(SKIN, stack)
    return out


def evened(shape: Plane, face: WarpedFace) -> Plane:
    """Hair's signed distance, in the picture's size, without the nicks where what covers ears meets: locks, a mask."""
    out, unit = shape.copy(), np.float32(face.u)
    for side, root in zip((-1, 1), _ROOTS, strict=True):
        at = face.points[root]
        box = holding(at[None], _ABOUT[1] * face.u)
        part = shape[box]
        y, x = (np.arange(way.start, way.stop, dtype=np.float32) + np.float32(0.5) for way in box)
        x, y = (x[None] - np.float32(at[0])) / unit, (y[:, None] - np.float32(at[1])) / unit
        across = (x * np.float32(face.right[0]) + y * np.float32(face.right[1])) * np.float32(side)
        near = (1 - ease(np.hypot(x, y), *_ABOUT)) * ease(across, *_CHEEK)
        out[box] = part + near * (blur(part, _EVEN * face.u) - part)
    return out


def _whole(face: WarpedFace, side: float, root: int, broad: float) -> NDArray[np.bool_]:
    """Where an ear lies that shows so much of its breadth."""
    places = np.array([*_INNER, *((aside * broad, down) for aside, down in _OUTER)])
    at = face.points[root] + (places[:, :1] * side * face.right + places[:, 1:] * face.down) * face.u
    mask = np.zeros((HALF, HALF), np.uint8)
    cv2.fillPoly(mask, [np.rint(curve(at, 6, closed=True) * 8 - 8).astype(np.int32)], 1, cv2.LINE_8, 4)
    return mask > 0


def _only(label: int, stack: Floats) -> Floats:
    """Planes of a place with nothing but that, (n, 1)."""
    return np.eye(len(stack), 1, -label, dtype=np.float32)


type _Places = tuple[NDArray[np.intp], NDArray[np.intp]]


def _rounded(free: NDArray[np.bool_], hair: NDArray[np.bool_], across: Plane, along: Plane) -> tuple[_Places, _Places]:
    """Where short hair lies over an ear if that is `free`, rounding in to it from the side of the head; and stands off.

    Both are rows and columns.
    """
    top, low = _ROUNDS
    near = np.nonzero((across > 0) & (across < _BEHIND) & (along > top - _LEVELS) & (along < _LOCKS))
    aside, down, is_hair = across[near], along[near], hair[near]
    broad = aside[is_hair & (down < top + _LEVELS)].max(initial=_WITHIN)
    share = np.clip((down - top) / np.float32(low - top), 0, 1)
    within = aside < _WITHIN + (broad - _WITHIN) * np.sqrt(1 - share**2)
    rounds = (down > top) & (broad > _WITHIN)
    lies, off = rounds & within & (share < 1) & free[near], rounds & is_hair & ~within
    rows, columns = near
    return (rows[lies], columns[lies]), (rows[off], columns[off])


def _from(face: WarpedFace, side: float, root: int) -> tuple[Plane, Plane]:
    """How far aside of the root of an ear, and below it, places of the half-size picture lie, in face widths."""
    at = np.arange(HALF, dtype=np.float32) * 2 + 1
    x, y = at[None] - face.points[root][0], at[:, None] - face.points[root][1]
    across = (x * face.right[0] + y * face.right[1]) * (side / face.u)
    return np.asarray(across, np.float32), np.asarray((x * face.down[0] + y * face.down[1]) / face.u, np.float32)


def _reach(bare: NDArray[np.bool_], across: Plane, along: Plane) -> float:
    """How far aside skin reaches at an ear, in face widths; 0 where there is hardly any."""
    level = across[bare & (across > 0) & (across < _ASIDE) & (np.abs(along) < _LEVEL)]
    return 0.0 if level.size < _LEAST else percentile(level, 90)


def _beyond(bare: NDArray[np.bool_], face: WarpedFace, side: float, root: int) -> NDArray[np.bool_]:
    """Where skin beside one side of the face lies beyond the oval of its ear, or is too little to be one."""
    across, along = _from(face, side, root)
    near = bare & (across > 0) & (across < _ASIDE) & (np.abs(along) < _AROUND)
    broad = min(_reach(bare, across, along), _BROAD)
    if not broad:
        return np.zeros_like(bare)
    if broad < _SLIVER:
        return np.asarray(near & (along < _LOBE), bool)
    edge = ((across - 0.42 * broad) / (0.6 * broad)) ** 2 + ((along + 0.02) / (_HIGH + 0.15 * across.clip(0))) ** 2
    return np.asarray(near & (edge > 1) & (along < _LOBE), bool)
