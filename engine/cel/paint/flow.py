"""The way hair lies: an orientation field, and smoothing along it (line integral convolution).

Cabral and Leedom, Imaging Vector Fields Using Line Integral Convolution, 1993; the streamlines are found by composing
a one-pixel step with itself, so that 2^n pixels cost n look-ups.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import HALF, Field, blur, doubled, ease

type _Steps = tuple[tuple[NDArray[np.int16], NDArray[np.uint16]], ...]

_COARSE = 2
"""How many times smaller fields are when they are averaged along hair: locks are broad."""
_DOUBLINGS = 5
"""The longest way along the flow is 2^5 pixels of the half-size picture to either side: about half a face."""


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
    return float(np.percentile(top, 1.5)) if top.size > 20 else -0.9


def flow(lightness: Plane, hair: Plane, face: WarpedFace, u: Plane, v: Plane) -> Flow:
    """The orientation of strands in a lightness plane, where they show; else out of the crown and down."""
    top = crown(face, hair, u, v)
    sure = cv2.erode((hair > 0.7).astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.float32)
    inner = blur(lightness, 0.8)
    inner = inner - blur(inner, max(2.0, 0.02 * face.u))  # strands, not the head's own shading
    gx, gy = cv2.Sobel(inner, cv2.CV_32F, 1, 0), cv2.Sobel(inner, cv2.CV_32F, 0, 1)
    sigma = max(3.0, face.u * 0.016) / _COARSE
    xx, xy, yy = (blur(_smaller(g * sure), sigma) for g in (gx * gx, gx * gy, gy * gy))
    u, v, on = _smaller(u), _smaller(v), _smaller(hair) > 0.6
    strength = np.sqrt((xx - yy) ** 2 + 4 * xy * xy)
    coherence = float(np.median((strength / (xx + yy + 1e-3))[on])) if on.any() else 1.0
    # expected: out of the crown, then falling
    part = -0.10 if face.yaw > -0.05 else 0.10
    du, dv = u - part, v - (top + 0.10)
    length = np.sqrt(du * du + dv * dv) + 1e-3
    falling = ease(v, -0.15, 0.5)
    pu = du / length * (1 - falling) + 0.12 * np.sign(u) * falling
    pv = dv / length * (1 - falling) + falling
    px, py = pu * face.right[0] + pv * face.down[0], pu * face.right[1] + pv * face.down[1]
    length = np.sqrt(px * px + py * py) + 1e-3
    px, py = px / length, py / length
    typical = float(np.median(strength[on])) + 1e-3 if on.any() else 1.0
    trust = np.minimum(strength, typical * 4) / np.maximum(strength, 1e-3)
    prior = typical * 0.7
    cos2 = blur(((yy - xx) * trust + prior * (px * px - py * py)).astype(np.float32), 0.75)
    sin2 = blur((-2 * xy * trust + prior * 2 * px * py).astype(np.float32), 0.75)
    angle = 0.5 * np.arctan2(sin2, cos2)
    x, y = np.cos(angle), np.sin(angle)
    away = np.where(x * px + y * py < 0, -1, 1)
    wide_x, wide_y = (doubled((part * away).astype(np.float32)) for part in (x, y))
    wide = cv2.magnitude(wide_x, wide_y) + np.float32(1e-6)
    return Flow.of(wide_x / wide, wide_y / wide, coherence, _COARSE)


def _smaller(plane: Plane) -> Plane:
    size = (plane.shape[1] // _COARSE, plane.shape[0] // _COARSE)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)


def noise(seed: int, sigma: float, size: int = HALF) -> Plane:
    """Smooth noise of mean 0 and deviation 1."""
    raw = np.random.Generator(np.random.PCG64(seed)).standard_normal((size, size), np.float32)
    smooth = blur(raw, sigma)
    return np.asarray(smooth / max(float(smooth.std()), 1e-6), np.float32)
