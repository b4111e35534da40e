"""Where hair ends in points: what turns the edge of a mask into locks.

Hair is divided by a grain, noise that is the same all along a strand. Where strands run out of the hair (a fringe, the
ends, a short crown) its outline is moved along them, furthest where the grain crosses zero: so every lock ends in a
point, and the sides of hair, along which strands run, stay as smooth as they are.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.fields import blur, ease, full, half, kept, length, outlined, sampled
from engine.cel.paint.flow import Flow, noise
from engine.cel.paint.layers import Layers, cover
from engine.cel.paint.wisps import wisps

_BREADTH = 0.045
"""Smoothness of the grain across strands, in face widths: locks are about four times as broad."""
_FRINGE, _BANGS, _ENDS, _CROWN = 0.02, 0.11, 0.12, 0.05
"""How far locks reach, in face widths: at a hairline, of a fringe that hangs over it, of hair's ends, of short hair."""
_NEAR = 0.12
"""How far from the outline its direction is believed, in face widths."""
_CRUMB = 0.10
"""Side, in face widths, of a square below which a piece of hair that locks cut off is dropped."""
_NONE = 40.0
"""A distance, in pixels, beyond every line."""
_HANGING = 0.4
"""Hair that reaches below this v hangs, and its weight keeps the crown down."""


@dataclass(frozen=True, slots=True)
class Locks:
    """The hair with its locks."""

    shape: Plane
    """Signed distance in pixels of the picture, (400, 400), positive inside."""
    half: Plane
    """Coverage 0..1 at half size."""
    grain: Plane
    """The same all along a strand, (200, 200), deviation 1; 0 in the middle of a lock."""
    partings: Points
    """(n, 2), at half size: where two locks part at the outline."""


def locks(layers: Layers, flow: Flow, face: WarpedFace, u: Plane, v: Plane, seed: int) -> Locks:
    """Lay out the hair's locks; the same for the same seed. u and v are at half size."""
    unit = face.u / 2
    hair = layers.half_hair + layers.half_worn
    on = hair > 0.5
    if not on.any():
        nothing = np.zeros_like(hair)
        return Locks(full(nothing - np.float32(_NONE)), nothing, nothing, np.zeros((0, 2)))
    shape = _distance(hair, layers, unit)
    grain = flow.along(noise(seed, max(1.5, _BREADTH * unit)))
    grain = np.asarray(grain / (float(grain[on].std()) + 1e-6), np.float32)
    reach = _reach(shape, hair, layers.half_worn, flow, face, u, v)
    tips = 1 - np.clip(np.abs(grain) * np.float32(1 / 1.3), 0, 1)
    bare = ease(blur(layers.half_skin, 0.05 * unit), 0.05, 0.3)  # but over skin notches would show the skull
    moved = np.asarray(shape + reach * (1.9 * tips**1.7 - 0.5 * bare), np.float32)
    inside = moved > 0
    crumbs = inside & ~kept(inside, (_CRUMB * unit) ** 2)
    moved[cv2.dilate(crumbs.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = -4
    chance = np.random.Generator(np.random.PCG64(seed))
    single = wisps(moved, flow, face, 4 if _hangs(hair, v, unit) else 2, chance)
    whole = np.maximum(full(moved) * 2, single)
    return Locks(whole, half(cover(whole)), grain, _partings(moved, reach, tips, unit))


def _hangs(hair: Plane, v: Plane, unit: float) -> bool:
    """Whether hair is long enough to hang."""
    return float((hair[v > _HANGING] > 0.5).sum()) > 0.08 * unit * unit


def _distance(hair: Plane, layers: Layers, unit: float) -> Plane:
    """Signed distance from the hair's outline in half-size pixels, positive inside."""
    lead = hair - np.maximum.reduce([layers.half_skin, layers.half_clothes, layers.half_background])
    return outlined(lead, (_CRUMB * unit) ** 2, max(0.8, 0.016 * unit))


def _reach(shape: Plane, hair: Plane, worn: Plane, flow: Flow, face: WarpedFace, u: Plane, v: Plane) -> Plane:
    """How far locks reach where strands leave the hair, in half-size pixels; 0 elsewhere."""
    unit = face.u / 2
    smooth = blur(shape, 0.03 * unit)
    gx, gy = (np.asarray(cv2.Sobel(smooth, cv2.CV_32F, *way), np.float32) for way in ((1, 0), (0, 1)))
    leaving = -(gx * flow.x + gy * flow.y) / (length(gx, gy) + np.float32(1e-6))
    hairline = float((face.points[10] - face.centre) @ face.down) / face.u
    front = (np.abs(u) < 0.5) & (v < 0.05)
    sideways = gx * face.down[0] + gy * face.down[1] < 0  # the hair's lower edge
    fringe = _FRINGE + (_BANGS - _FRINGE) * ease(v, hairline + 0.03, hairline + 0.16)
    above = hair[(np.abs(u) < 0.2) & (np.abs(v - hairline + 0.14) < 0.05)] > 0.5
    thin = not above.size or float(above.mean()) < 0.7
    crown = 0.0 if _hangs(hair, v, unit) or thin else _CROWN * ease(-v, 0.25, 0.45)
    far = np.where(front & sideways, fringe, np.maximum(_ENDS * ease(v, -0.15, 0.1), np.where(sideways, 0, crown)))
    far = far * (1 - ease(blur(worn, 0.06 * unit), 0.02, 0.1))  # what is worn has no locks
    near = (np.abs(shape) < _NEAR * unit).astype(np.float32)
    spread = flow.along(np.asarray(far * ease(leaving, 0.35, 0.75) * near, np.float32), 3)
    return np.asarray(unit * spread / (flow.along(near, 3) + np.float32(0.05)), np.float32)


def _partings(shape: Plane, reach: Plane, tips: Plane, unit: float) -> Points:
    """The notches between locks: places of the outline, well within reach, where the grain is furthest from zero."""
    contours, _ = cv2.findContours((shape > 0).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    window = max(2, round(0.05 * unit))
    found = []
    for contour in contours:
        at = contour[:, 0].astype(np.float64)
        if len(at) < 6 * window:
            continue
        far, tip = sampled(reach, at), sampled(tips, at)
        around = np.stack([np.roll(tip, shift) for shift in range(-window, window + 1)])
        found.append(at[(far > 0.03 * unit) & (tip <= around.min(0)) & (tip < 0.5)])
    return np.concatenate(found) if found else np.zeros((0, 2))
