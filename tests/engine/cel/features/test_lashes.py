from dataclasses import replace

import numpy as np

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
    _, rim, under = lashes._winged(form, thick, tip, heel)
    assert turns(rim[len(rim) // 2 :]).max() < 40
    assert np.allclose(rim[-1], under[0])
    assert (rim[-1] - corner) @ form.along > 0.12 * form.width  # it goes on beyond


def test_a_wing_is_a_wedge_and_no_needle(face, paint, palette):
    eye, _ = lids.read(Chart.of(paint(), face), face)
    form = openings.shape(eye, face, ADULT, palette)
    corner = form.upper[-1]
    tip, heel = corner + form.along * (0.12 * form.width) - form.down * (0.1 * form.size), form.lower[lashes._HEEL]
    _, rim, under = lashes._winged(form, np.full(len(form.upper), 0.1 * form.size), tip, heel)
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
            float((lashes._winged(one, thick, one.upper[-1], one.upper[-1])[1][-1] - one.upper[-1]) @ one.along)
        )
    assert reach[0] > reach[1] + 0.04 * form.width
