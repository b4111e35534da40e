import numpy as np
import pytest

from engine.cel.paint.beneath import bared, spread
from engine.cel.paint.stack import BACKGROUND, HAIR, SKIN, WORN


@pytest.fixture
def haired(sitter):
    """Planes of somebody with a great deal of hair, and a hat worn over it askew."""
    labels = np.full((200, 200), BACKGROUND)
    labels[(np.abs(sitter.u) < 1.2) & (sitter.v > -0.6)] = HAIR
    labels[(np.abs(sitter.u - 0.3) < 0.5) & (sitter.v < -0.2) & (sitter.v > -0.9)] = WORN
    return np.eye(5, dtype=np.float32)[labels].transpose(2, 0, 1).copy()


def test_hair_comes_out_under_a_hat_and_spreads_below(sitter, haired):
    out = spread(haired, np.abs(sitter.u), sitter.v, -0.3, 0.5)[HAIR] > 0.5
    assert not out[sitter.v < -0.3].any()
    reach = [np.abs(sitter.u)[out & (np.abs(sitter.v - low) < 0.02)].max() for low in (-0.25, 0.0, 0.6)]
    assert reach[0] < 0.62
    assert reach[0] + 0.1 < reach[1] < reach[2] < 1.0


def test_a_hat_of_a_form_of_its_own_is_all_that_is_worn(sitter, haired):
    shape = ((np.abs(sitter.u) < 0.5) & (sitter.v < -0.35) & (sitter.v > -0.85)).astype(np.float32)
    oval = ((np.abs(sitter.u) < 0.4) & (sitter.v > -0.4)).astype(np.float32)
    out = bared(haired, shape, oval, (np.abs(sitter.u) < 0.6) & (sitter.v > -0.3))
    assert np.array_equal(out[WORN], shape)
    for (u, v), label in {(0.3, -0.25): SKIN, (0.5, -0.25): HAIR, (0.7, -0.5): BACKGROUND}.items():
        assert out[label][(np.abs(sitter.u - u) < 0.02) & (np.abs(sitter.v - v) < 0.02)].min() > 0.9
    assert np.allclose(out.sum(0), 1)
