"""Filters that painting is made of: smoothing within a mask, filling, cutting a smooth field into flat tones."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF, SIDE
from engine.cel.look import Colour, LabPicture, Plane

type Field = NDArray[np.float32]
"""(h, w) or (h, w, n), float32."""


_NOTHING = 0.002
"""Coverage that nobody sees."""
_FAR = 999.0
"""A distance from the outline of what has none."""
_REACH = 12
"""How far from outlines their distance is told, in pixels: lines are not as broad."""
_FINE, _MARGIN = 3, 2
"""How much finer than pixels shapes are drawn, and how many pixels around them their edges may reach."""

type Box = tuple[slice, slice]

SPARSE: Box = np.s_[::2, ::2]
"""Pixels enough for the median of a plane, or any such share of it."""


def ease(x: Field, low: float, high: float) -> Field:
    """0 at `low`, 1 at `high`, a smooth step between."""
    t = np.asarray(x - np.float32(low))
    t *= np.float32(1 / (high - low))
    np.clip(t, 0, 1, out=t)
    eased: Field = t * -2
    eased += 3
    eased *= t
    eased *= t
    return eased


def blur(field: Field, sigma: float) -> Field:
    """Gaussian, `sigma` in pixels of the field; wide ones are taken at a lower resolution, which nobody can tell."""
    coarser = int(sigma / 2.5)
    if coarser < 2:
        return np.asarray(cv2.GaussianBlur(field, (0, 0), max(sigma, 0.3)), np.float32)
    height, width = field.shape[:2]
    small = _resized(field, (max(1, width // coarser), max(1, height // coarser)))
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), sigma / coarser), np.float32).reshape(small.shape)
    return _resized(small, (width, height), cv2.INTER_LINEAR)


def full(field: Field) -> Field:
    """A field at the picture's size."""
    return np.asarray(cv2.resize(field, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR), np.float32)


def doubled(field: Field) -> Field:
    """Part of a half-size field at the picture's resolution."""
    return _resized(field, (2 * field.shape[1], 2 * field.shape[0]), cv2.INTER_LINEAR)


def half(field: Field) -> Field:
    """A picture or plane at half its size."""
    return np.asarray(cv2.resize(field, (HALF, HALF), interpolation=cv2.INTER_AREA), np.float32)


def mix(below: Field, above: Field | Colour, cover: Plane) -> LabPicture:
    """`above`, a picture or one colour, laid over `below` where `cover` (0..1) says so; `below` stays as it is."""
    return lay(np.array(below, np.float32), above, cover)


def lay(picture: LabPicture, above: Field | Colour, cover: Plane) -> LabPicture:
    """`mix`, in place."""
    box = touched(cover)
    part, weight = picture[box], np.ascontiguousarray(cover[box], np.float32)
    if not part.size:
        return picture
    if above.ndim == 1:
        part *= each(1 - weight, part)
        part += tinted(weight, above)
    else:
        over = np.ascontiguousarray(above[box], np.float32)
        part[:] = cv2.blendLinear(over, np.ascontiguousarray(part), weight, 1 - weight)
    return picture


def stain(picture: LabPicture, factor: Colour, cover: Plane) -> None:
    """Multiply a picture by a factor for each channel where `cover` (0..1) says so, in place."""
    box = touched(cover)
    if cover[box].size:
        picture[box] *= tinted(cover[box], factor - 1) + np.float32(1)


def touched(cover: Plane) -> Box:
    """The box of all that `cover` (0..1) tells to be laid; without size if that is nothing."""
    left, top, width, height = cv2.boundingRect((cover > _NOTHING).view(np.uint8))
    return np.s_[top : top + height, left : left + width]


def darken(picture: LabPicture, share: float, cover: Plane) -> None:
    """Bring lightness down to a share of itself where `cover` (0..1) says so, in place."""
    picture[..., 0] *= 1 - cover * np.float32(1 - share)


def around(mask: NDArray[np.bool_]) -> tuple[Box, Box]:
    """The box that holds all of a half-size mask: in the half-size picture, and in the picture."""
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    right, bottom = left + width, top + height
    return np.s_[top:bottom, left:right], np.s_[2 * top : 2 * bottom, 2 * left : 2 * right]


def flat(tone: Colour, size: tuple[int, ...]) -> LabPicture:
    """A picture of one colour, of (height, width)."""
    height, width = size
    picture = np.empty((height, 3 * width), np.float32)
    picture[:] = np.tile(tone, width)  # row by row is far quicker than pixel by pixel
    return picture.reshape(height, width, 3)


def tinted(cover: Plane, tone: Colour) -> LabPicture:
    """So much of a colour everywhere."""
    return np.asarray(cv2.merge([cover * part for part in tone]), np.float32)


