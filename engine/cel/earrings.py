"""Earrings: what glitters where the lobe of a woman's ear is, drawn as a pearl or a drop.

In a photo they are a few pixels. What is told of them is that there are some, how large, and of which metal: a small
spot, brighter all round than anything beside the ear, that has the colour neither of skin nor of what lies behind.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import Pixels
from engine.cel.canvas import Canvas, around
from engine.cel.ink import pen
from engine.cel.look import Look, Plane, Points, WarpedFace, colour, rgb
from engine.cel.paint.fields import blur
from engine.cel.paint.layers import Layers
from engine.cel.parse import Label, Regions
from engine.cel.perceive import Face
from engine.cel.styles import Style

_ROOTS = (234, 454)
"""Mesh indices where ears grow, the picture's left first."""
_CHILD = 12.0
"""The age up to which nobody is taken to wear any."""
_FINE = 64
"""How many places of what is looked at there are in a face width."""
_FROM, _SIZE = np.array([-0.30, -0.25]), (45, 55)
"""What is looked at: from how far aside of an ear's root on and below it, in face widths, and how many of those places.
"""
_ACROSS, _ALONG = np.meshgrid(*(start + np.arange(size) / _FINE for start, size in zip(_FROM, _SIZE, strict=True)))


def _within(left: float, right: float, top: float, bottom: float) -> NDArray[np.bool_]:
    """Where what is looked at lies so far aside and down, in face widths."""
    return np.asarray((left < _ACROSS) & (right > _ACROSS) & (top < _ALONG) & (bottom > _ALONG))


_LOBE, _CHEEK = _within(-0.04, 0.13, 0.07, 0.26), _within(-0.25, -0.10, -0.10, 0.15)
"""Where earrings are looked for, and where skin is."""
_BESIDE = ~_within(-0.08, 0.17, 0.03, 0.32)
"""Where the texture of the photo is measured."""
_SCALES = (1.0, 2.2)
"""The sizes of spots that are looked for, in those places."""
_TEXTURE, _NOISE = 0.99, 1.0
"""The share of places beside an ear that are weaker spots than what one at its lobe is compared to; and what is added
to that."""
_SURE = 1.7
"""How many times as strong as those an earring is at least."""
_SKIN, _BEHIND, _FEW = 5.0, 14.0, 30
"""How far from the skin's, as light as it, an earring's colour is, and how far from what lies behind, in CIELAB; and in
how many places that is told at least."""
_YELLOW = 4.0
"""How much yellower (CIELAB b) than skin gold is."""
_FAR, _SEEN = 0.12, 0.15
"""The yaw from which the far ear is hidden, as it is drawn and in photographs."""
_HANGS, _OVER = (0.045, 0.125), 0.06
"""Where a lobe ends, aside of an ear's root and below it; and how far over that it is bare; in face widths."""
_PEEPS = 0.05
"""How far within hair beside a cheek an earring that was seen peeps out of it, in face widths: further in, it would lie
on the hair."""
_PEARL, _BEAD, _DROP, _ROUND = 0.027, 0.017, (0.030, 0.125), np.arange(-1, 12)
"""The radii of a pearl and of the bead that a drop hangs from; how broad a drop is to either side, and how long with
that; in face widths; and which points of its circle a drop has."""
GOLD, SILVER = (colour(80, 8, 52), colour(58, 14, 44)), (colour(95, 1, -2), colour(74, 3, -10))
"""The tones of both metals, in the light and in the shade."""
GLINT, _SHADE, _SHINES, _SMALL = colour(100, 0, 0), (0.30, 0.22), (-0.20, -0.16), 0.16
"""The glint upon them; and how far off its shade is, and the glint, and how large that, as shares of the breadth."""


@dataclass(frozen=True, slots=True)
class Earrings:
    """What somebody wears at the ears."""

    drops: bool
    """Whether they hang, or are pearls at the lobe."""
    gold: bool
    sides: tuple[bool, bool]
    """At which ear one was seen, the picture's left first."""


def seen(photo: Pixels, face: Face, regions: Regions) -> Earrings | None:
    """The earrings of the face in the working picture; None where none are told for certain."""
    if face.female < 0.5 or face.age < _CHILD:
        return None
    found = [_spot(photo, face, regions, side, root) for side, root in zip((-1.0, 1.0), _ROOTS, strict=True)]
    there = [spot for spot in found if spot is not None]
    if not there:
        return None
    surest = max(there)
    return Earrings(surest[1] > _SCALES[0], surest[2], (found[0] is not None, found[1] is not None))


