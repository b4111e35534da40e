"""Where a woman's short hair ends beside the face: in few pointed locks that turn to the cheek, not in a lobe."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.cel import geometry
from engine.cel.geometry import Points, bezier
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.grid import inside

_ASIDE, _DOWN = np.arange(0.20, 1.00, 0.01), np.arange(-0.20, 0.80, 0.01)
"""How far aside of the face's middle, and at which v, hair is looked at, in face widths."""
_LOWEST, _HEM = 0.10, 0.10
"""The v below which hair ends beside a face, and how far over its lowest place it does, in face widths."""
_LEAST, _BROAD = 0.08, 0.20
"""How broad that is at least, and how broad a common lock, in face widths."""
_VARIED = 0.25
"""By what share locks differ."""
_LONG, _SHORTER, _ROOT = (0.12, 0.16), 0.35, 0.05
"""How far locks hang below the hair, in face widths, by which share the outermost is shorter, and how deep in the hair
they begin.
"""
_STRAND, _OUTERMOST, _POINTS = (0.25, 0.50), 0.67, 16
"""How far up strands set out, in face widths; where one ends within the outermost lock, as a share of its breadth; and
of how many points each is.
"""
_TURNS = 0.03
"""How far their tips turn to the face, in face widths."""


@dataclass(frozen=True, slots=True)
class Hems:
    """How such hair ends, in the picture's pixels."""

    locks: list[Points]
    """Closed outlines."""
    strands: list[Points]
    """Lines that run down the hair to where locks part."""


def hems(shape: Plane, bare: Plane, face: WarpedFace, seed: int) -> Hems:
    """The ends of hair whose signed distance is `shape`; `bare` is 1 where no hat is near; both are at half size."""
    chance, found = np.random.Generator(np.random.PCG64(seed)), Hems([], [])
    uncovered = np.where(bare > 0.5, shape, np.float32(-1))
    for side in (-1.0, 1.0):
        hair = inside(uncovered, face, _ASIDE, _DOWN, side)
        axes = np.stack([side * face.right, face.down]) * face.u
        edge = np.where(hair.any(0), _DOWN[len(hair) - 1 - np.argmax(hair[::-1], 0)], _DOWN[0])
        parts = _parts(edge, chance)
        if not parts:
            continue
        found.locks.extend(face.centre + lock @ axes for lock in _locks(edge, parts, chance))
        found.strands.extend(face.centre + strand @ axes for strand in _strands(hair, edge, parts, chance))
    return found


def _parts(edge: NDArray[np.float64], chance: np.random.Generator) -> list[float]:
    """How far aside the locks begin and end of hair that ends at the v of its `edge`; nowhere if there are none."""
    lowest = int(np.argmax(edge))
    near = edge > edge[lowest] - _HEM
    before, after = np.flatnonzero(~near[:lowest]), np.flatnonzero(~near[lowest:])
    first = int(before[-1]) + 1 if before.size else 0
    last = lowest + int(after[0]) - 1 if after.size else len(edge) - 1
    breadth = float(_ASIDE[last] - _ASIDE[first])
    if edge[lowest] < _LOWEST or breadth < _LEAST or edge[lowest] > _DOWN[-2]:
        return []
    shares = chance.uniform(1 - _VARIED, 1 + _VARIED, max(1, round(breadth / _BROAD)))
    ends = np.concatenate([[0.0], np.cumsum(shares) / shares.sum()])
    return [float(at) for at in _ASIDE[first] + breadth * ends]


def _locks(edge: NDArray[np.float64], parts: list[float], chance: np.random.Generator) -> list[Points]:
    """Those of one side, in the face's coordinates, aside and down."""
    spans = list(pairwise(parts))
    longs = chance.uniform(*_LONG, len(spans)) * np.linspace(1, 1 - _SHORTER, len(spans))
    return [_lock(*span, edge, long) for span, long in zip(spans, longs.tolist(), strict=True)]


def _strands(
    hair: NDArray[np.bool_], edge: NDArray[np.float64], parts: list[float], chance: np.random.Generator
) -> list[Points]:
    """Lines along the outline of that side down to where locks part, in the face's coordinates, aside and down."""
    outer = np.where(hair.any(1), _ASIDE[hair.shape[1] - 1 - np.argmax(hair[:, ::-1], 1)], 0.0)
    found = []
    for at in [*parts[1:-1], parts[-1] + _OUTERMOST * (parts[-2] - parts[-1])]:
        low = float(np.interp(at, _ASIDE, edge))
        v = np.linspace(low - float(chance.uniform(*_STRAND)), low, _POINTS)
        reach = geometry.smooth(np.interp(v, _DOWN, outer), 2.0)
        within = float(np.interp(low - _HEM, _DOWN, outer)) - at
        joins = np.linspace(0, 1, _POINTS) ** 2
        line = np.stack([reach - within + (at - reach + within) * joins, v], 1)
        inside = hair[_index(_DOWN, line[:, 1]), _index(_ASIDE, line[:, 0])]
        if inside.sum() > _POINTS / 2:
            found.append(line[inside])
    return found


def _index(axis: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.intp]:
    return np.clip(np.searchsorted(axis, at), 0, len(axis) - 1)


def _lock(front: float, back: float, edge: NDArray[np.float64], long: float) -> Points:
    """One of them between two places aside."""
    high, low = (float(np.interp(at, _ASIDE, edge)) for at in (front, back))
    tip = (front + 0.2 * (back - front) - _TURNS, max(high, low) + long)
    down = bezier((front, high - 0.01), (front, high + 0.4 * long), (tip[0] + 0.01, tip[1] - 0.4 * long), tip, 10)
    up = bezier(
        tip, (tip[0] + 0.35 * (back - front), tip[1] - 0.25 * long), (back, low + 0.5 * long), (back, low - 0.01), 10
    )
    return np.vstack([down, up[1:], [(back, low - _ROOT), (front, high - _ROOT)]])
