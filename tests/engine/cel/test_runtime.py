from pathlib import Path

import numpy as np
import pytest

from avatanime.errors import ModelError
from engine.cel import runtime

NOTICE = Path(__file__).parents[3] / "NOTICE"


def test_every_carried_file_is_the_one_named_in_the_code_and_in_the_notice() -> None:
    notice = NOTICE.read_text("utf-8")
    carried = {path.name for path in runtime.FOLDER.iterdir() if path.suffix in (".onnx", ".npy")}
    assert carried == set(runtime.SHA256)
    for name, digest in runtime.SHA256.items():
        assert runtime.sha256((runtime.FOLDER / name).read_bytes()) == digest, name
        assert name in notice
        assert digest in notice


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of the carried models'."""
    monkeypatch.setattr(runtime, "FOLDER", tmp_path)
    runtime.net.cache_clear()
    return tmp_path


def test_an_altered_model_is_refused(folder: Path) -> None:
    (folder / "iris_landmark.onnx").write_bytes(b"something else")
    with pytest.raises(ModelError, match=r"iris_landmark\.onnx is not the one avatanime came with"):
        runtime.net("iris_landmark")


def test_a_missing_model_says_which(folder: Path) -> None:
    with pytest.raises(ModelError, match=r"drawn\.npy cannot be read"):
        runtime.carried("drawn.npy")


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(ModelError, match=r"rubbish\.onnx cannot be loaded"):
        runtime.Net(b"rubbish", "rubbish.onnx")


def test_a_network_is_loaded_once_and_says_the_same_each_time() -> None:
    runtime.net.cache_clear()
    net = runtime.net("iris_landmark")
    assert runtime.net("iris_landmark") is net
    x = np.random.default_rng(0).random((1, 64, 64, 3), np.float32)
    first, second = net(x), net(x)
    assert set(first) == {"output_eyes_contours_and_brows", "output_iris"}
    for name, value in first.items():
        assert value.tobytes() == second[name].tobytes()
