"""Lips as they are painted within the outline of a mouth: as red as they are, with light on a woman's lower one."""

import numpy as np
from numpy.typing import NDArray

from engine.cel.canvas import Canvas
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.geometry import Points, curve, ease, oval

_BARE_LIPS = 0.16
"""How much darker than the skin lips without make-up are."""
_HERS, _DEEPER, _DARK, _ROSIER = 0.50, 0.12, (0.12, 0.40), 0.6
"""How much more strongly a woman's bare lips are painted; how much darker those are that are so much darker than the
skin in the photo, as a share of the skin's lightness; and how much redder for it.
"""
_VIOLET, _MATT = ((8, 14), (12, 20)), 0.8
"""How much redder and how much bluer than the skin lips are, from where and wholly, that are painted violet; and how
strongly those are."""
_LIT = 0.35
"""How much fainter the shadow on the upper lip of an open mouth is, which turns up to the light."""
_THIN, _GLOSS = 0.09, (0.10, 0.022)
"""A lower lip thinner than this has no light on it; and that light's half axes; as shares of the mouth's breadth."""
_BARER = 0.65, 0.6
"""How much fainter a shaven man's lips are, and the shadow of the upper one: drawn in full they are made up."""
_PALE = 0.7
"""How much paler a small child's lips are."""
_NEUTRAL = 14.0, 17.0
"""a and b of lit skin in neutral light; in any other those of people are as different from it as the light."""
LOWEST = 15
"""Where in the lips' outline their lower end is."""


def over(lips: NDArray[np.float32], skin: NDArray[np.float32]) -> NDArray[np.float32]:
    """What (a, b) lips have over the skin in neutral light: the light's cast lies less on what is darker."""
    cast = skin[1:] - np.array(_NEUTRAL, np.float32)
    darker = np.float32(np.clip(1 - lips[0] / max(float(skin[0]), 1.0), 0, 1))
    return np.asarray(lips[1:] - skin[1:] + darker * cast, np.float32)


def paint(
    canvas: Canvas,
    tint: NDArray[np.float32],
    dark: float,
    outline: Points,
    edges: tuple[Points, Points],
    opened: bool,
    person: Person,
    faint: float,
    palette: Palette,
) -> None:
    """Lips as much redder than the cel's skin as they are in the photo, and hardly there if they are bare.

    They have the outline and end at `edges` within, those that are shut at one line. They are so `dark`, and have so
    much `tint`, as `Mouth` has it. `faint`, 0..1, are those of shaven men that are not full.
    """
    skin, manner = palette.skin_lab, palette.manner
    red, yellow = (float(np.clip(part, 0, 48)) for part in tint)
    woman = max(person.woman, 0.15) * (1 - 0.6 * person.child)
    violet = woman * ease(red, *_VIOLET[0]) * ease(-float(tint[1]), *_VIOLET[1])
    yellow += violet * min(0.0, float(tint[1]))
    painted = max(ease(red, 10, 30) * woman, _MATT * violet)
    # a band of pink about a man's teeth is a smear, but in a beard his lower lip shows
    plain = 0.22 + person.man * (0.30 * person.bearded - 0.14 if opened else 0.18)
    plain = plain * (1 - _BARER[0] * faint)
    strength = (plain + _HERS * woman) * manner.lip * (1 - painted) + 0.9 * painted
    strength *= 1 - _PALE * person.infant
    deep = _DEEPER * woman * ease(dark, *_DARK)
    colour = palette.mix(
        float(skin[0]) * (0.84 - max(deep, 0.22 * ease(red, 14, 44), painted * (dark - _BARE_LIPS))),
        float(skin[1]) + 8 + 0.85 * red + _ROSIER * deep * float(skin[0]),
        float(skin[2]) * 0.85 + (0.5 + 0.5 * max(violet, painted)) * yellow,
    )
    canvas.fill(curve(outline, 4, closed=True), colour, min(0.95, strength))
    if not opened or person.woman > 0.5:
        _modelled(canvas, outline, edges, (red, yellow), person, faint, palette)


def _modelled(
    canvas: Canvas,
    outline: Points,
    edges: tuple[Points, Points],
    tint: tuple[float, float],
    person: Person,
    faint: float,
    palette: Palette,
) -> None:
    """The form of lips, which end at `edges` within: the upper in its own shadow, light on the lower one of women."""
    skin, hers, (red, yellow) = palette.skin_lab, person.woman * (1 - person.child), tint
    shade = palette.mix(
        float(skin[0]) * (0.74 - 0.04 * hers),
        float(skin[1]) + 7 + 5 * hers + (0.6 + 0.3 * hers) * red,
        float(skin[2]) * (0.90 - 0.05 * hers) + 0.5 * yellow,
    )
    upper = curve(outline[: len(outline) // 2 + 1], 4)
    his = 0.40 * person.man * (1 - _BARER[1] * faint)
    hers *= 1 - _LIT * (edges[0] is not edges[1])
    canvas.fill(np.vstack([upper, edges[0][::-1]]), shade, (his + 0.45 * hers) * (1 - person.infant))
    middle, low = edges[1][len(edges[1]) // 2], outline[LOWEST]
    wide, full = (float(np.linalg.norm(reach)) for reach in (edges[1][-1] - edges[1][0], low - middle))
    if not palette.small and full > _THIN * wide:
        spot = oval(0.55 * low + 0.45 * middle, _GLOSS[0] * wide, _GLOSS[1] * wide)
        canvas.fill(spot, palette.light, 0.5 * hers)
