"""The headers and bodies of every answer: pure functions of what was asked and what the origin said."""

import base64
import hashlib
import zlib
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from dataclasses import dataclass, replace

from avatanime.errors import FetchError

type Fields = tuple[tuple[bytes, bytes], ...]
"""Header fields in order, names in any case."""
type Body = bytes | AsyncIterable[bytes]
"""A whole body, or its pieces as they come."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a browser asks for, as any front saw it."""

    method: str
    host: str
    path: str
    """With the query."""
    fields: Fields
    client: str
    """The client's address."""
    via: str = ""
    """The proxy that fetches must go through, as a URL; empty: none."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. `note` says in a few words how it came about."""

    status: int
    fields: Fields
    body: Body
    note: str = ""


EVICT: Fields = ((b"clear-site-data", b'"cache"'),)
"""Makes the browser forget every original it holds for this host (W3C Clear Site Data, section 3.1)."""
OF_THE_ORIGINAL = frozenset(
    {b"cache-control", b"expires", b"pragma", b"age", b"etag", b"last-modified", b"alt-svc", b"accept-ranges"}
    | {b"surrogate-key", b"surrogate-control"}
)
"""What would let a browser or cache keep an original, continue it by ranges, or reach its host around the proxy."""
CONDITIONS = frozenset({b"if-none-match", b"if-modified-since", b"if-match", b"if-unmodified-since"})
NOT_FORWARDED = CONDITIONS | {b"range", b"if-range", b"accept-encoding"}
"""Request headers under which an origin might answer with less than the whole picture."""


def value(fields: Fields, name: bytes) -> bytes:
    """The first value of a header, empty if it is absent. `name` is lower case."""
    return next((content for field, content in fields if field.lower() == name), b"")


def etag(digest: str, recipe: str, size: tuple[int, int]) -> bytes:
    """The strong validator of one portrait at one size."""
    name = hashlib.sha256(f"{digest} {recipe} {size[0]}x{size[1]}".encode()).digest()
    return b'"anime-' + base64.urlsafe_b64encode(name[:15]) + b'"'


def matches(if_none_match: bytes, tag: bytes) -> bool:
    """Whether the browser holds `tag` already. Weak comparison (RFC 9110, section 13.1.2)."""
    if if_none_match == tag:
        return True
    held = [item.strip().removeprefix(b"W/") for item in if_none_match.split(b",")]
    return tag in held or held == [b"*"]


def kept(fields: Fields) -> Fields:
    """What an anime picture takes over from its original: who may read it, and that it must not be sniffed."""
    return tuple((name, content) for name, content in _lower(fields) if _is_policy(name, content))


def anime(png: bytes, tag: bytes, policy: Fields) -> Fields:
    """A portrait: kept by this browser alone, and asked for again at every use."""
    return (
        (b"content-type", b"image/png"),
        (b"content-length", b"%d" % len(png)),
        (b"cache-control", b"private, no-cache"),
        (b"etag", tag),
        *policy,
    )


def not_modified(tag: bytes, policy: Fields) -> Fields:
    """The 304 to a browser that holds the portrait."""
    return ((b"cache-control", b"private, no-cache"), (b"etag", tag), *policy)


def in_its_place(fields: Fields) -> Fields:
    """An original that stands where a portrait should: not kept by anyone."""
    return (*_without(OF_THE_ORIGINAL, fields), (b"cache-control", b"private, no-store"))


def while_disabled(fields: Fields) -> Fields:
    """An original while avatars are not rewritten: asked for again at every use, so that turning them on shows."""
    return (*_without(frozenset({b"cache-control", b"expires", b"pragma", b"alt-svc"}), fields), *_REVALIDATE)


def passed_on(fields: Fields) -> Fields:
    """Anything else on an avatar host: as it is, but no other way to reach the host is offered."""
    return tuple(field for field in fields if field[0].lower() != b"alt-svc")


