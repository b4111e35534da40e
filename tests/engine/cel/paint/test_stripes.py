import numpy as np
import pytest

from engine.cel.look import colour
from engine.cel.paint import garments, stripes
from engine.cel.paint.attire import Outfit

NAVY, WHITE, SKIN, GREY = colour(20, 3, -6), colour(80, 0, 0), colour(70, 14, 20), colour(50, 0, 0)
X, Y = (part.astype(np.float32) for part in np.meshgrid(np.linspace(-0.5, 0.5, 41), np.linspace(0.1, 0.9, 33)))


def worn(on, tone=WHITE, ground=NAVY):
    return Outfit(np.where(on.reshape(-1, 1), tone, ground).astype(np.float32), X.ravel(), Y.ravel())


def test_stripes_round_the_body_are_told_from_seams_checks_and_shadows():
    level, seam = Y % 0.2 < 0.08, X > 0.1
    ground, tone, share = stripes.seen(worn(level), SKIN)
    assert np.linalg.norm(ground - NAVY) < 3
    assert np.linalg.norm(tone - WHITE) < 3
    assert share == pytest.approx(0.4, abs=0.1)
    assert stripes.seen(worn(seam), SKIN) is None
    assert stripes.seen(worn(X % 0.2 < 0.1), SKIN) is None
    assert stripes.seen(worn(level != (X % 0.2 < 0.1)), SKIN) is None
    assert stripes.seen(worn(level, GREY, colour(36, 0, 0)), SKIN) is None
    assert stripes.seen(worn(Y < 0.2), SKIN) is None
    assert stripes.seen(Outfit(np.zeros((0, 3), np.float32), X[:0, 0], X[:0, 0]), SKIN) is None


@pytest.mark.parametrize(("jacket", "parts"), [(None, 1), (0.0, 0)])
def test_what_has_no_opening_has_the_stripes_that_the_photo_shows_outside_the_portrait(jacket, parts):
    plain = np.zeros((*X.shape, 3), np.float32) + NAVY
    found = garments.read(plain, np.ones(X.shape, bool), worn(Y % 0.2 < 0.08), SKIN, X, Y, 40.0, jacket)
    assert len(found.parts) == parts
    if parts:
        assert np.linalg.norm(found.parts[0].colour - WHITE) < 3
        assert 0.2 < (found.parts[0].shape > 0).mean() < 0.55
