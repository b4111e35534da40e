import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from standins import antelope, checkpoint

from avatanime.errors import DrawingError, EngineError, ModelError, SettingError
from engine import EngineSettings, Left, Portrait, Reason, Tier, create
from engine.instantid import InstantIDEngine
from engine.instantid.artist import choose_device
from engine.photo import Photo, digest

SMALL = "auto:size=128,lora="
type Make = Callable[..., InstantIDEngine]


@pytest.fixture(autouse=True)
def _photographs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the stand-ins' bright squares pass for photographs."""
    monkeypatch.setattr("engine.cel.drawn.left", lambda _: None)


@pytest.fixture
def make(models: Path) -> Iterator[Make]:
    made: list[InstantIDEngine] = []

    def one(**options: Any) -> InstantIDEngine:
        usual = {"models_dir": str(models), "recipe": SMALL, "captioner": "none", "device": "cpu"}
        made.append(InstantIDEngine(EngineSettings(options=usual | options)))
        return made[-1]

    yield one
    for engine in made:
        engine.close()


def photo(x: int = 200, y: int = 200, size: int = 400) -> Photo:
    pixels = antelope.picture(size, (x, y))
    return Photo(pixels, digest(pixels.tobytes()))


NOBODY = Photo(antelope.picture(400, None), "0" * 64)


def test_a_face_becomes_a_portrait_in_every_tier(make: Make) -> None:
    engine = make(recipe="auto:size=64,lora=/auto:size=128,lora=/auto:size=192,lora=")
    for tier, size in zip(Tier, (64, 128, 192), strict=True):
        (outcome,) = engine.portray([photo()], tier)
        assert isinstance(outcome, Portrait)
        assert outcome.pixels.shape == (size, size, 3)
        assert outcome.pixels.dtype == np.uint8
        assert outcome.style in ("modern", "shoujo", "retro", "shounen")
        assert set(outcome.stage_ms) == {"faces", "caption", "text", "denoise", "decode"}


def test_no_face_is_left(make: Make) -> None:
    outcomes = make().portray([NOBODY, photo(), NOBODY], Tier.DRAFT)
    assert [type(outcome) for outcome in outcomes] == [Left, Portrait, Left]
    assert outcomes[0] == Left(Reason.NO_FACE)
    assert make().portray([], Tier.DRAFT) == []


