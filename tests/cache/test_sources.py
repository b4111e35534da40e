import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow, tutils
from PIL import Image

from avatanime.errors import SourceError
from cache.sources import Listing, is_picture, read

URL = "https://pbs.twimg.com/profile_images/1/a_400x400.jpg"
OTHER = "https://pbs.twimg.com/profile_images/2/b_normal.png?x=1"


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (9, 9, 9)).save(out, kind)
    return out.getvalue()


def unread() -> bytes:
    raise AssertionError("standard input was read")


def listed(content: bytes) -> list[Listing]:
    return list(read("-", lambda: content))


def har(*entries: object) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def har_entry(url: str, body: bytes | None = None, *, encoded: bool = True, etag: str = "", **response: Any) -> Any:
    content: dict[str, object] = {"mimeType": "image/png", "size": 1}
    if body is not None:
        content |= {"text": base64.b64encode(body).decode(), "encoding": "base64"} if encoded else {"text": "GIF89a"}
    headers = [{"name": "ETag", "value": etag}] if etag else []
    return {
        "request": {"method": "GET", "url": url},
        "response": {"status": 200, "headers": headers, "content": content, **response},
    }


def flows(*answers: tuple[str, bytes, dict[str, str], int]) -> bytes:
    out = io.BytesIO()
    for url, body, headers, status in answers:
        flow = tflow.tflow(req=tutils.treq(), resp=True)
        flow.request.method = "GET"
        flow.request.url = url
        flow.response.status_code = status
        flow.response.headers.clear()
        flow.response.headers.update(headers)
        flow.response.content = body
        FlowWriter(out).add(flow)
    return out.getvalue()


class TestUrlsAndText:
    def test_a_url_is_itself(self) -> None:
        assert list(read(URL, unread)) == [Listing(URL, URL)]
        assert next(iter(read(URL.replace("https", "HTTP"), unread))).url.startswith("HTTP://")

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_a_list_has_a_url_a_line(self, encoding: str) -> None:
        text = f"# my friends\r\n\r\n  {URL}  \n{OTHER}\nnot a url\n"
        assert listed(text.encode(encoding)) == [
            Listing(URL, URL),
            Listing(OTHER, OTHER),
            Listing("standard input, line 5", "not a url"),
        ]

    def test_the_name_of_a_file_says_nothing_of_it(self, tmp_path: Path) -> None:
        file = tmp_path / "list.har"
        file.write_text(URL)
        assert list(read(str(file), unread)) == [Listing(URL, URL)]

    def test_an_empty_file_lists_nothing(self) -> None:
        assert listed(b"") == []

    def test_what_is_neither_url_nor_file_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match="no URL"):
            list(read(str(tmp_path / "nothing"), unread))

    def test_any_other_file_is_an_error(self) -> None:
        with pytest.raises(SourceError, match="no list of URLs"):
            listed(b"\x7fELF\x02\x01\x01\x00\x80\xff")


class TestPictures:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
    def test_they_are_known_by_their_first_bytes(self, tmp_path: Path, kind: str) -> None:
        assert is_picture(picture(kind)[:16])
        file = tmp_path / "photo.txt"
        file.write_bytes(picture(kind))
        (listing,) = read(str(file), unread)
        assert (listing.where, listing.url) == (str(file), "")
        assert listing.load is not None
        assert listing.load() == picture(kind)

    def test_a_folder_gives_its_pictures_in_order_and_nothing_else(self, tmp_path: Path) -> None:
        for name in ("b.png", "a.jpg", "deep/down/c", "notes.txt", ".hidden/d.png", ".e.png"):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"notes" if name == "notes.txt" else picture())
        names = [Path(listing.where).relative_to(tmp_path).as_posix() for listing in read(str(tmp_path), unread)]
        assert names == ["a.jpg", "b.png", "deep/down/c"]

    def test_a_file_too_large_for_an_avatar_is_not_read(self, tmp_path: Path) -> None:
        with (tmp_path / "huge.png").open("wb") as file:
            file.write(picture())
            file.truncate(2**30)
        assert list(read(str(tmp_path), unread)) == []


