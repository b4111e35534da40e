"""The commands, against a Chrome database in a temporary home."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from addon.cli import app
from addon.sites import CERTIFIED
from avatanime.errors import TrustError
from certs import authority, trust
from certs.commands import run
from certs.stores import nss


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AVATANIME_HOME", str(tmp_path / "state"))
    (tmp_path / "user").mkdir()
    monkeypatch.setattr(trust, "find", lambda: list(nss.find(run, tmp_path / "user")))
    return tmp_path / "state/certs"


def avatanime(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["certs", *arguments])
    assert done.exit_code == code, done.output
    return done.output


def test_install_show_renew_uninstall(folder: Path, tmp_path: Path) -> None:
    said = avatanime("install")
    first = authority.read(folder)
    assert first.fingerprint in said
    assert "certutil -A -t C,, -n" in said
    assert "avatanime certs uninstall" in said

    said = avatanime("show")
    assert "pbs.twimg.com, avatanime.internal" in said
    assert "\ntrusted      Chrome" in said

    said = avatanime("renew")
    second = authority.read(folder)
    assert second.fingerprint != first.fingerprint
    assert f"certutil -D -n '{first.name}'" in said
    assert f"-n '{second.name}'" in said
    assert "Restart `avatanime run`" in said

    assert "Done." in avatanime("uninstall")
    assert list((tmp_path / "user").iterdir()) == []
    assert "Nothing to undo" in avatanime("uninstall")
    assert "\nnot trusted  Chrome" in avatanime("show")


def test_dry_runs_only_talk(folder: Path, tmp_path: Path) -> None:
    first = authority.ensure(folder, CERTIFIED)
    for command in (["install"], ["renew"], ["uninstall"]):
        avatanime(*command, "--dry-run")
    assert "certutil -A" in avatanime("install", "--dry-run", "--store", "chrome")
    assert authority.read(folder) == authority.ensure(folder, CERTIFIED)
    assert authority.read(folder).fingerprint == first.fingerprint
    assert list((tmp_path / "user").iterdir()) == []


def test_a_store_that_is_not_here_or_not_anywhere(folder: Path) -> None:
    done = CliRunner().invoke(app, ["certs", "install", "--store", "firefox"])
    assert isinstance(done.exception, TrustError)
    assert "no firefox trust store here (there is: chrome)" in str(done.exception)
    avatanime("install", "--store", "java", code=2)


def test_show_without_a_certificate(folder: Path) -> None:
    done = CliRunner().invoke(app, ["certs", "show"])
    assert isinstance(done.exception, TrustError)
    assert not folder.exists()


def test_a_failing_store_is_exit_code_1(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "user/.pki").write_text("in the way")
    said = avatanime("install", code=1)
    assert "mkdir" in said
    assert trust.Trust(folder, []).ledger.entries() == ()
