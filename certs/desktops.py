"""Where each desktop keeps its proxy setting, and how to read and write it.

A setting is a flat mapping, key -> value, `None` for a key that is not set; it holds only what we touch.
"""

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

from avatanime.errors import TrustError
from certs.commands import Argv, Run, installed

type Setting = dict[str, str | None]


class Desktop(ABC):
    """One kind of desktop. `name` names it in the memory file, `label` to people."""

    name: str
    label: str

    def __init__(self, run: Run) -> None:
        self.run = run

    @abstractmethod
    def read(self) -> Setting:
        """The setting in force. Raises TrustError."""

    @abstractmethod
    def pac(self, url: str, now: Setting) -> Setting:
        """The setting that uses the PAC file at `url`, for the keys of `now`."""

    @abstractmethod
    def commands(self, setting: Setting, now: Setting) -> tuple[Argv, ...]:
        """What puts the keys of `setting` in force where `now` is, and leaves all others."""

    def _ask(self, *argv: str) -> str:
        done = self.run(argv)
        if done.code:
            said = " ".join((done.err or done.out).split())
            raise TrustError(f"The proxy setting of {self.label} cannot be read: {said or f'exit code {done.code}'}.")
        return done.out


class Gnome(Desktop):
    """GNOME and what shares its setting (Cinnamon, MATE, Unity, Budgie): gsettings(1)."""

    name = "gnome"
    label = "GNOME"
    schema = "org.gnome.system.proxy"

    def read(self) -> Setting:
        """`mode` and `autoconfig-url`, as GVariant texts; what has its default counts as not set."""
        return {key: self._value(key) for key in ("autoconfig-url", "mode")}

    def pac(self, url: str, now: Setting) -> Setting:
        """The URL, and mode auto."""
        return {"autoconfig-url": f"'{url}'", "mode": "'auto'"}

    def commands(self, setting: Setting, now: Setting) -> tuple[Argv, ...]:
        """One `gsettings set` or `reset` a key."""
        return tuple(
            ("gsettings", "reset", self.schema, key) if value is None else ("gsettings", "set", self.schema, key, value)
            for key, value in setting.items()
        )

    def _value(self, key: str) -> str | None:
        value = self._ask("gsettings", "get", self.schema, key).strip()
        # The memory backend starts empty each time, so it tells the schema's default.
        default = self._ask("env", "GSETTINGS_BACKEND=memory", "gsettings", "get", self.schema, key).strip()
        return None if value == default else value


class Kde(Desktop):
    """KDE Plasma 5 and 6: `~/.config/kioslaverc`."""

    name = "kde"
    label = "KDE"
    place = ("--file", "kioslaverc", "--group", "Proxy Settings", "--key")
    unset = "-- not set --"

    def read(self) -> Setting:
        """`ProxyType` (2 is PAC) and `Proxy Config Script`."""
        found: Setting = {}
        for key in ("Proxy Config Script", "ProxyType"):
            value = self._ask(self._tool("kreadconfig"), *self.place, key, "--default", self.unset).rstrip("\n")
            found[key] = None if value == self.unset else value
        return found

    def pac(self, url: str, now: Setting) -> Setting:
        """The URL, and type 2."""
        return {"Proxy Config Script": url, "ProxyType": "2"}

    def commands(self, setting: Setting, now: Setting) -> tuple[Argv, ...]:
        """One kwriteconfig a key, and in a session the signal that has running programs read it again."""
        write = self._tool("kwriteconfig")
        writes = (
            (write, *self.place, key, *(("--delete",) if value is None else (value,))) for key, value in setting.items()
        )
        if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
            return tuple(writes)
        signal = ("dbus-send", "--type=signal", "/KIO/Scheduler")
        return (*writes, (*signal, "org.kde.KIO.Scheduler.reparseSlaveConfiguration", "string:"))

    def _tool(self, name: str) -> str:
        return f"{name}6" if installed(f"{name}6") else f"{name}5"


