"""The folds of cloth on a bust, and the seams of its sleeves.

Few creases run out from the neckline, over which cloth hangs, and in from the armpits, where it is drawn together. Each
begins at a seam, in its full breadth, and touches no other line: what crosses one is a stain.
"""

import numpy as np

from engine.cel.frame import HALF, SIDE
from engine.cel.geometry import Points, Values, bezier, normals
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.attire import Cut
from engine.cel.paint.necklines import SLEEVES, axis, edge

_CHIN = 152
_SAMPLES = 16
_CREASES = (
    ((0.78, 0.86), (0.74, 0.76), (0.66, 0.66), (0.54, 0.58), 0.045),
    ((0.80, 0.98), (0.72, 0.92), (0.64, 0.86), (0.56, 0.82), 0.030),
)
"""Creases on the side in the shade of what has no sleeves: four control points, in face widths beside the chin and
below it; and how broad.
"""
_LIT = (((-0.78, 0.86), (-0.74, 0.76), (-0.66, 0.66), (-0.54, 0.58), 0.035),)
"""Those on the side in the light."""
_SHIFTS, _SEEN = 0.05, 0.6
"""How far creases lie off their places, in face widths; and how much of one is in the picture, which else is a sliver.
"""
COLLAR = 0.055
"""The breadth of a collar, below whose edge creases begin, in face widths."""
_STARTS = np.array([[0.72, 0.92, -0.88], [0.66, 0.86, -0.80], [0.60, 0.80, -0.70]])
"""How far from its middle to its end on the shaded side, or in the light, creases begin at a neckline; the second and
third where shoulders leave no room for the first."""
_NEARER, _BROAD = 0.02, np.array([0.075, 0.055, 0.055])
"""How far nearer to its middle the way of their breadth is taken there, and how broad they are, in face widths."""
_WAYS = np.array(
    [
        [(0.0, 0.0), (0.10, 0.07), (0.20, 0.17), (0.26, 0.33)],
        [(0.0, 0.0), (0.14, 0.08), (0.28, 0.16), (0.42, 0.30)],
        [(0.0, 0.0), (-0.12, 0.08), (-0.22, 0.16), (-0.30, 0.28)],
    ]
)
"""The four control points of each of them, from where it begins, in face widths."""
_STEEPER = np.radians([0, 8, 16])
"""How much further down they run in the second place, and in the third."""
_LONG, _LEAST, _TAPERS = (0.85, 1.15), 0.6, 0.8
"""Between which factors their length lies, and the least that seams may leave of it; and the power by which they
taper."""
_RIM, _CLEAR = (0.10, -0.02), 0.035
"""How far aside and down a body's side is in the shade, and how far off that and the outline creases keep, in face
widths."""
_GAP, _APART = 0.05, 0.12
"""How far off a sleeve's seam creases end, and from the tips of those that come in from there, in face widths."""
_SHOULDER, _SHARE, _SET = 0.42, 0.84, (0.72, 0.95)
"""How far below the chin shoulders are measured, in face widths; which share of that a sleeve is set in at; and how far
aside at most, and at least: narrower shoulders show no seam."""
_SEAM = ((0.03, -0.2), (-0.07, 0.35), (-0.09, 0.75), (0.05, 1.25))
"""A sleeve's seam, which bends in as an armhole does: four control points, in face widths aside of where it is set in
and below the chin."""
_BENT, _VARIED = (0.6, 1.4), 0.03
"""Between which factors its bend lies, and how far off its place it is, in face widths."""
_WITHIN = 0.1
"""How far within a seam cloth is seen at least, in face widths: by hair it would be a stray tick."""
_PITS, _DRAWN = (9, 10, 11), ((0.0, 0.0), (-0.07, -0.03), (-0.14, -0.08), (-0.20, -0.16))
"""Between which samples of the seam a crease begins that comes in from the armpit; and its way, in face widths."""


def _basis() -> Points:
    """The creases from a neckline (place, crease, sample, 2), from where each begins, on the shaded side at right."""
    ways = np.stack([bezier(a, b, c, d, _SAMPLES) for a, b, c, d in _WAYS])
    aside = np.sign(_WAYS[:, -1, 0])[:, None]
    turned = [
        np.stack(
            [
                ways[..., 0] * np.cos(turn) - ways[..., 1] * np.sin(turn) * aside,
                ways[..., 1] * np.cos(turn) + ways[..., 0] * np.sin(turn) * aside,
            ],
            -1,
        )
        for turn in _STEEPER
    ]
    return np.stack(turned)


_HUNG = _basis()
_TAPER = (np.linspace(1, 0, _SAMPLES) ** _TAPERS)[:, None]
_DRAWN_IN = bezier(*_DRAWN, _SAMPLES)


def folds(
    face: WarpedFace,
    side: float,
    seed: int,
    person: Plane | None = None,
    cut: Cut | None = None,
    seams: dict[int, Points] | None = None,
) -> list[Points]:
    """The shadows of creases, closed outlines in the picture's pixels; light comes from `side`.

    What has a neckline `cut` so hangs from it, on a `person` (a signed distance), between the `seams` of its sleeves.
    """
    chance = np.random.Generator(np.random.PCG64(seed))
    away = -1 if side > 0 else 1
    if cut is None or person is None or cut[4] < SLEEVES:
        return _gathered(face, away, chance)
    lines, shadows = _hung(face, away, chance, person, cut, seams or {})
    return shadows + _drawn_in(face, lines, seams or {})


