from dataclasses import replace

import numpy as np
import pytest

from engine.cel.features import age
from engine.cel.features.mouth import Mouth
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.styles import STYLES

FLAT = (226, 182, 158)


@pytest.fixture
def strokes(face, look):
    def strokes(years, mouth_open=0.0, teeth=0.0, smile=0.0, yaw=0.0, whiskers=-1.0):
        picture = np.full((400, 400, 3), FLAT, np.uint8)
        mouth = Mouth(mouth_open, teeth, teeth, 0.0, 0.1, np.float32([9, 2]), smile)
        palette = Palette.of(look, STYLES["modern"], face.u, small=False)
        age.draw(picture, mouth, replace(face, yaw=yaw), Person.of(years, 0.1, whiskers), palette)
        return int((picture != FLAT).any(-1).sum())

    return strokes


def test_lines_come_with_the_years(strokes):
    assert strokes(8) == strokes(25) == 0
    assert 0 < strokes(52) < strokes(72)


def test_a_grin_folds_grown_cheeks_but_no_childs(strokes):
    assert strokes(8, 0.3, 1.0) == 0
    assert strokes(40, 0.3, 1.0) > strokes(40)


def test_a_broad_smile_creases_a_young_mans_cheeks(strokes):
    """One of a turned head would be a scratch, and in whiskers none is seen."""
    assert strokes(28, 0.2, 1.0, smile=2.5) > 0
    assert strokes(28, 0.2, 1.0, smile=1.0) == strokes(28, smile=2.5) == 0
    assert strokes(28, 0.2, 1.0, smile=2.5, yaw=0.2) == strokes(28, 0.2, 1.0, smile=2.5, whiskers=1.0) == 0


def test_folds_begin_at_the_wings_of_the_nose(face, look):
    """Further off they would be hooks that hang in the cheeks."""
    picture = np.full((400, 400, 3), FLAT, np.uint8)
    palette = Palette.of(look, STYLES["modern"], face.u, small=False)
    age.draw(picture, Mouth(0.0, 0.0, 0.0, 0.0, 0.1, np.float32([9, 2])), face, Person.of(60, 0.1), palette)
    y, x = np.nonzero((picture != FLAT).any(-1))
    for wing in face.points[[129, 358]]:
        assert np.hypot(x - wing[0], y - wing[1]).min() < 0.03 * face.u
