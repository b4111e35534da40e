"""The person's colours: measured on the photo, freed of its exposure and cast, mixed as flat tones for a style."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.look import Colour, LabPicture, Look, Plane, Points, Tones, WarpedFace, colour
from engine.cel.paint.fields import HALF, blur
from engine.cel.styles import Style

type Hue = NDArray[np.float32]
"""(a, b) of CIELAB."""

_CHEEKS = [50, 101, 118, 117, 123, 187, 205, 36, 280, 330, 347, 346, 352, 411, 425, 266, 151, 9, 108, 337]
_LIPS = [0, 37, 267, 17, 84, 314, 40, 270, 91, 321]
_PRINTED_SKIN = ([0, 30, 40, 50, 57, 64, 70, 76, 82, 90, 100], [30, 45, 54, 62, 68, 75, 80, 85, 88.5, 92, 95])
"""Lightness of skin in the photo -> on the cel. It rises throughout: who is darker stays darker."""
_PIGMENT = ([0.20, 0.30, 0.355, 0.40, 0.50], [7, 5, 2, -6, -7])
"""Chroma of skin per lightness -> what that says of its own lightness, in middling light."""
_ANYBODY, _DUSK = 60.0, ([28, 56], [0.5, 0])
"""Skin in the middle of all; and how far, by lightness in the photo, faces in the dark are taken for it."""
_PEACH = np.radians(55)
"""Hue of the skin colours that cel painters buy; those of photos are brought half-way to it."""
_BROWN = np.radians(62)
"""Hue of brown hair."""
_BLACK = 26.0
"""Hair darker than this is black, and lighter only where it shines."""
_FAINT = 13.0
"""Chroma above which an odd hue is a dye."""
_PRINTED_GREY_HAIR = ([0, 8, 20, 35, 50, 65, 80, 100], [15, 20, 29, 42, 57, 73, 87, 95])
_PRINTED_HAIR = ([0, 8, 20, 35, 50, 65, 80, 100], [15, 20, 31, 50, 69, 81, 89, 95])


@dataclass(frozen=True, slots=True)
class Light:
    """What the whole photo, not the face alone, says of its light."""

    gain: float
    """Factor of lightness that gives a dim picture a white."""
    around: Hue
    """The middle of its colours."""
    grey: bool
    """Whether it has none."""

    @classmethod
    def of(cls, whole: LabPicture, photo: LabPicture, face: WarpedFace) -> "Light":
        """The light of a `whole` photo, in any size; `photo` is the part with the face, at half size."""
        return cls(exposure(whole, photo, face), hue(whole), is_grey(whole))


def measure(photo: LabPicture, hair: Plane, face: WarpedFace, style: Style, light: Light) -> Look:
    """Mix the colours of the person in the warped photo (CIELAB) with that `hair`, both at half size."""
    gain, grey = light.gain, light.grey
    seen_hair = _natural(_uncast(_hair(photo, hair), light.around))
    skin = _printed_skin(_unshaded(_skin(photo, face), seen_hair), gain, style, grey)
    tones = _printed_hair(colour(0.4 * skin.base[0], 5, 8) if seen_hair is None else seen_hair, gain, style, grey)
    ink = colour(style.ink_dark + 0.10 * skin.base[0], *(skin.shadow[1:] * style.ink_chroma))
    hair_ink = colour(min(style.ink_dark, 0.55 * tones.shadow[0] + 2), *(tones.base[1:] * 0.6 * style.ink_chroma))
    lips = skin.base * colour(0.82, 1, 1) + colour(0, 15, 4)
    drain = colour(1, 0, 0) if grey else colour(1, 1, 1)
    return Look(skin, tones, lips=lips * drain, ink=ink * drain, hair_ink=hair_ink * drain, grey=grey)


def exposure(whole: LabPicture, photo: LabPicture, face: WarpedFace) -> float:
    """Factor of lightness that gives a dim picture a white: `whole` in any size, and `photo`, the part with the face.

    Only dim faces are lifted: a picture may well hold nothing white, and dark skin in good light must stay dark.
    """
    white = float(np.percentile(whole[..., 0], 98.5))
    dim = float(np.interp(_skin(photo, face)[0], [45, 62], [1, 0]))
    return 1 + dim * float(np.clip(88 / max(white, 40) - 1, 0, 0.3))


def _at(points: Points) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    x, y = np.clip(points / 2, 0, HALF - 1).astype(np.intp).T
    return y, x


def _skin(photo: LabPicture, face: WarpedFace) -> Colour:
    """The skin in the light: the brighter half of what cheeks and forehead show, without the single brightest spots."""
    samples = blur(photo, 1.5)[_at(face.points[_CHEEKS])]
    order = np.argsort(samples[:, 0], kind="stable")
    return np.asarray(samples[order[len(order) * 2 // 5 : -2]].mean(0), np.float32)


def _printed_skin(seen: Colour, gain: float, style: Style, grey: bool) -> Tones:
    seen_lightness = min(float(seen[0]) * gain, 96.0)
    # underexposure takes lightness and chroma alike, pigment adds chroma: their ratio tells shade from dark skin
    ratio = float(np.hypot(*seen[1:])) / max(float(seen[0]), 20.0)
    if not grey:
        unsure = float(np.interp(seen_lightness, [62, 82], [1, 0]))
        seen_lightness += _pigment(seen, ratio) * unsure + 18 * _skylit(seen, ratio)
        dusk = float(np.interp(seen[0], *_DUSK))
        seen_lightness += dusk * max(0.0, _ANYBODY - seen_lightness)
    lightness = float(np.interp(seen_lightness, *_PRINTED_SKIN))
    lightness += style.lift * lightness / 100 * min(1.0, (97 - lightness) / 15)
    hue = np.arctan2(seen[2], max(float(seen[1]), 1.0))
    # skin lies between rose and olive; what is beyond is the lamp
    rose = float(np.interp(lightness, [70, 88], [51, 45]))
    hue = float(np.clip(_PEACH + 0.5 * (hue - _PEACH), np.radians(rose), np.radians(64)))
    roof = float(np.interp(lightness, [30, 55, 75, 90], [19, 28, 28, 21]))
    chroma = 0.0 if grey else float(np.clip(ratio * lightness * min(style.chroma, 1.1), 0.68 * roof, 0.94 * roof))
    tint = (0.0, 0.0) if grey else style.tint
    base = colour(lightness, chroma * np.cos(hue) + tint[0], chroma * np.sin(hue) + tint[1])
    depth = style.shadow_depth * (0.45 + 0.55 * lightness / 70)
    shadow = base + colour(-depth, *style.shadow_hue)
    light = base + colour(min(5.0, 97 - lightness), -1, -1)
    return _drained(Tones(base, shadow, light), grey)


def _pigment(skin: Colour, ratio: float) -> float:
    """What the chroma of skin says of its own lightness: pigment is brown, and what is redder is the lamp's."""
    said = float(np.interp(ratio, *_PIGMENT))
    brown = float(np.interp(np.arctan2(skin[2], skin[1]), np.radians([30, 46]), [0, 1]))
    return said if said > 0 else said * brown


