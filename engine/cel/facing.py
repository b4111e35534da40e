"""Heads seen from the side, turned towards the viewer: the half of them that is seen, and its mirror image.

A profile has one eye, half a mouth and no far cheek; a caricature of it is a torn face. Drawn in three quarters it is a
face again, and still the person's: their own hair, brow, nose, beard and glasses. A smooth warp takes the near half of
the photo to where it lies from the front, and from there a little back to the side that the head looks to; the networks
then look at the turned picture as at any other.

The warp is a thin plate spline (Bookstein, Principal Warps, 1989).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import Pixels
from engine.cel.frame import BELOW, BREADTH, MIDLINE, SIDE, Floats, remapped, upright
from engine.cel.geometry import smoothstep
from engine.cel.parse import Label, Regions
from engine.cel.perceive import Face

TURNED = 0.55
"""Yaw from which a head is turned to the viewer; smaller ones have both eyes to be drawn."""
_FEATURES = (33, 133, 263, 362, 234, 454, 61, 291, 172, 397, 58, 288, 132, 361, 127, 356)
"""Mesh indices of eyes, mouth, jaw and ears; of all others every fifth is enough."""
_FOREHEAD, _CHIN, _EARS, _EVERY = 10, 152, (234, 454), 5
_HALF, _DEEP = 0.58, 0.55
"""Half the breadth of a head from the front, with its hair; and how far behind the ear heads with little hair end; in
face widths. Half of what is more stands out aside."""
_TEMPLES, _EARLOBES, _ROUND = -0.2, 0.1, 2.5
"""Between these v hair stands out at its broadest; above, heads close in half a superellipse of that power."""
_JAWS = ((454, 323, 361, 288, 397, 365, 379), (234, 93, 132, 58, 172, 136, 150))
"""Mesh indices down the jaw's sides."""
_NAPE, _BESIDE = 4, 0.03
"""Pixels of labels of which the back of a row is judged; and how far a nape stands out beside the jaw."""
_STEP, _ASIDE = 0.12, 0.6
"""Rows in which a head's outline is looked at, and how far beside it the picture is moved with it."""
_NECK, _NEAR, _BODY = (0.10, 0.35), 0.9, (0.25, 0.5, 0.9, 1.4)
"""Where below the chin the middle of the neck is looked for, and how far aside; and rows in which the body is held."""
_ASLANT, _RADIUS, _CHINS, _SETTLES = np.radians(20), 0.55, 0.2, 0.5
"""By how much a head that was turned to the viewer still looks aside; how far its front lies from its axis, and half
how broad a chin is; and over how much of the neck that ends; in face widths."""
_STIFF = 1e-3
"""How far the spline may miss its points: less would fold."""
_AT_ONCE = 64
"""Places at which the spline is evaluated together: so few that all of it stays in the cache."""
_CELLS, _REACH = 72, 2.2
"""Cells of the table in which the spline is evaluated, and how far it reaches from the eyes, in face widths."""

type _Points = NDArray[np.float64]


