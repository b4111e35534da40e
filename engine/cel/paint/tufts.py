"""What makes a beard hair rather than a plate: tufts along its rim, and strands, all as whiskers grow.

Whiskers grow away from the middle of the upper lip: aside on the lip, down and aside on the cheeks, down on the chin.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from engine.cel.frame import HALF
from engine.cel.geometry import bezier, ease, smooth, smoothstep
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.fields import sampled

_LIP = 164
_DOWN = 0.10
"""How far over the middle of the lip whiskers grow away from, in face widths."""
_BROAD, _LONG = (0.06, 0.16), (0.3, 0.9)
"""Breadths of tufts in face widths; and how long they are, in their breadths."""
_LEAVING, _HANGS = 0.15, (0.55, 0.85)
"""Whiskers that leave the rim at this sine stand over it; and how steeply they hang in tufts."""
_CHIN, _SHAGGY, _TRIM = 152, (0.09, 0.26), 0.2
"""How far below the chin beards are shaggy, in face widths; and how shaggy trim ones are, whose rim is plain."""
_SPECK = 12
"""A contour of fewer half-size pixels has no hairs."""
_ROOT = 0.05
"""How deep in the beard tufts begin, in face widths."""
_STRAND, _CELL = (0.09, 0.20), 0.085
"""How long strands are, and the side of the square that each has for itself, in face widths."""
_CLEAR = 0.05
"""How far within the rim strands begin, in face widths."""
_BEND = 0.25
"""How far strands bend towards the chin, as a share of their length."""


@dataclass(frozen=True, slots=True)
class Hairs:
    """The hairs of a beard, in the picture's pixels."""

    tufts: list[Points]
    """Closed outlines of those that stand over its rim."""
    strands: list[Points]
    """Lines all over it."""


def hairs(shape: Plane, face: WarpedFace, seed: int) -> Hairs:
    """Lay out the hairs of a beard whose signed distance, at half size, is `shape`."""
    chance = np.random.Generator(np.random.PCG64(seed))
    y, x = np.nonzero(shape > 0)
    low = ((np.stack([x, y], 1) * 2 + 1 - face.points[_CHIN]) @ face.down).max(initial=0.0) / face.u
    shaggy = ease(float(low), *_SHAGGY)
    tufts: list[Points] = []
    contours, _ = cv2.findContours((shape > 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for contour in contours if shaggy > _TRIM else ():
        if len(contour) < _SPECK:
            continue
        at, out = _rim(contour[:, 0].astype(np.float64), shape, face)
        grows = directions(at, face)
        steep = (grows * out).sum(1) * smoothstep(grows @ face.down, *_HANGS)
        tufts += _tufts(at, out, grows, steep, shaggy * face.u, chance)
    return Hairs(tufts, _strands(shape, face, chance))


def _rim(contour: Points, shape: Plane, face: WarpedFace) -> tuple[Points, Points]:
    """A contour of the half-size picture, smooth and in the picture's pixels; and the unit vectors out of the shape."""
    at = smooth(contour, 0.02 * face.u, closed=True)
    way = np.roll(at, -2, 0) - np.roll(at, 2, 0)
    out = np.stack([way[:, 1], -way[:, 0]], 1) / (np.hypot(*way.T)[:, None] + 1e-6)
    inward = sampled(shape, at - 2 * out) > sampled(shape, at + 2 * out)
    return at * 2 + 1, out * np.where(inward, 1.0, -1.0)[:, None]


def _strands(shape: Plane, face: WarpedFace, chance: np.random.Generator) -> list[Points]:
    """Strands all over a beard, clear of its rim; in the picture's pixels."""
    cell = _CELL * face.u
    count = int(2 * HALF / cell) + 1
    grid = np.stack(np.meshgrid(np.arange(count), np.arange(count)), -1).reshape(-1, 2)
    places = (grid + chance.uniform(0.1, 0.9, grid.shape)) * cell
    places = places[(sampled(shape, places / 2) > _CLEAR * face.u / 2) & (places < 2 * HALF - 2).all(1)]
    lines = [_strand(place, face, float(chance.uniform(*_STRAND)) * face.u) for place in places]
    return [line for line in lines if sampled(shape, line[-1:] / 2)[0] > 0]


def directions(at: Points, face: WarpedFace) -> Points:
    """The unit vectors along which whiskers grow at points of the picture."""
    local = (at - face.points[_LIP]) / face.u
    down = np.maximum(local @ face.down, 0) + _DOWN
    way = (local @ face.right)[:, None] * face.right + down[:, None] * face.down
    return np.asarray(way / (np.hypot(*way.T)[:, None] + 1e-9), np.float64)


def _strand(start: Points, face: WarpedFace, long: float) -> Points:
    way = directions(start[None], face)[0]
    end = start + way * long
    bend = face.down * (_BEND * long)
    return bezier(start, start + way * (long / 3), end - way * (long / 3) + bend * 0.3, end + bend, 8)


def _tufts(
    at: Points, out: Points, grows: Points, leaves: Points, unit: float, chance: np.random.Generator
) -> list[Points]:
    """Tufts one beside the other where whiskers leave a rim."""
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(at, axis=0).T))])
    tufts, begin = [], 0.0
    while begin < along[-1]:
        broad = float(chance.uniform(*_BROAD)) * unit
        first, last = np.searchsorted(along, [begin, begin + broad])
        begin += broad
        middle = (first + last) // 2
        if last >= len(at) or leaves[[first, middle, last]].min() < _LEAVING:
            continue
        long = broad * float(chance.uniform(*_LONG)) * float(leaves[middle])
        way = grows[middle] + 0.4 * out[middle]
        way /= np.hypot(*way)
        start, stop = at[first], at[last]
        tip = (start + stop) / 2 + way * long
        sides = [bezier(a, a + way * (0.45 * long), tip - way * (0.3 * long), tip, 6) for a in (start, stop)]
        deep = out[[last, first]] * (_ROOT * unit)
        tufts.append(np.vstack([sides[0], sides[1][::-1], at[[last, first]] - deep]))
    return tufts
