import logging
import os
import pickle  # noqa: TID251  # to plant one where none must be read
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import diskcache
import pytest

from avatanime.errors import StoreError
from cache import shelf as shelf_module
from cache.entry import Entry, pack
from cache.shelf import PicklesRefusedError, PlainDisk, Shelf

LIMIT = 2**20


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    one = Shelf(tmp_path, LIMIT)
    yield one
    one.close()


def plant(folder: Path, sql: str, *values: object) -> None:
    """Write into the table behind the shelf's back."""
    with sqlite3.connect(folder / "cache.db") as connection:
        connection.execute(sql, values)
    connection.close()


def test_what_is_put_is_there_for_the_next_process_too(tmp_path: Path, shelf: Shelf) -> None:
    shelf.put("a", Entry(b"\x89PNG", "portrait", "why"))
    assert shelf.get("b") is None
    shelf.close()
    shelf.close()
    again = Shelf(tmp_path, LIMIT)
    entry = again.get("a")
    again.close()
    assert entry is not None
    assert (entry.body, entry.note, entry.reason) == (b"\x89PNG", "portrait", "why")


def test_dropping_clearing_and_measuring(shelf: Shelf) -> None:
    for n in range(300):
        shelf.put(str(n), Entry(bytes(1000)))
    shelf.drop("7")
    shelf.drop("no such")
    assert shelf.get("7") is None
    count, size = shelf.measure()
    assert count == 299
    assert 299_000 < size < 2 * 299_000
    assert shelf.clear() == 299
    assert shelf.measure()[0] == 0


def test_a_closed_shelf_says_so(shelf: Shelf) -> None:
    shelf.close()
    with pytest.raises(StoreError, match="closed"):
        shelf.get("a")


def test_what_is_asked_while_it_closes_does_not_open_it_again(
    tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put("a", Entry(b"x"))
    with ThreadPoolExecutor(1) as asker:
        late: list[Future[Entry | None]] = []

        def close(table: diskcache.Cache) -> None:
            late.append(asker.submit(shelf.get, "a"))
            time.sleep(0.05)  # until it stands in the queue
            diskcache.Cache.close(table)

        monkeypatch.setattr(shelf_module._Table, "close", close)
        shelf.close()
        with pytest.raises(StoreError, match="closed"):
            late[0].result()
    assert not (tmp_path / "cache.db-wal").exists()  # SQLite removes it with the last connection


@pytest.mark.skipif(sys.platform == "win32", reason="no permission bits")
def test_the_folder_is_for_its_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o755)
    Shelf(folder, LIMIT).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


class TestSizeLimit:
    def test_the_disk_never_takes_more_for_long(self, shelf: Shelf) -> None:
        for n in range(100):
            shelf.put(str(n), Entry(bytes(50_000)))
            assert shelf.measure()[1] <= LIMIT
        assert shelf.measure()[0] >= 10

    def test_the_least_recently_used_goes_first(self, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shelf_module, "TOUCH_AFTER", 0.0)
        for n in range(60):
            shelf.put(str(n), Entry(bytes(50_000)))
            assert shelf.get("0") is not None
        assert shelf.get("1") is None
        assert shelf.get("59") is not None

    def test_reading_is_no_write_until_an_hour_has_passed(self, tmp_path: Path, shelf: Shelf) -> None:
        shelf.put("a", Entry(b"x"))
        before = shelf.get("a")
        shelf.close()
        plant(tmp_path, "UPDATE Cache SET value = ?", pack("a", Entry(b"x", stored=before.stored - 3700)))
        again = Shelf(tmp_path, LIMIT)
        assert again.get("a").stored == before.stored - 3700
        again.close()  # waits for what it still has to write
        once_more = Shelf(tmp_path, LIMIT)
        assert once_more.get("a").stored >= before.stored
        once_more.close()


