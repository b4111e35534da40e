"""The camera: a portrait shows the head and shoulders, however far off the photo was taken.

An avatar is looked at 48 pixels wide, so a head that fills little of its photo is drawn from nearer by.
"""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import Pixels
from engine.cel.frame import SIDE, Frame
from engine.cel.perceive import Eye, Face, Floats, Sight

_VIEW = 2.25
"""The side of the view, in face widths: from over the hair to the shoulders."""
_NEAREST = 1.4
"""How many times nearer the camera goes at most: a small face holds no more than that."""
_HARDLY = 1.04
"""A camera that would move less stays where it is."""
_ABOVE = 1.08
"""How high over the eyes the view begins, in face widths: over most hair."""
_MARGIN = 0.06
"""Air over higher hair, and over hats, in face widths."""


def closeup(photo: Pixels, sight: Sight, face: Face) -> tuple[Pixels, Sight, Face]:
    """The part of a square working picture that the portrait of a face shows, as another; what was seen, in that."""
    side = max(SIDE / _NEAREST, min(float(SIDE), _VIEW * face.frame.unit))
    if side > SIDE / _HARDLY:
        return photo, sight, face
    top = _top(sight.person, face.frame)
    side = min(float(SIDE), max(side, float(face.frame.at(0, face.frame.chin)[1]) + 0.15 * face.frame.unit - top))
    size = round(side)
    corner = (round(float(face.frame.origin[0]) - size / 2), round(top))
    left, top = (int(np.clip(place, 0, SIDE - size)) for place in corner)
    near = _moved(face, np.array([left, top], np.float32), SIDE / size)
    person = _cut(sight.person, left, top, size)
    return _cut(photo, left, top, size), replace(sight, face=near, person=person, faces=()), near


def _top(person: Floats, frame: Frame) -> float:
    """The picture's row where the view begins: over the hair, and over what the person wears on it."""
    u, v = frame.maps(SIDE)
    above = (person > 0.5) & (np.abs(u) < 0.45) & (v < 0)
    rows = np.flatnonzero(above.any(1))
    highest = float(rows[0]) if rows.size else SIDE
    return min(highest - _MARGIN * frame.unit, float(frame.at(0, -_ABOVE)[1]))


def _cut(plane: NDArray[Any], left: int, top: int, side: int) -> NDArray[Any]:
    part = plane[top : top + side, left : left + side]
    return np.asarray(cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR), plane.dtype)


def _moved(face: Face, corner: Floats, scale: float) -> Face:
    def there(points: Floats) -> Floats:
        return (points - corner) * np.float32(scale)

    def box(corners: Floats) -> Floats:
        return there(corners.reshape(2, 2)).ravel()

    one, other = (Eye(there(eye.lids), there(eye.iris)) for eye in face.eyes)
    mesh = np.column_stack([there(face.mesh[:, :2]), face.mesh[:, 2] * np.float32(scale)])
    return replace(
        face,
        mesh=mesh,
        eyes=(one, other),
        frame=Frame.of(mesh),
        box=box(face.box),
        others=tuple(box(other) for other in face.others),
    )
