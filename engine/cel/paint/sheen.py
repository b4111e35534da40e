"""Light and shadow on hair as painters design them, whatever light the photo has.

A ring of light lies round the crown, and shadow on the side away from the light and on what hangs behind the face. The
edges of both are zigzags that run with the strands.
"""

from dataclasses import dataclass

import numpy as np

from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import blur, ease
from engine.cel.paint.flow import crown
from engine.cel.paint.layers import Layers

_POLE, _PARTED = 0.10, 0.10
"""Where strands spring from: so far below the crown, and beside its middle, in face widths."""
_FALLS = 0.05
"""Below this v strands hang straight down."""
_BAND, _VARIED, _CENTRE = 0.70, 0.05, -0.1
"""Where the ring lies, and by how much that differs: this share of the way from a v, at the eyes, to the crown."""
_UPPER, _LOWER = (0.060, 0.035), (0.040, 0.110)
"""How far the ring reaches up and down from there, and its teeth beyond, as shares of that way."""
_TEETH, _SHADED = (0.10, 0.26), (0.16, 0.42)
"""Breadths of the teeth of the ring, and of the shadow's, in radians about the pole."""
_SIDE, _LOW, _UNDER, _RIM, _TOOTH = 0.34, 0.07, 0.36, 0.14, 0.16
"""How much darker hair is away from the light, low down, behind the face and at its outline, and by its teeth."""


@dataclass(frozen=True, slots=True)
class Sheen:
    """Fields at half size."""

    form: Plane
    """How light hair is; only the order of its values counts."""
    ring: Plane
    """Above 0 in the ring of light."""


def sheen(layers: Layers, face: WarpedFace, side: float, u: Plane, v: Plane, seed: int) -> Sheen:
    """Design the light on somebody's hair; it comes from the picture's left if `side` is -1, from its right if 1."""
    top = crown(face, layers.half_hair, u, v)
    chance = np.random.Generator(np.random.PCG64(seed))
    parting = np.float32(-_PARTED if face.yaw > -0.05 else _PARTED)
    strand = np.arctan2(u - parting, np.minimum(v, np.float32(_FALLS)) - np.float32(top + _POLE))
    return Sheen(
        _form(layers, face, side, u, v) + np.float32(_TOOTH) * _zigzag(strand, *_SHADED, chance),
        _ring(top, strand, face, u, v, chance),
    )


def _form(layers: Layers, face: WarpedFace, side: float, u: Plane, v: Plane) -> Plane:
    rim = 1 - ease(blur(layers.half_hair, max(1.5, 0.025 * face.u)), 0.5, 0.98)
    under = ease(v, 0.10, 0.40) * (1 - ease(np.abs(u), 0.45, 0.66))
    away = ease(-u * np.float32(np.sign(side) or 1.0), 0.05, 0.75)
    dark = _SIDE * away + _LOW * (v + ease(v, 0.1, 0.9)) + _UNDER * under + _RIM * rim
    return np.asarray(-dark, np.float32)


def _ring(top: float, strand: Plane, face: WarpedFace, u: Plane, v: Plane, chance: np.random.Generator) -> Plane:
    middle = np.float32(_CENTRE)
    band = _BAND + float(chance.uniform(-_VARIED, _VARIED))
    out = np.sqrt((0.9 * u) ** 2 + (v - middle) ** 2) / max(0.2, _CENTRE - top) - np.float32(band)
    upper, lower = (
        np.float32(reach) + np.float32(tooth) * _zigzag(strand, *_TEETH, chance) for reach, tooth in (_UPPER, _LOWER)
    )
    turned = np.float32(0.10 if face.yaw < 0 else -0.10)
    ends = ease(np.abs(u - turned), 0.34, 0.58) + ease(v, -0.25, -0.05)
    ring = np.minimum(upper - out, lower + out) - np.float32(0.12) * ends
    return np.asarray(ring, np.float32)


def _zigzag(strand: Plane, least: float, most: float, chance: np.random.Generator) -> Plane:
    """-1..1 by the strand: teeth of breadths between two, rising and falling by turns."""
    steps = chance.uniform(least, most, int(2 * np.pi / least) + 2)
    knots = np.cumsum(steps) - np.pi - most
    heights = np.where(np.arange(len(knots)) % 2, -1, 1) * chance.uniform(0.3, 1.0, len(knots))
    return np.asarray(np.interp(strand, knots, heights), np.float32)
