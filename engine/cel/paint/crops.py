"""The form of closely cut hair: a dome that follows the skull, and a hairline with corners at the forehead."""

from dataclasses import dataclass

import numpy as np

from engine.cel.geometry import Points, curve
from engine.cel.look import WarpedFace

BASE, ROUND = -0.06, 2.25
"""The v at which a skull is broadest, and the power of the superellipse that it is over that."""
TURNED = 0.2
"""The yaw from which the far side of a head ends at its face."""
_CRIMPED, _RISES, _ROUNDED = 0.05, 0.6, 0.1
"""How far before its corner a hairline is straight, in face widths; and the shares of the corner's height that it has
half-way to there, and over which it rounds the corner.
"""
_BOWS, _BOW = ((0.25, 0.010), (0.6, 0.012)), 0.05
"""How far the line from a corner to the temple is bowed, in face widths, at shares of its length; and how far aside
the temple lies at least.
"""
_TEMPLE, _ENDS, _NARROWS, _BACK = -0.17, 0.0, 0.04, 0.02
"""The v at which sideburns begin and end, and how much narrower they get before and behind, in face widths."""
_SAGS = 0.35
"""How far the hairline of the far side has fallen, near its end, as a share of all that it falls."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a head, aside of the face's middle and down, in face widths."""

    broad: float
    """How far aside the skull reaches."""
    corner: float
    """How far aside the forehead's corner lies."""
    front: float
    """How far aside sideburns begin."""
    ends: float
    """The v at which hair ends at the temple, where that is the far side's."""


@dataclass(frozen=True, slots=True)
class Crop:
    """How hair is cut, in the face's coordinates."""

    top: float
    """The v of the crown."""
    line: float
    """That of the hairline's middle."""
    receded: float
    """How far corners lie above that, in face widths."""
    sides: tuple[Side, Side]
    """The picture's left and right side of the head."""


def outline(crop: Crop, face: WarpedFace) -> Points:
    """The closed outline of the hair, in the picture's pixels."""
    left, right = (_half(crop, side, sign * face.yaw > TURNED) for sign, side in zip((-1, 1), crop.sides, strict=True))
    return _joined(left, right, face)


def skull(crop: Crop, face: WarpedFace) -> Points:
    """That of the skull beneath it, down to where that is broadest."""
    left, right = (_dome(crop, side) for side in crop.sides)
    return _joined(left, right, face)


def _joined(left: Points, right: Points, face: WarpedFace) -> Points:
    """Two halves, in face widths and both as if the right one, as a closed outline in the picture's pixels."""
    local = np.vstack([left * (-1.0, 1.0), right[::-1]])
    return np.asarray(face.centre + (local[:, :1] * face.right + local[:, 1:] * face.down) * face.u, np.float64)


def _dome(crop: Crop, side: Side) -> Points:
    """The right half of a skull's outline, from the side to the crown."""
    turn = np.linspace(0, np.pi / 2, 32)
    across, up = (part ** (2 / ROUND) for part in (np.cos(turn).clip(0), np.sin(turn)))
    return np.stack([side.broad * across, BASE + (crop.top - BASE) * up], 1)


def _half(crop: Crop, side: Side, far: bool) -> Points:
    """The right half of the hair's outline, from the middle of the forehead over the side to the crown."""
    dome = _dome(crop, side)
    if not far:
        return np.vstack([_hairline(crop, side), [(side.broad - _BACK, _ENDS)], dome])
    dome = dome[dome[:, 1] < side.ends]  # its temple lies beyond the face's edge
    across, fallen = dome[0, 0], crop.line + _SAGS * (side.ends - crop.line)
    return np.vstack([curve([(0, crop.line), (0.5 * across, crop.line), (0.8 * across, fallen), dome[0]], 8), dome])


def _hairline(crop: Crop, side: Side) -> Points:
    """From the middle of the forehead over its corner to the end of a sideburn."""
    corner = np.array([side.corner, crop.line - crop.receded])
    temple = np.array([max(side.front, side.corner + _BOW), _TEMPLE])
    front = [
        np.array([0, crop.line]),
        np.array([0.5 * side.corner, crop.line - _RISES * crop.receded]),
        corner - np.array([_CRIMPED, _ROUNDED * crop.receded]),
        corner,
    ]
    down = [corner + share * (temple - corner) + np.array([bow, 0]) for share, bow in _BOWS]
    return curve([*front, *down, temple, np.array([temple[0] + _NARROWS, _ENDS])], 8)
