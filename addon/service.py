"""What to answer. Knows HTTP by its headers and bodies, and nothing of the proxy in front of it.

A front asks in two steps: `before` anything goes upstream, and `after` the original of what was asked came.
"""

import asyncio
import logging
from collections import OrderedDict
from dataclasses import replace
from functools import partial

from addon import pictures, replies
from addon.making import Made, Maker
from addon.replies import Answer, Request
from addon.settings import Settings
from addon.shelf import Ready, Shelf
from addon.sites import Avatar, hosts_of, recognise
from addon.source import Source
from avatanime.errors import AvatanimeError, FetchError
from engine import Tier
from engine.photo import MAX_BYTES

log = logging.getLogger(__name__)

SHELF_LIMIT = 64 * 2**20
"""Bytes of finished answers kept in memory: some five thousand timeline avatars."""
UNDERSTUDY_PATIENCE = 1.0
"""Seconds that an understudy may take beyond the deadline: it began long before."""
CLIENTS_MOST = 10_000
"""Clients remembered as greeted; past that the oldest is greeted again."""


class Service:
    """All decisions about an avatar, for every front."""

    def __init__(self, settings: Settings, maker: Maker, understudy: Maker | None = None) -> None:
        """What `understudy` makes is shown until `maker` is done. Raises SettingError for an unknown site."""
        self._maker = maker
        self._understudy = understudy
        self._shelf = Shelf(SHELF_LIMIT)
        self._greeted: OrderedDict[tuple[str, bytes], None] = OrderedDict()
        self.settings = settings
        self.hosts = frozenset(hosts_of(settings.sites))

    def adopt(self, settings: Settings) -> None:
        """Go on with other settings of the same engine. Raises SettingError for an unknown site."""
        hosts = frozenset(hosts_of(settings.sites))
        if settings.enabled and not self.settings.enabled:
            self._greeted.clear()  # browsers may hold originals again
        self.settings, self.hosts = settings, hosts

    def clear(self) -> None:
        """Forget every finished answer."""
        self._shelf.clear()

    def ready(self, request: Request) -> Answer | None:
        """The answer that can be given at once, from memory."""
        ready = self._shelf.get((request.host, request.path))
        if ready is None or not self.settings.enabled or request.host not in self.hosts:
            return None
        return self._greet(request, self._serve(ready, request))

    async def before(self, request: Request) -> Answer | None:
        """The answer, if it takes nothing from upstream; None: fetch what was asked and go on with `after`.

        Where None comes for an avatar that is not known, its portrait is in the making meanwhile.
        """
        avatar = self.avatar(request)
        if avatar is None or not self.settings.enabled or request.method not in ("GET", "HEAD"):
            return None
        try:
            answer = self.ready(request) or await self._before(request, avatar)
            return self._greet(request, answer) if answer else None
        except AvatanimeError as e:
            log.warning("anime: %s: %s", avatar.key, e)
        except Exception:
            log.exception("anime: %s: a fault in avatanime", avatar.key)
        return None

    async def after(self, request: Request, original: Answer) -> Answer:
        """The answer, now that the original of what was asked is here: the portrait, or the original itself."""
        avatar = self.avatar(request)
        if avatar is None or original.status != 200:
            return replace(original, fields=replies.passed_on(original.fields))
        if not self.settings.enabled:
            return replace(original, fields=replies.while_disabled(original.fields), note="off")
        instead = replace(original, fields=replies.in_its_place(original.fields))
        if request.method != "GET" or not replies.is_picture(original.fields):
            return instead
        instead = replace(instead, body=await replies.whole(instead.body, MAX_BYTES))
        if not isinstance(instead.body, bytes) or len(instead.body) > MAX_BYTES:
            return replace(instead, note="original: too large")
        try:
            encoding = replies.value(original.fields, b"content-encoding")
            body = replies.decoded(instead.body, encoding, MAX_BYTES)
            answer = await self._after(request, avatar, Source(_url(request), body, original.fields), instead)
        except AvatanimeError as e:
            answer = replace(instead, note=f"original: {e}")
        except Exception:
            log.exception("anime: %s: a fault in avatanime", avatar.key)
            answer = replace(instead, note="original: a fault in avatanime")
        return self._greet(request, answer)

    def avatar(self, request: Request) -> Avatar | None:
        """The avatar that is asked for, if it is one of a chosen site."""
        return recognise(request.host, request.path) if request.host in self.hosts else None

    # ---- before ----

    async def _before(self, request: Request, avatar: Avatar) -> Answer | None:
        tier = _tier(avatar)
        found = await self._maker.find(avatar, tier)
        if found is not None and (found.settled or request.method == "HEAD"):
            return await self._portrait(request, avatar, found)
        if request.method == "HEAD":
            return None
        # One original is fetched beside the source, to stand in for the portrait; later sizes do with the source.
        fetched = self._maker.busy_with(avatar) or avatar.source_urls[0] == _url(request)
        making = self._make(request, avatar)
        meanwhile = self._understudy.make(avatar, tier, request) if self._understudy and not found else None
        if not (found or fetched) or await self._size(request, avatar) is None:
            return None
        late = False
        try:
            made = await self._within_deadline(making, avatar)
            late = made is None
        except AvatanimeError:  # which the maker has said in the log
            made = None
        made = made or found or await self._meanwhile(meanwhile)
        if made is not None:
            return await self._portrait(request, avatar, made)
        return await self._stand_in(avatar, request) if late else None

    async def _stand_in(self, avatar: Avatar, request: Request) -> Answer | None:
        """The original, made from the source that is here already: no further fetch for each further size."""
        source = self._maker.source_of(avatar)
        if source is None:
            return None
        policy = replies.kept(source.fields)
        if source.url == _url(request):
            body, kind = source.body, replies.value(source.fields, b"content-type")
        elif avatar.size:
            body, kind = await asyncio.to_thread(pictures.resized, source.body, avatar.size), b"image/png"
        else:
            return None
        return Answer(200, replies.standing_in(body, kind, policy), body, "original: not ready in time")

    # ---- after ----

    async def _after(self, request: Request, avatar: Avatar, original: Source, instead: Answer) -> Answer:
        tier = _tier(avatar)
        meanwhile = self._understudy.make(avatar, tier, request, original) if self._understudy else None
        try:
            made, why = await self._made(request, avatar, original), "not ready in time"
        except AvatanimeError as e:
            made, why = None, str(e)
        made = made or await self._meanwhile(meanwhile)
        if made is None:
            return replace(instead, note=f"original: {why}")
        made = replace(made, policy=replies.kept(original.fields))
        answer = await self._portrait(request, avatar, made, original)
        return answer or replace(instead, note=f"original: {made.reason or 'no longer kept'}")

    async def _meanwhile(self, making: asyncio.Task[Made] | None) -> Made | None:
        """What the understudy made, as something that a better portrait will take the place of."""
        if making is None:
            return None
        done, _ = await asyncio.wait({making}, timeout=UNDERSTUDY_PATIENCE)
        if not done or making.cancelled() or making.exception():
            return None
        made = making.result()
        return None if made.look == "left" else replace(made, settled=False)

    async def _made(self, request: Request, avatar: Avatar, spare: Source) -> Made | None:
        """The portrait, from the spare if need be; None past the deadline."""
        try:
            return await self._within_deadline(self._make(request, avatar, spare), avatar)
        except FetchError:  # before the spare was there
            return await self._within_deadline(self._make(request, avatar, spare), avatar)

    def _make(self, request: Request, avatar: Avatar, spare: Source | None = None) -> asyncio.Task[Made]:
        """The making of the portrait. Once it is drawn, waited for or not, answers of lesser tiers give way to it."""
        making = self._maker.make(avatar, _tier(avatar), request, spare)
        if self._maker.shares_tiers:
            making.add_done_callback(partial(self._give_way, avatar.key))
        return making

    def _give_way(self, key: str, making: asyncio.Task[Made]) -> None:
        if not making.cancelled() and making.exception() is None and making.result().note != "cached":
            self._shelf.forget(key)

    async def _within_deadline(self, making: asyncio.Task[Made], avatar: Avatar) -> Made | None:
        """The result, or None if that takes too long; the making goes on."""
        done, _ = await asyncio.wait({making}, timeout=self.settings.deadline)
        if not done:
            log.info("anime: %s: not ready within %g s, drawing goes on", avatar.key, self.settings.deadline)
            return None
        return making.result()

    # ---- answers ----

    async def _portrait(
        self, request: Request, avatar: Avatar, made: Made, original: Source | None = None
    ) -> Answer | None:
        """The portrait at the size that was asked for; None where it is left alone, or that size is not known."""
        size = await self._size(request, avatar, original)
        if made.look == "left" or size is None:
            return None
        png = await self._maker.sized(made, size)
        if png is None:
            return None
        ready = Ready.of(avatar.key, png, replies.etag(made.digest, made.recipe, size), made.policy)
        if made.settled:
            self._shelf.put((request.host, request.path), ready)
        answer = self._serve(ready, request)
        return answer if answer.status == 304 else replace(answer, note=made.note)

    async def _size(self, request: Request, avatar: Avatar, original: Source | None = None) -> tuple[int, int] | None:
        """The size that is asked for. An original's own is known once it was seen."""
        if avatar.size or original is None:
            return avatar.size or await self._maker.own_size(_url(request))
        size = pictures.bounded(pictures.size_of(original.body))
        await self._maker.remember_own_size(_url(request), size)
        return size

    def _serve(self, ready: Ready, request: Request) -> Answer:
        """The form of the answer that this request takes."""
        if request.method == "HEAD":
            return ready.head
        held = replies.value(request.fields, b"if-none-match")
        if held and replies.matches(held, ready.tag) and not self._is_new(request):
            return ready.unmodified
        return ready.full

    def _greet(self, request: Request, answer: Answer) -> Answer:
        """The first picture that a client loads has it forget the originals it holds."""
        if not self._is_new(request) or answer.status != 200:
            return answer
        self._greeted[_client(request)] = None
        if len(self._greeted) > CLIENTS_MOST:
            self._greeted.popitem(last=False)
        return replies.evicting(answer)

    def _is_new(self, request: Request) -> bool:
        return (
            _client(request) not in self._greeted
            and request.method == "GET"
            and replies.plain_picture_load(request.fields)
        )


def _tier(avatar: Avatar) -> Tier:
    return Tier.for_size(max(avatar.size)) if avatar.size else Tier.QUALITY


def _url(request: Request) -> str:
    return f"https://{request.host}{request.path}"


def _client(request: Request) -> tuple[str, bytes]:
    return request.client, replies.value(request.fields, b"user-agent")
