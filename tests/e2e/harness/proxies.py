"""Real proxy processes: mitmdump and its sisters with the addon, or `avatanime run`."""

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpx
import psutil

ROOT = Path(__file__).parents[3]
ADDON = ROOT / "addon" / "anime.py"
SCRIPTS = Path(__file__).parent / "scripts"


def free_port() -> int:
    """A loopback port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str) -> str:
    """The console script of that name in this Python's environment."""
    return str(Path(sys.executable).with_name(name))


@dataclass
class Proxy:
    """One running proxy. Use as a context manager: it is stopped, and its whole family with it, on leaving."""

    command: Sequence[str]
    port: int
    home: Path
    env: dict[str, str]
    stdin: int = subprocess.DEVNULL
    patience: float = 60.0

    def __enter__(self) -> Self:
        self.home.mkdir(parents=True, exist_ok=True)
        self.log = self.home / f"proxy-{self.port}.log"
        env = os.environ | {"AVATANIME_HOME": str(self.home), "PYTHONUNBUFFERED": "1"} | self.env
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command, stdin=self.stdin, stdout=log, stderr=subprocess.STDOUT, env=env, cwd=self.home
            )
        try:
            self._await_start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        family = self.family()
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(15)
        self.kill(family)

    def _await_start(self) -> None:
        until = time.monotonic() + self.patience
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(f"{self.command[0]} ended with {self.process.returncode}:\n{self.said()}")
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{self.port}/proxy.pac", trust_env=False).status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(f"{self.command[0]} did not serve its PAC in {self.patience} s:\n{self.said()}")

    def said(self) -> str:
        """Everything the process printed so far."""
        return self.log.read_text(errors="replace")

    def family(self) -> list[psutil.Process]:
        """The process and everything it started."""
        try:
            parent = psutil.Process(self.process.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def kill(self, family: Sequence[psutil.Process] | None = None) -> None:
        """SIGKILL for the whole family."""
        for member in self.family() if family is None else family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        self.process.wait(10)

    def listening(self) -> list[tuple[str, int]]:
        """Address and port of every TCP socket the family listens on."""
        return [
            (c.laddr.ip, c.laddr.port)
            for member in self.family()
            for c in member.net_connections("tcp")
            if c.status == psutil.CONN_LISTEN
        ]

    @property
    def url(self) -> str:
        """The proxy as clients name it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ca(self) -> Path:
        """The public CA certificate users are asked to trust."""
        return self.home / "certs" / "ca.pem"

    @contextlib.contextmanager
    def client(self, *trusted: Path, http2: bool = True) -> Iterator[httpx.Client]:
        """An HTTP client that goes through this proxy, trusting its CA and those given."""
        context = ssl.create_default_context(cafile=str(self.ca))
        for ca in trusted:
            context.load_verify_locations(str(ca))
        with httpx.Client(proxy=self.url, verify=context, http2=http2, timeout=30, trust_env=False) as client:
            yield client

    def command_call(self, name: str) -> str:
        """Run a mitmproxy command inside the proxy (it must have been started with the remote script)."""
        answer = httpx.get(f"http://remote.test/{name}", proxy=self.url, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.text
