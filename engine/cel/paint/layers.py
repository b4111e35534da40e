"""The picture's layers as smooth shapes: from soft labels to closed contours that can be filled and inked.

A layer is kept as a signed distance from its outline, positive inside: coverage and lines of any width follow from it
by a subtraction, both anti-aliased.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import curve, smooth
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.fields import HALF, blur, distance, doubled, ease, full, kept
from engine.cel.parse import Floats, Label

OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
"""Mesh indices round the face, clockwise from the middle of the forehead."""
_MIDLINE = (10, 151, 9, 8, 168, 6, 197, 195, 5, 4, 1, 19, 94, 2, 164, 0, 13, 14, 17, 18, 200, 199, 175, 152)
"""Mesh indices down the middle of the face: its outline in profile."""
_EARS = (234, 454)
_TURNED = 0.12
"""Yaw from which the face's middle may be its outline."""
_SMOOTHING = 0.012
"""How far label edges are smoothed, in face widths: less shows the parser's steps, more eats fingers and collars."""
_LOCKS = 0.028
"""The same for hair: what is finer than a lock is the photo's noise."""
_TUFT = 0.12
"""Side, in half face widths, of a square below which hair that is apart from the rest is a shadow, or a wrinkle."""
_SPIKE = 0.13
"""Half the breadth of what stands up from the crown without belonging there, in face widths."""
_LOOSE = 0.6
"""Side, in face widths, of a square below which what is not joined to the person is left out."""
_CUT = 0.75
"""So many face widths a head measures at the picture's upper border if that cuts it."""
_DOME = 0.035
"""How far the crown's outline is smoothed, in face widths."""


@dataclass(frozen=True, slots=True)
class Layers:
    """Signed distances in pixels of the picture, (400, 400), clipped some 20 pixels from the outline."""

    person: Plane
    body: Plane
    """Skin and hair: what lies over the clothes."""
    hair: Plane
    face: Plane
    """The oval of the face mesh, whatever covers it."""
    half_hair: Plane
    half_skin: Plane
    half_clothes: Plane
    half_background: Plane
    half_face: Plane
    """Coverage 0..1 at half size, for measuring and for fields; the face's is its mesh's oval."""


def cover(shape: Plane) -> Plane:
    """Coverage of each pixel, 0..1."""
    return np.asarray(np.clip(shape + np.float32(0.5), 0, 1), np.float32)


