"""What colours somebody's skin and hair have in neutral daylight, whatever the light of the photo.

A small network looks at the upright head and its labels. It was taught on photographs whose light was made warmer,
colder, dimmer and harder, and whose skin and hair were given other pigments, so that it cannot guess one from the
other or from the shape of a face: see `scripts/training/tones.py`.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from engine import Pixels
from engine.cel.frame import warped
from engine.cel.geometry import percentile
from engine.cel.look import Colour, LabPicture, colour
from engine.cel.parse import Floats, Label, Regions
from engine.cel.perceive import Face
from engine.cel.runtime import net

SIZE = 64
"""Side of the upright square that the network sees, in pixels."""
_PALE, _BLOND, _AGED, _GREYING = ([42, 55], [0, 1]), ([20, 26], [1, 0]), ([38, 52], [0, 1]), 0.75
"""Hair so light, of so little chroma, is grey rather than blond from such an age on; and how far."""
_SALT, _PEPPER, _SILVER, _DULL = ([29, 40], [0, 1]), ([12, 17], [1, 0]), 0.4, ([40, 60], [1, 0])
"""The same of hair that is grey rather than brown; by which share such hair is lighter than it is told, and how light
it is told for that."""
_FADING, _FADES, _FADED = ([48, 60], [0, 1]), ([33, 38], [0, 1]), 0.3
"""Age, and lightness of hair, from which what of it is fair is mixed with grey; and which share of its colour it loses:
gold is the young's.
"""
_KEPT = 0.6
"""How much of their grey women undo at the hairdresser's."""
_BLONDE, _YELLOW, _RED = ([44, 56], [0, 1]), ([13, 20], [0, 1]), ([13, 18], [0, 1])
"""Lightness and b from which hair is blond, and a from which it is red."""
_GLANCE = 0.5
"""What a glance counts for the lightness of skin, as a share: a network that knows people errs otherwise than one that
measures colours, and both together less."""
_SHADED, _DIM = ([35, 55], [8, 0]), ([70, 87], [1, 0])
"""Lightness of lit skin in the photo -> by how much both tell it too dark; and of the picture's whites -> how far that
goes, for whoever looks dark in a bright picture is. Of 240 people rated by eye, the mean error of L falls from 2.65 to
2.57, cross-validated with the glance."""
_GIST = 50
"""Side of the whole photo where its white is looked for, in pixels."""
_TOLD = (
    [0, 40, 48, 52, 55, 58, 60, 63, 66, 68, 70, 73, 76, 80, 86, 100],
    [0, 38, 44, 47, 50.5, 54.5, 58, 63.5, 70, 74.5, 77.3, 79, 80.2, 81, 85, 100],
)
"""Lightness of skin as both tell it -> as it is, of 453 people whose skin was rated by eye. Who is fair is told as
tanned, for so do the shade and the dim light that most are photographed in; and who is dark as lighter."""
_TANNED = ([58, 67, 78], [0, 5, 0])
"""How much lighter the skin of the fair is than the network tells: what looks tanned mostly lies in shadow."""
_DEPTH = np.array([-0.0305, -0.0795, 0.0323, 9.494], np.float32)
"""How deep skin is, from 1 (pale) over 2 (light), 3 (tanned) and 4 (brown) to 5 (dark): for every unit of lightness
that is measured and that a glance tells, for every unit of chroma that lit skin is seen with, and without any.

Linear regression on 116 photographs rated by eye; cross-validated, what is told goes with that by a correlation of
0.84, and by 0.73 among those lighter than brown, where the lightness of `_TOLD` does so by 0.52.
"""
_WARM, _UNSEEN = (5.0, 35.0), 22.0
"""Between which chroma lit skin may be seen: beyond it is the light's; and what counts for skin that is not seen."""
_DARK, _STARK, _DARKER, _BLACK = 34.0, 0.4, 1.6, 14.0
"""Hair told lighter than this, but seen darker than this share of the skin's lightness, may be so many times lighter
beside the skin than it is seen, for what looks black beside lit skin is not blond; and how light black hair is told."""
_LEVEL = np.array([0.230, 0.0747, 1.294, 0.0257, 0.560], np.float32)
"""Square root of the lightness of hair that has not greyed: for every unit of the square root of the lightness and of
the b that are told of it, of how light it is seen over the skin, of the skin's lightness, and without any.

Linear regression on 213 photographs whose hair two people rated by eye, from 1 (black) to 10 (platinum), with a
correlation of 0.99 between them; cross-validated, the mean error of L falls from 5.3 to 4.4.
"""
_MOST, _DARK_BROWN = 1.1, 24.0
"""How many times as light as it is seen beside skin hair is at most, for what looks dark beside lit skin is told too
light; and how light dark brown hair is, which no shade makes black. Of 10 of 240 people rated by eye that this darkens,
8 are nearer to their rating."""
_LIT = ([0.7, 0.9], [1, 0])
"""How light hair is seen over the skin -> how far that goes for it: what is as light as skin is blond."""
_GROWN, _DYED, _COLOURLESS = (15.0, 100.0), 10.0, 5.0
"""Hues, in degrees, that hair grows in, and the chroma from which others are dyed; and the chroma of a picture without
colour, at its 95th percentile: of such hair b tells nothing."""
_REDDER, _SURELY_RED = ([-1, 2], [0, 1]), ([15, 20], [0, 1])
"""How much redder than skin hair is seen, in a, and the a that is told of it -> how surely it is red, and not brown:
skin is redder than brown hair in any light."""
_COLOURFUL, _BROWN = ([10, 14], [0, 1]), np.radians(66)
"""Chroma -> how far hair is neither black nor ashen; and the hue of brown hair."""
_SURE, _FEW = 0.8, 12
"""How sure labels, and of how many pixels, are whose lightness is compared."""
_MIDDLING, _NO_RED, _GOLDEN = ([24, 27, 40, 48], [0, 1, 1, 0]), ([9, 11.5], [1, 0]), ([11.5, 14], [0, 1])
"""Lightness, a and b of hair -> how far it may as well be blond."""
_BLONDER = 5.0, 0.5, 4.0
"""What such hair has over what is told of it, if eyes are light (by eye)."""
_GREEN = ([10, 16], [0, 1])
"""Chroma from which green hair is dyed: what is told as a duller green lay under a green cast, for none grows so."""


