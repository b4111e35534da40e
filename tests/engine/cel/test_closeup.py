from dataclasses import replace

import numpy as np
import pytest

from engine.cel.closeup import closeup
from engine.cel.frame import WHOLE, square, upright
from engine.cel.parse import Label, Regions
from engine.cel.parsers import parser
from engine.cel.perceive import perceive
from engine.photo import read
from tests.engine.cel.conftest import ASTRONAUT


def shown(photo):
    """A photo, its face, what a portrait shows of it, and the face in that."""
    sight = perceive(photo)
    return photo, sight.face, *closeup(sight.face, parser().parse(photo, sight))


@pytest.fixture(scope="module")
def far():
    """The astronaut from afar."""
    return shown(square(np.ascontiguousarray(read(ASTRONAUT.read_bytes()).pixels[0:340, 60:400])))


def test_a_small_head_is_drawn_from_nearer_by(far):
    _, face, view, near = far
    assert view.side < 400
    assert 1.04 < near.frame.unit / face.frame.unit < 2.01


def test_what_was_seen_is_where_it_would_be_seen(far):
    photo, _, view, near = far
    again = perceive(view.picture(photo)).face
    off = np.linalg.norm(near.mesh[:, :2] - again.mesh[:, :2], axis=1)
    assert np.median(off) < 0.03 * near.frame.unit
    for eye, other in zip(near.eyes, again.eyes, strict=True):
        assert np.linalg.norm(eye.iris[0] - other.iris[0]) < 0.04 * near.frame.unit
    assert np.abs(near.box - again.box).max() < 0.2 * near.frame.unit


def test_all_of_the_head_stays_in_the_picture(far):
    *_, near = far
    assert near.mesh[:, :2].min() > 0
    assert near.mesh[:, :2].max() < 400
    assert float(near.frame.at(0, -0.75)[1]) > 0


def test_a_head_that_fits_its_picture_stays_as_it_is(sitter):
    frame = replace(sitter.face.frame, origin=np.array([200, 215], np.float32), unit=187.0)
    face = replace(sitter.face, frame=frame)
    view, same = closeup(face, replace(sitter.regions, frame=frame))
    assert view is WHOLE
    assert same is face


@pytest.mark.parametrize("across", [90, 310])
def test_a_head_beside_the_middle_is_drawn_nearer_to_it(sitter, across):
    frame = replace(sitter.face.frame, origin=np.array([across, 215], np.float32), unit=187.0)
    face = replace(sitter.face, frame=frame)
    view, _ = closeup(face, replace(sitter.regions, frame=frame))
    assert abs(view.points(frame.origin[None])[0, 0] - 200) < abs(across - 200) - 30


def test_a_head_that_its_picture_cuts_is_drawn_from_further_off(close_up):
    cut, face, view, far = shown(square(np.ascontiguousarray(close_up[90:290, 100:300])))
    assert 0.6 < far.frame.unit / face.frame.unit < 0.95
    assert view.top < -20
    left, top = view.points(np.zeros((1, 2), np.float32))[0]
    right, bottom = view.points(np.full((1, 2), 400, np.float32))[0]
    assert right - left == pytest.approx(bottom - top)
    seen = view.picture(cut)
    inner = square(np.ascontiguousarray(seen[round(top) : round(bottom), round(left) : round(right)]))
    assert np.abs(inner.astype(int) - cut[: len(inner)]).mean() < 8
    assert (seen[: round(top) - 1] == seen[0]).mean() > 0.95  # what lies beyond goes on as the picture ends


def test_the_chin_is_never_cut_for_the_sake_of_hair(close_up):
    *_, far = shown(square(np.ascontiguousarray(close_up[110:270, 120:280])))
    assert float(far.frame.at(0, far.frame.chin)[1]) < 400


def test_a_man_is_drawn_with_more_of_his_shoulders(sitter):
    frame = replace(sitter.face.frame, origin=np.array([200, 215], np.float32), unit=110.0)
    regions = replace(sitter.regions, frame=frame)
    woman, man = (closeup(replace(sitter.face, frame=frame, female=sex), regions)[0] for sex in (1.0, 0.0))
    assert 1.02 < man.side / woman.side < 1.12
    assert man.top + man.side > woman.top + woman.side


def test_less_room_is_left_for_high_hair_which_is_drawn_lower_than_for_a_hat(sitter):
    frame = replace(sitter.face.frame, origin=np.array([200, 260], np.float32), unit=110.0)
    u, v = upright(200)
    tall = ((u / 0.6) ** 2 + (v / 1.4) ** 2 < 1) & (v < 0)
    tops = []
    for label in (Label.HAIR, Label.HEADWEAR):
        labels = np.zeros((200, 200, len(Label)), np.float32)
        labels[..., Label.BACKGROUND], labels[..., label] = ~tall, tall
        tops.append(closeup(replace(sitter.face, frame=frame), Regions(labels, frame))[0].top)
    assert tops[1] == pytest.approx(260 - (1.4 + 0.11) * 110, abs=13)
    assert tops[0] > tops[1] + 0.15 * 110


def test_there_is_room_for_a_knot(sitter):
    regions = Regions(np.zeros((200, 200, len(Label)), np.float32), sitter.face.frame)
    frame = sitter.face.frame

    def room(knotted):
        view, _ = closeup(replace(sitter.face, female=1.0), regions, knotted)
        return (float(frame.origin[1]) - view.top) / frame.unit

    assert room(False) < 1.14 < room(True)
