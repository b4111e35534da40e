"""Where tied hair is gathered: it is drawn back off the forehead all round, and its strands run together there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import ease
from engine.cel.look import WarpedFace

_TURNED, _ASIDE = (0.06, 0.16), 0.11
"""Between which yaws a knot comes to lie behind the crown, and the yaw from which a tail does behind an ear."""
_BACK, _NAPE = 50.0, 112.0
"""At which angle off the middle of the forehead these lie, in degrees."""
_PULL, _BEHIND = 0.62, 0.6
"""How far strands turn to them, and how far aside on their way behind the head, as shares of their angles."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Where hair is gathered."""

    angle: float | None
    """Towards which angle, in degrees; None behind the head, to which it goes on both sides."""
    pull: float
    """How far, 0..1."""

    def gone[T: (np.float32, np.float64)](self, angle: NDArray[T], way: NDArray[T], parting: float) -> NDArray[T]:
        """The angle of what set out at one and is so far on its way, 0..1, as it turns aside."""
        aim = angle - parting if self.angle is None else self.angle - angle
        return np.asarray(angle + self.pull * aim * way, angle.dtype)

    def set_out[T: (np.float32, np.float64)](self, angle: NDArray[T], way: NDArray[T], parting: float) -> NDArray[T]:
        """The angle at which that set out which is at one now."""
        pull = self.pull * way
        if self.angle is None:
            return np.asarray((angle + pull * parting) / (1 + pull), angle.dtype)
        return np.asarray((angle - pull * self.angle) / (1 - pull), angle.dtype)


def gathered(face: WarpedFace, knot: float | None) -> Gathered:
    """Where hair is gathered that is tied: in a `knot` over the head, at that u, or in a tail."""
    near = -float(np.sign(face.yaw))
    if knot is not None:
        return Gathered(near * ease(abs(face.yaw), *_TURNED) * _BACK, _PULL)
    return Gathered(near * _NAPE, _PULL) if abs(face.yaw) > _ASIDE else Gathered(None, _BEHIND)
