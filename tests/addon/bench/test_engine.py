import importlib.util
import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from addon.cli import app
from avatanime.errors import PhotoError, SettingError

pytestmark = [
    pytest.mark.diffusion,
    pytest.mark.filterwarnings("ignore:`estimate` is deprecated:FutureWarning:insightface"),
    pytest.mark.skipif(
        not importlib.util.find_spec("torch"), reason="needs the `diffusion` extra: pip install 'avatanime[diffusion]'"
    ),
]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Settings of a tiny engine."""
    import torch
    from standins import antelope, checkpoint

    torch.set_num_threads(1)
    folder = checkpoint.build(tmp_path_factory.mktemp("models"), seed=3)
    antelope.build(folder / "antelopev2", keen=True)
    words = {"models_dir": folder, "captioner": "none", "device": "cpu"}
    return [x for name, value in words.items() for x in ("--set", f"{name}={value}")]


@pytest.fixture(autouse=True)
def _photographs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the stand-ins' bright squares pass for photographs."""
    monkeypatch.setattr("engine.cel.drawn.left", lambda _: None)


@pytest.fixture
def face(tmp_path: Path) -> Path:
    from standins import antelope

    Image.fromarray(antelope.picture()).save(tmp_path / "face.png")
    return tmp_path / "face.png"


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_bench_measures_each_stage_and_batch(small: list[str], face: Path) -> None:
    options = ["--set", "recipe=auto:size=64,lora=", "--set", "batch=2", "--rounds", "1", "--tier", "draft"]
    told = json.loads(run("bench", "engine", str(face), "--json", *small, *options))
    assert (told["device"], list(told["tiers"])) == ("cpu", ["draft"])
    draft = told["tiers"]["draft"]
    assert set(draft["stages_ms"]) == {"faces", "caption", "text", "denoise", "decode", "png"}
    assert set(draft["portraits_per_s"]) == {"1", "2"}
    assert min(draft["portraits_per_s"].values()) > 0
    assert draft["recipe"]["size"] == 64
    assert told["peak_mb"] > 0 < told["load_s"]


def test_the_sweep_draws_every_combination(small: list[str], face: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    recipe = ["--recipe", "writeup:size=64,lora="]
    assert run("sweep", str(face), str(out), *recipe, "--guidance", "1:9:3", "--steps", "1,2", *small) == f"{out}\n"
    with Image.open(out) as sheet:
        assert sheet.size == (2 * 256, 3 * 278)
        cells = [
            sheet.crop((x * 256, y * 278 + 22, x * 256 + 256, (y + 1) * 278)).tobytes()
            for x in (0, 1)
            for y in range(3)
        ]
    assert len(set(cells)) == 6


def test_a_preview_takes_any_setting(small: list[str], face: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    options = ["--engine", "instantid", "--json", "--size", "48", "--set", "recipe=auto:size=64,lora="]
    row = json.loads(run("preview", str(face), "--out", str(out), *options, *small))
    assert (row["outcome"], row["out"]) == ("portrait", str(out))
    with Image.open(out) as image:
        assert image.size == (48, 48)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ([], SettingError, "Nothing varies"),
        (["--steps", "0,1"], SettingError, "steps is 1 to 100"),
        (["--guidance", "1:9:30", "--eta", "0:1:30"], SettingError, "900 pictures"),
    ],
)
def test_a_sweep_that_cannot_be_is_said_before_anything_is_loaded(
    face: Path, tmp_path: Path, arguments: list[str], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        run("sweep", str(face), str(tmp_path / "sheet.png"), *arguments, "--set", "models_dir=/nowhere")


def test_a_photo_without_a_face_is_named(tmp_path: Path, face: Path) -> None:
    from standins import antelope, checkpoint

    folder = checkpoint.build(tmp_path / "models", seed=3)
    antelope.build(folder / "antelopev2")
    Image.fromarray(antelope.picture(spot=None)).save(face)
    options = ["--set", f"models_dir={folder}", "--set", "captioner=none", "--set", "device=cpu", "--steps", "1"]
    with pytest.raises(PhotoError, match="no face"):
        run("sweep", str(face), str(tmp_path / "sheet.png"), "--recipe", "writeup:size=64,lora=", *options)
