"""Garments that have a collar, sewn of pieces: which of them there are, and in which colours."""

import numpy as np
from numpy.typing import NDArray

from engine.cel.look import Colour, LabPicture, Plane
from engine.cel.paint import attire, bows, cloths, garments, jackets
from engine.cel.paint.attire import Attire, Outfit, Piece
from engine.cel.paint.clusters import NEAR
from engine.cel.paint.collars import Collar

_STRIDE, _FEW = 16, 30
"""Which share of the places of cloth its colour is told from, and from how many of a jacket's sleeves at least."""
_SURE = 0.5
"""How sure it is that a jacket is open of which that is told."""
_BLACK = 35.0
"""The lightness up to which a T-shirt may have its jacket's colour: black ones are worn together."""


def tailored(
    worn: Attire,
    outfit: Outfit,
    photo: LabPicture,
    on: NDArray[np.bool_],
    bare: Colour,
    collar: Collar,
    x: Plane,
    y: Plane,
    unit: float,
) -> tuple[garments.Garment, list[Piece]]:
    """The garment with that collar that covers `on`, and the pieces that lie over it."""
    if worn is Attire.OPEN:
        return _opened(outfit, photo, on, bare, collar, x, y, unit)
    sleeves = attire.jacket(outfit, Outfit(photo[on], x[on], y[on]), collar.seen)
    if worn.jacket and len(sleeves) >= _FEW:
        cloth = cloths.commonest(sleeves)
    else:
        cloth = cloths.plain(photo[on][::_STRIDE], outfit.colours, bare)
    garment = (None if worn.jacket else garments.patterned(photo, on, x, y, unit, True)) or garments.Garment(cloth, [])
    cloth = garment.colour
    shirt = attire.shirt(outfit, collar.seen, bare, worn.tie) if worn.jacket else cloth
    inner = attire.linen(shirt) if worn.jacket else cloth
    bow = bows.seen(outfit) if worn.tie else None
    if bow is not None:
        rest = attire.pieces(worn, collar.cut, inner, cloth, None, collar.top)
        return garment, rest + bows.pieces(float(collar.cut[0]), bow)
    knot = attire.tie(outfit, collar.seen, shirt, bare)
    return garment, attire.pieces(worn, collar.cut, inner, cloth, knot, collar.top)


def _opened(
    outfit: Outfit,
    photo: LabPicture,
    on: NDArray[np.bool_],
    bare: Colour,
    collar: Collar,
    x: Plane,
    y: Plane,
    unit: float,
) -> tuple[garments.Garment, list[Piece]]:
    """A jacket over a T-shirt: white where that is not seen, or of the jacket's colour, which may be its lining."""
    whole = garments.read(photo, on, outfit, bare, x, y, unit, _SURE)
    within = [part.colour for part in whole.parts if part.seam]
    inner = attire.linen(attire.shirt(outfit, collar.seen, bare, tied=False))
    if within and float(np.linalg.norm((within[0] - bare) * NEAR)) > 2 * cloths.BARE:
        inner = within[0]
    elif garments.kin(inner, whole.colour) and inner[0] > _BLACK:
        inner = attire.WHITE
    return garments.Garment(whole.colour, []), jackets.pieces(collar.cut, inner, whole.colour, collar.top)
