"""A knot of hair that is tied up: it stands over the crown or the back of the head, behind it, or in the nape."""

import numpy as np

from engine.cel.frame import HALF, holding
from engine.cel.geometry import Points, bezier, ease, pens
from engine.cel.look import Colour, LabPicture, Look, WarpedFace, coordinates
from engine.cel.paint import tie
from engine.cel.paint.fields import filled, lay
from engine.cel.paint.hair import drawn_in
from engine.cel.paint.locks import Locks

_BROAD, _HIGH, _OVER = 0.245, 0.22, 0.085
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
_BUMPS, _UNEVEN = (3, 5), 0.018
"""How often its outline swells round about, across and up, and by which share of it."""
_COIL = (2.30, 9.90), (0.80, 0.22)
"""Between which angles, clockwise from the right, the tress is wound of which it is made, from how far out to how far
in, as shares of its size."""
_STRANDS = ((3.3, 5.3, 0.90, 0.87), (4.3, 6.5, 0.66, 0.58), (0.5, 1.9, 0.84, 0.92), (3.6, 4.9, 0.40, 0.34))
_LIT = ((3.75, 4.85, 0.84, 0.80, 5.0), (4.1, 5.0, 0.55, 0.50, 3.5))
"""Between which angles, and from how far out to how far out, its strands run and its light lies; and how broad the
latter is, in widths of the pen."""
_WISPS = ((4.25, 0.17, 1.24, -0.35), (5.40, 0.17, 1.36, 0.45))
"""At which angle a strand stands off it, over which half angle, how far out it ends, and how far on from there."""
_DARK = ((0.2, 2.7), (0.98, 0.56)), ((0.1, 3.0), (0.60, 0.28))
"""Between which angles its shadows lie, and how far out and in they reach in their middle."""
_TIE, _TIE_BROAD, _SAMPLES = (0.185, 0.075, 0.045), 0.065, 20
"""Half how long what it is tied with is, how far below the knot's middle that lies, and how much lower its ends do; how
broad that is, all in face widths; and of how many points."""


def paint(
    picture: LabPicture,
    locks: Locks,
    face: WarpedFace,
    aside: float,
    away: float,
    ribbon: Colour | None,
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

    def at(turn: Points, out: Points | float = 1.0) -> Points:
        ways = np.stack([_BROAD * np.cos(turn), _HIGH * np.sin(turn)], 1)
        return along(ways * np.reshape(out, (-1, 1)))

    def arc(begin: float, end: float, out: float, last: float) -> Points:
        return at(np.linspace(begin, end, _SAMPLES), np.linspace(out, last, _SAMPLES))

    def crescent(reach: tuple[float, float], outs: tuple[float, float]) -> Points:
        turn, (far, near) = np.linspace(*reach, _SAMPLES), outs
        swell = np.sin(np.linspace(0, np.pi, _SAMPLES))
        return np.vstack([at(turn, far), at(turn, far - (far - near) * swell)[::-1]])

    turn = np.linspace(0, 2 * np.pi, 48)
    outline = at(turn, 1 + _UNEVEN * (np.sin(_BUMPS[0] * turn) + np.sin(_BUMPS[1] * turn)))
    strays = []
    for angle, half, far, on in _WISPS:
        root = np.copysign(half, on)
        a, b, c, tip = at(angle + np.array([-root, -root / 2, on / 2, on]), np.array([0.95, 1.15, 0.95 * far, far]))
        d, e, f = at(angle + np.array([0.6 * on, root, root]), np.array([0.9 * far, 1.05, 0.95]))
        strays.append(np.vstack([bezier(a, b, c, tip, 10), bezier(tip, d, e, f, 10)]))
    box = holding(np.vstack([outline, *strays]), 2 * pen)
    part, shape = picture[box], filled([outline], box, 1.0)
    lay(part, look.hair.base, filled(strays, box, 1.0))
    lay(part, look.hair_ink, filled(pens(strays, 0.9 * pen, 0.5, 0.5), box, 0.95))
    lay(part, look.hair.base, shape)
    lay(part, look.hair.shadow, filled([crescent(*dark) for dark in _DARK], box, 1.0) * shape)
    streaks = pens([arc(*where) for *where, _ in _LIT], [broad * pen for *_, broad in _LIT])
    lay(part, look.hair.light, filled(streaks, box, 0.9) * shape)
    ink = drawn_in(look)
    lay(part, ink, filled(pens([arc(*where) for where in _STRANDS], 0.9 * pen, 0.2, peak=0.4), box, 0.85))
    coil = at(np.linspace(*_COIL[0], 40), np.linspace(*_COIL[1], 40))
    lay(part, ink, filled(pens([coil], 1.2 * pen, 0.8, 0.2), box, 0.95))
    lay(part, look.hair_ink, filled(pens([outline], 1.1 * pen, 0.9, 0.9), box, 0.95))
    if ribbon is None:
        return picture
    across = np.linspace(-1, 1, _SAMPLES)
    ring = along(np.stack([_TIE[0] * across, _TIE[1] + _TIE[2] * across**2], 1))
    return tie.paint(picture, ring, _TIE_BROAD * face.u, [], ribbon, look, pen)
