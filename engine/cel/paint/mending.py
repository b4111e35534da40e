"""What parsers tear, mended: crumbs, hands before the face, shadows taken for hair, pieces that hang in the air."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF
from engine.cel.look import Plane, WarpedFace, coordinates
from engine.cel.paint.fields import blur, kept
from engine.cel.paint.stack import BACKGROUND, CLOTHES, HAIR, SKIN, shown
from engine.cel.parse import Floats

CRUMB = 0.10
"""Side, in face widths, of a square below which a piece of a layer, or a hole in it, is the parser's mistake."""
_NOSE, _CHIN, _FOREHEAD_TOP, _SCRAP = 1, 152, 10, 0.35
"""Mesh indices; and the side, in face widths, of a square below which skin beside the face is left out: bits of ears
that show through hair."""
_BALD, _TOP, _SIDES, _TUFT = 0.26, 0.38, 0.10, 0.25
"""Sides, in face widths, of squares below which hair is a shadow on a bald head: all there is; a piece on its top,
or a smaller one, where more than the third lies at its sides."""
_PATCHES = 0.45
"""The same of all hair on the head of who looks bald."""
_LOOSE = 0.65
"""Side, in face widths, of a square below which what is not joined to the person is left out."""
_FOREHEAD = 0.16
"""How high a forehead reaches over its mesh, in face widths."""
_BESIDE = ((-0.75, -0.3), (0.75, -0.3), (0.75, 0.45), (-0.75, 0.45))
"""Corners (u, v) of where hair is the person's own though an ear parts it from the rest."""
_JOINED = 0.45
"""How long a gap in hair that an ear makes is at most, in face widths."""
_NOTCH, _TEMPLES = 0.30, -0.15
"""How broad a notch is at most, in face widths, and over which v it is bridged."""
_STRAND = 0.38
"""Side, in face widths, of a square as large as such hair is at least."""
_RAG = 0.35
"""Side, in face widths, of a square below which a piece of clothes is a shadow under the chin."""
_HEAD = 0.62
"""Half the breadth of a head with its ears, in face widths; a turned one is deeper than it is broad."""
_NOWHERE, _OUTLINE = 999.0, 5
"""A distance from what is not there, and how broadly, in half-size pixels, the outline of that is looked for."""


def mended(stack: Floats, things: Plane, face: WarpedFace, bald: bool = False, short: bool = False) -> Floats:
    """Planes (n, 200, 200), the background's first, that fill what they leave open.

    Crumbs go, what is not joined to the person, raised hands, and `things` before it: a phone or a glass is hardly ever
    told by its outline, so what they hide is completed from around them. Who looks `bald` has no small patches of hair,
    and `short` hair does not go on behind an ear.
    """
    if not short:
        stack = _joined(stack, face)
    if not bald:
        stack = _bridged(stack, face)
    labels = shown(stack)
    doubtful = things > stack.max(0)
    doubtful |= _afloat(labels != 0, face) | _raised(labels, face)
    for i in range(len(stack)):
        pieces = _Pieces.of(labels == i)
        wrong = pieces.sizes < (CRUMB * face.u / 2) ** 2
        if i == SKIN:
            wrong |= _scraps(pieces, face)
        elif i == HAIR:
            wrong |= _apart(pieces, face) | _shadows(pieces, face, _PATCHES if bald else _BALD)
        elif i == CLOTHES:
            wrong |= _rags(pieces, face)
        wrong[0] = False
        if wrong.any():
            doubtful |= wrong[pieces.which]
    if not doubtful.any():
        return stack
    soft = blur(np.asarray(cv2.dilate(doubtful.astype(np.float32), np.ones((3, 3), np.uint8)), np.float32), 0.8)
    sure = [np.where(doubtful, 0, labels == i).astype(np.float32) for i in range(len(stack))]
    around = np.stack([blur(plane, 0.04 * face.u) for plane in sure])
    best = (shown(around) == np.arange(len(stack))[:, None, None]).astype(np.float32)
    return np.asarray(stack * (1 - soft) + best * soft, np.float32)


