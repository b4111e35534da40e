import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from addon.cli import app
from cache.portraits import Kept, Portraits


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with two portraits of one avatar."""
    monkeypatch.setenv("AVATANIME_HOME", str(tmp_path))
    store = Portraits(tmp_path / "cache", 2**24)
    store.put("a" * 64, "r", Kept(b"png", "portrait"))
    store.put("b" * 64, "r", Kept(b"", "left", "logo"))
    store.remember("twitter/1/a", "a" * 64)
    store.close()
    return tmp_path / "cache"


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["cache", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_stats_say_how_much_is_kept_and_where(folder: Path) -> None:
    assert str(folder) in run("stats")
    assert "2 drawings kept, 1 avatars known" in run("stats")
    figures = json.loads(run("stats", "--json"))
    assert (figures["portraits"], figures["avatars"], figures["folder"]) == (2, 1, str(folder))
    assert figures["disk"] > 0


def test_clear_forgets_everything(folder: Path) -> None:
    assert run("clear") == "Forgot 2 drawings.\n"
    assert json.loads(run("stats", "--json"))["portraits"] == 0
    assert run("clear") == "Forgot 0 drawings.\n"
