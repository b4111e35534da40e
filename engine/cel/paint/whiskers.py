"""The cuts of beards: which of them is worn, and its outline on the face, the same on both sides.

A parser tells well that there is a beard and roughly where; its edges are frayed and its sides differ. A painter draws
one of a few cuts, and so does this: how much of each part of the face is overgrown says which.
"""

import cv2
import numpy as np

from engine.cel.frame import HALF
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import blur

_SIDES = (
    (93, 177, 215, 213, 192, 214, 216, 206, 165, 167, 164, 152, 148, 176, 149, 150, 136, 172, 58, 132),
    (323, 401, 435, 433, 416, 434, 436, 426, 391, 393, 164, 152, 377, 400, 378, 379, 365, 397, 288, 361),
)
"""Mesh indices round each half of a full beard: from the ear along the cheek and over the lip, back along the jaw."""
_JAWS = ((93, 177, 215, 192, 214, 210, 136, 172, 58, 132), (323, 401, 435, 416, 434, 430, 365, 397, 288, 361))
_CHIN = (
    *(57, 43, 106, 182, 83, 18, 313, 406, 335, 273, 287),
    *(432, 395, 369, 396, 175, 171, 140, 170, 212),
)
_MOUSTACHE = (57, 216, 206, 165, 167, 164, 393, 391, 426, 436, 287, 270, 269, 267, 0, 37, 39, 40)
"""Mesh indices round the parts of beards."""
_PART, _FULL, _SHORT = 0.38, 0.41, 0.15
"""How much of the chin or the lip is overgrown at least where a beard is worn; and of the jaw where it is a full one,
and where it is a full one so short that the lip shows little of it."""
_UNDER = 0.05
"""How far beards reach under the jaw, in face widths."""
_LONG = 0.5
"""How sure the parser must be of a beard that hangs lower."""


def cut(seen: Plane, face: WarpedFace) -> Plane:
    """Coverage of the beard that is worn where the parser has `seen` one, both at half size."""
    if seen.max() < 0.5:
        return np.zeros_like(seen)
    chin, lip = _filled(_CHIN, face), _filled(_MOUSTACHE, face)
    jaws = [_filled(jaw, face) for jaw in _JAWS]
    on_chin, on_lip, on_jaw = (_share(seen, part) for part in (chin, lip, np.maximum(*jaws)))
    if max(on_chin, on_lip) < _PART:
        return np.zeros_like(seen)
    if on_chin < _PART and on_jaw < _FULL:
        return lip
    full = on_jaw > (_FULL if on_lip > _PART / 2 else _SHORT)
    parts = [_filled(side, face) for side in _SIDES] if full else [chin, lip] if on_lip > _PART / 2 else [chin]
    shape = _hanging(np.maximum.reduce(parts), face)
    return np.asarray(np.maximum(shape, _long(seen, face)), np.float32)


def _filled(indices: tuple[int, ...], face: WarpedFace) -> Plane:
    """Coverage of the polygon of some of the mesh's points, at half size."""
    mask = np.zeros((HALF, HALF), np.uint8)
    fixed = np.rint(np.clip(face.points[list(indices)] / 2 - 0.5, -999, 999) * 16).astype(np.int32)
    cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, 4)
    return mask.astype(np.float32) / np.float32(255)


def _share(seen: Plane, part: Plane) -> float:
    """How much of a part is overgrown, 0..1."""
    return float((seen * part).sum() / max(float(part.sum()), 1.0))


def _hanging(shape: Plane, face: WarpedFace) -> Plane:
    """The shape and what of it hangs under the jaw."""
    down = face.down * (_UNDER * face.u / 2)
    lower = cv2.warpAffine(shape, np.array([[1, 0, down[0]], [0, 1, down[1]]]), shape.shape[::-1])
    return np.asarray(np.maximum(shape, lower), np.float32)


def _long(seen: Plane, face: WarpedFace) -> Plane:
    """What hangs far below the chin."""
    y, x = np.mgrid[0:HALF, 0:HALF].astype(np.float32) * 2 + 1
    mouth = face.points[[17, 200]].mean(0)
    below = (x - mouth[0]) * face.down[0] + (y - mouth[1]) * face.down[1]
    sure = blur(np.asarray((seen > _LONG) & (below > 0), np.float32), max(0.8, 0.02 * face.u / 2))
    return np.asarray(sure, np.float32)
