import dataclasses

import numpy as np
import pytest

from engine.cel.paint.temples import near, temple

EVERYWHERE = np.ones((200, 200), np.float32)
LOW, EDGE = -0.1, 0.5


@pytest.fixture
def point(sitter):
    """The point of hair that ends at LOW, at the edge of a turned head's face: its outlines, in (u, v)."""
    face = sitter.warped
    ear = abs(float((face.points[454] - face.centre) @ face.right)) / face.u

    def of(yaw=0.25, low=LOW, bare=EVERYWHERE, edge=EDGE, broad=0.16, lower=None):
        aside = np.abs(sitter.u)
        hair = (aside > ear - broad) & (aside < ear) & (sitter.v > -0.6) & (sitter.v < low)
        shape = np.where(hair, 3, -3).astype(np.float32)
        reach = np.where(sitter.v > low + 0.05, edge if lower is None else lower, edge)
        person = np.repeat(np.repeat(np.where(aside < reach, 3, -3), 2, 0), 2, 1).astype(np.float32)
        axes = np.stack([face.right, face.down], 1)
        outlines = temple(shape, person, bare, dataclasses.replace(face, yaw=yaw))
        return [(outline - face.centre) @ axes / face.u for outline in outlines]

    return of


@pytest.mark.parametrize("yaw", [-0.25, 0.25])
def test_hair_runs_out_in_a_point_along_the_far_edge_of_the_face(point, yaw):
    (outline,) = point(yaw=yaw)
    u, v = outline[:, 0] * np.sign(yaw), outline[:, 1]
    tip = int(np.argmax(v))
    assert v[tip] == pytest.approx(LOW + 0.13, abs=0.02)
    assert u[tip] == pytest.approx(EDGE, abs=0.02)
    broad = [np.ptp(u[np.abs(v - level) < 0.02]) for level in (LOW - 0.05, LOW + 0.1)]
    assert broad[0] > 2 * broad[1]
    assert EDGE - 0.01 < u.max() < EDGE + 0.03


def test_the_point_leaves_hair_that_stands_out_over_that_edge_without_a_step(point):
    (outline,) = point(edge=EDGE - 0.06)
    u, v = np.abs(outline[:, 0]), outline[:, 1]
    tip = int(np.argmax(v))
    outer = slice(tip, len(v))
    assert np.ptp(u[outer]) > 0.04
    assert np.abs(np.diff(u[outer]) / np.diff(v[outer])).max() < 1.5


@pytest.mark.parametrize(
    "hair",
    [{"yaw": 0.1}, {"low": 0.2}, {"edge": 0.8}, {"lower": 0.65}, {"bare": 0 * EVERYWHERE}],
    ids=["turned little", "down to the cheek", "within the face", "over a step of that edge", "under a hat"],
)
def test_there_is_none_where_hair_does_not_end_at_a_far_edge(point, hair):
    assert not point(**hair)


@pytest.mark.parametrize("side", [-1, 1])
def test_the_far_temple_is_where_hair_of_a_turned_head_lies_flat(sitter, side):
    turned, straight = (
        near(dataclasses.replace(sitter.warped, yaw=yaw), sitter.u, sitter.v) for yaw in (0.4 * side, 0.1 * side)
    )
    temple = (sitter.u * side > 0.45) & (sitter.v > -0.55)
    assert turned[temple].max() < 0.01
    assert straight.min() == turned[sitter.u * side < 0].min() == turned[sitter.v < -0.85].min() == 1
