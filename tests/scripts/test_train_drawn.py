import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "train_drawn.py"


@pytest.fixture(scope="module")
def train() -> ModuleType:
    spec = importlib.util.spec_from_file_location("train_drawn", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_learns_what_tells_two_groups_apart_and_ignores_their_sizes(train: ModuleType) -> None:
    rng = np.random.default_rng(0)
    photos, others = rng.normal(0, 1, (300, 8)), rng.normal(0, 1, (40, 8))
    others[:, 3] += 4
    weights = train.learn(photos, others)
    assert ((photos @ weights[:-1] + weights[-1]) < 0).mean() > 0.95
    assert ((others @ weights[:-1] + weights[-1]) > 0).mean() > 0.95


def test_going_on_learns_what_is_new_and_keeps_what_was_known(train: ModuleType) -> None:
    rng = np.random.default_rng(0)
    photos, drawings = rng.normal(0, 1, (300, 8)), rng.normal(0, 1, (60, 8))
    drawings[:, 3] += 4
    old = train.learn(photos, drawings)
    strange = rng.normal(0, 1, (100, 8))
    strange[:, 3] += 3.5
    strange[:, 5] += 6
    new = train.go_on(old, np.concatenate([photos, strange]), drawings)

    def taken(weights: np.ndarray, pictures: np.ndarray) -> float:
        return float((pictures @ weights[:-1] + weights[-1] > 0).mean())

    assert taken(old, strange) > 0.5
    assert taken(new, strange) < 0.2
    assert taken(new, drawings) > 0.95
    assert taken(new, photos) < 0.1
    far = np.zeros(8)
    far[3] = 9
    assert np.allclose(train.go_on(old, photos[:5] - far, drawings + far), old)


def test_variants_are_working_pictures_and_repeatable(train: ModuleType) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (90, 70, 3), np.uint8)
    for seed in range(20):
        one, same = (train.variant(picture, np.random.default_rng(seed)) for _ in range(2))
        assert one.shape == (400, 400, 3)
        assert (one == same).all()


def test_folders_become_coefficients(
    train: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Noise, soft blots and hard stripes, four of each."""
    rng = np.random.default_rng(1)
    for kind in ("photos", "drawings", "graphics"):
        (tmp_path / kind).mkdir()
        for i in range(4):
            picture = rng.integers(0, 256, (120, 120, 3)).astype(np.uint8)
            if kind == "drawings":
                picture = cv2.GaussianBlur(picture, (0, 0), 9) * 3
            if kind == "graphics":
                picture = np.where(np.arange(120)[:, None, None] // (8 + i) % 2, picture[:1, :1], 255 - picture[:1, :1])
                picture = np.broadcast_to(picture, (120, 120, 3)).astype(np.uint8)
            cv2.imwrite(str(tmp_path / kind / f"k{i}-0.png"), picture)
    monkeypatch.setattr(train, "VARIANTS", 1)
    monkeypatch.setattr(train, "FOLDS", 2)
    folders = [str(tmp_path / kind) for kind in ("photos", "drawings", "graphics")]
    monkeypatch.setattr(sys, "argv", ["train_drawn.py", str(tmp_path / "out.npy"), *folders])
    train.main()
    learned = np.load(tmp_path / "out.npy")
    assert learned.shape == (2, 2741)
    assert learned.dtype == np.float32
    assert "graphics:" in capsys.readouterr().out


def test_new_pictures_are_learned_on_top_of_old_ones(
    train: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(1)
    for kind in ("photos", "drawings"):
        (tmp_path / kind).mkdir()
        for i in range(3):
            picture = rng.integers(0, 256, (60, 60, 3)).astype(np.uint8)
            cv2.imwrite(
                str(tmp_path / kind / f"{kind[0]}{i}.png"), picture if kind == "photos" else picture // 128 * 255
            )
    monkeypatch.setattr(train, "VARIANTS", 1)
    old = np.zeros((2, 2741), np.float32)
    old[1] = 3
    np.save(tmp_path / "old.npy", old)
    folders = [str(tmp_path / kind) for kind in ("photos", "drawings")]
    monkeypatch.setattr(
        sys, "argv", ["train_drawn.py", str(tmp_path / "out.npy"), *folders, "--on", str(tmp_path / "old.npy")]
    )
    train.main()
    new = np.load(tmp_path / "out.npy")
    assert new.dtype == np.float32
    assert new[0].any()
    assert (new[1] == 3).all()
