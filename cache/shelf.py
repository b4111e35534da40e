"""One diskcache on the disk, made safe: byte strings only, checked, bounded, and mended when its file is damaged.

diskcache pickles what it does not know and unpickles what its file says is a pickle (CVE-2025-69872). The `PlainDisk`
here refuses both ways, and keeps every value in the SQLite file, so that one transaction is one entry: nothing is left
half-written by a crash, and no file name is ever read from the table.
"""

import contextlib
import dataclasses
import logging
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, override

import diskcache

from avatanime.errors import StoreError
from cache.entry import Entry, pack, unpack

TOUCH_AFTER = 3600.0
"""Seconds between two notes that an entry is in use: that coarse, so that a read is not always a write."""
BUSY_FOR = 10.0
"""Seconds to wait for another process (a prewarm beside the proxy) to finish its transaction."""

_FILE = "cache.db"
_CLOSED = "The portrait store is closed."
_SETTINGS = {
    "eviction_policy": "least-recently-stored",  # any other turns each read into a write transaction
    "cull_limit": 0,  # evicting is done here, after each write, down to the limit
    "statistics": 0,
    "tag_index": 0,
    "sqlite_mmap_size": 0,  # a mapped file that somebody truncates ends the process with SIGBUS
    "sqlite_cache_size": 2**10,
}

log = logging.getLogger(__name__)


class PicklesRefusedError(StoreError):
    """A key or value that diskcache would pickle, or has pickled."""


class PlainDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache has no types
    """Text keys, bytes values, all inside the SQLite file."""

    @override
    def put(self, key: object) -> tuple[str, bool]:
        if type(key) is not str:
            raise PicklesRefusedError(f"A key of the store is text, not {type(key).__name__}.")
        return key, True

    @override
    def get(self, key: object, raw: bool) -> str:
        if not raw or type(key) is not str:
            raise PicklesRefusedError("The store has a key that is not text; it was not read.")
        return key

    @override
    def store(self, value: object, read: bool, key: object = None) -> tuple[int, int, None, memoryview]:
        if type(value) is not bytes:
            raise PicklesRefusedError(f"A value of the store is bytes, not {type(value).__name__}.")
        return 0, diskcache.core.MODE_RAW, None, memoryview(value)

    @override
    def fetch(self, mode: int, filename: str | None, value: object, read: bool) -> bytes:
        if mode != diskcache.core.MODE_RAW or filename is not None or type(value) is not bytes:
            raise PicklesRefusedError("The store has a value that is not plain bytes; it was not read.")
        return value

    @override
    def remove(self, file_path: str) -> None:
        """Nothing: no entry of ours has a file, and a name planted in the table is not followed."""


class _Table(diskcache.Cache):  # type: ignore[misc]
    """A diskcache that leaves no connection open when it cannot be opened."""

    def __init__(self, folder: Path, size_limit: int) -> None:
        try:
            super().__init__(str(folder), timeout=BUSY_FOR, disk=PlainDisk, size_limit=size_limit, **_SETTINGS)
        except BaseException:
            self.close()
            raise


