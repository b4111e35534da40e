from dataclasses import replace

import numpy as np
import pytest

from engine.cel import learned_parser
from engine.cel.frame import BREADTH, WHOLE, View, square
from engine.cel.learned_parser import LearnedParser
from engine.cel.parse import Label
from engine.cel.perceive import perceive


def at(sitter, u, v):
    x, y = np.rint(sitter.face.frame.at(u, v) / 2).astype(int)
    return Label(int(sitter.labels[y, x].argmax()))


def test_labels_are_shares(sitter):
    labels = sitter.regions.labels
    assert labels.shape == (128, 128, len(Label))
    assert labels.min() >= 0
    assert labels.sum(-1) == pytest.approx(np.ones((128, 128)), abs=1e-3)


def test_the_astronaut_is_labelled(sitter):
    assert at(sitter, 0.0, 0.3) is Label.SKIN
    assert at(sitter, 0.0, -0.75) is Label.HAIR
    assert at(sitter, -0.62, 0.0) is Label.HAIR
    assert at(sitter, 0.0, 1.15) is Label.CLOTHES
    assert at(sitter, 0.95, -0.6) is Label.BACKGROUND
    assert (sitter.labels.argmax(-1) == Label.BEARD).mean() < 0.005


def test_the_picture_may_be_mirrored(sitter, sit):
    other = sit(np.ascontiguousarray(sitter.photo[:, ::-1]))
    assert (other.labels[:, ::-1].argmax(-1) == sitter.labels.argmax(-1)).mean() > 0.95


def test_light_and_cast_change_little(sitter, sit):
    warm = (sitter.photo * np.array([0.75, 0.62, 0.5])).astype(np.uint8)
    assert (sit(warm).labels.argmax(-1) == sitter.labels.argmax(-1)).mean() > 0.93


def test_what_the_photo_cuts_off_is_guessed(close_up):
    """The astronaut without her crown: it is hair, and a head's width above it is nothing."""
    cut = square(np.ascontiguousarray(close_up[75:325, 75:325]))
    sight = perceive(cut)
    regions = LearnedParser().parse(cut, sight)
    view = View(-100, -200, 600)
    labels = regions.seen(view)
    hair, air = (view.points(sight.face.frame.at(0, v)[None])[0] / 2 for v in (-0.78, -1.15))
    assert labels[int(hair[1]), int(hair[0])].argmax() == Label.HAIR
    assert labels[int(air[1]), int(air[0])].argmax() == Label.BACKGROUND


def test_pictures_without_a_face_are_refused(sitter):
    with pytest.raises(ValueError, match="no face"):
        LearnedParser().parse(sitter.photo, replace(sitter.sight, face=None))


def test_what_the_network_sees_is_upright(sitter):
    seen = learned_parser.look(sitter.photo, sitter.face)
    assert seen.shape == (256, 256, 5)
    middle = (int(256 * (0.5 + 0.2 / BREADTH)), 128)
    assert seen[*middle, 4] == 1
    assert seen[0, 0, 4] == 0
    assert seen[*middle, 3] == 1
    far = replace(sitter.face, frame=replace(sitter.face.frame, origin=np.array([-900, -900], np.float32)))
    assert not learned_parser.look(sitter.photo, far)[..., 3].any()


def test_a_view_of_the_labels_is_where_it_is(sitter):
    near = sitter.regions.seen(View(100, 100, 200))
    assert (near[::2, ::2].argmax(-1) == sitter.regions.seen(WHOLE)[50:150, 50:150].argmax(-1)).mean() > 0.97
