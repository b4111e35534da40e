"""The browsers of this computer, and throwaway profiles in which they use the proxy and trust only it."""

import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from avatanime.errors import AvatanimeError
from certs.authority import Identity
from certs.commands import run
from certs.stores.nss import NssStore
from certs.trust import anchor

CHROMIUM, FIREFOX = "chromium", "firefox"

ON_PATH = (
    ("chromium", CHROMIUM, ("chromium", "chromium-browser")),
    ("chrome", CHROMIUM, ("google-chrome-stable", "google-chrome")),
    ("edge", CHROMIUM, ("microsoft-edge-stable", "microsoft-edge")),
    ("brave", CHROMIUM, ("brave-browser",)),
    ("firefox", FIREFOX, ("firefox", "firefox-esr")),
)
IN_APPLICATIONS = (
    ("chromium", CHROMIUM, "Chromium.app/Contents/MacOS/Chromium"),
    ("chrome", CHROMIUM, "Google Chrome.app/Contents/MacOS/Google Chrome"),
    ("edge", CHROMIUM, "Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
    ("brave", CHROMIUM, "Brave Browser.app/Contents/MacOS/Brave Browser"),
    ("firefox", FIREFOX, "Firefox.app/Contents/MacOS/firefox"),
)
IN_PROGRAM_FILES = (
    ("chromium", CHROMIUM, r"Chromium\Application\chrome.exe"),
    ("chrome", CHROMIUM, r"Google\Chrome\Application\chrome.exe"),
    ("edge", CHROMIUM, r"Microsoft\Edge\Application\msedge.exe"),
    ("brave", CHROMIUM, r"BraveSoftware\Brave-Browser\Application\brave.exe"),
    ("firefox", FIREFOX, r"Mozilla Firefox\firefox.exe"),
)
NAMES = tuple(name for name, _, _ in ON_PATH)

FIREFOX_PREFERENCES: dict[str, str | int | bool] = {
    "network.proxy.type": 2,  # PAC
    "network.http.http3.enable": False,
    # No first-run pages, questions or reports in a profile that is gone in a minute.
    "browser.aboutwelcome.enabled": False,
    "browser.preonboarding.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "termsofuse.bypassNotification": True,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}

SOCKET = "/org.chromium.Chromium.XXXXXX/SingletonSocket"
"""What Chromium makes below TMPDIR."""
SOCKET_LIMIT = 107
"""Longest path of a socket on Linux (unix(7): 108 bytes with the final zero); Chromium dies of a longer one."""


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that is installed."""

    name: str
    family: str
    """"chromium" or "firefox": which command line it understands."""
    path: str


def find() -> list[Browser]:
    """The browsers that are installed, Chromium's family first."""
    if sys.platform == "darwin":
        roots = [Path("/Applications"), Path.home() / "Applications"]
        return _below([PurePosixPath(root) for root in roots], IN_APPLICATIONS)
    if sys.platform == "win32":
        variables = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        return _below([PureWindowsPath(os.environ[v]) for v in variables if v in os.environ], IN_PROGRAM_FILES)
    found = []
    for name, family, programs in ON_PATH:
        path = next(filter(None, map(shutil.which, programs)), None)
        if path:
            found.append(Browser(name, family, path))
    return found


def choose(name: str | None) -> Browser:
    """The browser of that name, or the first there is. Raises AvatanimeError if there is none."""
    browsers = find()
    for browser in browsers:
        if name in (None, browser.name):
            return browser
    if name is None:
        raise AvatanimeError(f"No browser was found: install one of {', '.join(NAMES)}.")
    here = ", ".join(browser.name for browser in browsers) or "none"
    raise AvatanimeError(f"{name} was not found (installed: {here}).")


@dataclass(frozen=True, slots=True)
class Launch:
    """How a browser is started: the command line, without a URL, and what is added to the environment."""

    command: list[str]
    environment: dict[str, str]


@contextlib.contextmanager
def throwaway(browser: Browser, identity: Identity, pac_url: str) -> Iterator[Launch]:
    """A fresh profile that uses the PAC file and trusts only `identity`.

    Nothing outside the profile is changed, and the profile is deleted at the end. Raises TrustError.
    """
    folder = Path(tempfile.mkdtemp(prefix="avatanime-browse-", dir=_place(browser)))
    try:
        if browser.family == FIREFOX:
            yield Launch(_firefox(browser, folder, identity, pac_url), _surroundings(browser, folder))
        else:
            yield Launch(_chromium(browser, folder, identity, pac_url), _surroundings(browser, folder))
    finally:
        _delete(folder)


def _chromium(browser: Browser, folder: Path, identity: Identity, pac_url: str) -> list[str]:
    arguments = [
        browser.path,
        f"--user-data-dir={folder}",
        f"--proxy-pac-url={pac_url}",
        # This one key is accepted; no authority is trusted, so nothing else that is not in order passes.
        f"--ignore-certificate-errors-spki-list={identity.spki}",
        "--disable-quic",
        "--no-first-run",
        "--no-default-browser-check",
    ]
    if sys.platform != "win32" and os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's sandbox does not run as root, and Chromium not without this
    return arguments


def _firefox(browser: Browser, folder: Path, identity: Identity, pac_url: str) -> list[str]:
    NssStore(run, folder, "firefox", "the throwaway profile").install(anchor(identity))
    preferences = FIREFOX_PREFERENCES | {"network.proxy.autoconfig_url": pac_url}
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items())
    (folder / "user.js").write_text("".join(lines), encoding="utf-8")
    return [browser.path, "--no-remote", "--new-instance", "--profile", str(folder)]


def _surroundings(browser: Browser, folder: Path) -> dict[str, str]:
    """Environment that keeps crash reports, caches and sockets in the profile too (the other platforms clean up)."""
    if sys.platform != "linux":
        return {}
    places = {"XDG_CACHE_HOME": "cache", "BREAKPAD_DUMP_LOCATION": "crashes"}
    if browser.family == FIREFOX:
        places["XDG_CONFIG_HOME"] = "config"
    if len(f"{folder}{SOCKET}") <= SOCKET_LIMIT:
        places["TMPDIR"] = ""
    return {name: str(folder / place) for name, place in places.items()}


def _place(browser: Browser) -> Path | None:
    """Where a profile can lie: a snap sees neither /tmp nor hidden folders, only its own."""
    if not browser.path.startswith("/snap/"):
        return None
    place = Path.home() / "snap" / PurePosixPath(browser.path).name / "common"
    place.mkdir(parents=True, exist_ok=True)
    return place


def _delete(folder: Path) -> None:
    """Browsers' helpers may write for a moment after the window is gone."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.25)
    raise AvatanimeError(f"The throwaway profile {folder} could not be deleted: close the browser and delete it.")


def _below(roots: Sequence[PurePosixPath | PureWindowsPath], table: Sequence[tuple[str, str, str]]) -> list[Browser]:
    found: dict[str, Browser] = {}
    for name, family, relative in table:
        for root in roots:
            path = str(root / relative)
            if name not in found and Path(path).is_file():
                found[name] = Browser(name, family, path)
    return list(found.values())