def _spot(photo: Pixels, face: Face, regions: Regions, side: float, root: int) -> tuple[float, float, bool] | None:
    """How sure an earring is at one ear, how large, and whether it is golden; None for none."""
    frame = face.frame
    if side * frame.yaw > _SEEN:
        return None
    axes = np.stack([side * frame.right, frame.down], 1) * frame.unit
    there = np.column_stack([axes / _FINE, face.mesh[root, :2] + axes @ _FROM])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    patch = cv2.warpAffine(photo, there, _SIZE, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    lab = np.asarray(cv2.cvtColor(patch.astype(np.float32) * np.float32(1 / 255), cv2.COLOR_RGB2LAB), np.float32)
    light = np.ascontiguousarray(lab[..., 0])
    sure = np.stack([_sure(light, scale) for scale in _SCALES])
    if sure[:, _LOBE].max() < _SURE:
        return None
    skin = np.median(lab[_CHEEK], 0)
    shaded = skin[1:] * (lab[..., :1] / max(float(skin[0]), 1.0))
    lobe = _LOBE & (np.linalg.norm(lab[..., 1:] - shaded, axis=-1) > _SKIN)
    x, y = np.moveaxis(np.stack([_ACROSS, _ALONG], -1) @ axes.T + face.mesh[root, :2], -1, 0)
    behind = regions.at(np.asarray(x, np.float32), np.asarray(y, np.float32))[..., Label.BACKGROUND] > 0.5
    if behind.sum() > _FEW:
        lobe &= ~behind | (np.linalg.norm(lab - np.median(lab[behind], 0), axis=-1) > _BEHIND)
    scale, *place = np.unravel_index(int(np.argmax(sure * lobe)), sure.shape)
    row, column = place
    if not lobe[row, column] or sure[scale, row, column] < _SURE:
        return None
    yellow = lab[row, column, 2] - shaded[row, column, 1]
    return float(sure[scale, row, column]), _SCALES[scale], bool(yellow > _YELLOW)


def _sure(light: Plane, scale: float) -> Plane:
    """How sure each place of what is looked at is a spot of that size: one is brighter than all about it.

    Whichever way: an edge, or a strand, is none.
    """
    smooth = blur(light, scale)
    xx, yy, xy = (cv2.Sobel(smooth, cv2.CV_32F, *way, ksize=3) for way in ((2, 0), (0, 2), (1, 1)))
    spots = (-(xx + yy) / 2 - np.hypot((xx - yy) / 2, xy)) * np.float32(scale * scale / 4)
    beside = spots[_BESIDE]
    common = np.partition(beside, int(_TEXTURE * len(beside)))[int(_TEXTURE * len(beside))]
    return np.asarray(spots / (common + np.float32(_NOISE)), np.float32)


def draw(
    picture: Pixels, worn: Earrings, layers: Layers, face: WarpedFace, look: Look, style: Style, bold: float
) -> None:
    """Draw earrings at the ears that are bare, and where one was seen at those that hair hardly hides, in place."""
    width = pen(face.u, style, bold)
    for side, root, known in zip((-1.0, 1.0), _ROOTS, worn.sides, strict=True):
        lobe = face.points[root] + (side * _HANGS[0] * face.right + _HANGS[1] * face.down) * face.u
        nearer = _PEEPS * side * face.right if known else 0.0
        if side * face.yaw < _FAR and _bare(layers, lobe - (_OVER * face.down + nearer) * face.u):
            _one(picture, lobe, worn, face.u, width, look)


def _bare(layers: Layers, place: Points) -> bool:
    """Whether a place of the picture is skin."""
    x, y = np.clip(place, 0, len(layers.body) - 1).astype(int)
    return bool(layers.body[y, x] > 0 and layers.hair[y, x] < 0)


def _one(picture: Pixels, lobe: Points, worn: Earrings, unit: float, width: float, look: Look) -> None:
    """Draw what hangs from a lobe."""
    lit, dark = (rgb(tone * colour(1, 0, 0) if look.grey else tone) for tone in (GOLD if worn.gold else SILVER))
    ink = rgb(look.ink)
    radius = (_BEAD if worn.drops else _PEARL) * unit
    shapes = [lobe + _circle(radius)]
    if worn.drops:
        broad, long = (part * unit for part in _DROP)
        shapes.insert(0, lobe + np.vstack([(0, 0), _circle(broad)[_ROUND] + (0, long - broad)]))
    canvas = Canvas(picture, around(shapes, 2 * width + 2), 4)
    for shape in shapes:
        broad = float(np.ptp(shape[:, 0]))
        middle = shape.mean(0)
        canvas.fill(middle + (shape - middle) * (1 + 1.6 * width / broad), ink)
        canvas.fill(shape, lit)
        canvas.fill(shape, dark, clip=shape + np.array(_SHADE) * broad)
    low, broad = shapes[0].mean(0), float(np.ptp(shapes[0][:, 0]))
    canvas.fill(low + np.array(_SHINES) * broad + _circle(_SMALL * broad), rgb(GLINT))
    canvas.finish()


def _circle(radius: float) -> Points:
    turn = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    return np.asarray(radius * np.stack([np.cos(turn), np.sin(turn)], 1), np.float64)
