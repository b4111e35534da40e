"""What was done to which trust store, so that exactly that can be undone, also after a renewal.

A JSON file beside the certificates. It holds facts, not commands: those are made anew from the facts, so that whoever
can write this file still cannot have a program run.
"""

import base64
import binascii
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from avatanime.errors import TrustError
from certs import files
from certs.stores import Anchor, Store

FILE = "trust.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One certificate in one store."""

    store: str
    """The store's key."""
    kind: str
    """The store's kind."""
    name: str
    certificate: str
    """Base64 DER."""
    made: tuple[str, ...] = ()
    """Folders and files that had to be made for it."""

    @classmethod
    def of(cls, store: Store, anchor: Anchor, made: tuple[str, ...]) -> Self:
        """The entry for an anchor in a store."""
        return cls(store.key, store.kind, anchor.name, base64.b64encode(anchor.der).decode(), made)

    def anchor(self, pem: Path) -> Anchor:
        """The anchor again; `pem` is where it was installed from and may by now hold another."""
        return Anchor(self.name, base64.b64decode(self.certificate), pem)


class Ledger:
    """The entries, kept on disk at every change. Hold `files.locked(folder)` while changing them."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def entries(self) -> tuple[Entry, ...]:
        """All of them. Raises TrustError if the file cannot be read or is damaged."""
        try:
            return parse(self.path.read_bytes())
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as e:
            raise TrustError(
                f"{self.path}, which lists the trust stores that were changed, cannot be read ({e}): look for"
                " certificates named `avatanime` in your trust stores, remove them by hand, then delete this file."
            ) from e

    def add(self, entry: Entry) -> None:
        """Note it, in place of an older one for the same certificate in the same store. Raises TrustError."""
        others = [e for e in self.entries() if (e.store, e.certificate) != (entry.store, entry.certificate)]
        self._write((*others, entry))

    def remove(self, entry: Entry) -> None:
        """Forget it. Raises TrustError."""
        self._write(tuple(e for e in self.entries() if e != entry))

    def _write(self, entries: tuple[Entry, ...]) -> None:
        if not entries:
            self.path.unlink(missing_ok=True)
            return
        content = json.dumps({"version": VERSION, "entries": [asdict(e) for e in entries]}, indent=2)
        try:
            files.write(self.path, content.encode(), files.PRIVATE)
        except OSError as e:
            raise TrustError(f"{self.path} cannot be written ({e.strerror or e}): make its folder yours.") from e


def parse(content: bytes) -> tuple[Entry, ...]:
    """The entries of a ledger file. Raises ValueError for anything that is not one."""
    data = json.loads(content)
    if not isinstance(data, dict) or data.get("version") != VERSION or not isinstance(data.get("entries"), list):
        raise ValueError(f"it is no ledger of version {VERSION}")
    return tuple(map(_entry, data["entries"]))


def _entry(data: object) -> Entry:
    if not isinstance(data, dict) or set(data) != {"store", "kind", "name", "certificate", "made"}:
        raise ValueError("an entry lacks a field or has one too many")
    texts = [data["store"], data["kind"], data["name"], data["certificate"]]
    if not isinstance(data["made"], list) or not all(isinstance(text, str) for text in (*texts, *data["made"])):
        raise ValueError("an entry has a field that is no text")
    try:
        base64.b64decode(data["certificate"], validate=True)
    except binascii.Error as e:
        raise ValueError("an entry's certificate is no base64") from e
    return replace(Entry(*texts), made=tuple(data["made"]))
