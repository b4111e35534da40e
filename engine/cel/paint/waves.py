"""The waves of long hair, which swings to and fro on its way down."""

import numpy as np

from engine.cel.look import Plane
from engine.cel.paint.fields import ease

_WAVE, _SETS_OUT = 0.42, (-0.35, 0.15)
"""How long waves are, in face widths, and between which v they set in."""


def swing(v: Plane, broad: float) -> Plane:
    """How far hair that is `broad`ly waved swings aside at height v, to and fro, both in face widths."""
    return np.asarray(
        np.float32(broad / 2) * np.sin(v * np.float32(2 * np.pi / _WAVE)) * ease(v, *_SETS_OUT), np.float32
    )


def waves(v: Plane, broad: float) -> Plane:
    """How far such hair lies outward."""
    return swing(v, broad) + np.float32(broad / 2) * ease(v, *_SETS_OUT)
