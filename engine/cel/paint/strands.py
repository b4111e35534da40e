"""Strands within the hair: lines along its flow, from the partings of its locks and, at even distances, all over it.

Even spacing is Jobard and Lefer's (Creating Evenly-Spaced Streamlines of Arbitrary Density, 1997): a line goes as far
as no other runs nearby, and is dropped if that is not far.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF
from engine.cel.geometry import Points
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import Field, sampled

_STRIDE = 3.0
"""Pixels of the half-size picture from one point of a line to the next."""
_APART = 0.115
"""How far lines keep from each other, in face widths."""
_ROOTED = 0.5
"""How long a line from a parting is at most, in face widths: longer ones would cross."""
_SHORTEST, _LONGEST = 0.34, 1.2
"""How long a line is at least, and how far it runs from its seed at most, in face widths."""
_TICK, _TICK_APART = 0.06, 0.075
"""How long strokes of cropped hair are, and how far apart, in face widths."""


def rooted(
    hair: Plane, flow: Field, face: WarpedFace, roots: Points, ways: Points, rng: np.random.Generator
) -> list[Points]:
    """Lines from roots (n, 2) into the hair, each setting out its own way; in half-size pixels."""
    if not len(roots):
        return []
    lines = _traced(hair, flow, roots, ways, _ROOTED * face.u / 2)
    lines = [line[: int(len(line) * share)] for line, share in zip(lines, rng.uniform(0.4, 1, len(lines)), strict=True)]
    return [line for line in lines if len(line) > 4]


def spread(hair: Plane, flow: Field, face: WarpedFace, there: list[Points], rng: np.random.Generator) -> list[Points]:
    """Lines at even distances all over the hair, clear of those already `there`; in half-size pixels."""
    unit = face.u / 2
    seeds = _seeds(hair, max(3.0, 1.1 * _APART * unit), rng)
    if not len(seeds):
        return []
    rng.shuffle(seeds)
    ways = _unit(sampled(flow, seeds))
    both = _traced(hair, flow, np.vstack([seeds, seeds]), np.vstack([ways, -ways]), _LONGEST * unit)
    taken = np.zeros((HALF, HALF), np.uint8)
    near = max(1, round(2 * _APART * unit))
    for line in there:
        _mark(taken, line, near)
    kept = []
    for tail, head in zip(both[: len(seeds)], both[len(seeds) :], strict=True):
        if taken[int(tail[0, 1]), int(tail[0, 0])]:
            continue
        line = _clear(np.vstack([head[:0:-1], tail]), len(head) - 1, taken)
        if len(line) * _STRIDE >= _SHORTEST * unit:
            _mark(taken, line, near)
            kept.append(line)
    return kept


def ticks(hair: Plane, flow: Field, face: WarpedFace, rng: np.random.Generator) -> list[Points]:
    """Short strokes all over the hair, as it lies: what shows that it is cropped. In half-size pixels."""
    at = _seeds(hair, _TICK_APART * face.u / 2, rng)
    if not len(at):
        return []
    way = _unit(sampled(flow, at)) * (_TICK * face.u / 2) * rng.uniform(0.6, 1.0, (len(at), 1))
    return [np.linspace(start, start + step, 4) for start, step in zip(at, way, strict=True)]


def _seeds(hair: Plane, cell: float, rng: np.random.Generator) -> Points:
    """Places in the hair, one to a cell of a grid."""
    count = int(HALF / cell) + 1
    grid = np.stack(np.meshgrid(np.arange(count), np.arange(count)), -1).reshape(-1, 2)
    seeds = (grid + rng.uniform(0.1, 0.9, grid.shape)) * cell
    return np.asarray(seeds[(sampled(hair, seeds) > 0.9) & (seeds < HALF - 1).all(1)], np.float64)


def _traced(hair: Plane, flow: Field, starts: Points, ways: Points, long: float) -> list[Points]:
    """Lines along the flow, all at once, up or down it as each sets out; a line ends where the hair does."""
    steps = max(2, int(long / _STRIDE))
    path = np.empty((steps + 1, len(starts), 2))
    path[0] = at = starts
    way, alive, length = ways, np.ones(len(starts), bool), np.ones(len(starts), np.intp)
    for step in range(1, steps + 1):
        there = sampled(flow, at)
        size = np.hypot(there[:, 0], there[:, 1]) + 1e-6
        along = (there * way).sum(1)
        turn = np.where(np.abs(along) > 0.3 * size, 0.45, 0.1)  # a flow that runs across leads nowhere
        way = _unit(way + (turn * np.sign(along) / size)[:, None] * there)
        at = at + _STRIDE * way
        alive &= sampled(hair, at) > 0.7
        if not alive.any():
            break
        path[step] = at
        length[alive] = step + 1
    return [path[:count, k] for k, count in enumerate(length)]


def _clear(line: Points, seed: int, taken: NDArray[np.uint8]) -> Points:
    """The part of a line round its seed that runs near no other."""
    x, y = np.clip(np.rint(line), 0, HALF - 1).astype(int).T
    crowded = taken[y, x] > 0
    crowded[seed] = False
    before, after = np.flatnonzero(crowded[:seed]), np.flatnonzero(crowded[seed:])
    return line[before[-1] + 1 if before.size else 0 : seed + after[0] if after.size else len(line)]


def _mark(taken: NDArray[np.uint8], line: Points, breadth: int) -> None:
    cv2.polylines(taken, [np.rint(line * 16).astype(np.int32)], False, 255, breadth, cv2.LINE_8, 4)


def _unit(vectors: Points) -> Points:
    return np.asarray(vectors / (np.hypot(vectors[:, 0], vectors[:, 1])[:, None] + 1e-6), np.float64)
