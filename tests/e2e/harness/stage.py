"""The whole stage in one hand: the origin, the way to it, and proxies and browsers that use it."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import trustme

from harness.browsers import BROWSERS, Browser, Route
from harness.origin import NAMES, Origin
from harness.proxies import ADDON, SCRIPTS, Proxy, free_port, program
from harness.relay import Relay

SUBJECT = "the stand-in origin"
"""Common name of the origin's own certificate."""
LOCAL = ("x.com", "other.example")
"""Names that browsers find on loopback by themselves; avatar hosts they reach through the proxy or not at all."""

TERMINAL = """import pty, sys
sys.exit(pty.spawn(["/bin/sh", "-c", 'stty rows 40 cols 120; exec "$@"', "sh", *sys.argv[1:]]) >> 8)"""
"""What gives a program the terminal it insists on."""

type Kind = Literal["pac", "proxy"]
type Mode = Literal["upstream", "regular"]


@dataclass
class Stage:
    """An origin with Twitter's names, and a CONNECT proxy that leads there. `ca` signed the origin's certificate."""

    folder: Path
    origin: Origin
    relay: Relay
    ca: Path

    @classmethod
    def build(cls, folder: Path) -> Self:
        """Start everything."""
        authority = trustme.CA()
        ca = folder / "origin-ca.pem"
        authority.cert_pem.write_to_path(str(ca))
        origin = Origin(authority, folder, SUBJECT)
        origin.start()
        relay = Relay(origin, NAMES)
        relay.start()
        return cls(folder, origin, relay, ca)

    def proxy(
        self, home: Path, *extra: str, front: str = "mitmdump", mode: Mode = "upstream", addon: Path = ADDON
    ) -> Proxy:
        """A proxy process, not started yet: mitmdump, mitmweb or mitmproxy with the addon, or "run" (`avatanime run`).

        `extra` are further arguments. In regular mode names resolve to the stage (mitmproxy's own programs only).
        """
        port = free_port()
        trust = ["--set", f"ssl_verify_upstream_trusted_ca={self.ca}"]
        onwards = ["--mode", f"upstream:http://127.0.0.1:{self.relay.port}"] if mode == "upstream" else []
        if front == "run":
            command = [program("avatanime"), "run", "--port", str(port), *onwards, *trust, *extra]
            return Proxy(command, port, home, {})
        scripts = ["-s", str(addon), "-s", str(SCRIPTS / "remote.py")]
        if mode == "regular":
            scripts += ["-s", str(SCRIPTS / "names.py")]
        confdir = ["--set", f"confdir={home / 'mitmproxy'}"]
        terminal = [sys.executable, "-c", TERMINAL] if front == "mitmproxy" else []
        command = [*terminal, program(front), *scripts, "-p", str(port), *onwards, *trust, *confdir, *extra]
        env = {"STAGE_NAMES": ",".join(NAMES), "STAGE_PORT": str(self.origin.port)}
        return Proxy(command, port, home, env)

    def browser(self, name: str, profile: Path, proxy: Proxy | None, kind: Kind = "pac") -> Browser:
        """A browser, not started yet, that trusts the origin and the proxy's public CA.

        Without a proxy it finds the origin by the relay, as it would find Twitter.
        """
        if proxy is None:
            return BROWSERS[name](profile, Route("proxy", f"http://127.0.0.1:{self.relay.port}"), [self.ca], LOCAL)
        route = Route(kind, f"{proxy.url}/proxy.pac" if kind == "pac" else proxy.url)
        return BROWSERS[name](profile, route, [self.ca, proxy.ca], LOCAL)

    def page(self, name: str, html: str) -> str:
        """Put a page on x.com; gives the URL that browsers open."""
        self.origin.pages[f"/{name}"] = html
        return f"https://x.com:{self.origin.port}/{name}"

    def close(self) -> None:
        """Stop everything."""
        self.relay.close()
        self.origin.close()
