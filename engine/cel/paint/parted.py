"""Hair that falls from a parting to both sides: the lines along which it falls, and the light that lies between these.

Strands leave a parting all along it, each at its own height, and keep their order: what left it further up lies further
out beside the head.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import smooth
from engine.cel.look import Points, WarpedFace
from engine.cel.paint.hairline import WIDEST, Hairline
from engine.cel.paint.streaks import outline, streaks

_DEEPEST = 0.90
"""Hair counts as no deeper than this, in face widths: what lies further up is the crown, and bare of lines."""
_LEAVES, _LIFTED = 0.75, 50.0
"""How high a strand leaves the parting, as a share of the height to which it rises: strands fan out of it; and how far
from it, in degrees, it has risen to that."""
_APART, _FEWEST, _MOST = 0.13, 2, 5
"""How far apart, in face widths, lines rise to; and how many there are on a side."""
_LOWEST, _HIGHEST, _VARIED = 0.22, 0.95, 0.2
"""The share of hair's depth to which the lowest line rises, and the highest; and by what share of their distance these
heights differ."""
_SETS_OUT, _ENDS, _NARROWEST = (3.0, 7.0), (80.0, float(WIDEST)), 34.0
"""How far from the parting lines begin, which are rungs of a ladder if they meet on it; at which angle they end; and
over how many they go at least; in degrees."""
_BENDS, _GOES_ON, _ENDS_AT = 5.0, 0.12, 0.93
"""By how many degrees a parting bends on its way to the outline; how far it goes on over the last strand, where it
would end in a corner, and how far up it reaches at most, as shares of hair's depth."""
_CALM = 3.0
"""How far strands are smoothed, in points of theirs."""
_CLEAR, _SHORTEST = 0.047, 8
"""How far from hair's outline they end, in face widths, and of how few points they are none."""
_MIDDLE, _DRAWN_IN, _LONG, _BESIDE = (27.0, 33.0), 6.0, (13.0, 18.0), 88.0
"""How far from the parting light lies, how much nearer that is at the top, half how long it is, and from where on there
is none, in degrees."""
_BROADEST, _LOOSE = 0.12, 3.0
"""How broad light on a strand is at most, in face widths; and by how many degrees its streaks lie off each other."""


@dataclass(frozen=True, slots=True)
class Parted:
    """How hair falls from its parting, in the picture's pixels."""

    lines: list[Points] = field(default_factory=list)
    """The parting, and lines along which hair falls to both sides."""
    lights: list[Points] = field(default_factory=list)
    """Closed outlines of the light between them."""


def fallen(line: Hairline, face: WarpedFace, parting: float, chance: np.random.Generator) -> Parted:
    """Let hair fall to both sides from a parting at that angle."""
    deep = np.minimum(line.depth, _DEEPEST * face.u)
    at, highest = float(line.at(deep, parting)[0]), 0.0
    strands, lights = [], []
    for side in (-1, 1):
        aside = float(line.at(deep, parting + side * _LIFTED / 2)[0])
        count = int(np.clip(round(aside / (_APART * face.u)), _FEWEST, _MOST))
        heights, apart = np.linspace(_LOWEST, _HIGHEST, count, retstep=True)
        heights = heights + apart * chance.uniform(-_VARIED, _VARIED, count)
        for below, height in pairwise([heights[0] - apart, *heights]):
            begin = float(_bent(parting, _LEAVES * height)) + side * float(chance.uniform(*_SETS_OUT))
            end = side * float(chance.uniform(*_ENDS))
            if side * (end - begin) >= _NARROWEST:
                way = np.linspace(begin, end, 24)
                free = _free(line, deep, parting, way, float(height), face.u)
                if free >= _SHORTEST:
                    strands.append(_strand(line, deep, parting, way, float(height))[:free])
                highest = max(highest, float(height))
            broad = min(float(height - below), _BROADEST * face.u / max(aside, 1.0))
            lights += _shine(line, deep, parting, side, float(height + below) / 2, broad, chance)
    up = np.linspace(0, min(_LEAVES * highest + _GOES_ON, _ENDS_AT), 16)
    parted = line.behind(_bent(parting, up), up * at)
    return Parted([parted, *strands], lights)


def _bent[T: (np.float64, NDArray[np.float64])](parting: float, height: T) -> T:
    """The angles of a parting at shares of hair's depth: it bends over the skull, to the middle."""
    return parting - _BENDS * (np.sign(parting) or 1.0) * height**2


def _shine(
    line: Hairline,
    deep: NDArray[np.float64],
    parting: float,
    side: int,
    height: float,
    broad: float,
    chance: np.random.Generator,
) -> list[Points]:
    """The outlines of light on a strand whose middle rises so high, and that is so broad, as shares of hair's depth."""
    middle, half = float(chance.uniform(*_MIDDLE)) - _DRAWN_IN * height, float(chance.uniform(*_LONG))
    found = streaks(middle, half, _LOOSE, chance)
    angles = parting + side * np.array([streak.along for streak in found])
    edges = np.array([streak.edges for streak in found])
    both = np.repeat(angles[:, None], 2, 1)
    deeper = _risen(line, deep, parting, both.ravel(), (height + edges * broad).ravel()).reshape(edges.shape)
    deeper = np.moveaxis(smooth(np.moveaxis(deeper, 2, 0), _CALM), 0, 2)
    places = line.behind(both.ravel(), deeper.ravel()).reshape(*edges.shape, 2)
    return [outline(*pair) for pair in places[np.abs(angles).max(1) < _BESIDE]]


def _strand(
    line: Hairline,
    deep: NDArray[np.float64],
    parting: float,
    angles: NDArray[np.float64],
    height: float,
) -> Points:
    """The way of a strand over some angles, which rises to a share of hair's depth from where it leaves the parting."""
    return line.behind(angles, smooth(_risen(line, deep, parting, angles, height), _CALM))


def _risen(
    line: Hairline,
    deep: NDArray[np.float64],
    parting: float,
    angles: NDArray[np.float64],
    height: NDArray[np.float64] | float,
) -> NDArray[np.float64]:
    """How far behind the hairline it lies."""
    risen = np.sin(np.clip(np.abs(angles - parting) / _LIFTED, 0, 1) * np.pi / 2)
    return np.asarray(height * (_LEAVES + (1 - _LEAVES) * risen) * line.at(deep, angles)[:, 0], np.float64)


def _free(
    line: Hairline, deep: NDArray[np.float64], parting: float, angles: NDArray[np.float64], height: float, u: float
) -> int:
    """Up to which of these angles a strand is clear of hair's outline, beside which it would be a second one."""
    clear = line.at(line.depth, angles)[:, 0] - _risen(line, deep, parting, angles, height) > _CLEAR * u
    return len(clear) if clear.all() else int(np.argmin(clear))
