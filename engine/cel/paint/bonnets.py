"""Hats without a brim as they are drawn: knitted ones with a ribbed cuff, and cloths that are wound round the head.

Parsers tear them, and a head turned to the viewer has them askew.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF
from engine.cel.geometry import Points, bezier, curve, percentile
from engine.cel.look import Plane, WarpedFace, coordinates
from engine.cel.paint.beneath import bared, spread
from engine.cel.paint.fields import polygon
from engine.cel.paint.stack import BACKGROUND, HAIR, SKIN
from engine.cel.parse import Floats

_FRONT, _LEAST = 0.30, 20
"""How far aside the lower edge is looked for, in face widths; and in how many pixels it is seen at least."""
_LOW, _HANGING, _MUCH = -0.40, 0.1, 0.12
"""The v over which it is looked at for its breadth; below which v no such hat is seen, and which share of it is at
least that is a veil."""
_ASIDE, _BEHIND, _HALF, _TALL = 0.06, 0.40, (0.56, 0.59), (0.50, 0.58)
"""How far aside its middle lies at most, how much further behind a turned face for each of its yaw, half its breadth,
and how tall it is."""
_EDGE = (-0.32, -0.28), (-0.36, -0.30)
"""The v of its edge in front, and of that of a wound cloth."""
_FAR = 2.0
"""By which share of itself the edge comes down less on the far side of a turned face, for each of its yaw."""
_ROUND, _FALLS, _BACK = 2.4, (0.24, 0.44), (0.80, 0.25)
"""The power of its outline; how far its edge comes down at the sides, and that of a wound cloth, which hides the ears'
roots; and how much further on the near side of a turned face, for each of its yaw, in face widths."""
_BENDS = (1.25, 3.0)
"""The power by which it comes down there."""
_CUFF, _STANDS = 0.18, 1.015
"""How broad a cuff is, in face widths, and how far it stands out beside the crown, as a factor."""
_RIBS, _SAMPLES = 9, 24
"""How many ribs a cuff shows."""
_WOUND = (
    ((-0.97, 0.02), (0.66, 0.66)),
    ((-0.99, 0.24), (0.34, 0.92)),
    ((-0.94, 0.48), (0.10, 0.99)),
    ((-0.80, 0.72), (-0.20, 1.03)),
    ((0.98, 0.02), (0.30, 0.42)),
    ((0.99, 0.26), (0.50, 0.52)),
)
"""Both ends of the edges of a wound cloth's folds, two of each: aside, as shares of half its breadth, and up, of its
height."""
_LOOPS = (
    [(0.02, 0.50), (-0.30, 0.57), (-0.72, 0.78), (-0.64, 1.03), (-0.26, 0.98), (0.02, 0.50)],
    [(0.06, 0.50), (0.16, 0.80), (0.40, 1.08), (0.76, 0.98), (0.68, 0.70), (0.06, 0.50)],
)
_CREASES = ([(0.0, 0.56), (-0.24, 0.72), (-0.46, 0.88)], [(0.08, 0.56), (0.26, 0.76), (0.46, 0.94)])
_TWIST = [(-0.10, 0.48), (-0.06, 0.62), (0.08, 0.64), (0.18, 0.52), (0.12, 0.38), (-0.04, 0.36), (-0.10, 0.48)]
"""The loops of the knot that it is tied with, a crease in each, and its middle, in the same way, but up
from the edge in front."""
_BOW = 0.25
"""Which share of what is worn stands out over that crown at least where it is tied in a knot."""
_BULGES = 0.08
"""How far those bulge upwards, in face widths."""
_TEMPLES = 0.34
"""How far below its edge in front hair grows at the temples, in face widths."""
_HEAD, _CROPPED, _NAPE = 0.52, 0.54, 0.3
"""Half the breadth of the hair below it, in face widths; half that of short hair, and to which v it is so."""
_FRINGE, _FRINGED, _NONE = 0.25, -0.18, 0.2
"""How far aside and down to which v short hair hangs over the forehead, and which share of that it covers at least:
where it does not, what is seen of it at the sides is left out, as it would be drawn as tufts all along the hat."""


@dataclass(frozen=True, slots=True)
class Bonnet:
    """Outlines and lines in the picture's pixels."""

    crown: Points
    cuff: Points | None
    """None of a wound cloth."""
    lines: list[Points]
    """Ribs, or the edges of folds."""
    folds: list[Points]
    """Every other fold of a wound cloth."""
    loops: list[Points]
    """Those of a wound cloth's knot, and last the middle of that."""
    creases: list[Points]
    """One in each of its loops."""
    middle: float
    """The u of its middle."""
    edge: float
    """The v of its lower edge, in front."""
    seen: Plane
    """What was seen of it, 0..1 at half size."""


