import dataclasses

import numpy as np
import pytest

from engine.cel.look import colour
from engine.cel.paint import knot


@pytest.fixture
def head(sitter, wig):
    """Where hair is on a head over which there is room in the picture."""
    return wig(-0.45, 0.0).half_hair * (sitter.v > -0.65)


@pytest.fixture
def put_up(sitter, wig, laid_out, head):
    """Where a knot is painted, with its colours, over a plain picture."""

    def of(aside=0.0, hair=None):
        worn = dataclasses.replace(laid_out(wig(-0.45, 0.0)), half=head if hair is None else hair)
        page = np.full((400, 400, 3), -50, np.float32)
        out = knot.paint(page.copy(), worn, sitter.warped, aside, colour(38, 34, 12), sitter.look(), 2.0)
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
    for tone, least in ((hair.base, 0.2), (hair.shadow, 0.15), (hair.light, 0.005)):
        assert (np.abs(seen - tone).max(-1) < 4).mean() > least


def test_a_bald_head_has_none(put_up):
    assert not put_up(hair=np.zeros((200, 200), np.float32))[0].any()


def test_it_is_tied_over_the_crown(sitter, head, put_up):
    there, out = put_up()
    crown = float(sitter.v[head > 0.5].min())
    red = there & (out[::2, ::2, 1] > sitter.look().hair.base[1] + 10) & (np.abs(sitter.u) < 0.05)
    assert crown - 0.09 < sitter.v[red].min() < crown
    assert 0.03 < np.ptp(sitter.v[red]) < 0.09
