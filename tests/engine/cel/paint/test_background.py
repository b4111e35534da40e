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


def painted(sitter, tone, style):
    return background.paint(*scene(sitter, tone), sitter.warped, sitter.look(), style, 1.0, 9)


@in_each_style
def test_backdrops_are_bright_and_in_range(sitter, style):
    out = background.paint(sitter.seen, sitter.layers, sitter.warped, sitter.look(), style, 1.0, 9)
    assert out.shape == (400, 400, 3)
    assert np.isfinite(out).all()
    assert out[..., 0].mean() > 55
    assert out[..., 0].max() <= 100


@in_each_style
def test_its_hue_is_the_photos(sitter, style):
    blue, rosy = (painted(sitter, tone, style)[..., 1].mean() for tone in ((50, -5, -40), (60, 40, -8)))
    assert blue < rosy - 3


@in_each_style
def test_nothing_of_the_photo_shines_through(sitter, style):
    seen, far = scene(sitter, (60, 5, 5))
    seen[::4] = (20, 5, 5)
    striped, smooth = (
        background.paint(photo, far, sitter.warped, sitter.look(), style, 1.0, 9)
        for photo in (seen, np.zeros_like(seen) + seen[:4].mean(0))
    )
    assert (striped == smooth).all()


def test_next_to_no_background_has_no_colour(sitter):
    none = dataclasses.replace(sitter.layers, half_background=np.zeros((200, 200), np.float32))
    assert background.behind(sitter.seen, none) is None
    unsure = dataclasses.replace(sitter.layers, half_background=np.full((200, 200), 0.9, np.float32))
    assert background.behind(sitter.seen, unsure) is None
    seen, far = scene(sitter, (60, 5, 5))
    assert np.allclose(background.behind(seen, far), (60, 5, 5))


@in_each_style
def test_it_follows_the_seed_and_has_no_colour_behind_a_grey_person(sitter, style):
    grey = dataclasses.replace(sitter.look(), grey=True)
    one, same, other = (
        background.paint(sitter.seen, sitter.layers, sitter.warped, grey, style, 1.0, seed) for seed in (4, 4, 5)
    )
    assert (one == same).all()
    assert (one != other).any()
    if style.background == "bokeh":  # its light is golden
        return
    assert np.abs(np.median(one[..., 1:], (0, 1))).max() < 3


@in_each_style
@pytest.mark.parametrize("tone", [(40, -20, -25), (99, 0, -5)])
def test_there_is_light_behind_the_head_and_shade_in_the_corners(sitter, style, tone):
    out = painted(sitter, tone, style)
    x, y = (int(part) for part in sitter.warped.centre)
    head, corners = out[y - 60 : y + 60, x - 60 : x + 60], np.vstack([out[:40, :40], out[:40, -40:]])
    assert head[..., 0].mean() > corners[..., 0].mean() + 2
    assert np.linalg.norm(head[..., 1:], axis=-1).mean() < 0.9 * np.linalg.norm(corners[..., 1:], axis=-1).mean()
