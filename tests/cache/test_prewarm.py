import asyncio
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from avatanime.errors import DrawingError, FetchError, ModelError, StoreError
from cache.prewarm import Tally, Wanted, gather, warm


@dataclass(frozen=True)
class Face:
    """An avatar of a site that knows `https://faces.test/<name>[?size]`."""

    key: str
    source_urls: tuple[str, ...]


def recognise(host: str, path: str) -> Face | None:
    name = path.strip("/").partition("?")[0]
    return Face(name, (f"https://faces.test/{name}?large",)) if host == "faces.test" and name else None


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (9, 9, 9)).save(out, "PNG")
    return out.getvalue()


def har(file: Path, *entries: tuple[str, str]) -> str:
    import base64

    body = base64.b64encode(picture()).decode()
    rows = [
        {
            "request": {"method": "GET", "url": url},
            "response": {
                "status": 200,
                "headers": [{"name": "etag", "value": etag}],
                "content": {"text": body, "encoding": "base64"},
            },
        }
        for url, etag in entries
    ]
    file.write_text(json.dumps({"log": {"entries": rows}}))
    return str(file)


def gathered(*sources: str, stdin: bytes = b"") -> tuple[list[Wanted[Face]], Tally]:
    tally = Tally()
    return gather(sources, lambda: stdin, recognise, lambda etag: etag.startswith('"ours'), tally), tally


class TestGather:
    def test_each_avatar_is_wanted_once_whatever_its_sizes_and_sources(self, tmp_path: Path) -> None:
        recording = har(tmp_path / "a.har", ("https://faces.test/b?small", ""))
        wanted, tally = gathered(
            "https://faces.test/a", recording, "-", stdin=b"https://faces.test/a?small\nhttps://faces.test/c\n"
        )
        assert [one.avatar.key for one in wanted] == ["a", "b", "c"]
        assert tally.failures == []

    def test_a_recordings_bodies_are_kept_by_url_but_not_our_own_portraits(self, tmp_path: Path) -> None:
        recording = har(
            tmp_path / "a.har",
            ("https://faces.test/a?small", '"theirs"'),
            ("https://faces.test/a?large", '"theirs"'),
            ("https://faces.test/b?large", '"ours-1"'),
        )
        (a, b), _ = gathered(recording)
        assert {url: load() for url, load in a.bodies.items()} == {
            "https://faces.test/a?small": picture(),
            "https://faces.test/a?large": picture(),
        }
        assert b.bodies == {}

    def test_what_is_no_avatar_fails_if_it_was_named_on_purpose(self, tmp_path: Path) -> None:
        recording = har(tmp_path / "a.har", ("https://elsewhere.test/a", ""))
        wanted, tally = gathered(
            recording, "https://elsewhere.test/b", "https://[broken", "-", stdin=b"faces.test/no-scheme"
        )
        assert wanted == []
        wheres = [where for where, _ in tally.failures]
        assert wheres == ["https://elsewhere.test/b", "https://[broken", "standard input, line 1"]

    def test_a_source_that_cannot_be_read_fails_and_the_others_go_on(self, tmp_path: Path) -> None:
        wanted, tally = gathered(str(tmp_path / "nothing"), "https://faces.test/a")
        assert len(wanted) == 1
        assert tally.failures[0][0].endswith("nothing")

    def test_pictures_have_no_avatar(self, tmp_path: Path) -> None:
        for name in ("a.png", "b.png"):
            (tmp_path / name).write_bytes(picture())
        wanted, _ = gathered(str(tmp_path))
        assert [one.avatar for one in wanted] == [None, None]
        assert [one.picture() for one in wanted] == [picture()] * 2


def people(*names: str) -> list[Wanted[Face]]:
    return [Wanted(name, recognise("faces.test", name)) for name in names]


class TestWarm:
    async def test_outcomes_are_counted_and_reported(self) -> None:
        tally, heard = Tally(), []

        async def make(one: Wanted[Face]) -> str:
            return "left" if one.where == "b" else "portrait"

        await warm(people("a", "b", "c"), make, 2, tally, lambda one, outcome: heard.append((one.where, outcome)))
        assert tally.outcomes == {"portrait": 2, "left": 1}
        assert sorted(heard) == [("a", "portrait"), ("b", "left"), ("c", "portrait")]

    async def test_no_more_than_so_many_at_once(self) -> None:
        now = most = 0

        async def make(one: Wanted[Face]) -> str:
            nonlocal now, most
            now += 1
            most = max(most, now)
            await asyncio.sleep(0)
            now -= 1
            return "portrait"

        await warm(people(*"abcdefgh"), make, 3, Tally(), lambda one, outcome: None)
        assert most == 3

    @pytest.mark.parametrize(
        "error",
        [
            lambda: FetchError("gone"),
            lambda: DrawingError("gone"),
            lambda: StoreError("gone"),
            lambda: FileNotFoundError("gone"),
        ],
    )
    async def test_a_failure_is_noted_and_the_rest_goes_on(self, error: Callable[[], Exception]) -> None:
        tally, heard = Tally(), []

        async def make(one: Wanted[Face]) -> str:
            if one.where == "a":
                raise error()
            return "portrait"

        await warm(people("a", "b"), make, 1, tally, lambda one, outcome: heard.append(outcome))
        assert tally.failures == [("a", "gone")]
        assert tally.outcomes == {"portrait": 1}
        assert heard == ["", "portrait"]

    async def test_an_engine_that_does_not_start_ends_it(self) -> None:
        made = []

        async def make(one: Wanted[Face]) -> str:
            made.append(one)
            raise ModelError("a model is missing")

        with pytest.raises(ModelError, match="missing"):
            await warm(people(*"abcdef"), make, 2, Tally(), lambda one, outcome: None)
        assert len(made) <= 2
