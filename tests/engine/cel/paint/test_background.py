import dataclasses

import numpy as np
import pytest

from engine.cel.paint import background
from engine.cel.styles import STYLES

pytestmark = pytest.mark.parametrize("style", STYLES.values(), ids=list(STYLES))


def scene(sitter, tone):
    seen = np.zeros((200, 200, 3), np.float32) + np.float32(tone)
    far = dataclasses.replace(sitter.layers, half_background=np.ones((200, 200), np.float32))
    return seen, far


def test_backdrops_are_bright_and_in_range(sitter, style):
    out = background.paint(sitter.seen, sitter.layers, sitter.warped, style, False, 9)
    assert out.shape == (400, 400, 3)
    assert np.isfinite(out).all()
    assert out[..., 0].mean() > 55
    assert out[..., 0].max() <= 100


def test_a_night_is_made_day_but_stays_darker(sitter, style):
    night, day = (
        background.paint(*scene(sitter, (lightness, 0, -12)), sitter.warped, style, False, 9)[..., 0].mean()
        for lightness in (8, 85)
    )
    assert 50 < night < day


def test_its_hue_is_the_photos(sitter, style):
    green, red = (
        background.paint(*scene(sitter, tone), sitter.warped, style, False, 9)[..., 1].mean()
        for tone in ((50, -30, 20), (50, 35, 15))
    )
    assert green < 0 < red


def test_nothing_of_the_photo_shines_through(sitter, style):
    seen, far = scene(sitter, (60, 5, 5))
    seen[::4] = (20, 5, 5)
    striped = background.paint(seen, far, sitter.warped, style, False, 9)
    smooth = background.paint(np.broadcast_to(seen[:4].mean(0), seen.shape), far, sitter.warped, style, False, 9)
    assert np.abs(striped - smooth).max() < 3


def test_it_follows_the_seed_and_is_pale_blue_behind_a_grey_person(sitter, style):
    one, same, other = (
        background.paint(sitter.seen, sitter.layers, sitter.warped, style, True, seed) for seed in (4, 4, 5)
    )
    assert (one == same).all()
    assert (one != other).any()
    hues = np.median(one[..., 1:], (0, 1))
    assert hues[1] < -8
    assert abs(hues[0]) < 6
