from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.cel.canvas import Canvas
from engine.cel.features import brows
from engine.cel.features.chart import Chart
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.geometry import pen
from engine.cel.look import coordinates
from engine.cel.styles import STYLES

PERSON = Person.of(30, 0.5)


@pytest.fixture
def browed(face, paint):
    """browed(thick, colour, lift) -> a photograph with brows drawn on the mesh's."""

    def browed(thick, colour=(50, 35, 25), lift=0.0):
        photo = paint()
        for upper, lower in brows.MESH:
            line = (face.points[list(upper)] + face.points[list(lower)]) / 2 - face.down * lift * face.u
            shape = pen(line, thick * face.u, 0.7, 0.7)
            cv2.fillPoly(photo, [np.rint(shape * 16).astype(np.int32)], colour, cv2.LINE_AA, 4)
        return photo

    return browed


def test_thickness_height_and_colour_come_from_the_picture(face, browed):
    thin, thick = (brows.read(Chart.of(browed(t), face), face)[0] for t in (0.02, 0.05))
    assert np.median(thick.width) > 1.5 * np.median(thin.width)
    high = brows.read(Chart.of(browed(0.03, lift=0.02), face), face)[0]
    low = brows.read(Chart.of(browed(0.03, lift=-0.02), face), face)[0]
    assert ((low.line - high.line) @ face.down).mean() > 0.02 * face.u
    red = brows.read(Chart.of(browed(0.04, (130, 40, 20)), face), face)[0]
    assert red.colour[1] > thick.colour[1] + 10


def test_bare_skin_has_no_dark_brow_and_a_hidden_eye_no_brow(face, paint, browed):
    assert brows.read(Chart.of(paint(), face), face)[0].dark < 0.2
    assert brows.read(Chart.of(browed(0.03), face), face)[0].dark > 0.7
    turned = replace(face, eyes=(None, face.eyes[1]))
    assert brows.read(Chart.of(browed(0.03), turned), turned)[0] is None


def test_a_drawn_brow_stays_above_the_lid(face, look, browed):
    brow = brows.read(Chart.of(browed(0.03, lift=-0.03), face), face)[0]
    lid = face.eyes[0].upper - face.down * 0.03 * face.u
    palette = Palette.of(look, STYLES["modern"], face.u, small=False)

    def lowest(ceiling):
        picture = np.full((400, 400, 3), (226, 182, 158), np.uint8)
        line = brows.laid(brow, face, PERSON, palette, ceiling=ceiling)
        brows.draw(picture, brow, line, face, PERSON, palette)
        return np.nonzero((picture != (226, 182, 158)).any(-1))[0].max()

    assert lowest(lid) < lowest(None)


def test_brows_of_one_who_laughs_do_not_frown(face, look, browed):
    brow = brows.read(Chart.of(browed(0.03), face), face)[0]
    palette = Palette.of(look, STYLES["shounen"], face.u, small=False)

    def inner(cheer):
        return float(brows.laid(brow, face, PERSON, palette, cheer)[-4] @ face.down)

    assert inner(1.0) < inner(0.0) - 0.5


@pytest.mark.parametrize("side", [0, 1])
def test_a_brow_that_the_light_hides_is_as_dark_as_the_other(face, browed, paint, side):
    photo, bare = browed(0.04), paint()
    middle = int(face.centre[0])
    hidden = np.s_[:, middle:] if side else np.s_[:, :middle]
    photo[hidden] = bare[hidden]
    left, right = brows.read(Chart.of(photo, face), face)
    assert left.dark == right.dark > 0.7
    assert np.array_equal(left.colour, right.colour)


@pytest.mark.parametrize("side", [0, 1])
def test_brows_are_about_equally_broad(face, browed, side):
    """In the shade, or behind hair, one is a stub, or a hair."""
    middle = int(face.centre[0])
    half = np.s_[:, middle:] if side else np.s_[:, :middle]
    photo, faint = browed(0.045), browed(0.01, (150, 110, 90))
    broad = np.median(brows.read(Chart.of(photo, face), face)[0].width)
    photo[half] = faint[half]
    left, right = (np.median(brow.width) for brow in brows.read(Chart.of(photo, face), face))
    assert 0.6 < left / right < 1.67
    assert min(left, right) > 0.33 * broad


