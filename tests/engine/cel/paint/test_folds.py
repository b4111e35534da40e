import numpy as np
import pytest

from engine.cel.geometry import area
from engine.cel.paint.folds import folds


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_most_folds_lie_away_from_the_light(sitter, side):
    shadows = folds(sitter.warped, side, 3)
    assert len(shadows) >= 4
    across = [float(((shadow - sitter.warped.points[152]) @ sitter.warped.right).mean()) for shadow in shadows]
    lit = sum(area(shadow) for shadow, x in zip(shadows, across, strict=True) if x * side > 0)
    assert 0 < lit < 0.5 * sum(area(shadow) for shadow in shadows)


def test_folds_hang_below_the_chin(sitter):
    for shadow in folds(sitter.warped, 1.0, 5):
        assert ((shadow - sitter.warped.points[152])[:, 1] > 0.2 * sitter.warped.u).all()
        assert np.ptp(shadow[:, 1]) > 2 * np.ptp(shadow[:, 0])


def test_the_seed_decides(sitter):
    one, same, other = (np.vstack(folds(sitter.warped, 1.0, seed)) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.allclose(one, other)
