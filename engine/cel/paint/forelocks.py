"""Locks that escaped from hair that is tied back: they frame the face, from the hairline down the cheeks.

Hair that is drawn back all round is a swimmer's cap. A lock rises where the comb's lines do, falls aside over the
temple and down between eye and ear, and turns to the cheek at its tip; a finer one parts from it on its way.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import bezier, ease, normals
from engine.cel.look import Points, WarpedFace
from engine.cel.paint.hairline import Hairline
from engine.cel.paint.tresses import Tresses, Way

_EYES, _EARS, _MOUTH = (33, 263), (234, 454), (61, 291)
"""Mesh indices of the outer corners of eyes, of where ears grow, and of the corners of the mouth."""
_FAR, _HIDDEN = (0.02, 0.10), 0.14
"""Between which yaws a side comes to be a head's far one; and from which on no lock is seen there."""
_NEAR = (0.08, 0.30)
"""Between which yaws a side comes to be seen broadly."""
_ACROSS = (0.80, -0.16, 0.25)
"""Which share of the way from eye to ear a lock falls, and how much more that is on a near side, and a far one."""
_ROOTS, _THIN, _LAST = (40.0, 70.0), 0.25, 62.0
"""Between which angles, in degrees, a lock ends at the hairline, at most on a far side, or where there is hardly any
hair; and how little that is."""
_GROWS = 0.3
"""How much hair there is at least where a lock grows, 0..1."""
_BEGINS = ((9.0, 15.0), (24.0, 30.0))
"""Between which angles it begins, in degrees: on the longer side of the parting, or of a turned head, and elsewhere."""
_FRINGED = (46.0, 52.0)
"""And beside a fringe."""
_SWEEPS, _LEAVES = (0.28, 0.16), (0.9, 0.42)
"""How far it runs on there along the hairline, in face widths; and which way, along that and to the face."""
_LOW, _SHORTER, _FARTHER = (0.0, 0.10), 0.06, 0.12
"""Between which heights below the mouth's corners it ends, and how much higher the shorter one does, and that on a far
side; in face widths."""
_TURNS = (-0.5, 1.0)
"""Which way its tip points, aside and down."""
_TIP, _FRONT, _BACK = -0.075, (-0.04, 0.02), (0.05, 0.05)
"""How far aside of its way its tip lies; and aside and at which v its edges do beside the eye; in face widths."""
_SLIM, _OUTER = 0.55, 0.07
"""How much slimmer it is on a far side, and how far aside of its way its outer edge lies there: a gap before the hair
behind it would be a slit."""
_FINE, _FINE_LOW = -0.115, (0.20, 0.3, 0.35)
"""How far aside of a lock's way the tip of the finer one lies; and its v, and by which share of it further down the
lock ends than so far."""
_DEEP, _RIB, _RISES = 0.05, (44.0, 0.03), 0.45
"""How deep in the hair its root lies, in face widths; at which angle, in degrees, and how deep the line within it
begins; and along which share of its way through the hair its front does.
"""
_OVER_EAR, _WIDER = ((-0.03, 0.09), (0.03, 0.01), (0.03, -0.28)), 0.35
"""(u, v) of the lower edge of the hair that is combed back over the ear, from a lock on, of which the first lies aside
of its way and the others of where the ear grows, in face widths: bare skin between would be a slit; and how much
further these do for each of a head's yaw, on its near side."""
_DARK = 0.035
"""How broad its dark side is, in face widths."""


@dataclass(frozen=True, slots=True)
class Forelocks:
    """Locks beside the face, in the picture's pixels."""

    locks: list[Points] = field(default_factory=list)
    """Closed outlines, whose roots lie within the hair."""
    backs: list[Points] = field(default_factory=list)
    """Closed outlines of the hair that is combed back from them over the ears."""
    strokes: list[Points] = field(default_factory=list)
    """Lines from where they rise in the hair, and within them."""
    shades: list[Points] = field(default_factory=list)
    """Closed outlines of their dark sides."""


@dataclass(frozen=True, slots=True)
class _Way:
    """Where one falls on a side of the face, -1 or 1."""

    side: float
    across: float
    """The u of its way beside the eye."""
    low: float
    """The v of its tip."""
    begin: float
    end: float
    """The angles of its root."""
    sweeps: float
    """How far it runs on along the hairline, in face widths."""
    far: bool


def forelocks(
    line: Hairline, tresses: Tresses, face: WarpedFace, chance: np.random.Generator, crested: bool = True
) -> Forelocks:
    """Lay out the locks that fall from hair which lies in `tresses`."""
    found = Forelocks()
    for side in (-1.0, 1.0):
        if side * face.yaw < _HIDDEN and line.at(line.strength, side * _ROOTS[0])[0] > _GROWS:
            _fall(found, _way(line, tresses, face, side, chance), line, tresses, face, crested)
    return found


