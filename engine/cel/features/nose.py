"""The nose: an anime artist leaves out nearly all of it: a wedge of shadow, a short line, a spot of light."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.canvas import Canvas, Pixels, around
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.geometry import bezier, curve, ease, oval, pen
from engine.cel.look import WarpedFace

_RIDGE = (168, 6, 197, 195, 5, 4)
_TIP, _BASE, _WINGS = 1, 2, (98, 327)


@dataclass(frozen=True, slots=True)
class _Frame:
    tip: NDArray[np.float64]
    base: NDArray[np.float64]
    half: float
    long: float


def _measure(face: WarpedFace) -> _Frame:
    p = face.points
    half = abs(float((p[_WINGS[1]] - p[_WINGS[0]]) @ face.right)) / 2
    long = abs(float((p[_BASE] - p[_RIDGE[0]]) @ face.down))
    return _Frame(p[_TIP], p[_BASE], max(half, 0.05 * face.u), max(long, 0.15 * face.u))


def draw(
    picture: Pixels, face: WarpedFace, person: Person, palette: Palette, cover: NDArray[np.float32] | None = None
) -> None:
    """Draw the nose by its real width, length and turn."""
    u, right, down, manner = face.u, face.right, face.down, palette.manner
    nose = _measure(face)
    side = 1.0 if face.yaw < 0.04 else -1.0  # the shadow lies on the side turned away from the viewer's left
    if abs(face.yaw) > 0.04:
        side = 1.0 if face.yaw > 0 else -1.0
    turned = ease(abs(face.yaw), 0.05, 0.22)
    soft = max(person.woman, person.child)
    canvas = Canvas(picture, around([face.points[list(_RIDGE)], face.points[list(_WINGS)]], 0.06 * u + 2), 2)
    if canvas.empty:
        return
    w = nose.half * (0.74 - 0.14 * soft)
    tip, base = nose.tip * 0.55 + nose.base * 0.45, nose.base
    top = tip - down * (0.04 + 0.06 * (1 - soft)) * u + right * (side * 0.25 * w)
    far = base + right * (side * w * 0.85) - down * 0.012 * u
    low = base + down * 0.006 * u - right * (side * 0.15 * w)
    wedge = np.vstack(
        [
            bezier(top, top + right * side * 0.30 * w + down * 0.02 * u, far - down * 0.03 * u, far, 8),
            bezier(far, far + down * 0.014 * u, low + down * 0.008 * u, low, 8),
            bezier(low, low - down * 0.018 * u + right * side * 0.25 * w, top + down * 0.03 * u, top, 8),
        ]
    )
    canvas.fill(wedge, palette.shade, manner.nose_shadow * (1 - 0.45 * turned))
    left, rightmost = base - right * (0.55 * w), base + right * (0.55 * w)
    shift = right * (side * 0.10 * w)
    up, sag = down * (-0.004 * u), down * (0.012 * u)
    under = shift + bezier(
        left + up, left * 0.6 + base * 0.4 + sag, rightmost * 0.6 + base * 0.4 + sag, rightmost + up, 14
    )
    weight = palette.pen * manner.nose_line * (1.15 + 0.2 * (1 - soft))
    canvas.fill(pen(under, weight, 0.0, 0.1, 0.5 + 0.12 * side), palette.line, 0.85)
    if turned > 0.5:
        ridge = curve(face.points[list(_RIDGE)] + right * (side * 0.012 * u), 5)
        part = ridge[int(len(ridge) * (0.55 + 0.20 * soft)) :]
        canvas.fill(pen(part, palette.pen * manner.nose_line, 0.0, 0.6, 0.8), palette.line, 0.55 * turned)
    if not palette.small:
        spot = nose.tip - down * 0.012 * u - right * side * 0.010 * u
        canvas.fill(oval(spot, 0.010 * u, 0.013 * u), palette.light, 0.8)
    canvas.finish(cover)
