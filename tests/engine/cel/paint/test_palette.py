import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cel.look import colour
from engine.cel.paint import palette
from engine.cel.paint.palette import _printed_hair, _printed_skin, measure
from engine.cel.styles import STYLES

styles = st.sampled_from(list(STYLES.values()))


@given(styles)
def test_who_is_darker_stays_darker(style):
    seen = [colour(lightness, 0.20 * lightness, 0.28 * lightness) for lightness in range(22, 95, 6)]
    printed = [_printed_skin(s, 1.0, style, grey=False).base[0] for s in seen]
    assert all(a < b for a, b in pairwise(printed))
    assert printed[-1] - printed[0] > 35


@given(styles, st.floats(0, 100), st.floats(-60, 60), st.floats(-60, 60), st.booleans())
def test_any_skin_seen_prints_as_skin(style, lightness, a, b, grey):
    tones = _printed_skin(colour(lightness, a, b), 1.0, style, grey)
    assert 20 < tones.base[0] <= 96
    assert tones.shadow[0] < tones.base[0] - 3 <= tones.light[0]
    if grey:
        assert not tones.base[1:].any()
    else:
        assert tones.base[1] > 3
        assert tones.base[2] > 3


@given(styles, st.floats(0, 100), st.floats(-60, 60), st.floats(-60, 60))
def test_hair_keeps_shadow_and_light_apart(style, lightness, a, b):
    tones = _printed_hair(colour(lightness, a, b), 1.0, style, grey=False)
    assert tones.shadow[0] < tones.base[0] < tones.light[0] <= 98


def test_dim_light_skin_prints_lighter_than_equally_light_dark_skin():
    style = STYLES["modern"]
    shade = _printed_skin(colour(52, 9, 13), 1.0, style, grey=False)
    dark = _printed_skin(colour(52, 17, 24), 1.0, style, grey=False)
    assert shade.base[0] > dark.base[0] + 3
    assert np.hypot(*dark.base[1:]) > np.hypot(*shade.base[1:])


def test_the_astronaut_is_fair_and_blond(sitter):
    look = measure(sitter.seen, sitter.layers.half_hair, sitter.warped, STYLES["modern"], sitter.light)
    assert look.skin.base[0] > 80
    assert 40 < look.hair.base[0] < 85
    assert look.hair.base[2] > 8
    assert look.ink[0] < 30
    assert look.hair_ink[0] < look.hair.shadow[0]


def test_grey_photos_have_no_colour(sitter):
    grey = sitter.seen * colour(1, 0, 0)
    assert palette.is_grey(grey)
    assert not palette.is_grey(sitter.seen)
    look = measure(
        grey, sitter.layers.half_hair, sitter.warped, STYLES["shoujo"], palette.Light.of(grey, grey, sitter.warped)
    )
    for tone in (look.skin.base, look.skin.shadow, look.hair.base, look.hair.light, look.lips, look.ink, look.hair_ink):
        assert not np.asarray(tone)[1:].any()


@pytest.mark.parametrize("brightness", [0.35, 0.6])
def test_only_dim_faces_are_lifted(sitter, brightness):
    dim = sitter.seen * np.float32(brightness)
    assert palette.exposure(sitter.seen, sitter.seen, sitter.warped) == pytest.approx(1, abs=0.02)
    assert palette.exposure(dim, dim, sitter.warped) > 1.05


@given(st.floats(0, 100), st.floats(1, 1.5))
def test_balancing_lifts_and_stays_in_range(seen, gain):
    assert seen - 1e-6 <= palette.balanced(seen, gain) <= 100


def test_chroma_of_a_style_reaches_the_hair():
    seen = colour(45, 20, 30)
    loud, quiet = (
        _printed_hair(seen, 1.0, dataclasses.replace(STYLES["modern"], chroma=c), grey=False) for c in (1.2, 0.6)
    )
    assert np.hypot(*loud.base[1:]) > np.hypot(*quiet.base[1:])


def test_hair_takes_no_hue_that_hair_has_not():
    mauve, brown, dyed = (40, 6, -5), (40, 6, 9), (40, 20, -15)
    assert palette._natural(np.float32(mauve))[2] > 5
    assert (palette._natural(np.float32(brown)) == np.float32(brown)).all()
    assert (palette._natural(np.float32(dyed)) == np.float32(dyed)).all()


def test_hair_in_a_green_picture_is_not_green_but_dyed_hair_is():
    room, white = np.full((200, 200, 3), (50, -28, 10), np.float32), np.full((200, 200, 3), (95, 0, 0), np.float32)
    green = np.float32((33, -27, 9))
    assert np.hypot(*palette._uncast(green, palette.hue(room))[1:]) < 6
    assert (palette._uncast(green, palette.hue(white)) == green).all()


@pytest.mark.parametrize(
    ("skin", "hair", "lifted"),
    [
        ((46, 21, 18), (31, 8, 10), True),  # brown hair, hardly darker than its skin: both are in the shade
        ((46, 18, 22), (12, 2, 3), False),
        ((46, 18, 22), (72, 1, 2), False),  # white hair on dark skin is age
    ],
)
def test_skin_in_the_shade_is_told_by_the_hair(skin, hair, lifted):
    out = palette._unshaded(np.float32(skin), np.float32(hair))
    assert (out[0] > skin[0] + 8) == lifted


def test_faces_in_the_blue_of_the_shade_are_not_dark_skinned():
    assert palette._skylit(np.float32((46, 14, 5)), 0.32) == 1
    assert palette._skylit(np.float32((55, 10, 13)), 0.30) == 0
    assert palette._skylit(np.float32((46, 18, 22)), 0.62) == 0
