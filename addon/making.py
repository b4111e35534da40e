"""From an avatar to its portrait: looked up, or fetched, drawn and kept; once for everybody who asks meanwhile."""

import asyncio
import logging
from dataclasses import dataclass, replace

from addon import replies
from addon.flights import Flights
from addon.replies import Fields, Request
from addon.sites import SITES, Avatar
from addon.source import Source
from addon.supply import Supply
from avatanime.errors import AvatanimeError, DrawingError
from cache.portraits import Kept, Portraits
from engine import Engine, Tier
from engine.drawing import Brief
from engine.photo import digest
from engine.studio import Studio

log = logging.getLogger(__name__)


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

    def __init__(self, engine: Engine, studio: Studio, store: Portraits, supply: Supply, no_face: str) -> None:
        self._studio = studio
        self._store = store
        self._supply = supply
        self._no_face = no_face
        self._recipes = {tier: engine.recipe(tier) for tier in Tier}
        self.shares_tiers = engine.describe().shares_tiers
        self._making: Flights[tuple[str, Tier], Made] = Flights(self._settle)

    async def find(self, avatar: Avatar, tier: Tier) -> Made | None:
        """What is kept of this avatar: of this tier or a better one, else (`settled` False) of a lesser one."""
        found = await asyncio.to_thread(self._find, avatar, tier)
        source = self._supply.held(avatar)
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
        return avatar in self._supply or any((avatar.key, tier) in self._making for tier in Tier)

    def source_of(self, avatar: Avatar) -> Source | None:
        """The source, if it came already."""
        return self._supply.held(avatar)

    def make(self, avatar: Avatar, tier: Tier, request: Request, spare: Source | None = None) -> asyncio.Task[Made]:
        """The making of this portrait, which goes on whoever waits. `spare` is drawn from where no source can be had.

        The task raises FetchError, EngineError or StoreError.
        """
        if spare is not None:
            self._supply.offer(avatar, spare)
        return self._making.join((avatar.key, tier), lambda: self._make(avatar, tier, request))

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
        self._making.cancel()

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
        source = await self._supply.source(avatar, request)
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

    def _settle(self, flight: tuple[str, Tier], task: asyncio.Task[Made]) -> None:
        """Say once, whoever waited, why a portrait did not come about."""
        error = task.exception()
        if error is not None:
            log.warning("anime: %s: %s", flight[0], error, exc_info=error if isinstance(error, _FaultError) else None)
        elif task.result().look == "left" and task.result().note != "cached":
            log.info("anime: %s stays as it is: %s", flight[0], task.result().reason)


class _FaultError(DrawingError):
    """Something raised what nobody foresaw; the log has it whole, once."""


def _size_note(url: str) -> str:
    """Under which name the store's index of avatars holds an original's size."""
    return f"size of {url}"
