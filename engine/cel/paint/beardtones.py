"""What colour a beard is painted in: of the hair's pot where they are kin, and grey where it has faded."""

import numpy as np

from engine.cel.look import Colour, Look, Tones, colour

_KIN = 30.0
"""A beard nearer than this to the hair's colour is painted with the same pot."""
_RED, _VIVID = 1.25, 1.6
"""A beard under hair painted a cold black is a red one if its chroma is more than this many times that of the skin; and
how much more colour it is painted with than it shows in the dark.
"""
_DARKEST = 0.6
"""How dark a beard is at least, as a share of the hair's lightness."""
_PALE, _AS_FAIR, _COLOURED = 45.0, 0.9, 12.0
"""A beard lighter than this (CIELAB L), and than that share of the lightness of hair with so much chroma, may be grey.
"""
_FADED, _GREY = ([0.6, 1.0], [0.3, 1.0]), 0.8
"""Which share of the skin's chroma such a beard has -> how much of its own is left; and below which it is no kin of
hair.
"""
_SILVER = 40.0, 75.0
"""By how much (CIELAB L) a beard that has lost its colour is lighter than it is seen, where skin shines through; and
how light it is so at most.
"""
_SILVERY, _SHADE, _BRIGHT, _AGED = colour(0, 1.0, 3.5), colour(-16, 1.5, -4.0), (72.0, 82.0), (50.0, 40.0)
"""A silver beard's hue, and how its shadow differs; how light (CIELAB L) it is; and how light grey hair and a beard are
at least that are silver together.
"""
_SHEEN = 12.0, 1.15, 1.15
"""How much lighter (CIELAB L) light is on a beard, and how many times as colourful."""
_PALER = 0.6
"""By which share of what it is seen to be paler than that hair such a beard is."""


def tones(seen: Colour, look: Look, bald: bool) -> Tones:
    """The beard's tones: the hair's where they are kin, else its own; a red one is kin to no black hair."""
    hair = look.hair
    share = float(seen[0]) / max(float(look.seen_skin[0]), 1.0)
    lightness = min(float(seen[0]) * 1.05 + 4, share * float(look.skin.base[0]))  # as dark beside the skin as it is
    own = colour(float(np.clip(lightness, 16, 82)), *(seen[1:] * (0.0 if look.grey else 0.8)))
    vivid = float(np.hypot(*seen[1:])) / max(float(np.hypot(*look.seen_skin[1:])), 1.0)
    red = hair.base[2] < 0 and vivid > _RED and seen[2] > 0  # else it is the picture's cast
    if red:
        own = own * colour(1.0, _VIVID, _VIVID)
    if own[0] > _PALE and (bald or _fairer(own, hair.base)):
        left = float(np.interp(vivid, *_FADED))
        if vivid < _GREY:
            return _silver(min(float(own[0]) + _SILVER[0] * (1 - left), max(float(own[0]), _SILVER[1])), look)
        own = own * colour(1.0, left, left)
    if _aged(own, hair.base):
        return _silver(max(float(own[0]), float(hair.base[0])), look)
    if not (red or bald) and float(np.linalg.norm(own - hair.base)) < _KIN:
        paler = _PALER * max(0.0, float(own[0] - hair.base[0]))
        own, shadow = (_over_skin(tone, paler, look) for tone in (hair.base, hair.shadow))
        return Tones(own, shadow, _lit(own))
    if not (red or bald or look.grey):
        own = _of_hair(own, look, vivid > _GREY)
    return Tones(own, own * colour(0.72, 1.0, 1.0), _lit(own))


def _silver(light: float, look: Look) -> Tones:
    """The tones of a beard that has lost its colour."""
    base = colour(float(np.clip(light, *_BRIGHT)), *_SILVERY[1:])
    shadow = base + _SHADE
    if look.grey:
        base, shadow = (tone * colour(1, 0, 0) for tone in (base, shadow))
    return Tones(base, shadow, _lit(base))


def _aged(beard: Colour, hair: Colour) -> bool:
    """Whether hair is grey, and a beard no darker than that of the grey."""
    return bool(hair[0] > _AGED[0] and beard[0] > _AGED[1] and np.hypot(*hair[1:]) < _COLOURED)


def _fairer(beard: Colour, hair: Colour) -> bool:
    """Whether a beard is no darker than hair that has a colour: the cold hue of black hair is none."""
    coloured = hair[2] > 0 and float(np.hypot(*hair[1:])) > _COLOURED
    return bool(float(beard[0]) > _AS_FAIR * float(hair[0]) and coloured)


def _over_skin(hair: Colour, paler: float, look: Look) -> Colour:
    """A tone of hair that is so much paler because skin shines through, whose hue it takes on."""
    skin = look.skin.base
    share = float(np.clip(paler / max(float(skin[0] - hair[0]), 1.0), 0, 1))
    return np.asarray(hair + colour(paler, *(share * (skin[1:] - hair[1:]))), np.float32)


def _of_hair(own: Colour, look: Look, coloured: bool) -> Colour:
    """The tone of a beard that is much paler or darker than the hair: of that hair's hue, thinly or in the shade.

    One that has a colour is less pale than it is seen to be.
    """
    hair, light = look.hair.base, float(own[0])
    if light > hair[0]:
        return _over_skin(hair, (light - float(hair[0])) * (_PALER if coloured else 1.0), look)
    light = max(light, _DARKEST * float(hair[0]))
    return colour(light, *(hair[1:] * light / max(float(hair[0]), 1.0)))


def _lit(own: Colour) -> Colour:
    """The tone of a beard where light lies on it."""
    return np.asarray(own * colour(1, *_SHEEN[1:]) + colour(_SHEEN[0], 0, 0), np.float32)
