"""What is worn round the neck, drawn: a chain, a row of beads, a cord, or a choker, each with its line and its light.

It hangs as one does on the neck that is drawn, as low and as pointed as it is seen, over skin and clothes' openings,
and under hair and collars.
"""

from collections.abc import Callable

import numpy as np

from engine.cel.adornments import Kind, Neckwear
from engine.cel.frame import SIDE, holding
from engine.cel.geometry import pens
from engine.cel.look import Colour, LabPicture, Look, Points, WarpedFace, colour
from engine.cel.paint.clothes import printed
from engine.cel.paint.eardrops import GLINT, GOLD, SILVER
from engine.cel.paint.fields import filled, lay, sampled
from engine.cel.paint.layers import Layers, cover
from engine.cel.paint.necklines import axis
from engine.cel.styles import Style

_CHIN, _SAMPLES = 152, 41
_ENDS = (0.27, 0.16)
"""How far aside of the neck's axis a chain goes on behind it, and how far below the chin; in face widths."""
_BEYOND = 1.6
"""How far on its line goes from there, as a share of that: skin, hair and clothes end it."""
_SHALLOW = 0.07
"""How much lower than its ends its lowest place is at least."""
_POINTED, _ROUND = 1.2, 2.0
"""The powers of curves that hang in a point, and in an arc."""
_STEEP = 0.9
"""How steeply what hangs in a point rises, at least."""
_ASIDE = 0.05
"""How far aside its lowest place is at most."""
_COLLAR, _HEM, _WITHIN = (0.19, 0.25), 0.05, 0.68
"""Between which heights below the chin a choker's lowest place is; how far over a round neckline's a chain's is at
least; and at which share of a pointed one's depth at most, where that is still broad."""
_FRAMED = 0.08
"""How far over the picture's lower border it is at least, with what hangs from it."""
_SHOWN = 0.35
"""Which share of its middle part lies on bare skin at least."""
_MIDDLE = 0.12
"""How far aside that reaches."""
_BROAD = 0.075
"""The breadth of a choker, in face widths."""
_LINE, _METAL, _THREAD = 2.1, 1.1, 1.4
"""How broad a chain's outline is, its metal, and a cord, beside other lines."""
_LINKS = 0.028
"""The length of a link, in face widths."""
_BEAD, _APART = 0.021, 0.047
"""The radius of a bead, and how far apart they are."""
_PENDANT = 0.034
"""The radius of a pendant."""
_FALLS = (0.008, 0.022)
"""How far aside and down the shadow on the skin falls."""
_LIT, _RAISED, _LIGHT, _LIGHTER = slice(10, 17), 0.18, 0.22, colour(20, 0, 0)
"""The part of a choker on which light lies, how far over its middle, how broad, as shares of it; and how much lighter
it is there."""
_BLACK = colour(0.5, 0.5, 0.5)
"""A choker's outline, as shares of the skin's ink."""
_TO_LIGHT = (-0.22, -0.18)
"""How far off the middle of a ball its light is, beside its radius."""

type _Put = Callable[[list[Points], Colour], None]
"""Lays shapes of a colour on the skin."""