def test_brows_seen_from_the_front_are_rather_each_others_mirror_images(face, browed):
    left, right = (brow.line for brow in brows.read(Chart.of(browed(0.03), face), face))
    steep = left - np.linspace(0, 0.08, len(left))[:, None] * face.u * face.down

    def apart(yaw):
        one, other = brows.evened((steep, right), replace(face, yaw=yaw))
        return brows._raised(one, face) - brows._raised(other, face)

    before = brows._raised(steep, face) - brows._raised(right, face)
    assert apart(0.0) < 0.5 * before
    assert apart(0.25) == pytest.approx(before)
    assert brows.evened((steep, None), face) == (steep, None)


def test_fair_people_have_no_black_brows(face, look, browed):
    brow = brows.read(Chart.of(browed(0.03, (20, 15, 12)), face), face)[0]

    def darkest(hair):
        fair = replace(look, hair=replace(look.hair, base=np.float32(hair)))
        return brows._colour(brow, Palette.of(fair, STYLES["modern"], face.u, small=False)).max()

    assert darkest((75, 5, 40)) > darkest((25, 3, 5)) + 40


def test_a_mans_brows_lie_nearer_to_the_lid(face, look, browed):
    brow = brows.read(Chart.of(browed(0.03, lift=0.04), face), face)[0]
    palette = Palette.of(look, STYLES["modern"], face.u, small=False)

    def rows(female):
        picture = np.full((400, 400, 3), (226, 182, 158), np.uint8)
        person = Person.of(30, female)
        line = brows.laid(brow, face, person, palette, ceiling=face.eyes[0].upper)
        brows.draw(picture, brow, line, face, person, palette)
        return np.nonzero((picture != (226, 182, 158)).any(-1))[0]

    assert rows(0.0).mean() > rows(1.0).mean() + 0.01 * face.u
    assert np.ptp(rows(0.0)) < 1.4 * np.ptp(rows(1.0))  # thicker, and yet as flat


def test_brows_under_black_hair_are_no_grey(face, look, browed):
    brow = brows.read(Chart.of(browed(0.04, (150, 120, 100)), face), face)[0]
    assert brow.colour[0] > 40

    def lightness(hair):
        tones = replace(look.hair, base=np.float32(hair))
        drawn = brows._colour(brow, Palette.of(replace(look, hair=tones), STYLES["modern"], face.u, small=False))
        return float(drawn.mean())

    assert lightness((15, 1, -3)) < 0.75 * lightness((45, 8, 16))


@pytest.mark.parametrize("yaw", [0.0, 0.3])
def test_the_brow_of_a_turned_head_ends_before_the_edge_of_its_face(face, look, browed, yaw):
    brow = brows.read(Chart.of(browed(0.03), face), face)[0]
    edge = cv2.convexHull(face.points.astype(np.float32))
    beside = brow.line - face.right * (brow.line[0] - edge.min((0, 1))) @ face.right
    picture = np.full((400, 400, 3), (226, 182, 158), np.uint8)
    palette = Palette.of(look, STYLES["modern"], face.u, small=False)
    turned = replace(face, yaw=yaw)
    line = brows.laid(replace(brow, line=beside), turned, PERSON, palette)
    brows.draw(picture, brow, line, turned, PERSON, palette)
    drawn = np.argwhere((picture != (226, 182, 158)).any(-1))[:, ::-1].tolist()
    nearest = min(cv2.pointPolygonTest(edge, (float(x), float(y)), True) for x, y in drawn)
    assert (nearest > 0) == (yaw > 0)


@pytest.mark.parametrize("female", [0.0, 1.0])
def test_a_brow_tapers_to_both_its_ends(face, look, browed, female):
    """Cut off, it would be a strip of tape."""
    brow, person = brows.read(Chart.of(browed(0.04), face), face)[0], Person.of(30, female)
    palette = Palette.of(look, STYLES["modern"], face.u, small=False)
    line = brows.laid(brow, face, person, palette)
    picture = np.full((400, 400, 3), (226, 182, 158), np.uint8)
    brows.draw(picture, replace(brow, width=np.full(25, 0.04)), line, face, person, palette)
    dark = (picture.max(-1) < 150).sum(0)
    outer, middle, inner = (int(dark[int(line[k][0])]) for k in (2, 15, -1))
    assert outer < 0.8 * middle
    assert inner < 0.75 * middle


