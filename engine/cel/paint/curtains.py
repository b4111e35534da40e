"""Long hair that falls on both sides: where a hand, or the parser, cuts it off on one, it goes on as on the other.

And it hangs: it does not lie along the shoulders like a cape, and its outline has no notches.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from engine.cel.geometry import curve, percentile, smooth
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.fields import blur, polygon
from engine.cel.paint.stack import BACKGROUND, HAIR, SKIN
from engine.cel.parse import Floats

_CHIN = 152
_TURNED = 0.22
"""Yaw from which hair may well be seen on one side alone."""
_ENDS, _FALLS = 0.15, 0.35
"""How far below the chin hair ends at most where it is cut off, and at least where it falls, in face widths."""
_BESIDE = (0.30, 1.0)
"""How far aside (u) the hair beside the face is."""
_LEVEL = (-0.1, 0.35)
"""Between which v the breadth of hair is measured."""
_BROAD = (0.52, 0.74)
"""How far aside its outer edge is taken to lie, at least and at most."""
_INNER = 0.40
"""How far aside its inner edge lies beside the face."""
_NAPE, _ABOVE_BORDER, _BEYOND = 0.15, 0.15, 0.4
"""How far aside no background is seen between it and the neck; how far over the picture's border hair ends at most that
leaves it, and how far beyond that the other side's ends then; in face widths."""

_LOOSE, _SLANT = 0.02, 0.2
"""How much further aside than beside the face hair may reach, in face widths, and how fast it spreads from there down.
"""
_WIDEST, _DEEPER, _SPREADS, _TEMPLES, _UPPER = 0.82, 0.2, 0.12, -0.1, -0.4
"""How far aside hair reaches at most at the height of the temples, in face widths, and how much further that is on the
near side of a turned head, for each of its yaw; how fast it spreads from there down; the v of the temples, and down to
which v it is a crown.
"""
_ASLANT, _HEIGHTS, _STEP = 0.5, (-0.7, 2.2), 0.02
"""The yaw from which the far side is another; between which v notches are looked for, and how finely."""
_NOTCH, _DENT = 0.9, 0.04
"""How high a notch is at most, and how deep at least, in face widths."""
_CROWN, _FOREHEAD = 0.5, -0.25
"""How far aside hair over a gap reaches at least; and the v above which skin beside the face is a forehead."""
_EAR, _BARED, _STRAND, _EVEN, _ABOUT, _JAW = 0.09, 0.2, 0.07, 3.0, 9, 0.1
"""How far beside the face, in face widths, skin is that of a cheek, not of an ear, and that of an ear; how far a strand
beside it reaches, how smoothly, and over how many of those steps it goes over into other hair; and how far over the
chin it is looked for at the lowest.
"""
_TRACE, _AROUND = 0.1, 0.10
"""Hair less sure than this is none; and how far around is looked for what lies behind hair, in face widths."""


def evened(stack: Floats, oval: Plane, face: WarpedFace, u: Plane, v: Plane) -> Floats:
    """Planes whose long hair falls on both sides, if it falls on one; u and v are the face's coordinates."""
    if abs(face.yaw) > _TURNED:
        return stack
    chin = float((face.points[_CHIN] - face.centre) @ face.down) / face.u
    hair = stack[HAIR] > 0.5
    lowest, outer = {}, {}
    for side in (-1.0, 1.0):
        beside = hair & (u * side > _BESIDE[0]) & (u * side < _BESIDE[1])
        lowest[side] = percentile(v[beside], 98) if beside.any() else -1.0
        level = beside & (v > _LEVEL[0]) & (v < _LEVEL[1])
        outer[side] = float(np.clip(percentile(u[level] * side, 95) if level.any() else 0, *_BROAD))
    short = min(lowest, key=lambda side: lowest[side])
    if lowest[short] > chin + _ENDS or lowest[-short] < chin + _FALLS or lowest[short] < 0:
        return stack
    low, border = lowest[-short], v[-1, (u[-1] * -short > _BESIDE[0]) & (u[-1] * -short < _BESIDE[1])]
    if border.size and low > border.min() - _ABOVE_BORDER:  # it leaves the picture
        low = float(border.max()) + _BEYOND
    covered = _curtain(face, short, outer[short], chin, low, stack[BACKGROUND]) * (1 - oval)
    out = stack * (1 - covered)
    out[HAIR] += covered
    return np.asarray(out, np.float32)


def gathered(stack: Floats, face: WarpedFace, u: Plane, v: Plane, curled: bool = False) -> Floats:
    """Planes whose long hair hangs from beside the face, and unless it is `curled`, is not blown aside.

    u and v are the face's coordinates.
    """
    spread = (stack[HAIR] > 0.5) & (v > _LEVEL[0]) & (v < _LEVEL[1])
    at = np.arange(u.shape[0], dtype=np.float32) * 2 + 1
    off = np.zeros(u.shape, bool)
    for side in (-1.0, 1.0):
        outer = u[spread & (u * side > _BESIDE[0])]
        if outer.size:
            reach = percentile(outer * side, 99) + _LOOSE
            x, y = face.centre + face.u * (side * reach * face.right + _LEVEL[1] * face.down)
            below = at[:, None] - np.float32(y)  # hair hangs down the picture, however the head leans
            off |= ((at[None] - np.float32(x)) * np.float32(side) > np.float32(_SLANT) * below) & (below > 0)
            if not curled:
                off |= _blown(face, side, len(u))
    gone = stack[HAIR] * off
    if gone.max(initial=0) < _TRACE:
        return stack
    others = [i for i in range(len(stack)) if i != HAIR]
    near = np.stack([blur(np.ascontiguousarray(stack[i]), _AROUND * face.u / 2) for i in others]) + np.float32(1e-4)
    out = stack.copy()
    out[HAIR] -= gone
    out[others] += gone * near / near.sum(0)
    return np.asarray(out, np.float32)


