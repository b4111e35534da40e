from dataclasses import replace

import numpy as np

from engine.cel.canvas import Canvas
from engine.cel.features import lashes, lids, openings
from engine.cel.features.chart import Chart
from engine.cel.features.person import Person

ADULT = Person.of(30, 0.9)


def turns(line):
    """How far a line turns at each of its inner points, in degrees."""
    ways = np.diff(line, axis=0)
    angles = np.unwrap(np.arctan2(ways[:, 1], ways[:, 0]))
    return np.degrees(np.abs(np.diff(angles)))


def test_a_womans_lashes_run_out_to_a_tip_in_one_stroke(face, paint, palette):
    """A corner on the way is a wedge that is stuck on."""
    eye, _ = lids.read(Chart.of(paint(), face), face)
    form = openings.shape(eye, face, ADULT, palette)
    corner = form.upper[-1]
    tip, heel = corner + form.along * (0.12 * form.width) - form.down * (0.1 * form.size), corner
    thick = np.full(len(form.upper), 0.1 * form.size)
    rim, under = lashes._winged(form, thick, tip, heel)
    assert turns(rim[len(rim) // 2 :]).max() < 40
    assert np.allclose(rim[-1], under[0])
    assert (rim[-1] - corner) @ form.along > 0.12 * form.width  # it goes on beyond


def test_a_wing_is_a_wedge_and_no_needle(face, paint, palette):
    eye, _ = lids.read(Chart.of(paint(), face), face)
    form = openings.shape(eye, face, ADULT, palette)
    corner = form.upper[-1]
    tip, heel = corner + form.along * (0.12 * form.width) - form.down * (0.1 * form.size), form.lower[lashes._HEEL]
    rim, under = lashes._winged(form, np.full(len(form.upper), 0.1 * form.size), tip, heel)
    end, back = rim[-1], 0.06 * form.width
    over, below = (side[int(np.argmin(np.abs(np.linalg.norm(side - end, axis=1) - back)))] for side in (rim, under))
    assert np.linalg.norm(over - below) > 0.6 * back


def test_an_eye_seen_aslant_has_a_shorter_wing(face, paint, palette):
    eye, _ = lids.read(Chart.of(paint(), face), face)
    form = openings.shape(eye, face, ADULT, palette)
    thick = np.full(len(form.upper), 0.1 * form.size)
    reach = []
    for size in (form.width, 2 * form.width):
        one = replace(form, size=size)
        reach.append(
            float((lashes._winged(one, thick, one.upper[-1], one.upper[-1])[0][-1] - one.upper[-1]) @ one.along)
        )
    assert reach[0] > reach[1] + 0.04 * form.width


def laid(eye, face, person, palette, monkeypatch):
    """The eye's form, and what is filled of its lashes: the line along the upper lid, and the one along the lower."""
    filled = []
    monkeypatch.setattr(Canvas, "fill", lambda self, shape, *more: filled.append(np.asarray(shape)))
    form = openings.shape(eye, face, person, palette)
    lashes.draw(Canvas(np.zeros((400, 400, 3), np.uint8), (0, 0, 400, 400)), form, person, palette)
    return form, *filled


def test_a_mans_lashes_are_heaviest_at_the_outer_end(face, paint, palette, monkeypatch):
    """Of one breadth they are an outline."""
    eye, _ = lids.read(Chart.of(paint(), face), face)
    form, line, _ = laid(eye, face, Person.of(30, 0.0), palette, monkeypatch)
    over = line[::-1][: len(form.upper)]  # its upper edge, from the nose on
    thick = np.interp([0.06, 0.35, 0.92], lids.ACROSS + 0.5, (form.upper - over) @ form.down)
    assert thick[0] < 0.4 * thick[1]
    assert thick[2] > 1.5 * thick[1]


def test_a_mans_lower_lashes_are_a_line_at_the_outer_half_alone(face, paint, palette, monkeypatch):
    """Drawn as firmly at the nose, they would make a ring of his eye."""
    eye, _ = lids.read(Chart.of(paint(), face), face)
    shares = []
    for female in (0.0, 1.0):
        *_, below = laid(eye, face, Person.of(30, female), palette, monkeypatch)
        half = len(below) // 2
        broad = np.linalg.norm(below[:half] - below[: half - 1 : -1], axis=1)
        shares.append(float(np.interp([0.2, 0.75], (lids.ACROSS + 0.5)[:half], broad) @ [1, 0] / broad.max()))
    assert shares[0] < 0.3 < 0.4 < shares[1]


def test_a_mans_lashes_run_out_beyond_the_corner_less_far_than_a_womans(face, paint, palette, monkeypatch):
    """Where they end at it they are cut off."""
    eye, _ = lids.read(Chart.of(paint(), face), face)
    reach = []
    for female in (0.0, 1.0):
        form, line, *_ = laid(eye, face, Person.of(30, female), palette, monkeypatch)
        reach.append(float(((line - form.upper[-1]) @ form.along).max()) / form.width)
    assert 0.06 < reach[0] < 0.8 * reach[1]


def test_a_small_childs_lashes_have_no_wing(face, paint, palette, monkeypatch):
    eye, _ = lids.read(Chart.of(paint(), face), face)
    reach = []
    for age in (9, 3):
        form, line, _ = laid(eye, face, Person.of(age, 0.9), palette, monkeypatch)
        corner = form.upper[-1]
        reach.append(float(((line - corner) @ form.along).max()) / form.width)
    assert reach[1] < 0.5 * reach[0]


def test_a_womans_lashes_are_one_stroke(face, paint, palette, monkeypatch):
    """A single hair that stands out of it looks like a crumb."""
    eye, _ = lids.read(Chart.of(paint(), face), face)
    _, *filled = laid(eye, face, ADULT, palette, monkeypatch)
    assert len(filled) == 2  # along the upper lid, and along the lower
