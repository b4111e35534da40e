"""From an avatar to its portrait: who waits for what, and what is done only once."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from addon.making import Made
from addon.sites import Avatar, recognise
from avatanime.errors import ShedError
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


async def test_a_task_that_nobody_waits_for_is_logged_and_done(
    conftest: Any, build: Build, avatar: Avatar, caplog: pytest.LogCaptureFixture
) -> None:
    room = build()
    room.studio.error = ShedError("The queue was full.")
    room.maker.make(avatar, Tier.DRAFT, conftest.asking(PATH))
    await asyncio.sleep(0.1)
    assert [record.getMessage() for record in caplog.records] == ["anime: twitter/1/face: The queue was full."]
    assert len(room.maker._making) == 0


async def test_what_is_left_alone_is_said_once(
    conftest: Any, build: Build, avatar: Avatar, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    room = build()
    room.studio.look, room.studio.reason = "left", "already drawn"
    for _ in range(2):
        await room.maker.make(avatar, Tier.DRAFT, conftest.asking(PATH))
        await asyncio.sleep(0)
    assert caplog.messages == ["anime: twitter/1/face stays as it is: already drawn"]


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