def _blown(face: WarpedFace, side: float, size: int) -> NDArray[np.bool_]:
    """What lies further aside than hair that hangs: there the wind has it, or a hand."""
    widest = side * (_WIDEST + _DEEPER * max(0.0, -side * face.yaw))
    at = np.arange(size, dtype=np.float32) * 2 + 1
    x, y = face.centre + face.u * (widest * face.right + _TEMPLES * face.down)
    below = at - y
    level = x - below * face.right[1] / face.right[0]  # as far aside of the head, over the temples
    level[below < (_UPPER - _TEMPLES) * face.u] = side * np.inf
    limit = np.where(below > 0, x + side * _SPREADS * below, level).astype(np.float32)
    return np.asarray(at[None] > limit[:, None] if side > 0 else at[None] < limit[:, None])


def unbroken(stack: Floats, oval: Plane, face: WarpedFace, u: Plane, v: Plane) -> Floats:
    """Planes whose long hair has no notches beside the face, where it lies over and under them.

    Where a cheek parts it, or nearly, a strand goes on beside that.
    """
    heights = np.arange(*_HEIGHTS, _STEP)
    row = np.rint((v - _HEIGHTS[0]) / _STEP).astype(np.intp)
    there = (row >= 0) & (row < len(heights))
    if abs(face.yaw) > _ASLANT or not there.any():
        return stack
    chin = float((face.points[_CHIN] - face.centre) @ face.down) / face.u
    lowest, row = int(row[there].max()), np.clip(row, 0, len(heights) - 1)
    out = stack
    for side in (-1.0, 1.0):
        aside = u * np.float32(side)
        beside = there & (aside > _BESIDE[0]) & (aside < _BESIDE[1])
        outer, skin, edge = (
            _furthest(beside & (plane > 0.5), aside, row, len(heights)) for plane in (stack[HAIR], stack[SKIN], oval)
        )
        outer[lowest:] = outer[lowest]  # below the picture it goes on as it leaves that
        beyond = np.maximum(skin, edge) + np.float32(_STRAND)
        thin = (outer < beyond) & (skin < edge + _BARED) & (heights < chin - _JAW)
        hanging = ~thin & (heights < chin - _JAW) & ((heights > 0) | (outer > _CROWN))
        closed = _closed(outer)
        parted = thin & (_closed(np.where(hanging, outer, np.float32(0))) > 0)
        near = np.convolve(parted, np.ones(_ABOUT), "same") > 0
        if parted.any():
            strand = smooth(np.where(parted, np.maximum(closed, beyond), outer), _EVEN).astype(np.float32)
            closed = np.where(near, np.maximum(strand, closed), closed)
        gap = beside & (aside < closed[row]) & (oval < 0.5)
        lost = stack[BACKGROUND] > 0.5
        if parted.any() and (skin - edge)[parted].max() < _EAR:
            lost |= (near & (heights > _FOREHEAD))[row] & (stack[SKIN] > 0.5)
        gap &= lost
        if gap.any():
            out = out.copy() if out is stack else out
            out[:, gap] = np.eye(len(stack), dtype=np.float32)[HAIR][:, None]
    return out


def _furthest(mask: NDArray[np.bool_], aside: Plane, row: NDArray[np.intp], rows: int) -> NDArray[np.float32]:
    """How far aside a mask reaches in each row."""
    out = np.zeros(rows, np.float32)
    np.maximum.at(out, row[mask], aside[mask])
    return out


def _closed(outer: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far aside the outer edge of hair lies in each row without its notches; 0 where it has none."""
    reach = round(_NOTCH / _STEP / 2)
    widest = sliding_window_view(_extended(outer, reach), 2 * reach + 1).max(1)
    closed = sliding_window_view(_extended(widest, reach), 2 * reach + 1).min(1)
    part = np.cumsum(closed <= outer)
    deepest = np.zeros(len(outer) + 1, np.float32)
    np.maximum.at(deepest, part, closed - outer)
    return np.where(deepest[part] > _DENT, closed, np.float32(0))  # to where each comes out, or a hook is left there


def _extended(values: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """Values by height with none over them, and the lowest below."""
    return np.concatenate([np.zeros(reach, np.float32), values, np.repeat(values[-1:], reach)])


def _curtain(face: WarpedFace, side: float, outer: float, chin: float, low: float, behind: Plane) -> Plane:
    """Coverage, at half size, of hair that falls beside the face down to some height, and before what is `behind`."""
    edge = curve([(outer, 0.0), (outer + 0.02, 0.5 * chin), (outer, chin), (outer - 0.05, low)], 6)
    back = curve([(0.36, low - 0.1), (_INNER - 0.10, chin + 0.25), (_INNER - 0.02, chin), (_INNER, 0.0)], 6)

    def beside(inner: Points) -> Plane:
        outline = np.vstack([edge, inner]) * (side, 1.0)
        return polygon(face.centre + (outline[:, :1] * face.right + outline[:, 1:] * face.down) * face.u)

    closing = beside(np.array([(_NAPE, low), (_NAPE, 0.0)])) * behind
    return np.asarray(np.maximum(beside(back), closing), np.float32)