def _gathered(face: WarpedFace, away: int, chance: np.random.Generator) -> list[Points]:
    """The creases of what has no sleeves."""
    shadows = []
    for a, b, c, d, broad in (*_CREASES, *_LIT):
        shift = chance.uniform(-_SHIFTS, _SHIFTS, 2)
        line = (bezier(a, b, c, d, _SAMPLES) + shift) * (away, 1.0) * face.u + face.points[_CHIN]
        if _in_picture(line):
            swell = np.sin(np.linspace(0, np.pi, _SAMPLES)) ** 0.8 * broad * face.u
            inward = np.where(normals(line)[:, :1] * away > 0, 1.0, -1.0)
            shadows.append(_crease(line, swell, inward))
    return shadows


def _hung(
    face: WarpedFace, away: int, chance: np.random.Generator, person: Plane, cut: Cut, seams: dict[int, Points]
) -> tuple[Points, list[Points]]:
    """The upper edges of the creases that run out from a neckline, (n, samples, 2), and their outlines."""
    chin, starts = face.points[_CHIN], _STARTS * away
    nearer = starts - np.sign(starts) * _NEARER
    roots, others = (edge(cut, COLLAR, t.ravel()).reshape(*t.shape, 1, 2) for t in (starts, nearer))
    breadths = others - roots
    breadths *= _BROAD[:, None, None] / np.linalg.norm(breadths, axis=-1, keepdims=True)
    long = chance.uniform(*_LONG, (3, 1, 1))
    ways = _HUNG * long * (away, 1.0)
    for i, way in enumerate(np.sign(starts[0]).astype(int)):
        if way in seams:
            ends = np.abs(ways[:, i, -1, 0])
            room = (float(np.abs(seams[way][:, 0] - chin[0]).min()) / face.u - _GAP) - way * roots[:, i, 0, 0]
            ways[:, i] *= np.clip(room / ends, 0, 1)[:, None, None]
    lines = (ways + roots) * face.u + chin
    rim = (face.right * away * _RIM[0] + face.down * _RIM[1]) * face.u
    off = np.minimum(_at(person, lines), _at(person, lines + rim)).min(-1)
    fits = (off > _CLEAR * face.u) & (np.abs(ways[..., -1, 0]) > _LEAST * np.abs(_WAYS[:, -1, 0]))
    place, which = fits.argmax(0), np.flatnonzero(fits.any(0))
    line = lines[place[which], which]
    swell = breadths[place[which], which] * face.u
    return line, [np.vstack([one, (one + broad * _TAPER)[::-1]]) for one, broad in zip(line, swell, strict=True)]


def _drawn_in(face: WarpedFace, hung: Points, seams: dict[int, Points]) -> list[Points]:
    """The creases that come in from the seams of sleeves at the armpits, where those from the neckline leave room."""
    shadows = []
    for way, seam in seams.items():
        upper, middle, lower = (seam[i] for i in _PITS)
        line = upper + _DRAWN_IN * (way, 1.0) * face.u
        clear = not len(hung) or float(np.hypot(*(hung - line[-1]).reshape(-1, 2).T).min()) > _APART * face.u
        if _in_picture(line) and clear:
            shadows.append(np.vstack([line, (line + (lower - upper) * _TAPER)[::-1], middle[None]]))
    return shadows


def _at(shape: Plane, places: Points) -> Values:
    """A plane of the picture at places (..., 2)."""
    x, y = np.clip(np.moveaxis(places, -1, 0), 0, SIDE - 1).astype(int)
    return np.asarray(shape[y, x], np.float64)


def _in_picture(line: Points) -> bool:
    return float(((line >= 0) & (line < SIDE)).all(1).mean()) > _SEEN


def _crease(line: Points, swell: Values, side: Values) -> Points:
    """The outline of a crease along a line, that swells to that side of it, in pixels."""
    return np.vstack([line, (line + normals(line) * side * swell[:, None])[::-1]])


def sleeves(face: WarpedFace, clothes: Plane, cut: Cut | None, seed: int) -> dict[int, Points]:
    """The seams by which sleeves are set in, lines in the picture's pixels, by the side on which they are, -1 or 1.

    `clothes` (0..1, at half size) are what is seen of them; `cut` is the garment's neckline.
    """
    chance = np.random.Generator(np.random.PCG64(seed))
    middle = axis(face) if cut is None else float(cut[3])
    row = int(np.clip((face.points[_CHIN][1] + _SHOULDER * face.u) / 2, 0, HALF - 1))
    across = (np.arange(HALF) * 2 + 1 - face.points[_CHIN][0]) / face.u - middle
    seams = {}
    for way, bent, shift in zip((-1, 1), chance.uniform(*_BENT, 2), chance.uniform(-_VARIED, _VARIED, 2), strict=True):
        on = clothes[row] > 0.5
        aside = min(_SHARE * float(np.where(on, across * way, 0).max()), _SET[1]) + shift
        within = on & (across * way < aside) & (across * way > aside - _WITHIN)
        if aside > _SET[0] and within.sum() * 2 > 0.7 * _WITHIN * face.u:
            line = (bezier(*_SEAM, _SAMPLES) * (bent, 1.0) + np.array([aside, 0.0])) * (way, 1.0)
            seams[way] = (line + np.array([middle, 0.0])) * face.u + face.points[_CHIN]
    return seams
