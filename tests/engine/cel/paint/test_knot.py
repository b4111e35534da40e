import dataclasses

import numpy as np
import pytest

from engine.cel.paint import knot


@pytest.fixture
def tie(sitter, wig):
    """Where a knot is painted, with its colours, over a plain picture."""

    def of(aside=0.0, hair=None):
        worn = wig(-0.45, 0.0)
        worn = worn if hair is None else dataclasses.replace(worn, half_hair=hair)
        page = np.full((400, 400, 3), -50, np.float32)
        out = knot.paint(page.copy(), worn, sitter.warped, aside, sitter.look(), 2.0)
        return np.abs(out - page).max(-1)[::2, ::2] > 1, out

    return of


@pytest.mark.parametrize(("aside", "stands"), [(0.0, 0.0), (0.2, 0.2), (-0.9, -0.3)])
def test_it_stands_over_the_crown_where_it_was_seen(sitter, wig, tie, aside, stands):
    there, _ = tie(aside)
    assert float(sitter.u[there].mean()) == pytest.approx(stands, abs=0.03)
    crown = float(sitter.v[wig(-0.45, 0.0).half_hair > 0.5].min())
    assert sitter.v[there].min() < crown - 0.2
    assert crown < sitter.v[there].max() < crown + 0.2
    assert 0.4 < np.ptp(sitter.u[there]) < 0.65


def test_it_has_the_hairs_colours(sitter, tie):
    there, out = tie()
    seen = out[::2, ::2][there]
    hair = sitter.look().hair
    for tone, least in ((hair.base, 0.2), (hair.shadow, 0.15), (hair.light, 0.005)):
        assert (np.abs(seen - tone).max(-1) < 4).mean() > least


def test_a_bald_head_has_none(tie):
    assert not tie(hair=np.zeros((200, 200), np.float32))[0].any()
