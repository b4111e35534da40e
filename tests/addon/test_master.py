"""The lean proxy: one certificate, nothing to sign with, only the addons that listen; and a real one, from outside."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest
from mitmproxy import exceptions, master, options
from mitmproxy.proxy.layers.http import HttpRequestHook
from mitmproxy.test import tflow

from addon.master import DirectAddons, LeafConfig, LeafStore
from addon.sites import CERTIFIED, STATUS_HOST
from certs import authority
from certs.authority import Identity

ROOT = Path(__file__).parents[2]


@pytest.fixture
def identity(tmp_path: Path) -> Identity:
    return authority.ensure(tmp_path / "certs", CERTIFIED)


def test_everybody_is_shown_the_one_leaf(identity: Identity) -> None:
    store = LeafStore(identity.leaf_pem)
    entries = [store.get_cert(name, []) for name in ("pbs.twimg.com", "bank.example", None)]
    assert entries[0] is entries[1] is entries[2]
    assert {str(name.value) for name in entries[0].cert.altnames} == set(CERTIFIED)
    assert len(entries[0].chain_certs) == 2


def test_there_is_nothing_to_sign_with(identity: Identity) -> None:
    store = LeafStore(identity.leaf_pem)
    assert not hasattr(store, "default_privatekey")
    assert not hasattr(store, "default_ca")


async def test_no_authority_is_made_whatever_is_set(identity: Identity, tmp_path: Path) -> None:
    config = LeafConfig(identity.leaf_pem)
    owner = master.Master(options.Options(confdir=str(tmp_path / "conf")))
    owner.addons.add(config)
    store = config.certstore
    owner.options.update(confdir=str(tmp_path / "other"), key_size=4096, certs=[], cert_passphrase="x")
    config.running()
    config.request(tflow.tflow())
    assert config.certstore is store
    assert not (tmp_path / "conf").exists()
    assert not (tmp_path / "other").exists()


class Listener:
    def __init__(self, name: str, heard: list[str]) -> None:
        self.name, self.heard = name, heard

    async def request(self, flow: Any) -> None:
        self.heard.append(self.name)


class Raiser(Listener):
    def request(self, flow: Any) -> None:  # type: ignore[override]
        self.heard.append(self.name)
        raise ValueError("of an addon")


class Halter(Listener):
    def request(self, flow: Any) -> None:  # type: ignore[override]
        raise exceptions.AddonHalt


class Deaf:
    name = "deaf"


async def test_hooks_are_told_in_order_as_mitmproxy_tells_them(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []
    addons = DirectAddons(master.Master(options.Options()))
    event = HttpRequestHook(tflow.tflow())
    addons.add(Listener("a", heard), Deaf(), Raiser("b", heard), Listener("c", heard))
    await addons.trigger_event(event)
    assert heard == ["a", "b", "c"]
    assert "of an addon" in caplog.text
    late = Listener("d", heard)
    addons.add(late)
    await addons.trigger_event(event)
    assert heard[3:] == ["a", "b", "c", "d"]
    addons.remove(late)
    await addons.trigger_event(event)
    assert heard[7:] == ["a", "b", "c"]
    addons.add(Halter("e", heard), Listener("f", heard))
    await addons.trigger_event(event)
    assert heard[10:] == ["a", "b", "c"]


# ---- real processes ----

type Start = Callable[..., psutil.Popen]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a proxy in a home of its own; what it says goes to `<home>/log`."""
    running: list[psutil.Popen] = []

    def begin(command: Sequence[str]) -> psutil.Popen:
        env = {**os.environ, "HOME": str(tmp_path), "AVATANIME_HOME": str(tmp_path / "avatanime")}
        log = (tmp_path / "log").open("wb")
        process = psutil.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, cwd=tmp_path)
        log.close()
        running.append(process)
        return process

    yield begin
    for process in running:
        for member in [*_children(process), process]:
            if member.is_running():
                member.kill()
        process.wait(10)


def _children(process: psutil.Popen) -> list[psutil.Process]:
    return process.children(recursive=True) if process.is_running() and process.status() != "zombie" else []


