"""The folds of cloth on a bust, and the seams of its sleeves.

Few creases run out from the neckline, over which cloth hangs, and in from the armpits, where it is drawn together.
"""

import numpy as np

from engine.cel.frame import SIDE
from engine.cel.geometry import Points, Values, bezier, normals
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.attire import Cut
from engine.cel.paint.necklines import SLEEVES, axis, edge

_CHIN = 152
_CREASES = (
    ((0.78, 0.86), (0.74, 0.76), (0.66, 0.66), (0.54, 0.58), 0.045),
    ((0.80, 0.98), (0.72, 0.92), (0.64, 0.86), (0.56, 0.82), 0.030),
)
"""Creases on the side in the shade: four control points, in face widths beside the chin and below it; and how broad."""
_LIT = (((-0.78, 0.86), (-0.74, 0.76), (-0.66, 0.66), (-0.54, 0.58), 0.035),)
"""Those on the side in the light."""
_STARTS, _BROAD = np.array([0.76, 0.95, -0.92]), np.array([0.075, 0.055, 0.055])
"""How far from its middle to its end on the shaded side, or in the light, creases begin at a neckline; and how broad
they are there, in face widths."""
_WAYS = np.array(
    [
        [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0)],
        [(0.10, 0.07), (0.14, 0.08), (-0.12, 0.08)],
        [(0.20, 0.17), (0.28, 0.16), (-0.22, 0.16)],
        [(0.26, 0.33), (0.42, 0.30), (-0.30, 0.28)],
    ]
).reshape(4, -1)
"""The four control points of each of them, from where it begins, in face widths."""
_COLLAR, _LONG, _TAPERS = 0.045, (0.85, 1.15), 0.8
"""How far outside the neckline those begin, below the edge of a collar, in face widths; between which factors their
length lies; and the power by which they taper."""
_SAMPLES = 16
_SHIFTS, _SEEN = 0.05, 0.6
"""How far creases lie off their places, in face widths; and how much of one is in the picture, which else is a sliver.
"""
_SHOULDER, _SHARE, _SET = 0.42, 0.8, (0.70, 0.88)
"""How far below the chin shoulders are measured, in face widths; which share of that a sleeve is set in at, and how far
aside at least and at most."""
_SEAM = ((0.0, -0.3), (0.04, 0.2), (-0.02, 0.8), (-0.12, 1.3))
"""A sleeve's seam: four control points, in face widths aside of where it is set in and below the chin."""


def folds(face: WarpedFace, side: float, seed: int, cut: Cut | None = None) -> list[Points]:
    """The shadows of creases, closed outlines in the picture's pixels; light comes from `side`.

    What has a neckline `cut` so hangs from it.
    """
    chance = np.random.Generator(np.random.PCG64(seed))
    away = -1.0 if side > 0 else 1.0
    shadows = []
    for a, b, c, d, broad in (*_CREASES, *_LIT):
        shift = chance.uniform(-_SHIFTS, _SHIFTS, 2)
        line = (bezier(a, b, c, d, _SAMPLES) + shift) * (away, 1.0) * face.u + face.points[_CHIN]
        if float(((line >= 0) & (line < SIDE)).all(1).mean()) > _SEEN:
            swell = np.sin(np.linspace(0, np.pi, _SAMPLES)) ** 0.8 * broad * face.u
            inward = np.where(normals(line)[:, :1] * away > 0, 1.0, -1.0)
            shadows.append(_crease(line, swell, inward))
    return shadows if cut is None or cut[4] < SLEEVES else shadows + _hung(face, away, chance, cut)


def _hung(face: WarpedFace, away: float, chance: np.random.Generator, cut: Cut) -> list[Points]:
    """The creases that run out from a neckline, all at once."""
    roots = edge(cut, _COLLAR, _STARTS * away)
    long = chance.uniform(*_LONG, (len(roots), 1))
    a, b, c, d = _WAYS
    ways = bezier(a, b, c, d, _SAMPLES).reshape(_SAMPLES, -1, 2) * (long * (away, 1.0))
    lines = (ways + roots) * face.u + face.points[_CHIN]
    chords = lines[-1] - lines[0]
    below = np.stack([-chords[:, 1], chords[:, 0]], 1) / np.linalg.norm(chords, axis=1)[:, None]
    below *= np.where(below[:, 1:] > 0, 1.0, -1.0)
    swell = (np.linspace(1, 0, _SAMPLES) ** _TAPERS)[:, None, None] * _BROAD[:, None] * face.u
    return list(np.vstack([lines, (lines + below * swell)[::-1]]).transpose(1, 0, 2))


def _crease(line: Points, swell: Values, side: Values) -> Points:
    """The outline of a crease along a line, that swells to that side of it, in pixels."""
    return np.vstack([line, (line + normals(line) * side * swell[:, None])[::-1]])


def sleeves(face: WarpedFace, person: Plane, cut: Cut | None) -> list[Points]:
    """The seams by which sleeves are set in, lines in the picture's pixels, on the shoulders of a `person`.

    That is a signed distance; `cut` is the garment's neckline.
    """
    middle = axis(face) if cut is None else float(cut[3])
    row = int(np.clip(face.points[_CHIN][1] + _SHOULDER * face.u, 0, SIDE - 1))
    across = (np.arange(SIDE) + 0.5 - face.points[_CHIN][0]) / face.u - middle
    seams = []
    for way in (-1, 1):
        reach = float(np.where(person[row] > 0, across * way, 0).max())
        aside = float(np.clip(_SHARE * reach, *_SET))
        line = (bezier(*_SEAM, _SAMPLES) + np.array([aside, 0.0])) * (way, 1.0) + np.array([middle, 0.0])
        seams.append(line * face.u + face.points[_CHIN])
    return seams
