"""The bold coloured line: outlines of the layers and of the jaw, and the strong edges within clothes."""

from collections.abc import Sequence

import cv2
import numpy as np

from engine import Pixels
from engine.cel import geometry
from engine.cel.canvas import Canvas, around
from engine.cel.frame import SIDE, holding
from engine.cel.geometry import curve, loop
from engine.cel.geometry import pen as brush
from engine.cel.look import LabPicture, Look, Plane, Points, WarpedFace, rgb
from engine.cel.paint.fields import blur, doubled, ease, filled, lay, sampled
from engine.cel.paint.layers import Layers, cover, line
from engine.cel.paint.locks import Locks
from engine.cel.styles import Style

_EAR_ROOTS = (234, 454)
"""Mesh indices where the ears grow, the picture's left first."""
_NARROWEST, _BROADEST = 0.045, 0.16
"""Ears narrower than this, in face widths, are hair's or the background's; broader ones are drawn no broader."""
_ASIDE, _WHOLE = 0.2, 0.15
"""Yaw from which a head shows all of its near ear; and how broad that is, in face widths."""
_NAPE = 0.20
"""What is bare further than this beside the root of such an ear is the nape, in face widths."""
_EAR = (
    *((-0.05, -0.09), (0.35, -0.15), (0.85, -0.15), (1.1, -0.06)),
    *((0.95, 0.05), (0.55, 0.13), (0.20, 0.145), (-0.06, 0.11)),
)
"""The outline of an ear from its root and back: how far across, as a share of its breadth, and along, in face
widths."""
_FRONT, _BEHIND, _BEFORE = (-0.12, 0.02), (-0.30, 0.02), -0.25
"""How that goes on to where it began where no cheek is bare before the ear, and where that lies behind a lock; and how
far across those are looked for."""
_CHEEK = ((0.028, 0.135), (0.014, 0.09), (0.004, 0.03), (0.0, -0.03))
"""The cheek's edge before an ear, from the lobe up: how far aside of the ear's root, and along, in face widths."""
_SET_IN, _FINE, _SOFT, _HAIRY, _FULL = 0.3, 0.85, 0.3, 0.1, 0.065
"""Along which share of it its line grows; how broad that is, as a share of other lines, how much of the skin's shadow
its ink has; how much of a beard hides it; and how broad an ear is that has room for it, in face widths.
"""
_JAW, _TURNED = ((0.26, 0.44), (0.10, 0.30)), (0.10, 0.18)
"""Between which v the jaw's line sets in, of a face seen from the front, where further up it is a scratch before an
ear, and of one that is turned; and between which yaws it comes to be turned.
"""
_CHIN = (0.50, 0.68)
"""Between which shares of the way down to the chin the jaw's line comes to reach the outline, or ends in the air."""
_BESIDE, _UNDER = 0.05, (0.72, 0.92)
"""So near to hair, in face widths, a turned face has no line on its far side; and between which shares of the way down
to the chin it comes to have one.
"""
_STRIP = (0.08, 0.14)
"""Between which breadths, in face widths, what lies beyond the far edge of a face comes to be more than a strip of the
cheek, from which a line parts it.
"""
_INNER = 0.35
"""How much finer hair's line is over the face than against the background."""
_TIP, _POINTED = 2.2, (0.14, 0.27)
"""So far about a place, in pixels, so little is hair that it lies before a tip: a line goes round no tips as a knob."""
_FAINTER = 0.85
"""How much fainter it is round what is bare between the roots of locks, at most: two lines would meet there."""
_FULLER = 0.06
"""How much further than it was seen a beard hides the jaw, in face widths, as it is drawn fuller."""
_COLOURED = 0.20, 0.50
"""How far the ink round skin, and that of the jaw within it, goes over to the skin's shadow in a soft style."""
_HAIRS = 0.30, 0.60
"""How far the ink round hair goes over to its shadow in a soft style, against the background and over the face."""
_WIDTH = 0.012
"""Width of a line in face widths."""


def pen(u: float, style: Style, bold: float) -> float:
    """The line's width in pixels for a face `u` pixels wide."""
    return float(np.clip(_WIDTH * u, 1.3, 3.2) * style.line * bold)


