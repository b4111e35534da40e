import cv2
import numpy as np

from engine.cel.paint.sheen import sheen


def test_a_ring_of_light_lies_round_the_crown(sitter, worn):
    ring = sheen(worn, sitter.warped, -1.0, sitter.u, sitter.v, 3).ring > 0
    lit = ring & (worn.half_hair > 0.5)
    assert 0.02 < lit.sum() / (worn.half_hair > 0.5).sum() < 0.2
    assert sitter.v[lit].max() < 0.0
    assert np.abs(sitter.u[lit]).max() < 0.65
    assert sitter.v[lit & (np.abs(sitter.u) < 0.1)].mean() < sitter.v[lit & (np.abs(sitter.u) > 0.3)].mean()


def test_its_edges_are_teeth(sitter, worn):
    ring = (sheen(worn, sitter.warped, -1.0, sitter.u, sitter.v, 3).ring > 0).astype(np.uint8)
    contours, _ = cv2.findContours(ring, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(contours, key=len)
    hull = cv2.convexHull(outline)
    assert cv2.arcLength(outline, True) > 1.15 * cv2.arcLength(hull, True)


def test_the_side_away_from_the_light_is_dark(sitter, worn):
    from_left, from_right = (sheen(worn, sitter.warped, side, sitter.u, sitter.v, 3).form for side in (-1.0, 1.0))
    left = (worn.half_hair > 0.9) & (sitter.u < -0.5) & (sitter.v < 0.2)
    right = (worn.half_hair > 0.9) & (sitter.u > 0.5) & (sitter.v < 0.2)
    assert np.median(from_left[left]) > np.median(from_left[right]) + 0.1
    assert np.median(from_right[right]) > np.median(from_right[left]) + 0.1


def test_what_hangs_behind_the_face_is_dark(sitter, worn):
    form = sheen(worn, sitter.warped, -1.0, sitter.u, sitter.v, 3).form
    low = (sitter.v > 0.5) & (sitter.v < 0.8)
    behind, beside = low & (np.abs(sitter.u) < 0.3), low & (sitter.u < -0.7)
    assert np.median(form[behind]) < np.median(form[beside]) - 0.1


def test_the_seed_decides(sitter, worn):
    one, same, other = (sheen(worn, sitter.warped, -1.0, sitter.u, sitter.v, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.ring, same.ring)
    assert np.array_equal(one.form, same.form)
    assert not np.array_equal(one.ring, other.ring)
