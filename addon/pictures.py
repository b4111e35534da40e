"""The little that answering needs to know of pictures: how large one is, and one made smaller."""

import io
import warnings

from PIL import Image

from avatanime.errors import PhotoError
from engine import photo

MAX_SIDE = 1024
"""Longest side that is answered where no size was asked for: originals may be huge, pages show them small."""


def bounded(size: tuple[int, int]) -> tuple[int, int]:
    """The size, or the largest of its shape with no side over `MAX_SIDE`."""
    scale = min(1.0, MAX_SIDE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height as browsers show it (EXIF turned), from the head alone. Raises PhotoError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(picture), formats=photo.FORMATS) as image:
                turned = photo.orientation(image) >= _ON_ITS_SIDE
                return (image.height, image.width) if turned else (image.width, image.height)
    except Exception as e:  # decoders raise whatever a damaged file provokes
        raise PhotoError(f"The picture's size cannot be read: {e}") from e


def resized(picture: bytes, size: tuple[int, int]) -> bytes:
    """The picture at exactly `size`, as PNG. Raises PhotoError."""
    pixels = Image.fromarray(photo.read(picture).pixels)
    out = io.BytesIO()
    pixels.resize(size, Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


_ON_ITS_SIDE = 5
"""EXIF orientations from this on swap width and height."""
