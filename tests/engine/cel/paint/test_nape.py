import dataclasses

import numpy as np
import pytest

from engine.cel.paint import nape


@pytest.fixture
def behind(sitter):
    """Where hair in the nape of a head that is turned so far is painted over a plain picture."""

    def of(yaw):
        page = np.full((400, 400, 3), -50, np.float32)
        out = nape.paint(page.copy(), dataclasses.replace(sitter.warped, yaw=yaw), sitter.look(), 2.0)
        return (np.abs(out - page).max(-1) > 1)[::2, ::2]

    return of


@pytest.mark.parametrize("side", [-1, 1])
def test_it_shows_behind_the_ear_of_a_turned_head(sitter, behind, side):
    there = behind(-0.4 * side)
    aside, down = sitter.u[there] * side, sitter.v[there]
    assert aside.min() > 0
    assert 0.55 < aside.max() < 0.75
    assert 0.4 < down.max() < 0.6
    assert down[aside > 0.55].min() > -0.1


def test_the_more_a_head_is_turned_the_more_of_it_shows(sitter, behind):
    most = [np.abs(sitter.u[behind(yaw)]).max() for yaw in (0.2, 0.3)]
    assert most[1] > most[0] + 0.02


def test_there_is_none_behind_a_head_seen_from_the_front(behind):
    """It would be a beard."""
    assert not behind(0.1).any()