def _joined(stack: Floats, face: WarpedFace) -> Floats:
    """Planes whose hair goes on behind an ear that parts it."""
    labels = shown(stack)
    hair = (labels == HAIR).astype(np.uint8)
    if cv2.connectedComponents(hair, connectivity=4)[0] <= 2:
        return stack
    gap = _closed(hair, _JOINED * face.u / 2) & (labels == BACKGROUND)
    beside = np.zeros_like(hair)
    cv2.fillPoly(beside, [_beside(face)], 1)
    gap &= beside > 0
    out = stack.copy()
    out[:, gap] = np.eye(len(stack), dtype=np.float32)[HAIR][:, None]
    return out


def _bridged(stack: Floats, face: WarpedFace) -> Floats:
    """Planes whose hair goes on over a notch that light cuts into it, from the forehead to its outline."""
    across, along = ((np.arange(HALF) * 2 + 1 - middle) for middle in face.centre)
    high = across[None] * face.down[0] + along[:, None] * face.down[1] < _TEMPLES * face.u
    rows = np.flatnonzero(high.any(1))
    if not rows.size:
        return stack
    above = np.s_[: int(rows[-1]) + 1]
    hair = shown(stack[:, above]) == HAIR
    gap = _closed(hair.astype(np.uint8), _NOTCH * face.u / 2) & ~hair & high[above]
    if not gap.any():
        return stack
    out = stack.copy()
    out[:, above][:, gap] = np.eye(len(stack), dtype=np.float32)[HAIR][:, None]
    return out


def _closed(mask: NDArray[np.uint8], gap: float) -> NDArray[np.bool_]:
    """The mask with gaps narrower than that closed, but not against the picture's border."""
    reach = round(gap / 2)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (1 + 2 * reach,) * 2)
    wide = cv2.copyMakeBorder(mask, reach, reach, reach, reach, cv2.BORDER_CONSTANT)
    closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, kernel)
    return np.asarray(closed[reach : reach + mask.shape[0], reach : reach + mask.shape[1]] > 0)


def _beside(face: WarpedFace) -> NDArray[np.int32]:
    """Corners, at half size, of what lies about the ears and below them."""
    corners = [face.centre + (face.right * across + face.down * along) * face.u for across, along in _BESIDE]
    return np.rint(np.clip(np.array(corners) / 2, -999, 999)).astype(np.int32)


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The connected pieces of a label, by number; 0 is all that is not in it."""

    which: NDArray[np.intp]
    sizes: NDArray[np.intp]

    @classmethod
    def of(cls, mask: NDArray[np.bool_]) -> "_Pieces":
        """Find them."""
        count, pieces = cv2.connectedComponents(mask.view(np.uint8), connectivity=4)
        which = np.asarray(pieces, np.intp)
        return cls(which, np.bincount(which.ravel(), minlength=count))

    def ends(self) -> NDArray[np.intp]:
        """The row below each."""
        ends = np.zeros(len(self.sizes), np.intp)
        ends[self.which] = np.arange(1, len(self.which) + 1)[:, None]  # the last row counts
        return ends


def _afloat(person: NDArray[np.bool_], face: WarpedFace) -> NDArray[np.bool_]:
    """Where something hangs in the air beside the person."""
    pieces = _Pieces.of(person)
    x, y = np.clip(face.centre / 2, 0, HALF - 1).astype(int)
    loose = pieces.sizes < (_LOOSE * face.u / 2) ** 2
    loose[[0, int(pieces.which[y, x])]] = False
    return np.asarray(loose[pieces.which], bool) if loose.any() else np.zeros_like(person)


def _scraps(skin: _Pieces, face: WarpedFace) -> NDArray[np.bool_]:
    """Which skin above the chin is cut off from the face's by hair, and too little to be told for what it is."""
    x, y = np.clip(face.points[_NOSE] / 2, 0, HALF - 1).astype(int)
    scraps = skin.sizes < (_SCRAP * face.u / 2) ** 2
    scraps[[0, int(skin.which[y, x])]] = False
    return scraps & (skin.ends() < face.points[_CHIN][1] / 2) if scraps.any() else scraps


