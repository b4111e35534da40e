from itertools import pairwise

import numpy as np
import pytest

from engine.cel.geometry import area
from engine.cel.paint.streaks import outline, streaks


@pytest.fixture
def found():
    return streaks(0.5, 0.2, 0.05, np.random.Generator(np.random.PCG64(1)))


def test_light_is_a_few_streaks_beside_each_other_about_its_middle(found):
    assert len(found) >= 3
    middles = [float(np.mean(streak.edges)) for streak in found]
    assert np.diff(middles).min() > 0.1
    assert abs(np.mean(middles)) < 0.2
    for one, other in pairwise(found):
        assert (one.edges[1] <= other.edges[0] + 0.05).all()
    for streak in found:
        assert abs(streak.along.mean() - 0.5) < 0.06


def test_each_swells_and_ends_in_points(found):
    for streak in found:
        broad = streak.edges[1] - streak.edges[0]
        assert broad[[0, -1]].max() < 1e-6
        assert broad.argmax() in (len(broad) // 2 - 1, len(broad) // 2)
        assert 0.2 < broad.max() < 0.4


def test_they_are_not_all_as_long_and_lie_off_each_other(found):
    assert np.ptp([np.ptp(streak.along) for streak in found]) > 0.05
    assert np.ptp([streak.along.mean() for streak in found]) > 0.01


def test_an_outline_runs_along_one_edge_and_back_along_the_other():
    along = np.linspace(0, 10, 16)
    edges = [np.column_stack([along, sign * np.sin(along / 10 * np.pi)]) for sign in (-1, 1)]
    closed = outline(*edges)
    assert len(closed) == 32
    assert np.allclose(closed[0], closed[-1], atol=1e-6)
    assert area(closed) == pytest.approx(2 * 20 / np.pi, rel=0.1)
