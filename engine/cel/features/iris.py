"""The colour of the iris: told from pixels, then painted as an anime artist would mix it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from engine.cel.complexion import Complexion
from engine.cel.features.chart import UNIT, Chart
from engine.cel.features.palette import Palette, Tone
from engine.cel.geometry import ease, percentile
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
    Hue.GREEN: (48, -20, 16),
    Hue.BLUE: (50, -5, -30),
    Hue.GREY: (47, -4, -15),
}
"""CIELAB of each colour's middle tone."""
_LIGHT_EYES = np.array([-0.404, -0.225, 0.0861, 0.1147, -0.32, 0.1605, 0.0309, -18.15])
"""Log odds of light eyes: for every unit of a, b and lightness of the iris and of what its ring is lighter than its
pupil, for glasses, for every unit of lightness of the skin and of the hair; and without any of it. The last is raised
by half a unit: without that far more light eyes are called dark than dark ones light.
"""
_BROWN_HAIR = np.array([24, 5, 10], np.float32)
"""The hair of those of whom nothing is known."""
_COLD, _GREENEST, _FAINT, _RED, _YELLOW, _DULL = -3.0, -4.6, 1.5, 1.0, 6.0, 3.0
"""What light eyes have over the skin: below this b they are called blue, and below this a green; others are grey below
the next b, or the last if they are redder than that a; and hazel, if they are redder, or yellower than that b.
"""
_OLIVE = 2.0
"""How much yellower green eyes may be for every unit of a that they are greener."""
_OUTSHINES, _VIOLET = 10.0, 10.0
"""How much lighter one eye behind glasses is than the other if its lens mirrors something; and the a over the skin from
which irises are violet: in the light alone, for none grow so."""
_DIM = 20.0
"""Lightness that skin is taken to have at least."""
_WARM, _LIT = 4.2, 0.37
"""The b over the skin from which dark eyes are brown, if they are lighter than this share of its lightness."""
_FEW, _DARK_SKIN = 12, (-56.0, -48.0)
"""Of how few pixels no colour is told; and lightness of skin, backwards, with which eyes are hardly ever light."""
_SHADED = (-54.0, -49.0)
"""Lightness of lit skin in the photo, backwards, of a face in the shade: what falls on its eyes is the sky's blue."""
_SLITS = (-110.0, -60.0)
"""Pixels, backwards, of irises of which so little shows that lids and lashes blur with it."""
_UNLIT, _GLARE = (-18.0, -14.0), 15.0
"""Lightness of irises, backwards, that no light falls on; and the least chroma of what glasses mirror: no blue or green
eye has it behind them."""
_BELOW = np.array([0.22, 0.31, 0.40, 0.49])
"""How far below the lower lid the skin is looked at that lies in the same light, in widths of the eye."""
_PUPIL, _RIM, _CORE = 0.40, 0.88, (0.20, 0.75)
"""Where the ring of an iris begins and ends, in its radii; and which share of its pixels tells its colour, from the
darkest on: others are lashes, and lights."""
_BLACK, _ESPRESSO = (-38.0, -31.0), (0.20, 0.28, 0.30)
"""Printed lightness of hair, backwards, with which dark eyes are nearly black; and which shares of their lightness and
colour they lose."""
_BROWNS, _CALM, _COOL = (Hue.DARK, Hue.BROWN), (0.0, 0.2, 0.4), (4.0, 0.15, 0.0)
"""How much darker a man's irises are, which share of their colour they lose, and how much less they glow: brown ones,
which would be amber, and light ones.
"""

_SHINING = 0.7
"""How much less so those of a man are who smiles broadly: eyes shine then."""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One iris as it is seen."""

    colour: NDArray[np.float32]
    """CIELAB of its ring, without lashes and lights."""
    pupil: float
    """Lightness of what is darkest within the rim."""
    skin: NDArray[np.float32]
    """CIELAB of the skin below the eye, which lies in the same light."""
    size: int
    """Pixels of the ring."""


def classify(
    irises: Sequence[Glimpse],
    skin: NDArray[np.float32],
    veiled: bool = False,
    complexion: Complexion | None = None,
) -> Hue:
    """The eye colour of one person, from what is seen of their irises and the lit skin (3,).

    Colour is judged as what an iris has over skin darkened to its lightness, half over the lit skin and half over that
    below the eye, so that neither warm nor cold light turns an eye's colour. Of two eyes the lighter and the cooler
    count: one lies in the shade, or behind hair, sooner than that a dark one shines. Most people's eyes are dark, so
    light ones need evidence: more in brown faces and under black hair, less where a dark pupil stands out. `veiled`:
    seen through glasses, whose glare pales it, and which mirror what is coloured.

    A logistic regression on 168 photographs whose eyes were rated by eye twice, with one on 378 for its prior: of 64
    light pairs it tells 49, and calls 1 of 105 dark ones light; cross-validated, before the doubt about faces in the
    shade, 49 and 1.
    """
    if veiled and irises:
        darkest = min(iris.colour[0] for iris in irises)
        irises = [iris for iris in irises if iris.colour[0] < darkest + _OUTSHINES]
    if not irises:
        return Hue.DARK
    colours = np.array([iris.colour for iris in irises])
    lighter = int(colours[:, 0].argmax())
    lightness, tint = float(colours[lighter, 0]), colours[lighter, 1:]
    if veiled and float(np.linalg.norm(tint)) > _GLARE and tint.min() < 0:
        return Hue.DARK
    below = np.array([iris.skin for iris in irises])
    a, b = (float(v) for v in ((_over(colours, skin) + _over(colours, below)) / 2).min(0))
    share = lightness / max(float(skin[0]), _DIM)
    told = complexion or Complexion(skin, _BROWN_HAIR)
    contrast = lightness - irises[lighter].pupil
    seen = np.array([a, b, lightness, contrast, veiled, told.skin[0], told.hair[0], 1.0])
    # in the dark every iris looks cool, and who has dark skin has dark eyes
    doubt = 3.0 * ease(-lightness, *_UNLIT) + 6.0 * ease(-float(told.skin[0]), *_DARK_SKIN)
    doubt += 2.0 * ease(-sum(iris.size for iris in irises), *_SLITS) + 2.6 * ease(-float(skin[0]), *_SHADED)
    if a > _VIOLET or float(seen @ _LIGHT_EYES) < doubt:
        return Hue.BROWN if share > _LIT and b > _WARM else Hue.DARK
    return _light(a, b)


def _light(a: float, b: float) -> Hue:
    """What light eyes are called that have so much over the skin."""
    if b < _COLD:
        return Hue.BLUE
    if a < _GREENEST:
        return Hue.GREEN
    if b < (_FAINT if a < _RED else _DULL):
        return Hue.GREY
    return Hue.GREEN if a < _RED and b < _YELLOW + _OLIVE * max(0.0, -a) else Hue.HAZEL


def _over(colours: NDArray[np.float32], skin: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a and b colours (n, 2) have over skin that is as light as they are."""
    share = colours[:, :1] / np.maximum(skin[..., :1], _DIM)
    bare = np.stack([skin[..., 1], np.maximum(skin[..., 2], 0)], -1)
    return np.asarray(colours[:, 1:] - share * bare, np.float32)


