"""The drawing styles, data in one table: line, palette, shading, background, eyes. Nobody else knows their names."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine.cel.manner import MODERN, RETRO, SHOUJO, SHOUNEN, Manner

_PALER, _CRISP, _DEEPEST = 0.9, 1.2, 16.0
"""How much less men blush; how soft their shadows are at most, and how deep at least."""
_HARDER = 0.75
"""By which share men are painted less softly: their short hair and deep shadows would look washed out."""
_DARK, _LIFTED, _ROSY, _GLOW = 12.0, 5.0, 1.0, 0.15
"""How light men's ink is at most, how much lighter they are, how red the stock, and how strong the light that is
diffused about them: a soft look in pink makes them flush."""

_DRAWS, _WOMANS = 1000, 0.5
"""How finely the shares are told apart by which "auto" picks styles; and from which `female` on it is a woman it picks
one for."""


@dataclass(frozen=True, slots=True)
class Style:
    """One way of drawing. Widths are factors of the engine's own; lightness and chroma shifts are in CIELAB units."""

    name: str
    suits: tuple[float, float]
    """How often "auto" picks it for a woman, and for a man, as a share."""
    # line
    line: float
    """Width of all ink."""
    line_swell: float
    """0 a pen of even width, 1 a brush: how much a line swells and thins along its way."""
    ink_dark: float
    """Lightness of ink: 0 black, 20 a soft coloured line."""
    ink_chroma: float
    """How colourful the ink is, as a factor of what it outlines."""
    # palette
    chroma: float
    """Factor of all colour."""
    lift: float
    """Added to the lightness of skin, clothes and background."""
    tint: tuple[float, float]
    """(a, b) added to everything: the stock the picture is printed on."""
    black: tuple[float, float]
    """(a, b) of black hair."""
    # shading
    shadow_depth: float
    """How much darker than base a shadow is, in L at a skin of L 70."""
    shadow_hue: tuple[float, float]
    """(a, b) that shadows turn towards."""
    shadow_soft: float
    """Width of a shadow's edge in pixels at 400."""
    highlight: float
    """Lightness that the hair's light band gains over its base."""
    blush: float
    """Strength of the colour in the cheeks, 0..1."""
    soft: float
    """How softly it is painted, 0 flat tones within black lines, 1 gradients, light that spills, coloured lines."""
    # finish
    background: str
    """A scene of `paint.scenes`: sky, bokeh, wash, halftone."""
    grain: float
    """Strength of film grain, 0..1."""
    glow: float
    """Strength of diffused light, 0..1."""
    # face
    manner: Manner
    """How eyes, brows, nose and mouth are drawn."""

    def of(self, female: float) -> "Style":
        """The style as men are drawn in it, if `female` is 0: crisp shadows, hardly a blush, and no haze."""
        man = 1 - female

        def at_most(value: float, most: float) -> float:
            return value + man * (min(value, most) - value)

        return replace(
            self,
            ink_dark=at_most(self.ink_dark, _DARK),
            lift=at_most(self.lift, _LIFTED),
            tint=(at_most(self.tint[0], _ROSY), self.tint[1]),
            blush=self.blush * (1 - _PALER * man),
            shadow_soft=at_most(self.shadow_soft, _CRISP),
            shadow_depth=max(self.shadow_depth, _DEEPEST * man),
            glow=at_most(self.glow, _GLOW),
            soft=self.soft * (1 - _HARDER * man),
        )


_MODERN = Style(
    name="modern",
    suits=(0.62, 0.42),
    line=0.9,
    line_swell=0.45,
    ink_dark=10,
    ink_chroma=1.0,
    chroma=1.23,
    lift=4,
    tint=(0, 0),
    black=(1, -4),
    shadow_depth=15,
    shadow_hue=(11, -2),
    shadow_soft=1.2,
    highlight=21,
    blush=0.7,
    soft=0.9,
    background="bokeh",
    grain=0,
    glow=0.12,
    manner=MODERN,
)
_SHOUJO = Style(
    name="shoujo",
    suits=(0.26, 0.0),
    line=0.8,
    line_swell=0.7,
    ink_dark=13,
    ink_chroma=0.95,
    chroma=1.2,
    lift=6,
    tint=(1.5, -1),
    black=(2, -5),
    shadow_depth=12,
    shadow_hue=(11, -5),
    shadow_soft=1.8,
    highlight=26,
    blush=1.0,
    soft=1.0,
    background="wash",
    grain=0,
    glow=0.16,
    manner=SHOUJO,
)
_RETRO = Style(
    name="retro",
    suits=(0.07, 0.43),
    line=0.95,
    line_swell=0.15,
    ink_dark=7,
    ink_chroma=0.35,
    chroma=1.08,
    lift=3,
    tint=(1, 3),
    black=(1, -2),
    shadow_depth=18,
    shadow_hue=(12, -3),
    shadow_soft=0.9,
    highlight=28,
    blush=0.5,
    soft=0.8,
    background="sky",
    grain=0.12,
    glow=0.22,
    manner=RETRO,
)
_SHOUNEN = Style(
    name="shounen",
    suits=(0.05, 0.15),
    line=1.0,
    line_swell=0.7,
    ink_dark=4,
    ink_chroma=0.4,
    chroma=1.38,
    lift=2,
    tint=(0, 0),
    black=(1, -3),
    shadow_depth=20,
    shadow_hue=(12, -2),
    shadow_soft=0.9,
    highlight=18,
    blush=0.45,
    soft=0.7,
    background="halftone",
    grain=0,
    glow=0,
    manner=SHOUNEN,
)

STYLES: Mapping[str, Style] = {style.name: style for style in (_MODERN, _SHOUJO, _RETRO, _SHOUNEN)}
"""Every style by its name, in the order in which they are shown."""


def choose(name: str, seed: int, female: float) -> Style:
    """The style of that name; for "auto" the one that the picture's seed picks of those that suit, the same for ever.

    `female` is 1 for a woman and 0 for a man.
    """
    if name != "auto":
        return STYLES[name]
    styles = tuple(STYLES.values())
    upto = np.cumsum([style.suits[int(female < _WOMANS)] for style in styles])
    return styles[int(np.searchsorted(upto, seed % _DRAWS / _DRAWS * upto[-1], "right"))]
