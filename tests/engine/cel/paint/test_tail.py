import dataclasses

import numpy as np
import pytest

from engine.cel.look import colour
from engine.cel.paint import bonnets, tail
from engine.cel.paint.fringe import Cut
from engine.cel.traits import Traits

TIED, RED = Traits(tied=0.3), colour(38, 34, 12)


@pytest.fixture
def hang(sitter, wig):
    """Where a tail is painted, with its colours, over a plain picture."""

    def of(yaw=0.0, hair=None, face=sitter.warped, seen=0.0, away=None):
        worn = wig(-0.45, 0.0)
        if hair is not None:
            worn = dataclasses.replace(worn, half_hair=hair)
        page = np.full((400, 400, 3), -50, np.float32)
        turned = dataclasses.replace(face, yaw=yaw)
        out = tail.paint(
            page.copy(), tail.side(worn, turned, seen, yaw if away is None else away), turned, RED, sitter.look(), 2.0
        )
        return np.abs(out - page).max(-1) > 1, out

    return of


@pytest.mark.parametrize(
    ("cut", "tied", "hangs"), [(Cut.TIED, 0.3, True), (Cut.TIED, -0.5, False), (Cut.SHORT, 0.3, False)]
)
def test_only_tied_hair_has_a_tail(worn, laid_out, cut, tied, hangs):
    assert tail.hangs(worn, dataclasses.replace(laid_out(worn), cut=cut), Traits(tied=tied)) == hangs


def test_none_hangs_from_under_a_hat_that_covers_it(sitter, worn, laid_out):
    on = (np.hypot(sitter.u / 0.6, (sitter.v + 0.35) / 0.5) < 1) & (sitter.v < -0.35)
    wound = dataclasses.replace(worn, bonnet=bonnets.bonnet(on.astype(np.float32), sitter.warped, True))
    locks = dataclasses.replace(laid_out(worn), cut=Cut.TIED)
    assert tail.hangs(worn, locks, TIED)
    assert not tail.hangs(wound, locks, TIED)


def test_it_hangs_beside_the_neck(sitter, hang):
    there = hang()[0][::2, ::2]
    u, v = np.abs(sitter.u[there]), sitter.v[there]
    assert u.min() > 0.2
    assert u.max() < 1.05
    assert v.min() > 0.0
    assert v.max() > 0.9


def test_it_has_the_hairs_two_tones_and_a_line(sitter, hang):
    there, out = hang()
    look = sitter.look()
    base, shadow = ((np.abs(out[there] - tone).max(-1) < 2).mean() for tone in (look.hair.base, look.hair.shadow))
    assert base > 0.25
    assert shadow > 0.1
    assert base + shadow < 0.98


def test_it_hangs_behind_a_fringe_if_hair_is_surely_tied(worn, laid_out):
    assert tail.hangs(worn, dataclasses.replace(laid_out(worn), cut=Cut.SHORT), Traits(tied=0.9))


@pytest.mark.parametrize("side", [-1, 1])
def test_it_hangs_on_the_higher_side_of_a_head_that_leans(sitter, hang, side):
    """On the lower one, which it turns away from, it would be crushed on the shoulder."""
    lean = 0.3 * side
    right, down = np.array([np.cos(lean), np.sin(lean)]), np.array([-np.sin(lean), np.cos(lean)])
    there, _ = hang(yaw=-0.1 * side, face=dataclasses.replace(sitter.warped, right=right, down=down))
    _, x = np.nonzero(there)
    assert side * (x.mean() - sitter.warped.centre[0]) < 0


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
    assert 0.45 < np.ptp(middle) < 0.56


def test_a_lock_swings_apart_from_it(sitter, hang):
    there = hang()[0][::2, ::2]
    low = np.unique(np.round(np.abs(sitter.u[there & (np.abs(sitter.v - 1.04) < 0.02)]), 2))
    assert np.diff(low).max() > 0.04
    assert low.max() > 0.92


def test_a_tie_gathers_it(sitter, hang):
    """Over the tie and below it there is more hair beside each other than there."""
    there, out = hang()
    red = there & (out[..., 1] > sitter.look().hair.base[1] + 10)
    u, v = (np.abs(plane[red[::2, ::2]]) for plane in (sitter.u, sitter.v))
    assert 0.45 < np.median(u) < 0.7
    assert 0.25 < np.median(v) < 0.5
    assert np.hypot(np.ptp(u), np.ptp(v)) < 0.36


def test_what_is_gathered_is_hair_and_narrow(sitter, hang):
    """It comes from behind the ear; in the shadow, or on the jaw, it would be a lump."""
    there, out = hang()
    before = there[::2, ::2] & (np.abs(sitter.u) < 0.47) & (sitter.v < 0.42)
    seen, hair = out[::2, ::2][before], sitter.look().hair
    base, shadow = ((np.abs(seen - tone).max(-1) < 2).mean() for tone in (hair.base, hair.shadow))
    assert base > 2 * shadow > 0
    assert not (np.abs(seen - hair.light).max(-1) < 2).any()
    assert sitter.v[before & (np.abs(sitter.u) < 0.36)].max() < 0.40


def test_it_hangs_nearer_to_the_neck_behind_a_head_seen_from_the_front(sitter, hang):
    front, turned = (np.abs(sitter.u[hang(yaw=yaw)[0][::2, ::2]]).max() for yaw in (0.0, -0.3))
    assert front < turned - 0.05


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_it_hangs_where_it_is_seen_behind_a_head_that_is_hardly_turned(sitter, hang, side):
    assert side * sitter.u[hang(yaw=0.2 * side, seen=side)[0][::2, ::2]].mean() > 0
    assert side * sitter.u[hang(yaw=0.4 * side, seen=side)[0][::2, ::2]].mean() < 0


@pytest.mark.parametrize(
    ("lean", "yaw", "crushed"), [(0.3, 0.0, True), (-0.3, 0.0, False), (0.05, 0.0, False), (0.3, 0.3, False)]
)
def test_between_ear_and_collar_it_is_crushed(sitter, lean, yaw, crushed):
    """On the lower side of a head that leans."""
    right = np.array([np.cos(lean), np.sin(lean)])
    assert tail.crushed(dataclasses.replace(sitter.warped, right=right, yaw=yaw), 1.0) == crushed


@pytest.mark.parametrize("side", [-1, 1])
def test_a_bunch_hangs_from_over_the_ear(sitter, side):
    page = np.full((400, 400, 3), -50, np.float32)
    low, high = (
        tail.paint(page.copy(), side, sitter.warped, RED, sitter.look(), 2.0, bunch) for bunch in (False, True)
    )
    ties = [np.median(sitter.v[(out[..., 1] > sitter.look().hair.base[1] + 10)[::2, ::2]]) for out in (low, high)]
    assert ties[0] > 0.2
    assert -0.05 < ties[1] < 0.15