def read(
    chart: Chart,
    eyes: tuple[WarpedEye | None, WarpedEye | None],
    veiled: bool = False,
    complexion: Complexion | None = None,
) -> Hue:
    """Tell the eye colour from both irises together."""
    if chart.grey:
        return Hue.DARK
    irises = [seen for seen in (_glimpse(chart, eye) for eye in eyes if eye is not None) if seen is not None]
    return classify(irises, chart.skin, veiled, complexion)


def _glimpse(chart: Chart, eye: WarpedEye) -> Glimpse | None:
    """What is seen of an iris; None if that is hardly anything."""
    centre, *rim = chart.to(eye.iris)
    radius = float(np.linalg.norm(np.asarray(rim) - centre, axis=1).mean())
    upper, lower = chart.to(eye.upper), chart.to(eye.lower)
    left, top = (max(0, int(low)) for low in centre - radius)
    box = np.s_[top : top + int(2 * radius) + 2, left : left + int(2 * radius) + 2]
    y, x = np.nonzero(chart.inside(np.vstack([upper + np.array([0, 0.02 * UNIT]), lower[::-1]]))[box])
    away = np.hypot(x + left - centre[0], y + top - centre[1]) / max(radius, 1e-6)
    seen, away = chart.lab[box][y, x][away < _RIM], away[away < _RIM]
    ring = seen[away > _PUPIL]
    if len(ring) < _FEW:
        return None
    core = np.argsort(ring[:, 0])[int(_CORE[0] * len(ring)) : int(_CORE[1] * len(ring)) + 1]
    width = float(np.linalg.norm(lower[0] - lower[-1]))
    below = lower[1:-1, None] + np.stack([np.zeros(len(_BELOW)), width * _BELOW], 1)
    return Glimpse(
        colour=np.asarray(np.median(ring[core], 0), np.float32),
        pupil=percentile(seen[:, 0], 10),
        skin=np.asarray(np.median(chart.sample(below).reshape(-1, 3), 0), np.float32),
        size=len(ring),
    )


def tones(hue: Hue, palette: Palette, man: float = 0.0, smile: float = 0.0) -> IrisTones:
    """Mix an eye colour: dark on top, glowing below; a `man`'s is calmer, unless he smiles broadly: `smile` is 1."""
    man = man * (1 - _SHINING * smile)
    lightness, a, b = (38.0, 0.0, 0.0) if palette.grey else _PAINTS[hue]
    if hue is Hue.DARK:
        black = ease(-float(palette.hair_lab[0]), *_BLACK)
        lightness, a, b = (
            value * (1 - black * share) for value, share in zip((lightness, a, b), _ESPRESSO, strict=True)
        )
    spread = palette.manner.contrast
    deep, dull, dim = _CALM if hue in _BROWNS else _COOL
    lightness, a, b = lightness - deep * man, a * (1 - dull * man), b * (1 - dull * man)
    gain = (16 + 0.25 * lightness) * (1 - dim * man)  # dark eyes stay dark
    return IrisTones(
        rim=palette.mix(lightness * 0.28, a * 0.6, b * 0.5),
        dark=palette.mix(lightness * (1 - 0.50 * spread), a * 1.1, b * 0.8),
        middle=palette.mix(lightness, a, b),
        lit=palette.mix(min(84, lightness + gain * spread), a * 1.1, b * 1.45),
        glow=palette.mix(min(92, lightness + 1.7 * gain * spread), a * 0.8, b * 1.3),
        pupil=palette.mix(lightness * 0.20, a * 0.4, b * 0.35),
    )
