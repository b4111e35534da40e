import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel.frame import OVAL, Frame
from engine.cel.portrait import warped_face
from engine.cel.silhouette import silhouetted
from engine.cel.warp import Caricature

CHEEKBONES, LIDS, BROWS = (123, 352), (226, 446), (46, 276)
NOSE, LIPS, CHIN = 1, 13, 152


def turned(sitter, degrees):
    """The sitter's mesh turned about the head's own axis, and its frame; above 0 to the picture's right."""
    angle = np.radians(degrees)
    deep = np.column_stack([sitter.warped.points, sitter.warped.depth])
    x, z = deep[:, 0] - sitter.warped.centre[0], deep[:, 2] - deep[[234, 454], 2].mean()
    deep[:, 0] = sitter.warped.centre[0] + x * np.cos(angle) - z * np.sin(angle)
    return deep[:, :2], Frame.of(deep.astype(np.float32))


def rim(points, frame, level, far):
    """How far aside the oval reaches at a level of the face, on its right (`far` 1) or left (-1), in face widths."""
    local = frame.coordinates(points[list(OVAL)])
    side = local[local[:, 0] * far > 0]
    side = side[np.argsort(side[:, 1])]
    return float(np.interp(level, side[:, 1], side[:, 0] * far))


@pytest.mark.parametrize("degrees", [-40, 40])
def test_the_far_cheek_of_a_turned_head_lies_within_its_edge(sitter, degrees):
    """The oval lies behind it; the near side is as it was."""
    points, frame = turned(sitter, degrees)
    far = int(degrees > 0)

    def within(shape):
        cheek = tuple(map(float, points[CHEEKBONES[far]]))
        return cv2.pointPolygonTest(shape[list(OVAL)].astype(np.float32), cheek, True) / frame.unit

    drawn = silhouetted(points, frame)
    assert within(points) < -0.02
    assert within(drawn) > -0.01
    near = frame.coordinates(points)[:, 0] * (1 if far else -1) < 0
    assert (drawn[near] == points[near]).all()


@pytest.mark.parametrize("degrees", [-30, 30])
def test_the_far_edge_of_a_turned_head_has_a_hollow_at_the_eye(sitter, degrees):
    """Between its brow and its cheekbone."""
    points, frame = turned(sitter, degrees)
    far = int(degrees > 0)
    levels = [float(frame.coordinates(points[part[far]])[1]) for part in (BROWS, LIDS, CHEEKBONES)]
    brow, eye, cheek = (rim(silhouetted(points, frame), frame, level, 2 * far - 1) for level in levels)
    share = (levels[1] - levels[0]) / (levels[2] - levels[0])
    assert brow + share * (cheek - brow) - eye > 0.005


def test_a_head_seen_from_the_front_keeps_its_oval(sitter):
    points, frame = turned(sitter, 0)
    assert silhouetted(points, frame) is points


def test_a_turned_face_is_drawn_with_that_edge(sitter):
    points, frame = turned(sitter, 40)
    mesh = np.column_stack([points, sitter.warped.depth]).astype(np.float32)
    caricature = Caricature(frame, mesh)
    drawn = warped_face(dataclasses.replace(sitter.face, mesh=mesh, frame=frame), caricature)
    assert np.allclose(drawn.points, silhouetted(caricature.points(mesh[:, :2]), frame), atol=0.01)


@pytest.mark.parametrize("degrees", [-32, 32])
def test_there_is_a_cheek_beyond_nose_and_lips_of_a_turned_head(sitter, degrees):
    """Features that touch the edge of a face are glued to it."""
    points, frame = turned(sitter, degrees)
    far = 2 * (degrees > 0) - 1
    for feature in (NOSE, LIPS):  # where the edge that was seen would be
        place = frame.coordinates(points[[feature]])[0]
        short = rim(silhouetted(points, frame), frame, float(place[1]), far) - float(place[0]) * far - 0.06
        points[feature] += frame.right * (far * short * frame.unit)
    drawn = silhouetted(points, frame)
    for feature in (NOSE, LIPS):
        aside, level = map(float, frame.coordinates(points[[feature]])[0])
        assert rim(drawn, frame, level, far) - aside * far > 0.09
    assert (drawn[CHIN] == points[CHIN]).all()
