from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.cel.canvas import Canvas
from engine.cel.features import nose
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.styles import STYLES

FLAT = (226, 182, 158)
SLIM, BROAD = 0.19, 0.25
"""Breadths of a nose, in face widths."""
WOMAN, MAN, BOY = Person.of(25, 0.95), Person.of(55, 0.05), Person.of(6, 0.05)


@pytest.fixture
def drawn(look):
    def drawn(face, person=WOMAN, light=0.0):
        picture = np.full((400, 400, 3), FLAT, np.uint8)
        nose.draw(picture, face, person, Palette.of(look, STYLES["modern"], face.u, small=False), None, light)
        return (picture != FLAT).any(-1)

    return drawn


def shaped(face, breadth=SLIM, length=nose._LENGTH):
    """A face whose nose is so broad and long, in its widths."""
    points = face.points.copy()
    middle, wing = points[[98, 327]].mean(0), face.right * (breadth / 2 * face.u)
    points[[98, 327]] = middle - wing, middle + wing
    points[nose._RIDGE[0]] = points[nose._BASE] - face.down * (length * face.u)
    return replace(face, points=points)


@pytest.fixture
def inked(face, look):
    """How dark the drawn nose is at places, over flat skin."""

    def inked(person, places, yaw=0.0, sitter=face):
        turned, picture = replace(sitter, yaw=yaw), np.full((400, 400, 3), FLAT, np.uint8)
        nose.draw(picture, turned, person, Palette.of(look, STYLES["modern"], face.u, small=False))
        dark = np.mean(FLAT) - picture.mean(-1)
        x, y = np.rint(np.array(places)).astype(int).T
        return [float(dark[b - 5 : b + 6, a - 5 : a + 6].max()) for a, b in zip(x, y, strict=True)]

    return inked


def test_a_broad_nose_is_drawn_broader(face, drawn):
    points = face.points.copy()
    middle = points[[98, 327]].mean(0)
    points[[98, 327]] = middle + (points[[98, 327]] - middle) * 1.5
    narrow, broad = drawn(face), drawn(replace(face, points=points))
    assert np.ptp(np.nonzero(broad)[1]) > 1.2 * np.ptp(np.nonzero(narrow)[1])


def test_only_a_turned_nose_shows_its_ridge(face, drawn):
    def top(picture):
        return np.nonzero(picture)[0].min()

    assert top(drawn(replace(face, yaw=0.3))) < top(drawn(face)) - 0.06 * face.u


@pytest.mark.parametrize("person", [WOMAN, MAN])
def test_a_turned_nose_is_one_line_from_its_bridge_to_below_its_tip(face, inked, person):
    """A bridge by itself would be a scar."""
    for yaw in (-0.3, 0.3):
        outline = nose._outline(
            replace(face, yaw=yaw), nose._measure(face), person, face.points[2] + (np.sign(yaw) * 5, 0), np.sign(yaw)
        )
        assert min(inked(person, outline[3:], yaw)) > 25


@pytest.mark.parametrize("far", [0.03, 0.5])
def test_a_turned_nose_has_no_line_close_to_the_edge_of_the_face(face, look, far):
    """There it would be a second edge."""
    turned, picture = replace(face, yaw=0.3), np.full((400, 400, 3), FLAT, np.uint8)
    air = np.zeros((400, 400), np.float32)
    edge = int(face.points[1][0] + far * face.u)
    air[:, edge:] = 1
    palette = Palette.of(look, STYLES["modern"], face.u, small=False)
    nose.draw(picture, turned, WOMAN, palette, air)
    line = nose._outline(turned, nose._measure(turned), WOMAN, face.points[2], 1.0)[3:9]
    x, y = np.rint(line).astype(int).T
    dark = np.mean(FLAT) - picture[y, x].mean(-1)
    assert dark.min() > 25 if far > 0.1 else dark.max() < 10


def test_a_childs_turned_nose_is_shorter(face):
    turned, end = replace(face, yaw=0.3), face.points[2]
    of_woman, of_child = (nose._outline(turned, nose._measure(face), who, end, 1.0) for who in (WOMAN, BOY))
    assert of_child[0][1] > of_woman[0][1] + 0.01 * face.u


