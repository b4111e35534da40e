"""Hair of two colours: bleached tips, dark roots, dyed strands; not what light alone makes of one colour."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.look import Colour, LabPicture, Plane, WarpedFace
from engine.cel.paint.clusters import palette
from engine.cel.paint.fields import blur, kept, local_colour
from engine.cel.paint.flow import Flow, noise

_ALIKE = 26.0
"""Colours nearer to each other than this are one."""
_TURNED, _BELOW, _PALER = 14.0, 0.22, 14.0
"""What makes two colours of what light alone does not: their hues, or paler hair lower down (bleached tips)."""
_WORTH = 0.08
"""A second colour covers at least this share."""
_LEAST = 60
"""Pixels of hair in which colours can be told apart."""
_STREAKS, _LOCK, _RAGGED = 3, 0.03, 0.45
"""Seed of the locks in which one colour goes over into the other, their breadth in face widths, and how far they reach.
"""
_SPECK = 0.3
"""Side, in face widths, of a square below which a spot of one colour in the other is light."""


@dataclass(frozen=True, slots=True)
class Dye:
    """How two colours of hair differ from their mean, in CIELAB, and where the second lies: above 0 at half size."""

    first: Colour
    second: Colour
    where: Plane


def read(photo: LabPicture, hair: Plane, flow: Flow, face: WarpedFace, v: Plane) -> Dye | None:
    """The two colours of hair, or None if it has one; all at half size."""
    on = hair > 0.85
    if on.sum() < _LEAST:
        return None
    local = local_colour(photo, on.astype(np.float32), max(2.0, 0.045 * face.u))
    colours = palette(local[on][::5], 2, _ALIKE)
    if len(colours) < 2:
        return None
    gap = colours[1] - colours[0]
    share = ((local - colours[0]) @ gap) / float(gap @ gap)
    there, here = on & (share > 0.5), on & (share <= 0.5)
    if not (there.any() and here.any()):
        return None
    lower = float(v[there].mean() - v[here].mean())
    bleached = abs(lower) > _BELOW and float(gap[0]) * np.sign(lower) > _PALER
    if not bleached and _turned(*colours[:, 1:]) < _TURNED:
        return None
    where = _where(np.asarray(share - 0.5, np.float32), hair > 0.5, flow, face)
    part = float((where > 0)[on].mean())
    if part < _WORTH:
        return None
    mean = colours[0] * (1 - part) + colours[1] * part
    return Dye(colours[0] - mean, colours[1] - mean, where)


def _where(lead: Plane, hair: NDArray[np.bool_], flow: Flow, face: WarpedFace) -> Plane:
    """Where the second colour lies, from where it leads: in locks, and without specks."""
    streaks = flow.along(noise(_STREAKS, max(1.5, _LOCK * face.u / 2)))
    where = flow.along(blur(lead, 0.02 * face.u), 4) + np.float32(_RAGGED / streaks.std()) * streaks
    least = (_SPECK * face.u / 2) ** 2
    for side in (1, -1):
        mine = hair & (side * where > 0)
        specks = (mine & ~kept(mine, least)).astype(np.uint8)
        where = np.where(cv2.dilate(specks, np.ones((3, 3), np.uint8)) > 0, np.float32(-side), where)
    return np.asarray(where, np.float32)


def _turned(one: Colour, other: Colour) -> float:
    """How far the weaker of two (a, b) lies off the hue of the stronger."""
    return abs(float(one[0] * other[1] - one[1] * other[0])) / max(float(np.hypot(*one)), float(np.hypot(*other)), 1.0)
