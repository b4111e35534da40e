"""Blush as anime has it on the cheeks of women and small children: three short slanting strokes under each eye."""

import numpy as np

from engine.cel.canvas import Canvas, Pixels, around
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.frame import CHEEKS
from engine.cel.geometry import oval, pen
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import sampled

_FRONT = 0.15
"""The yaw up to which both cheeks are seen: strokes on one alone are a scratch."""
_APART, _SLANT, _LONG = 0.035, 0.010, 0.022
"""How far apart strokes are, how far they lean outward, and half how high they are, in face widths."""
_ROUND, _GLOWS = (0.115, 0.075), 0.6
"""Half axes of the colour in a small child's cheeks, in face widths; and how strong it is."""
_OLD, _HIDDEN = 0.3, 0.05
"""How old somebody is who is drawn without: there are lines enough; and how much hair may lie over strokes."""


def draw(picture: Pixels, face: WarpedFace, person: Person, palette: Palette, cover: Plane | None = None) -> None:
    """Draw the strokes on a young woman or a small child seen from the front, both of whose cheeks are bare."""
    if person.infant and not (palette.small or palette.grey):
        _rosy(picture, face, person, palette, cover)
    blushing = max(person.woman, person.infant) > 0.5 and person.old <= _OLD
    if not blushing or palette.small or palette.grey or abs(face.yaw) > _FRONT:
        return
    middles = [face.points[list(cheek)].mean(0) for cheek in CHEEKS]
    half = (face.right * _SLANT - face.down * _LONG) * face.u
    places = [middle + face.right * (_APART * k * face.u) for middle in middles for k in (-1, 0, 1)]
    lines = [np.linspace(place - half, place + half, 5) for place in places]
    if cover is not None and sampled(cover, np.vstack(lines) - 0.5).max() > _HIDDEN:
        return
    canvas = Canvas(picture, around(lines, 2), 3)
    for line in lines:
        canvas.fill(pen(line, 0.75 * palette.pen), 0.6 * palette.shade + 0.4 * palette.deep, 0.8)
    canvas.finish()


def _rosy(picture: Pixels, face: WarpedFace, person: Person, palette: Palette, cover: Plane | None) -> None:
    """Draw the colour in a small child's cheeks: round, and seen however the head is turned."""
    middles = [face.points[list(cheek)].mean(0) for cheek in CHEEKS]
    across, high = (half * face.u for half in _ROUND)
    roll = float(np.arctan2(face.right[1], face.right[0]))
    rounds = [oval(middle, across, high, roll) for middle in middles]
    canvas = Canvas(picture, around(rounds, 0.06 * face.u), 2)
    if canvas.empty:
        return
    skin = palette.skin_lab
    rosy = palette.mix(float(skin[0]) - 7, float(skin[1]) + 20, float(skin[2]) + 4)
    for shape in rounds:
        canvas.glow(shape, rosy, 0.025 * face.u, _GLOWS * person.infant)
    canvas.finish(cover)
