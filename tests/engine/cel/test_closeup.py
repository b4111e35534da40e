from dataclasses import replace

import numpy as np
import pytest

from engine.cel.closeup import closeup
from engine.cel.frame import square
from engine.cel.perceive import perceive
from engine.photo import read
from tests.engine.cel.conftest import ASTRONAUT


@pytest.fixture(scope="module")
def far():
    """The astronaut from afar, and what is seen of her."""
    photo = square(np.ascontiguousarray(read(ASTRONAUT.read_bytes()).pixels[0:340, 60:400]))
    return photo, perceive(photo)


def test_a_small_head_is_drawn_from_nearer_by(far):
    photo, sight = far
    near, seen, face = closeup(photo, sight, sight.face)
    assert near.shape == photo.shape
    assert seen.person.shape == sight.person.shape
    assert seen.face is face
    assert 1.04 < face.frame.unit / sight.face.frame.unit < 1.51


def test_what_was_seen_is_where_it_would_be_seen(far):
    near, seen, face = closeup(*far, far[1].face)
    again = perceive(near)
    off = np.linalg.norm(face.mesh[:, :2] - again.face.mesh[:, :2], axis=1)
    assert np.median(off) < 0.03 * face.frame.unit
    for eye, other in zip(face.eyes, again.face.eyes, strict=True):
        assert np.linalg.norm(eye.iris[0] - other.iris[0]) < 0.04 * face.frame.unit
    assert np.abs(face.box - again.face.box).max() < 0.2 * face.frame.unit
    assert (np.abs(seen.person - again.person) > 0.5).mean() < 0.05


def test_all_of_the_head_stays_in_the_picture(far):
    *_, face = closeup(*far, far[1].face)
    assert face.mesh[:, :2].min() > 0
    assert face.mesh[:, :2].max() < 400
    assert float(face.frame.at(0, -0.75)[1]) > 0


def test_a_head_that_fits_its_picture_stays_as_it_is(far):
    photo, sight = far
    *_, face = closeup(photo, sight, sight.face)
    unit = 178.0
    middle = replace(face.frame, origin=np.array([200, 196], np.float32), unit=unit)
    person = np.zeros((400, 400), np.float32)
    person[40:, 120:280] = 1
    here = replace(sight, person=person)
    same, seen, drawn = closeup(photo, here, replace(face, frame=middle))
    assert same is photo
    assert seen is here
    assert drawn.frame is middle


def test_a_head_that_its_picture_cuts_is_drawn_from_further_off(close_up):
    cut = square(np.ascontiguousarray(close_up[90:290, 100:300]))
    sight = perceive(cut)
    far, seen, face = closeup(cut, sight, sight.face)
    assert 0.7 < face.frame.unit / sight.face.frame.unit < 0.95
    left, top, right, bottom = seen.known
    assert top > 20
    assert right - left == pytest.approx(bottom - top)
    inner = square(far[round(top) : round(bottom), round(left) : round(right)])
    assert np.abs(inner.astype(int) - cut).mean() < 6
    assert (far[: round(top) - 1] == far[0]).mean() > 0.95  # what lies beyond goes on as the picture ends


def test_the_chin_is_never_cut_for_the_sake_of_hair(close_up):
    low = square(np.ascontiguousarray(close_up[110:270, 120:280]))
    sight = perceive(low)
    *_, face = closeup(low, sight, sight.face)
    assert float(face.frame.at(0, face.frame.chin)[1]) < 400
