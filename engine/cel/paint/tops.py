"""What a woman wears of whom a portrait shows bare shoulders alone: a top with straps, as nobody is to look undressed.

Whether shoulders are bare is told at a glance. What is worn further down, and out of the picture, gives the colour.
"""

import cv2
import numpy as np

from engine.cel.frame import HALF
from engine.cel.geometry import curve, pens, stroke
from engine.cel.look import Colour, LabPicture, Look, Plane, Points, WarpedFace, colour
from engine.cel.paint import cloths, necklines
from engine.cel.paint.attire import Outfit
from engine.cel.paint.clothes import printed
from engine.cel.paint.clusters import NEAR
from engine.cel.paint.fields import doubled, filled, kept, lay
from engine.cel.paint.layers import Layers, cover
from engine.cel.paint.stitches import INK
from engine.cel.styles import Style
from engine.cel.traits import Traits

_CHIN = 152
_BARE = 0.40
"""The trait from which on shoulders are bare; below it the neckline is that of a T-shirt."""
_LEANS = 0.3
"""The sine of how far a head leans below which such a neckline may be bared: where that lies is not seen then, and it
would be a slab across the throat."""
_LEVEL, _FEW = 0.4, 10
"""How far below the chin the middle of the shoulders is looked for, in face widths, and in how many pixels at least."""
_OFF, _BORDER, _OVER = 0.05, 2, 0.3
"""How far aside of the neck it lies at most where the picture cuts them or hair hides one, in face widths; how near to
its border that is, in half-size pixels; and the share of hair beside one that is hidden."""
_UNDER = 0.06
"""How far below the chin cloth begins at the highest, in face widths."""
_STRAP, _STRAPS, _STEP = 0.055, (0.42, 0.62), 0.04
"""How broad straps are; how far aside they cross the shoulder, and in which steps that is looked for; face widths."""
_BENEATH = 0.16
"""How far below the chin a strap comes over a shoulder that hair hides, at the lowest, in face widths: it shows from
where the hair ends on.
"""
_MEETS = (0.29, 0.50)
"""Where a strap meets the top: aside of the middle, and below the chin, in face widths."""
_EDGE = [(0, 0.58), (0.12, 0.52), (0.27, 0.485), (0.36, 0.50), (0.62, 0.64), (0.95, 0.72), (2.2, 0.75)]
"""The edge of a top, from its middle outward, in face widths beside that and below the chin."""
_ROUND, _COLLAR = [(0, 0.38), (0.25, 0.34)], 0.44
"""The same of a T-shirt's neckline, and how far aside that comes over the shoulder."""
_AWAY, _LOW = 2.2, 3.0
"""How far aside and down is beyond every picture."""
_APART, _ENOUGH = 16.0, 10
"""How far from skin, as colours are compared, clothes are, and in how many places their colour is told."""
_UNSEEN = colour(24, 4, -9)
"""The colour of a top of which nothing is seen: a dark one is an evening's, and a white one underwear."""
_SCRAP, _OUTER = 0.15, 0.40
"""The side of a square, in face widths, below whose area what shows of cloth at the outer edge of hair is a stub, and
is left out; and how far aside of the shoulders' middle that is.
"""
_CAST, _DEPTH = (0.02, 0.015), 0.7
"""How far cloth's shadow falls, in face widths, and how deep it is."""


def paint(
    picture: LabPicture,
    outfit: Outfit,
    traits: Traits,
    layers: Layers,
    face: WarpedFace,
    look: Look,
    style: Style,
    gain: float,
    pen: float,
) -> LabPicture:
    """Lay a top over bare shoulders, in place; `pen` is the line's width in pixels.

    `outfit` is what the whole photo shows of clothes.
    """
    if not layers.undressed:
        return picture
    centre = middle(layers, face)
    if centre is None:
        return picture
    highest = int(np.clip((face.points[_CHIN][1] + _UNDER * face.u) / 2, 0, HALF - 1))

    def at(points: Points | list[tuple[float, float]]) -> Points:
        return np.asarray(centre + np.asarray(points, np.float64) * face.u)

    shoulders = [_shoulder(layers, face, centre, highest, side) for side in (-1, 1)]
    straps = strapped(traits, face)
    halves = [curve(_EDGE, 8) if straps else _neckline(place) for place in shoulders]
    top = at(np.vstack([(halves[0] * (-1, 1))[::-1], halves[1][1:]]))
    cloth = [np.vstack([top, at([(_AWAY, _LOW), (-_AWAY, _LOW)])])]
    if straps:
        sides = zip((-1, 1), shoulders, strict=True)
        cloth += [stroke(at(_strap(place) * (side, 1)), _STRAP * face.u) for side, place in sides if place is not None]
    box = np.s_[2 * highest : 2 * HALF, 0 : 2 * HALF]
    # the cheek of a head that leans lies lower than its chin
    below, body = picture[box], cover(layers.body[box]) * (1 - cover(layers.face[box]))
    shape = filled(cloth, box, 1.0) * body
    whole = _whole(shape, layers.half_hair[highest:], centre, face)
    if whole is not None:
        shape, body = shape * whole, body * whole
    cast = filled([part + np.array(_CAST) * face.u for part in cloth], box, _DEPTH) * body
    lay(below, look.skin.shadow, np.asarray(cast * (1 - shape), np.float32))
    tone = _tone(outfit, look, style, gain)
    lay(below, tone, np.asarray(shape, np.float32))
    edges = [top, *(line for strap in cloth[1:] for line in np.split(strap, 2))]
    lay(below, tone * INK, np.asarray(filled(pens(edges, 0.9 * pen, 0.8, 0.8), box, 0.9) * body, np.float32))
    return picture


