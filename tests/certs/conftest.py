"""A signed identity together with a leaf it must not be able to use, a stand-in proxy that shows both, a recorder."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from avatanime.errors import TrustError
from certs.authority import Identity, store
from certs.commands import Argv, Outcome
from certs.signer import Authority, Leaf

HOSTS = ("pbs.twimg.com", "avatanime.internal")
FOREIGN = "bank.example"
PAGE = f'<!doctype html><p>hello<img src="https://{FOREIGN}/a.png"><img src="https://avatanime.internal/b.png">'


@dataclass
class Recorder:
    """Takes the place of `certs.commands.run`: notes each command and gives the answer prepared for its beginning."""

    answers: dict[Argv, Outcome | Callable[[], Outcome]] = field(default_factory=dict)
    commands: list[Argv] = field(default_factory=list)

    def __call__(self, argv: Argv) -> Outcome:
        self.commands.append(argv)
        for length in range(len(argv), 0, -1):
            answer = self.answers.get(argv[:length])
            if answer is not None:
                return answer() if callable(answer) else answer
        return Outcome(0)


@dataclass(frozen=True)
class Signed:
    """What one authority signed: the identity on disk, and a leaf for a host outside its constraints."""

    identity: Identity
    foreign: Path
    """Key, leaf and chain for FOREIGN."""


class StandIn:
    """A proxy on loopback that answers every CONNECT itself, with our leaf or, for FOREIGN, the one it must not have.

    `served` is the hosts whose certificate the client accepted (a request came), `refused` those that it did not.
    """

    def __init__(self, signed: Signed) -> None:
        self.served: set[str] = set()
        self.refused: dict[str, str] = {}
        self._own, self._foreign = _context(signed.identity.leaf_pem), _context(signed.foreign)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        self._heard = threading.Condition()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._listener.join()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def wait_for(self, *hosts: str, seconds: float = 60) -> None:
        """Until each host was served or refused; what came by then is for the test to judge."""
        with self._heard:
            self._heard.wait_for(lambda: set(hosts) <= self.served | set(self.refused), seconds)

    @property
    def pac(self) -> str:
        tests = " || ".join(f'host == "{host}"' for host in (*HOSTS, FOREIGN))
        return f'function FindProxyForURL(url, host) {{ return {tests} ? "PROXY 127.0.0.1:{self.port}" : "DIRECT"; }}'

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(60)
        self._open.add(connection)
        with connection:
            with contextlib.suppress(OSError):
                line = _head(connection).partition(b"\r\n")[0].split()
                if line[:1] == [b"CONNECT"]:
                    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                    self._encrypted(connection, line[1].decode().rpartition(":")[0])
                else:
                    _answer(connection, self.pac, "application/x-ns-proxy-autoconfig")
            self._open.discard(connection)

    def _encrypted(self, connection: socket.socket, host: str) -> None:
        trouble = ""
        try:
            context = self._foreign if host == FOREIGN else self._own
            with context.wrap_socket(connection, server_side=True) as tls:
                self._open.add(tls)
                if _head(tls):
                    _answer(tls, PAGE, "text/html")
                    with self._heard:
                        self.served.add(host)
                self._open.discard(tls)
        except OSError as e:
            trouble = str(e)
        with self._heard:
            if host not in self.served:
                self.refused[host] = trouble or "closed"
            self._heard.notify_all()


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    folder = tmp_path_factory.mktemp("certs")
    authority = Authority(HOSTS, datetime.now(UTC))
    identity = store(folder, authority, authority.issue(HOSTS), "a test wants it")
    foreign = folder / "foreign.pem"
    foreign.write_bytes(leaf_pem(authority.issue([FOREIGN]), authority))
    return Signed(identity, foreign)


@pytest.fixture
def stand_in(signed: Signed) -> Iterator[StandIn]:
    server = StandIn(signed)
    yield server
    server.close()


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def missing() -> Callable[[Argv], Outcome]:
    def run(argv: Argv) -> Outcome:
        raise TrustError(f"{argv[0]} is needed and not installed.")

    return run


def leaf_pem(leaf: Leaf, authority: Authority) -> bytes:
    key = leaf.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key + leaf.certificate.public_bytes(Encoding.PEM) + authority.certificate.public_bytes(Encoding.PEM)


def _context(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def _head(connection: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(4096)
        if not part:
            return b""
        head += part
    return head


def _answer(connection: socket.socket, body: str, kind: str) -> None:
    headers = f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    connection.sendall((headers + body).encode())
