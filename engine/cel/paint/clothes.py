"""Clothes in flat paint: few plain parts, their seams, and the shadow of the head.

Folds and light are not taken from the photo, in which they are blots.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF
from engine.cel.geometry import pens
from engine.cel.look import Colour, LabPicture, Look, Plane, Points, WarpedFace, colour, from_bytes, in_bytes
from engine.cel.paint import attire, cloths, garments, leaves, stitches, tailoring
from engine.cel.paint.attire import Cut, Outfit, Piece
from engine.cel.paint.clusters import NEAR
from engine.cel.paint.fields import above, blur, doubled, filled, flat, half, lay, stain, tinted, touched
from engine.cel.paint.folds import folds, sleeves
from engine.cel.paint.layers import Layers, cover
from engine.cel.paint.necklines import beside
from engine.cel.paint.palette import balanced
from engine.cel.paint.stitches import INK
from engine.cel.styles import Style
from engine.cel.traits import Traits

_CHIN = 152
LITTLE = 40
"""Half-size pixels fewer than which are not painted."""
_MARGIN = 6
_HANGS = (0.10, -0.02)
"""Breadth of the shadow on the side of clothes away from the light, and on their lower edge, in face widths."""
_FAR, _SLOPE = 40.0, 4
"""A distance from every outline, and over how many pixels its slope is taken at the border, at half size."""
_EVEN = 0.015
"""How far the edge of the head's shadow is smoothed, in face widths."""
_FALLS = (0.025, 0.035)
"""How far aside, away from the light, and down the shadow of a piece of cloth falls, in face widths."""
_NECKED = (0.3, 7.0)
"""How light, as a share of the skin in the light, a neck in shadow is at least; and how far off its colour lies."""
_VIOLETS, _BLUES, _PALE = (262.0, 284.0, 300.0, 345.0), (262.0, 272.0, 278.0, 345.0), (9.0, 30.0)
"""Hues, in degrees, from blue to pink, and which they are where colours are pale; and the chroma of cloth that is pale,
and of such as is not."""
_GREYS, _DRAINED = (6.0, 13.0), 0.5
"""The chroma of grey cloth in photographs, which is bluish, and of blue cloth; and how much of it grey cloth loses."""
_WHITES, _COLOURLESS = ([80.0, 87.0], [0, 1]), ([5.0, 9.0], [1, 0])
"""The lightness and the chroma of cloth in photographs -> how surely it is white, which is printed lighter."""
_BLEACHED, _PAPER = 0.7, 97.0
"""By what share of its distance from that lightness white cloth is lighter."""
_BLACK, _DULL = ([20.0, 26.0], [1, 0]), ([12.0, 16.0], [1, 0])
_TEALS, _DYED = ([130.0, 150.0, 236.0, 246.0], [0, 1, 1, 0]), 0.75
"""Lightness, chroma and hue, in degrees, of cloth in photographs -> how surely a dark teal is black; and how much of
its colour black cloth loses then."""
_SOOTY, _BROWNISH = ([16.0, 22.0], [1, 0]), ([7.0, 11.0], [1, 0])
"""Lightness and chroma of cloth in photographs -> how surely it is black in warm light, if it is of another hue."""
_TONED = 9.0
"""The chroma of skin in photographs that have lost their colours, in which grey cloth is no skin, at most."""


