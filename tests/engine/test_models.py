import json
from pathlib import Path
from typing import Any

import pytest

from avatanime.errors import ModelError
from engine.hub import Hub
from engine.models import Fault, Part, order, present, pull, verify

PART = Part("net", "some/model", ("config.json", "net/*.safetensors"), "MIT", 0.1, folder="base")
FILES = {
    "config.json": b'{"a": 1}',
    "net/model.safetensors": b"full" * 1000,
    "net/model.fp16.safetensors": b"half" * 500,
    "net/other.bin": b"not wanted",
}


@pytest.fixture
def connection(hub: Any):
    hub.repos["some/model"] = dict(FILES)
    with Hub(pause=lambda _: None) as one:
        yield one


def test_pulls_only_what_is_asked_for(connection: Hub, tmp_path: Path) -> None:
    orders = order(connection, [PART])
    assert orders[0].size == len(FILES["config.json"]) + 4000
    pull(connection, orders, tmp_path)
    kept = {str(p.relative_to(tmp_path)): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert kept.pop("manifest.json")
    assert kept == {
        "base/config.json": FILES["config.json"],
        "base/net/model.safetensors": FILES["net/model.safetensors"],
    }
    assert verify(tmp_path) == []
    assert present(tmp_path, PART)


def test_half_precision_files_stand_in_under_the_usual_name(connection: Hub, tmp_path: Path) -> None:
    pull(connection, order(connection, [PART], half=True), tmp_path)
    assert (tmp_path / "base/net/model.safetensors").read_bytes() == FILES["net/model.fp16.safetensors"]


def test_a_second_pull_fetches_nothing(connection: Hub, hub: Any, tmp_path: Path) -> None:
    pull(connection, order(connection, [PART]), tmp_path)
    hub.gets.clear()
    pull(connection, order(connection, [PART]), tmp_path)
    assert [path for path, _ in hub.gets if "resolve" in path] == []


def test_a_pull_mends_what_changed(connection: Hub, hub: Any, tmp_path: Path) -> None:
    pull(connection, order(connection, [PART]), tmp_path)
    hub.repos["some/model"]["net/model.safetensors"] = b"newer" * 900
    (tmp_path / "base/config.json").unlink()
    pull(connection, order(connection, [PART]), tmp_path)
    assert (tmp_path / "base/net/model.safetensors").read_bytes() == b"newer" * 900
    assert verify(tmp_path) == []


def test_verify_names_each_fault(connection: Hub, tmp_path: Path) -> None:
    pull(connection, order(connection, [PART]), tmp_path)
    (tmp_path / "base/config.json").unlink()
    place = tmp_path / "base/net/model.safetensors"
    place.write_bytes(b"x" * place.stat().st_size)
    assert verify(tmp_path) == [
        Fault("base/config.json", "missing"),
        Fault("base/net/model.safetensors", "altered"),
    ]
    place.write_bytes(b"short")
    assert Fault("base/net/model.safetensors", "has 5 bytes instead of 4,000") in verify(tmp_path)


def test_a_pinned_hash_outweighs_the_hub(connection: Hub, tmp_path: Path) -> None:
    pinned = Part("net", "some/model", ("config.json",), "MIT", 0.1, digests={"config.json": "0" * 64})
    with pytest.raises(ModelError, match="altered"):
        pull(connection, order(connection, [pinned]), tmp_path)


def test_a_file_the_repository_lacks_is_named(connection: Hub) -> None:
    with pytest.raises(ModelError, match=r"no file 'gone\.bin'"):
        order(connection, [Part("net", "some/model", ("gone.bin",), "MIT", 0.1)])


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', '{"a": {"size": "x"}}'])
def test_a_damaged_manifest_says_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ModelError, match="pull"):
        verify(tmp_path)


def test_nothing_pulled_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nothing was pulled"):
        verify(tmp_path)


def test_the_manifest_names_repository_and_commit(connection: Hub, tmp_path: Path) -> None:
    pull(connection, order(connection, [PART]), tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["base/config.json"]["repo"] == "some/model"
    assert manifest["base/config.json"]["commit"] == "c" * 40


def test_of_alternatives_the_first_that_exists_is_taken(connection: Hub, tmp_path: Path) -> None:
    part = Part("net", "some/model", ("gone.bin|net/other.bin|config.json",), "MIT", 0.1)
    assert [f.path for f in order(connection, [part])[0].files] == ["net/other.bin"]
    pull(connection, order(connection, [part]), tmp_path)
    assert present(tmp_path, part)