def bonnet(worn: Plane, face: WarpedFace, wound: bool) -> Bonnet | None:
    """The hat that what is `worn` (0..1, at half size) would be; None if none is seen over the face, or a veil."""
    u, v = coordinates(face, HALF)
    on = worn > 0.5
    front, upper = v[on & (np.abs(u) < _FRONT)], u[on & (v < _LOW)]
    if min(front.size, upper.size) < _LEAST or float((v[on] > _HANGING).mean()) > _MUCH:
        return None
    left, right = (percentile(upper, share) for share in (3, 97))
    behind = -_BEHIND * face.yaw
    middle = float(np.clip((left + right) / 2, behind - _ASIDE, behind + _ASIDE))
    half = float(np.clip((right - left) / 2, *_HALF))
    if wound:  # its bow is not its middle
        middle, half = behind, _HALF[1]
    edge = float(np.clip(percentile(front, 95), *_EDGE[wound]))
    tall = float(np.clip(edge - percentile(front, 3), *_TALL))

    def placed(across: NDArray[np.float64], down: NDArray[np.float64]) -> Points:
        places = (middle + half * across)[:, None] * face.right + down[:, None] * face.down
        return np.asarray(face.centre + places * face.u, np.float64)

    def hem(across: NDArray[np.float64]) -> NDArray[np.float64]:
        far = np.clip(_FAR * across * face.yaw, 0, 1)  # there the temple is hidden, and the eye is near
        near = np.clip(-across * np.sign(face.yaw), 0, 1)
        back = _BACK[wound] * abs(face.yaw) * near ** _BENDS[wound]
        return np.asarray(edge + _FALLS[wound] * (1 - far) * across**2 + back, np.float64)

    def tied(line: list[tuple[float, float]]) -> Points:
        across, up = curve(line, 8).T
        return placed(across, edge - tall * up)

    turn = np.linspace(0, np.pi, 2 * _SAMPLES)
    x, y = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** (2 / _ROUND), np.sin(turn) ** (2 / _ROUND)
    sides = hem(np.sign(x))
    dome = placed(x, sides + (edge - tall - sides) * y)
    along = np.linspace(-1, 1, _SAMPLES)
    crown = np.vstack([dome, placed(along, hem(along))])
    cuff = None
    lines, folds, loops, creases = ([] for _ in range(4))
    if wound:
        across, up = np.array(_WOUND).reshape(-1, 2).T
        ends = placed(across, hem(across) - tall * up).reshape(-1, 2, 2)
        lines = [_fold(start, end, face) for start, end in ends]
        folds = [np.vstack([one, other[::-1]]) for one, other in zip(lines[::2], lines[1::2], strict=True)]
        if float((on & (polygon(crown) < 0.5)).sum()) > _BOW * on.sum():
            loops, creases = ([tied(line) for line in drawn] for drawn in ((*_LOOPS, _TWIST), _CREASES))
    else:
        low, high = placed(_STANDS * along, hem(along) + 0.01), placed(_STANDS * along, hem(along) - _CUFF)
        cuff = np.vstack([low, high[::-1]])
        crown = np.vstack([dome[: _SAMPLES * 2], cuff[:_SAMPLES]])
        for at in np.linspace(-0.86, 0.86, _RIBS):
            bow = np.full(6, at)
            lines.append(placed(bow * np.linspace(1, 0.985, 6), hem(bow) - np.linspace(0.02, _CUFF - 0.02, 6)))
        for at in np.linspace(-0.6, 0.6, 4):
            up = np.linspace(0, 0.62, 10)
            bow = at * (1 - 0.55 * up**1.6)
            lines.append(placed(bow, hem(np.full(10, at)) - _CUFF - 0.02 - (tall - _CUFF) * up))
    return Bonnet(crown, cuff, lines, folds, loops, creases, middle, edge, worn)


def _fold(start: NDArray[np.float64], end: NDArray[np.float64], face: WarpedFace) -> Points:
    """The edge of a fold, which bulges upwards."""
    bend = face.down * (_BULGES * face.u)
    return bezier(start, start * 0.65 + end * 0.35 - bend, start * 0.3 + end * 0.7 - bend, end, _SAMPLES // 2)


def put_on(stack: Floats, bonnet: Bonnet, oval: Plane, face: WarpedFace, short: bool) -> Floats:
    """Planes in which that hat is worn and nothing else."""
    u, v = coordinates(face, HALF)
    aside = np.abs(u - np.float32(bonnet.middle))
    shape = np.maximum.reduce([polygon(outline) for outline in (bonnet.crown, *bonnet.loops)])
    if bonnet.cuff is not None:
        shape = np.maximum(shape, polygon(bonnet.cuff))
    shown = bared(stack, shape, oval, (aside < _HEAD) & (v < bonnet.edge + _TEMPLES))
    out = spread(shown, aside, v, bonnet.edge, _HEAD)
    if bonnet.folds:  # a wound cloth leaves no hair over the forehead
        hidden = (v < bonnet.edge + _TEMPLES) & (oval > 0)
        out[SKIN] += out[HAIR] * hidden
        out[HAIR] *= ~hidden
    if short:
        off = (aside > _CROPPED) & (v < _NAPE)
        out[BACKGROUND] += out[HAIR] * off
        out[HAIR] *= ~off
        if float(stack[HAIR][(np.abs(u) < _FRINGE) & (v > bonnet.edge) & (v < _FRINGED)].mean()) < _NONE:
            out[SKIN] += out[HAIR]
            out[HAIR] = 0
    return out