def test_what_is_drawn_already_is_left(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    reasons = iter([Reason.LOGO, None, Reason.DRAWN])
    monkeypatch.setattr("engine.cel.drawn.left", lambda _: next(reasons))
    outcomes = make().portray([photo()] * 3, Tier.DRAFT)
    assert (outcomes[0], outcomes[2]) == (Left(Reason.LOGO), Left(Reason.DRAWN))
    assert isinstance(outcomes[1], Portrait)


def test_a_portrait_does_not_depend_on_its_batch_or_the_run(make: Make) -> None:
    photos = [photo(130 + 40 * i, 200) for i in range(4)]
    together = make(batch=4).portray(photos, Tier.QUALITY)
    again = make(batch=1).portray(photos[::-1], Tier.QUALITY)[::-1]
    for one, other in zip(together, again, strict=True):
        assert isinstance(one, Portrait)
        assert isinstance(other, Portrait)
        assert np.abs(one.pixels.astype(int) - other.pixels).max() <= 1
        assert one.style == other.style


def test_blip_and_lora_take_part(make: Make) -> None:
    usual = make().portray([photo()], Tier.DRAFT)[0]
    captioned = make(captioner="blip").portray([photo()], Tier.DRAFT)[0]
    fused = make(recipe=f"draft:size=128,lora={checkpoint.LORA}").portray([photo()], Tier.DRAFT)[0]
    for other in (captioned, fused):
        assert isinstance(usual, Portrait)
        assert isinstance(other, Portrait)
        assert (usual.pixels != other.pixels).any()


def test_where_the_picture_is_not_square_the_face_stays_in(make: Make) -> None:
    from engine.instantid.artist import frame
    from engine.instantid.faces import Face

    keypoints = np.array([[180, 40], [220, 40], [200, 55], [185, 70], [215, 70]], np.float32)
    for shape, offset in (((100, 300, 3), 150), ((100, 240, 3), 140), ((300, 300, 3), 0)):
        face = Face(np.zeros(512, np.float32), keypoints, np.array([160, 10, 240, 90], np.float32), None)
        fractions = frame(np.zeros(shape, np.uint8), face)
        side = min(shape[:2])
        assert fractions[2] == pytest.approx(((200 - offset) / side, 55 / side))


def test_a_cold_engine_is_light_and_tells_its_recipe(models: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from engine import create, EngineSettings, Tier; e = create('instantid', EngineSettings());"
        "e.describe(); e.recipe(Tier.DRAFT); sys.exit(bool({'torch', 'diffusers', 'cv2'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_says_what_it_is(make: Make) -> None:
    engine = make()
    assert engine.describe().in_process
    assert engine.describe().shares_tiers
    assert engine.describe().most_workers == 1
    assert engine.describe().memory_mb == 0
    engine.warm()
    assert (engine.describe().device, engine.describe().memory_mb > 0) == ("cpu", True)
    assert not make(engine_process=True).describe().in_process


def test_nothing_is_left_loaded_after_a_failure(make: Make, tmp_path: Path) -> None:
    engine = make(models_dir=str(tmp_path))
    for _ in range(2):
        with pytest.raises(ModelError, match="avatanime models pull instantid"):
            engine.warm()
    assert engine.describe().memory_mb == 0


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.instantid.NEEDS", ("torch", "no_such_package"))
    with pytest.raises(EngineError, match=r"needs no_such_package: pip install 'avatanime\[diffusion\]'"):
        create("instantid", EngineSettings())


def test_a_bad_option_is_known_at_once() -> None:
    with pytest.raises(SettingError):
        create("instantid", EngineSettings(options={"recipe": "soup"}))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_device_that_is_not_there_is_named() -> None:
    with pytest.raises(EngineError, match=r"anime_device=cuda.*anime_device=auto"):
        choose_device("cuda")


# ---- memory and failures: torch's errors are raised where the GPU would ----


def failing(engine: InstantIDEngine, error: Exception, when: Callable[[int], bool]) -> list[int]:
    """Let batches that `when` picks fail; gives the sizes that were tried."""
    engine.warm()
    artist = engine._artist
    assert artist is not None
    paint, sizes = artist._paint, []

    def painting(sitters: Any, recipe: Any) -> Any:
        sizes.append(len(sitters))
        if when(len(sitters)):
            raise error
        return paint(sitters, recipe)

    artist._paint = painting  # type: ignore[method-assign]
    return sizes


def test_out_of_memory_halves_the_batch(make: Make) -> None:
    engine = make(batch=8)
    sizes = failing(engine, torch.OutOfMemoryError("CUDA out of memory"), lambda size: size > 2)
    outcomes = engine.portray([photo(130 + 30 * i) for i in range(5)], Tier.DRAFT)
    assert all(isinstance(outcome, Portrait) for outcome in outcomes)
    assert sizes == [5, 2, 2, 1]
    engine.portray([photo(), photo(150), photo(250)], Tier.DRAFT)
    assert sizes[4:] == [2, 1]  # what did not fit is not tried again


def test_not_even_one_fits(make: Make) -> None:
    engine = make()
    failing(engine, torch.OutOfMemoryError("CUDA out of memory"), lambda _: True)
    with pytest.raises(DrawingError, match=r"does not hold a single drawing.*anime_recipe"):
        engine.portray([photo(), photo(150)], Tier.DRAFT)


def test_a_failed_device_is_loaded_anew(make: Make) -> None:
    engine = make()
    failing(engine, RuntimeError("CUDA error: an illegal memory access\nmore"), lambda _: True)
    engine._artist.device = torch.device("cuda")  # type: ignore[union-attr]  # as if it ran there
    engine._artist._stage = lambda _: __import__("contextlib").nullcontext()  # type: ignore
    with pytest.raises(DrawingError, match=r"device failed \(CUDA error: an illegal memory access\)"):
        engine.portray([photo()], Tier.DRAFT)
    assert engine.describe().memory_mb == 0
    assert isinstance(engine.portray([photo()], Tier.DRAFT)[0], Portrait)


def test_idle_models_make_room_and_come_back(make: Make) -> None:
    engine = make(idle_unload=0.05)
    engine.warm()
    deadline = threading.Event()
    while engine.describe().memory_mb:
        deadline.wait(0.01)
    assert isinstance(engine.portray([photo()], Tier.DRAFT)[0], Portrait)


def test_closing_frees_and_warming_loads_again(make: Make) -> None:
    engine = make(idle_unload=1000.0)
    engine.warm()
    engine.close()
    assert engine.describe().memory_mb == 0
    engine.warm()
    assert engine.describe().memory_mb > 0
