"""A stand-in for Twitter's hosts: names, headers, conditional and range requests; h1 and h2 over TLS."""

import asyncio
import email.utils
import gzip
import hashlib
import random
import re
import socket
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme
from hypercorn.asyncio import serve
from hypercorn.config import Config

from addon.bench import avatars

AVATARS = "pbs.twimg.com"
NAMES = (AVATARS, "abs.twimg.com", "video.twimg.com", "x.com", "other.example", "pbs.twimg.com.evil.example")
"""Every host the stand-in answers for."""

TWITTER_HEADERS = {
    "cache-control": "max-age=604800, must-revalidate",
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Content-Length",
    "last-modified": "Tue, 03 Jun 2025 10:11:12 GMT",
    "accept-ranges": "bytes",
    "x-content-type-options": "nosniff",
    "surrogate-key": "profile_images profile_images/bucket/1 profile_images/1000",
    "strict-transport-security": "max-age=631138519",
    "alt-svc": 'h3=":443"; ma=86400',
    "x-cache": "HIT",
    "perf": "7402827104",
}
MEDIA = random.Random(7).randbytes(6 * 2**20)
"""What every path below /media/ and every video holds."""
FIRST_PART = 64 * 1024
"""Bytes of a held stream that go out before its release."""

_PICTURE = re.compile(r"/profile_images/\d+/(?P<manner>[a-z]+)(?P<number>\d+)(?:_(?P<size>[a-z0-9]+))?\.(?P<ext>\w+)")
_SIZE = re.compile(r"_(mini|normal|bigger|x96|reasonably_small|200x200|400x400)(?=\.)")


@dataclass(frozen=True)
class Request:
    """One request as it reached the origin."""

    host: str
    method: str
    path: str
    version: str
    headers: dict[str, str]


@dataclass
class Reply:
    """What goes back; `held` cuts the body in two and sends the rest when `Origin.release` is set."""

    status: int
    headers: dict[str, str]
    body: bytes
    chunked: bool = False
    held: bool = False