def turned(rgb: Pixels, face: Face, regions: Regions) -> Pixels:
    """The picture with its main person turned towards the viewer."""
    places, sources, rims = _held(face, regions)
    at = np.linspace(0, _REACH, _CELLS), np.linspace(-_REACH, _REACH, 2 * _CELLS)
    grid = np.stack(np.meshgrid(*at), -1).reshape(-1, 2)
    table = spline(places, sources, grid).reshape(2 * _CELLS, _CELLS, 2).astype(np.float32)
    u, v = face.frame.maps(SIDE)
    u = _aslant(u, v, float(np.sign(face.frame.yaw)), rims)
    cells = np.float32((_CELLS - 1) / _REACH)
    across, along = np.abs(u) * cells, (v + np.float32(_REACH)) * np.float32((2 * _CELLS - 1) / (2 * _REACH))
    there = cv2.remap(table, across, along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    axes = np.stack([face.frame.right, face.frame.down]) * np.float32(face.frame.unit)
    x, y = np.moveaxis(face.frame.origin + there @ axes - np.float32(0.5), -1, 0)
    maps = np.ascontiguousarray(x, np.float32), np.ascontiguousarray(y, np.float32)
    return remapped(rgb, *maps)


def _aslant(u: Floats, v: Floats, away: float, rims: _Points) -> Floats:
    """Which u of a head from the front lies where one is that still looks a little aside, `away` -1 or 1.

    Every row of it is an ellipse as broad as its rim, (n, 2) rows and halves of breadths, turned about its middle.
    """
    broad = np.interp(v, rims[:, 0], rims[:, 1]).astype(np.float32)
    chin = float(rims[-1, 0])
    turn = np.asarray(_ASLANT * (1 - smoothstep(v, chin, chin + _SETTLES)), np.float32)
    across, deep = broad * np.cos(turn), np.float32(_RADIUS) * np.sin(turn)
    side, reach = u * np.float32(away), np.hypot(across, deep)
    front = broad * np.sin(np.arcsin(np.clip(side / reach, -1, 1)) - np.arctan2(deep, across))
    front = np.where(side > reach, side - reach + broad, front)
    front = np.where(side < -across, side + across - broad, front)
    return np.asarray(front * np.float32(away), np.float32)


def _held(face: Face, regions: Regions) -> tuple[_Points, _Points, _Points]:
    """Places (n, 2), aside of the middle and below the eyes, and what of the picture lies there, (u, v).

    And the head's rim: rows v, and how far aside it lies there, (m, 2).
    """
    local = face.frame.coordinates(face.mesh[:, :2]).astype(np.float64)
    near = -float(np.sign(face.frame.yaw))
    aside = _aside(local, face) * near
    chosen = [i for i in sorted({*range(0, len(local), _EVERY), *MIDLINE, *_FEATURES}) if aside[i] >= 0]
    held = [((aside[i], local[i, 1]), tuple(local[i])) for i in chosen]
    ear = float(local[max(_EARS, key=lambda i: aside[i]), 0])
    side = _JAWS[0] if aside[_JAWS[0][0]] > 0 else _JAWS[1]
    jaw = np.column_stack([aside, local[:, 1]])[list(side)]
    rows = _rows(local, jaw, ear, near, regions)
    held += _head(local, near, rows)
    held += _body(local, near, regions)
    places, sources = zip(*held, strict=True)
    chin = (float(local[_CHIN, 1]), _CHINS)
    rims = np.array([*((row.v, row.edge) for row in rows), chin])
    return np.array(places, np.float64), np.array(sources, np.float64), rims


def _aside(local: _Points, face: Face) -> NDArray[np.float64]:
    """How far right of the middle each point of the mesh lies from the front; ears at half a face width."""
    depth = face.mesh[:, 2].astype(np.float64) / face.frame.unit
    right, left = (np.array([local[i, 0], depth[i]]) for i in _EARS)
    way = (left - right) / np.linalg.norm(left - right)
    across = local[:, 0] * way[0] + depth * way[1]
    across -= across[list(MIDLINE)].mean()
    across[list(MIDLINE)] = 0
    return np.asarray(across * (0.5 / max(abs(across[i]) for i in _EARS)), np.float64)


type _Held = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row v of the head: the u of its front and its back, and how far aside its rim lies from the front."""

    v: float
    front: float
    back: float
    edge: float


def _rows(local: _Points, jaw: _Points, ear: float, near: float, regions: Regions) -> list[_Row]:
    """The rows of the head that are held, from the top down."""
    seen = outline(regions, near, local[[1, 4, 50, 280]].mean(0))
    rows = []
    top = min(seen, default=np.inf)
    for v in np.arange(top + 0.02, float(local[_CHIN, 1]) - 0.1, _STEP).tolist() if seen else ():
        front, back, nape = seen[min(seen, key=lambda other: abs(other - v))]
        high = max(0.0, (v - _TEMPLES) / (top - 0.03 - _TEMPLES))
        more = max(0.0, abs(back - ear) - _DEEP) / 2 if v < _EARLOBES else 0.0
        edge = max(0.05, float((_HALF + more) * max(0.0, 1 - high**_ROUND) ** (1 / _ROUND)))
        if nape:  # what shows behind the jaw is the neck, which lies behind it from the front too
            edge = float(np.interp(v, jaw[:, 1], jaw[:, 0])) + _BESIDE
        rows.append(_Row(v, front, back, edge))
    return rows


def _head(local: _Points, near: float, rows: list[_Row]) -> Iterator[_Held]:
    """What holds the outline of the head, and the middle of it over the face."""
    if not rows:
        return
    forehead = float(local[_FOREHEAD, 1])
    brow = min(rows, key=lambda row: abs(row.v - forehead - 0.05))
    middle = float(np.clip((local[_FOREHEAD, 0] - brow.front) / (brow.back - brow.front or 1.0), 0, 0.6))
    for row in rows:
        yield (row.edge, row.v), (row.back, row.v)
        yield (row.edge + _ASIDE, row.v), (row.back + near * _ASIDE, row.v)
        if row.v < forehead - 0.05:
            yield (0.0, row.v), (row.front + middle * (row.back - row.front), row.v)
    top = rows[0].v - 0.02
    for aside in (0.0, 1.5):
        yield (aside, top - 0.4), (float(local[_FOREHEAD, 0]) + near * aside, top - 0.4)


def outline(regions: Regions, near: float, face: _Points) -> dict[float, tuple[float, float, bool]]:
    """Of every row v of the head: the u of its front, away from the `near` side, and its back, and if that is bare."""
    size = len(regions.labels)
    labels = regions.labels.argmax(-1)
    head = np.isin(labels, [Label.SKIN, Label.HAIR, Label.HEADWEAR, Label.BEARD]).astype(np.uint8)
    _, pieces = cv2.connectedComponents(head, connectivity=4)
    u, v = upright(size)
    x, y = np.clip((face - (0, BELOW) + BREADTH / 2) / BREADTH * size, 0, size - 1).astype(int)
    head = (pieces == pieces[y, x]) & (head > 0)
    rows, back = np.flatnonzero(head.any(1)), np.s_[:, :: -int(near)]
    there, across = head[rows][back], u[:1][back][0]
    bare = (labels[rows][back] == Label.SKIN) | ~there | (np.cumsum(there, 1) > _NAPE)
    fronts = across[::-1][np.argmax(there[:, ::-1], 1)]
    backs = across[np.argmax(there, 1)]
    ends = zip(fronts.tolist(), backs.tolist(), bare.all(1).tolist(), strict=True)
    return dict(zip(v[rows, 0].tolist(), ends, strict=True))


def _body(local: _Points, near: float, regions: Regions) -> Iterator[_Held]:
    """What holds neck and shoulders, whose near half is seen too."""
    u, v = upright(len(regions.labels))
    low = v - local[_CHIN, 1]
    neck = (regions.labels.argmax(-1) == Label.SKIN) & (low > _NECK[0]) & (low < _NECK[1]) & (np.abs(u) < _NEAR)
    seen = u[neck]
    middle = float(seen.mean()) if len(seen) else float(local[_CHIN, 0])
    for below in _BODY:
        row = float(local[_CHIN, 1]) + below
        for aside in (0.0, 0.35, 1.0, 1.8):
            yield (aside, row), (middle + near * aside, row)


def spline(places: _Points, values: _Points, at: _Points) -> _Points:
    """What the thin plate spline that takes `places` (n, 2) to `values` (n, 2) makes of other places."""
    n = len(places)
    flat = np.column_stack([np.ones(n), places])
    system = np.block([[_bent(places, places) + _STIFF * np.eye(n), flat], [flat.T, np.zeros((3, 3))]])
    weights = np.linalg.solve(system, np.vstack([values, np.zeros((3, 2))]))
    few = np.array_split(at, -(-len(at) // _AT_ONCE))
    return np.vstack([np.column_stack([_bent(part, places), np.ones(len(part)), part]) @ weights for part in few])


def _bent(at: _Points, places: _Points) -> _Points:
    across, down = (at[:, None, axis] - places[:, axis] for axis in (0, 1))
    square = across * across + down * down
    return np.asarray(0.5 * square * cv2.log(square + 1e-12), np.float64)
