"""The nose: a wedge of shadow, a short line, a spot of light, as an anime artist leaves out nearly all of it; a man's
has the lower end of a bridge too, and wings when he is older.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.canvas import Canvas, Pixels, around
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.geometry import Points, bezier, curve, ease, oval, pen
from engine.cel.look import WarpedFace
from engine.cel.paint.fields import sampled

_RIDGE = (168, 6, 197, 195, 5, 4)
_TIP, _BASE, _WINGS = 1, 2, (98, 327)
_GROWN = (40, 48)
"""Between which years a man's nose comes to have wings: on young ones they look drawn by a caricaturist."""
_HALF_GROWN = 0.3
"""How far, 0..1, from which they are drawn whole."""
_TURNED = 0.06
"""Yaw from which a nose shades its far side whatever the light."""
_ASLANT, _TALL = 0.5, (0.07, 0.03)
"""How far turned a nose shows its ridge, 0..1; and how much taller than a woman's the shadow of a man's is that has a
bridge, and of one that is turned, in face widths.
"""
_LOWER_BRIDGE, _SNUB = (0.80, 0.92), 0.06
"""Which shares of the ridge down the outline of a turned nose begins, and is still straight; and how much further
down a child's does.
"""
_UNDER = 0.55, 0.19
"""How far aside the line under a nose reaches, in half breadths, and how much less a man's does, from the front."""
_ROUND_TIP, _CLEAR = 0.33, 0.045
"""How far aside of the tip that goes, in half breadths of the nose; and how far it is clear of hair and of the face's
edge, in face widths: beside those it would be a second edge.
"""
_BRIDGE, _INKED = 0.05, 0.6
"""How far over its wedge of shadow the line of a bridge begins, in face widths, and how strong it is."""
_BUTTON = 0.2
"""How much narrower a small child's nose is drawn, as a share of a grown one."""
_SPOT, _LIGHT = (0.026, 0.012), (0.008, 0.012)
"""How far from the tip, towards the light and up, light lies on it, clear of the shadow; and that light's half axes, in
face widths."""
_BROAD, _REACH, _MARKS = (0.208, 0.238), 0.22, (3, 11)
"""Between which breadths, in face widths, a man's nose comes to be broad; how much further aside the line under such
a one reaches, in half breadths; and which part of the curve of a wing is drawn that marks it, of twelve points.
"""
_LENGTH, _LONGER = 0.355, (1.6, 0.03, 0.055)
"""The length of a common nose, in face widths; and how much further up, for each of what a man's is longer, its
bridge is drawn, how much shorter at most, and how much longer.
"""
_MARKED = 0.85
"""How strong such marks are, as a share of wings."""
_NEAR_MARK = (0.12, 0.24)
"""Yaws between which the near wing of a young man's nose comes to be marked too: less would be left of it."""
_FIRMER = 0.25
"""How much heavier and darker the line of a man's turned nose is than a woman's."""
_NARROWEST, _WITHIN = 0.6, 0.9
"""How far aside wings are at least, in half breadths of the nose; and which share of the way there they are drawn."""


@dataclass(frozen=True, slots=True)
class _Frame:
    tip: NDArray[np.float64]
    base: NDArray[np.float64]
    half: float
    length: float


def _measure(face: WarpedFace) -> _Frame:
    p = face.points
    half = abs(float((p[_WINGS[1]] - p[_WINGS[0]]) @ face.right)) / 2
    return _Frame(p[_TIP], p[_BASE], max(half, 0.05 * face.u), float((p[_BASE] - p[_RIDGE[0]]) @ face.down))


