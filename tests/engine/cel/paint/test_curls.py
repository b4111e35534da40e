import numpy as np
import pytest

from engine.cel.paint import curls
from engine.cel.paint.fields import drawn, outlined


@pytest.fixture
def hair(worn):
    return outlined(worn.half_hair - 0.5, 20, 1.0)


def rng():
    return np.random.Generator(np.random.PCG64(1))


def test_bumps_stand_out_all_along_the_outline_and_nowhere_else(sitter, hair):
    everywhere = np.ones_like(hair)
    grown = (drawn(curls.bumps(hair, everywhere, sitter.warped, rng())) > 0)[::2, ::2] & (hair < 0)
    out = -hair[grown] * 2 / sitter.warped.u
    assert grown.sum() > 150
    assert 0.02 < out.max() < 0.14


def test_no_bump_grows_where_hair_is_not_free(sitter, hair):
    assert not curls.bumps(hair, np.zeros_like(hair), sitter.warped, rng())
    left = (sitter.u < 0).astype(np.float32)
    for bump in curls.bumps(hair, left, sitter.warped, rng()):
        assert (bump.mean(0) - sitter.warped.centre) @ sitter.warped.right < 0.1 * sitter.warped.u


def test_hooks_lie_in_the_hair_and_turn(worn, sitter):
    lines = curls.hooks(worn.half_hair, sitter.warped, rng())
    assert len(lines) > 10
    for line in lines:
        x, y = np.rint(line).astype(int).T
        assert worn.half_hair[y, x].min() > 0.4
        first, last = line[1] - line[0], line[-1] - line[-2]
        assert first @ last < 0.3 * np.hypot(*first) * np.hypot(*last)


def test_no_hair_no_curls(sitter):
    nothing = np.zeros((200, 200), np.float32)
    assert not curls.hooks(nothing, sitter.warped, rng())
    assert not curls.bumps(nothing - 9, nothing + 1, sitter.warped, rng())


def test_ringlets_wind_about_the_way_of_their_strands(sitter):
    straight = np.linspace((50, 40), (60, 140), 30)
    (curl,) = curls.ringlets([straight], sitter.warped)
    assert np.abs(curl[0] - straight[0]).max() < 1e-6
    way = (straight[-1] - straight[0]) / np.hypot(*(straight[-1] - straight[0]))
    aside = (curl - straight[0]) @ np.array([-way[1], way[0]])
    assert (np.diff(np.sign(aside[np.abs(aside) > 0.3])) != 0).sum() >= 4
    assert np.abs(aside).max() < 0.05 * sitter.warped.u / 2


def test_shadow_and_light_lie_on_either_side_of_a_strand_that_winds(sitter):
    straight = np.linspace((50, 40), (50, 140), 30)
    shadow, light = curls.crescents([straight], sitter.warped)
    assert len(shadow) >= 2 * len(light) > 0
    sides = [np.sign(float(np.mean(shape[:, 0] - 50))) for shape in (*shadow, *light)]
    assert len(set(sides[: len(shadow)])) == 1
    assert set(sides[len(shadow) :]) == {-sides[0]}
