"""The tint of a filter over the shadows of a photograph: blues and violets, in which every dark cloth would be one."""

from dataclasses import dataclass

import numpy as np

from engine.cel.geometry import percentile
from engine.cel.look import Colour, colour
from engine.cel.paint.fields import Field

_DARKEST = 3
"""The per cent of a picture that are its darkest shadows."""
_VIOLET, _LEAST = (0.0, -5.0), 9.0
"""The tint of a filter: a above the former, b below the latter, and the chroma of it, at least. Warm shadows are those
of brown things."""
_LIGHT, _DARK = 72.0, 45.0
"""The lightness from which on nothing is tinted; and of shadows at most, above which they are things of that colour."""
_TRUST = 0.9
"""How much of it is taken off."""


@dataclass(frozen=True, slots=True)
class Veil:
    """A tint of shadows."""

    tint: Colour
    dark: float
    """The lightness of the darkest shadows, which bear all of it."""

    def lifted[Colours: (Field, Colour)](self, colours: Colours) -> Colours:
        """Colours (..., 3) as they are without it: none turns to its contrary."""
        strength = float(np.linalg.norm(self.tint))
        if strength == 0:
            return colours
        way = self.tint / np.float32(strength)
        share = np.clip((_LIGHT - colours[..., :1]) / (_LIGHT - self.dark), 0, 1)
        least = np.maximum(colours @ way, 0)[..., None]
        return np.asarray(colours - np.minimum(share * np.float32(_TRUST * strength), least) * way, np.float32)


CLEAR = Veil(colour(0, 0, 0), 0.0)
"""No tint."""


def veil(pixels: Field) -> Veil:
    """The tint over the shadows of pixels (n, 3)."""
    if not len(pixels):
        return CLEAR
    darkest = pixels[pixels[:, 0] <= percentile(pixels[:, 0], _DARKEST)]
    dark, a, b = (float(value) for value in darkest.mean(0))
    if dark > _DARK or a < _VIOLET[0] or b > _VIOLET[1] or np.hypot(a, b) < _LEAST:
        return CLEAR
    return Veil(colour(0, a, b), dark)
