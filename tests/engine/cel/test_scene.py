from dataclasses import replace

import numpy as np
import pytest

from engine import Pixels
from engine.cel.perceive import Sight
from engine.cel.scene import GRID, look, main_person, ramp


def test_ramps_rise_and_fall() -> None:
    x = np.array([-1, 0, 0.5, 1, 2], np.float32)
    assert ramp(x, 0, 1).tolist() == [0, 0, 0.5, 1, 1]
    assert ramp(x, 1, 0).tolist() == [1, 1, 0.5, 0, 0]


def test_the_main_person_is_all_there_is_when_alone(sitter) -> None:
    sure = sitter.sight.person > 0.9
    mine = main_person(sitter.sight.person, sitter.face)
    assert mine[sure].mean() > 0.97


def test_what_is_nearer_to_another_face_is_not_the_main_person(sitter) -> None:
    everywhere = np.ones((100, 100), np.float32)
    x = float(sitter.face.frame.origin[0])
    unit = sitter.face.frame.unit
    beside = np.array([x + 0.8 * unit, 100, x + 1.6 * unit, 100 + 0.8 * unit], np.float32)
    mine = main_person(everywhere, replace(sitter.face, others=(beside,)))
    column = int((x + 1.15 * unit) / 4)
    assert column < 100
    row = int((100 + 0.4 * unit) / 4)
    assert mine[row, column] < 0.05
    assert mine[int(sitter.face.frame.origin[1] / 4), int(x / 4)] > 0.95


def test_a_part_that_hangs_together_with_nobody_is_nobodys(sitter) -> None:
    person = sitter.sight.person.copy()
    person[:40] = 0
    person[5:30, 150:190] = 1
    assert main_person(person, sitter.face)[10:25, 155:185].max() == 0


def test_light_from_the_side_does_not_make_skin_unlike_skin(close_up: Pixels, sitter) -> None:
    across = np.linspace(0.55, 1.1, 400, dtype=np.float32)[None, :, None]
    lit = (close_up * across).clip(0, 255).astype(np.uint8)
    scene = look(lit, sitter.sight)
    cheeks = scene.face & (np.abs(scene.v - 0.25) < 0.1)
    assert scene.unlike_skin.shape == (GRID, GRID)
    assert float((scene.unlike_skin[cheeks] < 1.6).mean()) > 0.9


def test_nobody_cannot_be_measured(close_up: Pixels) -> None:
    nobody = Sight(None, np.zeros((400, 400), np.float32), np.zeros(1, np.float32), ())
    with pytest.raises(ValueError, match="no face"):
        look(close_up, nobody)
