import asyncio
import io
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import IO

import pytest
from PIL import Image

from avatanime.errors import DrawingError, EngineError, ModelError, PoisonedError, ShedError
from engine import EngineSettings, Tier
from engine import studio as studio_module
from engine.drawing import Brief, Drawing
from engine.hands import WorkerHand
from engine.studio import Studio

DRAFT = Brief(Tier.DRAFT, "leave")
QUALITY = Brief(Tier.QUALITY, "leave")

GATE = 10
"""The tame engine's command to wait for `open_gate`."""

type Make = Callable[..., Studio]
type Paint = Callable[..., tuple[bytes, str]]


def drawn(log: Path) -> list[str]:
    return events(log, "draw ")


async def until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110  # what is waited for happens in other threads and processes
        await asyncio.sleep(0.01)


def events(log: Path, kind: str) -> list[str]:
    return [line for line in log.read_text().splitlines() if line.startswith(kind)]


def open_gate(log: Path) -> None:
    """Let go of the drawings that wait for it."""
    with log.open("a") as file:
        file.write("open\n")


def exists(pid: int) -> bool:
    """Whether the process runs (a zombie waiting for its parent does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def both_at_work(one: Studio, picture: Paint) -> tuple[int, int]:
    """The process ids of a studio's two workers, once both are warm."""
    source, _ = picture(1, 20)
    number = 0
    while len(one.status.workers) < 2:
        number += 2
        await asyncio.gather(*(one.draw(source, f"{number + n}", DRAFT) for n in range(3)))
    first, second = one.status.workers
    return first, second


async def test_a_picture_goes_in_and_a_portrait_comes_out(studio: Make, picture: Paint) -> None:
    one = studio()
    drawing = await one.draw(*picture(0, 77), DRAFT)
    assert (drawing.outcome, drawing.engine) == ("portrait", "tame")
    assert drawing.stage_ms == {"one": 1.0}
    assert drawing.ms > 0
    with Image.open(io.BytesIO(drawing.png)) as image:
        assert image.size == (40, 40)
        assert image.getpixel((3, 3)) == (77, 77, 77)
    status = one.status
    assert status.ready
    assert (status.drawn, status.failed, status.restarts, status.queued, status.running) == (1, 0, 0, 0, 0)
    assert status.engine.name == "tame"
    assert len(status.workers) == 1
    assert status.workers[0] != os.getpid()


async def test_drawings_asked_for_before_the_start_wait_for_it(studio: Make, picture: Paint) -> None:
    one = studio(start=False)
    asked = asyncio.ensure_future(one.draw(*picture(0), DRAFT))
    await asyncio.sleep(0)
    assert not one.status.ready
    assert one.status.queued == 1
    one.start()
    one.start()
    assert (await asked).outcome == "portrait"


async def test_many_who_ask_for_the_same_share_one_drawing(studio: Make, picture: Paint, log: Path) -> None:
    one = studio(workers=2)
    source, digest = picture(1, 10)
    drawings = await asyncio.gather(*(one.draw(source, digest, DRAFT) for _ in range(20)))
    assert len(drawn(log)) == 1
    assert all(drawing is drawings[0] for drawing in drawings)
    await one.draw(source, digest, QUALITY)
    assert drawn(log) == ["draw 10 draft", "draw 10 quality"]


async def test_the_newest_request_is_drawn_first(studio: Make, picture: Paint, log: Path) -> None:
    one = studio()
    busy = asyncio.ensure_future(one.draw(*picture(GATE), DRAFT))
    await until(lambda: one.status.running == 1)
    others = [asyncio.ensure_future(one.draw(*picture(0, n), DRAFT)) for n in (1, 2, 3)]
    await until(lambda: one.status.queued == 3)
    again = asyncio.ensure_future(one.draw(*picture(0, 1), DRAFT))
    await asyncio.sleep(0)
    open_gate(log)
    await asyncio.gather(busy, again, *others)
    assert drawn(log) == ["draw 0 draft", "draw 1 draft", "draw 3 draft", "draw 2 draft"]


