"""Painted backdrops that go with the photo's colours: never the photo, blurred or not."""

import cv2
import numpy as np

from engine.cel.frame import HALF, SIDE
from engine.cel.look import Colour, LabPicture, Look, WarpedFace, colour
from engine.cel.paint import scenes, schemes
from engine.cel.paint.fields import SPARSE, blur
from engine.cel.paint.layers import Layers
from engine.cel.styles import Style

_COARSE = 25
"""Side of the field of light on a backdrop."""
_SEEN = 0.006
"""Which share of a photo must be background to have a colour."""
_LIT, _WHITE, _DEEPER = 9.6, 98.0, 0.35
"""How much lighter a backdrop is behind the head than midway, and darker in the corners; how light it is there at most;
and by what share its colours are paler there, and deeper in the corners: the head stands out in depth.
"""
_FALLS = ([0.25, 0.50, 0.80], [1.0, 0.0, -1.0])
"""How far from between the eyes, in sides of the picture, that light goes over into shade."""


def paint(
    photo: LabPicture, layers: Layers, face: WarpedFace, look: Look, style: Style, female: float, seed: int
) -> LabPicture:
    """A backdrop (400, 400, 3); `photo` is at half size. `female` is 1 for a woman and 0 for a man."""
    chance = np.random.Generator(np.random.PCG64(seed))
    scheme = schemes.pick(style.background, behind(photo, layers), look, female, chance)
    sky = _graded(scheme, look.grey)
    return glowing(scenes.SCENES[style.background](sky, face, chance), face)


def behind(photo: LabPicture, layers: Layers) -> Colour | None:
    """The mean colour of what is seen behind a person; None if next to nothing is."""
    far = layers.half_background[SPARSE] > 0.95
    return np.asarray(photo[SPARSE][far].mean(0), np.float32) if far.mean() > _SEEN else None


def _graded(scheme: schemes.Scheme, grey: bool) -> LabPicture:
    """A scheme's colours at half size, the one above going over into the one below; none behind a `grey` person."""
    fall = np.linspace(0, 1, HALF, dtype=np.float32)[:, None]
    fall = fall * fall * (3 - 2 * fall)
    column = scheme.above + (scheme.below - scheme.above) * fall
    if grey:
        column = column * colour(1, 0, 0)
    return np.repeat(column[:, None], HALF, 1)


def glowing(picture: LabPicture, face: WarpedFace) -> LabPicture:
    """A backdrop with light behind the head, and shade in the corners; in place."""
    y, x = np.mgrid[0:_COARSE, 0:_COARSE].astype(np.float32) * np.float32(1 / (_COARSE - 1))
    away = np.hypot(x - np.float32(face.centre[0] / SIDE), y - np.float32(face.centre[1] / SIDE))
    light = blur(np.interp(away, *_FALLS).astype(np.float32), 1.2)
    mean = float(picture[::16, ::16, 0].mean())
    lighter = 1 + light * np.where(light > 0, min(_LIT, max(0.0, _WHITE - mean)), _LIT) / np.float32(mean)
    paler = 1 - np.float32(_DEEPER) * light
    gain = np.dstack([lighter, paler, paler]).astype(np.float32)
    picture *= cv2.resize(gain, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    np.minimum(picture[..., 0], np.float32(_WHITE), out=picture[..., 0])
    return picture
