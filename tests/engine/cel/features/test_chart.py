import cv2
import numpy as np
import pytest

from engine.cel.features.chart import HEIGHT, UNIT, WIDTH, Chart, beside
from engine.cel.look import lab


def test_points_go_there_and_back(face, paint):
    chart = Chart.of(paint(), face)
    assert np.allclose(chart.back(chart.to(face.points)), face.points)


def test_the_face_stands_upright_at_one_size(face, paint):
    chart = Chart.of(paint(), face)
    assert chart.lab.shape == (HEIGHT, WIDTH, 3)
    across = chart.mesh[454] - chart.mesh[234]
    along = (face.points[454] - face.points[234]) @ face.right / face.u
    assert across[0] == pytest.approx(along * UNIT)
    eyes = chart.mesh[[33, 133, 362, 263]]
    assert abs(eyes[:2, 1].mean() - eyes[2:, 1].mean()) < 0.02 * UNIT


def test_skin_is_read_from_the_lit_side(face, paint):
    photo = paint()
    assert np.abs(Chart.of(photo, face).skin - lab(226, 182, 158)).max() < 2
    photo[:, :200] = photo[:, :200] // 3
    half_lit = Chart.of(photo, face).skin
    assert half_lit[0] > 0.7 * lab(226, 182, 158)[0]


def test_grey_is_told_from_colour(face, paint):
    photo = paint()
    assert not Chart.of(photo, face).grey
    grey = cv2.cvtColor(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    assert Chart.of(grey, face).grey


def test_beside_stops_at_the_ends():
    before, after = beside(np.arange(5, dtype=np.float32)[None], 2)
    assert before.tolist() == [[0, 0, 0, 1, 2]]
    assert after.tolist() == [[2, 3, 4, 4, 4]]