class Mac(Desktop):
    """macOS: networksetup(8), for every network service that is switched on."""

    name = "macos"
    label = "macOS"

    def read(self) -> Setting:
        """`SERVICE/url` and `SERVICE/state` (on or off)."""
        found: Setting = {}
        for service in parse_services(self._ask("networksetup", "-listallnetworkservices")):
            url, state = parse_auto_proxy(self._ask("networksetup", "-getautoproxyurl", service))
            found[f"{service}/url"], found[f"{service}/state"] = url, state
        return found

    def pac(self, url: str, now: Setting) -> Setting:
        """The URL, and on."""
        return {key: url if key.endswith("/url") else "on" for key in now}

    def commands(self, setting: Setting, now: Setting) -> tuple[Argv, ...]:
        """Setting a URL switches it on, so the state is always set after it."""
        commands: list[Argv] = []
        for service in dict.fromkeys(key.rpartition("/")[0] for key in setting):
            url, state = f"{service}/url", f"{service}/state"
            if url in setting:
                commands.append(("networksetup", "-setautoproxyurl", service, setting[url] or ""))
            commands.append(("networksetup", "-setautoproxystate", service, (now | setting)[state] or "off"))
        return tuple(commands)


class Windows(Desktop):
    """Windows: the user's Internet settings in the registry, which Edge, Chrome and Firefox watch."""

    name = "windows"
    label = "Windows"
    key = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings"
    value = "AutoConfigURL"

    def read(self) -> Setting:
        """`AutoConfigURL`."""
        # `reg query` of a single value fails both when it is missing and when it can't be read: list them all.
        return {self.value: parse_registry(self._ask("reg", "query", self.key)).get(self.value)}

    def pac(self, url: str, now: Setting) -> Setting:
        """The URL."""
        return {self.value: url}

    def commands(self, setting: Setting, now: Setting) -> tuple[Argv, ...]:
        """`reg add` or `reg delete`."""
        return tuple(
            ("reg", "delete", self.key, "/v", name, "/f")
            if value is None
            else ("reg", "add", self.key, "/v", name, "/t", "REG_SZ", "/d", value, "/f")
            for name, value in setting.items()
        )


def parse_services(text: str) -> list[str]:
    """What `networksetup -listallnetworkservices` prints, without its first line (a remark) and what is off (`*`)."""
    return [line.strip() for line in text.splitlines()[1:] if line.strip() and not line.startswith("*")]


def parse_auto_proxy(text: str) -> tuple[str | None, str]:
    """What `networksetup -getautoproxyurl` prints (`URL: ...`, `Enabled: Yes`): the URL or None, and on or off."""
    fields = dict(re.findall(r"^(URL|Enabled):[ \t]*(.*?)\s*$", text, re.MULTILINE))
    url = fields.get("URL", "")
    return (None if url in ("", "(null)") else url), ("on" if fields.get("Enabled") == "Yes" else "off")


def parse_registry(text: str) -> dict[str, str]:
    """What `reg query` prints of one key's values, name -> data, texts only."""
    return dict(re.findall(r"^    (\S.*?)    REG_(?:EXPAND_)?SZ    (.*?)\r?$", text, re.MULTILINE))


def find(run: Run, platform: str, environment: Mapping[str, str]) -> Desktop:
    """The desktop of this session. Raises TrustError if it has no proxy setting that we know."""
    if platform == "darwin":
        return Mac(run)
    if platform == "win32":
        return Windows(run)
    if _is_kde(environment.get("XDG_CURRENT_DESKTOP", "").split(":")):
        return Kde(run)
    if installed("gsettings") and Gnome.schema in run(("gsettings", "list-schemas")).out.split():
        return Gnome(run)
    raise TrustError(
        "This desktop has no proxy setting that avatanime knows (GNOME's or KDE's): enter the PAC URL in the browser's"
        " own settings, or start Chromium with --proxy-pac-url=URL."
    )


def _is_kde(names: Iterable[str]) -> bool:
    return any(name.upper() == "KDE" for name in names)