def strapped(traits: Traits, face: WarpedFace) -> bool:
    """Whether a top over bare shoulders has straps, or the neckline of a T-shirt."""
    return traits.bare > (_BARE if abs(float(face.right[1])) < _LEANS else 0)


def middle(layers: Layers, face: WarpedFace) -> Points | None:
    """The middle of the shoulders, at the chin's height: a head may be tilted over them. None if none are seen."""
    chin = face.points[_CHIN]
    row = int(np.clip((chin[1] + _LEVEL * face.u) / 2, 0, HALF - 1))
    on = np.flatnonzero((layers.half_skin + layers.half_clothes)[row] > 0.5)
    if len(on) < _FEW:
        return None
    middle = float(on[0] + on[-1] + 1)
    cut = on[0] < _BORDER or on[-1] >= HALF - _BORDER
    if cut or bool((layers.half_hair[row, [on[0] - 1, on[-1] + 1]] > _OVER).any()):
        neck = chin[0] + necklines.axis(face) * face.u
        middle = float(np.clip(middle, neck - _OFF * face.u, neck + _OFF * face.u))
    return np.array([middle, chin[1]])


def _whole(shape: Plane, hair: Plane, middle: Points, face: WarpedFace) -> Plane | None:
    """0 about what is seen of cloth in small pieces at the outer edge of half-size `hair`, else 1; None for nowhere."""
    seen = (shape[::2, ::2] > 0.5) & (hair < 0.5)
    scraps = seen & ~kept(seen, (_SCRAP * face.u / 2) ** 2)
    if not scraps.any():
        return None
    near = np.ones((5, 5), np.uint8)
    count, pieces = cv2.connectedComponents(scraps.astype(np.uint8))
    within = np.broadcast_to(np.abs(np.arange(0.5, HALF) * 2 - middle[0]) < _OUTER * face.u, seen.shape)
    haired = cv2.dilate((hair > 0.5).astype(np.uint8), near) > 0
    beside, inner = (np.bincount(np.asarray(pieces[at], np.intp), minlength=count) > 0 for at in (haired, within))
    beside &= ~inner
    beside[0] = False
    return doubled(1 - cv2.dilate(beside[pieces].astype(np.uint8), near).astype(np.float32))


def _shoulder(layers: Layers, face: WarpedFace, middle: Points, highest: int, side: int) -> tuple[float, float] | None:
    """Where a strap comes over the shoulder, aside of the middle and below it, in face widths; None if there is none.

    Skin that goes on above the half-size row `highest` is the neck's.
    """
    for aside in np.arange(*_STRAPS, _STEP):
        x = int((middle[0] + side * aside * face.u) / 2)
        if not 0 <= x < HALF:
            break
        rows = np.flatnonzero(layers.half_skin[highest:, x] > 0.5)
        if len(rows) and rows[0] > 0:
            high = float(2 * (highest + rows[0]) - middle[1]) / face.u - _STRAP / 2
            hidden = layers.half_hair[max(0, highest + int(rows[0]) - _BORDER), x] > _OVER
            return float(aside), min(high, _BENEATH) if hidden else high
    return None


def _strap(place: tuple[float, float]) -> Points:
    """The way of a strap from the shoulder to the top."""
    (x, y), (end, low) = place, _MEETS
    return curve([(x, y), (x - 0.02, y + 0.4 * (low - y)), (x + 0.6 * (end - x), y + 0.75 * (low - y)), (end, low)], 8)


def _neckline(shoulder: tuple[float, float] | None) -> Points:
    """The neckline of a T-shirt, from its middle outward."""
    high = _UNDER if shoulder is None else shoulder[1]
    down = _ROUND[-1][1]
    return np.vstack([curve([*_ROUND, (_COLLAR - 0.04, (high + down) / 2), (_COLLAR, high)], 8), [(_AWAY, high)]])


def _tone(outfit: Outfit, look: Look, style: Style, gain: float) -> Colour:
    """The printed colour of what is worn anywhere, or a dark one."""
    apart = np.linalg.norm((outfit.colours - look.seen_skin) * NEAR, axis=1) > _APART
    if apart.sum() < _ENOUGH:
        return printed(_UNSEEN, style, 1.0, look.grey)
    return printed(cloths.commonest(outfit.colours[apart]), style, gain, look.grey)
