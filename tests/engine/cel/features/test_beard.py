import cv2
import numpy as np
import pytest

from engine.cel.features import beard
from engine.cel.features.chart import Chart
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.styles import STYLES

MAN = Person.of(40, 0.02)


@pytest.fixture
def grown(face, paint):
    """grown(dark, rough): the lower face covered with hair-like noise or with smooth shadow."""

    def grown(dark, rough, colour=(60, 45, 38)):
        photo = paint().astype(np.float32)
        mask = np.zeros((400, 400), np.float32)
        jaw = face.points[[132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361]]
        top = face.points[[426, 327, 2, 98, 206]]
        cv2.fillPoly(mask, [np.rint(np.vstack([jaw, top])).astype(np.int32)], 1.0)
        cv2.fillPoly(mask, [np.rint(face.points[[61, 37, 0, 267, 291, 314, 17, 84]]).astype(np.int32)], 0.0)
        noise = np.random.default_rng(1).normal(0, rough, (400, 400))
        weight = cv2.GaussianBlur(mask, (0, 0), 3) * np.clip(dark + noise, 0, 1)
        return (photo * (1 - weight[..., None]) + np.array(colour) * weight[..., None]).astype(np.uint8)

    return grown


def test_a_full_beard_is_found_with_its_colour(face, grown):
    seen = beard.read(Chart.of(grown(0.8, 0.2), face), face, MAN)
    assert seen is not None
    assert seen.hair
    assert seen.thick > 0.6
    assert seen.colour[0] < 40
    lowest = max((shape - face.points[152]) @ face.down for outline in seen.hair for shape in outline)
    assert lowest > -0.1 * face.u


def test_smooth_shadow_is_no_beard(face, grown):
    assert beard.read(Chart.of(grown(0.6, 0.0, (120, 80, 62)), face), face, MAN) is None


def test_bare_skin_women_and_children_have_none(face, paint, grown):
    assert beard.read(Chart.of(paint(), face), face, MAN) is None
    assert beard.read(Chart.of(grown(0.8, 0.2), face), face, Person.of(30, 0.97)) is None
    assert beard.read(Chart.of(grown(0.8, 0.2), face), face, Person.of(6, 0.3)) is None


def test_a_drawn_beard_darkens_the_chin_and_leaves_the_forehead(face, look, grown):
    seen = beard.read(Chart.of(grown(0.8, 0.2), face), face, MAN)
    picture = np.full((400, 400, 3), (226, 182, 158), np.uint8)
    beard.draw(picture, seen, face, Palette.of(look, STYLES["modern"], face.u, small=False))
    chin = np.rint(face.points[152] - face.down * 0.08 * face.u).astype(int)
    assert picture[chin[1], chin[0]].mean() < 130
    brow = int(face.points[9][1])
    assert (picture[:brow] == (226, 182, 158)).all()
