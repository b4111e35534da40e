"""Hair in the nape that is tied: it goes on from where it lies over the ears, behind them and down behind the neck."""

import numpy as np

from engine.cel.frame import holding
from engine.cel.geometry import curve, pens
from engine.cel.look import LabPicture, Look, Points, WarpedFace
from engine.cel.paint.fields import filled, lay, sampled
from engine.cel.paint.locks import Locks

_EARS = (234, 454)
"""Mesh indices of where ears grow, the picture's left one first."""
_FAR = 0.10
"""The yaw from which a head hides its far side."""
_TURNED, _BEHIND, _FARTHEST = 0.06, 0.55, 0.16
"""From which yaw, for each of it, how much further aside it lies on the near side, and that at most, in face widths."""
_HEIGHTS, _ASIDE, _WITHIN, _HAIR = np.linspace(-0.18, 0.0, 7), np.arange(0.3, 1.0, 0.01), 0.015, 0.5
"""At which v and u hair's outline is looked for that it goes on from, how far within that it begins, in face widths,
and how sure hair is there."""
_LEAST = 0.02
"""How far beyond where the ear grows it begins at least, in face widths."""
_DOWN = ((0.10, 0.07), (0.05, 0.20), (-0.03, 0.30), (-0.14, 0.37), (-0.26, 0.41))
"""(u, v) down its outer edge from there, from where the ear grows on."""
_INNER = np.array([(0.10, 0.40), (0.30, 0.0)])
"""(u, v) of what closes it beneath the face."""
_STRANDS = ((0.025, 0.10, 0.9), (0.07, 0.22, 0.95))
"""How far within its edge strands lie, in face widths, and from which share of that to which."""


def paint(picture: LabPicture, locks: Locks, face: WarpedFace, side: float, look: Look, pen: float) -> LabPicture:
    """Lay it over the background on a side, -1 or 1, in place; `pen` is the line's width in pixels."""
    if side * face.yaw > _FAR:
        return picture
    broad, high = _reach(locks, face, side)
    ear = side * float((face.points[_EARS[side > 0]] - face.centre) @ face.right) / face.u
    begin = max(broad - _WITHIN, ear + _LEAST)
    ear += float(np.clip(_BEHIND * (-side * face.yaw - _TURNED), 0, _FARTHEST))
    knots = np.array([(begin, high), *((ear + aside, down) for aside, down in _DOWN)])
    knots[1, 0] = max(knots[1, 0], (begin + knots[2, 0]) / 2)
    edge = curve(knots, 8)

    def along(line: Points) -> Points:
        local = line * (side, 1.0)
        return np.asarray(face.centre + (local[:, :1] * face.right + local[:, 1:] * face.down) * face.u, np.float64)

    outline = along(np.vstack([edge, _INNER]))
    box = holding(outline, 2 * pen)
    part = picture[box]
    lay(part, look.hair.shadow, filled([outline], box, 1.0))
    last = len(edge) - 1
    strands = [along(edge[int(a * last) : int(b * last)] - (within, 0.0)) for within, a, b in _STRANDS]
    soft = look.hair_ink * np.float32(0.6) + look.hair.shadow * np.float32(0.4)
    lay(part, soft, filled(pens(strands, 0.8 * pen, 0.2, peak=0.4), box, 0.85))
    lay(part, look.hair_ink, filled(pens([along(edge)], 1.1 * pen, 0.9, 0.9), box, 0.95))
    return picture


def _reach(locks: Locks, face: WarpedFace, side: float) -> tuple[float, float]:
    """How far aside hair reaches over the ear, and at which v it does: elsewhere a corner would stand out behind it.

    In face widths; 0 where there is none.
    """
    u, v = (axis.ravel() for axis in np.meshgrid(_ASIDE, _HEIGHTS))
    places = face.centre + (side * u[:, None] * face.right + v[:, None] * face.down) * face.u
    on = sampled(locks.half, places / 2 - 0.5) > _HAIR
    broadest = int(np.argmax(u * on))
    return float((u * on)[broadest]), float(v[broadest])
