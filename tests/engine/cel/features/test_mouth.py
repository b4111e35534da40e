from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.cel.canvas import Canvas
from engine.cel.features import lips, mouth
from engine.cel.features.chart import Chart
from engine.cel.features.mouth import Mouth
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.styles import STYLES
from engine.cel.traits import Traits

WOMAN, MAN = Person.of(30, 0.95), Person.of(30, 0.05)


@pytest.fixture
def draw(look):
    def draw(seen, face, person=WOMAN):
        picture = np.full((400, 400, 3), (226, 182, 158), np.uint8)
        mouth.draw(picture, seen, face, person, Palette.of(look, STYLES["modern"], face.u, small=False))
        return picture

    return draw


def seen(**more):
    return replace(Mouth(0.0, 0.0, 0.0, 0.0, 0.1, np.float32([9, 2])), **more)


def moved(face, points, by):
    p = face.points.copy()
    p[list(points)] += by
    return replace(face, points=p)


def test_bright_colourless_pixels_between_open_lips_are_teeth(face, paint):
    inside = np.vstack([face.points[list(mouth.UPPER)], face.points[list(mouth.LOWER)][::-1]])
    photo = paint()
    for colour, wanted in (((240, 238, 235), True), ((60, 15, 18), False)):
        cv2.fillPoly(photo, [np.rint(inside).astype(np.int32)], colour)
        got = mouth.read(Chart.of(photo, face))
        assert got.open > 0.05
        assert (got.teeth > 0.5) == wanted


def test_lips_are_as_red_as_they_are_over_the_skin(face, paint):
    red, bare = (mouth.read(Chart.of(paint(lips=lips), face)).tint[0] for lips in ((205, 25, 45), (205, 140, 128)))
    assert red > 40 > 20 > bare > 3


def test_teeth_are_one_white_band_and_closed_mouths_have_none(face, draw):
    white = (draw(seen(open=0.2, teeth=1.0), face).min(-1) > 230).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(white)
    assert white.sum() > 60
    assert stats[1:, cv2.CC_STAT_AREA].max() > 0.9 * white.sum()
    assert count >= 2
    assert not (draw(seen(), face).min(-1) > 230).any()


def test_a_smile_curves_upwards(face, draw):
    def ends_over_middle(lift):
        dark = draw(seen(), moved(face, (61, 78, 291, 308), (0, -lift))).max(-1) < 140
        y, x = np.nonzero(dark)
        middle = np.abs(x - x.mean()) < 0.15 * np.ptp(x)
        ends = np.abs(x - x.mean()) > 0.42 * np.ptp(x)
        return y[middle].mean() - y[ends].mean()

    assert ends_over_middle(10) > ends_over_middle(0) > ends_over_middle(-10)


