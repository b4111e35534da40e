from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addon.settings import STYLES as OPTIONS
from avatanime.errors import SettingError
from engine.instantid.characters import CHARACTERS
from engine.instantid.prompts import NEGATIVE, QUALITY, STYLES, Prompter, Subject, gender, sample, tidy


def test_a_hundred_characters_and_more_of_many_series() -> None:
    assert len(set(CHARACTERS)) == len(CHARACTERS) > 100
    assert len({c.series for c in CHARACTERS}) > 30
    assert Counter(c.woman for c in CHARACTERS)[True] > 40 < Counter(c.woman for c in CHARACTERS)[False]
    assert all(c.name and c.series and "," not in c.name + c.series for c in CHARACTERS)


def test_styles_are_those_of_the_option() -> None:
    assert ("auto", *STYLES) == OPTIONS


def test_order_is_that_of_the_models_training() -> None:
    prompt = Prompter("retro", "ayanami rei, neon genesis evangelion").write(Subject(True, "a woman with a red hat"), 1)
    head = "1girl, ayanami rei, neon genesis evangelion, woman with a red hat, 1990s (style)"
    assert prompt.startswith(head)
    assert prompt.endswith(QUALITY)


@given(st.integers(0, 2**64 - 1))
def test_the_seed_decides(seed: int) -> None:
    prompter = Prompter()
    subject = Subject(False, "")
    assert prompter.write(subject, seed) == prompter.write(subject, seed)
    assert not sample(False, seed).woman
    assert prompter.style_of(seed) in STYLES
    assert f"{sample(False, seed).name}, {sample(False, seed).series}" in prompter.write(subject, seed)


def test_seeds_spread_over_characters_and_styles() -> None:
    assert len({sample(None, seed) for seed in range(2000)}) > 100
    assert {Prompter().style_of(seed) for seed in range(50)} == set(STYLES)


@pytest.mark.parametrize(
    ("subject", "woman"),
    [
        (Subject(True, "a man with a beard"), True),
        (Subject(None, "a man and a woman"), False),
        (Subject(None, "Two women and a boy"), True),
        (Subject(None, "a manhole in a mansion"), None),
        (Subject(None, "a young lady smiling"), True),
        (Subject(), None),
    ],
)
def test_gender(subject: Subject, woman: bool | None) -> None:
    assert gender(subject) is woman
    assert Prompter().write(subject, 0).split(", ")[0] == {True: "1girl", False: "1boy", None: "solo"}[woman]


@pytest.mark.parametrize(
    ("caption", "tag"),
    [
        ("arafed woman in a red hat (smiling)", "woman in a red hat smiling"),
        ("A close up of a man", "man"),
        ("the photo of the sea", "sea"),
        ("", ""),
        ("a", ""),
        ("line\nbreak: <script>", "line break script"),
    ],
)
def test_captions_become_tags(caption: str, tag: str) -> None:
    assert tidy(caption) == tag


@given(st.text(max_size=300))
def test_any_caption_makes_a_bounded_tag(caption: str) -> None:
    tag = tidy(caption)
    assert "\n" not in tag
    assert "," not in tag
    assert len(tag.split()) <= 24


def test_no_character_leaves_no_gap() -> None:
    assert ", ," not in Prompter(character="none").write(Subject(), 3)


@pytest.mark.parametrize(("style", "character"), [("cubist", "auto"), ("auto", "x" * 101), ("auto", "a\nb")])
def test_what_cannot_be_is_said(style: str, character: str) -> None:
    with pytest.raises(SettingError, match=r"anime_(style|character)"):
        Prompter(style, character)


def test_brackets_for_weights_are_not_used() -> None:
    assert ":" not in NEGATIVE + QUALITY
