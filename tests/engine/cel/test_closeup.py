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
    assert 1.04 < face.frame.unit / sight.face.frame.unit < 1.41


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


def test_a_head_that_fills_its_picture_stays_as_it_is(close_up):
    filled = square(np.ascontiguousarray(close_up[60:300, 70:310]))
    sight = perceive(filled)
    near, seen, face = closeup(filled, sight, sight.face)
    assert near is filled
    assert seen is sight
    assert face is sight.face
