"""Real browsers, headless, with throwaway profiles: Chromium through Playwright, Firefox through WebDriver BiDi."""

import base64
import contextlib
import io
import json
import os
import shutil
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from PIL import Image
from playwright.sync_api import sync_playwright
from websockets.sync.client import ClientConnection, connect

from harness.proxies import free_port

VIEWPORT = (1000, 800)
_ALL_LOADED = """(() => {
  const shown = [...document.images].map(i => i.src).concat(
    [...document.querySelectorAll("[style*=background-image]")].map(e => e.style.backgroundImage.slice(5, -2)));
  const loaded = new Set(performance.getEntriesByType("resource").filter(e => e.responseEnd).map(e => e.name));
  return [...document.images].every(i => i.complete) && shown.every(url => loaded.has(url));
})()"""
"""True once every `<img>` and every CSS background of the page has arrived."""


@dataclass(frozen=True)
class Route:
    """How a browser gets out: by a PAC file's URL, or through one proxy for everything."""

    kind: Literal["pac", "proxy"]
    url: str


class Browser(ABC):
    """What the tests need of a browser. Names in `local` lead to loopback when they are asked for directly."""

    name: str

    def __init__(self, profile: Path, route: Route, trusted: Sequence[Path], local: Sequence[str]) -> None:
        self.profile, self.route, self.trusted, self.local = profile, route, trusted, local
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self.profile.mkdir(parents=True, exist_ok=True)
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def start(self) -> None:
        """Start the browser with one empty page."""

    @abstractmethod
    def open(self, url: str) -> None:
        """Go there and wait for the load event."""

    @abstractmethod
    def reload(self) -> None:
        """A plain reload, as by the button; waits for the load event."""

    @abstractmethod
    def evaluate(self, expression: str) -> Any:
        """The JSON value of a JavaScript expression in the page; promises are awaited."""

    @abstractmethod
    def screenshot(self, *, whole: bool = False) -> Image.Image:
        """What is to be seen in the viewport, or the whole page."""

    def close(self) -> None:
        """End the browser and all that belongs to it; idempotent."""
        self._stack.close()

    def wait_for(self, expression: str, seconds: float = 30.0) -> None:
        """Wait until the expression is true."""
        until = time.monotonic() + seconds
        while not self.evaluate(expression):
            if time.monotonic() > until:
                raise AssertionError(f"{self.name}: {expression!r} did not become true within {seconds:g} s")
            time.sleep(0.05)

    def scroll_through(self, step: int = 300, pause: float = 0.25) -> None:
        """Scroll from the top to the bottom as a reader would, and wait until every picture has loaded."""
        bottom = int(self.evaluate("document.documentElement.scrollHeight"))
        for y in range(0, bottom, step):
            self.evaluate(f"scrollTo(0, {y})")
            time.sleep(pause)
        self.wait_for(_ALL_LOADED, 60)


def _trust(database: Path, certificates: Sequence[Path]) -> None:
    """Make an NSS database that trusts these CAs."""
    database.mkdir(parents=True, exist_ok=True)
    where = ["certutil", "-d", f"sql:{database}"]
    if not (database / "cert9.db").exists():
        subprocess.run([*where, "-N", "--empty-password"], check=True)
    for number, certificate in enumerate(certificates):
        subprocess.run([*where, "-A", "-t", "C,,", "-n", f"stage {number}", "-i", str(certificate)], check=True)


class Chromium(Browser):
    """The system's Chromium or Chrome."""

    name = "chromium"

    @staticmethod
    def installed() -> str | None:
        """Path of the browser, if there is one."""
        return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

    def start(self) -> None:
        """See Browser."""
        _trust(self.profile / "home" / ".pki" / "nssdb", self.trusted)
        flags = [
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-gpu",
            "--disable-quic",
            "--force-color-profile=srgb",
            "--host-resolver-rules=" + ",".join(f"MAP {name} 127.0.0.1" for name in self.local),
        ]
        flags.append(f"--proxy-{'pac-url' if self.route.kind == 'pac' else 'server'}={self.route.url}")
        playwright = self._stack.enter_context(sync_playwright())
        self._context = playwright.chromium.launch_persistent_context(
            self.profile / "data",
            executable_path=self.installed(),
            headless=True,
            chromium_sandbox=os.geteuid() != 0,
            args=flags,
            env={**os.environ, "HOME": str(self.profile / "home")},
            viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]},
        )
        self._stack.callback(self._context.close)
        self.page = self._context.pages[0]

    def open(self, url: str) -> None:
        """See Browser."""
        self.page.goto(url)

    def reload(self) -> None:
        """See Browser."""
        self.page.reload()

    def evaluate(self, expression: str) -> Any:
        """See Browser."""
        return self.page.evaluate(expression)

    def screenshot(self, *, whole: bool = False) -> Image.Image:
        """See Browser."""
        return Image.open(io.BytesIO(self.page.screenshot(full_page=whole))).convert("RGB")

    def subject(self, url: str) -> str:
        """Common name in the certificate the browser was shown there."""
        page = self._context.new_page()
        response = page.goto(url)
        details = response.security_details() if response else None
        page.close()
        assert details is not None, f"{url} came without TLS"
        return str(details.get("subjectName"))


