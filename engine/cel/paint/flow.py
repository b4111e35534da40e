"""The way hair lies: an orientation field, and smoothing along it (line integral convolution).

Cabral and Leedom, Imaging Vector Fields Using Line Integral Convolution, 1993; the streamlines are found by composing
a one-pixel step with itself, so that 2^n pixels cost n look-ups.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel import geometry
from engine.cel.frame import HALF
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import Field, blur, doubled, ease, length

type _Steps = tuple[tuple[NDArray[np.int16], NDArray[np.uint16]], ...]

_COARSE = 2
"""How many times smaller the orientation field is found: locks are broad."""
_DOUBLINGS = 5
"""The longest way along the flow is 2^5 pixels of the half-size picture to either side: about half a face."""
_STRANDS, _OUTLINE, _EXPECTED = 1.6, 1.5, 0.55
"""How much the photo's strands, the hair's outline and expectation say about the way hair lies."""
_BROAD_NOISE = 2.5
"""Noise smoothed by more pixels than this is made at half its size."""
_CONTRAST = (30.0, 90.0)
"""Squared slope of lightness (L a pixel, as Sobel sums it) of hair that shows nothing of its strands, and enough."""
_BROAD = 0.07
"""How far the three are averaged, in face widths: about the breadth of a lock."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Unit vectors (x, y) from the crown to the tips, at half size; `coherence` 0..1: how plainly the hair lies so."""

    x: Plane
    y: Plane
    coherence: float
    _ways: tuple[_Steps, _Steps]
    """Look-up tables of 1, 2, 4, ... pixels along the flow, forth and back."""
    _coarse: int
    """How many times smaller than the fields these are."""

    @classmethod
    def of(cls, x: Plane, y: Plane, coherence: float, coarse: int = 1) -> "Flow":
        """A flow along a field of unit vectors; averages are taken `coarse` times smaller."""
        size = (x.shape[1] // coarse, x.shape[0] // coarse)
        small = [np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.float32) for part in (x, y)]
        return cls(x, y, coherence, (_steps(*small), _steps(-small[0], -small[1])), coarse)

    def along(self, field: Field, doublings: int = _DOUBLINGS) -> Field:
        """Average a field along the flow, 2^doublings pixels to either side."""
        height, width = field.shape[:2]
        small = cv2.resize(field, (width // self._coarse, height // self._coarse), interpolation=cv2.INTER_AREA)
        total = np.zeros_like(small)
        for steps in self._ways:
            mean = small
            for table in steps[: doublings - self._coarse + 1]:
                moved = cv2.remap(mean, *table, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
                mean = np.asarray(cv2.addWeighted(mean, 0.5, moved, 0.5, 0), np.float32)
            total = total + mean
        mean = np.asarray(total * np.float32(0.5), np.float32)
        return np.asarray(cv2.resize(mean, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _steps(x: Plane, y: Plane) -> _Steps:
    """Tables for `cv2.remap`: one pixel along the field, then each step taken twice."""
    grid = np.arange(len(x), dtype=np.float32)
    place: Field = np.dstack([x + grid[None], y + grid[:, None]])
    tables = []
    for _ in range(_DOUBLINGS):
        tables.append(_table(place))
        place = np.asarray(cv2.remap(place, *tables[-1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)
    return tuple(tables)


def _table(place: Field) -> tuple[NDArray[np.int16], NDArray[np.uint16]]:
    """The fixed-point form of a remap table, twice as fast as floats."""
    x, y = np.ascontiguousarray(place[..., 0]), np.ascontiguousarray(place[..., 1])
    whole, part = cv2.convertMaps(x, y, cv2.CV_16SC2)
    return np.asarray(whole, np.int16), np.asarray(part, np.uint16)


def crown(face: WarpedFace, hair: Plane, u: Plane, v: Plane) -> float:
    """Height of the hair, the v of its upper end."""
    top = v[(hair > 0.6) & (np.abs(u) < 0.4)]
    return geometry.percentile(top, 1.5) if top.size > 20 else -0.9


def flow(lightness: Plane, hair: Plane, skin: Plane, face: WarpedFace, u: Plane, v: Plane) -> Flow:
    """The orientation of strands (all at half size), by three witnesses brought together.

    The photo's own strands, the hair's outline, which strands follow wherever they do not end there, and what is
    expected of all hair: out of the crown, then down.
    """
    top = crown(face, hair, u, v)
    unit = face.u / 2
    u, v, small, skin = (_smaller(plane) for plane in (u, v, hair, skin))
    on = small > 0.6
    ex, ey = _expected(u, v, top, face)
    strands = _strands(lightness, hair, on, unit)
    outline = _outline(small, skin, ex, ey, v, face)
    cos2, sin2 = (_EXPECTED * part for part in (ex * ex - ey * ey, 2 * ex * ey))
    for weight, (c, s) in ((_STRANDS, strands[:2]), (_OUTLINE, outline)):
        cos2, sin2 = cos2 + weight * c, sin2 + weight * s
    sigma = max(1.2, _BROAD * unit / _COARSE)
    cos2, sin2 = (blur(np.asarray(part * (small + np.float32(1e-3)), np.float32), sigma) for part in (cos2, sin2))
    angle = 0.5 * np.arctan2(sin2, cos2)
    x, y = np.cos(angle), np.sin(angle)
    away = np.where(x * ex + y * ey < 0, -1, 1)
    wide_x, wide_y = (doubled((part * away).astype(np.float32)) for part in (x, y))
    long = length(wide_x, wide_y) + np.float32(1e-6)
    return Flow.of(wide_x / long, wide_y / long, strands[2], _COARSE)


def _expected(u: Plane, v: Plane, top: float, face: WarpedFace) -> tuple[Plane, Plane]:
    """Unit vectors in the picture: out of the parting, then falling."""
    parting = -0.10 if face.yaw > -0.05 else 0.10
    du, dv = u - np.float32(parting), v - np.float32(top + 0.18)
    long = np.sqrt(du * du + dv * dv) + np.float32(1e-3)
    falling = ease(v, -0.15, 0.5)
    pu = du / long * (1 - falling) + np.float32(0.12) * np.sign(u) * falling
    pv = dv / long * (1 - falling) + falling
    x, y = pu * face.right[0] + pv * face.down[0], pu * face.right[1] + pv * face.down[1]
    long = np.sqrt(x * x + y * y) + 1e-3
    return np.asarray(x / long, np.float32), np.asarray(y / long, np.float32)


def _strands(lightness: Plane, hair: Plane, on: NDArray[np.bool_], unit: float) -> tuple[Plane, Plane, float]:
    """The doubled angle (cos, sin) of the photo's strands, weighed by how plain they are; and how plain all are."""
    sure = cv2.erode((hair > 0.7).astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.float32)
    inner = blur(lightness, 0.8)
    inner = inner - blur(inner, max(2.0, 0.04 * unit))  # strands, not the head's own shading
    gx, gy = cv2.Sobel(inner, cv2.CV_32F, 1, 0), cv2.Sobel(inner, cv2.CV_32F, 0, 1)
    sigma = 0.09 * unit / _COARSE
    xx, xy, yy = (blur(_smaller(np.asarray(g * sure, np.float32)), sigma) for g in (gx * gx, gx * gy, gy * gy))
    strength = np.sqrt((xx - yy) ** 2 + 4 * xy * xy)
    plain = strength / (xx + yy + np.float32(1e-3))
    typical = float(np.median(strength[on])) + 1e-3 if on.any() else 1.0
    trust = np.minimum(strength, 3 * typical) / np.maximum(strength, 1e-3) / typical * plain
    return (yy - xx) * trust, -2 * xy * trust, _coherence(plain[on], (xx + yy)[on])


def _coherence(plain: NDArray[np.float32], contrast: NDArray[np.float32]) -> float:
    """How plainly strands run one way, 0..1; hair too smooth to show any counts as combed."""
    if not plain.size:
        return 1.0
    seen = float(np.median(contrast))
    return 1 - (1 - float(np.median(plain))) * geometry.ease(seen, *_CONTRAST)


def _outline(hair: Plane, skin: Plane, ex: Plane, ey: Plane, v: Plane, face: WarpedFace) -> tuple[Plane, Plane]:
    """The doubled angle of the hair's outline; nothing where strands are expected to end, and at the forehead."""
    soft = blur(hair, max(1.2, 0.03 * face.u / 2 / _COARSE))
    gx, gy = (np.asarray(cv2.Sobel(soft, cv2.CV_32F, *way, scale=0.125), np.float32) for way in ((1, 0), (0, 1)))
    steep = length(gx, gy) + np.float32(1e-6)
    nx, ny = gx / steep, gy / steep
    runs = np.clip(1 - np.abs(ex * nx + ey * ny), 0, 1)
    weight = np.minimum(steep * np.float32(0.12 * face.u / 2 / _COARSE) * runs, 1)
    weight = weight * (1 - ease(blur(skin, 2.0), 0.1, 0.4) * (v < -0.1))
    return np.asarray(weight * (ny * ny - nx * nx), np.float32), np.asarray(weight * (-2 * nx * ny), np.float32)


def _smaller(plane: Plane) -> Plane:
    size = (plane.shape[1] // _COARSE, plane.shape[0] // _COARSE)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)


def noise(seed: int, sigma: float, size: int = HALF) -> Plane:
    """Smooth noise of mean 0 and deviation 1."""
    coarse = 2 if sigma > _BROAD_NOISE and size % 2 == 0 else 1
    raw = np.random.Generator(np.random.PCG64(seed)).standard_normal((size // coarse, size // coarse), np.float32)
    smooth = blur(raw, sigma / coarse)
    if coarse > 1:
        smooth = doubled(smooth)
    return np.asarray(smooth / max(float(smooth.std()), 1e-6), np.float32)
