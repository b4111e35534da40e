"""Painted backdrops in the photo's own colours, made bright: never the photo, blurred or not."""

import cv2
import numpy as np

from engine.cel.frame import HALF, SIDE
from engine.cel.geometry import ease
from engine.cel.look import LabPicture, Plane, WarpedFace, colour
from engine.cel.paint import scenes
from engine.cel.paint.fields import blur, each, fill
from engine.cel.paint.layers import Layers
from engine.cel.styles import Style

_COARSE = 25
"""Side of the field of large soft areas that a backdrop's colours are."""
_INK = -4.0, -12.0
"""(a, b) of the blue that backdrops of black-and-white photos are washed in, as of a print in one ink."""
_WALL, _DULL, _MOSTLY = ([30, 42, 92, 102], [0, 1, 1, 0]), ([20, 32], [1, 0]), (0.35, 0.50)
"""Hue, in degrees, and how colourful what is seen is -> how far it is the brown of walls and dim rooms; and which share
of a backdrop must be so, that none of it shows.
"""
_MELTS, _HINT = 2.0, 10.0
"""How softly that goes over into other colours, in cells of the field; and what is more colourful than this counts no
more for that share."""
_COOL = [0.0, 12.0], [1.0, 0.0]
"""b of a backdrop -> how far it goes over into another colour below: yellow and green would turn to mud."""
_LIT, _WHITE, _DEEPER = 9.6, 98.0, 0.35
"""How much lighter a backdrop is behind the head than midway, and darker in the corners; how light it is there at most;
and by what share its colours are paler there, and deeper in the corners: the head stands out in depth.
"""
_FALLS = ([0.25, 0.50, 0.80], [1.0, 0.0, -1.0])
"""How far from between the eyes, in sides of the picture, that light goes over into shade."""


def paint(photo: LabPicture, layers: Layers, face: WarpedFace, style: Style, grey: bool, seed: int) -> LabPicture:
    """A backdrop (400, 400, 3); `photo` is at half size."""
    scene = scenes.SCENES[style.background]
    painted = scenes.deepened(bright(harmony(photo, layers), style, grey), style.background)
    sky = np.asarray(cv2.resize(painted, (HALF, HALF), interpolation=cv2.INTER_CUBIC), np.float32)
    return glowing(scene(sky, face, np.random.Generator(np.random.PCG64(seed))), face)


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


def harmony(photo: LabPicture, layers: Layers) -> LabPicture:
    """The photo's background as a field of large soft areas."""
    return blur(_behind(photo, layers, _COARSE), 5.0)


def _behind(photo: LabPicture, layers: Layers, side: int) -> LabPicture:
    """The photo's background alone, at (side, side), carried on behind the person."""
    far = (layers.half_background > 0.95).astype(np.float32)
    small, share = (cv2.resize(f, (side, side), interpolation=cv2.INTER_AREA) for f in (photo * each(far, photo), far))
    known = share > 0.15
    if known.mean() < 0.006:
        return np.broadcast_to(colour(70, 0, -6), small.shape).astype(np.float32)
    mean = (small / np.maximum(share, 1e-3)[..., None]).astype(np.float32)
    return fill(mean, known.astype(np.float32))


def bright(field: LabPicture, style: Style, grey: bool) -> LabPicture:
    """A background's colours as a day in an anime has them."""
    lightness = np.interp(field[..., 0], [0, 15, 40, 70, 100], [57, 65, 76, 87, 95])
    ab = field[..., 1:]
    chroma = np.sqrt((ab * ab).sum(-1, keepdims=True))
    sure = chroma * np.clip(field[..., :1] / 40, 0.15, 1)  # the hue of what is nearly black is noise
    sure = sure * (1 - _wall(ab, np.asarray(sure, np.float32)))
    wanted = np.interp(sure, [0, 4, 10, 25, 60], [0, 7, 18, 30, 38]) * style.chroma
    lightness = lightness + (88 - lightness) * 0.5 * np.exp(-sure[..., 0] / 5)  # grey walls become sky, not mud
    ab = ab * (wanted / np.maximum(chroma, 1)) + np.array(style.scene_tint) * np.exp(-sure / 5)
    fall = np.linspace(0, 1, len(ab), dtype=np.float32)[:, None, None] * np.interp(ab[..., 1:], *_COOL)
    ab = ab + fall * np.array(style.horizon)
    if grey:
        ab = np.broadcast_to(np.array(_INK, np.float32), ab.shape)
    return np.dstack([lightness, ab]).astype(np.float32)


def _wall(ab: Plane, sure: Plane) -> Plane:
    """Where a backdrop that is mostly the brown of walls is so, 0..1: beside skin, which is brown too, it is mud."""
    hue = np.degrees(np.arctan2(ab[..., 1:], ab[..., :1]))
    brown = np.asarray(np.interp(hue, *_WALL) * np.interp(sure, *_DULL), np.float32)
    share = float(np.average(brown, weights=np.clip(sure, 1, _HINT)))
    return blur(brown[..., 0], _MELTS)[..., None] * np.float32(ease(share, *_MOSTLY))
