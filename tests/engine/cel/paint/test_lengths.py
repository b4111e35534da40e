import dataclasses

import numpy as np
import pytest

from engine.cel.paint.lengths import lengthened


@pytest.fixture
def hair(sitter):
    """Hair beside the face whose sides end so far over the picture's border, and so broad on the right."""

    def of(left, right, broad=0.3):
        u, v = sitter.u, sitter.v
        over = (200 - np.arange(200, dtype=np.float32)[:, None]) / (sitter.warped.u / 2)
        out = (u > -0.7) & (u < -0.4) & (over > left)
        out |= (u > 0.4) & (u < 0.4 + broad) & (over > right)
        return out & (v > -0.5)

    return of


def test_hair_that_ends_in_a_stump_goes_on_as_on_the_other_side(sitter, hair):
    before = hair(0.0, 0.35)
    grown = lengthened(before, sitter.warped)
    assert grown is not None
    assert (grown[-1] > 0.5).sum() > 0.2 * sitter.warped.u / 2
    assert not (grown[:, sitter.u[100] < 0.3] > 0.01).any()
    edges = [np.flatnonzero(row)[[0, -1]] for row in (before | (grown > 0.5)) & (sitter.u > 0.2) if row.any()][3:]
    assert np.abs(np.diff(edges, axis=0)).max() <= 2  # no step where it goes on


def test_hair_that_nearly_leaves_the_picture_does(sitter, hair):
    grown = lengthened(hair(0.15, 0.35), sitter.warped)
    assert grown is not None
    assert all((grown[-1, sitter.u[-1] * side > 0.3] > 0.5).any() for side in (-1, 1))


@pytest.mark.parametrize(
    ("left", "right"), [(0.0, 0.0), (0.4, 0.4), (0.0, 1.2)], ids=["long", "short on both sides", "far shorter on one"]
)
def test_other_hair_stays_as_it_is(sitter, hair, left, right):
    assert lengthened(hair(left, right), sitter.warped) is None


def test_hair_that_leaves_the_picture_aside_stays_as_it_is(sitter, hair):
    assert lengthened(hair(0.0, 0.35, broad=9), sitter.warped) is None


def test_hair_on_one_side_alone_stays_as_it_is(sitter, hair):
    assert lengthened(hair(0.0, 9.0), sitter.warped) is None
    assert lengthened(hair(0.0, 0.35) & False, sitter.warped) is None


def test_hair_that_ends_far_above_the_chin_is_short(sitter, hair):
    """Where the chin is near the picture's border, so is what ends beside a temple."""
    chin, unit = sitter.warped.points[152, 1], sitter.warped.u
    lower = np.array([0.0, 400 - 0.5 * unit - chin])
    face = dataclasses.replace(sitter.warped, points=sitter.warped.points + lower)
    assert lengthened(hair(0.0, 0.7), face) is not None
    assert lengthened(hair(0.0, 0.95), face) is None


def test_it_hangs_down_the_picture_from_a_head_that_leans(sitter, hair):
    turn = np.radians(20)
    face = dataclasses.replace(
        sitter.warped,
        right=np.array([np.cos(turn), np.sin(turn)]),
        down=np.array([-np.sin(turn), np.cos(turn)]),
    )
    grown = lengthened(hair(0.0, 0.35), face)
    assert grown is not None
    rows = np.flatnonzero((grown > 0.5).any(1))
    inner = np.array([np.flatnonzero(grown[row] > 0.5)[0] for row in rows])
    assert np.ptp(inner) < 0.25 * len(rows)
