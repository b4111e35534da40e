import dataclasses

import numpy as np
import pytest

from engine.cel.look import Tones, colour
from engine.cel.paint import grizzled, whiskers

SKIN = colour(70, 12, 20)


@pytest.fixture
def pepper(sitter):
    """How far a black beard on the chin has gone grey, one in four of whose pixels is of some colour."""

    def of(tone, skin=SKIN):
        on = whiskers.chin(sitter.warped) > 0.5
        photo = np.zeros((200, 200, 3), np.float32) + colour(16, 2, 3)
        rows, columns = np.mgrid[0:200, 0:200]
        photo[on & (rows % 2 == 0) & (columns % 2 == 0)] = tone
        return grizzled.greying(photo, on, sitter.warped, skin)

    return of


def test_light_pixels_without_colour_are_grey_hair(pepper):
    far, beside = pepper((50, 1, 3))
    assert far == 1
    assert beside == pytest.approx(50 / 70, abs=0.01)


def test_skin_that_shines_through_is_not(pepper):
    assert pepper((50, 8, 14))[0] == 0


def test_black_hair_is_not(pepper):
    assert pepper((20, 0, 0))[0] == 0


def test_where_skin_has_no_colour_nothing_is_told(pepper):
    assert pepper((50, 0, 0), colour(70, 1, 2))[0] == 0


def test_nothing_is_told_of_nothing(sitter):
    assert grizzled.greying(sitter.seen, np.zeros((200, 200), np.bool_), sitter.warped, SKIN)[0] == 0


@pytest.mark.parametrize("far", [0.3, 1.0])
def test_clumps_turn_silver_in_the_light_first(sitter, far):
    own = Tones(colour(20, 4, 6), colour(14, 4, 6), colour(32, 5, 7))
    aged = grizzled.aged(own, far, 0.8, sitter.look())
    assert aged.light[0] > own.light[0] + 3
    assert np.hypot(*aged.light[1:]) < np.hypot(*own.light[1:])
    assert (aged.shadow[0] > own.base[0] + 15) == (far == 1.0)


def test_silver_stands_out_on_dark_skin(sitter):
    look = sitter.look()
    dark = dataclasses.replace(look, skin=dataclasses.replace(look.skin, base=colour(30, 14, 20)))
    own = Tones(colour(20, 4, 6), colour(14, 4, 6), colour(32, 5, 7))
    assert grizzled.aged(own, 1.0, 0.8, dark).light[0] >= own.base[0] + 20


def test_lip_and_sides_go_grey_last(sitter):
    near = grizzled.low(np.s_[0:200, 0:200], sitter.warped)
    x, y = np.rint(sitter.warped.points[[152, 0, 132, 361]]).astype(int).T
    assert near.shape == (400, 400)
    chin, *others = near[y, x]
    assert chin > 0.9
    assert max(others) < 0.1