class TestHar:
    def test_urls_and_bodies(self) -> None:
        whole, bare = listed(har(har_entry(URL, picture(), etag='"x"'), har_entry(OTHER)))
        assert (whole.url, whole.etag, whole.on_purpose) == (URL, '"x"', False)
        assert whole.load is not None
        assert whole.load() == picture()
        assert (bare.url, bare.load) == (OTHER, None)

    @pytest.mark.parametrize(
        "entry",
        [
            har_entry(URL, picture(), status=206),
            har_entry(URL, picture(), status=404),
            har_entry(URL, picture(), encoded=False),
            har_entry(URL, b"<html>"),
            har_entry(URL, picture(), content={"text": "====", "encoding": "base64"}),
            har_entry(URL, picture(), content=None),
            har_entry(URL, picture(), headers=7),
            {"request": {"method": "GET", "url": URL}},
        ],
    )
    def test_a_body_that_is_not_whole_is_left_out(self, entry: object) -> None:
        (listing,) = listed(har(entry))
        assert (listing.url, listing.load) == (URL, None)

    def test_what_is_no_get_with_a_url_is_passed_over(self) -> None:
        post = har_entry(URL, picture())
        post["request"]["method"] = "POST"
        assert listed(har(post, 7, None, {"request": None}, {"request": {"method": "GET", "url": 3}})) == []

    @pytest.mark.parametrize("content", [b"{", b"{}", b'{"log": []}', b'{"log": {"entries"', b'{"a":' * 100_000])
    def test_json_that_is_no_har_is_an_error(self, content: bytes) -> None:
        with pytest.raises(SourceError, match="HAR"):
            listed(content)

    @given(
        st.recursive(
            st.none() | st.integers() | st.text(max_size=9) | st.sampled_from([URL, "GET", 200]),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["request", "response", "method", "url", "status", "content", "text", "headers"]),
                    inner,
                    max_size=5,
                )
            ),
        )
    )
    def test_any_entries_are_read_or_passed_over(self, entries: object) -> None:
        content = json.dumps({"log": {"entries": entries}}).encode()
        assert all(isinstance(listing.url, str) for listing in listed(content))


class TestFlows:
    def test_urls_and_bodies(self) -> None:
        content = flows(
            (URL, picture(), {"etag": '"x"'}, 200),
            (OTHER, picture(), {"content-encoding": "gzip"}, 200),
            (URL, b"<html>", {}, 200),
            (URL, picture(), {}, 404),
        )
        first, packed, page, missing = listed(content)
        assert (first.url, first.etag, first.on_purpose) == (URL, '"x"', False)
        assert first.load is not None
        assert packed.load is not None
        assert first.load() == packed.load() == picture()
        assert packed.url == OTHER
        assert (page.load, missing.load) == (None, None)

    @given(st.data())
    def test_one_that_is_cut_short_gives_what_is_whole_and_then_an_error(self, data: st.DataObject) -> None:
        one = flows((URL, picture(), {}, 200))
        cut = data.draw(st.integers(1, len(one) - 1))
        got = read("-", lambda: one + one[:cut])
        assert next(got).url == URL
        with pytest.raises(SourceError, match="cut short"):
            next(got)

    def test_a_length_that_lies_is_an_error(self) -> None:
        with pytest.raises(SourceError, match="flow file"):
            listed(b"999999999999:1:a,")


def prefixed(prefix: bytes) -> Callable[[bytes], bytes]:
    return lambda rest: prefix + rest


@given(
    st.binary(max_size=300)
    | st.binary(max_size=300).map(prefixed(b'{"log":{"entries":['))
    | st.binary(max_size=300).map(prefixed(b"12:3:"))
    | st.binary(max_size=300).map(prefixed(b"\xff\xfe"))
    | st.text(max_size=300).map(str.encode)
)
def test_any_content_is_listed_or_refused(content: bytes) -> None:
    try:
        listings = listed(content)
    except SourceError:
        return
    assert all(listing.where for listing in listings)
