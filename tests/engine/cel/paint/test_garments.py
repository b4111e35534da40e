import numpy as np
import pytest

from engine.cel.paint import garments
from engine.cel.paint.attire import Outfit
from engine.cel.parse import Label, Regions

NAVY, WHITE, RED, SKIN = (22, 4, -16), (92, 0, 1), (45, 55, 30), (70, 14, 20)
ALL = np.ones((120, 160), bool)
UNIT = 70.0
NOTHING = Outfit(np.zeros((0, 3), np.float32), np.zeros(0, np.float32), np.zeros(0, np.float32))
Y, X = (np.mgrid[0:120, 0:160].astype(np.float32) - [[[-10.0]], [[80.0]]]) / np.float32(UNIT)
"""Face widths below the chin and beside it."""


@pytest.fixture
def read(monkeypatch):
    """Read a garment as if no cloth had a pattern."""
    monkeypatch.setattr(garments.prints, "read", lambda *_: [])

    def of(photo, on=ALL, outside=(), jacket=0.0):
        noise = np.random.Generator(np.random.PCG64(1)).normal(0, 1.5, photo.shape)
        away = np.zeros(len(outside), np.float32)
        outfit = Outfit(np.float32(outside), away, away)
        photo = (photo + noise).astype(np.float32)
        return garments.read(photo, on, outfit, np.float32(SKIN), X, Y, UNIT, jacket)

    return of


def cloth(colour):
    return np.zeros((120, 160, 3)) + colour


def suit(shirt=WHITE, aside=0.0):
    photo = cloth(NAVY)
    photo[np.abs(X - aside) < 0.42 - 0.3 * Y] = shirt
    return photo


def near(seen, colour):
    return np.linalg.norm(seen - np.float32(colour)) < 6


def test_plain_cloth_is_one_colour(read):
    found = read(cloth(RED))
    assert near(found.colour, RED)
    assert not found.parts


def test_a_jacket_is_open_over_a_shirt(read):
    found = read(suit())
    assert near(found.colour, NAVY)
    (shirt,) = found.parts
    assert near(shirt.colour, WHITE)
    assert shirt.seam
    inner = np.abs(X) < 0.42 - 0.3 * Y
    assert ((shirt.shape > 0) == inner).mean() > 0.93


@pytest.mark.parametrize(("jacket", "parts"), [(-1.0, 0), (0.0, 0), (1.0, 1)])
def test_what_a_glance_tells_of_a_jacket_decides_where_its_colours_hardly_do(read, jacket, parts):
    photo = suit()
    photo[np.random.default_rng(1).random(ALL.shape) < 0.42] = RED
    assert len(read(photo, jacket=jacket).parts) == parts


def test_light_and_shadow_on_cloth_are_one_colour_and_that_is_the_light_one(read):
    photo = cloth((62, 1, -2))
    photo[:, 70:] = (88, 0, 0)
    found = read(photo)
    assert not found.parts
    assert near(found.colour, (88, 0, 0))
    red = cloth((48, 52, 30))
    red[np.abs(X) > 0.4] = (26, 34, 20)
    assert not read(red).parts


def test_cloth_with_a_pattern_has_a_ground_and_its_other_colours_over_it():
    photo = cloth(NAVY).astype(np.float32)
    photo[(np.floor(X * 16) + np.floor(Y * 16)) % 2 > 0] = WHITE
    found = garments.read(photo, ALL, NOTHING, np.float32(SKIN), X, Y, UNIT)
    assert found.parts
    assert not any(part.seam for part in found.parts)
    for part in found.parts:
        assert np.linalg.norm(part.colour - found.colour) > 10


def test_skin_is_no_shirt(read):
    found = read(suit(SKIN))
    assert near(found.colour, NAVY)
    assert not found.parts


def test_stripes_round_the_body_are_stripes(read):
    photo = cloth(WHITE)
    light = np.floor(Y / 0.2) % 2 > 0
    photo[light] = NAVY
    found = read(photo)
    (stripes,) = found.parts
    assert not stripes.seam
    tones = {near(found.colour, WHITE), near(stripes.colour, WHITE)}
    assert tones == {True, False}
    painted = stripes.shape > 0 if near(stripes.colour, NAVY) else stripes.shape <= 0
    assert (painted == light).mean() > 0.8


def test_an_opening_in_the_middle_is_preferred(read):
    def middle(way):
        (shirt,) = read(suit(aside=way)).parts
        return float(X[shirt.shape > 0].mean())

    assert abs(middle(0.0)) < 0.01
    assert abs(middle(0.045)) < 0.01
    assert middle(0.16) > 0.05


