"""What a painted backdrop shows: lights out of focus, watercolour, a sky of clouds, a printed cover.

Each scene takes the backdrop's colours at half size and gives a picture with depth, before which the person stands.
"""

from collections.abc import Callable, Mapping
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF, SIDE
from engine.cel.look import LabPicture, Plane, WarpedFace, colour
from engine.cel.paint.fields import doubled, lay
from engine.cel.paint.flow import noise

type Scene = Callable[[LabPicture, WarpedFace, np.random.Generator], LabPicture]
"""Colours at half size, the face before them, and chance: a backdrop."""

_PITCH, _ANGLE = 11.0, 0.5
"""Distance of the halftone's dots in pixels, and how far its rows are turned, in radians."""
_LIGHTEST = 98.0
"""Lightness of a backdrop at most."""
_LIGHTS = ((0.8, 9, (2.5, 8.0)), (1.6, 8, (7.0, 17.0)), (4.0, 5, (17.0, 30.0)))
"""How softly lights are seen, how many, and between which radii they are, in half-size pixels: near, farther, far."""
_FAINT, _RIM = (40, 105), 20
"""How bright the lights are, of 255; and how much brighter at their rim, as a lens has them."""
_SHAFTS, _NARROW, _BEAM, _ABOVE = 4, (0.03, 0.08), (60, 120), 15
"""How many shafts of light fall from a corner, half their angles in radians, how bright they are, of 255; and how far
above the picture they begin, in pixels a quarter as fine."""
_SHINE, _GOLDEN = 17.0, 5.0
"""How much lighter, and yellower, the brightest of that light is."""
_BANKS = ((0.78, 0.30, 93.0), (0.98, 0.22, 97.0))
"""Banks of cloud, the far one first: where each lies, how high its tower is, in sides of the picture, and its light."""
_ASUNDER, _TOWER, _PUFFS, _PUFF = 0.07, 0.24, (1.0, 0.6, 0.2), (0.045, 0.08)
"""How far puffs of cloud are apart and how broad a tower is, in sides of the picture; at which shares of its height
they lie, and between which radii they are."""
_BODY, _UNLIT = 0.45, 90
"""How white a cloud is where no light falls; and how much light reaches its lowest puffs, of 255."""
_RAYS, _BREADTH, _NEAR = 39, (0.012, 0.045), (55.0, 95.0)
"""How many rays go out from the head, half their angles in radians, and how far from it they begin, in half-size
pixels."""
_RAY = 3.5
"""How much lighter a ray is than what lies between."""


def bokeh(colours: LabPicture, face: WarpedFace, chance: np.random.Generator) -> LabPicture:
    """Lights out of focus, the larger the softer, and shafts of light from above."""
    light = np.zeros((HALF, HALF), np.float32)
    for soft, count, radii in _LIGHTS:
        lights = np.zeros((HALF, HALF), np.uint8)
        for _ in range(count):
            _disc(lights, chance.uniform(0, HALF, 2), chance.uniform(*radii), int(chance.integers(*_FAINT)))
        light += cv2.GaussianBlur(lights, (0, 0), soft)
    light += _shafts(chance)
    light *= np.float32(1 / 255)
    lit = colours.copy()
    lit[..., 0] = np.minimum(colours[..., 0] + light * np.float32(_SHINE), _LIGHTEST)
    lit[..., 2] += light * np.float32(_GOLDEN)
    return doubled(lit)


def _disc(lights: NDArray[np.uint8], middle: NDArray[np.float64], radius: float, tone: int) -> None:
    """Add a light with its rim, in place."""
    reach = int(radius) + 2
    left, top = (max(0, int(m) - reach) for m in middle)
    part = lights[top : int(middle[1]) + reach + 1, left : int(middle[0]) + reach + 1]
    disc = np.zeros(part.shape, np.uint8)
    centre = (int((middle[0] - left) * 16), int((middle[1] - top) * 16))
    cv2.circle(disc, centre, int(radius * 16), tone, -1, cv2.LINE_AA, 4)
    cv2.circle(disc, centre, int(radius * 16), tone + _RIM, 1, cv2.LINE_AA, 4)
    part[:] = cv2.add(part, disc)


