"""Hoops: large rings that hang from ears, told from all else that does by a thin bright rim about an empty middle."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import Pixels
from engine.cel.look import Plane, Points

_FINE = 128
"""How many places of what is looked at there are in a face width."""
_FROM, _SIZE = np.array([-0.22, 0.0]), (72, 102)
"""What is looked at: from how far aside of an ear's root on and below it, in face widths, and how many places of it."""
_THIN = 9
"""How broad what is brighter than both sides of it is at most, in places."""
_HIGH, _ROUND = (0.20, 0.24, 0.29, 0.35, 0.42), (1.0, 0.7, 0.5)
"""How high hoops are, in face widths, and how broad as shares of that."""
_ASIDE, _TOP = np.arange(-0.08, 0.14, 0.03), np.arange(0.15, 0.37, 0.03)
"""How far aside of an ear's root they hang, and how far below they begin."""
_ANGLES = (np.arange(24) + 0.5) * (np.pi / 12)
_ARC = np.stack([np.sin(_ANGLES), -np.cos(_ANGLES)], 1)
"""Places round a ring of radius 1, from its top on."""
_OPEN = _ARC[:, 1] > -0.6
"""Those of its lower part: the upper one is in an ear."""
_INNER = np.vstack([share * _ARC[::3] for share in (0.1, 0.3, 0.55)])
_BEYOND = 0.03
"""How far beyond a ring it is plain again, in face widths."""
_NEAR = 0.08
"""How far from a hoop what was found at an ear is, at most, and within how far its brightness is measured."""
_PEAK, _PLAIN, _LEAST = 0.97, 0.35, 12.0
"""The share of places there that are less bright than the peak; which share of that a rim is at least, and how bright
at least (CIELAB).
"""
_OUTER = 0.5
"""How much less what is bright outside speaks against a hoop than what is inside."""
_SURE = 0.66
"""How much of it is there at least, less what is bright where it should not be."""


def high(photo: Pixels, root: Points, axes: Points, place: Points) -> float:
    """How high a large hoop at an ear is, in face widths; 0 where none is told for certain.

    `axes` are a face width aside and one down in the photo, (2, 2), `place` is where something was found, in them.
    """
    there = np.column_stack([axes / _FINE, root + axes @ _FROM])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    patch = cv2.warpAffine(photo, there, _SIZE, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    lab = np.asarray(cv2.cvtColor(patch.astype(np.float32) * np.float32(1 / 255), cv2.COLOR_RGB2LAB), np.float32)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_THIN, _THIN))
    thin = np.asarray(cv2.morphologyEx(np.ascontiguousarray(lab[..., 0]), cv2.MORPH_TOPHAT, disc), np.float32)
    return _best(thin, place)


def _best(thin: Plane, place: Points) -> float:
    """How high the ring is that shows best in what is thin and bright, if it is sure to be one; else 0."""
    heights, rims, around, within, beyond = _rings()
    near = np.hypot(*np.moveaxis(rims - place, -1, 0)).min(1) < _NEAR
    x, y = ((start + np.arange(size) / _FINE) for start, size in zip(_FROM, _SIZE, strict=True))
    by = np.hypot(x[None] - place[0], y[:, None] - place[1]) < _NEAR
    if not near.any() or not by.any():
        return 0.0
    least = max(_LEAST, _PLAIN * float(np.quantile(thin[by], _PEAK)))
    spread = cv2.dilate(thin, np.ones((3, 3), np.uint8))
    on = spread.ravel()[around[near]] > least
    inside, outside = (thin.ravel()[places[near]] > least for places in (within, beyond))
    much = on.mean(1) - inside.mean(1) - _OUTER * outside.mean(1)
    best = int(much.argmax())
    return float(heights[near][best]) if much[best] > _SURE else 0.0


@cache
def _rings() -> tuple[Points, Points, NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """All rings: how high they are, their rims in face widths, and the places on, within and beyond them."""
    at = np.stack(np.meshgrid(_HIGH, _ROUND, _ASIDE, _TOP, indexing="ij"), -1).reshape(-1, 4)
    height, share, aside, top = at.T
    radii = np.stack([height * share, height], 1)[:, None] / 2
    middle = np.stack([aside, top + height / 2], 1)[:, None]
    rims = middle + radii * _ARC
    shapes = (rims[:, _OPEN], middle + radii * _INNER, middle + (radii + _BEYOND) * _ARC[_OPEN])
    around, within, beyond = (_places(shape) for shape in shapes)
    return height, rims, around, within, beyond


def _places(points: Points) -> NDArray[np.int32]:
    """Where points in face widths lie in what is looked at, row by row."""
    column, row = np.moveaxis(np.rint((points - _FROM) * _FINE).astype(np.int32), -1, 0)
    wide, tall = _SIZE
    return np.asarray(np.clip(row, 0, tall - 1) * wide + np.clip(column, 0, wide - 1), np.int32)
