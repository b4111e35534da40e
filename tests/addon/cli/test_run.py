"""The flags of `avatanime run`, and what they become."""

from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from addon import master
from addon.cli.run import run
from addon.settings import SETTINGS

app = typer.Typer()
app.command()(run)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the proxy would be started with; it says at once that it listens."""
    monkeypatch.setenv("AVATANIME_HOME", str(tmp_path))
    calls: list[Any] = []

    def serve(identity: Any, port: int, modes: list[str], specs: list[str], ready: Any) -> None:
        calls.append((port, modes, specs))
        ready(port)

    monkeypatch.setattr(master, "serve", serve)
    return calls


def test_by_default_nothing_is_set(served: list[Any]) -> None:
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 0, result.output
    assert served == [(8080, [], [])]


def test_every_setting_has_a_flag(served: list[Any]) -> None:
    flags: list[str] = []
    for setting in SETTINGS:
        if isinstance(setting.default, bool):
            flags.append(setting.flag if setting.default else f"--no-{setting.flag[2:]}")
        else:
            flags += [setting.flag, str(setting.default)]
    result = CliRunner().invoke(app, flags)
    assert result.exit_code == 0, result.output
    assert served[0][2] == [f"{s.option}={_shown(s.default)}" for s in SETTINGS]


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_what_is_passed_on(served: list[Any]) -> None:
    flags = ["--port", "8181", "--no-enabled", "--mode", "upstream:http://p:1", "--set", "a=1", "--set", "b=2"]
    result = CliRunner().invoke(app, flags)
    assert result.exit_code == 0, result.output
    assert served == [(8181, ["upstream:http://p:1"], ["a=1", "b=2", "anime_enabled=false"])]


def test_it_says_what_to_do_next(served: list[Any], tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["--port", "8181"]).stdout
    for needed in (
        "http://127.0.0.1:8181/proxy.pac",
        str(tmp_path / "certs" / "ca.pem"),
        "SHA-256",
        "pbs.twimg.com",
        "avatanime browse --port 8181",
        "avatanime certs install",
        "avatanime certs uninstall",
    ):
        assert needed in said


@pytest.mark.parametrize("flags", [["--port", "70000"], ["--deadline", "soon"], ["--nonsense"]])
def test_flags_that_cannot_be(served: list[Any], flags: list[str]) -> None:
    assert CliRunner().invoke(app, flags).exit_code == 2
    assert not served


def test_help_names_every_setting() -> None:
    said = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).output
    for setting in SETTINGS:
        assert setting.flag in said
