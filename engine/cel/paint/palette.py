"""The person's colours: measured on the photo, freed of its exposure and cast, mixed as flat tones for a style."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.complexion import Complexion
from engine.cel.frame import HALF
from engine.cel.geometry import percentile
from engine.cel.look import Colour, LabPicture, Look, Points, Tones, WarpedFace, colour
from engine.cel.paint.dye import Dye
from engine.cel.paint.fields import blur
from engine.cel.styles import Style

_CHEEKS = [50, 101, 118, 117, 123, 187, 205, 36, 280, 330, 347, 346, 352, 411, 425, 266, 151, 9, 108, 337]
_AROUND = 6
"""How far, in half-size pixels, the blur of what is looked at reaches."""
_PRINTED_SKIN = ([0, 30, 40, 50, 57, 61, 66, 70, 76, 84, 100], [26, 34, 41, 51, 61, 68, 75, 80, 86.5, 92.5, 97])
"""Lightness of skin -> on the cel. It rises throughout: who is darker stays darker."""
_TANNED = ([1.2, 1.6, 2.0, 2.4, 2.8, 3.2, 3.6, 4.0], [97, 90, 87, 82.5, 79, 75.5, 69, 62])
"""How deep skin is, as `Complexion` has it -> how light it is on the cel at most."""
_UNLIFTED = ([1.7, 2.5], [1, 0.4])
"""The same -> how far a style's lift makes it lighter: the softest styles would bleach a tan."""
_PAPER, _SCREENED = 92.0, 0.85
"""Without colour skin is left to the paper rather: how light that is, and the share of a skin's darkness that is
printed."""
_FAIR = ([66, 89], [0.2, 1.0])
"""Printed lightness of skin -> how far it takes on a style's light, pinks and peaches: dark skin keeps its own."""
_PEACH = np.radians(51)
"""Hue of the skin colours that cel painters buy; those of people are brought half-way to it."""
_STOCK = 0.5
"""How much of the yellow of the stock skin takes on: all of it would be sallow."""
_ROOF = [30, 55, 75, 90], [17, 24, 25.5, 21]
"""Printed lightness of skin -> its chroma at most: the grade makes more of it in middle tones, up to orange."""
_WINE = 6.0, -3.0
"""(a, b) that shadows on dark skin turn towards."""
_PRINTED_GREY_HAIR = ([0, 8, 20, 35, 50, 65, 80, 100], [12, 15, 25, 45, 60, 77, 89, 95])
_PRINTED_HAIR = ([0, 8, 20, 35, 50, 65, 80, 100], [12, 15, 25, 43, 65, 82, 90, 95])
"""Lightness of hair without colour, and of colourful hair -> on the cel."""
_SHADED = ([30, 60, 90], [0.50, 0.66, 0.80])
"""Lightness of hair in its shadow, as a share of its own, which that depends on."""
_FAIRER, _WHITEST, _GOLD = 9.0, 92.0, ([55, 72], [24, 17])
"""How much lighter fair hair is printed, and how light at most; and the chroma of blond hair by its lightness: platinum
has less of it."""
_MOST, _PLATINUM = 46.0, ([60, 70], [46, 33])
"""The greatest chroma of hair: more looks like paint; and by its lightness the greatest that it is given beyond its
own: platinum would look like straw."""
_DARK_BLOND, _ASHEN, _YELLOWED = ([29, 38, 45, 56], [0, 1, 1, 0]), ([16, 20], [0, 1]), ([61, 67], [0, 1])
"""Lightness, b and hue, in degrees, of hair -> how surely it is dark blond."""
_GILDED, _TURNED = 10.0, np.radians(6)
"""How much lighter that is printed, and by how much yellower in hue: as dark as in photos it would look brown."""
_MUTED = 0.4
"""How much of a style's richer colour hair takes on that is neither red nor blond: brown hair would turn orange."""
_DARK, _BLACK, _BROWN = 35.5, ([2.8, 4.6], [1, 0]), ([3.0, 7.0], [5.0, 13.0])
"""Printed lightness below which hair is dark; chroma -> how black that is; and chroma of dark brown hair -> the least
it is printed with, to be told from black."""
_SHEEN = 5.0, 0.0, -9.0
"""What the light on black hair has over that on other hair."""
_AUBURN, _DEEP, _RUSTY = ([11, 14, 16, 19], [0, 1, 1, 0]), ([34, 38], [1, 0]), ([63, 66], [1, 0])
"""a, lightness and hue, in degrees, of hair -> how surely it is a brown that is red in the light, and no red."""
_DARKER, _DULLER = 3.0, 0.25
"""How much darker that is printed, and by which share less colourful: as other hair it would be orange."""

_INKED_FAIR, _INK_PALER, _INK_CHROMA, _INKED = ([35, 65], [0, 1]), 26.0, 1.2, 0.6
"""Lightness of printed hair -> how far its ink is that of fair hair; how much lighter that is, and how colourful at
least, as a factor of what it outlines; and how light ink is at most, as a share of the hair's shadow."""


