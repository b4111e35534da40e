"""The hairline as an animator draws it: pointed locks that fall from the parting to both sides over the forehead.

A hairline taken from a photo is a smooth arch, and a smooth arch is a cap's. Every lock sets out along the hairline,
leaves it further and further and ends in a point that lies over the beginning of the next.
"""

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import OVAL
from engine.cel.geometry import bezier, smooth, smoothstep, stroke
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.blades import Blades, blade, together
from engine.cel.paint.fields import sampled
from engine.cel.paint.flow import Flow

_WIDEST, _STEP = 100, 2
"""How far to either side of the middle of the forehead, in degrees, the hairline is looked for, and how finely."""
_NEAREST, _FURTHEST, _FINE = 0.16, 1.1, 0.01
"""Where on a ray from the middle of the face the hairline is looked for, in face widths."""
_THIN, _THICK = 0.05, 0.16
"""Hair this deep behind its hairline, in face widths, has no locks; all of them."""
_EYES = -0.17
"""No lock reaches lower than this v before the eyes."""
_TIP = 0.7
"""Over which share of its base a lock ends."""
_ROOT = 0.05
"""How deep in the hair locks begin, in face widths."""
_BRUSHED = 22.0
"""Degrees of the hairline from one line of brushed hair to the next."""
_FALLS, _DEEPEST = (0.30, 0.62), 0.5
"""Where lines of falling hair lie between its hairline and its outline, which counts as no further than so many face
widths."""
_PARTED, _LIFTED = 0.55, 70.0
"""How far up towards the outline a parting goes; and how far from it, in degrees, hair has risen to its full height."""
_RHYTHM = (1.25, 0.70, 1.05, 0.60)
"""Locks are broad and narrow by turns, as shares of the common breadth."""
_BROAD, _LONG, _LEAST = 34.0, 0.32, 0.05
"""Breadth of a common lock in degrees; how far it stands off the hairline, and the shortest drawn, in face widths."""
_TOLD, _LEANING, _MOST, _ASLANT = 0.4, 180.0, 32.0, 0.2
"""How much strands say of where hair is parted; by how many degrees a parting lies aside for every face width that the
hairline is higher there than on the other side, and at most; and the yaw from which that says nothing."""
_TEMPLES, _FOREHEAD = 78, 40
"""How far to the side, in degrees, a fringe's locks part; and hair that leaves the forehead bare."""


class Cut(Enum):
    """How hair is worn."""

    SHORT = "short"
    CLOSE = "close"
    LONG = "long"
    CURLY = "curly"
    TIED = "tied"


_FRAMES = {
    Cut.SHORT: (0.10, 0.06),
    Cut.CLOSE: (0.0, 0.0),
    Cut.CURLY: (0.0, 0.0),
    Cut.LONG: (0.08, 0.52),
    Cut.TIED: (0.05, 0.40),
}
"""How broad the locks beside the face are, in face widths, and at which v they end."""
_OUTSIDE = 0.035
"""How far outside the edge of the face such a lock hangs, in face widths: it would cross the eyes."""
_CORNER, _CHEEKBONE = 0.04, 90
"""Hair that falls from a parting hangs into the forehead's corners, towards so far off them, in face widths; and the
angle, in degrees, at which it is back at the side of the face."""
_TEMPLE, _FAR, _PROFILE, _CHEEKS = 62, 0.12, 0.25, (0.05, 0.15, 0.25)
"""The angle from which they fall, in degrees; the yaws from which the far one, and the far half of the forehead, are
not seen; the v at which hair covers the ears if it falls before them."""


@dataclass(frozen=True, slots=True)
class _Hairline:
    """The hairline by its angle, clockwise from the middle of the forehead; in the picture's pixels."""

    angles: NDArray[np.float64]
    place: Points
    inward: Points
    """Unit vectors to the middle of the face."""
    along: Points
    """Unit vectors clockwise."""
    strength: NDArray[np.float64]
    """0..1: whether there is hair to make locks of."""
    turning: NDArray[np.float64]
    """-1..1: how far strands run clockwise there."""
    depth: NDArray[np.float64]
    """How far hair goes on behind it."""
    far: NDArray[np.float64]
    """How far it lies from the middle of the face."""

    def at(self, values: NDArray[np.float64], angle: float | NDArray[np.float64]) -> NDArray[np.float64]:
        """Values of the hairline at an angle, shape (k,), or at each of n angles, (n, k)."""
        rows = values.reshape(len(self.angles), -1)
        return np.stack([np.asarray(np.interp(angle, self.angles, column)) for column in rows.T], -1)

    def behind(self, angles: NDArray[np.float64], deep: float | NDArray[np.float64]) -> Points:
        """Places `deep` pixels behind the hairline, at n angles."""
        return np.asarray(self.at(self.place, angles) - self.at(self.inward, angles) * np.reshape(deep, (-1, 1)))


