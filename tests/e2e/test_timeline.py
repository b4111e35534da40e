"""A timeline of forty avatars in real browsers ends with every avatar anime."""

import time
from pathlib import Path

import pytest
from harness.browsers import Browser, Chromium
from harness.page import Timeline, is_anime, not_anime, not_original, read_through
from harness.proxies import Proxy
from harness.stage import SUBJECT, Stage
from PIL import Image

READINGS = 6
"""How often a reader may come by before everything must be drawn: a portrait that was late is there the next time."""


def portraits(proxy: Proxy, timeline: Timeline) -> dict[str, bytes]:
    """The portraits that the proxy shows in place of the page's pictures."""
    with proxy.client() as client:
        answers = {url: client.get(url) for url in {s.url for s in timeline.shown}}
    return {url: answer.content for url, answer in answers.items() if is_anime(answer)}


def read_until_drawn(browser: Browser, url: str, proxy: Proxy, timeline: Timeline) -> Image.Image:
    """Read the page, again if need be, until every avatar on it is anime; the last picture of it."""
    for _ in range(READINGS):
        shot = read_through(browser, url)
        time.sleep(2)  # what was late is being drawn
        left = not_anime(shot, timeline, portraits(proxy, timeline))
        if not left:
            return shot
    raise AssertionError(f"still not anime after {READINGS} readings: {left}\n{proxy.said()[-4000:]}")


def test_by_pac(stage: Stage, browser_name: str, tmp_path: Path, artifacts: Path) -> None:
    timeline = Timeline(name="face")
    url = stage.page("timeline", timeline.html)
    stage.origin.requests.clear()
    with (
        stage.proxy(tmp_path / "home") as proxy,
        stage.browser(browser_name, tmp_path / "profile", proxy) as browser,
    ):
        shot = read_until_drawn(browser, url, proxy, timeline)
        shot.save(artifacts / f"timeline-{browser_name}.png")
        fetches = stage.origin.fetches()
        assert len(fetches) == 40
        assert max(fetches.values()) <= 2, [r.path for r in stage.origin.requests if "profile_images" in r.path]

        proxy.command_call("anime.toggle")
        browser.reload()
        browser.scroll_through(pause=0.05)
        assert not_original(browser.screenshot(whole=True), timeline) == []

        proxy.command_call("anime.toggle")
        browser.reload()
        browser.scroll_through(pause=0.05)
        assert not_anime(browser.screenshot(whole=True), timeline, portraits(proxy, timeline)) == []

        browser.open(f"https://other.example:{stage.origin.port}/")
        assert browser.evaluate("document.body.innerText") == "other.example itself"
        if isinstance(browser, Chromium):
            assert browser.subject(f"https://other.example:{stage.origin.port}/") == SUBJECT
            assert browser.subject(timeline.shown[0].url) != SUBJECT


@pytest.mark.parametrize(
    ("front", "mode", "kind"),
    [("mitmdump", "upstream", "proxy"), ("mitmdump", "regular", "pac"), ("run", "upstream", "pac")],
    ids=["proxy-server", "regular-mode", "avatanime-run"],
)
def test_other_ways(stage: Stage, tmp_path: Path, front: str, mode: str, kind: str) -> None:
    timeline = Timeline(12)
    url = stage.page("short", timeline.html)
    with (
        stage.proxy(tmp_path / "home", front=front, mode=mode) as proxy,
        stage.browser("chromium", tmp_path / "profile", proxy, kind) as browser,
    ):
        read_until_drawn(browser, url, proxy, timeline)
        assert isinstance(browser, Chromium)
        assert browser.subject(f"https://other.example:{stage.origin.port}/") == SUBJECT
        assert browser.subject(timeline.shown[0].url) != SUBJECT


def test_firefox_with_one_proxy_for_everything(stage: Stage, tmp_path: Path) -> None:
    timeline = Timeline(12)
    url = stage.page("short", timeline.html)
    with (
        stage.proxy(tmp_path / "home") as proxy,
        stage.browser("firefox", tmp_path / "profile", proxy, "proxy") as browser,
    ):
        read_until_drawn(browser, url, proxy, timeline)
        browser.open(f"https://other.example:{stage.origin.port}/")  # the profile trusts no CA that could fake it
        assert browser.evaluate("document.body.innerText") == "other.example itself"


def test_a_browser_full_of_originals_lets_go_of_them(stage: Stage, browser_name: str, tmp_path: Path) -> None:
    """Twitter's originals are fresh for a week, and what is fresh is not asked for: one answer must evict them all."""
    timeline, newcomer = Timeline(8), Timeline(1, name="newcomer")
    url, new = stage.page("held", timeline.html), stage.page("newcomer", newcomer.html)
    with stage.browser(browser_name, tmp_path / "profile", None) as browser:
        assert not_original(read_through(browser, url), timeline) == []
    with (
        stage.proxy(tmp_path / "home") as proxy,
        stage.browser(browser_name, tmp_path / "profile", proxy) as browser,
    ):
        read_until_drawn(browser, new, proxy, newcomer)
        read_until_drawn(browser, url, proxy, timeline)
