"""What somebody wears round the neck: a chain, beads, a cord, or a choker.

In a photo a chain is hardly broader than a pixel, and so are creases and strands. What tells it from them is its way
(`chains`), and that there is skin on both sides of it (`threads`); what is broader lies far from the skin's colour.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import Pixels
from engine.cel import threads
from engine.cel.adornments import Neckwear, told
from engine.cel.chains import FINE, LEFT, SIZE, TOP
from engine.cel.frame import CHEEKS, OVAL, SIDE, warped
from engine.cel.look import Colour, LabPicture, Plane
from engine.cel.paint.necklines import AXIS
from engine.cel.parse import Label, Regions
from engine.cel.perceive import Face
from engine.cel.threads import Mask, Sought

_CHIN = 152
_CHILD, _SMALL, _ASIDE = 12.0, 90.0, 0.4
"""The age up to which nobody is taken to wear any; and the width of a face in pixels below which, and the yaw beyond
which, a neck is not looked at."""
_THREAD, _BAND = Sought(3, 0.75, 2.8, 1.0, 0.32), Sought(4, 0.75, 16.0, 0.6, 0.30, 2)
"""How a chain is told, and a choker, which is looked at in every other place."""
_LIGHTNESS = 0.6
"""How much a difference in light says of a chain, beside one in colour."""
_STRANGE, _FEW = 14.0, 50
"""How far from the cheeks' colour, as light as it, a neck's lies at most; and in how many of every other place it is
seen at least."""
_FURTHER, _BESIDE = 0.15, 0.08
"""How far below and beside a neck's skin it is looked at, in face widths."""
_SKIN, _CLOTH = (16.0, 0.4, 2.0), (8.0, 0.5, 1.5)
"""How far from a neck's colour, as light as it, its skin lies, and how light it is as a share of that; the same of what
was told to be cloth."""
_GREY = 5.0
"""The chroma of skin in a photo without colours, at most."""
_HAIRY = (0.2, 0.3)
"""How much hair there is beside what is worn, and upon it, at most."""
_JAW = 0.05
"""How far below the face's outline a neck begins, in face widths."""


