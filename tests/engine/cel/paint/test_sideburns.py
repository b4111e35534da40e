import dataclasses

import numpy as np
import pytest

from engine.cel.paint.fields import polygon
from engine.cel.paint.sideburns import joining, sideburns

EVERYWHERE = np.ones((200, 200), np.float32)


@pytest.fixture
def beside(sitter):
    """The points before the ears of hair that ends at some v there, as (u, v)."""
    face = sitter.warped
    ear = abs(float((face.points[454] - face.centre) @ face.right)) / face.u

    def of(low=-0.05, front=0.09, back=0.06, bare=EVERYWHERE, yaw=0.0, cropped=False):
        hair = (np.abs(sitter.u) > ear - front) & (np.abs(sitter.u) < ear + back) & (sitter.v < low)
        shape = np.where(hair, 3, -3).astype(np.float32)
        found = sideburns(shape, bare, dataclasses.replace(face, yaw=yaw), sitter.u, sitter.v, cropped)
        axes = np.stack([face.right, face.down], 1)
        return [(outline - face.centre) @ axes / face.u for outline in found], ear

    return of


def test_hair_ends_in_a_point_before_each_ear(beside):
    (left, right), ear = beside()
    for side, outline in ((-1, left), (1, right)):
        u, v = outline[:, 0] * side, outline[:, 1]
        tip = int(np.argmax(v))
        assert abs(v[tip] - 0.11) < 0.03
        assert abs(u[tip] - ear) < 0.04
        broad = np.ptp(u[v < -0.1])
        assert broad > 0.09
        assert np.ptp(u[v > v[tip] - 0.02]) < 0.3 * broad
        assert np.ptp(u[v > v[tip] - 0.08]) > 0.3 * broad  # no fang


def test_the_points_of_cropped_hair_are_short(beside):
    long, short = (beside(cropped=cropped)[0][0][:, 1].max() for cropped in (False, True))
    assert -0.05 < short < long - 0.05


@pytest.mark.parametrize(
    "hair",
    [{"low": -0.35}, {"front": -0.09, "back": 0.2}, {"front": 0.15, "back": -0.07}, {"bare": 0 * EVERYWHERE}],
    ids=["over the ears", "behind them", "on the cheek", "under a hat"],
)
def test_there_is_none_where_no_hair_comes_down_before_the_ear(beside, hair):
    assert not beside(**hair)[0]


def test_hair_that_only_lies_over_an_ear_has_a_broad_point_before_it(sitter):
    """It sets out where the hairline over it is as far before the ear, and else is no broader than that."""
    face = sitter.warped
    ear = abs(float((face.points[454] - face.centre) @ face.right)) / face.u
    for corner, broad in ((-0.25, 0.05), (-0.6, 0.03)):
        front = np.where(sitter.v < corner, ear - 0.12, ear)
        hair = (np.abs(sitter.u) > front) & (np.abs(sitter.u) < ear + 0.1) & (sitter.v < -0.05)
        shape = np.where(hair, 3, -3).astype(np.float32)
        _, right = sideburns(shape, EVERYWHERE, face, sitter.u, sitter.v, False)
        u, v = ((right - face.centre) @ np.stack([face.right, face.down], 1) / face.u).T
        level = u[np.abs(v + 0.1) < 0.04]
        assert np.ptp(level) == pytest.approx(broad, abs=0.02)
        assert u[v < corner + 0.1].min(initial=ear) > ear - 0.13


def test_hair_behind_the_ear_is_no_part_of_it(beside):
    (_, right), ear = beside(back=0.09)
    assert right[:, 0].max() < ear + 0.05


@pytest.mark.parametrize("yaw", [-0.3, 0.3])
def test_the_far_side_of_a_turned_head_has_none(beside, yaw):
    (only,), _ = beside(yaw=yaw)
    assert np.sign(only[:, 0].mean()) == -np.sign(yaw)


@pytest.fixture
def between(sitter):
    """What joins a beard whose arms end at some v and the hair over it, as coverage at half size."""
    face = sitter.warped
    ear = abs(float((face.points[454] - face.centre) @ face.right)) / face.u

    def of(top=0.15, low=-0.15, yaw=0.0):
        strip = (np.abs(sitter.u) > ear - 0.08) & (np.abs(sitter.u) < ear)
        beard = (strip & (sitter.v > top) & (sitter.v < 0.6)) | (np.hypot(sitter.u, sitter.v - 0.65) < 0.2)
        hair = strip & (sitter.v < low)
        whole = np.zeros((200, 200), np.float32)
        for outline in joining(beard.astype(np.float32), hair.astype(np.float32), dataclasses.replace(face, yaw=yaw)):
            whole = np.maximum(whole, polygon(outline))
        return whole > 0.5, strip

    return of


def test_a_beard_goes_over_into_the_hair_on_both_sides(sitter, between):
    joined, strip = between()
    gap = (sitter.v > -0.12) & (sitter.v < 0.12)
    assert joined[gap & strip].mean() > 0.8
    assert not joined[gap & (np.abs(sitter.u) < 0.35)].any()
    assert {np.sign(u) for u in sitter.u[joined]} == {-1, 1}


@pytest.mark.parametrize(("top", "low"), [(0.35, 0.0), (0.2, -0.4), (0.0, 0.15)])
def test_a_beard_without_arms_or_far_below_the_hair_or_joined_to_it_is_left_alone(between, top, low):
    assert not between(top, low)[0].any()


@pytest.mark.parametrize("yaw", [-0.3, 0.3])
def test_on_the_far_side_of_a_turned_head_nothing_is_joined(sitter, between, yaw):
    joined, _ = between(yaw=yaw)
    assert joined.any()
    assert (sitter.u[joined] * yaw < 0).all()


def test_an_arm_is_joined_down_to_below_the_hairs_tip(sitter, between):
    """It is pinched by that, where it begins beside it."""
    joined, strip = between(top=-0.1, low=0.02)
    assert joined[strip & (sitter.v > 0.03) & (sitter.v < 0.2)].mean() > 0.8
