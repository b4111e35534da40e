import dataclasses

import numpy as np
import pytest

from engine.cel.paint import nape


@pytest.fixture
def behind(sitter, wig, laid_out):
    """Where hair in the nape is painted over a plain picture, on a side of a head that is turned so far."""

    def of(side=1.0, yaw=0.0, broad=0.66, narrows=0.0):
        over = (np.abs(sitter.u) < broad - narrows * (sitter.v > -0.10)).astype(np.float32)
        worn = dataclasses.replace(laid_out(wig(-0.45, 0.0)), half=over)
        page = np.full((400, 400, 3), -50, np.float32)
        face = dataclasses.replace(sitter.warped, yaw=yaw)
        out = nape.paint(page.copy(), worn, face, side, sitter.look(), 2.0)
        return (np.abs(out - page).max(-1) > 1)[::2, ::2]

    return of


@pytest.mark.parametrize("side", [-1, 1])
def test_it_goes_on_from_the_hair_over_the_ear_behind_that_and_the_neck(sitter, behind, side):
    there = behind(side)
    aside, down = sitter.u[there] * side, sitter.v[there]
    assert aside.min() > 0
    assert aside[down < 0].max() == pytest.approx(0.65, abs=0.03)
    assert aside[down > 0.35].max() < 0.45
    assert 0.35 < down.max() < 0.5


def test_it_begins_where_the_hair_does(sitter, behind):
    most = [np.abs(sitter.u[behind(broad=broad)]).max() for broad in (0.66, 0.74)]
    assert most[1] > most[0] + 0.05


def test_it_leaves_hair_that_narrows_where_that_is_broadest(sitter, behind):
    """Else it would have a corner there that stands out as a fin."""
    there = behind(broad=0.74, narrows=0.1)
    corner = sitter.v[there & (sitter.u > 0.70)]
    assert corner.size
    assert corner.min() < -0.12


def test_the_more_a_head_is_turned_the_more_of_it_shows_below_the_ear(sitter, behind):
    low = sitter.v > 0.2
    most = [np.abs(sitter.u[behind(yaw=yaw) & low]).max() for yaw in (-0.1, -0.3)]
    assert most[1] > most[0] + 0.05


def test_there_is_none_on_the_far_side_of_a_turned_head(behind):
    assert not behind(1.0, 0.2).any()
