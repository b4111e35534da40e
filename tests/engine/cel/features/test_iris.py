from dataclasses import replace

import numpy as np
import pytest

from engine.cel.complexion import Complexion
from engine.cel.features import iris
from engine.cel.features.chart import Chart
from engine.cel.features.iris import LIGHT, Glimpse, Hue
from engine.cel.features.palette import Palette
from engine.cel.styles import STYLES

SKINS = {"fair": (236, 200, 180), "tan": (190, 140, 105), "dark": (110, 72, 52)}

FAIR = Complexion(np.float32([82, 9, 16]), np.float32([60, 5, 28]))


def seen(colour, skin, pupil=18.0, size=160):
    """An iris of one colour, its pupil so much darker, in an evenly lit face."""
    colour = np.float32(colour)
    return Glimpse(colour=colour, pupil=max(3.0, float(colour[0]) - pupil), skin=np.float32(skin), size=size)


@pytest.mark.parametrize("skin", SKINS.values(), ids=SKINS.keys())
def test_dark_brown_stays_dark_brown(face, paint, skin):
    scale = np.array(skin) / 236
    eye = tuple(int(v) for v in np.array([62, 38, 26]) * (0.5 + 0.5 * scale))
    assert iris.read(Chart.of(paint(iris=eye, skin=skin), face), face.eyes) is Hue.DARK


def test_blue_is_seen_in_fair_faces(face, paint):
    assert iris.read(Chart.of(paint(iris=(95, 125, 160)), face), face.eyes) is Hue.BLUE


def test_blue_is_not_believed_in_dark_faces():
    lit = np.float32([60, 14, 20])
    cool = [seen((38, 3, 2), lit)]
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
    assert iris.classify([], np.float32([70, 10, 15])) is Hue.DARK


def test_glare_on_glasses_does_not_pale_an_eye():
    skin = np.float32([75, 13, 18])
    pale = [seen((34, 7.5, 3), skin)]
    assert iris.classify(pale, skin) in (Hue.BLUE, Hue.GREY)
    assert iris.classify(pale, skin, veiled=True) is Hue.DARK


@pytest.mark.parametrize("mirrored", [(40, 2, -25), (40, -22, 4)], ids=["neon", "coating"])
def test_what_glasses_mirror_is_no_colour_of_an_eye(mirrored):
    skin = np.float32([75, 13, 18])
    glare = [seen(mirrored, skin)]
    assert iris.classify(glare, skin) in (Hue.BLUE, Hue.GREEN, Hue.GREY)
    assert iris.classify(glare, skin, veiled=True) is Hue.DARK


def test_eyes_that_no_light_falls_on_are_dark():
    skin = np.float32([75, 13, 18])
    lit, unlit = ([seen((lightness, -3, -4), skin)] for lightness in (24, 12))
    assert iris.classify(lit, skin, complexion=FAIR) is Hue.BLUE
    assert iris.classify(unlit, skin, complexion=FAIR) is Hue.DARK


def test_a_reflection_in_the_eyes_of_a_dark_face_is_no_colour():
    lit = np.float32([54, 22, 23])
    shining = [seen((58, 10, 14), lit)]
    hues = [iris.classify(shining, lit, complexion=replace(FAIR, skin=np.float32([tone, 14, 20]))) for tone in (62, 44)]
    assert hues == [Hue.BLUE, Hue.DARK]


@pytest.mark.parametrize(
    ("tint", "hue"),
    [
        ((4, 4), Hue.BLUE),
        ((2, 11), Hue.GREEN),
        ((4, 13), Hue.GREEN),
        ((4, 10), Hue.GREY),
        ((9, 10), Hue.GREY),
        ((9, 12), Hue.GREY),
        ((9, 15), Hue.HAZEL),
        ((1, 18), Hue.GREEN),
        ((3, 18), Hue.GREEN),
        ((7, 18), Hue.HAZEL),
    ],
)
def test_light_eyes_are_told_apart_by_what_they_have_over_the_skin(tint, hue):
    skin = np.float32([75, 13, 18])
    assert iris.classify([seen((40, *tint), skin, pupil=32.0)], skin, complexion=FAIR) is hue


def test_who_has_brown_skin_or_black_hair_hardly_has_light_eyes():
    skin = np.float32([75, 13, 18])
    pale = [seen((32, 6, 3), skin)]
    hues = [
        iris.classify(pale, skin, complexion=Complexion(np.float32(tone), np.float32(hair)))
        for tone, hair in (((82, 9, 16), (60, 5, 28)), ((55, 14, 24), (10, 1, 1)))
    ]
    assert hues[0] in (Hue.BLUE, Hue.GREY)
    assert hues[1] is Hue.DARK


def test_eyes_that_may_as_well_be_light_are():
    skin = np.float32([79, 16, 18])
    faint = [seen((25, 4.4, 4.5), skin, pupil=20.0)]
    assert iris.classify(faint, skin, complexion=Complexion(np.float32([80, 12, 20]), np.float32([20, 5, 9]))) in LIGHT


def test_black_hair_alone_makes_light_eyes_doubtful():
    skin = np.float32([75, 13, 18])
    pale = [seen((30, 7.7, 3), skin)]
    brown, black = (
        iris.classify(pale, skin, complexion=Complexion(np.float32((82, 9, 16)), np.float32(hair)))
        for hair in ((34, 6, 12), (10, 1, 1))
    )
    assert brown in (Hue.BLUE, Hue.GREY)
    assert black is Hue.DARK


