import os
import re
from pathlib import Path, PurePosixPath

import pytest

from addon import browsers
from addon.browsers import Browser
from avatanime.errors import AvatanimeError
from certs import authority
from certs.authority import Identity
from certs.commands import run

HOSTS = ("pbs.twimg.com", "avatanime.internal")
URL = "http://127.0.0.1:8080/proxy.pac"


@pytest.fixture
def identity(tmp_path: Path) -> Identity:
    return authority.ensure(tmp_path / "certs", HOSTS)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders lie in this test."""
    place = tmp_path / "scratch"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


def programs(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)


def test_linux_finds_what_is_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs(tmp_path, "google-chrome", "google-chrome-stable", "firefox-esr", "chromium-browser")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browsers.find() == [
        Browser("chromium", "chromium", f"{tmp_path}/chromium-browser"),
        Browser("chrome", "chromium", f"{tmp_path}/google-chrome-stable"),
        Browser("firefox", "firefox", f"{tmp_path}/firefox-esr"),
    ]
    assert browsers.choose(None).name == "chromium"
    assert browsers.choose("firefox").family == "firefox"
    with pytest.raises(AvatanimeError, match=r"edge was not found \(installed: chromium, chrome, firefox\)"):
        browsers.choose("edge")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(AvatanimeError, match="No browser was found"):
        browsers.choose(None)


def test_macos_finds_applications_of_the_user_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    programs(tmp_path / "Applications/Google Chrome.app/Contents/MacOS", "Google Chrome")
    path = PurePosixPath(tmp_path) / "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    assert browsers.find() == [Browser("chrome", "chromium", str(path))]


def test_chromium_trusts_one_key_and_no_authority(identity: Identity, scratch: Path) -> None:
    with browsers.throwaway(Browser("chrome", "chromium", "/x/chrome"), identity, URL) as launch:
        command = launch.command
        (profile,) = scratch.iterdir()
        assert profile.stat().st_mode & 0o777 == 0o700
        assert command[0] == "/x/chrome"
        assert f"--user-data-dir={profile}" in command
        assert f"--proxy-pac-url={URL}" in command
        assert f"--ignore-certificate-errors-spki-list={identity.spki}" in command
        assert "--disable-quic" in command
        assert "--ignore-certificate-errors" not in command
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("user", [0, 1000])
def test_the_sandbox_goes_only_for_root(
    identity: Identity, scratch: Path, monkeypatch: pytest.MonkeyPatch, user: int
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    with browsers.throwaway(Browser("chrome", "chromium", "/x/chrome"), identity, URL) as launch:
        command = launch.command
        assert ("--no-sandbox" in command) == (user == 0)


def test_firefox_gets_a_database_and_preferences(identity: Identity, scratch: Path) -> None:
    with browsers.throwaway(Browser("firefox", "firefox", "/x/firefox"), identity, URL) as launch:
        command = launch.command
        (profile,) = scratch.iterdir()
        assert command == ["/x/firefox", "--no-remote", "--new-instance", "--profile", str(profile)]
        written = (profile / "user.js").read_text()
        assert re.fullmatch(r'(user_pref\("[\w.]+", ("[^"\n]*"|\d+|true|false)\);\n)+', written)
        assert f'user_pref("network.proxy.autoconfig_url", "{URL}");\n' in written
        assert 'user_pref("network.proxy.type", 2);\n' in written
        listing = run(("certutil", "-L", "-d", f"sql:{profile}")).out
        assert re.search(rf"{identity.name} +C,,", listing)
    assert list(scratch.iterdir()) == []


def test_crash_reports_and_sockets_stay_in_the_profile(
    identity: Identity, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for family in ("chromium", "firefox"):
        with browsers.throwaway(Browser(family, family, "/x/browser"), identity, URL) as launch:
            (profile,) = scratch.iterdir()
            assert launch.environment.items() >= {
                ("XDG_CACHE_HOME", f"{profile}/cache"),
                ("BREAKPAD_DUMP_LOCATION", f"{profile}/crashes"),
            }
            # Chromium dies of a socket path that is too long.
            assert len(launch.environment.get("TMPDIR", "")) < 108 - len(
                "/org.chromium.Chromium.XXXXXX/SingletonSocket"
            )


def test_the_profile_goes_whatever_happens(identity: Identity, scratch: Path) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        browsers.throwaway(Browser("chrome", "chromium", "/x/chrome"), identity, URL),
    ):
        raise KeyboardInterrupt
    assert list(scratch.iterdir()) == []


def test_a_profile_that_cannot_be_deleted_is_told(
    identity: Identity, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.rmtree", lambda folder, ignore_errors: None)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with (
        pytest.raises(AvatanimeError, match="could not be deleted"),
        browsers.throwaway(Browser("chrome", "chromium", "/x/chrome"), identity, URL),
    ):
        pass


def test_a_snap_gets_its_profile_where_it_can_see_it(
    identity: Identity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    with browsers.throwaway(Browser("chromium", "chromium", "/snap/bin/chromium"), identity, URL) as launch:
        command = launch.command
        assert any(a.startswith(f"--user-data-dir={tmp_path}/snap/chromium/common/") for a in command)
    assert list((tmp_path / "snap/chromium/common").iterdir()) == []
