import numpy as np
import pytest

from engine.cel.paint import beardstrands, whiskers
from engine.cel.paint.fields import blur, distance, sampled


@pytest.fixture
def grown(sitter):
    """The signed distance of a full beard down to some v."""

    def of(low):
        seen = (np.abs(sitter.u) < 0.5) & (sitter.v > 0.32) & (sitter.v < low)
        cover = whiskers.cut(seen.astype(np.float32), sitter.warped).cover
        return distance(blur(cover, 2.0) - np.float32(0.5))

    return of


def chin(sitter):
    return float((sitter.warped.points[152] - sitter.warped.centre) @ sitter.warped.down) / sitter.warped.u


def test_whiskers_grow_aside_on_the_lip_and_down_on_the_chin(sitter):
    face = sitter.warped
    left, right, low = beardstrands.directions(face.points[[206, 426, 152]], face)
    assert left @ face.right < -0.5
    assert right @ face.right > 0.5
    assert low @ face.down > 0.95


def test_strands_lie_within_the_beard(sitter, grown):
    shape = grown(chin(sitter) + 0.26)
    lines = beardstrands.strands(shape, sitter.warped, 5)
    assert len(lines) > 10
    assert (sampled(shape, np.vstack([line[[0, -1]] for line in lines]) / 2) > -1).all()
