"""Fetches many sources without being a burden: few at a time, a pause between them, and a busy origin is left alone."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import override

from addon.source import BusyError, Fetcher, Source, Trust
from avatanime.errors import FetchError

AT_ONCE = 2
"""Fetches under way at once; a browser opens six connections to a host."""
ASKS = 3
"""Times a busy origin is asked for the same picture."""
BUSY = 30.0
"""Seconds to leave an origin alone that is busy and does not say for how long."""
LONGEST = 300.0
"""Seconds; an origin that asks for more is not waited for."""


class PoliteFetcher(Fetcher):
    """A fetcher for a long list. What a recording holds (URL -> body) is taken from there, not fetched."""

    def __init__(self, trust: Trust, recorded: Mapping[str, Callable[[], bytes]], pause: float) -> None:
        super().__init__(trust)
        self._recorded = recorded
        self._pause = pause
        self._places = asyncio.Semaphore(AT_ONCE)
        self._not_before = 0.0

    @override
    async def best(self, urls: Sequence[str], *, via: str = "", agent: str = "") -> Source:
        if urls and urls[0] in self._recorded:
            return Source(urls[0], self._recorded[urls[0]](), ())
        for _ in range(ASKS):
            async with self._places:
                await self._wait()
                try:
                    return await super().best(urls, via=via, agent=agent)
                except BusyError as e:
                    seconds = BUSY if e.seconds is None else e.seconds
                    if seconds > LONGEST:
                        raise FetchError(f"{e}, for {seconds:g} s; try again after that.") from e
                    self._not_before = max(self._not_before, time.monotonic() + seconds)
                    trouble = e
        raise FetchError(f"{trouble}, even after {ASKS} tries; try again later.")

    async def _wait(self) -> None:
        """Keep the pause, and as long as the origin asked for."""
        await asyncio.sleep(max(self._pause, self._not_before - time.monotonic()))
