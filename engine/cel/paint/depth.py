"""The roundness of combed hair that does not hang: light and shadow lie together, as on a head lit from a side.

Where every tress has both alike, hair is a row of stripes, and a helmet where it is as dark at the face as elsewhere.
"""

import numpy as np

from engine.cel.geometry import Values
from engine.cel.look import Plane, Tones, WarpedFace
from engine.cel.paint.fields import blur, ease
from engine.cel.paint.layers import Layers

_ROUND, _HANGS, _SPREADS = 0.62, 0.2, (-0.1, 0.5)
"""How far aside hair is round, in face widths; how much further where it hangs; and between which v that comes."""
_MIDDLE, _TALL, _LOWEST = -0.35, 0.9, 0.6
"""The v above which light from above falls on it, over how far that changes, and how dark it makes it at most."""
_ACROSS, _DOWN, _EVEN = 0.75, 0.55, 0.15
"""How much both count, and how much of them is no shadow yet."""
_BEHIND, _BESIDE = (0.30, 0.80), (0.25, 0.55)
"""Between which v, and from how far aside inward, hair comes to lie in the shadow behind the neck."""
_SOFT = ([25.0, 65.0], [0.0, 0.35])
"""Lightness of hair -> how far its roundness takes it towards its shadow: dark hair would lose its colour."""
_SHADED = ([-50.0, 45.0], [1.5, 0.0])
"""How far towards the light, in degrees off the middle -> how broad the dark side of a tress is, as a factor."""
_REACH, _FADES = 0.09, (0.05, 0.45)
"""How far skin shines through hair that lies over it, in face widths; and between which v that ends."""
_THROUGH = ([15.0, 35.0], [0.20, 0.30])
"""Lightness of hair -> how far skin shines through it, 0..1: on black hair it would be a stain."""


def shaded(angles: Values, toward: float) -> Values:
    """How broad the dark sides of tresses are at some angles, as a factor, in light from a side, -1 or 1, or not."""
    return np.interp(angles * toward, *_SHADED) if toward else np.ones_like(angles)


def roundness(u: Plane, v: Plane, toward: float) -> Plane:
    """How far hair lies in the shadow, 0..1, in light from a side: -1 the picture's left or 1 its right."""
    across = u * np.float32(-toward) / (_ROUND + _HANGS * ease(v, *_SPREADS))
    down = np.clip((v - np.float32(_MIDDLE)) / np.float32(_TALL), -1, _LOWEST)
    behind = ease(v, *_BEHIND) * (1 - ease(np.abs(u), *_BESIDE))
    return np.asarray(np.clip(np.maximum(_ACROSS * across + _DOWN * down - _EVEN, behind), 0, 1), np.float32)


def softly(hair: Tones) -> float:
    """How far towards its shadow the roundness of hair takes it, 0..1."""
    return float(np.interp(hair.base[0], *_SOFT))


def through(layers: Layers, hair: Plane, tones: Tones, face: WarpedFace, v: Plane) -> Plane:
    """How far skin shines through the `hair` that lies over it, 0..1 at half size."""
    near = blur(layers.half_face * (1 - hair), _REACH * face.u / 2) * (1 - ease(v, *_FADES))
    return np.asarray(np.minimum(2 * near, 1) * np.float32(np.interp(tones.base[0], *_THROUGH)), np.float32)
