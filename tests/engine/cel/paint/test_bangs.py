import numpy as np
import pytest

from engine.cel.paint.bangs import arched
from engine.cel.paint.fields import outlined
from engine.cel.paint.hairline import hairline


@pytest.fixture
def nibbled(sitter, wig):
    """Hair whose fringe has a ragged lower edge."""
    worn = wig(-0.3)
    notches = (np.sin(sitter.u * 60) > 0.3) & (sitter.v > -0.36) & (np.abs(sitter.u) < 0.3)
    return outlined(worn.half_hair * ~notches - np.float32(0.5), 0, 0.5)


def ragged(shape, flow, face):
    """How much the hairline in front turns up and down."""
    line = hairline(shape, flow, face)
    front = np.abs(line.angles) < 36
    return float(np.abs(np.diff(line.far[front], 2)).sum()) / face.u


def test_a_fringe_ends_in_an_even_arch(sitter, worn, combed, nibbled):
    flow, face = combed(worn), sitter.warped
    out = arched(nibbled, flow, face, 1.0)
    assert ragged(out, flow, face) < 0.5 * ragged(nibbled, flow, face)
    apart = np.abs(hairline(out, flow, face).far - hairline(nibbled, flow, face).far)
    assert apart.max() < 0.1 * face.u


def test_nothing_else_of_the_hair_is_changed(sitter, worn, combed, nibbled):
    out = arched(nibbled, combed(worn), sitter.warped, 1.0)
    beside = (np.abs(sitter.u) > 0.6) | (sitter.v < -0.6) | (sitter.v > 0.1)
    assert (out[beside] == nibbled[beside]).all()
    assert (arched(nibbled, combed(worn), sitter.warped, 0.0) == nibbled).all()


def test_a_neat_one_leaves_room_for_its_locks(sitter, wig, combed):
    worn, face = wig(-0.22), sitter.warped
    low = outlined(worn.half_hair - np.float32(0.5), 0, 0.5)
    flow = combed(worn)
    plain, neat = (hairline(arched(low, flow, face, 1.0, neat), flow, face) for neat in (False, True))
    front = np.abs(neat.angles) < 50
    assert plain.far[front].min() < 0.3 * face.u
    assert neat.far[front].min() > 0.34 * face.u


def test_that_of_a_neat_one_goes_on_beside_the_face(sitter, worn, combed):
    flow, face = combed(worn), sitter.warped
    whole = outlined(worn.half_hair - np.float32(0.5), 0, 0.5)
    middle = hairline(whole, flow, face).middle / 2 - 0.5
    y, x = np.mgrid[:200, :200] - middle[::-1, None, None]
    beside = np.abs(
        np.degrees(np.arctan2(*np.moveaxis(np.dstack([x, y]) @ np.stack([face.right, -face.down], 1), 2, 0)))
    )
    there = (beside > 68) & (beside < 82)
    plain, neat = ((arched(whole, flow, face, 1.0, neat) != whole)[there] for neat in (False, True))
    assert not plain.any()
    assert neat.any()
