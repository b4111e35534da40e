import dataclasses

import numpy as np
import pytest

from engine.cel.paint.sideburns import sideburns

EVERYWHERE = np.ones((200, 200), np.float32)


@pytest.fixture
def beside(sitter):
    """The points before the ears of hair that ends at some v there, as (u, v)."""
    face = sitter.warped
    ear = abs(float((face.points[454] - face.centre) @ face.right)) / face.u

    def of(low=-0.05, front=0.09, back=0.06, bare=EVERYWHERE, yaw=0.0):
        hair = (np.abs(sitter.u) > ear - front) & (np.abs(sitter.u) < ear + back) & (sitter.v < low)
        shape = np.where(hair, 3, -3).astype(np.float32)
        found = sideburns(shape, bare, dataclasses.replace(face, yaw=yaw), sitter.u, sitter.v)
        axes = np.stack([face.right, face.down], 1)
        return [(outline - face.centre) @ axes / face.u for outline in found], ear

    return of


def test_hair_ends_in_a_point_before_each_ear(beside):
    (left, right), ear = beside()
    for side, outline in ((-1, left), (1, right)):
        u, v = outline[:, 0] * side, outline[:, 1]
        tip = int(np.argmax(v))
        assert abs(v[tip] - 0.03) < 0.03
        assert abs(u[tip] - ear) < 0.04
        broad = np.ptp(u[v < -0.1])
        assert broad > 0.1
        assert np.ptp(u[v > v[tip] - 0.02]) < 0.3 * broad


@pytest.mark.parametrize(
    "hair",
    [{"low": -0.35}, {"front": -0.09, "back": 0.2}, {"front": 0.15, "back": -0.07}, {"bare": 0 * EVERYWHERE}],
    ids=["over the ears", "behind them", "on the cheek", "under a hat"],
)
def test_there_is_none_where_no_hair_comes_down_before_the_ear(beside, hair):
    assert not beside(**hair)[0]


@pytest.mark.parametrize("yaw", [-0.3, 0.3])
def test_the_far_side_of_a_turned_head_has_none(beside, yaw):
    (only,), _ = beside(yaw=yaw)
    assert np.sign(only[:, 0].mean()) == -np.sign(yaw)
