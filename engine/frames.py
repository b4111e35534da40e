"""How a studio and its workers speak over a pipe: length-prefixed frames of a JSON header and byte strings.

```
frame  = header length (uint32, big endian) | header (JSON object, UTF-8) | parts, one after the other
header = {..., "parts": [length of each part]}
```
JSON and bytes only: reading a frame can build nothing but plain values.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

from avatanime.errors import EngineError

MAX_HEADER = 2**20
"""Longest header, in bytes; a real one has a few hundred."""
MAX_PARTS = 2**28
"""Most bytes all parts of one frame have; a batch of the largest sources stays well below."""

_LENGTH = struct.Struct("!I")

type Header = dict[str, Any]
"""A JSON object; the receiver checks what it takes out of it."""


class FrameError(EngineError):
    """The stream does not hold a whole frame: the other side died in the middle of one, or it speaks another tongue."""


def write(stream: BinaryIO, header: Mapping[str, Any], *parts: bytes) -> None:
    """Write one frame and flush. Raises OSError when the other side is gone."""
    encoded = json.dumps({**header, "parts": [len(part) for part in parts]}).encode()
    stream.write(b"".join((_LENGTH.pack(len(encoded)), encoded, *parts)))
    stream.flush()


def read(stream: BinaryIO) -> tuple[Header, list[bytes]] | None:
    """The next frame's header and parts, or None at a clean end of the stream.

    Raises FrameError on anything else than a whole, well-formed frame.
    """
    prefix = stream.read(_LENGTH.size)
    if not prefix:
        return None
    (length,) = _LENGTH.unpack(_whole(prefix, _LENGTH.size))
    if length > MAX_HEADER:
        raise FrameError(f"A frame's header claims {length:,} bytes; the limit is {MAX_HEADER:,}.")
    header = _header(_whole(stream.read(length), length))
    lengths = header.pop("parts")
    return header, [_whole(stream.read(size), size) for size in lengths]


def _header(encoded: bytes) -> Header:
    try:
        header = json.loads(encoded)
    except (ValueError, RecursionError) as e:
        raise FrameError(f"A frame's header is no JSON: {e}") from e
    lengths = header.get("parts") if isinstance(header, dict) else None
    if not isinstance(lengths, list) or not all(type(n) is int and n >= 0 for n in lengths):
        raise FrameError("A frame's header does not say how long its parts are.")
    if sum(lengths) > MAX_PARTS:
        raise FrameError(f"A frame's parts claim {sum(lengths):,} bytes; the limit is {MAX_PARTS:,}.")
    return dict(header)


def _whole(data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise FrameError(f"A frame ends after {len(data):,} of {size:,} bytes.")
    return data
