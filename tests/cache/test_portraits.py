import io
import logging
import sqlite3
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from avatanime.errors import StoreError
from cache.portraits import Kept, Portraits, resized

DIGEST = "d" * 64


def png(size: tuple[int, int] = (40, 40), colour: tuple[int, int, int] = (200, 40, 90)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def size_of(picture: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(picture)) as image:
        image.load()
        return image.size


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Portraits]:
    one = Portraits(tmp_path / "cache", 2**22)
    yield one
    one.close()


def test_what_is_kept_is_there_next_time(tmp_path: Path, store: Portraits) -> None:
    portrait, left = Kept(png(), "portrait"), Kept(b"", "left", "no face")
    store.put(DIGEST, "cel-1", portrait)
    store.put(DIGEST, "cel-2", left)
    store.remember("twitter/1/a", DIGEST)
    store.close()
    store.close()
    again = Portraits(tmp_path / "cache", 2**22)
    assert again.get(DIGEST, "cel-1") == portrait
    assert again.get(DIGEST, "cel-2") == left
    assert again.get(DIGEST, "cel-3") is None
    assert again.get("e" * 64, "cel-1") is None
    assert again.digest_in_memory("twitter/1/a") is None
    assert again.digest_of("twitter/1/a") == DIGEST
    assert again.digest_in_memory("twitter/1/a") == DIGEST
    assert again.digest_of("twitter/1/b") is None
    again.close()


def test_sizes_are_derived_to_the_pixel_and_then_in_memory(store: Portraits) -> None:
    store.put(DIGEST, "r", Kept(png(), "portrait"))
    for size in ((24, 24), (48, 48), (73, 73), (400, 400), (31, 57), (1, 1)):
        assert store.sized_in_memory(DIGEST, "r", size) is None
        derived = store.sized(DIGEST, "r", size)
        assert size_of(derived) == size
        assert store.sized_in_memory(DIGEST, "r", size) is derived
    assert store.sized(DIGEST, "r", (40, 40)) == png()


def test_there_is_no_size_of_what_was_left_or_never_drawn(store: Portraits) -> None:
    store.put(DIGEST, "r", Kept(b"", "left", "logo"))
    assert store.sized(DIGEST, "r", (48, 48)) is None
    assert store.sized(DIGEST, "other", (48, 48)) is None


def test_a_new_portrait_replaces_its_sizes_and_no_others(store: Portraits) -> None:
    for recipe in ("r", "s"):
        store.put(DIGEST, recipe, Kept(png(), "portrait"))
        store.sized(DIGEST, recipe, (9, 9))
    store.put(DIGEST, "r", Kept(png(colour=(0, 0, 0)), "portrait"))
    with Image.open(io.BytesIO(store.sized(DIGEST, "r", (9, 9)))) as image:
        assert image.getpixel((4, 4)) == (0, 0, 0)
    assert store.sized_in_memory(DIGEST, "s", (9, 9)) is not None


def test_memory_is_bounded(tmp_path: Path) -> None:
    store = Portraits(tmp_path, 2**22, memory_limit=20_000)
    store.put(DIGEST, "r", Kept(png(), "portrait"))
    for side in range(1, 200):
        store.sized(DIGEST, "r", (side, side))
        assert store.stats().memory <= 20_000
    assert store.sized_in_memory(DIGEST, "r", (199, 199)) is not None
    assert store.sized_in_memory(DIGEST, "r", (1, 1)) is None
    store.close()


def test_remembering_another_picture_for_an_avatar(store: Portraits) -> None:
    store.remember("a", DIGEST)
    store.remember("a", "e" * 64)
    store.remember("a", "e" * 64)
    assert store.digest_of("a") == "e" * 64
    assert store.stats().avatars == 1


def test_statistics_and_clearing(store: Portraits) -> None:
    store.put(DIGEST, "r", Kept(png(), "portrait"))
    store.put(DIGEST, "s", Kept(b"", "left", "logo"))
    store.remember("a", DIGEST)
    store.sized(DIGEST, "r", (9, 9))
    stats = store.stats()
    assert (stats.portraits, stats.avatars, stats.in_memory, stats.size_limit) == (2, 1, 1, 2**22)
    assert stats.disk > 0
    assert store.clear() == 2
    assert store.get(DIGEST, "r") is None
    assert store.sized_in_memory(DIGEST, "r", (9, 9)) is None
    assert store.digest_of("a") is None
    assert store.stats().portraits == 0


def test_a_damaged_master_is_dropped_and_may_be_drawn_again(
    tmp_path: Path, store: Portraits, caplog: pytest.LogCaptureFixture
) -> None:
    store.put(DIGEST, "r", Kept(png(), "portrait"))
    store.close()
    with sqlite3.connect(tmp_path / "cache" / "portraits" / "cache.db") as table:
        table.execute("UPDATE Cache SET value = substr(value, 1, length(value) - 1)")
    table.close()
    again = Portraits(tmp_path / "cache", 2**22)
    with caplog.at_level(logging.WARNING):
        assert again.sized(DIGEST, "r", (48, 48)) is None
    assert "damaged" in caplog.text
    again.put(DIGEST, "r", Kept(png(), "portrait"))
    assert again.get(DIGEST, "r") == Kept(png(), "portrait")
    again.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no permission bits")
def test_the_store_is_for_its_user_alone(tmp_path: Path, store: Portraits) -> None:
    folders = [tmp_path / "cache", *(path for path in (tmp_path / "cache").iterdir() if path.is_dir())]
    assert len(folders) == 3
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_a_folder_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be made"):
        Portraits(tmp_path / "file" / "cache", 2**22)


def test_many_threads_at_once(store: Portraits) -> None:
    wrong: list[object] = []

    def work(number: int) -> None:
        try:
            for n in range(20):
                store.put(str(n), "r", Kept(png(), "portrait"))
                store.remember(f"avatar {n}", str(n))
                if store.digest_of(f"avatar {n}") != str(n) or size_of(store.sized(str(n), "r", (20, 20))) != (20, 20):
                    wrong.append(n)
        except Exception as e:
            wrong.append(e)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert store.stats().portraits == 20


sides = st.integers(1, 70)


@settings(max_examples=60, deadline=None)
@given(st.tuples(sides, sides), st.tuples(sides, sides), st.sampled_from(["RGB", "L", "RGBA", "P"]))
def test_any_master_comes_at_any_size(master: tuple[int, int], size: tuple[int, int], mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, master).save(out, "PNG")
    assert size_of(resized(out.getvalue(), size)) == size