@pytest.mark.parametrize("female", [0.05, 0.95])
def test_the_tail_of_a_brow_ends_in_a_point(face, look, browed, monkeypatch, female):
    """As a wire, of one breadth, it would look stuck on."""
    shapes = []
    monkeypatch.setattr(Canvas, "fill", lambda self, shape, *more: shapes.append(np.asarray(shape)))
    photo = browed(0.04)
    left, _ = brows.read(Chart.of(photo, face), face)
    person, palette = Person.of(30, female), Palette.of(look, STYLES["modern"], face.u, small=False)
    brows.draw(photo, left, brows.laid(left, face, person, palette), face, person, palette)
    half = len(shapes[0]) // 2
    broad = np.linalg.norm(shapes[0][:half] - shapes[0][: half - 1 : -1], axis=1)
    assert broad[0] < 0.1 * broad.max()
    assert np.all(np.diff(broad[: half // 3]) > 0)


@pytest.mark.parametrize(("female", "blade"), [(0.0, True), (1.0, False)])
def test_a_mans_brow_broadens_towards_his_nose_as_a_blade_does(face, look, browed, monkeypatch, female, blade):
    """Of one breadth it would be a slug."""
    shapes = []
    monkeypatch.setattr(Canvas, "fill", lambda self, shape, *more: shapes.append(np.asarray(shape)))
    brow, person = brows.read(Chart.of(browed(0.04), face), face)[0], Person.of(30, female)
    palette = Palette.of(look, STYLES["modern"], face.u, small=False)
    even = replace(brow, width=np.full(25, 0.04))
    picture = np.full((400, 400, 3), (226, 182, 158), np.uint8)
    brows.draw(picture, even, brows.laid(even, face, person, palette), face, person, palette)
    half = len(shapes[0]) // 2
    broad = np.linalg.norm(shapes[0][:half] - shapes[0][: half - 1 : -1], axis=1)
    assert (broad[int(0.3 * half)] < 0.7 * broad[int(0.85 * half)]) == blade


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_the_far_brow_of_a_turned_head_does_not_stand_on_end(face, side):
    """Short as it is seen, its inner end is raised as much as that of the near one."""
    turned, t = replace(face, yaw=0.4 * side), np.linspace(0, 1, 25)[:, None]
    near, far = (
        face.centre + face.right * side * (0.2 - length * t) * face.u * way - face.down * 0.06 * face.u * t
        for length, way in ((0.4, -1.0), (0.12, 1.0))
    )
    left, right = (far, near) if side < 0 else (near, far)

    def steepness(line):
        reach = np.abs(line[-1] - line[0])
        return reach @ face.down / (reach @ face.right)

    one, other = brows.tamed((left, right), turned)
    was, kept = (one, other) if side < 0 else (other, one)
    assert np.array_equal(kept, near)
    assert steepness(was) < 0.5 * steepness(far)
    assert np.abs(was.mean(0) - far.mean(0)).max() < 0.02 * face.u
    assert np.array_equal(brows.tamed((left, right), replace(face, yaw=0.0))[side > 0], far)
    assert brows.tamed((left, None), turned) == (left, None)


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_the_far_brow_of_a_turned_head_is_arched_as_the_near_one(face, side):
    """So little is seen of it that its own arch is none; before the head turns its back on it, it is its own."""
    t = np.linspace(0, 1, 25)[:, None]
    near, far = (
        face.centre + (face.right * side * (0.2 - length * t) * way - face.down * arch * t * (1 - t)) * face.u
        for length, way, arch in ((0.4, -1.0, 0.3), (0.12, 1.0, 0.0))
    )
    left, right = (far, near) if side < 0 else (near, far)

    def arched(line):
        down = (line - line[0]) @ face.down
        return (max(down[0], down[-1]) - down.min()) / face.u

    def tamed(yaw):
        return brows.tamed((left, right), replace(face, yaw=yaw * side))[side > 0]

    assert arched(tamed(0.15)) < 0.001
    assert 0.02 < arched(tamed(0.4)) < 0.6 * arched(near)
    assert np.allclose((tamed(0.4) - far) @ face.right, 0)


@pytest.mark.parametrize(("yaw", "slighter"), [(0.0, False), (0.4, True)])
def test_what_little_is_seen_of_a_far_brow_is_no_stub(face, look, monkeypatch, yaw, slighter):
    """As broad as a whole one it would be a block over the eye."""
    shapes = []
    monkeypatch.setattr(Canvas, "fill", lambda self, shape, *more: shapes.append(np.asarray(shape)))
    palette, t = Palette.of(look, STYLES["modern"], face.u, small=False), np.linspace(-0.5, 0.5, 25)[:, None]
    brow = brows.Brow(np.zeros((25, 2)), np.full(25, 0.04), 1.0, np.zeros(3, np.float32))
    picture = np.full((400, 400, 3), (226, 182, 158), np.uint8)
    for length in (0.3, 0.08):
        line = face.centre + face.right * (t * length * face.u)
        brows.draw(picture, brow, line, replace(face, yaw=yaw), PERSON, palette)
    half = len(shapes[0]) // 2
    whole, little = (np.linalg.norm(s[:half] - s[: half - 1 : -1], axis=1).max() for s in shapes)
    assert (little < 0.75 * whole) == slighter


def test_a_mans_brow_is_cut_to_a_point_at_the_nose_and_close_to_the_lid(face, look, browed, monkeypatch):
    """Blunt and well over the eye it is a caterpillar."""
    shapes = []
    monkeypatch.setattr(Canvas, "fill", lambda self, shape, *more: shapes.append(np.asarray(shape)))
    brow, man = brows.read(Chart.of(browed(0.04, lift=0.06), face), face)[0], Person.of(30, 0.0)
    palette = Palette.of(look, STYLES["modern"], face.u, small=False)
    even = replace(brow, width=np.full(25, 0.04))
    lid = face.eyes[0].upper
    line = brows.laid(even, face, man, palette, ceiling=lid)
    brows.draw(np.full((400, 400, 3), (226, 182, 158), np.uint8), even, line, face, man, palette)
    half = len(shapes[0]) // 2
    broad = np.linalg.norm(shapes[0][:half] - shapes[0][: half - 1 : -1], axis=1)
    assert max(broad[0], broad[-1]) < 0.4 * broad.max()
    order = np.argsort(lid @ face.right)
    over = np.interp(line @ face.right, (lid @ face.right)[order], (lid @ face.down)[order], left=np.inf, right=np.inf)
    assert float(np.min(over - line @ face.down)) < 0.08 * face.u


def test_small_children_have_short_fine_brows(face, look, browed, monkeypatch):
    shapes = []
    monkeypatch.setattr(Canvas, "fill", lambda self, shape, *more: shapes.append(np.asarray(shape)))
    photo = browed(0.04)
    brow, palette = brows.read(Chart.of(photo, face), face)[0], Palette.of(look, STYLES["modern"], face.u, small=False)
    line = brows.laid(brow, face, Person.of(9, 0.9), palette)
    for age in (9, 3):
        brows.draw(photo, brow, line, face, Person.of(age, 0.9), palette)
    (long, thick), (short, fine) = (np.ptp(shape @ np.stack([face.right, face.down], 1), axis=0) for shape in shapes)
    assert short < 0.8 * long
    assert fine < 0.9 * thick


def test_the_slope_of_womens_brows_is_drawn_stronger_and_is_no_frown(face, look, browed):
    brow = brows.read(Chart.of(browed(0.03), face), face)[0]
    palette = Palette.of(look, STYLES["modern"], face.u, small=False)
    t = np.linspace(0, 1, len(brow.line))[:, None]
    long = float((brow.line[-1] - brow.line[0]) @ face.right)

    def slope(female, more):
        line = brow.line + face.down * (t * more * long)
        return -brows._raised(brows.laid(replace(brow, line=line), face, Person.of(30, female), palette), face)

    own = brows._COMMON_SLOPE + brows._raised(brow.line, face)
    hers, his = (slope(female, own) - slope(female, own - 0.1) for female in (1.0, 0.0))
    assert hers > 0.15
    assert his == pytest.approx(0.1, abs=0.005)
    assert slope(1.0, own + 0.3) - slope(1.0, own + 0.2) < 0.11


def test_womens_bold_brows_are_the_bolder(face, look, browed):
    palette = Palette.of(look, STYLES["modern"], face.u, small=False)
    brow = brows.read(Chart.of(browed(0.03), face), face)[0]

    def area(female, width):
        picture = np.full((400, 400, 3), (226, 182, 158), np.uint8)
        one, person = replace(brow, width=np.full_like(brow.width, width)), Person.of(30, female)
        brows.draw(picture, one, brow.line, face, person, palette)
        return float((226 - picture[..., 0].astype(float)).sum())

    hers, his = (area(female, 0.045) / area(female, 0.032) for female in (1.0, 0.0))
    assert hers > 1.12 * his


def test_straight_brows_of_women_are_the_straighter_and_arched_ones_the_higher(face, look, browed):
    brow = brows.read(Chart.of(browed(0.03), face), face)[0]
    palette = Palette.of(look, STYLES["modern"], face.u, small=False)
    t = np.linspace(0, 1, len(brow.line))[:, None]
    chord = brow.line[0] + (brow.line[-1] - brow.line[0]) * t

    def arch(line):
        own = line[0] + (line[-1] - line[0]) * t - line
        return float((own @ face.down).max()) / float(np.linalg.norm(line[-1] - line[0]))

    def drawn(female, high):
        line = chord + (brow.line - chord) * (high / arch(brow.line))
        return arch(brows.laid(replace(brow, line=line), face, Person.of(30, female), palette))

    hers, his = (drawn(female, 0.21) / drawn(female, 0.13) for female in (1.0, 0.0))
    assert hers > 1.3 * his


def _row(face):
    """The line of a brow on the picture's left, level and 0.3 face widths long."""
    return face.centre + face.right * (np.linspace(-0.35, -0.05, 25)[:, None] * face.u)


@pytest.mark.parametrize(("aside", "shorter"), [(-0.40, False), (-0.34, True), (-0.28, True)])
def test_a_brow_ends_before_the_hair_at_the_temple(face, aside, shorter):
    """Over it, or up against it, its tail is a stray line."""
    u, _ = coordinates(face, 400)
    hair, line = (u < aside).astype(np.float32), _row(face)
    ended = brows.ended(line, face, hair)
    tail = float((ended[0] - face.centre) @ face.right) / face.u
    assert (tail > -0.35 + 1e-6) == shorter
    assert tail > aside + 0.01
    assert np.allclose(ended[-1], line[-1])


def test_a_brow_whose_tail_comes_out_of_hair_crosses_it_and_much_hair_leaves_no_stub(face):
    u, _ = coordinates(face, 400)
    line = _row(face)
    lock = ((u > -0.30) & (u < -0.25)).astype(np.float32)
    assert brows.ended(line, face, lock) is line
    assert brows.ended(line, face, np.ones_like(lock)) is line
    assert brows.ended(line, face, None) is line
    left = brows.ended(line, face, (u < -0.10).astype(np.float32))
    assert np.linalg.norm(left[-1] - left[0]) > 0.6 * np.linalg.norm(line[-1] - line[0])


def test_the_brow_of_a_turned_face_ends_before_its_edge_wherever_it_was_laid(face):
    turned, line = replace(face, yaw=-0.3), _row(face)
    beside = line + face.right * ((face.points @ face.right).min() + 0.02 * face.u - line[0] @ face.right)
    ended = brows.ended(beside, turned, None)
    edge = cv2.convexHull(face.points.astype(np.float32))
    assert cv2.pointPolygonTest(edge, tuple(map(float, ended[0])), True) > 0.02 * face.u
    assert np.array_equal(brows.ended(beside, face, None), beside)
