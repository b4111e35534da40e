"""Clothes in flat paint: a few colours found in them, their borders smoothed, and the larger folds as one shadow."""

import cv2
import numpy as np

from engine.cel.look import LabPicture, Look, WarpedFace
from engine.cel.paint.fields import Field, blur, full, mix
from engine.cel.paint.layers import Layers, cover
from engine.cel.paint.palette import balanced
from engine.cel.styles import Style

_COLOURS = 6
_ROUNDS = 6
_NEAR = np.float32([0.8, 1.4, 1.4])
"""Weights of L, a and b when colours are compared: hue tells garments apart, lightness mostly folds."""


def palette(pixels: Field, colours: int = _COLOURS) -> Field:
    """The main colours (k, 3) of pixels (n, 3): k-means from colours spread over the range of lightness."""
    order = np.argsort(pixels @ np.float32([1, 0.3, 0.2]), kind="stable")
    centres = pixels[order[np.linspace(0, len(order) - 1, colours).astype(int)]].astype(np.float32)
    scaled = pixels * _NEAR
    for _ in range(_ROUNDS):
        nearest = _nearest(scaled, centres)
        for i in range(colours):
            mine = pixels[nearest == i]
            if len(mine):
                centres[i] = mine.mean(0)
    return centres


def _nearest(scaled: Field, centres: Field) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    gaps = [((scaled - c * _NEAR) ** 2).sum(-1) for c in centres]
    return np.asarray(np.argmin(np.stack(gaps, -1), -1))


def paint(
    below: LabPicture, photo: LabPicture, layers: Layers, face: WarpedFace, look: Look, style: Style, gain: float
) -> LabPicture:
    """Lay the clothes over `below`; `photo` is at half size."""
    worn = layers.half_clothes
    on = worn > 0.5
    if on.sum() < 40:
        return below
    flat = photo
    for _ in range(2):
        flat = cv2.bilateralFilter(flat, 7, 12, 3)
    centres = palette(flat[on][:: max(1, int(on.sum()) // 3000)])
    nearest = _nearest(flat * _NEAR, centres)
    picture = np.zeros_like(below)
    weight = np.zeros(below.shape[:2], np.float32)
    for i, colour in enumerate(centres):
        share = full(blur((nearest == i).astype(np.float32), 1.3)) ** 6
        picture += share[..., None] * printed(colour, style, gain, look.grey)
        weight += share
    picture /= weight[..., None] + np.float32(1e-9)
    return mix(below, picture, cover(layers.person))


def printed(seen: Field, style: Style, gain: float, grey: bool) -> Field:
    """A garment's colour as it is printed: exposed, a little lighter and clearer."""
    lightness = float(balanced(np.float32(seen[0]), gain))
    lightness = float(np.interp(lightness, [0, 12, 50, 100], [12, 19, 56, 97])) + 0.5 * style.lift
    colour = np.zeros(2) if grey else seen[1:] * (1.15 * style.chroma) + np.array(style.tint) * 0.5
    return np.float32([lightness, *colour])
