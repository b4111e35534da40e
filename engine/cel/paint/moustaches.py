"""Thin moustaches worn alone, which parsers miss: two tapered strokes that part under the nose."""

import numpy as np

from engine.cel.geometry import curve
from engine.cel.look import LabPicture, Look, Points, WarpedFace
from engine.cel.paint.fields import SPARSE, around, drawn, lay, polygon
from engine.cel.paint.layers import cover

_OVER = ((216, 206, 165, 167), (436, 426, 391, 393))
_UNDER = ((61, 40, 39, 37), (291, 270, 269, 267))
_CHEEKS = ((50, 205, 187, 147, 123), (280, 425, 411, 376, 352))
"""Mesh indices over and under each half of a moustache, from the corner of the mouth in, and round either cheek."""
_BAND = 0.45, 0.9
"""Between which shares of the way from the former to the latter it is looked for."""
_DARKER = 0.93
"""How light it is at most beside the cheek on its side, on both: where light falls aside one half alone is dark."""
_ENOUGH = 5
"""How many pixels tell something."""
_UPPER, _LOWER = np.array([[0.84], [0.66], [0.50], [0.56]]), np.array([[0.88], [0.86], [0.80], [0.74]])
"""Where its upper and its lower edge lie on that way, from the corner in."""
_HIDES, _MARGIN = 0.72, 2.0
"""How far it hides the skin, and within how many pixels of its outline it is laid."""


def seen(photo: LabPicture, face: WarpedFace) -> bool:
    """Whether both halves of the upper lip are darker than the cheeks beside them, in a photo at half size."""
    for over, under, cheek in zip(_OVER, _UNDER, _CHEEKS, strict=True):
        lip = photo[polygon(_between(over, under, np.array(_BAND)[:, None, None], face)) > 0.5]
        beside = photo[polygon(face.points[list(cheek)]) > 0.5]
        if min(len(lip), len(beside)) < _ENOUGH or np.median(lip[:, 0]) > _DARKER * np.median(beside[:, 0]):
            return False
    return True


def paint(picture: LabPicture, face: WarpedFace, look: Look, lips: Points) -> LabPicture:
    """Lay one over painted skin, in place, beside the outline of the `lips`."""
    halves = []
    for over, under in zip(_OVER, _UNDER, strict=True):
        way = np.stack([_UPPER, _LOWER])
        halves.append(_between(over, under, way, face, smooth=4))
    shape = np.minimum(drawn(halves), -drawn([lips]))
    box = around(shape[SPARSE] > -_MARGIN)[1]
    part = np.ascontiguousarray(picture[box])
    picture[box] = lay(part, look.hair.base, cover(shape[box]) * np.float32(_HIDES))
    return picture


def _between(over: tuple[int, ...], under: tuple[int, ...], way: Points, face: WarpedFace, smooth: int = 1) -> Points:
    """The closed outline between two shares, each for every point, of the way from one row of points to the other."""
    top, low = face.points[list(over)], face.points[list(under)]
    upper, lower = (curve(top + share * (low - top), smooth) for share in way)
    return np.vstack([upper, lower[::-1]])
