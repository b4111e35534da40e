from dataclasses import replace

import numpy as np
import pytest

from engine.cel import learned_parser
from engine.cel.closeup import closeup
from engine.cel.frame import square
from engine.cel.learned_parser import LearnedParser
from engine.cel.parse import Label
from engine.cel.perceive import perceive


def at(sitter, labels, u, v):
    x, y = np.rint(sitter.face.frame.at(u, v) / 2).astype(int)
    return Label(int(labels[y, x].argmax()))


def test_labels_are_shares_of_half_the_pictures_size(sitter):
    labels = sitter.regions.labels
    assert labels.shape == (200, 200, len(Label))
    assert labels.min() >= 0
    assert labels.sum(-1) == pytest.approx(np.ones((200, 200)), abs=1e-3)


def test_the_astronaut_is_labelled(sitter):
    labels = sitter.regions.labels
    assert at(sitter, labels, 0.0, 0.3) is Label.SKIN
    assert at(sitter, labels, 0.0, -0.75) is Label.HAIR
    assert at(sitter, labels, -0.62, 0.0) is Label.HAIR
    assert at(sitter, labels, 0.0, 1.15) is Label.CLOTHES
    assert at(sitter, labels, 0.95, -0.6) is Label.BACKGROUND
    assert (labels.argmax(-1) == Label.BEARD).mean() < 0.005


def test_the_picture_may_be_mirrored(sitter, sit):
    other = sit(np.ascontiguousarray(sitter.photo[:, ::-1]))
    mirrored = other.regions.labels[:, ::-1].argmax(-1)
    assert (mirrored == sitter.regions.labels.argmax(-1)).mean() > 0.95


def test_light_and_cast_change_little(sitter, sit):
    warm = (sitter.photo * np.array([0.75, 0.62, 0.5])).astype(np.uint8)
    assert (sit(warm).regions.labels.argmax(-1) == sitter.regions.labels.argmax(-1)).mean() > 0.93


def test_what_the_photo_cuts_off_is_guessed(close_up):
    """The astronaut without her crown: it is hair, and above it is nothing."""
    cut = square(np.ascontiguousarray(close_up[75:325, 75:325]))
    sight = perceive(cut)
    far, seen, face = closeup(cut, sight, sight.face)
    labels = LearnedParser().parse(far, seen).labels
    crown = face.frame.at(0, -0.78) / 2
    assert labels[int(crown[1]), int(crown[0])].argmax() == Label.HAIR
    assert labels[: int(crown[1] / 3), :30].argmax(-1).max() == Label.BACKGROUND


def test_pictures_without_a_face_are_refused(sitter):
    with pytest.raises(ValueError, match="no face"):
        LearnedParser().parse(sitter.photo, replace(sitter.sight, face=None))


def test_what_the_network_sees_is_upright(sitter):
    seen = learned_parser.look(sitter.photo, sitter.face, None)
    assert seen.shape == (256, 256, 5)
    middle = (int(256 * (0.5 + 0.2 / learned_parser.BREADTH)), 128)
    assert seen[*middle, 4] == 1
    assert seen[0, 0, 4] == 0
    assert seen[*middle, 3] == 1
    known = learned_parser.look(sitter.photo, sitter.face, np.array([0, 0, 400, 20], np.float32))
    assert known[*middle, 3] == 0
