import dataclasses

import numpy as np
import pytest

from engine.cel.look import colour
from engine.cel.paint.beardtones import tones


@pytest.fixture
def under(sitter):
    """The base tone of a beard of some colour under hair of another, and the skin's."""

    def of(seen, hair, bald=False):
        look = sitter.look()
        haired = dataclasses.replace(look.hair, base=colour(*hair), shadow=colour(*hair) * colour(0.7, 1, 1))
        look = dataclasses.replace(look, hair=haired, seen_skin=colour(72, 14, 18), grey=False)
        return tones(colour(*seen), look, bald).base, look.skin.base

    return of


def test_a_beard_is_as_dark_beside_the_skin_as_it_is(sitter):
    """One of half the skin's lightness stays so on dark skin, which is printed darker than a pale beard is seen."""
    look = sitter.look()
    dark = dataclasses.replace(look, skin=dataclasses.replace(look.skin, base=colour(42, 14, 20)))
    half = look.seen_skin * colour(0.5, 0.5, 0.5)
    fair, brown = (tones(half, each, bald=True).base for each in (look, dark))
    assert brown[0] < 24
    assert fair[0] > brown[0] + 8


def test_a_beard_of_the_hairs_colour_is_as_pale_beside_it_as_it_is(sitter):
    look = sitter.look()
    dark = dataclasses.replace(look, hair=dataclasses.replace(look.hair, base=colour(20, 5, 9)))
    same, paler = (tones(colour(seen, 7, 11), dark, bald=False) for seen in (15, 38))
    assert np.array_equal(same.base, dark.hair.base)
    assert 3 < paler.base[0] - dark.hair.base[0] < 20
    assert all(dark.hair.base[1:] < paler.base[1:])
    assert all(paler.base[1:] < dark.skin.base[1:])


def test_a_red_beard_under_black_hair_is_red(sitter):
    """Such hair is painted a cold black, and so is a black beard."""
    hair = sitter.look().hair
    cold = dataclasses.replace(hair, base=colour(18, 3, -5), shadow=colour(12, 3, -6))
    look = dataclasses.replace(sitter.look(), hair=cold, seen_skin=colour(80, 6, 6), grey=False)
    red, black = (tones(seen, look, bald=False).base for seen in (colour(22, 9, 8), colour(22, 3, 3)))
    assert min(red[1:]) > 8
    assert black[2] < 0
    brown = dataclasses.replace(look, hair=dataclasses.replace(hair, base=colour(20, 6, 9)))
    assert np.allclose(tones(colour(22, 9, 8), brown, bald=False).base[1:], colour(20, 6, 9)[1:], atol=0.5)


def test_a_dark_beard_under_fairer_hair_is_of_its_hue(under):
    """Black whiskers under golden hair would be stuck on."""
    beard, _ = under((16, 2, 3), (52, 12, 32))
    assert 25 < beard[0] < 40
    assert beard[2] / beard[1] == pytest.approx(32 / 12, rel=0.01)


def test_a_thin_beard_under_black_hair_has_the_hue_of_the_skin_beneath(under):
    """Seen in blue light it would be a violet patch."""
    beard, skin = under((52, 15, -5), (20, 3, -8))
    assert 45 < beard[0] < skin[0]
    assert 0 < beard[2] < skin[2]


def test_a_faded_beard_no_darker_than_the_hair_is_grey(under):
    (grey, _), (fair, _), (bald, _) = (
        under((55, 7, 9), (54, 9, 27)),
        under((55, 14, 24), (54, 9, 27)),
        under((58, 7, 9), (60, 5, 17), bald=True),
    )
    assert max(np.hypot(*grey[1:]), np.hypot(*bald[1:])) < 6
    assert np.hypot(*fair[1:]) > 20


def test_a_beard_in_the_blue_light_of_a_picture_is_no_red_one(sitter):
    """Though it has more colour than the skin."""
    cold = dataclasses.replace(sitter.look().hair, base=colour(20, 3, -8), shadow=colour(14, 3, -8))
    look = dataclasses.replace(sitter.look(), hair=cold, seen_skin=colour(66, 8, 2), grey=False)
    violet, red = (tones(colour(49, 15, b), look, bald=False).base for b in (-5, 5))
    assert violet[0] < red[0] - 5


def test_a_silver_beard_is_lighter_than_it_is_seen_over_the_skin(under):
    (grey, _), (fair, _) = under((50, 7, 9), (54, 9, 27)), under((50, 14, 24), (54, 9, 27))
    assert fair[0] + 8 < grey[0] < 76


def test_a_beard_that_has_a_colour_is_less_pale_under_dark_hair_than_it_is_seen(under):
    (own, _), (grey, _) = under((52, 16, 16), (20, 3, -8)), under((52, 6, 6), (20, 3, -8))
    assert own[0] < grey[0] - 8


def test_a_beard_under_grey_hair_is_as_silver_as_that(sitter):
    """Skin that shines through made it beige."""
    look = dataclasses.replace(sitter.look(), seen_skin=colour(72, 14, 18), grey=False)
    hair = dataclasses.replace(look.hair, base=colour(69, 2, 5), shadow=colour(50, 3, 2))
    silver = tones(colour(64, 9, 9), dataclasses.replace(look, hair=hair), bald=False)
    assert all(np.hypot(*tone[1:]) < 5 for tone in (silver.base, silver.shadow))
    assert silver.base[0] >= 69
    assert 12 < silver.base[0] - silver.shadow[0] < 25


def test_a_silver_beard_in_a_picture_without_colours_has_none(sitter):
    look = dataclasses.replace(sitter.look(), seen_skin=colour(72, 0, 0), grey=True)
    silver = tones(colour(60, 0, 0), look, bald=True)
    assert not np.hypot(*silver.shadow[1:])


def test_a_thin_beard_under_cold_black_hair_is_not_grey(under):
    beard, _ = under((50, 6, -2), (20, 3, -14))
    assert beard[0] < 60
