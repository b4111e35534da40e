import dataclasses

import numpy as np
import pytest

from engine.cel.geometry import area
from engine.cel.paint.folds import COLLAR, folds, sleeves


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
VEE = np.float32([0.6, 0.4, 0, 0.1, 9])
EVERYWHERE = np.full((400, 400), 99, np.float32)


def places(shape, face):
    """Places in face widths beside the neckline's middle and below the chin."""
    return (shape - face.points[152]) / face.u - (0.1, 0)


def halves(crease):
    """Its upper edge, and its lower one."""
    return crease[: len(crease) // 2], crease[len(crease) // 2 :][::-1]


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_creases_run_out_from_the_neckline_and_taper(sitter, side):
    face = sitter.warped
    hung = folds(face, side, 3, EVERYWHERE, CREW)
    assert len(hung) == 3
    away = []
    for crease in hung:
        line, back = halves(places(crease, face))
        assert abs(line[-1, 0]) > abs(line[0, 0]) + 0.1
        assert line[-1, 1] > line[0, 1] + 0.1
        broad = np.linalg.norm(back - line, axis=1)
        assert 0.04 < broad[0] < 0.08
        assert broad[-1] < 0.002
        away.append(line[-1, 0] * side < 0)
    assert sum(away) == 2


@pytest.mark.parametrize("cut", [CREW, VEE])
def test_creases_begin_at_the_edge_of_the_collar_in_their_full_breadth(sitter, cut):
    """Within it they would be stains."""
    collar = COLLAR
    depth, width, roundness = cut[:3] + np.float32([collar, collar, 0])
    for crease in folds(sitter.warped, 1.0, 3, EVERYWHERE, cut):
        across, down = np.abs(places(crease, sitter.warped).T)
        at = np.hypot(across / width, down / depth) if roundness else across / width + down / depth
        assert at[[0, -1]] == pytest.approx(1, abs=0.03)
        assert at.min() > 0.96


def test_creases_end_before_the_seams_of_sleeves(sitter):
    face = sitter.warped
    seam = np.stack([np.full(16, 0.62 + 0.1), np.linspace(-0.2, 1.2, 16)], 1)
    seams = {1: seam * face.u + face.points[152]}
    ends = []
    for given in ({}, seams):
        creases = [places(crease, face)[:, 0] for crease in folds(face, -1.0, 3, EVERYWHERE, CREW, given)]
        ends.append(max(across.max() for across in creases if 0 < across[0] < 0.5))
    assert ends[0] > 0.63
    assert ends[1] < 0.60


def test_creases_keep_off_the_outline_and_the_shade_along_it(sitter):
    face = sitter.warped
    x, y = places(np.moveaxis(np.mgrid[0:400, 0:400][::-1], 0, -1), face).transpose(2, 0, 1)
    shoulders = ((y - 0.02 - 0.3 * np.abs(x)) * face.u).astype(np.float32)
    hung = folds(face, -1.0, 3, shoulders, CREW)
    assert hung
    lines = np.vstack([halves(places(crease, face))[0] for crease in hung])
    assert (lines[:, 1] > 0.02 + 0.3 * np.abs(lines[:, 0]) + 0.03).all()
    none = np.full_like(shoulders, -1)
    assert not folds(face, -1.0, 3, none, CREW)


def test_creases_from_armpits_begin_at_the_seam_and_meet_no_other(sitter):
    face = aloft(sitter)
    seams = sleeves(face, np.ones((200, 200), np.float32), CREW, 3)
    narrow, deep = np.float32([0.14, 0.28, 1, 0.1, 9]), np.float32([0.85, 0.5, 1, 0.1, 9])
    gathered = folds(face, 1.0, 3, EVERYWHERE, narrow, seams)[3:]
    assert gathered
    for crease in gathered:
        seam = seams[1 if crease[0, 0] > face.points[152][0] else -1]
        assert np.hypot(*(seam - crease[0]).T).min() < 1
        assert (np.abs(places(crease, face)[1:-1, 0]) < np.abs(places(crease, face)[0, 0])).any()
    assert len(folds(face, 1.0, 3, EVERYWHERE, deep, seams)) < 3 + len(gathered)


def test_what_has_no_sleeves_hangs_from_straps(sitter):
    assert len(folds(sitter.warped, 1.0, 3, EVERYWHERE, SLEEVELESS)) == len(folds(sitter.warped, 1.0, 3))


def reaching(face, far, hidden=0.0):
    """Clothes that reach so far aside of the neckline's middle, of which hair hides what lies within `hidden`."""
    across = np.abs((np.arange(200) * 2 + 1 - face.points[152][0]) / face.u - 0.1)
    return np.broadcast_to((across < far) & (across > hidden), (200, 200)).astype(np.float32)


def test_sleeves_are_set_in_on_the_shoulders_and_narrow_ones_show_no_seam(sitter):
    face = aloft(sitter)

    def aside(far, seed=3):
        seams = sleeves(face, reaching(face, far), CREW, seed)
        return {way: float(np.abs(places(seam, face)[:, 0]).mean()) for way, seam in seams.items()}

    near, far = aside(1.0), aside(1.3)
    assert set(near) == set(far) == {-1, 1}
    assert 0.7 < near[1] < 0.9 < far[1] + 0.03 < 1.05
    assert near[-1] == pytest.approx(near[1], abs=0.07)
    assert not aside(0.75)
    assert aside(1.0) != aside(1.0, seed=4)


def test_seams_of_sleeves_bend_in_as_armholes_do(sitter):
    face = aloft(sitter)
    for way, seam in sleeves(face, reaching(face, 1.2), CREW, 3).items():
        x, y = (places(seam, face) * (way, 1)).T
        middle = np.interp(0.6, y, x)
        assert middle < min(np.interp(0.0, y, x), np.interp(1.2, y, x)) - 0.03


def test_no_seam_is_seen_by_hair(sitter):
    """It would be a stray tick."""
    face = aloft(sitter)
    assert not sleeves(face, reaching(face, 1.2, hidden=0.93), CREW, 3)
