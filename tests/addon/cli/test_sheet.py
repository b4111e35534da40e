import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from addon.bench.cel import ASTRONAUT
from addon.cli import app
from addon.cli.sheet import SIDE, SMALL
from avatanime.errors import PhotoError, SettingError
from engine.cel import closeup, heads, threequarter

run = CliRunner().invoke


@pytest.fixture
def portrait(tmp_path):
    """The astronaut's head, as a file."""
    path = tmp_path / "head.png"
    with Image.open(ASTRONAUT) as astronaut:
        astronaut.crop((100, 0, 360, 260)).save(path)
    return path


def test_photo_and_portrait_at_both_sizes(portrait, tmp_path):
    out = tmp_path / "out.png"
    result = run(app, ["sheet", str(portrait), str(out), "--style", "modern"])
    assert result.exit_code == 0, result.output
    page = np.asarray(Image.open(out)).astype(int)
    assert page.shape == (SIDE + SMALL, 2 * SIDE, 3)
    photo, drawn = page[:SIDE, :SIDE], page[:SIDE, SIDE:]
    assert np.abs(photo - drawn).mean() > 10
    assert (page[SIDE:, SMALL:SIDE] == 255).all()
    assert (page[SIDE:, SIDE : SIDE + SMALL] != 255).any()


def test_all_styles_stand_in_a_row(portrait, tmp_path):
    out = tmp_path / "out.png"
    assert run(app, ["sheet", str(portrait), str(out), "--style", "all"]).exit_code == 0
    with Image.open(out) as page:
        assert page.width == 5 * SIDE


def test_face_only_masks_background_and_clothes(portrait, tmp_path):
    out = tmp_path / "out.png"
    assert run(app, ["sheet", str(portrait), str(out), "--face-only"]).exit_code == 0
    page = np.asarray(Image.open(out))
    for left in (0, SIDE):
        assert (page[5, left + 5] == 200).all()
        assert (page[SIDE - 5, left + 5] == 200).all()
    assert (page[150, SIDE + 200] != 200).any()


def test_what_is_masked_ends_where_the_drawn_hair_does(portrait, tmp_path):
    tops = []
    for mask in ([], ["--face-only"]):
        out = tmp_path / "out.png"
        assert run(app, ["sheet", str(portrait), str(out), "--style", "modern", *mask]).exit_code == 0
        drawn = np.asarray(Image.open(out)).astype(int)[:SIDE, SIDE + 150 : SIDE + 250]
        unlike = np.abs(drawn - drawn[0]).max(-1) > 60 if not mask else (drawn != 200).any(-1)
        tops.append(int(np.median(unlike.argmax(0))))
    assert abs(tops[0] - tops[1]) < 12


@pytest.mark.parametrize("knot", [None, 0.1])
def test_what_is_masked_is_seen_as_the_portrait_is(portrait, tmp_path, monkeypatch, knot):
    asked = []
    monkeypatch.setattr(heads, "knot", lambda *_: knot)
    monkeypatch.setattr(closeup, "closeup", lambda *seen, near=closeup.closeup: asked.append(seen[-1]) or near(*seen))
    out = tmp_path / "out.png"
    assert run(app, ["sheet", str(portrait), str(out), "--style", "modern", "--face-only"]).exit_code == 0
    assert set(asked) == {knot is not None}


def test_a_sheet_needs_photos(tmp_path):
    result = run(app, ["sheet", str(tmp_path / "out.png")])
    assert isinstance(result.exception, SettingError)
    assert "at least one photo" in str(result.exception)


def test_missing_photos_are_named(tmp_path):
    result = run(app, ["sheet", str(tmp_path / "nobody.png"), str(tmp_path / "out.png")])
    assert isinstance(result.exception, PhotoError)
    assert "nobody.png" in str(result.exception)


def test_what_is_masked_of_a_head_in_three_quarters_is_turned_as_the_portrait_is(portrait, tmp_path, monkeypatch):
    turned = []
    monkeypatch.setattr(threequarter, "TURNED", -1.0)
    monkeypatch.setattr(threequarter, "nearer", lambda *given: turned.append(given) or given[:3])
    command = ["sheet", str(portrait), str(tmp_path / "sheet.png"), "--style", "modern"]
    assert run(app, command).exit_code == 0
    drawn = len(turned)
    assert run(app, [*command, "--face-only"]).exit_code == 0
    assert len(turned) == 2 * drawn + 2  # a large and a small picture
