import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel.look import colour
from engine.cel.paint import band
from engine.cel.paint.clothes import printed
from engine.cel.styles import STYLES

BLACK, FAIR, WHITE = colour(15, 0, 0), colour(70, 4, 25), colour(90, 0, 0)


@pytest.fixture
def wear(sitter, wig):
    """A wig of one colour with a band of another, between two heights: the photo, the layers and what is found."""

    def of(hair, worn, top=-0.62, bottom=-0.50):
        layers = wig(-0.36)
        seen = np.full((200, 200, 3), (65, 12, 15), np.float32)
        seen[layers.half_hair > 0.3] = hair
        seen[(layers.half_hair > 0.3) & (sitter.v > top) & (sitter.v < bottom)] = worn
        return seen, layers, band.find(seen, layers, sitter.warped, sitter.u, sitter.v)

    return of


@pytest.mark.parametrize(("hair", "worn"), [(BLACK, WHITE), (FAIR, BLACK), (FAIR, WHITE)])
def test_a_band_is_found_where_it_lies_and_in_its_colour(sitter, wear, hair, worn):
    found = wear(hair, worn)[2]
    assert found is not None
    local = (found.line - sitter.warped.centre) / sitter.warped.u
    assert abs((local @ sitter.warped.down).min() + 0.56) < 0.03
    assert np.ptp(local @ sitter.warped.right) > 1.2
    assert np.allclose(found.colour, worn)
    assert np.allclose(found.hair, hair)


@pytest.mark.parametrize(
    ("worn", "top", "bottom"), [(FAIR, -0.62, -0.50), (WHITE, -0.52, -0.50), (BLACK, -0.9, -0.45), (WHITE, -0.2, 0.5)]
)
def test_none_is_found_in_hair_of_one_colour_nor_in_a_streak_or_half_of_it(wear, worn, top, bottom):
    assert wear(FAIR, worn, top, bottom)[2] is None


def test_none_is_found_where_there_is_no_hair(sitter, wear):
    seen, layers, _ = wear(FAIR, BLACK)
    assert band.find(seen, layers, sitter.warped, sitter.u, sitter.v + 5) is None


def test_hair_lies_beneath_it(sitter, wear):
    seen, layers, found = wear(FAIR, BLACK)
    before = seen.copy()
    bare = found.beneath(seen, layers.half_hair, sitter.v)
    inside = layers.half_hair > 0.99
    assert np.allclose(bare[inside], FAIR, atol=1)
    assert np.array_equal(bare[layers.half_hair == 0], seen[layers.half_hair == 0])
    assert np.array_equal(seen, before)


def test_fair_hair_is_told_beside_a_dark_band(wear):
    skin, told = colour(80, 11, 17), colour(37, 5, 13)
    seen, layers, found = wear(FAIR, BLACK)
    hair = found.haired(seen, layers, skin, told)
    assert hair[0] > 75
    seen, layers, found = wear(FAIR, WHITE)
    assert np.array_equal(found.haired(seen, layers, skin, told), told)


def test_it_is_drawn_over_the_head_in_its_colour_with_a_line(sitter, wear):
    found, look, style = wear(BLACK, WHITE)[2], sitter.look(), STYLES["modern"]
    page = np.full((400, 400, 3), -50, np.float32)
    out = band.paint(page.copy(), found, np.full((400, 400), 9, np.float32), sitter.warped, look, style, 1.0, 2.0)
    there = np.abs(out - page).max(-1) > 1
    u, v = sitter.u[there[::2, ::2]], sitter.v[there[::2, ::2]]
    assert v.min() < -0.56
    assert v.max() < 0.1
    assert u.min() < -0.6
    assert u.max() > 0.6
    tone = printed(found.colour, style, 1.0, look.grey)
    assert 0.3 < (np.abs(out[there] - tone).max(-1) < 1).mean() < 0.9
    assert (out[there][:, 0] < 40).mean() > 0.05


def test_it_goes_on_to_where_the_hair_ends_on_either_side(sitter, wear):
    seen, layers, _ = wear(FAIR, BLACK)
    narrow = dataclasses.replace(layers, half_hair=layers.half_hair * (np.abs(sitter.u + 0.1) < 0.6))
    found = band.find(seen, narrow, sitter.warped, sitter.u, sitter.v)
    across = (found.line - sitter.warped.centre) @ sitter.warped.right / sitter.warped.u
    assert across.min() == pytest.approx(-0.77, abs=0.03)
    assert across.max() == pytest.approx(0.58, abs=0.03)


def test_it_is_cut_off_where_hair_ends_and_darkens_what_lies_below_it(sitter, wear):
    found, look = wear(BLACK, WHITE)[2], sitter.look()
    hair = cv2.resize(np.where(np.abs(sitter.u) < 0.5, 9, -9).astype(np.float32), (400, 400))
    page = np.full((400, 400, 3), -50, np.float32)
    out = band.paint(page.copy(), found, hair, sitter.warped, look, STYLES["modern"], 1.0, 2.0)
    there = np.abs(out - page).max(-1) > 1
    assert not there[hair < -1].any()
    middle = np.abs(sitter.u) < 0.05
    beneath = (sitter.v > found_bottom(found, sitter) + 0.02) & middle & (sitter.v < -0.3)
    assert there[::2, ::2][beneath].any()


def test_it_does_not_come_back_into_hair_that_broadens_again_below_it(sitter, wear):
    found = wear(BLACK, WHITE)[2]
    hair = cv2.resize(np.where((np.abs(sitter.u) < 0.4) | (sitter.v > -0.2), 9, -40).astype(np.float32), (400, 400))
    page = np.full((400, 400, 3), -50, np.float32)
    out = band.paint(page.copy(), found, hair, sitter.warped, sitter.look(), STYLES["modern"], 1.0, 2.0)
    there = (np.abs(out - page).max(-1) > 1)[::2, ::2]
    assert there[sitter.v < -0.3].any()
    assert not there[sitter.v > -0.15].any()


def found_bottom(found, sitter):
    """The v of the lower edge of a band over the middle of the head."""
    over = float(((found.line - sitter.warped.centre) @ sitter.warped.down).min())
    return (over + found.broad / 2) / sitter.warped.u
