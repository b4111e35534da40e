"""The sources of avatars: each fetched once, and held a while for other tiers, sizes and engines."""

import asyncio
import time
from collections import OrderedDict

from addon import replies
from addon.flights import Flights
from addon.replies import Request
from addon.sites import Avatar
from addon.source import Fetcher, Source
from avatanime.errors import FetchError

HELD_LIMIT = 32 * 2**20
"""Bytes of sources kept in memory: about a thousand of them."""
SPARES_LIMIT = 8 * 2**20
"""Bytes of spare sources kept in memory."""
SHUNNED_FOR = 60.0
"""Seconds in which a source that could not be fetched is not tried again."""
SHUNNED_MOST = 4096
"""Sources remembered as such; past that the oldest is tried again."""


class Supply:
    """Hands out sources by avatar."""

    def __init__(self, fetcher: Fetcher) -> None:
        self.fetcher = fetcher
        self._fetching: Flights[str, Source] = Flights()
        self._held = _Held(HELD_LIMIT)
        self._spares = _Held(SPARES_LIMIT)
        self._shunned: OrderedDict[str, float] = OrderedDict()

    async def source(self, avatar: Avatar, request: Request) -> Source:
        """The best source, else the best spare that was offered. Raises FetchError if there is neither."""
        source = self._held.get(avatar.key)
        if source is not None:
            return source
        try:
            return await asyncio.shield(self._fetching.join(avatar.key, lambda: self._fetch(avatar, request)))
        except FetchError:
            spare = self._spares.get(avatar.key)
            if spare is None:
                raise
            return spare

    def held(self, avatar: Avatar) -> Source | None:
        """The best source, if it came already."""
        return self._held.get(avatar.key)

    def offer(self, avatar: Avatar, spare: Source) -> None:
        """A lesser source, for when there is no better; of several the largest counts."""
        other = self._spares.get(avatar.key)
        if other is None or len(other.body) < len(spare.body):
            self._spares.put(avatar.key, spare)

    def cancel(self) -> None:
        """Stop all fetches."""
        self._fetching.cancel()

    def __contains__(self, avatar: Avatar) -> bool:
        """Whether the source is here or on its way."""
        return avatar.key in self._fetching or self._held.get(avatar.key) is not None

    async def _fetch(self, avatar: Avatar, request: Request) -> Source:
        key = avatar.key
        if self._shunned.get(key, 0) > time.monotonic():
            raise FetchError("Its source could not be fetched a moment ago.")
        # What is fetched for the answer anyway is not fetched again, unless it is the best.
        asked = f"https://{request.host}{request.path}"
        urls = [url for url in avatar.source_urls if url != asked or url == avatar.source_urls[0]]
        agent = replies.value(request.fields, b"user-agent").decode("latin-1")
        try:
            source = await self.fetcher.best(urls[:2], via=request.via, agent=agent)
        except FetchError:
            self._shunned[key] = time.monotonic() + SHUNNED_FOR
            self._shunned.move_to_end(key)
            if len(self._shunned) > SHUNNED_MOST:
                self._shunned.popitem(last=False)
            raise
        self._held.put(key, source)
        return source


class _Held:
    """The sources used last, at most `limit` bytes of them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._weight = 0
        self._sources: OrderedDict[str, Source] = OrderedDict()

    def get(self, key: str) -> Source | None:
        source = self._sources.get(key)
        if source is not None:
            self._sources.move_to_end(key)
        return source

    def put(self, key: str, source: Source) -> None:
        old = self._sources.pop(key, None)
        self._weight += len(source.body) - (len(old.body) if old else 0)
        self._sources[key] = source
        while self._weight > self._limit:
            self._weight -= len(self._sources.popitem(last=False)[1].body)
