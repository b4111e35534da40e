"""Clothes in flat paint: a few colours found in them, their borders smoothed, and the larger folds as one shadow."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.look import Colour, LabPicture, Look, Plane, WarpedFace, colour, from_bytes, in_bytes
from engine.cel.paint.clusters import nearest, palette
from engine.cel.paint.fields import above, blur, doubled, kept, lay, within
from engine.cel.paint.layers import Layers, cover
from engine.cel.paint.palette import balanced
from engine.cel.styles import Style

_COLOURS = 4
_MARGIN = 6
_SAMPLES = 1500
"""Pixels that are looked at for the main colours."""
_PATTERN = 0.11
"""Changes of colour a pixel from which clothes are taken for patterned, and only their large areas painted."""
_INK = colour(0.42, 0.9, 0.9)
"""Seams: the garment's colour, much darker."""
_ALIKE = 17.0
"""Colours nearer to each other than this are one."""


def paint(
    below: LabPicture, photo: LabPicture, layers: Layers, face: WarpedFace, look: Look, style: Style, gain: float
) -> LabPicture:
    """Lay the clothes over `below`, in place; `photo` is at half size."""
    on = layers.half_clothes > 0.5
    if on.sum() < 40:
        return below
    top = max(0, int(np.flatnonzero(on.any(1))[0]) - _MARGIN)  # clothes lie low: nothing above them is looked at
    picture = _garments(photo[top:], layers.half_clothes[top:], face, look, style, gain)
    lay(below[2 * top :], picture, cover(layers.person)[2 * top :])
    return below


def _garments(photo: LabPicture, worn: Plane, face: WarpedFace, look: Look, style: Style, gain: float) -> LabPicture:
    """Flat colours, one shadow, seams: twice the size of `photo`."""
    on = worn > 0.5
    plain = _plain(photo)
    centres = palette(plain[on][:: max(1, int(on.sum()) // _SAMPLES)], _COLOURS, _ALIKE)
    areas = np.asarray(cv2.medianBlur(nearest(plain, centres).astype(np.uint8), 7), np.uint8)
    busy = _turns(areas, on) > _PATTERN
    sigma = max(1.5, 0.022 * face.u) * (2.5 if busy else 1.0)
    near = (blur(worn, sigma) > 0.02).astype(np.float32)
    shares = [blur((areas == i) * near, sigma) for i in range(len(centres))]
    picture = _flat(shares, [printed(centre, style, gain, look.grey) for centre in centres])
    if busy:  # of a pattern every motif would be a fold and a seam
        return picture
    even = sum(share * centre[0] for share, centre in zip(shares, centres, strict=True))
    folds = within(even - photo[..., 0], worn, max(2.0, 0.016 * face.u))
    deep = max(4.0, float(np.percentile(folds[on], 82)))
    shadow = picture * colour(0.80, 0.95, 0.95) + colour(-2, 0, 0 if look.grey else -2)
    lay(picture, shadow, above(doubled(folds), deep, 1.1))
    seams = above(doubled(_seams(plain[..., 0], worn, face)), 0.0, 1.2, 0.08) * np.float32(0.8)
    return lay(picture, picture * _INK, seams)


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


def _seams(lightness: Plane, worn: Plane, face: WarpedFace) -> Plane:
    """Where lapels, collars and deep folds are drawn as lines: above 0, at half size.

    A difference of Gaussians, weighed by the lightness around so that black suits keep their lapels.
    """
    fine = max(0.8, 0.006 * face.u)
    around = blur(lightness, 2 * fine)
    dark = (around - blur(lightness, fine)) * 40 / (around + 12)
    inner = cv2.erode((worn > 0.5).astype(np.uint8), np.ones((9, 9), np.uint8), borderValue=1)  # not beside the outline
    dark = dark * inner
    lines = kept(dark > 1.6, (0.09 * face.u) ** 2 * 0.25)
    near = cv2.dilate(lines.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.where(near, dark - np.float32(1.9), np.float32(-1)).astype(np.float32)


def _flat(shares: Sequence[Plane], colours: Sequence[Colour]) -> LabPicture:
    """Each pixel of the picture in the colour that has the largest share of it, borders anti-aliased."""
    most = doubled(shares[0])
    picture = np.empty((*most.shape, 3), np.float32)
    picture[:] = colours[0]
    for share, tone in zip(shares[1:], colours[1:], strict=True):
        here = doubled(share)
        lay(picture, tone, above(here - most, 0.004))  # nowhere where both have nothing
        np.maximum(most, here, out=most)
    return picture


def printed(seen: Colour, style: Style, gain: float, grey: bool) -> Colour:
    """A garment's colour as it is printed: exposed, a little lighter and clearer."""
    lightness = balanced(float(seen[0]), gain)
    lightness = float(np.interp(lightness, [0, 12, 50, 100], [17, 23, 57, 97])) + 0.5 * style.lift
    a, b = (0.0, 0.0) if grey else seen[1:] * (1.15 * style.chroma) + np.array(style.tint) * 0.5
    return colour(lightness, a, b)
