"""One lock of hair as an animator draws it: a curved blade, broad at its root and pointed at its tip."""

from dataclasses import dataclass, field

import numpy as np

from engine.cel.geometry import bezier
from engine.cel.look import Points
from engine.cel.paint.tresses import Tresses


@dataclass(frozen=True, slots=True)
class Blades:
    """Locks of hair, in the picture's pixels."""

    locks: list[Points]
    """Closed outlines, whose roots lie within the hair."""
    partings: Points
    """(n, 2): where two locks part."""
    ways: Points
    """(n, 2): unit vectors from there into the hair."""
    strokes: list[Points] = field(default_factory=list)
    """Lines along which hair is brushed or falls."""
    lights: list[Points] = field(default_factory=list)
    """Closed outlines of the light that lies along it."""
    notches: list[Points] = field(default_factory=list)
    """Closed outlines of what is bare between the roots of locks."""
    shades: list[Points] = field(default_factory=list)
    """Closed outlines of their dark sides."""
    tresses: Tresses | None = None
    """How hair is divided that is combed."""
    before: list[Points] = field(default_factory=list)
    """Closed outlines of those of the locks that fall before the ears."""


def together(blades: list[Points], partings: list[tuple[Points, Points]]) -> Blades:
    """Locks, and the places where they part with the ways from there into the hair."""
    places, ways = np.moveaxis(np.array(partings, np.float64).reshape(-1, 2, 2), 1, 0)
    return Blades(blades, places, ways)


def blade(start: Points, stop: Points, tip: Points, leaves: Points, points: Points, root: Points) -> Points:
    """The outline of a lock that stands on the line from `start` to `stop` and ends at `tip`, all of shape (2,).

    Its edge from `start` leaves in the direction `leaves` and bulges, the one back to `stop` is hollow; at the tip both
    run in the direction `points` (unit vectors). `root` (n, 2) runs from `stop` to `start` within the hair.
    """
    front, back = (float(np.hypot(*(tip - at))) for at in (start, stop))
    out = bezier(start, start + leaves * (0.42 * front), tip - points * (0.40 * front), tip, 14)
    home = bezier(tip, tip - points * (0.38 * back), stop + (tip - stop) * 0.28, stop, 10)
    return np.vstack([out, home[1:], root])
