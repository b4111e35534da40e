"""Light on hair as painters design it, whatever light the photo has.

Round the crown of hair that neither is parted nor lies in tresses, which have light and shadow of their own, there is a
ring of it, whose edges run out along the strands. The whole has no shadow: what darkens a side of it looks like dye.
"""

from dataclasses import dataclass

import numpy as np

from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import ease
from engine.cel.paint.flow import Flow, crown, noise
from engine.cel.paint.layers import Layers

_BAND, _VARIED, _CENTRE, _REACH = 0.70, 0.05, -0.1, 0.06
"""Where the ring lies, and by how much that differs: this share of the way from a v, at the eyes, to the crown; and how
far it reaches up and down, as a share of that way."""
_CROPPED = 0.80
"""Where it lies on cropped hair, as such a share."""
_FALLS = 0.4
"""How far the ring fades at its ends."""
_STRAND, _LONG = (0.004, 0.012), 2
"""Breadths of strands, in face widths; and how many times they are drawn out."""
_FRAYED = 0.07
"""How far strands reach over the edges of the ring."""


@dataclass(frozen=True, slots=True)
class Sheen:
    """Fields at half size."""

    ring: Plane
    """Above 0 in the ring of light."""
    streaks: Plane
    """Lighter and darker strands, of mean 0 and deviation 1."""


def sheen(layers: Layers, flow: Flow, face: WarpedFace, u: Plane, v: Plane, seed: int, cropped: bool = False) -> Sheen:
    """Design the light on somebody's hair: that on `cropped` hair is even."""
    streaks = _streaks(flow, face, seed)
    band = _BAND + float(np.random.Generator(np.random.PCG64(seed)).uniform(-_VARIED, _VARIED))
    top = crown(face, layers.half_hair, u, v)
    if cropped:
        return Sheen(_ring(top, _CROPPED, face, u, v), streaks)
    return Sheen(_ring(top, band, face, u, v) + np.float32(_FRAYED) * streaks, streaks)


def _ring(top: float, band: float, face: WarpedFace, u: Plane, v: Plane) -> Plane:
    out = np.sqrt((0.9 * u) ** 2 + (v - np.float32(_CENTRE)) ** 2) / max(0.2, _CENTRE - top) - np.float32(band)
    turned = np.float32(0.10 if face.yaw < 0 else -0.10)
    ends = ease(np.abs(u - turned), 0.34, 0.58) + ease(v, -0.25, -0.05)
    return np.asarray(np.float32(_REACH) - np.abs(out) - np.float32(_FALLS) * ends, np.float32)


def _streaks(flow: Flow, face: WarpedFace, seed: int) -> Plane:
    """Fine strands, and broad ones half as strong: noise drawn out along the flow."""
    fine, broad = (noise(seed + k, max(0.8, size * face.u)) for k, size in enumerate(_STRAND))
    streaks = np.asarray(fine + np.float32(0.5) * broad, np.float32)
    for _ in range(_LONG):
        streaks = flow.along(streaks)
    return np.asarray(streaks / max(float(streaks.std()), 1e-6), np.float32)
