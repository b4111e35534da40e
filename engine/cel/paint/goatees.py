"""Beards round the mouth alone, which a painter draws plainly: they taper to the chin."""

import numpy as np

from engine.cel.frame import HALF
from engine.cel.geometry import Points
from engine.cel.look import Plane, WarpedFace

_BY_CHIN = (58, 172, 288, 397)
"""Mesh indices on the jaws, where no goatee grows."""
_LOWER_LIP, _TIP = 17, 152
"""Mesh indices of the lower lip's edge and the chin's tip."""
_BENEATH = (106, 182, 83, 18, 313, 406, 335, 273, 432, 395, 369, 396, 175, 171, 140, 170, 212, 43)
"""Mesh indices round a chin, from under the lip."""
_TAPER = ([-0.35, 0.05, 1.0], [0.80, 0.68, 0.66])
"""How far down from the lower lip to the chin's tip -> how broad a goatee is, as a share of the chin."""


def alone(soft: Plane, face: WarpedFace) -> bool:
    """Whether what covers a face, 0..1 at half size, leaves the jaws bare."""
    x, y = np.clip(face.points[list(_BY_CHIN)] / 2, 0, HALF - 1).astype(np.intp).T
    return not bool((soft[y, x] > 0.5).any())


def tapered(chin: Points, face: WarpedFace) -> Points:
    """The outline of a chin as slim as a goatee is."""
    middle, tip = face.points[_LOWER_LIP], face.points[_TIP]
    long = max(float((tip - middle) @ face.down), 1e-6)
    aside, down = (chin - middle) @ face.right, (chin - middle) @ face.down / long
    lean = float((tip - middle) @ face.right) * np.clip(down, 0, 1)  # a turned chin lies aside
    narrower = 1 - np.interp(down, *_TAPER)
    return np.asarray(chin - (narrower * (aside - lean))[:, None] * face.right, np.float64)


def beneath(face: WarpedFace) -> Points:
    """The outline of one that is worn without a moustache: it leaves the corners of the mouth."""
    return tapered(face.points[list(_BENEATH)], face)
