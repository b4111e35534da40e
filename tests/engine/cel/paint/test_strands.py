import numpy as np
import pytest

from engine.cel.paint import strands


@pytest.fixture
def hair():
    """A square of hair that lies from left to right."""
    plane = np.zeros((200, 200), np.float32)
    plane[40:160, 30:170] = 1
    return plane


ACROSS = np.dstack([np.ones((200, 200), np.float32), np.zeros((200, 200), np.float32)])


def seeded():
    return np.random.Generator(np.random.PCG64(5))


def test_lines_follow_the_flow_and_end_with_the_hair(sitter, hair):
    roots, ways = np.array([[60.0, 70.0], [100.0, 90.0]]), np.array([[1.0, 0.3], [-1.0, 0.0]])
    right, left = strands.rooted(hair, ACROSS, sitter.warped, roots, ways, seeded())
    assert right[0] == pytest.approx(roots[0])
    assert right[-1, 0] > right[0, 0] + 10
    assert left[-1, 0] < left[0, 0] - 10
    for line in (right, left):
        assert abs(line[-1, 1] - line[-4, 1]) < 1
        assert (hair[tuple(np.rint(line[:, ::-1]).astype(int).T)] > 0.5).all()


def test_no_roots_no_lines(sitter, hair):
    nowhere = np.empty((0, 2))
    assert strands.rooted(hair, ACROSS, sitter.warped, nowhere, nowhere, seeded()) == []


def test_lines_are_spread_evenly(sitter, hair):
    there = [np.stack([np.arange(40.0, 160.0), np.full(120, 100.0)], 1)]
    lines = strands.spread(hair, ACROSS, sitter.warped, there, seeded())
    assert len(lines) > 6
    heights = np.sort([line[0, 1] for line in lines])
    assert heights[0] < 60
    assert heights[-1] > 140
    apart = strands._APART * sitter.warped.u / 2
    everything = [*lines, *there]
    for i, line in enumerate(everything):
        for other in everything[:i]:
            near = np.linalg.norm(line[:, None] - other[None], axis=-1).min()
            assert near > 0.6 * apart


def test_no_hair_no_strands(sitter, hair):
    assert strands.spread(0 * hair, ACROSS, sitter.warped, [], seeded()) == []
