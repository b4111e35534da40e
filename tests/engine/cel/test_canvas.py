import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.cel.canvas import Canvas, around
from engine.cel.geometry import oval

SQUARE = np.array([[10, 10], [20, 10], [20, 20], [10, 20]], float) - 0.5


@pytest.fixture
def paper():
    return np.full((40, 50, 3), 200, np.uint8)


def test_a_filled_polygon_covers_its_pixels_and_no_others(paper):
    canvas = Canvas(paper, (0, 0, 50, 40), 3)
    canvas.fill(SQUARE, (255, 0, 0))
    canvas.finish()
    assert (paper[12:18, 12:18] == (255, 0, 0)).all()
    untouched = np.ones((40, 50), bool)
    untouched[9:21, 9:21] = False
    assert (paper[untouched] == 200).all()


def test_the_rest_of_the_picture_stays_bit_for_bit():
    noise = np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    before = noise.copy()
    canvas = Canvas(noise, (3, 3, 47, 37), 2)
    canvas.fill(SQUARE, (0, 0, 0), 0.5)
    canvas.finish()
    changed = (noise != before).any(-1)
    assert changed[9:21, 9:21].any()
    changed[8:22, 8:22] = False
    assert not changed.any()


def test_alpha_and_clip_mix_and_cut(paper):
    canvas = Canvas(paper, (0, 0, 50, 40))
    canvas.fill(SQUARE, (0, 0, 0), 0.5, clip=SQUARE + np.array([5, 0]))
    canvas.finish()
    assert abs(int(paper[15, 17, 0]) - 100) <= 1
    assert (paper[15, 12] == 200).all()


def test_a_gradient_runs_from_start_to_end(paper):
    canvas = Canvas(paper, (0, 0, 50, 40))
    canvas.gradient(SQUARE, [(0, (0, 0, 0)), (1, (250, 250, 250))], (15, 10), (15, 20))
    canvas.finish()
    column = paper[11:19, 15, 0].astype(int)
    assert (np.diff(column) > 0).all()
    assert column[0] < 60
    assert column[-1] > 190


def test_a_glow_fades_beyond_its_shape(paper):
    canvas = Canvas(paper, (0, 0, 50, 40))
    canvas.glow(SQUARE, (0, 0, 0), 2.0)
    canvas.finish()
    assert paper[15, 15, 0] < 20
    assert 20 < paper[15, 21, 0] < 200


def test_what_covers_the_face_covers_what_is_drawn(paper):
    cover = np.zeros((40, 50), np.float32)
    cover[:, 15:] = 1
    canvas = Canvas(paper, (0, 0, 50, 40))
    canvas.fill(SQUARE, (0, 0, 0))
    canvas.finish(cover)
    assert (paper[15, 12] == 0).all()
    assert (paper[15, 17] == 200).all()


@settings(max_examples=60, deadline=None)
@given(
    arrays(np.float64, st.tuples(st.integers(0, 9), st.just(2)), elements=st.floats(width=32)),
    st.tuples(*[st.integers(-80, 120)] * 4),
    st.floats(0, 1),
)
def test_nothing_drawn_ever_raises(shape, box, alpha):
    paper = np.full((20, 30, 3), 120, np.uint8)
    canvas = Canvas(paper, box, 2)
    canvas.fill(shape, (400, -5, 30), alpha)
    canvas.fill(shape, (1, 2, 3), 1, clip=SQUARE)
    canvas.glow(shape, (9, 9, 9), 1.0, alpha)
    canvas.gradient(shape, [(0, (0, 0, 0)), (1, (9, 9, 9))], (0, 0), (0, 0), alpha)
    canvas.finish()
    assert paper.shape == (20, 30, 3)


def test_a_box_holds_its_shapes_and_a_margin():
    left, top, right, bottom = around([oval((20, 30), 5, 4)], 2)
    assert (left, top) == (13, 24)
    assert (right, bottom) == (28, 37)
