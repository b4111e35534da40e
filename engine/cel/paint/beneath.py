"""What shows of a head beneath a hat that is drawn in a form of its own: hair comes out from under it and spreads."""

import numpy as np
from numpy.typing import NDArray

from engine.cel.look import Plane
from engine.cel.paint.stack import BACKGROUND, HAIR, SKIN, WORN
from engine.cel.parse import Floats

_SPREADS, _BROADEST = 0.55, 0.95
"""How far aside hair spreads below a hat, in face widths for each of these further down, and how far it is aside at
most: faster it would stand out as a shelf.
"""


def bared(stack: Floats, shape: Plane, oval: Plane, head: NDArray[np.bool_]) -> Floats:
    """Planes in which a hat of that shape is worn and nothing else.

    What was seen of it elsewhere is skin within the face's `oval`, hair about the `head`, or background.
    """
    out = stack.copy()
    spare = stack[WORN]
    out[SKIN] += spare * oval
    out[HAIR] += spare * (1 - oval) * head
    out[BACKGROUND] += spare * (1 - oval) * ~head
    out *= 1 - shape
    out[WORN] = shape
    return np.asarray(out, np.float32)


def spread(stack: Floats, aside: Plane, v: Plane, level: float, half: float) -> Floats:
    """Planes with no hair over a hat's lower edge, at the v `level`, nor further beside it than it spreads from there.

    `aside` is how far places lie from the hat's middle, `half` half the breadth of the hair under it; face widths.
    """
    below = np.maximum(v - np.float32(level), np.float32(0))
    reach = np.minimum(half + _SPREADS * below, max(_BROADEST, half))
    off = (v < level) | (aside > reach)
    out = stack.copy()
    out[BACKGROUND] += out[HAIR] * off
    out[HAIR] *= ~off
    return out
