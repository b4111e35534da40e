"""Whether what is tied hangs: where a parser sees the tail, and where it takes one for the clothes it lies on."""

from dataclasses import dataclass

import numpy as np

from engine.cel.frame import upright
from engine.cel.parse import Label, Regions

_BESIDE, _HEIGHTS, _TAIL = 0.25, (0.35, 1.10), 0.08
"""How far aside of the head's axis, and between which v, hair hangs; and how much of it is a tail at least, in square
face widths."""
_SHOULDERS, _DOWN, _COVERED = (0.4, 1.0), (0.6, 1.1), 0.18
"""Between which u on either side, and which v, a tail would lie on clothes, and which share they cover then."""
_TURNED = 0.25
"""The yaw from which a tail hangs behind a head."""
_LOW, _NARROW = 0.75, 0.004
"""Down from which v, and how much of it, hair is a tail there, in square face widths: the nape's own ends
above that."""


@dataclass(frozen=True, slots=True)
class Hanging:
    """The tail of tied hair as a photo tells it."""

    side: float
    """Where it is seen: -1 the picture's left, 1 its right, 0 nowhere."""
    hidden: bool
    """Whether there may be one on the clothes."""

    @property
    def likely(self) -> bool:
        """Whether there is one, or may be."""
        return self.side != 0 or self.hidden


def hanging(regions: Regions) -> Hanging:
    """What there is to see of a tail."""
    grid, yaw = upright(len(regions.labels)), regions.frame.yaw
    u, v = grid[0][0], grid[1][:, 0]
    cell = abs(float((u[1] - u[0]) * (v[1] - v[0])))
    low, lower = ((v > top) & (v < bottom) for top, bottom in (_HEIGHTS, _DOWN))
    hair, clothes = regions.labels[low, :, Label.HAIR] > 0.5, regions.labels[lower, :, Label.CLOTHES]
    falls, worn = [0.0, 0.0], 0.0
    for i, aside in enumerate((-u, u)):
        falls[i] = float(hair[:, aside > _BESIDE].sum()) * cell
        worn = max(worn, float(clothes[:, (aside > _SHOULDERS[0]) & (aside < _SHOULDERS[1])].mean()))
    if abs(yaw) > _TURNED:
        falls[int(yaw > 0)] = 0.0
    side = 0.0 if max(falls) < _TAIL else float(np.sign(falls[1] - falls[0]))
    if side == 0 and abs(yaw) > _TURNED:
        back = -float(np.sign(yaw))
        neck = (hair & (u * back > _BESIDE))[v[low] > _LOW]
        side = back if float(neck.sum()) * cell > _NARROW else side
    return Hanging(side, worn > _COVERED)
