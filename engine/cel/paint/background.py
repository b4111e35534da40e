"""Painted backdrops in the photo's own colours, made bright: never the photo, blurred or not."""

from functools import cache

import cv2
import numpy as np

from engine.cel.frame import HALF, SIDE
from engine.cel.geometry import ease
from engine.cel.look import LabPicture, Plane, WarpedFace, colour
from engine.cel.paint.fields import blur, doubled, each, fill, lay
from engine.cel.paint.flow import noise
from engine.cel.paint.layers import Layers
from engine.cel.styles import Style

_PITCH, _ANGLE = 11.0, 0.5
"""Distance of the halftone's dots in pixels, and how far its rows are turned, in radians."""
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
_LIT, _WHITE, _DEEPER = 9.6, 98.0, 0.35
"""How much lighter a backdrop is behind the head than midway, and darker in the corners; how light it is there at most;
and by what share its colours are paler there, and deeper in the corners: the head stands out in depth.
"""
_FALLS = ([0.25, 0.50, 0.80], [1.0, 0.0, -1.0])
"""How far from between the eyes, in sides of the picture, that light goes over into shade."""
_CALM = 0.55
"""How far the colours behind lights out of focus are drawn together, that nothing there could be a thing."""


def paint(photo: LabPicture, layers: Layers, face: WarpedFace, style: Style, grey: bool, seed: int) -> LabPicture:
    """A backdrop (400, 400, 3); `photo` is at half size."""
    scene = _SCENES[style.background]
    painted = bright(harmony(photo, layers), style, grey)
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
    if grey:
        ab = np.broadcast_to(np.array(_INK, np.float32), ab.shape)
    return np.dstack([lightness, ab]).astype(np.float32)


def _wall(ab: Plane, sure: Plane) -> Plane:
    """Where a backdrop that is mostly the brown of walls is so, 0..1: beside skin, which is brown too, it is mud."""
    hue = np.degrees(np.arctan2(ab[..., 1:], ab[..., :1]))
    brown = np.asarray(np.interp(hue, *_WALL) * np.interp(sure, *_DULL), np.float32)
    share = float(np.average(brown, weights=np.clip(sure, 1, _HINT)))
    return blur(brown[..., 0], _MELTS)[..., None] * np.float32(ease(share, *_MOSTLY))


def _bokeh(colours: LabPicture, face: WarpedFace, chance: np.random.Generator) -> LabPicture:
    """Out-of-focus lights, the larger the softer."""
    mean = colour(*cv2.mean(colours)[:3])
    calm = colours + (mean - colours) * np.float32(_CALM)
    glow = np.zeros((HALF, HALF), np.float32)
    for soft, radii in ((1.2, (8, 20)), (2.6, (20, 46))):
        lights = np.zeros((HALF, HALF), np.uint8)
        for _ in range(7):
            x, y, r = chance.uniform(0, HALF), chance.uniform(0, HALF), chance.uniform(*radii) / 2
            disc = np.zeros((HALF, HALF), np.uint8)
            cv2.circle(disc, (int(x * 16), int(y * 16)), int(r * 16), int(chance.integers(35, 90)), -1, cv2.LINE_AA, 4)
            cv2.add(lights, disc, dst=lights)
        glow += cv2.GaussianBlur(lights, (0, 0), soft)
    calm[..., 0] = np.minimum(calm[..., 0] + glow * np.float32(11 / 255), 98)
    return doubled(calm)


def _wash(colours: LabPicture, face: WarpedFace, chance: np.random.Generator) -> LabPicture:
    """Watercolour: faint blooms of pigment, and stars of light."""
    field = noise(int(chance.integers(2**31)), 10) + 0.4 * noise(int(chance.integers(2**31)), 4)
    bloom = 2 + 2.2 * np.clip(field * 2 + 0.5, 0, 1) - 1.2 * np.exp(-((field - 0.25) ** 2) / 0.01)
    small = colours.copy()
    small[..., 0] = np.minimum(colours[..., 0] + bloom, 95)
    picture = doubled(small)
    for _ in range(14):
        x, y, r = chance.uniform(0, SIDE), chance.uniform(0, SIDE), chance.uniform(4, 15)
        _star(picture, x, y, r)
    return picture


