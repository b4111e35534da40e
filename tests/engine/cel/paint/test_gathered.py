import dataclasses

import numpy as np
import pytest

from engine.cel.paint.gathered import gathered

ANGLES = np.linspace(-80.0, 80.0, 17)


@pytest.mark.parametrize(("yaw", "knot"), [(0.0, None), (0.3, None), (0.0, 0.0), (-0.3, 0.1)])
def test_what_turned_aside_is_found_where_it_set_out(sitter, yaw, knot):
    there = gathered(dataclasses.replace(sitter.warped, yaw=yaw), knot)
    for way in (0.0, 0.4, 1.0):
        gone = there.gone(ANGLES, np.full_like(ANGLES, way), 10.0)
        assert np.allclose(there.set_out(gone, np.full_like(ANGLES, way), 10.0), ANGLES)
        assert (np.diff(gone) > 0).all()  # no strand crosses the next


def test_hair_of_a_front_view_goes_behind_the_head_on_both_sides_and_up_to_a_knot(sitter):
    front = dataclasses.replace(sitter.warped, yaw=0.0)
    behind, up = (gathered(front, knot).gone(ANGLES, np.ones_like(ANGLES), 0.0) for knot in (None, 0.0))
    assert np.ptp(behind) > np.ptp(ANGLES) > np.ptp(up)


@pytest.mark.parametrize("yaw", [-0.3, 0.3])
def test_hair_of_a_turned_head_runs_to_its_near_side(sitter, yaw):
    turned = dataclasses.replace(sitter.warped, yaw=yaw)
    for knot in (None, 0.0):
        gone = gathered(turned, knot).gone(np.zeros(1), np.ones(1), 0.0)
        assert -np.sign(yaw) * gone[0] > 20
