"""A timeline of avatars as Twitter's page shows them, and what a browser really painted of it."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import httpx
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from addon.bench import avatars
from harness.browsers import Browser

SIZES = ("normal", "bigger", "x96", "400x400")
"""The sizes a post shows, in turn: the first three are Twitter's in a timeline, the last a profile page's."""
SAME = 1.5
"""Mean difference (of 255) below which two pictures are the same: decoders differ by rounding."""
DIFFERENT = 3.0
"""Mean difference above which a picture is not the original; portraits differ by 15 and more."""
GAP = 16
"""Pixels between posts."""
SCRIPT = """
const shown = %s;
const append = () => {
  while (shown.length && shown[0].top < scrollY + 1.5 * innerHeight) {
    const {url, left, top, side, background} = shown.shift();
    const picture = document.createElement(background ? "div" : "img");
    const [x, y, s] = [left, top, side].map(n => n + "px");
    Object.assign(picture.style, {position: "absolute", left: x, top: y, width: s, height: s});
    if (background) picture.style.backgroundImage = `url(${url})`; else picture.src = url;
    document.body.append(picture);
  }
};
addEventListener("scroll", append);
append();
"""
"""Posts come into being as the reader nears them, as in Twitter's own timeline."""

type Pixels = NDArray[np.float32]


@dataclass(frozen=True)
class Shown:
    """One avatar on the page: its picture, and where its square lies in a screenshot of the whole page."""

    number: int
    size: str
    url: str
    left: int
    top: int
    background: bool

    @property
    def side(self) -> int:
        """Pixels a side."""
        return avatars.SIZES[self.size]


class Timeline:
    """`count` posts; each shows its avatar as an `<img>` and as a CSS background, in changing sizes."""

    def __init__(self, count: int = 40, *, name: str = "face") -> None:
        self.height = GAP
        self.shown = tuple(self._lay_out(count, name))

    def _lay_out(self, count: int, name: str) -> Iterator[Shown]:
        for n in range(count):
            sizes = SIZES[n % 4], SIZES[(n + n // 4 + 1) % 4]
            for background, size in enumerate(sizes):
                url = f"https://pbs.twimg.com/profile_images/{1000 + n}/{name}{n}_{size}.jpg"
                yield Shown(n, size, url, (20, 500)[background], self.height, bool(background))
            self.height += max(avatars.SIZES[size] for size in sizes) + GAP

    @property
    def html(self) -> str:
        """The page."""
        script = SCRIPT % json.dumps([asdict(s) | {"side": s.side} for s in self.shown])
        head = "<!doctype html><meta charset=utf-8><title>timeline</title>"
        return f'{head}<body style="margin:0;position:relative;height:{self.height}px"><script>{script}</script></body>'


def crop(screenshot: Image.Image, shown: Shown) -> Pixels:
    """What the browser painted where that avatar lies."""
    box = (shown.left, shown.top, shown.left + shown.side, shown.top + shown.side)
    return np.asarray(screenshot.crop(box), np.float32)


def pixels(data: bytes) -> Pixels:
    """An encoded picture as RGB."""
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"), np.float32)


def distance(a: Pixels, b: Pixels) -> float:
    """Mean absolute difference, 0..255."""
    assert a.shape == b.shape, (a.shape, b.shape)
    return float(np.abs(a - b).mean())


def is_anime(response: httpx.Response) -> bool:
    """Whether the proxy says that this answer is its own."""
    return (
        response.status_code == 200
        and response.headers["content-type"] == "image/png"
        and response.headers["cache-control"] == "private, no-cache"
        and bool(re.fullmatch(r'"[^"]+"', response.headers.get("etag", "")))
        and "last-modified" not in response.headers
    )


def not_anime(screenshot: Image.Image, timeline: Timeline, portraits: dict[str, bytes]) -> list[str]:
    """URLs of the avatars of which the screenshot shows anything but the portrait in `portraits`."""
    return [
        s.url
        for s in timeline.shown
        if s.url not in portraits
        or distance(crop(screenshot, s), pixels(portraits[s.url])) > SAME
        or distance(crop(screenshot, s), pixels(avatars.encoded(s.number, s.size))) < DIFFERENT
    ]


def not_original(screenshot: Image.Image, timeline: Timeline) -> list[str]:
    """URLs of the avatars of which the screenshot shows anything but the original."""
    return [
        s.url for s in timeline.shown if distance(crop(screenshot, s), pixels(avatars.encoded(s.number, s.size))) > SAME
    ]


def read_through(browser: Browser, url: str) -> Image.Image:
    """Open the page, scroll through it, and take its picture whole."""
    browser.open(url)
    browser.scroll_through()
    return browser.screenshot(whole=True)
