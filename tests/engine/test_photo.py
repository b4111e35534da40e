import hashlib
import io
import struct
import warnings
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from avatanime.errors import PhotoError
from engine.photo import MAX_BYTES, Photo, read

KINDS = ("JPEG", "PNG", "GIF", "WEBP")
MODES = {
    "JPEG": ("RGB", "L", "CMYK"),
    "PNG": ("RGB", "RGBA", "L", "LA", "P", "1", "I;16"),
    "GIF": ("RGB", "L", "P", "RGBA"),
    "WEBP": ("RGB", "RGBA"),
}


NOISE = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def gradient(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """Red grows to the right, green downwards."""
    width, height = size
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0] = np.linspace(0, 255, width).astype(np.uint8)
    pixels[..., 1] = np.linspace(0, 255, height).astype(np.uint8)[:, None]
    if mode == "I;16":
        return Image.fromarray(pixels[..., 0].astype(np.uint16) * 257)
    return Image.fromarray(pixels).convert(mode)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes, colour: int = 2) -> bytes:
    """A PNG that claims a size, whatever its data."""
    header = struct.pack("!IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def is_bounded(one: Photo, side: int = 1024) -> bool:
    height, width, channels = one.pixels.shape
    return one.pixels.dtype == np.uint8 and channels == 3 and 1 <= height <= side and 1 <= width <= side


def read_or_refuse(source: bytes) -> Photo | None:
    """The photo, if it is one; any error but PhotoError fails the test."""
    try:
        one = read(source)
    except PhotoError:
        return None
    assert is_bounded(one)
    return one


class TestWholePictures:
    @pytest.mark.parametrize(("kind", "mode"), [(kind, mode) for kind in KINDS for mode in MODES[kind]])
    def test_every_mode_becomes_rgb(self, kind: str, mode: str) -> None:
        source = encoded(gradient((64, 48), mode), kind)
        one = read(source)
        assert one.pixels.shape == (48, 64, 3)
        assert one.pixels.flags.writeable
        assert one.digest == hashlib.sha256(source).hexdigest()
        left, right = one.pixels[:, :8].mean(), one.pixels[:, -8:].mean()
        assert right > left + 20  # brighter to the right, in every mode

    def test_a_lossless_picture_keeps_its_pixels(self) -> None:
        image = gradient((50, 40))
        assert (read(encoded(image, "PNG")).pixels == np.asarray(image)).all()

    def test_the_seed_follows_from_the_bytes(self) -> None:
        a, b = (read(encoded(gradient((9, 9)), kind)) for kind in ("PNG", "GIF"))
        assert a.seed != b.seed
        assert a.seed == int(a.digest[:16], 16)

    @pytest.mark.parametrize("kind", ["PNG", "WEBP"])
    def test_what_is_transparent_lies_over_white(self, kind: str) -> None:
        image = Image.new("RGBA", (20, 10), (255, 0, 0, 255))
        image.paste((0, 0, 0, 0), (0, 0, 10, 10))
        pixels = read(encoded(image, kind, lossless=True)).pixels
        assert pixels[5, 2].tolist() == [255, 255, 255]
        assert pixels[5, 17].tolist() == [255, 0, 0]

    def test_a_transparent_palette_lies_over_white(self) -> None:
        image = Image.new("P", (4, 4), 0)
        image.putpalette([0, 0, 0, 200, 0, 0])
        image.putpixel((3, 3), 1)
        for kind in ("PNG", "GIF"):
            pixels = read(encoded(image, kind, transparency=0)).pixels
            assert pixels[0, 0].tolist() == [255, 255, 255]
            assert pixels[3, 3].tolist() == [200, 0, 0]

    @pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
    def test_of_an_animation_the_first_frame_counts(self, kind: str) -> None:
        frames = [Image.new("RGB", (12, 12), colour) for colour in ("red", "lime", "blue")]
        source = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=50, lossless=True)
        assert np.abs(read(source).pixels.astype(int) - [255, 0, 0]).max() < 8

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    @pytest.mark.parametrize(
        ("orientation", "corner"),
        [(1, "tl"), (2, "tr"), (3, "br"), (4, "bl"), (5, "tl"), (6, "tr"), (7, "br"), (8, "bl")],
    )
    def test_it_is_upright(self, kind: str, orientation: int, corner: str) -> None:
        """The stored picture has a white top left corner; where that shows is EXIF 2.3's table of orientations."""
        image = Image.new("RGB", (64, 32))
        image.paste("white", (0, 0, 16, 16))
        exif = Image.Exif()
        exif[0x0112] = orientation
        pixels = read(encoded(image, kind, exif=exif)).pixels
        assert pixels.shape[:2] == ((32, 64) if orientation < 5 else (64, 32))
        corners = {"tl": pixels[2, 2], "tr": pixels[2, -3], "bl": pixels[-3, 2], "br": pixels[-3, -3]}
        assert {name for name, pixel in corners.items() if pixel.min() > 200} == {corner}

    def test_a_large_one_is_upright_too(self) -> None:
        image = Image.new("RGB", (3000, 1500))
        image.paste("white", (0, 0, 700, 700))
        exif = Image.Exif()
        exif[0x0112] = 6
        pixels = read(encoded(image, "JPEG", exif=exif)).pixels
        assert pixels.shape == (1024, 512, 3)
        assert pixels[20, -20].min() > 200
        assert pixels[20, 20].max() < 50

    @given(st.binary(max_size=120))
    @example(b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\xff\xff\0\0\0\0\0\0")
    @example(b"Exif\0\0MM\0*\xff\xff\xff\xff")
    def test_broken_exif_does_not_cost_the_picture(self, exif: bytes) -> None:
        for prefix in (b"", b"Exif\0\0", b"Exif\0\0II*\0"):
            assert read(encoded(gradient((16, 16)), "JPEG", exif=prefix + exif)).pixels.shape == (16, 16, 3)


class TestSize:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize(
        ("size", "seen"), [((2000, 1000), (1024, 512)), ((300, 3000), (102, 1024)), ((1, 5000), (1, 1024))]
    )
    def test_a_large_one_is_made_smaller_in_proportion(
        self, kind: str, size: tuple[int, int], seen: tuple[int, int]
    ) -> None:
        pixels = read(encoded(gradient(size), kind)).pixels
        height, width, _ = pixels.shape
        assert abs(width - seen[0]) <= 1
        assert abs(height - seen[1]) <= 1

    def test_the_side_is_the_callers(self) -> None:
        assert read(encoded(gradient((500, 400)), "PNG"), side=100).pixels.shape == (80, 100, 3)

    @pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "LA", "1", "I;16"])
    def test_shrinking_is_smooth_in_every_mode(self, mode: str) -> None:
        stripes = np.zeros((1600, 1600), np.uint8)
        stripes[:, ::2] = 255
        image = (
            Image.fromarray(stripes.astype(np.uint16) * 257)
            if mode == "I;16"
            else Image.fromarray(stripes).convert(mode)
        )
        pixels = read(encoded(image, "PNG"), side=200).pixels
        assert np.abs(pixels[20:-20, 20:-20].astype(int) - 127).max() < 40

    def test_transparent_edges_do_not_darken_when_shrunk(self) -> None:
        image = Image.new("RGBA", (2000, 2000), (0, 0, 0, 0))
        image.paste((255, 255, 255, 255), (0, 0, 1000, 2000))
        assert read(encoded(image, "PNG"), side=99).pixels.min() > 250

    @settings(max_examples=25, deadline=None)
    @given(st.integers(1, 700), st.integers(1, 700), st.sampled_from(KINDS), st.data())
    def test_any_size_in_any_mode(self, width: int, height: int, kind: str, data: st.DataObject) -> None:
        mode = data.draw(st.sampled_from(MODES[kind]))
        assert is_bounded(read(encoded(gradient((width, height), mode), kind), side=256), 256)


