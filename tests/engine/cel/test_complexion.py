import dataclasses

import numpy as np
import pytest

from engine.cel import complexion, traits
from engine.cel.look import lab

LIGHT = 75.0
"""What a glance tells of the astronaut's skin."""


@pytest.fixture
def as_told(monkeypatch):
    """Hair keeps the lightness that the network tells."""
    monkeypatch.setattr(complexion, "leveled", lambda hair, contrast, skin: hair)


def linear(rgb):
    return (rgb / 255.0) ** 2.2


def encoded(light):
    return (np.clip(light, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)


def test_the_astronaut_is_fair_and_light_brown(sitter):
    told = sitter.complexion
    assert told.skin[0] > 68
    assert told.skin[1:].min() > 4
    assert 30 < told.hair[0] < 70
    assert told.hair[2] > 10


@pytest.mark.parametrize("light", [(0.45, 0.45, 0.45), (0.8, 0.55, 0.35), (0.5, 0.6, 0.75)])
def test_light_is_no_pigment(sitter, light):
    """Dim, warm and cold light change the picture by far more than what is told of the person."""
    dim = encoded(linear(sitter.photo) * np.array(light))
    told = complexion.read(dim, sitter.face, sitter.regions, LIGHT)
    before, after = (np.median(p[150:250, 170:230].reshape(-1, 3), 0) for p in (sitter.photo, dim))
    moved = float(np.linalg.norm(lab(*after) - lab(*before)))
    assert moved > 12
    assert float(np.linalg.norm(told.skin - sitter.complexion.skin)) < max(0.5 * moved, 9)


def test_pigment_is_no_light(sitter):
    """Darker skin in the same light is told as darker; so is darker hair."""
    labels = np.repeat(np.repeat(sitter.labels, 2, 0), 2, 1)
    skin, hair = labels[..., 1:2], labels[..., 2:3]
    darker = encoded(linear(sitter.photo) * (1 - skin + skin * [0.15, 0.12, 0.09]) * (1 - hair + hair * 0.15))
    told = complexion.read(darker, sitter.face, sitter.regions, traits.read(darker, sitter.face).skin)
    assert told.skin[0] < sitter.complexion.skin[0] - 4
    assert told.hair[0] < 0.75 * sitter.complexion.hair[0]


def test_tanned_skin_is_deeper_whatever_lightness_it_is_told(sitter):
    """A tan has more colour, in the photo too."""
    labels = np.repeat(np.repeat(sitter.labels, 2, 0), 2, 1)[..., 1:2]
    tanned = encoded(linear(sitter.photo) * (1 - labels + labels * [0.95, 0.72, 0.45]))
    told = [complexion.read(photo, sitter.face, sitter.regions, LIGHT).depth for photo in (sitter.photo, tanned)]
    assert 1 < told[0] < 2.2
    assert told[1] > told[0] + 0.3
    assert complexion.skin_depth(72, 70, 90) == complexion.skin_depth(72, 70, 35)
    assert complexion.skin_depth(55, 60, 24) > 3.3


def test_pale_hair_of_the_old_is_rather_grey(sitter, monkeypatch, as_told):
    tones = {"tones": np.float32([[80, 9, 18, 64, 3, 14]])}
    monkeypatch.setattr(complexion, "net", lambda name: lambda seen: tones)

    def chroma(years, female=0.0):
        face = dataclasses.replace(sitter.face, age=years, female=female)
        told = complexion.read(sitter.photo, face, sitter.regions, LIGHT)
        return float(np.hypot(*told.hair[1:]))

    assert chroma(60) < 0.4 * chroma(25)
    assert chroma(60) < 0.7 * chroma(60, female=1.0)
    tones["tones"][0, 3:] = 64, 8, 28
    assert 0.6 * chroma(25) < chroma(60) < 0.8 * chroma(25)  # gold is the young's
    assert chroma(60, female=1.0) > 0.85 * chroma(25)
    tones["tones"][0, 3:] = 64, 20, 28
    assert chroma(60) == chroma(25)
    tones["tones"][0, 3:] = 25, 8, 10
    assert chroma(60) == chroma(25)


def test_dull_hair_of_the_old_is_grey_and_lighter_than_it_is_told(sitter, monkeypatch, as_told):
    tones = {"tones": np.zeros((1, 6), np.float32)}
    monkeypatch.setattr(complexion, "net", lambda name: lambda seen: {"tones": tones["tones"].copy()})

    def told(years, *hair):
        tones["tones"][0] = 75, 12, 20, *hair
        lightness, *ab = complexion.read(
            sitter.photo, dataclasses.replace(sitter.face, age=years, female=0.0), sitter.regions, LIGHT
        ).hair
        return float(lightness), float(np.hypot(*ab))

    assert told(25, 40, 4, 10) == pytest.approx((40, np.hypot(4, 10)), abs=0.01)
    lightness, chroma = told(60, 40, 4, 10)
    assert lightness > 46
    assert chroma < 4
    assert told(60, 40, 6, 17) == pytest.approx((40, 0.7 * np.hypot(6, 17)), abs=0.01)  # dark blond
    assert told(60, 30, 6, 17) == pytest.approx((30, np.hypot(6, 17)), abs=0.01)  # brown
    assert told(60, 20, 3, 6) == pytest.approx((20, np.hypot(3, 6)), abs=0.01)  # black
    assert told(60, 70, 3, 8)[0] == pytest.approx(70, abs=0.01)  # white


def test_the_fair_haired_are_fair(sitter, monkeypatch, as_told):
    """Skin that is told as tanned under blond or red hair mostly lies in shadow; under other hair it is tanned."""
    tones = {"tones": np.zeros((1, 6), np.float32)}
    monkeypatch.setattr(complexion, "net", lambda name: lambda seen: tones)

    def told(skin, hair):
        tones["tones"][0] = skin, 14, 22, *hair
        face = dataclasses.replace(sitter.face, age=30)
        return float(complexion.read(sitter.photo, face, sitter.regions, skin).skin[0])

    blond, red, brown, white = (62, 6, 24), (32, 20, 22), (30, 7, 12), (70, 1, 3)
    assert told(65, blond) > 71
    assert told(65, red) > 71
    assert told(65, brown) == told(65, white) < 70
    assert told(50, blond) == told(50, brown)
    assert told(80, blond) == told(80, brown)


def test_fair_skin_is_fairer_than_it_is_told_and_dark_skin_as_dark(sitter, monkeypatch):
    """In the shade and in dim light, which many are photographed in, who is fair is told as tanned."""
    tones = {"tones": np.zeros((1, 6), np.float32)}
    monkeypatch.setattr(complexion, "net", lambda name: lambda seen: tones)

    def told(skin):
        tones["tones"][0] = skin, 14, 22, 12, 2, 2
        return float(complexion.read(sitter.photo, sitter.face, sitter.regions, skin).skin[0])

    assert all(skin - 6 < told(skin) <= skin for skin in (30, 45, 54, 60))
    assert 72 < told(68) < 76
    assert 76 < told(70) < 79
    assert 81 <= told(82) < 85
    lightness = [told(skin) for skin in range(20, 100, 2)]
    assert lightness == sorted(lightness)


def test_what_is_measured_and_what_a_glance_tells_of_skin_count_alike(sitter, monkeypatch):
    tones = {"tones": np.zeros((1, 6), np.float32)}
    monkeypatch.setattr(complexion, "net", lambda name: lambda seen: tones)

    def told(measured, glance):
        tones["tones"][0] = measured, 14, 22, 12, 2, 2
        return float(complexion.read(sitter.photo, sitter.face, sitter.regions, glance).skin[0])

    assert told(50, 70) == told(70, 50) == told(60, 60)
    assert told(50, 50) < told(50, 60) < told(60, 60)


def test_dull_green_hair_lies_under_a_cast(sitter, monkeypatch, as_told):
    """No hair grows green: what looks a little so has the light's colour, and only a clear green is dye."""
    tones = {"tones": np.zeros((1, 6), np.float32)}
    monkeypatch.setattr(complexion, "net", lambda name: lambda seen: tones)

    def told(*hair):
        tones["tones"][0] = 70, 14, 22, *hair
        return complexion.read(
            sitter.photo, dataclasses.replace(sitter.face, age=30), sitter.regions, LIGHT
        ).hair.tolist()

    assert told(26, -7, 3) == [26, 0, 3]
    assert told(40, -20, 10) == [40, -20, 10]
    assert told(30, 4, 9) == [30, 4, 9]


def test_what_looks_black_beside_lit_skin_is_not_blond(sitter, monkeypatch, as_told):
    tones = {"tones": np.float32([[55, 14, 23, 46, 8, 28]])}
    monkeypatch.setattr(complexion, "net", lambda name: lambda seen: {"tones": tones["tones"].copy()})
    hair = np.repeat(np.repeat(sitter.labels[..., 2:3], 2, 0), 2, 1)
    black = encoded(linear(sitter.photo) * (1 - hair * 0.97))
    blond, dark = (complexion.read(photo, sitter.face, sitter.regions, LIGHT).hair for photo in (sitter.photo, black))
    assert blond[0] > 45
    assert dark[0] < 28
    assert np.hypot(*dark[1:]) < 0.7 * np.hypot(*blond[1:])
    tones["tones"][0, 3:] = 30, 8, 12  # brown hair is dark in every shadow
    assert complexion.read(black, sitter.face, sitter.regions, LIGHT).hair[0] > 29


def test_skin_in_dim_light_is_lighter_than_both_tell_it():
    unseen, lit, dusk, night = (complexion.skin_lightness(55, 65, seen, 60) for seen in (None, 70, 45, 30))
    assert unseen == lit < dusk < night
    assert complexion.skin_lightness(90, 100, 30, 60) <= 100


def test_who_looks_dark_in_a_bright_picture_is(sitter):
    assert complexion.skin_lightness(55, 65, 40, 100) == complexion.skin_lightness(55, 65, 70, 100)
    dim = encoded(linear(sitter.photo) * 0.1)
    shaded = dim.copy()
    shaded[:80, :80] = 255
    night, day = (float(complexion.read(photo, sitter.face, sitter.regions, LIGHT).skin[0]) for photo in (dim, shaded))
    assert night > day + 1


def test_hair_is_as_light_as_it_looks_beside_the_skin():
    brown = np.float32([40, 7, 16])
    dark, light = (float(complexion.leveled(brown, contrast, 75.0)[0]) for contrast in (0.4, 0.7))
    assert dark < 33
    assert light > dark + 3
    fair = complexion.leveled(brown, 0.4, 85.0)
    assert fair[0] > dark  # so dark a photograph of so fair somebody is dim


def test_hair_is_hardly_lighter_than_it_is_seen_beside_lit_skin():
    golden = np.float32([34, 8, 20])
    seen, shaded = (complexion.leveled(golden, contrast, 80.0) for contrast in (0.33, 0.15))
    assert seen[0] <= 1.15 * 0.33 * 80
    assert np.hypot(*seen[1:]) < 0.93 * np.hypot(8, 20)
    assert 22 < shaded[0] < 26  # dark brown, but not black


def hue(hair):
    return float(np.degrees(np.arctan2(hair[2], hair[1])))


def test_hair_no_redder_than_skin_is_brown():
    told = np.float32([35, 11, 17])
    brown, between, red = (complexion.browned(told, redder) for redder in (-5, 0.5, 5))
    assert hue(brown) == pytest.approx(66, abs=0.1)
    assert hue(told) + 2 < hue(between) < hue(brown) - 2
    assert red.tolist() == pytest.approx(told.tolist())
    assert brown[0] == told[0]
    assert np.hypot(*brown[1:]) == pytest.approx(np.hypot(*told[1:]))


@pytest.mark.parametrize("other", [(46, 8, 24), (20, 5, 6), (45, -8, -24), (50, 25, 2), (32, 21, 24)])
def test_blond_black_dyed_and_very_red_hair_keeps_its_hue(other):
    assert complexion.browned(np.float32(other), -8.0).tolist() == pytest.approx(list(other))


def test_how_red_hair_is_is_seen_beside_the_skin(sitter, monkeypatch, as_told):
    """What is told as auburn is brown if hair looks no redder than skin, and red if it does."""
    monkeypatch.setattr(complexion, "net", lambda name: lambda seen: {"tones": np.float32([[75, 12, 20, 35, 12, 17]])})
    hair = np.repeat(np.repeat(sitter.labels[..., 2:3], 2, 0), 2, 1)
    dyed, dull = (
        encoded(linear(sitter.photo) * (1 - hair + hair * np.array(p))) for p in ((0.8, 0.25, 0.2), (0.4, 0.4, 0.3))
    )
    red, brown = (complexion.read(photo, sitter.face, sitter.regions, LIGHT).hair for photo in (dyed, dull))
    assert hue(red) < 56
    assert hue(brown) > 64


def test_dull_hair_is_darker_than_it_is_told_and_yellow_hair_lighter():
    dull, yellow = (complexion.leveled(np.float32([36, 5, b]), 0.5, 75.0) for b in (8, 24))
    assert dull[0] < 31
    assert yellow[0] > 39
    assert np.hypot(*dull[1:]) < 0.85 * np.hypot(5, 8)
    assert yellow[1:].tolist() == [5, 24]


@pytest.mark.parametrize("dyed", [(45, -8, -24), (60, 10, -4), (55, -22, 12), (28, 20, 25)])
def test_dyed_and_red_hair_is_as_light_as_it_is_told(dyed):
    assert complexion.leveled(np.float32(dyed), 0.3, 75.0).tolist() == list(dyed)


def test_hair_as_light_as_the_skin_is_no_darker_than_it_is_told():
    platinum = np.float32([61, 5, 19])
    assert complexion.leveled(platinum, 0.5, 80.0)[0] < 45
    assert complexion.leveled(platinum, 1.0, 80.0).tolist() == platinum.tolist()


def test_grey_hair_and_hair_in_grey_photographs_is_as_light_as_it_is_told(sitter, monkeypatch):
    tones = {"tones": np.float32([[75, 12, 20, 36, 5, 6]])}
    monkeypatch.setattr(complexion, "net", lambda name: lambda seen: {"tones": tones["tones"].copy()})

    def lightness(photo, years):
        face = dataclasses.replace(sitter.face, age=years, female=1.0)
        return float(complexion.read(photo, face, sitter.regions, LIGHT).hair[0])

    grey = np.repeat(sitter.photo.mean(-1, keepdims=True), 3, -1).astype(np.uint8)
    assert lightness(sitter.photo, 30) < 33
    assert lightness(grey, 30) == pytest.approx(36, abs=0.01)
    assert lightness(sitter.photo, 52) > 36


@pytest.mark.parametrize(
    ("hair", "blond"),
    [((36, 6, 15), True), ((30, 6, 14), True), ((20, 4, 13), False), ((39, 12, 18), False), ((36, 3, 9), False)],
)
def test_hair_that_may_be_blond_is_so_above_light_eyes(hair, blond):
    told = complexion.Complexion(lab(240, 200, 180), np.float32(hair))
    assert (complexion.blonder(told).hair[0] > hair[0] + 3) == blond
    assert (complexion.blonder(told).hair[2] > hair[2] + 2) == blond
    assert np.array_equal(complexion.blonder(told).skin, told.skin)
