"""How one entry lies on the disk, so that one that was cut short, altered or moved is told from a whole one.

```
entry = "AVA1" | checksum (BLAKE2b, 16 bytes, of the key and all that follows) | stored (float64, Unix time)
      | lengths of note and reason (2 x uint16) | note | reason | body
```
"""

import hashlib
import struct
from dataclasses import dataclass

_MAGIC = b"AVA1"
_CHECKSUM = 16
_HEADER = struct.Struct("!dHH")
_LONGEST = 0xFFFF


@dataclass(frozen=True, slots=True)
class Entry:
    """A body, what it is (`note`), why (`reason`), and when it was stored (Unix time)."""

    body: bytes
    note: str = ""
    reason: str = ""
    stored: float = 0.0


def pack(key: str, entry: Entry) -> bytes:
    """The entry's bytes, to be found under `key` only."""
    note, reason = (text.encode(errors="replace")[:_LONGEST] for text in (entry.note, entry.reason))
    rest = b"".join((_HEADER.pack(entry.stored, len(note), len(reason)), note, reason, entry.body))
    return b"".join((_MAGIC, _checksum(key, rest), rest))


def unpack(key: str, data: bytes) -> Entry | None:
    """The entry, or None if these are not exactly the bytes that were packed under `key`."""
    start = len(_MAGIC) + _CHECKSUM
    rest = data[start:]
    if data[:start] != _MAGIC + _checksum(key, rest):
        return None
    stored, note, reason = _HEADER.unpack_from(rest)
    middle = _HEADER.size + note
    end = middle + reason
    return Entry(rest[end:], _text(rest[_HEADER.size : middle]), _text(rest[middle:end]), stored)


def _text(field: bytes) -> str:
    """A text too long for its field was cut, maybe within a character."""
    return field.decode(errors="replace")


def _checksum(key: str, rest: bytes) -> bytes:
    name = key.encode()
    return hashlib.blake2b(struct.pack("!I", len(name)) + name + rest, digest_size=_CHECKSUM).digest()
