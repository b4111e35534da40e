"""Keeps an engine warm and its customers in order: who is drawn next, by whom, and what happens when one breaks.

```
draw() -> single flight -> queue, newest first -> a hand (worker process or thread) -> every waiter's event loop
```
"""

import asyncio
import contextlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import engine as engines
from avatanime.errors import DrawingError, EngineError, PoisonedError, ShedError
from engine import Description, Engine, EngineSettings
from engine.drawing import Brief, Drawing
from engine.hands import WORKER, Hand, ThreadHand, WorkerDiedError, WorkerHand

MOST_WORKERS = 8
"""Workers on a machine of many cores, unless more are asked for: eight draw a page faster than anybody scrolls."""
BATCH = 8
"""Pictures that an engine is given at once where it is alone; it may split them as its memory demands."""
POISONED_FOR = 600.0
"""Seconds a picture that broke workers is not tried again."""
POISONED_MOST = 1024
"""Poisoned pictures remembered; past that the oldest is forgotten."""
TRIES = 2
"""Workers a picture may break: the first crash may be the machine's doing, the second is the picture's."""
PATIENCE = 60.0
"""Longest pause, in seconds, between attempts to start an engine that does not start; the first pause is 1 s."""
IDLE = 300.0
"""Seconds after which an idle worker is dismissed, all but one."""

type Key = tuple[str, Brief]
type Waiter = tuple[asyncio.AbstractEventLoop, asyncio.Future[Drawing]]


@dataclass(frozen=True, slots=True)
class StudioStatus:
    """What the studio is doing; `workers` are the process ids of the warm ones."""

    ready: bool
    queued: int
    running: int
    drawn: int
    failed: int
    restarts: int
    engine: Description
    last_error: str
    workers: tuple[int, ...]


@dataclass(slots=True)
class _Job:
    """One picture to draw and everybody who waits for it."""

    source: bytes
    digest: str
    brief: Brief
    waiters: list[Waiter] = field(default_factory=list)
    broke: int = 0

    @property
    def key(self) -> Key:
        return self.digest, self.brief

    def goes_with(self, other: "_Job") -> bool:
        """Whether both may be drawn in one batch; one that broke a worker is drawn alone."""
        return self is other or (self.brief == other.brief and not (self.broke or other.broke))


