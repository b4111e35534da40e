"""The colour of the iris: told from pixels, then painted as an anime artist would mix it."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from engine.cel.features.chart import UNIT, Chart
from engine.cel.features.palette import Palette, Tone
from engine.cel.look import WarpedEye


class Hue(StrEnum):
    """The colours that eyes come in."""

    DARK = "dark brown"
    BROWN = "brown"
    HAZEL = "hazel"
    GREEN = "green"
    BLUE = "blue"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class IrisTones:
    """Ready colours (RGB), from the rim inwards and from the top down."""

    rim: Tone
    dark: Tone
    middle: Tone
    lit: Tone
    glow: Tone
    pupil: Tone


_PAINTS: dict[Hue, tuple[float, float, float]] = {
    Hue.DARK: (27, 15, 19),
    Hue.BROWN: (38, 20, 32),
    Hue.HAZEL: (46, 8, 38),
    Hue.GREEN: (48, -26, 22),
    Hue.BLUE: (50, -5, -36),
    Hue.GREY: (50, -4, -10),
}
"""CIELAB of each colour's middle tone."""


def classify(iris: NDArray[np.float32], white: NDArray[np.float32] | None, skin: NDArray[np.float32]) -> Hue:
    """The eye colour of one person.

    `iris` (n, 3), CIELAB of the iris's ring in both eyes, `white` the eye white's colour (3,) or None where none could
    be seen, `skin` (3,) the lit skin's. Colours are judged against these two, not as they stand: warm light turns grey
    eyes brown on paper. Most people have dark eyes, so light ones need evidence.
    """
    if len(iris) < 12:
        return Hue.DARK
    low, high = np.percentile(iris[:, 0], [20, 75])
    core = iris[(iris[:, 0] >= low) & (iris[:, 0] <= high)]
    lightness, a, b = (float(v) for v in np.median(core, 0))
    share = lightness / max(float(skin[0]), 20.0)
    cast = _cast(white, skin) * np.clip(lightness / 60, 0.2, 0.9)
    a, b = a - float(cast[0]), b - float(cast[1])
    chroma = float(np.hypot(a, b))
    if share < 0.40 or (share < 0.5 and b > -1):
        return Hue.BROWN if share > 0.36 and chroma > 14 and b > 9 else Hue.DARK
    if b < 1.5:
        return Hue.BLUE if b < -4 or chroma > 6 else Hue.GREY
    if a < -1.5 and b > 3:
        return Hue.GREEN
    if chroma < 7 and a < 3 and share > 0.55:
        return Hue.GREY
    if a < 4 and share > 0.52:
        return Hue.HAZEL
    return Hue.BROWN


def _cast(white: NDArray[np.float32] | None, skin: NDArray[np.float32]) -> NDArray[np.float64]:
    """(a, b) that the light adds: what the eye white has over a neutral one, else what skin has over common skin."""
    if white is not None:
        return np.clip(np.asarray(white[1:], np.float64) - (1.5, 1.5), -14, 14)
    return np.clip((np.asarray(skin[1:], np.float64) - (12.0, 16.0)) * 0.5, -8, 8)


def read(chart: Chart, eyes: tuple[WarpedEye | None, WarpedEye | None]) -> Hue:
    """Tell the eye colour from both irises together."""
    irises, whites = [], []
    for eye in eyes:
        if eye is None:
            continue
        centre, *rim = chart.to(eye.iris)
        radius = float(np.linalg.norm(np.asarray(rim) - centre, axis=1).mean())
        opening = chart.inside(np.vstack([chart.to(eye.upper) + (0, 0.02 * UNIT), chart.to(eye.lower)[::-1]]))
        y, x = np.nonzero(opening)
        away = np.hypot(x - centre[0], y - centre[1])
        ring = (away < 0.88 * radius) & (away > 0.40 * radius)
        irises.append(chart.lab[y[ring], x[ring]])
        outside = away > 1.25 * radius
        if outside.sum() > 6:
            whites.append(chart.lab[y[outside], x[outside]])
    if not irises or chart.grey:
        return Hue.DARK
    iris = np.concatenate(irises)
    white = None
    if whites:
        seen = np.concatenate(whites)
        bright = seen[seen[:, 0] >= np.percentile(seen[:, 0], 70)]
        colour = np.median(bright, 0)
        if colour[0] > 0.72 * chart.skin[0] and np.hypot(colour[1], colour[2]) < 26:
            white = np.asarray(colour, np.float32)
    return classify(iris, white, chart.skin)


def tones(hue: Hue, palette: Palette) -> IrisTones:
    """Mix an eye colour: dark on top, glowing below."""
    lightness, a, b = (38.0, 0.0, 0.0) if palette.grey else _PAINTS[hue]
    spread = palette.manner.contrast
    return IrisTones(
        rim=palette.mix(lightness * 0.34, a * 0.6, b * 0.55),
        dark=palette.mix(lightness * (1 - 0.45 * spread), a * 0.9, b * 0.85),
        middle=palette.mix(lightness, a, b),
        lit=palette.mix(min(84, lightness + 24 * spread), a * 0.95, b * 1.15),
        glow=palette.mix(min(92, lightness + 38 * spread), a * 0.7, b * 1.05),
        pupil=palette.mix(lightness * 0.20, a * 0.4, b * 0.35),
    )
