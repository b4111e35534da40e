"""One workshop in a process, kept while its settings stay."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from addon import workshop
from addon.settings import Settings
from avatanime.errors import SettingError
from engine import EngineSettings
from engine.studio import Studio


@pytest.fixture(autouse=True)
def quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home of its own, and a studio that starts no worker."""
    monkeypatch.setenv("AVATANIME_HOME", str(tmp_path))
    monkeypatch.setattr(Studio, "start", lambda self: None)
    yield
    workshop.close()


def enter(**values: Any) -> workshop.Workshop:
    return workshop.enter(Settings.parse(values), object())  # type: ignore[arg-type]


def test_the_same_settings_find_the_same_workshop() -> None:
    first = enter()
    assert enter() is first
    other = enter(style="retro")
    assert other is not first
    assert other.studio is not first.studio


def test_what_needs_no_new_engine_is_adopted() -> None:
    first = enter()
    assert enter(deadline=7.0, enabled=False) is first
    assert (first.service.settings.deadline, first.service.settings.enabled) == (7.0, False)


def test_bad_sites_change_nothing() -> None:
    first = enter()
    with pytest.raises(SettingError, match="myspace"):
        enter(sites="myspace")
    assert first.service.settings.sites == ("twitter",)
    assert enter() is first


async def test_who_comes_back_in_time_finds_everything_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop, "LINGER", 0.02)
    first = enter()
    workshop.leave()
    assert enter() is first
    await asyncio.sleep(0.06)
    assert enter() is first
    workshop.leave()
    await asyncio.sleep(0.06)
    assert workshop.status() == {"enabled": False}
    assert enter() is not first


def test_a_slow_engine_may_have_an_understudy(conftest: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []

    class NoStudio:
        def __init__(self, name: str, options: EngineSettings, **_: int) -> None:
            names.append(name)

        def start(self) -> None:
            names.append("started")

        def close(self) -> None:
            names.append("closed")

    monkeypatch.setattr(workshop, "create", lambda name, options: conftest.StillEngine(name=name))
    monkeypatch.setattr(workshop, "Studio", NoStudio)
    enter(engine="instantid", draft="cel")
    assert names == ["instantid", "cel"]
    workshop.warm()
    assert names == ["instantid", "cel", "started", "started"]
    workshop.close()
    assert names[4:] == ["closed", "closed"]
    del names[:]
    enter(engine="cel", draft="cel")
    workshop.warm()
    assert names == ["cel", "started"]


def test_leaving_where_no_loop_runs_closes_at_once() -> None:
    enter()
    workshop.leave()
    assert workshop.status() == {"enabled": False}


def test_status_and_clearing() -> None:
    assert workshop.clear() == 0
    entered = enter()
    state = workshop.status()
    assert (state["enabled"], state["engine"], state["drawn"], state["ready"]) == (True, "cel", 0, False)
    from cache.portraits import Kept

    entered.store.put("0" * 64, "r", Kept(b"png", "portrait"))
    assert workshop.clear() == 1
