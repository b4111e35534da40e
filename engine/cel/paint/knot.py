"""A knot of hair that is tied up: it stands over the crown, behind it."""

import numpy as np

from engine.cel.frame import HALF, holding
from engine.cel.geometry import Points, pens
from engine.cel.look import Colour, LabPicture, Look, WarpedFace, coordinates
from engine.cel.paint import tie
from engine.cel.paint.fields import filled, lay
from engine.cel.paint.locks import Locks

_BROAD, _HIGH, _OVER = 0.27, 0.195, 0.065
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
_TIE, _TIE_BROAD, _SAMPLES = (0.18, 0.035, 0.05), 0.07, 20
"""Half how long what it is tied with is, how far below the knot's middle that lies, and how much lower its ends do; how
broad that is, all in face widths; and of how many points."""


def paint(
    picture: LabPicture, locks: Locks, face: WarpedFace, aside: float, ribbon: Colour, look: Look, pen: float
) -> LabPicture:
    """Lay a knot that stands at a u over the background, in place, and what it is tied with, in the colour of `ribbon`.

    `pen` is the line's width in pixels.
    """
    u, v = coordinates(face, HALF)
    aside = float(np.clip(aside, -_ASIDE, _ASIDE))
    crown = v[(locks.half > 0.5) & (np.abs(u - np.float32(aside)) < _NEAR)]
    if not crown.size:
        return picture
    middle = np.array([aside, float(crown.min()) - _OVER])

    def at(turn: Points, size: Points | float = 1.0, flat: float = 1.0, low: float = 0.0) -> Points:
        ways = np.stack([_BROAD * np.cos(turn), flat * _HIGH * np.sin(turn)], 1)
        local = middle + ways * np.reshape(size, (-1, 1)) + (0.0, low)
        return np.asarray(face.centre + (local[:, :1] * face.right + local[:, 1:] * face.down) * face.u, np.float64)

    turn = np.linspace(0, 2 * np.pi, 48)
    outline = at(turn, 1 + _UNEVEN * (np.sin(_BUMPS[0] * turn) + np.sin(_BUMPS[1] * turn)))
    box = holding(outline, 2 * pen)
    part, shape = picture[box], filled([outline], box, 1.0)
    lay(part, look.hair.base, shape)
    lay(part, look.hair.shadow, filled([at(turn, 1.0, _FLAT, _LOW)], box, 1.0) * shape)
    lines = [at(np.linspace(begin, end, 20), size) for begin, end, size in (*_WOUND, _LIT)]
    lay(part, look.hair.light, filled(pens(lines[-1:], _GLEAM * pen), box, 0.9) * shape)
    soft = look.hair_ink * np.float32(0.6) + look.hair.shadow * np.float32(0.4)
    lay(part, soft, filled(pens(lines[:-1], pen, 0.2, peak=0.4), box, 0.85))
    lay(part, look.hair_ink, filled(pens([outline], 1.1 * pen, 0.9, 0.9), box, 0.95))
    across = np.linspace(-1, 1, _SAMPLES)
    local = middle + np.stack([_TIE[0] * across, _TIE[1] + _TIE[2] * across**2], 1)
    ring = face.centre + (local[:, :1] * face.right + local[:, 1:] * face.down) * face.u
    return tie.paint(picture, ring, _TIE_BROAD * face.u, [], ribbon, look, pen)
