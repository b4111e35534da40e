"""The header table, and what bodies go through."""

import contextlib
import gzip
import zlib
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addon import replies
from addon.replies import Answer, Fields
from avatanime.errors import FetchError

ORIGINAL: Fields = (
    (b"Content-Type", b"image/jpeg"),
    (b"Content-Length", b"3"),
    (b"Cache-Control", b"max-age=604800, must-revalidate"),
    (b"Expires", b"Thu, 01 Dec 2044 16:00:00 GMT"),
    (b"Age", b"17"),
    (b"ETag", b'"theirs"'),
    (b"Last-Modified", b"Tue, 03 Jun 2025 10:11:12 GMT"),
    (b"Accept-Ranges", b"bytes"),
    (b"Access-Control-Allow-Origin", b"*"),
    (b"Access-Control-Expose-Headers", b"Content-Length"),
    (b"Timing-Allow-Origin", b"https://x.com"),
    (b"X-Content-Type-Options", b"nosniff"),
    (b"Surrogate-Key", b"profile_images"),
    (b"Alt-Svc", b'h3=":443"; ma=86400'),
    (b"Vary", b"accept-encoding"),
)
fields = st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=40)), max_size=12).map(tuple)


def names(of: Fields) -> set[bytes]:
    return {name.lower() for name, _ in of}


def test_an_anime_picture_is_revalidated_and_keeps_who_may_read_it() -> None:
    headers = replies.anime(b"png", b'"anime-x"', replies.kept(ORIGINAL))
    assert dict(headers) == {
        b"content-type": b"image/png",
        b"content-length": b"3",
        b"cache-control": b"private, no-cache",
        b"etag": b'"anime-x"',
        b"access-control-allow-origin": b"*",
        b"access-control-expose-headers": b"Content-Length",
        b"timing-allow-origin": b"https://x.com",
        b"x-content-type-options": b"nosniff",
    }


def test_a_304_says_the_same_without_a_body() -> None:
    headers = dict(replies.not_modified(b'"anime-x"', replies.kept(ORIGINAL)))
    assert headers[b"etag"] == b'"anime-x"'
    assert headers[b"cache-control"] == b"private, no-cache"
    assert not {b"content-type", b"content-length"} & headers.keys()


def test_vary_is_kept_where_who_may_read_depends_on_who_asks() -> None:
    assert replies.kept(((b"Vary", b"Accept, Origin"),)) == ((b"vary", b"Accept, Origin"),)
    assert replies.kept(((b"Vary", b"Accept"),)) == ()


def test_an_original_in_its_place_is_kept_by_nobody() -> None:
    headers = replies.in_its_place(ORIGINAL)
    assert replies.value(headers, b"cache-control") == b"private, no-store"
    assert replies.value(headers, b"content-type") == b"image/jpeg"
    assert replies.value(headers, b"access-control-allow-origin") == b"*"
    assert not names(headers) & {b"etag", b"last-modified", b"expires", b"age", b"alt-svc", b"accept-ranges"}
    assert replies.in_its_place(headers) == headers


def test_while_disabled_the_original_keeps_its_own_validators() -> None:
    headers = replies.while_disabled(ORIGINAL)
    assert replies.value(headers, b"cache-control") == b"private, no-cache"
    assert replies.value(headers, b"etag") == b'"theirs"'
    assert not names(headers) & {b"alt-svc", b"expires"}


def test_everything_else_only_loses_alt_svc() -> None:
    assert replies.passed_on(ORIGINAL) == tuple(f for f in ORIGINAL if f[0] != b"Alt-Svc")


def test_upstream_is_asked_for_the_whole_picture() -> None:
    asked: Fields = (
        (b"Host", b"pbs.twimg.com"),
        (b"If-None-Match", b'"anime-x"'),
        (b"If-Modified-Since", b"now"),
        (b"Range", b"bytes=0-1"),
        (b"If-Range", b'"theirs"'),
        (b"Accept-Encoding", b"gzip, br"),
        (b"Accept", b"image/avif"),
    )
    assert replies.for_upstream(asked) == (
        (b"Host", b"pbs.twimg.com"),
        (b"Accept", b"image/avif"),
        (b"accept-encoding", b"identity"),
    )


def test_tags_tell_picture_recipe_and_size_apart() -> None:
    tags = {replies.etag(d, r, s) for d in ("a", "b") for r in ("r", "q") for s in ((1, 2), (12, 2), (1, 22))}
    assert len(tags) == 12
    assert all(tag.startswith(b'"anime-') and tag.endswith(b'"') and b'"' not in tag[1:-1] for tag in tags)


