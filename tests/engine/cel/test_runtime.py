import subprocess
import sys
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


_BUSY = """
import numpy as np
import psutil
from engine.cel.runtime import net

def resident():
    return psutil.Process().memory_info().rss / 2**20

parser = net("parser")
x = np.zeros(parser.input_shape, np.float32)
for _ in range(4):
    parser(x)
before, kept = resident(), []
for turn in range(80):
    kept.append(np.ones((1 + turn % 5) * 2**18, np.float32))
    parser(x)
    del kept[:-8]
print(resident() - before - sum(array.nbytes for array in kept) / 2**20)
"""
"""How much a process grows beyond the arrays that it keeps, while networks and arrays take memory by turns; in MB."""


def test_a_worker_does_not_grow_by_holes_in_its_heap() -> None:
    run = subprocess.run([sys.executable, "-c", _BUSY], capture_output=True, text=True, check=True, timeout=60)
    assert float(run.stdout) < 6
