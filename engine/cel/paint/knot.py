"""A knot of hair that is tied up: it stands over the crown, behind it."""

import numpy as np

from engine.cel.frame import HALF
from engine.cel.geometry import Points, pens
from engine.cel.look import LabPicture, Look, WarpedFace, coordinates
from engine.cel.paint.fields import filled, lay
from engine.cel.paint.layers import Layers

_BROAD, _HIGH, _OVER = 0.25, 0.21, 0.09
"""Half its breadth and its height, and how far over the crown its middle is, in face widths."""
_ASIDE, _NEAR = 0.3, 0.06
"""How far aside of the head's axis it stands at most, and how far about there the crown's height is looked for."""
_BUMPS, _UNEVEN = (5, 4), 0.03
"""How often its outline swells round about, across and up, and by which share of it."""
_WOUND = ((2.7, 5.4, 0.62), (3.3, 6.6, 0.36), (4.2, 5.9, 0.80))
"""Between which angles, clockwise from the right, its lines run, and how far out, as a share of its size."""
_LIT, _GLEAM = (3.9, 4.9, 0.72), 4.0
"""The same of its light; and how broad that is, in widths of the pen."""
_LOW, _FLAT = 0.10, 0.6
"""How far below its middle the shadow's middle is, in face widths, and how flat that is, as a share of its height."""
_BOX = np.s_[0 : 2 * HALF, 0 : 2 * HALF]


def paint(picture: LabPicture, layers: Layers, face: WarpedFace, aside: float, look: Look, pen: float) -> LabPicture:
    """Lay a knot that stands at a u over the background, in place; `pen` is the line's width in pixels."""
    u, v = coordinates(face, HALF)
    aside = float(np.clip(aside, -_ASIDE, _ASIDE))
    crown = v[(layers.half_hair > 0.5) & (np.abs(u - np.float32(aside)) < _NEAR)]
    if not crown.size:
        return picture
    middle = np.array([aside, float(crown.min()) - _OVER])

    def at(turn: Points, size: Points | float = 1.0, flat: float = 1.0, low: float = 0.0) -> Points:
        ways = np.stack([_BROAD * np.cos(turn), flat * _HIGH * np.sin(turn)], 1)
        local = middle + ways * np.reshape(size, (-1, 1)) + (0.0, low)
        return np.asarray(face.centre + (local[:, :1] * face.right + local[:, 1:] * face.down) * face.u, np.float64)

    turn = np.linspace(0, 2 * np.pi, 48)
    outline = at(turn, 1 + _UNEVEN * (np.sin(_BUMPS[0] * turn) + np.sin(_BUMPS[1] * turn)))
    shape = filled([outline], _BOX, 1.0)
    lay(picture, look.hair.base, shape)
    lay(picture, look.hair.shadow, filled([at(turn, 1.0, _FLAT, _LOW)], _BOX, 1.0) * shape)
    lines = [at(np.linspace(begin, end, 20), size) for begin, end, size in (*_WOUND, _LIT)]
    lay(picture, look.hair.light, filled(pens(lines[-1:], _GLEAM * pen), _BOX, 0.9) * shape)
    soft = look.hair_ink * np.float32(0.6) + look.hair.shadow * np.float32(0.4)
    lay(picture, soft, filled(pens(lines[:-1], pen, 0.2, peak=0.4), _BOX, 0.85))
    return lay(picture, look.hair_ink, filled(pens([outline], 1.1 * pen, 0.9, 0.9), _BOX, 0.95))