def _shafts(chance: np.random.Generator) -> Plane:
    """Light that falls from one upper corner, 0..255 at half size."""
    side = HALF // 2
    corner = np.array([side * (0.1 if chance.random() < 0.5 else 0.9), -_ABOVE])
    shafts = np.zeros((side, side), np.uint8)
    for angle in chance.uniform(0.15, 0.85, _SHAFTS) * np.pi:
        half, beam = chance.uniform(*_NARROW), np.zeros((side, side), np.uint8)
        ends = [corner + 2 * side * np.array([np.cos(angle + k), np.sin(angle + k)]) for k in (-half, half)]
        outline = np.array([corner, *ends]) * 16
        cv2.fillPoly(beam, [outline.astype(np.int32)], int(chance.integers(*_BEAM)), cv2.LINE_AA, 4)
        cv2.add(shafts, beam, dst=shafts)
    return doubled(cv2.GaussianBlur(shafts, (0, 0), 1.5).astype(np.float32))


def wash(colours: LabPicture, face: WarpedFace, chance: np.random.Generator) -> LabPicture:
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


def sky(colours: LabPicture, face: WarpedFace, chance: np.random.Generator) -> LabPicture:
    """A deep sky with two banks of cloud that tower at its sides, one behind the other."""
    picture, first = colours.copy(), bool(chance.random() < 0.5)
    hue = cv2.mean(colours)[1:3]
    for k, (low, tall, light) in enumerate(_BANKS):
        bank = np.zeros((HALF, HALF, 3), np.uint8)  # how much of it covers the sky, and the light on it
        peak = chance.uniform(0.0, 0.2) if (k == 0) == first else chance.uniform(0.8, 1.0)
        for x in np.arange(-0.1, 1.1, _ASUNDER):
            tower = tall * float(np.exp(-(((x - peak) / _TOWER) ** 2)))
            for share in _PUFFS:
                r, dx, dy = chance.uniform(*_PUFF), *chance.uniform(-0.025, 0.025, 2)
                centre = (int((x + dx) * HALF * 16), int((low - tower * share + r + dy) * HALF * 16))
                tone = (255, _UNLIT + int((255 - _UNLIT) * share), 0)
                cv2.circle(bank, centre, int(r * HALF * 16), tone, -1, cv2.LINE_AA, 4)
        top = int(np.argmax(bank[..., 0].any(1)))
        cover = np.maximum.accumulate(bank[top:, :, 0], 0).astype(np.float32) * np.float32(1 / 255)
        lit = cv2.GaussianBlur(bank[top:, :, 1], (0, 0), 3.0).astype(np.float32) * np.float32(1 / 255)
        white = colour(light, 0.12 * hue[0], 0.12 * hue[1] + 2)
        cloud = lay(colours[top:].copy(), white, np.asarray(_BODY + (1 - _BODY) * lit, np.float32))
        lay(picture[top:], cloud, cover)
    return doubled(picture)


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


def halftone(colours: LabPicture, face: WarpedFace, chance: np.random.Generator) -> LabPicture:
    """Rays from behind the head, and two tones that meet in printed dots, as on the cover of a magazine."""
    base = colours.copy()
    off, place = _screen()
    flipped = chance.random() < 0.5
    start = np.float32(chance.uniform(0.22, 0.36))
    radius = np.clip((place - start) * np.float32(2.0), 0, 1) * np.float32(0.80 * _PITCH)
    dots = np.clip(radius - off + np.float32(0.5), 0, 1) * (radius > 0.6)
    dots, fall = (np.ascontiguousarray(p[:, ::-1] if flipped else p, np.float32) for p in (dots, place[::2, ::2]))
    rays = _rays(face.centre / 2, chance)
    base[..., 0] += 9 * (1 - fall) + np.float32(_RAY) * (rays - 1)
    deep = base + np.array([-3.5, 0, 0], np.float32)
    deep[..., 1:] *= 1.1
    np.minimum(base[..., 0], _LIGHTEST, out=base[..., 0])
    return lay(doubled(base), doubled(deep), dots)


def _rays(centre: NDArray[np.float64], chance: np.random.Generator) -> Plane:
    """Rays that go out from a place, 0..1 at half size."""
    rays = np.zeros((HALF, HALF), np.uint8)
    angles = np.linspace(0, 2 * np.pi, _RAYS, endpoint=False) + chance.uniform(-0.05, 0.05, _RAYS)
    for angle, half, start in zip(angles, chance.uniform(*_BREADTH, _RAYS), chance.uniform(*_NEAR, _RAYS), strict=True):
        ends = [(0.0, start), (-half, 2.0 * HALF), (half, 2.0 * HALF)]
        outline = [centre + far * np.array([np.cos(angle + k), np.sin(angle + k)]) for k, far in ends]
        cv2.fillPoly(rays, [(np.array(outline) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return cv2.GaussianBlur(rays, (0, 0), 0.8).astype(np.float32) * np.float32(1 / 255)


SCENES: Mapping[str, Scene] = {"bokeh": bokeh, "wash": wash, "sky": sky, "halftone": halftone}
"""Every scene by the name that styles have for it."""