def seen(photo: Pixels, face: Face, regions: Regions) -> Neckwear | None:
    """What is worn round the neck of the face in the working picture; None where nothing is told for certain."""
    frame = face.frame
    if face.age < _CHILD or frame.unit < _SMALL or abs(frame.yaw) > _ASIDE:
        return None
    axis = AXIS[0] * frame.yaw + AXIS[1] * float(frame.right[1])
    corner = face.mesh[_CHIN, :2] + np.array([axis + LEFT, TOP]) * frame.unit
    step = frame.unit / FINE
    sparse = np.column_stack([np.eye(2) * (2 * step), corner + step / 2])
    labels, below = _labels(regions, sparse), _below(face, sparse)
    neck = below & (labels[0] > 0.5)
    if neck.sum() < _FEW:
        return None
    box = _about(neck)
    neck, below, (skin, hair, cloth) = neck[box], below[box], (plane[box] for plane in labels)
    top, left = 2 * box[0].start, 2 * box[1].start
    there = np.column_stack([np.eye(2) * step, corner + np.array([left, top]) * step])
    lab = _lab(warped(photo, there, (2 * neck.shape[1], 2 * neck.shape[0])))
    bare = np.asarray(lab[::2, ::2][neck].mean(0), np.float32)
    if _off(bare, _cheeks(photo, face))[0] > _STRANGE:
        return None
    off, share = _off(lab, bare)
    near = _twice(skin > 0.5) & _like(off, share, *_SKIN)
    coloured = bool(np.hypot(*bare[1:]) > _GREY)
    if coloured:  # else cloth may be as light as skin
        near |= _twice(cloth > 0.5) & _like(off, share, *_CLOTH)
    near &= _twice(below & (hair < _HAIRY[0]))
    near = cv2.erode(near.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    free = hair < _HAIRY[1]
    worn = None
    if face.female > 0.5 and coloured:
        half = np.asarray(cv2.resize(lab, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.float32)
        worn = threads.found(half, near[::2, ::2], free, (top, left), _BAND)
    if worn is None:
        tinted = lab - bare * share[..., None]
        tinted[..., 0] = lab[..., 0] * np.float32(_LIGHTNESS)
        worn = threads.found(tinted, near, _twice(free), (top, left), _THREAD)
    if worn is None:
        return None
    curve, (row, column) = worn
    return told(lab, near, face.female, curve, (row - top, column - left))


def _about(neck: Mask) -> tuple[slice, slice]:
    """The part of what is looked at that holds a neck and what may hang below and beside it, in every other place."""
    further, aside = round(_FURTHER * FINE / 2), round(_BESIDE * FINE / 2)
    rows, columns = (np.flatnonzero(neck.any(axis)) for axis in (1, 0))
    return (
        slice(int(rows[0]), int(rows[-1]) + 1 + further),
        slice(max(0, int(columns[0]) - aside), min(neck.shape[1], int(columns[-1]) + 1 + aside)),
    )


def _below(face: Face, sparse: NDArray[np.float64]) -> Mask:
    """What is in the picture of what lies below the face, in every other place."""
    step, corner = sparse[0, 0], sparse[:, 2]
    mask = np.zeros((SIZE[1] // 2, SIZE[0] // 2), np.uint8)
    left, top = np.ceil((1 - corner) / step).astype(int)
    right, bottom = np.floor((SIDE - 2 - corner) / step).astype(int)
    mask[max(0, top) : max(0, bottom + 1), max(0, left) : max(0, right + 1)] = 1
    outline = [np.rint((face.mesh[list(OVAL), :2] - corner) / step).astype(np.int32)]
    cv2.fillPoly(mask, outline, 0)
    cv2.polylines(mask, outline, True, 0, round(_JAW * FINE))
    return np.asarray(mask > 0)


def _labels(regions: Regions, sparse: NDArray[np.float64]) -> tuple[Plane, Plane, Plane]:
    """How much skin, hair and cloth there is in every other place of what is looked at."""
    square = regions.frame.square(len(regions.labels)).astype(np.float64)
    back = np.linalg.inv(square[:, :2])
    way = np.column_stack([back @ sparse[:, :2], back @ (sparse[:, 2] - square[:, 2])])
    size, flags = (SIZE[0] // 2, SIZE[1] // 2), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP

    def plane(label: Label) -> Plane:
        seen = np.ascontiguousarray(regions.labels[..., label])
        return np.asarray(cv2.warpAffine(seen, way, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32)

    return plane(Label.SKIN), plane(Label.HAIR), plane(Label.CLOTHES)


def _twice(mask: Mask) -> Mask:
    """A mask of every other place, of all of them."""
    return np.repeat(np.repeat(mask, 2, 0), 2, 1)


def _lab(pixels: Pixels) -> LabPicture:
    return np.asarray(cv2.cvtColor(pixels.astype(np.float32) * np.float32(1 / 255), cv2.COLOR_RGB2LAB), np.float32)


def _cheeks(photo: Pixels, face: Face) -> Colour:
    """The colour of the cheeks."""
    x, y = np.clip(face.mesh[[*CHEEKS[0], *CHEEKS[1]], :2].T, 0, SIDE - 1).astype(int)
    return np.asarray(_lab(photo[y, x][None])[0].mean(0), np.float32)


def _off(colours: LabPicture, skin: Colour) -> tuple[Plane, Plane]:
    """How far colours lie from skin that is as light as they are, and how light they are, as a share of it."""
    share = np.asarray(colours[..., 0] / max(float(skin[0]), 1.0), np.float32)
    red, yellow = colours[..., 1] - share * skin[1], colours[..., 2] - share * skin[2]
    return np.sqrt(red * red + yellow * yellow), share


def _like(off: Plane, share: Plane, hue: float, dark: float, light: float) -> Mask:
    return np.asarray((off < hue) & (share > dark) & (share < light))
