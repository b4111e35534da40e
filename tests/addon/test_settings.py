"""The settings table, and everything that must stay in step with it."""

import dataclasses
import re
from pathlib import Path

import pytest

from addon.settings import INSTANTID, SETTINGS, Settings, read
from avatanime.errors import SettingError

ROOT = Path(__file__).parents[2]


def test_fields_are_the_table() -> None:
    assert [f.name for f in dataclasses.fields(Settings)] == [s.name for s in SETTINGS]


def test_readme_documents_each_setting_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(anime_\w+)` \| `([^`]*)` \|", (ROOT / "README.md").read_text("utf8"), re.MULTILINE))
    assert rows == {s.option: _shown(s.default) for s in SETTINGS}


def _shown(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default) or '""'


def test_defaults_pass_their_own_checks() -> None:
    parsed = Settings.parse({})
    assert parsed.sites == ("twitter",)
    assert all(s.check(s.default) == s.default for s in SETTINGS)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"engine": "cell"}, "Did you mean 'cel'"),
        ({"style": "cubist"}, "modern"),
        ({"deadline": -1.0}, "at least 0"),
        ({"deadline": "soon"}, "takes a float"),
        ({"workers": True}, "takes a int"),
        ({"colour": "red"}, "no setting 'colour'"),
    ],
)
def test_bad_values_say_what_is_allowed(values: dict[str, str | float], told: str) -> None:
    with pytest.raises(SettingError, match=re.escape(told)):
        Settings.parse(values)


def test_whole_numbers_serve_as_seconds() -> None:
    assert Settings.parse({"deadline": 5}).deadline == 5.0


def test_words_of_a_command_line_become_values() -> None:
    words = ["recipe=draft:steps=1", "anime_int8=true", "batch=2", "captioner_timeout=3"]
    assert read(words) == {"recipe": "draft:steps=1", "int8": True, "batch": 2, "captioner_timeout": 3.0}


@pytest.mark.parametrize("word", ["recipe", "colour=red", "int8=maybe", "batch=many"])
def test_words_that_set_nothing_are_refused(word: str) -> None:
    with pytest.raises(SettingError, match=re.escape(word.partition("=")[2] or word)):
        read([word])


def test_only_the_instantid_engine_is_told_its_settings() -> None:
    assert Settings.parse({"batch": 2}).for_engine.options == {}
    assert Settings.parse({"engine": "instantid", "batch": 2}).for_engine.options["batch"] == 2
    assert set(Settings.parse({"engine": "instantid"}).for_engine.options) == set(INSTANTID)
