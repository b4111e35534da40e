import dataclasses

import numpy as np
import pytest

from engine.cel.look import Tones, colour
from engine.cel.paint import depth


def tones(lightness):
    return Tones(*(colour(lightness + step, 2, 4) for step in (0, -6, 20)))


@pytest.mark.parametrize("toward", [-1.0, 1.0])
def test_hair_lies_in_the_shadow_away_from_the_light(sitter, toward):
    round_ = depth.roundness(sitter.u, sitter.v, toward)
    crown = (sitter.v > -0.7) & (sitter.v < -0.4)
    lit, away = (round_[crown & (sitter.u * sign * toward > 0.3)] for sign in (1, -1))
    assert lit.max() == 0
    assert away.mean() > 0.15
    assert round_.max() <= 1


def test_hair_behind_the_neck_lies_in_the_shadow_on_both_sides(sitter):
    behind = (sitter.v > 0.8) & (np.abs(sitter.u) < 0.25)
    assert depth.roundness(sitter.u, sitter.v, 1.0)[behind].min() > 0.9


def test_only_fair_hair_is_darkened_by_its_roundness():
    assert depth.softly(tones(20)) == 0
    assert depth.softly(tones(75)) > 0.3


@pytest.mark.parametrize("toward", [-1.0, 1.0])
def test_dark_sides_of_tresses_are_none_towards_the_light(toward):
    away, lit = depth.shaded(np.array([-60.0, 60.0]) * toward, toward)
    assert lit == 0
    assert away > 1
    assert (depth.shaded(np.array([-60.0, 60.0]), 0.0) == 1).all()


def test_skin_shines_through_hair_beside_it_and_less_through_black_hair(sitter, wig):
    worn = wig()
    hair = worn.half_hair
    fair, black = (depth.through(worn, hair, tones(light), sitter.warped, sitter.v) for light in (70, 10))
    on, low = hair > 0.9, (hair > 0.9) & (sitter.v > 0.5)
    beside = on & (np.abs(sitter.u) < 0.2) & (sitter.v > -0.3)
    crown = on & (sitter.v < -0.6)
    assert fair[beside].max() > 0.15
    assert fair[crown].max() < 0.05
    assert not fair[low].any()
    assert black.max() < fair.max()


def test_hair_of_a_hidden_face_has_no_skin_to_shine_through(sitter, wig):
    hidden = dataclasses.replace(wig(), half_face=np.zeros((200, 200), np.float32))
    assert not depth.through(hidden, hidden.half_hair, tones(70), sitter.warped, sitter.v).any()