@pytest.mark.parametrize("held", [b'"t"', b'W/"t"', b'"a", "t"', b'"a",W/"t" , "b"', b"*", b" * "])
def test_what_the_browser_holds_is_recognised(held: bytes) -> None:
    assert replies.matches(held, b'"t"')


@pytest.mark.parametrize("held", [b"", b"t", b'"tt"', b'"a", "b"', b'W/"theirs"', b'"t', b"**"])
def test_what_it_does_not_hold_is_not(held: bytes) -> None:
    assert not replies.matches(held, b'"t"')


@given(st.binary(max_size=100))
def test_any_condition_can_be_read(held: bytes) -> None:
    assert replies.matches(held, b'"t"') in (True, False)


@given(fields)
def test_no_header_makes_an_original_stay(any_fields: Fields) -> None:
    headers = replies.in_its_place(any_fields)
    assert [v for n, v in headers if n.lower() == b"cache-control"] == [b"private, no-store"]
    assert not names(headers) & (replies.OF_THE_ORIGINAL - {b"cache-control"})


@given(fields)
def test_no_policy_carries_a_validator(any_fields: Fields) -> None:
    assert not names(replies.kept(any_fields)) & (replies.OF_THE_ORIGINAL | {b"content-length", b"set-cookie"})


@pytest.mark.parametrize(
    ("headers", "plain"),
    [
        ({"sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}, True),
        ({"sec-fetch-mode": "cors", "sec-fetch-dest": "image"}, False),
        ({"sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"}, False),
        ({"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}, False),
        ({"sec-fetch-mode": "no-cors", "sec-fetch-dest": "image", "origin": "https://x.com"}, True),
        ({"origin": "https://x.com"}, False),
        ({}, True),
    ],
)
def test_plain_picture_loads(headers: dict[str, str], plain: bool) -> None:
    assert replies.plain_picture_load(tuple((k.encode(), v.encode()) for k, v in headers.items())) is plain


def test_evicting_says_so_beside_everything_else() -> None:
    answer = replies.evicting(Answer(200, ((b"a", b"b"),), b"c", "d"))
    assert answer == Answer(200, ((b"a", b"b"), (b"clear-site-data", b'"cache"')), b"c", "d")


def test_what_counts_as_a_picture() -> None:
    assert replies.is_picture(((b"Content-Type", b"image/WebP"),))
    assert replies.is_picture(())
    assert not replies.is_picture(((b"content-type", b"text/html"),))


@given(st.binary(max_size=3000))
@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        (b"", bytes),
        (b"identity", bytes),
        (b"GZip", gzip.compress),
        (b"x-gzip", gzip.compress),
        (b"deflate", zlib.compress),
        (b"deflate", lambda body: zlib.compress(body, wbits=-15)),
        (b"deflate, gzip", lambda body: gzip.compress(zlib.compress(body))),
    ],
)
def test_encodings_come_off(encoding: bytes, encode: object, body: bytes) -> None:
    assert replies.decoded(encode(body), encoding, 3000) == body  # type: ignore[operator]


@given(st.binary(max_size=300), st.sampled_from([b"gzip", b"deflate", b"br", b"gzip, gzip", b",", b"\xff"]))
def test_any_encoded_body_is_read_or_refused(body: bytes, encoding: bytes) -> None:
    with contextlib.suppress(FetchError):
        assert len(replies.decoded(body, encoding, 1000)) <= 1000


def test_a_body_that_unpacks_to_too_much_is_refused() -> None:
    bomb = gzip.compress(bytes(10_000_000))
    with pytest.raises(FetchError, match="unpacks to more than 1,000,000 bytes"):
        replies.decoded(bomb, b"gzip", 1_000_000)


def test_a_body_cut_short_is_refused() -> None:
    with pytest.raises(FetchError, match="too early"):
        replies.decoded(gzip.compress(bytes(1000))[:-9], b"gzip", 2000)


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_streams_come_together() -> None:
    assert await replies.whole(pieces(b"ab", b"", b"c"), 3) == b"abc"
    assert await replies.whole(b"abc", 1) == b"abc"


async def test_too_long_a_stream_stays_one_from_its_beginning() -> None:
    body = await replies.whole(pieces(b"ab", b"c", b"de"), 2)
    assert not isinstance(body, bytes)
    assert [part async for part in body] == [b"abc", b"de"]
