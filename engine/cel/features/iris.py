"""The colour of the iris: told from pixels, then painted as an anime artist would mix it."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from engine.cel.complexion import Complexion
from engine.cel.features.chart import UNIT, Chart
from engine.cel.features.palette import Palette, Tone
from engine.cel.geometry import ease
from engine.cel.look import WarpedEye


class Hue(StrEnum):
    """The colours that eyes come in."""

    DARK = "dark brown"
    BROWN = "brown"
    HAZEL = "hazel"
    GREEN = "green"
    BLUE = "blue"
    GREY = "grey"


LIGHT = (Hue.BLUE, Hue.GREY, Hue.GREEN)
"""Eyes that come with fair skin."""


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
    Hue.DARK: (29, 20, 23),
    Hue.BROWN: (34, 20, 25),
    Hue.HAZEL: (44, 1, 27),
    Hue.GREEN: (48, -26, 22),
    Hue.BLUE: (50, -5, -30),
    Hue.GREY: (47, -4, -15),
}
"""CIELAB of each colour's middle tone."""
_LIGHT_EYES = np.array([-0.293, -0.025, 0.098, -0.56, 0.147, 0.0146, 0.0287, -14.84])
"""Log odds of light eyes: for every unit of a, b and lightness of the iris, for glasses, for every unit of lightness of
the skin and of lightness and chroma of the hair; and without any of it."""
_BROWN_HAIR = np.array([24, 5, 10], np.float32)
"""The hair of those of whom nothing is known."""
_COLD, _RED, _YELLOW, _GREENEST, _DULL = -1.2, 1.0, 6.0, -5.0, 3.0
"""What light eyes have over the skin: below this b they are called blue; below this a green, unless they are yellower
than the next and no greener than that; and the others grey below this b, else hazel."""
_FEW, _DARK_SKIN = 12, (-56.0, -48.0)
"""Of how few pixels no colour is told; and lightness of skin, backwards, with which eyes are hardly ever light."""
_SLITS = (-110.0, -60.0)
"""Pixels, backwards, of irises of which so little shows that lids and lashes blur with it."""
_UNLIT, _GLARE = (-18.0, -14.0), 15.0
"""Lightness of irises, backwards, that no light falls on; and the least chroma of what glasses mirror: no blue or green
eye has it behind them."""


_BLACK, _ESPRESSO = (-38.0, -31.0), (0.20, 0.28, 0.30)
"""Printed lightness of hair, backwards, with which dark eyes are nearly black; and which shares of their lightness and
colour they lose."""


def classify(
    iris: NDArray[np.float32], skin: NDArray[np.float32], veiled: bool = False, complexion: Complexion | None = None
) -> Hue:
    """The eye colour of one person.

    `iris` (n, 3) is the CIELAB of the iris's ring in both eyes, `skin` (3,) the lit skin's. Colour is judged as what
    the iris has over the skin darkened to the iris's lightness, so that neither warm nor cold light turns an eye's
    colour; most people's eyes are dark, so light ones need evidence: more in brown faces and under black hair, less
    under blond. `veiled`: seen through glasses, whose glare pales it, and which mirror what is coloured.

    A logistic regression on 378 photographs whose eyes two people named by eye: of 83 light pairs it tells 64, and
    calls 4 of 248 dark ones light; cross-validated, 67 and 12 before doubts.
    """
    if len(iris) < _FEW:
        return Hue.DARK
    low, high = np.percentile(iris[:, 0], [20, 75])
    core = iris[(iris[:, 0] >= low) & (iris[:, 0] <= high)]
    lightness, a, b = (float(v) for v in np.median(core, 0))
    if veiled and float(np.hypot(a, b)) > _GLARE and min(a, b) < 0:
        return Hue.DARK
    share = lightness / max(float(skin[0]), 20.0)
    a, b = a - share * float(skin[1]), b - share * max(float(skin[2]), 0.0)
    told = complexion or Complexion(skin, _BROWN_HAIR)
    hair = float(told.hair[0]), float(np.hypot(*told.hair[1:]))
    seen = np.array([a, b, lightness, veiled, told.skin[0], *hair, 1.0])
    # in the dark every iris looks cool, and who has dark skin has dark eyes
    doubt = 3.0 * ease(-lightness, *_UNLIT) + 6.0 * ease(-float(told.skin[0]), *_DARK_SKIN)
    doubt += 2.0 * ease(-len(iris), *_SLITS)
    if float(seen @ _LIGHT_EYES) < doubt:
        return Hue.BROWN if share > 0.33 and b > 8 else Hue.DARK
    if b < _COLD:
        return Hue.BLUE
    if a < _RED:
        return Hue.GREEN if b < _YELLOW or a < _GREENEST else Hue.HAZEL
    return Hue.GREY if b < _DULL else Hue.HAZEL


def read(
    chart: Chart,
    eyes: tuple[WarpedEye | None, WarpedEye | None],
    veiled: bool = False,
    complexion: Complexion | None = None,
) -> Hue:
    """Tell the eye colour from both irises together."""
    irises = []
    for eye in eyes:
        if eye is None:
            continue
        centre, *rim = chart.to(eye.iris)
        radius = float(np.linalg.norm(np.asarray(rim) - centre, axis=1).mean())
        opening = chart.inside(np.vstack([chart.to(eye.upper) + np.array([0, 0.02 * UNIT]), chart.to(eye.lower)[::-1]]))
        y, x = np.nonzero(opening)
        away = np.hypot(x - centre[0], y - centre[1])
        ring = (away < 0.88 * radius) & (away > 0.40 * radius)
        irises.append(chart.lab[y[ring], x[ring]])
    if not irises or chart.grey:
        return Hue.DARK
    return classify(np.concatenate(irises), chart.skin, veiled, complexion)


def tones(hue: Hue, palette: Palette) -> IrisTones:
    """Mix an eye colour: dark on top, glowing below."""
    lightness, a, b = (38.0, 0.0, 0.0) if palette.grey else _PAINTS[hue]
    if hue is Hue.DARK:
        black = ease(-float(palette.hair_lab[0]), *_BLACK)
        lightness, a, b = (
            value * (1 - black * share) for value, share in zip((lightness, a, b), _ESPRESSO, strict=True)
        )
    spread = palette.manner.contrast
    gain = 16 + 0.25 * lightness  # dark eyes stay dark
    return IrisTones(
        rim=palette.mix(lightness * 0.28, a * 0.6, b * 0.5),
        dark=palette.mix(lightness * (1 - 0.58 * spread), a * 0.9, b * 0.75),
        middle=palette.mix(lightness, a, b),
        lit=palette.mix(min(84, lightness + gain * spread), a * 1.05, b * 1.35),
        glow=palette.mix(min(92, lightness + 1.7 * gain * spread), a * 0.8, b * 1.3),
        pupil=palette.mix(lightness * 0.20, a * 0.4, b * 0.35),
    )
