import os
import re
import signal
import subprocess
import sys
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
def environment(tmp_path: Path) -> dict[str, str]:
    for name in ("state", "scratch", "user"):
        (tmp_path / name).mkdir()
    places = {"AVATANIME_HOME": tmp_path / "state", "TMPDIR": tmp_path / "scratch", "HOME": tmp_path / "user"}
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


@pytest.mark.e2e
def test_chromium_shows_a_page_that_only_the_proxy_has(environment: dict[str, str], port: int, tmp_path: Path) -> None:
    """https://avatanime.internal exists nowhere else; its certificate is accepted by no other browser."""
    command = [
        *AVATANIME,
        "browse",
        "--port",
        str(port),
        "--browser",
        "chromium",
        "https://avatanime.internal/proxy.pac",
    ]
    # What `--dump-dom` prints of a plain text is the text in a <pre>.
    extra = ["--", "--headless", "--disable-gpu", "--dump-dom"]
    done = subprocess.run([*command, *extra], env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert "deleted when you close the window" in done.stderr
    assert list((tmp_path / "scratch").glob("avatanime-*")) == []
    assert not (tmp_path / "user/.pki").exists()
    print(done.stdout)


@pytest.mark.e2e
@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_ending_the_command_ends_browser_and_profile(
    environment: dict[str, str], port: int, tmp_path: Path, browser: str
) -> None:
    command = [*AVATANIME, "browse", "--port", str(port), "--browser", browser, "about:blank", "--", "--headless"]
    command.append("--remote-debugging-port=0")  # keeps a headless Chromium from closing at once
    scratch = tmp_path / "scratch"
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        while not [p for p in scratch.glob("avatanime-*") if len(list(p.iterdir())) > 4]:  # the browser has started
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    assert list(scratch.glob("avatanime-*")) == []
    assert not subprocess.run(["pgrep", "-f", str(scratch)], check=False, capture_output=True).stdout
