"""Long hair that leaves the picture hangs down to there in one curtain: where a shoulder, or a garment, cuts into it,
its edges go on nearly as they came.
"""

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import smooth
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.plumb import plumb
from engine.cel.paint.stack import HAIR
from engine.cel.parse import Floats

_FROM, _TO, _STEP = 0.15, 2.2, 0.02
"""Between which v edges of hair are looked for, and how finely, in face widths."""
_INNERMOST, _OUTERMOST = 0.12, 1.0
"""Between how far aside hair hangs, in face widths."""
_OUTER, _INNER = 0.45, 0.45
"""How fast its outer edge falls back towards the neck, and its inner one away from that, at most."""
_BORDER, _SCANT = 3, 0.10
"""In how many rows by the picture's border hair leaves that, and how broad it is there at least, in face widths."""
_EVEN = 3.0
"""How smoothly edges go on, in those steps."""


def draped(stack: Floats, oval: Plane, face: WarpedFace, u: Plane, v: Plane) -> Floats:
    """Planes whose long hair hangs in one piece; u and v are the face's coordinates."""
    low = np.flatnonzero((v > _FROM).any(1))
    if not low.size or (stack[HAIR, -_BORDER:] > 0.5).sum() < _BORDER * _SCANT * face.u / 2:
        return stack
    below = np.s_[int(low[0]) :]
    filled = _draped(stack[:, below], oval[below], face, u[below], v[below])
    if not filled.any():
        return stack
    out = stack.copy()
    out[:, below][:, filled] = np.eye(len(stack), dtype=np.float32)[HAIR][:, None]
    return out


def _draped(stack: Floats, oval: Plane, face: WarpedFace, u: Plane, v: Plane) -> NDArray[np.bool_]:
    """Where hair goes on."""
    heights = np.arange(_FROM, _TO, _STEP)
    row = np.rint((v - _FROM) / _STEP).astype(np.intp)
    there = (row >= 0) & (row < len(heights)) & (oval < 0.5)
    row = np.clip(row, 0, len(heights) - 1)
    hangs = np.asarray(plumb(heights, face), np.float32)[row]
    filled = np.zeros(u.shape, bool)
    for side in (-1.0, 1.0):
        aside = (u - hangs) * np.float32(side)
        beside = there & (aside > _INNERMOST) & (aside < _OUTERMOST)
        hair = beside & (stack[HAIR] > 0.5)
        if hair[-_BORDER:].sum() < _BORDER * _SCANT * face.u / 2:
            continue
        inner, outer = _edges(hair, aside, row, len(heights))
        within, beyond = (_falling(edge, rate) for edge, rate in ((-inner, _INNER), (outer, _OUTER)))
        filled |= beside & (aside > -within[row]) & (aside < beyond[row]) & ~hair
    return filled


def _edges(
    hair: NDArray[np.bool_], aside: Plane, row: NDArray[np.intp], rows: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How far aside hair begins and ends in each row; infinite, and the reverse, where there is none."""
    inner, outer = np.full(rows, np.inf, np.float32), np.full(rows, -np.inf, np.float32)
    np.minimum.at(inner, row[hair], aside[hair])
    np.maximum.at(outer, row[hair], aside[hair])
    return inner, outer


def _falling(edge: NDArray[np.float32], rate: float) -> NDArray[np.float32]:
    """An edge that falls back no faster than at a rate."""
    slope = np.arange(len(edge), dtype=np.float32) * np.float32(rate * _STEP)
    out = np.maximum.accumulate(edge + slope) - slope
    known = np.isfinite(out)
    return np.where(known, smooth(np.where(known, out, 0), _EVEN), -np.inf).astype(np.float32) if known.all() else out
