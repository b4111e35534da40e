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


def test_what_years_leave_is_shadow_and_no_ink(face, look):
    """Lines of ink are scratches."""
    picture = np.full((400, 400, 3), FLAT, np.uint8)
    palette = Palette.of(look, STYLES["modern"], face.u, small=False)
    shallow = Mouth(0.0, 0.0, 0.0, 0.0, 0.1, np.float32([9, 2]))
    age.draw(picture, shallow, face, Person.of(66, 0.1), palette)
    assert picture.astype(int).sum(-1).min() > palette.deep.sum() - 6 > palette.line.sum()


def test_folds_are_short_over_whiskers(strokes):
    """There they would be lines on hair."""
    assert strokes(60, whiskers=1.0) < strokes(60)


def test_no_line_on_a_brow_peeks_out_between_locks(face, look):
    pictures = []
    for hidden in (0, 6, 48):  # one tip is enough
        picture = np.full((400, 400, 3), FLAT, np.uint8)
        cover = np.zeros((400, 400), np.float32)
        y = int((face.points[9] * 0.5 + face.points[10] * 0.5)[1])
        x = int(face.points[9][0])
        cover[y - 12 : y + 12, x - 3 : x - 3 + hidden] = 1
        palette = Palette.of(look, STYLES["modern"], face.u, small=False)
        shallow = Mouth(0.0, 0.0, 0.0, 0.0, 0.1, np.float32([9, 2]))
        age.draw(picture, shallow, face, Person.of(66, 0.1), palette, cover)
        pictures.append((picture[y - 12 : y + 12, x - 40 : x + 40] != FLAT).any())
    assert pictures == [True, False, False]
