import numpy as np

from engine.cel.paint import scenes
from engine.cel.styles import STYLES

SEEDS = range(6)


def chance(seed):
    return np.random.Generator(np.random.PCG64(seed))


def plain(lightness=70.0):
    return np.full((200, 200, 3), (lightness, 5, 5), np.float32)


def test_every_style_has_its_scene():
    assert {style.background for style in STYLES.values()} == set(scenes.SCENES)


def test_clouds_are_lit_above_and_stand_on_no_walls(sitter):
    """Nothing of the sky is seen below their tops, and none shines through another."""
    for seed in SEEDS:
        light = scenes.sky(plain(), sitter.warped, chance(seed))[..., 0]
        tops = [int(np.argmax(column > 75)) for column in light.T]
        assert light[-1].min() > 75
        assert min(tops) < 300 < max(tops)
        assert np.abs(np.diff(tops)).max() < 40
        low, high = np.percentile(light[light > 75], (10, 95))
        assert high > low + 5


def test_light_falls_between_lights_out_of_focus(sitter):
    for seed in SEEDS:
        out = scenes.bokeh(plain(), sitter.warped, chance(seed))
        assert out[..., 0].min() >= 69.9
        assert 0.1 < (out[..., 0] > 73).mean() < 0.9
        assert out[..., 2][out[..., 0] > 80].mean() > 6


def test_lights_at_the_edge_are_cut_off():
    lights = np.zeros((200, 200), np.uint8)
    scenes._disc(lights, np.array([199.0, 1.0]), 12.0, 80)
    assert lights[0, 199] == 80
    assert lights[:, :180].max() == 0


def test_rays_go_out_from_the_head_and_leave_it_free(sitter):
    y, x = np.mgrid[0:200, 0:200]
    away = np.hypot(x - 100, y - 90)
    rays = scenes._rays(np.array([100.0, 90.0]), chance(3))
    assert rays[away < 50].max() == 0
    assert 0.2 < rays[away > 95].mean() < 0.7
    ring = rays[(away > 95) & (away < 97)]
    assert ring.min() < 0.1 < 0.9 < ring.max()
