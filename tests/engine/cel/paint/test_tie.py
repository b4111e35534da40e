import numpy as np
import pytest

from engine.cel.paint import tie


@pytest.mark.parametrize("grey", [False, True])
def test_a_ribbon_has_a_colour_of_its_own_where_there_are_colours(sitter, grey):
    page = np.zeros((400, 400, 3), np.float32)
    middle = np.stack([np.linspace(150, 250, 9), np.full(9, 200.0)], 1)
    fold = np.array([[200.0, 195.0], [200.0, 205.0]])
    look = sitter.look(grey=grey)
    out = tie.paint(page.copy(), middle, 20.0, [fold], look, 2.0)
    rows = np.flatnonzero((out != page).any((1, 2)))
    assert 18 < np.ptp(rows) < 26
    assert (np.abs(out[..., 1:]).max() < 1) == grey
    assert out[200, 200, 0] < out[200, 170, 0] - 5  # folded
    assert out[200, 170, 0] > look.hair_ink[0] + 5
