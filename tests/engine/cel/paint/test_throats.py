import dataclasses

import numpy as np
import pytest

from engine.cel.paint import throats

PAGE = 77.0


@pytest.fixture
def drawn(sitter):
    """Where lines are drawn on a neck that is bare down to some v."""

    def of(low=2.0, yaw=0.0):
        face = sitter.layers.half_face > 0.5
        chin = float((sitter.warped.points[152] - sitter.warped.centre) @ sitter.warped.down) / sitter.warped.u
        body = (face | ((np.abs(sitter.u) < 0.8) & (sitter.v > chin - 0.1))) & (sitter.v < chin + low)
        bust = dataclasses.replace(
            sitter.layers, half_skin=body.astype(np.float32), body=np.full((400, 400), 9, np.float32)
        )
        page = np.full((400, 400, 3), PAGE, np.float32)
        throats.paint(page, bust, dataclasses.replace(sitter.warped, yaw=yaw), sitter.look(), 2.0)
        return (np.abs(page - PAGE) > 3).any(-1)

    return of


def test_two_muscles_converge_below_the_chin(sitter, drawn):
    y, x = np.nonzero(drawn())
    chin = sitter.warped.points[152]
    left, right = x < chin[0], x > chin[0]
    assert left.any()
    assert right.any()
    assert y.min() > chin[1] - 0.02 * sitter.warped.u
    gap = [
        x[right & near].min() - x[left & near].max() for near in (y < np.percentile(y, 20), y > np.percentile(y, 80))
    ]
    assert gap[1] < 0.6 * gap[0]


def test_a_collar_leaves_no_scratches_of_them(drawn):
    assert not drawn(low=0.1).any()


def test_a_neck_seen_from_its_side_has_none(drawn):
    assert not drawn(yaw=0.2).any()