def paint(
    below: LabPicture,
    photo: LabPicture,
    outfit: Outfit,
    traits: Traits,
    layers: Layers,
    face: WarpedFace,
    look: Look,
    style: Style,
    gain: float,
    u: Plane,
    chin: Plane,
    pen: float,
    side: float,
    seed: int,
) -> tuple[LabPicture, bool]:
    """Lay clothes over `below`, in place, and tell whether they are skin. `photo`, u and `chin` are at half size.

    `outfit` is what the whole photo shows of clothes; `chin` is the shadow that one casts, and `pen` the line's width.
    Light comes from `side`, as `skin.light` tells.
    """
    on = layers.half_clothes > 0.5
    if on.sum() < LITTLE:
        return below, False
    rows = covered(on)
    cast = np.maximum(_cast(layers, face), chin)
    dark = above(doubled(blur(cast, max(1.0, _EVEN * face.u / 2))[rows]), 0.5, 1.2)
    x, y = (plane[rows] for plane in beside(face))
    seen, worn, cut, bare = outfit.veil.lifted(plain(photo[rows])), attire.told(traits), layers.neckline, False
    collar, seams = layers.collar, sleeves(face, layers.half_clothes, _cut(layers), seed)
    if collar is not None:
        sure = on[rows] & (layers.half_seen[rows] > 0.5)
        cloth = sure if sure.sum() > LITTLE else on[rows]
        garment, pieces = tailoring.tailored(worn, outfit, seen, cloth, look.seen_skin, collar, x, y, face.u / 2)
        picture = painted(garment, x.shape, look, style, gain, pen, traits.dressed)
        fallen = _drape(layers, rows, face, side, seed, seams)
        shade(picture, fallen, look)
        stitches.sleeved(picture, list(seams.values()), rows, pen)
        lines = attire.seams(worn, collar.cut)
        _sewn(picture, fallen, pieces, lines, collar.cut, rows, face, look, style, gain, pen, side)
        dark = dark * (1 - fallen)  # where two shadows lie upon each other they are no darker
    else:
        openness = None if worn.ribbed else traits.jacket
        garment = garments.read(seen, on[rows], outfit, look.seen_skin, x, y, face.u / 2, openness)
        picture = painted(garment, x.shape, look, style, gain, pen, traits.dressed)
        bare = _bare(garment.colour, look, traits.dressed or garment.patterned)
        if not bare:
            dark = np.maximum(dark, _drape(layers, rows, face, side, seed, seams))
    ribbed = cut if worn.ribbed and not bare else None
    if ribbed is not None:
        rib = stitches.rib(ribbed, rows, face)
        sure = on[rows] & (layers.half_seen[rows] > 0.5) & (rib[::2, ::2] > 0.5)
        other = leaves.ribbed(seen[sure], garment.colour, look.seen_skin)
        if other is None:
            dark = np.maximum(dark, rib)
        else:
            lay(picture, _tone(other, look, style, gain), rib)
    shade(picture, dark, look)
    if ribbed is not None:
        stitches.sleeved(picture, list(seams.values()), rows, pen)
        stitches.ribbed(picture, ribbed, rows, face, pen)
    elif collar is None and not bare:  # on skin it is a scratch
        stitches.collar(picture, layers.half_skin[rows], u[rows], face, pen)
    return laid(below, picture, layers.person, rows), bare


def covered(on: NDArray[np.bool_]) -> slice:
    """The rows of a half-size picture that hold a mask: nothing above and below is looked at."""
    rows = np.flatnonzero(on.any(1))
    return slice(max(0, int(rows[0]) - _MARGIN), min(HALF, int(rows[-1]) + 1 + _MARGIN))


def laid(below: LabPicture, picture: LabPicture, shape: Plane, rows: slice) -> LabPicture:
    """Lay what is painted of these rows over a picture, in place, within a shape."""
    box = np.s_[2 * rows.start : 2 * rows.stop]
    lay(below[box], picture, cover(shape[box]))
    return below


def painted(
    garment: garments.Garment,
    size: tuple[int, ...],
    look: Look,
    style: Style,
    gain: float,
    pen: float,
    dressed: bool = False,
) -> LabPicture:
    """The garment in flat colours with its seams, twice the half-size `size`.

    What has the colour of the skin is bare, unless somebody is `dressed` for certain.
    """
    dressed = dressed or garment.patterned

    def tone(seen: Colour) -> Colour:
        return look.skin.base if _bare(seen, look, dressed) else _tone(seen, look, style, gain)

    def within(seen: Colour) -> Colour:
        """What an opening shows may be the neck in shadow."""
        share = float(seen[0] / max(float(look.seen_skin[0]), 1.0))
        neck = _NECKED[0] < share < 1 and float(np.hypot(*(seen - share * look.seen_skin)[1:])) < _NECKED[1]
        return look.skin.shadow if neck and not look.grey else tone(seen)

    picture = flat(tone(garment.colour), (2 * size[0], 2 * size[1]))
    for part in garment.parts:
        shape = doubled(part.shape) * 2
        lay(picture, within(part.colour) if part.seam else tone(part.colour), cover(shape))
        if part.seam:
            stain(picture, INK, np.clip(np.float32(0.4 * pen + 0.5) - np.abs(shape), 0, 1) * np.float32(0.85))
    return picture


