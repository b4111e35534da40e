import asyncio
from collections.abc import Sequence

import pytest

from addon import polite
from addon.polite import PoliteFetcher
from addon.source import BusyError, Fetcher, Source, Trust
from avatanime.errors import FetchError

URL = "https://pbs.twimg.com/profile_images/1/a_400x400.jpg"


@pytest.fixture
def origin(monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """What the origin answers to the next fetches; when that runs out, the picture."""
    answers: list[Exception] = []

    async def best(self: Fetcher, urls: Sequence[str], *, via: str = "", agent: str = "") -> Source:
        if answers:
            raise answers.pop(0)
        return Source(urls[0], b"fetched", ())

    monkeypatch.setattr(Fetcher, "best", best)
    return answers


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it slept, each time; no time passes."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(polite.asyncio, "sleep", sleep)
    return slept


async def test_it_pauses_before_each_fetch(origin: list[Exception], naps: list[float]) -> None:
    fetcher = PoliteFetcher(Trust(), {}, 0.25)
    assert (await fetcher.best([URL])).body == b"fetched"
    await fetcher.best([URL])
    assert naps == [0.25, 0.25]


async def test_what_a_recording_holds_of_the_best_source_is_not_fetched(
    origin: list[Exception], naps: list[float]
) -> None:
    fetcher = PoliteFetcher(Trust(), {URL: lambda: b"recorded"}, 1.0)
    assert await fetcher.best([URL, "https://other"]) == Source(URL, b"recorded", ())
    assert (await fetcher.best(["https://better", URL])).body == b"fetched"
    assert naps == [1.0]


async def test_a_busy_origin_is_left_alone_as_long_as_it_asks(origin: list[Exception], naps: list[float]) -> None:
    origin += [BusyError("busy", 120.0)]
    fetcher = PoliteFetcher(Trust(), {}, 0.1)
    assert (await fetcher.best([URL])).body == b"fetched"
    assert naps[0] == 0.1
    assert naps[1] == pytest.approx(120, abs=5)


async def test_a_busy_origin_that_does_not_say_is_left_alone_for_a_while(
    origin: list[Exception], naps: list[float]
) -> None:
    origin += [BusyError("busy", None)]
    await PoliteFetcher(Trust(), {}, 0.1).best([URL])
    assert naps[1] == pytest.approx(polite.BUSY, abs=5)


async def test_an_origin_that_stays_busy_is_given_up(origin: list[Exception], naps: list[float]) -> None:
    origin += [BusyError(f"{URL} answered 429", 1.0) for _ in range(polite.ASKS)]
    with pytest.raises(FetchError, match=r"429.*tries"):
        await PoliteFetcher(Trust(), {}, 0.1).best([URL])
    assert len(naps) == polite.ASKS


async def test_an_origin_that_asks_for_too_long_is_not_waited_for(origin: list[Exception], naps: list[float]) -> None:
    origin += [BusyError("busy", 86_400.0)]
    with pytest.raises(FetchError, match="86400 s"):
        await PoliteFetcher(Trust(), {}, 0.1).best([URL])
    assert naps == [0.1]


async def test_any_other_failure_is_final(origin: list[Exception], naps: list[float]) -> None:
    origin += [FetchError("404")]
    with pytest.raises(FetchError, match="404"):
        await PoliteFetcher(Trust(), {}, 0.1).best([URL])
    assert naps == [0.1]


async def test_only_a_few_fetches_are_under_way_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now = most = 0

    async def best(self: Fetcher, urls: Sequence[str], *, via: str = "", agent: str = "") -> Source:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        return Source(urls[0], b"", ())

    monkeypatch.setattr(Fetcher, "best", best)
    fetcher = PoliteFetcher(Trust(), {}, 0)
    await asyncio.gather(*(fetcher.best([URL]) for _ in range(10)))
    assert most == polite.AT_ONCE
