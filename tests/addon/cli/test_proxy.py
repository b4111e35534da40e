from pathlib import Path

import pytest
from typer.testing import CliRunner

from addon.cli import app
from certs import system_proxy
from certs.commands import Argv, Outcome
from certs.desktops import Desktop, Setting
from certs.system_proxy import SystemProxy


class Slate(Desktop):
    """A desktop whose setting is a dict."""

    name, label = "slate", "Slate"

    def __init__(self) -> None:
        super().__init__(self._write)
        self.setting: Setting = {"url": None}

    def _write(self, argv: Argv) -> Outcome:
        self.setting = {"url": argv[2] if argv[1] == "set" else None}
        return Outcome(0)

    def read(self) -> Setting:
        return dict(self.setting)

    def pac(self, url: str, now: Setting) -> Setting:
        return {"url": url}

    def commands(self, setting: Setting, now: Setting) -> tuple[Argv, ...]:
        return tuple(("slate", "set", url) if url else ("slate", "reset", "") for url in setting.values())


@pytest.fixture
def slate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Slate:
    slate = Slate()
    monkeypatch.setenv("AVATANIME_HOME", str(tmp_path))
    monkeypatch.setattr(system_proxy.SystemProxy, "here", lambda folder: SystemProxy(folder, slate))
    return slate


def avatanime(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["proxy", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_on_show_off(slate: Slate) -> None:
    assert "slate set http://127.0.0.1:8181/proxy.pac" in avatanime("on", "--port", "8181")
    assert avatanime("show") == "Slate  url: http://127.0.0.1:8181/proxy.pac\n"
    assert "as it was" in avatanime("off")
    assert avatanime("show") == "Slate  url: not set\n"


def test_dry_run(slate: Slate) -> None:
    assert "Nothing was done" in avatanime("on", "--dry-run")
    assert slate.setting == {"url": None}
