"""The hairline as an animator draws it: pointed locks that fall from the parting to both sides over the forehead.

A hairline taken from a photo is a smooth arch, and a smooth arch is a cap's. Every lock sets out along the hairline,
leaves it further and further and ends in a point that lies over the beginning of the next.
"""

from dataclasses import replace
from enum import Enum
from itertools import pairwise

import numpy as np

from engine.cel.frame import OVAL
from engine.cel.geometry import area, bezier, ease
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.blades import Blades, blade, together
from engine.cel.paint.flow import Flow
from engine.cel.paint.forelocks import Forelocks, forelocks
from engine.cel.paint.gathered import gathered
from engine.cel.paint.hairline import FOREHEAD, WIDEST, Hairline, hairline, parting
from engine.cel.paint.parted import Parted, fallen
from engine.cel.paint.swept import Swept, over_eyes, swept
from engine.cel.paint.tresses import Tresses, Way, aside, tresses

_TIP = 0.66
"""Over which share of its base a lock ends."""
_ROOT = 0.05
"""How deep in the hair locks begin, in face widths."""
_STEEP = 2.5
"""How steeply a lock leaves the hairline: gently, the gap before it would gape."""
_RHYTHM = (1.45, 0.60, 1.10, 0.50)
"""Locks are broad and narrow by turns, as shares of the common breadth."""
_BROAD, _LONG, _LEAST = 34.0, 0.24, 0.05
"""Breadth of a common lock in degrees; how far it stands off the hairline, and the shortest drawn, in face widths."""
_TIPS = (0.7, 1.1)
"""Between which shares of their length all points of a fringe do."""
_AT_TEMPLES, _REST, _STRIP = (45.0, 78.0), 0.4, 14.0
"""Between which angles, in degrees, the points of a fringe get shorter, to which share; and how narrow a tress at the
temple has none, in degrees."""
_SLENDER = 0.20
"""A lock whose area is a smaller share of its length squared is but two lines that cross the forehead."""
_TEMPLES = 78
"""How far to the side, in degrees, a fringe's locks part."""
_CORNER, _CHEEKBONE = 0.04, 90
"""Hair that falls from a parting hangs into the forehead's corners, towards so far off them, in face widths; and the
angle, in degrees, at which it is back at the side of the face."""
_TEMPLE, _PROFILE = 62, 0.19
"""The angle of that corner, in degrees; and the yaw from which the far half of the forehead is not seen."""
_ROOM = 12.0
"""How far from that corner hair is parted at least, in degrees, that hangs into it: on the small side of a parting too,
where a bare corner is a slab with the parser's edge."""
_INNERMOST, _THIN, _TURNS = 50, 0.25, 14
"""From which angle on, in degrees, such hair ends where there is less than that behind the hairline, as further on it
would be a flap in the air; and how far before it that corner lies then.
"""


type _Laid = tuple[list[Points], list[tuple[Points, Points]]]


class Cut(Enum):
    """How hair is worn."""

    SHORT = "short"
    CLOSE = "close"
    LONG = "long"
    CURLY = "curly"
    TIED = "tied"
    SWEPT = "swept"
    """Short, and brushed up off the forehead."""


_DIVIDED = {Cut.SHORT: Way.ASIDE, Cut.SWEPT: Way.UP, Cut.TIED: Way.UP}
"""Which way hair is combed off the forehead: short hair aside unless it is tousled."""
UNCOMBED = (Cut.CURLY, Cut.CLOSE)
"""Hair that does not lie in tresses, over the forehead neither."""
_FRONT = 62
"""How far aside, in degrees, the fringe of long hair reaches."""
_LOOSE, _FIRST, _APART, _TEMPLE_NOTCH = 0.4, (4.0, 10.0), (18.0, 32.0), 48.0
"""How tousled hair is, at least, that shows skin between its roots where it is combed off the forehead; how far off the
parting, in degrees, it first does, how far apart, and up to where."""
_GAP, _DEEP, _ROOT_BELOW = (6.0, 9.0), (0.07, 0.11), 0.07
"""Half how broad such gaps are in degrees, how far they reach into the hair, and from how far before it, in face
widths."""
_LEANING, _SWEPT = 0.22, 9.0
"""How far they lean aside: as a share of what swept hair does, and in degrees, that of hair combed aside."""
_BESIDE = 0.5
"""The yaw from which the hairline is not that of a front view."""


