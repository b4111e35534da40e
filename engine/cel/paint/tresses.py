"""Locks drawn with the pen: what turns the edge of a mask into anime hair.

The outline of the hair is cut into stretches by what lies beyond it (the forehead, a cheek, the air, a shoulder), and
along each stretch locks are laid: curved, pointed, filled with the hair's own tones and inked on both sides. Lines
follow the flow into the hair from where two locks part.
"""

from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import SIDE
from engine.cel.geometry import Points, bezier, ease, smooth
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import HALF, Field, blur, sampled
from engine.cel.paint.flow import Flow
from engine.cel.paint.layers import Layers
from engine.cel.paint.shine import shine
from engine.cel.paint.strands import rooted, spread

_LEAST = 0.16
"""Hair smaller than a square of this side, in face widths, gets no locks."""
_ROOT = 0.09
"""How deep within the hair a lock begins, in face widths."""
_EYES = -0.085
"""No lock of a fringe hangs lower than this v."""


class Beyond(Enum):
    """What lies beyond a point of the hair's outline, and so what grows there."""

    NOTHING = 0
    """The picture's border, and places where hair is thin: left as they are."""
    FOREHEAD = 1
    CHEEK = 2
    END = 3
    """Below hair that hangs."""
    AIR = 4
    """Beside the head."""
    CROWN = 5
    """Above the head."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """Locks of one stretch: breadth and length in face widths."""

    breadth: float
    length: float
    every: int = 1
    """Only each n-th is drawn."""


_KINDS = {
    Beyond.FOREHEAD: _Kind(0.17, 0.15),
    Beyond.CHEEK: _Kind(0.30, 0.17),
    Beyond.END: _Kind(0.17, 0.16),
    Beyond.AIR: _Kind(0.34, 0.15, every=2),
    Beyond.CROWN: _Kind(0.20, 0.10, every=2),
}
_LONE = 0.12
"""Locks shorter than this, in face widths, do not fall from a high hairline: it would look frayed."""
_SLEEK = _Kind(0.30, 0.06, every=2)
"""The crown's where hair hangs: its own weight keeps it down."""
_HANGING = 0.45
"""Hair that reaches below this v hangs."""


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock in the picture's pixels: its outline, the sides to be inked (root to tip), the part in shadow."""

    shape: Points
    sides: tuple[Points, Points]
    shade: Points
    root: Points
    """Where the lock takes its colour from."""


@dataclass(frozen=True, slots=True)
class Locks:
    """All that the pen adds to the hair."""

    locks: tuple[Lock, ...]
    lines: tuple[Points, ...]
    """Lines within the hair, from where two locks part towards the crown."""
    strands: tuple[Points, ...]
    """Other lines, all over the hair."""
    folds: tuple[Points, ...]
    """The same, drawn as the shadow between two locks."""
    shine: tuple[Points, ...]
    """The band of light across the crown, in pieces."""

    def mask(self, size: int) -> Plane:
        """Coverage 0..1 of all locks at (size, size)."""
        plane = np.zeros((size, size), np.uint8)
        for lock in self.locks:
            cv2.fillPoly(plane, [fixed(lock.shape * (size / SIDE))], 255, cv2.LINE_AA, 4)
        return plane.astype(np.float32) / np.float32(255)


@dataclass(frozen=True, slots=True)
class _Outline:
    """A closed outline of hair at equal steps, in the picture's pixels."""

    at: Points
    out: Points
    """Unit normals that point out of the hair."""
    flow: Points
    beyond: NDArray[np.object_]
    v: NDArray[np.float64]


def design(layers: Layers, flow: Flow, face: WarpedFace, seed: int) -> Locks:
    """Lay out the locks of the hair; the same for the same seed."""
    rng = np.random.Generator(np.random.PCG64(seed))
    locks: list[Lock] = []
    partings: list[tuple[Points, Points]] = []
    inner = blur(layers.half_hair, 0.012 * face.u)
    way = np.dstack([blur(flow.x, 0.05 * face.u), blur(flow.y, 0.05 * face.u)])
    outlines = _outlines(layers, way, face)
    hanging = any((outline.v > _HANGING).any() for outline in outlines)
    for outline in outlines:
        for kind, run in _stretches(outline.beyond):
            measure = _SLEEK if hanging and kind is Beyond.CROWN else _KINDS[kind]
            made, parted = _row(outline, run, kind, measure, face, rng)
            locks += made
            partings += parted
    roots, ways = np.array(partings).reshape(-1, 2, 2).transpose(1, 0, 2)
    lines = rooted(inner, way, face, roots, ways, rng)
    others = spread(inner, way, face, lines, rng)
    return Locks(
        locks=tuple(locks),
        lines=_whole(lines),
        strands=_whole(others[1::2]),
        folds=_whole(others[::2]),
        shine=tuple(shine(layers.half_hair, face, rng)),
    )