@dataclass(frozen=True, slots=True)
class Complexion:
    """CIELAB of lit skin and of hair in its middle tone. Of the bald, hair is a guess."""

    skin: Colour
    hair: Colour
    depth: float = 1.0
    """How deep the skin is as people call it: 1 is pale, 2 light, 3 tanned, 4 brown, 5 dark."""


def read(rgb: Pixels, face: Face, regions: Regions, glance: float) -> Complexion:
    """Tell the colours of a labelled picture's main person, whose skin is so light at a `glance` (`Traits.skin`)."""
    there, side, flags = face.frame.square(2 * SIZE), (2 * SIZE, 2 * SIZE), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    whole = np.full(rgb.shape[:2], 255, np.uint8)
    seen = _smaller(warped(rgb, there, side))
    photo = _smaller(np.asarray(cv2.warpAffine(whole, there, side, flags=flags), np.uint8))
    lab = np.asarray(cv2.cvtColor(seen.astype(np.float32) * np.float32(1 / 255), cv2.COLOR_RGB2LAB), np.float32)
    labels = np.asarray(cv2.resize(regions.labels, (SIZE, SIZE), interpolation=cv2.INTER_AREA), np.float32)
    labels[photo < 128] = np.eye(len(Label), dtype=np.float32)[Label.BACKGROUND]  # a guess has no colour
    tones = net("tones")(np.dstack([scaled(lab), labels]).astype(np.float32)[None])["tones"][0]
    skin, hair = np.split(np.array(tones, np.float32), 2)
    lit = _lit_skin(lab, labels)
    depth = skin_depth(float(skin[0]), glance, _warmth(lab, labels))
    skin[0] = skin_lightness(float(skin[0]), glance, lit, _white(rgb))
    aged = float(np.interp(face.age, *_AGED))
    contrast = _contrast(lab, labels, lit)
    if contrast is not None:
        if hair[0] > _DARK and contrast < _STARK:
            hair *= min(1.0, max(_BLACK, _DARKER * contrast * float(skin[0])) / float(hair[0]))
        if percentile(np.hypot(lab[..., 1], lab[..., 2]), 95) > _COLOURLESS:
            hair += (1 - aged) * (leveled(hair, contrast, float(skin[0])) - hair)
            hair = browned(hair, _redder(lab, labels))
    hair[1] = max(hair[1], hair[1] * float(np.interp(np.hypot(*hair[1:]), *_GREEN)))
    grey = _pale(hair) * _GREYING * aged * (1 - _KEPT * face.female)
    hair *= np.array([1 + _SILVER * grey * float(np.interp(hair[0], *_DULL)), 1 - grey, 1 - grey], np.float32)
    hair[1:] *= 1 - _faded(hair, face)
    person = Complexion(skin, hair, depth)
    return replace(person, skin=skin + _fair(hair) * (fairer(person).skin - skin))


