"""Clothes in flat paint: a few colours found in them, their borders smoothed, and the larger folds as one shadow."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel import contours
from engine.cel.frame import HALF
from engine.cel.look import Colour, LabPicture, Look, Plane, WarpedFace, colour, from_bytes, in_bytes
from engine.cel.paint.clusters import NEAR, nearest, palette
from engine.cel.paint.fields import Field, above, blur, distance, doubled, ease, kept, lay, within
from engine.cel.paint.layers import Layers, cover
from engine.cel.paint.palette import balanced
from engine.cel.styles import Style

_COLOURS = 3
_MARGIN = 6
_SAMPLES = 1500
"""Pixels that are looked at for the main colours."""
_PATTERN = 0.11
"""Changes of colour a pixel from which clothes are taken for patterned, and only their large areas painted."""
_PATCH = 0.26
"""Side, in face widths, of a square below which a patch of colour is print or light, and is left out."""
_SHARE, _PLAIN = 0.22, 34.0
"""A colour that covers less of the clothes than this is left out, unless it lies so far off the main one."""
_TINT, _SHADE = 8.0, 30.0
"""Colours that differ by less chroma than this, and by less lightness, are one in light and shadow."""
_FOLD = 0.20
"""The same of a shadow."""
_COLLAR = 0.055
"""Breadth of a collar, in face widths."""
_NECK = (0.40, 0.62)
"""How far aside (u) collars reach, and where their seams have ended."""
_INK = colour(0.42, 0.9, 0.9)
"""Seams: the garment's colour, much darker."""
_BARE = 13.0
"""What is nearer than this to the colour of the face is an arm or a shoulder, whatever its label."""
_ALIKE = 20.0
"""Colours nearer to each other than this are one."""


def paint(
    below: LabPicture,
    photo: LabPicture,
    worn: Plane,
    shape: Plane,
    layers: Layers,
    face: WarpedFace,
    look: Look,
    style: Style,
    gain: float,
    u: Plane,
    pen: float,
) -> LabPicture:
    """Lay what is `worn` (0..1) over `below`, in place, within the signed distance `shape`.

    It, `photo` and u are at half size; `pen` is the line's width.
    """
    on = worn > 0.5
    if on.sum() < 40:
        return below
    rows = np.flatnonzero(on.any(1))  # nothing above and below is looked at
    top, end = max(0, int(rows[0]) - _MARGIN), min(HALF, int(rows[-1]) + 1 + _MARGIN)
    picture = _garments(photo[top:end], worn[top:end], layers, np.s_[top:end], face, look, style, gain, pen)
    _collar(picture, layers.half_skin[top:end], u[top:end], face, pen)
    box = np.s_[2 * top : 2 * end]
    below[box] = lay(np.ascontiguousarray(below[box]), picture, cover(shape[box]))
    return below