def _tone(seen: Colour, look: Look, style: Style, gain: float) -> Colour:
    """The printed colour of cloth that is worn in the light in which the skin is seen."""
    return printed(cloths.whitened(seen, look.seen_skin, look.skin.base), style, gain, look.grey)


def _bare(seen: Colour, look: Look, dressed: bool) -> bool:
    """Whether what seems to be cloth is skin."""
    alike = float(np.linalg.norm((seen - look.seen_skin) * NEAR)) < cloths.BARE
    return not dressed and alike and float(np.hypot(*look.seen_skin[1:])) > _TONED


def _sewn(
    picture: LabPicture,
    fallen: Plane,
    pieces: Sequence[Piece],
    seams: Sequence[Points],
    cut: Cut,
    rows: slice,
    face: WarpedFace,
    look: Look,
    style: Style,
    gain: float,
    pen: float,
    side: float,
) -> None:
    """Lay pieces of cloth over a garment, each with its line and the shadow that it casts, in place.

    `fallen` is where shadows lie already, 0..1, and comes to be where they lie then.
    """
    box = np.s_[2 * rows.start : 2 * rows.stop, 0 : 2 * HALF]
    chin, fall = face.points[_CHIN], np.array([-(np.sign(side) or 1.0) * _FALLS[0], _FALLS[1]]) * face.u
    for piece in pieces:
        outline = attire.placed(piece.outline, cut, chin, face.u)
        shape, cast = (filled([outline + fall * off], box, deep) for off, deep in ((0, 1.0), (piece.thick, 0.9)))
        shade(picture, cast * (1 - fallen), look)
        tone = _tone(piece.colour, look, style, gain) + colour(piece.lift, 0, 0)
        lay(picture, tone, shape)
        np.maximum(fallen, cast, out=fallen)
        fallen *= 1 - shape
        sides = np.stack([outline, np.roll(outline, -1, 0)], 1)  # one by one: a pen cuts corners
        edge = pens(list(sides), 0.9 * pen, start=0.95, end=0.95)
        lay(picture, tone * INK, filled(edge, box, 0.85))
    for seam in seams:
        stain(picture, INK, filled(pens([attire.placed(seam, cut, chin, face.u)], 0.8 * pen), box, 0.7))


def _drape(layers: Layers, rows: slice, face: WarpedFace, side: float, seed: int, seams: dict[int, Points]) -> Plane:
    """Where a garment lies in the shadow of its folds, and on its side away from the light, 0..1."""
    box = np.s_[2 * rows.start : 2 * rows.stop, 0 : 2 * HALF]
    dark = turned(layers.person, rows, face, side, _HANGS)
    creases = folds(face, side, seed, layers.person, _cut(layers), seams)
    for way in (-1, 1):  # one by one: what lies between them takes time
        one = [crease for crease in creases if (crease[0, 0] - face.points[_CHIN][0]) * way > 0]
        dark = np.maximum(dark, filled(one, box, 1.0))
    return dark


def _cut(layers: Layers) -> Cut | None:
    """The neckline of what is worn."""
    return layers.neckline if layers.collar is None else layers.collar.cut


def turned(shape: Plane, rows: slice, face: WarpedFace, side: float, broad: tuple[float, float]) -> Plane:
    """The rim of a shape that is turned away from the light, 0..1; it is so `broad` aside and below, in face widths."""
    x, y = (face.right * -(np.sign(side) or 1.0) * broad[0] + face.down * broad[1]) * face.u / 2
    margin = int(np.ceil(abs(x))) + 1
    wide = _widened(np.clip(half(shape) / 2, -_FAR, _FAR), margin)
    moved = np.array([[1, 0, -x], [0, 1, -y]])
    lit = cv2.warpAffine(wide, moved, (HALF + 2 * margin, HALF), borderMode=cv2.BORDER_REPLICATE)
    return above(doubled(-np.ascontiguousarray(lit[rows, margin:-margin], np.float32)), 0.0, 1.2)


