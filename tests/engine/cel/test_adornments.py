import numpy as np
import pytest

from engine.cel.adornments import Kind, told
from engine.cel.chains import SIZE

SKIN = (70.0, 14.0, 18.0)
CURVE = np.array([0.0, 0.4, 0.5, 0.15, 0.0])


@pytest.fixture
def worn():
    """What is told of a row of places of these colours in turn, so many places broad, on skin."""

    def of(*tones, broad=1, female=1.0, curve=CURVE):
        lab = np.empty((*SIZE[::-1], 3), np.float32)
        lab[:] = SKIN
        columns = np.arange(40, 80)
        for down in range(-(broad // 2), broad // 2 + 1):
            for i, tone in enumerate(tones):
                lab[50 + down, columns[i :: len(tones)]] = tone
        near = np.ones(lab.shape[:2], bool)
        near[50 - broad // 2 : 51 + broad // 2] = False
        return told(lab, near, female, curve, (np.full(len(columns), 50), columns))

    return of


def test_gold_is_yellower_than_skin_and_silver_is_not(worn):
    assert worn((66.0, 14.0, 30.0)).gold
    silver = worn((72.0, 3.0, 2.0))
    assert not silver.gold
    assert silver.kind is Kind.CHAIN


def test_beads_are_light_or_glitter_and_women_wear_them(worn):
    for tones in (((92.0, 2.0, 2.0),), ((84.0, 2.0, 2.0), (55.0, 2.0, 2.0))):
        assert worn(*tones).kind is Kind.BEADS
        assert worn(*tones, female=0.0).kind is Kind.CHAIN


def test_what_is_dark_is_a_cord_and_broad_a_womans_choker(worn):
    black = (15.0, 1.0, 1.0)
    assert worn(black).kind is Kind.CORD
    assert worn(black, broad=7).kind is Kind.CHOKER
    assert worn(black, broad=7, female=0.0).kind is Kind.CORD


def test_a_pendant_draws_a_chain_into_a_point(worn):
    steep = np.array([0.0, 0.5, 1.6, 0.03, 0.0])
    gold = (66.0, 14.0, 30.0)
    assert worn(gold, curve=steep).pendant
    assert not worn(gold).pendant
    assert not worn((92.0, 2.0, 2.0), curve=steep).pendant