def _garments(
    photo: LabPicture,
    worn: Plane,
    layers: Layers,
    rows: slice,
    face: WarpedFace,
    look: Look,
    style: Style,
    gain: float,
    pen: float,
) -> LabPicture:
    """Flat colours, one shadow, seams: twice the size of `photo`."""
    on, unit = worn > 0.5, face.u / 2
    plain = _plain(photo)
    centres = palette(plain[on][:: max(1, int(on.sum()) // _SAMPLES)], _COLOURS, _ALIKE)
    areas = nearest(plain, centres).astype(np.uint8)
    centres, areas = _main(centres, areas, on)
    busy = _turns(np.asarray(cv2.medianBlur(areas, 7), np.uint8), on) > _PATTERN
    sigma = max(1.2, 0.022 * face.u) * (2.5 if busy else 1.0)
    areas = _large(areas, on, (_PATCH * unit) ** 2 * (3 if busy else 1), len(centres))
    near = (blur(worn, sigma) > 0.02).astype(np.float32)
    shares = [blur((areas == i) * near, sigma) for i in range(len(centres))]
    bare = np.linalg.norm((centres - look.seen_skin) * NEAR, axis=1) < _BARE
    tones = [
        look.skin.base if skin else printed(c, style, gain, look.grey) for c, skin in zip(centres, bare, strict=True)
    ]
    picture, seams = _flat(shares, tones, pen)
    shade = _shadows(photo, worn, shares, centres, layers, rows, face)
    shadow = picture * colour(0.80, 0.98, 0.98) + colour(-2, 0 if look.grey else 2, 0 if look.grey else -5)
    lay(picture, shadow, above(doubled(shade), 0.5, 1.2))
    return lay(picture, picture * _INK, seams * np.float32(0.85))


def _collar(picture: LabPicture, skin: Plane, u: Plane, face: WarpedFace, pen: float) -> None:
    """Draw the seam that follows a neckline, in place: it tells a garment from a patch of colour."""
    away = cv2.distanceTransform((skin < 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    seam = doubled(blur(np.asarray(away, np.float32), 1.2) - np.float32(_COLLAR * face.u / 2)) * 2
    near = doubled(1 - ease(np.abs(u), *_NECK))
    line = np.clip(np.float32(0.4 * pen + 0.5) - np.abs(seam), 0, 1) * near
    lay(picture, picture * _INK, np.asarray(line * np.float32(0.7), np.float32))


def _main(centres: Field, areas: NDArray[np.uint8], on: NDArray[np.bool_]) -> tuple[Field, NDArray[np.uint8]]:
    """The colours that clothes are made of, without those that only light or print add; and where they are."""
    share = np.bincount(areas[on], minlength=len(centres)) / on.sum()
    apart = np.linalg.norm((centres - centres[int(np.argmax(share))]) * NEAR, axis=1)
    kept_ = (share > _SHARE) | (apart > _PLAIN)
    main = centres[int(np.argmax(share))]
    kept_ &= (np.hypot(*(centres - main)[:, 1:].T) > _TINT) | (np.abs(centres[:, 0] - main[0]) > _SHADE)
    kept_[int(np.argmax(share))] = True
    if kept_.all():
        return centres, areas
    near = nearest(centres, centres[kept_]).astype(np.uint8)
    return centres[kept_], near[areas]


def _large(areas: NDArray[np.uint8], on: NDArray[np.bool_], least: float, count: int) -> NDArray[np.uint8]:
    """The areas without patches smaller than `least` pixels, which go to what is around them."""
    areas = np.asarray(cv2.medianBlur(areas, 5), np.uint8)
    small = np.zeros(areas.shape, bool)
    for i in range(count):
        small |= (areas == i) & on & ~kept((areas == i) & on, least)
    return contours.refilled(areas, small, count)


def _shadows(
    photo: LabPicture,
    worn: Plane,
    shares: Sequence[Plane],
    centres: Field,
    layers: Layers,
    rows: slice,
    face: WarpedFace,
) -> Plane:
    """Where clothes lie in shadow, over one half: what the head casts, and the photo's few largest folds."""
    unit = face.u / 2
    head = np.asarray(cv2.resize(cover(layers.body), (HALF, HALF), interpolation=cv2.INTER_AREA), np.float32)
    x, y = (0.03 * face.right + 0.085 * face.down) * unit
    moved = cv2.warpAffine(head, np.array([[1, 0, x], [0, 1, y]]), (HALF, HALF), borderMode=cv2.BORDER_REPLICATE)
    even = sum(share * centre[0] for share, centre in zip(shares, centres, strict=True))
    folds = within(np.asarray(even - photo[..., 0], np.float32), worn, max(2.0, 0.04 * unit))
    on = worn > 0.5
    deep = max(5.0, float(np.percentile(folds[on], 80)))
    large = kept((folds > deep) & on, (_FOLD * unit) ** 2)
    folds = np.where(cv2.dilate(large.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0, folds / deep - 0.5, 0)
    return np.maximum(np.asarray(moved, np.float32)[rows], np.clip(folds, 0, 1).astype(np.float32))


def _plain(photo: LabPicture) -> LabPicture:
    """The photo without weave and small print; in bytes, for which the filter is quick."""
    smooth = in_bytes(photo)
    for _ in range(2):
        smooth = np.asarray(cv2.bilateralFilter(smooth, 5, 20, 3), np.uint8)
    return from_bytes(smooth)


def _turns(areas: NDArray[np.uint8], on: NDArray[np.bool_]) -> float:
    """How often the colour changes from pixel to pixel within the mask: a few times in a suit, often in a print."""
    across = ((areas[:, 1:] != areas[:, :-1]) & on[:, 1:]).sum() + ((areas[1:] != areas[:-1]) & on[1:]).sum()
    return float(across) / max(1.0, float(on.sum()))


def _flat(shares: Sequence[Plane], colours: Sequence[Colour], pen: float) -> tuple[LabPicture, Plane]:
    """Each pixel of the picture in the colour that has the largest share of it; and the lines where colours meet."""
    most = doubled(shares[0])
    picture = np.empty((*most.shape, 3), np.float32)
    picture[:] = colours[0]
    seams = np.zeros_like(most)
    for share, tone in zip(shares[1:], colours[1:], strict=True):
        here = doubled(share)
        lead = here - most
        lay(picture, tone, above(lead, 0.004))  # nowhere where both have nothing
        both = np.minimum(here, most) > 0.02
        apart = np.abs(distance(lead))
        seams = np.maximum(seams, np.clip(np.float32(0.35 * pen + 0.5) - apart, 0, 1) * both)
        np.maximum(most, here, out=most)
    return picture, np.asarray(seams, np.float32)


def printed(seen: Colour, style: Style, gain: float, grey: bool) -> Colour:
    """A garment's colour as it is printed: exposed, a little lighter and clearer."""
    lightness = balanced(float(seen[0]), gain)
    lightness = float(np.interp(lightness, [0, 12, 50, 100], [17, 23, 57, 97])) + 0.5 * style.lift
    a, b = (0.0, 0.0) if grey else seen[1:] * (1.15 * style.chroma) + np.array(style.tint) * 0.5
    return colour(lightness, a, b)
