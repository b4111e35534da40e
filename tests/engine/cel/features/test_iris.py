from dataclasses import replace

import numpy as np
import pytest

from engine.cel.complexion import Complexion
from engine.cel.features import iris
from engine.cel.features.chart import Chart
from engine.cel.features.iris import Hue
from engine.cel.features.palette import Palette
from engine.cel.styles import STYLES

SKINS = {"fair": (236, 200, 180), "tan": (190, 140, 105), "dark": (110, 72, 52)}

FAIR = Complexion(np.float32([82, 9, 16]), np.float32([60, 5, 28]))


@pytest.mark.parametrize("skin", SKINS.values(), ids=SKINS.keys())
def test_dark_brown_stays_dark_brown(face, paint, skin):
    scale = np.array(skin) / 236
    eye = tuple(int(v) for v in np.array([62, 38, 26]) * (0.5 + 0.5 * scale))
    assert iris.read(Chart.of(paint(iris=eye, skin=skin), face), face.eyes) is Hue.DARK


def test_blue_is_seen_in_fair_faces(face, paint):
    assert iris.read(Chart.of(paint(iris=(95, 125, 160)), face), face.eyes) is Hue.BLUE


def test_blue_is_not_believed_in_dark_faces():
    cool, lit = np.full((160, 3), (38, 3, 2), np.float32), np.float32([60, 14, 20])
    fair, dark = (Complexion(np.float32([skin, 12, 20]), np.float32([27, 1, 3])) for skin in (80, 45))
    assert iris.classify(cool, lit, complexion=fair) is Hue.BLUE
    assert iris.classify(cool, lit, complexion=dark) in (Hue.DARK, Hue.BROWN)


def test_green_and_light_brown_are_no_blue(face, paint):
    assert iris.read(Chart.of(paint(iris=(125, 135, 85)), face), face.eyes) in (Hue.GREEN, Hue.HAZEL)
    assert iris.read(Chart.of(paint(iris=(120, 75, 40)), face), face.eyes) in (Hue.BROWN, Hue.HAZEL)


@pytest.mark.parametrize("light", [(1.0, 0.85, 0.65), (0.75, 0.85, 1.0), (0.6, 0.6, 0.6)], ids=["lamp", "dusk", "dim"])
def test_light_does_not_turn_dark_eyes(face, paint, light):
    photo = (paint(iris=(58, 38, 28)) * np.array(light)).astype(np.uint8)
    assert iris.read(Chart.of(photo, face), face.eyes) in (Hue.DARK, Hue.BROWN)


def test_a_grey_picture_or_no_eye_counts_as_dark(face, paint):
    grey = np.repeat(paint(iris=(150, 150, 150)).mean(-1, keepdims=True), 3, -1).astype(np.uint8)
    assert iris.read(Chart.of(grey, face), face.eyes) is Hue.DARK
    assert iris.read(Chart.of(grey, face), (None, None)) is Hue.DARK
    assert iris.classify(np.zeros((3, 3), np.float32), np.float32([70, 10, 15])) is Hue.DARK


def test_glare_on_glasses_does_not_pale_an_eye():
    pale = np.tile(np.float32([36, 7, 3]), (160, 1))
    skin = np.float32([75, 13, 18])
    assert iris.classify(pale, skin) in (Hue.BLUE, Hue.GREY)
    assert iris.classify(pale, skin, veiled=True) is Hue.DARK


@pytest.mark.parametrize("mirrored", [(40, 2, -25), (40, -22, 4)], ids=["neon", "coating"])
def test_what_glasses_mirror_is_no_colour_of_an_eye(mirrored):
    glare, skin = np.tile(np.float32(mirrored), (160, 1)), np.float32([75, 13, 18])
    assert iris.classify(glare, skin) in (Hue.BLUE, Hue.GREEN, Hue.GREY)
    assert iris.classify(glare, skin, veiled=True) is Hue.DARK


