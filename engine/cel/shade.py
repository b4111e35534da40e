"""The cel look of a picture without a face: pets, things, landscapes.

The picture is flattened between its edges, cut into a few tones of its own with crisp borders, and inked with coherent
lines: differences of Gaussians, averaged along the edges' direction so that they join up (Kang, Lee and Chui,
Coherent Line Drawing, 2007, https://doi.org/10.1145/1274871.1274878).
"""

from itertools import pairwise

import cv2
import numpy as np

from engine import Pixels
from engine.cel.frame import SIDE, square
from engine.cel.look import LabPicture, Plane
from engine.cel.paint.fields import above, blur, full, half, kept, mix
from engine.cel.paint.flow import Flow

TONES = 5
"""How many lightnesses a picture is painted with."""
_CRISP = 0.8
"""How much of the lightness is cut into tones; the rest stays smooth."""
_CHROMA = 1.3
_INK = (1.5, 0.7)
"""How far the difference of Gaussians must fall below 0 for a line, and for the faint ends of one, in L."""


def shade(pixels: Pixels, size: int = SIDE) -> Pixels:
    """The picture's largest central square as cel art, (size, size, 3). Takes a picture of any size."""
    photo = square(pixels)
    seen = _lab(half(photo.astype(np.float32)))
    way = _along_edges(np.ascontiguousarray(seen[..., 0]))
    paint = _flattened(seen, way)
    picture = _toned(full(paint))
    ink = picture * np.array([0.3, 1.1, 1.1], np.float32)
    picture = mix(picture, ink, _lines(np.ascontiguousarray(seen[..., 0]), way))
    rgb = cv2.cvtColor(picture, cv2.COLOR_LAB2RGB).clip(0, 1)
    glow = full(blur(half(np.asarray(rgb, np.float32)), 5))
    bright = 1 - (1 - rgb) * (1 - np.float32(0.14) * glow * glow)  # light spills a little, as through a camera's lens
    finished = np.rint(bright.clip(0, 1) * 255).astype(np.uint8)
    return finished if size == SIDE else square(finished, side=size)


def _lab(rgb: LabPicture) -> LabPicture:
    return np.asarray(cv2.cvtColor(rgb / np.float32(255), cv2.COLOR_RGB2LAB), np.float32)


def _along_edges(lightness: Plane) -> Flow:
    """The direction of the nearest strong edge, everywhere: smoothed structure tensor (half size)."""
    gx, gy = cv2.Sobel(lightness, cv2.CV_32F, 1, 0), cv2.Sobel(lightness, cv2.CV_32F, 0, 1)
    xx, xy, yy = (blur(np.asarray(g, np.float32), 2.2) for g in (gx * gx, gx * gy, gy * gy))
    angle = np.float32(0.5) * np.arctan2(-2 * xy, yy - xx)
    return Flow.of(np.cos(angle), np.sin(angle), 1.0)


def _flattened(seen: LabPicture, way: Flow) -> LabPicture:
    """Smooth between edges, and along them (half size)."""
    flat = seen
    for _ in range(3):
        flat = np.asarray(cv2.bilateralFilter(flat, 7, 11, 3.5), np.float32)
    return way.along(flat, doublings=2)


def _toned(paint: LabPicture) -> LabPicture:
    """The flattened picture in few tones, brighter and more colourful than it was."""
    lightness = np.ascontiguousarray(paint[..., 0])
    tones = _tones(lightness)
    cut = np.full_like(lightness, tones[0])
    for low, high in pairwise(tones):
        cut += (high - low) * above(lightness, (low + high) / 2, soft=1.2, floor=0.8)
    mixed = lightness + np.float32(_CRISP) * (cut - lightness)
    bright = 100 * (mixed.clip(0, 100) / 100) ** np.float32(0.86)
    return np.dstack([bright, paint[..., 1:] * np.float32(_CHROMA)]).astype(np.float32)


def _tones(lightness: Plane) -> list[float]:
    """The picture's own TONES lightnesses, darkest first: one-dimensional k-means from even shares."""
    values = np.sort(lightness[::4, ::4].ravel())
    tones = values[((np.arange(TONES) + 0.5) / TONES * values.size).astype(int)].astype(np.float64)
    for _ in range(8):
        parts = np.split(values, np.searchsorted(values, (tones[1:] + tones[:-1]) / 2))
        tones = np.array([part.mean() if part.size else tone for part, tone in zip(parts, tones, strict=True)])
    apart = [float(tones[0])]
    for tone in tones[1:]:
        if tone - apart[-1] > 4:  # nearer tones would only make contours in an even field
            apart.append(float(tone))
    return apart


def _lines(lightness: Plane, way: Flow) -> Plane:
    """Ink, 0..1, at full size: dark lines and the dark sides of edges, long enough to be meant."""
    response = blur(lightness, 0.8) - np.float32(0.985) * blur(lightness, 1.35)
    response = way.along(response - np.float32(0.015) * np.float32(lightness.mean()), doublings=3)
    strong, faint = _INK
    drawn = kept(response < -faint, 14) & (
        cv2.dilate((response < -strong).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    )
    line = above(full(-response), faint, soft=1.2, floor=0.12)
    return np.asarray(line * full(blur(drawn.astype(np.float32), 0.8)).clip(0, 1) * np.float32(0.9), np.float32)
