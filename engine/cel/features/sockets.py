"""The shadow that lies below a man's brow, in the corner between his eye and his nose: it sets his eyes deep."""

import numpy as np

from engine.cel.canvas import Canvas, Pixels, around
from engine.cel.features.brows import Brow
from engine.cel.features.openings import Drawn
from engine.cel.features.palette import Palette, Tone
from engine.cel.features.person import Person
from engine.cel.geometry import Points, bezier, ease
from engine.cel.look import Plane, WarpedFace

_STRONG, _CHEERED, _PALER, _SEEN = 0.8, 0.85, 0.6, (0.3, 0.9)
"""How strong it is; how much less on somebody who laughs, as it makes stern; and how much less below a brow that can
hardly be seen, as there it looks made up; and how clear brows are between that and others.
"""
_BEGINS = 0.4
"""Where on the brow it begins, as a share of its way from the temple to the nose."""
_DEEPEST, _DULLER = 0.25, 0.12
"""How much darker than the skin it is at most, as a share of the skin's lightness; and which share of the shade's
colour it loses: on brown skin it would be an orange stain.
"""
_FAR, _FAR_AWAY = (0.10, 0.26), 0.75
"""Yaws between which it fades about the far eye, and by how much: of the little space there it would fill all."""
_ASIDE, _BELOW, _HOLLOW = 0.012, 0.012, 0.02
"""How far from the eye's inner corner it ends, towards the nose and below it, and how far its edge keeps over the lid,
in face widths.
"""


def draw(
    picture: Pixels,
    form: Drawn,
    brow: Brow,
    line: Points,
    face: WarpedFace,
    person: Person,
    palette: Palette,
    cheer: float = 0.0,
    cover: Plane | None = None,
) -> None:
    """Draw the shadow between an open eye and its brow, drawn along `line`, of somebody who laughs if `cheer` is 1."""
    strength = _STRONG * person.man * (1 - _CHEERED * cheer) * (1 - _PALER * (1 - ease(brow.dark, *_SEEN)))
    side = 1.0 if form.along @ face.right >= 0 else -1.0
    strength *= 1 - _FAR_AWAY * ease(side * face.yaw, *_FAR)
    canvas = Canvas(picture, around([form.upper, line], 0.03 * face.u), 2)
    if canvas.empty or strength <= 0:
        return
    canvas.fill(_shape(form, line, face), _tone(palette), strength)
    canvas.finish(cover)


def _tone(palette: Palette) -> Tone:
    """A relative of the skin's shade that is no more than so much darker than the skin."""
    skin, shade = palette.skin_lab, palette.shade_lab
    share = min(1.0, _DEEPEST * float(skin[0]) / max(float(skin[0] - shade[0]), 1e-6))
    lightness, a, b = (float(v) for v in skin + share * (shade - skin))
    return palette.mix(lightness, a * (1 - _DULLER), b * (1 - _DULLER))


def _shape(form: Drawn, line: Points, face: WarpedFace) -> Points:
    """From the brow, of which it hangs, down to a point beside the eye's inner corner, and back over the lid."""
    along, down = form.along * face.u, face.down * face.u
    inner, middle, head = form.upper[0], form.upper[len(form.upper) // 2], line[-1]
    upper = line[int(_BEGINS * len(line)) :]
    low = inner + down * _BELOW - along * _ASIDE
    reach = low - head
    beside = bezier(head, head + reach * 0.4 - along * 0.01, low - reach * 0.3 - along * 0.015, low, 10)
    over = bezier(low, inner + along * 0.02, middle * 0.7 + inner * 0.3 - down * _HOLLOW, upper[0], 12)
    return np.vstack([upper, beside, over])