def fringe(shape: Plane, flow: Flow, face: WarpedFace, bangs: float, cut: Cut, chance: np.random.Generator) -> Blades:
    """Lay out the locks of hair whose signed distance is `shape`, at half size.

    A fringe (`bangs` 1) falls in locks. Hair that leaves the forehead bare has none, only places where it parts, or the
    lines along which it is tied back. Long hair frames the face with a lock at each side, tied hair with a strand.
    """
    line = _hairline(shape, flow, face)
    parting = _parting(line, face)
    locks, partings = [], []
    for side in (-1.0, 1.0):
        end, turn = parting, int(chance.integers(len(_RHYTHM)))
        while side * end < _TEMPLES:
            share = _RHYTHM[turn % len(_RHYTHM)] * float(chance.uniform(0.85, 1.15))
            turn += 1
            begin, end = end, end + side * _BROAD * share
            strength = float(line.at(line.strength, (begin + end) / 2)[0])
            long = _LONG * bangs * face.u * strength * (0.45 + 0.55 * share)
            if strength > 0.3 and abs(end) < (_TEMPLES if bangs > 0.5 else _FOREHEAD):
                partings.append((line.at(line.place, end), -line.at(line.inward, end)))
            if abs(end) < _WIDEST and long > _LEAST * face.u:
                locks.append(_lock(line, face, begin, end, long))
    if cut in (Cut.LONG, Cut.TIED) and bangs < 0.5:
        locks += [curtain for side in (-1, 1) if (curtain := _curtain(line, face, parting, side)) is not None]
    sides = [side for side in (-1, 1) if cut in (Cut.TIED, Cut.SHORT) or _beside(shape, face, side)]
    over = [lock for side in sides if (lock := _sidelock(line, face, side, _FRAMES[cut], chance)) is not None]
    strokes = _brushed(line, parting, chance) if cut is Cut.TIED else []
    if cut is Cut.LONG and bangs < 0.5:
        strokes = _falling(line, face, parting, chance)
    return replace(together([*locks, *over], partings), over=over, strokes=strokes)


def _beside(shape: Plane, face: WarpedFace, side: int) -> bool:
    """Whether hair falls beside the cheek, before the ear."""
    edge = (face.points[list(OVAL)] - face.centre) / face.u
    for low in _CHEEKS:
        level = np.abs(edge @ face.down - low) < 0.12
        if not level.any():
            return False
        out = float((edge[level] @ face.right * side).max()) + 0.06
        place = face.centre + (face.right * (side * out) + face.down * low) * face.u
        if sampled(shape, place[None] / 2 - 0.5)[0] <= 0:
            return False
    return True


def _curtain(line: _Hairline, face: WarpedFace, parting: float, side: int) -> Points | None:
    """The hair that falls from the parting to the temple: it hangs a little into the forehead's corner."""
    temple, end = side * _TEMPLE, side * _CHEEKBONE
    if abs(temple - parting) < _BROAD or side * face.yaw > _PROFILE or line.at(line.strength, temple / 2)[0] < 0.3:
        return None
    start, stop, corner = (line.at(line.place, angle) for angle in (parting, end, temple))
    corner = corner + line.at(line.inward, temple) * (_CORNER * face.u)
    edge = bezier(start, start + (corner - start) * 0.5, corner, stop, 16)
    return np.vstack([edge, line.behind(np.linspace(end, parting, 8), _ROOT * face.u)])


def _sidelock(
    line: _Hairline, face: WarpedFace, side: int, size: tuple[float, float], chance: np.random.Generator
) -> Points | None:
    """The lock that falls from the temple over the edge of the face, so broad and as low (v) as `size` says."""
    broad, low = size
    angle = side * _TEMPLE
    if broad <= 0 or side * face.yaw > _FAR or line.at(line.strength, angle)[0] < 0.3:
        return None
    low += float(chance.uniform(-0.06, 0.06))
    root = line.at(line.place, angle) - line.at(line.inward, angle) * (0.12 * face.u)
    root = root + face.right * (side * _OUTSIDE * face.u)
    edge = (face.points[list(OVAL)] - face.centre) / face.u
    out = edge @ face.right * side
    level = np.abs(edge @ face.down - low) < 0.12
    tip = face.centre + (face.right * (side * (out[level].max(initial=0.3) + _OUTSIDE)) + face.down * low) * face.u
    fall, aside = face.down * (0.3 * face.u), face.right * (side * 0.07 * face.u)
    spine = bezier(root, root + fall + aside * 0.4, tip - fall + aside, tip, 18)
    return stroke(spine, broad * face.u * np.interp(np.linspace(0, 1, 18), [0, 0.3, 0.75, 1], [0.7, 1.0, 0.6, 0.0]))


def _brushed(line: _Hairline, parting: float, chance: np.random.Generator) -> list[Points]:
    """Lines from the hairline to the crown, along which hair is tied back."""
    crown = line.at(line.place, parting) - line.at(line.inward, parting) * (
        0.85 * float(line.at(line.depth, parting)[0])
    )
    lines, angle = [], -_TEMPLES + float(chance.uniform(0, _BRUSHED))
    while angle < _TEMPLES:
        if line.at(line.strength, angle)[0] > 0.3:
            start, out = line.at(line.place, angle), -line.at(line.inward, angle)
            far = float(np.hypot(*(crown - start)))
            whole = bezier(start, start + out * (0.4 * far), crown + out * (0.3 * far), crown, 24)
            lines.append(whole[: int(24 * chance.uniform(0.35, 0.8))])
        angle += _BRUSHED * float(chance.uniform(0.7, 1.4))
    return lines


