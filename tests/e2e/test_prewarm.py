"""What `avatanime prewarm` has drawn, the proxy answers without asking anybody."""

import io
import os
import subprocess
from pathlib import Path

from harness.page import is_anime
from harness.proxies import program
from harness.stage import Stage
from PIL import Image

FACES = [f"https://pbs.twimg.com/profile_images/{number}/face{number}" for number in range(1, 7)]


def prewarm(stage: Stage, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, fetching from the stage."""
    way = ["--via", f"http://127.0.0.1:{stage.relay.port}", "--upstream-ca", str(stage.ca), "--pause", "0.01"]
    command = [program("avatanime"), "prewarm", *way, *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"AVATANIME_HOME": str(home)}
    )


def test_prewarmed_avatars_come_from_the_cache(stage: Stage, tmp_path: Path) -> None:
    home = tmp_path / "home"
    urls = tmp_path / "urls.txt"
    urls.write_text("".join(f"{face}_normal.jpg\n" for face in FACES))
    gone = "https://pbs.twimg.com/profile_images/9/gone9_normal.jpg"
    stage.origin.requests.clear()
    first = prewarm(stage, home, str(urls), gone)
    assert first.returncode == 1, first.stderr
    assert f"failed: {gone}" in first.stderr
    assert "410" in first.stderr
    assert max(stage.origin.fetches().values()) <= 2

    stage.origin.requests.clear()
    again = prewarm(stage, home, str(urls))
    assert again.returncode == 0, again.stderr
    assert f"{len(FACES)} in the cache already" in again.stderr
    assert stage.origin.requests == []

    with stage.proxy(home) as proxy, proxy.client() as client:
        for face in FACES:
            for size, side in (("normal", 48), ("x96", 96)):
                answer = client.get(f"{face}_{size}.jpg")
                assert is_anime(answer)
                with Image.open(io.BytesIO(answer.content)) as portrait:
                    assert portrait.size == (side, side)
        assert stage.origin.fetches() == {}
