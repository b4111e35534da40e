"""Fetching a source from a real TLS server on loopback."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme

from addon import source
from addon.source import Fetcher, Trust
from avatanime.errors import FetchError


@dataclass
class Origin:
    """Serves `answers` (path -> raw response); a path it does not have hangs. `heads` are the requests as they came."""

    ca: Path
    answers: dict[str, bytes] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)
    connects: list[str] = field(default_factory=list)
    port: int = 0
    proxy_port: int = 0

    def url(self, path: str) -> str:
        return f"https://localhost:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.heads.append(head.decode())
                path = head.split()[1].decode()
                if path not in self.answers:
                    await reader.read()
                writer.write(self.answers[path])
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, KeyError):
            pass
        finally:
            writer.close()

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.connects.append(head)
        there, back = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await asyncio.wait([asyncio.ensure_future(pour(reader, back)), asyncio.ensure_future(pour(there, writer))])


async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
    writer.close()


def answer(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"content-length: {len(body)}", "content-type: image/jpeg", *headers])
    return f"{head}\r\n\r\n".encode() + body


@pytest.fixture
async def origin(tmp_path: Path) -> AsyncIterator[Origin]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    origin = Origin(tmp_path / "ca.pem")
    server = await asyncio.start_server(origin.serve, "127.0.0.1", 0, ssl=context)
    relay = await asyncio.start_server(origin.relay, "127.0.0.1", 0)
    origin.port = server.sockets[0].getsockname()[1]
    origin.proxy_port = relay.sockets[0].getsockname()[1]
    yield origin
    server.close()
    relay.close()


@pytest.fixture
async def fetcher(origin: Origin) -> AsyncIterator[Fetcher]:
    fetcher = Fetcher(Trust(ca_file=str(origin.ca)))
    yield fetcher
    await fetcher.close()


async def test_the_first_that_the_origin_has(origin: Origin, fetcher: Fetcher) -> None:
    origin.answers = {"/a": answer(b"no", "404 Not Found"), "/b": answer(b"picture", "200 OK", "x-y: z")}
    got = await fetcher.best([origin.url("/a"), origin.url("/b"), origin.url("/c")], agent="Browser/1")
    assert (got.url, got.body) == (origin.url("/b"), b"picture")
    assert (b"x-y", b"z") in got.fields
    assert len(origin.heads) == 2


async def test_asks_plainly_and_tells_nothing(origin: Origin, fetcher: Fetcher) -> None:
    origin.answers = {"/a": answer(b"picture", "200 OK", "set-cookie: who=me; Path=/")}
    await fetcher.best([origin.url("/a")], agent="Browser/1")
    await fetcher.best([origin.url("/a")], agent="Browser/1")
    head = origin.heads[-1].lower()
    assert "accept-encoding: identity" in head
    assert "user-agent: browser/1" in head
    assert "cookie" not in head


async def test_redirects_are_not_followed(origin: Origin, fetcher: Fetcher) -> None:
    origin.answers = {"/a": answer(b"", "302 Found", f"location: {origin.url('/b')}"), "/b": answer(b"picture")}
    with pytest.raises(FetchError, match="answered 302"):
        await fetcher.best([origin.url("/a")])


async def test_an_encoding_that_nobody_asked_for_comes_off(origin: Origin, fetcher: Fetcher) -> None:
    origin.answers = {"/a": answer(gzip.compress(b"picture"), "200 OK", "content-encoding: gzip")}
    assert (await fetcher.best([origin.url("/a")])).body == b"picture"


async def test_what_is_too_large_is_left(origin: Origin, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_BYTES", 1000)
    origin.answers = {
        "/long": answer(bytes(1001)),
        "/bomb": answer(gzip.compress(bytes(10**6)), "200 OK", "content-encoding: gzip"),
        "/endless": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + b"a\r\n0123456789\r\n" * 200,
        "/small": answer(b"picture"),
    }
    got = await fetcher.best([origin.url(path) for path in ("/long", "/bomb", "/endless", "/small")])
    assert got.body == b"picture"


async def test_who_never_answers_is_not_waited_for(
    origin: Origin, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "TIMEOUT", 0.2)
    with pytest.raises(FetchError, match=r"took longer than 0\.2 s|Timeout"):
        await fetcher.best([origin.url("/hangs")])


async def test_an_answer_that_is_no_http_is_no_source(origin: Origin, fetcher: Fetcher) -> None:
    origin.answers = {"/a": b"nonsense\r\n\r\n"}
    with pytest.raises(FetchError, match="cannot be fetched"):
        await fetcher.best([origin.url("/a")])


async def test_an_origin_that_nobody_vouches_for_is_refused(origin: Origin) -> None:
    origin.answers = {"/a": answer(b"picture")}
    strict, careless = Fetcher(Trust()), Fetcher(Trust(insecure=True))
    with pytest.raises(FetchError, match="CERTIFICATE_VERIFY_FAILED"):
        await strict.best([origin.url("/a")])
    assert (await careless.best([origin.url("/a")])).body == b"picture"
    await strict.close()
    await careless.close()


async def test_another_name_than_the_certificate_s_is_refused(origin: Origin, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="CERTIFICATE_VERIFY_FAILED"):
        await fetcher.best([f"https://127.0.0.1:{origin.port}/a"])


async def test_through_the_proxy_that_mitmproxy_goes_through(origin: Origin) -> None:
    origin.answers = {"/a": answer(b"picture")}
    fetcher = Fetcher(Trust(ca_file=str(origin.ca)), ("me", "secret"))
    got = await fetcher.best([origin.url("/a")], via=f"http://127.0.0.1:{origin.proxy_port}")
    assert got.body == b"picture"
    assert origin.connects[0].startswith(f"CONNECT localhost:{origin.port} ")
    assert "Proxy-Authorization: Basic bWU6c2VjcmV0" in origin.connects[0]
    assert "secret" not in origin.heads[0]
    assert "Proxy-Authorization" not in origin.heads[0]
    await fetcher.close()


def test_authorities_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="cannot be read"):
        Fetcher(Trust(ca_file=str(tmp_path / "none.pem")))


@pytest.mark.parametrize("urls", [[], ["https://localhost:1/a"]])
async def test_nobody_there_is_an_error_that_says_so(fetcher: Fetcher, urls: list[str]) -> None:
    with pytest.raises(FetchError, match="cannot be fetched: "):
        await fetcher.best(urls)
