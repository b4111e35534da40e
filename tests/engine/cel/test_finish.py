import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel import finish
from engine.cel.look import colour, lab, rgb
from engine.cel.styles import STYLES

PLAIN = dataclasses.replace(STYLES["modern"], glow=0, grain=0, soft=0)


def page(tone):
    return np.zeros((400, 400, 3), np.float32) + tone


def test_a_flat_page_is_its_colour():
    out = finish.develop(page(colour(62, 20, -15)), PLAIN, grey=False, seed=1, side=-1.0)
    off = np.abs(out.astype(int) - rgb(colour(62, 20, -15))).max(-1)
    assert off[200, 200] <= 1
    assert off.max() < 25


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_the_corner_that_light_comes_from_is_lighter_and_warmer(side):
    out = finish.develop(page(colour(62, 0, 0)), PLAIN, grey=False, seed=1, side=side).astype(int)
    lit, away = (out[0, 0], out[-1, -1]) if side < 0 else (out[0, -1], out[-1, 0])
    assert lit.sum() > away.sum() + 20
    assert lit[0] - lit[2] > away[0] - away[2] + 5


def test_lab_and_rgb_are_each_others_inverse():
    assert rgb(lab(200, 30, 99)) == (200, 30, 99)


def test_light_adds_no_colour_to_grey_pictures():
    out = finish.develop(page(colour(50, 0, 0)), PLAIN, grey=True, seed=1, side=-1.0)
    assert np.ptp(out.astype(int), axis=-1).max() <= 1


def test_glow_lightens_what_lies_beside_light_and_leaves_the_picture_given():
    picture = page(colour(30, 0, 0))
    picture[:, 200:] = colour(95, 0, 0)
    before = picture.copy()
    dull = finish.develop(picture, PLAIN, grey=False, seed=1, side=-1.0)
    glowing = finish.develop(picture, dataclasses.replace(PLAIN, glow=0.5), grey=False, seed=1, side=-1.0)
    assert glowing[200, 192].sum() > dull[200, 192].sum()
    assert (glowing[200, 20] == dull[200, 20]).all()
    assert (picture == before).all()


def test_light_spills_in_a_soft_picture_over_what_is_dark():
    picture = page(colour(25, 0, 0))
    picture[:, 200:] = colour(95, 0, 0)
    hard, soft = (
        finish.develop(picture, dataclasses.replace(PLAIN, soft=s), grey=False, seed=1, side=-1.0)[200].astype(int)
        for s in (0, 1)
    )
    assert soft[198].sum() > hard[198].sum() + 8
    assert (soft[20] == hard[20]).all()
    assert abs(soft[395].sum() - hard[395].sum()) < 40


def test_grain_follows_from_the_seed():
    grainy = dataclasses.replace(PLAIN, grain=1.0)
    one, same, other = (
        finish.develop(page(colour(50, 0, 0)), grainy, grey=False, seed=s, side=-1.0) for s in (1, 1, 2)
    )
    assert (one == same).all()
    assert (one != other).any()
    assert one.std() > 0.5


def test_lightness_out_of_range_is_clipped():
    out = finish.develop(page(colour(140, 0, 0)), PLAIN, grey=False, seed=1, side=-1.0)
    assert out.max() == 255
    assert out.min() >= 245


def test_edges_get_crisper_and_lines_darker_but_nothing_lighter():
    picture = np.full((400, 400, 3), 200, np.uint8)
    picture[:, 199:201] = 90  # a line
    picture[:, 300:] = 120  # an edge
    soft = np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.2), np.uint8)
    before = soft.copy()
    out = finish.crisp(soft).astype(int)
    assert (soft == before).all()
    assert out.max() <= 200
    assert (out[200, 199:201] < soft[200, 199:201]).all()
    step, crisper = (np.abs(np.diff(rgb[200, 297:303, 0].astype(int))).max() for rgb in (soft, out))
    assert crisper > 1.1 * step


def test_what_is_flat_stays_as_it_is_when_made_crisper():
    picture = np.full((400, 400, 3), (200, 30, 90), np.uint8)
    assert (finish.crisp(picture) == picture).all()


def greys(*tones):
    return np.repeat(np.array(tones, np.uint8)[None, :, None], 3, 2)


def test_grading_deepens_what_is_dark_and_keeps_black_white_and_skin():
    black, dark, skin, white = finish.graded(greys(0, 60, 195, 255))[0, :, 0].astype(int)
    assert (black, white) == (0, 255)
    assert 10 < dark < 45
    assert abs(skin - 195) < 10


def test_a_soft_picture_keeps_the_colour_of_its_lines():
    hard, soft = (int(finish.graded(greys(45), soft=s)[0, 0, 0]) for s in (0.0, 1.0))
    assert soft > hard + 8


def test_grading_keeps_the_order_of_tones():
    ramp = np.arange(256)
    for soft in (0.0, 1.0):
        assert (np.diff(finish.graded(greys(*ramp), soft)[0, :, 0].astype(int)) >= 0).all()


def test_grading_makes_colours_fuller_and_leaves_grey_grey():
    picture = np.full((4, 4, 3), (200, 140, 120), np.uint8)
    assert np.ptp(finish.graded(picture)[0, 0].astype(int)) > 84
    assert np.ptp(finish.graded(greys(90))[0, 0].astype(int)) == 0


def test_grey_pictures_are_printed_in_two_inks_from_dark_violet_to_cream():
    ramp = finish.graded(greys(*range(256)), grey=True)[0].astype(int)
    assert (np.diff(ramp, axis=0) >= 0).all()
    dark, middle, light = (ramp[i] for i in (5, 150, 255))
    assert dark[2] > dark[0] + 10
    assert middle[2] > middle[0] + 20
    assert light[0] > light[2] + 5
    assert light.min() > 240 > 60 > dark.max()
