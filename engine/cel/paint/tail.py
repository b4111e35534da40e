"""The tail of hair that is tied back: it shows beside the neck, behind all else, and tells hair from a cap."""

from itertools import pairwise

import numpy as np

from engine.cel.frame import holding
from engine.cel.geometry import curve, ease, pens
from engine.cel.look import Colour, LabPicture, Look, Points, WarpedFace
from engine.cel.paint import tie
from engine.cel.paint.fields import filled, lay
from engine.cel.paint.fringe import Cut
from engine.cel.paint.hair import drawn_in
from engine.cel.paint.layers import Layers
from engine.cel.paint.locks import Locks
from engine.cel.traits import Traits


def _curves(*knots: list[tuple[float, float]]) -> list[Points]:
    return [curve(line, 8) for line in knots]


_TIED = -0.2
"""Traits above which hair is tied, and has a tail."""
_ASIDE = 0.08
"""The yaw from which on a tail hangs on the side that a head turns away from."""
_FACING, _LEANING = 0.14, 0.12
"""The yaw up to which it hangs on the higher side of a head that leans if it is not seen, and by which share of its
breadth that does at least: on the lower one there is no room for it."""
_ROOT = _curves([(0.36, 0.02), (0.55, 0.13), (0.665, 0.265)], [(0.515, 0.445), (0.46, 0.37), (0.36, 0.20)])
_OUTER, _INNER = _curves(
    [(0.665, 0.265), (0.80, 0.40), (0.865, 0.64), (0.84, 0.90), (0.74, 1.12)],
    [(0.53, 1.12), (0.485, 0.92), (0.475, 0.66), (0.515, 0.445)],
)
_TIPS = np.array([(0.74, 1.12), (0.77, 1.34), (0.64, 1.20), (0.60, 1.42), (0.53, 1.12)])
"""(u, v) along the upper and the lower edge of what is gathered up to its tie, and along a tail's outer edge, its inner
edge and its tips.
"""
_TIE, _TIE_BROAD = curve([(0.503, 0.448), (0.565, 0.420), (0.630, 0.355), (0.678, 0.248)], 8), 0.075
"""(u, v) along the middle of the tie, and how broad that is, in face widths."""
_FOLDS = _curves([(0.565, 0.385), (0.590, 0.440)], [(0.610, 0.350), (0.645, 0.395)])
_LINES = _curves(
    [(0.44, 0.10), (0.55, 0.20), (0.630, 0.315)],
    [(0.42, 0.18), (0.50, 0.27), (0.585, 0.375)],
    [(0.61, 0.40), (0.70, 0.56), (0.73, 0.82), (0.67, 1.12)],
    [(0.57, 0.44), (0.59, 0.66), (0.59, 0.94)],
)
_CAST = np.array([(0.515, 0.445), (0.46, 0.37), (0.36, 0.20), (0.36, 0.12), (0.47, 0.27), (0.55, 0.425)])
"""(u, v) along the tie's folds, and the lines before it and behind it, and round the shadow on what is gathered."""
_SHADE = curve([(0.50, 0.42), (0.56, 0.40), (0.605, 0.62), (0.62, 0.92), (0.59, 1.32), (0.50, 0.95), (0.46, 0.66)], 8)
"""(u, v) round the tail's dark side."""
_LIGHTS, _BROAD = (
    _curves(
        [(0.655, 0.42), (0.735, 0.56), (0.765, 0.76)],
        [(0.70, 0.42), (0.795, 0.56), (0.815, 0.86)],
        [(0.63, 0.50), (0.670, 0.62), (0.690, 0.84)],
    ),
    np.array([0.036, 0.046, 0.032]),
)
"""(u, v) along each streak of light on it, and how broad that is, in face widths."""
_NEARER, _FRONT = (-0.075, 0.035), (0.10, 0.22)
"""By how much (u, v) a tail hangs nearer to the neck behind a head that is seen from the front, and between which yaws
that ends."""
_SEEN = 0.25
"""The yaw below which it hangs where it is seen; behind a head that is turned further there is one side."""
_GLOSS = 0.85
"""How strong that light is."""


def hangs(layers: Layers, locks: Locks, traits: Traits) -> bool:
    """Whether hair has a tail, if it has no knot: none hangs from under what is wound about it."""
    fringed = locks.cut is Cut.SHORT and traits.put_up
    return layers.bonnet is None and (fringed or (locks.cut is Cut.TIED and traits.tied >= _TIED))


def paint(picture: LabPicture, side: float, face: WarpedFace, ribbon: Colour, look: Look, pen: float) -> LabPicture:
    """Lay the tail of tied hair over the background, in place, with a tie in the colour of its `ribbon`.

    It hangs on a `side`, -1 or 1. `pen` is the line's width in pixels.
    """
    nearer = np.multiply(_NEARER, 1 - ease(abs(face.yaw), *_FRONT))

    def along(places: Points) -> Points:
        local = (places + nearer) * (side, 1.0)
        return np.asarray(face.centre + (local[:, :1] * face.right + local[:, 1:] * face.down) * face.u, np.float64)

    upper, lower = (along(edge) for edge in _ROOT)
    outer, inner = along(_OUTER), along(_INNER)
    tips = [np.stack(ends) for ends in pairwise(along(_TIPS))]
    root, hanging = np.vstack([upper, lower]), np.vstack([outer, *tips, inner])
    box = holding(np.vstack([root, hanging]), 2 * pen)
    part, shape = picture[box], filled([hanging], box, 1.0)
    gathered = filled([root], box, 1.0)
    lay(part, look.hair.base, np.maximum(gathered, shape))
    lay(part, look.hair.shadow, filled([along(_CAST)], box, 1.0) * gathered)
    lay(part, look.hair.shadow, filled([along(_SHADE)], box, 1.0) * shape)
    streaks = pens([along(line) for line in _LIGHTS], _BROAD * face.u)
    lay(part, look.hair.light, filled(streaks, box, _GLOSS) * shape)
    edges = pens([upper, lower, outer, inner, *tips], pen, 0.8, 0.8)
    lines = pens([along(line) for line in _LINES], 0.8 * pen, 0.2, peak=0.3)
    lay(part, look.hair_ink, filled(edges, box, 0.95))
    lay(part, drawn_in(look), filled(lines, box, 0.85))
    return tie.paint(picture, along(_TIE), _TIE_BROAD * face.u, [along(fold) for fold in _FOLDS], ribbon, look, pen)


def side(layers: Layers, face: WarpedFace, seen: float, away: float) -> float:
    """The side on which it shows, -1 the picture's left, 1 its right: where it is `seen`, unless that is 0.

    It hangs behind a head that was turned `away` by that yaw.
    """
    lower = float(face.right[1])
    if seen and abs(face.yaw) < _SEEN:
        return seen
    if abs(face.yaw) < _FACING and abs(lower) > _LEANING:
        return float(-np.sign(lower))
    if abs(away) > _ASIDE:
        return float(-np.sign(away))
    left = layers.half_hair[:, : int(face.centre[0] / 2)].sum()
    return -1.0 if left > layers.half_hair.sum() / 2 else 1.0


def crushed(face: WarpedFace, side: float) -> bool:
    """Whether that is the lower side of a head that leans, where a tail would be crushed between ear and collar."""
    return abs(face.yaw) < _FACING and side * float(face.right[1]) > _LEANING
