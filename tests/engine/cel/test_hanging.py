import dataclasses

import numpy as np
import pytest

from engine.cel.frame import upright
from engine.cel.hanging import Hanging, hanging
from engine.cel.parse import Label, Regions


@pytest.fixture
def seen(sitter):
    """What is told of a head whose hair hangs within some u and v, and that wears clothes on the shoulders from a v."""

    def of(left=0.0, right=0.0, shoulders=2.0, yaw=0.0, high=0.3):
        u, v = upright(200)
        hair = (u / 0.6) ** 2 + ((v + 0.2) / 0.7) ** 2 < 1
        hair &= v < 0.2
        for side, broad in ((-1, left), (1, right)):
            hair |= (np.abs(u * side - 0.6) < broad / 2) & (v > high) & (v < 1.0)
        labels = np.zeros((*hair.shape, len(Label)), np.float32)
        labels[..., Label.HAIR] = hair
        labels[..., Label.CLOTHES] = ~hair & (v > shoulders) & (np.abs(u) < 1.2)
        labels[..., Label.BACKGROUND] = 1 - labels.sum(-1)
        return hanging(Regions(labels, dataclasses.replace(sitter.face.frame, yaw=yaw)))

    return of


def test_a_tail_is_told_where_most_of_the_hair_hangs(seen):
    assert seen(left=0.3, right=0.1).side == -1
    assert seen(left=0.1, right=0.3).side == 1
    assert seen(right=0.3).likely


def test_a_strand_is_no_tail(seen):
    assert seen(right=0.08) == Hanging(0.0, False)
    assert not seen(right=0.08).likely
    assert not seen().likely


def test_behind_a_turned_head_there_is_one_side(seen):
    """What is taken for hair before its face is none."""
    assert seen(left=0.4, yaw=-0.4).side == 0
    assert seen(left=0.4, yaw=0.4).side == -1
    assert seen(left=0.4, yaw=-0.2).side == -1


def test_on_the_shoulders_it_may_be_taken_for_clothes(seen):
    assert seen(shoulders=0.8) == Hanging(0.0, True)
    assert seen(shoulders=0.8).likely
    assert seen(shoulders=1.05) == Hanging(0.0, False)


@pytest.mark.parametrize(("yaw", "side"), [(0.35, -1), (-0.35, 0), (0.2, 0)])
def test_behind_a_turned_head_a_strand_on_the_shoulder_is_a_tail(seen, yaw, side):
    assert seen(left=0.06, high=0.7, yaw=yaw).side == side


def test_the_hair_of_the_nape_is_none(sitter, seen):
    u, v = upright(200)
    labels = np.zeros((*u.shape, len(Label)), np.float32)
    labels[..., Label.HAIR] = ((u / 0.6) ** 2 + ((v + 0.2) / 0.7) ** 2 < 1) | ((np.abs(u + 0.4) < 0.04) & (v < 0.7))
    labels[..., Label.BACKGROUND] = 1 - labels.sum(-1)
    assert hanging(Regions(labels, dataclasses.replace(sitter.face.frame, yaw=0.35))).side == 0