def skin_lightness(measured: float, glance: float, lit: float | None, white: float) -> float:
    """How light skin is that is measured, told at a glance, and seen `lit` as so light in a picture so `white`."""
    told = measured + _GLANCE * (glance - measured)
    if lit is not None:
        told += float(np.interp(lit, *_SHADED) * np.interp(white, *_DIM))
    return float(np.interp(told, *_TOLD))


def skin_depth(measured: float, glance: float, warmth: float) -> float:
    """How deep skin is, from 1 to 5, that is measured and told at a glance so light, and seen with such a chroma."""
    return float(np.array([measured, glance, min(max(warmth, _WARM[0]), _WARM[1]), 1.0], np.float32) @ _DEPTH)


def leveled(hair: Colour, contrast: float, skin: float) -> Colour:
    """Hair as light as people say, seen so light over skin of such a lightness; red and dyed hair is left as it is."""
    trust = float(np.interp(contrast, *_LIT)) * (1 - float(np.interp(hair[1], *_RED)))
    if trust == 0 or not _natural(hair):
        return hair
    told = np.array([np.sqrt(max(hair[0], 1.0)), hair[2], contrast, skin, 1.0], np.float32)
    level = min(float(told @ _LEVEL) ** 2, max(_DARK_BROWN, _MOST * contrast * skin))
    lightness = float(hair[0]) + trust * (level - float(hair[0]))
    less = min(1.0, lightness / max(float(hair[0]), 1.0))  # what is darker has less colour
    return colour(lightness, *(less * hair[1:]))


def _lit_skin(lab: LabPicture, labels: Floats) -> float | None:
    """How light skin in the light is in the photo; None if it is hardly seen."""
    skin = lab[..., 0][labels[..., Label.SKIN] > _SURE]
    return None if skin.size < _FEW else percentile(skin, 80)


def _warmth(lab: LabPicture, labels: Floats) -> float:
    """The chroma of the lighter half of the skin in the photo."""
    skin = lab[labels[..., Label.SKIN] > _SURE]
    if len(skin) < _FEW:
        return _UNSEEN
    lit = skin[skin[:, 0] >= np.median(skin[:, 0])]
    return float(np.hypot(*np.median(lit[:, 1:], 0)))


def _white(rgb: Pixels) -> float:
    """Lightness of what is nearly lightest in the whole photo."""
    small = np.asarray(cv2.resize(rgb, (_GIST, _GIST), interpolation=cv2.INTER_AREA), np.float32)
    return percentile(
        np.asarray(cv2.cvtColor(small * np.float32(1 / 255), cv2.COLOR_RGB2LAB), np.float32)[..., 0], 98.5
    )


