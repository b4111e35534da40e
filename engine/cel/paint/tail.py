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
    [(0.665, 0.265), (0.80, 0.31), (0.93, 0.50), (0.955, 0.76), (0.89, 1.00), (0.83, 1.16)],
    [(0.61, 1.18), (0.545, 0.96), (0.52, 0.70), (0.515, 0.445)],
)
_TIPS = np.array([(0.83, 1.16), (0.90, 1.40), (0.76, 1.26), (0.71, 1.48), (0.61, 1.18)])
_STRAY = _curves(
    [(0.86, 0.40), (0.985, 0.58), (1.03, 0.80), (1.005, 1.00), (1.06, 1.17)],
    [(1.06, 1.17), (0.965, 1.04), (0.955, 0.84), (0.93, 0.62), (0.86, 0.44)],
)
"""(u, v) along the upper and the lower edge of what is gathered up to its tie, and along a tail's outer edge, its inner
edge and its tips; and round a lock that swings apart from it.
"""
_TIE, _TIE_BROAD = curve([(0.503, 0.448), (0.565, 0.420), (0.630, 0.355), (0.678, 0.248)], 8), 0.07
"""(u, v) along the middle of the tie, and how broad that is, in face widths."""
_FOLDS = _curves([(0.565, 0.385), (0.590, 0.440)], [(0.610, 0.350), (0.645, 0.395)])
_LINES = _curves(
    [(0.44, 0.10), (0.55, 0.20), (0.630, 0.315)],
    [(0.42, 0.18), (0.50, 0.27), (0.585, 0.375)],
    [(0.62, 0.38), (0.76, 0.52), (0.81, 0.78), (0.75, 1.10)],
    [(0.58, 0.43), (0.62, 0.64), (0.63, 0.86), (0.70, 1.14)],
    [(0.65, 0.33), (0.83, 0.46), (0.885, 0.72), (0.83, 0.98)],
)
_CAST = np.array([(0.515, 0.445), (0.46, 0.37), (0.36, 0.20), (0.36, 0.12), (0.47, 0.27), (0.55, 0.425)])
"""(u, v) along the tie's folds, and the lines before it and behind it, and round the shadow on what is gathered."""
_SHADE = curve([(0.50, 0.42), (0.56, 0.40), (0.61, 0.62), (0.64, 0.92), (0.66, 1.38), (0.53, 0.98), (0.48, 0.66)], 8)
"""(u, v) round the tail's dark side."""
_LIGHTS, _BROAD = (
    _curves(
        [(0.68, 0.42), (0.785, 0.54), (0.825, 0.74)],
        [(0.74, 0.38), (0.86, 0.50), (0.90, 0.74)],
        [(0.64, 0.48), (0.710, 0.62), (0.735, 0.84)],
    ),
    np.array([0.038, 0.044, 0.030]),
)
"""(u, v) along each streak of light on it, and how broad that is, in face widths."""
_NEARER, _FRONT = (-0.075, 0.035), (0.10, 0.22)
"""By how much (u, v) a tail hangs nearer to the neck behind a head that is seen from the front, and between which yaws
that ends."""
_BUNCH = (0.02, -0.30)
"""How much further out, and up, one of two bunches hangs."""
_SEEN = 0.25
"""The yaw below which it hangs where it is seen; behind a head that is turned further there is one side."""
_GLOSS = 0.85
"""How strong that light is."""


def hangs(layers: Layers, locks: Locks, traits: Traits) -> bool:
    """Whether hair has a tail, if it has no knot: none hangs from under what is wound about it."""
    fringed = locks.cut is Cut.SHORT and traits.put_up
    return layers.bonnet is None and (fringed or (locks.cut is Cut.TIED and traits.tied >= _TIED))


def paint(
    picture: LabPicture, side: float, face: WarpedFace, ribbon: Colour, look: Look, pen: float, bunch: bool = False
) -> LabPicture:
    """Lay the tail of tied hair over the background, in place, with a tie in the colour of its `ribbon`.

    It hangs on a `side`, -1 or 1; a `bunch` from over the ear. `pen` is the line's width in pixels.
    """
    nearer = np.array(_BUNCH) if bunch else np.multiply(_NEARER, 1 - ease(abs(face.yaw), *_FRONT))

    def along(places: Points) -> Points:
        local = (places + nearer) * (side, 1.0)
        return np.asarray(face.centre + (local[:, :1] * face.right + local[:, 1:] * face.down) * face.u, np.float64)

    upper, lower = (along(edge) for edge in _ROOT)
    outer, inner = along(_OUTER), along(_INNER)
    tips = [np.stack(ends) for ends in pairwise(along(_TIPS))]
    stray = [along(edge) for edge in _STRAY]
    root, hanging = np.vstack([upper, lower]), np.vstack([outer, *tips, inner])
    box = holding(np.vstack([root, hanging, *stray]), 2 * pen)
    part, shape = picture[box], filled([hanging], box, 1.0)
    lay(part, look.hair.base, filled([np.vstack(stray)], box, 1.0))
    lay(part, look.hair_ink, filled(pens(stray, pen, 0.8, 0.3), box, 0.95))
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