class TestPickles:
    def test_none_is_written(self) -> None:
        disk = PlainDisk("/nowhere")
        for key in (("a", 1), 1, b"a", None):
            with pytest.raises(PicklesRefusedError):
                disk.put(key)
        for value in ({"a": 1}, "text", 1, None, bytearray(b"x")):
            with pytest.raises(PicklesRefusedError):
                disk.store(value, False)

    @pytest.mark.parametrize("in_a_file", [False, True])
    def test_a_planted_value_is_dropped_and_never_unpickled(
        self, tmp_path: Path, shelf: Shelf, in_a_file: bool, caplog: pytest.LogCaptureFixture
    ) -> None:
        shelf.put("a", Entry(b"x"))
        shelf.close()
        trap, sprung = pickle.dumps(Trap(tmp_path / "sprung")), tmp_path / "sprung"
        if in_a_file:
            (tmp_path / "trap.val").write_bytes(trap)
            plant(tmp_path, "UPDATE Cache SET mode = 4, filename = 'trap.val', value = NULL")
        else:
            plant(tmp_path, "UPDATE Cache SET mode = 4, value = ?", trap)
        again = Shelf(tmp_path, LIMIT)
        assert again.get("a") is None
        assert "not plain bytes" in caplog.text
        assert again.measure()[0] == 0
        again.put("a", Entry(b"new"))
        assert again.get("a").body == b"new"
        again.clear()
        again.close()
        assert not sprung.exists()
        pickle.loads(trap)  # it was a live one
        assert sprung.exists()

    def test_a_planted_key_is_never_unpickled(self, tmp_path: Path, shelf: Shelf) -> None:
        shelf.close()
        trap = pickle.dumps(Trap(tmp_path / "sprung"))
        insert = "INSERT INTO Cache(key, raw, store_time, mode, value) VALUES (?, 0, 0, 1, x'00')"
        plant(tmp_path, insert, trap)
        again = Shelf(tmp_path, LIMIT)
        assert again.get("a") is None
        assert again.clear() == 1
        again.close()
        assert not (tmp_path / "sprung").exists()
        with pytest.raises(PicklesRefusedError):
            PlainDisk("/nowhere").get(trap, False)

    def test_a_planted_file_name_is_neither_read_nor_removed(self, tmp_path: Path) -> None:
        letter = tmp_path / "letter"
        letter.write_bytes(pack("a", Entry(b"secret")))
        folder = tmp_path / "store"
        shelf = Shelf(folder, LIMIT)
        shelf.put("a", Entry(b"x"))
        shelf.close()
        plant(folder, "UPDATE Cache SET mode = 2, filename = '../letter', value = NULL")
        again = Shelf(folder, LIMIT)
        assert again.get("a") is None
        again.put("a", Entry(b"y"))
        again.clear()
        again.close()
        assert letter.exists()


