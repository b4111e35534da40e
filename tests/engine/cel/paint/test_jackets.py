import numpy as np
import pytest

from engine.cel.look import colour
from engine.cel.paint import attire, jackets
from engine.cel.paint.attire import Attire

NAVY, WHITE = colour(22, 4, -16), colour(92, 0, 1)
CUT = np.float32([0.2, 0.3, 1, 0.05, 9])


def test_a_jacket_is_even_and_its_collar_falls_over_the_shoulders():
    shirt, rib, *collar = jackets.pieces(CUT, WHITE, NAVY, 0.0)
    for left, right in zip(collar[::2], collar[1::2], strict=True):
        assert np.allclose(left.outline, right.outline * (-1, 1))
    assert min(piece.outline[:, 0].min() for piece in collar[1::2]) > 0.1
    assert max(piece.outline[:, 0].max() for piece in collar[1::2]) > CUT[1] + 0.15
    assert np.allclose(np.sort(shirt.outline[:, 0]), np.sort(-shirt.outline[:, 0]))
    assert [float(piece.colour[0]) for piece in (shirt, rib, collar[0])] == [92, 92, 22]


LEATHER, BEIGE, PINK, GREEN = colour(12, 1, -2), colour(72, 3, 8), colour(60, 33, -2), colour(60, -30, 24)


@pytest.mark.parametrize(
    ("female", "outer", "parts", "lowest"),
    [
        (0, LEATHER, 4, 1.0),
        (0, BEIGE, 4, 1.3),
        (0, NAVY, 6, 1.5),
        (0, PINK, 6, 1.5),
        (1, LEATHER, 4, 1.0),
        (1, BEIGE, 2, 1.3),
        (1, PINK, 2, 1.3),
        (1, GREEN, 6, 1.5),
    ],
)
def test_black_jackets_have_pointed_collars_coats_notches_and_colourful_ones_collars_that_stand(
    female, outer, parts, lowest
):
    collar = jackets.pieces(jackets.over(CUT, female), WHITE, outer, 0.0)[2:]
    assert len(collar) == parts
    assert max(piece.outline[:, 1].max() for piece in collar) > lowest


def test_a_pointed_collar_ends_further_aside_than_its_lapel_begins():
    lapel, leaf = jackets.pieces(CUT, WHITE, LEATHER, 0.0)[3:6:2]
    assert leaf.outline[:, 1].max() < lapel.outline[:, 1].max()
    assert lapel.outline[:, 0].max() > leaf.outline[:, 0].max() > CUT[1] + 0.15


def test_womens_tops_are_lower_than_mens():
    his, hers = (float(jackets.over(CUT, female)[0]) for female in (0, 1))
    assert hers > his + 0.08
    assert float(CUT[0]) == pytest.approx(0.2)


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
    assert low[Attire.OPEN] > 0.15
    assert low[Attire.SHIRT] < 0.1