def test_its_shadow_lies_on_the_side_it_turns_to(face, drawn):
    tip = face.points[1][0]
    for yaw in (-0.2, 0.2):
        x = np.nonzero(drawn(replace(face, yaw=yaw)))[1]
        assert np.sign(x.mean() - tip) == np.sign(yaw)


def test_the_shadow_of_a_nose_seen_from_the_front_lies_away_from_the_light(face, drawn):
    tip = face.points[1][0]
    for light in (-1.0, 1.0):
        x = np.nonzero(drawn(replace(face, yaw=0.02), light=light))[1]
        assert np.sign(x.mean() - tip) == -light
    x = np.nonzero(drawn(replace(face, yaw=0.2), light=1.0))[1]
    assert x.mean() > tip  # a turned one shades its far side


def test_a_man_alone_has_a_bridge_of_which_the_lower_end_is_drawn(face, drawn):
    """All of it would divide his face."""

    def top(person):
        return np.nonzero(drawn(shaped(face), person))[0].min()

    tip = face.points[1][1]
    assert 0.11 * face.u < tip - top(MAN) < 0.16 * face.u
    assert max(tip - top(WOMAN), tip - top(BOY)) < 0.1 * face.u


def test_an_older_mans_nose_has_wings_and_a_turned_one_the_near_wing(face, inked):
    wings = face.points[[98, 327]]
    assert min(inked(MAN, wings)) > 25 > 10 > max(inked(WOMAN, wings))
    near, far = inked(MAN, wings, yaw=0.3)
    assert near > 25 > 10 > far


def test_a_long_nose_of_a_man_shows_more_of_its_bridge(face, drawn):
    short, long = (np.nonzero(drawn(shaped(face, length=length), MAN))[0].min() for length in (0.33, 0.39))
    assert short - long > 0.03 * face.u


def test_a_broad_nose_of_a_young_man_has_marks_where_its_wings_are(face, inked):
    """All men would have one nose."""
    young = Person.of(30, 0.05)
    slim, broad = (shaped(face, breadth) for breadth in (SLIM, BROAD))
    marks = [inked(young, sitter.points[[98, 327]], sitter=sitter) for sitter in (slim, broad)]
    assert max(marks[0]) < 5 < 20 < min(marks[1])
    assert max(inked(WOMAN, broad.points[[98, 327]], sitter=broad)) < 10


def test_the_line_under_a_mans_broad_nose_reaches_further(face, drawn, monkeypatch):
    lines, pen = [], nose.pen
    monkeypatch.setattr(nose, "pen", lambda line, *more: (lines.append(line), pen(line, *more))[1])
    shares = []
    for breadth in (SLIM, BROAD):
        lines.clear()
        drawn(shaped(face, breadth), Person.of(30, 0.05))
        shares.append(np.ptp(lines[0][:, 0]) / breadth)
    assert shares[1] > 1.3 * shares[0]


def test_a_turned_nose_of_a_young_man_has_a_mark_at_its_near_wing(face, inked):
    """Hardly anything would be left of it."""
    slim = shaped(face)
    near, far = inked(Person.of(30, 0.05), slim.points[[98, 327]], yaw=0.3, sitter=slim)
    assert near > 20 > far


def test_the_line_of_a_mans_turned_nose_is_darker(face, inked):
    slim = replace(shaped(face), yaw=0.3)
    high = nose._outline(slim, nose._measure(slim), MAN, face.points[2] + (5, 0), 1.0)[5:8]
    his, hers = (min(inked(person, high, yaw=0.3, sitter=slim)) for person in (MAN, WOMAN))
    assert his > 1.1 * hers > 0


def test_the_slim_noses_of_young_men_have_no_wings(face, inked):
    """They look drawn by a caricaturist."""
    slim = shaped(face)
    wing = slim.points[[98]]
    people = (Person.of(30, 0.05), Person.of(30, 0.05, 0.5), Person.of(43, 0.05), MAN)
    young, bearded, between, old = (inked(person, wing, sitter=slim)[0] for person in people)
    assert young == bearded == 0
    assert 5 < between < 0.7 * old


