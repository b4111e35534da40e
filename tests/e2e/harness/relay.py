"""A CONNECT proxy that leads known names to the stand-in origin, whatever the port, and refuses all others."""

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.origin import Origin


@dataclass
class Relay:
    """Serves on the origin's loop; `asked` lists every CONNECT target in order."""

    origin: Origin
    names: Iterable[str]
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def start(self) -> None:
        """Listen; `port` is known on return."""
        self.port = self.origin.spawn(self._listen()).result(timeout=10)

    def close(self) -> None:
        """Listen no longer; the origin ends what still flows."""
        self.origin.spawn(self._hang_up()).result(timeout=10)

    async def _hang_up(self) -> None:
        self._server.close()

    async def _listen(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError), contextlib.closing(writer):
            head = await reader.readuntil(b"\r\n\r\n")
            method, target = head.split()[:2]
            self.asked.append(target.decode())
            if method != b"CONNECT" or target.decode().partition(":")[0] not in self.names:
                writer.write(b"HTTP/1.1 502 Unknown host\r\ncontent-length: 0\r\n\r\n")
                await writer.drain()
                return
            there, back = await asyncio.open_connection("127.0.0.1", self.origin.port)
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with contextlib.closing(back):
                await asyncio.gather(_pour(reader, back), _pour(there, writer))


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Copy until either side ends; then end the sink too."""
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()
