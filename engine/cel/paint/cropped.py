"""Close-cropped hair as it is drawn: as a barber left it, symmetrical and with a crisp hairline.

A mask of it has peaks and dents, frays at the hairline and ends in lumps beside the ears; a few measures of it tell how
it was cut.
"""

import numpy as np
from numpy.typing import NDArray

from engine.cel import geometry
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.crops import BASE, ROUND, TURNED, Crop, Side, outline
from engine.cel.paint.fields import drawn, ease, half
from engine.cel.paint.grid import inside

_FINE = 0.01
_ASIDE, _DOWN = np.arange(-0.90, 0.901, _FINE), np.arange(-1.10, 0.201, _FINE)
"""How far aside of the face's middle, and at which v, hair is looked at, in face widths."""
_CROWN, _BROWS = 0.25, -0.18
"""Within which u the height of a skull is told; and the v of what is no hairline."""
_BESIDE, _AT_TEMPLE, _STEEP = (-0.42, -0.12), (-0.15, 0.02), 0.95
"""Between which v the breadth of a skull is told; how far above and below the hairline on a head's far side; and up to
which share of its height it tells that.
"""
_ALIKE, _UNEQUAL = (0.12, 0.25), 0.01
"""Between which yaws the two sides of a head cease to be alike; and by how much others differ at most, in face widths.
"""
_OVER_EARS, _DEEP = (0.02, 0.12), 0.4
"""How far beyond the root of the ear a skull reaches at least and at most, in face widths; and how much further at the
back of a turned head for each of its yaw.
"""
_MIDDLE, _HIGH, _LOW, _UNDER = 0.12, -0.66, -0.28, 0.1
"""Within which u the height of a hairline is told; the highest and the lowest, and how far below the crown it lies at
least, in face widths.
"""
_FALLEN, _CORNER, _BEFORE = 0.07, (0.26, 0.38), 0.03
"""How far below its corners hair is looked for that bounds the forehead; how far aside these lie; and how far before
that hair; in face widths.
"""
_RECEDED, _UPPER, _SHARPER = 0.12, 25, 1.8
"""How far corners lie above the middle of the hairline at most, in face widths; which percentile of it beside that is
compared, as higher up are but nicks; and how much higher than that corners are drawn.
"""
_SIDEBURN, _INNER, _FRONT = (-0.24, -0.14), 0.25, (0.08, 0.02)
"""Between which v, and from which u on, the front of sideburns is looked for; and how far before the root of the ear
that is, at most and at least, in face widths.
"""
_FAR, _FALLS = 0.35, (0.04, 0.18)
"""How far aside hair is looked at for where it ends at the far temple, and how far below the hairline that lies."""
_ROOTS = (234, 454)
"""Mesh indices where ears grow, the picture's left first."""
_GOES_ON, _OVER = (0.12, -0.06), 0.06
"""The v from which on hair goes over into what it was seen to be, on a head seen from the front, and on one that is
turned, where it goes on behind the near ear; and over how many face widths.
"""
_PROUD, _REACH = 0.015, 24.0
"""How far hair stands off the skull, in face widths; and a distance, in pixels, beyond every line."""

type _Mask = NDArray[np.bool_]


def cropped(shape: Plane, free: Plane, face: WarpedFace, v: Plane) -> Plane:
    """The shape of close-cropped hair, its signed distance at half size, as it was cut, where it is `free`.

    `free` is 1 where no hat is near; v is at half size.
    """
    hair = inside(shape, face, _ASIDE, _DOWN)
    if not hair[_DOWN < _BROWS][:, np.abs(_ASIDE) < _CROWN].any(0).all():
        return shape
    found = drawn([outline(_measured(hair, face), face)])
    design = half(np.maximum(found, np.float32(-_REACH))) / 2
    front, turned = _GOES_ON
    low = front + geometry.ease(abs(face.yaw), *_ALIKE) * (turned - front)
    there = free * (1 - ease(v, low, low + _OVER))
    return np.asarray(shape + there * (design - shape), np.float32)


