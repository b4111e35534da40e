import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cel.look import colour
from engine.cel.paint import palette
from engine.cel.paint.dye import Dye
from engine.cel.paint.palette import _hair_ink, _printed_hair, _printed_skin
from engine.cel.styles import STYLES

styles = st.sampled_from(list(STYLES.values()))


@given(styles)
def test_who_is_darker_stays_darker(style):
    true = [colour(lightness, 0.18 * lightness, 0.26 * lightness) for lightness in range(22, 95, 6)]
    printed = [_printed_skin(s, style, grey=False).base[0] for s in true]
    assert all(a < b for a, b in pairwise(printed))
    assert printed[-1] - printed[0] > 40


@given(styles)
def test_of_those_who_are_told_fair_the_tanned_are_darker(style):
    fair, dark = colour(79, 12, 20), colour(56, 14, 24)
    printed = [_printed_skin(fair, style, False, depth).base[0] for depth in (1.2, 2.0, 2.4, 2.8, 3.2)]
    assert all(a > b for a, b in pairwise(printed))
    assert printed[0] - printed[-1] > 10
    assert _printed_skin(dark, style, False, 2.8).base[0] == _printed_skin(dark, style, False, 3.5).base[0]


def test_no_style_bleaches_a_tan():
    def range_of(depth):
        return np.ptp([_printed_skin(colour(79, 12, 20), style, False, depth).base[0] for style in STYLES.values()])

    assert range_of(2.6) < 0.7 * range_of(2.0)


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize(("lightness", "depth"), [(80, 1.5), (66, 2.5), (56, 3.4), (44, 4.4)])
def test_shadows_on_skin_are_rosy_and_on_dark_skin_wine(style, lightness, depth):
    tones = _printed_skin(colour(lightness, 14, 20), style, False, depth)
    base, shadow = (np.degrees(np.arctan2(tone[2], tone[1])) for tone in (tones.base, tones.shadow))
    assert shadow < base - 5
    assert np.hypot(*tones.shadow[1:]) > 0.9 * np.hypot(*tones.base[1:])
    assert depth < 3 or tones.shadow[2] < tones.base[2] - 1.5


def test_the_tanned_are_not_orange():
    tan = _printed_skin(colour(58, 20, 32), STYLES["shounen"], False, 3.2)
    assert np.hypot(*tan.base[1:]) < 26


def test_the_yellow_of_the_stock_hardly_makes_skin_sallow():
    stock = STYLES["retro"]
    printed = [
        _printed_skin(colour(78, 12, 16), style, False).base[2]
        for style in (stock, dataclasses.replace(stock, tint=(stock.tint[0], 0)))
    ]
    assert printed[0] - printed[1] < 0.6 * stock.tint[1]


@given(styles, st.floats(0, 100), st.floats(-60, 60), st.floats(-60, 60), st.booleans())
def test_any_skin_prints_as_skin(style, lightness, a, b, grey):
    tones = _printed_skin(colour(lightness, a, b), style, grey)
    assert 20 < tones.base[0] <= 97
    assert tones.shadow[0] < tones.base[0] - 3 <= tones.light[0]
    if grey:
        assert not tones.base[1:].any()
    else:
        assert tones.base[1] > 3
        assert tones.base[2] > 3


@given(styles, st.floats(0, 100), st.floats(-60, 60), st.floats(-60, 60))
def test_hair_keeps_shadow_and_light_apart(style, lightness, a, b):
    tones = _printed_hair(colour(lightness, a, b), style, grey=False)
    assert tones.shadow[0] < tones.base[0] < tones.light[0] <= 98


def test_the_astronaut_is_fair_and_blond(sitter):
    look = sitter.look()
    assert look.skin.base[0] > 80
    assert 40 < look.hair.base[0] < 85
    assert look.hair.base[2] > 8
    assert look.ink[0] < 30
    assert look.hair_ink[0] < look.hair.shadow[0]
    assert look.dye is None


@given(styles)
def test_fair_hair_is_inked_in_its_own_colour_and_dark_hair_nearly_black(style):
    fair, dark = (_printed_hair(colour(*hair), style, grey=False) for hair in ((70, 8, 28), (16, 4, 6)))
    ink, black = _hair_ink(fair, style, grey=False), _hair_ink(dark, style, grey=False)
    assert ink[0] > style.ink_dark + 15
    assert ink[0] < fair.shadow[0] - 10
    assert np.hypot(*ink[1:]) > 15
    assert black[0] <= style.ink_dark
    white = _printed_hair(colour(70, 0, 0), style, grey=True)
    assert _hair_ink(white, style, grey=True)[0] <= style.ink_dark


def test_grey_photos_have_no_colour(sitter):
    grey = sitter.seen * colour(1, 0, 0)
    assert palette.is_grey(grey)
    assert not palette.is_grey(sitter.seen)
    look = sitter.look(STYLES["shoujo"], grey=True)
    for tone in (look.skin.base, look.skin.shadow, look.hair.base, look.hair.light, look.ink, look.hair_ink):
        assert not np.asarray(tone)[1:].any()


def test_two_colours_of_hair_are_mixed_around_the_one_that_was_told(sitter):
    dye = Dye(colour(-20, 0, 0), colour(25, 5, 20), np.zeros((200, 200), np.float32))
    look = palette.measure(sitter.seen, sitter.complexion, dye, sitter.warped, STYLES["modern"], False)
    assert look.dye is not None
    assert look.hair.base[0] < sitter.look().hair.base[0] < look.dye.base[0]


@pytest.mark.parametrize("brightness", [0.35, 0.6])
def test_only_dim_faces_are_lifted(sitter, brightness):
    dim = sitter.seen * np.float32(brightness)
    assert palette.exposure(sitter.seen, sitter.seen, sitter.warped) == pytest.approx(1, abs=0.02)
    assert palette.exposure(dim, dim, sitter.warped) > 1.05


