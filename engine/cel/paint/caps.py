"""Caps as they are drawn: a visor, which parsers leave to what lies behind or to the hat, seams and a button."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF
from engine.cel.geometry import Points, percentile
from engine.cel.look import Plane, WarpedFace, coordinates
from engine.cel.paint.beneath import bared, spread
from engine.cel.paint.fields import blur, polygon
from engine.cel.paint.stack import HAIR, SKIN, WORN
from engine.cel.parse import Floats

_FRONT, _BAND = 0.30, 0.25
"""How far aside the hat's lower edge is looked for, and how high over that its breadth, in face widths."""
_BRIMMED = 1.3
"""The breadth, in face widths, of a hat that was seen with its brim."""
_WIDER, _DEEP, _FLAT = 0.05, 0.17, 0.25
"""How much broader than the hat a visor is on either side and how deep, in face widths; and how much of its depth its
seam rises."""
_DOWN = 0.13
"""How far, in face widths, a visor comes down below the crown's edge, at most."""
_BROWS, _LOWEST = -0.14, -0.09
"""No visor comes lower than the former v, or, where a hat does, than the latter."""
_HALF, _TALL, _ROUND = (0.55, 0.62), (0.43, 0.50), 2.4
"""Half the breadth of a crown, how tall it is over the visor's seam, in face widths, and the power of its outline."""
_HEAD = 0.52
"""Half the breadth of the hair below a cap, in face widths."""
_TOP = 0.15
"""How far aside of its middle a crown's top is looked for, as a share of half its breadth."""
_SEAM, _BUTTON = 0.42, (0.045, 0.022)
"""How far aside seams end, as a share of half the crown's breadth; half axes of the button, in face widths."""
_SAMPLES, _FEW = 48, 12
_BESIDE, _SEEN, _TURNED = ((0.30, -0.4), (1.0, 0.1)), 0.05, 0.25
"""Where, aside and down, hair is looked for by a cap; how much of it is seen at least, in square face widths; and from
which yaw on a head has but one temple.
"""
_INNER, _OUTER, _UNDER, _ENDS, _SLANT = (0.40, 0.45), 0.54, 0.10, 0.05, 0.3
"""How far aside such hair begins, at its upper end and at its lower, and where it ends; from how far above the cap's
edge it hangs and to which v, in face widths; and how much higher that is for each width towards the face.
"""


@dataclass(frozen=True, slots=True)
class Cap:
    """Outlines and lines in the picture's pixels."""

    crown: Points
    visor: Points
    button: Points
    seams: tuple[Points, Points]
    """From the button to the visor."""
    hem: float
    """The v of the crown's lower edge: what was seen of the hat below is under the visor."""
    middle: float
    """The u of its middle."""
    seen: Plane
    """What was seen of it, 0..1 at half size."""


def cap(worn: Plane, face: WarpedFace) -> Cap | None:
    """The cap, as it is seen from the front, that what is `worn` (0..1, at half size) would be.

    None if no hat is seen over the face, or one with a broad brim.
    """
    y, x = np.nonzero(worn > 0.5)
    if not x.size:
        return None
    places = np.stack([x, y], 1) * 2 + 1 - face.centre
    u, v = places @ face.right / face.u, places @ face.down / face.u
    front = v[np.abs(u) < _FRONT]
    if not front.size:
        return None
    edge = percentile(front, 97)
    left, right = np.percentile(u[v > edge - _BAND], [2, 98])
    if right - left > _BRIMMED:
        return None
    middle, half = float(left + right) / 2, float(np.clip(float(right - left) / 2, *_HALF))
    lowest = min(edge + _DOWN, max(_BROWS, min(edge, _LOWEST)))
    hem = lowest - _DEEP
    over = v[np.abs(u - middle) < _TOP * half]
    top = float(over.min()) if over.size else hem
    if top > hem - _DEEP:
        return None
    top = hem - float(np.clip(hem - top, *_TALL))

    def placed(across: NDArray[np.float64], down: NDArray[np.float64]) -> Points:
        return np.asarray(face.centre + (across[:, None] * face.right + down[:, None] * face.down) * face.u, np.float64)

    t = np.linspace(0, 2 * np.pi, _SAMPLES, endpoint=False)
    down = _DEEP * np.sin(t) * np.where(np.sin(t) > 0, 1, _FLAT)
    arch = np.linspace(0, np.pi, _SAMPLES)
    dome = np.sign(np.cos(arch)) * np.abs(np.cos(arch)) ** (2 / _ROUND), np.sin(arch) ** (2 / _ROUND)
    way = np.linspace(0, np.pi / 2, _FEW)
    left_seam, right_seam = (
        placed(middle + side * _SEAM * half * np.sin(way), hem + (top - hem) * np.cos(way)) for side in (-1, 1)
    )
    return Cap(
        crown=placed(middle + half * dome[0], hem + (top - hem) * dome[1]),
        visor=placed(middle + (half + _WIDER) * np.cos(t), hem + down),
        button=placed(middle + _BUTTON[0] * np.cos(t), top + _BUTTON[1] * np.sin(t)),
        seams=(left_seam, right_seam),
        hem=hem,
        middle=middle,
        seen=worn,
    )


def put_on(stack: Floats, cap: Cap, oval: Plane, face: WarpedFace) -> Floats:
    """Planes in which that cap is worn and nothing else: what comes down beside a visor is hair."""
    u, v = coordinates(face, HALF)
    aside = np.abs(u - np.float32(cap.middle))
    shape = np.maximum(polygon(cap.crown), polygon(cap.visor))
    return spread(bared(stack, shape, oval, (aside < _HEAD) & (v > cap.hem)), aside, v, cap.hem, _HEAD)


def haired(stack: Floats, face: WarpedFace) -> Floats:
    """Planes of somebody with short hair in a cap, at whose temples it is seen: without, they look bald."""
    u, v = coordinates(face, HALF)
    aside, worn = np.abs(u), stack[WORN] > 0.5
    (left, top), (right, low) = _BESIDE
    beside = (aside > left) & (aside < right) & (v > top) & (v < low)
    seen = float((stack[HAIR] > 0.5)[beside].sum()) / (face.u / 2) ** 2
    over = v[worn & (aside > _INNER[0] - 0.1) & (aside < _OUTER)]
    if seen > _SEEN or abs(face.yaw) > _TURNED or not over.size:
        return stack
    edge = percentile(over, 90)
    inner = np.interp(v, [edge, _ENDS], _INNER)
    grown = (
        (aside > inner) & (aside < _OUTER) & (v > edge - _UNDER) & (v < _ENDS - _SLANT * (_INNER[1] - aside).clip(0))
    )
    soft = blur((grown & (stack[SKIN] > 0.5)).astype(np.float32), 1.0)
    out = stack.copy()
    out[HAIR] += out[SKIN] * soft
    out[SKIN] *= 1 - soft
    return np.asarray(out, np.float32)
