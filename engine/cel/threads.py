"""Threads and bands that lie on skin: what is unlike the skin on both sides of it, along a curve that is a chain's."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel import chains
from engine.cel.chains import SIZE, Curve
from engine.cel.look import LabPicture, Plane

_WAYS = ((0.0, 1.0), (0.71, 0.71), (-0.71, 0.71))
"""The ways across a thread in which skin is looked for beside it."""
_TEXTURE, _FULL = 0.8, 6.0
"""The share of all places, each with those next to it, which a thread is plainer than; and by how much more it is as
plain as can be at least (CIELAB)."""
_HARDLY, _NOT = 0.3, -0.2
"""How much speaks for a place that is just so plain, and for one that is just not."""
_FEW = 30
"""In how many places there is skin on both sides at least."""

type Places = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Rows and columns of what is looked at."""
type Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sought:
    """How something is told from skin."""

    off: int
    """How far from its middle skin lies, in places of what is looked at."""
    smooth: float
    """How far those are smoothed."""
    contrast: float
    """How far from skin's its colour lies at least (CIELAB)."""
    common: float
    """How many times as far as nearly all other places."""
    sure: float
    """How much speaks for it at least, in face widths."""
    fine: int = 1
    """It is looked at in every so many places."""


def found(
    field: LabPicture, near: Mask, free: Mask, start: tuple[int, int], like: Sought
) -> tuple[Curve, Places] | None:
    """The curve of what lies between `near` skin where it is `free`, and its places; None for nothing that is sure.

    The field begins at the row and column `start` of what is looked at, of which it may show every other place.
    """
    rows, columns = (np.flatnonzero(near.any(axis)) for axis in (1, 0))
    if not rows.size:
        return None
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]  # what lies between skin lies in here
    line, known = _lines(field[box], near[box], free[box], like)
    spread = cv2.dilate(line, np.ones((3, 3), np.uint8))
    every = spread[::2, ::2][known[::2, ::2]]
    if len(every) < _FEW:
        return None
    which = int(_TEXTURE * len(every))
    common = like.common * float(np.partition(every, which)[which])
    least, full = max(like.contrast, common), max(_FULL, common)
    plain = spread > least
    if not plain.any():
        return None
    told = np.where(plain, np.minimum(_HARDLY + (spread - least) / full, 1), _NOT - 1 + spread / least) * known
    top, left = (begin + like.fine * int(at[0]) for begin, at in zip(start, (rows, columns), strict=True))
    told, line = (_whole(np.asarray(plane, np.float32), like.fine, top, left) for plane in (told, line))
    much, curve = chains.best(told)
    return None if much < like.sure else (curve, _on(line, least, curve))


def _lines(field: LabPicture, near: Mask, free: Mask, like: Sought) -> tuple[Plane, Mask]:
    """How far each place lies from the skin on both sides of it, that far off, and where there is such skin.

    Whichever way: a shade is lighter than the one side and darker than the other, and is none.
    """
    planes = cv2.split(cv2.GaussianBlur(field, (0, 0), like.smooth))
    line, known = np.zeros(near.shape, np.float32), np.zeros(near.shape, np.bool_)
    high, wide = near.shape
    if min(high, wide) <= 2 * like.off:
        return line, known
    for across, along in _WAYS:
        x, y = round(across * like.off), round(along * like.off)
        rim = abs(x)
        inner = np.s_[y : high - y, rim : wide - rim]
        upper = np.s_[: high - 2 * y, rim - x : wide - rim - x]
        lower = np.s_[2 * y :, rim + x : wide - rim + x]
        both = near[upper] & near[lower] & free[inner]
        apart = np.zeros(both.shape, np.float32)
        for plane in planes:
            apart += (plane[inner] - plane[upper]) * (plane[inner] - plane[lower])
        apart *= both
        np.maximum(line[inner], apart, out=line[inner])
        known[inner] |= both
    return np.sqrt(line), known


def _whole(part: Plane, fine: int, top: int, left: int) -> Plane:
    """A part of what is looked at, from there on, as all of it; each of its places is so many."""
    out = np.zeros(SIZE[::-1], np.float32)
    part = part if fine == 1 else np.repeat(np.repeat(part, fine, 0), fine, 1)
    into = out[top : top + len(part), left : left + part.shape[1]]
    into[:] = part[: into.shape[0], : into.shape[1]]
    return out


def _on(line: Plane, least: float, curve: Curve) -> Places:
    """The places along a curve, or next to it, in which most is seen of a line, where that is at `least` so plain."""
    row, column = chains.places(curve)
    beside = np.array([(down, right) for down in (-2, -1, 0, 1, 2) for right in (-1, 0, 1)])
    plainest = beside[line[row + beside[:, :1], column + beside[:, 1:]].argmax(0)]
    row, column = row + plainest[:, 0], column + plainest[:, 1]
    on = line[row, column] > least
    return row[on], column[on]
