"""What was used lately, in memory: least recently used goes first, bounded in bytes, and forgotten after a while."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

OVERHEAD = 200
"""Bytes an item costs beside its value, about: the key, two table slots and the bookkeeping."""


class Recent[K: Hashable]:
    """A thread-safe LRU of byte strings; an item is kept for `lifetime` seconds at most."""

    def __init__(self, limit: int, lifetime: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._lifetime = lifetime
        self._clock = clock
        self._lock = threading.Lock()
        self._items: OrderedDict[K, tuple[bytes, float]] = OrderedDict()  # oldest use first; value and end of life
        self._weight = 0

    def __len__(self) -> int:
        return len(self._items)

    @property
    def weight(self) -> int:
        """What the items take, in bytes."""
        return self._weight

    def get(self, key: K) -> bytes | None:
        """The value, which now counts as used; microseconds."""
        with self._lock:
            value, until = self._items.get(key, (None, 0.0))
            if value is None:
                return None
            if self._clock() >= until:
                self._drop(key)
                return None
            self._items.move_to_end(key)
            return value

    def put(self, key: K, value: bytes) -> None:
        """Keep the value; the least recently used make room for it. One larger than the whole is not kept."""
        with self._lock:
            self._drop(key)
            if len(value) + OVERHEAD > self._limit:
                return
            self._items[key] = (value, self._clock() + self._lifetime)
            self._weight += len(value) + OVERHEAD
            while self._weight > self._limit:
                self._drop(next(iter(self._items)))

    def forget(self, which: Callable[[K], bool]) -> None:
        """Drop the items whose keys `which` picks."""
        with self._lock:
            for key in [key for key in self._items if which(key)]:
                self._drop(key)

    def _drop(self, key: K) -> None:
        value, _ = self._items.pop(key, (None, 0.0))
        if value is not None:
            self._weight -= len(value) + OVERHEAD
