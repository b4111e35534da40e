"""Cloth with a print, a check or stripes that one sees from afar, drawn as such in the colours that the photo has.

What sets it apart is that it differs from its surroundings everywhere: seams, folds and edges do so in few places. In a
photo it breaks up, so it is drawn anew as the plainest pattern of its kind.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.look import Colour, LabPicture, Plane, colour
from engine.cel.paint.clusters import palette
from engine.cel.paint.fields import Field, blur, within

_FINE, _COARSE = (0.6, 0.012), 0.06
"""Detail that counts: what is left between smoothing it by the former, at least so many pixels, and by the latter; in
face widths."""
_WEIGHT: Colour = colour(0.77, 1, 1)
"""Weights of L, a and b in that."""
_LOUD, _AREAS = 6.5, 0.66
"""How much detail, in the median, cloth with a pattern has: of 440 people 26 have more, all but four with a pattern.
And the share of what differs that is coarse from which on it lies in broad areas, which would be blots."""
_RIM, _LEAST = 5, 300
"""How far from its edges cloth is looked at, and of how much at least, in pixels."""
_COLOURS, _ALIKE = 3, 16.0
"""How many colours there are at most; those nearer to each other are one."""
_WITHIN = 99.0
"""How far from any edge the ground of a pattern lies: everywhere, in pixels."""
_ROUND = 0.4
"""The share of edges that run round the body where there are stripes."""
_LEVEL = 0.26
"""Half the range of directions, in radians, that is round the body."""
FALLS = 0.22
"""By how much a pattern hangs lower a face width aside, over the shoulders."""
_STRIPE, _CHECK, _MOTIF = (0.15, 0.24), (0.19, 0.27), (0.17, 0.036)
"""How far apart stripes, the bands of a check and motifs lie, in face widths; half how broad bands are, as a share of
that; and the radius of motifs in face widths."""
_SLIM, _JITTER = 0.55, 0.22
"""How much narrower than long motifs are; and how far off their places they lie, as a share of the distance."""


def read(
    photo: LabPicture, on: NDArray[np.bool_], x: Plane, y: Plane, unit: float, collared: bool
) -> list[tuple[NDArray[np.float32], Plane]]:
    """The colours (CIELAB) of the pattern on the cloth that covers `on`, the ground first, and where each of them is.

    That is a signed distance in pixels, positive inside. Plain cloth has none. A face is `unit` pixels wide; x and y
    are face widths from the chin. Shirts with a collar are checked rather than printed.
    """
    inner = cv2.erode(on.astype(np.uint8), np.ones((_RIM, _RIM), np.uint8)) > 0
    if inner.sum() < _LEAST:
        return []
    fine = blur(photo, max(_FINE[0], _FINE[1] * unit))
    coarse = within(photo, on.astype(np.float32), max(1.5, _COARSE * unit))
    off = ((fine - coarse) * _WEIGHT)[inner]
    if float(np.median(np.linalg.norm(off, axis=1))) < _LOUD:
        return []
    broad = float((coarse * _WEIGHT)[inner].var(0).sum())
    if broad > _AREAS * (broad + float((off * off).mean(0).sum())):
        return []
    tones = palette(fine[inner], _COLOURS, _ALIKE)
    if len(tones) < 2:
        return []
    y = np.asarray(y - np.float32(FALLS) * x * x, np.float32)
    ground = (tones[0], np.full_like(x, _WITHIN))
    if _level(fine, inner) > _ROUND:
        return [ground, (tones[1], bands(y, _STRIPE) * np.float32(unit))]
    if collared:
        one, other = bands(x, _CHECK), bands(y, _CHECK)
        crossed = [((tones[0] + tones[1]) / 2, np.maximum(one, other)), (tones[1], np.minimum(one, other))]
        return [ground, *((tone, shape * np.float32(unit)) for tone, shape in crossed)]
    return [ground, *_sprinkled(tones[1:], x, y, unit)]


def _level(photo: LabPicture, on: NDArray[np.bool_]) -> float:
    """Which share of all edges runs round the body."""
    across, down = (cv2.Sobel(photo * _WEIGHT, cv2.CV_32F, *way, ksize=3)[on] for way in ((1, 0), (0, 1)))
    xx, xy, yy = ((a * b).sum(-1) for a, b in ((across, across), (across, down), (down, down)))
    steep = np.abs(np.sin(np.arctan2(2 * xy, xx - yy) / 2)) > np.cos(_LEVEL)  # of the structure tensor
    strength = np.sqrt(xx + yy)
    return float(strength[steep].sum() / max(float(strength.sum()), 1e-6))


def bands(along: Plane, pattern: tuple[float, float]) -> Plane:
    """Signed distance, in face widths, from the edges of even bands across a coordinate."""
    apart, half = pattern
    return np.asarray((np.float32(half) - np.abs(along / np.float32(apart) % 1 - np.float32(0.5))) * apart, np.float32)


def _chance(row: NDArray[np.int64], column: NDArray[np.int64]) -> NDArray[np.float64]:
    """A number 0..1 that is the same in all of a cell, and another one in each: the bits of its place, mixed."""
    mixed = row * 374761393 + column * 668265263
    mixed = (mixed ^ (mixed >> 13)) * 1274126177
    return np.asarray((mixed & 0xFFFF) / 0x10000, np.float64)


def _sprinkled(tones: Field, x: Plane, y: Plane, unit: float) -> list[tuple[Field, Plane]]:
    """Small motifs all over, in some colours by turns: petals that lie one way and another, in rows set off by half."""
    apart, radius = _MOTIF
    row = np.floor(y / np.float32(apart))
    place = x / np.float32(apart) + np.float32(0.5) * (row % 2)
    column = np.floor(place)
    chance = _chance(row.astype(np.int64), column.astype(np.int64))
    turn = chance * np.pi
    off_x = (place - column - 0.5 + _JITTER * (chance - 0.5)) * apart
    off_y = (y / apart - row - 0.5 + _JITTER * (chance * 7 % 1 - 0.5)) * apart
    long, aside = off_x * np.cos(turn) + off_y * np.sin(turn), off_y * np.cos(turn) - off_x * np.sin(turn)
    away = radius - np.hypot(long, aside / _SLIM)
    turns = (row + column) % len(tones)
    return [(tone, np.asarray(np.where(turns == k, away, -apart) * unit, np.float32)) for k, tone in enumerate(tones)]
