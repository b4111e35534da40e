import numpy as np
import pytest

from engine.cel.look import colour
from engine.cel.paint import attire, bows
from engine.cel.paint.attire import Attire, Outfit

BLACK, WHITE, GREY = colour(10, 2, 6), colour(92, 0, 1), colour(45, 0, 0)
CUT = np.float32([0.2, 0.3, 0, 0.05, 9])


def worn(tone, narrow, low):
    """A shirt within a jacket, and at its collar, to either side and so far down, something of that tone."""
    x, y = (part.ravel().astype(np.float32) for part in np.meshgrid(np.linspace(-0.6, 0.6, 61), np.linspace(0, 1, 51)))
    seen = np.where((np.abs(x) < 0.35 - 0.25 * y)[:, None], WHITE, colour(15, 0, -4))
    seen = np.where(((np.abs(x) < narrow) & (y > 0.2) & (y < low))[:, None], tone, seen)
    return Outfit(seen.astype(np.float32), x, y)


@pytest.mark.parametrize(
    ("narrow", "low", "told"),
    [(0.22, 0.4, True), (0.14, 0.36, True), (0.05, 1.0, False), (0.08, 0.34, False), (0.22, 0.22, False)],
)
def test_a_bow_is_broad_and_has_white_below_it(narrow, low, told):
    assert (bows.seen(worn(BLACK, narrow, low)) is not None) == told


def test_a_bow_is_black_or_not_told():
    seen = bows.seen(worn(BLACK, 0.22, 0.4))
    assert seen[0] < 20
    assert np.hypot(*seen[1:]) < 4
    assert bows.seen(worn(GREY, 0.22, 0.4)) is None
    assert bows.seen(Outfit(np.zeros((0, 3), np.float32), np.zeros(0, np.float32), np.zeros(0, np.float32))) is None


def test_a_bow_lies_over_the_collar_in_place_of_a_tie():
    rest = attire.pieces(Attire.FORMAL, CUT, WHITE, colour(20, 0, 0), None)
    assert {float(piece.colour[0]) for piece in rest} == {92.0, 20.0}
    bow = bows.pieces(float(CUT[0]), BLACK)
    every = np.vstack([piece.outline for piece in bow])
    wings = [piece.outline for piece in bow if np.ptp(piece.outline[:, 0]) > 0.2]
    assert len(wings) == 2
    assert np.allclose(np.sort(wings[0][:, 0]), np.sort(-wings[1][:, 0]))
    assert every[:, 1].min() < CUT[0]
    assert abs(every[:, 0].mean()) < 1e-9