async def test_a_full_queue_sheds_those_that_waited_longest(studio: Make, picture: Paint, log: Path) -> None:
    one = studio(queue=2)
    busy = asyncio.ensure_future(one.draw(*picture(GATE), DRAFT))
    await until(lambda: one.status.running == 1)
    others = [asyncio.ensure_future(one.draw(*picture(0, n), DRAFT)) for n in (1, 2, 3, 4)]
    await until(lambda: one.status.failed == 2)
    open_gate(log)
    first, second, third, fourth = await asyncio.gather(*others, return_exceptions=True)
    assert isinstance(first, ShedError)
    assert isinstance(second, ShedError)
    assert isinstance(third, Drawing)
    assert isinstance(fourth, Drawing)
    await busy
    assert drawn(log) == ["draw 0 draft", "draw 4 draft", "draw 3 draft"]
    assert (await one.draw(*picture(0, 1), DRAFT)).outcome == "portrait"  # shed, not condemned


async def test_cancelling_a_waiter_does_not_cancel_the_drawing(studio: Make, picture: Paint, log: Path) -> None:
    one = studio()
    source, digest = picture(GATE)
    impatient = asyncio.ensure_future(one.draw(source, digest, DRAFT))
    patient = asyncio.ensure_future(one.draw(source, digest, DRAFT))
    alone = asyncio.ensure_future(one.draw(*picture(0, 9), DRAFT))
    await until(lambda: one.status.running == 1)
    impatient.cancel()
    alone.cancel()
    await asyncio.sleep(0)
    open_gate(log)
    assert (await patient).outcome == "portrait"
    assert impatient.cancelled()
    await until(lambda: one.status.drawn == 2)
    assert len(drawn(log)) == 2


async def test_a_worker_killed_from_outside_costs_nobody_a_portrait(studio: Make, picture: Paint, log: Path) -> None:
    one = studio()
    asked = asyncio.ensure_future(one.draw(*picture(GATE), DRAFT))
    await until(lambda: one.status.running == 1)
    (pid,) = one.status.workers
    os.kill(pid, signal.SIGKILL)
    open_gate(log)
    assert (await asked).outcome == "portrait"
    assert one.status.restarts == 1
    assert one.status.workers != (pid,)


async def test_an_idle_worker_that_died_is_replaced(studio: Make, picture: Paint) -> None:
    one = studio()
    await one.draw(*picture(0, 1), DRAFT)
    (pid,) = one.status.workers
    os.kill(pid, signal.SIGKILL)
    await until(lambda: not one.status.ready)
    assert (await one.draw(*picture(0, 2), DRAFT)).outcome == "portrait"


