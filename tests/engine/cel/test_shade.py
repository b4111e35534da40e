import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Pixels
from engine.cel.shade import shade


def landscape() -> Pixels:
    """Sky over hills, with noise."""
    y, x = np.mgrid[0:400, 0:400].astype(np.float32)
    sky = np.dstack([120 + y * 0.2, 160 + y * 0.15, np.full_like(y, 230)])
    hill = (y > 230 + 40 * np.sin(x / 60))[..., None]
    picture = np.where(hill, np.dstack([50 + x * 0.05, 110 + x * 0.1, 40 + 0 * x]), sky)
    noise = np.random.default_rng(0).normal(0, 6, picture.shape)
    return (picture + noise).clip(0, 255).astype(np.uint8)


def test_it_is_flat_between_edges_and_keeps_them() -> None:
    photo, cel = landscape().astype(float), shade(landscape()).astype(float)
    assert np.abs(np.diff(cel[20:180], axis=1)).mean() < 0.2 * np.abs(np.diff(photo[20:180], axis=1)).mean()
    above, below = cel[150:180].mean((0, 1)), cel[330:360].mean((0, 1))
    assert above[2] > 200
    assert below[1] > below[2] + 40


def test_edges_are_inked() -> None:
    """A grey square on a lighter ground gets an outline darker than either."""
    picture = np.full((400, 400, 3), 190, np.uint8)
    picture[120:280, 120:280] = 120
    cel = shade(picture).mean(-1)
    assert cel[200, 112:130].min() < 0.7 * cel[200, 200]


def test_an_even_picture_stays_even() -> None:
    cel = shade(np.full((300, 300, 3), (90, 140, 60), np.uint8))
    assert cel.std((0, 1)).max() < 1.5
    assert cel[0, 0, 1] > cel[0, 0, 0] > cel[0, 0, 2]


def test_black_and_white_stays_so() -> None:
    grey = landscape().mean(-1).astype(np.uint8)
    cel = shade(np.dstack([grey] * 3)).astype(int)
    assert np.ptp(cel, axis=-1).max() <= 3


def test_the_same_twice() -> None:
    assert (shade(landscape()) == shade(landscape())).all()


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from([48, 73, 200, 400]), st.integers(0, 2**32 - 1))
def test_any_picture_gets_the_size_that_was_asked_for(height: int, width: int, size: int, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    cel = shade(noise, size)
    assert cel.shape == (size, size, 3)
    assert cel.dtype == np.uint8


@pytest.mark.parametrize("shape", [(4000, 4000), (1, 4000), (4000, 1)])
def test_large_and_narrow_pictures(shape: tuple[int, int]) -> None:
    assert shade(np.full((*shape, 3), 60, np.uint8)).shape == (400, 400, 3)
