"""Light on combed hair as it is drawn: on each of its tresses a few streaks, which swell and end in points."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import smooth
from engine.cel.look import Points

_STREAKS = ((-0.27, 0.17, 0.75), (0.05, 0.15, 1.1), (0.33, 0.13, 0.7))
"""How far over the middle each streak lies and half how broad it is, as shares of how broad light is in all, and of how
long that is how long."""
_POINTS, _FULL, _CALM = 16, 0.6, 1.5
"""Of how many points each edge of a streak is, how soon it is as broad as it gets, and how far edges are smoothed."""
_ALONG, _SWELL = np.linspace(-1, 1, _POINTS), np.sin(np.linspace(0, np.pi, _POINTS)) ** _FULL
"""Where those points are between its ends, and how broad it is there."""


@dataclass(frozen=True, slots=True)
class Streak:
    """One streak: its places along a tress, and how far over the middle of the light its two edges lie there."""

    along: NDArray[np.float64]
    edges: tuple[NDArray[np.float64], NDArray[np.float64]]


def streaks(middle: float, half: float, loose: float, chance: np.random.Generator) -> list[Streak]:
    """The streaks of light whose middle lies there along a tress, and that is `half` so long to both sides.

    Each lies off that by up to `loose`. Edges are in shares of how broad light is in all.
    """
    found = []
    for over, broad, long in _STREAKS:
        about = middle + float(chance.uniform(-loose, loose))
        swell = broad * _SWELL
        found.append(Streak(about + half * long * _ALONG, (over - swell, over + swell)))
    return found


def outline(one: Points, other: Points) -> Points:
    """The closed outline between the two edges of a streak."""
    return np.vstack([smooth(one, _CALM), smooth(other, _CALM)[::-1]])
