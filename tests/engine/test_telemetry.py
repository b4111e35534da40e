"""onnxruntime would send usage events and keep an identifier in the user's home; here it must do neither."""

import os
import subprocess
import sys
from pathlib import Path


def test_running_a_model_leaves_nothing_in_the_users_home(tmp_path: Path) -> None:
    script = "from engine.cel import runtime; runtime.net('iris_landmark')"
    silent = {name: value for name, value in os.environ.items() if "TELEMETRY" not in name}
    places = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", script], env=silent | places, check=True, timeout=60)
    assert list(tmp_path.rglob("*")) == []
