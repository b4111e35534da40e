"""What years leave in a face, as a cel painter shades it: folds beside the mouth, bags under the eyes, a lined brow.

Each is a slender shadow that tapers at both ends, the same on both sides of the face. Lines of ink would be scratches.
"""

import numpy as np

from engine.cel.canvas import Canvas, Pixels, around
from engine.cel.features.mouth import Mouth
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.geometry import Points, bezier, ease, pen
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import sampled

_SIDES = ((-1.0, 129, 61, (31, 228, 229, 230, 231)), (1.0, 358, 291, (261, 448, 449, 450, 451)))
"""Side, wing of the nose, corner of the mouth, the rim of the eye's socket from outside in."""

_BROADLY = (1.6, 2.4)
"""How broadly a young man is told at a glance to smile whose cheeks come to be creased by it beside the mouth."""
_CREASED, _TURNED = 0.3, 0.14
"""How deep folds are beside which there are no such creases; and the yaw up to which both cheeks are seen."""
_DIMPLE, _BESIDE = 0.7, 0.05
"""How strong they are, and how far beside the mouth's corners, in face widths."""
_FOLD = (0.5, 0.82), 0.020
"""Which share of the way to the mouth's corner the lightest folds run, and the deepest; and how broad these are, in
face widths.
"""
_HAIRY = 0.7
"""How much lighter, and so shorter, they are over whiskers."""
_BAG = 0.022
"""How deep the shadow under a bag is, in face widths."""
_PLAIN = 0.8
"""How plain shadows are at most: on brown skin they would be orange stains."""
_CREASE, _FIRM = 0.65, 0.45
"""How broad the line is in the deepest part of a fold, in a pen's breadths; and how plain."""
_BROW = ((0.40, 0.125), (0.58, 0.085))
"""The lines on a brow: which share of the way up it, and half how long, in face widths."""
_LINED, _BEHIND = 0.35, 0.3
"""How old they are who have them; and how much any place of one may be hidden: the rest would be a scratch between
tips of hair."""


def draw(
    picture: Pixels, mouth: Mouth, face: WarpedFace, person: Person, palette: Palette, cover: Plane | None = None
) -> None:
    """Draw what the person's age and smile call for; nothing on the young."""
    smiling = ease(mouth.open, 0.08, 0.2) * mouth.teeth
    fold = max(ease(person.years, 40, 62), 0.35 * smiling * ease(person.years, 34, 48)) * (1 - 0.6 * person.woman)
    old = ease(person.years, 48, 66) * (1 - 0.5 * person.woman)
    smooth = person.man * (1 - person.bearded) if fold < _CREASED and abs(face.yaw) < _TURNED else 0.0
    laugh = smooth * mouth.teeth * ease(mouth.smile, *_BROADLY)
    if max(fold, old, laugh) < 0.08:
        return
    lined = old > _LINED and not palette.small
    seen = [2, 61, 291, *_SIDES[0][3], *_SIDES[1][3], *((10, 9) if lined else ())]
    canvas = Canvas(picture, around([face.points[seen]], 0.06 * face.u), 2)
    if canvas.empty:
        return
    u, right, down, p = face.u, face.right, face.down, face.points
    ink = 0.45 * palette.line + 0.55 * palette.deep
    for side, wing, corner, socket in _SIDES:
        if face.yaw * side > _TURNED:
            continue
        out = right * side
        line, shadow = _fold(p[wing], p[corner], out * u, down * u, fold * (1 - _HAIRY * person.bearded))
        canvas.fill(shadow, palette.shade, min(_PLAIN, fold))
        canvas.fill(pen(line, _CREASE * palette.pen, 0.0, 0.0, 0.35), palette.deep, _FIRM * fold)
        if laugh and not palette.small:
            canvas.fill(pen(_dimple(p[corner], out * u, down * u), palette.pen, 0.0, 0.0, 0.5), ink, _DIMPLE * laugh)
        if old > 0.1 and not palette.small:
            canvas.fill(_bag(p[list(socket)], down * u), palette.shade, min(_PLAIN, old))
    if lined:
        for share, half in _BROW:
            line = _furrow(p[9] + (p[10] - p[9]) * share, right * (half * u), down * u)
            if cover is None or float(sampled(cover, line - 0.5).max()) < _BEHIND:
                canvas.fill(pen(line, palette.pen), palette.shade * 0.5 + palette.deep * 0.5, 0.8 * old)
    canvas.finish(cover)


def _fold(wing: Points, corner: Points, out: Points, down: Points, deep: float) -> tuple[Points, Points]:
    """The fold from a `wing` of the nose towards a `corner` of the mouth: its line, and its shadow inside that.

    `out` and `down` are a face's width.
    """
    start = wing + out * 0.022 + down * 0.004  # at the wing: further off it is a loose hook
    way = corner + out * 0.062 - start
    low, high = _FOLD[0]
    end = start + way * (low + (high - low) * deep)
    line = bezier(start, start + out * 0.032 + down * 0.018, end - down * 0.05 + out * 0.016, end, 14)
    broad = _FOLD[1] * deep * np.sin(np.pi * np.linspace(0, 1, 14) ** 0.8)
    inner = line - out * (0.75 * broad[:, None]) + down * (0.65 * broad[:, None])
    return line, np.vstack([line, inner[::-1]])


def _bag(socket: Points, down: Points) -> Points:
    """The shadow under an eye's bag, along the rim of its `socket`."""
    line = _through(socket[1:] + down * 0.010)
    deep = _BAG * np.sin(np.pi * np.linspace(0, 1, len(line)) ** 1.3)
    return np.vstack([line, (line + down * deep[:, None])[::-1]])


def _furrow(middle: Points, half: Points, down: Points) -> Points:
    """A line across a brow."""
    arch = down * 0.008
    return bezier(middle - half, middle - half * 0.4 - arch, middle + half * 0.4 - arch, middle + half, 12)


def _dimple(corner: Points, out: Points, down: Points) -> Points:
    """The short arc that a broad smile draws beside a `corner` of the mouth; `out` and `down` are a face's width."""
    at = corner + out * _BESIDE
    return bezier(
        at - down * 0.045 - out * 0.004, at - down * 0.025 + out * 0.012, at + out * 0.012, at + down * 0.012, 10
    )


def _through(line: Points) -> Points:
    a, b = line[0], line[-1]
    middle = line[len(line) // 2]
    control = middle + (middle - (a + b) / 2) * 0.6
    return bezier(a, a * 0.4 + control * 0.6, b * 0.4 + control * 0.6, b, 12)
