"""The tail of hair that is tied back: it shows beside the neck, behind all else, and tells hair from a cap."""

from itertools import pairwise

import numpy as np

from engine.cel.frame import HALF
from engine.cel.geometry import curve, pens
from engine.cel.look import LabPicture, Look, Points, WarpedFace
from engine.cel.paint.fields import filled, lay
from engine.cel.paint.fringe import Cut
from engine.cel.paint.layers import Layers
from engine.cel.paint.locks import Locks
from engine.cel.traits import Traits

_TIED = -0.2
"""Traits above which hair is tied, and has a tail."""
_ASIDE = 0.08
"""The yaw from which on a tail hangs on the side that a head turns away from."""
_OUTER = [(0.36, 0.08), (0.62, 0.19), (0.79, 0.50), (0.80, 0.84), (0.72, 1.12)]
_TIPS = [(0.72, 1.12), (0.76, 1.34), (0.62, 1.20), (0.58, 1.42), (0.50, 1.10)]
_INNER = [(0.50, 1.10), (0.48, 0.92), (0.43, 0.70), (0.30, 0.40)]
"""(u, v) along a tail's outer edge, its tips and its inner edge."""
_LINES = [[(0.50, 0.24), (0.66, 0.50), (0.69, 0.80), (0.65, 1.12)], [(0.44, 0.40), (0.54, 0.66), (0.56, 0.94)]]
_SHADE = [(0.30, 0.40), (0.42, 0.36), (0.55, 0.60), (0.58, 0.92), (0.56, 1.32), (0.48, 0.95), (0.43, 0.70)]
"""(u, v) along its lines, and round its dark side."""
_LIGHTS = (
    ([(0.575, 0.28), (0.665, 0.42), (0.705, 0.62)], 0.036),
    ([(0.630, 0.30), (0.715, 0.46), (0.745, 0.78)], 0.046),
    ([(0.715, 0.42), (0.760, 0.58), (0.765, 0.72)], 0.026),
    ([(0.530, 0.40), (0.605, 0.56), (0.630, 0.78)], 0.032),
)
"""(u, v) along each streak of light on it, and how broad that is, in face widths."""
_GLOSS = 0.85
"""How strong that light is."""


def paint(
    picture: LabPicture, layers: Layers, locks: Locks, traits: Traits, face: WarpedFace, look: Look, pen: float
) -> LabPicture:
    """Lay the tail of tied hair over the background, in place; `pen` is the line's width in pixels."""
    fringed = locks.cut is Cut.SHORT and traits.put_up
    if not fringed and (locks.cut is not Cut.TIED or traits.tied < _TIED):
        return picture
    side = _side(layers, face)

    def at(points: list[tuple[float, float]] | Points) -> Points:
        local = np.asarray(points, np.float64) * (side, 1.0)
        return face.centre + (local[:, :1] * face.right + local[:, 1:] * face.down) * face.u

    box = np.s_[0 : 2 * HALF, 0 : 2 * HALF]
    outer, inner = curve(_OUTER, 8), curve(_INNER, 8)
    outline = at(np.vstack([outer, _TIPS, inner]))
    shape = filled([outline], box, 1.0)
    lay(picture, look.hair.base, shape)
    lay(picture, look.hair.shadow, filled([at(curve(_SHADE, 6))], box, 1.0) * shape)
    streaks = pens([at(curve(line, 8)) for line, _ in _LIGHTS], [broad * face.u for _, broad in _LIGHTS])
    lay(picture, look.hair.light, filled(streaks, box, _GLOSS) * shape)
    edges = pens([at(outer), at(inner), *(at([a, b]) for a, b in pairwise(_TIPS))], pen, 0.8, 0.8)
    lines = pens([at(curve(line, 8)) for line in _LINES], 0.8 * pen, 0.2, peak=0.3)
    lay(picture, look.hair_ink, filled(edges, box, 0.95))
    lay(picture, look.hair_ink * np.float32(0.6) + look.hair.shadow * np.float32(0.4), filled(lines, box, 0.85))
    return picture


def _side(layers: Layers, face: WarpedFace) -> float:
    """The side on which it shows: -1 the picture's left, 1 its right."""
    if abs(face.yaw) > _ASIDE:
        return float(-np.sign(face.yaw))
    left = layers.half_hair[:, : int(face.centre[0] / 2)].sum()
    return -1.0 if left > layers.half_hair.sum() / 2 else 1.0
