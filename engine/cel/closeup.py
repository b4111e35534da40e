"""The camera: a portrait shows head and shoulders, however near or far off the photo was taken.

An avatar is looked at 48 pixels wide, so a head that fills little of its photo is drawn from nearer by; one that the
photo cuts is drawn from further off, and what lies beyond the photo's border is left to the parser to guess.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import Pixels
from engine.cel.frame import SIDE, Frame
from engine.cel.perceive import Eye, Face, Floats, Sight

_VIEW = 2.25
"""The side of the view, in face widths: from over the hair to the shoulders."""
_NEAREST, _FARTHEST = 1.5, 1.35
"""How many times nearer the camera goes at most (a small face holds no more), and how many times further off."""
_HARDLY = 1.04
"""A camera that would move less stays where it is."""
_ABOVE = 1.08
"""How high over the eyes the view begins, in face widths: over most hair."""
_MARGIN = 0.07
"""Air over higher hair, and over hats, in face widths."""
_NECK = 0.25
"""How far the view reaches below the chin at least, in face widths."""
_CUT = 0.05
"""A person that comes so near to the photo's upper border, in face widths, is cut by it."""


@dataclass(frozen=True, slots=True)
class View:
    """A square of the photo's plane, in the photo's pixels; it may reach beyond the photo."""

    left: float
    top: float
    side: float

    def picture[T: (np.uint8, np.float32)](self, plane: NDArray[T]) -> NDArray[T]:
        """What the view shows of a (SIDE, SIDE) picture or plane; beyond its border that goes on as it ends."""
        scale = self.side / SIDE
        matrix = np.array([[scale, 0, self.left + (scale - 1) / 2], [0, scale, self.top + (scale - 1) / 2]], np.float64)
        flags = (cv2.INTER_AREA if scale > 1 else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
        shown = cv2.warpAffine(plane, matrix, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(shown, plane.dtype).reshape(plane.shape)

    def points(self, points: Floats) -> Floats:
        """Where points (n, 2) of the photo lie in the view."""
        return np.asarray((points - np.array([self.left, self.top])) * (SIDE / self.side), np.float32)


def closeup(photo: Pixels, sight: Sight, face: Face) -> tuple[Pixels, Sight, Face]:
    """What the portrait of a face shows of a square working picture, as another; and what was seen, in that."""
    view = _view(sight.person, face.frame)
    if view is None:
        return photo, sight, face
    near = _moved(face, view)
    known = view.points(np.array([[0, 0], [SIDE, SIDE]], np.float32)).ravel()
    shown = replace(sight, face=near, person=view.picture(sight.person), faces=(), known=known)
    return view.picture(photo), shown, near


def _view(person: Floats, frame: Frame) -> View | None:
    side = float(np.clip(_VIEW * frame.unit, SIDE / _NEAREST, SIDE * _FARTHEST))
    top, cut = _top(person, frame)
    chin = float(frame.at(0, frame.chin)[1])
    side = float(np.clip(chin + _NECK * frame.unit - top, side, max(side, SIDE)))
    top = max(top, chin + _NECK * frame.unit - side)  # sooner hair than the neck is cut
    if 1 / _HARDLY < side / SIDE < _HARDLY and not cut:
        return None
    left = float(frame.origin[0]) - side / 2
    left = float(np.clip(left, min(0, SIDE - side), max(0, SIDE - side)))  # within the photo, or all of it within
    lowest = max(0.0, SIDE - side)
    return View(round(left), round(top if cut else min(max(top, min(0.0, SIDE - side)), lowest)), round(side))


def _top(person: Floats, frame: Frame) -> tuple[float, bool]:
    """The row where the view begins: over the hair, and what is worn on it; and whether the photo cuts that."""
    u, v = frame.maps(SIDE)
    above = (person > 0.5) & (np.abs(u) < 0.45) & (v < 0)
    rows = np.flatnonzero(above.any(1))
    highest = float(rows[0]) if rows.size else SIDE
    usual = float(frame.at(0, -_ABOVE)[1])
    cut = highest < _CUT * frame.unit and usual < 0
    return (usual if cut else min(highest - _MARGIN * frame.unit, usual)), cut


def _moved(face: Face, view: View) -> Face:
    def box(corners: Floats) -> Floats:
        return view.points(corners.reshape(2, 2)).ravel()

    one, other = (Eye(view.points(eye.lids), view.points(eye.iris)) for eye in face.eyes)
    mesh = np.column_stack([view.points(face.mesh[:, :2]), face.mesh[:, 2] * np.float32(SIDE / view.side)])
    return replace(
        face,
        mesh=mesh,
        eyes=(one, other),
        frame=Frame.of(mesh),
        box=box(face.box),
        others=tuple(box(other) for other in face.others),
    )