@dataclass(frozen=True, slots=True)
class Light:
    """What the whole photo, not the face alone, says of its light."""

    gain: float
    """Factor of lightness that gives a dim picture a white."""
    grey: bool
    """Whether it is without colour."""

    @classmethod
    def of(cls, whole: LabPicture, photo: LabPicture, face: WarpedFace) -> "Light":
        """The light of a `whole` photo, in any size; `photo` is the part with the face, at half size."""
        return cls(exposure(whole, photo, face), is_grey(whole))


def measure(
    photo: LabPicture, complexion: Complexion, dye: Dye | None, face: WarpedFace, style: Style, grey: bool
) -> Look:
    """Mix the colours of a person; `photo` is the warped one at half size, `grey` if it has no colours."""
    skin = _printed_skin(complexion.skin, style, grey, complexion.depth)
    mixed = [complexion.hair] if dye is None else [complexion.hair + dye.first, complexion.hair + dye.second]
    tones, *second = (_printed_hair(hair, style, grey, blue=dye is None) for hair in mixed)
    ink = colour(style.ink_dark + 0.10 * skin.base[0], *(skin.shadow[1:] * style.ink_chroma))
    drain = colour(1, 0, 0) if grey else colour(1, 1, 1)
    return Look(
        seen_skin=_skin(photo, face),
        skin=skin,
        hair=tones,
        dye=second[0] if second else None,
        ink=ink * drain,
        hair_ink=_hair_ink(tones, style, grey) * drain,
        grey=grey,
    )


def exposure(whole: LabPicture, photo: LabPicture, face: WarpedFace) -> float:
    """Factor of lightness that gives a dim picture a white: `whole` in any size, and `photo`, the part with the face.

    Only dim faces are lifted: a picture may well hold nothing white, and dark skin in good light must stay dark.
    """
    white = percentile(whole[..., 0], 98.5)
    dim = float(np.interp(_skin(photo, face)[0], [45, 62], [1, 0]))
    return 1 + dim * float(np.clip(88 / max(white, 40) - 1, 0, 0.3))


def _at(points: Points) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    x, y = np.clip(points / 2, 0, HALF - 1).astype(np.intp).T
    return y, x