async def test_a_picture_that_breaks_workers_is_not_tried_for_ever(
    studio: Make, picture: Paint, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = studio()
    deadly = picture(3)
    with pytest.raises(PoisonedError, match="exit code 7"):
        await one.draw(*deadly, DRAFT)
    assert len(drawn(log)) == 2
    with pytest.raises(PoisonedError):
        await one.draw(*deadly, QUALITY)
    assert len(drawn(log)) == 2
    assert one.status.restarts == 2
    assert (await one.draw(*picture(0, 1), DRAFT)).outcome == "portrait"

    monkeypatch.setattr(studio_module, "POISONED_FOR", 0.0)
    with pytest.raises(PoisonedError):
        await one.draw(*picture(3, 1), DRAFT)
    with pytest.raises(PoisonedError):
        await one.draw(*picture(3, 1), DRAFT)
    assert len(drawn(log)) == 7  # forgiven at once: tried again


async def test_only_so_many_poisoned_pictures_are_remembered(
    studio: Make, picture: Paint, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studio_module, "POISONED_MOST", 1)
    monkeypatch.setattr(studio_module, "TRIES", 1)
    one = studio()
    for argument in (1, 2, 2, 1):
        with pytest.raises(PoisonedError):
            await one.draw(*picture(3, argument), DRAFT)
    assert drawn(log) == ["draw 1 draft", "draw 2 draft", "draw 1 draft"]


async def test_a_hung_worker_is_killed_and_only_that_one(studio: Make, picture: Paint, tame: ModuleType) -> None:
    one = studio(workers=2, hung_after=2.0)
    both = set(await both_at_work(one, picture))
    hung = asyncio.ensure_future(one.draw(*picture(tame.SPIN), DRAFT))
    await until(lambda: one.status.running == 1)
    other = asyncio.ensure_future(one.draw(*picture(tame.DRAW), DRAFT))
    assert (await other).outcome == "portrait"
    with pytest.raises(PoisonedError, match="longer than 2 s"):
        await hung
    assert len(both & set(one.status.workers)) == 1
    assert sum(exists(pid) for pid in both) == 1
    assert one.status.restarts == 1
    with pytest.raises(PoisonedError):  # a second trial would cost another wait
        await one.draw(*picture(tame.SPIN), DRAFT)
    assert one.status.restarts == 1


async def test_an_engines_error_reaches_the_waiter_and_the_worker_lives_on(
    studio: Make, picture: Paint, tame: ModuleType
) -> None:
    one = studio()
    with pytest.raises(DrawingError, match="canvas is wet"):
        await one.draw(*picture(tame.REFUSE), DRAFT)
    with pytest.raises(DrawingError, match="a bug"):
        await one.draw(*picture(tame.BUG), DRAFT)
    assert one.status.last_error == "ValueError('a bug')"
    before = one.status.workers
    assert (await one.draw(*picture(tame.CHATTER), DRAFT)).outcome == "portrait"
    assert one.status.workers == before
    assert (one.status.failed, one.status.restarts) == (2, 0)


async def test_what_a_worker_wrote_before_it_died_is_waited_for(
    studio: Make, picture: Paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine its last words are read after it is gone."""
    overhear = WorkerHand._overhear

    def late(hand: WorkerHand, stderr: IO[bytes]) -> None:
        time.sleep(0.5)
        overhear(hand, stderr)

    monkeypatch.setattr(WorkerHand, "_overhear", late)
    with pytest.raises(EngineError, match="Illegal instruction"):
        await studio(options={"cold": "dies"}).draw(*picture(0), DRAFT)


async def test_bytes_that_are_no_picture_are_left(studio: Make) -> None:
    drawing = await studio().draw(b"<html>", "0" * 64, DRAFT)
    assert (drawing.outcome, drawing.png) == ("left", b"")
    assert drawing.reason


@pytest.mark.parametrize(
    ("cold", "error", "words"),
    [("model", ModelError, "models pull"), ("bug", EngineError, "a bug"), ("dies", EngineError, "Illegal instruction")],
)
async def test_an_engine_that_does_not_start_says_so_and_is_not_tried_hotly(
    studio: Make, picture: Paint, log: Path, cold: str, error: type[Exception], words: str
) -> None:
    one = studio(options={"cold": cold})
    with pytest.raises(error, match=words):
        await one.draw(*picture(0), DRAFT)
    with pytest.raises(error, match=words):
        await one.draw(*picture(0), DRAFT)
    assert words in one.status.last_error
    assert not one.status.ready
    assert len(events(log, "warm")) == 1


async def test_an_engine_that_starts_later_draws(studio: Make, picture: Paint) -> None:
    one = studio(options={"cold": "once"})
    with pytest.raises(ModelError):
        await one.draw(*picture(0), DRAFT)
    await until(lambda: one.status.ready)
    assert (await one.draw(*picture(0), DRAFT)).outcome == "portrait"


async def test_a_command_that_does_not_exist_is_an_engine_error(studio: Make, picture: Paint) -> None:
    with pytest.raises(EngineError, match="cannot be started"):
        await studio(command=("/no/such/python",)).draw(*picture(0), DRAFT)


async def test_closing_tells_the_waiters_and_leaves_no_process(studio: Make, picture: Paint, tame: ModuleType) -> None:
    one = studio(workers=2)
    pids = await both_at_work(one, picture)
    waiting = [asyncio.ensure_future(one.draw(*picture(tame.HANG, n), DRAFT)) for n in range(5)]
    await until(lambda: one.status.running == 2)
    one.close()
    one.close()
    for result in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(result, DrawingError)
    assert not any(exists(pid) for pid in pids)
    assert not any(thread.is_alive() for thread in one._threads)
    with pytest.raises(DrawingError, match="closed"):
        await one.draw(*picture(0), DRAFT)


@pytest.mark.parametrize("in_process", [False, True])
async def test_released_it_frees_the_engine_and_comes_back(studio: Make, picture: Paint, in_process: bool) -> None:
    one = studio(options={"in_process": in_process})
    await one.draw(*picture(0, 1), DRAFT)
    one.release()
    await until(lambda: not one.status.ready)
    await asyncio.sleep(0.05)
    assert not one.status.ready  # it does not start again of itself
    assert (await one.draw(*picture(0, 2), DRAFT)).outcome == "portrait"
    assert one.status.ready


async def test_closing_while_it_starts(studio: Make) -> None:
    for _ in range(5):
        one = studio(workers=2)
        one.close()
        assert not any(thread.is_alive() for thread in one._threads)
        assert one.status.workers == ()


def test_a_studio_serves_event_loops_that_come_and_go(studio: Make, picture: Paint, tame: ModuleType) -> None:
    one = studio()

    async def leave_early() -> None:
        asyncio.ensure_future(one.draw(*picture(1, 20), DRAFT))  # noqa: RUF006  # left behind on purpose
        await until(lambda: one.status.running == 1)

    asyncio.run(leave_early())
    assert asyncio.run(one.draw(*picture(0, 1), DRAFT)).outcome == "portrait"


async def test_an_idle_studio_keeps_one_worker(studio: Make, picture: Paint, monkeypatch: pytest.MonkeyPatch) -> None:
    one = studio(workers=2)
    await both_at_work(one, picture)
    monkeypatch.setattr(studio_module, "IDLE", 0.1)
    await one.draw(*picture(0, 1), DRAFT)  # from here on the shorter time counts
    await until(lambda: len(one.status.workers) == 1)
    assert one.status.restarts == 0
    assert (await one.draw(*picture(0, 2), DRAFT)).outcome == "portrait"


PARENT = """
import asyncio, sys
from engine import EngineSettings, Tier
from engine.drawing import Brief
from engine.studio import Studio

async def main():
    studio = Studio("tame", EngineSettings(), workers=2, create=lambda n, s: Tame(), command=sys.argv[1:3])
    studio.start()
    sources = [bytes.fromhex(text) for text in sys.argv[3:]]
    asyncio.get_running_loop().call_soon(asyncio.ensure_future, report(studio))
    await asyncio.gather(*(studio.draw(s, str(i), Brief(Tier.DRAFT)) for i, s in enumerate(sources)))

async def report(studio):
    while studio.status.running < 2:
        await asyncio.sleep(0.01)
    print(*studio.status.workers, flush=True)

class Tame:
    def describe(self):
        from engine import Description
        return Description("tame", "1", "cpu", 1.0, False, False)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("stuck", ["HANG", "SPIN"])
def test_workers_end_with_a_parent_that_was_killed(picture: Paint, tame: ModuleType, stuck: str) -> None:
    sources = [picture(getattr(tame, stuck), n)[0].hex() for n in range(2)]
    script = textwrap.dedent(PARENT)
    command = [sys.executable, "-c", script, sys.executable, str(tame.__file__), *sources]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert len(pids) == 2
        assert all(exists(pid) for pid in pids)
        parent.send_signal(signal.SIGKILL)
    while any(exists(pid) for pid in pids):  # the test's own time-out ends this
        time.sleep(0.01)


def test_drawing_with_cel_loads_none_of_its_libraries_here() -> None:
    script = """
import sys
from engine import EngineSettings
from engine.studio import Studio
studio = Studio("cel", EngineSettings())
studio.start()
studio.close()
print(*{"cv2", "onnxruntime", "scipy", "torch"} & set(sys.modules))
"""
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "\n"


class TestInBatches:
    """One worker alone on its machine, as on a GPU."""

    async def test_what_waits_is_drawn_together(self, studio: Make, picture: Paint, log: Path) -> None:
        one = studio(options={"most_workers": 1}, workers=4)
        busy = asyncio.ensure_future(one.draw(*picture(GATE), DRAFT))
        await until(lambda: one.status.running == 1)
        others = [asyncio.ensure_future(one.draw(*picture(0, n), DRAFT)) for n in range(10)]
        await until(lambda: one.status.queued == 10)
        open_gate(log)
        await asyncio.gather(busy, *others)
        assert events(log, "batch") == ["batch 1", "batch 8", "batch 2"]
        assert len(events(log, "warm")) == 1

    async def test_a_worker_that_dies_over_a_batch_condemns_only_the_guilty(
        self, studio: Make, picture: Paint, tame: ModuleType, log: Path
    ) -> None:
        one = studio(options={"most_workers": 1})
        busy = asyncio.ensure_future(one.draw(*picture(GATE), DRAFT))
        await until(lambda: one.status.running == 1)
        others = [asyncio.ensure_future(one.draw(*picture(command, 5), DRAFT)) for command in (0, tame.DIE, 0xFF)]
        await until(lambda: one.status.queued == 3)
        open_gate(log)
        good, bad, fine = await asyncio.gather(*others, return_exceptions=True)
        await busy
        assert isinstance(good, Drawing)
        assert isinstance(bad, PoisonedError)
        assert isinstance(fine, Drawing)
        assert events(log, "batch")[1] == "batch 3"
        assert set(events(log, "batch")[2:]) == {"batch 1"}


class TestInProcess:
    async def test_it_draws_in_batches_on_one_thread(self, studio: Make, picture: Paint, log: Path) -> None:
        one = studio(options={"in_process": True})
        busy = asyncio.ensure_future(one.draw(*picture(GATE), DRAFT))
        await until(lambda: one.status.running == 1)
        wanted = [asyncio.ensure_future(one.draw(*picture(0, n), DRAFT)) for n in range(10)]
        wanted.append(asyncio.ensure_future(one.draw(*picture(0, 1), QUALITY)))
        await until(lambda: one.status.queued == 11)
        open_gate(log)
        drawings = await asyncio.gather(busy, *wanted)
        assert all(drawing.outcome == "portrait" for drawing in drawings)
        assert events(log, "batch") == ["batch 1", "batch 1", "batch 8", "batch 2"]
        assert one.status.workers == (os.getpid(),)
        one.close()
        assert events(log, "close") == ["close"]

    async def test_one_bad_picture_does_not_spoil_its_batch(
        self, studio: Make, picture: Paint, tame: ModuleType, log: Path
    ) -> None:
        one = studio(options={"in_process": True})
        busy = asyncio.ensure_future(one.draw(*picture(GATE), DRAFT))
        await until(lambda: one.status.running == 1)
        others = [asyncio.ensure_future(one.draw(*picture(command, 5), DRAFT)) for command in (0, tame.BUG, 0xFF)]
        await until(lambda: one.status.queued == 3)
        open_gate(log)
        good, bad, fine = await asyncio.gather(*others, return_exceptions=True)
        await busy
        assert isinstance(good, Drawing)
        assert isinstance(bad, DrawingError)
        assert isinstance(fine, Drawing)
        assert "batch 3" in events(log, "batch")

    async def test_an_engine_that_cannot_be_warmed_says_so(self, studio: Make, picture: Paint) -> None:
        one = studio(options={"in_process": True, "cold": "bug"})
        with pytest.raises(EngineError, match="a bug"):
            await one.draw(*picture(0), DRAFT)


def test_an_unknown_engine_is_an_error_at_once() -> None:
    with pytest.raises(EngineError, match="choose"):
        Studio("oil", EngineSettings())
