"""Growth of a few days: a cool tint along the jaw, on the chin and the lip, that runs out into the cheeks, and hairs.

A plane with an edge would be a patch of another skin.
"""

import numpy as np

from engine.cel import geometry
from engine.cel.geometry import pens
from engine.cel.look import LabPicture, Look, Plane, Points, WarpedFace, colour
from engine.cel.paint.fields import SPARSE, Box, doubled, ease, filled, lay, sampled
from engine.cel.paint.layers import Layers, cover

_SHAVEN = colour(0.52, 0.32, 0.06)
"""Its tone, as shares of the shaded skin's."""
_SHADE = [0.35, 0.7, 1.0], [0.13, 0.22, 0.36]
"""How dense it is -> how far its tint hides the skin."""
_EDGE, _LIPS = (-0.02, 0.085), (-0.005, 0.03)
"""How far within its outline, and beside the lips, the tint sets in and is whole, in face widths."""
_ABOVE, _DEEPENS = 0.75, (0.5, 0.85)
"""How plain it is on the lip, as a share of what it is on the chin, and between which v it deepens."""
_FADES = 0.02, 0.36
"""Between which v it fades towards the ears."""
_ROOT, _OVER = 164, 0.10
"""Mesh index of the middle of the upper lip, and how far over it whiskers grow away from, in face widths."""
_APART, _LONG, _BROAD = 0.05, (0.014, 0.024), 0.55
"""How far apart hairs are, and how long, in face widths; and how broad, in a line's breadths."""
_WITHIN, _BARE, _PLAIN = 0.05, 0.03, 0.26
"""How far within the outline, and beside the lips, hairs grow, in face widths; and how plain they are."""


def paint(
    picture: LabPicture,
    box: Box,
    whole: Plane,
    bare: Plane,
    dense: float,
    layers: Layers,
    face: WarpedFace,
    look: Look,
    v: Plane,
    pen: float,
    seed: int,
) -> LabPicture:
    """Lay it over painted skin, in place, within a box of the picture, the fainter the less `dense` it is.

    `whole` is the signed distance from its outline, `bare` that from the lips, positive beside them; v is at half size.
    """
    unit = face.u
    here = doubled(v[tuple(slice(side.start // 2, side.stop // 2) for side in box)])
    grown = ease(whole[box], *(share * unit for share in _EDGE)) * ease(bare[box], *(share * unit for share in _LIPS))
    grown *= cover(layers.face[box]) * ease(here, *_FADES)
    tint = grown * (_ABOVE + (1 - _ABOVE) * ease(here, *_DEEPENS)) * np.float32(np.interp(dense, *_SHADE))
    part, tone = np.ascontiguousarray(picture[box]), look.skin.shadow * _SHAVEN
    lay(part, tone, np.asarray(tint, np.float32))
    hairs = pens(_hairs(whole, bare, face, seed), _BROAD * pen, start=0.5)
    strength = _PLAIN * geometry.ease(dense, 0.2, 0.9)
    picture[box] = lay(part, tone, filled(hairs, box, strength) * grown)
    return picture


def _hairs(whole: Plane, bare: Plane, face: WarpedFace, seed: int) -> list[Points]:
    """Short lines all over it, as whiskers grow: aside on the lip, down and aside on the cheeks, down on the chin."""
    chance = np.random.Generator(np.random.PCG64(seed))
    cell = _APART * face.u
    count = int(len(whole) / cell)
    rows, columns = np.mgrid[0:count, 0:count]
    grid = np.stack([columns + 0.5 * (rows % 2), rows], -1).reshape(-1, 2)
    at = (grid + chance.uniform(0.3, 0.7, grid.shape)) * cell
    long = chance.uniform(*_LONG, len(at)) * face.u
    clear = [
        sampled(np.ascontiguousarray(plane[SPARSE]), at / 2 - 0.5) > least * face.u
        for plane, least in ((whole, _WITHIN), (bare, _BARE))
    ]
    keep = clear[0] & clear[1]
    at, long = at[keep], long[keep]
    local = (at - face.points[_ROOT]) / face.u
    down = np.maximum(local @ face.down, 0) + _OVER
    way = (local @ face.right)[:, None] * face.right + down[:, None] * face.down
    way *= (long / (np.hypot(*way.T) + 1e-9))[:, None]
    return list(np.stack([at, at + 0.5 * way, at + way], 1))
