"""The lashes of eyes: one heavy stroke along the upper lid, a fine one along the lower, and a wing where they meet."""

import numpy as np
from numpy.typing import NDArray

from engine.cel.canvas import Canvas
from engine.cel.features.lids import ACROSS, SAMPLES
from engine.cel.features.openings import Drawn
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.geometry import Points, bezier, ease, normals, stroke

_ASLANT = (0.55, 0.85)
"""Breadths of an eye, backwards, as shares of what it had from the front, between which it comes to be seen aslant."""
_PRESSED = [0.0, 0.125, 0.25, 0.5, 0.75, 0.95], [0.25, 0.35, 0.45, 0.55, 1.0, 0.9], [0.08, 0.1, 0.16, 0.55, 1.0, 0.95]
"""Places along the lower lid, inner corner to outer, and how hard the pen is pressed there: in a woman's eye, and in a
man's, which would be a ring if it were closed as firmly at the nose.
"""
_THICK = [0, 0.10, 0.35, 0.72, 0.92, 1], [0.30, 0.62, 0.86, 1.12, 1.20, 1.05], [0.10, 0.38, 0.74, 1.16, 1.40, 0.90]
"""Places along the upper lid, inner corner to outer, and how thick its lashes are there: a woman's and a man's, whose
line is heaviest at the outer end.
"""
_WEIGHT = 0.114, 0.072
"""How heavy the lashes of a woman's and of a man's eye are, in the eye's sizes."""
_WING = 0.115, 0.035
"""How far the line of the upper lid runs out beyond the corner of a woman's and of a man's eye, in its widths."""
_WINGLESS = 0.85
"""How much less of that a small child's eyes have: with wings they are an adult's."""
_HEEL = SAMPLES - 5
"""The sample of the lower lid at which the lashes of the upper one meet it."""


def weight(form: Drawn, person: Person, palette: Palette) -> float:
    """Thickness of the lash line in pixels."""
    woman = max(person.woman, 0.7 * person.child)
    return (_WEIGHT[1] + (_WEIGHT[0] - _WEIGHT[1]) * woman) * form.size * palette.manner.lash + 0.45 * palette.pen


def draw(canvas: Canvas, form: Drawn, person: Person, palette: Palette) -> None:
    """Draw the lashes round an open eye."""
    manner, upper, lower = palette.manner, form.upper, form.lower
    woman = max(person.woman, 0.7 * person.child)
    heavy = weight(form, person, palette)
    t = ACROSS + 0.5
    thick, press = (
        np.interp(t, at, np.array(his) + woman * (np.array(hers) - np.array(his)))
        for at, hers, his in (_THICK, _PRESSED)
    )
    thick = thick * heavy
    wing = (_WING[1] + (_WING[0] - _WING[1]) * woman) * manner.wing * (1 - _WINGLESS * person.infant)
    rise = 0.10 * woman * (1 - _WINGLESS * person.infant) - 0.01
    tip = upper[-1] + form.along * (wing * form.width) - form.down * (rise * form.size)
    heel = lower[_HEEL] + form.along * (0.3 * palette.pen)
    rim, under = _winged(form, thick, tip, heel, person.infant)
    canvas.fill(np.vstack([upper + form.down * 0.2 * palette.pen, under[::-1], rim[::-1]]), palette.lash)
    press = press * (palette.pen * (0.95 + 0.3 * woman) * manner.lower_lash)
    below = stroke(lower[: _HEEL + 1], press[: _HEEL + 1])  # all along: an open corner is sawn off
    canvas.fill(below, palette.lash * 0.6 + palette.line * 0.4, 0.9)


def _winged(
    form: Drawn, thick: NDArray[np.float64], tip: Points, heel: Points, infant: float = 0.0
) -> tuple[Points, Points]:
    """Lashes, so thick, run out of the lid in one stroke: their upper edge, on to the tip, and back below it.

    Those of an eye that is seen aslant are short: there a wing is a clot; and so are a small child's (`infant` 1).
    """
    upper, short = form.upper, max(1 - ease(form.width / form.size, *_ASLANT), infant)
    tip = tip + form.along * (0.055 * form.width * (1 - short)) - form.down * (0.02 * form.size)
    outward = normals(upper)
    outward = outward * np.where(outward @ form.down > 0, -1.0, 1.0)[:, None]
    turned = np.interp(ACROSS + 0.5, [0.6, 0.85], [0.0, 0.7 * (1 - short)])[:, None]
    ways = -form.down * (1 - turned) + outward * turned
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    top = upper + ways * (thick * np.interp(ACROSS + 0.5, [0.7, 1.0], [1.0, 0.8]))[:, None]
    last = int((0.70 + 0.22 * short) * SAMPLES)
    root, way = top[last], top[last] - top[last - 3]
    far, near = (float(np.linalg.norm(tip - at)) for at in (root, heel))
    leaves = root + way * (0.45 * far / (np.linalg.norm(way) + 1e-9))
    sweep = bezier(root, leaves, tip - (form.along + 0.25 * form.down) * (0.30 * far), tip, 12)
    under = bezier(tip, tip - (form.along - 0.5 * form.down) * (0.4 * near), heel - form.down * (0.25 * near), heel, 10)
    return np.vstack([top[: last + 1], sweep[1:]]), under
