from dataclasses import replace

import numpy as np
import pytest

from engine.cel.features import nose
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.styles import STYLES

FLAT = (226, 182, 158)
WOMAN = Person.of(25, 0.95)


@pytest.fixture
def drawn(look):
    def drawn(face, person=WOMAN):
        picture = np.full((400, 400, 3), FLAT, np.uint8)
        nose.draw(picture, face, person, Palette.of(look, STYLES["modern"], face.u, small=False))
        return (picture != FLAT).any(-1)

    return drawn


def test_a_broad_nose_is_drawn_broader(face, drawn):
    points = face.points.copy()
    middle = points[[98, 327]].mean(0)
    points[[98, 327]] = middle + (points[[98, 327]] - middle) * 1.5
    narrow, broad = drawn(face), drawn(replace(face, points=points))
    assert np.ptp(np.nonzero(broad)[1]) > 1.2 * np.ptp(np.nonzero(narrow)[1])


def test_only_a_turned_nose_shows_its_ridge(face, drawn):
    def top(picture):
        return np.nonzero(picture)[0].min()

    assert top(drawn(replace(face, yaw=0.3))) < top(drawn(face)) - 0.06 * face.u


def test_its_shadow_lies_on_the_side_it_turns_to(face, drawn):
    tip = face.points[1][0]
    for yaw in (-0.2, 0.2):
        x = np.nonzero(drawn(replace(face, yaw=yaw)))[1]
        assert np.sign(x.mean() - tip) == np.sign(yaw)
