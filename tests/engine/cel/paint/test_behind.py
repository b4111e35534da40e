from dataclasses import replace

import numpy as np
import pytest

from engine.cel.look import colour
from engine.cel.paint import behind
from engine.cel.paint.behind import Tied
from engine.cel.paint.locks import locks

TAIL = Tied(knotted=None, bunched=False, tailed=True, back=True, aside=1.0)


@pytest.fixture
def painted(sitter, wig, combed):
    """What tied hair covers of an empty picture."""
    worn = wig(-0.5, 0.0)
    laid = locks(worn, combed(worn), sitter.warped, 1.0, sitter.u, sitter.v, 3)

    def of(tied, ribbon=None):
        empty = np.full((400, 400, 3), (90, 0, 0), np.float32)
        out = behind.paint(empty.copy(), tied, laid, sitter.warped, 0.0, ribbon, sitter.look(), 1.5)
        return np.abs(out - empty).max(-1) > 1, out

    return of


def test_a_tail_hangs_on_its_side_and_bunches_on_both(sitter, painted):
    tail, _ = painted(TAIL)
    bunches, _ = painted(replace(TAIL, bunched=True))
    low = (sitter.v > 0.4).repeat(2, 0).repeat(2, 1)
    right = (sitter.u > 0).repeat(2, 0).repeat(2, 1)
    assert (tail & low & right).sum() > 500 > 10 >= (tail & low & ~right).sum()
    assert min((bunches & low & right).sum(), (bunches & low & ~right).sum()) > 500


def test_what_surely_is_tied_and_has_no_tail_is_wound_in_the_nape(painted):
    wound, loose, tail = (
        painted(replace(TAIL, tailed=tailed, back=back))[0].sum()
        for tailed, back in ((False, True), (False, False), (True, True))
    )
    assert loose < wound < tail


def test_a_tail_is_tied_in_what_goes_with_the_clothes_or_plainly(painted):
    blue, plain = (painted(TAIL, ribbon)[1][..., 2].min() for ribbon in (colour(40, 10, -60), None))
    assert blue < -40 < plain
