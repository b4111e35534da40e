"""From an avatar to its portrait: looked up, or fetched, drawn and kept; once for everybody who asks meanwhile."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace

from addon import replies
from addon.replies import Fields, Request
from addon.sites import SITES, Avatar
from addon.source import Fetcher, Source
from avatanime.errors import AvatanimeError, DrawingError, FetchError
from cache.portraits import Kept, Portraits
from engine import Engine, Tier
from engine.drawing import Brief
from engine.photo import digest
from engine.studio import Studio

log = logging.getLogger(__name__)

SHUNNED_FOR = 60.0
"""Seconds in which a source that could not be fetched is not tried again."""
SHUNNED_MOST = 4096
SOURCES_LIMIT = 32 * 2**20
"""Bytes of sources kept in memory, for other tiers and sizes of the same picture: about a thousand of them."""


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a picture. `look` is "portrait", "cel" or "left"; `note` says how it came about."""

    digest: str
    recipe: str
    look: str
    reason: str
    policy: Fields
    note: str = "cached"
    settled: bool = True
    """False for a portrait of a lesser tier than was asked for."""


class Maker:
    """Owns everything that goes on between an avatar and its portrait; whoever waits may leave without harm."""

    def __init__(self, engine: Engine, studio: Studio, store: Portraits, fetcher: Fetcher, no_face: str) -> None:
        self._studio = studio
        self._store = store
        self.fetcher = fetcher
        self._no_face = no_face
        self._recipes = {tier: engine.recipe(tier) for tier in Tier}
        self.shares_tiers = engine.describe().shares_tiers
        self._making: dict[tuple[str, Tier], asyncio.Task[Made]] = {}
        self._fetching: dict[str, asyncio.Task[Source]] = {}
        self._sources = _Sources(SOURCES_LIMIT)
        self._spares: dict[str, Source] = {}
        self._shunned: OrderedDict[str, float] = OrderedDict()

    async def find(self, avatar: Avatar, tier: Tier) -> Made | None:
        """What is kept of this avatar: of this tier or a better one, else (`settled` False) of a lesser one."""
        found = await asyncio.to_thread(self._find, avatar, tier)
        source = self._sources.get(avatar.key)
        return replace(found, policy=replies.kept(source.fields)) if found and source else found

    async def sized(self, made: Made, size: tuple[int, int]) -> bytes | None:
        """The PNG at exactly this size; None if it is no longer kept."""
        return await asyncio.to_thread(self._store.sized, made.digest, made.recipe, size)

    async def own_size(self, url: str) -> tuple[int, int] | None:
        """Width and height of an original, if it was seen before."""
        noted = await asyncio.to_thread(self._store.digest_of, _size_note(url))
        width, _, height = (noted or "").partition("x")
        return (int(width), int(height)) if width.isdecimal() and height.isdecimal() else None

    async def remember_own_size(self, url: str, size: tuple[int, int]) -> None:
        """Note an original's width and height."""
        await asyncio.to_thread(self._store.remember, _size_note(url), f"{size[0]}x{size[1]}")

    def busy_with(self, avatar: Avatar) -> bool:
        """Whether the picture is being fetched or drawn, or its source is at hand: it needs no other fetch."""
        return (
            avatar.key in self._fetching
            or self._sources.get(avatar.key) is not None
            or any((avatar.key, tier) in self._making for tier in Tier)
        )

    def source_of(self, avatar: Avatar) -> Source | None:
        """The source, if it came already."""
        return self._sources.get(avatar.key)

    def make(self, avatar: Avatar, tier: Tier, request: Request, spare: Source | None = None) -> asyncio.Task[Made]:
        """The making of this portrait, which goes on whoever waits. `spare` is drawn from where no source can be had.

        The task raises FetchError, EngineError or StoreError.
        """
        if spare is not None:
            other = self._spares.get(avatar.key)
            self._spares[avatar.key] = max(spare, other or spare, key=lambda source: len(source.body))
        flight = (avatar.key, tier)
        task = self._making.get(flight)
        if task is None or task.done():
            task = self._start(self._making, flight, self._make(avatar, tier, request), self._settle)
        return task

    async def draw_from(self, source: Source, tier: Tier) -> Made:
        """The portrait of a source picture: the one that is kept, else one drawn now and kept.

        Raises EngineError or StoreError.
        """
        identity = await asyncio.to_thread(digest, source.body)
        recipe = self._recipes[tier]
        kept = await asyncio.to_thread(self._store.get, identity, recipe)
        note = "cached"
        if kept is None or not self._stands(kept):
            drawing = await self._studio.draw(source.body, identity, Brief(tier, self._no_face))
            kept, note = Kept(drawing.png, drawing.outcome, drawing.reason), f"{drawing.engine} {drawing.ms:.0f} ms"
            await asyncio.to_thread(self._store.put, identity, recipe, kept)
        return Made(identity, recipe, kept.note, kept.reason, replies.kept(source.fields), note)

    def cancel(self) -> None:
        """Stop everything; whoever waits is cancelled too."""
        for task in [*self._making.values(), *self._fetching.values()]:
            task.cancel()

    # ---- one making ----

    async def _make(self, avatar: Avatar, tier: Tier, request: Request) -> Made:
        try:
            return await self._find_or_draw(avatar, tier, request)
        except AvatanimeError:
            raise
        except Exception as e:
            raise _FaultError(f"a fault in avatanime: {e!r}") from e

    async def _find_or_draw(self, avatar: Avatar, tier: Tier, request: Request) -> Made:
        found = await self.find(avatar, tier)
        if found and found.settled:
            return found
        source = await self._source(avatar, request)
        made = await self.draw_from(source, tier)
        if source.url in avatar.source_urls[:2]:  # a spare of the asked size is no source for the other sizes
            await asyncio.to_thread(self._store.remember, avatar.key, made.digest)
        return made

    def _find(self, avatar: Avatar, tier: Tier) -> Made | None:
        identity = self._store.digest_of(avatar.key)
        if identity is None:
            return None
        policy = SITES[avatar.site].kept_headers
        for candidate in self._candidates(tier):
            recipe = self._recipes[candidate]
            kept = self._store.get(identity, recipe)
            if kept is not None and self._stands(kept):
                settled = candidate is tier or candidate in tier.better
                return Made(identity, recipe, kept.note, kept.reason, policy, settled=settled)
        return None

    def _candidates(self, tier: Tier) -> tuple[Tier, ...]:
        """Tiers whose portraits may answer, the most wanted first."""
        if not self.shares_tiers:
            return (tier,)
        lesser = [other for other in reversed(Tier) if other is not tier and other not in tier.better]
        return (*tier.better, tier, *lesser)

    def _stands(self, kept: Kept) -> bool:
        """Whether what is kept is what would be done now: the rule for faceless pictures may have changed since."""
        if self._no_face == "leave":
            return kept.note != "cel"
        return not (kept.note == "left" and kept.reason == "no face")

    # ---- its source ----

    async def _source(self, avatar: Avatar, request: Request) -> Source:
        """The best source, else the spare."""
        source = self._sources.get(avatar.key)
        if source is not None:
            return source
        try:
            return await asyncio.shield(self._fetch(avatar, request))
        except FetchError:
            if avatar.key in self._spares:
                return self._spares[avatar.key]
            raise

    def _fetch(self, avatar: Avatar, request: Request) -> asyncio.Task[Source]:
        """One fetch for all tiers. What mitmproxy fetches itself anyway is not fetched again, unless it is the best."""
        task = self._fetching.get(avatar.key)
        if task is None or task.done():
            asked = f"https://{request.host}{request.path}"
            urls = [url for url in avatar.source_urls if url != asked or url == avatar.source_urls[0]]
            agent = replies.value(request.fields, b"user-agent").decode("latin-1")
            fetch = self._fetch_best(avatar.key, urls[:2], request.via, agent)
            task = self._start(self._fetching, avatar.key, fetch)
        return task

    async def _fetch_best(self, key: str, urls: list[str], via: str, agent: str) -> Source:
        if self._shunned.get(key, 0) > time.monotonic():
            raise FetchError("Its source could not be fetched a moment ago.")
        try:
            source = await self.fetcher.best(urls, via=via, agent=agent)
        except FetchError:
            self._shunned[key] = time.monotonic() + SHUNNED_FOR
            self._shunned.move_to_end(key)
            if len(self._shunned) > SHUNNED_MOST:
                self._shunned.popitem(last=False)
            raise
        self._sources.put(key, source)
        return source

    # ---- tasks ----

    def _start[K, T](
        self,
        flights: dict[K, asyncio.Task[T]],
        flight: K,
        work: Coroutine[None, None, T],
        settle: Callable[[K, asyncio.Task[T]], None] = lambda flight, task: None,
    ) -> asyncio.Task[T]:
        """Run `work` as the one flight of that name until it ends."""

        def ended(task: asyncio.Task[T]) -> None:
            if flights.get(flight) is task:
                del flights[flight]
            if not task.cancelled():
                task.exception()  # marks it as seen: the waiters have it, if any are left
                settle(flight, task)

        task = asyncio.get_running_loop().create_task(work)
        flights[flight] = task
        task.add_done_callback(ended)
        return task

    def _settle(self, flight: tuple[str, Tier], task: asyncio.Task[Made]) -> None:
        """Say once, whoever waited, why a portrait did not come about."""
        key, _ = flight
        if not any((key, tier) in self._making for tier in Tier):
            self._spares.pop(key, None)
        error = task.exception()
        if error is not None:
            log.warning("anime: %s: %s", key, error, exc_info=error if isinstance(error, _FaultError) else None)


class _FaultError(DrawingError):
    """Something raised what nobody foresaw; the log has it whole, once."""


class _Sources:
    """The sources used last, at most `limit` bytes of them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._sources: OrderedDict[str, Source] = OrderedDict()

    def get(self, key: str) -> Source | None:
        source = self._sources.get(key)
        if source is not None:
            self._sources.move_to_end(key)
        return source

    def put(self, key: str, source: Source) -> None:
        old = self._sources.pop(key, None)
        self._held += len(source.body) - (len(old.body) if old else 0)
        self._sources[key] = source
        while self._held > self._limit:
            self._held -= len(self._sources.popitem(last=False)[1].body)


def _size_note(url: str) -> str:
    """Under which name the store's index of avatars holds an original's size."""
    return f"size of {url}"
