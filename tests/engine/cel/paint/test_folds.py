import dataclasses

import numpy as np
import pytest

from engine.cel.geometry import area
from engine.cel.paint.folds import folds


def aloft(sitter):
    """The sitter's face so high in the picture that there is a chest below it."""
    chin = sitter.warped.points[152]
    return dataclasses.replace(sitter.warped, points=sitter.warped.points + np.array([200, 200]) - chin)


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_most_folds_lie_away_from_the_light(sitter, side):
    shadows = folds(aloft(sitter), side, 3)
    assert len(shadows) == 3
    across = [float(((shadow - aloft(sitter).points[152]) @ sitter.warped.right).mean()) for shadow in shadows]
    lit = sum(area(shadow) for shadow, x in zip(shadows, across, strict=True) if x * side > 0)
    assert 0 < lit < 0.5 * sum(area(shadow) for shadow in shadows)


def test_folds_run_in_from_the_armpits(sitter):
    """Those that hang from nothing, beside each other, are blades."""
    face = aloft(sitter)
    for shadow in folds(face, 1.0, 5):
        aside, down = np.abs((shadow - face.points[152]) @ face.right), (shadow - face.points[152]) @ face.down
        assert down.min() > 0.4 * face.u
        assert np.ptp(aside) > 0.15 * face.u
        assert down[np.argmax(aside)] > down[np.argmin(aside)] + 0.1 * face.u


def test_folds_that_are_mostly_out_of_the_picture_are_none(sitter):
    """A tip over its border would be a sliver."""
    face = aloft(sitter)
    low = max(shadow[:, 1].max() for shadow in folds(face, 1.0, 5))
    lower = dataclasses.replace(face, points=face.points + np.array([0, 400 - low + 0.1 * face.u]))
    assert 0 < len(folds(lower, 1.0, 5)) < 3
    assert not folds(dataclasses.replace(face, points=face.points + np.array([0.0, 300.0])), 1.0, 5)


def test_the_seed_decides(sitter):
    one, same, other = (np.vstack(folds(aloft(sitter), 1.0, seed)) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.allclose(one, other)