def _command(front: str, port: int) -> list[str]:
    if front == "run":
        return [sys.executable, "-c", "from addon.cli import main; main()", "run", "--port", str(port)]
    script = str(ROOT / "addon" / "anime.py")
    return [str(Path(sys.executable).with_name("mitmdump")), "-s", script, "-p", str(port)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _get(port: int, path: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


def _await(condition: Callable[[], object], process: psutil.Popen, log: Path, patience: float = 60) -> None:
    """Until `condition` holds; a connection that is refused is not yet."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            if condition():
                return
        except OSError:
            pass
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def _listening(process: psutil.Popen) -> set[str]:
    family = [process, *_children(process)]
    return {c.laddr.ip for member in family for c in member.net_connections("inet") if c.status == psutil.CONN_LISTEN}


@pytest.mark.e2e
@pytest.mark.parametrize("front", ["run", "mitmdump"])
def test_a_real_proxy_from_outside(front: str, start: Start, tmp_path: Path) -> None:
    port, log = _free_port(), tmp_path / "log"
    process = start(_command(front, port))
    _await(
        lambda: b"FindProxyForURL" in _get(port, "/proxy.pac") and _listening(process) == {"127.0.0.1"}, process, log
    )

    context = ssl.create_default_context(cafile=str(tmp_path / "avatanime" / "certs" / "ca.pem"))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"CONNECT {STATUS_HOST}:443 HTTP/1.1\r\n\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
        with context.wrap_socket(connection, server_hostname=STATUS_HOST) as tls:
            tls.sendall(f"GET /proxy.pac HTTP/1.1\r\nHost: {STATUS_HOST}\r\nConnection: close\r\n\r\n".encode())
            assert b"200 OK" in tls.recv(65536)

    keys = [path for path in tmp_path.rglob("*.pem") if b"PRIVATE KEY" in path.read_bytes()]
    ours = tmp_path / "avatanime" / "certs" / "leaf.pem"
    assert ours in keys
    assert ours.stat().st_mode & 0o077 == 0
    if front == "run":
        assert keys == [ours], "no authority is made"
        said = log.read_text()
        for line in (f"http://127.0.0.1:{port}/proxy.pac", "ca.pem", "SHA-256", "avatanime browse", "certs uninstall"):
            assert line in said

    family = _children(process)
    assert family, "worker processes draw"
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    _, alive = psutil.wait_procs(family, 10)
    assert not alive


@pytest.mark.e2e
def test_a_script_loaded_again_keeps_its_workers(start: Start, tmp_path: Path) -> None:
    port, log, script = _free_port(), tmp_path / "log", tmp_path / "anime.py"
    script.write_bytes((ROOT / "addon" / "anime.py").read_bytes())
    command = _command("mitmdump", port)
    process = start([str(script) if part.endswith("anime.py") else part for part in command])
    _await(lambda: b"FindProxyForURL" in _get(port, "/proxy.pac") and _children(process), process, log)
    before = {child.pid for child in _children(process)}
    os.utime(script, (time.time() + 5, time.time() + 5))
    _await(lambda: log.read_text().count("Loading script") == 2, process, log)
    _await(lambda: b"FindProxyForURL" in _get(port, "/proxy.pac"), process, log)
    time.sleep(6)  # longer than a workshop that nobody enters stays open
    assert before <= {child.pid for child in _children(process)}
    assert _listening(process) == {"127.0.0.1"}


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--style", "cubism"], "anime_style is auto"),
        (["--set", "nonsense=1"], "nonsense"),
        (["--set", "anime_deadline=soon"], "takes a number"),
        (["--mode", "sideways"], "sideways"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(flags: list[str], says: str, start: Start, tmp_path: Path) -> None:
    process = start([*_command("run", _free_port()), *flags])
    assert process.wait(60) == 1
    lines = [line for line in (tmp_path / "log").read_text().splitlines() if "made a new certificate" not in line]
    assert len(lines) == 1, lines
    assert lines[0].startswith("avatanime: ")
    assert says in lines[0]


@pytest.mark.e2e
def test_a_port_that_is_taken_is_said(start: Start, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start(_command("run", port))
        assert process.wait(60) == 1
    assert f"If port {port} is in use, choose another: --port N." in (tmp_path / "log").read_text()
    assert "Traceback" not in (tmp_path / "log").read_text()
