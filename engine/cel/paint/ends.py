"""Where hair ends: pointed locks along the part of its outline that strands run out of.

They are as long as the hair is: great ones at the ends of long hair, short ones all over a short crown.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF
from engine.cel.geometry import smooth
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.blades import Blades, blade, together
from engine.cel.paint.falls import Falls
from engine.cel.paint.fields import blur, sampled
from engine.cel.paint.flow import Flow

_LEAVING = 0.30
"""Strands that leave the outline at this sine end there."""
_BROAD, _VARIED, _LEAST = (0.22, 0.15), 0.35, (0.12, 0.08)
"""Breadth of a common lock of hair that lies, and stands up, the share by which others differ, and the narrowest drawn
of either, in face widths: few large points on a crown are horns.
"""
_LONG, _LONGEST = 0.85, 0.24
"""How far a lock stands off, in its breadths; and at most, in face widths."""
_ROOT = 0.06
"""How deep in the hair a lock begins, in face widths."""
_STANDING = 0.8
"""Share of the locks drawn where hair stands up."""
_FREE, _LEANS, _WHORL = 0.2, 0.15, 0.22
"""Where there is less room than this there are no locks; and hair stands up away from a whorl, which lies so far to one
side, in face widths: the one that hair leans away from more than so far on the whole.
"""
_HEM, _BESIDE, _DOWNWARD = 0.4, 0.2, 0.35
"""How high over the lowest hair on its side hair that lies ends at most, in face widths, how far aside (u) such hair is
looked for, and the sine by which its outline faces downwards there: a lock further up, or down a side, is a thorn.
"""
_BORDER = 8
"""How near to the picture's border, in pixels, hair is about to leave it."""
_ALONG = 0.8
"""Outlines shorter than this, in face widths, have no locks."""


@dataclass(frozen=True, slots=True)
class _Edge:
    """The hair's outline, or a stretch of it, in the picture's pixels."""

    at: Points
    out: Points
    """Unit vectors out of the hair."""
    way: Points
    """Unit vectors along the strands."""
    room: NDArray[np.float64]
    """0..1: how long locks may be."""

    def of(self, indices: NDArray[np.intp]) -> "_Edge":
        """A stretch of it."""
        return _Edge(self.at[indices], self.out[indices], self.way[indices], self.room[indices])


