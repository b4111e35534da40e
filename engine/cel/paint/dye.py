"""Hair of two colours: bleached tips, dark roots, dyed strands; not what light alone makes of one colour."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.look import Colour, LabPicture, Plane, WarpedFace
from engine.cel.paint.clusters import palette
from engine.cel.paint.falls import Falls
from engine.cel.paint.fields import SPARSE, Field, blur, kept, local_colour
from engine.cel.paint.flow import Flow, noise

_ALIKE = 26.0
"""Colours nearer to each other than this are one."""
_BELOW, _PALER = 0.22, 14.0
"""What makes two colours of what light alone does not: paler hair lower down (bleached tips), or a dyer's hue."""
_GROWN, _VIVID = (15.0, 100.0), 20.0
"""Hues, in degrees, that hair grows in; and the chroma from which another is no light."""
_SURE, _TIPS, _FADE = 0.87, -0.22, 0.3
"""Share of the hair that must lie on its side of the height from which tips are bleached; the v that this is below, as
what is paler further up is a side in the light; and half the height, in face widths, over which they go over into it.
"""
_BLOND, _BLACK = ([20.0, 30.0], [0.0, 0.09]), ([12.0, 20.0], [1, 0])
"""The b of tips, and the lightness of roots -> by how much less that share need be: light makes no blond of black."""
_SPILT, _SPARSE = 24.0, 5
"""Colours nearer to each other in a and b are one; every so many rows and columns of the ground are looked at."""
_SHOWS = 18.0
"""Tips nearer than this to a colour of the ground are none: it shows through."""
_WORTH = 0.12
"""A second colour covers at least this share."""
_LEAST = 60
"""Pixels of hair in which colours can be told apart."""
_STREAKS, _LOCK, _RAGGED, _FARTHEST = 3, 0.03, 0.45, 0.5
"""Seed of the locks in which one colour goes over into the other, their breadth in face widths, how far they reach, and
how far at most: where one colour is sure, no lock has the other."""
_REACHES, _TURNS, _CALM = 0.40, (1.0, 0.6), 0.006
"""How far down the roots' colour runs in the middle of a tress, in face widths, as which shares of that it does by
turns; and how far that is smoothed.
"""
_SPECK = 0.3
"""Side, in face widths, of a square below which a spot of one colour in the other is light."""


@dataclass(frozen=True, slots=True)
class Dye:
    """How two colours of hair differ from their mean, in CIELAB, and where the second lies: above 0 at half size."""

    first: Colour
    second: Colour
    where: Plane
    tips: float | None = None
    """The v from which tips are bleached, if they are."""

    def hung(self, falls: Falls, face: WarpedFace, hair: Plane, v: Plane) -> Plane:
        """Where the second colour lies in `hair` that falls in tresses, at half size.

        The roots' colour of tips that are bleached runs out in a point in each tress.
        """
        if self.tips is None:
            return self.where
        out = np.where(v > self.tips, np.float32(1), np.float32(-1))
        y, x = np.nonzero((hair > 0) & (np.abs(v - np.float32(self.tips)) < 2 * _REACHES))
        places = falls.across(np.asarray(np.stack([x, y], 1) * 2 + 1, np.float64), face)
        middle = 1 - np.abs(2 * np.modf(np.abs(places))[0] - 1)
        by_turns = np.where(np.abs(places).astype(np.intp) % 2, *_TURNS)
        below = v[y, x] - self.tips - _REACHES * (middle * by_turns - _TURNS[1] / 2)
        out[y, x] = np.clip(below / _FADE, -1, 1)
        return np.asarray(blur(np.asarray(out, np.float32), _CALM * face.u), np.float32)