def test_eyes_that_no_light_falls_on_are_dark():
    skin = np.float32([75, 13, 18])
    lit, unlit = (np.tile(np.float32([lightness, -3, -4]), (160, 1)) for lightness in (24, 12))
    assert iris.classify(lit, skin, complexion=FAIR) is Hue.BLUE
    assert iris.classify(unlit, skin, complexion=FAIR) is Hue.DARK


def test_a_reflection_in_the_eyes_of_a_dark_face_is_no_colour():
    shining = np.tile(np.float32([58, 10, 14]), (160, 1))
    hues = [
        iris.classify(shining, np.float32([54, 22, 23]), complexion=replace(FAIR, skin=np.float32([tone, 14, 20])))
        for tone in (62, 44)
    ]
    assert hues == [Hue.BLUE, Hue.DARK]


@pytest.mark.parametrize(
    ("seen", "hue"),
    [((4, 4), Hue.BLUE), ((4, 11), Hue.GREEN), ((9, 10), Hue.GREY), ((9, 15), Hue.HAZEL), ((1, 18), Hue.GREEN)],
)
def test_light_eyes_are_told_apart_by_what_they_have_over_the_skin(seen, hue):
    eye = np.tile(np.float32([40, *seen]), (160, 1))
    assert iris.classify(eye, np.float32([75, 13, 18]), complexion=FAIR) is hue


def test_who_has_brown_skin_or_black_hair_hardly_has_light_eyes():
    pale = np.tile(np.float32([32, 6, 3]), (160, 1))
    skin = np.float32([75, 13, 18])
    hues = [
        iris.classify(pale, skin, complexion=Complexion(np.float32(tone), np.float32(hair)))
        for tone, hair in (((82, 9, 16), (60, 5, 28)), ((55, 14, 24), (10, 1, 1)))
    ]
    assert hues[0] in (Hue.BLUE, Hue.GREY)
    assert hues[1] is Hue.DARK


def test_black_hair_alone_makes_light_eyes_doubtful():
    pale = np.tile(np.float32([30, 7.7, 3]), (160, 1))
    skin = np.float32([75, 13, 18])
    brown, black = (
        iris.classify(pale, skin, complexion=Complexion(np.float32((82, 9, 16)), np.float32(hair)))
        for hair in ((34, 6, 12), (10, 1, 1))
    )
    assert brown in (Hue.BLUE, Hue.GREY)
    assert black is Hue.DARK


def test_blond_people_may_have_the_faintest_colour():
    faint = np.tile(np.float32([26, 4.5, 6]), (160, 1))
    skin = np.float32([75, 13, 18])
    assert iris.classify(faint, skin) in (Hue.DARK, Hue.BROWN)
    assert iris.classify(faint, skin, complexion=Complexion(skin, np.float32([62, 4, 28]))) not in (Hue.DARK, Hue.BROWN)


def test_dark_eyes_in_blue_light_are_not_blue():
    skin = np.float32([73, 14, 15])
    violet, blue = (np.tile(np.float32(tone), (160, 1)) for tone in ((18, 16, -26), (40, 3, -20)))
    assert iris.classify(violet, skin) is Hue.DARK
    assert iris.classify(blue, skin) is Hue.BLUE


def test_dark_eyes_are_nearly_black_under_black_hair_alone(look):
    def middle(hair, hue):
        tones = replace(look.hair, base=np.float32(hair))
        palette = Palette.of(replace(look, hair=tones), STYLES["modern"], 140, small=False)
        return iris.tones(hue, palette).middle.sum()

    black, brown = (25, 2, -4), (45, 12, 20)
    assert middle(black, Hue.DARK) < 0.9 * middle(brown, Hue.DARK)
    assert middle(black, Hue.BLUE) == middle(brown, Hue.BLUE)


@pytest.mark.parametrize(("pixels", "light"), [(160, True), (60, False)])
def test_of_slits_a_colour_is_doubtful(pixels, light):
    faint, skin = np.tile(np.float32([26, 4.5, 6]), (pixels, 1)), np.float32([75, 13, 18])
    told = iris.classify(faint, skin, complexion=Complexion(skin, np.float32([62, 4, 28])))
    assert (told not in (Hue.DARK, Hue.BROWN)) == light