def fringe(
    shape: Plane,
    flow: Flow,
    face: WarpedFace,
    bangs: float,
    cut: Cut,
    chance: np.random.Generator,
    tousled: float = 0.0,
    told: float = 0.0,
    tied: bool = False,
    neat: bool = False,
    knot: float | None = None,
    infant: float = 0.0,
    bunched: bool = False,
) -> Blades:
    """Lay out the locks of hair whose signed distance is `shape`, at half size.

    A fringe (`bangs` 1) falls in locks. Hair that leaves the forehead bare has none, only places where it parts. What
    is combed lies in tresses, along whose edges there are lines; skin shows between the roots of `tousled` hair (0..1).
    Where it is parted is `told` at a glance, as `Traits` have it; hair that is `tied` falls from no parting, though its
    ends may hang, and to a `knot`, if it has one. A `neat` fringe is swept aside in few locks, the last of
    which hangs beside the cheek, but not a small child's (`infant` 1); short hair without one that is neat, or tied,
    frames the face. Hair in two bunches falls to them from a parting.
    """
    line = hairline(shape, flow, face)
    parted = parting(line, face, told)
    way = _way(cut, bangs, tousled, tied)
    if (cut is Cut.SHORT and way is not Way.UP) or (neat and way is Way.DOWN):
        parted = aside(parted)
    divided = None
    if way is not None and abs(face.yaw) < _BESIDE:
        tie = gathered(face, knot) if cut is Cut.TIED and way is Way.UP else None
        widest = _FRONT if way is Way.DOWN and cut is Cut.LONG else WIDEST
        divided = tresses(line, way, parted, chance, widest, tie)
    front = Swept()
    if divided is not None and way is Way.DOWN and neat:
        beside = None if cut is Cut.LONG or infant > 0.5 else _edge(face)
        front = swept(line, shape, divided, face, beside, chance)
        locks, partings = front.locks, front.partings
    elif divided is not None and way is Way.DOWN:
        locks, partings = _tips(line, face, divided, bangs, chance)
    else:
        locks, partings = _falling(line, face, parted, bangs, chance)
    falling = bangs < 0.5 and (cut is Cut.LONG or (cut is Cut.TIED and bunched))
    if falling:
        locks += [curtain for side in (-1, 1) if (curtain := _curtain(line, face, parted, side)) is not None]
    escaped = Forelocks()
    short = cut in (Cut.SHORT, Cut.SWEPT) and (neat or tied or knot is not None)
    if divided is not None and not front.locks and (cut is Cut.TIED or short):
        escaped = forelocks(line, divided, face, chance, crested=not falling)
    falls = Parted()
    if falling and (divided is None or bunched):
        falls, divided = fallen(line, face, parted, chance), None
    strokes = falls.lines if divided is None else front.strokes or divided.lines(face, chance)
    notches: list[Points] = []
    if divided is not None and cut in (Cut.SHORT, Cut.SWEPT) and bangs < 0.5 and tousled > _LOOSE:
        notches = _notches(line, face, divided, chance)
    return replace(
        together([*locks, *escaped.locks, *escaped.backs], partings),
        strokes=[*strokes, *escaped.strokes],
        shades=escaped.shades,
        before=escaped.locks,
        tresses=divided,
        notches=notches,
        lights=falls.lights,
    )


def _edge(face: WarpedFace) -> tuple[float, float]:
    """Where the face ends left and right, as u."""
    across = (face.points[list(OVAL)] - face.centre) @ face.right / face.u
    return float(across.min()), float(across.max())


def _falling(line: Hairline, face: WarpedFace, parting: float, bangs: float, chance: np.random.Generator) -> _Laid:
    """Locks that fall from a parting to both sides, broad and narrow by turns, and where they part."""
    locks, partings = [], []
    for side in (-1.0, 1.0):
        end, turn = parting, int(chance.integers(len(_RHYTHM)))
        while side * end < _TEMPLES:
            share = _RHYTHM[turn % len(_RHYTHM)] * float(chance.uniform(0.85, 1.15))
            turn += 1
            begin, end = end, end + side * _BROAD * share
            strength = float(line.at(line.strength, (begin + end) / 2)[0])
            long = _LONG * bangs * face.u * strength * (0.45 + 0.55 * share)
            if strength > 0.3 and abs(end) < (_TEMPLES if bangs > 0.5 else FOREHEAD):
                partings.append((line.at(line.place, end), -line.at(line.inward, end)))
            if abs(end) < WIDEST and long > _LEAST * face.u:
                lock = _lock(line, face, begin, end, long)
                if area(lock) > _SLENDER * long**2:
                    locks.append(lock)
    return locks, partings


