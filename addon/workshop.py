"""One running service in a process: a script that is loaded again goes on with it, warm engine and all."""

import asyncio
from dataclasses import asdict, dataclass
from pathlib import Path

from addon.making import Maker
from addon.service import Service
from addon.settings import Settings
from addon.source import Fetcher
from addon.supply import Supply
from avatanime.home import home
from cache.portraits import Portraits
from engine import EngineSettings, create
from engine.studio import Studio

CEL = "cel"
"""The engine that can stand in for any other: quick, and always installed."""
LINGER = 5.0
"""Seconds that a service without an addon is kept: reloading a script takes one away and brings it back."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which settings make it another workshop; the others are adopted by the one that runs."""

    folder: Path
    engine: str
    options: EngineSettings
    cache_size: int
    workers: int
    queue: int
    understudy: bool
    """Whether cel portraits stand in for those of an engine that takes longer."""

    @classmethod
    def of(cls, settings: Settings) -> "Plan":
        """The plan behind these settings."""
        return cls(
            home().cache,
            settings.engine,
            settings.for_engine,
            settings.cache_size,
            settings.workers,
            settings.queue,
            settings.draft == CEL and settings.engine != CEL,
        )


class Workshop:
    """Engine, studio, store and the service over them; a second, quick engine where the plan wants an understudy."""

    def __init__(self, plan: Plan, settings: Settings, fetcher: Fetcher) -> None:
        """Raises SettingError, EngineError or StoreError."""
        self.plan = plan
        engine = create(plan.engine, plan.options)
        self.store = Portraits(plan.folder, plan.cache_size * 2**20)
        self.supply = Supply(fetcher)
        self.studio = Studio(plan.engine, plan.options, workers=plan.workers, queue=plan.queue)
        self.maker = Maker(engine, self.studio, self.store, self.supply, settings.no_face)
        self._studios, self._makers = [self.studio], [self.maker]
        if plan.understudy:
            self._add(CEL, EngineSettings(settings.style, settings.no_face))
        self.service = Service(settings, *self._makers)

    def warm(self) -> None:
        """Start the workers now; else the first drawing does."""
        for studio in self._studios:
            studio.start()

    def release(self) -> None:
        """Have the engines free their memory until there is something to draw."""
        for studio in self._studios:
            studio.release()

    def _add(self, engine: str, options: EngineSettings) -> None:
        studio = Studio(engine, options, workers=self.plan.workers, queue=self.plan.queue)
        self._studios.append(studio)
        self._makers.append(Maker(create(engine, options), studio, self.store, self.supply, options.no_face))

    def close(self) -> None:
        """End all work; the store is left whole."""
        for maker in self._makers:
            maker.cancel()
        self.supply.cancel()
        for studio in self._studios:
            studio.close()
        self.store.close()


_open: Workshop | None = None
_farewell: asyncio.TimerHandle | None = None


def enter(settings: Settings, fetcher: Fetcher) -> Workshop:
    """The workshop for these settings: the one that runs, if its plan is the same, else a new one in its place.

    Raises SettingError, EngineError or StoreError.
    """
    global _open
    _stay()
    plan = Plan.of(settings)
    if _open is not None and _open.plan == plan:
        _open.service.adopt(settings)
        _open.supply.fetcher = fetcher
    else:
        entered = Workshop(plan, settings, fetcher)  # where that fails, what runs goes on
        close()
        _open = entered
    return _open


def warm() -> None:
    """Have the workshop that runs, if any, start its workers."""
    if _open is not None:
        _open.warm()


def leave() -> None:
    """Nobody works here for now: close soon, unless somebody enters before that."""
    global _farewell
    _stay()
    try:
        _farewell = asyncio.get_running_loop().call_later(LINGER, close)
    except RuntimeError:  # no loop that could wait
        close()


def close() -> None:
    """Close the workshop that runs, if any."""
    global _open
    _stay()
    if _open is not None:
        old = _open
        _open = None
        old.close()


def _stay() -> None:
    global _farewell
    if _farewell is not None:
        _farewell.cancel()
        _farewell = None


def clear() -> int:
    """Forget every portrait; gives how many there were."""
    if _open is None:
        return 0
    _open.service.clear()
    return _open.store.clear()


def release() -> None:
    """Have the engines free their memory; the next drawing warms them again."""
    if _open is not None:
        _open.release()


def status() -> dict[str, object]:
    """What goes on here, in a form that JSON can hold."""
    if _open is None:
        return {"enabled": False}
    studio, store = _open.studio.status, _open.store.stats()
    return {
        "enabled": _open.service.settings.enabled,
        "engine": studio.engine.name,
        "ready": studio.ready,
        "waiting": studio.queued,
        "drawing": studio.running,
        "drawn": studio.drawn,
        "failed": studio.failed,
        "last_error": studio.last_error,
        "store": asdict(store),
    }
