"""What is done to the cel as a whole: diffused light, film grain, the way to 8-bit RGB, crisp edges, full colours."""

from functools import cache

import cv2
import numpy as np

from engine import Pixels
from engine.cel.frame import SIDE
from engine.cel.look import LabPicture, colour
from engine.cel.paint.fields import blur, full
from engine.cel.paint.flow import noise
from engine.cel.styles import Style

_RAMP = colour(5.5, 0.6, 3.2)
"""How much lighter and warmer the picture is in the corner that light comes from, and darker and colder opposite."""
_GRAIN = 1.15
"""How far the strongest grain goes, in L: `crisp` makes more of it."""
_FINE, _CRISPER = 1.0, 0.55
"""How fine what is made crisper is, in pixels, and by how much it stands out more."""
_CONTRAST, _PIVOT, _TOE = (0.90, 0.80), (0.58, 0.55), (0.95, 0.45)
"""How much lighter tones over the pivot get, and darker those under it; and how much blacker yet the darkest: of flat
tones within black lines, and of soft ones, whose lines have a colour to keep."""
_BLOOM, _OVER, _WIDE = 0.30, 0.45, 4.0
"""How much of the light over a lightness of 0..1 spills in a soft picture, and how far, in pixels a quarter as fine."""
_FULLER, _LUMA = 1.05, (0.2126, 0.7152, 0.0722)
"""How much fuller colours are; and what red, green and blue count for lightness (ITU-R BT.709)."""
_INKS = (
    *((0, (12, 11, 26)), (72, (66, 65, 95)), (152, (147, 147, 171)), (216, (224, 217, 221))),
    (255, (255, 250, 244)),
)
"""Grey values, and what they are in a print in two inks, violet on cream: what a picture in black and white becomes."""


@cache
def _lit(right: bool, grey: bool) -> LabPicture:
    """What light from one upper corner adds; no colour to a `grey` picture."""
    across = np.linspace(-0.5, 0.5, SIDE, dtype=np.float32)
    ramp = np.float32(0.8 if right else -0.8) * across[None] - across[:, None]
    return np.asarray(ramp[..., None] * _RAMP * (colour(1, 0, 0) if grey else colour(1, 1, 1)), np.float32)


def develop(picture: LabPicture, style: Style, grey: bool, seed: int, side: float) -> Pixels:
    """The finished picture in RGB; light comes from `side`, -1 the picture's left and 1 its right, and from above."""
    picture = picture + _lit(side >= 0, grey)
    if style.glow:
        small = np.asarray(cv2.resize(picture[..., 0], (100, 100), interpolation=cv2.INTER_AREA), np.float32)
        picture[..., 0] += np.maximum(full(blur(small, 5)) - picture[..., 0], 0) * np.float32(style.glow)
    if style.grain:
        picture[..., 0] += noise(seed & 0xFFFF, 0.7, SIDE) * np.float32(_GRAIN * style.grain)
    picture[..., 0] = np.clip(picture[..., 0], 0, 100)
    rgb = cv2.cvtColor(picture, cv2.COLOR_LAB2RGB)
    out = np.asarray(cv2.addWeighted(rgb, 255, rgb, 0, 0, dtype=cv2.CV_8U), np.uint8)  # rounds, and cuts off
    return _bloomed(out, _BLOOM * style.soft)


def _bloomed(picture: Pixels, strength: float) -> Pixels:
    """The picture with light that spills over from what is bright, as through a lens."""
    small = cv2.resize(picture, (SIDE // 4, SIDE // 4), interpolation=cv2.INTER_AREA).astype(np.float32)
    spilt = np.maximum(cv2.GaussianBlur(small, (0, 0), _WIDE) - 255 * _OVER, 0) * strength
    spilt = np.rint(spilt * (1 - small / 255)).astype(np.uint8)  # what is light itself gets little of it
    return np.asarray(cv2.add(picture, cv2.resize(spilt, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)), np.uint8)


def crisp(picture: Pixels) -> Pixels:
    """The picture with crisper edges and darker lines: an unsharp mask, but nothing gets lighter than what is by it."""
    sharp = cv2.addWeighted(picture, 1 + _CRISPER, cv2.GaussianBlur(picture, (0, 0), _FINE), -_CRISPER, 0)
    return np.asarray(np.minimum(sharp, cv2.dilate(picture, np.ones((3, 3), np.uint8))), np.uint8)


def graded(picture: Pixels, soft: float = 0.0, grey: bool = False) -> Pixels:
    """The picture with deep blacks and full colours, as film is graded; skin keeps its lightness.

    The blacks of one that is painted `soft`, 0..1, are less deep. A `grey` one is printed in two inks.
    """
    if grey:
        values = cv2.LUT(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), _curve(soft))
        return np.asarray(_inks()[values], np.uint8)
    fuller = np.eye(3) * _FULLER + (1 - _FULLER) * np.array(_LUMA)
    return np.asarray(cv2.LUT(cv2.transform(picture, fuller), _curve(soft)), np.uint8)


@cache
def _inks() -> Pixels:
    """The colour of every grey value, (256, 3), in a print in two inks."""
    values, colours = ([one[i] for one in _INKS] for i in (0, 1))
    channels = zip(*colours, strict=True)
    return np.stack([np.interp(np.arange(256), values, channel) for channel in channels], -1).astype(np.uint8)


def _curve(soft: float) -> Pixels:
    """The tone curve of 8-bit values: an S with a toe, along which black and white stay."""
    contrast, pivot, toe = (hard + soft * (gentle - hard) for hard, gentle in (_CONTRAST, _PIVOT, _TOE))
    x = np.linspace(0, 1, 256)
    y = x + contrast * (x - pivot) * x * (1 - x) - toe * x * (1 - x) ** 4
    return np.asarray(np.rint(np.clip(y, 0, 1) * 255), np.uint8)