def browned(hair: Colour, redder: float) -> Colour:
    """Hair that is not seen so much redder than skin is no redder in hue than brown; dyed hair is left as it is."""
    hue, chroma = float(np.arctan2(hair[2], hair[1])), float(np.hypot(*hair[1:]))
    if not _natural(hair) or hue > _BROWN:
        return hair
    red = max(float(np.interp(redder, *_REDDER)), float(np.interp(hair[1], *_SURELY_RED)))
    hue += (1 - red) * float(np.interp(chroma, *_COLOURFUL)) * (_BROWN - hue)
    return colour(float(hair[0]), chroma * np.cos(hue), chroma * np.sin(hue))


def _redder(lab: LabPicture, labels: Floats) -> float:
    """How much redder than skin hair is in the photo, in a; both are seen well."""
    skin, hair = (percentile(lab[..., 1][labels[..., label] > _SURE], 50) for label in (Label.SKIN, Label.HAIR))
    return hair - skin


def _contrast(lab: LabPicture, labels: Floats, lit: float | None) -> float | None:
    """How light hair is in the photo, over the skin in the light; None if one of them is hardly seen."""
    hair = lab[..., 0][labels[..., Label.HAIR] > _SURE]
    return None if lit is None or hair.size < _FEW else float(np.median(hair)) / max(lit, 1.0)


def _natural(hair: Colour) -> bool:
    """Whether hair grows in that colour."""
    hue = float(np.degrees(np.arctan2(hair[2], hair[1])))
    return float(np.hypot(*hair[1:])) < _DYED or _GROWN[0] < hue < _GROWN[1]


def _pale(hair: Colour) -> float:
    """How surely hair has no pigment left, 0..1, if it is an old person's: the darker, the less colour it may have."""
    chroma = float(np.hypot(*hair[1:]))
    light = float(np.interp(hair[0], *_PALE) * np.interp(chroma, *_BLOND))
    return max(light, float(np.interp(hair[0], *_SALT) * np.interp(chroma, *_PEPPER)))


def _faded(hair: Colour, face: Face) -> float:
    """Which share of its colour fair hair has lost with the years."""
    own = float(np.interp(face.age, *_FADING)) * (1 - _KEPT * face.female)
    return _FADED * own * float(np.interp(hair[0], *_FADES)) * (1 - float(np.interp(hair[1], *_RED)))


def _fair(hair: Colour) -> float:
    """How surely hair is a fair person's, 0..1: blond, or red."""
    blond = float(np.interp(hair[0], *_BLONDE) * np.interp(hair[2], *_YELLOW))
    return max(blond, float(np.interp(hair[1], *_RED)))


def fairer(told: Complexion) -> Complexion:
    """The complexion of somebody who is fair for certain: by their hair, or their light eyes."""
    return replace(told, skin=told.skin + colour(float(np.interp(told.skin[0], *_TANNED)), 0, 0))


def blonder(told: Complexion) -> Complexion:
    """The complexion of somebody with light eyes, whose hair is rather blond than brown if it may be either."""
    sure = float(np.interp(told.hair[0], *_MIDDLING) * np.interp(told.hair[1], *_NO_RED))
    return replace(
        told, hair=told.hair + np.float32(sure * float(np.interp(told.hair[2], *_GOLDEN))) * colour(*_BLONDER)
    )


def scaled(lab: LabPicture) -> LabPicture:
    """CIELAB as the network takes it, about -1..1."""
    return np.asarray(lab / np.array([50, 20, 20]) - np.array([1, 0, 0]), np.float32)


def _smaller(plane: Pixels) -> Pixels:
    return np.asarray(cv2.resize(plane, (SIZE, SIZE), interpolation=cv2.INTER_AREA), np.uint8)