def draw(
    picture: Pixels,
    face: WarpedFace,
    person: Person,
    palette: Palette,
    cover: NDArray[np.float32] | None = None,
    light: float = 0.0,
) -> None:
    """Draw the nose by its real width, length and turn; a man's with the end of its bridge, an older one's with wings.

    Its shadow lies on the side that it turns to, or that a `light` from the picture's right (above 0) or left leaves.
    """
    u, right, down, manner = face.u, face.right, face.down, palette.manner
    nose = _measure(face)
    side = float(np.sign(face.yaw if abs(face.yaw) > _TURNED else -light) or 1)
    turned = ease(abs(face.yaw), 0.05, 0.22)
    soft = max(person.woman, person.child)
    canvas = Canvas(picture, around([face.points[list(_RIDGE)], face.points[list(_WINGS)]], 0.06 * u + 2), 2)
    if canvas.empty:
        return
    w = nose.half * (0.74 - 0.14 * soft - _BUTTON * person.infant)
    tip, base = nose.tip * 0.55 + nose.base * 0.45, nose.base
    firm = max(0.0, 1 - 2 * soft)
    bridged = firm > 0 and turned <= _ASLANT
    top = tip - down * (0.04 + (_TALL[0] if bridged else _TALL[1]) * (1 - soft)) * u + right * (side * 0.25 * w)
    wedge = _wedge(face, top, base, side * w * (0.9 + 0.1 * soft), slender=bridged)
    canvas.fill(wedge, palette.shade, manner.nose_shadow * (1 - 0.45 * turned))
    broad = firm * ease(2 * nose.half / u, *_BROAD)
    under_half = right * ((_UNDER[0] - _UNDER[1] * (1 - soft) * (1 - turned) + _REACH * broad) * w)
    left, rightmost = base - under_half, base + under_half
    shift = right * (side * 0.10 * w)
    up, sag = down * (-0.004 * u), down * (0.012 * u)
    under = shift + bezier(
        left + up, left * 0.6 + base * 0.4 + sag, rightmost * 0.6 + base * 0.4 + sag, rightmost + up, 14
    )
    weight = palette.pen * manner.nose_line
    canvas.fill(pen(under, weight * (1.15 + 0.2 * (1 - soft)), 0.0, 0.1, 0.5 + 0.12 * side), palette.line, 0.85)
    if turned > _ASLANT:
        firmer = 1 + _FIRMER * firm
        outline = _outline(face, nose, person, under[-3] if side > 0 else under[2], side)
        if not _hidden(outline + right * (side * _CLEAR * u), cover):
            canvas.fill(
                pen(outline, 0.9 * firmer * weight, 0.0, 0.05, 0.7),
                palette.line,
                0.7 * firmer * turned * (1 - person.infant),
            )
    elif bridged:
        more, least, most = _LONGER
        longer = float(np.clip(more * (nose.length / u - _LENGTH), -least, most))
        line = _bridge(face, top, side * w, _BRIDGE + longer)
        canvas.fill(pen(line, 0.9 * weight, 0.0, 0.0, 0.6), palette.line, _INKED * firm)
    grown = firm * ease(person.years, *_GROWN)
    marked = max(broad, firm * ease(abs(face.yaw), *_NEAR_MARK))
    winged = max(grown, _MARKED * marked)
    drawn = np.s_[:] if grown > _HALF_GROWN else np.s_[_MARKS[0] : _MARKS[1]]
    for sign, wing, end in zip((-1.0, 1.0), _WINGS, (under[0], under[-1]), strict=True):
        if winged > 0 and (turned <= _ASLANT or sign != side):  # the far wing of a turned nose is not seen
            outer = max(sign * float((face.points[wing] - base) @ right), _NARROWEST * nose.half)
            at = base + right * (sign * _WITHIN * outer)
            at = at + down * float((face.points[wing] - at) @ down)
            line = _wing(face, at, end, sign)[drawn]
            canvas.fill(pen(line, 0.9 * weight, 0.0, 0.7, 0.6), palette.line, 0.75 * winged)
    if not palette.small:
        spot = nose.tip - (down * _SPOT[1] + right * (side * _SPOT[0])) * u
        canvas.fill(oval(spot, _LIGHT[0] * u, _LIGHT[1] * u), palette.light, 0.9)
    canvas.finish(cover)


def _outline(face: WarpedFace, nose: _Frame, person: Person, end: Points, side: float) -> Points:
    """A turned nose in one line: from the lower part of its bridge round the tip to the `end` below it.

    `side` is -1 where the nose turns to the left; a bridge by itself would be a scar.
    """
    ridge = _ridge(face, side)
    high, low = (ridge[int(len(ridge) * (share + _SNUB * person.child))] for share in _LOWER_BRIDGE)
    tip = nose.tip * 0.6 + nose.base * 0.4 + face.right * (side * _ROUND_TIP * nose.half)
    return curve(np.array([high, low, tip, end]), 6)


def _ridge(face: WarpedFace, side: float) -> Points:
    """The ridge of a turned nose, from between the eyes to the tip, a little to its far side."""
    return curve(face.points[list(_RIDGE)] + face.right * (side * 0.012 * face.u), 5)


def _hidden(line: Points, cover: NDArray[np.float32] | None) -> bool:
    """Whether any of a line lies behind something, or beyond the face."""
    return cover is not None and float(sampled(cover, line - 0.5).max()) > 0.5


def _wedge(face: WarpedFace, top: Points, base: Points, aside: float, slender: bool) -> Points:
    """The shadow of the tip, from `top` to below its `base`; `aside` is half its breadth, towards the side it is on.

    A `slender` one is hollow outside: it grows out of a bridge.
    """
    u, down, over = face.u, face.down, face.right * aside
    far = base + over * 0.85 - down * 0.012 * u
    low = base + down * 0.006 * u - over * 0.15
    out = top + over * (0.10 if slender else 0.30) + down * ((0.05 if slender else 0.02) * u)
    return np.vstack(
        [
            bezier(top, out, far - over * (0.25 if slender else 0.0) - down * 0.03 * u, far, 8),
            bezier(far, far + down * 0.014 * u, low + down * 0.008 * u, low, 8),
            bezier(low, low - down * 0.018 * u + over * 0.25, top + down * 0.03 * u, top, 8),
        ]
    )


def _bridge(face: WarpedFace, top: Points, aside: float, long: float) -> Points:
    """The lower end of a bridge's edge, so `long` down to the `top` of the wedge of shadow, and along it.

    `aside` is half the wedge's breadth, towards the side in the shade.
    """
    down = face.down * face.u
    return bezier(top - down * long, top - down * 0.02, top, top + face.right * (0.3 * aside) + down * 0.03, 10)


def _wing(face: WarpedFace, at: Points, end: Points, sign: float) -> Points:
    """The curve round a nostril, outside `at`, to where the line under the nose ends; `sign` is -1 on the left."""
    out, down = face.right * (sign * face.u), face.down * face.u
    return bezier(
        at - down * 0.030 - out * 0.006,
        at - down * 0.012 + out * 0.012,
        at + down * 0.012 + out * 0.006,
        end - out * 0.012 + down * 0.002,
        12,
    )
