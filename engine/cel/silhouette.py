"""The far edge of a turned head: brow, hollow of the eye, cheekbone, and the run from there down to the chin.

The oval of the face mesh passes behind all of them, as it lies before the ears: along it the far cheek is cut off, and
what is left is a wall. The oval's points are moved to where that edge is drawn, so all who ask for it find it there.
"""

import numpy as np

from engine.cel.frame import OVAL, Frame
from engine.cel.geometry import curve, ease
from engine.cel.look import Points

_TURNED = 0.08, 0.16
"""Between which yaws a head comes to have a far edge of its own."""
_SEEN = (
    ((46, 156), (226, 35), (111, 116), (123, 123), (147, 187), (207, 138), (135, 135)),
    ((276, 383), (446, 265), (340, 345), (352, 352), (376, 411), (427, 367), (364, 364)),
)
"""Pairs of mesh indices about that edge, from the brow down to beside the chin: of a far side on the picture's left,
and of one on its right.
"""
_DRAWN, _FORMED = np.array([0.0, -0.036, -0.012, 0.012, 0.004, 0.0, 0.0]), (0.08, 0.24)
"""How far beyond those it is drawn, in face widths, as the eye's hollow is deeper, and the cheekbone stands out; and
between which yaws that comes.
"""
_SHARE = np.array([1.0, 1.0, 1.0, 1.0, 0.75, 0.55, 0.4])
"""Which share of their way out from the oval is drawn: lower cheeks are slimmer than life."""
_RIMS = (OVAL[:20:-1], OVAL[1:16])
"""The oval from beside the forehead's middle to beside the chin, on either side."""
_ABOVE, _BELOW = 0.06, 0.05
"""How far beyond the first and the last of those points the oval is its own again, in face widths."""


def silhouetted(points: Points, frame: Frame) -> Points:
    """The points (468, 2) of a face's mesh, those of its oval on the far edge of a turned head; others as they are."""
    turned = ease(abs(frame.yaw), *_TURNED)
    if not turned:
        return points
    which = int(frame.yaw > 0)
    away = frame.right.astype(np.float64) * (1 if which else -1)
    local = (points - frame.origin) @ np.stack([away, frame.down], 1) / frame.unit
    rim = list(_RIMS[which])
    aside, down = local[rim].T
    pairs = local[np.array(_SEEN[which])]
    reach, level = pairs[..., 0].max(1), pairs[..., 1].mean(1)
    oval = np.interp(level, np.maximum.accumulate(down), aside)
    form = _DRAWN * ease(abs(frame.yaw), *_FORMED)
    drawn = np.stack([oval + _SHARE * np.maximum(reach + form - oval, form), level], 1)
    above, below = down < level[0] - _ABOVE, down > level[-1] + _BELOW
    edge = curve(np.vstack([local[rim][above][-2:], drawn, local[rim][below][:2]]))
    there = np.interp(down, np.maximum.accumulate(edge[:, 1]), edge[:, 0])
    out = points.copy()
    out[rim] += np.where(above | below, 0.0, (there - aside) * turned * frame.unit)[:, None] * away
    return out
