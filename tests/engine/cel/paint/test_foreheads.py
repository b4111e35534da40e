import numpy as np

from engine.cel.paint.fields import outlined
from engine.cel.paint.foreheads import bared


def test_no_hair_is_left_on_the_face_over_the_eyes(sitter, wig):
    shape = outlined(wig(-0.1, 0.3).half_hair - 0.5, 20, 1.0)
    left = bared(shape, sitter.warped, sitter.v)
    face = sitter.layers.half_face > 0.99
    assert (shape > 0)[face & (sitter.v < -0.1)].any()
    assert not (left > 0.5)[face & (sitter.v < -0.02)].any()
    assert np.array_equal(left[sitter.v > 0], shape[sitter.v > 0])
    assert (left > 0).sum() > 0.5 * (shape > 0).sum()
