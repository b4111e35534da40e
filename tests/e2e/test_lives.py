"""Programs that start, are killed, and start again."""

import shutil
import time
from pathlib import Path

import httpx
import pytest
from harness.page import is_anime
from harness.proxies import ADDON, Proxy
from harness.stage import Stage

AVATARS = [f"https://pbs.twimg.com/profile_images/{1000 + n}/face{n}_bigger.jpg" for n in range(4)]


def ask_until_drawn(proxy: Proxy) -> dict[str, bytes]:
    """The portraits of all AVATARS."""
    until = time.monotonic() + 60
    with proxy.client() as client:
        while True:
            answers = {url: client.get(url) for url in AVATARS}
            if all(map(is_anime, answers.values())):
                return {url: answer.content for url, answer in answers.items()}
            assert time.monotonic() < until, proxy.said()
            time.sleep(0.3)


@pytest.mark.parametrize("front", ["mitmweb", "mitmproxy"])
def test_other_programs_of_mitmproxy_take_the_addon(stage: Stage, tmp_path: Path, front: str) -> None:
    quiet = ["--set", "web_open_browser=false", "--set", "web_port=0"] if front == "mitmweb" else []
    with stage.proxy(tmp_path, *quiet, front=front) as proxy:
        assert len(ask_until_drawn(proxy)) == len(AVATARS)


@pytest.mark.parametrize("front", ["mitmdump", "run"])
def test_what_was_drawn_outlives_kill_9(stage: Stage, tmp_path: Path, front: str) -> None:
    with stage.proxy(tmp_path, front=front) as proxy:
        before = ask_until_drawn(proxy)
        proxy.kill()
    stage.origin.requests.clear()
    with stage.proxy(tmp_path, front=front) as proxy, proxy.client() as client:
        after = {url: client.get(url) for url in AVATARS}
    assert {url: answer.content for url, answer in after.items()} == before
    assert all(map(is_anime, after.values()))
    assert stage.origin.requests == []


def test_workers_die_with_the_proxy(stage: Stage, tmp_path: Path) -> None:
    with stage.proxy(tmp_path) as proxy:
        ask_until_drawn(proxy)
        parent, *workers = proxy.family()
        assert workers
        parent.kill()
        until = time.monotonic() + 20
        while any(worker.is_running() and worker.status() != "zombie" for worker in workers):
            assert time.monotonic() < until, workers
            time.sleep(0.1)


def test_a_changed_script_is_loaded_again(stage: Stage, tmp_path: Path) -> None:
    script = Path(shutil.copy(ADDON, tmp_path))
    with stage.proxy(tmp_path / "home", addon=script) as proxy:
        ask_until_drawn(proxy)
        drawn = httpx.get("http://remote.test/anime.status", proxy=proxy.url).json()["drawn"]
        script.write_text(script.read_text() + "\n# changed\n")
        until = time.monotonic() + 20
        while "Loading script" not in proxy.said().partition("listening")[2]:
            assert time.monotonic() < until, proxy.said()
            time.sleep(0.2)
        with proxy.client() as client:
            assert all(is_anime(client.get(url)) for url in AVATARS)
        assert httpx.get("http://remote.test/anime.status", proxy=proxy.url).json()["drawn"] == drawn
        assert {address for address, _ in proxy.listening()} == {"127.0.0.1"}


def test_a_taken_port_is_said(stage: Stage, tmp_path: Path) -> None:
    with stage.proxy(tmp_path / "one", front="run") as proxy:
        second = stage.proxy(tmp_path / "two", front="run")
        second.command = [part if part != str(second.port) else str(proxy.port) for part in second.command]
        with pytest.raises(AssertionError, match=r"(?s)ended with [1-9].*[Aa]ddress already in use"), second:
            pass


def test_a_bad_option_is_said(stage: Stage, tmp_path: Path) -> None:
    with (
        pytest.raises(AssertionError, match=r"(?s)ended with 1.*anime_engine.*cel, instantid"),
        stage.proxy(tmp_path, "--set", "anime_engine=oil", front="run"),
    ):
        pass
