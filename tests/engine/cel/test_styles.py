import dataclasses
from collections import Counter

import pytest

from addon.settings import STYLES as OFFERED
from engine.cel import NAMES
from engine.cel.styles import STYLES, choose


def test_names_agree_everywhere():
    assert ("auto", *STYLES) == NAMES
    assert set(NAMES) == set(OFFERED)
    assert all(style.name == name for name, style in STYLES.items())


@pytest.mark.parametrize("name", STYLES)
def test_a_named_style_is_that_one(name):
    assert choose(name, 12345, 1.0) is STYLES[name]


@pytest.mark.parametrize("female", [0.0, 1.0])
def test_auto_keeps_to_its_seed_and_uses_every_style_that_suits(female):
    assert choose("auto", 7, female) is choose("auto", 7, female)
    picked = Counter(choose("auto", seed, female).name for seed in range(2**40, 2**40 + 4000))
    shares = {style.name: style.suits[0 if female else 1] for style in STYLES.values()}
    assert {name: picked[name] / 4000 for name in shares} == pytest.approx(shares, abs=0.01)


def test_no_two_styles_share_line_palette_background_or_eyes():
    for field in ("line", "chroma", "shadow_depth", "background", "manner"):
        values = [getattr(style, field) for style in STYLES.values()]
        assert len(set(map(repr, values))) == len(values), field


def test_a_style_is_plain_data():
    for style in STYLES.values():
        assert dataclasses.replace(style) == style


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_men_are_shaded_more_crisply_and_hardly_blush(style):
    his, hers = style.of(female=0.0), style.of(female=1.0)
    assert hers == style
    assert his.blush < 0.3 * hers.blush
    assert his.shadow_soft < 1.3
    assert his.shadow_depth >= max(hers.shadow_depth, 15)


def test_men_do_not_flush_in_a_soft_look():
    his, hers = STYLES["shoujo"].of(female=0.0), STYLES["shoujo"].of(female=1.0)
    assert his.ink_dark < hers.ink_dark
    assert his.tint[0] < hers.tint[0]
    assert his.glow < hers.glow
    assert his.lift < hers.lift
    assert his.shadow_depth > 1.3 * hers.shadow_depth


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_men_are_painted_in_hard_tones(style):
    """Short dark hair in soft light is grey."""
    assert 0.5 < style.soft <= 1
    assert style.of(female=0.0).soft < 0.3 * style.of(female=1.0).soft
