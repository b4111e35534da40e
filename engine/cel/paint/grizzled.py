"""Beards that go grey, which they do from the chin on: clumps end in silver.

Skin that shines through a beard is as colourful as it is light; what is light and has no colour is grey hair.
"""

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import percentile
from engine.cel.look import Colour, LabPicture, Look, Plane, Tones, WarpedFace, colour
from engine.cel.paint.fields import Box, doubled, ease

_LOWER_LIP, _TIP, _BELOW, _ASIDE = 17, 152, 0.08, 0.20
"""Mesh indices of the lower lip's edge and the chin's tip; how far under the former beards are looked at, over which is
shade, and how far aside of the middle between them, in face widths.
"""
_ENOUGH = 40
"""How many pixels tell something."""
_DARK = 10, 25
"""The darkest of them, in per cent, are as dark as the hair is; and those as colourful."""
_LIGHTER, _COLOURLESS = 0.2, 0.5
"""How far on the way from the hair to the skin grey hair is at least in lightness, and at which share of the colour
that skin would have there at most."""
_CAST, _CONTRAST = 10.0, 5.0
"""Chroma below which skin tells nothing of colours, and by how much (CIELAB L) it is lighter than hair at least."""
_GREYING = 0.02, 0.10
"""Which share of the pixels is grey in a beard that is not, and in one that has plainly gone grey."""
_SIDES, _LOW = (0.16, 0.34), (-0.06, 0.02)
"""Between which distances aside of the chin's middle clumps cease to be grey, and between which below the lower lip
they come to be so, in face widths.
"""
_ENDS = 0.75
"""How far gone beards end in silver."""
_STANDS_OUT, _BRIGHTEST, _HUE = 22.0, 76.0, (1.0, 3.5)
"""By how much (CIELAB L) silver is lighter than the beard at least, how light it is at most, and its hue."""


def greying(photo: LabPicture, on: NDArray[np.bool_], face: WarpedFace, skin: Colour) -> tuple[float, float]:
    """How far a beard that is `on` there, at half size, has gone grey (0..1), and how light that is beside the skin."""
    coloured = float(np.hypot(*skin[1:]))
    lip, tip = face.points[[_LOWER_LIP, _TIP]]
    rows, columns = np.nonzero(on)
    at = np.stack([columns, rows], 1) * 2 + 1.0
    below, aside = (at - lip) @ face.down, (at - (lip + tip) / 2) @ face.right
    there = (below > _BELOW * face.u) & (np.abs(aside) < _ASIDE * face.u)
    pixels = photo[rows[there], columns[there]]
    if coloured < _CAST or len(pixels) < _ENOUGH:
        return 0.0, 1.0
    light, chroma = pixels[:, 0], np.hypot(pixels[:, 1], pixels[:, 2])
    darkest = percentile(light, _DARK[0])
    way = (light - darkest) / max(float(skin[0]) - darkest, _CONTRAST)
    grey = (way > _LIGHTER) & (chroma < _COLOURLESS * coloured * np.minimum(way, 1))
    share = float(np.interp(grey.mean(), _GREYING, (0, 1)))
    return share, float(np.median(light[grey])) / max(float(skin[0]), 1.0) if share else 1.0


def aged(tones: Tones, far: float, beside: float, look: Look) -> Tones:
    """A beard's tones where it has gone grey so `far`, as light as that `beside` the skin.

    First what light lies on turns silver, and at last the ends of clumps, which are in shade else.
    """
    light = max(beside * float(look.skin.base[0]), float(tones.base[0]) + _STANDS_OUT)
    silver = colour(min(light, _BRIGHTEST), *_HUE)
    lit = tones.light + (silver - tones.light) * np.float32(min(far / _ENDS, 1))
    return Tones(tones.base, silver if far > _ENDS else tones.shadow, np.asarray(lit, np.float32))


def low(box: Box, face: WarpedFace) -> Plane:
    """How near the chin the places of a half-size box are, 0..1 at full size: lip and sides are the last to go grey."""
    rows, columns = (np.arange(side.start, side.stop, dtype=np.float32) * 2 + 1 for side in box)
    lip, tip = face.points[[_LOWER_LIP, _TIP]]
    x, y = columns[None] - (lip[0] + tip[0]) / 2, rows[:, None] - lip[1]
    aside, below = ((x * way[0] + y * way[1]) / face.u for way in (face.right, face.down))
    near = (1 - ease(np.asarray(np.abs(aside), np.float32), *_SIDES)) * ease(np.asarray(below, np.float32), *_LOW)
    return doubled(np.asarray(near, np.float32))
