"""The instantid engine behind the proxy, whole but tiny: avatars go in, its pictures come out, cached, tier by tier."""

import importlib.util
import io
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from harness.page import Timeline, is_anime, not_anime, read_through
from harness.proxies import Proxy
from harness.stage import Stage
from PIL import Image

from addon.bench import avatars

pytestmark = [
    pytest.mark.diffusion,
    pytest.mark.skipif(
        not importlib.util.find_spec("torch"), reason="needs the `diffusion` extra: pip install 'avatanime[diffusion]'"
    ),
]
RECIPES = "auto:size=64,lora=/auto:size=128,lora=/auto:size=256,lora="
"""Small pictures, each tier of another size; the tiny checkpoint has no LoRA."""
WITHIN = 120.0
"""Seconds in which the engine must have loaded and drawn."""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from standins import antelope, checkpoint

    folder = checkpoint.build(tmp_path_factory.mktemp("models"), seed=2)
    antelope.build(folder / "antelopev2", keen=True)
    return folder


@pytest.fixture
def proxy(stage: Stage, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Proxy]:
    """A proxy with the tiny engine, and further settings."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # tiny networks are quickest without company

    def make(**settings: str) -> Proxy:
        usual = {"engine": "instantid", "models_dir": str(models), "recipe": RECIPES, "captioner": "none"}
        words = [f"anime_{name}={value}" for name, value in (usual | {"device": "cpu"} | settings).items()]
        return stage.proxy(tmp_path / "home", *(a for word in words for a in ("--set", word)))

    return make


def until_anime(client: httpx.Client, url: str, running: Proxy, held: str = "") -> httpx.Response:
    """The portrait at this URL, once there is one with another tag than `held`."""
    give_up = time.monotonic() + WITHIN
    while time.monotonic() < give_up:
        answer = client.get(url)
        if is_anime(answer) and answer.headers["etag"] != held:
            return answer
        time.sleep(0.5)
    raise AssertionError(f"{url} did not become a portrait in {WITHIN} s:\n{running.said()[-4000:]}")


def avatar(number: int, size: str) -> str:
    return f"https://pbs.twimg.com/profile_images/{number}/face{number}_{size}.jpg"


def test_in_a_browser(proxy: Callable[..., Proxy], stage: Stage, tmp_path: Path, artifacts: Path) -> None:
    timeline = Timeline(6, name="drawn")
    url = stage.page("instantid", timeline.html)
    with proxy(deadline="20") as running, stage.browser("chromium", tmp_path / "profile", running) as browser:
        give_up = time.monotonic() + WITHIN
        left = ["everything"]
        while left and time.monotonic() < give_up:
            shot = read_through(browser, url)
            with running.client() as client:
                answers = {s.url: client.get(s.url) for s in timeline.shown}
            portraits = {u: answer.content for u, answer in answers.items() if is_anime(answer)}
            left = not_anime(shot, timeline, portraits)
        shot.save(artifacts / "instantid.png")
        assert not left, running.said()[-4000:]
        for shown in timeline.shown:
            with Image.open(io.BytesIO(portraits[shown.url])) as image:
                assert image.size == (avatars.SIZES[shown.size],) * 2


def test_a_better_tier_takes_the_place_of_a_lesser(proxy: Callable[..., Proxy]) -> None:
    with proxy() as running, running.client() as client:
        small, large = avatar(7001, "normal"), avatar(7001, "400x400")
        draft = until_anime(client, small, running)
        again = client.get(small, headers={"if-none-match": draft.headers["etag"]})
        assert again.status_code in (200, 304)
        quality = until_anime(client, large, running)
        upgraded = until_anime(client, small, running, held=draft.headers["etag"])
        assert upgraded.content != draft.content
        assert client.get(small, headers={"if-none-match": upgraded.headers["etag"]}).status_code == 304
        with Image.open(io.BytesIO(quality.content)) as image:
            assert image.size == (400, 400)


def test_cel_stands_in_while_the_models_load(proxy: Callable[..., Proxy]) -> None:
    with proxy(draft="cel", deadline="1") as running, running.client() as client:
        url = avatar(7002, "400x400")
        first = until_anime(client, url, running)
        final = until_anime(client, url, running, held=first.headers["etag"])
        assert final.content != first.content


def test_in_a_process_of_its_own(proxy: Callable[..., Proxy]) -> None:
    with proxy(engine_process="true") as running, running.client() as client:
        until_anime(client, avatar(7003, "bigger"), running)
        workers = [p for p in running.family() if "engine.worker" in " ".join(p.cmdline())]
        assert len(workers) == 1
        workers[0].kill()
        until_anime(client, avatar(7004, "bigger"), running)


def test_without_models_originals_are_served_and_the_log_says_why(proxy: Callable[..., Proxy], tmp_path: Path) -> None:
    with proxy(models_dir=str(tmp_path / "none")) as running, running.client() as client:
        answer = client.get(avatar(7005, "normal"))
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/jpeg"
        give_up = time.monotonic() + WITHIN
        while "avatanime models pull instantid" not in running.said() and time.monotonic() < give_up:
            time.sleep(0.5)
            client.get(avatar(7005, "normal"))
        assert "avatanime models pull instantid" in running.said()
