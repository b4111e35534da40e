import dataclasses

import numpy as np
import pytest

from engine.cel.paint import background
from engine.cel.styles import STYLES

in_each_style = pytest.mark.parametrize("style", STYLES.values(), ids=list(STYLES))


def scene(sitter, tone):
    seen = np.zeros((200, 200, 3), np.float32) + np.float32(tone)
    far = dataclasses.replace(sitter.layers, half_background=np.ones((200, 200), np.float32))
    return seen, far


@in_each_style
def test_backdrops_are_bright_and_in_range(sitter, style):
    out = background.paint(sitter.seen, sitter.layers, sitter.warped, style, False, 9)
    assert out.shape == (400, 400, 3)
    assert np.isfinite(out).all()
    assert out[..., 0].mean() > 55
    assert out[..., 0].max() <= 100


@in_each_style
def test_a_night_is_made_day_but_stays_darker(sitter, style):
    night, day = (
        background.paint(*scene(sitter, (lightness, 0, -12)), sitter.warped, style, False, 9)[..., 0].mean()
        for lightness in (8, 85)
    )
    assert 50 < night < day


@in_each_style
def test_its_hue_is_the_photos(sitter, style):
    green, red = (
        background.paint(*scene(sitter, tone), sitter.warped, style, False, 9)[..., 1].mean()
        for tone in ((50, -30, 20), (50, 35, 15))
    )
    assert green < 0 < red


@in_each_style
@pytest.mark.parametrize("wall", [(60, 0, 0), (45, 8, 14), (30, 5, 9), (60, 3, 12)])
def test_walls_turn_to_what_skin_stands_out_from(sitter, style, wall):
    out = background.paint(*scene(sitter, wall), sitter.warped, style, False, 9)
    assert out[..., 2].mean() < -10


@in_each_style
def test_what_is_brown_beside_other_colours_stays_warm(style):
    field = np.full((25, 25, 3), (60, -30, 25), np.float32)
    field[:, :6] = (45, 12, 18)
    field[:, 6:12] = (55, 30, 45)
    brown, orange, green = (
        background.bright(field, style, False)[:, columns].mean((0, 1))
        for columns in (slice(4), slice(7, 11), slice(13, 25))
    )
    assert brown[1] > 8 < brown[2]
    assert orange[1] > 12 < orange[2]
    assert green[1] < -12


@in_each_style
def test_nothing_of_the_photo_shines_through(sitter, style):
    seen, far = scene(sitter, (60, 5, 5))
    seen[::4] = (20, 5, 5)
    striped = background.paint(seen, far, sitter.warped, style, False, 9)
    smooth = background.paint(np.broadcast_to(seen[:4].mean(0), seen.shape), far, sitter.warped, style, False, 9)
    assert np.abs(striped - smooth).max() < 3


@in_each_style
def test_it_follows_the_seed_and_is_pale_blue_behind_a_grey_person(sitter, style):
    one, same, other = (
        background.paint(sitter.seen, sitter.layers, sitter.warped, style, True, seed) for seed in (4, 4, 5)
    )
    assert (one == same).all()
    assert (one != other).any()
    hues = np.median(one[..., 1:], (0, 1))
    assert hues[1] < -8
    assert abs(hues[0]) < 6


def test_watercolour_goes_over_into_rose_below():
    """But not where it is green, which would turn to mud."""
    blue, green = (
        background.bright(np.full((25, 25, 3), tone, np.float32), STYLES["shoujo"], False)
        for tone in ((60, 0, -25), (60, -25, 25))
    )
    assert blue[-1, :, 1].mean() > blue[0, :, 1].mean() + 8
    assert np.abs(green[-1] - green[0]).max() < 0.1


@in_each_style
@pytest.mark.parametrize("tone", [(40, -20, -25), (99, 0, -5)])
def test_there_is_light_behind_the_head_and_shade_in_the_corners(sitter, style, tone):
    out = background.paint(*scene(sitter, tone), sitter.warped, style, False, 9)
    x, y = (int(part) for part in sitter.warped.centre)
    head, corners = out[y - 60 : y + 60, x - 60 : x + 60], np.vstack([out[:40, :40], out[:40, -40:]])
    assert head[..., 0].mean() > corners[..., 0].mean() + 2
    assert np.linalg.norm(head[..., 1:], axis=-1).mean() < 0.9 * np.linalg.norm(corners[..., 1:], axis=-1).mean()
