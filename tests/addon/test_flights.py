"""Tasks that run once for everybody."""

import asyncio

import pytest

from addon.flights import Flights


async def test_everybody_joins_the_one_task() -> None:
    started: list[int] = []
    go = asyncio.Event()

    async def work() -> int:
        started.append(1)
        await go.wait()
        return len(started)

    flights: Flights[str, int] = Flights()
    tasks = {flights.join("a", work) for _ in range(3)} | {flights.join("b", work)}
    assert len(tasks) == 2
    assert "a" in flights
    await asyncio.sleep(0)
    go.set()
    assert await asyncio.gather(*tasks) == [2, 2]
    await asyncio.sleep(0)
    assert "a" not in flights
    assert len(flights) == 0
    assert await flights.join("a", work) == 3


async def test_a_failure_is_told_once_and_tried_anew() -> None:
    told: list[tuple[str, BaseException | None]] = []

    async def fail() -> None:
        raise ValueError("no")

    flights: Flights[str, None] = Flights(lambda name, task: told.append((name, task.exception())))
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            await flights.join("a", fail)
    await asyncio.sleep(0)
    assert [name for name, _ in told] == ["a", "a"]


async def test_a_waiter_that_leaves_takes_nothing_along() -> None:
    go = asyncio.Event()

    async def work() -> str:
        await go.wait()
        return "done"

    flights: Flights[str, str] = Flights()
    waiter = asyncio.ensure_future(asyncio.shield(flights.join("a", work)))
    await asyncio.sleep(0)
    waiter.cancel()
    go.set()
    assert await flights.join("a", work) == "done"


async def test_cancelling_tells_nobody() -> None:
    told: list[str] = []
    flights: Flights[str, None] = Flights(lambda name, task: told.append(name))
    task = flights.join("a", lambda: asyncio.sleep(60))
    await asyncio.sleep(0)
    flights.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    assert not told
    assert len(flights) == 0