def oval(face: WarpedFace, size: int) -> Plane:
    """The face mesh's outline as a mask 0..1 at (size, size)."""
    mask = np.zeros((size, size), np.uint8)
    outline = smooth_outline(face) * (size / 400) - 0.5
    cv2.fillPoly(mask, [np.rint(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    if abs(face.yaw) > _TURNED:  # the nose and brow of a turned head stand out over its outline
        near = face.points[[_EARS[0] if face.yaw > 0 else _EARS[1]]]
        profile = np.clip(np.vstack([face.points[list(_MIDLINE)], near]), -400, 800) * (size / 400) - 0.5
        cv2.fillPoly(mask, [np.rint(profile * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask.astype(np.float32) / np.float32(255)


def smooth_outline(face: WarpedFace) -> Points:
    """The face's outline as a closed curve."""
    return smooth(curve(np.clip(face.points[list(OVAL)], -400, 800), 4, closed=True), 2.0, closed=True)


def layers(labels: Floats, face: WarpedFace) -> Layers:
    """Layers from warped labels (200, 200, 5)."""
    sigma = max(1.2, _SMOOTHING * face.u / 2)
    oval_half = oval(face, HALF)
    skin, hair = blur(labels[..., Label.SKIN], sigma), blur(labels[..., Label.HAIR], max(1.0, _LOCKS * face.u / 2))
    clothes = blur(labels[..., Label.CLOTHES] + labels[..., Label.OTHER], sigma)
    stray = hair * _apart(hair, face)
    hair, clothes = hair - stray, clothes + stray
    # nothing but skin and hair lies within the face: holes the parser tore there close
    inside = ease(blur(oval_half, 1.0), 0.5, 0.95)
    clothes = clothes * (1 - inside)
    beside = np.maximum(np.maximum(np.maximum(skin, inside - hair), clothes), 1 - skin - hair - clothes)
    hair = _domed(_mended(hair, hair > beside, face.u, crumb=_TUFT), skin, face)
    skin = np.maximum(skin, inside - hair)
    skull = _cranium(face) * np.clip(1 - skin - hair - clothes, 0, 1)
    if _haired(hair, face):
        hair = _mended(hair + skull, hair + skull > skin, face.u, crumb=_TUFT)
        skin = np.maximum(skin, _cranium(face) - hair)
    else:
        skin = skin + skull
    background = np.clip(1 - skin - hair - clothes, 0, 1)
    background = _mended(background, background > np.maximum(np.maximum(skin, hair), clothes), face.u)
    afloat = _afloat(background, face)
    skin, hair, clothes = (plane * (1 - afloat) for plane in (skin, hair, clothes))
    background = np.asarray(np.maximum(background, afloat), np.float32)
    person = np.maximum(np.maximum(skin, hair), clothes) - background
    body = np.maximum(skin, hair) - np.maximum(background, clothes)
    top = hair - np.maximum(np.maximum(skin, clothes), background)
    total = skin + hair + clothes + background
    return Layers(
        person=full(distance(person) * 2),
        body=full(distance(body) * 2),
        hair=full(distance(top) * 2),
        face=full(distance(blur(oval_half, 1.2) - np.float32(0.5)) * 2),
        half_hair=hair / total,
        half_skin=skin / total,
        half_clothes=clothes / total,
        half_background=background / total,
        half_face=oval_half,
    )


def _rounded(head: Plane, radius: float, u: float) -> Plane:
    """A head without spikes and notches narrower than a disc; one that the border cuts goes on beyond it."""
    small = np.asarray(cv2.resize(head, (HALF // 2, HALF // 2), interpolation=cv2.INTER_AREA), np.float32)
    reach = 2 * max(1, round(radius / 2)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    inner = slice(reach, reach + HALF // 2)
    wide = cv2.copyMakeBorder(small, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    opened = cv2.morphologyEx(wide, cv2.MORPH_OPEN, disc)[inner, inner]
    wide = cv2.copyMakeBorder(opened, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
    closed = np.asarray(cv2.morphologyEx(wide, cv2.MORPH_CLOSE, disc)[inner, inner], np.float32)
    return np.asarray(doubled(blur(closed, max(0.75, _DOME * u / 4))), np.float32)


def _dome(head: Plane, face: WarpedFace) -> Plane:
    """A head that touches the picture's upper border, with half an ellipse for a crown: labels run together there."""
    base = int(np.clip(face.points[10][1] / 2, 2, HALF - 1))
    on = np.flatnonzero(head[base] > 0.5)
    if not on.size:
        return head
    plane = head.copy()
    plane[:base] = 0
    shape = np.zeros((HALF, HALF), np.uint8)
    centre = (int((on[0] + on[-1]) * 8), base * 16)
    cv2.ellipse(shape, centre, (int((on[-1] - on[0]) * 8), (base - 1) * 16), 0, 0, 360, 255, -1, cv2.LINE_AA, 4)
    return np.asarray(np.maximum(plane, shape.astype(np.float32) / np.float32(255)), np.float32)


def _apart(hair: Plane, face: WarpedFace) -> Plane:
    """Where what was taken for hair does not reach the head (a cuff, somebody else's), 0..1."""
    count, pieces = cv2.connectedComponents((hair > 0.5).astype(np.uint8), connectivity=4)
    if count <= 2:
        return np.zeros((HALF, HALF), np.float32)
    head = np.zeros((HALF, HALF), np.uint8)
    centre = (face.centre - face.down * (0.35 * face.u)) * 8
    x, y = np.clip(np.rint(centre), -(2**14), 2**14).astype(int)
    turn = float(np.degrees(np.arctan2(face.right[1], face.right[0])))
    cv2.ellipse(head, (int(x), int(y)), (round(0.62 * face.u * 8), round(0.75 * face.u * 8)), turn, 0, 360, 1, -1, 8, 4)
    own = np.bincount(np.asarray(pieces[head > 0], np.intp), minlength=count) > 0
    own[0] = True
    return _spread(~own[pieces])


def _afloat(background: Plane, face: WarpedFace) -> Plane:
    """Where something hangs in the air beside the person, 0..1."""
    count, pieces = cv2.connectedComponents((background < 0.5).astype(np.uint8), connectivity=4)
    x, y = np.clip(face.centre / 2, 0, HALF - 1).astype(int)
    sizes = np.bincount(np.asarray(pieces.ravel(), np.intp), minlength=count)
    loose = sizes < (_LOOSE * face.u / 2) ** 2
    loose[[0, int(pieces[y, x])]] = False
    return _spread(loose[pieces]) if loose.any() else np.zeros((HALF, HALF), np.float32)


def _spread(mask: NDArray[np.bool_]) -> Plane:
    """A mask, a little wider, with soft edges."""
    wider = np.asarray(cv2.dilate(mask.astype(np.float32), np.ones((5, 5), np.uint8)), np.float32)
    return blur(wider, 1.0)


def _cranium(face: WarpedFace) -> Plane:
    """Where there is a skull whatever the labels say, 0..1 at half size: the face's ellipse carried on upwards."""
    brow = face.points[10] - face.down * (0.02 * face.u)
    middle = (brow + face.centre) / 2
    height = max(float((face.centre - brow) @ face.down), 0.3 * face.u)
    turn = float(np.degrees(np.arctan2(face.right[1], face.right[0])))
    plane = np.zeros((HALF, HALF), np.uint8)
    axes = (round(0.40 * face.u * 8), round((0.5 * height + 0.10 * face.u) * 8))
    x, y = np.clip(np.rint(middle * 8), -(2**14), 2**14).astype(int)
    cv2.ellipse(plane, (int(x), int(y)), axes, turn, 0, 360, 255, -1, cv2.LINE_AA, 4)
    return blur(plane.astype(np.float32) / np.float32(255), 1.2)


def _haired(hair: Plane, face: WarpedFace) -> bool:
    """Whether there is hair above the forehead."""
    x, y = np.rint((face.points[10] - face.down * (0.12 * face.u)) / 2).astype(int)
    return bool(0 <= x < HALF and 0 <= y < HALF and hair[y, x] > 0.5)


def _domed(hair: Plane, skin: Plane, face: WarpedFace) -> Plane:
    """Hair with a smooth crown: spikes, notches and wobbles above the brows are the parser's; buns are broader."""
    head = np.minimum(hair + skin, 1)
    width = float((head[:4].max(0) > 0.5).sum()) / (face.u / 2)
    touching = 0 < width < _CUT
    smooth = _dome(head, face) if touching else _rounded(head, _SPIKE * face.u / 2, face.u)
    grid = np.arange(HALF, dtype=np.float32) * 2
    height = (grid[None] - face.centre[0]) * face.down[0] + (grid[:, None] - face.centre[1]) * face.down[1]
    face_top = float((face.points[10] - face.centre) @ face.down)
    above = ease(np.asarray((face_top - height) / face.u, np.float32), 0.02, 0.14)
    return np.asarray(np.clip(hair + (smooth - head) * above, 0, 1), np.float32)


def _mended(plane: Plane, mask: NDArray[np.bool_], u: float, crumb: float = 0.07) -> Plane:
    """A label without its pinholes, and its crumbs up to a side in face widths: `mask` says where it prevails."""
    crumbs, holes = mask & ~kept(mask, (crumb * u) ** 2), ~mask & ~kept(~mask, (0.07 * u) ** 2)
    if not (crumbs.any() or holes.any()):
        return plane
    wider = np.ones((5, 5), np.uint8)
    away, filled = (blur(np.asarray(cv2.dilate(m.astype(np.float32), wider), np.float32), 0.6) for m in (crumbs, holes))
    return np.asarray(np.maximum(plane * (1 - away), filled), np.float32)
