from dataclasses import replace

import numpy as np
import pytest

from engine.cel.paint import cuts
from engine.cel.traits import Traits


@pytest.mark.parametrize("bare", [0.13, -0.13])
def test_hair_swept_aside_over_the_forehead_is_no_fringe(sitter, bare):
    """However much of the forehead it covers, it leaves some of it bare."""
    low = (np.abs(sitter.u) < 0.75) & (sitter.v > -0.75) & (sitter.v < -0.1)
    swept = low & ((sitter.u * np.sign(bare) < abs(bare)) | (sitter.v < -0.38))
    veiled = [cuts.bangs(h.astype(np.float32), sitter.warped, True, sitter.u, sitter.v) for h in (low, swept)]
    assert veiled == [1.0, 0.0]


@pytest.mark.parametrize(("low", "hangs"), [(0.3, False), (0.7, True)])
def test_hair_hangs_of_which_enough_reaches_below_the_jaw(sitter, low, hangs):
    hair = ((np.abs(sitter.u) > 0.4) & (np.abs(sitter.u) < 0.7) & (sitter.v < low)).astype(np.float32)
    assert cuts.hanging(hair, sitter.v, sitter.warped.u / 2) is hangs


@pytest.mark.parametrize("told", [-0.2, 0.1, 0.9])
def test_a_short_bob_is_parted_well_aside_and_other_hair_as_it_is(told):
    short = replace(Traits(), short=0.5, parting=told)
    aside = cuts.parting(short, bob=True)
    assert abs(aside) >= 0.5
    assert np.sign(aside) == np.sign(told)
    assert cuts.parting(short, bob=False) == told
    assert cuts.parting(replace(short, short=-0.5), bob=True) == told


def test_low_hair_lies_close_where_a_glance_tells_so(sitter):
    cap = ((sitter.v < -0.3) & (sitter.v > -0.8) & (np.abs(sitter.u) < 0.5)).astype(np.float32)
    sure, unsure = (
        cuts.closeness(cap, replace(cuts.UNTOLD, cropped=cropped), sitter.warped, sitter.u, sitter.v)
        for cropped in (0.5, -0.9)
    )
    assert sure > 2 * unsure > 0
    tall = ((sitter.v < -0.3) & (sitter.v > -1.1) & (np.abs(sitter.u) < 0.5)).astype(np.float32)
    assert cuts.closeness(tall, cuts.UNTOLD, sitter.warped, sitter.u, sitter.v) == 0