def for_upstream(fields: Fields) -> Fields:
    """A request for the whole original, unencoded, whatever the browser holds of it."""
    return (*_without(NOT_FORWARDED, fields), (b"accept-encoding", b"identity"))


def standing_in(body: bytes, kind: bytes, policy: Fields) -> Fields:
    """An original made from a larger one by us."""
    return (
        (b"content-type", kind),
        (b"content-length", b"%d" % len(body)),
        *policy,
        (b"cache-control", b"private, no-store"),
    )


def evicting(answer: Answer) -> Answer:
    """The same answer, and the browser forgets what it holds of the host."""
    return replace(answer, fields=answer.fields + EVICT)


def is_picture(fields: Fields) -> bool:
    """Whether the origin calls this a picture, or does not say."""
    kind = value(fields, b"content-type").lower()
    return not kind or kind.startswith((b"image/", b"application/octet-stream"))


def plain_picture_load(fields: Fields) -> bool:
    """Whether this is a page's `<img>` or background, the only kind of load whose eviction browsers heed.

    By Fetch metadata (https://www.w3.org/TR/fetch-metadata/); browsers without it send Origin on CORS loads only.
    """
    mode = value(fields, b"sec-fetch-mode")
    if mode:
        return mode == b"no-cors" and value(fields, b"sec-fetch-dest") in (b"image", b"")
    return not value(fields, b"origin")


async def whole(body: Body, limit: int) -> Body:
    """All of a body as bytes; one of more than `limit` bytes stays a stream, from its beginning."""
    if isinstance(body, bytes):
        return body
    pieces = bytearray()
    stream = aiter(body)
    async for piece in stream:
        pieces += piece
        if len(pieces) > limit:
            return _continued(bytes(pieces), stream)
    return bytes(pieces)


def decoded(body: bytes, encoding: bytes, limit: int) -> bytes:
    """The body without its content-encoding. Raises FetchError if that fails or gives more than `limit` bytes."""
    for name in reversed([part.strip() for part in encoding.lower().split(b",")]):
        if name in (b"", b"identity"):
            continue
        if name not in _INFLATERS:
            raise FetchError(f"The origin encoded the picture as {name.decode('latin-1')!r}, unasked.")
        inflater = _INFLATERS[name](body)
        try:
            body = inflater.decompress(body, limit + 1)
        except zlib.error as e:
            raise FetchError(f"The origin's {name.decode()} encoding is damaged: {e}.") from e
        if len(body) > limit:
            raise FetchError(f"The picture unpacks to more than {limit:,} bytes: it is left as it is.")
        if not inflater.eof:
            raise FetchError(f"The origin's {name.decode()} encoding ends too early.")
    return body


_REVALIDATE: Fields = ((b"cache-control", b"private, no-cache"),)


def _gzip(_: bytes) -> "zlib._Decompress":
    return zlib.decompressobj(zlib.MAX_WBITS | 16)


def _deflate(body: bytes) -> "zlib._Decompress":
    """Some servers send the bare stream without the zlib header that RFC 9110, section 8.4.1.2, asks for."""
    wrapped = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    return zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)


_INFLATERS: dict[bytes, Callable[[bytes], "zlib._Decompress"]] = {
    b"gzip": _gzip,
    b"x-gzip": _gzip,
    b"deflate": _deflate,
}


def _lower(fields: Iterable[tuple[bytes, bytes]]) -> Fields:
    return tuple((name.lower(), content) for name, content in fields)


def _without(names: frozenset[bytes], fields: Fields) -> Fields:
    return tuple(field for field in fields if field[0].lower() not in names)


def _is_policy(name: bytes, content: bytes) -> bool:
    if name == b"vary":
        return b"origin" in content.lower()
    return name.startswith((b"access-control-", b"cross-origin-")) or name in (
        b"x-content-type-options",
        b"timing-allow-origin",
    )


async def _continued(begun: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield begun
    async for piece in rest:
        yield piece
