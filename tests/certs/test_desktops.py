"""What each desktop's own commands print, and what is made of it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatanime.errors import TrustError
from certs import desktops
from certs.commands import Outcome
from certs.desktops import Gnome, Kde, Mac, Windows

URL = "http://127.0.0.1:8080/proxy.pac"


def test_macos(recorder: Any) -> None:
    services = (
        "An asterisk (*) denotes that a network service is disabled.\nWi-Fi\n*Bluetooth PAN\nUSB 10/100/1000 LAN\n"
    )
    recorder.answers = {
        ("networksetup", "-listallnetworkservices"): Outcome(0, services),
        ("networksetup", "-getautoproxyurl", "Wi-Fi"): Outcome(0, "URL: (null)\nEnabled: No\n"),
        ("networksetup", "-getautoproxyurl"): Outcome(0, "URL: http://corp/x.pac\nEnabled: Yes\n"),
    }
    mac = Mac(recorder)
    now = mac.read()
    lan = "USB 10/100/1000 LAN"
    assert now == {"Wi-Fi/url": None, "Wi-Fi/state": "off", f"{lan}/url": "http://corp/x.pac", f"{lan}/state": "on"}
    ours = mac.pac(URL, now)
    assert mac.commands(ours, now) == (
        ("networksetup", "-setautoproxyurl", "Wi-Fi", URL),
        ("networksetup", "-setautoproxystate", "Wi-Fi", "on"),
        ("networksetup", "-setautoproxyurl", lan, URL),
        ("networksetup", "-setautoproxystate", lan, "on"),
    )
    # Setting the URL alone would switch it on: what was off stays off.
    assert mac.commands({"Wi-Fi/url": None}, ours | {"Wi-Fi/state": "off"}) == (
        ("networksetup", "-setautoproxyurl", "Wi-Fi", ""),
        ("networksetup", "-setautoproxystate", "Wi-Fi", "off"),
    )


def test_windows(recorder: Any) -> None:
    windows = Windows(recorder)
    recorder.answers[("reg", "query")] = Outcome(
        0,
        "\r\nHKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\r\n"
        "    ProxyEnable    REG_DWORD    0x0\r\n    AutoConfigURL    REG_SZ    http://corp/a b.pac\r\n",
    )
    assert windows.read() == {"AutoConfigURL": "http://corp/a b.pac"}
    recorder.answers[("reg", "query")] = Outcome(
        0, "\r\nHKEY_CURRENT_USER\\...\r\n    ProxyEnable    REG_DWORD    0x0\r\n"
    )
    assert windows.read() == {"AutoConfigURL": None}
    key = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings"
    assert windows.commands({"AutoConfigURL": URL}, {}) == (
        ("reg", "add", key, "/v", "AutoConfigURL", "/t", "REG_SZ", "/d", URL, "/f"),
    )
    assert windows.commands({"AutoConfigURL": None}, {}) == (("reg", "delete", key, "/v", "AutoConfigURL", "/f"),)


def test_kde(recorder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktops, "installed", lambda program: program.endswith("6"))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/1000/bus")
    place = ("--file", "kioslaverc", "--group", "Proxy Settings", "--key")
    recorder.answers = {
        ("kreadconfig6", *place, "ProxyType"): Outcome(0, "1\n"),
        ("kreadconfig6", *place, "Proxy Config Script"): Outcome(0, f"{Kde.unset}\n"),
    }
    kde = Kde(recorder)
    now = kde.read()
    assert now == {"ProxyType": "1", "Proxy Config Script": None}
    signal = (
        *("dbus-send", "--type=signal", "/KIO/Scheduler"),
        *("org.kde.KIO.Scheduler.reparseSlaveConfiguration", "string:"),
    )
    assert kde.commands(kde.pac(URL, now), now) == (
        ("kwriteconfig6", *place, "Proxy Config Script", URL),
        ("kwriteconfig6", *place, "ProxyType", "2"),
        signal,
    )
    assert kde.commands(now, {}) == (
        ("kwriteconfig6", *place, "Proxy Config Script", "--delete"),
        ("kwriteconfig6", *place, "ProxyType", "1"),
        signal,
    )
    monkeypatch.setattr(desktops, "installed", lambda program: False)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")  # over ssh nobody is there to be told
    assert kde.commands({"ProxyType": "0"}, {}) == (("kwriteconfig5", *place, "ProxyType", "0"),)


def test_gnome_tells_a_default_from_a_value(recorder: Any) -> None:
    recorder.answers = {
        ("gsettings", "get", Gnome.schema, "mode"): Outcome(0, "'manual'\n"),
        ("gsettings", "get", Gnome.schema, "autoconfig-url"): Outcome(0, "''\n"),
        ("env", "GSETTINGS_BACKEND=memory", "gsettings", "get", Gnome.schema, "mode"): Outcome(0, "'none'\n"),
        ("env", "GSETTINGS_BACKEND=memory", "gsettings", "get", Gnome.schema, "autoconfig-url"): Outcome(0, "''\n"),
    }
    assert Gnome(recorder).read() == {"autoconfig-url": None, "mode": "'manual'"}


@pytest.mark.parametrize(
    ("platform", "environment", "kind"),
    [
        ("darwin", {}, Mac),
        ("win32", {}, Windows),
        ("linux", {"XDG_CURRENT_DESKTOP": "KDE"}, Kde),
        ("linux", {"XDG_CURRENT_DESKTOP": "ubuntu:GNOME"}, Gnome),
    ],
)
def test_the_desktop_of_the_session(
    platform: str, environment: dict[str, str], kind: type[Any], recorder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desktops, "installed", lambda program: True)
    recorder.answers[("gsettings", "list-schemas")] = Outcome(0, f"org.gnome.shell\n{Gnome.schema}\n")
    assert isinstance(desktops.find(recorder, platform, environment), kind)


def test_no_desktop_that_we_know(recorder: Any) -> None:
    recorder.answers[("gsettings", "list-schemas")] = Outcome(0, "org.gnome.shell\n")
    with pytest.raises(TrustError, match="--proxy-pac-url"):
        desktops.find(recorder, "linux", {})


def test_a_setting_that_cannot_be_read_is_told(recorder: Any) -> None:
    recorder.answers[("reg",)] = Outcome(1, err="ERROR: Access is denied.")
    with pytest.raises(TrustError, match="Access is denied"):
        Windows(recorder).read()


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_output_is_survived(text: str) -> None:
    assert desktops.parse_auto_proxy(text)[1] in ("on", "off")
    assert all(name and not name.startswith("*") for name in desktops.parse_services(text))
    assert isinstance(desktops.parse_registry(text), dict)
