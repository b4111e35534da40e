"""The picture's layers as smooth shapes: from soft labels to closed contours that can be filled and inked.

A layer is kept as a signed distance from its outline, positive inside: coverage and lines of any width follow from it
by a subtraction, both anti-aliased.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF, OVAL
from engine.cel.geometry import curve, smooth
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint import whiskers
from engine.cel.paint.fields import blur, distance, ease, full, kept, outlined
from engine.cel.parse import Floats, Label

_MIDLINE = (10, 151, 9, 8, 168, 6, 197, 195, 5, 4, 1, 19, 94, 2, 164, 0, 13, 14, 17, 18, 200, 199, 175, 152)
"""Mesh indices down the middle of the face: its outline in profile."""
_EARS = (234, 454)
_TURNED = 0.12
"""Yaw from which the face's middle may be its outline."""
_SMOOTHING = 0.016
"""How far label edges are smoothed, in face widths: less shows the parser's steps, more eats fingers and collars."""
_PLAIN = 0.05
"""The same of what is worn on the head: bands and hats have plain edges."""
_CRUMB = 0.10
"""Side, in face widths, of a square below which a piece of a layer, or a hole in it, is the parser's mistake."""
_NOSE, _CHIN, _FOREHEAD_TOP, _SCRAP = 1, 152, 10, 0.35
"""Mesh indices; and the side, in face widths, of a square below which skin beside the face is left out: bits of ears
that show through hair."""
_BALD, _TOP = 0.28, 0.40
"""Sides, in face widths, of squares below which hair is a shadow on a bald head: all there is; a piece on its top."""
_GROUND = 0.4
"""How far above the picture's lower border a body may end to go on to it, in face widths."""
_NONE = 999.0
"""A distance from what is not there."""
_LOOSE = 0.5
"""The same for what is not joined to the person."""


_SKIN, _HAIR, _CLOTHES = 1, 2, 3
"""Their places in the stack that is cleaned."""
_FOREHEAD = 0.16
"""How high a forehead reaches over its mesh, in face widths."""
_HEAD = 0.62
"""Half the breadth of a head with its ears, in face widths; a turned one is deeper than it is broad."""


@dataclass(frozen=True, slots=True)
class Layers:
    """Signed distances in pixels of the picture, (400, 400)."""

    person: Plane
    body: Plane
    """Skin and hair: what lies over the clothes."""
    hair: Plane
    worn: Plane
    """What is worn on the head, over the hair."""
    face: Plane
    """The oval of the face mesh, whatever covers it."""
    half_hair: Plane
    half_skin: Plane
    half_clothes: Plane
    half_worn: Plane
    half_beard: Plane
    """Part of the skin's."""
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
    """Layers from warped labels (200, 200, n)."""
    sigma = max(1.0, _SMOOTHING * face.u / 2)
    oval_half = oval(face, HALF)
    planes = {label: blur(labels[..., label], sigma) for label in Label}
    skin, hair = planes[Label.SKIN] + planes[Label.BEARD], planes[Label.HAIR]
    clothes, worn, things = planes[Label.CLOTHES], planes[Label.HEADWEAR], planes[Label.OTHER]
    background = planes[Label.BACKGROUND]
    # nothing but skin, hair and what is worn over them lies within the face: holes the parser tore there close
    inside = ease(blur(oval_half, 1.0), 0.5, 0.95) * (1 - np.minimum(1, hair + worn))
    skin = np.maximum(skin, inside)
    clothes, background = clothes * (1 - inside), background * (1 - inside)
    stack = _grounded(_cleaned(np.stack([background, skin, hair, clothes, worn]), things, face), face)
    stack /= stack.sum(0) + np.float32(1e-6)
    background, skin, hair, clothes, worn = stack

    def shape(lead: Plane, smoothing: float = _SMOOTHING) -> Plane:
        return full(outlined(lead, (_CRUMB * face.u / 2) ** 2, max(0.8, smoothing * face.u / 2))) * 2

    none = full(np.full_like(worn, -_NONE))
    return Layers(
        person=shape(np.maximum.reduce([skin, hair, clothes, worn]) - background),
        body=shape(np.maximum.reduce([skin, hair, worn]) - np.maximum(background, clothes)),
        hair=shape(np.maximum(hair, worn) - np.maximum.reduce([skin, clothes, background])),
        worn=shape(worn - np.maximum.reduce([hair, skin, clothes, background]), _PLAIN) if worn.max() > 0.5 else none,
        face=full(distance(blur(oval_half, 1.2) - np.float32(0.5))) * 2,
        half_hair=hair,
        half_skin=skin,
        half_clothes=clothes,
        half_worn=worn,
        half_beard=whiskers.cut(planes[Label.BEARD], face) * np.clip(skin, 0, 1),
        half_background=background,
        half_face=oval_half,
    )


def _cleaned(stack: Floats, things: Plane, face: WarpedFace) -> Floats:
    """Planes (n, 200, 200), the background's first, that fill what they leave open.

    Crumbs go, what is not joined to the person, raised hands, and `things` before it: a phone or a glass is hardly ever
    told by its outline, so what they hide is completed from around them.
    """
    labels = np.argmax(stack, 0)
    doubtful = things > stack.max(0)
    doubtful |= _afloat(labels != 0, face) | _apart(labels == _HAIR, face) | _raised(labels, face)
    doubtful |= _scraps(labels == _SKIN, face)
    doubtful |= _shadows(labels == _HAIR, face)
    for i in range(len(stack)):
        doubtful |= (labels == i) & ~kept(labels == i, (_CRUMB * face.u / 2) ** 2)
    if not doubtful.any():
        return stack
    wrong = blur(np.asarray(cv2.dilate(doubtful.astype(np.float32), np.ones((3, 3), np.uint8)), np.float32), 0.8)
    sure = [np.where(doubtful, 0, labels == i).astype(np.float32) for i in range(len(stack))]
    around = np.stack([blur(plane, 0.04 * face.u) for plane in sure])
    best = (np.argmax(around, 0) == np.arange(len(stack))[:, None, None]).astype(np.float32)
    return np.asarray(stack * (1 - wrong) + best * wrong, np.float32)


