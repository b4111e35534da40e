import subprocess
import sys

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine import Pixels
from engine.cel.perceive import Face, find_faces, perceive, working_picture


def seen(picture: Pixels) -> Face:
    face = perceive(np.ascontiguousarray(picture)).face
    assert face is not None
    return face


def test_the_astronaut(close_up: Pixels) -> None:
    sight = perceive(close_up)
    face = sight.face
    assert face is not None
    assert face.score > 0.9
    assert face.presence > 0.9
    assert face.others == ()
    assert face.mesh.shape == (468, 3)
    assert 25 < face.age < 60
    assert face.female > 0.7
    assert abs(face.frame.yaw) < 0.12
    left, right = (eye.iris[0] for eye in face.eyes)
    assert right[0] - left[0] == pytest.approx(0.45 * face.frame.unit, rel=0.25)
    for eye in face.eyes:
        assert eye.lids.shape == (71, 2)
        assert eye.lids[:16].min(0)[0] < eye.iris[0, 0] < eye.lids[:16].max(0)[0]


def test_eyes_lie_where_the_mesh_has_them(close_up: Pixels) -> None:
    face = seen(close_up)
    for eye, (outer, inner) in zip(face.eyes, ((33, 133), (263, 362)), strict=True):
        middle = face.mesh[[outer, inner], :2].mean(0)
        assert np.linalg.norm(eye.lids[:16].mean(0) - middle) < 0.06 * face.frame.unit


def test_a_mirrored_face_is_seen_mirrored(close_up: Pixels) -> None:
    face, mirrored = seen(close_up), seen(close_up[:, ::-1])
    assert mirrored.frame.yaw == pytest.approx(-face.frame.yaw, abs=0.06)
    assert mirrored.frame.origin[0] == pytest.approx(400 - face.frame.origin[0], abs=6)


def test_a_tilted_face_is_seen_tilted(close_up: Pixels) -> None:
    turn = cv2.getRotationMatrix2D((200, 200), -20, 1)
    tilted = np.asarray(cv2.warpAffine(close_up, turn, (400, 400), borderMode=cv2.BORDER_REPLICATE), np.uint8)
    assert seen(tilted).frame.roll - seen(close_up).frame.roll == pytest.approx(np.deg2rad(20), abs=0.08)


def test_the_largest_face_is_the_main_one_and_the_other_is_known(close_up: Pixels) -> None:
    both = np.asarray(cv2.resize(close_up, (400, 400)), np.uint8).copy()
    both[:200, 230:] = cv2.resize(close_up, (200, 200))[:, 30:]
    face = seen(both)
    assert face.frame.origin[0] < 230
    (other,) = face.others
    assert other[0] > 230
    assert other[3] < 200


def test_a_face_that_fills_the_picture_is_found(close_up: Pixels) -> None:
    origin, unit = seen(close_up).frame.origin, seen(close_up).frame.unit
    left, top = (max(0, int(n - 0.52 * unit)) for n in (origin[0], origin[1] - 0.1 * unit))
    close = close_up[top : top + int(1.04 * unit), left : left + int(1.04 * unit)]
    assert seen(np.asarray(cv2.resize(close, (400, 400)), np.uint8)).frame.unit > 300


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_an_empty_picture_has_nobody(shade: int) -> None:
    sight = perceive(np.full((400, 400, 3), shade, np.uint8))
    assert sight.face is None
    assert sight.faces == ()


@settings(max_examples=12, deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 60), st.integers(1, 60), st.just(3))))
def test_noise_of_any_shape_is_looked_at(noise: Pixels) -> None:
    sight = perceive(noise)
    assert np.isfinite(sight.imprint).all()
    faces, _ = find_faces(noise)
    assert len(faces) == len(sight.faces)


def test_other_processes_see_the_same(close_up: Pixels, tmp_path) -> None:
    np.save(tmp_path / "picture.npy", close_up)
    look = (
        "import sys, hashlib, numpy as np; from engine.cel.perceive import perceive;"
        "s = perceive(np.load(sys.argv[1]));"
        "print(hashlib.sha256(s.face.mesh.tobytes() + s.imprint.tobytes()).hexdigest())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", look, str(tmp_path / "picture.npy")], capture_output=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(told) == 1


@pytest.mark.parametrize("shape", [(400, 900), (900, 400)])
def test_the_working_picture_is_cut_around_the_face(close_up: Pixels, shape: tuple[int, int]) -> None:
    photo = np.full((*shape, 3), 128, np.uint8)
    photo[-400:, -400:] = close_up
    face = seen(working_picture(photo))
    assert face.frame.unit == pytest.approx(seen(close_up).frame.unit, rel=0.05)
    assert np.abs(face.frame.origin - 200).max() < 90


def test_without_a_face_it_is_the_middle() -> None:
    photo = np.zeros((100, 300, 3), np.uint8)
    photo[:, 100:200] = 90
    assert (working_picture(photo) == 90).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 1024), (1024, 1), (1024, 1023)])
def test_every_shape_has_a_working_picture(shape: tuple[int, int]) -> None:
    assert working_picture(np.full((*shape, 3), 9, np.uint8)).shape == (400, 400, 3)


def test_a_tiny_face_in_a_scene_is_no_portrait(close_up: Pixels) -> None:
    scene = np.full((400, 400, 3), (90, 120, 160), np.uint8)
    scene[200:250, 200:250] = cv2.resize(close_up, (50, 50), interpolation=cv2.INTER_AREA)
    assert perceive(scene).face is None


def test_a_tilted_face_is_as_old_as_an_upright_one_and_of_the_same_sex(close_up: Pixels) -> None:
    """The network that tells has seen upright ones alone: others seem to be children, or of the other sex."""
    turn = cv2.getRotationMatrix2D((200, 200), -35, 1)
    tilted = np.asarray(cv2.warpAffine(close_up, turn, (400, 400), borderMode=cv2.BORDER_REPLICATE), np.uint8)
    upright, aslant = seen(close_up), seen(tilted)
    assert aslant.age == pytest.approx(upright.age, abs=5)
    assert aslant.female == pytest.approx(upright.female, abs=0.15)
