"""A jacket that is worn open over a T-shirt, as a tailor cuts it: what a portrait shows of both.

What a photo shows in its opening is told from a bare chest by chance, and without a collar it would be a bathrobe.
Places are (x, y) in face widths, to the right of the neckline's middle and below the chin.
"""

from enum import Enum

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import curve
from engine.cel.look import Colour
from engine.cel.paint.attire import FRONT, Cut, Piece
from engine.cel.paint.folds import COLLAR
from engine.cel.paint.necklines import rim

_CREW, _SCOOP = 0.25, 0.37
"""How deep below the chin the neckline of a man's T-shirt is, and that of a woman's top, in face widths."""
_DEEP = 0.31
"""A neckline deeper than this is a woman's."""
_BLACK, _GREY, _COLOURFUL, _BLUE = 32.0, 13.0, 15.0, -15.0
"""Jackets up to this lightness and chroma are of leather; from this chroma on, for women only if they are as blue as
this (CIELAB b) or green, they are anoraks."""
_RIB_LIFT, _LINING = -7.0, -9.0
"""How much lighter than the cloth the ribbed collar of a T-shirt is painted, and the lining of an anorak."""

type _Outline = list[tuple[float, float]]
_POINTED: tuple[_Outline, _Outline] = (
    [(0.085, 0.25), (0.115, 0.40), (0.15, 0.75), (0.165, 1.25), (-0.09, 0.74), (-0.225, 0.47), (-0.04, 0.28)],
    [(-0.055, 0.0), *FRONT[:3], (0.085, 0.26), (-0.195, 0.36), (-0.165, 0.16), (-0.125, 0.07)],
)
_NOTCHED: tuple[_Outline, _Outline] = (
    [(0.09, 0.27), (0.115, 0.40), (0.15, 0.75), (0.17, 1.35), (0.02, 1.05), (-0.11, 0.70), (-0.215, 0.39),
     (-0.085, 0.355), (-0.04, 0.25)],
    [(-0.055, 0.0), *FRONT[:3], (0.093, 0.29), (-0.085, 0.345), (-0.19, 0.30), (-0.165, 0.16), (-0.125, 0.07)],
)  # fmt: skip
"""The left lapel of a leather jacket and the leaf of its collar, which is pointed; and those of a coat, between which
there is a notch. As the front edge is placed, to the right of where the neck ends.
"""
_SHAWL: _Outline = [(-0.125, 0.07), (-0.185, 0.20), (-0.215, 0.38), (-0.19, 0.60), (-0.08, 0.95), (0.17, 1.4)]
"""The outer edge of a shawl collar, which has neither leaf nor notch."""
_BAND: tuple[_Outline, _Outline] = (
    [(-0.085, 0.0), (-0.055, 0.08), (0.0, 0.165), (0.07, 0.225)],
    [(0.10, 0.25), (0.115, 0.43), (0.02, 0.41), (-0.08, 0.33), (-0.155, 0.19), (-0.125, 0.06)],
)
"""The upper edge of an anorak's collar, which stands off the neck, and its front and lower edge."""
_ZIP: _Outline = [(0.075, 0.43), (0.115, 0.43), (0.15, 0.75), (0.17, 1.6), (0.125, 1.6), (0.11, 0.75)]


class _Kind(Enum):
    """The collars of jackets, with how much lighter than the cloth each is painted."""

    LEATHER = 7.0
    COAT = 3.0
    SHAWL = 2.5
    ANORAK = 3.5


def over(cut: Cut, female: float) -> Cut:
    """The neckline of what is worn below a jacket, of which the photo shows `cut`."""
    under = cut.copy()
    under[0] = _SCOOP if female > 0.5 else _CREW
    return under


def pieces(cut: Cut, inner: Colour, outer: Colour, top: float) -> list[Piece]:
    """The pieces that lie over a jacket of the colour `outer`, from the lowest to the highest.

    `inner` is the T-shirt's colour, whose neckline is `cut`; the jacket's collar ends `top` below the chin.
    """
    neck = np.array([-float(cut[1]), 0.0])
    front = np.array(FRONT[1:]) + neck  # what lies higher is the collar's
    middle = np.array([float(cut[3]), 0.0])
    inside, outside = (rim(cut, off)[1:-1] - middle for off in (0.0, COLLAR))
    found = [
        Piece(np.vstack([front, _mirrored(front)[::-1]]), inner),
        Piece(np.vstack([inside, outside[::-1]]), inner, _RIB_LIFT),
    ]
    for outline, lift in _collar(_kind(outer, float(cut[0]) > _DEEP), top):
        found += [Piece(side, outer, lift) for side in (outline + neck, _mirrored(outline + neck))]
    return found


def _kind(outer: Colour, womans: bool) -> _Kind:
    """The jacket that has a collar of this colour most often."""
    chroma = float(np.hypot(*outer[1:]))
    if outer[0] < _BLACK and chroma < _GREY:
        return _Kind.LEATHER
    if chroma > _COLOURFUL and not (womans and outer[1] > 0 and outer[2] > _BLUE):
        return _Kind.ANORAK
    return _Kind.SHAWL if womans else _Kind.COAT


def _collar(kind: _Kind, top: float) -> list[tuple[NDArray[np.float64], float]]:
    """The outlines of a collar's left pieces, from the lowest to the highest, and how much lighter each is."""
    if kind is _Kind.ANORAK:
        upper, lower = _BAND
        edge = curve(_lowered(upper, top), 4)
        lining = np.vstack([edge, _lowered([(0.085, 0.25), *FRONT[2::-1]], top)])
        band = np.vstack([edge, curve(_lowered(lower, top), 4)])
        return [(lining, _LINING), (np.array(_ZIP), _LINING), (band, kind.value)]
    if kind is _Kind.SHAWL:
        inside = _lowered([(-0.055, 0.0), *FRONT[:-1], (0.17, 1.4)], top)
        return [(np.vstack([inside, curve(_lowered(_SHAWL, top), 4)[::-1]]), kind.value)]
    lapel, leaf = _POINTED if kind is _Kind.LEATHER else _NOTCHED
    return [(np.array(lapel), kind.value), (_lowered(leaf, top), kind.value)]


def _lowered(outline: _Outline, top: float) -> NDArray[np.float64]:
    """An outline whose upper end lies at a collar's top, and the rest where it is."""
    places = np.array(outline)
    places[:, 1] += top * np.clip(1 - places[:, 1] / FRONT[2][1], 0, 1)
    return places


def _mirrored(outline: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(outline * np.array([-1.0, 1.0]), np.float64)