class Studio:
    """Keeps an engine warm. All methods may be called from any thread, `draw` from any event loop.

    `workers` 0 means all cores but one, at most `MOST_WORKERS`; `hung_after` is in seconds a picture. `create` and
    `command` are how an engine and a worker are made; tests pass their own.
    """

    def __init__(
        self,
        engine: str,
        settings: EngineSettings,
        *,
        workers: int = 0,
        queue: int = 256,
        hung_after: float = 60.0,
        create: Callable[[str, EngineSettings], Engine] = engines.create,
        command: Sequence[str] = WORKER,
    ) -> None:
        """Raises EngineError if there is no such engine or what it needs is not installed."""
        artist = create(engine, settings)
        self._description = artist.describe()
        count = workers or max(1, min(MOST_WORKERS, (os.cpu_count() or 2) - 1))
        if self._description.most_workers:
            count = min(count, self._description.most_workers)
        # Many workers share the work best one by one; one that is alone (on a GPU) draws faster in batches.
        batch = BATCH if self._description.most_workers == 1 else 1
        self._hands: list[Hand] = (
            [ThreadHand(artist, BATCH)]
            if self._description.in_process
            else [WorkerHand(engine, settings, hung_after, command, batch) for _ in range(count)]
        )
        self._queue_limit = queue
        self._changed = threading.Condition()  # guards everything below
        self._waiting: OrderedDict[Key, _Job] = OrderedDict()  # oldest first
        self._drawing: dict[Key, _Job] = {}
        self._poisoned: OrderedDict[str, float] = OrderedDict()  # digest -> until when
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._broken: EngineError | None = None
        self._closed = False
        self._released = False
        self._drawn = self._failed = self._restarts = 0
        self._last_error = ""

    @property
    def status(self) -> StudioStatus:
        """A snapshot."""
        with self._changed:
            alive = tuple(hand.pid for hand in self._hands if hand.alive)
            return StudioStatus(
                ready=bool(alive),
                queued=len(self._waiting),
                running=len(self._drawing),
                drawn=self._drawn,
                failed=self._failed,
                restarts=self._restarts,
                engine=self._description,
                last_error=self._last_error,
                workers=alive,
            )

    def start(self) -> None:
        """Begin warming and return at once; drawings wait meanwhile, and the first one starts it too. Idempotent."""
        with self._changed:
            if self._threads or self._closed:
                return
            for number, hand in enumerate(self._hands):
                thread = threading.Thread(
                    target=self._work, args=(hand, number == 0), name=f"studio-{number}", daemon=True
                )
                self._threads.append(thread)
                thread.start()

    async def draw(self, source: bytes, digest: str, brief: Brief) -> Drawing:
        """The drawing of a source picture, shared with everybody who asks for the same; cancelling only stops waiting.

        Raises ShedError, PoisonedError or another DrawingError if it does not come about, EngineError or ModelError if
        the engine does not start.
        """
        loop = asyncio.get_running_loop()
        waiter: Waiter = (loop, loop.create_future())
        self.start()
        with self._changed:
            job = self._admit(source, digest, brief)
            job.waiters.append(waiter)
            self._changed.notify_all()
        try:
            return await waiter[1]
        finally:
            with self._changed:
                if waiter in job.waiters:
                    job.waiters.remove(waiter)

    def release(self) -> None:
        """Free what the engine holds (a GPU's memory) as soon as nothing is being drawn; the next drawing warms it."""
        with self._changed:
            self._released = True
            self._changed.notify_all()

    def close(self) -> None:
        """Kill the workers and end the threads; whoever waits gets a DrawingError. Idempotent."""
        with self._changed:
            self._closed = True
            jobs = [*self._waiting.values(), *self._drawing.values()]
            self._waiting.clear()
            self._drawing.clear()
            self._changed.notify_all()
        for job in jobs:
            _tell(job, DrawingError("The studio was closed before this drawing was done."))
        for hand in self._hands:
            hand.kill()
        for thread in self._threads:
            thread.join(timeout=5.0)

    # What the event loops call; the lock is held.

    def _admit(self, source: bytes, digest: str, brief: Brief) -> _Job:
        """The job for this picture: the one under way, else a new one at the head of the queue."""
        if self._closed:
            raise DrawingError("The studio is closed.")
        if self._broken:
            raise type(self._broken)(str(self._broken))
        if time.monotonic() < self._poisoned.get(digest, 0.0):
            raise PoisonedError("This picture broke the engine before; it is tried again in a few minutes.")
        self._released = False
        key = (digest, brief)
        if key in self._drawing:
            return self._drawing[key]
        job = self._waiting.setdefault(key, _Job(source, digest, brief))
        self._waiting.move_to_end(key)
        if len(self._waiting) > self._queue_limit:
            _, oldest = self._waiting.popitem(last=False)
            self._fail(
                [oldest], ShedError(f"More than {self._queue_limit} drawings are waiting; this one was dropped.")
            )
        return job

    # What the hands' threads run.

    def _work(self, hand: Hand, stays: bool) -> None:
        """A hand's life: start when there is work for it (at once if it `stays`), draw, be replaced when broken."""
        pause = 1.0
        while self._wanted(hand, stays):
            if hand.alive:
                self._draw(hand, self._take(hand.batch))
            elif self._start(hand):
                pause = 1.0
            else:
                with self._changed:
                    self._changed.wait_for(lambda: self._closed, pause)
                pause = min(PATIENCE, pause * 2)
        hand.stop()

    def _wanted(self, hand: Hand, stays: bool) -> bool:
        """Wait until this hand has something to do; False when the studio closes."""
        with self._changed:
            while not self._closed:
                if not hand.alive:
                    if (stays and not self._released) or len(self._waiting) > self._idle:
                        return True
                    self._changed.wait()
                elif self._waiting:
                    return True
                elif self._released:
                    hand.stop()
                else:
                    self._idle += 1
                    worked = self._changed.wait(IDLE)
                    self._idle -= 1
                    if not (worked or stays):
                        hand.stop()
            return False

    def _start(self, hand: Hand) -> bool:
        try:
            description = hand.start()
        except Exception as e:  # as in _draw
            with self._changed:
                self._last_error = _said(e)
                if not self._closed and not any(other.alive for other in self._hands):
                    self._broken = e if isinstance(e, EngineError) else EngineError(_said(e))
                    jobs = list(self._waiting.values())
                    self._waiting.clear()
                    self._fail(jobs, self._broken)
            return False
        with self._changed:
            self._broken = None
            self._description = description
        return True

    def _take(self, most: int) -> list[_Job]:
        """The newest job and, up to `most`, the next newest that go with it."""
        with self._changed:
            newest = next(reversed(self._waiting.values()), None)
            jobs = [job for job in reversed(self._waiting.values()) if newest and job.goes_with(newest)][:most]
            for job in jobs:
                self._drawing[job.key] = self._waiting.pop(job.key)
            self._changed.notify_all()  # what still waits may be worth another worker
            return jobs

    def _draw(self, hand: Hand, jobs: list[_Job]) -> None:
        if not jobs:  # another hand was quicker
            return
        try:
            drawings = hand.draw([job.source for job in jobs], jobs[0].brief)
        except WorkerDiedError as e:
            with self._changed:
                self._restarts += 1
                self._last_error = str(e)
                for job in jobs:
                    self._blame(job, e, alone=len(jobs) == 1)
        except Exception as e:  # whatever an engine raises must not end its thread
            if len(jobs) > 1:  # one of them is to blame: let the others have theirs
                for job in jobs:
                    self._draw(hand, [job])
                return
            with self._changed:
                self._last_error = _said(e)
                self._fail(jobs, e if isinstance(e, DrawingError) else DrawingError(_said(e)))
        else:
            with self._changed:
                self._drawn += len(jobs)
                for job, drawing in zip(jobs, drawings, strict=True):
                    self._drawing.pop(job.key, None)
                    _tell(job, drawing)

    # How a job ends; the lock is held.

    def _blame(self, job: _Job, death: WorkerDiedError, alone: bool) -> None:
        """A worker died over this job: another try, or remember the picture as poisoned."""
        job.broke += 1
        if self._closed:
            return
        if not alone or (job.broke < TRIES and not death.hung):
            del self._drawing[job.key]
            self._waiting[job.key] = job
            return
        self._poisoned[job.digest] = time.monotonic() + POISONED_FOR
        self._poisoned.move_to_end(job.digest)
        while len(self._poisoned) > POISONED_MOST:
            self._poisoned.popitem(last=False)
        self._fail([job], PoisonedError(f"This picture broke the engine: {death}"))

    def _fail(self, jobs: list[_Job], error: EngineError) -> None:
        self._failed += len(jobs)
        for job in jobs:
            self._drawing.pop(job.key, None)
            _tell(job, error)


def _said(e: Exception) -> str:
    """The error's message; one that is not ours needs its type's name to be understood."""
    return str(e) if isinstance(e, EngineError) else repr(e)


def _tell(job: _Job, result: Drawing | EngineError) -> None:
    """Hand the result to every waiter, each on its own event loop; one whose loop is gone needs nothing."""
    for loop, future in job.waiters:
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, future, result)


def _settle(future: "asyncio.Future[Drawing]", result: Drawing | EngineError) -> None:
    if future.done():
        return
    if isinstance(result, Drawing):
        future.set_result(result)
    else:
        future.set_exception(type(result)(*result.args))
