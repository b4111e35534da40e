import numpy as np
import pytest

from engine.cel.paint.breadths import FROM, STEP
from engine.cel.paint.scallops import Notch, hook, notches

V = FROM + STEP * np.arange(50)
BROAD = np.full(50, 0.5)


@pytest.mark.parametrize("way", [-1.0, 1.0])
def test_notches_are_where_an_edge_draws_back_into_the_hair(way):
    edge = 0.6 + way * 0.04 * np.cos((V - 0.35) * 2 * np.pi / 0.42)
    found = [notch.v for notch in notches(edge, BROAD, 0.5, way)]
    assert np.allclose(found, [0.14, 0.56, 0.98], atol=0.02)


def test_a_plain_edge_a_shallow_dent_and_a_narrow_tress_have_none():
    edge = 0.6 + 0.04 * np.cos((V - 0.35) * 2 * np.pi / 0.42)
    assert not list(notches(0 * V + 0.6, BROAD, 0.5, 1.0))
    assert not list(notches(0.6 + 0.1 * (edge - 0.6), BROAD, 0.5, 1.0))
    assert not list(notches(edge, BROAD, 0.05, 1.0))


@pytest.mark.parametrize("way", [-1.0, 1.0])
@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_a_line_comes_from_beyond_the_outline_and_hangs_in_the_hair(sitter, way, sign):
    face = sitter.warped
    line, shade = hook(Notch(0.6, 0.5, way, 1.0), sign, 0.08, face)
    aside, v = ((line - face.centre) @ np.stack([face.right, face.down], 1) / face.u).T
    off = (sign * aside - 0.6) * way
    assert off[0] > 0.02
    assert off[-1] < -0.04
    assert (np.diff(v) > 0).all()
    assert v[0] < 0.5 < v[-1]
    middle = shade.mean(0) - line.mean(0)
    assert float(middle @ face.right) * sign * way > 0  # below the line, towards the outline


def test_lines_of_flat_waves_and_of_narrow_tresses_are_short(sitter):
    def long(size: float, broad: float) -> float:
        return float(np.ptp(hook(Notch(0.6, 0.5, 1.0, size), 1.0, broad, sitter.warped)[0] @ sitter.warped.down))

    assert long(1.0, 0.04) < 0.8 * long(1.0, 0.08)
    assert long(0.5, 0.08) < 0.6 * long(1.0, 0.08)
