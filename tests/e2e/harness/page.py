"""A timeline of avatars as Twitter's page shows them, and what a browser really painted of it."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import numpy as np
from harness import avatars
from harness.browsers import Browser
from numpy.typing import NDArray
from PIL import Image

SIZES = ("normal", "bigger", "x96", "400x400")
"""The sizes a post shows, in turn: the first three are Twitter's, the last stands for a profile page."""
ROW = 460
"""Height of a post in pixels: room for the largest avatar."""

type Pixels = NDArray[np.float32]


@dataclass(frozen=True)
class Shown:
    """One avatar on the page: the picture's URL and where its square lies in a screenshot of the whole page."""

    number: int
    size: str
    url: str
    left: int
    top: int

    @property
    def side(self) -> int:
        """Pixels a side."""
        return avatars.SIZES[self.size]


class Timeline:
    """`count` posts; each shows its avatar as an `<img>` and as a CSS background, in sizes that change from post to post."""

    def __init__(self, count: int = 40, *, name: str = "face") -> None:
        self.shown = tuple(self._lay_out(count, name))
        self._height = count * ROW

    @staticmethod
    def _lay_out(count: int, name: str) -> Iterator[Shown]:
        for n in range(count):
            image, background = SIZES[n % 4], SIZES[(n + n // 4 + 1) % 4]
            for left, size in ((20, image), (500, background)):
                url = f"https://pbs.twimg.com/profile_images/{1000 + n}/{name}{n}_{size}.jpg"
                yield Shown(n, size, url, left, n * ROW + 20)

    @property
    def html(self) -> str:
        """The page; pictures load lazily where the browser can, as on Twitter."""
        cells = []
        for at, s in enumerate(self.shown):
            place = f"position:absolute;left:{s.left}px;top:{s.top}px;width:{s.side}px;height:{s.side}px"
            if at % 2:
                cells.append(f'<div style="{place};background-image:url({s.url})"></div>')
            else:
                cells.append(f'<img loading="lazy" style="{place}" src="{s.url}">')
        head = "<!doctype html><meta charset=utf-8><title>timeline</title>"
        return f'{head}<body style="margin:0;position:relative;height:{self._height}px">{"".join(cells)}</body>'


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
        if distance(crop(screenshot, s), pixels(portraits[s.url])) > 1.5
        or distance(crop(screenshot, s), pixels(avatars.encoded(s.number, s.size))) < 1.5
    ]


def not_original(screenshot: Image.Image, timeline: Timeline) -> list[str]:
    """URLs of the avatars of which the screenshot shows anything but the original."""
    return [
        s.url
        for s in timeline.shown
        if distance(crop(screenshot, s), pixels(avatars.encoded(s.number, s.size))) > 1.5
    ]


def read_through(browser: Browser, url: str) -> Image.Image:
    """Open the page, scroll through it, and take its picture whole."""
    browser.open(url)
    browser.scroll_through()
    return browser.screenshot(whole=True)
