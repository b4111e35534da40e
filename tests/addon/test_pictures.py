"""Sizes of pictures, read and made."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from addon import pictures
from avatanime.errors import PhotoError


def picture(size: tuple[int, int], kind: str = "PNG", orientation: int = 1) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", size, "green").save(out, kind, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_size_is_read_from_the_head(kind: str) -> None:
    assert pictures.size_of(picture((30, 20), kind)) == (30, 20)
    assert pictures.size_of(picture((30, 20), kind, orientation=6)) == (20, 30)
    assert pictures.size_of(picture((30, 20), kind, orientation=3)) == (30, 20)


@given(st.tuples(st.integers(1, 100_000), st.integers(1, 100_000)))
def test_bounded_sizes_keep_their_shape(size: tuple[int, int]) -> None:
    width, height = pictures.bounded(size)
    assert 1 <= max(width, height) <= pictures.MAX_SIDE
    assert min(width, height) >= 1
    if max(size) <= pictures.MAX_SIDE:
        assert (width, height) == size


def test_a_huge_original_is_answered_smaller() -> None:
    assert pictures.bounded((4000, 2000)) == (1024, 512)


@given(st.binary(max_size=200))
def test_no_picture_is_an_error_that_says_so(junk: bytes) -> None:
    with pytest.raises(PhotoError):
        pictures.size_of(junk)


@pytest.mark.parametrize("size", [(24, 24), (73, 73), (400, 400), (7, 300)])
def test_resized_to_the_pixel(size: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(pictures.resized(picture((100, 100), "JPEG"), size))) as image:
        assert (image.format, image.size) == ("PNG", size)
        assert image.convert("RGB").getpixel((0, 0))[1] > 100
