"""What is stitched on clothes: the collars of garments that have no pieces, and the seams of sleeves."""

from collections.abc import Sequence

import cv2
import numpy as np

from engine.cel.frame import HALF
from engine.cel.geometry import pens, stroke
from engine.cel.look import LabPicture, Plane, Points, WarpedFace, colour
from engine.cel.paint.attire import Cut
from engine.cel.paint.fields import blur, doubled, ease, filled, stain
from engine.cel.paint.folds import COLLAR
from engine.cel.paint.necklines import rim

_CHIN = 152
_MARGIN = 6
_EVEN = 0.045
"""How far a collar's seam is smoothed, in face widths."""
_NECK = (0.40, 0.62)
"""How far aside (u) collars reach, and where their seams have ended."""
_RIBS, _FINE, _FAINT = slice(2, -2, 2), 0.5, 0.35
"""At which places of a ribbed collar's edge its ribs are, how broad they are, as a share of other lines, and how plain.
"""
INK = colour(0.42, 0.9, 0.9)
"""Seams: the garment's colour, much darker."""


def sleeved(picture: LabPicture, seams: Sequence[Points], rows: slice, pen: float) -> None:
    """Draw the seams of sleeves, in place."""
    for seam in pens(seams, 0.8 * pen):
        left, right = np.clip((seam[:, 0].min() - _MARGIN, seam[:, 0].max() + _MARGIN), 0, 2 * HALF).astype(int)
        box = np.s_[2 * rows.start : 2 * rows.stop, left:right]
        stain(picture[:, left:right], INK, filled([seam], box, 0.7))


def collar(picture: LabPicture, skin: Plane, u: Plane, face: WarpedFace, pen: float) -> None:
    """Draw the seam that follows a neckline, in place: it tells a garment from a patch of colour."""
    away = cv2.distanceTransform((skin < 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    seam = doubled(blur(np.asarray(away, np.float32), _EVEN * face.u / 2) - np.float32(COLLAR * face.u / 2)) * 2
    near = doubled(1 - ease(np.abs(u), *_NECK))
    line = np.clip(np.float32(0.4 * pen + 0.5) - np.abs(seam), 0, 1) * near
    stain(picture, INK, np.asarray(line * np.float32(0.7), np.float32))


def rib(cut: Cut, rows: slice, face: WarpedFace) -> Plane:
    """Where the collar of a T-shirt is, 0..1: it is as dark as what is shaded, whose edges would stain it else."""
    inner, outer = (face.points[_CHIN] + rim(cut, off) * face.u for off in (0.0, COLLAR))
    return filled([np.vstack([inner, outer[::-1]])], np.s_[2 * rows.start : 2 * rows.stop, 0 : 2 * HALF], 1.0)


def ribbed(picture: LabPicture, cut: Cut, rows: slice, face: WarpedFace, pen: float) -> None:
    """Draw the collar of a T-shirt along its neckline, in place."""
    inner, outer = (face.points[_CHIN] + rim(cut, off) * face.u for off in (0.0, COLLAR))
    left, right = np.clip((outer[:, 0].min() - _MARGIN, outer[:, 0].max() + _MARGIN), 0, 2 * HALF).astype(int)
    low = int(np.clip(outer[:, 1].max() + _MARGIN, 2 * rows.start, 2 * rows.stop))
    box, part = np.s_[2 * rows.start : low, left:right], picture[: low - 2 * rows.start, left:right]
    if not part.size:
        return
    stain(part, INK, filled([stroke(outer, 0.8 * pen)], box, 0.7))
    knit = list(np.stack([inner, outer], 1)[_RIBS])
    stain(part, INK, filled(pens(knit, _FINE * pen, start=0.9, end=0.9), box, _FAINT))