def ends(
    shape: Plane,
    room: Plane,
    flow: Flow,
    face: WarpedFace,
    lift: float,
    chance: np.random.Generator,
    falls: Falls | None = None,
) -> Blades:
    """Lay out locks at the ends of hair whose signed distance is `shape`.

    `room` (0..1) says how long they may be there; both planes are at half size. `lift` is how far strands stand up from
    the outline, over how far they run along it; where they do not, hair ends in locks at its lower edge alone. Where it
    `falls` in tresses, a lock is the end of each.
    """
    locks: list[Points] = []
    partings: list[tuple[Points, Points]] = []
    contours, _ = cv2.findContours((shape > 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for contour in contours:
        if len(contour) < _ALONG * face.u:
            continue
        edge = _edge(shape, room, flow, contour[:, 0].astype(np.float64), face)
        if lift > 0:
            edge = _standing(edge, face, lift, chance)
        inner = ((edge.at > _BORDER) & (edge.at < 2 * HALF - _BORDER)).all(1)
        free = inner & (edge.room > _FREE) & ((edge.out * edge.way).sum(1) > _LEAVING)
        for run in _runs(free):
            whole = edge.of(run)
            if lift <= 0 and not _lowest(whole, edge, face):
                continue
            stretches = _divided(whole, face, lift > 0, chance) if falls is None else _tresses(whole, face, falls)
            for stretch in stretches:
                if lift > 0 and chance.random() > _STANDING:  # a crown has a few, its outline shows between
                    continue
                locks.append(_lock(stretch, face, lift))
                partings.append((stretch.at[-1], -stretch.way[-1]))
    return together(locks, partings)


def _edge(shape: Plane, room: Plane, flow: Flow, contour: Points, face: WarpedFace) -> _Edge:
    at = smooth(contour, 0.02 * face.u, closed=True)
    soft = blur(shape, 0.02 * face.u)
    out = _unit(-np.stack([sampled(np.asarray(cv2.Sobel(soft, cv2.CV_32F, *way)), at) for way in ((1, 0), (0, 1))], 1))
    way = _unit(smooth(np.stack([sampled(flow.x, at), sampled(flow.y, at)], 1), 0.03 * face.u, closed=True))
    return _Edge(at * 2 + 1, out, way, sampled(room, at))


def _standing(edge: _Edge, face: WarpedFace, lift: float, chance: np.random.Generator) -> _Edge:
    """The edge of hair that stands up: its strands lean away from the whorl, most of them to the side they do."""
    free = edge.room > _FREE
    aside = (edge.at - face.centre) @ face.right / face.u
    leans = float((edge.way[free] @ face.right).mean()) if free.any() else 0.0
    side = float(np.sign(leans)) if abs(leans) > _LEANS else float(chance.choice((-1.0, 1.0)))
    along = np.stack([-edge.out[:, 1], edge.out[:, 0]], 1)
    over = np.clip(-edge.out @ face.down, 0, 1)  # on top hair leans aside, at the sides it hangs
    leaning = over * (along @ face.right) * np.where(aside * side > -_WHORL, side, -side)
    along *= np.where(leaning + (1 - over) * (along @ face.down) < 0, -1.0, 1.0)[:, None]
    return replace(edge, way=_unit(along + lift * edge.out))


def _runs(free: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """Indices of each stretch of a closed line that is free."""
    if free.all():
        return [np.arange(len(free))]
    shift = int(np.argmin(free))
    turned = np.flatnonzero(np.roll(free, -shift))
    parts = np.split(turned, np.flatnonzero(np.diff(turned) > 1) + 1)
    return [(part + shift) % len(free) for part in parts if len(part)]


def _lowest(stretch: _Edge, edge: _Edge, face: WarpedFace) -> bool:
    """Whether a stretch of an edge is where the hair on its side of the face ends: it faces downwards there.

    Hair that leaves the picture ends nowhere in it.
    """
    if float((stretch.out @ face.down).mean()) < _DOWNWARD:
        return False
    u, v = _local(edge.at, face).T
    aside, down = _local(stretch.at, face).mean(0)
    beside = u * np.sign(aside) > _BESIDE
    if (edge.at[beside, 1] >= 2 * HALF - _BORDER).any():
        return False
    return bool(down > v[beside].max(initial=-np.inf) - _HEM)


def _local(at: Points, face: WarpedFace) -> Points:
    """Places of the picture in the face's coordinates (u, v)."""
    return np.asarray((at - face.centre) @ np.stack([face.right, face.down], 1) / face.u, np.float64)


def _divided(edge: _Edge, face: WarpedFace, stands: bool, chance: np.random.Generator) -> Iterator[_Edge]:
    """The stretches that single locks stand on."""
    along = _lengths(edge)
    begin, least = 0.0, _LEAST[stands] * face.u
    while along[-1] - begin > least:
        end = begin + _BROAD[stands] * face.u * float(chance.uniform(1 - _VARIED, 1 + _VARIED))
        if end > along[-1] - least:
            end = float(along[-1])
        yield edge.of(np.flatnonzero((along >= begin) & (along <= end)))
        begin = end


def _tresses(edge: _Edge, face: WarpedFace, falls: Falls) -> Iterator[_Edge]:
    """The stretches on which single tresses end; one too short for a lock ends with the next."""
    along, least = _lengths(edge), _LEAST[False] * face.u
    begin = 0
    for end in [*(np.flatnonzero(np.diff(falls.tress(edge.at, face))) + 1), len(along)]:
        rest = along[-1] - along[min(end, len(along) - 1)]
        if along[end - 1] - along[begin] > least and (end == len(along) or rest > least):
            yield edge.of(np.arange(begin, end))
            begin = end


def _lengths(edge: _Edge) -> NDArray[np.float64]:
    """How far along the edge each of its points lies, in pixels."""
    return np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(edge.at, axis=0), axis=1))])


def _lock(edge: _Edge, face: WarpedFace, lift: float) -> Points:
    """The outline of the lock on one stretch, whose tip lies at its lower end."""
    start, stop = edge.at[0], edge.at[-1]
    root = (edge.at - edge.out * (_ROOT * face.u))[:: -max(1, len(edge.at) // 5)]
    middle = len(edge.at) // 2
    if (stop - start) @ (edge.way[middle] if lift > 0 else face.down) < 0:
        start, stop, root = stop, start, root[::-1]
    long = min(float(np.hypot(*(stop - start))) * _LONG, _LONGEST * face.u) * float(edge.room[middle])
    way = edge.way[middle]
    return blade(start, stop, 0.25 * start + 0.75 * stop + way * long, way, way, root)


def _unit(vectors: Points) -> Points:
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-6), np.float64)
