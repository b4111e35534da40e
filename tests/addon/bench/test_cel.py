import json

from typer.testing import CliRunner

from addon.bench.cel import ASTRONAUT, variations
from addon.cli import app

run = CliRunner().invoke


def test_it_reports_every_stage():
    result = run(app, ["bench", "cel", "--rounds", "1", "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["portraits"] >= 2
    assert {"perceive", "parse", "skin", "hair", "ink", "features"} <= set(report["stages"])
    assert 0 < sum(report["stages"].values()) < 3 * report["median_ms"]


def test_it_prints_a_table():
    result = run(app, ["bench", "cel", "--rounds", "1"])
    assert "ms (median)" in result.stdout
    assert "hair" in result.stdout


def test_variations_differ():
    pictures = [photo.pixels for photo in variations(ASTRONAUT)]
    assert len(pictures) == 4
    assert len({picture.tobytes() for picture in pictures}) == 4
