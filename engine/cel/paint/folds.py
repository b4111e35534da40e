"""The folds of cloth on a bust: few creases that run in from the armpits, where it is drawn together."""

import numpy as np

from engine.cel.frame import SIDE
from engine.cel.geometry import Points, bezier, normals
from engine.cel.look import WarpedFace

_CHIN = 152
_CREASES = (
    ((0.78, 0.86), (0.74, 0.76), (0.66, 0.66), (0.54, 0.58), 0.045),
    ((0.80, 0.98), (0.72, 0.92), (0.64, 0.86), (0.56, 0.82), 0.030),
)
"""Creases on the side in the shade: four control points, in face widths beside the chin and below it; and how broad."""
_LIT = (((-0.78, 0.86), (-0.74, 0.76), (-0.66, 0.66), (-0.54, 0.58), 0.035),)
"""Those on the side in the light."""
_SAMPLES = 16
_SHIFTS, _SEEN = 0.05, 0.6
"""How far creases lie off their places, in face widths; and how much of one is in the picture, which else is a sliver.
"""


def folds(face: WarpedFace, side: float, seed: int) -> list[Points]:
    """The shadows of creases, closed outlines in the picture's pixels; light comes from `side`."""
    chance = np.random.Generator(np.random.PCG64(seed))
    away = -1.0 if side > 0 else 1.0
    shadows = []
    for a, b, c, d, broad in (*_CREASES, *_LIT):
        shift = chance.uniform(-_SHIFTS, _SHIFTS, 2)
        way = bezier(a, b, c, d, _SAMPLES) + shift
        line = way * (away, 1.0) * face.u + face.points[_CHIN]
        swell = np.sin(np.linspace(0, np.pi, _SAMPLES)) ** 0.8 * broad * face.u
        within = normals(line)
        within *= np.where((within[:, :1] * away) > 0, 1.0, -1.0)
        if float(((line >= 0) & (line < SIDE)).all(1).mean()) > _SEEN:
            shadows.append(np.vstack([line, (line + within * swell[:, None])[::-1]]))
    return shadows
