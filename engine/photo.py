"""Bytes -> a bounded, upright RGB picture. Bombs, lying headers, animations and odd modes end here."""

import hashlib
import io
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, UnidentifiedImageError

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
            warnings.simplefilter("ignore")  # decoders remark on much that does no harm
            with Image.open(io.BytesIO(source), formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise PhotoError(
                        f"The picture is {image.width}x{image.height}; the limit is {MAX_PIXELS:,} pixels."
                    )
                pixels = np.asarray(_upright(image, side), np.uint8).copy()
    except PhotoError:
        raise
    except UnidentifiedImageError as e:
        raise PhotoError("These bytes are no JPEG, PNG, GIF or WebP picture that can be read.") from e
    except Image.DecompressionBombError as e:
        raise PhotoError(f"The picture is too large to be read: {e}") from e
    except Exception as e:  # decoders raise whatever a damaged file provokes: OSError, SyntaxError, struct.error, ...
        raise PhotoError(f"The picture is damaged: {e}") from e
    if 0 in pixels.shape:
        raise PhotoError("The picture has no pixels.")
    return Photo(pixels, digest(source))


def orientation(image: Image.Image) -> int:
    """How a loaded picture lies, 1 to 8 as in EXIF; 1, upright, where that is missing or broken."""
    try:
        stated = image.getexif().get(ExifTags.Base.Orientation)
        return stated if stated in _TURNS else 1
    except Exception:  # broken EXIF is no reason to lose the picture
        return 1


def _upright(image: Image.Image, side: int) -> Image.Image:
    """RGB, at most `side` a side. Made smaller before anything else: a large picture is never in memory often."""
    if image.mode in ("1", "P", "PA"):  # made smaller they would lose every other pixel
        image = image.convert("RGBA")
    if image.mode.startswith(("I", "F")):
        image = _flatten(image)
    image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image.load()
    turn = _TURNS.get(orientation(image))
    return _flatten(image if turn is None else image.transpose(turn))


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation -> what makes it upright (EXIF 2.3, table 4.6.4 A, tag 274)."""


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
