from pathlib import Path

import pytest

from addon.settings import INSTANTID, SETTINGS
from avatanime.errors import SettingError
from engine import EngineSettings, Tier
from engine.instantid import options as module
from engine.instantid.options import Options, Plan


def test_options_and_defaults_are_those_of_the_settings() -> None:
    table = {setting.name: setting for setting in SETTINGS}
    assert tuple(Options.__dataclass_fields__) == INSTANTID
    assert {name: table[name].default for name in INSTANTID} == {n: getattr(Options(), n) for n in INSTANTID}
    assert table["device"].choices == module.DEVICES
    assert table["captioner"].choices == module.CAPTIONERS
    assert table["compile"].choices == module.COMPILERS


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"colour": "red"}, "no such option"),
        ({"device": "tpu"}, "anime_device is auto"),
        ({"captioner": "oracle"}, "anime_captioner is blip"),
        ({"compile": "gcc"}, "anime_compile is none"),
        ({"batch": 0}, "anime_batch is at least 1"),
        ({"recipe": "soup"}, "no recipe 'soup'"),
    ],
)
def test_what_cannot_be_is_said(options: dict[str, str | int], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Plan.of(EngineSettings(options=options))


def test_models_live_below_the_home_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AVATANIME_HOME", str(tmp_path))
    assert Options().folder == tmp_path / "models/instantid"
    assert Options(models_dir="~/models").folder == Path.home() / "models"


@pytest.mark.parametrize(
    "options",
    [
        {"recipe": "auto:steps=3"},
        {"character": "none"},
        {"captioner": "none"},
        {"captioner_model": "other"},
        {"models_dir": "/elsewhere"},
        {"int8": True},
    ],
)
def test_what_decides_the_pixels_decides_the_fingerprint(options: dict[str, str | bool]) -> None:
    usual, other = Plan.of(EngineSettings()), Plan.of(EngineSettings(options=options))
    assert usual.fingerprint(Tier.DRAFT) != other.fingerprint(Tier.DRAFT)
    assert Plan.of(EngineSettings(style="retro")).fingerprint(Tier.DRAFT) != usual.fingerprint(Tier.DRAFT)


def test_tiers_are_told_apart_and_speed_is_not() -> None:
    usual = Plan.of(EngineSettings())
    assert len({usual.fingerprint(tier) for tier in Tier}) == 3
    faster = Plan.of(EngineSettings(options={"batch": 1, "compile": "inductor", "idle_unload": 9.0}))
    assert faster.fingerprint(Tier.DRAFT) == usual.fingerprint(Tier.DRAFT)
