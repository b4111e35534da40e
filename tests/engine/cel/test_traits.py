from dataclasses import astuple, fields

import numpy as np
import pytest

from engine.cel import traits
from engine.cel.perceive import perceive
from engine.cel.traits import BELOW, BREADTH, SIZE, Traits


@pytest.fixture(scope="module")
def astronaut(sitter) -> Traits:
    return traits.read(sitter.photo, sitter.face)


def test_the_astronaut_wears_neither_glasses_nor_a_beard_nor_a_tie(astronaut: Traits) -> None:
    for trait in ("glasses", "tinted", "hat", "beard", "whiskers", "tie", "suit"):
        assert getattr(astronaut, trait) < 0, trait


def test_sunglasses_are_told_at_a_glance(sitter, astronaut: Traits) -> None:
    photo = sitter.photo.copy()
    for centre in (sitter.face.mesh[[33, 133], :2].mean(0), sitter.face.mesh[[362, 263], :2].mean(0)):
        y, x = np.mgrid[0:400, 0:400]
        across, down = (x - centre[0]) / 0.24, (y - centre[1] - 4) / 0.19
        photo[across**2 + down**2 < sitter.face.frame.unit**2] = (12, 12, 14)
    masked = traits.read(photo, sitter.face)
    assert masked.tinted > astronaut.tinted + 0.5
    assert masked.glasses > 0


def test_the_side_of_a_parting_is_told_and_is_the_other_one_when_mirrored(sitter, astronaut: Traits) -> None:
    assert astronaut.parting < -0.3
    mirrored = np.ascontiguousarray(sitter.photo[:, ::-1])
    face = perceive(mirrored).face
    assert face is not None
    assert traits.read(mirrored, face).parting > 0.3


def test_there_is_a_row_of_coefficients_for_every_trait_that_is_told_at_a_glance(sitter) -> None:
    described = traits.describe(traits.seen(sitter.photo, sitter.face.frame.square(SIZE, BREADTH, BELOW)))
    assert traits._coefficients().shape == (len(fields(Traits)) - 1, len(described) + 1)


def test_they_are_the_same_each_time(sitter, astronaut: Traits) -> None:
    assert astuple(traits.read(sitter.photo, sitter.face)) == astuple(astronaut)


def test_beyond_the_picture_all_is_grey(sitter) -> None:
    far = sitter.face.frame.square(SIZE, BREADTH, BELOW).copy()
    far[:, 2] += 4000
    assert (traits.seen(sitter.photo, far) == 127).all()


@pytest.mark.parametrize(
    ("face", "told", "woman"),
    [
        (0.40, Traits(long=0.9), True),
        (0.40, Traits(tied=1.0, long=-0.4), True),
        (0.65, Traits(long=-0.9), False),
        (0.75, Traits(long=-0.7, whiskers=-0.2), False),
        (0.70, Traits(long=-1.0, whiskers=-1.4), True),
        (0.05, Traits(long=1.0), False),
        (0.99, Traits(long=-1.0, whiskers=0.0), True),
    ],
)
def test_hair_and_whiskers_tell_women_from_men_where_the_face_hardly_does(face, told, woman):
    female = told.female(face)
    assert (female > 0.5) == woman
    assert 0 <= female <= 1
    if woman == (face > 0.5):
        assert female == face


@pytest.mark.parametrize("face", [0.0, 1.0])
def test_a_face_that_tells_for_certain_is_believed(face):
    assert Traits(long=5.0, tied=5.0, whiskers=5.0).female(face) == face
    assert Traits(long=-5.0, whiskers=-5.0).female(face) == face


def test_hair_is_put_up_that_is_surely_tied_and_not_long():
    assert Traits(tied=0.9).put_up
    assert not Traits(tied=0.7).put_up
    assert not Traits(tied=0.9, long=0.0).put_up
    assert not Traits(tied=0.9, curly=0.6).put_up


def test_hair_is_sleek_that_is_surely_neat_or_thin_or_cropped():
    assert not Traits(tousled=-0.8).sleek
    assert Traits(tousled=-0.9).sleek
    assert Traits(tousled=-0.8, bald=-0.5).sleek
    assert Traits(tousled=-0.8, cropped=-0.4).sleek


def test_hair_is_tied_back_that_is_tied_for_certain_and_no_curls():
    assert Traits(tied=0.8).tied_back
    assert not Traits(tied=0.4).tied_back
    assert not Traits(tied=0.8, curly=0.6).tied_back
    assert Traits(curly=0.6).curled
    assert not Traits(curly=0.2).curled


def test_hair_hangs_that_is_long_and_not_put_up():
    assert traits.Traits(long=0.2).hangs
    assert not traits.Traits(long=-0.2).hangs
