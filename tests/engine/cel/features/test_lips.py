import numpy as np
import pytest

from engine.cel.canvas import Canvas
from engine.cel.features import lips, mouth
from engine.cel.features.person import Person
from engine.cel.geometry import curve

WOMAN, MAN = Person.of(30, 0.95), Person.of(30, 0.05)
SKIN = np.array((226, 182, 158))


@pytest.fixture
def painted(face, palette):
    """painted(person, dark, opened) -> the colours of the upper and of the lower lip, where that is not lit."""
    outline = face.points[list(mouth.OUTER)]
    upper, lower = (face.points[list(edge)] for edge in (mouth.UPPER, mouth.LOWER))

    def painted(person, dark=0.15, opened=False, tint=(9, 2)):
        canvas = Canvas(np.full((400, 400, 3), SKIN, np.uint8), (0, 0, 400, 400), 4)
        edges = (upper, lower) if opened else ((upper + lower) / 2,) * 2
        lips.paint(canvas, np.float32(tint), dark, outline, edges, opened, person, 0.0, palette)
        whole = curve(outline, 4, closed=True)
        places = [(whole[4 * at] + 2 * edge[5]) / 3 for at, edge in ((5, edges[0]), (lips.LOWEST, edges[1]))]
        places[1] = (4 * whole[4 * lips.LOWEST] + edges[1][5]) / 5
        return [canvas.pixels[tuple(np.rint(place * 4 + 1.5).astype(int)[::-1])].astype(int) for place in places]

    return painted


def test_a_womans_lips_are_the_darker_and_the_redder_the_darker_they_are_in_the_photo(painted):
    pale, deep = painted(WOMAN, dark=0.1)[1], painted(WOMAN, dark=0.4)[1]
    assert deep.mean() < pale.mean() - 6
    assert deep[0] - deep[1] > pale[0] - pale[1] + 3
    assert (painted(MAN, dark=0.1)[1] - painted(MAN, dark=0.4)[1]).max() < 6


def test_the_upper_lip_of_a_womans_open_mouth_is_modelled_too(painted):
    (upper, lower), (shut, _) = painted(WOMAN, opened=True), painted(WOMAN)
    assert upper.mean() < lower.mean() - 4
    assert shut.mean() < upper.mean()


def test_lips_that_are_painted_violet_are(painted):
    (_, bare), (_, violet), (_, cold) = (painted(WOMAN, tint=tint) for tint in ((16, 0), (16, -22), (4, -22)))
    assert violet[2] - violet[1] > bare[2] - bare[1] + 15
    assert abs(int(cold[2] - cold[1]) - int(bare[2] - bare[1])) < 10


def test_lipstick_is_as_warm_as_it_is_in_the_photo(painted):
    (_, rose), (_, orange) = (painted(WOMAN, dark=0.3, tint=(40, yellow)) for yellow in (0, 24))
    (_, bare), (_, warm) = (painted(WOMAN, tint=(6, yellow)) for yellow in (0, 24))
    assert orange[2] < rose[2] - 30
    assert bare[2] - warm[2] < (rose[2] - orange[2]) / 2


def test_no_cast_of_light_turns_lips():
    skin, lips_, cast = (np.float32(tone) for tone in ((78, 14, 17), (50, 44, 24), (0, -9, -20)))
    plain, cold = (lips.over(lips_ + share * 50 / 78 * cast, skin + share * cast) for share in (0, 1))
    np.testing.assert_allclose(plain, (30, 7), atol=0.1)
    np.testing.assert_allclose(cold, plain, atol=0.5)
