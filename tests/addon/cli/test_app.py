import importlib.metadata

import pytest
from typer.testing import CliRunner

from addon.cli import app


def test_the_version_is_the_packages() -> None:
    said = CliRunner().invoke(app, ["--version"])
    assert (said.exit_code, said.stdout) == (0, f"avatanime {importlib.metadata.version('avatanime')}\n")


@pytest.mark.parametrize("command", ["run", "browse", "preview", "prewarm", "certs", "cache", "doctor", "sheet"])
def test_help_names_every_command(command: str) -> None:
    said = CliRunner().invoke(app, ["--help"])
    assert said.exit_code == 0
    assert f" {command} " in said.stdout
