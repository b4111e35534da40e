"""Turned heads: one edge on the far side, that of the face, a throat that begins behind the chin, and a plain nape.

What the parser sees beyond that edge - the cheek or the nose of a head turned further than it is drawn, a hand, its
shadow - would be a second one.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF, OVAL
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import blur, ease
from engine.cel.parse import Floats, Label

_CHIN = 152
_ROUND_ABOUT = 0.07
"""How far around is looked for what lies behind the edge of a face, in face widths."""
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
_ROOTS, _NAPE = (234, 454), ((0.13, 0.05), (0.30, 0.02), (0.42, 0.08), (0.56, 0.32))
"""Mesh indices where ears grow, the picture's left first; and how far behind the near one, at so much below it, a neck
reaches, in face widths."""
_PLAIN = ((0.13, 0.015), (0.30, 0.015), (0.45, 0.05), (0.60, 0.32))
"""The same of one that no hair lies behind: its outline is seen."""
_LOBE, _EAR = (-0.15, 0.14), 0.20
"""Between which heights below that root what is bare this far behind it is no ear, in face widths: in hair it would be
a peg."""
_WISP, _SCRAP, _ASIDE, _LOW = 0.4, 0.12, 0.1, -0.3
"""Hair surer than this is a piece of hair; what is a small one, in square face widths; and where it is at the far edge
of a face: aside and down, in face widths."""
_BEHIND = (Label.BACKGROUND, Label.HAIR, Label.CLOTHES)
"""What may lie behind the edge of a face."""


def edged(labels: Floats, face: WarpedFace, u: Plane, v: Plane) -> Floats:
    """Labels of a turned head that has no skin beyond its far edge, and none before its throat but the chin.

    Those of a head seen from the front are as they were; u and v are the face's coordinates.
    """
    if abs(face.yaw) < _TURNED:
        return labels
    side = np.float32(np.sign(face.yaw))
    beyond = beside(face, u.shape)
    before, below = _from_chin(face, side)
    cheek = (u * side > 0) & (below < -_UNDER) & (beyond > _room(face, v, face.yaw > 0))
    line = below.clip(0) * np.float32(_SLOPES[0]) + below.clip(0) ** 2 * np.float32(_SLOPES[1])
    throat = (before > line - np.float32(_THROAT * abs(face.yaw))) & (below > -_UNDER) & (below < _DEEP)
    ahead = slice(None, None, -1 if side > 0 else 1)
    clothed = np.maximum.accumulate((labels[..., Label.CLOTHES] + labels[..., Label.HAIR] > 0.5)[:, ahead], 1)[:, ahead]
    throat &= ~clothed & (beyond > _EDGE)  # a neck ends at what is worn, or falls, before it
    around = [blur(np.ascontiguousarray(labels[..., label]), _ROUND_ABOUT * face.u / 2) for label in _BEHIND]
    most = np.where(throat, 0, np.argmax(np.stack(around), 0))
    behind, under = _from_root(face, u, v)
    nape = _nape(behind, under, _NAPE) | (_nape(behind, under, _PLAIN) & (most == 0))
    peg = (behind > _EAR) & (under > _LOBE[0]) & (under < _LOBE[1]) & (most == _BEHIND.index(Label.HAIR))
    off = cheek | throat | ((nape | peg) & (beyond > _EDGE))
    out = labels.copy()
    for skin in (Label.SKIN, Label.BEARD):
        gone = labels[..., skin] * off
        out[..., skin] -= gone
        for i, label in enumerate(_BEHIND):
            out[..., label] += gone * (most == i)
    return _unadorned(out, face, u * side, v)


def _unadorned(labels: Floats, face: WarpedFace, aside: Plane, v: Plane) -> Floats:
    """Labels without small pieces of hair that hang at the far edge of a face by themselves: shadows, hands, phones."""
    _, pieces, sizes, middles = cv2.connectedComponentsWithStats((labels[..., Label.HAIR] > _WISP).astype(np.uint8))
    areas = sizes[1:, cv2.CC_STAT_AREA]
    loose = []
    for piece, (x, y) in enumerate(np.rint(middles[1:]).astype(int), 1):
        small = areas[piece - 1] < min(_SCRAP * (face.u / 2) ** 2, areas.max())
        if small and aside[y, x] > _ASIDE and v[y, x] > _LOW:
            loose.append(piece)
    if not loose:
        return labels
    off = cv2.dilate(np.isin(pieces, loose).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    out = labels.copy()
    gone = labels[..., Label.HAIR] * off
    out[..., Label.HAIR] -= gone
    out[..., Label.BACKGROUND] += gone
    return out


def _from_root(face: WarpedFace, u: Plane, v: Plane) -> tuple[Plane, Plane]:
    """How far behind the root of the near ear, and below it, places lie, in face widths."""
    side = np.float32(np.sign(face.yaw))
    root = (face.points[_ROOTS[face.yaw < 0]] - face.centre) @ np.stack([face.right, face.down], 1) / face.u
    return (np.float32(root[0]) - u) * side, v - np.float32(root[1])


def _nape(behind: Plane, below: Plane, reach: tuple[tuple[float, float], ...]) -> NDArray[np.bool_]:
    """What lies behind the near ear of a turned head and below it, where the parser sees lumps of skin."""
    heights, aside = np.array(reach).T
    return np.asarray((behind > np.interp(below, heights, aside)) & (below > heights[0]) & (below < heights[-1]))


def _from_chin(face: WarpedFace, side: np.float32) -> tuple[Plane, Plane]:
    """How far before the chin on that side, and below it, places of the half-size picture lie, in face widths.

    Both are counted along a neck, which leans half as far as the head.
    """
    at = np.arange(HALF, dtype=np.float32) * 2 + 1
    x, y = at[None] - np.float32(face.points[_CHIN][0]), at[:, None] - np.float32(face.points[_CHIN][1])
    neck = face.down + np.array([0.0, max(float(face.down[1]), 0.0)])  # of a head upside down it is the head's own way
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


def beside(face: WarpedFace, size: tuple[int, ...]) -> Plane:
    """How far places of the half-size picture lie outside the face's oval, in face widths."""
    outside = np.ones(size, np.uint8)
    cv2.fillPoly(outside, [np.rint(face.points[list(OVAL)] * 8 - 8).astype(np.int32)], 0, cv2.LINE_8, 4)
    return np.asarray(cv2.distanceTransform(outside, cv2.DIST_L2, 5) * np.float32(2 / face.u), np.float32)