def _measured(hair: _Mask, face: WarpedFace) -> Crop:
    """How hair was cut."""
    top = float(np.median(_DOWN[np.argmax(hair[:, np.abs(_ASIDE) < _CROWN], 0)]))
    edge = _lower(hair)
    line = max(float(np.clip(np.median(edge[np.abs(_ASIDE) < _MIDDLE]), _HIGH, _LOW)), top + _UNDER)
    beside = edge[(np.abs(_ASIDE) > _MIDDLE) & (np.abs(_ASIDE) < _CORNER[1])]
    receded = float(np.clip(_SHARPER * (line - geometry.percentile(beside, _UPPER)), 0, _RECEDED))
    ears = np.abs((face.points[list(_ROOTS)] - face.centre) @ face.right) / face.u
    found = [
        _side(seen, top, line, receded, float(ear), sign * face.yaw)
        for seen, ear, sign in zip((hair[:, ::-1], hair), ears, (-1, 1), strict=True)
    ]
    alike = 1 - geometry.ease(abs(face.yaw), *_ALIKE)
    left, right = (_evened(mine, other, alike) for mine, other in (found, found[::-1]))
    return Crop(top - _PROUD, line, receded, (left, right))


def _lower(hair: _Mask) -> NDArray[np.float64]:
    """The v at which hair over the brows ends, aside of the face's middle; 0 where there is none."""
    above = hair[_DOWN < _BROWS]
    last = len(above) - 1 - np.argmax(above[::-1], 0)
    return np.where(above.any(0), _DOWN[last], 0.0)


def _side(hair: _Mask, top: float, line: float, receded: float, ear: float, far: float) -> Side:
    """The right side of a head, of which `hair` tells; it is turned away where its yaw `far` is above 0."""
    right = _ASIDE > 0
    low, high = (line + off for off in _AT_TEMPLE) if far > TURNED else _BESIDE
    rows = (low < _DOWN) & (high > _DOWN) & hair[:, right].any(1)
    outer = _ASIDE[len(_ASIDE) - 1 - np.argmax(hair[rows][:, ::-1], 1)]
    rise = np.clip((BASE - _DOWN[rows]) / (BASE - top), 0, _STEEP)
    broad = float(np.median(outer / (1 - rise**ROUND) ** (1 / ROUND))) if rows.any() else ear
    if far <= TURNED:
        most = _OVER_EARS[1] + _DEEP * max(0.0, -far)
        broad = float(np.clip(broad, ear + _OVER_EARS[0], ear + most)) + _PROUD
    beyond = _ASIDE[hair[int(np.argmin(np.abs(_DOWN - line + receded - _FALLEN)))] & right]
    corner = float(np.clip(beyond.min(initial=broad) - _BEFORE, *_CORNER))
    burns = hair[(_SIDEBURN[0] < _DOWN) & (_SIDEBURN[1] > _DOWN)][:, _ASIDE > _INNER]
    fronts = _ASIDE[_ASIDE > _INNER][np.argmax(burns, 1)][burns.any(1)]
    front = float(np.median(fronts)) if fronts.size else ear
    lowest = float(_DOWN[hair[:, _ASIDE > _FAR].any(1)].max(initial=line))
    ends = float(np.clip(lowest, line + _FALLS[0], line + _FALLS[1]))
    return Side(broad, corner, float(np.clip(front, ear - _FRONT[0], ear - _FRONT[1])), ends)


def _evened(mine: Side, other: Side, alike: float) -> Side:
    """A side that is as much like the other one as the two are `alike` (0..1)."""

    def even(one: float, two: float) -> float:
        mean = (one + two) / 2
        return one + alike * (mean + float(np.clip(one - mean, -_UNEQUAL, _UNEQUAL)) - one)

    return Side(
        even(mine.broad, other.broad), even(mine.corner, other.corner), even(mine.front, other.front), mine.ends
    )
