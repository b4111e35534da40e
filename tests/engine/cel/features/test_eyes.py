from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.cel.canvas import Canvas
from engine.cel.features import eyes, iris, lashes, lids, openings
from engine.cel.features.chart import Chart
from engine.cel.features.person import Person

ADULT = Person.of(30, 0.9)


@pytest.fixture
def draw(palette):
    def draw(eye, face, person=ADULT, hue=iris.Hue.BLUE, ink=palette, **more):
        picture = np.full((400, 400, 3), (226, 182, 158), np.uint8)
        form = openings.shape(eye, face, person, ink)
        eyes.draw(picture, eye, form, face, person, iris.tones(hue, ink), ink, **more)
        return picture

    return draw


def blue(picture):
    r, _, b = (picture[..., i].astype(int) for i in range(3))
    return b - r > 40


def test_an_open_eye_has_white_iris_and_lashes(face, paint, draw):
    left, _ = lids.read(Chart.of(paint(), face), face)
    picture = draw(left, face)
    assert not left.shut
    assert blue(picture).sum() > 100
    assert (picture.min(-1) > 225).sum() > 80
    assert (picture.max(-1) < 60).sum() > 60


@pytest.mark.parametrize("person", [ADULT, Person.of(30, 0.05)])
def test_a_line_closes_the_eye_from_corner_to_corner(face, paint, palette, draw, person):
    """White that ends on bare skin looks sawn off."""
    eye, _ = lids.read(Chart.of(paint(), face), face)
    form = openings.shape(eye, face, person, palette)
    picture = cv2.resize(draw(eye, face, person), None, fx=4, fy=4, interpolation=cv2.INTER_LINEAR)
    darkest = []
    for place in form.lower[2:-1]:
        x, y = np.rint(place * 4 + 1.5).astype(int)
        darkest.append(int(picture[y - 5 : y + 6, x - 5 : x + 6].max(-1).min()))
    assert max(darkest) < 190
    assert max(darkest[len(darkest) // 2 :]) < 110


def test_the_lids_shadow_leaves_the_corners_of_the_white_bare(face, paint, draw, palette):
    """One that runs down the sides would cut the white in two."""
    eye, _ = lids.read(Chart.of(paint(), face), face)
    eye = replace(eye, gaze=np.array([-0.12, 0.0]))  # to the other side
    form = openings.shape(eye, face, ADULT, palette)
    picture = draw(eye, face).astype(int)
    x, y = np.rint((form.upper + form.lower)[6:8] / 2).astype(int).T  # of the white at the nose
    assert picture[y, x].min() > 225


def test_the_fold_of_a_lid_is_clear_of_the_lashes(face, paint, draw, palette):
    eye, _ = lids.read(Chart.of(paint(), face), face)
    for person in (ADULT, Person.of(30, 0.05)):
        narrow = replace(eye, openness=0.25, fold=1.0)
        form = openings.shape(narrow, face, person, palette)
        picture = cv2.resize(draw(narrow, face, person), None, fx=4, fy=4, interpolation=cv2.INTER_LINEAR)
        way = form.upper[len(form.upper) // 2] - np.arange(0, 0.35 * form.size, 0.25)[:, None] * form.down
        x, y = np.rint(way * 4 + 1.5).astype(int).T
        dark = picture[y, x].max(-1) < 170
        starts = np.flatnonzero(np.diff(np.concatenate([[False], dark]).astype(int)) == 1)
        assert len(starts) == 2  # the lashes and, after skin, the fold


def test_light_in_a_mans_narrow_eye_is_set_below_the_lid(face, paint, draw, palette):
    """Cut off by the lid it would be a scrap."""
    eye, _ = lids.read(Chart.of(paint(), face), face)
    narrow, man = replace(eye, openness=0.26), Person.of(30, 0.05)
    form = openings.shape(narrow, face, man, palette)
    where = np.zeros((400, 400), np.uint8)
    middle = np.rint((form.upper[len(form.upper) // 2] + form.lower[len(form.lower) // 2]) / 2).astype(int)
    cv2.circle(where, middle.tolist(), int(0.2 * form.size), 1, -1)

    def lit(below):
        ink = replace(palette, manner=replace(palette.manner, below_lid=below))
        return int(((draw(narrow, face, man, ink=ink).min(-1) > 225) & (where > 0)).sum())

    assert lit(palette.manner.below_lid) > 1.2 * lit(0.0)


def test_a_shut_eye_has_neither_white_nor_iris(shut, paint, draw):
    left, right = lids.read(Chart.of(paint(), shut), shut)
    assert left.shut
    assert right.shut
    picture = draw(left, shut)
    assert not blue(picture).any()
    assert not (picture.min(-1) > 225).any()
    assert (picture.max(-1) < 90).sum() > 30


def test_a_shut_eye_is_a_fine_line_not_a_smear(shut, paint, draw, palette):
    eye, _ = lids.read(Chart.of(paint(), shut), shut)
    man = Person.of(30, 0.05)
    form = openings.shape(eye, shut, man, palette)
    picture = cv2.resize(draw(eye, shut, man), None, fx=4, fy=4, interpolation=cv2.INTER_LINEAR)
    dark = picture.max(-1) < 90
    ends = [int(dark[:, round(4 * x) : round(4 * x) + 4].any(1).sum()) for x in form.at([-0.44, 0.05], 0)[:, 0]]
    assert 0 < ends[0] < 0.6 * ends[1]
    assert ends[1] < 4 * lashes.weight(form, man, palette)


@pytest.mark.parametrize("arch", [-0.05, 0.05])
def test_a_womans_shut_eye_has_lashes(shut, paint, draw, palette, arch):
    """Of one that is asleep, or laughs."""
    eye, _ = lids.read(Chart.of(paint(), shut), shut)

    def beyond(person):
        form = openings.shape(eye, shut, person, palette)
        picture = draw(replace(eye, arch=arch), shut, person)
        y, x = np.nonzero(picture.max(-1) < 90)
        return float(((np.stack([x, y], 1) - form.centre) @ form.along).max()) / form.width

    assert beyond(ADULT) > beyond(Person.of(30, 0.05)) + 0.05


def test_who_looks_about_at_the_viewer_meets_their_eyes(face, paint, draw):
    """However the head is turned; by so little an iris off that it might be the network's error, eyes look astray."""
    eye = replace(lids.read(Chart.of(paint(), face), face)[0], above=lids.COMMON_ABOVE)

    def place(gaze, yaw):
        return np.nonzero(blue(draw(replace(eye, gaze=np.array([gaze, 0.0])), replace(face, yaw=yaw))))[1].mean()

    assert place(-0.02, 0.0) == place(0.02, 0.0)
    assert place(0.03, -0.15) == place(0.08, -0.15) > place(0.0, 0.0) + 0.7
    assert place(0.14, 0.0) > place(0.0, 0.0) + 1


def test_a_glance_aside_bares_the_white(face, paint, draw, palette):
    """As large as irises are drawn, they would hide it."""
    eye, _ = lids.read(Chart.of(paint(), face), face)
    eye = replace(eye, gaze=np.array([0.24, 0.0]))
    form = openings.shape(eye, face, ADULT, palette)
    edge = np.nonzero(blue(draw(eye, face)))[1].min()
    left, right = sorted((form.upper[0, 0], form.upper[-1, 0]))
    assert edge > left + 0.33 * (right - left)


def test_gaze_moves_the_iris(face, paint, draw):
    eye, _ = lids.read(Chart.of(paint(), face), face)
    ends = []
    for side in (-0.2, 0.2):
        x = np.nonzero(blue(draw(replace(eye, gaze=np.array([side, 0.0])), face)))[1]
        ends.append((x.min(), x.max()))
    assert np.diff(ends, axis=0).max() > 0.04 * face.u  # the other end may be cut by the eye's corner
    assert np.diff(ends, axis=0).min() >= 0


def test_a_level_gaze_looks_at_the_viewer(face, paint, draw):
    """The iris of one stands on the lower lid; it is lifted by a look up alone."""
    eye, _ = lids.read(Chart.of(paint(), face), face)

    def height(gaze):
        return np.nonzero(blue(draw(replace(eye, gaze=np.array([0.0, gaze])), face)))[0].mean()

    assert height(-0.2) + 0.5 < height(-0.07) <= height(0.0)


def test_the_fold_of_a_lid_does_not_cross_the_brow(face, paint, palette, draw):
    """What comes out over it looks like a second one."""
    eye = replace(lids.read(Chart.of(paint(), face), face)[0], fold=1.0)
    form = openings.shape(eye, face, ADULT, palette)

    def over(lift):
        """How much is drawn over the lashes below a brow that lies so far over the lid."""
        brow = form.upper - form.down * (lift * form.size)
        above = draw(eye, face, brow=brow)
        plain = np.array([226, 182, 158])
        line = form.upper[len(form.upper) // 2] - form.down * (0.16 * form.size)
        x, y = np.rint(line).astype(int)
        part = above[y - int(0.12 * form.size) : y + 2, x - 1 : x + 2]
        return int((np.abs(part.astype(int) - plain).max(-1) > 30).sum())

    assert over(0.5) > over(0.08)


def test_a_lid_made_up_in_grey_is_no_bruise_and_a_vivid_one_keeps_its_colour(face, paint, palette):
    eye, _ = lids.read(Chart.of(paint(), face), face)

    def painted(lightness, a, b):
        made_up = np.float32([lightness, a, b]) - palette.skin_lab
        return eyes._painted(replace(eye, shadow=made_up / np.float32([1, 1.3, 1.3])), palette)

    red, green, blue = painted(45, -1, -3)
    assert red > green + 20
    assert red > blue + 10
    red, green, blue = painted(60, 12, -24)
    assert blue > red
    assert blue > green + 20


def test_hardly_a_line_of_a_fold_lies_above_a_womans_monolid(face, paint, draw, monkeypatch):
    eye = replace(lids.read(Chart.of(paint(), face), face)[0], fold=0.0)
    monkeypatch.setattr(eyes, "_FOLD", 1.5)  # well clear of the lashes

    def line(person):
        monkeypatch.setattr(eyes, "_UNFOLDED", unfolded)
        with_line = draw(eye, face, person).astype(int)
        monkeypatch.setattr(eyes, "_UNFOLDED", (0.0, 0.0))
        return int(np.abs(with_line - draw(eye, face, person)).max())

    unfolded = eyes._UNFOLDED
    assert 0 < line(ADULT) < 0.5 * line(Person.of(30, 0.05))


def test_a_small_childs_shut_eye_has_no_lashes(face, paint, palette, monkeypatch):
    eye = replace(lids.read(Chart.of(paint(), face), face)[0], openness=0.1, arch=0.05)
    filled = []
    monkeypatch.setattr(Canvas, "fill", lambda self, shape, *more: filled.append(shape))
    counts = []
    for age in (9, 3):
        filled.clear()
        form = openings.shape(eye, face, Person.of(age, 0.95), palette)
        eyes._shut(
            Canvas(np.zeros((400, 400, 3), np.uint8), (0, 0, 400, 400)), eye, form, Person.of(age, 0.95), palette
        )
        counts.append(len(filled))
    assert counts == [4, 2]
