"""From lists of avatars to a warm cache: what is wanted is gathered, then made a few at a time, and counted.

Knows neither sites nor engines: how a URL is recognised and how a portrait is made is handed in.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from avatanime.errors import AvatanimeError, DrawingError, EngineError, SourceError
from cache.sources import Listing, read


class Recognised(Protocol):
    """An avatar's URL, understood: its identity at every size, and where its best source is, best first."""

    @property
    def key(self) -> str: ...  # noqa: D102

    @property
    def source_urls(self) -> tuple[str, ...]: ...  # noqa: D102


@dataclass(slots=True)
class Wanted[A: Recognised]:
    """One portrait to be made: of an avatar, or of a picture that has no URL."""

    where: str
    avatar: A | None = None
    bodies: dict[str, Callable[[], bytes]] = field(default_factory=dict)
    """What a recording holds of the avatar, by URL."""
    picture: Callable[[], bytes] | None = None


@dataclass(slots=True)
class Tally:
    """What became of it all: how many of each outcome, and where and why it failed."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str]] = field(default_factory=list)


def gather[A: Recognised](
    sources: Iterable[str],
    stdin: Callable[[], bytes],
    recognise: Callable[[str, str], A | None],
    is_ours: Callable[[str], bool],
    tally: Tally,
) -> list[Wanted[A]]:
    """Everything that the sources list, each avatar once; what cannot be read or is no avatar goes to the tally.

    `recognise` takes a host and a path with its query; `is_ours` tells by its ETag a recorded answer that is a portrait
    already, and no source.
    """
    wanted: dict[str, Wanted[A]] = {}
    for source in sources:
        try:
            for listing in read(source, stdin):
                _add(wanted, listing, recognise, is_ours, tally)
        except (SourceError, OSError) as e:
            tally.failures.append((source, str(e)))
    return list(wanted.values())


async def warm[A: Recognised](
    wanted: Iterable[Wanted[A]],
    make: Callable[[Wanted[A]], Awaitable[str]],
    at_once: int,
    tally: Tally,
    report: Callable[[Wanted[A], str], None],
) -> None:
    """Make each, `at_once` at a time, and count the outcomes that `make` gives.

    `report` hears of each, with an empty outcome if it failed. An engine that does not start ends it all with its
    EngineError; any other failure goes to the tally.
    """
    waiting = iter(wanted)

    async def serve() -> None:
        for one in waiting:
            try:
                outcome = await make(one)
            except EngineError as e:
                if not isinstance(e, DrawingError):
                    raise
                outcome = _failed(tally, one, e)
            except (AvatanimeError, OSError) as e:
                outcome = _failed(tally, one, e)
            else:
                tally.outcomes[outcome] += 1
            report(one, outcome)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(serve())
    except ExceptionGroup as e:
        raise e.exceptions[0] from None


def _failed[A: Recognised](tally: Tally, one: Wanted[A], e: Exception) -> str:
    tally.failures.append((one.where, str(e)))
    return ""


def _add[A: Recognised](
    wanted: dict[str, Wanted[A]],
    listing: Listing,
    recognise: Callable[[str, str], A | None],
    is_ours: Callable[[str], bool],
    tally: Tally,
) -> None:
    if not listing.url:
        wanted[f"picture {listing.where}"] = Wanted(listing.where, picture=listing.load)
        return
    avatar = _avatar(listing.url, recognise)
    if avatar is None:
        if listing.on_purpose:
            tally.failures.append((listing.where, "It is no avatar of a site that is known."))
        return
    one = wanted.setdefault(f"avatar {avatar.key}", Wanted(listing.url, avatar))
    if listing.load and not is_ours(listing.etag):
        one.bodies.setdefault(listing.url, listing.load)


def _avatar[A: Recognised](url: str, recognise: Callable[[str, str], A | None]) -> A | None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    return recognise(host, parts.path + (f"?{parts.query}" if parts.query else ""))
