import dataclasses

import numpy as np
import pytest

from engine.cel.paint.ears import beyond, evened, grown
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


@pytest.fixture
def sides(sitter):
    """The breadth of skin beside the roots of both ears, in face widths, once they are grown on a head.

    Before, `skin` is beside the face that far, and hair from `above` that up to `below`, counted from the root.
    """
    roots = sitter.warped.points[[234, 454]]
    at = np.arange(200) * 2 + 1
    x, y = np.meshgrid(at, at)
    middle = roots[:, 0].mean()

    def of(short, yaw=0.0, skin=0.0, hair=(-0.5, -0.2), bare=None, curled=False, hidden=None):
        face = dataclasses.replace(sitter.warped, yaw=yaw)
        mask = oval(face, 200)
        root = np.where(x < middle, *roots[:, 0]), np.where(x < middle, *roots[:, 1])
        aside, down = np.abs(x - middle) - np.abs(root[0] - middle), (y - root[1]) / face.u
        aside = aside / face.u
        labels = np.full((200, 200), BACKGROUND)
        labels[(mask > 0.5) | ((aside < skin) & (np.abs(down) < 0.15))] = SKIN
        labels[(mask < 0.5) & (aside < 0.2) & (down > hair[0]) & (down < hair[1])] = HAIR
        stack = np.eye(5, dtype=np.float32)[labels].transpose(2, 0, 1).copy()
        out = grown(stack, mask, face, short if bare is None else bare, short, curled, hidden)
        assert np.array_equal(out.sum(0), np.ones((200, 200)))
        level = np.abs(down) < 0.02
        halves = (x < middle, x > middle)
        reach = [float(np.max(aside[half & level & (out[SKIN] == 1)])) for half in halves]
        return reach, out, aside, down

    return of


def test_short_hair_leaves_both_ears_bare_whether_they_are_seen_or_not(sides):
    (left, right), *_ = sides(short=True)
    assert 0.08 < left < 0.15
    assert 0.08 < right < 0.15


@pytest.mark.parametrize("seen", [0.0, 0.08])
def test_other_hair_does_where_none_of_it_covers_them(sides, seen):
    """Whether an ear is seen there or not: a cheek that is bare up to the background would be a slab."""
    assert min(sides(short=False, skin=seen)[0]) > 0.095


def test_ears_that_long_hair_lies_over_stay_hidden(sides):
    covered, *_ = sides(short=False, hair=(-0.5, 0.2))
    assert max(covered) < 0.02


def test_ears_are_hidden_where_hair_is_yet_to_be_drawn(sides):
    assert min(sides(False, bare=False)[0]) > 0.05
    assert max(sides(False, bare=False, hidden=np.ones((200, 200), bool))[0]) < 0.05


def test_hair_lies_over_the_upper_part_of_an_ear_and_short_hair_not_behind_its_lower_one(sides):
    _, out, aside, down = sides(short=True, hair=(-0.5, 0.02))
    assert out[HAIR][(aside > 0.02) & (aside < 0.08) & (down > -0.18) & (down < -0.15)].mean() > 0.8
    assert not out[HAIR][(aside > 0.02) & (down > -0.05)].any()


@pytest.mark.parametrize("below", [-0.3, 0.02])
def test_short_hair_rounds_in_to_the_ear_wherever_it_was_seen_to_end(sides, below):
    """It would stand out over it in a lobe, or leave a bite between them."""
    _, out, aside, down = sides(short=True, hair=(-0.55, below))
    reach = [aside[(out[HAIR] == 1) & (np.abs(down - level) < 0.015)].max() for level in (-0.45, -0.35, -0.28, -0.22)]
    assert (np.diff(reach) < 0).all()
    assert reach[0] > 0.17
    assert reach[-1] < 0.16


def test_curls_do_not(sides):
    _, out, aside, down = sides(short=True, hair=(-0.55, 0.02), curled=True)
    assert out[HAIR][(aside > 0.15) & (aside < 0.19) & (down > -0.3) & (down < -0.1)].all()


def test_hair_that_is_tied_leaves_both_ears_bare_and_may_hang_behind_them(sides):
    (left, right), out, aside, down = sides(short=False, bare=True, hair=(-0.5, 0.28))
    assert 0.08 < min(left, right) < 0.15
    assert out[HAIR][(aside > 0.15) & (aside < 0.19) & (down > 0) & (down < 0.25)].all()


@pytest.mark.parametrize("side", [0, 1])
def test_of_a_turned_head_less_and_less_of_the_far_ear_is_seen(sides, side):
    far = [sides(short=True, yaw=yaw * (2 * side - 1))[0][side] for yaw in (0.0, 0.06, 0.1, 0.13)]
    assert far[0] > far[1] + 0.02 > far[2] + 0.03
    assert far[3] < 0.02
    near = sides(short=True, yaw=0.13 * (2 * side - 1))[0][1 - side]
    assert near == pytest.approx(far[0], abs=0.02)


def test_the_near_ear_of_a_head_turned_far_is_no_part_of_its_outline(sides):
    assert max(sides(short=True, yaw=0.3)[0]) < 0.02


@pytest.mark.parametrize("side", [-1, 1])
def test_there_are_no_slits_between_what_covers_an_ear_but_between_tips_on_the_cheek(sitter, side):
    x, y = np.meshgrid(*(np.arange(400, dtype=np.float32) + 0.5,) * 2)
    root, unit = sitter.warped.points[454 if side > 0 else 234], sitter.warped.u
    across = ((x - root[0]) * sitter.warped.right[0] + (y - root[1]) * sitter.warped.right[1]) * side / unit
    near = np.hypot(x - root[0], y - root[1]) < 0.14 * unit

    def slit(at):
        shape = np.where(np.abs(across - at) < 0.01, -1, 6).astype(np.float32)
        return (evened(shape, sitter.warped) < 0)[near].any()

    assert not slit(0.05)
    assert slit(-0.08)
