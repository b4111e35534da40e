"""The waves of long hair, which swings to and fro on its way down: what lies further out does so later.

Where all of it swings at once it is a bundle of noodles.
"""

import cv2
import numpy as np

from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import Field, ease, kept

STRAIGHT = 0.02
"""Long hair that is waved less broadly than this, in face widths, hangs straight, in tresses."""
_WAVE, _SETS_OUT = 0.42, (-0.35, 0.15)
"""How long waves are, in face widths, and between which v they set in."""
_LATER, _UNLIKE = 6.0, 0.9
"""By how much later hair turns for each face width it lies further out, and the sides of the head, in radians."""
_BEGINS = 3.3
"""How far hair has turned at the height of the eyes, in radians."""
_MIDDLE, _OUTWARD = 0.42, 0.10
"""How far aside hair grows broader neither outward nor inward, and from where that on it does as far as it may."""

_CRUMB, _CLOSED = 0.10, 6.0
"""Side, in face widths, of a square below which a hole that waves tore is closed, and how deep within hair that lies
then, in half-size pixels: further than any line is wide."""


def turn(v: Field, aside: Field) -> Field:
    """How far hair has turned at height v, so far to the right of the face's middle, in radians."""
    later = np.float32(_LATER) * np.abs(aside) + np.float32(_UNLIKE) * (aside > 0)
    return np.asarray(v * np.float32(2 * np.pi / _WAVE) - later + np.float32(_BEGINS), np.float32)


def swing(v: Field, broad: float, aside: Field) -> Field:
    """How far hair that is `broad`ly waved swings outward at height v, to and fro; all in face widths."""
    return np.asarray(np.float32(broad / 2) * np.sin(turn(v, aside)) * ease(v, *_SETS_OUT), np.float32)


def waves(v: Plane, broad: float, aside: Plane) -> Plane:
    """How far such hair lies outward; its inner edge lies inward, as it is no narrower than it was."""
    outward = np.clip((np.abs(aside) - np.float32(_MIDDLE)) / np.float32(_OUTWARD), -1, 1)
    return np.asarray(swing(v, broad, aside) + np.float32(broad / 2) * ease(v, *_SETS_OUT) * outward, np.float32)


def waved(shape: Plane, free: Plane, face: WarpedFace, broad: float, u: Plane, v: Plane) -> Plane:
    """A shape of hair, as a signed distance at half size, with waves down its sides where it is `free` to have them.

    It is nowhere narrower: nothing beneath is laid bare, and no wave folds over an edge that stays.
    """
    if broad <= 0:
        return shape
    aside = waves(v, broad, u) * free * np.sign(u) * np.float32(face.u / 2)
    x, y = (grid.astype(np.float32) for grid in np.meshgrid(np.arange(shape.shape[1]), np.arange(shape.shape[0])))
    x, y = x - aside * np.float32(face.right[0]), y - aside * np.float32(face.right[1])
    out = np.maximum(cv2.remap(shape, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), shape)
    holes = (out <= 0) & ~kept(out <= 0, (_CRUMB * face.u / 2) ** 2)
    closed = cv2.dilate(holes.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0  # and no line is left round them
    return np.where(closed, np.maximum(out, np.float32(_CLOSED)), out)
