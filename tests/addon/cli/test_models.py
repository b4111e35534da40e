from collections.abc import Iterator
from pathlib import Path

import pytest
from standins.hub import StandInHub, serve
from typer.testing import CliRunner, Result

from addon.cli import app
from avatanime.errors import ModelError
from engine.cel.parts import PARSER
from engine.cel.pulled import PARSER_FILE, folder

MODEL = b"a model" * 5000


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInHub]:
    monkeypatch.setenv("AVATANIME_HOME", str(tmp_path))
    with serve() as standin:
        monkeypatch.setenv("HF_ENDPOINT", standin.url)
        standin.repos[PARSER.repo] = {PARSER_FILE: MODEL}
        yield standin


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["models", *arguments])


def test_pull_list_and_verify(hub: StandInHub) -> None:
    assert "absent" in run("list", "cel").stdout
    done = run("pull", "cel")
    assert done.exit_code == 0, done.exception
    assert done.stdout.strip() == str(folder())
    assert PARSER.licence in done.stderr
    assert (folder() / PARSER_FILE).read_bytes() == MODEL
    assert "here" in run("list", "cel").stdout
    assert "all as it was pulled" in run("verify", "cel").stdout


def test_verify_names_what_was_altered(hub: StandInHub) -> None:
    run("pull", "cel")
    (folder() / PARSER_FILE).write_bytes(MODEL[:-1] + b"x")
    done = run("verify", "cel")
    assert f"{PARSER_FILE}: altered" in done.stdout
    assert isinstance(done.exception, ModelError)


def test_bytes_other_than_the_hub_states_are_thrown_away(hub: StandInHub) -> None:
    hub.served_instead[PARSER_FILE] = b"another" * 5000
    done = run("pull", "cel")
    assert isinstance(done.exception, ModelError)
    assert not (folder() / PARSER_FILE).exists()


def test_another_folder(hub: StandInHub, tmp_path: Path) -> None:
    assert run("pull", "cel", "--dir", str(tmp_path / "elsewhere")).exit_code == 0
    assert (tmp_path / "elsewhere" / PARSER_FILE).is_file()


def test_every_engine_states_its_terms() -> None:
    for engine in ("cel", "instantid"):
        lines = run("list", engine).stdout.splitlines()
        assert lines
        assert all(";" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "told"), [(("list", "klein"), "choose cel or instantid"), (("pull", "cel", "hat"), "no part hat")]
)
def test_unknown_names_are_told(hub: StandInHub, arguments: tuple[str, ...], told: str) -> None:
    done = run(*arguments)
    assert isinstance(done.exception, ModelError)
    assert told in str(done.exception)