class TestRefusals:
    def test_too_many_bytes(self) -> None:
        with pytest.raises(PhotoError, match="limit"):
            read(b"\x89PNG\r\n\x1a\n" + bytes(MAX_BYTES))

    @pytest.mark.parametrize(
        ("width", "height"), [(8000, 8000), (16384, 16384), (2**31 - 1, 2**31 - 1), (50_000_001, 1)]
    )
    def test_a_bomb_is_not_unpacked(self, width: int, height: int, monkeypatch: pytest.MonkeyPatch) -> None:
        def explode(self: Image.Image) -> None:
            raise AssertionError("it was unpacked")

        monkeypatch.setattr("PIL.ImageFile.ImageFile.load", explode)
        with pytest.raises(PhotoError):
            read(png(width, height, zlib.compress(bytes(10**6))))

    @pytest.mark.parametrize(
        "source",
        [
            png(100, 100, b""),
            png(100, 100, zlib.compress(b"")),
            png(100, 100, zlib.compress(bytes(50))),
            png(100, 100, b"garbage"),
            png(0, 0, zlib.compress(b"")),
            png(0, 9, zlib.compress(b"\0" * 9)),
            b"GIF89a\0\0\0\0\0\0\0,\0\0\0\0\0\0\0\0\0\x02\x00;",
            b"GIF89a\x05\0\x05\0\0\0\0;",
            b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0",
            b"\xff\xd8\xff\xd9",
            b"\xff\xd8\xff\xe0\0\x10JFIF\0",
            b"",
            b"\0",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"<html><body>429</body></html>",
        ],
    )
    def test_what_lies_or_is_no_picture(self, source: bytes) -> None:
        with pytest.raises(PhotoError):
            read(source)

    @pytest.mark.parametrize("kind", ["BMP", "TIFF", "PPM", "ICO", "PCX", "TGA", "ICNS", "PDF", "EPS"])
    def test_other_formats_reach_no_decoder(self, kind: str) -> None:
        with pytest.raises(PhotoError, match="no JPEG, PNG, GIF or WebP"):
            read(encoded(Image.new("RGB", (32, 32)), kind))

    @settings(max_examples=60)
    @given(st.sampled_from(KINDS), st.data())
    def test_one_that_is_cut_short(self, kind: str, data: st.DataObject) -> None:
        whole = encoded(Image.fromarray(NOISE), kind)
        cut = data.draw(st.integers(0, int(len(whole) * 0.8)))
        with pytest.raises(PhotoError):
            read(whole[:cut])

    @settings(max_examples=150)
    @given(st.sampled_from([(kind, mode) for kind in KINDS for mode in MODES[kind]]), st.data())
    def test_damage_anywhere(self, form: tuple[str, str], data: st.DataObject) -> None:
        kind, mode = form
        source = bytearray(encoded(gradient((24, 24), mode), kind))
        for _ in range(data.draw(st.integers(1, 6))):
            source[data.draw(st.integers(0, len(source) - 1))] = data.draw(st.integers(0, 255))
        read_or_refuse(bytes(source))


MAGICS = (
    b"",
    b"\xff\xd8\xff\xe0",
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
    b"RIFF\x50\0\0\0WEBPVP8 ",
    b"RIFF\x50\0\0\0WEBPVP8X",
)


@settings(max_examples=200)
@given(st.sampled_from(MAGICS), st.binary(max_size=200))
def test_any_bytes_are_a_picture_or_a_photo_error(magic: bytes, rest: bytes) -> None:
    read_or_refuse(magic + rest)


def test_nothing_is_said_on_stderr(recwarn: pytest.WarningsRecorder, capfd: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        for source in (
            b"\xff\xd8\xff",
            png(10_000, 9_000, b""),
            encoded(gradient((9, 9)), "JPEG", exif=b"Exif\0\0II*\0\xff"),
        ):
            read_or_refuse(source)
    assert [str(one.message) for one in recwarn] == []
    assert capfd.readouterr() == ("", "")
