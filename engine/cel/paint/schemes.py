"""The colours of backdrops: pairs mixed by hand for each scene, of which one is picked that suits photo and person."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.cel.look import Colour, Look, lab


@dataclass(frozen=True, slots=True)
class Scheme:
    """What a backdrop is painted with; between them colours go over into each other."""

    above: Colour
    below: Colour

    @property
    def middle(self) -> Colour:
        """The colour behind the head."""
        return np.asarray((self.above + self.below) / 2, np.float32)

    @property
    def rosy(self) -> float:
        """How pink it is, 0..1."""
        return float(np.interp(max(self.above[1], self.below[1]), *_ROSY))


_ROSY = [8.0, 22.0], [0.0, 1.0]
"""a of a scheme's pinkest colour -> how pink it is."""
_COLOURFUL, _WALL = ([8.0, 24.0], [0.0, 1.0]), ([25, 40, 92, 105], [1.0, 0.4, 0.4, 1.0])
"""Chroma of what is seen behind a person -> how far its hue counts; and its hue, in degrees, -> the share of that which
is left where it is the brown of walls and dim rooms."""
_ALIKE, _CLEAR, _NEAR = 1.0, (0.9, 0.6), 42.0
"""What a scheme gains whose hue is the photo's; what it loses as it is too near hair, and skin; and how far off, in
CIELAB, a colour is near no more."""
_MANLY, _CHANCE = 0.8, 0.5
"""What pink schemes lose behind men; and what chance gives one of them at most: a timeline has variety."""


def _scheme(above: str, below: str) -> Scheme:
    one, other = (lab(*bytes.fromhex(tone)) for tone in (above, below))
    return Scheme(one, other)


SCHEMES: Mapping[str, tuple[Scheme, ...]] = {
    "bokeh": (
        _scheme("6fb0ea", "d6ecfa"),  # a clear day
        _scheme("60b5bf", "d6f0ea"),  # by the water
        _scheme("7f7fcc", "e8cbe6"),  # after sunset
        _scheme("84c39e", "e4f4d8"),  # under trees
        _scheme("e6a3c0", "fde6e4"),  # in bloom
        _scheme("7391d0", "cfdff6"),  # lights of a town
    ),
    "wash": (
        _scheme("bda8f0", "ffdfec"),
        _scheme("98c0f4", "ece0fa"),
        _scheme("9ad7d8", "eaf6ec"),
        _scheme("f4abc4", "ffe8de"),
        _scheme("9fabee", "ffdae4"),
    ),
    "sky": (
        _scheme("3f8bdc", "c0e5fa"),  # noon
        _scheme("3ba5d0", "c9f0ee"),  # by the sea
        _scheme("6c73c6", "fcc8ba"),  # evening
        _scheme("918cdc", "fcd8e0"),  # dawn
        _scheme("4a65ad", "a9c0ec"),  # dusk
    ),
    "halftone": (
        _scheme("42aeea", "b4e6fc"),
        _scheme("f08ba6", "fdd6da"),
        _scheme("9a8ce2", "e0d7fc"),
        _scheme("62c3c6", "d2f2ee"),
        _scheme("f0b878", "fdecc4"),
    ),
}
"""The schemes of every scene."""


def pick(scene: str, seen: Colour | None, look: Look, female: float, chance: np.random.Generator) -> Scheme:
    """The scheme that suits best: of the hue `seen` behind a person, if that has one, and unlike hair and skin.

    `female` is 1 for a woman and 0 for a man.
    """
    schemes = SCHEMES[scene]
    luck = chance.uniform(0, _CHANCE, len(schemes))
    return max(zip(schemes, luck, strict=True), key=lambda one: _suits(one[0], seen, look, female) + one[1])[0]


def _suits(scheme: Scheme, seen: Colour | None, look: Look, female: float) -> float:
    """How well a scheme suits."""
    middle = scheme.middle
    off = [float(np.linalg.norm(middle - tones.base)) for tones in (look.hair, look.skin)]
    lost = sum(weight * max(0.0, 1 - far / _NEAR) for weight, far in zip(_CLEAR, off, strict=True))
    return _alike(scheme, seen) - lost - _MANLY * scheme.rosy * (1 - female)


def _alike(scheme: Scheme, seen: Colour | None) -> float:
    """How near a scheme's hue is to that of what is seen, as far as that is colourful."""
    if seen is None:
        return 0.0
    hue = float(np.degrees(np.arctan2(seen[2], seen[1])))
    sure = float(np.interp(np.hypot(*seen[1:]), *_COLOURFUL) * np.interp(hue, *_WALL))
    apart = np.radians(hue) - np.arctan2(scheme.middle[2], scheme.middle[1])
    return _ALIKE * sure * float(np.cos(apart))
