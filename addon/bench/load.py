"""A load generator for one proxy: a few connections, each with a fixed number of requests under way.

Closed-loop: the next request goes out when an answer has come. Every answer is checked, so that errors are never
counted as speed. One thread, non-blocking sockets; it manages several times what a proxy in Python does.
"""

import selectors
import socket
import ssl
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Literal

from hpack import Decoder, Encoder, NeverIndexedHeaderTuple

from addon.bench import frames
from avatanime.errors import AvatanimeError

type Protocol = Literal["h1", "h2"]

USER_AGENT = "avatanime-bench"
CONNECTIONS = 4
STREAMS = 4
"""Requests under way on one h2 connection; h1 has one."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked for: paths on a host, through a proxy on loopback, trusting one CA. `expect` is the MIME type."""

    proxy_port: int
    host: str
    paths: Sequence[str]
    ca: Path
    expect: str


class Connection(ABC):
    """One TLS connection through a CONNECT proxy; `finished` collects seconds each answered request took."""

    def __init__(self, target: Target, alpn: str, paths: Iterable[str]) -> None:
        self._target, self._paths = target, cycle(paths)
        self.finished: list[float] = []
        raw = socket.create_connection(("127.0.0.1", target.proxy_port), timeout=10)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw.sendall(f"CONNECT {target.host}:443 HTTP/1.1\r\nHost: {target.host}:443\r\n\r\n".encode())
        answer = raw.recv(4096)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise AvatanimeError(f"The proxy refused the connection to {target.host}: {answer[:80]!r}.")
        context = ssl.create_default_context(cafile=str(target.ca))
        context.set_alpn_protocols([alpn])
        self.socket = context.wrap_socket(raw, server_hostname=target.host)
        if self.socket.selected_alpn_protocol() != alpn:
            raise AvatanimeError(f"The proxy does not speak {alpn} with {target.host}.")
        self.socket.setblocking(False)

    @abstractmethod
    def ask(self) -> None:
        """Send requests until as many as wanted are under way."""

    @abstractmethod
    def received(self, data: bytes) -> None:
        """Take in what came, and note the requests that it finishes."""

    @property
    @abstractmethod
    def under_way(self) -> int:
        """Requests that have no answer yet."""

    def read(self) -> None:
        """Take in all that lies ready."""
        while True:
            try:
                data = self.socket.recv(262_144)
            except (ssl.SSLWantReadError, BlockingIOError):
                return
            if not data:
                raise AvatanimeError("The proxy closed a connection in the middle of the benchmark.")
            self.received(data)

    def _send(self, data: bytes) -> None:
        """Requests are small: they fit into the socket's buffer, or the far end has stopped reading."""
        if self.socket.send(data) != len(data):
            raise AvatanimeError("The proxy takes no further requests.")

    def _check(self, status: str, kind: str) -> None:
        if status != "200" or kind != self._target.expect:
            raise AvatanimeError(f"The proxy answered {status} {kind!r}, not 200 {self._target.expect!r}.")


