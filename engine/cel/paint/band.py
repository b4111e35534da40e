"""A band in the hair: what somebody wears on the head of whom all hair is seen, where it stands out from that."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import holding
from engine.cel.geometry import pens
from engine.cel.look import Colour, LabPicture, Look, Plane, Points, WarpedFace, colour
from engine.cel.paint.clothes import printed
from engine.cel.paint.fields import filled, lay, sampled
from engine.cel.paint.layers import Layers, cover
from engine.cel.styles import Style

_HAIR, _MIDDLE, _OVER, _FEW = 0.6, 0.15, -0.15, 40
"""How sure hair is that is looked at, how far aside and over which v a band is looked for, in face widths, and how few
pixels of that are too few; at half size."""
_FRONT, _STEP, _SEEN = 75, 0.02, 3
"""The percentile of heights over which hair lies before a band; and how finely they are gone through, in face widths,
in rows of so many pixels at least."""
_PLAIN, _BROAD = 22.0, (0.05, 0.30)
"""How far from hair's the colour of a band is at least (CIELAB), and between which breadths it is one, in face widths.
"""
_DRAWN, _THINNER = (0.085, 0.12), 0.6
"""Between which breadths it is drawn, in face widths, and how broad its ends are, as a share of that."""
_ENDS, _ROUND, _SAMPLES = (1.05, 0.0), 2.0, 41
"""The u at most and the v of its ends, and the power of the superellipse that it is."""
_NEAR, _BEYOND, _LEAST = 0.10, 0.08, 0.45
"""How far over the v of its ends hair is looked at for its breadth, how far beyond that they lie, and how far aside at
least, in face widths: it goes on behind the head."""
_CAST, _DEEP = 0.45, 0.55
"""How far below its line its shadow on the hair lies, as a share of its breadth, and how plain that is."""
_SAME, _DOWN = 1.5, -0.1
"""What is so many times as far from hair's colour as from its own, down to this v, is a part of it."""
_DARK = 20.0
"""By how much (CIELAB L) a band is darker than hair that makes hair seem dark."""
_LIT, _RAISED, _LIGHT, _LIGHTER = slice(12, 22), 0.18, 0.3, colour(14, 0, 0)
"""The part of its line on which light lies, how far over that and how broad it is, as shares of the band, and by how
much lighter."""
_INKED = colour(0.5, 0.5, 0.5)
"""Its ink, as shares of the skin's, which is reddish."""


@dataclass(frozen=True, slots=True)
class Band:
    """A band that is seen in the photo."""

    line: Points
    """Its middle over the head, in the picture's pixels."""
    broad: float
    """In the picture's pixels."""
    colour: Colour
    hair: Colour
    """That of the hair before it."""

    def beneath(self, seen: LabPicture, hair: Plane, v: Plane) -> LabPicture:
        """The photo with hair instead of the band; all at half size."""
        own, other = (np.linalg.norm(seen - tone, axis=-1) for tone in (self.colour, self.hair))
        out = seen.copy()
        return lay(out, self.hair, np.asarray((own < _SAME * other) * hair * (v < _DOWN), np.float32))

    def haired(self, seen: LabPicture, layers: Layers, skin: Colour, hair: Colour) -> Colour:
        """What colour hair has that was told to be `hair` beside such `skin`: beside a dark band it seems to be dark.

        It differs from skin as it does in the photo.
        """
        face = (layers.half_face > 0.9) & (layers.half_skin > 0.9)
        if self.colour[0] > self.hair[0] - _DARK or face.sum() < _FEW:
            return hair
        return np.asarray(skin + self.hair - np.median(seen[face], 0), np.float32)


