"""The lower end of long beards: three locks that taper smoothly below the edge, the middle one longest."""

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import bezier
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.fields import sampled

_TIP = 152
"""Mesh index of the chin's tip."""
_LONG = 0.14
"""How far below the chin's tip beards end that are long, in face widths: trimmed ones keep a plain edge."""
_AT = (-0.21, -0.075, 0.075, 0.21)
"""How far aside of the middle of a beard locks part, in face widths."""
_REACH = (0.055, 0.10, 0.055)
"""How far locks reach below the edge, in face widths."""
_ROOT, _SLIM, _INWARD = 0.06, 0.02, 0.3
"""How far over the edge locks begin, and how slim they are halfway, in face widths; and how far their tips lean to the
middle, as a share of the way.
"""
_LEVELS = np.linspace(-0.3, 0.4, 71)
"""How far below the chin's tip a beard's lower edge is looked for, in face widths."""
_ACROSS = np.linspace(-0.3, 0.3, 25)
"""How far aside of the chin's tip, in face widths."""


def locks(outline: Plane, face: WarpedFace) -> list[Points]:
    """The closed outlines of the locks, in the picture's pixels; none of a beard that is not long.

    `outline` is the beard's signed distance at half size.
    """
    if not _inside(outline, face, _LEVELS[_LEVELS > _LONG][:1]).any():
        return []
    low = np.where(_inside(outline, face, _LEVELS), _LEVELS, _LEVELS[0]).max(1)
    middle = float(_ACROSS[low > low.max() - _ROOT].mean())
    at = np.array(_AT) + middle
    edge = np.interp(at, _ACROSS, low)
    found = []
    for k, reach in enumerate(_REACH):
        left, right = np.array([at[k], edge[k]]), np.array([at[k + 1], edge[k + 1]])
        if min(left[1], right[1]) < 0:
            continue
        along = (left[0] + right[0]) / 2
        tip = np.array([along + _INWARD * (middle - along), np.interp(along, _ACROSS, low) + reach])
        drop, slim = np.array([0.0, reach]), np.array([_SLIM, 0.0])
        down = bezier(left, left + 0.3 * drop, tip - slim - 0.5 * drop, tip, 10)
        up = bezier(tip, tip + slim - 0.5 * drop, right + 0.3 * drop, right, 10)
        root = np.array([0.0, _ROOT])
        found.append(_placed(np.vstack([down, up[1:], right - root, left - root]), face))
    return found


def _inside(outline: Plane, face: WarpedFace, levels: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where all along a beard it reaches down to such levels below the chin's tip, in face widths."""
    places = np.stack(np.meshgrid(_ACROSS, levels, indexing="ij"), -1)
    here = sampled(outline, _placed(places.reshape(-1, 2), face) / 2 - 0.5)
    return np.asarray(here.reshape(places.shape[:2]) > 0, np.bool_)


def _placed(places: Points, face: WarpedFace) -> Points:
    """Points aside of the chin's tip and below it, in face widths, in the picture."""
    return np.asarray(face.points[_TIP] + places @ (np.stack([face.right, face.down]) * face.u), np.float64)