class H1(Connection):
    """HTTP/1.1: one request at a time."""

    def __init__(self, target: Target, paths: Iterable[str]) -> None:
        super().__init__(target, "http/1.1", paths)
        self._buffer, self._asked, self._whole = bytearray(), 0.0, 0

    @property
    def under_way(self) -> int:
        """One or none."""
        return int(self._asked > 0)

    def ask(self) -> None:
        """See Connection."""
        if not self._asked:
            self._asked = time.perf_counter()
            head = f"GET {next(self._paths)} HTTP/1.1\r\nHost: {self._target.host}\r\nUser-Agent: {USER_AGENT}\r\n\r\n"
            self._send(head.encode())

    def received(self, data: bytes) -> None:
        """See Connection."""
        self._buffer += data
        if not self._whole and (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            first, *lines = self._buffer[:end].decode("latin1").split("\r\n")
            fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            self._check(first.split()[1], fields.get("content-type", ""))
            self._whole = end + 4 + int(fields["content-length"])
        if self._whole and len(self._buffer) >= self._whole:
            self.finished.append(time.perf_counter() - self._asked)
            del self._buffer[: self._whole]
            self._asked, self._whole = 0.0, 0


class H2(Connection):
    """HTTP/2: several requests at a time."""

    def __init__(self, target: Target, paths: Iterable[str]) -> None:
        super().__init__(target, "h2", paths)
        self._buffer, self._decoder, self._encoder = bytearray(), Decoder(), Encoder()
        self._asked: dict[int, float] = {}
        self._blocks: dict[int, bytes] = {}
        self._next, self._taken = 1, 0
        self._send(frames.PREFACE + frames.frame(frames.SETTINGS, 0, 0, frames.WIDE) + frames.widened())

    @property
    def under_way(self) -> int:
        """Open streams."""
        return len(self._asked)

    def ask(self) -> None:
        """See Connection."""
        requests = b""
        while len(self._asked) < STREAMS:
            fields = (":method", "GET"), (":scheme", "https"), (":authority", self._target.host)
            more = (":path", next(self._paths)), ("user-agent", USER_AGENT)
            block = self._encoder.encode([NeverIndexedHeaderTuple(*field) for field in (*fields, *more)])
            flags = frames.END_HEADERS | frames.END_STREAM
            requests += frames.frame(frames.HEADERS, flags, self._next, bytes(block))
            self._asked[self._next] = time.perf_counter()
            self._next += 2
        if requests:
            self._send(requests)

    def received(self, data: bytes) -> None:
        """See Connection."""
        self._buffer += data
        for kind, flags, stream, payload in frames.frames(self._buffer):
            if kind in (frames.HEADERS, frames.CONTINUATION):
                part = frames.fragment(flags, payload) if kind == frames.HEADERS else payload
                self._blocks[stream] = self._blocks.get(stream, b"") + part
                if flags & frames.END_HEADERS:
                    fields = dict(self._decoder.decode(self._blocks.pop(stream), raw=True))
                    self._check(fields[b":status"].decode(), fields.get(b"content-type", b"").decode())
            elif kind == frames.DATA:
                self._taken += len(payload)
            elif kind in (frames.SETTINGS, frames.PING) and not flags & frames.ACK:
                self._send(frames.frame(kind, frames.ACK, 0, payload if kind == frames.PING else b""))
            elif kind in (frames.RST_STREAM, frames.GOAWAY):
                raise AvatanimeError("The proxy broke off an h2 stream in the middle of the benchmark.")
            if flags & frames.END_STREAM and kind in (frames.HEADERS, frames.DATA):
                self.finished.append(time.perf_counter() - self._asked.pop(stream))
        if self._taken > 2**24:
            self._send(frames.frame(frames.WINDOW_UPDATE, 0, 0, self._taken.to_bytes(4)))
            self._taken = 0


class Load:
    """All connections to one target; they stay open between runs."""

    def __init__(self, target: Target, protocol: Protocol) -> None:
        """Connect. Raises AvatanimeError where the proxy refuses, OSError where it does not listen."""
        kind = H2 if protocol == "h2" else H1
        count = len(target.paths)
        shifted = [[*target.paths[at:], *target.paths[:at]] for at in range(0, count, max(1, count // CONNECTIONS))]
        self._connections: list[Connection] = [kind(target, paths) for paths in shifted[:CONNECTIONS]]
        self._selector = selectors.DefaultSelector()
        for connection in self._connections:
            self._selector.register(connection.socket, selectors.EVENT_READ, connection)

    def run(self, seconds: float) -> tuple[float, list[float]]:
        """Ask for that long, then await what is under way: requests a second, and how long each took in seconds."""
        began = time.perf_counter()
        until = began + seconds
        for connection in self._connections:
            connection.finished = []
            connection.ask()
        while any(connection.under_way for connection in self._connections):
            ready = self._selector.select(timeout=10)
            if not ready:
                raise AvatanimeError("The proxy gave no answer for 10 seconds in the middle of the benchmark.")
            for key, _ in ready:
                connection = key.data
                connection.read()
                if time.perf_counter() < until:
                    connection.ask()
        spent = time.perf_counter() - began
        latencies = [seconds for connection in self._connections for seconds in connection.finished]
        return len(latencies) / spent, latencies

    def close(self) -> None:
        """Hang up."""
        self._selector.close()
        for connection in self._connections:
            connection.socket.close()
