import numpy as np
import pytest

from engine.cel.paint.drapes import draped
from engine.cel.paint.layers import oval
from engine.cel.paint.stack import BACKGROUND, CLOTHES, HAIR


@pytest.fixture
def cut(sitter):
    """Planes of long hair into which a garment cuts, from outside or from the neck, and where; it may end there."""

    def of(outside, ends=False):
        u, v = np.abs(sitter.u), sitter.v
        hair = (u > 0.35) & (u < 0.75) & (v > -0.5)
        wedge = hair & (v > 0.75) & ((u > 0.55) if outside else (u < 0.5))
        wedge &= sitter.u > 0
        stack = np.zeros((5, 200, 200), np.float32)
        stack[CLOTHES] = wedge | (hair & ends & (v > 0.75) & (sitter.u > 0))
        stack[HAIR] = hair & (stack[CLOTHES] < 0.5)
        stack[BACKGROUND] = 1 - stack.sum(0)
        return stack, wedge & (v < 0.9)

    return of


@pytest.mark.parametrize("outside", [False, True])
def test_a_garment_does_not_cut_into_hair_that_leaves_the_picture(sitter, cut, outside):
    stack, wedge = cut(outside)
    out = draped(stack, oval(sitter.warped, 200), sitter.warped, sitter.u, sitter.v)
    assert out[HAIR][wedge].mean() > 0.6
    assert np.allclose(out.sum(0), 1)
    assert (out[HAIR] >= stack[HAIR]).all()


def test_hair_that_ends_in_the_picture_stays(sitter, cut):
    stack, wedge = cut(outside=True, ends=True)
    out = draped(stack, oval(sitter.warped, 200), sitter.warped, sitter.u, sitter.v)
    assert out[HAIR][wedge].max() < 0.5
