"""The hairline as an animator draws it: pointed locks that fall from the parting to both sides over the forehead.

A hairline taken from a photo is a smooth arch, and a smooth arch is a cap's. Every lock sets out along the hairline,
leaves it further and further and ends in a point that lies over the beginning of the next.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import OVAL
from engine.cel.geometry import ease, smooth, smoothstep
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
_BANGS = (-0.40, -0.28)
"""A fringe ends at such a v; the hairline of a bare forehead lies higher."""
_EYES = -0.17
"""No lock reaches lower than this v before the eyes."""
_ROOT = 0.05
"""How deep in the hair locks begin, in face widths."""
_RHYTHM = (1.25, 0.70, 1.05, 0.60)
"""Locks are broad and narrow by turns, as shares of the common breadth."""
_TIED = 34.0
"""Tied hair leaves the forehead bare so far to either side, in degrees."""
_TEMPLES = (52, 78)
"""How far to the side, in degrees, locks of short and of long hair are drawn."""


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

    def at(self, values: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
        """Values of the hairline at an angle."""
        rows = values.reshape(len(self.angles), -1)
        return np.array([np.interp(angle, self.angles, column) for column in rows.T])


def fringe(
    shape: Plane, flow: Flow, face: WarpedFace, hangs: bool, woman: float, chance: np.random.Generator
) -> Blades:
    """Lay out the locks of hair whose signed distance is `shape`, at half size; `hangs`: it is long.

    A fringe falls in locks, and long hair to both sides of its parting. A woman's short hair without a fringe is taken
    for tied (`woman` 1), and frames the forehead; a man's is brushed from it in small points.
    """
    line = _hairline(shape, flow, face)
    middle = np.abs(line.angles) < 26
    low = float(np.median((line.place[middle] - face.centre) @ face.down)) / face.u
    bangs = ease(low, *_BANGS)
    falls = 1.0 if hangs else woman
    reach = 0.17 * bangs + (1 - bangs) * (0.07 + 0.15 * falls)
    broad = 27.0 * bangs + (1 - bangs) * (18.0 + 18.0 * falls)
    bare = 0.0 if hangs else _TIED * (1 - bangs) * woman
    parting = _parting(line)
    locks, partings = [], []
    for side in (-1.0, 1.0):
        end, turn = parting, int(chance.integers(len(_RHYTHM)))
        while side * end < _TEMPLES[hangs]:
            share = _RHYTHM[turn % len(_RHYTHM)] * float(chance.uniform(0.85, 1.15))
            turn += 1
            begin, end = end, end + side * broad * share
            strength = float(line.at(line.strength, (begin + end) / 2)[0])
            long = reach * face.u * strength * (0.45 + 0.55 * share)
            if abs(end) > _WIDEST or long < (0.02 + 0.05 * falls) * face.u or abs(end) < bare:
                continue
            locks.append(_lock(line, face, begin, end, long, bangs))
            partings.append(line.at(line.place, end))
    return together(locks, partings)


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
    return _Hairline(angles, place, -out, along, smooth(strength, 2.0) * found, smooth((way * along).sum(1), 2.0))


def _parting(line: _Hairline) -> float:
    """The angle from which strands run to both sides."""
    weight = line.turning * line.strength
    balance = np.cumsum(weight[::-1])[::-1] - np.cumsum(weight)
    balance[np.abs(line.angles) > 40] = -np.inf
    return float(line.angles[int(np.argmax(balance - 0.02 * np.abs(line.angles)))])


def _lock(line: _Hairline, face: WarpedFace, begin: float, end: float, long: float, bangs: float) -> Points:
    """The outline of one lock from one angle to another, whose tip stands off `long` pixels."""
    side = np.sign(end - begin)
    start, stop = (line.at(line.place, angle) for angle in (begin, end))
    inward, along = line.at(line.inward, end), line.at(line.along, end) * side
    tip = stop + inward * (0.70 * long) + along * ((0.45 - 0.35 * bangs) * long) + face.down * (0.45 * long)
    local = tip - face.centre
    if abs(float(local @ face.right)) < 0.42 * face.u:
        tip = tip - face.down * max(0.0, float(local @ face.down) - _EYES * face.u)
    leaves = _unit(line.at(line.along, begin) * side + line.at(line.inward, begin) * (0.60 + 0.4 * bangs))
    points = _unit(along * 0.2 + inward * 0.15 + face.down * 0.8)
    angles = np.linspace(end, begin, 6)
    root = [line.at(line.place, angle) - line.at(line.inward, angle) * (_ROOT * face.u) for angle in angles]
    return blade(start, stop, tip, leaves, points, np.array(root))


def _unit(vector: Points) -> Points:
    return np.asarray(vector / (np.hypot(*vector) + 1e-9), np.float64)
