import cv2
import numpy as np
import pytest

from engine.cel.paint import prints

WHITE, RED, NAVY = np.float32([90, 0, 2]), np.float32([45, 55, 30]), np.float32([22, 4, -16])
UNIT = 70.0
Y, X = (np.mgrid[0:120, 0:160].astype(np.float32) - [[[-10.0]], [[80.0]]]) / np.float32(UNIT)
ALL = np.ones((120, 160), bool)


def read(photo, collared=False):
    return prints.read(np.ascontiguousarray(photo, np.float32), ALL, X, Y, UNIT, collared)


def mixed(share):
    """Red upon white by a share of each pixel."""
    return WHITE + (RED - WHITE) * np.asarray(share, np.float32)[..., None]


@pytest.fixture
def speckled():
    """Cloth with a fine print."""
    noise = np.random.default_rng(1).normal(0, 1, ALL.shape)
    return mixed(cv2.GaussianBlur(noise, (0, 0), 1.2) > 0)


def checked():
    return mixed(((X / 0.06).astype(int) + (Y / 0.06).astype(int)) % 2)


def lines():
    return mixed((Y / 0.05).astype(int) % 2)


def test_plain_cloth_with_folds_and_a_seam_has_no_pattern():
    folds = WHITE + 12 * np.sin(6 * X + 2 * Y)[..., None] * np.float32([1, 0, 0])
    folds[:, 78:81] = NAVY
    assert not read(folds)
    assert not read(folds + np.random.default_rng(2).normal(0, 3, folds.shape))


def test_broad_areas_are_no_pattern(speckled):
    halves = np.where((X > 0.1)[..., None], NAVY, WHITE)
    assert not read(halves + 0.45 * (speckled - speckled.mean((0, 1))))


def test_too_little_to_tell_has_none(speckled):
    assert not prints.read(speckled.astype(np.float32), (X > 0) & (X < 0.1) & (Y < 0.5), X, Y, UNIT, False)


def test_a_print_is_small_motifs_in_its_colours(speckled):
    (ground, everywhere), *motifs = read(speckled)
    assert (everywhere > 0).all()
    assert motifs
    for tone, shape in motifs:
        assert np.linalg.norm(tone - ground) > 20
        count, _, boxes, _ = cv2.connectedComponentsWithStats((shape > 0).astype(np.uint8))
        assert count > 10
        assert boxes[1:, cv2.CC_STAT_AREA].max() < (0.12 * UNIT) ** 2


def test_a_shirt_with_a_collar_is_checked(speckled):
    _, (middle, bands), (dark, crossings) = read(speckled, collared=True)
    assert ((crossings > 0) <= (bands > 0)).all()
    assert 0.1 < (crossings > 0).mean() < (bands > 0).mean() < 0.9
    assert np.linalg.norm(middle - dark) > 10


def test_stripes_run_round_the_body():
    _, (tone, shape) = read(lines())
    assert np.linalg.norm(tone - RED) < 25 or np.linalg.norm(tone - WHITE) < 25
    middle = shape[:, 80] > 0
    assert 4 < np.abs(np.diff(middle.astype(int))).sum() < 40
    across = shape[60, 60:100] > 0
    assert np.abs(np.diff(across.astype(int))).sum() <= 2


def test_checked_cloth_is_told_by_its_detail():
    assert read(checked(), collared=True)


def test_the_same_cloth_has_the_same_pattern(speckled):
    for (tone, shape), (other, again) in zip(read(speckled), read(speckled), strict=True):
        assert np.array_equal(tone, other)
        assert np.array_equal(shape, again)
