import dataclasses

import numpy as np
import pytest

from engine.cel.paint.ears import beyond
from engine.cel.paint.layers import oval
from engine.cel.paint.stack import BACKGROUND, HAIR, SKIN, handed_over


@pytest.fixture
def head(sitter):
    """Labels of the sitter's face with an elf's ear at the picture's right; and that ear."""

    def of(behind=BACKGROUND, yaw=0.0, broad=0.1):
        face = dataclasses.replace(sitter.warped, yaw=yaw)
        mask = oval(face, 200)
        at = np.arange(200) * 2 + 1
        x, y = np.meshgrid(*((at - middle) / face.u for middle in face.points[454]))
        ear = (mask < 0.5) & (x > -0.05) & (x < broad) & (np.abs(y) < 0.12)
        ear |= (mask < 0.5) & (x > -0.05) & (x < broad) & (y < 0) & (y > -0.28)
        labels = np.full((200, 200), behind)
        labels[(mask > 0.5) | ear] = SKIN
        stack = np.eye(5, dtype=np.float32)[labels].transpose(2, 0, 1).copy()
        return stack, mask, face, ear & (y < -0.2) & (x > 0.01) & (y > -0.26), ear & (np.abs(y) < 0.06) & (x < 0.06)

    return of


@pytest.mark.parametrize("behind", [BACKGROUND, HAIR])
def test_a_pointed_ear_becomes_an_oval(head, behind):
    stack, mask, face, tip, middle = head(behind)
    out = handed_over(stack, beyond(stack, mask, face), face)
    assert np.median(out[SKIN][tip]) < 0.1
    assert np.median(out[behind][tip]) > 0.9
    assert np.median(out[SKIN][middle]) > 0.9
    assert np.allclose(out.sum(0), 1, atol=1e-3)


@pytest.mark.parametrize(("broad", "left"), [(0.03, False), (0.1, True)])
def test_an_ear_of_which_next_to_nothing_shows_is_none(head, broad, left):
    """It would be a ripple in the cheek."""
    stack, mask, face, _, middle = head(HAIR, broad=broad)
    out = handed_over(stack, beyond(stack, mask, face), face)
    assert (np.median(out[SKIN][middle]) > 0.5) == left


def test_the_far_ear_of_a_turned_head_is_not_looked_for(head):
    stack, mask, face, *_ = head(yaw=0.3)
    assert not beyond(stack, mask, face).any()


def test_what_stands_out_behind_the_near_ear_of_a_turned_head_is_none_of_it(head):
    """There the parser saw the ear, which is drawn where the mesh has it."""
    stack, _, face, *_ = head(yaw=-0.3)
    mask = oval(face, 200)
    at = np.arange(200) * 2 + 1
    x, y = np.meshgrid(*((at - middle) / face.u for middle in face.points[454]))
    flap = (mask < 0.5) & (x > 0.16) & (x < 0.3) & (y > -0.1) & (y < 0.18)
    stack[:, flap] = np.eye(5, dtype=np.float32)[SKIN][:, None]
    assert beyond(stack, mask, face)[flap & (y > 0.05) & (x > 0.2)].all()


def test_hidden_ears_stay_hidden(sitter):
    mask = oval(sitter.warped, 200)
    labels = np.where(mask > 0.5, SKIN, HAIR)
    stack = np.eye(5, dtype=np.float32)[labels].transpose(2, 0, 1).copy()
    assert not beyond(stack, mask, sitter.warped).any()
