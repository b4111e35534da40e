"""From an avatar to its portrait: who waits for what, and what is done only once."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from addon import making
from addon.making import Made
from addon.sites import Avatar, recognise
from addon.source import Source
from avatanime.errors import FetchError, ShedError
from engine import Tier

type Build = Callable[..., Any]
PATH = "/profile_images/1/face_normal.jpg"


@pytest.fixture
def avatar() -> Avatar:
    found = recognise("pbs.twimg.com", PATH)
    assert found is not None
    return found


async def test_one_making_for_all_who_ask(conftest: Any, build: Build, avatar: Avatar) -> None:
    room = build()
    tasks = {room.maker.make(avatar, Tier.DRAFT, conftest.asking(PATH)) for _ in range(5)}
    assert len(tasks) == 1
    made: Made = await tasks.pop()
    assert (made.look, made.note) == ("portrait", "still 84 ms")
    assert room.maker.make(avatar, Tier.DRAFT, conftest.asking(PATH)) not in tasks
    assert (await room.maker.make(avatar, Tier.DRAFT, conftest.asking(PATH))).note == "cached"
    assert len(room.studio.asked) == len(room.fetcher.asked) == 1


async def test_all_tiers_share_one_fetch(conftest: Any, build: Build, avatar: Avatar) -> None:
    room = build()
    await asyncio.gather(*(room.maker.make(avatar, tier, conftest.asking(PATH)) for tier in Tier))
    assert len(room.studio.asked) == 3
    assert len(room.fetcher.asked) == 1


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
    clock = making.time.monotonic
    monkeypatch.setattr(making.time, "monotonic", lambda: clock() + making.SHUNNED_FOR + 1)
    assert (await room.maker.make(avatar, Tier.DRAFT, conftest.asking(PATH))).look == "portrait"


async def test_a_task_that_nobody_waits_for_is_logged_and_done(
    conftest: Any, build: Build, avatar: Avatar, caplog: pytest.LogCaptureFixture
) -> None:
    room = build()
    room.studio.error = ShedError("The queue was full.")
    room.maker.make(avatar, Tier.DRAFT, conftest.asking(PATH))
    await asyncio.sleep(0.1)
    assert [record.getMessage() for record in caplog.records] == ["anime: twitter/1/face: The queue was full."]
    assert not room.maker._making


async def test_a_fault_is_logged_whole_and_once(
    conftest: Any, build: Build, avatar: Avatar, caplog: pytest.LogCaptureFixture
) -> None:
    room = build()
    room.studio.error = ZeroDivisionError("of all things")
    await asyncio.wait({room.maker.make(avatar, Tier.DRAFT, conftest.asking(PATH))})
    await asyncio.sleep(0)
    assert len(caplog.records) == 1
    assert "a fault in avatanime" in caplog.text
    assert "Traceback" in caplog.text


async def test_cancelling_ends_everything(conftest: Any, build: Build, avatar: Avatar) -> None:
    room = build()
    room.fetcher.go.clear()
    task = room.maker.make(avatar, Tier.DRAFT, conftest.asking(PATH))
    await asyncio.sleep(0.05)
    room.maker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    assert not room.maker._fetching


async def test_sources_held_in_memory_are_bounded(conftest: Any, build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "SOURCES_LIMIT", 3 * len(conftest.encoded()))
    room = build()
    avatars = []
    for number in range(5):
        found = recognise("pbs.twimg.com", f"/profile_images/{number}/face_normal.jpg")
        assert found is not None
        avatars.append(found)
        room.fetcher.origin[found.source_urls[0]] = conftest.encoded()
        await room.maker.make(found, Tier.DRAFT, conftest.asking(PATH))
    assert [room.maker.source_of(avatar) is not None for avatar in avatars] == [False, False, True, True, True]
