import numpy as np
import pytest

from engine.cel import chains

CURVE = np.array([0.0, 0.44, 0.7, 0.15, 0.0])


@pytest.fixture
def told():
    """What is told where a chain is seen between two places aside, and skin, or nothing, elsewhere."""

    def of(left=-0.42, right=0.42, elsewhere=-1.0):
        plane = np.full(chains.SIZE[::-1], elsewhere, np.float32)
        x = np.linspace(left, right, 400)
        y = chains.hung(CURVE[None], x)[0][0]
        row, column = (
            np.rint((at - start) * chains.FINE).astype(int) for at, start in ((y, chains.TOP), (x, chains.LEFT))
        )
        for down in (-1, 0, 1):
            plane[np.clip(row + down, 0, len(plane) - 1), column] = 1
        return plane

    return of


def test_a_chain_is_found_where_it_hangs(told):
    much, curve = chains.best(told())
    x = np.linspace(-0.3, 0.3, 9)
    assert np.abs(chains.hung(curve[None], x)[0] - chains.hung(CURVE[None], x)[0]).max() < 0.03
    assert much > 0.8


def test_gaps_and_one_side_of_it_say_less(told):
    whole = chains.best(told())[0]
    assert chains.best(told(right=0.05))[0] < 0.4 * whole
    assert chains.best(told(right=0.05, elsewhere=0.0))[0] < 0.45
    gap = told()
    gap[:, 50:80] = -1
    assert chains.best(gap)[0] < 0.7 * whole


def test_skin_is_none():
    assert chains.best(np.full(chains.SIZE[::-1], -1, np.float32))[0] <= 0


def test_its_places_lie_along_it():
    rows, columns = chains.places(CURVE)
    lowest = rows.argmax()
    assert rows.min() >= 0
    assert rows.max() < chains.SIZE[1]
    assert abs(columns[lowest] / chains.FINE + chains.LEFT) < 0.05
    assert abs(rows[lowest] / chains.FINE + chains.TOP - CURVE[1]) < 0.01