def _rags(clothes: _Pieces, face: WarpedFace) -> NDArray[np.bool_]:
    """Which clothes are a shadow under the chin: they are small, and end above the lower border."""
    rags = clothes.sizes < (_RAG * face.u / 2) ** 2
    return rags & (clothes.ends() < HALF) if rags.any() else rags


def _shadows(hair: _Pieces, face: WarpedFace, least: float) -> NDArray[np.bool_]:
    """Which hair is a shadow, or the light, on a bald head: all, if it is little."""
    areas = hair.sizes[1:]
    on_top = (hair.ends()[1:] < face.points[_FOREHEAD_TOP][1] / 2) & (areas < (_TOP * face.u / 2) ** 2)
    if float(areas.sum() - areas[on_top].sum()) > (_SIDES * face.u / 2) ** 2:  # a bald head has none there
        on_top &= areas < (_TUFT * face.u / 2) ** 2
    on_top |= float(areas.sum()) < (least * face.u / 2) ** 2
    return np.concatenate([[False], on_top])


def _raised(labels: NDArray[np.uint8], face: WarpedFace) -> NDArray[np.bool_]:
    """Where skin can only be a hand's or an arm's: beside the head, above its chin, or over its hair."""
    u, v = coordinates(face, HALF)
    skin = labels == SKIN
    forehead, chin = (float((face.points[i] - face.centre) @ face.down) / face.u for i in (_FOREHEAD_TOP, _CHIN))
    above = np.arange(HALF)[:, None] * 2 + 1 < face.points[_CHIN][1] - 0.08 * face.u
    behind = np.where(u * np.float32(face.yaw) < 0, np.float32(0.9 * abs(face.yaw)), np.float32(0))
    beside = (np.abs(u) > np.float32(_HEAD) + behind) & above & (v < chin)
    over = v < forehead - _FOREHEAD
    top = over & (np.abs(u) < 0.5)
    bare, hairy = (np.count_nonzero(top & (labels == label)) for label in (SKIN, HAIR))
    far = skin & (beside | over) if hairy and bare <= hairy else skin & beside
    return kept(far, (0.12 * face.u / 2) ** 2)


def _apart(hair: _Pieces, face: WarpedFace) -> NDArray[np.bool_]:
    """Which hair does not reach the head: a cuff, somebody else's."""
    count = len(hair.sizes)
    if count <= 2:
        return np.zeros(count, bool)
    head = np.zeros(hair.which.shape, np.uint8)
    x, y = np.clip(np.rint((face.centre - face.down * (0.30 * face.u)) * 8), -(2**14), 2**14).astype(int)
    turn = float(np.degrees(np.arctan2(face.right[1], face.right[0])))
    axes = (round(0.66 * face.u * 8), round(0.85 * face.u * 8))
    cv2.ellipse(head, (int(x), int(y)), axes, turn, 0, 360, 1, -1, cv2.LINE_8, 4)
    own = np.bincount(hair.which[head > 0], minlength=count) > 0
    cv2.fillPoly(head, [_beside(face)], 1)
    reaching = np.bincount(hair.which[head > 0], minlength=count) > 0
    return ~(own | (reaching & (hair.sizes > (_STRAND * face.u / 2) ** 2)))


def whole(shape: Plane) -> Plane:
    """A person's shape, its signed distance, without pieces that lie apart: scraps of a shoulder, or of others."""
    count, pieces = cv2.connectedComponents((shape > 0).astype(np.uint8), ltype=cv2.CV_16U)
    if count < 3:
        return shape
    main = 1 + int(np.argmax(np.bincount(pieces.ravel().astype(np.intp))[1:]))
    apart = cv2.dilate(((pieces > 0) & (pieces != main)).astype(np.uint8), np.ones((_OUTLINE, _OUTLINE), np.uint8)) > 0
    return np.where(apart & (pieces != main), np.float32(-_NOWHERE), shape)
