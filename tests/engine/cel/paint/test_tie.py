import dataclasses

import numpy as np
import pytest

from engine.cel.look import Tones, colour
from engine.cel.paint import tie
from engine.cel.paint.attire import Outfit
from engine.cel.styles import STYLES

BLACK, BROWN, BLOND = colour(18, 2, -8), colour(40, 11, 20), colour(64, 10, 30)
GREY_CLOTH, BLUE_CLOTH = colour(50, 1, 2), colour(45, 8, -45)


def test_a_band_lies_in_folds_and_has_a_line(sitter):
    page = np.zeros((400, 400, 3), np.float32)
    middle = np.stack([np.linspace(150, 250, 9), np.full(9, 200.0)], 1)
    fold = np.array([[200.0, 195.0], [200.0, 205.0]])
    look = sitter.look()
    out = tie.paint(page.copy(), middle, 20.0, [fold], colour(38, 34, 12), look, 2.0)
    rows = np.flatnonzero((out != page).any((1, 2)))
    assert 18 < np.ptp(rows) < 26
    assert out[200, 200, 0] < out[200, 170, 0] - 5  # folded
    assert out[200, 170, 0] > look.hair_ink[0] + 5


@pytest.fixture
def tone(sitter):
    """A tie's colour, beside hair and clothes of some, of which the whole photo may show nothing."""

    def of(hair, cloth, grey=False, hidden=False):
        look = dataclasses.replace(sitter.look(grey=grey), hair=Tones(hair, hair, hair), grey=grey)
        seen = np.resize(cloth, (90, 3)).astype(np.float32)
        nothing = np.zeros(0, np.float32)
        outfit = Outfit(seen[: 0 if hidden else None], nothing, nothing)
        return tie.ribbon(tie.coloured(outfit, seen, look, STYLES["modern"], 1.0), look)

    return of


@pytest.mark.parametrize("hidden", [False, True])
def test_a_tie_has_a_deep_tone_of_colourful_clothes(tone, hidden):
    found = tone(BROWN, BLUE_CLOTH, hidden=hidden)
    assert found[2] < -15
    assert np.hypot(*found[1:]) < 37
    assert found[0] < 43


def test_with_others_it_is_plain_in_fair_hair_and_red_in_dark_hair(tone):
    found = tone(BLOND, GREY_CLOTH)
    assert found[0] < BLOND[0] - 20
    assert np.hypot(*found[1:]) < 15
    for hair in (BLACK, BROWN):
        assert tone(hair, GREY_CLOTH)[1] > 30


def test_it_is_no_tone_of_clothes_that_hair_has_too(tone):
    assert np.array_equal(tone(BROWN, BROWN), tone(BROWN, GREY_CLOTH))


def test_it_is_grey_where_there_are_no_colours(tone):
    assert np.abs(tone(BROWN * colour(1, 0, 0), BLUE_CLOTH, grey=True)[1:]).max() < 1e-6


def test_only_colourful_clothes_tell_one(sitter):
    def told(cloth):
        look = dataclasses.replace(sitter.look(), hair=Tones(BROWN, BROWN, BROWN))
        seen, nothing = np.resize(cloth, (90, 3)).astype(np.float32), np.zeros(0, np.float32)
        return tie.coloured(Outfit(seen, nothing, nothing), seen, look, STYLES["modern"], 1.0)

    assert told(GREY_CLOTH) is None
    assert told(BLUE_CLOTH)[2] < -15
