"""The two places where an engine draws: a worker process of its own, or a thread of this one.

A hand is used by one thread at a time; only `stop` may be called from another.
"""

import collections
import contextlib
import os
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict
from typing import IO, Any, BinaryIO, cast, override

from avatanime import errors
from avatanime.errors import EngineError
from engine import Description, Engine, EngineSettings, frames
from engine.drawing import Brief, Drawing, draw

WORKER = (sys.executable, "-P", "-m", "engine.worker")
"""The command of a worker; -P, so that a folder named `engine` where the proxy was started is not taken for ours."""
START_WITHIN = 180.0
"""Seconds a worker may take to warm its engine; loading the largest from a slow disk stays well below."""
_POOLS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")
_LAST_WORDS = 2.0
"""Seconds in which what a worker wrote before it died is heard at most: on a busy machine that takes a while."""
_ONE_THREAD = dict.fromkeys(_POOLS, "1")
"""A worker is one of several: threads of its own would only get in the others' way."""


class WorkerDiedError(EngineError):
    """The worker is gone; `hung` if it was killed because it took too long."""

    def __init__(self, message: str, hung: bool = False) -> None:
        super().__init__(message)
        self.hung = hung


class Hand(ABC):
    """Somewhere an engine lives and draws. One thread uses it; only `kill` may be called from another."""

    batch: int
    """Most pictures it takes at once."""

    @property
    @abstractmethod
    def alive(self) -> bool:
        """Whether it is warm and can draw."""

    @property
    @abstractmethod
    def pid(self) -> int:
        """The process it draws in, 0 when there is none."""

    @abstractmethod
    def start(self) -> Description:
        """Warm the engine. Raises EngineError or ModelError if that fails."""

    @abstractmethod
    def draw(self, sources: Sequence[bytes], brief: Brief) -> list[Drawing]:
        """One drawing a source. Raises EngineError for what the engine raised, WorkerDiedError if the worker broke."""

    @abstractmethod
    def stop(self) -> None:
        """Free all it holds; `start` may follow."""

    @abstractmethod
    def kill(self) -> None:
        """End its process for good, if it has one, whatever it is doing."""


class WorkerHand(Hand):
    """A worker process, killed when it takes longer than `hung_after` seconds a picture."""

    def __init__(
        self, engine: str, settings: EngineSettings, hung_after: float, command: Sequence[str] = WORKER, batch: int = 1
    ) -> None:
        self.batch = batch
        self._setup = {"engine": engine, "settings": asdict(settings)}
        self._hung_after = hung_after
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._warm = False
        self._killed = False
        self._last_words: collections.deque[str] = collections.deque(maxlen=5)
        self._overhears: threading.Thread | None = None

    @property
    @override
    def alive(self) -> bool:
        process = self._process
        return self._warm and process is not None and process.poll() is None

    @property
    @override
    def pid(self) -> int:
        process = self._process
        return process.pid if process else 0

    @override
    def start(self) -> Description:
        self.stop()
        self._process = self._spawn()
        if self._killed:  # while it was being spawned
            self._process.kill()
        try:
            header, _ = self._ask(START_WITHIN, self._setup)
        except WorkerDiedError as e:
            raise EngineError(f"The engine did not start. {e}") from e
        if "description" not in header:
            self.stop()
            raise _error(header)
        self._warm = True
        return Description(**header["description"])

    @override
    def draw(self, sources: Sequence[bytes], brief: Brief) -> list[Drawing]:
        request = {"tier": brief.tier.value, "no_face": brief.no_face}
        header, pngs = self._ask(self._hung_after * len(sources), request, *sources)
        if "drawings" not in header:
            raise _error(header)
        return [Drawing(**fields, png=png) for fields, png in zip(header["drawings"], pngs, strict=True)]

    @override
    def stop(self) -> None:
        process, self._process, self._warm = self._process, None, False
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # what was not yet written has nobody to read it
                cast(IO[bytes], pipe).close()

    @override
    def kill(self) -> None:
        self._killed = True
        process = self._process
        if process is not None:
            process.kill()

    def _ask(self, within: float, header: frames.Header, *parts: bytes) -> tuple[frames.Header, list[bytes]]:
        """The worker's reply. On WorkerDiedError the process is gone."""
        process = self._process
        if process is None:
            raise WorkerDiedError("The drawing worker was not started.")
        late = threading.Event()
        watchdog = threading.Timer(within, _put_down, (process, late))
        watchdog.daemon = True
        watchdog.start()
        try:
            frames.write(cast(BinaryIO, process.stdin), header, *parts)
            reply = frames.read(cast(BinaryIO, process.stdout))
        except (OSError, frames.FrameError):
            reply = None
        finally:
            watchdog.cancel()
        if reply is not None:
            return reply
        self.stop()
        if late.is_set():
            raise WorkerDiedError(f"The drawing worker took longer than {within:g} s and was killed.", hung=True)
        if self._overhears is not None:
            self._overhears.join(_LAST_WORDS)
        words = "; ".join(self._last_words) or "it said nothing"
        raise WorkerDiedError(f"The drawing worker ended with exit code {process.returncode}: {words}.")

    def _spawn(self) -> subprocess.Popen[bytes]:
        # A process group of its own: the terminal's Ctrl-C is for the proxy alone.
        apart: dict[str, Any] = {"process_group": 0}
        if sys.platform == "win32":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS
            apart = {"creationflags": flags | subprocess.CREATE_NO_WINDOW}
        self._last_words.clear()
        pipe = subprocess.PIPE
        environment = {**os.environ, **_ONE_THREAD}
        try:
            process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, **apart)
        except OSError as e:
            raise EngineError(f"The drawing worker {self._command[0]} cannot be started: {e}") from e
        self._overhears = threading.Thread(target=self._overhear, args=(process.stderr,), daemon=True)
        self._overhears.start()
        return process

    def _overhear(self, stderr: IO[bytes]) -> None:
        """Keep the last lines a worker writes, for the message should it die."""
        with stderr:
            for line in stderr:
                self._last_words.append(line.decode(errors="replace").strip())


class ThreadHand(Hand):
    """The engine in this very process, on the thread that calls."""

    def __init__(self, engine: Engine, batch: int = 1) -> None:
        self.batch = batch
        self._engine = engine
        self._warm = False

    @property
    @override
    def alive(self) -> bool:
        return self._warm

    @property
    @override
    def pid(self) -> int:
        return os.getpid()

    @override
    def start(self) -> Description:
        self._engine.warm()
        self._warm = True
        return self._engine.describe()

    @override
    def draw(self, sources: Sequence[bytes], brief: Brief) -> list[Drawing]:
        return draw(self._engine, sources, brief)

    @override
    def stop(self) -> None:
        self._warm = False
        self._engine.close()

    @override
    def kill(self) -> None:
        """A thread cannot be killed: it ends after the drawing it is at."""


def _put_down(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _error(header: frames.Header) -> EngineError:
    """The error a worker reported, as the class of ours that it names."""
    kind = getattr(errors, str(header.get("error")), EngineError)
    known = isinstance(kind, type) and issubclass(kind, EngineError)
    return (kind if known else EngineError)(header.get("message", "The drawing worker sent a reply it never should."))
