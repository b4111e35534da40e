from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.cel.features import glasses
from engine.cel.features.chart import Chart
from engine.cel.geometry import oval
from engine.cel.traits import Traits


def test_a_bare_face_wears_none(face, paint):
    assert glasses.read(Chart.of(paint(), face), face) is None


@pytest.mark.parametrize("colour", [(25, 20, 22), (110, 30, 35), (120, 90, 50)], ids=["black", "red", "gold"])
@pytest.mark.parametrize("thick", [3, 6])
def test_rims_are_found_in_their_place_and_colour(face, paint, rims, colour, thick):
    worn = glasses.read(Chart.of(rims(paint(), colour, thick), face), face)
    assert worn is not None
    assert worn.tint is None
    for ring, eye in zip(worn.lenses, face.eyes, strict=True):
        half = np.ptp(ring, axis=0) / 2 / face.u
        assert half == pytest.approx((0.23, 0.17), abs=0.04)
        assert np.linalg.norm(ring.mean(0) - (eye.upper[0] + eye.upper[-1]) / 2) < 0.08 * face.u
    assert worn.colour[0] < 60
    assert (worn.colour[1] > 15) == (colour == (110, 30, 35))


def test_thicker_rims_measure_thicker(face, paint, rims):
    thin, thick = (glasses.read(Chart.of(rims(paint(), thick=t), face), face) for t in (3, 7))
    assert thick.thick > 1.4 * thin.thick


def test_faint_rims_are_wires(face, paint, rims, monkeypatch):
    """However broad they look out of focus."""
    chart, thickness = Chart.of(rims(paint(), thick=6), face), glasses._thickness
    plain = glasses.read(chart, face).thick
    monkeypatch.setattr(
        glasses, "_thickness", lambda lens: thickness(replace(lens, ridges=lens.ridges * 9 / np.median(lens.strength)))
    )
    assert glasses.read(chart, face).thick < 0.6 * plain


def test_sunglasses_have_tinted_lenses(face, paint, rims):
    worn = glasses.read(Chart.of(rims(paint(), lens=(30, 26, 28)), face), face)
    assert worn is not None
    assert worn.tint is not None
    assert worn.tint[0] < 25


def test_what_is_dark_behind_the_rims_of_a_dark_face_is_no_tint(face, paint, rims, monkeypatch):
    monkeypatch.setattr(glasses.sunglasses, "shades", lambda *_: None)  # they were ruled out
    photo = paint(skin=(118, 80, 60))
    for eye in face.eyes:
        middle = (eye.upper[0] + eye.upper[-1]) / 2 + face.down * 0.03 * face.u
        lens = oval(middle, 0.17 * face.u, 0.125 * face.u, power=3, samples=80)
        cv2.fillPoly(photo, [np.rint(lens).astype(np.int32)], (60, 42, 34))
    photo = rims(photo, (15, 12, 12), 6)
    worn = glasses.read(Chart.of(photo, face), face)
    assert worn is not None
    assert worn.tint is None
    monkeypatch.setattr(glasses, "TINT_LEAST", 0.0)
    assert glasses.read(Chart.of(photo, face), face).tint is not None


def test_a_soft_shadow_over_the_eyes_is_no_sunglass(face, paint):
    photo = paint().astype(np.float32)
    y = np.arange(400)[:, None, None]
    photo *= 1 - 0.6 * np.exp(-(((y - 165) / 40.0) ** 2))
    assert glasses.read(Chart.of(photo.astype(np.uint8), face), face) is None


def test_frames_are_drawn_bolder_than_they_are(face, paint, rims, monkeypatch):
    chart = Chart.of(rims(paint(), thick=5), face)
    bold = glasses.read(chart, face)
    monkeypatch.setattr(glasses, "_BOLD", 1.0)
    assert bold.thick > 1.1 * glasses.read(chart, face).thick


def test_one_eye_in_shadow_behind_rims_is_no_tint(face, paint, rims, monkeypatch):
    monkeypatch.setattr(glasses.sunglasses, "shades", lambda *_: None)
    monkeypatch.setattr(glasses.search, "inside", lambda *_: np.float32([20, 0, 0]))
    worn = glasses.read(Chart.of(rims(paint()), face), face)
    assert worn is not None
    assert worn.tint is None


def test_what_a_glance_tells_of_is_drawn_though_no_rim_is_found(face, paint):
    chart = Chart.of(paint(), face)
    found = glasses.read(chart, face, Traits(glasses=0.6))
    assert found is not None
    assert found.tint is None
    for ring, eye in zip(found.lenses, face.eyes, strict=True):
        middle = eye.upper[[0, -1]].mean(0)
        assert (ring.min(0) < middle).all()
        assert (ring.max(0) > middle).all()
    assert glasses.read(chart, face, Traits(glasses=0.0)) is None


def test_rims_are_none_where_a_glance_tells_of_none(face, paint, rims):
    chart = Chart.of(rims(paint()), face)
    assert glasses.read(chart, face) is not None
    assert glasses.read(chart, face, Traits(glasses=0.0)) is not None
    assert glasses.read(chart, face, Traits(glasses=-0.8)) is None


def test_dim_lenses_are_tinted_where_they_look_so_at_a_glance(face, paint, rims, monkeypatch):
    monkeypatch.setattr(glasses.sunglasses, "shades", lambda *_: None)
    chart = Chart.of(rims(paint(), lens=(155, 120, 105)), face)
    assert glasses.read(chart, face, Traits(glasses=0.9)).tint is None
    assert glasses.read(chart, face, Traits(glasses=0.9, tinted=0.2)).tint is not None


def test_mirrors_are_dark_where_a_glance_is_certain(face, paint, rims, monkeypatch):
    monkeypatch.setattr(glasses.sunglasses, "shades", lambda *_: None)
    chart = Chart.of(rims(paint(), lens=(235, 240, 250)), face)
    assert glasses.read(chart, face, Traits(glasses=0.9, tinted=0.2)).tint is None
    for wearer in (chart, Chart.of(paint(), face)):
        tint = glasses.read(wearer, face, Traits(glasses=0.9, tinted=0.5)).tint
        assert tint[0] <= 0.61 * wearer.skin[0]


@pytest.mark.parametrize(("colour", "white"), [((246, 244, 246), True), ((25, 20, 22), False)], ids=["white", "black"])
def test_white_frames_of_sunglasses_are_told_from_black_ones(face, paint, rims, colour, white):
    dark = paint()
    for eye in face.eyes:
        middle = (eye.upper[0] + eye.upper[-1]) / 2
        lens = oval(middle + face.down * 0.03 * face.u, 0.225 * face.u, 0.175 * face.u)
        cv2.fillPoly(dark, [np.rint(lens).astype(np.int32)], (40, 34, 32))
    worn = glasses.read(Chart.of(rims(dark, colour, 7), face), face)
    assert worn.tint is not None
    assert (worn.colour[0] > 75) == white
    assert (worn.thick > 0.03) == white
