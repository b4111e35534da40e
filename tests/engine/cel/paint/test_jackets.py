import numpy as np

from engine.cel.look import colour
from engine.cel.paint import attire, jackets
from engine.cel.paint.attire import Attire

NAVY, WHITE = colour(22, 4, -16), colour(92, 0, 1)
CUT = np.float32([0.2, 0.3, 1, 0.05, 9])


def test_a_jacket_is_even_and_its_collar_falls_over_the_shoulders():
    shirt, rib, left, right = jackets.pieces(CUT, WHITE, NAVY, 0.0)
    assert np.allclose(left.outline, right.outline * (-1, 1))
    assert right.outline[:, 0].min() > 0.2
    assert right.outline[:, 0].max() > CUT[1] + 0.15
    assert np.allclose(np.sort(shirt.outline[:, 0]), np.sort(-shirt.outline[:, 0]))
    assert [float(piece.colour[0]) for piece in (shirt, rib, left)] == [92, 92, 22]


def test_the_ribbed_collar_of_what_is_worn_below_lies_at_the_neckline():
    rib = jackets.pieces(CUT, WHITE, NAVY, 0.0)[1].outline
    lowest = rib[:, 1].max()
    assert CUT[0] < lowest < CUT[0] + 0.08
    assert abs(rib[:, 0].mean()) < 0.01


def test_the_collar_of_an_open_jacket_leaves_the_neck_free():
    """A shirt's closes in front of it."""
    low = {
        worn: min(np.abs(o[:, 0]).min() for o in attire.standing(worn, CUT, 0.0))
        for worn in (Attire.OPEN, Attire.SHIRT)
    }
    assert low[Attire.OPEN] > 0.2
    assert low[Attire.SHIRT] < 0.1
