import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from addon import checks
from addon.checks import Finding, State
from addon.cli import app

FINDINGS = [
    Finding("python", State.GOOD, "python 3.12.1"),
    Finding("trust", State.NOTE, "not trusted by Chrome", "avatanime certs install"),
]


@pytest.fixture
def findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    monkeypatch.setenv("AVATANIME_HOME", str(tmp_path))
    findings = list(FINDINGS)
    monkeypatch.setattr(checks, "examine", lambda home, port: iter(findings))
    return findings


def test_notes_are_no_failure(findings: list[Finding]) -> None:
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 0
    assert "-> avatanime certs install" in done.output


def test_json_lines_and_exit_code(findings: list[Finding]) -> None:
    findings.append(Finding("proxy", State.BAD, "nothing answers", "avatanime run"))
    done = CliRunner().invoke(app, ["doctor", "--json"])
    assert done.exit_code == 1
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["state"] for row in rows] == ["good", "note", "bad"]
    assert rows[-1] == {"check": "proxy", "state": "bad", "says": "nothing answers", "mend": "avatanime run"}
