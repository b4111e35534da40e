"""The hairline as a curve about the face: where hair begins, how deep it is behind that, and where it is parted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import OVAL
from engine.cel.geometry import smooth, smoothstep
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.fields import sampled
from engine.cel.paint.flow import Flow

WIDEST = 100
"""How far to either side of the middle of the forehead, in degrees, the hairline is looked for."""
FOREHEAD = 40
"""How far to the side, in degrees, hair that leaves the forehead bare parts."""
_STEP = 2
"""How finely it is looked for, in degrees."""
_NEAREST, _FURTHEST, _FINE = 0.16, 1.1, 0.01
"""Where on a ray from the middle of the face it is looked for, in face widths."""
_THIN, _THICK = 0.05, 0.16
"""Hair this deep behind its hairline, in face widths, has no locks; all of them."""
_GLANCE, _MEASURED = 40.0, 0.3
"""By how many degrees a parting lies aside that is told at a glance to do so; and what share of what is measured it
lies further."""
_STRANDS, _LEANING, _MOST, _ASLANT = 0.4, 180.0, 32.0, 0.2
"""How much strands say of where hair is parted; by how many degrees a parting lies aside for every face width that the
hairline is higher there than on the other side, and at most; and the yaw from which that says nothing."""


@dataclass(frozen=True, slots=True)
class Hairline:
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
    middle: Points
    """(2,)"""

    def at(self, values: NDArray[np.float64], angle: float | NDArray[np.float64]) -> NDArray[np.float64]:
        """Values of the hairline at an angle, shape (k,), or at each of n angles, (n, k)."""
        rows = values.reshape(len(self.angles), -1)
        at = (np.minimum(np.maximum(angle, -WIDEST), WIDEST) + WIDEST) / _STEP
        below = np.minimum(np.asarray(at, np.intp), len(rows) - 2)
        before = rows[below]
        return np.asarray(before + (at - below)[..., None] * (rows[below + 1] - before), np.float64)

    def behind(self, angles: NDArray[np.float64], deep: float | NDArray[np.float64]) -> Points:
        """Places `deep` pixels behind the hairline, at n angles."""
        return np.asarray(self.at(self.place, angles) - self.at(self.inward, angles) * np.reshape(deep, (-1, 1)))


def hairline(shape: Plane, flow: Flow, face: WarpedFace) -> Hairline:
    """The hairline of hair whose signed distance is `shape`, at half size."""
    oval = (face.points[list(OVAL)] - face.centre) @ face.right
    middle = face.centre + face.right * float(oval.min() + oval.max()) / 2 - face.down * (0.04 * face.u)
    angles = np.arange(-WIDEST, WIDEST + 1, _STEP, dtype=np.float64)
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
    return Hairline(
        angles,
        place,
        -out,
        along,
        smooth(strength, 2.0) * found,
        smooth((way * along).sum(1), 2.0),
        smooth(depth * (_FINE * face.u), 1.5),
        far,
        middle,
    )


def parting(line: Hairline, face: WarpedFace, told: float) -> float:
    """The angle from which strands run to both sides.

    It is `told` at a glance, as `Traits` have it, and measured: where strands part, and where the hairline is high, as
    hair falls low beyond it.
    """
    measured = _parted(line)
    if abs(face.yaw) <= _ASLANT:
        left, right = (float(line.at(line.far, angle)[0]) / face.u for angle in (-FOREHEAD, FOREHEAD))
        measured = float(np.clip(_STRANDS * measured - _LEANING * (left - right), -_MOST, _MOST))
    return float(np.clip(_GLANCE * told + _MEASURED * measured, -_MOST, _MOST))


def _parted(line: Hairline) -> float:
    """The angle at which strands part."""
    weight = line.turning * line.strength
    balance = np.cumsum(weight[::-1])[::-1] - np.cumsum(weight)
    balance[np.abs(line.angles) > FOREHEAD] = -np.inf
    return float(line.angles[int(np.argmax(balance - 0.02 * np.abs(line.angles)))])