def _falling(line: _Hairline, face: WarpedFace, parting: float, chance: np.random.Generator) -> list[Points]:
    """The parting, and lines along which hair falls from it to both sides between its hairline and its outline."""
    deep = np.minimum(line.depth, _DEEPEST * face.u)
    lines = [line.behind(np.full(16, parting), np.linspace(0, _PARTED * float(line.at(deep, parting)[0]), 16))]
    for side in (-1, 1):
        for share in _FALLS:
            begin, end = parting + side * float(chance.uniform(4, 14)), side * float(chance.uniform(80, _WIDEST))
            if side * (end - begin) >= _BROAD:
                angles = np.linspace(begin, end, 24)
                lift = share * np.sin(np.clip(np.abs(angles - parting) / _LIFTED, 0, 1) * np.pi / 2)
                lines.append(line.behind(angles, smooth(lift * line.at(deep, angles)[:, 0], 3.0)))
    return lines


def _hairline(shape: Plane, flow: Flow, face: WarpedFace) -> _Hairline:
    oval = (face.points[list(OVAL)] - face.centre) @ face.right
    middle = face.centre + face.right * float(oval.min() + oval.max()) / 2 - face.down * (0.04 * face.u)
    angles = np.arange(-_WIDEST, _WIDEST + 1, _STEP, dtype=np.float64)
    turn = np.radians(angles)[:, None]
    out = np.sin(turn) * face.right - np.cos(turn) * face.down
    radii = np.arange(_NEAREST, _FURTHEST, _FINE)
    ray = middle + out[:, None] * (radii * face.u)[:, None]
    inside = sampled(shape, ray.reshape(-1, 2) / 2 - 0.5).reshape(len(angles), -1) > 0
    found = inside.any(1) & ~inside[:, 0]
    first = np.where(found, np.argmax(inside, 1), 0)
    beyond = np.arange(len(radii)) >= first[:, None]
    depth = np.where((~inside & beyond).any(1), np.argmax(~inside & beyond, 1), len(radii)) - first
    far = radii[first] * face.u
    if found.any():
        far = np.interp(angles, angles[found], far[found])
    far = smooth(far, 1.5)
    strength = smoothstep(depth * _FINE, _THIN, _THICK) * found
    along = np.cos(turn) * face.right + np.sin(turn) * face.down
    place = middle + out * far[:, None]
    behind = (place + out * (0.09 * face.u)) / 2 - 0.5
    way = np.stack([sampled(flow.x, behind), sampled(flow.y, behind)], 1)
    return _Hairline(
        angles,
        place,
        -out,
        along,
        smooth(strength, 2.0) * found,
        smooth((way * along).sum(1), 2.0),
        depth * (_FINE * face.u),
        far,
    )


def _parting(line: _Hairline, face: WarpedFace) -> float:
    """The angle from which strands run to both sides: where the hairline is high, as hair falls low beyond it."""
    weight = line.turning * line.strength
    balance = np.cumsum(weight[::-1])[::-1] - np.cumsum(weight)
    balance[np.abs(line.angles) > 40] = -np.inf
    told = float(line.angles[int(np.argmax(balance - 0.02 * np.abs(line.angles)))])
    if abs(face.yaw) > _ASLANT:
        return told
    left, right = (float(line.at(line.far, angle)[0]) / face.u for angle in (-_FOREHEAD, _FOREHEAD))
    return float(np.clip(_TOLD * told - _LEANING * (left - right), -_MOST, _MOST))


def _lock(line: _Hairline, face: WarpedFace, begin: float, end: float, long: float) -> Points:
    """The outline of one lock from one angle to another, whose tip stands off `long` pixels."""
    side, over = np.sign(end - begin), begin + _TIP * (end - begin)
    start, stop, under = (line.at(line.place, angle) for angle in (begin, end, over))
    inward, along = line.at(line.inward, over), line.at(line.along, over) * side
    tip = under + inward * (0.70 * long) + along * (0.10 * long) + face.down * (0.35 * long)
    local = tip - face.centre
    if abs(float(local @ face.right)) < 0.42 * face.u:
        tip = tip - face.down * max(0.0, float(local @ face.down) - _EYES * face.u)
    leaves = _unit(line.at(line.along, begin) * side + line.at(line.inward, begin))
    points = _unit(along * 0.2 + inward * 0.15 + face.down * 0.8)
    roots = line.behind(np.linspace(end, begin, 6), _ROOT * face.u)
    return blade(start, stop, tip, leaves, points, roots)


def _unit(vector: Points) -> Points:
    return np.asarray(vector / (np.hypot(*vector) + 1e-9), np.float64)