def draw(
    picture: LabPicture,
    layers: Layers,
    locks: Locks,
    face: WarpedFace,
    look: Look,
    style: Style,
    u: Plane,
    v: Plane,
    bold: float,
    bearded: bool = False,
) -> LabPicture:
    """Ink the painted picture, in place; u and v are at half size.

    `bold` widens all lines. A jaw that is `bearded` has none.
    """
    width, hair = pen(face.u, style, bold), locks.shape
    lines = np.float32(width) * doubled((1 + style.line_swell * 0.55 * np.sin(9 * u + 5 * v + 1)).astype(np.float32))
    chin = float((face.points[152] - face.centre) @ face.down) / face.u
    bare = 1 - cover(hair)
    inner = ease(layers.body, 0.025 * face.u, 0.06 * face.u)  # not beside the outline
    low, chins = doubled(ease(v, 0.1, chin)), doubled(ease(v, _CHIN[0] * chin, _CHIN[1] * chin))
    # the outline of a turned head is the far edge of its face too
    turned = np.float32(np.clip(abs(face.yaw) * 10 - 1.2, 0, 1))
    far = doubled(ease(u * np.float32(np.sign(face.yaw)), 0.0, 0.12) * turned)
    within = inner * (1 - far * (1 - ease(layers.body, _STRIP[0] * face.u, _STRIP[1] * face.u)))
    within += chins * (ease(layers.body, 0.004 * face.u, 0.02 * face.u) - within)  # where it runs out into that
    jaw = line(layers.face, np.float32(width) * (np.float32(0.55) + np.float32(0.6) * low)) * within * bare
    # beside the far edge of a turned face hair's line is its edge
    far *= 1 - doubled(ease(v, _UNDER[0] * chin, _UNDER[1] * chin))  # but under the chin it runs out into that
    jaw *= 1 - far * cover(hair + np.float32(_BESIDE * face.u))
    hidden = _overgrown(layers.half_beard, face) if bearded else np.float32(0)
    aside = geometry.ease(abs(face.yaw), *_TURNED)
    high, deep = (front + aside * (turned - front) for front, turned in zip(*_JAW, strict=True))
    jaw = jaw * doubled(ease(v, high, deep) * (1 - hidden))
    outline = np.maximum(line(layers.person, lines), line(layers.body, lines)) * bare
    around, inside = (look.ink + np.float32(part * style.soft) * (look.skin.shadow - look.ink) for part in _COLOURED)
    lay(picture, around, np.float32(0.92) * outline)
    lay(picture, inside, np.float32(0.9) * jaw * (1 - outline))
    finer = lines * (1 - np.float32(_INNER) * inner)
    hairline = line(hair, finer) * np.float32(0.95)
    tip = doubled(1 - ease(blur(locks.half, _TIP / 2), *_POINTED))
    hairline *= 1 - tip * (1 - cover(hair))
    if locks.gaps.any():
        hairline *= 1 - np.minimum(doubled(blur(locks.gaps, 1.0)) * 2, np.float32(_FAINTER))
    edge, over = (np.float32(part * style.soft) for part in _HAIRS)
    hair_ink = look.hair_ink + edge * (look.hair.shadow - look.hair_ink)
    lay(picture, hair_ink, hairline)
    return lay(picture, hair_ink + (over - edge) * (look.hair.shadow - look.hair_ink), hairline * inner)


