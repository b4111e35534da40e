from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.cel.features import eyes, iris, lids
from engine.cel.features.chart import Chart
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.look import WarpedEye
from engine.cel.styles import STYLES

ADULT = Person.of(30, 0.9)


@pytest.fixture
def palette(look, face):
    return Palette.of(look, STYLES["modern"], face.u, small=False)


@pytest.fixture
def draw(palette):
    def draw(eye, face, person=ADULT, hue=iris.Hue.BLUE, ink=palette, **more):
        picture = np.full((400, 400, 3), (226, 182, 158), np.uint8)
        form = eyes.shape(eye, face, person, ink)
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
    form = eyes.shape(eye, face, person, palette)
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
    form = eyes.shape(eye, face, ADULT, palette)
    picture = draw(eye, face).astype(int)
    x, y = np.rint((form.upper + form.lower)[4:8] / 2).astype(int).T  # of the white at the nose
    assert picture[y, x].min() > 225


def test_the_fold_of_a_lid_is_clear_of_the_lashes(face, paint, draw, palette):
    eye, _ = lids.read(Chart.of(paint(), face), face)
    for person in (ADULT, Person.of(30, 0.05)):
        narrow = replace(eye, openness=0.25, fold=1.0)
        form = eyes.shape(narrow, face, person, palette)
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
    form = eyes.shape(narrow, face, man, palette)
    where = np.zeros((400, 400), np.uint8)
    middle = np.rint((form.upper[len(form.upper) // 2] + form.lower[len(form.lower) // 2]) / 2).astype(int)
    cv2.circle(where, middle.tolist(), int(0.2 * form.size), 1, -1)

    def lit(below):
        ink = replace(palette, manner=replace(palette.manner, below_lid=below))
        return int(((draw(narrow, face, man, ink=ink).min(-1) > 225) & (where > 0)).sum())

    assert lit(palette.manner.below_lid) > 1.2 * lit(0.0)


def turns(line):
    """How far a line turns at each of its inner points, in degrees."""
    ways = np.diff(line, axis=0)
    angles = np.unwrap(np.arctan2(ways[:, 1], ways[:, 0]))
    return np.degrees(np.abs(np.diff(angles)))


def test_a_womans_lashes_run_out_to_a_tip_in_one_stroke(face, paint, palette):
    """A corner on the way is a wedge that is stuck on."""
    eye, _ = lids.read(Chart.of(paint(), face), face)
    form = eyes.shape(eye, face, ADULT, palette)
    corner = form.upper[-1]
    tip, heel = corner + form.along * (0.12 * form.width) - form.down * (0.1 * form.size), corner
    thick = np.full(len(form.upper), 0.1 * form.size)
    _, rim, under = eyes._winged(form, thick, tip, heel)
    assert turns(rim[len(rim) // 2 :]).max() < 40
    assert np.allclose(rim[-1], under[0])
    assert (rim[-1] - corner) @ form.along > 0.12 * form.width  # it goes on beyond


def test_a_wing_is_a_wedge_and_no_needle(face, paint, palette):
    eye, _ = lids.read(Chart.of(paint(), face), face)
    form = eyes.shape(eye, face, ADULT, palette)
    corner = form.upper[-1]
    tip, heel = corner + form.along * (0.12 * form.width) - form.down * (0.1 * form.size), form.lower[eyes._HEEL]
    _, rim, under = eyes._winged(form, np.full(len(form.upper), 0.1 * form.size), tip, heel)
    end, back = rim[-1], 0.06 * form.width
    over, below = (side[int(np.argmin(np.abs(np.linalg.norm(side - end, axis=1) - back)))] for side in (rim, under))
    assert np.linalg.norm(over - below) > 0.6 * back


def test_an_eye_seen_aslant_has_a_shorter_wing(face, paint, palette):
    eye, _ = lids.read(Chart.of(paint(), face), face)
    form = eyes.shape(eye, face, ADULT, palette)
    thick = np.full(len(form.upper), 0.1 * form.size)
    reach = []
    for size in (form.width, 2 * form.width):
        one = replace(form, size=size)
        reach.append(float((eyes._winged(one, thick, one.upper[-1], one.upper[-1])[1][-1] - one.upper[-1]) @ one.along))
    assert reach[0] > reach[1] + 0.04 * form.width


def test_a_shut_eye_has_neither_white_nor_iris(shut, paint, draw):
    left, right = lids.read(Chart.of(paint(), shut), shut)
    assert left.shut
    assert right.shut
    picture = draw(left, shut)
    assert not blue(picture).any()
    assert not (picture.min(-1) > 225).any()
    assert (picture.max(-1) < 90).sum() > 30


def test_wider_open_is_drawn_taller(face, paint, palette):
    eye, _ = lids.read(Chart.of(paint(), face), face)
    heights = [eyes.shape(replace(eye, openness=o), face, ADULT, palette).height for o in (0.22, 0.32, 0.45)]
    assert heights == sorted(heights)
    assert heights[0] < 0.8 * heights[2]


def test_lids_keep_something_of_their_own(face, paint, palette):
    eye, _ = lids.read(Chart.of(paint(), face), face)

    def drawn(upper, lower):
        form = eyes.shape(replace(eye, upper=upper, lower=lower), face, ADULT, palette)
        return form.upper @ face.down, form.lower @ face.down

    flat = np.clip(1.2 - 2.4 * np.abs(lids.ACROSS), 0, 1)
    own = drawn(eye.upper, eye.lower)
    for lid, other in zip(own, drawn(flat, flat), strict=True):
        differ = np.abs(lid - other).max() / face.u
        assert 0.002 < differ < 0.02


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

    assert height(-0.2) + 0.5 < height(-0.07) <= height(0.0) + 0.1


def test_the_far_eye_is_narrower_but_no_lower(face, paint, palette):
    eye, _ = lids.read(Chart.of(paint(), face), face)
    outer = eye.inner + (eye.outer - eye.inner) * 0.6
    near, far = (
        eyes.shape(eye, face, ADULT, palette),
        eyes.shape(replace(eye, outer=outer, seen=0.6), face, ADULT, palette),
    )
    assert far.width < 0.7 * near.width
    assert far.size * far.height == pytest.approx(near.size * near.height, rel=0.05)


def test_the_far_eye_of_a_turned_head_is_smaller(face, paint, palette):
    eye = lids.read(Chart.of(paint(), face), face)[1]
    front, turned, near = (eyes.shape(eye, replace(face, yaw=yaw), ADULT, palette).size for yaw in (0.0, 0.25, -0.25))
    assert turned < 0.9 * front
    assert near == front


def test_small_pictures_get_larger_eyes(face, paint, look, palette):
    eye, _ = lids.read(Chart.of(paint(), face), face)
    small = Palette.of(look, STYLES["modern"], face.u, small=True)
    ratio = eyes.shape(eye, face, ADULT, small).width / eyes.shape(eye, face, ADULT, palette).width
    assert 1.15 < ratio < 1.26
    assert small.pen > palette.pen


def test_men_have_lower_eyes_than_women(face, paint, palette):
    eye, _ = lids.read(Chart.of(paint(), face), face)
    his, hers = (eyes.shape(eye, face, Person.of(30, female), palette) for female in (0.0, 1.0))
    assert his.height / his.width < 0.85 * hers.height / hers.width


def test_children_have_rounder_eyes_than_men(face, paint, palette):
    eye, _ = lids.read(Chart.of(paint(), face), face)
    child = eyes.shape(eye, face, Person.of(5, 0.1), palette)
    man = eyes.shape(eye, face, Person.of(40, 0.0), palette)
    assert child.height > 1.1 * man.height
    assert child.width > man.width


def test_the_far_eye_of_a_turned_face_keeps_within_its_edge(face, paint, palette):
    far = face.eyes[1]
    moved = WarpedEye(*(np.asarray(part) + face.right * (0.16 * face.u) for part in (far.upper, far.lower, far.iris)))
    near = replace(face, yaw=0.3, eyes=(face.eyes[0], moved))
    seen = lids.read(Chart.of(paint(), near), near)[1]
    local = near.points - near.centre
    level = np.abs(local @ near.down - float((seen.outer[0] - near.centre) @ near.down)) < 0.12 * near.u
    edge = float((local[level] @ near.right).max())

    def corner(yaw):
        form = eyes.shape(seen, replace(near, yaw=yaw), ADULT, palette)
        return float(((form.upper - near.centre) @ near.right).max())

    assert corner(0.0) > edge - 0.04 * near.u
    assert corner(0.3) < edge - 0.06 * near.u


def test_the_fold_of_a_lid_does_not_cross_the_brow(face, paint, palette, draw):
    """What comes out over it looks like a second one."""
    eye, _ = lids.read(Chart.of(paint(), face), face)
    form = eyes.shape(eye, face, ADULT, palette)

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


def test_great_eyes_are_drawn_nearer_to_the_nose_and_lower(face, paint, palette):
    """Enlarged about their middles they would look wide apart, and crowd the brows."""
    for eye in lids.read(Chart.of(paint(), face), face):
        form = eyes.shape(eye, face, ADULT, palette)
        seen = float(np.abs((eye.outer[0] + eye.inner[0]) / 2 @ face.right - face.centre @ face.right))
        drawn = float(np.abs((form.centre - face.centre) @ face.right))
        assert drawn < seen - 0.005 * face.u
        assert (form.centre - (eye.outer[0] + eye.inner[0]) / 2) @ face.down > 0.02 * face.u