def _grounded(stack: Floats, face: WarpedFace) -> Floats:
    """Planes whose body goes on to the lower border of the picture if it ends a little above it: no bust floats."""
    labels = np.argmax(stack, 0)
    body = (labels == _SKIN) | (labels == _CLOTHES)
    body[: max(0, int(face.points[152][1] / 2))] = False
    end = len(body) - 1 - np.argmax(body[::-1], 0)  # each column's last row of it
    rows = np.arange(len(body))[:, None]
    missing = (rows > end) & body.any(0) & (len(body) - 1 - end < _GROUND * face.u / 2) & (labels == 0)
    y, x = np.nonzero(missing)
    filled = stack.copy()
    filled[:, y, x] = stack[:, end[x], x]
    return filled


def _afloat(person: NDArray[np.bool_], face: WarpedFace) -> NDArray[np.bool_]:
    """Where something hangs in the air beside the person."""
    count, pieces = cv2.connectedComponents(person.astype(np.uint8), connectivity=4)
    x, y = np.clip(face.centre / 2, 0, HALF - 1).astype(int)
    sizes = np.bincount(np.asarray(pieces.ravel(), np.intp), minlength=count)
    loose = sizes < (_LOOSE * face.u / 2) ** 2
    loose[[0, int(pieces[y, x])]] = False
    return np.asarray(loose[pieces], bool)


def _scraps(skin: NDArray[np.bool_], face: WarpedFace) -> NDArray[np.bool_]:
    """Where skin above the chin is cut off from the face's by hair, and too little to be told for what it is."""
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(skin.astype(np.uint8), connectivity=4)
    x, y = np.clip(face.points[_NOSE] / 2, 0, HALF - 1).astype(int)
    lowest = stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT]
    scraps = (stats[:, cv2.CC_STAT_AREA] < (_SCRAP * face.u / 2) ** 2) & (lowest < face.points[_CHIN][1] / 2)
    scraps[[0, int(pieces[y, x])]] = False
    return np.asarray(scraps[pieces], bool)


def _shadows(hair: NDArray[np.bool_], face: WarpedFace) -> NDArray[np.bool_]:
    """Where what was taken for hair is a shadow, or the light, on a bald head."""
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(hair.astype(np.uint8), connectivity=4)
    areas, lowest = stats[:, cv2.CC_STAT_AREA], stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT]
    on_top = (lowest < face.points[_FOREHEAD_TOP][1] / 2) & (areas < (_TOP * face.u / 2) ** 2)
    on_top |= float(areas[1:].sum()) < (_BALD * face.u / 2) ** 2
    on_top[0] = False
    return np.asarray(on_top[pieces], bool)


def _raised(labels: NDArray[np.intp], face: WarpedFace) -> NDArray[np.bool_]:
    """Where skin can only be a hand's or an arm's: beside the head, above its chin, or over its hair."""
    y, x = np.nonzero((labels == _SKIN) | (labels == _HAIR))
    at = np.stack([x, y], 1) * 2 + 1 - face.centre
    u, v = at @ face.right / face.u, at @ face.down / face.u
    skin = labels[y, x] == _SKIN
    forehead, chin = (float((face.points[i] - face.centre) @ face.down) / face.u for i in (10, 152))
    behind = np.where(u * face.yaw < 0, 0.9 * abs(face.yaw), 0.0)
    beside = (np.abs(u) > _HEAD + behind) & (y * 2 + 1 < face.points[152][1] - 0.08 * face.u) & (v < chin)
    over = v < forehead - _FOREHEAD
    top = over & (np.abs(u) < 0.5)
    bald = not top.any() or float(skin[top].mean()) > 0.5
    far = skin & (beside | (over & (not bald)))
    raised = np.zeros(labels.shape, bool)
    raised[y[far], x[far]] = True
    return kept(raised, (0.12 * face.u / 2) ** 2)


def _apart(hair: NDArray[np.bool_], face: WarpedFace) -> NDArray[np.bool_]:
    """Where what was taken for hair does not reach the head: a cuff, somebody else's."""
    count, pieces = cv2.connectedComponents(hair.astype(np.uint8), connectivity=4)
    if count <= 2:
        return np.zeros_like(hair)
    head = np.zeros(hair.shape, np.uint8)
    x, y = np.clip(np.rint((face.centre - face.down * (0.30 * face.u)) * 8), -(2**14), 2**14).astype(int)
    turn = float(np.degrees(np.arctan2(face.right[1], face.right[0])))
    axes = (round(0.66 * face.u * 8), round(0.85 * face.u * 8))
    cv2.ellipse(head, (int(x), int(y)), axes, turn, 0, 360, 1, -1, cv2.LINE_8, 4)
    own = np.bincount(np.asarray(pieces[head > 0], np.intp), minlength=count) > 0
    own[0] = True
    return np.asarray(~own[pieces], bool)