def test_what_lies_on_one_side_alone_is_no_jacket(read):
    photo = cloth(RED)
    photo[X > 0.55] = NAVY
    photo[X < -0.55] = WHITE
    assert not read(photo).parts
    photo[X < -0.55] = NAVY
    assert read(photo).parts


def test_little_cloth_has_a_colour(read):
    few = np.zeros_like(ALL)
    few[50:56, 78:84] = True
    assert near(read(suit(), few).colour, WHITE)


def test_a_hat_has_the_colour_of_its_upper_half():
    photo = cloth(WHITE).astype(np.float32)
    photo[55:] = NAVY
    assert near(garments.plain(photo, ALL).colour, WHITE)


def test_a_plain_garment_has_the_colour_of_the_whole_photo(read):
    collar = cloth(NAVY)
    assert near(read(collar, outside=[NAVY] * 20 + [RED] * 400).colour, RED)
    assert near(read(collar, outside=[NAVY] * 400 + [RED] * 100).colour, NAVY)
    assert near(read(collar, outside=[RED] * 20).colour, NAVY)  # too little to tell


def test_loud_colours_count_for_more_and_skin_for_no_more(read):
    def mixed(colour, share=0.4, ground=NAVY):
        photo = cloth(ground)
        photo[np.random.default_rng(1).random(ALL.shape) < share] = colour
        return photo

    assert near(read(mixed((60, 55, 40))).colour, (60, 55, 40))
    assert near(read(mixed(SKIN)).colour, NAVY)
    grey = (45, 0, 0)
    assert near(read(mixed(SKIN, 0.42, grey)).colour, grey)


def test_a_garment_has_the_colour_that_lies_closest_together(read):
    """Not the mean of many that are strewn."""
    chance = np.random.default_rng(2)
    photo = cloth(NAVY)
    strewn = chance.random(ALL.shape) < 0.6
    photo[strewn] = chance.uniform((10, -50, -50), (95, 50, 50), (int(strewn.sum()), 3))
    assert near(read(photo).colour, NAVY)


def test_clothes_are_seen_under_the_chin(sitter):
    labels = np.zeros((128, 128, len(Label)), np.float32)
    labels[..., Label.CLOTHES] = 1
    regions = Regions(labels, sitter.face.frame)
    y, x = np.mgrid[0:100, 0:100].astype(np.float32)
    outfit = garments.seen(np.stack([y, x, x * 0], -1), regions, sitter.face.frame)
    colours = outfit.colours
    chin = sitter.face.frame.at(0, sitter.face.frame.chin) / 4
    assert abs(colours[:, 0].min() - chin[1]) < 4
    assert np.abs(colours[:, 1] - chin[0]).max() < sitter.face.frame.unit / 4 * 1.3
    assert np.allclose(
        outfit.x, (colours[:, 1] + 0.5 - sitter.face.frame.at(0, 0)[0] / 4) * 4 / sitter.face.frame.unit, atol=0.2
    )
    assert 0 < outfit.y.min() < 0.1
    labels[..., Label.CLOTHES] = 0
    assert not len(garments.seen(np.zeros((100, 100, 3), np.float32), regions, sitter.face.frame).colours)


def test_clothes_are_looked_for_further_aside_where_none_are_below_the_chin(sitter):
    labels = np.zeros((400, 400, len(Label)), np.float32)
    x, y = sitter.face.frame.maps(400)
    labels[..., Label.CLOTHES] = (np.abs(x) > 1.0) & (np.abs(x) < 1.4) & (y > sitter.face.frame.chin)
    labels[..., Label.BACKGROUND] = 1 - labels[..., Label.CLOTHES]
    found = garments.seen(np.zeros((100, 100, 3), np.float32), Regions(labels, sitter.face.frame), sitter.face.frame)
    assert len(found.colours) > 20


def test_the_clothes_of_a_photo_are_rid_of_its_tint(sitter):
    labels = np.zeros((400, 400, len(Label)), np.float32)
    labels[:200, :, Label.BACKGROUND] = 1
    labels[200:, :, Label.CLOTHES] = 1
    photo = np.full((100, 100, 3), (30, 12, -20), np.float32)
    found = garments.seen(photo, Regions(labels, sitter.face.frame), sitter.face.frame)
    assert np.hypot(*found.colours[0, 1:]) < 4
    assert np.hypot(*found.veil.lifted(photo)[0, 0, 1:]) < 4


@pytest.mark.parametrize(("jacket", "parts"), [(0.0, 0), (0.9, 1)])
def test_a_chest_in_the_shade_is_a_shirt_only_within_what_is_a_jacket_at_a_glance(read, jacket, parts):
    assert len(read(suit((70, 14, 8)), jacket=jacket).parts) == parts
