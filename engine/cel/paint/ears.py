"""Ears as an animator draws them: plain ovals, as broad as they show."""

import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF
from engine.cel.geometry import percentile
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.stack import SKIN, shown
from engine.cel.parse import Floats

_ROOTS = (234, 454)
"""Mesh indices where ears grow, the picture's left first."""
_TURNED = 0.12
"""Yaw from which the far ear is hidden."""
_BROAD, _HIGH, _ASIDE, _AROUND = 0.15, 0.135, 0.4, 0.3
"""How broad an ear is at most, half its height, and how far beside its root, above and below, skin is taken for one; in
face widths."""
_SLIVER = 0.06
"""An ear that shows no more than this, in face widths, is none: it would be a ripple in the cheek."""
_LOBE, _LEVEL, _LEAST = 0.22, 0.06, 5
"""How far down an ear ends; how far above and below its root its breadth is measured, in face widths, and in how many
pixels at least."""


def beyond(stack: Floats, oval: Plane, face: WarpedFace) -> NDArray[np.bool_]:
    """Where skin lies beyond the ovals of the ears: parsers give them points, and part of what lies behind."""
    bare = (shown(stack) == SKIN) & (oval < 0.5)
    off = np.zeros(bare.shape, bool)
    for side, root in zip((-1.0, 1.0), _ROOTS, strict=True):
        if side * face.yaw <= _TURNED:
            off |= _beyond(bare, face, side, root)
    return off


def _beyond(bare: NDArray[np.bool_], face: WarpedFace, side: float, root: int) -> NDArray[np.bool_]:
    """Where skin beside one side of the face lies beyond the oval of its ear, or is too little to be one."""
    at = np.arange(HALF, dtype=np.float32) * 2 + 1
    x, y = at[None] - face.points[root][0], at[:, None] - face.points[root][1]
    across = (x * face.right[0] + y * face.right[1]) * (side / face.u)
    along = (x * face.down[0] + y * face.down[1]) / face.u
    near = bare & (across > 0) & (across < _ASIDE) & (np.abs(along) < _AROUND)
    reach = across[near & (np.abs(along) < _LEVEL)]
    if reach.size < _LEAST:
        return np.zeros_like(bare)
    broad = min(percentile(reach, 90), _BROAD)
    if broad < _SLIVER:
        return np.asarray(near & (along < _LOBE), bool)
    edge = ((across - 0.42 * broad) / (0.6 * broad)) ** 2 + ((along + 0.02) / (_HIGH + 0.15 * across)) ** 2
    return np.asarray(near & (edge > 1) & (along < _LOBE), bool)
