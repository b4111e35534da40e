"""A neat fringe: clean pointed locks of varied breadth that a comb sweeps aside, each laid over the next one outward.

The far edge of a lock goes on from a comb's line down to its tip, and the next lock comes out from under it: so they
lie over each other, where a row of single points would be a saw's edge.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import bezier
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.fields import sampled
from engine.cel.paint.hairline import Hairline
from engine.cel.paint.tresses import Tresses

_COMMON, _SHARES = 27.0, (0.60, 0.44)
"""Breadth of a common lock, in degrees; and which share of a tress that is much broader the first of its two has, by
turns."""
_MUCH = 1.5
"""From how many times that breadth on a tress falls in two locks."""
_LAST, _LEAST = 62.0, 8.0
"""How far aside a fringe's locks part, and how narrow one is no more a lock, in degrees."""
_THIN = 0.3
"""How much hair there is at least where a lock grows, 0..1."""
_LONG, _BROADER, _VARIED = 0.15, 0.14, (0.9, 1.1)
"""How far the narrowest lock falls below its root, and how much further a common one, in face widths; and between which
shares of that they differ."""
_OVER, _FALLS = 0.84, (0.38, 0.15, 0.85)
"""Over which share of its root a lock ends; and which way its tip lies from there: along the hairline, to the face and
down."""
_LEAVES, _POINTS = (0.55, 0.80), (0.30, 0.95)
"""Which way the edges of locks leave the hairline, along it and to the face; and point at their tips, along it and
down."""
_UNDER = (0.20, 0.02)
"""From where along the far edge of the lock before it a lock comes out, by turns: some part deep and some are one."""
_PARTED, _RIDGE = 0.17, 0.10
"""The same of the first lock beyond the parting, under the first one before it; and from how far behind the hairline
the line comes between both, in face widths."""
_ROOT = 0.06
"""How deep in the hair locks begin, in face widths."""
_RISES = (0.34, 0.62)
"""From how far up in the hair, as a share of its depth, lines come down to where locks part, by turns."""
_EYES, _BESIDE = -0.17, 0.42
"""No lock reaches lower than this v before the eyes, nearer than so far aside, in face widths."""
_FAR, _BACK = 0.12, 80.0
"""The yaw from which no lock hangs beside the cheek on a head's far side; and at which angle, in degrees, there is hair
where one does."""
_CHEEK, _EAR = (0.24, 0.32), 0.06
"""Between which v the lock beside the cheek ends, and at which it comes back to the hair, in face widths."""
_ROOM, _BEHIND = 0.09, (0.02, 0.06)
"""How far within the edge of the face that lock hangs, and how far beyond it comes back to the hair, in face widths."""
_BOB, _BELOW, _DEEP = 0.10, 0.06, 0.01
"""The v below which hair beside the face is a bob, whose foremost lock it then is; how far below that it ends, and how
far over its end it comes back to it, in face widths."""
_DROPS = (0.10, 0.0)
"""How far its outer edge falls straight from there, in face widths, and that of a bob's."""
_TURNS, _GROWS = 0.45, (84.0, 96.0)
"""How far its tip turns to the cheek, for each of its way down; and at which angle, in degrees, its root ends, and that
of a bob's."""
_TIP, _EDGES = 12, (14, 12)
"""Of how many points its line within the hair, and both edges of a lock are."""


@dataclass(frozen=True, slots=True)
class Swept:
    """Such a fringe, in the picture's pixels."""

    locks: list[Points] = field(default_factory=list)
    """Closed outlines, whose roots lie within the hair."""
    partings: list[tuple[Points, Points]] = field(default_factory=list)
    """Where locks end, and the unit vectors from there into the hair."""
    strokes: list[Points] = field(default_factory=list)
    """The comb's lines, each down to where two locks part."""


def swept(
    line: Hairline,
    shape: Plane,
    tresses: Tresses,
    face: WarpedFace,
    half: tuple[float, float] | None,
    chance: np.random.Generator,
) -> Swept:
    """Lay out the fringe of hair, whose signed distance is `shape`, at half size, and that lies in `tresses`.

    `half` is the face's edge left and right, as u, along which a lock hangs beside each cheek; None if there is none.
    """
    found = Swept()
    main = -float(np.sign(tresses.parting) or 1.0)
    first: Points | None = None
    for side in (main, -main):
        ends = _divided(tresses.parting + side * tresses.edges[side > 0])
        before = first
        for turn, (near, far) in enumerate(pairwise(ends)):
            if line.at(line.strength, (near + far) / 2)[0] < _THIN:
                continue
            under = _UNDER[turn % 2] if turn else _PARTED
            start = line.at(line.place, near) if before is None else _along(before, under)
            front, back = _edges(line, face, start, near, far, side, chance)
            found.locks.append(np.vstack([front, back[-2::-1], line.behind(np.linspace(far, near, 6), _ROOT * face.u)]))
            if first is None:
                first = front
                top = line.behind(np.array([near]), _RIDGE * face.u)
                found.strokes.append(np.vstack([top, front[: 1 + int(_PARTED * (len(front) - 1))]]))
            next_under = _UNDER[(turn + 1) % 2]
            down = _joined(tresses.combed(face, far, _RISES[turn % 2]), back)
            found.strokes.append(np.vstack([down[:-1], back[: 1 + int(next_under * (len(back) - 1))]]))
            found.partings.append((front[-1], -line.at(line.inward, far)))
            before = back
        hangs = side * face.yaw < _FAR and line.at(line.strength, side * _BACK)[0] > _THIN
        if half is not None and before is not None and hangs:
            found.locks.append(_cheek(line, shape, face, before, side, half[side > 0], chance))
    return found


