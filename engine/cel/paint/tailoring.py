"""Garments that have a collar, sewn of pieces: which of them there are, and in which colours."""

import numpy as np
from numpy.typing import NDArray

from engine.cel.look import Colour, LabPicture, Plane, colour
from engine.cel.paint import attire, bows, cloths, garments, jackets, leaves, stripes
from engine.cel.paint.attire import Attire, Outfit, Piece
from engine.cel.paint.clusters import NEAR
from engine.cel.paint.collars import Collar

_STRIDE, _FEW = 16, 30
"""Which share of the places of cloth its colour is told from, and from how many of a jacket's sleeves at least."""
_SURE = 0.5
"""How sure it is that a jacket is open of which that is told."""
_BLACK = 35.0
"""The lightness up to which a T-shirt may have its jacket's colour: black ones are worn together."""
_WITHIN, _FROM, _TO, _APART, _SHARE = 0.3, 0.1, 2.2, 26.0, 0.06
"""How far aside and from and to how far down what is worn below a jacket is looked for where its collar hides it, in
face widths; how far from the jacket's its colour lies; and which share of what is seen there it is at least."""
_DARK, _LIT, _BELOW, _FADED = 32.0, 50.0, 28.0, 0.5
"""Jackets darker than this are worn over what is so light, where it is not seen, and light ones over what is so dark;
and how colourful that is, beside the jacket."""


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
    other = leaves.seen(outfit, collar.seen, bare) if worn is Attire.SHIRT and not garment.parts else None
    if other is not None:
        return _set_off(other, garment, collar, x, y, unit)
    cloth = garment.colour
    shirt = attire.shirt(outfit, collar.seen, bare, worn.tie) if worn.jacket else cloth
    inner = attire.linen(shirt) if worn.jacket else cloth
    bow = bows.seen(outfit) if worn.tie else None
    if bow is not None:
        rest = attire.pieces(worn, collar.cut, inner, cloth, None, collar.top)
        return garment, rest + bows.pieces(float(collar.cut[0]), bow)
    knot = attire.tie(outfit, collar.seen, shirt, bare, cloth if worn.jacket else None)
    return garment, attire.pieces(worn, collar.cut, inner, cloth, knot, collar.top, inner)


def _set_off(
    other: leaves.Leaves, garment: garments.Garment, collar: Collar, x: Plane, y: Plane, unit: float
) -> tuple[garments.Garment, list[Piece]]:
    """A shirt, or what is worn over one, from which its collar is set off by its colour."""
    if other.striped is not None:
        ground, tone, share = other.striped
        garment = garments.Garment(ground, [garments.Part(tone, stripes.shape(share, x, y, unit), False)])
    front = other.colour if other.front else None
    return garment, attire.pieces(Attire.SHIRT, collar.cut, other.colour, garment.colour, None, collar.top, front)


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
    """A jacket over a T-shirt: of a tone of the jacket where that is not seen."""
    whole = garments.read(photo, on, outfit, bare, x, y, unit, _SURE)
    within = [part.colour for part in whole.parts if part.seam]
    inner = attire.linen(_under(outfit, collar.seen, whole.colour, bare))
    if within and float(np.linalg.norm((within[0] - bare) * NEAR)) > 2 * cloths.BARE:
        inner = within[0]
    elif garments.kin(inner, whole.colour) and inner[0] > _BLACK:
        inner = _toned(whole.colour)
    return garments.Garment(whole.colour, []), jackets.pieces(collar.cut, inner, whole.colour, collar.top)


def _under(outfit: Outfit, aside: float, jacket: Colour, bare: Colour) -> Colour:
    """The colour of what is worn below a jacket: of what its opening shows, or lies further down and is neither."""
    inner = attire.shirt(outfit, aside, bare, tied=False)
    if inner is not attire.WHITE:
        return inner
    here = (np.abs(outfit.x - aside) < _WITHIN) & (outfit.y > _FROM) & (outfit.y < _TO)
    seen = outfit.colours[here]
    other = np.ones(len(seen), bool)
    for tone, off in ((bare, 2 * cloths.BARE), (jacket, _APART)):
        other &= np.linalg.norm((seen - tone) * NEAR, axis=1) > off
    return cloths.commonest(seen[other]) if other.sum() > max(_FEW / 2, _SHARE * len(seen)) else _toned(jacket)


def _toned(jacket: Colour) -> Colour:
    """The colour of a T-shirt that goes with a jacket: grey below a dark one, and else dark."""
    return colour(_LIT if jacket[0] < _DARK else _BELOW, *(jacket[1:] * np.float32(_FADED)))
