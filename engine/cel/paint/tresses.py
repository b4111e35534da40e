"""Locks drawn with the pen: what turns the edge of a mask into anime hair.

The outline of the hair is cut into stretches by what lies beyond it (the forehead, a cheek, the air, a shoulder), and
along each stretch locks are laid: curved, pointed, filled with the hair's own tones and inked on both sides. Lines
follow the flow into the hair from where two locks part.
"""

import math
from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.canvas import around
from engine.cel.frame import SIDE
from engine.cel.geometry import Points, bezier, ease, pen, smooth
from engine.cel.look import LabPicture, Look, Plane, WarpedFace
from engine.cel.paint.fields import HALF, Field, blur
from engine.cel.paint.flow import Flow
from engine.cel.paint.layers import Layers, oval

_LEAST = 0.16
"""Hair smaller than a square of this side, in face widths, gets no locks."""
_ROOT = 0.09
"""How deep within the hair a lock begins, in face widths."""
_STRIDE = 4.0
"""Pixels from one point of a traced line to the next."""
_EYES = -0.085
"""No lock of a fringe hangs lower than this v."""


class Beyond(Enum):
    """What lies beyond a point of the hair's outline, and so what grows there."""

    NOTHING = 0
    """The crown, the picture's border: left as they are."""
    FOREHEAD = 1
    CHEEK = 2
    END = 3
    """Below hair that hangs."""
    AIR = 4
    """Beside the head."""


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
}


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock in the picture's pixels: its outline, the sides to be inked (root to tip), the part in shadow."""

    shape: Points
    sides: tuple[Points, Points]
    shade: Points


@dataclass(frozen=True, slots=True)
class Locks:
    """All that the pen adds to the hair."""

    locks: tuple[Lock, ...]
    lines: tuple[Points, ...]
    """Lines within the hair, from where two locks part towards the crown."""
    shine: tuple[Points, ...]
    """The band of light across the crown, in pieces."""

    def mask(self, size: int) -> Plane:
        """Coverage 0..1 of all locks at (size, size)."""
        plane = np.zeros((size, size), np.uint8)
        for lock in self.locks:
            cv2.fillPoly(plane, [_fixed(lock.shape * (size / SIDE))], 255, cv2.LINE_AA, 4)
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
    lines: list[Points] = []
    smooth_flow = np.dstack([blur(flow.x, 0.035 * face.u), blur(flow.y, 0.035 * face.u)])
    inner = blur(layers.half_hair, 0.012 * face.u)
    for outline in _outlines(layers, smooth_flow, face):
        for kind, run in _stretches(outline.beyond):
            made, parted = _row(outline, run, kind, inner, smooth_flow, face, rng)
            locks += made
            lines += parted
    return Locks(tuple(locks), tuple(lines), tuple(_shine(layers.half_hair, face, rng)))


def draw(picture: LabPicture, locks: Locks, look: Look, width: float) -> None:
    """Draw the locks over painted and inked hair, in place; `width` is the pen's, in pixels."""
    shapes = [lock.shape for lock in locks.locks] + [*locks.lines, *locks.shine]
    if not shapes:
        return
    left, top, right, bottom = (int(np.clip(edge, 0, SIDE)) for edge in around(shapes, 2 * width))
    if right <= left or bottom <= top:
        return
    corner = np.array([left, top], np.float64)
    box = picture[top:bottom, left:right]
    before = _eight_bit(box)
    paper = before.copy()

    def fill(shape: Points, tone: list[int]) -> None:
        cv2.fillPoly(paper, [_fixed(shape - corner)], tone, cv2.LINE_AA, 4)

    fine = look.hair_ink * np.float32(0.55) + look.hair.shadow * np.float32(0.45)
    palette = np.stack([look.hair.base, look.hair.shadow, look.hair.light, look.hair_ink, fine])
    base, shadow, light, ink, thin = _eight_bit(palette[None])[0].tolist()
    for piece in locks.shine:
        fill(piece, light)
    for line in locks.lines:
        fill(pen(line, 0.9 * width, 0.8, 0.0, 0.15), thin)
    for lock in locks.locks:
        fill(lock.shape, base)
        fill(lock.shade, shadow)
        for side in lock.sides:
            fill(pen(side[3:], width, 0.0, 0.3, 0.6), ink)
    lightness, a, b = cv2.split(cv2.absdiff(paper, before))
    touched = cv2.max(cv2.max(lightness, a), b) > 0
    np.copyto(box, cv2.transform(paper.astype(np.float32), _BACK), where=touched[..., None])


