"""Hair that ends between cheek and shoulder: where it does, and what is taken off it to be drawn anew.

A mask ends there in a lobe, or is torn. It is measured where it is whole.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.look import Plane, Points, WarpedFace, coordinates
from engine.cel.paint.breadths import FROM, STEP, Edges, breadths
from engine.cel.paint.lengths import lengthened
from engine.cel.paint.plumb import plumb
from engine.cel.paint.stack import BACKGROUND, CLOTHES, HAIR
from engine.cel.parse import Floats

_ENDS = 0.10, 0.90
"""Between which v hair ends that is cut so, on the side on which it is longer; and over which it is left on the other.
"""
_LOOKED_AT = 0.95
"""Down to which v that is looked for."""
_OFF, _SHARE = 0.26, 0.5
"""How much is taken off its end, in face widths, and at most as a share of how far it hangs down."""
_OVER, _ABOVE, _BELOW = 0.06, 3, 4
"""How far over that locks begin that are drawn anew, in face widths, where its breadth is measured: over so many steps
up; and over how many down it is told how its edges run."""
_NARROW = 0.10
"""How broad hair is at least, in face widths, that has an end of its own."""
_INWARD, _OUTWARD = (-0.35, 0.0), (-0.20, 0.10)
"""How far outward its inner and its outer edge run, at least and at most, for each of their way down."""
_BESIDE = 0.1
"""How far aside of the face's middle such hair is, in face widths."""
_TRACE, _SOME = 0.02, 0.3
"""Less hair than the former is none; and more than the latter hides what is next to it."""
_CHIN, _AROUND, _RISES = 152, 8, 2
"""Mesh index of the chin; how far above and below what is taken off is looked for what is next to it, and how much
further down clothes are that do not rise to there, in half-size pixels."""


@dataclass(frozen=True, slots=True)
class Side:
    """How hair ends on one side of the face, in its coordinates."""

    end: float
    """The v at which it does."""
    top: float
    """The v from which it is taken off."""
    inner: float
    outer: float
    """How far aside it begins and ends where its locks begin."""
    leans: float
    tapers: float
    """How far outward its inner and its outer edge run from there, for each of their way down."""

    @property
    def begin(self) -> float:
        """The v at which its locks begin."""
        return self.top - _OVER

    @property
    def whole(self) -> float:
        """0..1: as much of a share as is taken off of what is where it hangs far enough."""
        return (self.end - self.top) / _OFF

    def across[V: (float, NDArray[np.float64])](self, share: float, v: V) -> V:
        """How far aside a share of its breadth lies at a v."""
        below = v - self.begin
        return self.inner + self.leans * below + (self.outer - self.inner + (self.tapers - self.leans) * below) * share


@dataclass(frozen=True, slots=True)
class Bob:
    """Hair that ends beside the face."""

    sides: tuple[Side | None, Side | None]
    """The picture's left and right; None where it ends further up."""
    edges: tuple[Edges, Edges]
    """How broad it was seen to be on each."""
    gone: NDArray[np.bool_]
    """Where it is taken off, at half size."""


def bob(hair: Plane, face: WarpedFace) -> Bob | None:
    """How hair ends, its coverage at half size; None if it does elsewhere."""
    shape = np.asarray(hair - np.float32(0.5))
    edges = breadths(shape, face, -1.0, _LOOKED_AT), breadths(shape, face, 1.0, _LOOKED_AT)
    longest = max(FROM + STEP * len(inner) for inner, _ in edges)
    if not _ENDS[0] < longest < _ENDS[1] or lengthened(hair > 0.5, face) is not None:
        return None
    left, right = (_side(np.array(inner), np.array(outer)) for inner, outer in edges)
    if left is None and right is None:
        return None
    u, v = coordinates(face, len(hair))
    gone = np.zeros(hair.shape, bool)
    for side, sign in ((left, -1), (right, 1)):
        if side is not None:
            gone |= (u * sign > _BESIDE) & (v > side.top)
    return Bob((left, right), edges, gone & (hair > _TRACE))


def _side(inner: NDArray[np.float64], outer: NDArray[np.float64]) -> Side | None:
    """How hair ends on a side where it reaches from one edge to the other at each height; None where it has none."""
    end = FROM + STEP * len(inner)
    top = end - min(_OFF, _SHARE * (end - FROM))
    at = round((top - _OVER - FROM) / STEP)
    if end < _ENDS[0] or at < _ABOVE - 1:
        return None
    begins, ends = (float(edge[at - _ABOVE + 1 : at + 1].mean()) for edge in (inner, outer))
    if ends - begins < _NARROW:
        return None
    low = min(at + _BELOW, len(inner) - 1)
    leans, tapers = (
        float(np.clip((edge[low] - start) / (_BELOW * STEP), *limits))
        for edge, start, limits in ((inner, begins, _INWARD), (outer, ends, _OUTWARD))
    )
    return Side(end, top, begins, ends, leans, tapers)


def shortened(stack: Floats, gone: NDArray[np.bool_], oval: Plane, face: WarpedFace) -> Floats:
    """Planes without that hair.

    There is what is next to it; but beside the face's `oval`, and where clothes would rise from further down, nothing.
    """
    rows = np.flatnonzero(gone.any(1))
    part = np.s_[:, max(int(rows[0]) - _AROUND, 0) : int(rows[-1]) + 1 + _AROUND]
    whole, gone, oval = stack[part], gone[part[1:]], oval[part[1:]]
    hidden = ((whole[HAIR] > _SOME) | gone).astype(np.uint8)
    _, nearest = cv2.distanceTransformWithLabels(hidden, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    numbers, free = nearest.ravel(), np.flatnonzero(hidden.ravel() == 0)
    where = np.zeros(int(numbers.max()) + 1, np.intp)
    where[numbers[free]] = free
    at = np.flatnonzero(gone.ravel())
    there = where[numbers[at]]
    beside = whole.reshape(len(stack), -1)[:, there]
    beside[HAIR] = 0
    label = np.argmax(beside, 0)
    row, below = at // gone.shape[1], there // gone.shape[1]
    high = (row + part[1].start) * 2 < face.points[_CHIN][1]
    aside = (oval.ravel()[at] < 0.5) & high & (label != CLOTHES)
    label[aside | ((label == CLOTHES) & (below > row + _RISES))] = BACKGROUND
    out = stack.copy()
    out[part][:, gone] = np.eye(len(stack), dtype=np.float32)[:, label]
    return out


def placed(places: Points, sign: float, face: WarpedFace) -> Points:
    """Places (n, 2) beside the face, aside on that side and at a v, in the picture's pixels: they hang down that."""
    aside = sign * places[:, 0] + plumb(places[:, 1], face)
    return np.asarray(face.centre + (aside[:, None] * face.right + places[:, 1:] * face.down) * face.u, np.float64)
