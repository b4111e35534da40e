import dataclasses

import numpy as np
import pytest

from engine.cel.geometry import area
from engine.cel.look import colour
from engine.cel.paint import knot


@pytest.fixture
def head(sitter, wig):
    """Where hair is on a head over which there is room in the picture."""
    return wig(-0.45, 0.0).half_hair * (sitter.v > -0.65)


@pytest.fixture
def put_up(sitter, wig, laid_out, head):
    """Where a knot is painted, with its colours, over a plain picture."""

    def of(aside=0.0, hair=None, away=0.0):
        worn = dataclasses.replace(laid_out(wig(-0.45, 0.0)), half=head if hair is None else hair)
        page = np.full((400, 400, 3), -50, np.float32)
        out = knot.paint(page.copy(), worn, sitter.warped, aside, away, colour(38, 34, 12), sitter.look(), 2.0)
        return np.abs(out - page).max(-1)[::2, ::2] > 1, out

    return of


@pytest.mark.parametrize(("aside", "stands"), [(0.0, 0.0), (0.2, 0.2), (-0.9, -0.3)])
def test_it_stands_over_the_crown_where_it_was_seen(sitter, head, put_up, aside, stands):
    there, _ = put_up(aside)
    assert float(sitter.u[there].mean()) == pytest.approx(stands, abs=0.03)
    crown = float(sitter.v[head > 0.5].min())
    assert sitter.v[there].min() < crown - 0.2
    assert crown < sitter.v[there].max() < crown + 0.2
    assert 0.4 < np.ptp(sitter.u[there]) < 0.65


def test_it_has_the_hairs_colours(sitter, put_up):
    there, out = put_up()
    seen = out[::2, ::2][there]
    hair = sitter.look().hair
    for tone, least in ((hair.base, 0.2), (hair.shadow, 0.08), (hair.light, 0.005)):
        assert (np.abs(seen - tone).max(-1) < 4).mean() > least


def test_strands_that_stand_off_it_are_broad_at_their_roots_whichever_way_they_lean(sitter, put_up, monkeypatch):
    """Else they are sticks."""
    seen, fill = [], knot.filled
    monkeypatch.setattr(knot, "filled", lambda shapes, *given: seen.append(list(shapes)) or fill(shapes, *given))
    put_up()
    areas = [area(stray) / sitter.warped.u**2 for stray in seen[1]]  # the first is its outline
    assert len(areas) == 2
    assert min(areas) > 0.5 * max(areas)


def test_a_bald_head_has_none(put_up):
    assert not put_up(hair=np.zeros((200, 200), np.float32))[0].any()


def test_it_is_tied_over_the_crown(sitter, head, put_up):
    there, out = put_up()
    crown = float(sitter.v[head > 0.5].min())
    red = there & (out[::2, ::2, 1] > sitter.look().hair.base[1] + 10) & (np.abs(sitter.u) < 0.05)
    assert crown - 0.09 < sitter.v[red].min() < crown
    assert 0.03 < np.ptp(sitter.v[red]) < 0.09


@pytest.mark.parametrize("side", [-1, 1])
def test_it_stands_back_on_a_head_that_is_turned(sitter, put_up, side):
    straight, turned = (put_up(away=away)[0] for away in (0.0, -0.6 * side))
    assert side * (sitter.u[turned].mean() - sitter.u[straight].mean()) > 0.3


@pytest.fixture
def low(sitter):
    """Where a knot in the nape is painted over a plain picture of a head that is turned, and leans."""

    def of(side=1, yaw=0.0, lean=0.0):
        right, down = np.array([np.cos(lean), np.sin(lean)]), np.array([-np.sin(lean), np.cos(lean)])
        face = dataclasses.replace(sitter.warped, yaw=yaw, right=right, down=down)
        page = np.full((400, 400, 3), -50, np.float32)
        out = knot.low(page.copy(), face, side, sitter.look(), 2.0)
        there = np.stack(np.nonzero(np.abs(out - page).max(-1) > 1)[::-1], 1) - face.centre
        return there @ np.stack([right, down], 1) / face.u

    return of


@pytest.mark.parametrize("side", [-1, 1])
def test_in_the_nape_it_shows_beside_the_jaw(low, side):
    u, v = low(side).T
    assert 0.4 < side * u.mean() < 0.52
    assert 0.3 < v.mean() < 0.42
    assert v.max() < 0.75


def test_there_it_is_further_out_where_that_shows_less(low):
    """Behind a head that turns away from it, and on the lower side of one that leans, with a collar over it."""
    straight, turned, lower, higher = (
        low(**how)[:, 0].mean() for how in ({}, {"yaw": -0.3}, {"lean": 0.4}, {"lean": -0.4})
    )
    assert turned > straight + 0.08
    assert lower > straight + 0.08
    assert higher == pytest.approx(straight, abs=0.01)