def _skylit(skin: Colour, ratio: float) -> float:
    """How surely dark skin lies in the shade of a bright day, 0..1: it is dull, and bluer than any pigment."""
    dull, dark = np.interp(ratio, [0.34, 0.44], [1, 0]), np.interp(skin[0], [52, 64], [1, 0])
    return float(np.clip((skin[1] - skin[2]) / 6, 0, 1) * dull * dark)


def _unshaded(skin: Colour, hair: Colour | None) -> Colour:
    """Skin that looks hardly lighter than blond or brown hair is light skin in the shade: half of the way to it."""
    if hair is None:
        return skin
    near = np.interp(hair[0] / max(float(skin[0]), 1.0), [0.5, 0.65], [0, 1])
    brown = float(near * np.interp(np.hypot(*hair[1:]), [6, 12], [0, 1]))  # grey hair is anybody's
    shaded = max(_blond(hair), brown) * float(np.interp(skin[0], [50, 66], [1, 0]))
    return skin + (colour(76, 12, 16) - skin) * np.float32(0.5 * shaded)


def _blond(hair: Colour) -> float:
    """How blond hair is, 0..1: light and yellow."""
    return float(np.interp(hair[0], [42, 60], [0, 1]) * np.interp(hair[2], [8, 16], [0, 1]))


