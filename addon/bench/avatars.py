"""Avatars for benchmarks and tests: one astronaut, cropped, mirrored, tinted and turned.

`astronaut.jpg` is Eileen Collins, photographed by NASA in 1992 and, as NASA's own work, in the public domain
(Great Images in NASA, GPN-2000-001177).
"""

import io
import random
from functools import cache
from pathlib import Path

from PIL import Image, ImageEnhance, ImageOps

SIZES = {
    "mini": 24,
    "normal": 48,
    "bigger": 73,
    "x96": 96,
    "reasonably_small": 128,
    "200x200": 200,
    "400x400": 400,
    "": 512,
}
"""Twitter's size suffixes and the pixels a side they stand for; the original's is our choice."""

FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP"}
ASTRONAUT = Path(__file__).with_name("astronaut.jpg")
_FACE = (226, 118)
"""Where the face's centre lies in the picture."""


@cache
def portrait(number: int) -> Image.Image:
    """Avatar `number` as RGB, 512x512; no two numbers below a few hundred look alike."""
    chance = random.Random(number)  # noqa: S311  # meant to be the same every time
    side = chance.randint(200, 236)
    left = _FACE[0] - side // 2 + chance.randint(-12, 12)
    top = max(0, _FACE[1] - side // 2 + chance.randint(-6, 16))
    with Image.open(ASTRONAUT) as source:
        upright = source.rotate(chance.uniform(-6, 6), Image.Resampling.BICUBIC, center=_FACE)
    face = upright.crop((left, top, left + side, top + side)).resize((512, 512), Image.Resampling.LANCZOS)
    if chance.random() < 0.5:
        face = ImageOps.mirror(face)
    face = ImageEnhance.Color(face).enhance(chance.uniform(0.6, 1.4))
    face = ImageEnhance.Brightness(face).enhance(chance.uniform(0.8, 1.15))
    tint = Image.new("RGB", face.size, tuple(chance.randint(0, 255) for _ in range(3)))
    return Image.blend(face, tint, 0.12)


@cache
def encoded(number: int, size: str = "", extension: str = "jpg") -> bytes:
    """Avatar `number` as the bytes Twitter would serve for that size suffix and file extension."""
    side = SIZES[size]
    data = io.BytesIO()
    picture = portrait(number).resize((side, side), Image.Resampling.LANCZOS)
    picture.save(data, FORMATS[extension], quality=85)
    return data.getvalue()
