"""Single locks that leave the mass of hair: before a bare forehead, from the crown, off the sides.

A mask's outline, however smooth, is a wig's; these few strokes are what makes it drawn hair.
"""

import cv2
import numpy as np

from engine.cel.frame import SIDE
from engine.cel.geometry import Points, bezier, pen
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import blur, sampled
from engine.cel.paint.flow import Flow

_DEEP = 0.05
"""How deep within the hair a lock begins, in face widths."""
_THIN = 0.13
"""Hair less high than this over its line, in face widths, is too short or too thin to fall."""
_BARE = 0.12
"""A hairline nearer than this, in face widths, to the mesh's upper end, or above it, leaves a forehead bare."""


def wisps(shape: Plane, flow: Flow, face: WarpedFace, hangs: bool, female: float, chance: np.random.Generator) -> Plane:
    """Signed distance, in the picture's pixels and at its size, from all such locks.

    `shape` is the hair's signed distance at half size; `hangs` says whether hair reaches below the chin. Of a woman
    (`female` over one half) whose hair is tied back, two long locks frame the face; else more falls over the forehead.
    """
    strokes = [*_forelocks(shape, face, hangs, female > 0.5, chance), *_flyaways(shape, flow, face, hangs, chance)]
    mask = np.zeros((SIDE, SIDE), np.uint8)
    for stroke in strokes:
        cv2.fillPoly(mask, [np.rint(np.clip(stroke - 0.5, -999, 999) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    inside = (mask > 127).astype(np.uint8)
    within, beyond = (cv2.distanceTransform(part, cv2.DIST_L2, 3) for part in (inside, 1 - inside))
    whole = np.where(inside > 0, within - 0.5, 0.5 - beyond)
    edge = (mask > 0) & (mask < 255)
    return blur(np.where(edge, mask * np.float32(1 / 255) - np.float32(0.5), whole).astype(np.float32), 0.7)


def _hairline(shape: Plane, face: WarpedFace, u: float) -> tuple[float, float] | None:
    """The v at which hair ends over the forehead, u to the right of the head's axis, and how much hair is above it.

    None where there is no hair, or none that ends there.
    """
    v = np.linspace(-1.25, 0.05, 131)
    along = face.centre + face.u * (u * face.right + v[:, None] * face.down)
    hair = sampled(shape, along / 2 - 0.5) > 0
    if not hair.any() or hair[-1]:
        return None
    end = int(np.flatnonzero(hair)[-1])
    return float(v[end]), float(hair[:end].sum() * (v[1] - v[0]))


def _forelocks(shape: Plane, face: WarpedFace, hangs: bool, woman: bool, chance: np.random.Generator) -> list[Points]:
    """Locks that fall over a bare forehead: from the parting, and at the temples."""
    top = float((face.points[10] - face.centre) @ face.down) / face.u
    parting = (-0.10 if face.yaw > -0.05 else 0.10) + float(chance.uniform(-0.05, 0.05))
    away = 1.0 if parting < 0 else -1.0
    places = [  # place, length, how far aside the tip falls, breadth
        (parting + 0.03 * away, 0.31, 0.20 * away, 0.058),
        (parting, 0.23, 0.07 * away, 0.042),
    ]
    if not woman:
        places.append((parting - 0.03 * away, 0.19, -0.10 * away, 0.050))
    elif hangs:
        places += [(-0.37, 0.40, -0.045, 0.06), (0.37, 0.40, 0.045, 0.06)]
    else:
        places += [(-0.385, 0.74, -0.035, 0.065), (0.385, 0.74, 0.035, 0.065)]
    strokes = []
    for u, long, aside, broad in places:
        found = _hairline(shape, face, u)
        if found is None or abs(u - 0.3 * face.yaw) > 0.42:
            continue
        line, thick = found
        if line > top + _BARE or thick < _THIN:
            continue
        long *= float(np.clip(thick / 0.40, 0.55, 1))
        long = min(long * float(chance.uniform(0.85, 1.15)), (-0.12 if abs(u) < 0.3 else 0.42) - line)
        if long < 0.12:
            continue
        root = np.array([u, line - _DEEP])
        tip = np.array([u + aside, line + long])
        bend = 0.45 * aside + 0.015 * np.sign(aside)
        first = root + np.array([0.75 * bend, 0.25 * long])
        second = tip - np.array([0.02 * np.sign(aside), 0.45 * long])
        axes = np.stack([face.right, face.down]) * face.u
        spine = face.centre + bezier(root, first, second, tip, 16) @ axes
        strokes.append(pen(spine, broad * face.u, 0.9, 0.0, 0.30))
    return strokes


def _flyaways(shape: Plane, flow: Flow, face: WarpedFace, hangs: bool, chance: np.random.Generator) -> list[Points]:
    """Locks that stand off the outline, the way that strands run there."""
    contours, _ = cv2.findContours((shape > 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return []
    at = max(contours, key=len)[:, 0].astype(np.float64)
    gx, gy = (cv2.Sobel(cv2.GaussianBlur(shape, (0, 0), 2.0), cv2.CV_32F, *way) for way in ((1, 0), (0, 1)))
    out = -np.stack([sampled(np.asarray(g, np.float32), at) for g in (gx, gy)], 1)
    out /= np.linalg.norm(out, axis=1, keepdims=True) + 1e-6
    way = np.stack([sampled(flow.x, at), sampled(flow.y, at)], 1)
    local = (at * 2 + 1 - face.centre) @ np.stack([face.right, face.down], 1) / face.u
    inner = ((at > 3) & (at < SIDE / 2 - 4)).all(1)
    beside = inner & (np.abs(local[:, 0]) > 0.45) & (local[:, 1] > -0.1) & (np.abs((out * way).sum(1)) < 0.6)
    above = inner & (local[:, 1] < -0.5) & (np.abs(local[:, 0]) < 0.5)
    strokes: list[Points] = []
    for where, count, long, broad in ((beside, 4 if hangs else 2, 0.24, 0.06), (above, 1, 0.18, 0.045)):
        free = np.flatnonzero(where)
        for _ in range(count if free.size > 12 else 0):
            i = int(free[int(chance.integers(free.size))])
            along = (
                way[i] if where is beside else np.array([-out[i, 1], out[i, 0]]) * (1 if chance.random() < 0.5 else -1)
            )
            reach = long * face.u * float(chance.uniform(0.8, 1.3))
            start = at[i] * 2 + 1 - out[i] * _DEEP * face.u - along * 0.35 * reach
            tip = start + along * reach + out[i] * (_DEEP + 0.055) * face.u
            spine = bezier(start, start + along * 0.4 * reach, tip - (along + 0.35 * out[i]) * 0.35 * reach, tip, 14)
            strokes.append(pen(spine, broad * face.u, 0.8, 0.0, 0.3))
            free = free[np.linalg.norm(at[free] - at[i], axis=1) > 0.12 * face.u]
            if not free.size:
                break
    return strokes
