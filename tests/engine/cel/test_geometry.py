import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.cel import geometry as g

coordinates = st.floats(-1e4, 1e4, allow_nan=False)
lines = st.integers(2, 12).flatmap(lambda n: arrays(np.float64, (n, 2), elements=coordinates))


@given(lines, st.booleans())
def test_a_curve_runs_through_its_knots(knots, closed):
    line = g.curve(knots, 5, closed)
    if len(knots) < 3:
        assert np.array_equal(line, knots)
        return
    for knot in knots:
        assert np.linalg.norm(line - knot, axis=1).min() < 1e-6


@given(lines, st.integers(3, 40))
def test_resampling_keeps_the_ends_and_the_count(line, count):
    out = g.resample(line, count)
    assert out.shape == (count, 2)
    assert np.allclose(out[0], line[0])
    assert np.allclose(out[-1], line[-1])


@given(lines, st.floats(0.3, 4))
def test_smoothing_leaves_straight_lines_alone(line, sigma):
    straight = np.linspace(line[0], line[-1], 20)
    assert np.allclose(g.smooth(straight, sigma), straight, atol=1e-6)


def test_smoothing_closed_lines_goes_round_the_seam():
    circle = g.oval((0, 0), 10, 10, samples=60)
    out = g.smooth(circle, 2.0, closed=True)
    radii = np.linalg.norm(out, axis=1)
    assert np.ptp(radii) < 1e-9
    assert radii[0] < 10


def test_a_stroke_is_as_wide_as_asked():
    outline = g.stroke([[0, 0], [5, 0], [10, 0]], [2, 4, 2])
    assert outline[:, 1].max() == pytest.approx(2)
    assert outline[:, 1].min() == pytest.approx(-2)
    assert g.area(outline) == pytest.approx(30)


def test_a_loop_has_a_hole():
    ring = g.loop(g.oval((0, 0), 10, 10, samples=120), 2.0)
    assert g.area(ring) == pytest.approx(np.pi * (11**2 - 9**2), rel=0.01)


def test_a_pen_stroke_tapers_to_its_ends():
    line = np.linspace([0, 0], [100, 0], 41)
    outline = g.pen(line, 6.0, start=0.0, end=0.5, peak=0.5)
    widths = outline[:41, 1] - outline[41:, 1][::-1]
    assert abs(widths[0]) < 1e-9
    assert abs(widths[20]) == pytest.approx(6)
    assert abs(widths[-1]) == pytest.approx(3)


def test_many_pens_draw_what_one_would():
    lines = [np.linspace([0, 0], [100, 0], 41), np.linspace([5, 5], [5, 60], 7)]
    for outline, line, width in zip(g.pens(lines, [6.0, 2.0], end=0.5), lines, (6.0, 2.0), strict=True):
        assert g.area(outline) == pytest.approx(g.area(g.pen(line, width, end=0.5)), rel=0.02)
        assert outline.min(0) == pytest.approx(g.pen(line, width, end=0.5).min(0), abs=0.1)
    assert g.pens([], 3.0) == []


@given(st.floats(0.5, 50), st.floats(0.5, 50), st.floats(-4, 4))
def test_an_oval_lies_on_its_ellipse(rx, ry, angle):
    p = g.oval((3, -2), rx, ry, angle) - (3, -2)
    x, y = p @ [np.cos(angle), np.sin(angle)], p @ [-np.sin(angle), np.cos(angle)]
    assert np.allclose((x / rx) ** 2 + (y / ry) ** 2, 1)


@given(st.floats(-10, 10, allow_nan=False))
def test_ease_stays_between_nought_and_one_both_ways(x):
    assert 0 <= g.ease(x, 2, 5) <= 1
    assert g.ease(x, 5, 2) == pytest.approx(1 - g.ease(x, 2, 5))


@given(st.lists(st.floats(-100, 100, width=32), min_size=1, max_size=40), st.floats(0, 100))
def test_a_percentile_is_numpys(values, share):
    values = np.float32(values)
    assert g.percentile(values, share) == pytest.approx(float(np.percentile(values, share)), abs=1e-4)


def test_many_pens_draw_waves_without_corners():
    down = np.linspace(0, 10, 200)
    (outline,) = g.pens([np.column_stack([0.2 * np.sin(down * 2), down])], 0.0)
    turns = np.diff(np.unwrap(np.arctan2(*np.diff(outline[: len(outline) // 2], axis=0).T)))
    assert np.abs(turns).max() < 0.25
