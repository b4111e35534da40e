"""Sources: fetched once, held a while, replaced by spares where there are none."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from addon import supply
from addon.sites import Avatar, recognise
from addon.source import Source
from avatanime.errors import FetchError
from engine import Tier

type Build = Callable[..., Any]
PATH = "/profile_images/1/face_normal.jpg"


@pytest.fixture
def avatar() -> Avatar:
    found = recognise("pbs.twimg.com", PATH)
    assert found is not None
    return found


async def test_the_largest_spare_is_drawn_from(conftest: Any, build: Build, avatar: Avatar) -> None:
    room = build()
    room.fetcher.origin.clear()
    room.fetcher.go.clear()
    small, large = (Source(f"u{side}", conftest.encoded((side, side)), ()) for side in (24, 300))
    for spare in (small, large, small):
        task = room.maker.make(avatar, Tier.DRAFT, conftest.asking(PATH), spare)
    room.fetcher.go.set()
    await task
    assert room.studio.asked == [(large.body, Tier.DRAFT)]
    assert await room.maker.find(avatar, Tier.DRAFT) is None, "a spare is not remembered as the avatar's picture"


async def test_what_cannot_be_fetched_is_tried_again_later(
    conftest: Any, build: Build, avatar: Avatar, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = build()
    room.fetcher.origin, there = {}, room.fetcher.origin
    for _ in range(3):
        with pytest.raises(FetchError):
            await room.maker.make(avatar, Tier.DRAFT, conftest.asking(PATH))
    assert len(room.fetcher.asked) == 2
    room.fetcher.origin = there
    clock = supply.time.monotonic
    monkeypatch.setattr(supply.time, "monotonic", lambda: clock() + supply.SHUNNED_FOR + 1)
    assert (await room.maker.make(avatar, Tier.DRAFT, conftest.asking(PATH))).look == "portrait"


async def test_cancelling_ends_everything(conftest: Any, build: Build, avatar: Avatar) -> None:
    room = build()
    room.fetcher.go.clear()
    task = room.maker.make(avatar, Tier.DRAFT, conftest.asking(PATH))
    await asyncio.sleep(0.05)
    room.supply.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    assert len(room.supply._fetching) == 0


async def test_sources_held_in_memory_are_bounded(conftest: Any, build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supply, "HELD_LIMIT", 3 * len(conftest.encoded()))
    room = build()
    avatars = []
    for number in range(5):
        found = recognise("pbs.twimg.com", f"/profile_images/{number}/face_normal.jpg")
        assert found is not None
        avatars.append(found)
        room.fetcher.origin[found.source_urls[0]] = conftest.encoded()
        await room.maker.make(found, Tier.DRAFT, conftest.asking(PATH))
    assert [room.maker.source_of(avatar) is not None for avatar in avatars] == [False, False, True, True, True]
