"""What `make` does before anything runs: the right Python, and a set of packages that can live together."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from harness.proxies import ROOT, program

PLATFORMS = ("x86_64-unknown-linux-gnu", "aarch64-apple-darwin", "x86_64-pc-windows-msvc")
MACOS = "aarch64-apple-darwin"


def resolved(extra: str, python: str, platform: str, overrides: str = "") -> dict[str, str]:
    """Name and version of each package that uv would install."""
    options = ["--extra", extra] if extra else []
    if overrides:
        options += ["--overrides", str(ROOT / "scripts" / overrides)]
    command = [program("uv"), "pip", "compile", "--quiet", "--no-annotate", "--no-header"]
    command += ["--python-version", python, "--python-platform", platform, *options, str(ROOT / "pyproject.toml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", done.stdout, re.MULTILINE))


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", ["3.12", "3.13"])
def test_the_base_install_has_no_torch(python: str, platform: str) -> None:
    packages = resolved("", python, platform)
    assert packages["mitmproxy"].startswith("12.2.")
    assert not {"torch", "diffusers", "insightface"} & set(packages)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(("extra", "overrides"), [("diffusion", "cpu-overrides.txt"), ("gpu", "gpu-overrides.txt")])
def test_never_two_runtimes_or_two_opencvs(extra: str, overrides: str, platform: str) -> None:
    packages = resolved(extra, "3.12", platform, overrides)
    runtime = "onnxruntime-gpu" if extra == "gpu" and platform != MACOS else "onnxruntime"
    assert {name for name in packages if name.startswith("onnxruntime")} == {runtime}
    assert {name for name in packages if name.startswith("opencv")} == {"opencv-python-headless"}
    assert "torch" in packages


def find_python(**env: str) -> subprocess.CompletedProcess[str]:
    """Run the script that looks for a Python, in an environment of its own."""
    script = str(ROOT / "scripts" / "find-python")
    return subprocess.run(["/bin/sh", script], capture_output=True, text=True, check=False, env=env)


def test_a_python_that_pyenv_holds_is_found(tmp_path: Path) -> None:
    held = tmp_path / "versions" / "3.12.1" / "bin" / "python"
    held.parent.mkdir(parents=True)
    held.symlink_to(Path(sys.executable).resolve())
    found = find_python(PATH="/nowhere:/bin", PYENV_ROOT=str(tmp_path), HOME=str(tmp_path))
    assert found.returncode == 0, found.stderr
    assert Path(found.stdout.strip()).exists()


def test_without_a_python_it_says_what_to_install(tmp_path: Path) -> None:
    for name in ("ls", "cat"):
        (tmp_path / name).symlink_to(f"/bin/{name}")
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "python3").chmod(0o755)
    found = find_python(PATH=str(tmp_path), PYENV_ROOT=str(tmp_path), HOME=str(tmp_path))
    assert found.returncode == 1
    assert "Python 3.12 or newer" in found.stderr
    assert "python3-venv" in found.stderr


def test_the_proxy_benchmark_measures_every_way(tmp_path: Path) -> None:
    command = [program("avatanime"), "bench", "proxy", "--json", "--rounds", "2", "--seconds", "0.1"]
    env = os.environ | {"AVATANIME_HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["rows"]
    assert {(row["front"], row["path"], row["protocol"]) for row in rows} == {
        (front, path, protocol)
        for front, path in [
            ("plain", "passthrough"),
            ("mitmdump", "cached"),
            ("mitmdump", "opaque"),
            ("run", "cached"),
            ("run", "opaque"),
        ]
        for protocol in ("h1", "h2")
    }
    assert all(0 < row["p50_ms"] <= row["p99_ms"] and row["req_per_s"] > 0 for row in rows)
    assert [row["ratio"] for row in rows if row["front"] == "plain"] == [1.0, 1.0]
    assert not list(tmp_path.iterdir()), "the benchmark left something in the user's home"