def _star(picture: LabPicture, x: float, y: float, r: float) -> None:
    """A four-pointed glint: the astroid sqrt(|dx|) + sqrt(|dy|) < sqrt(r)."""
    left, top = max(0, int(x - r)), max(0, int(y - r))
    part = picture[top : int(y + r) + 1, left : int(x + r) + 1]
    dx = np.abs(np.arange(part.shape[1], dtype=np.float32) + np.float32(left - x)) / np.float32(r)
    dy = np.abs(np.arange(part.shape[0], dtype=np.float32) + np.float32(top - y)) / np.float32(r)
    lit = np.clip((1 - np.sqrt(dx)[None] - np.sqrt(dy)[:, None]) * np.float32(r / 3), 0, 0.85)
    part += (colour(99, 0, 2) - part) * lit[..., None]


def _sky(colours: LabPicture, face: WarpedFace, chance: np.random.Generator) -> LabPicture:
    """An airbrushed fall of light with banks of poster-paint cloud."""
    y = np.linspace(0, 1, HALF, dtype=np.float32)[:, None]
    mean = colour(*cv2.mean(colours)[:3])
    small = colours * np.float32(0.3) + mean * np.float32(0.7)
    small[..., 0] = np.minimum(small[..., 0] + 16 * y - 10, 97)
    fall = doubled(small)
    light = np.ascontiguousarray(fall[..., 0])
    clear = light.copy()
    for low, tone in ((1.02, 5.0), (1.14, 14.0)):
        cloud = np.zeros((SIDE, SIDE), np.uint8)
        x = -30.0
        while x < SIDE + 30:
            r = chance.uniform(24, 70)
            cv2.circle(cloud, (int(x), int(SIDE * low - r * chance.uniform(0.4, 1.3))), int(r), 255, -1, cv2.LINE_AA)
            x += r * 0.8
        top = int(np.argmax(cloud.any(1)))  # nothing of the bank lies above it
        cover = np.maximum.accumulate(cloud[top:], 0) * np.float32(1 / 255)
        light[top:] += cover * (np.minimum(clear[top:] + np.float32(tone), 98) - light[top:])
    fall[..., 0] = light
    return fall


@cache
def _screen() -> tuple[LabPicture, LabPicture]:
    """A printer's dot screen: each pixel's distance from its dot's middle, in pixels, and its place from corner to
    corner, 0..1.
    """
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    c, s = np.float32(np.cos(_ANGLE) / _PITCH), np.float32(np.sin(_ANGLE) / _PITCH)
    across, along = x * c + y * s, y * c - x * s
    off = np.hypot(across - np.rint(across), along - np.rint(along)) * np.float32(_PITCH)
    return off.astype(np.float32), ((x + y) / np.float32(2 * SIDE)).astype(np.float32)


def _halftone(colours: LabPicture, face: WarpedFace, chance: np.random.Generator) -> LabPicture:
    """Two tones that meet in printed dots, as on the cover of a magazine."""
    mean = colour(*cv2.mean(colours)[:3])
    base = colours * np.float32(0.4) + mean * np.float32(0.6)
    off, place = _screen()
    flipped = chance.random() < 0.5
    start = np.float32(chance.uniform(0.22, 0.36))
    radius = np.clip((place - start) * np.float32(2.0), 0, 1) * np.float32(0.80 * _PITCH)
    dots = np.clip(radius - off + np.float32(0.5), 0, 1) * (radius > 0.6)
    dots, fall = (np.ascontiguousarray(p[:, ::-1] if flipped else p, np.float32) for p in (dots, place[::2, ::2]))
    base[..., 0] += 9 * (1 - fall)
    deep = base + np.array([-5, 0, 0], np.float32)
    deep[..., 1:] *= 1.15
    np.minimum(base[..., 0], 98, out=base[..., 0])
    return lay(doubled(base), doubled(deep), dots)


_SCENES = {
    "bokeh": _bokeh,
    "wash": _wash,
    "sky": _sky,
    "halftone": _halftone,
}