class Trap:
    """Makes a file when unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.file,)


class TestDamage:
    @pytest.mark.parametrize("change", ["substr(value, 1, 40)", "CAST(x'00' || value AS BLOB)", "x''", "'text'", "7"])
    def test_a_damaged_entry_is_dropped(
        self, tmp_path: Path, shelf: Shelf, change: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        shelf.put("a", Entry(bytes(1000)))
        shelf.put("b", Entry(b"whole"))
        shelf.close()
        plant(tmp_path, f"UPDATE Cache SET value = {change} WHERE key = 'a'")
        again = Shelf(tmp_path, LIMIT)
        assert again.get("a") is None
        assert len(caplog.records) == 1
        assert again.get("b").body == b"whole"
        assert again.measure()[0] == 1
        again.close()

    @pytest.mark.parametrize(
        "damage",
        [
            lambda db: b"this is no database" * 1000,
            lambda db: db[: len(db) // 2],
            lambda db: db[:100],
            lambda db: db[:4096] + bytes(len(db) - 4096),
            lambda db: b"\0" * len(db),
        ],
    )
    def test_a_damaged_file_is_set_aside_with_one_line_in_the_log(
        self, tmp_path: Path, shelf: Shelf, damage: object, caplog: pytest.LogCaptureFixture
    ) -> None:
        for n in range(20):
            shelf.put(str(n), Entry(bytes(20_000)))
        shelf.close()
        file = tmp_path / "cache.db"
        file.write_bytes(damage(file.read_bytes()))
        with caplog.at_level(logging.WARNING):
            again = Shelf(tmp_path, LIMIT)
            for n in range(20):
                again.get(str(n))
            again.put("new", Entry(b"x"))
        assert again.get("new").body == b"x"
        assert [record.getMessage().count("set aside") for record in caplog.records] == [1]
        assert (tmp_path / "cache.damaged").exists()
        again.close()

    @pytest.mark.parametrize(
        "sql",
        [
            "DROP TABLE Cache",
            "DROP TABLE Settings",
            "UPDATE Settings SET value = 'many' WHERE key = 'size'",
            "ALTER TABLE Cache RENAME COLUMN value TO other",
        ],
    )
    def test_tables_of_another_make_are_set_aside(self, tmp_path: Path, shelf: Shelf, sql: str) -> None:
        shelf.put("a", Entry(b"x"))
        shelf.close()
        plant(tmp_path, sql)
        again = Shelf(tmp_path, LIMIT)
        again.put("b", Entry(b"y"))
        assert again.get("b").body == b"y"
        assert again.measure()[0] >= 1
        again.close()

    def test_a_folder_that_cannot_be_made_is_a_store_error(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(StoreError, match="cannot be"):
            Shelf(tmp_path / "file" / "store", LIMIT)

    def test_a_full_disk_is_a_store_error_and_no_damage(
        self, tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shelf.put("a", Entry(b"x"))
        full = sqlite3.OperationalError("database or disk is full")
        full.sqlite_errorcode = sqlite3.SQLITE_FULL

        def refuse(*_: object) -> None:
            raise full

        monkeypatch.setattr(shelf_module._Table, "set", refuse)
        with pytest.raises(StoreError, match="full"):
            shelf.put("b", Entry(b"y"))
        assert shelf.get("a").body == b"x"
        assert not (tmp_path / "cache.damaged").exists()


def test_two_processes_share_a_shelf(tmp_path: Path, shelf: Shelf) -> None:
    other = Shelf(tmp_path, LIMIT)
    other.put("a", Entry(b"theirs"))
    assert shelf.get("a").body == b"theirs"
    shelf.put("a", Entry(b"ours"))
    assert other.get("a").body == b"ours"
    other.close()


WRITER = """
import sys
from pathlib import Path
from cache.entry import Entry
from cache.shelf import Shelf

shelf = Shelf(Path(sys.argv[1]), 2**20)
print("open", flush=True)
for n in range(10**9):
    shelf.put(str(n % 40), Entry(bytes([n % 251]) * (10_000 + n % 50_000)))
    if n == int(sys.argv[2]):
        print("written", flush=True)
"""


@pytest.mark.parametrize("writes", [0, 3, 20, 60, 61])
def test_it_survives_being_killed_in_the_middle_of_writing(
    tmp_path: Path, writes: int, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        command = [sys.executable, "-c", WRITER, str(tmp_path), str(writes)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout
            assert writer.stdout.readline() == "open\n"
            assert writer.stdout.readline() == "written\n"
            os.kill(writer.pid, signal.SIGKILL)
    shelf = Shelf(tmp_path, LIMIT)
    whole = [entry for n in range(40) if (entry := shelf.get(str(n)))]
    assert len(whole) == shelf.measure()[0] > 0
    assert all(entry.body == entry.body[:1] * len(entry.body) for entry in whole)
    shelf.put("new", Entry(b"x"))
    assert shelf.get("new").body == b"x"
    shelf.close()
    assert not caplog.records
    assert not (tmp_path / "cache.damaged").exists()
    with diskcache.Cache(str(tmp_path), disk=PlainDisk) as table:
        assert table.check() == []
    with sqlite3.connect(tmp_path / "cache.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
