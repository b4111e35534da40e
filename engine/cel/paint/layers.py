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
from engine.cel.paint.fields import HALF, blur, distance, ease, full, kept
from engine.cel.parse import Floats, Label

OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
"""Mesh indices round the face, clockwise from the middle of the forehead."""
_SMOOTHING = 0.012
"""How far label edges are smoothed, in face widths: less shows the parser's steps, more eats fingers and collars."""

_LOCKS = 0.028
"""The same for hair: what is finer than a lock is the photo's noise."""
_SPIKE = 0.075
"""Half the breadth of what stands up from the crown without belonging there, in face widths."""
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
    """Coverage 0..1 at half size, for measuring and for fields."""


def cover(shape: Plane) -> Plane:
    """Coverage of each pixel, 0..1."""
    return np.asarray(np.clip(shape + np.float32(0.5), 0, 1), np.float32)


def oval(face: WarpedFace, size: int) -> Plane:
    """The face mesh's outline as a mask 0..1 at (size, size)."""
    mask = np.zeros((size, size), np.uint8)
    outline = smooth_outline(face) * (size / 400) - 0.5
    cv2.fillPoly(mask, [np.rint(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask.astype(np.float32) / np.float32(255)


def smooth_outline(face: WarpedFace) -> Points:
    """The face's outline as a closed curve."""
    return smooth(curve(np.clip(face.points[list(OVAL)], -400, 800), 4, closed=True), 2.0, closed=True)


def layers(labels: Floats, face: WarpedFace, locks: Plane | None = None) -> Layers:
    """Layers from warped labels (200, 200, 5); `locks` (-1..1, 200 x 200) pushes the hair's edge in and out."""
    sigma = max(1.2, _SMOOTHING * face.u / 2)
    oval_half = oval(face, HALF)
    skin, hair = blur(labels[..., Label.SKIN], sigma), blur(labels[..., Label.HAIR], max(1.0, _LOCKS * face.u / 2))
    clothes = blur(labels[..., Label.CLOTHES] + labels[..., Label.OTHER], sigma)
    # nothing but skin and hair lies within the face: holes the parser tore there close
    inside = ease(blur(oval_half, 1.0), 0.5, 0.95)
    clothes = clothes * (1 - inside)
    if locks is not None:
        hair = hair + locks * hair * (1 - hair) * 4
    beside = np.maximum(np.maximum(skin, clothes), 1 - skin - hair - clothes)
    hair = _domed(_mended(hair, hair > beside, face.u), skin, face)
    skin = np.maximum(skin, inside - hair)
    background = np.clip(1 - skin - hair - clothes, 0, 1)
    background = _mended(background, background > np.maximum(np.maximum(skin, hair), clothes), face.u)
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
    )


def _domed(hair: Plane, skin: Plane, face: WarpedFace) -> Plane:
    """Hair with a smooth crown: spikes, notches and wobbles above the brows are the parser's; buns are broader."""
    radius = max(1, round(_SPIKE * face.u / 2))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    margin = 2 * radius + 1
    inner = slice(margin, margin + HALF)
    head = np.minimum(hair + skin, 1)
    # the picture goes on beyond its border, but no gap is closed against it
    wide = cv2.copyMakeBorder(head, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    opened = cv2.morphologyEx(wide, cv2.MORPH_OPEN, disc)[inner, inner]
    wide = cv2.copyMakeBorder(opened, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, disc)[inner, inner]
    smooth = blur(np.asarray(closed, np.float32), max(1.5, _DOME * face.u / 2))
    grid = np.arange(HALF, dtype=np.float32) * 2
    height = (grid[None] - face.centre[0]) * face.down[0] + (grid[:, None] - face.centre[1]) * face.down[1]
    face_top = float((face.points[10] - face.centre) @ face.down)
    above = ease(np.asarray((face_top - height) / face.u, np.float32), 0.02, 0.14)
    return np.asarray(np.clip(hair + (smooth - head) * above, 0, 1), np.float32)


def _mended(plane: Plane, mask: NDArray[np.bool_], u: float) -> Plane:
    """A label without its crumbs and its pinholes: `mask` says where it prevails."""
    least = (0.07 * u) ** 2
    crumbs, holes = mask & ~kept(mask, least), ~mask & ~kept(~mask, least)
    if not (crumbs.any() or holes.any()):
        return plane
    wider = np.ones((5, 5), np.uint8)
    away, filled = (blur(np.asarray(cv2.dilate(m.astype(np.float32), wider), np.float32), 0.6) for m in (crumbs, holes))
    return np.asarray(np.maximum(plane * (1 - away), filled), np.float32)
