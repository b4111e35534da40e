import dataclasses

import numpy as np
import pytest

from engine.cel.paint.layers import oval
from engine.cel.paint.stack import BACKGROUND, HAIR, SKIN
from engine.cel.paint.supplied import supplied


@pytest.fixture
def planes(sitter):
    """A head of which little hair, or all of it, was told; and its face."""

    def of(lost):
        face = oval(sitter.warped, 200)
        u, v = sitter.u, sitter.v
        hair = (np.abs(u + 0.5) < 0.06) & (np.abs(v + 0.3) < 0.1)
        if not lost:
            hair |= (np.hypot(u / 0.6, (v + 0.1) / 0.7) < 1) & (v < -0.45)
        stack = np.zeros((5, 200, 200), np.float32)
        stack[HAIR] = hair
        stack[SKIN] = (face > 0.5) & ~hair
        stack[BACKGROUND] = 1 - stack.sum(0)
        return stack, face

    return of


def test_hair_that_was_lost_is_supplied_all_round_the_head(sitter, planes):
    stack, face = planes(lost=True)
    out = supplied(stack, face, sitter.warped, sitter.v)
    hair = out[HAIR] > 0.5
    assert np.allclose(out.sum(0), 1, atol=1e-4)
    for side in (-1, 1):
        assert hair[(np.abs(sitter.u * side - 0.5) < 0.02) & (np.abs(sitter.v + 0.2) < 0.05)].mean() > 0.9
    assert hair[(np.abs(sitter.u) < 0.2) & (np.abs(sitter.v + 0.6) < 0.05)].all()
    assert not hair[(np.abs(sitter.u) < 0.25) & (sitter.v > -0.4)].any()
    assert (out[SKIN] > 0.5)[(np.abs(sitter.u) < 0.25) & (sitter.v > -0.4) & (sitter.v < 0)].all()


def test_what_was_told_beyond_it_is_none(sitter, planes):
    stack, face = planes(lost=True)
    lump = (np.hypot(sitter.u - 0.75, sitter.v) < 0.06).astype(np.float32)
    stack[HAIR] = np.maximum(stack[HAIR], lump)
    stack[BACKGROUND] *= 1 - lump
    out = supplied(stack, face, sitter.warped, sitter.v)
    assert out[HAIR][lump > 0].max() < 0.1
    assert out[BACKGROUND][lump > 0].min() > 0.9


def test_hair_that_was_told_is_left_as_it_is(sitter, planes):
    stack, face = planes(lost=False)
    assert supplied(stack, face, sitter.warped, sitter.v) is stack


def test_the_head_of_somebody_turned_is_broader_on_its_near_side(sitter, planes):
    stack, face = planes(lost=True)
    heads = [
        supplied(stack, face, dataclasses.replace(sitter.warped, yaw=yaw), sitter.v)[HAIR] > 0.5 for yaw in (0.0, 0.4)
    ]
    row = np.abs(sitter.v + 0.3) < 0.03
    (left, right), (near, far) = ([(sitter.u * side)[hair & row].max() for side in (-1, 1)] for hair in heads)
    assert left == pytest.approx(right, abs=0.03)
    assert near > left + 0.05
    assert far < right - 0.08


@pytest.mark.parametrize("side", [-1, 1])
def test_hair_that_is_pulled_back_stands_out_less_on_the_far_side_of_a_turned_head(sitter, planes, side):
    stack, face = planes(lost=True)
    turned = dataclasses.replace(sitter.warped, yaw=0.4 * side)
    far, pulled = (
        (sitter.u * side)[supplied(stack, face, turned, sitter.v, how)[HAIR] > 0.5].max() for how in (False, True)
    )
    assert pulled < far - 0.05


def test_it_stands_out_less_on_the_near_side_too(sitter, planes):
    """There it would be a quiff over its tail."""
    stack, face = planes(lost=True)
    turned = dataclasses.replace(sitter.warped, yaw=0.4)
    near, pulled = (-sitter.u[supplied(stack, face, turned, sitter.v, how)[HAIR] > 0.5].min() for how in (False, True))
    assert pulled < near - 0.05


@pytest.mark.parametrize("lost", [False, True])
def test_hair_that_has_receded_lies_close_to_the_skull_with_bays_over_the_temples(sitter, planes, lost):
    stack, face = planes(lost)
    stack[HAIR] = np.maximum(stack[HAIR], (np.abs(sitter.u) < 0.5) & (sitter.v < -0.6))
    stack[BACKGROUND] *= 1 - stack[HAIR]
    some, all_of_it = (
        supplied(stack, face, sitter.warped, sitter.v, receded=receded)[HAIR] > 0.5 for receded in (0.4, 1.0)
    )
    for hair in (some, all_of_it):
        assert hair[(np.abs(sitter.u) < 0.25) & (np.abs(sitter.v + 0.68) < 0.04)].all()
        assert not hair[sitter.v < -0.9].any()
    bays = (np.abs(np.abs(sitter.u) - 0.28) < 0.06) & (np.abs(sitter.v + 0.50) < 0.04)
    assert all_of_it[bays].sum() < 0.85 * some[bays].sum()
    assert not all_of_it[(np.abs(sitter.u) < 0.25) & (sitter.v > -0.45)].any()


def test_a_receded_hairline_is_drawn_where_it_is_but_within_bounds(sitter, planes):
    def middle(line):
        stack, face = planes(lost=True)
        stack[SKIN] = (sitter.v > line) & (np.abs(sitter.u) < 0.4)
        stack[HAIR] *= 1 - stack[SKIN]
        hair = supplied(stack, face, sitter.warped, sitter.v, receded=0.5)[HAIR] > 0.5
        return sitter.v[hair & (np.abs(sitter.u) < 0.03)].max()

    assert middle(-0.50) == pytest.approx(-0.50, abs=0.03)
    assert middle(-0.80) == pytest.approx(-0.53, abs=0.03)
    assert middle(-0.30) == pytest.approx(-0.46, abs=0.03)
