from dataclasses import replace

import numpy as np
import pytest

from engine.cel.features import cheeks
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.styles import STYLES

WOMAN = Person(woman=1.0, child=0.0, old=0.0, years=24)


@pytest.fixture
def drawn(face, look):
    """How much is drawn on the cheeks: on the picture's left, and on its right."""

    def of(person=WOMAN, turned=0.0, small=False, cover=None, grey=False):
        picture = np.full((400, 400, 3), 220, np.uint8)
        palette = Palette.of(replace(look, grey=grey), STYLES["modern"], face.u, small)
        cheeks.draw(picture, replace(face, yaw=turned), person, palette, cover)
        changed = (picture != 220).any(-1)
        middle = int(face.centre[0])
        return int(changed[:, :middle].sum()), int(changed[:, middle:].sum())

    return of


def test_young_women_blush_on_both_cheeks(drawn):
    left, right = drawn()
    assert min(left, right) > 20
    assert max(left, right) < 2 * min(left, right)


def test_men_and_the_old_do_not(drawn):
    assert drawn(replace(WOMAN, woman=0.0)) == (0, 0)
    assert drawn(replace(WOMAN, old=0.9)) == (0, 0)


def test_strokes_on_one_cheek_alone_would_be_a_scratch(drawn):
    assert drawn(turned=0.3) == (0, 0)
    hair = np.zeros((400, 400), np.float32)
    hair[:, 200:] = 1
    assert drawn(cover=hair) == (0, 0)


def test_small_and_grey_pictures_have_none(drawn):
    assert drawn(small=True) == (0, 0)
    assert drawn(grey=True) == (0, 0)


def test_small_children_blush_boys_too(drawn):
    assert min(drawn(Person.of(3, 0.1))) > 20
    assert drawn(Person.of(10, 0.1)) == (0, 0)


def test_a_small_childs_cheeks_are_rosy_however_its_head_is_turned(drawn):
    assert min(drawn(Person.of(3, 0.1), turned=0.3)) > 200
    assert drawn(Person.of(3, 0.1), turned=0.3, grey=True) == (0, 0)
