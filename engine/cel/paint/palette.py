"""The person's colours: measured on the photo, freed of its exposure and cast, mixed as flat tones for a style."""

import numpy as np

from engine.cel.look import Colour, LabPicture, Look, Plane, Points, Tones, WarpedFace
from engine.cel.paint.fields import HALF
from engine.cel.paint.layers import Layers, oval
from engine.cel.styles import Style

_CHEEKS = [50, 101, 118, 117, 123, 187, 205, 36, 280, 330, 347, 346, 352, 411, 425, 266, 151, 9, 108, 337]
_LIPS = [0, 37, 267, 17, 84, 314, 40, 270, 91, 321]
_PRINTED_SKIN = ([0, 20, 32, 44, 55, 65, 74, 84, 100], [26, 34, 43, 53, 64, 76, 86, 92, 95])
"""Lightness of skin in the photo -> on the cel. It rises throughout: who is darker stays darker."""
_PRINTED_HAIR = ([0, 8, 20, 35, 50, 65, 80, 100], [15, 20, 31, 48, 66, 79, 88, 95])


def measure(photo: LabPicture, layers: Layers, face: WarpedFace, style: Style, grey: bool) -> Look:
    """Mix the colours of the person in the warped photo (CIELAB at half size)."""
    gain = exposure(photo, face)
    skin = _printed_skin(_skin(photo, layers, face), gain, style, grey)
    hair = _printed_hair(_hair(photo, layers, skin.base), gain, style, grey)
    ink = np.float32([style.ink_dark + 0.10 * skin.base[0], *(skin.shadow[1:] * style.ink_chroma)])
    hair_ink = np.float32([min(style.ink_dark, 0.55 * hair.shadow[0] + 2), *(hair.base[1:] * 0.6 * style.ink_chroma)])
    lips = skin.base * np.float32([0.82, 1, 1]) + np.float32([0, 15, 4])
    colours = [lips, ink, hair_ink]
    if grey:
        colours = [c * np.float32([1, 0, 0]) for c in colours]
    return Look(skin, hair, *colours, grey=grey)


def exposure(photo: LabPicture, face: WarpedFace) -> float:
    """Factor of lightness that gives the picture a white: above 1 for a dim one, below for a washed-out face."""
    white = float(np.percentile(photo[::2, ::2, 0], 98.5))
    return float(np.clip(92 / max(white, 40), 1.0, 1.45))


def _at(points: Points) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], ...]:
    x, y = np.clip(points / 2, 0, HALF - 1).astype(np.intp).T
    return y, x


def _skin(photo: LabPicture, layers: Layers, face: WarpedFace) -> Colour:
    """The skin in the light: of the face's skin pixels, the brighter part without its highlights."""
    inner = (oval(face, HALF) > 0.9) & (layers.half_skin > 0.8)
    pixels = photo[inner]
    samples = photo[_at(face.points[_CHEEKS])]
    if len(pixels) < 50:
        pixels = samples
    low, high = np.percentile(pixels[:, 0], [40, 80])
    lit = pixels[(pixels[:, 0] >= low) & (pixels[:, 0] <= high)]
    colour: Colour = (0.6 * np.median(lit, 0) + 0.4 * np.median(samples, 0)).astype(np.float32)
    return colour


def _printed_skin(seen: Colour, gain: float, style: Style, grey: bool) -> Tones:
    lightness = float(np.interp(min(seen[0] * gain, 96), *_PRINTED_SKIN))
    lightness = min(95.0, lightness + style.lift * (lightness / 100))
    hue = np.arctan2(seen[2], max(float(seen[1]), 1.0))
    # skin lies between rose and olive; what is beyond is the lamp
    hue = float(np.clip(hue, np.radians(40), np.radians(66)))
    chroma = float(np.hypot(*seen[1:]))
    roof = np.interp(lightness, [30, 55, 75, 90], [20, 29, 29, 21])
    chroma = float(np.clip(chroma * style.chroma, 0.62 * roof, roof)) if not grey else 0.0
    base = np.float32([lightness, chroma * np.cos(hue) + style.tint[0], chroma * np.sin(hue) + style.tint[1]])
    depth = style.shadow_depth * (0.45 + 0.55 * lightness / 70)
    shadow = base + np.float32([-depth, *style.shadow_hue])
    light = base + np.float32([min(5.0, 97 - lightness), -1, -1])
    return _drained(Tones(base, shadow, light), grey)


def _hair(photo: LabPicture, layers: Layers, skin: Colour) -> Colour:
    """The hair's own colour: the middle of its pixels away from its edges, the shine left out."""
    for least in (0.97, 0.8, 0.5):
        pixels = photo[layers.half_hair > least]
        if len(pixels) > 80:
            break
    else:
        return np.float32([0.45 * skin[0], 5, 8])
    low, high = np.percentile(pixels[:, 0], [25, 85])
    middle = pixels[(pixels[:, 0] >= low) & (pixels[:, 0] <= high)]
    colour: Colour = np.median(middle, 0).astype(np.float32)
    return colour


def _printed_hair(seen: Colour, gain: float, style: Style, grey: bool) -> Tones:
    lightness = float(np.interp(seen[0] * (0.5 + 0.5 * gain), *_PRINTED_HAIR))
    colour = seen[1:] * style.chroma * float(np.interp(lightness, [20, 45, 75], [1.3, 1.15, 1.0]))
    chroma = float(np.hypot(*colour))
    colour = colour * min(1.0, 46 / max(chroma, 1.0))
    if lightness < 30 and chroma < 9:  # black hair is printed cool, as blue-black or plum
        colour = colour * 0.4 + np.float32([1.5, -6])
    base = np.float32([lightness, *(colour + np.array(style.tint) * 0.5)])
    shadow = base * np.float32([0.60, 0.9, 0.85]) + np.float32([1, 2, -5])
    light = base + np.float32([style.highlight * (0.75 + 0.25 * lightness / 50), 0, 0])
    light[0] = min(light[0], 98)
    light[1:] *= 0.85
    return _drained(Tones(base, shadow, light), grey)


def _drained(tones: Tones, grey: bool) -> Tones:
    if not grey:
        return tones
    drain = np.float32([1, 0, 0])
    return Tones(tones.base * drain, tones.shadow * drain, tones.light * drain)


def is_grey(photo: LabPicture) -> bool:
    """True for a photo without colour, or toned with a single one."""
    chroma = np.hypot(photo[::2, ::2, 1], photo[::2, ::2, 2])
    return bool(np.percentile(chroma, 95) < 5)


def balanced(seen: Plane, gain: float) -> Plane:
    """Lightness after the exposure is put right, highlights rolled off."""
    lifted: Plane = (100 * (1 - (1 - np.clip(seen, 0, 100) / 100) ** gain)).astype(np.float32)
    return lifted