def _skin(photo: LabPicture, face: WarpedFace) -> Colour:
    """The skin in the light: the brighter half of what cheeks and forehead show, without the single brightest spots."""
    y, x = _at(face.points[_CHEEKS])
    top, left = max(int(y.min()) - _AROUND, 0), max(int(x.min()) - _AROUND, 0)
    near = photo[top : y.max() + _AROUND, left : x.max() + _AROUND]
    samples = blur(np.ascontiguousarray(near), 1.5)[y - top, x - left]
    order = np.argsort(samples[:, 0], kind="stable")
    return np.asarray(samples[order[len(order) * 2 // 5 : -2]].mean(0), np.float32)


def _printed_skin(true: Colour, style: Style, grey: bool, depth: float = 1.0) -> Tones:
    """The tones of skin: what is told as fair may be deeper, but what is told as dark is no lighter for it."""
    lightness = min(float(np.interp(true[0], *_PRINTED_SKIN)), float(np.interp(depth, *_TANNED)))
    if grey:
        lightness = _PAPER - _SCREENED * (_PAPER - lightness)
    fair = float(np.interp(lightness, *_FAIR))
    lightness += style.lift * float(np.interp(depth, *_UNLIFTED)) * fair * min(1.0, (97 - lightness) / 15)
    hue = float(np.clip(np.arctan2(true[2], max(float(true[1]), 1.0)), np.radians(40), np.radians(68)))
    hue = _PEACH + (0.9 - 0.4 * fair) * (hue - _PEACH)
    roof = float(np.interp(lightness, *_ROOF))
    chroma = 0.0 if grey else float(np.clip(1.05 * np.hypot(*true[1:]) * style.chroma, 0.75 * roof, roof))
    tint = (0.0, 0.0) if grey else style.tint
    base = colour(lightness, chroma * np.cos(hue) + tint[0], chroma * np.sin(hue) + _STOCK * tint[1])
    depth = style.shadow_depth * (0.45 + 0.55 * lightness / 70)
    shadow = base + colour(-depth, *(fair * np.array(style.shadow_hue) + (1 - fair) * np.array(_WINE)))
    light = base + colour(min(5.0, 97 - lightness), -1, -1)
    return _drained(Tones(base, shadow, light), grey)


def _blond(hair: Colour) -> float:
    """How blond hair is, 0..1: light and yellow."""
    return float(np.interp(hair[0], [42, 60], [0, 1]) * np.interp(hair[2], [14, 22], [0, 1]))


def _fair(hair: Colour) -> float:
    """How fair hair is that looks darker in its own shadow, 0..1."""
    return float(np.interp(hair[0], [32, 46], [0, 1]) * np.interp(hair[2], [15, 21], [0, 1]))


def _dark_blond(hair: Colour) -> float:
    """How surely hair that could be brown is blond, 0..1."""
    hue = float(np.degrees(np.arctan2(hair[2], max(float(hair[1]), 1.0))))
    return float(np.interp(hair[0], *_DARK_BLOND) * np.interp(hair[2], *_ASHEN) * np.interp(hue, *_YELLOWED))


def _auburn(hair: Colour) -> float:
    """How surely hair that could be red is a brown, 0..1."""
    hue = float(np.degrees(np.arctan2(hair[2], max(float(hair[1]), 1.0))))
    return float(np.interp(hair[1], *_AUBURN) * np.interp(hair[0], *_DEEP) * np.interp(hue, *_RUSTY))


def _red(hair: Colour) -> float:
    """How red hair is, 0..1."""
    return float(np.interp(hair[1], [13, 21], [0, 1]))


def _printed_hair(true: Colour, style: Style, grey: bool, blue: bool = True) -> Tones:
    """The tones of hair; black hair has the `blue` of a style, unless it is the root of another."""
    colourful = float(np.interp(np.hypot(*true[1:]), [5, 12], [0, 1]))
    plain, rich = (float(np.interp(true[0], *table)) for table in (_PRINTED_GREY_HAIR, _PRINTED_HAIR))
    lightness = plain + (rich - plain) * colourful
    gilded = _dark_blond(true)
    lightness = min(lightness + _FAIRER * _fair(true) + _GILDED * gilded, max(lightness, _WHITEST))
    vivid = 1 + (style.chroma - 1) * max(_red(true), _blond(true), _MUTED)
    ab = true[1:] * vivid * (1.06 + 0.30 * colourful)
    cos, sin = np.cos(_TURNED * gilded), np.sin(_TURNED * gilded)
    ab = np.array([[cos, -sin], [sin, cos]]) @ ab
    golden = _blond(true) * float(np.interp(true[0], *_GOLD)) * vivid  # painters make more of it than there is
    chroma = float(np.hypot(*ab))
    most = min(_MOST, max(float(np.interp(true[0], *_PLATINUM)), float(np.hypot(*true[1:]))))
    ab = ab * float(np.clip(golden / max(chroma, 1.0), 1.0, 1.8)) * min(1.0, most / max(chroma, 1.0))
    auburn = _auburn(true)
    lightness, ab = lightness - _DARKER * auburn, ab * (1 - _DULLER * auburn)
    black = 0.0
    if lightness < _DARK:
        own = float(np.hypot(*true[1:]))
        black = float(np.interp(own, *_BLACK)) if blue else 0.0
        brown = ab * max(1.0, float(np.interp(own, *_BROWN)) / max(float(np.hypot(*ab)), 1.0))
        ab = (1 - black) * brown + black * (0.3 * ab + np.array(style.black))
    base = colour(lightness, *(ab + np.array(style.tint) * 0.5))
    cool = float(np.interp(lightness, [30, 60], [1, 0]))  # shadows of dark hair turn to violet, of fair hair to amber
    shadow = base * colour(float(np.interp(lightness, *_SHADED)), 0.95, 0.95) + colour(1, 2 + 3 * (1 - cool), -5 * cool)
    light = base + colour(style.highlight * (0.95 + 0.2 * lightness / 50), 0, 0)
    light[0] = min(light[0], 98)
    light[1:] *= 1.15 * (light[0] / max(float(base[0]), 1.0)) ** 0.6  # else what is lighter looks greyer
    light += np.float32(black) * colour(*_SHEEN)
    return _drained(Tones(base, shadow, light), grey)


def _hair_ink(tones: Tones, style: Style, grey: bool) -> Colour:
    """The ink of hair: nearly black, but its own much darker colour round fair hair, which black makes look dirty."""
    fair = 0.0 if grey else float(np.interp(tones.base[0], *_INKED_FAIR))
    lightest = _INKED * float(tones.shadow[0]) + 2
    vivid = 0.6 * max(style.ink_chroma, _INK_CHROMA * fair)
    return colour(min(style.ink_dark + _INK_PALER * fair, lightest), *(tones.base[1:] * vivid))


def _drained(tones: Tones, grey: bool) -> Tones:
    if not grey:
        return tones
    drain = colour(1, 0, 0)
    return Tones(tones.base * drain, tones.shadow * drain, tones.light * drain)


def is_grey(whole: LabPicture) -> bool:
    """True for a photo, in any size, without colour, or toned with a single one."""
    chroma = np.hypot(whole[..., 1], whole[..., 2])
    return bool(percentile(chroma, 95) < 5)


def balanced(seen: float, gain: float) -> float:
    """Lightness after the exposure is put right, highlights rolled off."""
    return float(100 * (1 - (1 - min(max(seen, 0.0), 100.0) / 100) ** gain))