def _way(line: Hairline, tresses: Tresses, face: WarpedFace, side: float, chance: np.random.Generator) -> _Way:
    """Where a lock falls on one side."""
    eye, ear, mouth = (face.points[pair[side > 0]] - face.centre for pair in (_EYES, _EARS, _MOUTH))
    far, near = ease(side * face.yaw, *_FAR), ease(-side * face.yaw, *_NEAR)
    share, nearer, farther = _ACROSS
    at = eye + (ear - eye) * (share + nearer * near + farther * far)
    longer = far < 1 and (near > 0 or side * tresses.parting <= 0)
    low = float(mouth @ face.down) / face.u + float(chance.uniform(*_LOW))
    low -= _SHORTER * (not longer) + _FARTHER * (far == 1)
    fringed = tresses.way is Way.DOWN
    reach = np.arange(*_ROOTS, 2.0)
    thin = line.at(line.strength, side * reach)[:, 0] < _THIN
    last = float(reach[np.argmax(thin)]) if thin.any() else _ROOTS[1]
    return _Way(
        side,
        float(at @ face.right) / face.u,
        low,
        side * float(chance.uniform(*(_FRINGED if fringed else _BEGINS[not longer]))),
        side * min(last, _LAST if far == 1 else last),
        _SWEEPS[fringed or not longer],
        far == 1,
    )


def _fall(found: Forelocks, way: _Way, line: Hairline, tresses: Tresses, face: WarpedFace, crested: bool) -> None:
    """Add the lock that falls there, and the finer one that parts from it where there is room."""
    slim = _SLIM if way.far else 1.0
    down, aside = face.down * face.u, face.right * (way.side * face.u)
    points = aside * _TURNS[0] + down * _TURNS[1]

    def place(off: float, v: float) -> Points:
        return np.asarray(face.centre + face.right * (way.across * face.u) + aside * off + down * v, np.float64)

    start, stop = line.at(line.place, way.begin), line.at(line.place, way.end)
    leaves = line.at(line.along, way.begin) * (way.side * _LEAVES[0]) + line.at(line.inward, way.begin) * _LEAVES[1]
    tip, front = place(_TIP * slim, way.low), place(_FRONT[0] * slim, _FRONT[1])
    behind = place(_OUTER if way.far else _BACK[0], _BACK[1])
    upper = bezier(start, start + leaves * (way.sweeps * face.u), front - down * 0.24 - aside * 0.03, front, 16)
    lower = bezier(front, front + down * 0.14 + aside * 0.025, tip - points * 0.12 + aside * 0.01, tip, 14)
    home = bezier(tip, tip - points * 0.09 + aside * 0.05 * slim, behind + down * 0.17 + aside * 0.03, behind, 12)
    up = bezier(behind, behind - down * 0.10 - aside * 0.01, stop + down * 0.02, stop, 8)
    root = line.behind(np.linspace(way.end, way.begin, 6), _DEEP * face.u)
    found.locks.append(np.vstack([upper, lower[1:], home[1:], up[1:], root]))
    if not way.far:
        v, share, least = _FINE_LOW
        fine = place(_FINE, v + share * (way.low - least))
        found.locks.append(_parted(upper[13:], lower[4], fine, points, down, aside))
    crest = np.vstack([tresses.combed(face, way.begin, _RISES), upper[1:4]])
    angle, deep = _RIB
    begins = line.behind(np.array([way.side * angle]), deep * face.u)[0]
    middle = (front + behind) / 2 - down * 0.1
    rib = bezier(begins, (upper[9] + stop) / 2, middle, (lower[8] + home[5]) / 2, 18)
    if not way.far:
        found.backs.append(_over_ear(way, face))
    found.strokes.extend([crest, rib] if crested else [rib])
    found.shades.append(_shade(rib, aside, _DARK * slim * face.u))


def _over_ear(way: _Way, face: WarpedFace) -> Points:
    """The outline of what is combed back over the ear, from within a lock to within the hair."""
    ear = way.side * float((face.points[_EARS[way.side > 0]] - face.centre) @ face.right) / face.u
    lock = way.side * way.across
    (front, low), *back = _OVER_EAR
    begin = max(ear, lock) + _WIDER * max(0.0, -way.side * face.yaw)
    (ends, tip), (home, top) = ((begin + aside, v) for aside, v in back)
    edge = bezier((lock + front, low), (lock + 0.06, low - 0.05), (ends - 0.06, tip - 0.03), (ends, tip), 10)
    local = np.vstack([edge, [(home, top), (lock + front, top)]]) * (way.side, 1.0)
    return np.asarray(face.centre + (local[:, :1] * face.right + local[:, 1:] * face.down) * face.u, np.float64)


def _parted(edge: Points, ends: Points, tip: Points, points: Points, down: Points, aside: Points) -> Points:
    """The outline of the finer lock: it leaves the `edge` of the other one and comes back to where it `ends`."""
    out = bezier(edge[0], edge[0] + down * 0.08, tip - points * 0.08 + aside * 0.02, tip, 10)
    home = bezier(tip, tip - points * 0.07 + aside * 0.03, ends - down * 0.03, ends, 8)
    return np.vstack([out, home[1:], edge + aside * 0.03])


def _shade(rib: Points, aside: Points, broad: float) -> Points:
    """The dark side of a lock, behind the line within it."""
    swell: NDArray[np.float64] = broad * np.sin(np.linspace(0, np.pi, len(rib))) ** 0.8
    across = normals(rib)
    across = across * np.sign(float((across @ aside).mean()))
    return np.vstack([rib, (rib + across * swell[:, None])[::-1]])
