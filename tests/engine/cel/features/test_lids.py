from dataclasses import replace

import cv2
import numpy as np

from engine.cel.features import lids
from engine.cel.features.chart import Chart
from engine.cel.look import WarpedEye


def test_one_shut_eye_is_a_wink(face, shut, paint):
    winking = replace(face, eyes=(face.eyes[0], shut.eyes[1]))
    left, right = lids.read(Chart.of(paint(), winking), winking)
    assert not left.shut
    assert right.shut


def test_a_hidden_eye_is_not_read(face, paint):
    turned = replace(face, eyes=(face.eyes[0], None))
    left, right = lids.read(Chart.of(paint(), turned), turned)
    assert left is not None
    assert right is None


def test_both_eyes_of_a_front_view_agree(face, paint):
    odd = face.eyes[1]
    odd = WarpedEye(odd.upper + (odd.lower - odd.upper) * 0.25, odd.lower, odd.iris)
    uneven = replace(face, eyes=(face.eyes[0], odd))
    before = lids.read(Chart.of(paint(), face), face)
    after = lids.read(Chart.of(paint(), uneven), uneven)
    apart = abs(after[0].openness - after[1].openness)
    assert 0 < apart < 0.6 * abs(before[1].openness - after[1].openness) + 0.05


def test_the_far_eye_of_a_turned_head_is_as_open_as_the_near_one(face, paint):
    """By its own breadth, of which little is seen, it would be startled."""
    left = face.eyes[0]
    middle = left.upper.mean(0)
    squeezed = np.eye(2) - 0.45 * np.outer(face.right, face.right)
    parts = ((part - middle) @ squeezed + middle for part in (left.upper, left.lower, left.iris))
    turned = replace(face, eyes=(WarpedEye(*parts), face.eyes[1]))
    far, near = lids.read(Chart.of(paint(), turned), turned)
    assert far.seen < 0.65
    assert abs(far.openness - near.openness) < 0.02


def test_the_iris_tells_the_gaze(face, paint):
    def gaze(shift):
        moved = tuple(WarpedEye(e.upper, e.lower, e.iris + face.right * shift * face.u) for e in face.eyes)
        left, right = lids.read(Chart.of(paint(), face), replace(face, eyes=moved))
        assert np.allclose(left.gaze, right.gaze, atol=0.02)
        return left.gaze[0]

    assert gaze(-0.03) < gaze(0.0) < gaze(0.03)


def test_a_crease_above_the_eye_is_a_fold(face, paint):
    photo = paint()
    bare = lids.read(Chart.of(photo, face), face)[0].fold
    for eye in face.eyes:
        crease = eye.upper - face.down * 0.04 * face.u
        cv2.polylines(photo, [np.rint(crease * 16).astype(np.int32)], False, (130, 85, 70), 2, cv2.LINE_AA, 4)
    assert bare < 0.3
    assert lids.read(Chart.of(photo, face), face)[0].fold > 0.7


def test_coloured_lids_are_make_up(face, paint):
    photo = paint()
    assert np.linalg.norm(lids.read(Chart.of(photo, face), face)[0].shadow) < 4
    for eye in face.eyes:
        band = np.vstack([eye.upper, (eye.upper - face.down * 0.09 * face.u)[::-1]])
        cv2.fillPoly(photo, [np.rint(band).astype(np.int32)], (120, 60, 150))
    shadow = lids.read(Chart.of(photo, face), face)[0].shadow
    assert shadow[1] > 8
    assert shadow[2] < -15


def test_eyes_slant_as_they_do_on_the_face_and_their_lids_are_as_far_off_the_iris(face, paint):
    def read(turn=0.0, lift=0.0):
        eyes = []
        for eye, side in zip(face.eyes, (-1, 1), strict=True):
            middle = (eye.upper[0] + eye.upper[-1]) / 2
            upper, lower = (
                part - np.outer((part - middle) @ face.right * (turn * side), face.down)
                for part in (eye.upper, eye.lower)
            )
            bump = np.sin(np.linspace(0, np.pi, len(upper)))[:, None]
            eyes.append(WarpedEye(upper - bump * face.down * (lift * face.u), lower, eye.iris))
        return lids.read(Chart.of(paint(), face), replace(face, eyes=tuple(eyes)))

    for plain, slanting, startled in zip(read(), read(turn=0.1), read(lift=0.03), strict=True):
        assert abs(slanting.slant - plain.slant - 0.1) < 0.03
        assert startled.above > plain.above + 0.2
        assert abs(startled.slant - plain.slant) < 0.01
    left, right = read(turn=0.1)
    assert left.slant == right.slant