def within(field: Field, mask: Plane, sigma: float) -> Field:
    """Gaussian smoothing that looks only at what lies in the mask."""
    weight = mask + np.float32(1e-4)
    total, share = blur(field * each(weight, field), sigma), blur(weight, sigma)
    smoothed: Field = total / each(share, field)
    return smoothed


def local_colour(photo: LabPicture, mask: Plane, sigma: float) -> LabPicture:
    """The colour of what lies in a mask, from place to place: `within` for wide sigmas, at half the photo's size."""
    size = (photo.shape[1] // 2, photo.shape[0] // 2)
    smooth = within(_resized(photo, size), _resized(mask, size), sigma / 2)
    return _resized(smooth, (photo.shape[1], photo.shape[0]), cv2.INTER_LINEAR)


def fill(field: Field, mask: Plane) -> Field:
    """What lies in the mask, spread smoothly over all else (a pyramid of ever coarser averages)."""
    spread = each(mask, field)
    known = field * spread
    mean = known.sum((0, 1)) / max(float(mask.sum()), 1e-6)
    weight = (spread + np.float32(1e-4)).astype(np.float32)
    levels = [((known + mean * np.float32(1e-4)).astype(np.float32), weight)]
    while min(levels[-1][1].shape[:2]) > 3:
        height, width = levels[-1][1].shape[:2]
        size = ((width + 1) // 2, (height + 1) // 2)
        levels.append((_resized(levels[-1][0], size), _resized(levels[-1][1], size)))
    out = levels[-1][0] / levels[-1][1]
    for total, weight in reversed(levels[:-1]):
        out = _resized(out, (weight.shape[1], weight.shape[0]), cv2.INTER_LINEAR)
        sure = np.clip(weight * 1.5, 0, 1)
        out = total / weight * sure + out * (1 - sure)
    return np.asarray(out, np.float32)


def each(plane: Plane, field: Field) -> Field:
    """A plane once for each of a field's channels: NumPy is slow to spread it over so few."""
    return plane if field.ndim == 2 else np.asarray(cv2.merge([plane] * field.shape[2]), np.float32)


def _resized(field: Field, size: tuple[int, int], scaling: int = cv2.INTER_AREA) -> Field:
    """`cv2.resize`, which drops a last dimension of 1."""
    return np.asarray(cv2.resize(field, size, interpolation=scaling), np.float32).reshape(
        size[1], size[0], *field.shape[2:]
    )


def slope(field: Plane) -> Plane:
    """Length of the gradient, per pixel."""
    gx = cv2.Sobel(field, cv2.CV_32F, 1, 0, scale=0.125)
    gy = cv2.Sobel(field, cv2.CV_32F, 0, 1, scale=0.125)
    return length(np.asarray(gx, np.float32), np.asarray(gy, np.float32))


def length(x: Field, y: Field) -> Field:
    """Length of vectors. Not `cv2.magnitude`, whose last bit depends on where in memory its arrays begin."""
    long: Field = np.sqrt(x * x + y * y)
    return long


def above(field: Plane, threshold: float, soft: float = 1.0, floor: float = 1e-3) -> Plane:
    """Where a smooth field exceeds a threshold, 0..1, with an edge `soft` pixels wide whatever the field's slope.

    Dividing by the local slope turns the field into a distance from its contour, so the edge is anti-aliased without
    drawing at a larger size. `floor` is the least slope: flatter places turn over gradually.
    """
    width = np.maximum(slope(field) * np.float32(max(soft, 1.0)), np.float32(floor))
    return np.asarray(np.clip((field - np.float32(threshold)) / width + np.float32(0.5), 0, 1), np.float32)


def distance(field: Plane, reach: float = 12.0) -> Plane:
    """About the signed distance, in pixels, from where a smooth field crosses 0; positive where it is positive."""
    steep = np.maximum(slope(blur(field, 0.7)), np.float32(0.01))
    return np.asarray(np.clip(field / steep, -reach, reach), np.float32)


def outlined(lead: Plane, crumb: float, smooth: float) -> Plane:
    """Signed distance, in pixels, from the outline of where `lead` is positive; positive inside.

    Pieces and holes of fewer than `crumb` pixels go; the outline is smoothed by `smooth` pixels. Unlike `distance` it
    is right however far from the outline, and in fields that hover about 0.
    """
    inside = tidy(lead > 0, crumb)
    if not inside.any() or inside.all():
        return np.full_like(lead, _FAR if inside.any() else -_FAR)
    within, beyond = (cv2.distanceTransform(mask.view(np.uint8), cv2.DIST_L2, 5) for mask in (inside, ~inside))
    whole = np.where(inside, within - np.float32(0.5), np.float32(0.5) - beyond).astype(np.float32)
    fine = distance(lead)  # exact at the outline, where the other knows whole pixels only
    near = (1 - ease(np.abs(whole), 1.0, 2.5)) * ((fine > 0) == inside)
    return blur(np.asarray(whole + (fine - whole) * near, np.float32), smooth)


def kept(mask: NDArray[np.bool_], least: float) -> NDArray[np.bool_]:
    """The mask without connected pieces of fewer than `least` pixels."""
    if not mask.any():
        return mask
    count, pieces = cv2.connectedComponents(mask.view(np.uint8), connectivity=4)
    if count <= 2:
        return mask if np.count_nonzero(mask) >= least else np.zeros_like(mask)
    which = np.asarray(pieces, np.intp)  # what NumPy would make of them each time
    large = np.bincount(which.ravel(), minlength=count) >= least
    if large[1:].all():
        return mask
    large[0] = False
    return np.asarray(large[which])


def tidy(mask: NDArray[np.bool_], least: float) -> NDArray[np.bool_]:
    """The mask without specks, and without holes, smaller than `least` pixels."""
    return ~kept(~kept(mask, least), least)


def sampled(plane: Field, at: NDArray[np.floating]) -> NDArray[np.float64]:
    """A plane or field at points (n, 2), linearly between its pixels."""
    p = np.asarray(at, np.float32)[None]
    x, y = np.ascontiguousarray(p[..., 0]), np.ascontiguousarray(p[..., 1])
    return np.asarray(cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0], np.float64)


def drawn(outlines: Sequence[NDArray[np.float64]]) -> Plane:
    """Signed distance, in the picture's pixels and at its size, from closed outlines in them; positive inside.

    Where none is near it is `_FAR` outside.
    """
    mask = np.zeros((SIDE, SIDE), np.uint8)
    for outline in outlines:
        cv2.fillPoly(mask, [np.rint(np.clip(outline - 0.5, -999, 999) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    shape = np.full(mask.shape, -_FAR, np.float32)
    left, top, width, height = cv2.boundingRect(mask)
    box = np.s_[max(0, top - _REACH) : top + height + _REACH, max(0, left - _REACH) : left + width + _REACH]
    mask = mask[box]
    inside = (mask > 127).astype(np.uint8)
    if inside.any():
        within, beyond = (cv2.distanceTransform(part, cv2.DIST_L2, 3) for part in (inside, 1 - inside))
        whole = np.where(inside > 0, within - 0.5, 0.5 - beyond)
        edge = (mask > 0) & (mask < 255)
        fine = np.where(edge, mask * np.float32(1 / 255) - np.float32(0.5), whole)
        shape[box] = blur(fine.astype(np.float32), 0.7)
    return shape


def polygon(outline: NDArray[np.float64]) -> Plane:
    """How much of each half-size pixel lies within an outline (n, 2) in the picture's pixels, 0..1."""
    mask = np.zeros((HALF, HALF), np.uint8)
    fixed = np.rint(np.clip(outline / 2 - 0.5, -999, 999) * 16).astype(np.int32)
    cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, 4)
    return mask.astype(np.float32) / np.float32(255)


def filled(shapes: Sequence[NDArray[np.float64]], box: Box, strength: float) -> Plane:
    """How much of each pixel of a box of the picture lies within shapes, up to `strength`.

    They are drawn finer than that: else tips would be a pixel broad, and fine lines have steps.
    """
    rows, columns = box
    out = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.float32)
    if not shapes:
        return out
    every = np.concatenate(shapes)
    first = np.floor(every.min(0)).astype(int) - _MARGIN
    last = np.ceil(every.max(0)).astype(int) + _MARGIN
    left, right = (min(max(int(x), columns.start), columns.stop) for x in (first[0], last[0]))
    top, bottom = (min(max(int(y), rows.start), rows.stop) for y in (first[1], last[1]))
    if left == right or top == bottom:
        return out
    plane, part = np.zeros(((bottom - top) * _FINE, (right - left) * _FINE), np.uint8), np.s_[top:bottom, left:right]
    for shape in np.split(fixed(every, part, _FINE), np.cumsum([len(shape) for shape in shapes[:-1]])):
        cv2.fillPoly(plane, [shape], 255, cv2.LINE_AA, 4)
    small = cv2.resize(plane, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    within = np.s_[top - rows.start : bottom - rows.start, left - columns.start : right - columns.start]
    out[within] = np.asarray(small, np.float32) * np.float32(strength / 255)
    return out


def fixed(shape: NDArray[np.float64], box: Box, fine: int) -> NDArray[np.int32]:
    """An outline of the picture as `cv2.fillPoly` takes it, 4 bits of a pixel, in a plane of the box drawn `fine`r."""
    rows, columns = box
    corner = np.array([columns.start, rows.start], np.float64)
    return np.rint((np.minimum(np.maximum(shape - corner, -4000), 4000) * fine - 0.5) * 16).astype(np.int32)
