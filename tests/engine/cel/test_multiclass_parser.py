"""The stand-in `data/colours-6.onnx` has the real model's interface and tells labels by colour.

Black is background, red hair, yellow body and white face, green clothes, blue others; `colours-2.onnx` knows two.
"""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from standins.hub import StandInHub

from avatanime.errors import ModelError
from engine.cel import multiclass_parser, pulled
from engine.cel.frame import WHOLE, View, square
from engine.cel.learned_parser import LearnedParser
from engine.cel.multiclass_parser import MulticlassParser
from engine.cel.parse import Label
from engine.cel.parsers import parser
from engine.cel.parts import PARTS
from engine.cel.perceive import perceive
from engine.hub import Hub
from engine.models import MANIFEST, order, pull

DATA = Path(__file__).parents[2] / "data"
MODEL = (DATA / "colours-6.onnx").read_bytes()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AVATANIME_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def fetched(home: Path, hub: StandInHub) -> Path:
    """The model's place, after a pull from the stand-in hub."""
    hub.repos[PARTS[0].repo] = {pulled.PARSER_FILE: MODEL, "README.md": b"x"}
    with Hub() as connection:
        pull(connection, order(connection, PARTS), pulled.folder())
    return pulled.folder() / pulled.PARSER_FILE


def test_labels_are_those_of_the_network(sitter) -> None:
    """A picture painted in the stand-in's colours, around a face that was seen elsewhere."""
    picture = np.zeros((400, 400, 3), np.uint8)
    picture[40:360, 80:320] = (255, 0, 0)
    picture[120:260, 140:260] = (255, 255, 255)
    picture[250:300, 170:230] = (255, 255, 0)
    picture[290:400, 60:340] = (0, 255, 0)
    picture[180:200, 150:250] = (0, 0, 255)
    labels = MulticlassParser(MODEL).parse(picture, sitter.sight).seen(WHOLE)
    assert labels.sum(-1) == pytest.approx(np.ones((200, 200)), abs=5e-3)
    places = {
        (20, 20): Label.BACKGROUND, (80, 200): Label.HAIR, (150, 200): Label.SKIN, (275, 200): Label.SKIN,
        (350, 200): Label.CLOTHES, (190, 200): Label.OTHER,
    }  # fmt: skip
    for (y, x), label in places.items():
        assert labels[y // 2, x // 2].argmax() == label


def test_specks_are_not_believed(sitter) -> None:
    picture = np.full((400, 400, 3), 255, np.uint8)
    picture[200:206, 200:206] = (255, 0, 0)
    labels = MulticlassParser(MODEL).parse(picture, sitter.sight).seen(WHOLE)
    assert labels[101, 101].argmax() == Label.SKIN


def test_what_it_does_not_know_the_built_in_parser_tells(sitter) -> None:
    """Beyond the photo's border, and beards."""
    cut = square(np.ascontiguousarray(sitter.photo[75:325, 75:325]))
    sight = perceive(cut)
    beyond = View(-60, -100, 520)
    white = np.full((400, 400, 3), 255, np.uint8)
    labels, learned = (p.parse(white, sight).seen(beyond) for p in (MulticlassParser(MODEL), LearnedParser()))
    at = (np.arange(200) + 0.5) * 520 / 200
    within = ((at > 100) & (at < 500))[:, None] & ((at > 60) & (at < 460))
    outside = cv2.erode((~within).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert np.abs(labels - learned)[outside].max() < 0.02
    assert (labels[within].argmax(-1) == Label.SKIN).mean() > 0.5


def test_a_model_of_another_shape_is_refused() -> None:
    with pytest.raises(ModelError, match="6"):
        MulticlassParser((DATA / "colours-2.onnx").read_bytes())


def test_without_it_the_built_in_parser_is_used(home: Path) -> None:
    assert isinstance(parser(), LearnedParser)
    assert pulled.fingerprint() == "learned"


def test_once_pulled_it_is_used_and_part_of_the_recipe(fetched: Path) -> None:
    assert fetched.read_bytes() == MODEL
    assert isinstance(parser(), MulticlassParser)
    assert pulled.fingerprint().startswith("multiclass:")


def test_an_altered_file_is_refused(fetched: Path) -> None:
    fetched.write_bytes(MODEL[:-1] + b"\0")
    with pytest.raises(ModelError, match="not what was pulled"):
        parser()


def test_a_lost_file_is_an_error_that_says_what_to_do(fetched: Path) -> None:
    fetched.unlink()
    with pytest.raises(ModelError, match="avatanime models pull cel"):
        multiclass_parser.pulled()


@pytest.mark.parametrize("record", ["{", "[]", '{"onnx/model.onnx": 3}', json.dumps({pulled.PARSER_FILE: {}})])
def test_a_damaged_record_is_an_error(home: Path, record: str) -> None:
    pulled.folder().mkdir(parents=True)
    (pulled.folder() / pulled.MANIFEST).write_text(record)
    if record == "[]":
        assert pulled.recorded(pulled.PARSER_FILE) is None
        return
    with pytest.raises(ModelError, match="damaged"):
        pulled.recorded(pulled.PARSER_FILE)


def test_the_record_is_the_one_that_pulling_writes() -> None:
    assert pulled.MANIFEST == MANIFEST
