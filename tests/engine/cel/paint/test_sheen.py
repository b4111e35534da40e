import cv2
import numpy as np
import pytest

from engine.cel.paint.sheen import Sheen, sheen


@pytest.fixture(scope="module")
def lit(sitter, worn, combed):
    def of(seed: int = 3, cropped: bool = False) -> Sheen:
        return sheen(worn, combed(worn), sitter.warped, sitter.u, sitter.v, seed, cropped)

    return of


def test_a_ring_of_light_lies_round_the_crown(sitter, worn, lit):
    ring = (lit().ring > 0) & (worn.half_hair > 0.5)
    assert 0.02 < ring.sum() / (worn.half_hair > 0.5).sum() < 0.2
    assert sitter.v[ring].max() < 0.0
    assert np.abs(sitter.u[ring]).max() < 0.65
    assert sitter.v[ring & (np.abs(sitter.u) < 0.1)].mean() < sitter.v[ring & (np.abs(sitter.u) > 0.3)].mean()


def test_that_on_cropped_hair_is_even_and_lies_higher(sitter, lit):
    even = lit(cropped=True).ring > 0
    contours, _ = cv2.findContours(even.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    assert len(contours) == 1
    rings = (np.abs(sitter.u) < 0.1) & np.array([lit().ring > 0, even])
    assert sitter.v[rings[1]].mean() < sitter.v[rings[0]].mean() - 0.03


def test_strands_run_along_the_flow(worn, combed, lit):
    flow, streaks = combed(worn), lit().streaks
    dx, dy = (cv2.Sobel(streaks, cv2.CV_32F, *way) for way in ((1, 0), (0, 1)))
    inner = cv2.erode((worn.half_hair > 0.9).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    along, across = np.abs(dx * flow.x + dy * flow.y)[inner], np.abs(dy * flow.x - dx * flow.y)[inner]
    assert np.median(across) > 3 * np.median(along)
    assert abs(float(streaks.std()) - 1) < 1e-3


def test_the_edge_of_the_ring_runs_out_along_them(lit):
    contours, _ = cv2.findContours((lit().ring > 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(contours, key=len)
    assert cv2.arcLength(outline, True) > 1.1 * cv2.arcLength(cv2.convexHull(outline), True)


def test_the_seed_decides(lit):
    one, same, other = (lit(seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.ring, same.ring)
    assert not np.array_equal(one.ring, other.ring)
