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
_OUTER = [(0.38, 0.10), (0.60, 0.26), (0.72, 0.58), (0.69, 0.95), (0.60, 1.16)]
_TIPS = [(0.60, 1.16), (0.61, 1.34), (0.53, 1.20), (0.47, 1.40), (0.46, 1.10)]
_INNER = [(0.46, 1.10), (0.46, 0.95), (0.42, 0.70), (0.30, 0.40)]
"""(u, v) along a tail's outer edge, its tips and its inner edge."""
_LINES = [[(0.48, 0.28), (0.62, 0.55), (0.61, 0.85), (0.55, 1.12)], [(0.44, 0.42), (0.52, 0.66), (0.51, 0.90)]]
_SHADE = [(0.30, 0.40), (0.42, 0.40), (0.54, 0.62), (0.54, 0.92), (0.47, 1.28), (0.46, 0.95), (0.42, 0.70)]
"""(u, v) along its lines, and round its dark side."""
_LIGHTS = (
    ([(0.545, 0.32), (0.615, 0.45), (0.640, 0.62)], 0.032),
    ([(0.590, 0.34), (0.655, 0.48), (0.670, 0.76)], 0.042),
    ([(0.655, 0.45), (0.690, 0.58), (0.690, 0.70)], 0.024),
    ([(0.500, 0.44), (0.555, 0.58), (0.565, 0.76)], 0.028),
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