@given(st.floats(0, 100), st.floats(1, 1.5))
def test_balancing_lifts_and_stays_in_range(seen, gain):
    assert seen - 1e-6 <= palette.balanced(seen, gain) <= 100


def test_chroma_of_a_style_reaches_the_hair():
    loud, quiet = (
        _printed_hair(colour(45, 20, 30), dataclasses.replace(STYLES["modern"], chroma=c), grey=False)
        for c in (1.2, 0.6)
    )
    assert np.hypot(*loud.base[1:]) > np.hypot(*quiet.base[1:])


def test_black_hair_is_printed_cool_and_blond_golden():
    style = STYLES["modern"]
    assert _printed_hair(colour(12, 2, 2), style, grey=False).base[2] < 0
    assert _printed_hair(colour(62, 6, 20), style, grey=False).base[2] > 25


def test_black_hair_is_dark_and_its_light_is_no_grey():
    style = STYLES["modern"]
    black, brown = (_printed_hair(colour(*tone), style, grey=False) for tone in ((9, 1, 1), (28, 7, 14)))
    assert black.base[0] < 20
    assert black.light[2] < black.base[2] - 5
    for tones in (black, brown):
        assert np.hypot(*tones.light[1:]) > 1.2 * np.hypot(*tones.base[1:])


def test_dark_brown_hair_is_no_black():
    style = STYLES["modern"]
    brown, black = (_printed_hair(colour(18, *ab), style, grey=False) for ab in ((4, 6), (1, 1)))
    assert brown.base[2] > 6
    assert black.base[2] < -2
    assert abs(brown.base[0] - black.base[0]) < 4
    assert brown.light[2] > brown.base[2] * 0.9


def test_hair_between_black_and_brown_is_neither_blue_nor_warm():
    between = _printed_hair(colour(14, 2, 3.2), STYLES["modern"], grey=False)
    assert -3.5 < between.base[2] < 3.5
    assert np.hypot(*between.base[1:]) < 7


@pytest.mark.parametrize("style", STYLES.values(), ids=list(STYLES))
def test_without_colour_skin_is_left_to_the_paper_rather(style):
    printed = [[_printed_skin(colour(light, 14, 20), style, grey).base[0] for light in (45, 58, 72)] for grey in (0, 1)]
    assert printed[1] == sorted(printed[1])
    assert all(grey > seen for seen, grey in zip(*printed, strict=True))


@pytest.mark.parametrize("style", STYLES.values(), ids=list(STYLES))
def test_platinum_is_paler_than_gold(style):
    gold, platinum = (_printed_hair(colour(light, 6, 24), style, grey=False).base for light in (56, 72))
    assert platinum[0] > gold[0]
    assert np.hypot(*platinum[1:]) < 0.95 * np.hypot(*gold[1:])
    assert np.hypot(*platinum[1:]) < 36


def test_shaded_blond_is_printed_lighter_and_red_hair_no_redder_than_paint(monkeypatch):
    style = STYLES["modern"]

    def printed(hair):
        return _printed_hair(colour(*hair), style, grey=False).base

    blond, brown = (46, 8, 24), (30, 8, 12)
    before = [printed(hair) for hair in (blond, brown)]
    monkeypatch.setattr(palette, "_FAIRER", 0.0)
    after = [printed(hair) for hair in (blond, brown)]
    assert before[0][0] > after[0][0] + 3
    assert np.array_equal(before[1], after[1])
    reds = [float(np.hypot(*printed((34, chroma, chroma))[1:])) for chroma in (13, 16, 30, 40)]
    assert reds[0] < reds[1] < reds[2] == pytest.approx(reds[3], abs=2.5)
    assert reds[3] < 50


def test_brown_hair_does_not_turn_orange_in_a_rich_style():
    def gain(*hair):
        rich, plain = (
            palette._printed_hair(colour(*hair), dataclasses.replace(STYLES["modern"], chroma=c), False).base[1:]
            for c in (1.3, 1.0)
        )
        return np.hypot(*rich) / np.hypot(*plain)

    brown, red = gain(40, 9, 18), gain(35, 19, 14)
    assert 1.0 < brown < 1.2 < red


def test_dark_blond_hair_is_printed_blond_and_brown_hair_is_not(monkeypatch):
    def printed(hair):
        return _printed_hair(colour(*hair), STYLES["modern"], grey=False).base

    blond, red, brown, fair = (40, 9, 22), (40, 16, 22), (24, 8, 14), (60, 7, 22)
    before = [printed(hair) for hair in (blond, red, brown, fair)]
    monkeypatch.setattr(palette, "_GILDED", 0.0)
    monkeypatch.setattr(palette, "_TURNED", 0.0)
    after = [printed(hair) for hair in (blond, red, brown, fair)]
    assert before[0][0] > after[0][0] + 6
    assert before[0][1] < after[0][1] - 1
    assert all(np.array_equal(*pair) for pair in zip(before[1:], after[1:], strict=True))


@pytest.mark.parametrize("style", STYLES.values(), ids=list(STYLES))
def test_black_hair_is_black_and_its_light_blue(style):
    black = _printed_hair(colour(12, 1, 1), style, grey=False)
    assert np.hypot(*black.base[1:]) < 7
    assert black.light[2] < black.base[2] - 7


def test_brown_that_is_red_in_the_light_is_darker_and_duller_than_red():
    style = STYLES["modern"]
    red, auburn = (_printed_hair(colour(31, a, b), style, grey=False).base for a, b in ((20, 25), (14.5, 25)))
    assert auburn[0] < red[0] - 2
    assert np.hypot(*auburn[1:]) < 35 < np.hypot(*red[1:])
