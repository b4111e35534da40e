"""Earrings, drawn: a pearl at the lobe, a drop on its chain, or a ring, each with its line, its shade and its glint."""

import numpy as np

from engine import Pixels
from engine.cel.canvas import Canvas, around
from engine.cel.earrings import Earrings, Kind
from engine.cel.geometry import pens
from engine.cel.ink import pen
from engine.cel.look import Look, Points, WarpedFace, colour, rgb
from engine.cel.paint.layers import Layers, cover
from engine.cel.styles import Style

_ROOTS = (234, 454)
"""Mesh indices where ears grow, the picture's left first."""
_FAR = 0.12
"""The yaw from which the far ear is hidden."""
_HANGS, _OVER = (0.045, 0.125), 0.06
"""Where a lobe ends, aside of an ear's root and below it; and how far over that it is bare; in face widths."""
_PEEPS = 0.05
"""How far within hair beside a cheek an earring that was seen peeps out of it, in face widths: further in, it would lie
on the hair."""
_PEARL = 0.027
"""The radius of a pearl, in face widths."""
_LONG, _THREAD = (0.06, 0.16), 0.014
"""Between how short and how long the chain of a pendant is, and how broad; in face widths."""
_WITHIN = 0.06
"""How far below its chain the middle of a drop is, which was found."""
_BEADS = ((0.0, 0.018), (0.55, 0.014))
"""Where along it beads are, as shares of its length, and their radii, in face widths."""
_DROP, _ROUND = (0.030, 0.105), np.arange(-2, 15)
"""How broad a drop is to either side, and how long with its point; and which points of its circle it has."""
_RING, _SLIM, _THICK = (0.18, 0.34), 0.84, 0.026
"""Between how low and how high rings are, how broad as shares of that; and how thick, in face widths."""
_THROUGH = 0.03
"""How far over its end a ring goes through a lobe."""
_FALLS = 0.06, 0.05
"""How far off the shade of a ring is, as shares of its height."""
_ARCS, _LIGHT, _SHINE = (slice(13, 18), slice(3, 6)), 0.45, 0.4
"""The points of its circle on which light lies, how far within it and how broad, as shares of its thickness."""
GOLD, SILVER = (colour(80, 8, 52), colour(58, 14, 44)), (colour(95, 1, -2), colour(74, 3, -10))
"""The tones of both metals, in the light and in the shade."""
GLINT, _SHADE, _SHINES, _SMALL = colour(100, 0, 0), (0.30, 0.22), (-0.20, -0.16), 0.16
"""The glint upon them; and how far off its shade is, and the glint, and how large that, as shares of the breadth."""

type Ink = tuple[int, int, int]
"""RGB."""


def draw(
    picture: Pixels, worn: Earrings, layers: Layers, face: WarpedFace, look: Look, style: Style, bold: float
) -> None:
    """Draw earrings at the ears that are bare, and where one was seen at those that hair hardly hides, in place."""
    width = pen(face.u, style, bold)
    for side, root, known in zip((-1.0, 1.0), _ROOTS, worn.sides, strict=True):
        lobe = face.points[root] + (side * _HANGS[0] * face.right + _HANGS[1] * face.down) * face.u
        nearer = _PEEPS * side * face.right if known else 0.0
        if side * face.yaw < _FAR and _bare(layers, lobe - (_OVER * face.down + nearer) * face.u):
            _one(picture, lobe, worn, layers, face.u, width, look)


def _bare(layers: Layers, place: Points) -> bool:
    """Whether a place of the picture is skin."""
    x, y = np.clip(place, 0, len(layers.body) - 1).astype(int)
    return bool(layers.body[y, x] > 0 and layers.hair[y, x] < 0)


def _one(picture: Pixels, lobe: Points, worn: Earrings, layers: Layers, unit: float, width: float, look: Look) -> None:
    """Draw what hangs from a lobe."""
    lit, dark = (rgb(tone * colour(1, 0, 0) if look.grey else tone) for tone in (GOLD if worn.gold else SILVER))
    tones = rgb(look.ink), lit, dark
    if worn.kind is Kind.HOOP:
        _hoop(picture, lobe, worn.long, layers, unit, width, tones)
        return
    hung = worn.kind is Kind.PENDANT
    end = lobe + np.array((0, np.clip(worn.long - _WITHIN, *_LONG) * unit if hung else 0))
    places = [lobe + share * (end - lobe) for share, _ in _BEADS]
    shapes = [place + _circle(radius * unit) for place, (_, radius) in zip(places, _BEADS, strict=True)]
    shapes = [*shapes, end + _drop(unit)] if hung else [lobe + _circle(_PEARL * unit)]
    canvas = Canvas(picture, around(shapes, 2 * width + 2), 4)
    if hung:
        chain = np.array([lobe, end])
        canvas.fill(pens([chain], _THREAD * unit + 1.6 * width, 1, 1)[0], tones[0])
        canvas.fill(pens([chain], _THREAD * unit, 1, 1)[0], dark)
    for shape in shapes:
        broad = float(np.ptp(shape[:, 0]))
        middle = shape.mean(0)
        canvas.fill(middle + (shape - middle) * (1 + 1.6 * width / broad), tones[0])
        canvas.fill(shape, lit)
        canvas.fill(shape, dark, clip=shape + np.array(_SHADE) * broad)
    low, broad = shapes[-1].mean(0), float(np.ptp(shapes[-1][:, 0]))
    canvas.fill(low + np.array(_SHINES) * broad + _circle(_SMALL * broad), rgb(GLINT))
    canvas.finish()


def _hoop(
    picture: Pixels,
    lobe: Points,
    long: float,
    layers: Layers,
    unit: float,
    width: float,
    tones: tuple[Ink, Ink, Ink],
) -> None:
    """Draw a ring that hangs from a lobe, behind the jaw."""
    high = float(np.clip(long, *_RING))
    thick = _THICK * unit
    middle, radii = lobe + np.array((0, (high / 2 - _THROUGH) * unit)), np.array((_SLIM, 1)) * high * unit / 2
    ink, lit, dark = tones
    metal = _ring(middle, radii, thick)
    canvas = Canvas(picture, around([metal], 2 * width + 2), 4)
    canvas.fill(_ring(middle, radii + 0.8 * width, thick + 1.6 * width), ink)
    canvas.fill(metal, lit)
    canvas.fill(metal, dark, clip=metal + np.array(_FALLS) * high * unit)
    light = _circle(1) * (radii - _LIGHT * thick) + middle
    for arc in _ARCS:
        canvas.fill(pens([light[arc]], _SHINE * thick, 0.3, 0.3)[0], rgb(GLINT))
    canvas.finish(cover(layers.face))


def _drop(unit: float) -> Points:
    """A drop that hangs from (0, 0)."""
    broad, long = (part * unit for part in _DROP)
    return np.vstack([(0, 0), _circle(broad)[_ROUND] + (0, long - broad)])


def _ring(middle: Points, radii: Points, thick: float) -> Points:
    """A ring with those outer radii, as one outline."""
    outer, inner = (middle + _circle(1) * (radii - less) for less in (0, thick))
    return np.vstack([outer, outer[:1], inner[:1], inner[::-1]])


def _circle(radius: float) -> Points:
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    return np.asarray(radius * np.stack([np.cos(turn), np.sin(turn)], 1), np.float64)
