"""How large a head with its hair is: what a parser draws on without end, or makes of a dark background, is cut off.

So is skin that lies about the face but is none of it: hands, and what light makes of hair. A turned head has one edge
on its far side, that of the face, and its throat begins behind the chin.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF, OVAL
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import blur, ease
from engine.cel.parse import Floats, Label

_CROWN, _BROADEST, _EYES = -0.88, 1.0, 0.1
"""Where a head with its hair ends over the eyes, how far to the side it may reach, and what is well over them, in face
widths."""
_SKULL = 0.58
"""Half the breadth of a head with its hair, in face widths: what rises over a chord of it is a part of that circle."""
_SIDES, _TOP, _FROM, _ROUND = (0.80, 1.0), 0.85, -0.25, 2.4
"""Half the breadth of the largest head with short hair, and with other hair that is not curly; how far that rises over
a v, in face widths; and the power of that superellipse, which is fuller than an ellipse.
"""
_BESIDE, _EARS = 0.92, 0.35
"""How far aside short hair reaches below that, and down to which v: beyond is something else."""
_TRACE = 0.05
"""Hair and skin less sure than this are none."""
_FRONT, _CHIN = 0.18, 152
"""The yaw from which a cheek, an ear and the nape may be seen beside the face."""
_EAR, _JAW, _NECK = ((-0.15, 0.16), (0.24, 0.16)), (0.31, 0.01), ((-0.22, 0.01), (-0.05, 0.6))
"""How far beside the face skin lies, in face widths, at some v: over the ears, beside the jaw below them, and at the
neck, whose v is counted from the chin.
"""
_TURNED, _FAR_CORNERS = 0.12, (33, 263)
"""The yaw from which a head has a far side; and the outer corners of the eyes, the picture's left first."""
_EDGE, _LID, _CHEEKBONE = 0.005, 0.045, 0.22
"""How far beyond the mesh a far edge lies, and beyond the corner of the eye at least; and how far up and down it gives
way to the eye."""
_BROW, _TEMPLE = (0.0, 0.32), 0.10
"""From which height over the eyes on it gives way to the forehead, and where wholly; and by how much at most."""
_UNDER, _THROAT, _SLOPES, _DEEP = 0.06, 0.4, (0.3, 2.5), 0.5
"""From so far above the chin on a throat is looked for, which begins so far behind it for each of the head's yaw; how
fast it slopes forward and turns to the shoulder; and down to where. In face widths."""
_ROOTS, _NAPE = (234, 454), ((0.13, 0.06), (0.25, 0.05), (0.50, 0.32))
"""Mesh indices where ears grow, the picture's left first; and how far behind the near one, at so much below it, a neck
reaches, in face widths."""
_BEHIND = (Label.BACKGROUND, Label.HAIR, Label.CLOTHES)
"""What may lie behind the edge of a face."""
_ROUND_ABOUT, _SURER = 0.07, 1.2
"""How far around is looked for what such skin is instead, in face widths, and how much more hair there must be than
background for it to be hair."""


def guessed(labels: Floats, known: NDArray[np.bool_], u: Plane, v: Plane) -> Floats:
    """Labels whose hair, over the photo's upper border, closes in a dome: the parser draws it on without end."""
    columns = np.arange(known.shape[1])
    border = np.argmax(known, 0)  # the photo's upper border as the caricature bends it
    head = known.any(0) & (labels[border, columns, Label.BACKGROUND] < 0.5)
    head &= (np.abs(u[border, columns]) < _BROADEST) & (v[border, columns] < -_EYES)
    if not head.any() or not border[head].any():
        return labels
    x, y = columns[head], border[head]
    left, right, edge = u[y, x].min(), u[y, x].max(), float(np.median(v[y, x]))
    chord = min(float(right - left) / 2, _SKULL)
    rise = max(min(edge - _CROWN, _SKULL - (_SKULL**2 - chord**2) ** 0.5), 0.03)
    half = max(float(right - left) / 2, 0.25)
    away = ((u - (left + right) / 2) / half) ** 2 + ((v - edge) / rise) ** 2
    out = labels.copy()
    out[~known & (away > 1) & (v < edge)] = np.eye(len(Label), dtype=np.float32)[Label.BACKGROUND]
    return out


def capped(labels: Floats, u: Plane, v: Plane, short: bool) -> Floats:
    """Labels whose hair is no larger than a head with hair is, in a round crown; u and v are the face's coordinates."""
    across, up = np.abs(u) / np.float32(_SIDES[not short]), np.clip(_FROM - v, 0, None) / np.float32(_TOP)
    over = cv2.add(cv2.pow(across, _ROUND), cv2.pow(up, _ROUND)) > 1
    off = over & (v < _FROM)
    if short:
        off |= (np.abs(u) > _BESIDE) & (v >= _FROM) & (v < _EARS)
    hair = labels[..., Label.HAIR] * off
    if hair.max(initial=0) < _TRACE:
        return labels
    out = labels.copy()
    out[..., Label.HAIR] -= hair
    out[..., Label.BACKGROUND] += hair
    return out


