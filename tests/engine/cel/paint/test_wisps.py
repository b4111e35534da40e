import numpy as np
import pytest

from engine.cel.paint import wisps


@pytest.fixture
def shape_of(sitter):
    """The signed distance of hair down to some height of the forehead, and some height of the crown."""

    def of(hairline: float, crown: float = -0.9):
        x = np.abs(sitter.u)
        return (np.minimum.reduce([sitter.v - crown, hairline - sitter.v, 0.6 - x]) * sitter.warped.u / 2).astype(
            np.float32
        )

    return of


@pytest.fixture
def draw(sitter, combed, worn):
    def of(shape, hangs=False, female=0.0, seed=1):
        chance = np.random.Generator(np.random.PCG64(seed))
        return wisps.wisps(shape, combed(worn), sitter.warped, hangs, female, chance)

    return of


def forehead(sitter, plane):
    """The part of a full-size plane between the hairline and the brows."""
    v = np.repeat(np.repeat(sitter.v, 2, 0), 2, 1)
    u = np.repeat(np.repeat(sitter.u, 2, 0), 2, 1)
    return plane[(np.abs(u) < 0.3) & (v > -0.38) & (v < -0.1)]


def test_locks_fall_over_a_bare_forehead(sitter, shape_of, draw):
    covered = (forehead(sitter, draw(shape_of(-0.4))) > 0).mean()
    assert 0.02 < covered < 0.4


def test_none_are_added_to_a_fringe(sitter, shape_of, draw):
    assert not (forehead(sitter, draw(shape_of(-0.12))) > 0).any()


def test_cropped_hair_does_not_fall(sitter, shape_of, draw):
    assert not (forehead(sitter, draw(shape_of(-0.4, crown=-0.48))) > 0).any()


def test_locks_frame_the_face_of_a_woman_whose_hair_is_tied(sitter, shape_of, draw):
    u, v = (np.repeat(np.repeat(plane, 2, 0), 2, 1) for plane in (sitter.u, sitter.v))
    beside = (np.abs(u) > 0.3) & (np.abs(u) < 0.5) & (v > 0.1) & (v < 0.3)
    woman, man = ((draw(shape_of(-0.4), female=female) > 0)[beside].mean() for female in (1.0, 0.0))
    assert woman > 0.03 > man


def test_some_stand_off_the_outline(sitter, shape_of, draw):
    shape = shape_of(-0.4, crown=-0.75)
    beyond = np.repeat(np.repeat(shape, 2, 0), 2, 1) < -3
    v = np.repeat(np.repeat(sitter.v, 2, 0), 2, 1)
    assert any(((draw(shape, seed=seed) > 0) & beyond & (v < -0.4)).any() for seed in range(3))


def test_no_hair_no_locks(sitter, shape_of, draw):
    assert not (draw(np.full((200, 200), -9, np.float32)) > 0).any()


def test_they_follow_the_seed(shape_of, draw):
    one, same, other = (draw(shape_of(-0.4), seed=seed) for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()
