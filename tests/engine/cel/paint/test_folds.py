import dataclasses

import numpy as np
import pytest

from engine.cel.geometry import area
from engine.cel.paint.folds import folds, sleeves


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


CREW, SLEEVELESS = np.float32([0.3, 0.35, 1, 0.1, 9]), np.float32([0.3, 0.35, 1, 0.1, 0.6])


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_creases_run_out_from_the_neckline_and_taper(sitter, side):
    face = sitter.warped
    hung = folds(face, side, 3, CREW)[len(folds(face, side, 3)) :]
    assert len(hung) == 3
    away = []
    for crease in hung:
        at = (crease - face.points[152]) / face.u - (0.1, 0)
        line, back = at[: len(at) // 2], at[len(at) // 2 :][::-1]
        assert np.hypot(line[0, 0] / 0.395, line[0, 1] / 0.345) == pytest.approx(1, abs=0.02)
        assert abs(line[-1, 0]) > abs(line[0, 0]) + 0.1
        assert line[-1, 1] > line[0, 1] + 0.1
        broad = np.linalg.norm(back - line, axis=1)
        assert broad[0] > 0.04
        assert broad[-1] < 0.002
        away.append(line[-1, 0] * side < 0)
    assert sum(away) == 2


def test_what_has_no_sleeves_hangs_from_straps(sitter):
    assert len(folds(sitter.warped, 1.0, 3, SLEEVELESS)) == len(folds(sitter.warped, 1.0, 3))


def test_sleeves_are_set_in_on_the_shoulders(sitter):
    face = sitter.warped
    across = np.abs((np.arange(400) + 0.5 - face.points[152][0]) / face.u - 0.1)

    def asides(reach):
        person = np.broadcast_to(np.where(across < reach, 1.0, -1.0), (400, 400)).astype(np.float32)
        seams = sleeves(face, person, CREW)
        return [float(((seam - face.points[152]) / face.u - (0.1, 0))[:, 0].mean()) for seam in seams]

    left, right = asides(0.95)
    assert left == pytest.approx(-right, abs=0.01)
    assert 0.70 < right < 0.80
    assert asides(0.5)[1] < right < asides(2.0)[1] < 0.92
