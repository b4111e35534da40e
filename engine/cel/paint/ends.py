"""Where hair ends: pointed locks along the part of its outline that strands run out of.

They are as long as the hair is: great ones at the ends of long hair, short ones all over a short crown.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF
from engine.cel.geometry import smooth
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.blades import Blades, blade, together
from engine.cel.paint.fields import blur, sampled
from engine.cel.paint.flow import Flow

_LEAVING = 0.30
"""Strands that leave the outline at this sine end there."""
_BROAD, _LEAST = 0.17, 0.09
"""Breadth of a common lock, and of the narrowest drawn, in face widths."""
_LONG = 0.95
"""How far a lock stands off, in its breadths."""


def ends(shape: Plane, room: Plane, flow: Flow, face: WarpedFace, lift: float, chance: np.random.Generator) -> Blades:
    """Lay out locks at the ends of hair whose signed distance is `shape`.

    `room` (0..1) says how long they may be there; both planes are at half size. `lift` is how far strands stand up from
    the outline, over how far they run along it.
    """
    locks: list[Points] = []
    partings: list[Points] = []
    contours, _ = cv2.findContours((shape > 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for contour in contours:
        at = contour[:, 0].astype(np.float64)
        if len(at) < 0.8 * face.u:
            continue
        at = smooth(at, 0.02 * face.u, closed=True)
        out, way = _directions(shape, flow, at, face)
        way = _unit(way + lift * out)
        free = (sampled(room, at) > 0.2) & ((out * way).sum(1) > _LEAVING) & ((at > 3) & (at < HALF - 4)).all(1)
        for run in _runs(free):
            _shaped(at * 2 + 1, out, way, sampled(room, at), run, face, chance, locks, partings)
    return together(locks, partings)


def _directions(shape: Plane, flow: Flow, at: Points, face: WarpedFace) -> tuple[Points, Points]:
    """Unit vectors out of the outline, and along the strands."""
    soft = blur(shape, 0.02 * face.u)
    out = -np.stack([sampled(np.asarray(cv2.Sobel(soft, cv2.CV_32F, *way)), at) for way in ((1, 0), (0, 1))], 1)
    way = smooth(np.stack([sampled(flow.x, at), sampled(flow.y, at)], 1), 0.03 * face.u, closed=True)
    return _unit(out), _unit(way)


def _unit(vectors: Points) -> Points:
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-6), np.float64)


def _runs(free: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """Indices of each stretch of a closed line that is free."""
    if free.all():
        return [np.arange(len(free))]
    shift = int(np.argmin(free))
    turned = np.flatnonzero(np.roll(free, -shift))
    return [
        (part + shift) % len(free) for part in np.split(turned, np.flatnonzero(np.diff(turned) > 1) + 1) if len(part)
    ]


def _shaped(
    at: Points,
    out: Points,
    way: Points,
    room: NDArray[np.float64],
    run: NDArray[np.intp],
    face: WarpedFace,
    chance: np.random.Generator,
    locks: list[Points],
    partings: list[Points],
) -> None:
    """Divide one stretch of the outline into locks."""
    step = np.linalg.norm(np.diff(at[run], axis=0), axis=1)
    along = np.concatenate([[0], np.cumsum(step)])
    begin = 0.0
    while along[-1] - begin > _LEAST * face.u:
        broad = _BROAD * face.u * float(chance.uniform(0.6, 1.4))
        end = along[-1] if along[-1] - begin < broad + _LEAST * face.u else begin + broad
        i, j = (run[min(int(np.searchsorted(along, place)), len(run) - 1)] for place in (begin, end))
        k = run[min(int(np.searchsorted(along, (begin + end) / 2)), len(run) - 1)]
        start, stop = at[i], at[j]
        if (stop - start) @ face.down < 0:  # the tip lies at the lower end
            start, stop = stop, start
        long = min(end - begin, 1.6 * _BROAD * face.u) * _LONG * float(room[k])
        tip = start * 0.25 + stop * 0.75 + way[k] * long
        locks.append(blade(start, stop, tip, way[k], way[k], -out[k] * (0.06 * face.u)))
        partings.append(at[j])
        begin = end
