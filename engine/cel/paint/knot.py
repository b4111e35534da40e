"""A knot of hair that is tied up: it stands over the crown or the back of the head, behind it, or in the nape."""

import numpy as np

from engine.cel.frame import HALF, holding
from engine.cel.geometry import Points, ease, pens
from engine.cel.look import Colour, LabPicture, Look, WarpedFace, coordinates
from engine.cel.paint import tie
from engine.cel.paint.fields import filled, lay
from engine.cel.paint.locks import Locks

_BROAD, _HIGH, _OVER = 0.27, 0.195, 0.065
"""Half its breadth and its height, and how far over the crown its middle is, in face widths."""
_ASIDE, _NEAR = 0.3, 0.06
"""How far aside of the head's axis it stands at most, and how far about there the crown's height is looked for."""
_MIDDLE, _BACK, _TURNED = -0.3, np.radians(60), (0.15, 0.55)
"""The v of the middle of a head; how far from its top a knot stands back on one that is turned, and between which yaws
it comes to that."""
_NAPE, _FARTHER, _DOWN = (0.46, 0.36), (0.12, -0.03), (0.90, 0.436)
"""(u, v) of the middle of a knot in the nape, how much further out it is where that shows less, and which way it stands
off the head."""
_FRONT, _LOWER = (0.10, 0.22), (0.12, 0.30)
"""Between which yaws, and for which share of its breadth by which a head leans to that side, it is so far out."""
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
    picture: LabPicture,
    locks: Locks,
    face: WarpedFace,
    aside: float,
    away: float,
    ribbon: Colour,
    look: Look,
    pen: float,
) -> LabPicture:
    """Lay a knot that stands at a u over the background, in place, and what it is tied with, in the colour of `ribbon`.

    On a head that is turned by the yaw `away` it stands further back. `pen` is the line's width in pixels.
    """
    u, v = coordinates(face, HALF)
    root = np.array([float(np.clip(aside, -_ASIDE, _ASIDE)), _MIDDLE])
    lean = -np.sign(away) * ease(abs(away), *_TURNED) * _BACK
    out = np.array([np.sin(lean), -np.cos(lean)])
    across, along = (u - root[0]) * -out[1] + (v - root[1]) * out[0], (u - root[0]) * out[0] + (v - root[1]) * out[1]
    crown = along[(locks.half > 0.5) & (np.abs(across) < _NEAR) & (along > 0)]
    if not crown.size:
        return picture
    return _wound(picture, face, root + out * (float(crown.max()) + _OVER), out, ribbon, look, pen)


def low(picture: LabPicture, face: WarpedFace, side: float, look: Look, pen: float) -> LabPicture:
    """Lay a knot in the nape over the background, in place: it shows beside the neck on a `side`, -1 or 1."""
    leans = ease(side * float(face.right[1]), *_LOWER)
    place = np.add(_NAPE, np.multiply(_FARTHER, max(ease(abs(face.yaw), *_FRONT), leans))) * (side, 1.0)
    return _wound(picture, face, place, np.array(_DOWN) * (side, 1.0), None, look, pen)


def _wound(
    picture: LabPicture, face: WarpedFace, middle: Points, out: Points, ribbon: Colour | None, look: Look, pen: float
) -> LabPicture:
    """Lay a knot whose middle lies at a (u, v), and that stands off the head that way, in place."""
    beside = np.array([-out[1], out[0]])

    def along(local: Points) -> Points:
        places = middle + local[:, :1] * beside - local[:, 1:] * out
        return np.asarray(face.centre + (places[:, :1] * face.right + places[:, 1:] * face.down) * face.u, np.float64)

    def at(turn: Points, size: Points | float = 1.0, flat: float = 1.0, low: float = 0.0) -> Points:
        ways = np.stack([_BROAD * np.cos(turn), flat * _HIGH * np.sin(turn)], 1)
        return along(ways * np.reshape(size, (-1, 1)) + (0.0, low))

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
    if ribbon is None:
        return picture
    across = np.linspace(-1, 1, _SAMPLES)
    ring = along(np.stack([_TIE[0] * across, _TIE[1] + _TIE[2] * across**2], 1))
    return tie.paint(picture, ring, _TIE_BROAD * face.u, [], ribbon, look, pen)
