"""What is worn on the head, in flat paint: caps and hats with brims, knitted hats with a cuff, and all others plain."""

import cv2
import numpy as np

from engine.cel.frame import HALF
from engine.cel.geometry import pens
from engine.cel.look import Colour, LabPicture, Look, Plane, WarpedFace, colour
from engine.cel.paint import cloths, garments
from engine.cel.paint.bonnets import Bonnet
from engine.cel.paint.caps import Cap
from engine.cel.paint.clothes import LITTLE, covered, laid, painted, plain, printed, shade, turned
from engine.cel.paint.clusters import nearest, palette
from engine.cel.paint.fields import Field, filled, lay, stain
from engine.cel.paint.garments import Garment
from engine.cel.paint.hats import Hat
from engine.cel.paint.layers import Layers, cover, line
from engine.cel.paint.stitches import INK
from engine.cel.styles import Style

_ROUND = (0.13, 0.04)
"""Breadth of the shadow on the side of a hat away from the light, and on its lower edge, in face widths."""
_CASTS, _THICK, _UNDER = 0.05, 0.022, colour(0.72, 1.0, 1.0)
"""How far the shadow of a visor reaches beyond it, and how thick it is, in face widths; and the tone of its edge, as
shares of its own."""
_FALLS = 0.09
"""How far below a hat its shadow falls, in face widths."""
_MAIN, _APART, _SHARE = 3, 20.0, 0.25
"""How many main colours of a hat are looked for at most, those nearer to each other than that are one, and of how much
of it the lightest is at least where it is the hat's."""
_FOLD = 0.06
"""How broad the light part of a fold is, in face widths."""
_LIGHTER = colour(5, 0, 0)
"""By how much a cuff is lighter than its hat."""
_DARK = 28.0
"""Hats darker than this (CIELAB L) have a band that is lighter than they are."""
_INKED = colour(0.5, 0.5, 0.5)
"""The ink of hats, as shares of the skin's, which is reddish."""
_BOX = np.s_[0 : 2 * HALF, 0 : 2 * HALF]


def paint(
    below: LabPicture,
    photo: LabPicture,
    layers: Layers,
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
    form = layers.hat or layers.cap or layers.bonnet
    rows, seen = covered(on), on if form is None else form.seen > 0.5
    shown = covered(seen)
    smooth = plain(photo[shown])
    garment, other = garments.plain(smooth, seen[shown]), None
    if isinstance(form, Hat):
        garment = Garment(_lit(smooth[seen[shown]], garment.colour), [])
    elif isinstance(form, Cap):
        garment = Garment(cloths.commonest(smooth[seen[shown]]), [])
    elif isinstance(form, Bonnet) and form.folds:
        other = _second(smooth[seen[shown]])
    tone = printed(garment.colour, style, gain, look.grey)
    picture = painted(garment, (rows.stop - rows.start, HALF), look, style, gain, pen)
    shade(picture, turned(layers.worn, rows, face, side, _ROUND), look)
    if form is not None:
        _overshadowed(below, layers, face, look)
    laid(below, picture, layers.worn, rows)
    if isinstance(form, Hat):
        _banded(below, form, tone, face, look, pen)
    if isinstance(form, Bonnet):
        _bound(below, form, tone, tone if other is None else printed(other, style, gain, look.grey), face, look, pen)
    _outlined(below, layers.worn, look, pen)
    if isinstance(form, Cap):
        _capped(below, form, tone, face, look, pen)
    return below


def _overshadowed(below: LabPicture, layers: Layers, face: WarpedFace, look: Look) -> None:
    """Lay the shadow that a hat casts on forehead and hair, in place."""
    x, y = face.down * (_FALLS * face.u)
    moved = np.array([[1, 0, x], [0, 1, y]], np.float64)
    lower = np.asarray(cv2.warpAffine(layers.worn, moved, (2 * HALF, 2 * HALF), borderValue=-99.0), np.float32)
    cast = cover(lower) * (1 - cover(layers.worn)) * cover(layers.body)
    shade_ = look.skin.shadow / np.maximum(look.skin.base, np.float32(1))
    stain(below, np.clip(shade_, 0.7, 1.15).astype(np.float32), np.asarray(cast, np.float32))


def _lit(colours: Field, common: Colour) -> Colour:
    """The colour of a hat with a broad brim: not of that one's underside, which lies in the shade."""
    main = palette(colours, _MAIN, _APART)
    shares = np.bincount(nearest(colours, main), minlength=len(main)) / len(colours)
    lightest = int(np.argmax(main[:, 0]))
    return np.asarray(main[lightest], np.float32) if len(main) > 1 and shares[lightest] > _SHARE else common


def _second(colours: Field) -> Colour | None:
    """The second colour of a printed cloth, if it has one."""
    main = palette(colours, 2, _APART)
    return np.asarray(main[1], np.float32) if len(main) > 1 else None


def _bound(
    below: LabPicture, drawn: Bonnet, tone: Colour, other: Colour, face: WarpedFace, look: Look, pen: float
) -> None:
    """Draw a hat's cuff with its ribs, or the folds of a wound cloth, in place."""
    inside = filled([drawn.crown], _BOX, 1.0)
    if drawn.cuff is not None:
        shade(below, filled([drawn.cuff - face.down * (0.02 * face.u)], _BOX, 0.8), look)
        lay(below, tone + _LIGHTER, filled([drawn.cuff], _BOX, 1.0))
        edge = np.vstack([drawn.cuff, drawn.cuff[:1]])
        lay(below, look.ink * _INKED, filled(pens([edge], pen, start=0.9, end=0.9), _BOX, 0.95))
    else:
        for fold in drawn.folds:
            on = filled([fold], _BOX, 1.0) * inside
            lay(below, other, on)
            shade(below, on * filled([fold + face.down * (_FOLD * face.u)], _BOX, 1.0), look)
    stain(below, INK, filled(pens(drawn.lines, 0.9 * pen), _BOX, 0.8) * inside)
    if drawn.loops:
        _tied(below, drawn, tone, other, look, pen)


def _tied(below: LabPicture, drawn: Bonnet, tone: Colour, other: Colour, look: Look, pen: float) -> None:
    """Draw the knot of a wound cloth, in place: one of its loops shows the second colour."""
    for loop, its in zip(drawn.loops, (other, tone, tone), strict=True):
        lay(below, its, filled([loop], _BOX, 1.0))
        lay(below, look.ink * _INKED, filled(pens([loop], pen, 0.9, 0.9), _BOX, 0.95))
    stain(below, INK, filled(pens(drawn.creases, 0.9 * pen), _BOX, 0.8))


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


def _capped(below: LabPicture, drawn: Cap, tone: Colour, face: WarpedFace, look: Look, pen: float) -> None:
    """Draw a cap's seams, its button, its visor and what shadow that casts, in place."""
    stain(below, INK, filled(pens(drawn.seams, 0.8 * pen), _BOX, 0.7))
    lay(below, tone, filled([drawn.button], _BOX, 1.0))
    lay(below, tone * _UNDER, filled([drawn.visor], _BOX, 1.0))
    lay(below, tone, filled([drawn.visor - face.down * (_THICK * face.u)], _BOX, 1.0))
    closed = [np.vstack([outline, outline[:1]]) for outline in (drawn.button, drawn.visor)]
    lay(below, look.ink * _INKED, filled(pens(closed, pen, start=0.9, end=0.9), _BOX, 0.95))
