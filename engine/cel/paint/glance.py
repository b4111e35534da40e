"""Hair that hangs over an eye is drawn beside it: a wall of hair hides half of what a portrait is looked at for."""

import numpy as np

from engine.cel.look import Plane, WarpedEye, WarpedFace
from engine.cel.paint.fields import blur, polygon
from engine.cel.paint.stack import HAIR, SKIN
from engine.cel.parse import Floats

_BROWS = ((105, 66), (334, 296))
"""Mesh indices of the upper edges of brows, the left one's first."""
_LASHES, _COVERED = 1.3, 0.02
"""How much larger an eye is with its lashes, and which share of that hair hides at least that is drawn beside it."""
_BESIDE, _OVER = 0.07, -0.01
"""How far beside an eye, and over the middle of its brow, hair is let fall, in face widths."""
_LOW, _NARROWER = 0.16, 0.35
"""How far below the eye it falls straight down, in face widths, and how fast it falls back into the face further on."""
_ROUND = 2.6
"""The power of the superellipse along which it does over the eye."""
_SOFT = 0.8
"""How soft its edge is, in half-size pixels."""


def unveiled(stack: Floats, oval: Plane, face: WarpedFace, u: Plane, v: Plane) -> Floats:
    """Planes whose hair hides no part of an eye; u and v are the face's coordinates."""
    out = stack
    for side, eye, brow in zip((-1.0, 1.0), face.eyes, _BROWS, strict=True):
        if eye is None:
            continue
        lids = np.vstack([eye.upper, eye.lower[::-1]])
        outline = lids.mean(0) + (lids - lids.mean(0)) * _LASHES
        (left, top), (right, low) = (
            np.clip(ends / 2, 1, len(u) - 1).astype(int) for ends in (outline.min(0), outline.max(0))
        )
        box = np.s_[top - 1 : low + 1, left - 1 : right + 1]
        seen = polygon(outline)[box]
        if float((stack[HAIR][box] * seen).sum()) <= _COVERED * float(seen.sum()):
            continue
        before = _before(face, side, eye, brow, u, v) * np.minimum(oval, 1)
        gone = out[HAIR] * before
        out = out.copy() if out is stack else out
        out[HAIR] -= gone
        out[SKIN] += gone
    return out


def _before(face: WarpedFace, side: float, eye: WarpedEye, brow: tuple[int, int], u: Plane, v: Plane) -> Plane:
    """Coverage of what lies before the hair that falls beside an eye."""
    places = (np.vstack([eye.upper, eye.lower]) - face.centre) @ np.stack([face.right * side, face.down], 1) / face.u
    high = float(((face.points[list(brow)] - face.centre) @ face.down).mean()) / face.u - _OVER
    broad, (middle, level) = float(places[:, 0].max()) + _BESIDE, places.mean(0)
    rise = (level - high) / (1 - np.clip(middle / broad, 0, 0.9) ** _ROUND) ** (1 / _ROUND)
    aside = u * np.float32(side)
    narrower = np.clip(v - np.float32(level + _LOW), 0, None) * np.float32(_NARROWER)
    across = np.clip(aside, 0, None) / np.float32(broad)
    up = np.clip(np.float32(level) - v, 0, None) / np.float32(max(rise, 0.02))
    inside = (across**_ROUND + up**_ROUND < 1) & (aside < np.float32(broad) - narrower) & (aside > -0.1)
    return blur(inside.astype(np.float32), _SOFT)