def _divided(edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where locks part, in degrees: tresses that are broad fall in two."""
    ends = [float(edges[0])]
    for near, far in pairwise(np.clip(edges, -_LAST, _LAST)):
        if abs(far - near) < _LEAST:
            continue
        if abs(far - near) > _MUCH * _COMMON:
            ends.append(float(near + _SHARES[len(ends) % 2] * (far - near)))
        ends.append(float(far))
    return np.array(ends)


def _edges(
    line: Hairline, face: WarpedFace, start: Points, near: float, far: float, side: float, chance: np.random.Generator
) -> tuple[Points, Points]:
    """Both edges of a lock down to its tip: the near one from where it comes out, the far one from the hairline."""
    over = near + _OVER * (far - near)
    along, inward = line.at(line.along, over) * side, line.at(line.inward, over)
    long = (_LONG + _BROADER * min(abs(far - near) / _COMMON, _MUCH)) * float(chance.uniform(*_VARIED)) * face.u
    falls = _unit(along * _FALLS[0] + inward * _FALLS[1] + face.down * _FALLS[2])
    tip = over_eyes(line.at(line.place, over) + falls * long, face)
    points = _unit(along * _POINTS[0] + face.down * _POINTS[1])
    front = bezier(
        start, start + _leaves(line, near, side) * _length(tip, start) * 0.40, *_home(tip, points, start, 0.45)
    )
    stop = line.at(line.place, far)
    back = bezier(stop, stop + _leaves(line, far, side) * _length(tip, stop) * 0.22, *_home(tip, points, stop, 0.40))
    return front, back


def _home(tip: Points, points: Points, start: Points, share: float) -> tuple[Points, Points, int]:
    return tip - points * (share * _length(tip, start)), tip, _EDGES[0]


def _leaves(line: Hairline, angle: float, side: float) -> Points:
    """Which way edges leave the hairline there."""
    return _unit(line.at(line.along, angle) * side * _LEAVES[0] + line.at(line.inward, angle) * _LEAVES[1])


def _cheek(
    line: Hairline,
    shape: Plane,
    face: WarpedFace,
    before: Points,
    side: float,
    edge: float,
    chance: np.random.Generator,
) -> Points:
    """The outline of the lock beside the cheek: it comes out from under the last one of the fringe, and is a bob's
    foremost one.
    """

    def place(u: float, v: float) -> Points:
        return np.asarray(face.centre + (face.right * u + face.down * v) * face.u, np.float64)

    start = _along(before, _UNDER[1])
    hem = _hem(shape, face, edge + side * _BEHIND[1])
    bob = hem > _BOB
    low, back = (hem + _BELOW, hem - _DEEP) if bob else (float(chance.uniform(*_CHEEK)), _EAR)
    tip, behind = place(edge - side * _ROOM, low), place(edge + side * _BEHIND[bob], back)
    long, points = _length(tip, start), _unit(face.down - face.right * (side * _TURNS))
    front = bezier(start, start + face.down * (long * 0.35), tip - points * long * 0.40, tip, 16)
    home = bezier(tip, tip - points * (0.06 * face.u), behind + face.down * (_DROPS[bob] * face.u), behind, 10)
    return np.vstack([front, home[1:], line.behind(np.linspace(side * _GROWS[bob], side * _LAST, 8), _ROOT * face.u)])


def _hem(shape: Plane, face: WarpedFace, u: float) -> float:
    """The v at which hair ends beside the face; 0 if there is none."""
    v = np.arange(0, 0.8, 0.01)
    place = face.centre + (face.right * u + face.down * v[:, None]) * face.u
    bare = sampled(shape, place / 2 - 0.5) <= 0
    return float(v[np.argmax(bare)]) if bare.any() else float(v[-1])


def _joined(comb: Points, back: Points) -> Points:
    """The way from where a comb's line sets out to where a lock's edge begins, which goes on as that does."""
    long = _length(back[0], comb[0])
    ways = _unit(comb[1] - comb[0]), _unit(back[1] - back[0])
    return bezier(comb[0], comb[0] + ways[0] * long * 0.4, back[0] - ways[1] * long * 0.4, back[0], _TIP)


def _along(edge: Points, share: float) -> Points:
    return np.asarray(edge[int(share * (len(edge) - 1))], np.float64)


def over_eyes(tip: Points, face: WarpedFace) -> Points:
    """Where a lock ends that would at some place, so that it hides no eye."""
    local = tip - face.centre
    if abs(float(local @ face.right)) >= _BESIDE * face.u:
        return tip
    return np.asarray(tip - face.down * max(0.0, float(local @ face.down) - _EYES * face.u))


def _length(one: Points, other: Points) -> float:
    return float(np.hypot(*(one - other)))


def _unit(vector: Points) -> Points:
    return np.asarray(vector / (np.hypot(*vector) + 1e-9), np.float64)
