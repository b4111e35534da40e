"""Bytes -> a bounded, upright RGB picture. Bombs, lying headers, animations and odd modes end here."""

import hashlib
import io
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from avatanime.errors import PhotoError

MAX_BYTES = 20 * 2**20
"""Largest encoded source that is looked at."""
MAX_PIXELS = 50_000_000
"""Largest picture that is decoded, as in imgproxy's default limit (https://docs.imgproxy.net/configuration/options)."""
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
"""What avatar hosts serve; no other decoder is ever reached."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture to draw from.

    `pixels` is RGB, (height, width, 3), uint8; `digest` the sha256 (hex) of the bytes it came from, which also seeds
    whatever an engine chooses by chance.
    """

    pixels: NDArray[np.uint8]
    digest: str

    @property
    def seed(self) -> int:
        """64 bits of the digest."""
        return int(self.digest[:16], 16)


def digest(source: bytes) -> str:
    """The identity of a source picture: sha256 of its bytes, in hex."""
    return hashlib.sha256(source).hexdigest()


def read(source: bytes, side: int = 1024) -> Photo:
    """Decode the first frame, upright (EXIF), over white where it is transparent, at most `side` pixels a side.

    Raises PhotoError for anything that is not a whole picture of a known format within the limits.
    """
    if len(source) > MAX_BYTES:
        raise PhotoError(f"The picture has {len(source):,} bytes; the limit is {MAX_BYTES:,}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(source), formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise PhotoError(
                        f"The picture is {image.width}x{image.height}; the limit is {MAX_PIXELS:,} pixels."
                    )
                image.draft("RGB", (side, side))
                rgb = _flatten(ImageOps.exif_transpose(image))
    except PhotoError:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as e:
        raise PhotoError(f"These bytes are no JPEG, PNG, GIF or WebP picture that can be read: {e}") from e
    except Exception as e:  # decoders raise whatever a damaged file provokes: OSError, SyntaxError, struct.error, ...
        raise PhotoError(f"The picture is damaged: {e}") from e
    rgb.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return Photo(np.asarray(rgb, np.uint8).copy(), digest(source))


def _flatten(image: Image.Image) -> Image.Image:
    """RGB over white."""
    if image.mode in ("RGB", "L"):
        return image.convert("RGB")
    if image.mode.startswith(("I", "F")):  # 16 and 32 bit greys: convert() would clip them
        grey = np.asarray(image, np.float64)
        peak = 65535.0 if grey.max(initial=0) > 255 else 255.0
        return Image.fromarray((grey.clip(0, peak) * (255 / peak)).astype(np.uint8)).convert("RGB")
    rgba = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", rgba.size, (255, 255, 255, 255)), rgba).convert("RGB")
