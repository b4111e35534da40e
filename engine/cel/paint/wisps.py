"""Single locks that stand off the sides of hair, the way that strands run there.

A mask's outline, however smooth, is a wig's; a few such strokes make it drawn hair.
"""

import cv2
import numpy as np

from engine.cel.frame import HALF
from engine.cel.geometry import bezier, pen
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.fields import blur, sampled
from engine.cel.paint.flow import Flow

_LONG, _BROAD, _OFF = 0.24, 0.06, 0.055
"""Length and breadth of a lock, and how far its tip stands off, in face widths."""
_DEEP = 0.05
"""How deep within the hair a lock begins, in face widths."""
_APART = 0.24
"""How far locks keep from each other, in face widths."""
_BESIDE = (0.45, -0.1, 0.6)
"""Locks grow where the outline is so far (u) from the head's axis, so low (v), and strands hardly leave it."""


def wisps(shape: Plane, flow: Flow, face: WarpedFace, count: int, chance: np.random.Generator) -> list[Points]:
    """Outlines, in the picture's pixels, of up to `count` single locks.

    `shape` is the hair's signed distance at half size.
    """
    contours, _ = cv2.findContours((shape > 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return []
    at = max(contours, key=len)[:, 0].astype(np.float64)
    smooth = blur(shape, 2.0)
    out = -np.stack([sampled(np.asarray(cv2.Sobel(smooth, cv2.CV_32F, *way)), at) for way in ((1, 0), (0, 1))], 1)
    out /= np.linalg.norm(out, axis=1, keepdims=True) + 1e-6
    way = np.stack([sampled(flow.x, at), sampled(flow.y, at)], 1)
    local = (at * 2 + 1 - face.centre) @ np.stack([face.right, face.down], 1) / face.u
    inner = ((at > 3) & (at < HALF - 4)).all(1)
    aside, low, leaving = _BESIDE
    free = np.flatnonzero(
        inner & (np.abs(local[:, 0]) > aside) & (local[:, 1] > low) & (np.abs((out * way).sum(1)) < leaving)
    )
    locks: list[Points] = []
    while free.size > 12 and len(locks) < count:
        i = int(free[int(chance.integers(free.size))])
        reach = _LONG * face.u * float(chance.uniform(0.8, 1.3))
        start = at[i] * 2 + 1 - out[i] * _DEEP * face.u - way[i] * 0.35 * reach
        tip = start + way[i] * reach + out[i] * (_DEEP + _OFF) * face.u
        spine = bezier(start, start + way[i] * 0.4 * reach, tip - (way[i] + 0.35 * out[i]) * 0.35 * reach, tip, 14)
        locks.append(pen(spine, _BROAD * face.u, 0.8, 0.0, 0.3))
        free = free[np.linalg.norm(at[free] - at[i], axis=1) > _APART * face.u / 2]
    return locks