def test_blond_people_may_have_the_faintest_colour():
    skin = np.float32([75, 13, 18])
    faint = [seen((26, 4.5, 3.5), skin)]
    assert iris.classify(faint, skin) in (Hue.DARK, Hue.BROWN)
    assert iris.classify(faint, skin, complexion=Complexion(skin, np.float32([62, 4, 28]))) not in (Hue.DARK, Hue.BROWN)


def test_dark_eyes_in_blue_light_are_not_blue():
    skin = np.float32([73, 14, 15])
    violet, blue = ([seen(tone, skin)] for tone in ((18, 16, -26), (40, 3, -20)))
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
    skin = np.float32([75, 13, 18])
    faint = [seen((26, 4.5, 3.5), skin, size=pixels)]
    told = iris.classify(faint, skin, complexion=Complexion(skin, np.float32([62, 4, 28])))
    assert (told not in (Hue.DARK, Hue.BROWN)) == light


@pytest.mark.parametrize(("lit", "light"), [(60, True), (47, False)])
def test_the_eyes_of_a_face_in_the_shade_mirror_the_sky(lit, light):
    skin = np.float32([lit, 13, 18])
    told = iris.classify(
        [seen((26, 4, 3), skin)], skin, complexion=Complexion(np.float32([75, 13, 18]), np.float32([34, 5, 14]))
    )
    assert (told in LIGHT) == light


@pytest.mark.parametrize(("pupil", "light"), [(24.0, True), (6.0, False)])
def test_a_dark_pupil_stands_out_in_light_eyes_alone(pupil, light):
    skin = np.float32([75, 13, 18])
    told = iris.classify([seen((34, 6, 3), skin, pupil)], skin, complexion=Complexion(skin, np.float32([30, 5, 12])))
    assert (told in LIGHT) == light


def test_of_two_eyes_the_one_in_the_light_counts():
    skin = np.float32([75, 13, 18])
    lit, hidden = seen((38, 3, 0), skin), seen((9, 3, 4), skin, 2.0)
    assert iris.classify([lit, hidden], skin, complexion=FAIR) is Hue.BLUE
    assert iris.classify([hidden, lit], skin, complexion=FAIR) is Hue.BLUE
    assert iris.classify([hidden], skin, complexion=FAIR) is Hue.DARK


def test_behind_glasses_an_eye_that_outshines_the_other_does_not_count():
    skin = np.float32([75, 13, 18])
    mirror, eye = seen((38, 3, 0), skin), seen((20, 6, 8), skin, 5.0)
    assert iris.classify([mirror, eye], skin, complexion=FAIR) is Hue.BLUE
    assert iris.classify([mirror, eye], skin, veiled=True, complexion=FAIR) is Hue.DARK
    assert iris.classify([mirror, mirror], skin, veiled=True, complexion=FAIR) is Hue.BLUE


def test_what_cools_the_skin_below_an_eye_too_is_light():
    lit = np.float32([75, 13, 18])
    even, shaded = (Glimpse(np.float32((34, 6, 4)), 16.0, np.float32(skin), 160) for skin in (lit, (66, 6, 6)))
    assert iris.classify([even], lit, complexion=Complexion(lit, np.float32([30, 5, 12]))) in LIGHT
    assert iris.classify([shaded], lit, complexion=Complexion(lit, np.float32([30, 5, 12]))) not in LIGHT


def test_no_eye_is_violet():
    skin = np.float32([75, 13, 18])
    hues = [iris.classify([seen((32, redness, -26), skin)], skin, complexion=FAIR) for redness in (10, 20)]
    assert hues == [Hue.BLUE, Hue.DARK]


def test_light_falls_on_the_skin_below_an_eye_as_on_the_eye(face, paint):
    seen = [iris._glimpse(Chart.of(paint(iris=(95, 125, 160)), face), eye) for eye in face.eyes]
    assert all(each is not None and each.skin[0] > 70 and each.colour[0] < 60 for each in seen)


def test_a_mans_irises_are_calmer(look):
    """Brown ones would be amber."""
    palette = Palette.of(look, STYLES["modern"], 140, small=False)
    for hue in (Hue.DARK, Hue.BROWN, Hue.BLUE):
        his, hers = (iris.tones(hue, palette, man) for man in (1.0, 0.0))
        assert np.ptp(his.middle) < 0.95 * np.ptp(hers.middle)
    his, hers = (iris.tones(Hue.DARK, palette, man) for man in (1.0, 0.0))
    assert his.glow.sum() < 0.9 * hers.glow.sum()


def test_the_eyes_of_a_man_who_smiles_shine(look):
    palette = Palette.of(look, STYLES["modern"], 140, small=False)
    calm, shining = (iris.tones(Hue.DARK, palette, 1.0, smile) for smile in (0.0, 1.0))
    assert shining.glow.sum() > 1.1 * calm.glow.sum()
    calm, shining = (iris.tones(Hue.DARK, palette, 0.0, smile) for smile in (0.0, 1.0))
    assert (shining.glow == calm.glow).all()


def test_green_eyes_are_no_more_colourful_than_blue_ones():
    green, blue = (np.hypot(*iris._PAINTS[hue][1:]) for hue in (Hue.GREEN, Hue.BLUE))
    assert green < blue
