"""What the addon's tests share: pictures, and an engine room whose every part obeys the test."""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from addon.making import Maker
from addon.replies import Answer, Fields, Request
from addon.service import Service
from addon.settings import Settings
from addon.source import Source
from addon.supply import Supply
from avatanime.errors import FetchError
from cache.portraits import Portraits
from engine import Description, Tier
from engine.drawing import Brief, Drawing

TWITTER: Fields = (
    (b"content-type", b"image/jpeg"),
    (b"cache-control", b"max-age=604800, must-revalidate"),
    (b"etag", b'"theirs"'),
    (b"last-modified", b"Tue, 03 Jun 2025 10:11:12 GMT"),
    (b"accept-ranges", b"bytes"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Content-Length"),
    (b"x-content-type-options", b"nosniff"),
    (b"surrogate-key", b"profile_images"),
    (b"alt-svc", b'h3=":443"; ma=86400'),
)


def encoded(size: tuple[int, int] = (400, 400), colour: str = "red", kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


class StillEngine:
    """Never draws; says how its tiers relate."""

    def __init__(self, shares_tiers: bool = False, one_recipe: bool = False, name: str = "still") -> None:
        self.shares_tiers, self.one_recipe, self.name = shares_tiers, one_recipe, name

    def recipe(self, tier: Tier) -> str:
        return self.name if self.one_recipe else f"{self.name}-{tier.value}"

    def describe(self) -> Description:
        return Description("still", "1", "cpu", 0, False, self.shares_tiers)


@dataclass
class ObedientStudio:
    """Draws a square, once it is told to; `error` makes it fail, `look` and `reason` what it says of a picture."""

    colour: str = "blue"
    asked: list[tuple[bytes, Tier]] = field(default_factory=list)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    error: Exception | None = None
    look: str = "portrait"
    reason: str = ""

    async def draw(self, source: bytes, digest: str, brief: Brief) -> Drawing:
        self.asked.append((source, brief.tier))
        await self.go.wait()
        if self.error:
            raise self.error
        png = b"" if self.look == "left" else encoded(colour=self.colour, kind="PNG")
        return Drawing(self.look, self.reason, png, 84.0, "still")


@dataclass
class ObedientFetcher:
    """Has the pictures in `origin`, by URL, once it is told to go; `asked` are all URLs it tried."""

    origin: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def best(self, urls: Sequence[str], *, via: str = "", agent: str = "") -> Source:
        await self.go.wait()
        for url in urls:
            self.asked.append(url)
            if url in self.origin:
                return Source(url, self.origin[url], TWITTER)
        raise FetchError("The source picture cannot be fetched: 404.")


@dataclass
class Room:
    """A service and all that stands behind it."""

    service: Service
    maker: Maker
    supply: Supply
    studio: ObedientStudio
    understudy: ObedientStudio
    fetcher: ObedientFetcher
    store: Portraits

    async def ask(self, path: str, original: Answer | None = None, **fields: str) -> Answer | None:
        """Both steps: what `before` says, else what `after` makes of the original."""
        request = asking(path, **fields)
        answer = await self.service.before(request)
        return answer if answer or not original else await self.service.after(request, original)


def asking(path: str, method: str = "GET", client: str = "127.0.0.1", **fields: str) -> Request:
    """A request; header names with underscores."""
    headers = tuple((name.replace("_", "-").encode(), text.encode()) for name, text in fields.items())
    return Request(method, "pbs.twimg.com", path, headers, client)


@pytest.fixture
async def build(tmp_path: Path) -> AsyncIterator[Callable[..., Room]]:
    """Makes a room. Studio and origin go at once, unless the test holds them (`.go.clear()`)."""
    rooms: list[Room] = []

    def make(engine: StillEngine | None = None, **values: str | float | bool) -> Room:
        settings = Settings.parse(values)
        studio, fetcher = ObedientStudio(), ObedientFetcher()
        studio.go.set()
        fetcher.go.set()
        for size in ("_400x400", ""):
            fetcher.origin[f"https://pbs.twimg.com/profile_images/1/face{size}.jpg"] = encoded()
        store = rooms[-1].store if rooms else Portraits(tmp_path / "cache", 2**26)
        supply = Supply(fetcher)  # type: ignore[arg-type]
        maker = Maker(engine or StillEngine(), studio, store, supply, settings.no_face)  # type: ignore[arg-type]
        understudy, second = None, ObedientStudio(colour="lime")
        if settings.draft == "cel":
            second.go.set()
            quick = StillEngine(name="quick")
            understudy = Maker(quick, second, store, supply, settings.no_face)  # type: ignore[arg-type]
        service = Service(settings, maker, understudy)
        rooms.append(Room(service, maker, supply, studio, second, fetcher, store))
        return rooms[-1]

    yield make
    for room in rooms:
        room.maker.cancel()
        room.supply.cancel()
    if rooms:
        rooms[0].store.close()


@pytest.fixture
def original() -> Answer:
    """Twitter's answer for a _normal picture."""
    return Answer(200, TWITTER, encoded((48, 48)))


@pytest.fixture
def conftest() -> ModuleType:
    """This module: tests are no package, and import from each other through fixtures only."""
    return sys.modules[__name__]