def trimmed(labels: Floats, face: WarpedFace, u: Plane, v: Plane) -> Floats:
    """Labels without the skin that lies beside a face further out than ears and neck do: of one seen from the front, on
    both sides, and of a turned one beyond its far edge.

    It is what is around it.
    """
    if abs(face.yaw) > _TURNED:
        labels = _edged(labels, face, u, v)
    if abs(face.yaw) > _FRONT:
        return labels
    chin = float((face.points[_CHIN] - face.centre) @ face.down) / face.u
    heights, far = np.array([*_EAR, _JAW, *((chin + down, aside) for down, aside in _NECK)]).T
    off = (_beside(face, u.shape) > np.interp(v, heights, far)) & (v > heights[0]) & (v < heights[-1])
    skin = labels[..., Label.SKIN] * off
    if skin.max(initial=0) < _TRACE:
        return labels
    hair, ground = (
        blur(np.ascontiguousarray(labels[..., label]), _ROUND_ABOUT * face.u / 2)
        for label in (Label.HAIR, Label.BACKGROUND)
    )
    is_hair = hair > _SURER * ground
    out = labels.copy()
    out[..., Label.SKIN] -= skin
    out[..., Label.HAIR] += skin * is_hair
    out[..., Label.BACKGROUND] += skin * ~is_hair
    return out


def _edged(labels: Floats, face: WarpedFace, u: Plane, v: Plane) -> Floats:
    """Labels of a turned head that has no skin beyond its far edge, and none before its throat but the chin."""
    side = np.float32(np.sign(face.yaw))
    beyond = _beside(face, u.shape)
    before, below = _from_chin(face, side)
    cheek = (u * side > 0) & (below < -_UNDER) & (beyond > _room(face, v, face.yaw > 0))
    line = below.clip(0) * np.float32(_SLOPES[0]) + below.clip(0) ** 2 * np.float32(_SLOPES[1])
    throat = (before > line - np.float32(_THROAT * abs(face.yaw))) & (below > -_UNDER) & (below < _DEEP)
    ahead = slice(None, None, -1 if side > 0 else 1)
    clothed = np.maximum.accumulate((labels[..., Label.CLOTHES] + labels[..., Label.HAIR] > 0.5)[:, ahead], 1)[:, ahead]
    throat &= ~clothed & (beyond > _EDGE)  # a neck ends at what is worn, or falls, before it
    around = [blur(np.ascontiguousarray(labels[..., label]), _ROUND_ABOUT * face.u / 2) for label in _BEHIND]
    most = np.where(throat, 0, np.argmax(np.stack(around), 0))
    off = cheek | throat | (_nape(face, u, v) & (beyond > _EDGE))
    out = labels.copy()
    for skin in (Label.SKIN, Label.BEARD):
        gone = labels[..., skin] * off
        out[..., skin] -= gone
        for i, label in enumerate(_BEHIND):
            out[..., label] += gone * (most == i)
    return out


def _nape(face: WarpedFace, u: Plane, v: Plane) -> NDArray[np.bool_]:
    """What lies behind the near ear of a turned head and below it, where the parser sees lumps of skin."""
    side = np.float32(np.sign(face.yaw))
    root = (face.points[_ROOTS[face.yaw < 0]] - face.centre) @ np.stack([face.right, face.down], 1) / face.u
    behind, below = (np.float32(root[0]) - u) * side, v - np.float32(root[1])
    heights, aside = np.array(_NAPE).T
    return np.asarray((behind > np.interp(below, heights, aside)) & (below > heights[0]) & (below < heights[-1]))


def _from_chin(face: WarpedFace, side: np.float32) -> tuple[Plane, Plane]:
    """How far before the chin on that side, and below it, places of the half-size picture lie, in face widths.

    Both are counted along a neck, which leans half as far as the head.
    """
    at = np.arange(HALF, dtype=np.float32) * 2 + 1
    x, y = at[None] - np.float32(face.points[_CHIN][0]), at[:, None] - np.float32(face.points[_CHIN][1])
    neck = face.down + np.array([0.0, 1.0])
    right, down = (neck / np.linalg.norm(neck)).astype(np.float32)[::-1] / np.float32(face.u)
    return (x * right - y * down) * side, x * down + y * right


def _room(face: WarpedFace, v: Plane, right: bool) -> Plane:
    """How far beyond the mesh the far edge of a face lies at each height: there is skin about the eye, and a temple."""
    corner = face.points[_FAR_CORNERS[right]]
    oval = face.points[list(OVAL)].astype(np.float32)
    within = cv2.pointPolygonTest(oval, (float(corner[0]), float(corner[1])), True) / face.u
    height = v - np.float32((corner - face.centre) @ face.down / face.u)
    eye = np.float32(max(_LID - within, 0.0)) * np.exp(-((height / np.float32(_CHEEKBONE)) ** 2))
    return np.asarray(np.maximum(np.float32(_EDGE) + eye, np.float32(_TEMPLE) * ease(-v, *_BROW)), np.float32)


def _beside(face: WarpedFace, size: tuple[int, ...]) -> Plane:
    """How far places of the half-size picture lie outside the face's oval, in face widths."""
    outside = np.ones(size, np.uint8)
    cv2.fillPoly(outside, [np.rint(face.points[list(OVAL)] * 8 - 8).astype(np.int32)], 0, cv2.LINE_8, 4)
    return np.asarray(cv2.distanceTransform(outside, cv2.DIST_L2, 5) * np.float32(2 / face.u), np.float32)
