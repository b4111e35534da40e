import numpy as np

from engine.cel.paint.waves import swing, waved, waves

V = np.linspace(-0.6, 1.5, 211, dtype=np.float32)


def test_hair_swings_to_and_fro_below_the_crown():
    aside = swing(V, 0.08, np.float32(0.6))
    assert not aside[V < -0.35].any()
    low = aside[V > 0.2]
    assert low.max() > 0.035
    assert low.min() < -0.035
    assert (np.diff(np.sign(low)) != 0).sum() >= 5


def test_waves_lie_outward_and_those_of_an_inner_edge_inward():
    outer, inner = (waves(V, 0.08, np.full_like(V, aside)) for aside in (0.6, 0.25))
    assert outer.min() > -1e-6
    assert outer[V > 0.2].max() > 0.07
    assert inner.max() < 1e-6
    assert inner[V > 0.2].min() < -0.07


def test_not_all_hair_swings_at_once():
    """Those were noodles: neither the edges of a lock do nor the sides of a head."""
    low = V > 0.2
    here, further, opposite = (swing(V, 0.08, np.float32(aside))[low] for aside in (0.45, 0.65, -0.45))
    assert np.corrcoef(here, further)[0, 1] < 0.6
    assert np.corrcoef(here, opposite)[0, 1] < 0.8


def test_waves_leave_no_small_holes(sitter):
    shape = np.full((200, 200), 20, np.float32)
    shape[sitter.v < -0.8] = -5
    shape[(np.abs(sitter.u - 0.6) < 0.02) & (np.abs(sitter.v - 0.3) < 0.02)] = -2
    whole = waved(shape, np.ones_like(shape), sitter.warped, 0.08, sitter.u, sitter.v)
    assert (whole[sitter.v > -0.6] > 0).all()
    assert (whole[sitter.v < -0.95] < 0).all()


def test_waved_hair_is_nowhere_narrower(sitter):
    """Nor is there a spot where waves would fold over its edge beside the face, which stays."""
    u, v, face = np.abs(sitter.u), sitter.v, sitter.warped
    for inner, outer in ((0.42, 0.7), (0.2, 0.4)):
        shape = (np.minimum(u - np.float32(inner), np.float32(outer) - u) * np.float32(face.u / 2)).astype(np.float32)
        whole = waved(shape, (u > inner + 0.06).astype(np.float32), face, 0.08, sitter.u, v)
        assert (whole >= shape).all()
        assert (whole > shape + 2)[v > 0.2].any()