@pytest.mark.parametrize("opened", [0.0, 0.2])
def test_who_smiles_at_a_glance_has_a_mouth_that_curves_up(face, opened):
    def rise(smile):
        """How far the corners lie over the middle of where the lips meet."""
        _, upper, lower, _ = mouth._shape(seen(open=opened, teeth=1.0, smile=smile), face)
        line = (upper + lower) @ face.down / 2
        return (line[len(line) // 2] - (line[0] + line[-1]) / 2) / face.u

    stern, smiling = rise(0.2), rise(2.0)
    assert smiling > stern + 0.012


def test_a_smile_is_told_at_a_glance(face, paint):
    chart = Chart.of(paint(), face)
    assert mouth.read(chart, Traits(smile=2.5)).smile == 2.5
    assert mouth.read(chart).smile == Traits().smile


def test_made_up_lips_keep_their_colour(face, draw):
    loud = draw(seen(tint=np.float32([45, 15])), face).astype(int)
    bare = draw(seen(), face).astype(int)
    x, y = np.rint(face.points[[181, 178]].mean(0)).astype(int)
    assert (loud[y, x, 0] - loud[y, x, 1]) > (bare[y, x, 0] - bare[y, x, 1]) + 40


def test_a_mouth_keeps_clear_of_the_edge_of_the_face(face, draw):
    edge = face.points[:, 0].max()
    lips = [*mouth.OUTER, *mouth.UPPER, *mouth.LOWER]
    out = edge - face.points[291, 0]
    near = moved(face, set(lips), (out, 0))
    picture = draw(seen(), near)
    inked = np.flatnonzero((np.abs(picture.astype(int) - (226, 182, 158)).max(-1) > 60).any(0))
    assert inked.max() < edge - 0.04 * face.u


def test_laughs_are_drawn_louder_than_they_are(face, draw):
    """Lips of an open mouth stand further apart than the warped photograph's."""
    picture = draw(seen(open=0.2, teeth=1.0, pale=0.9), face)
    middle = face.points[[13, 14]].mean(0)
    x, gap = round(middle[0]), float((face.points[14] - face.points[13]) @ face.down)
    column = picture[int(middle[1]) - 40 : int(middle[1]) + 40, x]
    rows = np.flatnonzero(column.min(-1) > 225)
    assert len(rows) > 0.75 * gap  # of which teeth fill at most 0.8, and a shadow lies on the upper ones


def test_dark_lipstick_is_dark(face, draw):
    x, y = np.rint(face.points[[181, 178]].mean(0)).astype(int)
    wine, coral = (draw(seen(tint=np.float32([40, 8]), dark=dark), face)[y, x].mean() for dark in (0.6, 0.2))
    assert wine < 0.8 * coral


def test_no_band_of_pink_lies_about_a_mans_teeth(face, look):
    skin = np.array((226, 182, 158))

    def pink(person, opened):
        picture = np.full((400, 400, 3), skin, np.uint8)
        canvas = Canvas(picture, (0, 0, 400, 400), 1)
        palette = Palette.of(look, STYLES["modern"], face.u, small=False)
        line = face.points[list(mouth.UPPER)]
        outline = face.points[list(mouth.OUTER)]
        lips.paint(canvas, seen().tint, 0.1, outline, (line, line), opened, person, person.man, palette)
        return float(np.abs(canvas.pixels.astype(int) - skin).max())

    assert pink(MAN, True) < 0.5 * min(pink(MAN, False), pink(Person.of(30, 0.5), True))
    assert pink(WOMAN, True) > 0.5 * pink(WOMAN, False)


def places(face, share, hers=0.0):
    """Places on the upper and on the lower lip, at a share of the way from where they meet."""
    _, above, below, outline = mouth._shape(seen(), face, hers)
    middle = (above + below)[len(above) // 2] / 2
    return np.rint(middle + share * (outline[[5, 15]] - middle)).astype(int)


@pytest.mark.parametrize("person", [MAN, WOMAN])
def test_the_upper_lip_of_a_shut_mouth_is_the_darker(face, draw, person):
    picture = draw(seen(), face, person).astype(int)
    upper, lower = places(face, 0.85, person.woman)
    assert picture[upper[1], upper[0]].mean() < picture[lower[1], lower[0]].mean() - 6
    skin = (226 + 182 + 158) / 3
    assert picture[lower[1], lower[0]].mean() < skin - 3


@pytest.mark.parametrize("opened", [False, True])
def test_lips_end_where_the_line_ends_that_they_meet_along(face, opened):
    """What is red beyond a mouth's corners is smeared, and a line that ends within the lips is a bar."""
    hanging = moved(face, (61, 291), 0.02 * face.u * face.down)
    got, upper, lower, outline = mouth._shape(seen(open=0.2, teeth=1.0) if opened else seen(), hanging)
    assert got == opened
    line = (upper + lower) / 2
    long = np.ptp(line[:, 0])
    assert abs(np.ptp(outline[:, 0]) - long) < 0.05 * long
    corners = outline[[np.argmin(outline[:, 0]), np.argmax(outline[:, 0])]]
    assert np.abs(corners - line[[0, -1]]).max() < 0.04 * long
    if not opened:  # it is drawn out towards where the lips end
        apart = [
            np.ptp(mouth._livelier(hanging.points[list(part)], hanging, 0.0)[:, 0])
            for part in (mouth.UPPER, mouth.OUTER)
        ]
        assert apart[0] + 0.4 * (apart[1] - apart[0]) < long < apart[1]


def test_the_lower_lip_arches_from_corner_to_corner(face):
    """A narrower one is a cup that hangs from the line."""
    cup = face.points.copy()
    line = cup[[13, 14]].mean(0)
    near_corners = [375, 321, 91, 146]
    cup[near_corners] += ((line - cup[near_corners]) @ face.down)[:, None] * face.down
    _, upper, lower, outline = mouth._shape(seen(), replace(face, points=cup))
    along, level = ((upper + lower) / 2).T
    order = np.argsort(along)
    deep = outline[:, 1] - np.interp(outline[:, 0], along[order], level[order])
    share = np.abs(outline[:, 0] - along.mean()) / (np.ptp(along) / 2)
    assert deep[(share > 0.7) & (share < 0.8) & (deep > 0)].min() > 0.3 * deep.max()


def test_the_line_of_a_shut_mouth_is_thickest_in_its_middle_and_has_fine_ends():
    at, press = mouth._PRESSED
    assert np.argmax(press) == len(press) // 2
    assert np.all(np.diff(press[: len(press) // 2 + 1]) > 0)
    assert max(press[0], press[-1]) < 0.1
    assert press[at.index(0.1)] < 0.6


def test_painted_lips_are_drawn_fuller(face):
    bare, red = (mouth._shape(seen(tint=np.float32([a, 5])), face)[-1] for a in (9, 40))
    assert np.ptp(red[:, 1]) > 1.15 * np.ptp(bare[:, 1])
    assert abs(np.ptp(red[:, 0]) - np.ptp(bare[:, 0])) < 1


def test_light_lies_on_a_womans_full_lower_lip(face, draw, monkeypatch):
    middle, lower = face.points[[13, 14]].mean(0), [375, 321, 405, 314, 17, 84, 181, 91, 146]
    thin = face.points.copy()
    thin[lower] = middle + (thin[lower] - middle) * (1, -0.1)
    sitters = ((face, WOMAN), (face, MAN), (replace(face, points=thin), WOMAN))
    lit = [draw(seen(), *sitter).astype(int) for sitter in sitters]
    monkeypatch.setattr(lips, "_THIN", 9.0)
    gloss = [one - draw(seen(), *sitter) for one, sitter in zip(lit, sitters, strict=True)]
    assert gloss[0].max() > 15
    assert not gloss[1].any()
    assert not gloss[2].any()
    y = np.nonzero(gloss[0].any(-1))[0]
    assert places(face, 0.1, 1.0)[1][1] < y.min() < y.max() < places(face, 0.9, 1.0)[1][1]


def test_no_shadow_is_seen_below_the_lips_in_a_beard(face, draw):
    below = np.rint(face.points[17] + face.down * 0.02 * face.u).astype(int)
    box = np.s_[below[1] - 3 : below[1] + 6, below[0] - 3 : below[0] + 4]
    shaven, bearded = (draw(seen(), face, person)[box].min() for person in (MAN, replace(MAN, bearded=1.0)))
    assert shaven < 0.9 * bearded


def test_whiskers_leave_shut_lips_bare_as_they_are_drawn(face):
    outline = mouth.bare(seen(), face)
    points = face.points[list(mouth.OUTER)]
    assert np.ptp(outline[:, 0]) > np.ptp(points[:, 0])  # a mouth is drawn a little broader than it is
    assert np.ptp(outline[:, 1]) > 0.8 * np.ptp(points[:, 1])


def test_whiskers_hang_over_the_lips_of_an_open_mouth(face):
    laugh = seen(open=0.2, teeth=1.0)
    outline, whole = mouth.bare(laugh, face), mouth._shape(laugh, face)[-1]
    gap = float((face.points[14] - face.points[13]) @ face.down)
    assert gap < np.ptp(outline[:, 1]) < 0.9 * np.ptp(whole[:, 1])
    assert abs(np.ptp(outline[:, 0]) - np.ptp(whole[:, 0])) < 2
    upper = mouth._shape(laugh, face)[1]
    over = outline[4 * 5]  # in the middle of the upper lip, of which nothing is seen
    assert abs(over[1] - np.interp(over[0], upper[:, 0], upper[:, 1])) < 1


def test_lips_in_a_beard_are_drawn_where_whiskers_leave_them_bare(face, draw):
    """Over the hair they would be a stain."""
    laugh = seen(open=0.2, teeth=1.0)
    bearded = replace(MAN, bearded=1.0)
    inside = np.zeros((400, 400), np.uint8)
    cv2.fillPoly(inside, [np.rint(mouth.bare(laugh, face)).astype(np.int32)], 1)
    beyond = cv2.dilate(inside, np.ones((7, 7), np.uint8)) == 0
    flat = draw(laugh, face, bearded)[0, 0]
    assert not (draw(laugh, face, bearded) != flat).any(-1)[beyond].any()
    lip = np.rint(mouth.bare(laugh, face)[lips.LOWEST * 4] - face.down * 0.01 * face.u).astype(int)
    shaven, grown = (draw(laugh, face, person)[lip[1], lip[0]].astype(int) for person in (MAN, bearded))
    assert flat.sum() - grown.sum() > 1.3 * (flat.sum() - shaven.sum()) > 0


def test_a_shaven_mans_lips_are_faint(face, draw):
    """Drawn in full they are made up."""
    shaven, bearded = (draw(seen(), face, person).astype(int).sum(-1) for person in (MAN, replace(MAN, bearded=1.0)))
    for x, y in places(face, 0.6):
        assert 0 < shaven[0, 0] - shaven[y, x] < 0.6 * (bearded[0, 0] - bearded[y, x])


def test_full_lips_of_shaven_men_are_less_faint_when_shut(face, draw, monkeypatch):
    """They tell who he is; about teeth they would be a band of pink."""
    x, y = places(face, 0.6)[0]
    shares = []
    for height in (0.07, 0.11):
        monkeypatch.setattr(mouth, "_height", lambda face, height=height: height)
        shaven, bearded = (draw(seen(), face, man).astype(int).sum(-1) for man in (MAN, replace(MAN, bearded=1.0)))
        shares.append((shaven[0, 0] - shaven[y, x]) / (bearded[0, 0] - bearded[y, x]))
    assert 0 < 1.3 * shares[0] < shares[1] < 1
    full = draw(seen(open=0.3), face, MAN)
    monkeypatch.setattr(mouth, "_height", lambda face: 0.07)
    thin = draw(seen(open=0.3), face, MAN)
    assert (thin == full).all()


def test_lips_are_as_high_as_both_together(face):
    points = face.points.copy()
    points[[0, 13, 14, 17]] = [face.points[13] + face.down * (step * face.u) for step in (-0.03, 0.0, 0.02, 0.06)]
    assert mouth._height(replace(face, points=points)) == pytest.approx(0.07, rel=1e-3)


def test_below_a_mans_mouth_lies_a_shadow_that_is_round_below(face, draw):
    """A line there is a second mouth."""
    top = mouth._shape(seen(), face)[-1][lips.LOWEST]
    box = np.s_[
        int(top[1]) + 2 : int(top[1] + 0.06 * face.u), int(top[0] - 0.06 * face.u) : int(top[0] + 0.06 * face.u)
    ]
    picture = draw(seen(), face, MAN)
    dark = (picture != picture[0, 0]).any(-1)[box]
    deep = dark.sum(0)
    assert deep[len(deep) // 2] > 0.022 * face.u
    assert deep[len(deep) // 2] > 1.2 * deep[deep > 0][2]


def test_a_small_childs_mouth_is_smaller_and_its_lips_paler(face, draw):
    """Full lips would make a grown face of it."""
    x, y = np.rint(face.points[[14, 17]].mean(0)).astype(int)
    breadths, strong = [], []
    for age in (9, 3):
        picture = draw(seen(), face, Person.of(age, 0.9))
        changed = np.abs(picture.astype(int) - (226, 182, 158)).max(-1)
        breadths.append(np.ptp(np.flatnonzero((changed > 8).any(0))))
        strong.append(changed[y, x])
    assert breadths[1] < 0.85 * breadths[0]
    assert strong[1] < 0.6 * strong[0]


@pytest.mark.parametrize("opened", [False, True])
def test_a_womans_lips_are_fuller_than_the_caricature_leaves_them_unless_they_are_full(face, opened):
    said = seen(open=0.2, teeth=1.0) if opened else seen()

    def full(face, hers):
        outline = mouth._shape(said, face, hers)[-1]
        return np.ptp(outline @ face.down)

    middle = face.points[[13, 14]].mean(0)
    plenty = face.points.copy()
    plenty[list(mouth.OUTER)] += (plenty[list(mouth.OUTER)] - middle) * (0, 1.2)
    plenty = replace(face, points=plenty)
    assert full(face, 1.0) > 1.05 * full(face, 0.0)
    assert full(plenty, 1.0) < 1.01 * full(plenty, 0.0)


def test_a_row_of_teeth_ends_before_the_corners(face, draw):
    said = seen(open=0.2, teeth=1.0, pale=1.0)
    _, upper, lower, _ = mouth._shape(said, face, 1.0)
    picture = draw(said, face)
    for share, white in ((0.035, False), (0.5, True), (0.965, False)):
        at = int(share * (len(upper) - 1))
        x, y = np.rint(0.6 * upper[at] + 0.4 * lower[at]).astype(int)
        assert (picture[y, x].min() > 200) == white


def test_the_parted_lips_of_one_who_smiles_broadly_show_teeth_that_are_less_sure(face):
    grins, talks = (mouth._shape(seen(open=0.08, teeth=0.4, smile=smile), face)[0] for smile in (2.2, 0.8))
    assert grins
    assert not talks


def test_calm_women_smile_a_little_and_stern_ones_do_not(face, monkeypatch):
    def lifted(smile, hers=1.0):
        def line():
            _, upper, lower, _ = mouth._shape(seen(smile=smile), face, hers)
            at = (upper + lower) @ face.down / 2
            return float(at[len(at) // 2] - (at[0] + at[-1]) / 2)

        with_it = line()
        with monkeypatch.context() as patch:
            patch.setattr(mouth, "_KINDER", 0.0)
            return with_it - line()

    assert lifted(0.5) > 0.002 * face.u
    assert lifted(-0.3) == lifted(2.2) == lifted(0.5, hers=0.0) == 0


def test_a_small_child_smiles_a_little_at_least(face):
    def lift(infant):
        _, upper, lower, _ = mouth._shape(seen(), moved(face, (61, 291), face.down * (0.08 * face.u)), infant=infant)
        line = (upper + lower) / 2
        return float((line[len(line) // 2] - (line[0] + line[-1]) / 2) @ face.down) / face.u

    assert lift(1.0) > lift(0.0) + 0.005


def test_the_parted_lips_of_a_small_child_are_a_small_open_mouth_without_teeth(face, draw):
    parted = seen(open=0.075)
    assert not mouth._shape(parted, face)[0]
    assert mouth._shape(parted, face, infant=1.0)[0]
    wide = moved(face, [14], face.down * (0.03 * face.u))
    picture = draw(replace(parted, open=0.09), wide, Person.of(3, 0.9))
    assert not (picture.min(-1) > 215).any()
