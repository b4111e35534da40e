"""With GNOME's own gsettings, writing to a folder of the test's, and with a desktop that is a dict."""

import json
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatanime.errors import TrustError
from certs.commands import Argv, Outcome, run
from certs.desktops import Desktop, Gnome, Setting
from certs.system_proxy import SystemProxy, parse

URL = "http://127.0.0.1:8080/proxy.pac"


class Slate(Desktop):
    """A desktop whose setting is a dict; a command is (key, value)."""

    name, label = "slate", "Slate"

    def __init__(self, **setting: str | None) -> None:
        super().__init__(self._write)
        self.setting: Setting = {"mode": "none", "url": None} | setting
        self.deaf = False

    def _write(self, argv: Argv) -> Outcome:
        if not self.deaf:
            self.setting[argv[0]] = None if argv[1] == "-" else argv[1]
        return Outcome(0)

    def read(self) -> Setting:
        return dict(self.setting)

    def pac(self, url: str, now: Setting) -> Setting:
        return {"mode": "auto", "url": url}

    def commands(self, setting: Setting, now: Setting) -> tuple[Argv, ...]:
        return tuple((key, value or "-") for key, value in setting.items())


def test_on_and_off_and_as_it_was(tmp_path: Path) -> None:
    slate = Slate(mode="manual", url="http://corp/x.pac")
    proxy = SystemProxy(tmp_path, slate)
    assert not proxy.uses(URL)
    proxy.on(URL)
    assert slate.setting == {"mode": "auto", "url": URL}
    assert proxy.uses(URL)
    assert stat.S_IMODE((tmp_path / "proxy.json").stat().st_mode) == 0o600
    proxy.off()
    assert slate.setting == {"mode": "manual", "url": "http://corp/x.pac"}
    assert not (tmp_path / "proxy.json").exists()


def test_twice_on_still_remembers_the_first(tmp_path: Path) -> None:
    slate = Slate()
    proxy = SystemProxy(tmp_path, slate)
    proxy.on(URL)
    assert "already" in proxy.on(URL).says
    SystemProxy(tmp_path, slate).on("http://127.0.0.1:8181/proxy.pac")
    assert slate.setting["url"] == "http://127.0.0.1:8181/proxy.pac"
    proxy.off()
    assert slate.setting == {"mode": "none", "url": None}


def test_dry_runs_change_nothing(tmp_path: Path) -> None:
    slate = Slate()
    proxy = SystemProxy(tmp_path, slate)
    assert proxy.on(URL, dry=True).commands == (("mode", "auto"), ("url", URL))
    assert slate.setting == {"mode": "none", "url": None}
    proxy.on(URL)
    assert proxy.off(dry=True).commands == (("mode", "none"), ("url", "-"))
    assert slate.setting == {"mode": "auto", "url": URL}
    assert (tmp_path / "proxy.json").exists()


def test_off_without_on(tmp_path: Path) -> None:
    slate = Slate(mode="manual")
    assert "nothing to undo" in SystemProxy(tmp_path, slate).off().says
    assert slate.setting["mode"] == "manual"


def test_what_others_changed_since_stays(tmp_path: Path) -> None:
    slate = Slate(url="http://corp/x.pac")
    proxy = SystemProxy(tmp_path, slate)
    proxy.on(URL)
    slate.setting["mode"] = "manual"
    proxy.off()
    assert slate.setting == {"mode": "manual", "url": "http://corp/x.pac"}

    proxy.on(URL)
    slate.setting |= {"mode": "manual", "url": "http://other"}
    assert "left as it is" in proxy.off().says
    assert slate.setting == {"mode": "manual", "url": "http://other"}
    assert "nothing to undo" in proxy.off().says


def test_a_desktop_that_does_not_listen_is_told(tmp_path: Path) -> None:
    slate = Slate()
    slate.deaf = True
    with pytest.raises(TrustError, match="did not take the proxy setting"):
        SystemProxy(tmp_path, slate).on(URL)
    slate.deaf = False
    SystemProxy(tmp_path, slate).off()
    assert slate.setting == {"mode": "none", "url": None}


def test_damaged_and_foreign_memories_are_told(tmp_path: Path) -> None:
    (tmp_path / "proxy.json").write_text("{}")
    with pytest.raises(TrustError, match="delete this file"):
        SystemProxy(tmp_path, Slate()).off()
    memory = {"version": 1, "desktop": "gnome", "before": {}, "ours": {}}
    (tmp_path / "proxy.json").write_text(json.dumps(memory))
    with pytest.raises(TrustError, match="is gnome's"):
        SystemProxy(tmp_path, Slate()).off()


TEXTS = st.dictionaries(
    st.sampled_from(["version", "desktop", "before", "ours"]), st.none() | st.integers() | st.text()
)


@settings(deadline=None)
@given(st.binary(max_size=100) | TEXTS.map(lambda data: json.dumps(data | {"version": 1}).encode()))
def test_any_memory_is_survived(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (its message is whatever json says)
        parse(content)


@pytest.fixture
def gnome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gnome:
    if shutil.which("gsettings") is None or Gnome.schema not in run(("gsettings", "list-schemas")).out.split():
        pytest.skip("GNOME's settings are not installed")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("GSETTINGS_BACKEND", "keyfile")
    return Gnome(run)


@pytest.mark.parametrize(
    "before", [{}, {"mode": "'manual'"}, {"mode": "'auto'", "autoconfig-url": "'http://corp/x.pac'"}]
)
def test_gnome_itself(gnome: Gnome, tmp_path: Path, before: dict[str, str]) -> None:
    file = tmp_path / "config/glib-2.0/settings/keyfile"
    for key, value in {"mode": "'manual'", **before}.items():
        run(("gsettings", "set", gnome.schema, key, value))
    if not before:
        run(("gsettings", "reset", gnome.schema, "mode"))
    written, told = file.read_text(), gnome.read()
    proxy = SystemProxy(tmp_path, gnome)
    proxy.on(URL)
    assert f"autoconfig-url='{URL}'" in file.read_text()
    assert "mode='auto'" in file.read_text()
    assert proxy.uses(URL)
    proxy.off()
    assert gnome.read() == told
    assert sorted(file.read_text().split()) == sorted(written.split())


def test_a_port_change_takes_one_command_in_gnome(gnome: Any, tmp_path: Path) -> None:
    proxy = SystemProxy(tmp_path, gnome)
    proxy.on(URL)
    change = proxy.on("http://127.0.0.1:9/proxy.pac", dry=True)
    assert change.commands == (("gsettings", "set", gnome.schema, "autoconfig-url", "'http://127.0.0.1:9/proxy.pac'"),)