@dataclass
class Origin:
    """The server, on a thread of its own; `requests` grows as they come in.

    The manner of a picture is the letters before its number in the file name: `face` is a plain one; `gzip` is sent
    with that content-encoding, `chunked` without a length, `missing` is 404 and `gone` 410, `small` has no 400x400,
    `slow` comes after `delay` seconds, `cut` is truncated, `held` waits for `release` in the middle.
    """

    authority: trustme.CA
    folder: Path
    subject: str
    requests: list[Request] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    delay: float = 0.5
    port: int = 0

    def __post_init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.release = asyncio.Event()
        self._thread = threading.Thread(target=self.loop.run_forever, name="stage", daemon=True)
        self._stop = asyncio.Event()
        self._serving: Any = None

    def start(self) -> None:
        """Listen and serve; `port` is known on return."""
        leaf = self.authority.issue_cert(*NAMES, common_name=self.subject)
        chain, key = self.folder / "origin.pem", self.folder / "origin.key"
        chain.write_bytes(b"".join(c.bytes() for c in leaf.cert_chain_pems))
        leaf.private_key_pem.write_to_path(str(key))
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = listener.getsockname()[1]
        config = Config()
        config.bind = [f"fd://{listener.detach()}"]
        config.certfile, config.keyfile = str(chain), str(key)
        config.alpn_protocols = ["h2", "http/1.1"]
        config.include_server_header = config.include_date_header = False
        config.loglevel = "CRITICAL"
        config.graceful_timeout = config.shutdown_timeout = 0.2
        config.keep_alive_timeout = 300
        self._thread.start()
        self._serving = self.spawn(serve(self._app, config, shutdown_trigger=self._stop.wait))  # type: ignore[arg-type]

    def spawn(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine on the stage's loop; a concurrent future."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def close(self) -> None:
        """Stop listening; idempotent."""
        if self.loop.is_closed():
            return
        self.loop.call_soon_threadsafe(self.release.set)
        self.loop.call_soon_threadsafe(self._stop.set)
        self._serving.result(timeout=10)
        self.spawn(_cancel_rest()).result(timeout=10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()

    def fetches(self) -> dict[str, int]:
        """How often each picture was fetched, whatever the size."""
        counts: dict[str, int] = defaultdict(int)
        for request in self.requests:
            if request.host == AVATARS and request.path.startswith("/profile_images/"):
                counts[_SIZE.sub("", request.path)] += 1
        return counts

    async def _app(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """The ASGI application."""
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        headers = {k.decode("latin1").lower(): v.decode("latin1") for k, v in scope["headers"]}
        query = scope["query_string"].decode("latin1")
        path = scope["raw_path"].decode("latin1") + (f"?{query}" if query else "")
        host = headers.get("host", "").partition(":")[0]
        request = Request(host, scope["method"], path, scope["http_version"], headers)
        self.requests.append(request)
        reply = await self._reply(request)
        if request.method == "HEAD":
            reply.headers["content-length"], reply.body = str(len(reply.body)), b""
        elif not reply.chunked and reply.status != 304:
            reply.headers["content-length"] = str(len(reply.body))
        encoded = [(k.encode(), v.encode()) for k, v in reply.headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
        async for part in self._parts(reply):
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _parts(self, reply: Reply) -> AsyncIterator[bytes]:
        """The body in pieces, the second held back where the reply says so."""
        if not reply.held:
            for at in range(0, len(reply.body), FIRST_PART):
                yield reply.body[at : at + FIRST_PART]
            return
        yield reply.body[:FIRST_PART]
        await self.release.wait()
        yield reply.body[FIRST_PART:]

    async def _reply(self, request: Request) -> Reply:
        """What the host has under that path."""
        path = request.path.partition("?")[0]
        if request.host == AVATARS and (picture := _PICTURE.fullmatch(path)):
            return await self._picture(request, picture)
        if request.host.endswith("twimg.com") and path.startswith(("/media/", "/ext_tw_video/", "/profile_banners/")):
            kind = "video/mp4" if path.endswith(".mp4") else "image/jpeg"
            return _with_conditions(request, MEDIA, kind, held="held" in path)
        if request.host == "abs.twimg.com" and path.startswith("/sticky/default_profile_images/"):
            return _with_conditions(request, avatars.encoded(0, "normal", "png"), "image/png")
        if request.host == "x.com" and path in self.pages:
            return Reply(
                200,
                {"content-type": "text/html; charset=utf-8", "cache-control": "no-store"},
                self.pages[path].encode(),
            )
        if request.host in ("other.example", "pbs.twimg.com.evil.example"):
            return Reply(200, {"content-type": "text/plain"}, f"{request.host} itself".encode())
        return Reply(404, {"content-type": "text/plain", "cache-control": "no-store"}, b"nothing here")

    async def _picture(self, request: Request, picture: re.Match[str]) -> Reply:
        """One avatar in the manner its name asks for."""
        manner, size, extension = picture["manner"], picture["size"] or "", picture["ext"].lower()
        if manner == "slow":
            await asyncio.sleep(self.delay)
        if manner in ("missing", "gone") or (manner == "small" and size == "400x400") or size not in avatars.SIZES:
            status = 410 if manner == "gone" else 404
            return Reply(status, {**TWITTER_HEADERS, "content-type": "text/plain"}, b"no such picture")
        data = avatars.encoded(int(picture["number"]), size, extension)
        if manner == "cut":
            data = data[: len(data) // 2]
        reply = _with_conditions(request, data, f"image/{avatars.FORMATS[extension].lower()}", held=manner == "held")
        if manner == "gzip" and reply.status == 200:
            reply.body = gzip.compress(reply.body)
            reply.headers |= {"content-encoding": "gzip", "vary": "accept-encoding"}
        reply.chunked = manner == "chunked"
        return reply


def _with_conditions(request: Request, data: bytes, kind: str, *, held: bool = False) -> Reply:
    """A static file with Twitter's headers: 200, 206 for one byte range, 304, or 416."""
    etag = f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'
    headers = {**TWITTER_HEADERS, "content-type": kind, "etag": etag}
    since = request.headers.get("if-modified-since")
    if request.headers.get("if-none-match") == etag or (
        "if-none-match" not in request.headers
        and since
        and email.utils.parsedate_to_datetime(since)
        >= email.utils.parsedate_to_datetime(TWITTER_HEADERS["last-modified"])
    ):
        return Reply(304, headers, b"")
    asked = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("range", ""))
    if asked and (asked[1] or asked[2]) and request.headers.get("if-range", etag) == etag:
        first = int(asked[1]) if asked[1] else len(data) - int(asked[2])
        last = min(int(asked[2]), len(data) - 1) if asked[1] and asked[2] else len(data) - 1
        if first > last:
            return Reply(416, {**headers, "content-range": f"bytes */{len(data)}"}, b"")
        return Reply(
            206, {**headers, "content-range": f"bytes {first}-{last}/{len(data)}"}, data[first : last + 1], held=held
        )
    return Reply(200, headers, data, held=held)


async def _cancel_rest() -> None:
    """Cancel whatever still runs on this loop."""
    rest = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
