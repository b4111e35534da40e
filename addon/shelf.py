"""Answers that are ready to go: found and given without any further work."""

import time
from collections import OrderedDict
from dataclasses import dataclass

from addon import replies
from addon.replies import Answer, Fields

type Place = tuple[str, str]
"""Host and path, as they were asked for."""

LIFETIME = 3600.0
"""Seconds an answer stands ready."""


@dataclass(frozen=True, slots=True)
class Ready:
    """One portrait at one size, in each of the forms that can be asked for."""

    key: str
    """Of the avatar, at every size."""
    tag: bytes
    full: Answer
    head: Answer
    unmodified: Answer
    until: float
    """When the store is asked again (`time.monotonic`), which thereby learns what is still in use."""

    @classmethod
    def of(cls, key: str, png: bytes, tag: bytes, policy: Fields) -> "Ready":
        """Everything there is to say of a finished portrait."""
        fields = replies.anime(png, tag, policy)
        return cls(
            key,
            tag,
            Answer(200, fields, png, "cached"),
            Answer(200, fields, b"", "cached"),
            Answer(304, replies.not_modified(tag, policy), b"", "cached, not modified"),
            time.monotonic() + LIFETIME,
        )


class Shelf:
    """The answers used last, at most `limit` bytes of pictures."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._ready: OrderedDict[Place, Ready] = OrderedDict()
        self._places: dict[str, set[Place]] = {}

    def get(self, place: Place) -> Ready | None:
        """The answer for this place, if one stands ready."""
        ready = self._ready.get(place)
        if ready is None:
            return None
        if ready.until < time.monotonic():
            self._remove(place)
            return None
        self._ready.move_to_end(place)
        return ready

    def put(self, place: Place, ready: Ready) -> None:
        """Have an answer ready from now on; what was used longest ago makes room."""
        self._remove(place)
        self._ready[place] = ready
        self._places.setdefault(ready.key, set()).add(place)
        self._held += _weight(ready)
        while self._held > self._limit:
            self._remove(next(iter(self._ready)))

    def forget(self, key: str) -> None:
        """Drop an avatar at every size: a better portrait of it was drawn."""
        for place in list(self._places.get(key, ())):
            self._remove(place)

    def clear(self) -> None:
        """Drop everything."""
        self._ready.clear()
        self._places.clear()
        self._held = 0

    def __len__(self) -> int:
        return len(self._ready)

    def _remove(self, place: Place) -> None:
        ready = self._ready.pop(place, None)
        if ready is None:
            return
        self._held -= _weight(ready)
        places = self._places[ready.key]
        places.discard(place)
        if not places:
            del self._places[ready.key]


_OVERHEAD = 2048
"""Bytes of headers and bookkeeping beside each picture, roughly."""


def _weight(ready: Ready) -> int:
    return len(ready.full.body) + _OVERHEAD if isinstance(ready.full.body, bytes) else _OVERHEAD
