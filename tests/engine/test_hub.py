import errno
import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatanime.errors import ModelError
from engine.hub import Hub, RemoteFile, digest, inside, room

CONTENT = bytes(range(256)) * 5000
REPO = "some/model"


@pytest.fixture
def connection(hub: Any):
    hub.repos[REPO] = {"model.bin": CONTENT, "config.json": b"{}"}
    with Hub(pause=lambda _: None) as one:
        yield one


def the_file(connection: Hub, name: str = "model.bin") -> RemoteFile:
    return next(f for f in connection.files(REPO)[1] if f.path == name)


def test_lists_files_with_size_and_hash(connection: Hub) -> None:
    commit, files = connection.files(REPO)
    assert commit == "c" * 40
    assert {(f.path, f.size, len(f.digest or "")) for f in files} == {
        ("model.bin", len(CONTENT), 64),
        ("config.json", 2, 40),
    }


@pytest.mark.parametrize("name", ["model.bin", "config.json"])
def test_fetches_and_reports_progress(connection: Hub, tmp_path: Path, name: str) -> None:
    told: list[tuple[str, int, int]] = []
    place = connection.fetch(the_file(connection, name), tmp_path, lambda *step: told.append(step))
    size = place.stat().st_size
    assert told[-1] == (name, size, size)
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_goes_on_after_an_interruption(connection: Hub, hub: Any, tmp_path: Path) -> None:
    hub.cuts = [300_000, 400_000]
    place = connection.fetch(the_file(connection), tmp_path)
    assert place.read_bytes() == CONTENT
    assert [r for p, r in hub.gets if "resolve" in p] == ["", "bytes=300000-", "bytes=700000-"]


def test_goes_on_in_a_later_run(connection: Hub, hub: Any, tmp_path: Path) -> None:
    hub.cuts = [100_000] + [0] * 4
    with pytest.raises(ModelError, match=r"interrupted 5 times.*Run the same command again"):
        connection.fetch(the_file(connection), tmp_path)
    assert (tmp_path / "model.bin.part").stat().st_size == 100_000
    assert connection.fetch(the_file(connection), tmp_path).read_bytes() == CONTENT
    assert hub.gets[-1][1] == "bytes=100000-"


def test_starts_anew_where_the_server_cannot_resume(connection: Hub, hub: Any, tmp_path: Path) -> None:
    hub.cuts, hub.ignores_range = [300_000], True
    assert connection.fetch(the_file(connection), tmp_path).read_bytes() == CONTENT


def test_waits_for_a_busy_server(connection: Hub, hub: Any, tmp_path: Path) -> None:
    file = the_file(connection)
    hub.busy = 3
    assert connection.fetch(file, tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("served", "message"),
    [
        (CONTENT[:-1] + b"?", "altered"),
        (CONTENT + b"more", "longer than"),
        (CONTENT[:-100], "interrupted 5 times"),
    ],
)
def test_keeps_nothing_that_is_not_what_was_stated(
    connection: Hub, hub: Any, tmp_path: Path, served: bytes, message: str
) -> None:
    hub.served_instead["model.bin"] = served
    with pytest.raises(ModelError, match=message):
        connection.fetch(the_file(connection), tmp_path)
    assert not (tmp_path / "model.bin").exists()


def test_asks_for_size_and_hash_where_the_list_has_none(connection: Hub, hub: Any) -> None:
    hub.bare = True
    file = connection.stated(the_file(connection))
    assert (file.size, file.digest) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


def test_names_what_is_missing(connection: Hub) -> None:
    with pytest.raises(ModelError, match="There is no list of files of no/such"):
        connection.files("no/such")


def test_says_how_to_get_access(connection: Hub, hub: Any) -> None:
    hub.gated = True
    with pytest.raises(ModelError, match=r"accept its licence.*HF_TOKEN"):
        connection.files(REPO)


def test_unreachable_hub_is_named() -> None:
    with (
        Hub("http://127.0.0.1:9", pause=lambda _: None) as closed,
        pytest.raises(ModelError, match="cannot be reached"),
    ):
        closed.files(REPO)


def test_a_full_disk_keeps_what_came(connection: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = the_file(connection)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("engine.hub._copy", full)
    with pytest.raises(ModelError, match="disk is full"):
        connection.fetch(file, tmp_path)
    monkeypatch.undo()
    assert connection.fetch(file, tmp_path).read_bytes() == CONTENT


def test_room_is_checked_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(100, 90, 10))
    room(tmp_path / "not/yet", [RemoteFile("u", "a", 10)])
    with pytest.raises(ModelError, match="--dir"):
        room(tmp_path, [RemoteFile("u", "a", 11)])


@pytest.mark.parametrize("name", ["../up", "a/../../up", "/etc/passwd", "a\\..\\b", "C:evil", ""])
def test_a_path_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match="refused"):
        inside(tmp_path, name)


@given(st.text(max_size=40))
def test_no_name_ever_leads_out(name: str) -> None:
    base = Path("/base/models")
    try:
        place = inside(base, name)
    except ModelError:
        return
    assert ".." not in place.parts
    assert place.is_relative_to(base)


def test_git_blob_hash(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"hello\n")
    assert digest(path, "0" * 40) == "ce013625030ba8dba906f756967f9e9ca394464a"  # `git hash-object`
