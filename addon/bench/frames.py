"""Just enough HTTP/2 framing (RFC 9113) for both ends of a benchmark, which must cost little beside the proxy."""

import struct
from collections.abc import Iterator

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM = ACK = 1
END_HEADERS, PADDED, PRIORITY = 4, 8, 32
MAX_WINDOW = 2**31 - 1
FIRST_WINDOW = 65_535
"""A connection's and a stream's flow-control window before anybody said otherwise (section 6.9.2)."""
MAX_FRAME = 16_384
"""Largest payload that may be sent unasked (section 4.2)."""
WIDE = struct.pack(">HI", 4, MAX_WINDOW)
"""A SETTINGS payload: SETTINGS_INITIAL_WINDOW_SIZE, as large as it gets."""


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """One frame on the wire."""
    return len(payload).to_bytes(3) + bytes((kind, flags)) + stream.to_bytes(4) + payload


def widened() -> bytes:
    """A WINDOW_UPDATE that opens a fresh connection's window as far as it goes."""
    return frame(WINDOW_UPDATE, 0, 0, (MAX_WINDOW - FIRST_WINDOW).to_bytes(4))


def frames(buffer: bytearray) -> Iterator[tuple[int, int, int, bytes]]:
    """Take every whole frame off the buffer's front: kind, flags, stream, payload."""
    while len(buffer) >= 9:
        end = 9 + int.from_bytes(buffer[:3])
        if len(buffer) < end:
            return
        head, payload = bytes(buffer[3:9]), bytes(buffer[9:end])
        del buffer[:end]
        yield head[0], head[1], int.from_bytes(head[2:6]) & MAX_WINDOW, payload


def fragment(flags: int, payload: bytes) -> bytes:
    """The header block fragment of a HEADERS frame, without padding and priority (section 6.2)."""
    padding = 0
    if flags & PADDED:
        padding, payload = payload[0], payload[1:]
    if flags & PRIORITY:
        payload = payload[5:]
    return payload[: len(payload) - padding]
