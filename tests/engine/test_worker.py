import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image

from engine import EngineSettings, frames, worker
from engine.hands import WORKER

type Paint = Callable[..., tuple[bytes, str]]
type Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(tame: ModuleType) -> Iterator[Start]:
    """Starts workers and ends them."""
    started: list[subprocess.Popen[bytes]] = []

    def spawn(*command: str, **options: Any) -> subprocess.Popen[bytes]:
        command = command or (sys.executable, str(tame.__file__))
        pipe = subprocess.PIPE
        one = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, **options)
        started.append(one)
        return one

    yield spawn
    for one in started:
        one.kill()
        one.wait()
        for end in (one.stdin, one.stdout, one.stderr):
            assert end
            end.close()


def ask(one: subprocess.Popen[bytes], header: dict[str, Any], *parts: bytes) -> tuple[dict[str, Any], list[bytes]]:
    assert one.stdin
    assert one.stdout
    frames.write(one.stdin, header, *parts)
    reply = frames.read(one.stdout)
    assert reply is not None
    return reply


def setup(engine: str = "tame", **options: Any) -> dict[str, Any]:
    return {"engine": engine, "settings": asdict(EngineSettings(options=options))}


BRIEF = {"tier": "draft", "no_face": "leave"}


def test_a_conversation(start: Start, picture: Paint, tame: ModuleType) -> None:
    one = start()
    header, parts = ask(one, setup())
    assert header["description"]["name"] == "tame"
    assert parts == []
    sources = [picture(0, 5)[0], b"no picture", picture(tame.CHATTER, 6)[0], picture(tame.DRAWN)[0]]
    header, parts = ask(one, BRIEF, *sources)
    assert [drawing["outcome"] for drawing in header["drawings"]] == ["portrait", "left", "portrait", "left"]
    assert [bool(part) for part in parts] == [True, False, True, False]
    with Image.open(io.BytesIO(parts[2])) as image:
        assert image.getpixel((0, 0)) == (6, 6, 6)
    header, _ = ask(one, BRIEF, picture(tame.REFUSE)[0])
    assert header == {"error": "EngineError", "message": "The canvas is wet."}
    header, _ = ask(one, BRIEF, picture(tame.BUG)[0])
    assert header == {"error": "EngineError", "message": "ValueError('a bug')"}
    header, _ = ask(one, {"tier": "sublime", "no_face": "leave"}, picture(0)[0])
    assert "sublime" in header["message"]
    assert ask(one, BRIEF, picture(0)[0])[0]["drawings"]


def test_it_ends_with_its_stdin(start: Start) -> None:
    one = start()
    ask(one, setup())
    assert one.stdin
    one.stdin.close()
    assert one.wait() == 0


@pytest.mark.parametrize("stuck", ["HANG", "SPIN"])
def test_it_ends_with_its_stdin_in_the_middle_of_a_drawing(
    start: Start, picture: Paint, tame: ModuleType, log: Path, stuck: str
) -> None:
    one = start()
    ask(one, setup(log=str(log)))
    assert one.stdin
    frames.write(one.stdin, BRIEF, picture(getattr(tame, stuck))[0])
    while "draw" not in log.read_text():
        pass
    one.stdin.close()
    assert one.wait() == 0


def test_bytes_that_are_no_frame_end_it(start: Start) -> None:
    one = start()
    out, _ = one.communicate(b"GET / HTTP/1.1\r\n\r\n")
    assert out == b""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_it_ignores_ctrl_c(start: Start, picture: Paint) -> None:
    one = start()
    ask(one, setup())
    one.send_signal(signal.SIGINT)
    assert ask(one, BRIEF, picture(0)[0])[0]["drawings"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX priorities")
def test_it_draws_at_a_lower_priority(start: Start) -> None:
    one = start()
    ask(one, setup())
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, one.pid) == min(19, own + worker.NICENESS)


def test_an_engine_that_is_not_there_is_said_and_ends_it(start: Start) -> None:
    one = start(*WORKER)
    header, _ = ask(one, setup("oil"))
    assert header["error"] == "EngineError"
    assert "oil" in header["message"]
    assert one.stdin
    one.stdin.close()
    assert one.wait() == 0


def test_a_folder_named_engine_beside_the_user_is_not_taken_for_ours(start: Start, tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "__init__.py").write_text("raise SystemExit(66)")
    header, _ = ask(start(*WORKER, cwd=tmp_path), setup("oil"))
    assert "oil" in header["message"]
