from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.cel.features import brows, lids, openings, sockets
from engine.cel.features.brows import Brow
from engine.cel.features.chart import Chart
from engine.cel.features.person import Person
from engine.cel.look import lab

SKIN = (226, 182, 158)
WOMAN, MAN = Person.of(30, 0.95), Person.of(30, 0.0)


@pytest.fixture
def form(face, paint, palette):
    return openings.shape(lids.read(Chart.of(paint(), face), face)[0], face, MAN, palette)


@pytest.fixture
def line(form, face):
    """A brow over the eye."""
    return form.upper[::-4] - form.down * (0.1 * face.u)


@pytest.fixture
def shade(form, line, face, palette):
    """How much darker the skin is about an eye, a pixel."""

    def shade(person=MAN, dark=1.0, cheer=0.0):
        picture = np.full((400, 400, 3), SKIN, np.uint8)
        brow = Brow(line, np.full(len(line), 0.03), dark, np.float32([20, 5, 8]))
        sockets.draw(picture, form, brow, line, face, person, palette, cheer)
        return np.mean(SKIN) - picture.mean(-1)

    return shade


def test_the_corner_between_a_mans_eye_and_his_nose_lies_in_shadow(form, line, face, shade):
    x, y = np.rint((form.upper[0] + line[-1]) / 2 + form.down * 2).astype(int)
    assert shade()[y, x] > 15
    assert not shade(WOMAN).any()
    x, y = np.rint((form.upper[-4] + line[1]) / 2).astype(int)  # at the temple
    assert shade()[y, x] == 0


def test_it_hangs_from_the_brow_to_the_eyes_corner(form, line, face, shade):
    dark = np.argwhere(shade() > 3)[:, ::-1]
    hull = cv2.convexHull(np.vstack([line, form.upper]).astype(np.float32))
    beyond = [-cv2.pointPolygonTest(hull, (float(x), float(y)), True) for x, y in dark]
    assert max(beyond) < 0.045 * face.u


def test_it_is_fainter_on_one_who_laughs_and_below_a_brow_that_is_hardly_seen(shade):
    """There it makes stern, and here it looks made up."""
    deep = shade().max()
    assert shade(cheer=1.0).max() < 0.3 * deep
    assert shade(dark=0.2).max() < 0.55 * deep
    assert shade(dark=0.95).max() == deep


def test_no_shadow_lies_on_what_is_in_front_of_the_face(form, line, face, palette):
    picture = np.full((400, 400, 3), SKIN, np.uint8)
    brow = brows.Brow(line, np.full(len(line), 0.03), 1.0, np.float32([20, 5, 8]))
    sockets.draw(picture, form, brow, line, face, MAN, palette, cover=np.ones((400, 400), np.float32))
    assert (picture == SKIN).all()


def test_it_fades_about_the_far_eye_of_a_turned_head(form, line, face, palette):
    """It would fill all of the little space there."""

    def deep(yaw):
        picture = np.full((400, 400, 3), SKIN, np.uint8)
        brow = Brow(line, np.full(len(line), 0.03), 1.0, np.float32([20, 5, 8]))
        sockets.draw(picture, form, brow, line, replace(face, yaw=yaw), MAN, palette)
        return (np.mean(SKIN) - picture.mean(-1)).max()

    side = np.sign(form.along @ face.right)
    assert deep(side * 0.3) < 0.4 * deep(0.0) == 0.4 * deep(-side * 0.3)


def test_it_is_never_much_darker_than_the_skin_nor_as_colourful_as_its_shade(palette):
    """On brown skin it would be an orange stain."""
    dark = replace(palette, skin_lab=np.float32([66, 16, 25]), shade_lab=np.float32([38, 20, 30]))
    lightness, a, b = lab(*sockets._tone(dark))
    assert lightness > 0.72 * 66
    assert np.hypot(a, b) < np.hypot(18, 27)