def _outlines(layers: Layers, flow: Field, face: WarpedFace) -> list[_Outline]:
    unit = face.u / 2
    soft = blur(layers.half_hair, max(1.0, 0.012 * face.u))
    contours, _ = cv2.findContours((soft > 0.5).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    gx, gy = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    inside = oval(face, HALF)
    found = []
    for contour in contours:
        if cv2.contourArea(contour) < (_LEAST * unit) ** 2 or len(contour) < 12:
            continue
        at = smooth(contour[:, 0].astype(np.float64), 0.03 * unit, closed=True)
        out = -np.stack([_sampled(np.asarray(g, np.float32), at) for g in (gx, gy)], 1)
        out = smooth(out / (np.linalg.norm(out, axis=1, keepdims=True) + 1e-6), 0.03 * unit, closed=True)
        out /= np.linalg.norm(out, axis=1, keepdims=True) + 1e-6
        way = np.stack([_sampled(flow[..., 0], at), _sampled(flow[..., 1], at)], 1)
        local = (at * 2 + 1 - face.centre) / face.u
        v = local @ face.down
        found.append(_Outline(at * 2 + 1, out, way, _beyond(layers, inside, at, out, v, unit, face), v))
    return found


def _beyond(
    layers: Layers,
    inside: Plane,
    at: Points,
    out: Points,
    v: NDArray[np.float64],
    unit: float,
    face: WarpedFace,
) -> NDArray[np.object_]:
    """What lies beyond each point of an outline."""
    over = at + out * 0.06 * unit
    under = at - out * 0.07 * unit
    face_there = (_sampled(inside, over) > 0.5) & (_sampled(layers.half_skin, over) > 0.4)
    thick = _sampled(layers.half_hair, under) > 0.6
    downward, aside = out @ face.down, np.abs(out @ face.right)
    border = (at < 3).any(1) | (at > HALF - 4).any(1)
    kinds = np.full(len(at), Beyond.NOTHING, object)
    kinds[thick & (v > -0.15) & (aside > 0.5) & ~face_there] = Beyond.AIR
    kinds[thick & (downward > 0.45) & (v > 0.05) & ~face_there] = Beyond.END
    kinds[thick & face_there & (v > -0.25)] = Beyond.CHEEK
    kinds[thick & face_there & (downward > 0.35) & (v < 0.0)] = Beyond.FOREHEAD
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
    hair: Plane,
    flow: Field,
    face: WarpedFace,
    rng: np.random.Generator,
) -> tuple[list[Lock], list[Points]]:
    """The locks along one stretch, and the lines where they part."""
    measure = _KINDS[kind]
    step = float(np.linalg.norm(np.diff(outline.at[run], axis=0), axis=1).sum())
    count = round(step / (measure.breadth * face.u))
    if count < 1:
        return [], []
    cuts = np.linspace(0, len(run) - 1, count + 1)
    cuts[1:-1] += (0.20 * (-1) ** np.arange(1, count) + rng.uniform(-0.2, 0.2, count - 1)) * (len(run) / count)
    cuts = np.rint(cuts).astype(int)
    locks, lines = [], []
    for k in range(count):
        first, last = run[cuts[k]], run[cuts[k + 1]]
        size = float(rng.uniform(0.45, 0.8) if k % 2 else rng.uniform(0.95, 1.35))
        bend = float(rng.uniform(0.5, 1.0))
        if k % measure.every:
            continue
        lock = _lock(outline, first, last, run[(cuts[k] + cuts[k + 1]) // 2], kind, size, bend, face)
        if lock is not None:
            locks.append(lock)
        if k and measure.every == 1:
            way = -outline.out[first]
            start = outline.at[first] + way * (0.6 * _ROOT * face.u)
            line = _traced(hair, flow, start, way, rng.uniform(0.25, 0.65) * face.u)
            if len(line) > 5:
                lines.append(line)
    return locks, lines


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
    u = face.u
    a, b, out = outline.at[first], outline.at[last], outline.out[middle]
    breadth = float(np.linalg.norm(b - a))
    if breadth < 0.03 * u:
        return None
    across = float((outline.at[middle] - face.centre) @ face.right) / u
    side = 1.0 if across > -0.06 else -1.0
    down, right = face.down, face.right
    flow = outline.flow[middle]
    if kind is Beyond.FOREHEAD:
        way = 0.55 * down + 0.30 * out + 0.25 * side * right + 0.5 * flow
    elif kind is Beyond.CHEEK:
        way = 0.80 * down + 0.15 * out + 0.3 * flow
    elif kind is Beyond.END:
        way = 0.6 * flow + 0.25 * out + 0.45 * down
    else:
        way = 0.85 * down + 0.22 * out + 0.3 * flow
    way = way / (np.linalg.norm(way) + 1e-6)
    long = _KINDS[kind].length * u * size
    if kind is Beyond.FOREHEAD:
        forehead = float((face.points[10] - face.centre) @ down) / u
        bare = 1 - ease(float(outline.v[middle]), forehead - 0.02, forehead + 0.16)
        if bare > 0.7:
            return None
        long *= 1 - 0.5 * bare
        room = (_EYES - float(outline.v[middle])) * u
        long = min(long, room / max(0.3, float(way @ down)))
    if long < 0.02 * u:
        return None
    tip = outline.at[middle] + way * long
    inner_a, inner_b = a - outline.out[first] * _ROOT * u, b - outline.out[last] * _ROOT * u
    aside = np.array([-way[1], way[0]])
    aside = aside * (1.0 if aside @ right * side > 0 else -1.0) * bend * 0.16 * breadth
    sides = tuple(
        bezier(inner, root + way * 0.30 * long - aside, tip - way * 0.45 * long - aside, tip, 12)
        for inner, root in ((inner_a, a), (inner_b, b))
    )
    root, start = (inner_a + inner_b) / 2, outline.at[middle]
    spine = bezier(root, start + way * 0.2 * long, tip - way * 0.4 * long - aside, tip, 12)
    far = max(sides, key=lambda s: float(s[4] @ right) * -side)
    shade = np.vstack([spine[4:], far[::-1][:-3]])
    return Lock(np.vstack([sides[0], sides[1][::-1]]), (sides[0], sides[1]), shade)


def _shine(hair: Plane, face: WarpedFace, rng: np.random.Generator) -> list[Points]:
    """The band of light: it follows the crown's outline, and its edges are the zigzag of the locks it crosses."""
    across, heights = np.linspace(-0.48, 0.48, 49), np.linspace(-1.4, 0.6, 161)
    grid = face.centre + face.u * (across[:, None, None] * face.right + heights[None, :, None] * face.down)
    seen = _sampled(hair, grid.reshape(-1, 2) / 2 - 0.5).reshape(len(across), -1) > 0.7
    inside = ((grid > 2) & (grid < SIDE - 2)).all(-1)
    seen &= inside
    top = np.argmax(seen, 1)
    below = np.arange(len(heights)) > top[:, None]
    end = np.where((below & ~seen).any(1), np.argmax(below & ~seen, 1), len(heights) - 1)
    room = np.where(seen.any(1), (end - top) * (heights[1] - heights[0]), 0)
    good = room > 0.14
    if good.sum() < 12:
        return []
    room = np.minimum(room, 0.5)
    crown = smooth(np.interp(across, across[good], heights[top][good]), 3.0)
    room = smooth(np.interp(across, across[good], room[good]), 3.0)
    first, last = across[good][[0, -1]]
    length = last - first
    cut = first + length * float(rng.uniform(0.60, 0.70))
    pieces = ((first + 0.14 * length, cut), (cut + 0.07 * length, last - 0.10 * length))
    shapes = []
    for left, right in pieces:
        count = max(3, round((right - left) / 0.075))
        at = np.linspace(left, right, 2 * count + 1)
        middle = np.interp(at, across, crown + 0.40 * room)
        thick = np.interp(at, across, room) * 0.13 * np.sin(np.pi * np.linspace(0, 1, len(at))) ** 0.6
        teeth = np.where(np.arange(len(at)) % 2, 1.7, 0.4) * rng.uniform(0.6, 1.4, len(at))
        low, high = middle + thick * teeth, middle - thick * np.where(np.arange(len(at)) % 2, 0.6, 1.15)
        outline = np.concatenate([np.stack([at, high], 1), np.stack([at, low], 1)[::-1]])
        shapes.append(face.centre + face.u * (outline[:, :1] * face.right + outline[:, 1:] * face.down))
    return shapes


def _traced(hair: Plane, flow: Field, start: Points, way: Points, long: float) -> Points:
    """A line through the hair against its flow, from `start`; it ends before the hair does."""
    x, y = (float(c) for c in start)
    dx, dy = (float(c) for c in way)
    line = [(x, y)]
    for _ in range(max(2, int(long / _STRIDE))):
        column, row = min(max(int(x / 2), 0), HALF - 1), min(max(int(y / 2), 0), HALF - 1)
        if hair[row, column] < 0.7:
            break
        fx, fy = (float(c) for c in flow[row, column])
        along = fx * dx + fy * dy
        turn = 0.3 if along > 0.3 * math.hypot(fx, fy) else 0.15  # a flow that runs across leads nowhere
        scale = math.copysign(turn / max(math.hypot(fx, fy), 1e-6), along)
        dx, dy = dx + scale * fx, dy + scale * fy
        length = max(math.hypot(dx, dy), 1e-6)
        dx, dy = dx / length, dy / length
        x, y = x + _STRIDE * dx, y + _STRIDE * dy
        line.append((x, y))
    return np.array(line)


def _sampled(plane: Plane, at: Points) -> NDArray[np.float64]:
    p = np.asarray(at, np.float32)[None]
    x, y = np.ascontiguousarray(p[..., 0]), np.ascontiguousarray(p[..., 1])
    return np.asarray(cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0], np.float64)


def _fixed(shape: Points) -> NDArray[np.int32]:
    return np.rint(np.clip(shape - 0.5, -4000, 4000) * 16).astype(np.int32)


_BYTES = np.array([[2.55, 0, 0, 0], [0, 1, 0, 128], [0, 0, 1, 128]], np.float32)
_BACK = np.array([[1 / 2.55, 0, 0, 0], [0, 1, 0, -128], [0, 0, 1, -128]], np.float32)
"""CIELAB in three bytes, as OpenCV has it, which polygons can be drawn on; and back."""


def _eight_bit(lab: LabPicture) -> NDArray[np.uint8]:
    return np.asarray(cv2.convertScaleAbs(cv2.transform(lab, _BYTES)), np.uint8)
