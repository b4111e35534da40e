"""The far edge of a turned head: brow, hollow of the eye, cheekbone, and the run from there down to the chin.

The oval of the face mesh passes behind all of them, as it lies before the ears: along it the far cheek is cut off, and
what is left is a wall. The oval's points are moved to where that edge is drawn, so all who ask for it find it there.
"""

import numpy as np

from engine.cel.frame import OVAL, Frame
from engine.cel.geometry import Values, curve, ease
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
_DRAWN, _FORMED = np.array([0.0, -0.026, -0.010, 0.008, 0.003, 0.0, 0.0]), (0.08, 0.24)
"""How far beyond those it is drawn, in face widths, as the eye's hollow is deeper, and the cheekbone stands out; and
between which yaws that comes.
"""
_SHARE = np.array([1.0, 1.0, 1.0, 1.0, 0.75, 0.55, 0.4])
"""Which share of their way out from the oval is drawn: lower cheeks are slimmer than life."""
_FEATURES, _CHEEK = ((33, 1, 13), (263, 1, 13)), np.array([0.035, 0.115, 0.13])
"""Mesh indices of a far eye's outer corner, the nose's tip and the middle of the lips, on either side; and how far
beyond each there is a cheek at least, in face widths.
"""
_FADES, _CHIN = 0.30, 152
"""How far over those the edge is where it was, in face widths; and the mesh index of the chin, where it is too."""
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
    edge[:, 1] = np.maximum.accumulate(edge[:, 1])
    there = np.interp(down, *edge.T[::-1]) + _room(local, _FEATURES[which], edge, down)
    out = points.copy()
    out[rim] += np.where(above | below, 0.0, (there - aside) * turned * frame.unit)[:, None] * away
    return out


def _room(local: Points, features: tuple[int, ...], edge: Points, down: Values) -> Values:
    """How much further out that edge lies at some heights, for there to be a cheek beyond the features' places."""
    aside, level = local[list(features)].T
    order = np.argsort(level)
    short = np.maximum(aside + _CHEEK - np.interp(level, *edge.T[::-1]), 0.0)
    heights = [level.min() - _FADES, *level[order], local[_CHIN, 1]]
    return np.asarray(np.interp(down, heights, [0.0, *short[order], 0.0]), np.float64)