def _hair(photo: LabPicture, hair: Plane) -> Colour | None:
    """The hair's own colour: that of its pixels away from its edges, in the light; None without any.

    What shines on black hair is not its colour.
    """
    for least in (0.97, 0.8, 0.5):
        pixels = photo[hair > least]
        if len(pixels) > 80:
            break
    else:
        return None
    black = float(np.median(pixels[:, 0])) < _BLACK
    low, high = np.percentile(pixels[:, 0], [30, 85] if black else [45, 92])
    middle = pixels[(pixels[:, 0] >= low) & (pixels[:, 0] <= high)]
    return np.asarray(np.median(middle, 0), np.float32)


def _uncast(hair: Colour | None, around: Hue) -> Colour | None:
    """Hair of no natural hue in a picture that is all of that hue is not dyed: it reflects what is around."""
    if hair is None or (hair[1] > -6 and hair[2] > -12):
        return hair
    return hair * colour(1, 0.15, 0.15) if np.hypot(*(hair[1:] - around)) < 14 else hair


def _natural(hair: Colour | None) -> Colour | None:
    """Faintly coloured hair in a hue that hair has; the light of screens and skies turns brown to mauve."""
    if hair is None:
        return hair
    chroma, hue = float(np.hypot(*hair[1:])), float(np.arctan2(hair[2], hair[1]))
    if chroma > _FAINT or np.radians(35) < hue < np.radians(105):
        return hair
    return colour(float(hair[0]), chroma * np.cos(_BROWN), chroma * np.sin(_BROWN))


def _printed_hair(seen: Colour, gain: float, style: Style, grey: bool) -> Tones:
    exposed, colourful = seen[0] * (0.5 + 0.5 * gain), float(np.interp(np.hypot(*seen[1:]), [6, 14], [0, 1]))
    plain, rich = (float(np.interp(exposed, *table)) for table in (_PRINTED_GREY_HAIR, _PRINTED_HAIR))
    lightness = plain + (rich - plain) * colourful
    ab = seen[1:] * style.chroma * float(np.interp(lightness, [20, 45, 75], [1.3, 1.15, 1.0]))
    chroma = float(np.hypot(*ab))
    if chroma < 18:  # a hint of green is the lamp's; green hair is greener
        ab[0] = max(ab[0], 0.15 * ab[1])
    golden = _blond(seen) * 27 * style.chroma  # in the photo blond is often hardly a colour
    ab = ab * float(np.clip(golden / max(chroma, 1.0), 1.0, 1.8)) * min(1.0, 46 / max(chroma, 1.0))
    if lightness < 30 and chroma < 9:  # black hair is printed cool, as blue-black or plum
        ab = ab * 0.4 + np.array([1.5, -6])
    base = colour(lightness, *(ab + np.array(style.tint) * 0.5))
    cool = float(np.interp(lightness, [30, 60], [1, 0]))  # shadows of dark hair turn to violet, of fair hair to amber
    shadow = base * colour(0.60 + 0.12 * (1 - cool), 0.95, 0.95) + colour(1, 2 + 3 * (1 - cool), -5 * cool)
    light = base + colour(style.highlight * (0.75 + 0.25 * lightness / 50), 0, 0)
    light[0] = min(light[0], 98)
    light[1:] *= 0.85
    if lightness < 30:
        light[2] -= 5
    return _drained(Tones(base, shadow, light), grey)


def _drained(tones: Tones, grey: bool) -> Tones:
    if not grey:
        return tones
    drain = colour(1, 0, 0)
    return Tones(tones.base * drain, tones.shadow * drain, tones.light * drain)


def hue(whole: LabPicture) -> Hue:
    """The middle (a, b) of a whole picture, in any size."""
    return np.asarray(np.median(whole[..., 1:].reshape(-1, 2), 0), np.float32)


def is_grey(whole: LabPicture) -> bool:
    """True for a photo, in any size, without colour, or toned with a single one."""
    chroma = np.hypot(whole[..., 1], whole[..., 2])
    return bool(np.percentile(chroma, 95) < 5)


def balanced(seen: float, gain: float) -> float:
    """Lightness after the exposure is put right, highlights rolled off."""
    return float(100 * (1 - (1 - min(max(seen, 0.0), 100.0) / 100) ** gain))
