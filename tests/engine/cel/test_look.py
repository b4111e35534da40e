import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.cel.look import colour, from_bytes, in_bytes, lab, rgb


@given(st.floats(0, 100), st.floats(-100, 100), st.floats(-100, 100))
def test_colours_survive_three_bytes(lightness, a, b):
    there = from_bytes(in_bytes(colour(lightness, a, b)[None, None]))[0, 0]
    assert np.abs(there - (lightness, a, b)).max() < 0.51


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_colours_survive_cielab(seen):
    assert np.abs(np.array(rgb(lab(*seen))) - seen).max() <= 1
