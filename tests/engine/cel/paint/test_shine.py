import numpy as np

from engine.cel.paint.shine import shine


def seeded(seed=1):
    return np.random.Generator(np.random.PCG64(seed))


def test_the_band_of_light_lies_across_the_crown(sitter, worn):
    pieces = shine(worn.half_hair, sitter.warped, seeded())
    assert len(pieces) == 2
    at = (np.vstack(pieces) - sitter.warped.centre) / sitter.warped.u
    across, down = at @ sitter.warped.right, at @ sitter.warped.down
    assert np.ptp(across) > 0.4
    assert down.max() < -0.2


def test_it_is_its_seed(sitter, worn):
    one, again, other = (np.vstack(shine(worn.half_hair, sitter.warped, seeded(n))) for n in (1, 1, 2))
    assert (one == again).all()
    assert one.shape != other.shape or (one != other).any()


def test_cropped_hair_has_none(sitter, worn):
    thin = worn.half_hair * (np.abs(sitter.v + 0.7) < 0.04)
    assert shine(thin.astype(np.float32), sitter.warped, seeded()) == []
