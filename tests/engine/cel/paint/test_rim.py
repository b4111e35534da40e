import numpy as np
import pytest

from engine.cel.paint import rim
from engine.cel.styles import STYLES


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_the_lit_edge_of_hair_and_clothes_is_brighter_and_nothing_else(sitter, side):
    layers, look = sitter.layers, sitter.look(STYLES["modern"])
    page = np.full((400, 400, 3), (40, 0, 0), np.float32)
    gain = rim.lit(page.copy(), layers, layers.hair, sitter.warped, look, side)[..., 0] - 40
    assert not gain[layers.person < -1].any()
    assert not gain[(layers.body > 1) & (layers.hair < -1)].any()  # skin
    deep = (layers.person > 0.15 * sitter.warped.u) & (layers.hair < -1)
    assert not gain[deep].any()
    x = np.arange(400) - sitter.warped.centre[0]
    lit, away = (gain[:, x * side * turn > 0].sum() for turn in (1, -1))
    assert lit > 3 * away
    assert gain.max() > 5


def test_nothing_is_lit_beyond_white(sitter):
    page = np.full((400, 400, 3), (96, 0, 0), np.float32)
    layers, look = sitter.layers, sitter.look(STYLES["modern"])
    assert rim.lit(page, layers, layers.hair, sitter.warped, look, 1.0)[..., 0].max() <= 97