def find(seen: LabPicture, layers: Layers, face: WarpedFace, u: Plane, v: Plane) -> Band | None:
    """The band that is seen over the middle of the forehead; all at half size."""
    over = (layers.half_hair > _HAIR) & (np.abs(u) < _MIDDLE) & (v < _OVER)
    if over.sum() < _FEW:
        return None
    tones, places = seen[over], v[over]
    hair = np.median(tones[places > np.percentile(places, _FRONT)], 0)
    heights = np.arange(float(places.min()), float(places.max()), _STEP)
    rows = [tones[np.abs(places - height) < _STEP] for height in heights]
    off = np.array([np.linalg.norm(np.median(row, 0) - hair) if len(row) > _SEEN else 0.0 for row in rows])
    first, last = _about(off > _PLAIN, int(off.argmax()))
    if not _BROAD[0] < (last - first) * _STEP < _BROAD[1]:
        return None
    own = np.median(np.vstack(rows[first:last]), 0)
    line = _arch(float(heights[first:last].mean()), _sides(layers.half_hair, u, v), face)
    broad = float(np.clip((last - first) * _STEP, *_DRAWN)) * face.u
    return Band(line, broad, np.asarray(own, np.float32), np.asarray(hair, np.float32))


def _about(plain: NDArray[np.bool_], at: int) -> tuple[int, int]:
    """From where and up to where all is plain about a place; nothing if that itself is not."""
    if not plain[at]:
        return at, at
    gaps = np.flatnonzero(~plain)
    return int(gaps[gaps < at].max(initial=-1)) + 1, int(gaps[gaps > at].min(initial=len(plain)))


def _sides(hair: Plane, u: Plane, v: Plane) -> tuple[float, float]:
    """How far aside a band ends, left and right: where hair does."""
    level = u[(hair > _HAIR) & (v < _ENDS[1]) & (v > _ENDS[1] - _NEAR)]
    left, right = (float((side * level).max(initial=0.0)) + _BEYOND for side in (-1, 1))
    return float(np.clip(left, _LEAST, _ENDS[0])), float(np.clip(right, _LEAST, _ENDS[0]))


def _arch(top: float, sides: tuple[float, float], face: WarpedFace) -> Points:
    """The line over a head that reaches up to a v, and so far aside."""
    turn = np.linspace(0, np.pi, _SAMPLES)
    across = (
        np.where(turn < np.pi / 2, sides[1], sides[0]) * np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** (2 / _ROUND)
    )
    v = _ENDS[1] + (top - _ENDS[1]) * np.sin(turn).clip(0) ** (2 / _ROUND)
    return np.asarray(face.centre + (across[:, None] * face.right + v[:, None] * face.down) * face.u, np.float64)


def paint(
    picture: LabPicture,
    band: Band,
    hair: Plane,
    face: WarpedFace,
    look: Look,
    style: Style,
    gain: float,
    pen: float,
) -> LabPicture:
    """Lay a band, its shadow, its light and its line over the hair, in place, as far as that goes.

    `hair` is its signed distance; `pen` is the line's width in pixels.
    """
    line = _whole(band.line, sampled(hair, band.line) > -band.broad)
    tone = printed(band.colour, style, gain, look.grey)
    strip = pens([line], band.broad, _THINNER, _THINNER)
    cast = pens([line + face.down * (_CAST * band.broad)], band.broad, _THINNER, _THINNER)
    lit = pens([band.line[_LIT] - face.down * (_RAISED * band.broad)], _LIGHT * band.broad)
    box = holding(np.vstack([*strip, *cast]), 2 * pen)
    part, within = picture[box], cover(hair[box] - np.float32(pen / 2))
    lay(part, look.hair.shadow, filled(cast, box, _DEEP) * within)
    lay(part, tone, filled(strip, box, 1.0) * within)
    lay(part, tone + _LIGHTER, filled(lit, box, 0.9) * within)
    outline = [np.vstack([edge, edge[:1]]) for edge in strip]
    lay(part, look.ink * _INKED, filled(pens(outline, pen, 0.9, 0.9), box, 0.95) * within)
    return picture


def _whole(line: Points, inside: NDArray[np.bool_]) -> Points:
    """The part of a line about its middle that lies inside: further down it would come back into hair that is broad."""
    first, last = _about(inside, len(line) // 2)
    return line[first:last] if last - first > 1 else line
