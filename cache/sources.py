"""Where avatars are listed: URLs, text files, HAR and mitmproxy flow files, pictures. What each is, its content tells.

HAR: http://www.softwareishard.com/blog/har-12-spec/. Flow files: https://docs.mitmproxy.org/stable/concepts-howitworks.
"""

import base64
import binascii
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from avatanime.errors import SourceError

LARGEST_PICTURE = 64 * 2**20
"""Bytes; a larger file in a folder is no avatar and is not read."""

_HEAD = 64
"""Bytes that tell what a file is."""
_PICTURE = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF.{4}WEBP", re.DOTALL)
_FLOWS = re.compile(rb"[0-9]{1,12}:[0-9]{1,12}:")  # a tnetstring whose first item is one too
_URL = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listing:
    """One URL or picture that a source names."""

    where: str
    """For messages: the URL itself, or the file and line."""
    url: str = ""
    load: Callable[[], bytes] | None = None
    """The picture, where the source holds it too. Raises OSError or SourceError."""
    on_purpose: bool = True
    """False in a recording of a whole visit, where most URLs are no avatars."""
    etag: str = ""
    """Of the recorded answer."""


def read(source: str, stdin: Callable[[], bytes]) -> Iterator[Listing]:
    """What a URL, file, folder or `-` (what `stdin` gives) lists.

    Raises SourceError where it cannot be read; of a file that is damaged at its end, what comes before is given first.
    """
    if _URL.match(source):
        yield Listing(source, source)
    elif source == "-":
        yield from _content(io.BytesIO(stdin()), "standard input")
    elif (path := Path(source)).is_dir():
        yield from _folder(path)
    else:
        try:
            file = path.open("rb")
        except OSError as e:
            raise SourceError(f"{source} is no URL, and as a file it cannot be read: {e.strerror}.") from e
        with file:
            yield from _content(file, source)


def is_picture(head: bytes) -> bool:
    """Whether a file that begins so is a JPEG, PNG, GIF or WebP picture."""
    return _PICTURE.match(head) is not None


def _folder(folder: Path) -> Iterator[Listing]:
    """The pictures below a folder, by their first bytes; hidden files are left out."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if hidden or not path.is_file() or path.stat().st_size > LARGEST_PICTURE:
            continue
        if _may_be_picture(path):
            yield Listing(str(path), load=path.read_bytes)


def _may_be_picture(path: Path) -> bool:
    """Whether the file begins like a picture; one that cannot be read may be one, and is a failure of its own later."""
    try:
        with path.open("rb") as file:
            return is_picture(file.read(_HEAD))
    except OSError:
        return True


def _content(file: BinaryIO, name: str) -> Iterator[Listing]:
    head = file.read(_HEAD)
    file.seek(0)
    if _FLOWS.match(head):
        return _flows(file, name)
    content = file.read()
    if is_picture(head):
        return iter([Listing(name, load=lambda: content)])
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as e:
        raise SourceError(f"{name} is no list of URLs, HAR file, mitmproxy flow file or picture.") from e
    if text.lstrip().startswith("{"):
        return _har(text, name)
    return _lines(text, name)


def _lines(text: str, name: str) -> Iterator[Listing]:
    """A URL a line; blank lines and those that begin with # are passed over."""
    for number, line in enumerate(text.splitlines(), 1):
        url = line.strip()
        if url and not url.startswith("#"):
            yield Listing(url if _URL.match(url) else f"{name}, line {number}", url)


def _har(text: str, name: str) -> Iterator[Listing]:
    try:
        entries = json.loads(text)["log"]["entries"]
    except (ValueError, RecursionError, KeyError, TypeError) as e:
        raise SourceError(f"{name} is JSON, or is meant to be, but no HAR file: {e!r}.") from e
    for entry in entries if isinstance(entries, list) else []:
        listing = _har_entry(entry)
        if listing:
            yield listing


def _har_entry(entry: Any) -> Listing | None:
    """An entry that has a URL; its body if it is there, whole and decodable."""
    try:
        request, url = entry["request"], entry["request"]["url"]
        if request["method"] != "GET" or not isinstance(url, str):
            return None
    except (KeyError, TypeError):
        return None
    try:
        response = entry["response"]
        body = base64.b64decode(response["content"]["text"]) if response["status"] == 200 else b""
        etag = next((h["value"] for h in response["headers"] if h["name"].lower() == "etag"), "")
    except (KeyError, TypeError, AttributeError, binascii.Error, ValueError):
        body, etag = b"", ""
    return _recorded(url, body, str(etag))


def _flows(file: BinaryIO, name: str) -> Iterator[Listing]:
    from mitmproxy.exceptions import FlowReadException
    from mitmproxy.http import HTTPFlow
    from mitmproxy.io import FlowReader

    try:
        for flow in FlowReader(file).stream():
            if isinstance(flow, HTTPFlow) and flow.request.method == "GET":
                yield _recorded(flow.request.pretty_url, *_flow_body(flow))
    except (FlowReadException, MemoryError, RecursionError, KeyError, TypeError, AttributeError) as e:
        raise SourceError(f"{name} is a mitmproxy flow file that is damaged or cut short: {e!r}.") from e


def _flow_body(flow: Any) -> tuple[bytes, str]:
    """The body (empty unless whole and decodable) and ETag of a flow's response."""
    if flow.response is None or flow.response.status_code != 200:
        return b"", ""
    if not flow.response.headers.get("content-type", "image/").startswith(("image/", "application/octet-stream")):
        return b"", ""
    try:
        body = flow.response.content or b""
    except ValueError:
        body = b""
    return body, flow.response.headers.get("etag", "")


def _recorded(url: str, body: bytes, etag: str) -> Listing:
    return Listing(url, url, (lambda: body) if is_picture(body) else None, on_purpose=False, etag=etag)