class Firefox(Browser):
    """The system's Firefox, as it is: its remote agent speaks BiDi without a driver beside it."""

    name = "firefox"

    @staticmethod
    def installed() -> str | None:
        """Path of the browser, if there is one."""
        return next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)

    def start(self) -> None:
        """See Browser."""
        program = self.installed()
        assert program, "Firefox is not installed"
        _trust(self.profile, self.trusted)
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in self._preferences().items()]
        (self.profile / "user.js").write_text("".join(lines))
        port = free_port()
        log = self._stack.enter_context((self.profile / "firefox.log").open("wb"))
        self._process = subprocess.Popen(
            [
                program,
                "--headless",
                "--no-remote",
                "--profile",
                str(self.profile),
                "--remote-debugging-port",
                str(port),
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "HOME": str(self.profile), "MOZ_DISABLE_CONTENT_SANDBOX": "1"},
        )
        self._stack.callback(self._stop)
        self._socket = self._connect(port)
        self._sent = 0
        self._command("session.new", capabilities={"alwaysMatch": {}})
        self._page = self._command("browsingContext.getTree")["contexts"][0]["context"]
        self._command(
            "browsingContext.setViewport",
            context=self._page,
            viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]},
            devicePixelRatio=1.0,
        )

    def _preferences(self) -> dict[str, str | int | bool]:
        """A profile that talks to nobody but the stage."""
        quiet: dict[str, str | int | bool] = {
            "app.update.enabled": False,
            "browser.safebrowsing.malware.enabled": False,
            "browser.safebrowsing.phishing.enabled": False,
            "browser.shell.checkDefaultBrowser": False,
            "browser.startup.homepage": "about:blank",
            "datareporting.policy.dataSubmissionEnabled": False,
            "extensions.update.enabled": False,
            "network.captive-portal-service.enabled": False,
            "network.connectivity-service.enabled": False,
            "network.dns.disableIPv6": True,
            "network.dns.localDomains": ",".join(self.local),
            "network.trr.mode": 5,
            "security.OCSP.enabled": 0,
            "services.settings.server": "data:,",
            "startup.homepage_welcome_url": "about:blank",
            "toolkit.telemetry.enabled": False,
        }
        if self.route.kind == "pac":
            return quiet | {"network.proxy.type": 2, "network.proxy.autoconfig_url": self.route.url}
        host, port = self.route.url.removeprefix("http://").split(":")
        return quiet | {
            "network.proxy.type": 1,
            "network.proxy.http": host,
            "network.proxy.http_port": int(port),
            "network.proxy.ssl": host,
            "network.proxy.ssl_port": int(port),
            "network.proxy.allow_hijacking_localhost": True,
        }

    def _connect(self, port: int) -> ClientConnection:
        until = time.monotonic() + 60
        while True:
            try:
                return self._stack.enter_context(connect(f"ws://127.0.0.1:{port}/session", max_size=None, proxy=None))
            except OSError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise AssertionError(
                        f"Firefox did not start:\n{(self.profile / 'firefox.log').read_text()}"
                    ) from None
                time.sleep(0.1)

    def _command(self, method: str, **params: Any) -> dict[str, Any]:
        """One BiDi command and its result; events that come between are passed over."""
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(timeout=60))
            if message.get("id") == self._sent:
                assert message["type"] == "success", f"{method}: {message.get('message')}"
                result: dict[str, Any] = message["result"]
                return result

    def open(self, url: str) -> None:
        """See Browser."""
        self._command("browsingContext.navigate", context=self._page, url=url, wait="complete")

    def reload(self) -> None:
        """See Browser."""
        self._command("browsingContext.reload", context=self._page, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """See Browser."""
        result = self._command(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then(v => JSON.stringify(v === undefined ? null : v))",
            target={"context": self._page},
            awaitPromise=True,
        )
        assert result["type"] == "success", result.get("exceptionDetails")
        return json.loads(result["result"]["value"])

    def screenshot(self, *, whole: bool = False) -> Image.Image:
        """See Browser."""
        origin = "document" if whole else "viewport"
        shot = self._command("browsingContext.captureScreenshot", context=self._page, origin=origin)
        return Image.open(io.BytesIO(base64.b64decode(shot["data"]))).convert("RGB")

    def _stop(self) -> None:
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(15)
        self._process.kill()
        self._process.wait()


BROWSERS: dict[str, type[Chromium] | type[Firefox]] = {"chromium": Chromium, "firefox": Firefox}
