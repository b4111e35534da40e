"""The benchmark's origin: a few pictures over TLS, h1 and h2, by a server that costs little beside the proxy.

It speaks CONNECT as well, and answers as whatever host is asked for: a proxy in upstream mode needs no further hop to
find it. Runs as its own process: `python -m addon.bench.origin LEAF_PEM FOLDER` prints the port and serves the files
of FOLDER, by their paths, until its stdin closes.
"""

import asyncio
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path

from hpack import Decoder, Encoder, NeverIndexedHeaderTuple

from addon.bench import frames

HEADERS = {
    "content-type": "image/jpeg",
    "cache-control": "max-age=604800, must-revalidate",
    "access-control-allow-origin": "*",
    "last-modified": "Tue, 03 Jun 2025 10:11:12 GMT",
    "x-content-type-options": "nosniff",
    "accept-ranges": "bytes",
    "alt-svc": 'h3=":443"; ma=86400',
}
"""What Twitter sends along with an avatar."""


class Pictures:
    """The files, as ready-made answers."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._h1 = {path.encode(): _h1_answer(data) for path, data in files.items()}
        self._h2 = {path.encode(): (_h2_head(data), data) for path, data in files.items()}

    def h1(self, path: bytes) -> bytes:
        """A whole HTTP/1.1 response."""
        return self._h1.get(path, b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")

    def h2(self, path: bytes) -> tuple[bytes, bytes]:
        """A header block and a body."""
        return self._h2.get(path, (b"\x8d", b""))  # :status 404, the static table's 13th row


def _h1_answer(data: bytes) -> bytes:
    fields = "".join(f"{name}: {value}\r\n" for name, value in {**HEADERS, "content-length": len(data)}.items())
    return f"HTTP/1.1 200 OK\r\n{fields}\r\n".encode() + data


def _h2_head(data: bytes) -> bytes:
    """A header block that leaves no trace in the table, and so serves every connection."""
    fields = {":status": "200", **HEADERS, "content-length": str(len(data))}
    return bytes(Encoder().encode([NeverIndexedHeaderTuple(name, value) for name, value in fields.items()]))


class Entrance(asyncio.Protocol):
    """A fresh connection: CONNECT, then TLS, then whichever protocol was agreed on."""

    def __init__(self, pictures: Pictures, context: ssl.SSLContext) -> None:
        self._pictures, self._context = pictures, context
        self._head = b""
        self._tls: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is here."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Read up to the end of the CONNECT request's head."""
        self._head += data
        if self._head.endswith(b"\r\n\r\n") and self._head.startswith(b"CONNECT "):
            self._tls = asyncio.get_running_loop().create_task(self._upgrade())

    async def _upgrade(self) -> None:
        assert isinstance(self._transport, asyncio.Transport)  # noqa: S101
        self._transport.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        chooser = Chooser(self._pictures)
        try:
            transport = await asyncio.get_running_loop().start_tls(
                self._transport, chooser, self._context, server_side=True
            )
        except (OSError, ssl.SSLError):
            return
        if transport is not None:
            chooser.connection_made(transport)


class Chooser(asyncio.Protocol):
    """HTTP/1.1 or HTTP/2, by what ALPN said."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._speaker: H1 | H2 | None = None
        self._early = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """TLS is up."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        agreed = transport.get_extra_info("ssl_object").selected_alpn_protocol()
        self._speaker = (H2 if agreed == "h2" else H1)(transport, self._pictures)
        self._speaker.received(self._early)

    def data_received(self, data: bytes) -> None:
        """Requests, or parts of them; the first may come along with the end of the handshake."""
        if self._speaker is None:
            self._early += data
        else:
            self._speaker.received(data)


class H1:
    """HTTP/1.1, GET only."""

    def __init__(self, transport: asyncio.Transport, pictures: Pictures) -> None:
        self._transport, self._pictures = transport, pictures
        self._buffer = b""

    def received(self, data: bytes) -> None:
        """Answer every whole request."""
        *heads, self._buffer = (self._buffer + data).split(b"\r\n\r\n")
        for head in heads:
            self._transport.write(self._pictures.h1(head.split(b" ", 2)[1]))


class H2:
    """HTTP/2, GET only. Pictures are smaller than any stream's window; the connection's window is kept."""

    def __init__(self, transport: asyncio.Transport, pictures: Pictures) -> None:
        self._transport, self._pictures = transport, pictures
        self._buffer, self._block = bytearray(), b""
        self._decoder = Decoder()
        self._window = frames.FIRST_WINDOW
        self._waiting: list[tuple[int, bytes]] = []
        self._greeted = False
        transport.write(frames.frame(frames.SETTINGS, 0, 0, frames.WIDE) + frames.widened())

    def received(self, data: bytes) -> None:
        """Act on every whole frame."""
        self._buffer += data
        if not self._greeted:
            if len(self._buffer) < len(frames.PREFACE):
                return
            del self._buffer[: len(frames.PREFACE)]
            self._greeted = True
        out = b"".join(self._answer(*frame) for frame in frames.frames(self._buffer))
        if out := out + self._bodies():
            self._transport.write(out)

    def _answer(self, kind: int, flags: int, stream: int, payload: bytes) -> bytes:
        if kind in (frames.HEADERS, frames.CONTINUATION):
            self._block += frames.fragment(flags, payload) if kind == frames.HEADERS else payload
            if flags & frames.END_HEADERS:
                fields = dict(self._decoder.decode(self._block, raw=True))
                self._block = b""
                head, body = self._pictures.h2(fields[b":path"])
                self._waiting.append((stream, body))
                return frames.frame(frames.HEADERS, frames.END_HEADERS, stream, head)
        elif kind == frames.WINDOW_UPDATE and stream == 0:
            self._window += int.from_bytes(payload)
        elif kind in (frames.SETTINGS, frames.PING) and not flags & frames.ACK:
            return frames.frame(kind, frames.ACK, 0, payload if kind == frames.PING else b"")
        return b""

    def _bodies(self) -> bytes:
        """As many bodies as the window lets out."""
        out = b""
        while self._waiting and len(self._waiting[0][1]) <= self._window:
            stream, body = self._waiting.pop(0)
            self._window -= len(body)
            parts = [body[at : at + frames.MAX_FRAME] for at in range(0, len(body), frames.MAX_FRAME)] or [b""]
            out += b"".join(frames.frame(frames.DATA, 0, stream, part) for part in parts[:-1])
            out += frames.frame(frames.DATA, frames.END_STREAM, stream, parts[-1])
        return out


async def serve(leaf: Path, files: Mapping[str, bytes]) -> None:
    """Print the port and serve until stdin closes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(leaf)
    context.set_alpn_protocols(["h2", "http/1.1"])
    pictures = Pictures(files)
    server = await asyncio.get_running_loop().create_server(lambda: Entrance(pictures, context), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    leaf, folder = map(Path, sys.argv[1:])
    files = {"/" + path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}
    asyncio.run(serve(leaf, files))
