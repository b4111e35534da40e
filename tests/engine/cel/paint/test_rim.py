import numpy as np
import pytest

from engine.cel.paint.rim import rim


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_the_edge_on_the_lit_side_has_a_rim_and_nothing_else(sitter, side):
    hair, background = sitter.layers.half_hair, sitter.layers.half_background
    lit = rim(sitter.layers, hair, sitter.warped, side)
    assert lit.max() > 0.8
    assert lit[(background > 0.99) & (hair < 0.01)].max() < 0.02
    assert lit[np.abs(sitter.u) < 0.2][sitter.v[np.abs(sitter.u) < 0.2] > -0.3].max() < 0.1
    right, left = ((lit * (sitter.u * side * turn > 0)).sum() for turn in (1, -1))
    assert right > 2 * left
