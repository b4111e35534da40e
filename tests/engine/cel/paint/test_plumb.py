from dataclasses import replace

import numpy as np
import pytest

from engine.cel.paint.plumb import plumb

CHIN = 152


@pytest.mark.parametrize("tilt", [-20, 0, 20])
def test_below_the_chin_it_runs_down_the_picture(sitter, tilt):
    turn = np.radians(tilt)
    face = replace(
        sitter.warped,
        right=np.array([np.cos(turn), np.sin(turn)]),
        down=np.array([-np.sin(turn), np.cos(turn)]),
    )
    chin = float((face.points[CHIN] - face.centre) @ face.down) / face.u
    high, low = (np.linspace(chin + first, chin + last, 9) for first, last in ((-0.9, -0.5), (0.6, 1.0)))
    assert np.abs(plumb(high, face)).max() < 0.02
    across = plumb(low, face)
    places = np.outer(across, face.right) + np.outer(low, face.down)
    assert np.ptp(places[:, 0]) < 0.015
    assert np.sign(across[-1]) == np.sign(tilt)
