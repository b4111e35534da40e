"""The astronaut as a labelled photograph: her labels are the carried parser's."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.cel.frame import SIDE, WHOLE, square
from engine.cel.learned_parser import LearnedParser
from engine.cel.perceive import perceive
from engine.photo import read
from tests.engine.cel.conftest import ASTRONAUT


@pytest.fixture(scope="session")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two photographs of one person."""
    folder = tmp_path_factory.mktemp("labelled")
    for part in ("photo", "mask", "colour"):
        (folder / part).mkdir()
    pixels = read(ASTRONAUT.read_bytes()).pixels
    for name, cut in (("astronaut-1", pixels[0:260, 100:360]), ("astronaut-2", pixels[0:340, 60:400])):
        photo = square(np.ascontiguousarray(cut))
        labels = LearnedParser().parse(photo, perceive(photo)).seen(WHOLE, SIDE).argmax(-1).astype(np.uint8)
        cv2.imwrite(str(folder / "photo" / f"{name}.png"), photo[..., ::-1])
        cv2.imwrite(str(folder / "mask" / f"{name}.png"), labels)
        (folder / "colour" / f"{name}.json").write_text(json.dumps({"skin": "#f0c8aa", "hair": "#8c6f43"}))
    return folder