def test_the_line_under_a_mans_slim_nose_is_short_from_the_front(face, inked):
    """As broad as the nose it would be a shelf; a turned one has hardly another line."""
    slim = shaped(face)
    young, half = Person.of(30, 0.05), nose._measure(slim).half
    ends = [face.points[2] + face.right * (sign * 0.6 * half) for sign in (-1, 1)]
    assert min(inked(young, ends, sitter=slim)) < 0.5 * max(inked(young, face.points[[2]], sitter=slim))
    assert max(inked(young, ends, yaw=0.3, sitter=slim)) > 25


@pytest.mark.parametrize("light", [-1.0, 1.0])
def test_light_lies_on_the_tip_clear_of_its_shadow(face, look, light):
    """On the shadow's edge it would bite into it."""
    picture = np.full((400, 400, 3), FLAT, np.uint8)
    nose.draw(picture, face, WOMAN, Palette.of(look, STYLES["modern"], face.u, small=False), None, light)
    change = picture.astype(int).sum(-1) - sum(FLAT)
    lit, shaded = change > 15, change < -15
    assert lit.sum() >= 4
    assert cv2.distanceTransform((~shaded).astype(np.uint8), cv2.DIST_L2, 5)[lit].min() > 0.025 * face.u
    assert np.sign(np.nonzero(lit)[1].mean() - np.nonzero(shaded)[1].mean()) == np.sign(light)


def test_a_bridge_ends_in_a_point(face, look, monkeypatch):
    """A blunt end would be a step on the shadow below it."""
    lines = []
    fill = Canvas.fill

    def noted(self, shape, colour, *more):
        lines.append(np.asarray(shape))
        fill(self, shape, colour, *more)

    monkeypatch.setattr(Canvas, "fill", noted)
    palette = Palette.of(look, STYLES["modern"], face.u, small=False)
    for sitter, person in ((face, MAN), (replace(face, yaw=0.3), WOMAN)):
        lines.clear()
        nose.draw(np.full((400, 400, 3), FLAT, np.uint8), sitter, person, palette)
        bridge = min(lines, key=lambda shape: shape[:, 1].min())
        half = len(bridge) // 2
        across = np.linalg.norm(bridge[:half] - bridge[: half - 1 : -1], axis=1)
        assert max(across[0], across[-1]) < 0.1 * across.max()


def test_the_shadow_of_a_nose_grows_out_of_its_bridge(face):
    """There one that bulges would be a spade at the end of a line."""
    top, base = np.array([200.0, 200.0]), np.array([200.0, 230.0])
    plain, slender = (nose._wedge(face, top, base, 10.0, slender=slender)[:8] for slender in (False, True))
    for edge, sign in ((plain, 1), (slender, -1)):
        chord = edge[-1] - edge[0]
        beyond = (edge[1:-1] - edge[0]) @ np.array([chord[1], -chord[0]])
        assert (beyond * sign > 0).all()


@pytest.mark.parametrize(("person", "yaw", "hollow"), [(MAN, 0.0, True), (WOMAN, 0.0, False), (MAN, 0.3, False)])
def test_a_nose_without_a_bridge_has_a_full_shadow(face, look, monkeypatch, person, yaw, hollow):
    asked = []
    wedge = nose._wedge
    monkeypatch.setattr(
        nose, "_wedge", lambda *args, slender: (asked.append(slender), wedge(*args, slender=slender))[1]
    )
    palette = Palette.of(look, STYLES["modern"], face.u, small=False)
    nose.draw(np.full((400, 400, 3), FLAT, np.uint8), replace(face, yaw=yaw), person, palette)
    assert asked == [hollow]


def test_a_small_childs_nose_is_a_button(face, drawn):
    school, small = (np.ptp(np.nonzero(drawn(face, Person.of(age, 0.9)))[1]) for age in (9, 3))
    assert small < 0.8 * school


def test_a_small_childs_turned_nose_has_no_bridge(face, inked):
    """It is but a dot."""
    school, small = Person.of(9, 0.5), Person.of(3, 0.5)
    outline = nose._outline(replace(face, yaw=0.3), nose._measure(face), school, face.points[2] + (5, 0), 1.0)
    assert min(inked(school, outline[2:4], 0.3)) > min(inked(small, outline[2:4], 0.3)) + 10