def ears(
    picture: Pixels,
    layers: Layers,
    face: WarpedFace,
    look: Look,
    style: Style,
    bold: float,
    bare: bool = False,
    before: Sequence[Points] = (),
) -> None:
    """Draw the folds of each ear that shows beside the face, in place: its rim, and the shade within.

    Of a turned head the near ear lies within its outline and is drawn whole; always if hair leaves it `bare`.
    Locks, closed outlines, that fall `before` such an ear lie over it, with a line of their own.
    """
    tone = rgb(look.ink * np.float32(0.55) + look.skin.shadow * np.float32(0.45))
    edge, shade = rgb(look.ink + np.float32(_SOFT) * (look.skin.shadow - look.ink)), rgb(look.skin.shadow)
    width = pen(face.u, style, bold)
    for side, index in zip((-1.0, 1.0), _EAR_ROOTS, strict=True):
        root = face.points[index]
        shows = _ear(layers, face, root, side)
        whole = -side * face.yaw > _ASIDE and (shows > _NAPE or bare)
        breadth = _WHOLE if whole else min(shows, _BROADEST)
        if breadth < _NARROWEST or side * face.yaw > 0.10:
            continue

        def at(
            across: float, along: float, root: Points = root, side: float = side, breadth: float = breadth
        ) -> Points:
            return np.asarray(root + (face.right * side * across * breadth + face.down * along) * face.u, np.float64)

        rim = curve([at(0.22, -0.075), at(0.55, -0.105), at(0.76, -0.05), at(0.68, 0.03), at(0.42, 0.09)], 6)
        fold = curve([at(0.30, -0.02), at(0.48, -0.035), at(0.42, 0.02), at(0.24, 0.055)], 6)
        cheeks = np.array([at(_BEFORE, 0.03), at(_BEFORE, 0.09)])
        outline, hidden = rim, _hidden(before, cheeks, face) if before else None
        if whole:
            lies_behind = hidden is not None and bool((sampled(hidden, cheeks - 0.5) > 0.5).all())
            closed = lies_behind or not _bare(layers, cheeks)
            front = (_BEHIND if lies_behind else _FRONT, _EAR[0]) if closed else ()
            outline = curve([at(*place) for place in (*_EAR, *front)], 6)
        cheek = _edge(layers, face, root, side)
        canvas = Canvas(picture, around([rim, fold, outline, cheek], 4))
        if whole:
            canvas.fill(outline, rgb(look.skin.base))
            canvas.fill(brush(outline, 1.1 * width, 0.3, 0.3), rgb(look.ink))
        elif breadth > _FULL and -side * face.yaw < _TURNED[0] and not _hairy(layers, cheek):
            canvas.fill(brush(cheek, _FINE * width, 1.0, 0.0, _SET_IN), edge)
        inner = curve([rim[0], at(0.42, -0.045), at(0.56, -0.03), at(0.48, 0.03), rim[-1]], 6)
        canvas.fill(np.vstack([rim, inner[::-1]]), shade, 0.8)
        canvas.fill(brush(rim, 0.75 * width, 0.1, 0.1), tone)
        canvas.fill(brush(fold, 0.7 * width, 0.1, 0.0), tone, 0.8)
        canvas.finish(hidden)
        if whole and before:
            ink = look.hair_ink + np.float32(_HAIRS[1] * style.soft) * (look.hair.shadow - look.hair_ink)
            canvas = Canvas(picture, around([outline], 2))
            for lock in before:
                canvas.fill(loop(lock, width), rgb(ink), 0.95, outline)
            canvas.finish()


def _hidden(locks: Sequence[Points], places: Points, face: WarpedFace) -> Plane:
    """What locks hide that lies no further from some places than an ear is high, 0..1."""
    hidden, box = np.zeros((SIDE, SIDE), np.float32), holding(places, 2 * _BROADEST * face.u)
    hidden[box] = filled(locks, box, 1.0)
    return hidden


def _edge(layers: Layers, face: WarpedFace, root: Points, side: float) -> Points:
    """The cheek's edge before an ear, from where its lobe ends up."""
    places = np.array(_CHEEK) * (side, 1)
    edge = curve(root + (places[:, :1] * face.right + places[:, 1:] * face.down) * face.u, 6)
    return np.asarray(edge[sampled(layers.person, edge - 0.5) > 0], np.float64)


def _hairy(layers: Layers, places: Points) -> bool:
    """Whether there is a beard at one of the places."""
    return bool((sampled(layers.half_beard, places / 2 - 0.5) > _HAIRY).any())


def _overgrown(beard: Plane, face: WarpedFace) -> Plane:
    """Where a beard as it is drawn hides the jaw, 0..1 at half size."""
    about = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (1 + 2 * round(_FULLER * face.u / 2),) * 2)
    return np.asarray(cv2.dilate(beard, about), np.float32)


def _bare(layers: Layers, places: Points) -> bool:
    """Whether there is bare skin at all of some places."""
    x, y = np.clip(np.rint(places - 0.5).astype(int), 0, SIDE - 1).T
    return bool(((layers.body[y, x] > 0) & (layers.hair[y, x] < 0)).all())


def _ear(layers: Layers, face: WarpedFace, root: Points, side: float) -> float:
    """How far bare skin reaches beyond the side of the face, in face widths; 0 if hair hides it, or it has no end."""
    outward = np.arange(0.03, 0.30, 0.01)
    places = root + face.right * side * outward[:, None] * face.u
    x, y = np.rint(places - 0.5).astype(int).T
    seen = (x >= 0) & (y >= 0) & (x < SIDE) & (y < SIDE)
    x, y = np.clip(x, 0, SIDE - 1), np.clip(y, 0, SIDE - 1)
    bare = seen & (layers.body[y, x] > 0) & (layers.hair[y, x] < -1)
    return float(outward[np.argmin(bare)]) if bare[0] and not bare.all() else 0.0
