"""The way hair lies: an orientation field, and smoothing along it (line integral convolution).

Cabral and Leedom, Imaging Vector Fields Using Line Integral Convolution, 1993; the streamlines are found by composing
a one-pixel step with itself, so that 2^n pixels cost n look-ups.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import HALF, Field, blur, ease


@dataclass(frozen=True, slots=True)
class Flow:
    """Unit vectors (x, y) from the crown to the tips, at half size; `coherence` 0..1: how plainly the hair lies so."""

    x: Plane
    y: Plane
    coherence: float

    def along(self, field: Field, doublings: int, step: float = 1.0) -> Field:
        """Average a field along the flow, 2^doublings steps to either side."""
        grid = np.arange(HALF, dtype=np.float32)
        x0, y0 = np.broadcast_to(grid[None], (HALF, HALF)), np.broadcast_to(grid[:, None], (HALF, HALF))
        total = np.zeros_like(field)
        for way in (step, -step):
            x, y = x0 + self.x * np.float32(way), y0 + self.y * np.float32(way)
            mean = field
            for n in range(doublings):
                moved = cv2.remap(mean, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
                mean = cv2.addWeighted(mean, 0.5, moved, 0.5, 0)
                if n < doublings - 1:
                    both = cv2.remap(cv2.merge([x, y]), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
                    x, y = (np.ascontiguousarray(plane) for plane in cv2.split(both))
            total += mean
        return np.asarray(total * np.float32(0.5), np.float32)


def crown(face: WarpedFace, hair: Plane, u: Plane, v: Plane) -> float:
    """Height of the hair, the v of its upper end."""
    top = v[(hair > 0.6) & (np.abs(u) < 0.4)]
    return float(np.percentile(top, 1.5)) if top.size > 20 else -0.9


def flow(lightness: Plane, hair: Plane, face: WarpedFace, u: Plane, v: Plane) -> Flow:
    """The orientation of strands in a lightness plane, where they show; else out of the crown and down."""
    on = hair > 0.6
    sure = cv2.erode((hair > 0.7).astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.float32)
    inner = blur(lightness, 0.8)
    inner = inner - blur(inner, max(2.0, 0.02 * face.u))  # strands, not the head's own shading
    gx, gy = cv2.Sobel(inner, cv2.CV_32F, 1, 0), cv2.Sobel(inner, cv2.CV_32F, 0, 1)
    sigma = max(3.0, face.u * 0.016)
    xx, xy, yy = (blur(g * sure, sigma) for g in (gx * gx, gx * gy, gy * gy))
    strength = np.sqrt((xx - yy) ** 2 + 4 * xy * xy)
    coherence = float(np.median((strength / (xx + yy + 1e-3))[on])) if on.any() else 1.0
    # expected: out of the crown, then falling
    part = -0.10 if face.yaw > -0.05 else 0.10
    du, dv = u - part, v - (crown(face, hair, u, v) + 0.10)
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
    cos2 = blur((yy - xx) * trust + prior * (px * px - py * py), 1.5)
    sin2 = blur(-2 * xy * trust + prior * 2 * px * py, 1.5)
    angle = 0.5 * np.arctan2(sin2, cos2)
    x, y = np.cos(angle), np.sin(angle)
    away = np.where(x * px + y * py < 0, -1, 1)
    return Flow((x * away).astype(np.float32), (y * away).astype(np.float32), coherence)


def noise(seed: int, sigma: float, size: int = HALF) -> Plane:
    """Smooth noise of mean 0 and deviation 1."""
    raw = np.random.Generator(np.random.PCG64(seed)).standard_normal((size, size), np.float32)
    smooth = blur(raw, sigma)
    return np.asarray(smooth / max(float(smooth.std()), 1e-6), np.float32)