def _tips(line: Hairline, face: WarpedFace, tresses: Tresses, bangs: float, chance: np.random.Generator) -> _Laid:
    """The points in which the tresses of a fringe end, and where they part."""
    locks, partings = [], []
    for side, edges in zip((-1.0, 1.0), tresses.edges, strict=True):
        for near, far in pairwise(np.clip(tresses.parting + side * edges, -_TEMPLES, _TEMPLES)):
            strength = float(line.at(line.strength, (near + far) / 2)[0])
            if abs(far - near) < _STRIP or strength < 0.3:
                continue
            share, aside = abs(far - near) / _BROAD, ease(abs(near + far) / 2, *_AT_TEMPLES)
            uneven = strength * float(chance.uniform(*_TIPS))
            partings.append((line.at(line.place, far), -line.at(line.inward, far)))
            long = _LONG * bangs * (0.45 + 0.55 * share) * uneven * (1 - (1 - _REST) * aside)
            lock = _lock(line, face, near, far, long * face.u)
            if area(lock) > _SLENDER * (long * face.u) ** 2:
                locks.append(lock)
    return locks, partings


def _way(cut: Cut, bangs: float, tousled: float, tied: bool) -> Way | None:
    """Which way hair is combed; None if it is not."""
    if bangs >= 0.5:
        return None if cut in UNCOMBED else Way.DOWN
    if cut is Cut.LONG and tied:
        return Way.ASIDE
    return Way.UP if cut is Cut.SHORT and tousled > 0 else _DIVIDED.get(cut)


def _notches(line: Hairline, face: WarpedFace, tresses: Tresses, chance: np.random.Generator) -> list[Points]:
    """What is bare between the roots of tresses combed off the forehead: pointed, and leaning as they do."""
    out = []
    for side in (-1.0, 1.0):
        lean = tresses.lean * _LEANING if tresses.way is Way.UP else side * _SWEPT
        angle = tresses.parting + side * float(chance.uniform(*_FIRST))
        while abs(angle) < _TEMPLE_NOTCH:
            broad, deep = float(chance.uniform(*_GAP)), float(chance.uniform(*_DEEP)) * face.u
            if line.at(line.strength, angle)[0] > 0.5:
                sides = line.behind(np.array([angle - broad, angle + broad]), -_ROOT_BELOW * face.u)
                tip, middle = line.behind(np.array([angle + lean, angle + 0.35 * lean]), np.array([1.0, 0.35]) * deep)
                edges = [bezier(edge, (edge + middle) / 2, middle, tip, 8) for edge in sides]
                out.append(np.vstack([edges[0], edges[1][-2::-1]]))
            angle += side * float(chance.uniform(*_APART))
    return out


def _curtain(line: Hairline, face: WarpedFace, parting: float, side: int) -> Points | None:
    """The hair that falls from the parting to the temple: it hangs a little into the forehead's corner."""
    far = _ends(line, side)
    temple, end = side * min(_TEMPLE, far - _TURNS), side * far
    if abs(temple - parting) < _ROOM or side * face.yaw > _PROFILE or line.at(line.strength, temple / 2)[0] < 0.3:
        return None
    start, stop, corner = (line.at(line.place, angle) for angle in (parting, end, temple))
    corner = corner + line.at(line.inward, temple) * (_CORNER * face.u)
    edge = bezier(start, start + (corner - start) * 0.5, corner, stop, 16)
    return np.vstack([edge, line.behind(np.linspace(end, parting, 8), _ROOT * face.u)])


def _ends(line: Hairline, side: int) -> float:
    """How far aside, in degrees, hair goes that falls to the temple: to the cheekbone, if it grows so far."""
    angles = np.arange(_INNERMOST, _CHEEKBONE + 1.0, 2.0)
    thin = line.at(line.strength, side * angles)[:, 0] < _THIN
    return float(angles[np.argmax(thin)]) if thin.any() else float(_CHEEKBONE)


def _lock(line: Hairline, face: WarpedFace, begin: float, end: float, long: float) -> Points:
    """The outline of one lock from one angle to another, whose tip stands off `long` pixels."""
    side, over = np.sign(end - begin), begin + _TIP * (end - begin)
    start, stop, under = (line.at(line.place, angle) for angle in (begin, end, over))
    inward, along = line.at(line.inward, over), line.at(line.along, over) * side
    tip = over_eyes(under + inward * (0.70 * long) + along * (0.22 * long) + face.down * (0.36 * long), face)
    leaves = _unit(line.at(line.along, begin) * side + line.at(line.inward, begin) * _STEEP)
    points = _unit(along * 0.45 + inward * 0.15 + face.down * 0.8)
    roots = line.behind(np.linspace(end, begin, 6), _ROOT * face.u)
    return blade(start, stop, tip, leaves, points, roots)


def _unit(vector: Points) -> Points:
    return np.asarray(vector / (np.hypot(*vector) + 1e-9), np.float64)
