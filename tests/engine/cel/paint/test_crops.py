import dataclasses

import numpy as np
import pytest

from engine.cel.paint.crops import Crop, Side, outline, skull

SIDE = Side(broad=0.58, corner=0.33, front=0.44, ends=-0.34)
CROP = Crop(top=-0.78, line=-0.46, receded=0.0, sides=(SIDE, SIDE))


@pytest.fixture
def local(sitter):
    """The (u, v) of a crop's outline, on a head turned by some yaw."""

    def of(crop=CROP, yaw=0.0, drawn=outline):
        face = dataclasses.replace(sitter.warped, yaw=yaw)
        return ((drawn(crop, face) - face.centre) @ np.stack([face.right, face.down], 1) / face.u).T

    return of


def test_both_sides_of_a_crop_are_alike_and_its_crown_is_round(local):
    u, v = local()
    assert u.max() == pytest.approx(-u.min(), abs=1e-6)
    assert v.min() == pytest.approx(-0.78, abs=1e-6)
    high = v < -0.5
    assert (np.diff(np.sort(v[high & (u > 0.1)])) >= 0).all()
    assert np.abs(u[v < -0.74]).max() < 0.35


def test_a_hairline_is_straight_up_to_its_corners_which_may_recede(local):
    def front(crop):
        u, v = local(crop)
        return v[(np.abs(u) < 0.3) & (v > -0.6)]

    assert np.ptp(front(CROP)) < 0.02
    receded = front(dataclasses.replace(CROP, receded=0.08))
    assert receded.min() < -0.5
    assert receded.max() == pytest.approx(-0.46, abs=0.01)


def test_the_far_side_of_a_turned_head_has_no_sideburn(local):
    for yaw in (0.3, -0.3):
        u, v = local(yaw=yaw)
        far = u * np.sign(yaw) > 0.1
        assert v[far].max() < SIDE.ends + 0.01
        assert v[~far].max() > -0.05


def test_a_skull_lies_within_what_its_hair_bounds(local):
    u, v = local(drawn=skull)
    assert v.max() < 0.0
    assert v.min() == pytest.approx(-0.78, abs=1e-6)
    assert np.abs(u).max() == pytest.approx(0.58, abs=1e-6)
