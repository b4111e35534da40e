"""The colours and the pen that features are drawn with: a `Look` and a `Style` made ready."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.cel.look import Colour, Look, rgb
from engine.cel.manner import Manner
from engine.cel.styles import Style

_LINE = 0.25, 0.58
"""How far lines on the skin go over from ink to its deep shadow, in a hard style and in a soft one."""

type Tone = NDArray[np.float64]
"""RGB 0..255."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Ready colours (RGB) and the pen's width in pixels."""

    skin: Tone
    shade: Tone
    """Skin in shadow."""
    deep: Tone
    """Twice as far as `shade`: creases, the inside of folds."""
    light: Tone
    line: Tone
    """Lines on the skin."""
    lash: Tone
    """The darkest ink: lashes."""
    skin_lab: Colour
    shade_lab: Colour
    hair_lab: Colour
    grey: bool
    pen: float
    manner: Manner
    small: bool

    @classmethod
    def of(cls, look: Look, style: Style, u: float, small: bool) -> "Palette":
        """`u` is the face's width in pixels; `small` asks for the bolder drawing of pictures up to 96 pixels."""
        skin, shadow = look.skin.base, look.skin.shadow
        deep = shadow + (shadow - skin) * np.array([0.9, 0.6, 0.6], np.float32)
        ink = look.ink.copy()
        ink[0] = min(float(ink[0]), 0.55 * float(skin[0]))
        lash = (look.hair_ink if look.hair_ink[0] < ink[0] else ink).copy()
        lash[0] = np.clip(lash[0], 4, 10)
        part = np.float32(_LINE[0] + style.soft * (_LINE[1] - _LINE[0]))
        line = ink * (1 - part) + deep * part
        grey = look.grey

        def ready(colour: ArrayLike) -> Tone:
            return tone(colour, grey)

        return cls(
            skin=ready(skin),
            shade=ready(shadow),
            deep=ready(np.maximum(deep, (8, -60, -60))),
            light=ready(look.skin.light),
            line=ready(line),
            lash=ready(lash),
            skin_lab=skin,
            shade_lab=shadow,
            hair_lab=look.hair.base,
            grey=grey,
            pen=max(1.0, 0.0095 * u) * (0.55 + 0.45 * style.line) * (1.22 if small else 1.0),
            manner=style.manner,
            small=small,
        )

    def mix(self, lightness: float, a: float, b: float) -> Tone:
        """The RGB of a CIELAB colour, or its grey on a black-and-white picture."""
        return tone((lightness, a, b), self.grey)


def tone(colour: ArrayLike, grey: bool) -> Tone:
    """CIELAB -> RGB, without colour if `grey`."""
    lab = np.array(colour, np.float32)
    lab[0] = min(max(lab[0], 0), 100)
    if grey:
        lab[1:] = 0
    return np.array(rgb(lab), np.float64)