def paint(
    picture: LabPicture,
    worn: Neckwear,
    layers: Layers,
    face: WarpedFace,
    look: Look,
    style: Style,
    gain: float,
    pen: float,
) -> LabPicture:
    """Draw it over painted skin, in place, as far as that is bare; `pen` is the line's width in pixels."""
    line = _hung(worn, layers, face)
    if line is None or _bare(line, layers, face) < _SHOWN:
        return picture
    box = holding(line, 0.2 * face.u)
    skin = cover(layers.body[box]) * (1 - cover(layers.face[box]))
    part = picture[box]
    broad = _BROAD * face.u if worn.kind is Kind.CHOKER else _METAL * pen
    fall = np.array(_FALLS) * face.u

    def put(shapes: list[Points], tone: Colour, alpha: float = 1.0) -> None:
        lay(part, tone, np.asarray(filled(shapes, box, alpha) * skin, np.float32))

    put(pens([line + fall], broad + pen, 1.0, 1.0), look.skin.shadow, 0.9)
    lit, dark = (tone * colour(1, 0, 0) if look.grey else tone for tone in (GOLD if worn.gold else SILVER))
    if worn.kind is Kind.CHOKER:
        tone = printed(worn.colour, style, gain, look.grey)
        band = pens([line], broad, 1.0, 1.0)
        put(band, tone)
        put(pens([line[_LIT] - fall * (0, _RAISED * broad / fall[1])], _LIGHT * broad), tone + _LIGHTER, 0.9)
        put(pens([np.vstack([edge, edge[:1]]) for edge in band], 0.9 * pen, 0.9, 0.9), look.ink * _BLACK)
        return picture
    if worn.kind is Kind.CORD:
        put(pens([line], _THREAD * pen, 1.0, 1.0), look.ink * _BLACK)
    elif worn.kind is Kind.BEADS:
        _balls(_along(line, _APART * face.u), _BEAD * face.u, pen, (lit, dark), look, put)
    else:
        put(pens([line], _LINE * pen, 1.0, 1.0), look.ink)
        put(pens([line], _METAL * pen, 1.0, 1.0), dark)
        put(pens(_links(line, _LINKS * face.u), _METAL * pen, 0.8, 0.8), lit)
    if worn.pendant and worn.kind is not Kind.BEADS:
        radius = _PENDANT * face.u
        _balls(line[[_SAMPLES // 2]] + (0, radius), radius, pen, (lit, dark), look, put)
    return picture


def _hung(worn: Neckwear, layers: Layers, face: WarpedFace) -> Points | None:
    """The way of it on the neck that is drawn, in the picture's pixels; None where clothes leave no room."""
    aside, low, steep, *_ = (float(part) for part in worn.curve)
    ends, top = _ENDS
    cut = layers.neckline if layers.collar is None else layers.collar.cut
    middle = axis(face)
    if worn.kind is Kind.CHOKER:
        low = float(np.clip(low, *_COLLAR))
        top, power = low - _SHALLOW, _ROUND
    else:
        low = min(low, (SIDE - float(face.points[_CHIN][1])) / face.u - _FRAMED)
        if cut is not None:
            depth, _, roundness, middle, _ = (float(part) for part in cut)
            low = min(low, max(depth - _HEM, 0.0) if roundness > 0.5 else _WITHIN * depth)
        top, power = min(top, low - _SHALLOW), _POINTED if steep > _STEEP else _ROUND
    if low < _COLLAR[0] - _SHALLOW:
        return None
    t = np.linspace(-_BEYOND, _BEYOND, _SAMPLES)
    x = ends * t + np.clip(aside, -_ASIDE, _ASIDE) * (1 - t * t)
    y = top + (low - top) * (1 - np.abs(t) ** power)
    root = face.points[_CHIN] + np.array([middle * face.u, 0.0])
    return np.asarray(root + np.stack([x, y], 1) * face.u, np.float64)


def _bare(line: Points, layers: Layers, face: WarpedFace) -> float:
    """Which share of the middle of a line lies on bare skin below the face."""
    middle = np.abs(line[:, 0] - line[_SAMPLES // 2, 0]) < _MIDDLE * face.u
    place = line[middle]
    skin = sampled(layers.half_skin, place / 2 - 0.5) > 0.5
    return float((skin & (sampled(layers.face, place - 0.5) < 0)).mean())


def _along(line: Points, apart: float) -> Points:
    """Places so far apart along a line, one of which is its lowest."""
    long = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    middle = long[_SAMPLES // 2]
    at = middle + apart * np.arange(-int(middle / apart), int((long[-1] - middle) / apart) + 1)
    return np.stack([np.interp(at, long, part) for part in line.T], 1)


def _links(line: Points, long: float) -> list[Points]:
    """Every other link of a chain."""
    places = _along(line, long)
    return [places[i : i + 2] for i in range(0, len(places) - 1, 2)]


def _circles(places: Points, radius: float) -> list[Points]:
    turn = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    return list(places[:, None] + radius * np.stack([np.cos(turn), np.sin(turn)], 1))


def _balls(places: Points, radius: float, pen: float, tones: tuple[Colour, Colour], look: Look, put: _Put) -> None:
    """Balls of metal or pearl, each with its line, its shade and its glint."""
    lit, dark = tones
    put(_circles(places, radius + 0.5 * pen), look.ink)
    put(_circles(places, radius), dark)
    put(_circles(places + radius * np.array(_TO_LIGHT), 0.75 * radius), lit)
    put(_circles(places + radius * 2 * np.array(_TO_LIGHT), 0.28 * radius), GLINT)
