import numpy as np
import pytest

from engine.cel.paint import wisps
from engine.cel.paint.fields import drawn


@pytest.fixture
def shape(sitter):
    """The signed distance of plain long hair."""
    x, u = np.abs(sitter.u), sitter.warped.u / 2
    return (np.minimum.reduce([sitter.v + 0.8, 0.9 - sitter.v, 0.6 - x]) * u).astype(np.float32)


@pytest.fixture
def draw(sitter, combed, worn):
    def of(shape, count=3, seed=1):
        chance = np.random.Generator(np.random.PCG64(seed))
        return drawn(wisps.wisps(shape, combed(worn), sitter.warped, count, chance))

    return of


def test_locks_stand_off_the_sides_and_grow_from_the_hair(sitter, shape, draw):
    u, v, hair = (np.repeat(np.repeat(plane, 2, 0), 2, 1) for plane in (sitter.u, sitter.v, shape))
    locks = draw(shape) > 0
    assert (locks & (hair < -1)).any()
    assert (locks & (hair > 2)).any()
    beyond = locks & (hair < -1)
    assert (np.abs(u[beyond]) > 0.5).all()
    assert (v[beyond] > -0.3).all()


def test_there_are_no_more_than_asked_for(shape, draw):
    one, three = ((draw(shape, count=count) > 0).sum() for count in (1, 3))
    assert 0 < one < three
    assert not (draw(shape, count=0) > 0).any()


def test_no_hair_no_locks(draw):
    assert not (draw(np.full((200, 200), -9, np.float32)) > 0).any()


def test_they_follow_the_seed(shape, draw):
    one, same, other = (draw(shape, seed=seed) for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()
