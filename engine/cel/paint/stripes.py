"""Stripes round the body that a whole photograph shows, of which a portrait shows too few to tell them."""

import numpy as np
from numpy.typing import NDArray

from engine.cel.look import Colour, Plane
from engine.cel.paint import cloths
from engine.cel.paint.attire import Outfit
from engine.cel.paint.clusters import NEAR, nearest, palette
from engine.cel.paint.prints import FALLS, bands

_CELL, _WIDE, _LOW = 0.05, 1.0, 1.5
"""The side of the squares in which clothes are looked at, and how far aside of the chin and down, in face widths."""
_ENOUGH, _ALIKE = 100, 16.0
"""Of how many squares stripes are told at least; and how far two colours of cloth lie apart."""
_PLACES, _SAMPLES = 1500, 200
"""Of how many places clothes are looked at, at most, and of how many their two colours are told."""
_CHANGES, _LEVEL, _LEAST = 0.2, 0.5, 0.2
"""Between which share of squares upon each other the colour changes in stripes, at least; and between squares side by
side, as a share of that, at most; and the share of cloth that the rarer colour covers at least.
"""
_APART = 0.17
"""How far stripes lie apart, in face widths."""


def seen(outfit: Outfit, bare: Colour) -> tuple[Colour, Colour, float] | None:
    """The ground of striped cloth, the stripes' colour, and the share that they cover; None of other cloth."""
    few = slice(None, None, 1 + len(outfit.colours) // _PLACES)
    cloth = np.linalg.norm((outfit.colours[few] - bare) * NEAR, axis=1) > cloths.BARE
    colours = outfit.colours[few][cloth]
    if len(colours) < _ENOUGH:
        return None
    tones = palette(colours[:: 1 + len(colours) // _SAMPLES], 2, _ALIKE)
    if len(tones) < 2 or _shade(tones[0], tones[1]):
        return None
    mine = nearest(colours, tones) > 0
    which = _squares(outfit.x[few][cloth], outfit.y[few][cloth], mine)
    known = which >= 0
    share = float((which == 1).sum() / max(known.sum(), 1))
    if known.sum() < _ENOUGH or share < _LEAST:
        return None
    down, across = _changes(which), _changes(which.T)
    if down < _CHANGES or across > _LEVEL * down:
        return None
    return cloths.commonest(colours[~mine]), cloths.commonest(colours[mine]), share


def shape(share: float, x: Plane, y: Plane, unit: float) -> Plane:
    """Signed distance, in pixels, from stripes that cover a share of cloth; a face is `unit` pixels wide."""
    along = np.asarray(y - np.float32(FALLS) * x * x, np.float32)
    return np.asarray(bands(along, (_APART, share / 2)) * np.float32(unit), np.float32)


def _shade(one: Colour, other: Colour) -> bool:
    """Whether two colours may be one in light and shadow."""
    dark, light = sorted((float(one[0]), float(other[0])))
    return light < 2 * dark and float(np.hypot(*(one - other)[1:])) < _ALIKE


def _squares(x: NDArray[np.float32], y: NDArray[np.float32], mine: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Which of two colours most of each square has, 0 or 1; -1 where there is no cloth."""
    columns, rows = round(2 * _WIDE / _CELL), round(_LOW / _CELL)
    across, down = np.floor((x + _WIDE) / _CELL).astype(int), np.floor(y / _CELL).astype(int)
    near = (across >= 0) & (across < columns) & (down >= 0) & (down < rows)
    cell = (down * columns + across)[near]
    there = np.bincount(cell, minlength=rows * columns)
    most = 2 * np.bincount(cell, mine[near], rows * columns) > there
    return np.where(there > 0, most, -1).reshape(rows, columns).astype(np.int64)


def _changes(which: NDArray[np.int64]) -> float:
    """The share of squares below each other between which the colour changes."""
    one, other = which[:-1], which[1:]
    both = (one >= 0) & (other >= 0)
    return float((both & (one != other)).sum() / max(both.sum(), 1))
