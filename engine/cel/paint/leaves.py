"""Collars of another cloth than the rest: a shirt's below a jumper, a rugby shirt's, the ribbed one of a ringer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.look import Colour
from engine.cel.paint import cloths, garments, stripes
from engine.cel.paint.attire import Outfit
from engine.cel.paint.clusters import NEAR
from engine.cel.paint.fields import Field

_LEAVES, _BODY, _FRONT = (0.45, 0.05, 0.32), (0.80, 0.50, 1.20), (0.06, 0.35, 0.60)
"""How far aside of a neckline's middle, from and to how far below the chin the leaves of a collar are seen, and what
they lie on, and where that opens; in face widths."""
_BESIDE, _BELOW = 0.10, 0.30
"""How far aside of that opening, and below the chin, a body shows no collar, in face widths."""
_BARE, _FEW = 14.0, 15
"""How far from skin, as colours are compared, cloth is; and in how many places its colour is told at least."""
_NEAR, _OWN, _OTHER, _APART = 14.0, 0.8, 0.6, 12.0
"""How near to its colour places of a collar lie; which share of them does at least, and is as near to the body's colour
at most; and how far those two lie apart at least."""

_DYED, _RIBBED, _LOUD = 18.0, 0.6, 26.0
"""The chroma of a ribbed collar that no shadow and no hair can be; which share of what is seen of it is near to that
colour, and how far from the rest's it lies, all at least."""


@dataclass(frozen=True, slots=True)
class Leaves:
    """The leaves of a collar, as they are seen."""

    colour: Colour
    front: bool
    """Whether the strip in which a shirt opens is of their cloth too."""
    striped: tuple[Colour, Colour, float] | None
    """The rest's ground, its stripes, and their share, as `stripes.seen` has them; None where that is plain."""


def seen(outfit: Outfit, aside: float, bare: Colour) -> Leaves | None:
    """The leaves of a collar whose middle lies so far `aside` of the chin; None where they are of the body's cloth."""
    cloth = np.linalg.norm((outfit.colours - bare) * NEAR, axis=1) > _BARE
    leaves, body, front = (outfit.colours[cloth & _within(outfit, aside, *place)] for place in (_LEAVES, _BODY, _FRONT))
    if min(len(leaves), len(body)) < _FEW:
        return None
    own = cloths.commonest(leaves)
    if _alike(leaves, own) < _OWN:
        return None
    below = (outfit.y > _BELOW) & (np.abs(outfit.x - aside) > _BESIDE)
    below &= np.linalg.norm((outfit.colours - own) * NEAR, axis=1) > _NEAR
    rest = Outfit(outfit.colours[below], outfit.x[below], outfit.y[below])
    striped = stripes.seen(rest, bare)
    other = cloths.commonest(body) if striped is None else striped[0]
    apart = float(np.linalg.norm((own - other) * NEAR))
    if garments.kin(own, other) or apart < _APART or _alike(leaves, other) > _OTHER:
        return None
    return Leaves(own, len(front) > 0 and _alike(front, own) > 1 - _alike(front, own), striped)


def ribbed(seen: Field, cloth: Colour, bare: Colour) -> Colour | None:
    """The colour of a ribbed collar of which colours (n, 3) are seen; None where it is that of the other `cloth`."""
    if len(seen) < _FEW:
        return None
    own = cloths.commonest(seen)
    others = (cloth, bare)
    alike = any(garments.kin(own, other) or float(np.linalg.norm((own - other) * NEAR)) < _LOUD for other in others)
    return None if alike or np.hypot(*own[1:]) < _DYED or _alike(seen, own) < _RIBBED else own


def _within(outfit: Outfit, aside: float, broad: float, high: float, low: float) -> NDArray[np.bool_]:
    return np.asarray((np.abs(outfit.x - aside) < broad) & (outfit.y > high) & (outfit.y < low))


def _alike(colours: Field, one: Colour) -> float:
    """Which share of colours is near to one."""
    return float((np.linalg.norm((colours - one) * NEAR, axis=1) < _NEAR).mean())
