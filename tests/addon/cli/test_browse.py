import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from addon import browsers
from addon.cli import app
from addon.sites import CERTIFIED
from avatanime.errors import AvatanimeError
from certs import authority

AVATANIME = (sys.executable, "-c", "from addon.cli import main; main()")


def test_without_a_certificate_or_a_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVATANIME_HOME", str(tmp_path))
    monkeypatch.setattr(browsers, "choose", lambda name: browsers.Browser("chrome", "chromium", "/x/chrome"))
    for expected in ("no certificate", "No avatanime proxy answers on 127.0.0.1:9: start `avatanime run`"):
        done = CliRunner().invoke(app, ["browse", "--port", "9"])
        assert isinstance(done.exception, AvatanimeError)
        assert expected in str(done.exception)
        authority.ensure(tmp_path / "certs", CERTIFIED)


@pytest.fixture
def places(tmp_path: Path) -> Iterator[dict[str, Path]]:
    """A home, a user's home, and a scratch folder (of a short name, as it is for sockets too) for the commands."""
    with tempfile.TemporaryDirectory(prefix="a", dir="/tmp") as scratch:
        (tmp_path / "user").mkdir()
        yield {"AVATANIME_HOME": tmp_path / "state", "TMPDIR": Path(scratch), "HOME": tmp_path / "user"}


@pytest.fixture
def environment(places: dict[str, Path]) -> dict[str, str]:
    return os.environ | {name: str(place) for name, place in places.items()}


@pytest.fixture
def port(environment: dict[str, str]) -> Iterator[int]:
    """A proxy of `avatanime run`, on a free port."""
    command = [*AVATANIME, "run", "--port", "0"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as proxy:
        assert proxy.stdout is not None
        found = next(
            filter(None, (re.search(r"http://127.0.0.1:(\d+)/proxy.pac", line) for line in proxy.stdout)), None
        )
        assert found, "the proxy ended without saying its port"
        yield int(found[1])
        proxy.terminate()


def left_behind(places: dict[str, Path]) -> list[Path]:
    """Files in the user's home and the scratch folder, but for GLib's cache of settings, which any program makes."""
    found = [path for name in ("HOME", "TMPDIR") for path in places[name].rglob("*") if path.is_file()]
    return [path for path in found if "dconf" not in path.parts]


@pytest.mark.e2e
def test_chromium_shows_a_page_that_only_the_proxy_has(
    environment: dict[str, str], port: int, places: dict[str, Path]
) -> None:
    """https://avatanime.internal exists nowhere else, and no other browser accepts its certificate."""
    command = [*AVATANIME, "browse", "--port", str(port), "--browser", "chromium", "https://avatanime.internal/nowhere"]
    extra = ["--", "--headless", "--disable-gpu", "--dump-dom"]
    done = subprocess.run([*command, *extra], env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert "There is no /nowhere here." in done.stdout
    assert "deleted when you close the window" in done.stderr
    assert left_behind(places) == []


@pytest.mark.e2e
@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_ending_the_command_ends_browser_and_profile(
    environment: dict[str, str], port: int, places: dict[str, Path], browser: str
) -> None:
    command = [*AVATANIME, "browse", "--port", str(port), "--browser", browser, "about:blank", "--", "--headless"]
    command.append("--remote-debugging-port=0")  # keeps a headless Chromium from closing at once
    scratch = places["TMPDIR"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        while not [p for p in scratch.glob("avatanime-*") if len(list(p.iterdir())) > 8]:  # the browser has started
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert left_behind(places) == []
    assert not subprocess.run(["pgrep", "-f", str(scratch)], check=False, capture_output=True).stdout


@pytest.mark.e2e
def test_a_browser_that_does_not_start_is_told(environment: dict[str, str], port: int, places: dict[str, Path]) -> None:
    broken = places["TMPDIR"] / "bin/chromium"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\nexit 7\n")
    broken.chmod(0o755)
    command = [*AVATANIME, "browse", "--port", str(port), "--browser", "chromium"]
    shadowed = environment | {"PATH": f"{broken.parent}:{environment['PATH']}"}
    done = subprocess.run(command, env=shadowed, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 1
    assert "chromium ended with exit code 7" in done.stderr
    assert left_behind(places) == [broken]