def _widened(shape: Plane, margin: int) -> Plane:
    """A signed distance that goes straight on beyond both sides of the picture."""
    wide = np.asarray(cv2.copyMakeBorder(shape, 0, 0, margin, margin, cv2.BORDER_REPLICATE), np.float32)
    steps = np.arange(1, margin + 1, dtype=np.float32) / np.float32(_SLOPE)
    wide[:, margin - 1 :: -1] += (shape[:, :1] - shape[:, _SLOPE : _SLOPE + 1]) * steps
    wide[:, -margin:] += (shape[:, -1:] - shape[:, -_SLOPE - 1 : -_SLOPE]) * steps
    return wide


def shade(picture: LabPicture, shadow: Plane, look: Look) -> None:
    """Darken cloth where a shadow (0..1) falls on it, in place."""
    stain(picture, colour(0.80, 0.98, 0.98), shadow)
    box = touched(shadow)
    if shadow[box].size:
        picture[box] += tinted(shadow[box], colour(-2, 0, 0) if look.grey else colour(-2, 2, -5))


def _cast(layers: Layers, face: WarpedFace) -> Plane:
    """Where the head's shadow falls, at half size; the neck casts none: it would be a second edge of the collar."""
    head = np.maximum.reduce([layers.half_hair, layers.half_worn, layers.half_face])
    x, y = (0.03 * face.right + 0.085 * face.down) * face.u / 2
    moved = cv2.warpAffine(head, np.array([[1, 0, x], [0, 1, y]]), (HALF, HALF), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.float32)


def plain(photo: LabPicture) -> LabPicture:
    """The photo without weave and small print; in bytes, for which the filter is quick."""
    smooth = in_bytes(photo)
    for _ in range(2):
        smooth = np.asarray(cv2.bilateralFilter(smooth, 5, 20, 3), np.uint8)
    return from_bytes(smooth)


def printed(seen: Colour, style: Style, gain: float, grey: bool) -> Colour:
    """A garment's colour as it is printed: exposed, a little lighter and clearer."""
    lightness = balanced(float(seen[0]), gain)
    lightness = float(np.interp(lightness, [0, 12, 50, 100], [17, 23, 57, 97])) + 0.5 * style.lift
    a, b = (0.0, 0.0) if grey else _clear(seen) * (1.15 * style.chroma) + np.array(style.tint) * 0.5
    white = float(np.interp(balanced(float(seen[0]), gain), *_WHITES) * np.interp(np.hypot(*seen[1:]), *_COLOURLESS))
    lightness += white * _BLEACHED * max(0.0, _PAPER - lightness)
    return colour(lightness, a, b)


def _clear(seen: Colour) -> NDArray[np.float64]:
    """The a and b of cloth as it is: photographs make a pale violet of blue and grey, a teal or a brown of black."""
    chroma, hue = float(np.hypot(*seen[1:])), float(np.degrees(np.arctan2(seen[2], seen[1])) % 360)
    if not _VIOLETS[0] < hue < _VIOLETS[-1]:
        teal = np.interp(seen[0], *_BLACK) * np.interp(chroma, *_DULL) * np.interp(hue, *_TEALS)
        sooty = np.interp(seen[0], *_SOOTY) * np.interp(chroma, *_BROWNISH)
        return np.asarray(seen[1:] * (1 - _DYED * max(float(teal), float(sooty))), np.float64)
    pale = float(np.interp(chroma, _PALE, [1, 0]))
    drained = float(np.interp(chroma, _GREYS, [_DRAINED, 0]))
    turned = np.radians(hue + pale * (float(np.interp(hue, _VIOLETS, _BLUES)) - hue))
    return np.asarray(chroma * (1 - drained) * np.array([np.cos(turned), np.sin(turned)]), np.float64)