def _outlines(layers: Layers, flow: Field, face: WarpedFace) -> list[_Outline]:
    unit = face.u / 2
    soft = blur(layers.half_hair, max(1.0, 0.012 * face.u))
    contours, _ = cv2.findContours((soft > 0.5).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    gx, gy = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    found = []
    for contour in contours:
        if cv2.contourArea(contour) < (_LEAST * unit) ** 2 or len(contour) < 12:
            continue
        at = smooth(contour[:, 0].astype(np.float64), 0.03 * unit, closed=True)
        out = -np.stack([sampled(np.asarray(g, np.float32), at) for g in (gx, gy)], 1)
        out = smooth(out / (np.linalg.norm(out, axis=1, keepdims=True) + 1e-6), 0.03 * unit, closed=True)
        out /= np.linalg.norm(out, axis=1, keepdims=True) + 1e-6
        way = np.stack([sampled(flow[..., 0], at), sampled(flow[..., 1], at)], 1)
        local = (at * 2 + 1 - face.centre) / face.u
        v = local @ face.down
        found.append(_Outline(at * 2 + 1, out, way, _beyond(layers, at, out, v, unit, face), v))
    return found


def _beyond(
    layers: Layers,
    at: Points,
    out: Points,
    v: NDArray[np.float64],
    unit: float,
    face: WarpedFace,
) -> NDArray[np.object_]:
    """What lies beyond each point of an outline."""
    over = at + out * 0.06 * unit
    under = at - out * 0.07 * unit
    head = (np.abs((at * 2 + 1 - face.centre) @ face.right) < 0.45 * face.u) & (v < -0.1)
    face_there = ((sampled(layers.half_face, over) > 0.5) | head) & (sampled(layers.half_skin, over) > 0.4)
    thick = sampled(layers.half_hair, under) > 0.6
    downward, aside = out @ face.down, np.abs(out @ face.right)
    border = (at < 3).any(1) | (at > HALF - 4).any(1)
    kinds = np.full(len(at), Beyond.NOTHING, object)
    kinds[thick & (v < -0.30) & (downward < 0.2) & ~face_there] = Beyond.CROWN
    kinds[thick & (v > -0.15) & (aside > 0.5) & ~face_there] = Beyond.AIR
    kinds[thick & (downward > 0.45) & (v > 0.05) & ~face_there] = Beyond.END
    kinds[thick & face_there & (v > -0.25)] = Beyond.CHEEK
    kinds[thick & face_there & (downward > 0.2) & (v < 0.0)] = Beyond.FOREHEAD
    kinds[border] = Beyond.NOTHING
    return kinds


def _stretches(beyond: NDArray[np.object_]) -> list[tuple[Beyond, NDArray[np.intp]]]:
    """Runs of the same kind round a closed outline: kind and indices."""
    changes = np.flatnonzero(beyond != np.roll(beyond, 1))
    if not changes.size:
        return [] if beyond[0] is Beyond.NOTHING else [(beyond[0], np.arange(len(beyond)))]
    turned = np.roll(np.arange(len(beyond)), -int(changes[0]))
    runs = np.split(turned, (changes - changes[0])[1:])
    return [(beyond[run[0]], run) for run in runs if beyond[run[0]] is not Beyond.NOTHING]


def _row(
    outline: _Outline,
    run: NDArray[np.intp],
    kind: Beyond,
    measure: _Kind,
    face: WarpedFace,
    rng: np.random.Generator,
) -> tuple[list[Lock], list[tuple[Points, Points]]]:
    """The locks along one stretch; and where they part, in half-size pixels, with the way into the hair."""
    step = float(np.linalg.norm(np.diff(outline.at[run], axis=0), axis=1).sum())
    count = round(step / (measure.breadth * face.u))
    if count < 1:
        return [], []
    cuts = np.linspace(0, len(run) - 1, count + 1)
    cuts[1:-1] += (0.20 * (-1) ** np.arange(1, count) + rng.uniform(-0.2, 0.2, count - 1)) * (len(run) / count)
    cuts = np.rint(cuts).astype(int)
    locks, partings = [], []
    for k in range(count):
        first, last = run[cuts[k]], run[cuts[k + 1]]
        size = float(rng.uniform(0.45, 0.8) if k % 2 else rng.uniform(0.95, 1.35))
        bend = float(rng.uniform(0.5, 1.0))
        if k % measure.every:
            continue
        lock = _lock(outline, first, last, run[(cuts[k] + cuts[k + 1]) // 2], kind, size * measure.length, bend, face)
        if lock is not None:
            locks.append(lock)
        if k and measure.every == 1:
            way = -outline.out[first]
            partings.append(((outline.at[first] + way * (0.6 * _ROOT * face.u) - 1) / 2, way))
    return locks, partings


def _lock(
    outline: _Outline,
    first: np.intp,
    last: np.intp,
    middle: np.intp,
    kind: Beyond,
    size: float,
    bend: float,
    face: WarpedFace,
) -> Lock | None:
    a, b = outline.at[first], outline.at[last]
    breadth, start = float(np.linalg.norm(b - a)), outline.at[middle]
    side = 1.0 if float((start - face.centre) @ face.right) > -0.06 * face.u else -1.0
    way, long = _reach(outline, middle, kind, size, side, face)
    if breadth < 0.03 * face.u or long < 0.02 * face.u:
        return None
    tip, deep = start + way * long, _ROOT * face.u
    inner_a, inner_b = a - outline.out[first] * deep, b - outline.out[last] * deep
    aside = np.array([-way[1], way[0]])
    aside = aside * (1.0 if aside @ face.right * side > 0 else -1.0) * bend * 0.16 * breadth
    sides = tuple(
        bezier(inner, root + way * 0.30 * long - aside, tip - way * 0.45 * long - aside, tip, 12)
        for inner, root in ((inner_a, a), (inner_b, b))
    )
    root = (inner_a + inner_b) / 2
    spine = bezier(root, start + way * 0.2 * long, tip - way * 0.4 * long - aside, tip, 12)
    far = max(sides, key=lambda s: float(s[4] @ face.right) * -side)
    shade = np.vstack([spine[4:], far[::-1][:-3]])
    return Lock(np.vstack([sides[0], sides[1][::-1]]), (sides[0], sides[1]), shade, root)


def _reach(
    outline: _Outline, at: np.intp, kind: Beyond, size: float, side: float, face: WarpedFace
) -> tuple[Points, float]:
    """Which way a lock falls (a unit vector), and how far, in pixels; `side` is that of the head, -1 or 1."""
    out, flow, v = outline.out[at], outline.flow[at], float(outline.v[at])
    down, right, long = face.down, face.right * side, size
    if kind is Beyond.FOREHEAD:
        forehead = float((face.points[10] - face.centre) @ down) / face.u
        bare = 1 - ease(v, forehead - 0.02, forehead + 0.16)
        way = (0.55 - 0.2 * bare) * down + 0.30 * out + (0.25 + 0.6 * bare) * right + 0.5 * (1 - bare) * flow
        long = 0.0 if bare > 0.5 and size < _LONE else size * (1 - 0.35 * bare)
    elif kind is Beyond.CHEEK:
        way = 0.80 * down + 0.15 * out + 0.3 * flow
    elif kind is Beyond.END:
        way = 0.6 * flow + 0.25 * out + 0.45 * down
    elif kind is Beyond.CROWN:
        around = np.array([-out[1], out[0]])
        way = 0.45 * out + 0.9 * around * (1.0 if around @ right > 0 else -1.0)
    else:
        way = 0.85 * down + 0.22 * out + 0.3 * flow
    way = way / (np.linalg.norm(way) + 1e-6)
    if kind is Beyond.FOREHEAD:
        long = min(long, (_EYES - v) / max(0.3, float(way @ down)))
    return way, long * face.u


def _whole(lines: list[Points]) -> tuple[Points, ...]:
    """Lines of the half-size picture in the picture's pixels."""
    return tuple(line * 2 + 1 for line in lines)


def fixed(shape: Points) -> NDArray[np.int32]:
    """A polygon as `cv2.fillPoly` takes it with a shift of 4 bits."""
    return np.rint(np.clip(shape - 0.5, -4000, 4000) * 16).astype(np.int32)
