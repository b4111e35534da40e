import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cel.paint import fields
from engine.cel.paint.fields import (
    above,
    around,
    blur,
    distance,
    ease,
    fill,
    filled,
    flat,
    kept,
    mix,
    polygon,
    sampled,
    tidy,
    within,
)


def ramp():
    return np.tile(np.arange(100, dtype=np.float32), (80, 1))


def test_ease_runs_from_0_to_1():
    x = np.array([-5, 0, 5, 10, 20], np.float32)
    assert ease(x, 0, 10).tolist() == [0, 0, 0.5, 1, 1]


@given(st.floats(0.01, 50), st.floats(10, 80))
def test_above_has_an_edge_one_pixel_wide_whatever_the_slope(steepness, at):
    field = (ramp() - np.float32(at)) * np.float32(steepness)
    edge = above(field, 0.0)[40, 2:-2]
    assert ((edge > 0.01) & (edge < 0.99)).sum() <= 2
    assert abs(edge.sum() - (97.5 - at)) < 0.6


@given(st.floats(0.05, 20))
def test_distance_is_in_pixels(steepness):
    found = distance((ramp() - 50) * np.float32(steepness), reach=12)[40]
    assert np.allclose(found[42:59], np.arange(-8, 9), atol=0.1)
    assert found.min() == -12
    assert found.max() == 12


def test_within_does_not_look_outside():
    field, mask = np.full((60, 60), 10, np.float32), np.zeros((60, 60), np.float32)
    mask[:, :30] = 1
    field[:, 30:] = 99
    assert np.allclose(within(field, mask, 4)[:, :30], 10, atol=0.2)
    assert blur(field, 4)[30, 29] > 30


def test_fill_spreads_what_is_known_and_keeps_it():
    field, mask = np.zeros((50, 70, 3), np.float32), np.zeros((50, 70), np.float32)
    field[10:20, 10:20], mask[10:20, 10:20] = (40, 5, -5), 1
    out = fill(field, mask)
    assert np.allclose(out[15, 15], (40, 5, -5), atol=0.5)
    assert np.allclose(out[45, 65], (40, 5, -5), atol=8)
    assert fill(field[..., 0], mask).shape == (50, 70)


def test_specks_and_holes_go():
    mask = np.zeros((60, 60), bool)
    mask[10:50, 10:50] = True
    mask[20:22, 20:22] = False
    mask[2:4, 2:4] = True
    assert not kept(mask, 9)[2:4, 2:4].any()
    clean = tidy(mask, 9)
    assert clean[10:50, 10:50].all()
    assert clean.sum() == 1600


def test_mix_leaves_its_input_and_the_uncovered():
    below = np.zeros((40, 40, 3), np.float32)
    cover = np.zeros((40, 40), np.float32)
    cover[10:20, 10:20], cover[30, 30] = 1, 0.5
    out = mix(below, np.array([50, 10, 0], np.float32), cover)
    assert below.max() == 0
    assert np.allclose(out[15, 15], (50, 10, 0), atol=0.01)
    assert np.allclose(out[30, 30], (25, 5, 0), atol=0.01)
    assert out[0, 0].max() == 0


def test_the_box_around_a_mask_is_the_same_place_in_both_sizes():
    mask = np.zeros((200, 200), bool)
    mask[30:50, 60:61] = True
    small, box = around(mask)
    assert mask[small].all()
    assert mask[small].size == mask.sum()
    picture = flat(np.float32((1, 2, 3)), (400, 400))
    assert picture[box].shape == (40, 2, 3)
    assert picture[around(mask & False)[1]].size == 0


def test_samples_lie_between_pixels_and_beyond_the_border_too():
    plane = np.arange(12, dtype=np.float32).reshape(3, 4)
    assert np.allclose(sampled(plane, np.array([[1.0, 1.0], [1.5, 1.0], [2.0, 0.5], [-5.0, 0.0]])), [5, 5.5, 4, 0])
    both = sampled(np.dstack([plane, -plane]), np.array([[3.0, 2.0]]))
    assert np.allclose(both, [[11, -11]])


def test_a_polygon_covers_what_it_encloses_at_half_size():
    plane = polygon(np.array([[100.0, 100.0], [200.0, 100.0], [200.0, 300.0], [100.0, 300.0]]))
    assert plane.shape == (200, 200)
    assert (plane[52:148, 52:98] == 1).all()
    assert not plane[:, 104:].any()
    assert not plane[:48].any()
    assert abs(float(plane.sum()) - 50 * 100) < 300  # OpenCV draws the outline too


def test_shapes_are_drawn_finer_than_pixels_and_run_to_nothing(monkeypatch):
    box = np.s_[100:140, 50:90]
    needle = np.array([[55.0, 105.0], [85.0, 119.6], [85.0, 120.4]])
    fine = filled([needle], box, 1.0)
    block = filled([np.array([[60.0, 110.0], [80.0, 110.0], [80.0, 130.0], [60.0, 130.0]])], box, 0.5)
    monkeypatch.setattr(fields, "_FINE", 1)
    plain = filled([needle], box, 1.0)
    tip = np.s_[0:14, 0:15]
    assert fine[tip].sum() < 0.6 * plain[tip].sum()
    assert 0 < fine[tip].max() < 0.9 < plain[tip].max()
    assert block[20, 20] == 0.5
    assert block.sum() == pytest.approx(0.5 * 20 * 20, rel=0.05)


@pytest.mark.parametrize("off", [0.0, 300.0, -300.0])
def test_shapes_that_lie_partly_or_wholly_beyond_the_box_fill_what_is_within(off):
    box = np.s_[100:140, 50:90]
    block = np.array([[70.0 + off, 90.0], [110.0 + off, 90.0], [110.0 + off, 120.0], [70.0 + off, 120.0]])
    plane = filled([block], box, 1.0)
    assert plane.shape == (40, 40)
    assert plane.sum() == pytest.approx(20 * 20 if off == 0 else 0, abs=25)
    assert not filled([], box, 1.0).any()
