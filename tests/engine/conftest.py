"""What the engine's tests share: an engine that obeys its pictures, and a stand-in for the model hub."""

import hashlib
import importlib.util
import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image
from standins.hub import StandInHub, serve

from engine import EngineSettings
from engine.studio import Studio

SCRIPT = Path(__file__).with_name("tame.py")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInHub]:
    """A running stand-in for the model hub; `HF_ENDPOINT` names it."""
    with serve() as standin:
        monkeypatch.setenv("HF_ENDPOINT", standin.url)
        yield standin


@pytest.fixture(scope="session")
def tame() -> ModuleType:
    """The module of the engine that obeys its pictures."""
    spec = importlib.util.spec_from_file_location("tame", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def picture() -> Callable[..., tuple[bytes, str]]:
    """A PNG whose first pixel tells the tame engine what to do, and its digest."""

    def paint(command: int, argument: int = 0) -> tuple[bytes, str]:
        out = io.BytesIO()
        Image.new("RGB", (8, 8), (command, argument, 0)).save(out, "PNG")
        return out.getvalue(), hashlib.sha256(out.getvalue()).hexdigest()

    return paint


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the tame engine writes what it does."""
    file = tmp_path / "log"
    file.touch()
    return file


@pytest.fixture
def studio(tame: ModuleType, log: Path) -> Iterator[Callable[..., Studio]]:
    """Makes started studios of tame workers and closes them."""
    made: list[Studio] = []

    def make(*, start: bool = True, options: dict[str, Any] | None = None, **settings: Any) -> Studio:
        settings = {"workers": 1, "create": tame.create, "command": (sys.executable, str(SCRIPT)), **settings}
        one = Studio("tame", EngineSettings(options={"log": str(log), **(options or {})}), **settings)
        made.append(one)
        if start:
            one.start()
        return one

    yield make
    for one in made:
        one.close()