def read(photo: LabPicture, hair: Plane, ground: Plane, flow: Flow, face: WarpedFace, v: Plane) -> Dye | None:
    """The two colours of hair, or None if it has one; all at half size.

    A colour of the `ground` behind it (0..1) is no dyer's: it shows through.
    """
    on = hair > 0.85
    if 4 * on[SPARSE].sum() < _LEAST:
        return None
    local = local_colour(photo, on.astype(np.float32), max(2.0, 0.045 * face.u))
    colours = palette(local[SPARSE][on[SPARSE]], 2, _ALIKE)
    if len(colours) < 2:
        return None
    gap = colours[1] - colours[0]
    share = ((local - colours[0]) @ gap) / float(gap @ gap)
    there, here = on & (share > 0.5), on & (share <= 0.5)
    if not (there.any() and here.any()):
        return None
    lead = np.asarray(share - 0.5, np.float32)
    behind = _behind(photo, ground)
    bleached = None
    if not any(_dyed(c) and all(float(np.hypot(*(c - g)[1:])) > _SPILT for g in behind) for c in colours):
        lower = float(v[there].mean() - v[here].mean())
        height, sure = _parted(v[SPARSE][on[SPARSE]], (there if lower > 0 else here)[SPARSE][on[SPARSE]])
        roots, tips = colours[:: 1 if lower > 0 else -1]
        shows = any(float(np.linalg.norm(tips - other)) < _SHOWS for other in behind)
        paler = float(gap[0]) * np.sign(lower) > _PALER
        sure += float(np.interp(tips[2], *_BLOND) * np.interp(roots[0], *_BLACK))
        if abs(lower) < _BELOW or height < _TIPS or not paler or sure < _SURE or shows:
            return None
        lead = np.asarray(np.clip((v - np.float32(height)) / np.float32(_FADE), -1, 1), np.float32)
        colours, bleached = np.stack([roots, tips]), height  # brows and lines go with the roots
    where = _where(lead, hair > 0.5, flow, face)
    part = float((where > 0)[on].mean())
    if part < _WORTH or 1 - part < _WORTH:
        return None
    mean = colours[0] * (1 - part) + colours[1] * part
    return Dye(colours[0] - mean, colours[1] - mean, where, bleached)


def _where(lead: Plane, hair: NDArray[np.bool_], flow: Flow, face: WarpedFace) -> Plane:
    """Where the second colour lies, from where it leads: in locks, and without specks."""
    streaks = flow.along(noise(_STREAKS, max(1.5, _LOCK * face.u / 2)))
    streaks = streaks * np.float32(_RAGGED / streaks.std())
    where = flow.along(blur(lead, 0.07 * face.u), 4) + np.clip(streaks, -_FARTHEST, _FARTHEST)
    least = (_SPECK * face.u / 2) ** 2
    for side in (1, -1):
        mine = hair & (side * where > 0)
        specks = (mine & ~kept(mine, least)).astype(np.uint8)
        where = np.where(cv2.dilate(specks, np.ones((3, 3), np.uint8)) > 0, np.float32(-side), where)
    return np.asarray(where, np.float32)


def _parted(v: NDArray[np.float32], low: NDArray[np.bool_]) -> tuple[float, float]:
    """The height that best parts what lies `low` from what does not, and the share of it that lies on its side."""
    heights = np.percentile(v, np.arange(10, 95, 5))
    right = ((v > heights[:, None]) == low).mean(1)
    best = int(np.argmax(right))
    return float(heights[best]), float(right[best])


def _behind(photo: LabPicture, ground: Plane) -> Field:
    """The main colours (k, 3) of what lies behind the person."""
    sparse = np.s_[::_SPARSE, ::_SPARSE]
    seen = photo[sparse][ground[sparse] > 0.95]
    return palette(seen, 3, _ALIKE) if len(seen) > _LEAST else np.zeros((0, 3), np.float32)


def _dyed(hair: Colour) -> bool:
    """Whether hair does not grow in that colour."""
    hue = np.degrees(np.arctan2(hair[2], hair[1]))
    return bool(np.hypot(*hair[1:]) > _VIVID and not _GROWN[0] < hue < _GROWN[1])
