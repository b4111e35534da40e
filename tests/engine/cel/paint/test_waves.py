import numpy as np

from engine.cel.paint.waves import swing, waves

V = np.linspace(-0.6, 1.5, 211, dtype=np.float32)


def test_hair_swings_to_and_fro_below_the_crown():
    aside = swing(V, 0.08)
    assert not aside[V < -0.35].any()
    low = aside[V > 0.2]
    assert low.max() > 0.035
    assert low.min() < -0.035
    assert (np.diff(np.sign(low)) != 0).sum() >= 5


def test_waves_lie_outward():
    assert waves(V, 0.08).min() > -1e-6
    assert waves(V, 0.08)[V > 0.2].max() > 0.07
