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