class Shelf:
    """Entries by text key, least recently used evicted past `size_limit` bytes. Thread-safe; every call blocks.

    All SQLite work is done on one thread of its own: diskcache opens a connection a thread and closes only the
    caller's. Every call raises StoreError when the file is read-only, the disk full, or another process in the way.
    """

    def __init__(self, folder: Path, size_limit: int) -> None:
        self._folder = folder
        self._size_limit = size_limit
        self._table: _Table | None = None
        self._ended = False
        self._clerk = ThreadPoolExecutor(1, thread_name_prefix="shelf")
        try:
            self._do(_Table.volume)
        except StoreError:
            self.close()
            raise

    def get(self, key: str) -> Entry | None:
        """The entry, or None; one that is damaged is dropped. Being read now and then keeps it from eviction."""
        data = self._do(_fetch, key)
        if data is None:
            return None
        entry = unpack(key, data)
        if entry is None:
            log.warning("An entry of the portrait store was damaged and is dropped; it will be made again.")
            self.drop(key)
        elif not 0 <= time.time() - entry.stored < TOUCH_AFTER:
            with contextlib.suppress(RuntimeError):  # closed meanwhile
                self._clerk.submit(self._quietly, _touch, key, data, pack(key, _stamped(entry)))
        return entry

    def put(self, key: str, entry: Entry) -> None:
        """Keep the entry, stamped with the time; the least recently used make room."""
        self._do(_set, key, pack(key, _stamped(entry)))

    def drop(self, key: str) -> None:
        """Forget the entry, if there is one."""
        self._do(_Table.delete, key)

    def clear(self) -> int:
        """Forget all; how many there were."""
        return int(self._do(_Table.clear))

    def measure(self) -> tuple[int, int]:
        """How many entries there are, and the bytes they take on the disk."""
        return int(self._do(_Table.__len__)), int(self._do(_Table.volume))

    def close(self) -> None:
        """Finish what is being written and let go of the file. Idempotent."""
        with contextlib.suppress(RuntimeError):  # closed before
            self._clerk.submit(self._end).result()
        self._clerk.shutdown()

    def _do(self, work: Callable[..., Any], *args: object) -> Any:
        """What the clerk's thread makes of `work(table, *args)`."""
        try:
            done = self._clerk.submit(self._run, work, *args)
        except RuntimeError as e:
            raise StoreError(_CLOSED) from e
        return done.result()

    # What the clerk's thread runs.

    def _run(self, work: Callable[..., Any], *args: object) -> Any:
        if self._ended:  # asked while the file was being let go of; it would be opened again for good
            raise StoreError(_CLOSED)
        try:
            return work(self._open(), *args)
        except Exception as e:
            if not _damaged(e):
                raise StoreError(f"The portrait store in {self._folder} cannot be used: {e!r}") from e
            self._set_aside(e)
        try:
            return work(self._open(), *args)
        except Exception as e:
            raise StoreError(f"The portrait store in {self._folder} cannot be made anew: {e!r}") from e

    def _quietly(self, work: Callable[..., Any], *args: object) -> None:
        with contextlib.suppress(StoreError):  # nobody waits for it, and the next who does will hear of it
            self._run(work, *args)

    def _open(self) -> _Table:
        if self._table is None:
            private(self._folder)
            self._table = _Table(self._folder, self._size_limit)
        return self._table

    def _set_aside(self, why: Exception) -> None:
        """Make way for a fresh file; the damaged one stays beside it for whoever wants to look."""
        self._let_go()
        damaged = self._folder / _FILE
        log.warning("The portrait store %s is damaged (%s): it is set aside and begun anew.", damaged, why)
        with contextlib.suppress(FileNotFoundError):
            damaged.replace(damaged.with_suffix(".damaged"))
        for suffix in ("-wal", "-shm"):
            damaged.with_name(damaged.name + suffix).unlink(missing_ok=True)

    def _end(self) -> None:
        self._ended = True
        self._let_go()

    def _let_go(self) -> None:
        if self._table is not None:
            self._table.close()
            self._table = None


def private(folder: Path) -> None:
    """Make the folder, if need be, and keep it to this user: what is in it tells which people one reads."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def _fetch(table: _Table, key: str) -> bytes | None:
    try:
        found = table.get(key)
    except PicklesRefusedError as e:
        log.warning("%s It is dropped.", e)
        table.delete(key)
        return None
    return found if isinstance(found, bytes) else None


def _set(table: _Table, key: str, data: bytes) -> None:
    table.set(key, data)
    if table.volume() > table.size_limit:
        table.cull()


def _touch(table: _Table, key: str, seen: bytes, stamped: bytes) -> None:
    """Store again what was read, unless it was replaced meanwhile; diskcache's own touch would only move an expiry."""
    if _fetch(table, key) == seen:
        _set(table, key, stamped)


def _stamped(entry: Entry) -> Entry:
    return dataclasses.replace(entry, stored=time.time())


def _damaged(e: Exception) -> bool:
    """Whether the file itself is at fault, rather than the disk, its rights or another process.

    SQLITE_ERROR is a table or column that is not there (https://sqlite.org/rescode.html); TypeError and ValueError come
    of a settings table with other contents than diskcache's.
    """
    if isinstance(e, sqlite3.OperationalError):
        return (e.sqlite_errorcode & 0xFF) == sqlite3.SQLITE_ERROR
    return isinstance(e, sqlite3.DatabaseError | TypeError | ValueError)
