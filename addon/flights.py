"""Tasks that run once for everybody who asks meanwhile, and go on whoever leaves."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable


class Flights[K: Hashable, T]:
    """At most one task under each name. `ended` is told of every one that was not cancelled."""

    def __init__(self, ended: Callable[[K, asyncio.Task[T]], None] = lambda name, task: None) -> None:
        self._ended = ended
        self._tasks: dict[K, asyncio.Task[T]] = {}

    def join(self, name: K, work: Callable[[], Coroutine[None, None, T]]) -> asyncio.Task[T]:
        """The task of that name: the one under way, else one started for `work`.

        Whoever waits for it should leave it alive: `asyncio.wait`, or `asyncio.shield`.
        """
        task = self._tasks.get(name)
        if task is None or task.done():
            task = asyncio.get_running_loop().create_task(work())
            self._tasks[name] = task
            task.add_done_callback(lambda done: self._end(name, done))
        return task

    def cancel(self) -> None:
        """Stop everything; whoever waits is cancelled too."""
        for task in list(self._tasks.values()):
            task.cancel()

    def __contains__(self, name: object) -> bool:
        return name in self._tasks

    def __len__(self) -> int:
        return len(self._tasks)

    def _end(self, name: K, task: asyncio.Task[T]) -> None:
        if self._tasks.get(name) is task:
            del self._tasks[name]
        if not task.cancelled():
            task.exception()  # marks it as seen: the waiters have it, if any are left
            self._ended(name, task)
