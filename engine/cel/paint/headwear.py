"""What is worn on the head, in flat paint: caps and hats with brims, knitted hats with a cuff, and all others plain."""

import cv2
import numpy as np

from engine.cel.frame import HALF
from engine.cel.geometry import pens
from engine.cel.look import Colour, LabPicture, Look, Plane, WarpedFace, colour, coordinates
from engine.cel.paint import garments
from engine.cel.paint.caps import Cap, cap
from engine.cel.paint.clothes import LITTLE, covered, laid, painted, plain, printed, shade, turned
from engine.cel.paint.fields import doubled, filled, lay, stain
from engine.cel.paint.hats import Hat
from engine.cel.paint.layers import Layers, cover, line
from engine.cel.paint.stitches import INK
from engine.cel.styles import Style
from engine.cel.traits import Traits

_ROUND = (0.13, 0.04)
"""Breadth of the shadow on the side of a hat away from the light, and on its lower edge, in face widths."""
_CASTS, _THICK, _UNDER = 0.05, 0.022, colour(0.72, 1.0, 1.0)
"""How far the shadow of a visor reaches beyond it, and how thick it is, in face widths; and the tone of its edge, as
shares of its own."""
_KNITTED = 0.7, -0.5
"""Traits of knitted hats: above the former it is a hat, below the latter it has no brim."""
_CUFF, _LIGHTER = 0.17, colour(5, 0, 0)
"""How broad a cuff is, in face widths, and by how much lighter than its hat."""
_DARK = 28.0
"""Hats darker than this (CIELAB L) have a band that is lighter than they are."""
_INKED = colour(0.5, 0.5, 0.5)
"""The ink of hats, as shares of the skin's, which is reddish."""
_BOX = np.s_[0 : 2 * HALF, 0 : 2 * HALF]


def paint(
    below: LabPicture,
    photo: LabPicture,
    layers: Layers,
    traits: Traits,
    face: WarpedFace,
    look: Look,
    style: Style,
    gain: float,
    pen: float,
    side: float,
) -> LabPicture:
    """Lay what is worn on the head, and its line, over `below`, in place, as `clothes.paint` does."""
    on = layers.half_worn > 0.5
    if on.sum() < LITTLE or layers.worn.max() < 0:  # crumbs have no outline
        return below
    rows, hat = covered(on), layers.hat
    seen = on if hat is None else hat.seen > 0.5
    shown = covered(seen)
    garment = garments.plain(plain(photo[shown]), seen[shown])
    picture = painted(garment, (rows.stop - rows.start, HALF), look, style, gain, pen)
    shade(picture, turned(layers.worn, rows, face, side, _ROUND), look)
    drawn = cap(layers.half_worn, face) if traits.brimmed and hat is None else None
    if drawn is None:
        laid(below, picture, layers.worn, rows)
        if hat is not None:
            _banded(below, hat, printed(garment.colour, style, gain, look.grey), face, look, pen)
        elif traits.hat > _KNITTED[0] and traits.brim < _KNITTED[1]:
            _cuffed(below, layers.worn, face, look, pen)
        _outlined(below, layers.worn, look, pen)
        return below
    over = (np.float32(drawn.hem) - doubled(coordinates(face, HALF)[1])) * np.float32(face.u)
    lay(below, look.hair.base, cover(layers.worn))  # what comes down beside a visor is hair
    laid(below, picture, np.minimum(layers.worn, over), rows)
    _outlined(below, layers.worn, look, pen)
    _capped(below, drawn, printed(garment.colour, style, gain, look.grey), face, look, pen)
    return below


def _outlined(below: LabPicture, shape: Plane, look: Look, pen: float) -> None:
    lay(below, look.ink * _INKED, line(shape, pen) * np.float32(0.95))


def _banded(below: LabPicture, hat: Hat, tone: Colour, face: WarpedFace, look: Look, pen: float) -> None:
    """Draw a hat's band, and the shadow that its crown casts on the brim, in place."""
    crown = filled([hat.crown], _BOX, 1.0)
    cast = filled([hat.crown + face.down * (_CASTS * face.u)], _BOX, 1.0) * filled([hat.brim], _BOX, 1.0)
    shade(below, cast * (1 - crown), look)
    band = tone * _UNDER if tone[0] > _DARK else tone + _LIGHTER
    lay(below, band, filled([hat.band], _BOX, 1.0))
    lay(below, look.ink * _INKED, filled(pens(list(hat.edges), 0.9 * pen, start=0.9, end=0.9), _BOX, 0.9))


def _cuffed(below: LabPicture, shape: Plane, face: WarpedFace, look: Look, pen: float) -> None:
    """Turn up the lower edge of a hat, in place."""
    x, y = face.down * (_CUFF * face.u)
    moved = np.array([[1, 0, -x], [0, 1, -y]], np.float64)
    raised = np.asarray(cv2.warpAffine(shape, moved, (2 * HALF, 2 * HALF), borderMode=cv2.BORDER_REPLICATE), np.float32)
    lay(below, below + _LIGHTER, np.clip(cover(shape) - cover(raised), 0, 1))
    lay(below, look.ink * _INKED, line(raised, 0.9 * pen) * cover(shape) * np.float32(0.9))


def _capped(below: LabPicture, drawn: Cap, tone: Colour, face: WarpedFace, look: Look, pen: float) -> None:
    """Draw a cap's seams, its button, its visor and what shadow that casts, in place."""
    stain(below, INK, filled(pens(drawn.seams, 0.8 * pen), _BOX, 0.7))
    lay(below, tone, filled([drawn.button], _BOX, 1.0))
    shade(below, filled([drawn.visor + face.down * (_CASTS * face.u)], _BOX, 1.0), look)
    lay(below, tone * _UNDER, filled([drawn.visor], _BOX, 1.0))
    lay(below, tone, filled([drawn.visor - face.down * (_THICK * face.u)], _BOX, 1.0))
    closed = [np.vstack([outline, outline[:1]]) for outline in (drawn.button, drawn.visor)]
    lay(below, look.ink * _INKED, filled(pens(closed, pen, start=0.9, end=0.9), _BOX, 0.95))
