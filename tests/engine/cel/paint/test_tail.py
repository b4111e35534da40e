import dataclasses

import numpy as np
import pytest

from engine.cel.paint import tail
from engine.cel.paint.fringe import Cut
from engine.cel.traits import Traits

TIED = Traits(tied=0.3)


@pytest.fixture
def hang(sitter, wig, laid_out):
    """Where a tail is painted, with its colours, over a plain picture."""

    def of(cut=Cut.TIED, traits=TIED, yaw=0.0, hair=None):
        worn = wig(-0.45, 0.0)
        if hair is not None:
            worn = dataclasses.replace(worn, half_hair=hair)
        locks = dataclasses.replace(laid_out(worn), cut=cut)
        face = dataclasses.replace(sitter.warped, yaw=yaw)
        page = np.full((400, 400, 3), -50, np.float32)
        out = tail.paint(page.copy(), worn, locks, traits, face, sitter.look(), 2.0)
        return np.abs(out - page).max(-1) > 1, out

    return of


def test_only_tied_hair_has_a_tail(hang):
    assert hang()[0].any()
    assert not hang(cut=Cut.SHORT)[0].any()
    assert not hang(traits=Traits(tied=-0.5))[0].any()
    assert hang(yaw=0.5)[0].any()


def test_it_hangs_beside_the_neck(sitter, hang):
    there = hang()[0][::2, ::2]
    u, v = np.abs(sitter.u[there]), sitter.v[there]
    assert u.min() > 0.2
    assert u.max() < 0.9
    assert v.min() > 0.0
    assert v.max() > 0.9


def test_it_has_the_hairs_two_tones_and_a_line(sitter, hang):
    there, out = hang()
    look = sitter.look()
    base, shadow = ((np.abs(out[there] - tone).max(-1) < 2).mean() for tone in (look.hair.base, look.hair.shadow))
    assert base > 0.25
    assert shadow > 0.1
    assert base + shadow < 0.98


def test_it_hangs_behind_a_fringe_if_hair_is_surely_tied(hang):
    assert hang(cut=Cut.SHORT, traits=Traits(tied=0.9))[0].any()


@pytest.mark.parametrize(("yaw", "side"), [(0.2, -1), (-0.2, 1)])
def test_it_hangs_on_the_side_that_a_head_turns_away_from(sitter, hang, yaw, side):
    assert side * sitter.u[hang(yaw=yaw)[0][::2, ::2]].mean() > 0


@pytest.mark.parametrize("side", [-1, 1])
def test_else_it_hangs_where_more_of_the_hair_is(sitter, hang, side):
    hair = ((side * sitter.u > 0.1) & (sitter.v < 0)).astype(np.float32)
    assert side * sitter.u[hang(hair=hair)[0][::2, ::2]].mean() > 0


def test_light_glances_on_its_outer_side(sitter, hang):
    there, out = hang()
    lit = there & (np.abs(out - sitter.look().hair.light).max(-1) < 4)
    assert 0.02 < lit.sum() / there.sum() < 0.25
    assert np.abs(sitter.u[lit[::2, ::2]]).mean() > np.abs(sitter.u[there[::2, ::2]]).mean()


def test_it_is_full(sitter, hang):
    """Its breadth where it is broadest, in face widths."""
    u, v = (np.abs(plane[hang()[0][::2, ::2]]) for plane in (sitter.u, sitter.v))
    middle = u[np.abs(v - 0.75) < 0.03]
    assert 0.34 < np.ptp(middle) < 0.45


def test_a_tie_gathers_it(sitter, hang):
    """Over the tie and below it there is more hair beside each other than there."""
    there, out = hang()
    red = there & (out[..., 1] > sitter.look().hair.base[1] + 10)
    u, v = (np.abs(plane[red[::2, ::2]]) for plane in (sitter.u, sitter.v))
    assert 0.45 < np.median(u) < 0.7
    assert 0.25 < np.median(v) < 0.5
    assert np.hypot(np.ptp(u), np.ptp(v)) < 0.36


def test_what_is_gathered_lies_in_shadow(sitter, hang):
    there, out = hang()
    before = there[::2, ::2] & (np.abs(sitter.u) < 0.5) & (sitter.v < 0.42)
    assert (np.abs(out[::2, ::2][before] - sitter.look().hair.shadow).max(-1) < 2).mean() > 0.5
    assert not (np.abs(out[::2, ::2][before] - sitter.look().hair.light).max(-1) < 2).any()


def test_it_hangs_nearer_to_the_neck_behind_a_head_seen_from_the_front(sitter, hang):
    front, turned = (np.abs(sitter.u[hang(yaw=yaw)[0][::2, ::2]]).max() for yaw in (0.0, -0.3))
    assert front < turned - 0.05
