from dataclasses import replace

import numpy as np
import pytest

from engine.cel.paint import falls as falls_
from engine.cel.paint.falls import falls
from engine.cel.paint.fields import outlined
from engine.cel.paint.locks import UNTOLD, locks

BOX = np.s_[0:200, 0:200]


@pytest.fixture
def hanging(sitter, wig):
    """Curtains down to some v, and where on the half-size picture their hair is."""

    def of(ends: float = 1.6, seed: int = 1, there=True):
        shape = outlined(wig(ends=ends).half_hair * there - 0.5, 20, 1.0)
        chance = np.random.Generator(np.random.PCG64(seed))
        return falls(shape, sitter.warped, chance), shape > 0

    return of


def lines(sitter, hanging, seed: int = 2):
    """Lines between tresses, as (u, v)."""
    face = sitter.warped
    drawn, _ = hanging.lines(face, np.random.Generator(np.random.PCG64(seed)))
    return [((line - face.centre) @ face.right / face.u, (line - face.centre) @ face.down / face.u) for line in drawn]


def test_lines_fall_on_both_sides_of_the_face_and_stay_in_the_hair(sitter, hanging):
    drawn = lines(sitter, hanging()[0])
    assert {np.sign(u.mean()) for u, _ in drawn} == {-1, 1}
    for u, v in drawn:
        assert (np.diff(v) > 0).all()
        assert np.ptp(v) > 0.3
        low = v > 0
        assert (np.abs(u[low]) > 0.40).all()
        assert (np.abs(u[low]) < 0.78).all()


def test_lines_hang_but_for_a_little_sway(sitter, hanging):
    for u, v in lines(sitter, hanging()[0]):
        assert np.ptp(u[v > 0.1]) < 0.09
        assert np.abs(np.diff(np.arctan2(np.diff(u), np.diff(v)))).max() < np.radians(6)


def test_tresses_of_waved_hair_swing_to_and_fro_with_their_lines(sitter, hanging):
    straight, _ = hanging()
    waved = replace(straight, wave=0.08)
    for (u, v), (aside, _) in zip(lines(sitter, straight), lines(sitter, waved), strict=True):
        swung = (aside - u)[v > 0.2]
        assert len(swung) < 12 or np.ptp(swung) > 0.05
    face = sitter.warped
    for u, v in lines(sitter, waved):  # tresses part at their lines
        places = [
            (face.centre + np.outer(u + off, face.right) * face.u + np.outer(v, face.down) * face.u)
            for off in (-0.03, 0.03)
        ]
        one, other = (waved.tress(place, face) for place in places)
        assert (one != other)[v > 0.1].mean() > 0.9


def test_lines_and_light_end_where_hair_does(sitter, hanging):
    short, long = hanging(0.6)[0], hanging(3.0)[0]
    assert max(v.max() for _, v in lines(sitter, short)) < 0.75
    low = (sitter.v > 0.8) & (np.abs(sitter.u) > 0.5)
    assert not short.relief(sitter.warped, BOX).there[low].any()
    assert long.relief(sitter.warped, BOX).there[low].any()


def test_light_and_shadow_reach_the_tips_below_a_curtain(sitter, hanging):
    short = hanging(0.6)[0]
    even = [replace(part, inner=0 * part.inner + 0.4, outer=0 * part.outer + 0.7) for part in short.curtains]
    there = replace(short, curtains=tuple(even)).relief(sitter.warped, BOX).there
    below = sitter.v - (even[1].long - 0.20)  # curtains begin over the eyes
    beside = (np.abs(sitter.u) > 0.45) & (np.abs(sitter.u) < 0.65)
    assert there[beside & (below > 0) & (below < 0.1)].min() > 0.9
    assert there[beside & (below > 0.32)].max() == 0


def test_what_leaves_the_picture_goes_on_beyond_it(sitter):
    """Of a tilted head, the border cuts the hair slantwise."""
    tilt = np.radians(20)
    right, down = np.array([np.cos(tilt), np.sin(tilt)]), np.array([-np.sin(tilt), np.cos(tilt)])
    face = replace(sitter.warped, right=right, down=down)
    everywhere = np.full((200, 200), 9, np.float32)
    for curtain in falls(everywhere, face, np.random.Generator(np.random.PCG64(1))).curtains:
        assert (np.diff(curtain.outer) > -1e-6).all()
    low = replace(sitter.warped, centre=sitter.warped.centre + 120 * sitter.warped.down)
    assert all(
        curtain.long > 1.8 for curtain in falls(everywhere, low, np.random.Generator(np.random.PCG64(1))).curtains
    )


def test_what_hangs_from_a_head_that_leans_is_divided_by_a_plumb_line(sitter):
    """Its axis crosses the hair on one side."""
    tilt = np.radians(25)
    right, down = np.array([np.cos(tilt), np.sin(tilt)]), np.array([-np.sin(tilt), np.cos(tilt)])
    face = replace(sitter.warped, right=right, down=down)
    chin = face.points[152]
    rows, columns = np.mgrid[0:200, 0:200] * 2.0 + 1
    beside = (np.abs(columns - chin[0]) > 0.15 * face.u) & (np.abs(columns - chin[0]) < 0.5 * face.u)
    shape = outlined((beside & (rows > face.centre[1])).astype(np.float32) - 0.5, 20, 1.0)
    hanging = falls(shape, face, np.random.Generator(np.random.PCG64(1)))
    low = np.linspace(chin[1] + 0.4 * face.u, 395, 6)
    left, right = (
        hanging.tress(np.stack([np.full(6, chin[0] + side * 0.3 * face.u), low], 1), face) for side in (-1, 1)
    )
    assert (left < 0).all()
    assert (right > 0).all()


def test_a_gap_in_a_curtain_moves_no_tress(sitter, hanging):
    """What lies over hair, an earring or a hand, cuts it in two there."""
    face, gap = sitter.warped, (np.abs(np.abs(sitter.u) - 0.55) < 0.05) & (np.abs(sitter.v - 0.4) < 0.2)
    whole, cut = hanging()[0], hanging(there=~gap)[0]
    heights = np.linspace(0.2, 0.6, 9)
    places = face.centre + (0.67 * face.right + heights[:, None] * face.down) * face.u
    assert np.array_equal(whole.tress(places, face), cut.tress(places, face))


def test_a_tress_keeps_its_share_of_the_curtain(sitter, hanging):
    face = sitter.warped
    whole = hanging()[0]
    heights = np.linspace(0.0, 0.7, 8)
    middle = face.centre + (0.59 * face.right + heights[:, None] * face.down) * face.u
    edge = face.centre + (0.74 * face.right + heights[:, None] * face.down) * face.u
    assert len(set(whole.tress(edge, face))) == 1
    assert set(whole.tress(middle, face)).isdisjoint(whole.tress(middle - 1.18 * face.right * face.u, face))


def test_each_tress_has_a_dark_side(sitter, hanging):
    whole, hair_ = hanging()
    relief = whole.relief(sitter.warped, BOX)
    on = hair_ & (sitter.v > 0.2) & (relief.there > 0.9)
    assert on.sum() > 300
    assert 0.1 < (relief.shade[on] > 0).mean() < 0.5
    on &= sitter.v < 1.45  # further down the curtain narrows
    steps = np.abs(np.diff(relief.shade, axis=1))[on[:, 1:] & on[:, :-1]]
    assert steps.max() < 0.3  # one at a tress's edge is a row of dots


def test_light_glances_on_some_tresses_beside_their_dark_sides(sitter, hanging):
    face = sitter.warped
    for seed in range(3):
        whole, hair_ = hanging(seed=seed)
        lights = whole.lights(face)
        assert 0 < len(lights) < sum(len(curtain.edges) - 1 for curtain in whole.curtains)
        for light in lights:
            assert len(set(whole.tress(light, face))) == 1
            x, y = (light / 2).astype(int).T
            assert hair_[y, x].all()
            across = np.linalg.norm(light[: len(light) // 2] - light[: len(light) // 2 - 1 : -1], axis=1)
            assert across[0] < 0.1 * across.max()  # it ends in points
            assert across[-1] < 0.1 * across.max()


def test_light_of_waved_hair_follows_its_waves(sitter, hanging):
    straight, _ = hanging()
    waved = replace(straight, wave=0.08)
    for one, other in zip(straight.lights(sitter.warped), waved.lights(sitter.warped), strict=True):
        assert np.ptp((other - one) @ sitter.warped.right) > 0.03 * sitter.warped.u


def test_narrow_tresses_have_no_light(sitter, hanging, monkeypatch):
    """It would be a speck."""
    monkeypatch.setattr(falls_, "_GLINT", 0.5)
    assert not hanging()[0].lights(sitter.warped)


def test_a_dark_side_reaches_under_the_line_of_its_tress_but_makes_no_rim(sitter, hanging, monkeypatch):
    """Between line and shadow there would be a bright thread; beyond the outermost tress there is no line."""
    whole, hair_ = hanging()
    monkeypatch.setattr(falls_, "_SHADED", (0.4, 0.0))
    shade = whole.relief(sitter.warped, BOX).shade
    face = sitter.warped
    for line in whole.lines(face, np.random.Generator(np.random.PCG64(2)))[0]:
        low = (line - face.centre) @ face.down / face.u
        x, y = (line[(low > 0.3) & (low < 1.0)] / 2).astype(int).T
        assert (shade[y, x] > -0.04).mean() > 0.9
    rows = np.flatnonzero((sitter.v[:, 100] > 0.3) & (sitter.v[:, 100] < 1.0))
    for row in rows:
        outermost = np.flatnonzero(hair_[row])[[0, -1]] + (-1, 1)
        assert (shade[row, outermost] < 0).all()


def test_a_dark_side_runs_down_its_tress_unbroken(sitter, hanging, monkeypatch):
    whole, _ = hanging()
    monkeypatch.setattr(falls_, "_SHADED", (0.22, 0.0))  # the narrowest there are
    shade = whole.relief(sitter.warped, BOX).shade
    face = sitter.warped
    for line in whole.lines(face, np.random.Generator(np.random.PCG64(2)))[0]:
        local = (line - face.centre) @ np.stack([face.right, face.down], 1) / face.u
        beside = line + np.outer(0.008 * np.sign(local[:, 0]) * face.u, face.right)
        x, y = np.rint(beside[(local[:, 1] > 0.3) & (local[:, 1] < 1.0)] / 2 - 0.5).astype(int).T
        assert (shade[y, x] > 0).all()


def test_a_dark_side_too_narrow_to_be_drawn_is_none(sitter, hanging, monkeypatch):
    """At half size it would be a row of dots."""
    whole, _ = hanging()
    monkeypatch.setattr(falls_, "_SHADED", (0.04, 0.0))
    assert not (whole.relief(sitter.warped, BOX).shade > 0).any()
    monkeypatch.setattr(falls_, "_SHADED", (0.3, 0.0))
    assert (whole.relief(sitter.warped, BOX).shade > 0).any()


def test_light_and_shadow_begin_beside_the_eyes(sitter, hanging):
    there = hanging()[0].relief(sitter.warped, BOX).there
    assert (there[sitter.v < -0.2] == 0).all()


def test_where_nothing_hangs_there_are_no_lines_and_no_light(sitter, hanging):
    none, _ = hanging(there=False)
    left, _ = hanging(there=sitter.u < 0)
    assert not lines(sitter, none)
    assert not none.relief(sitter.warped, BOX).there.any()
    assert {np.sign(u.mean()) for u, _ in lines(sitter, left)} == {-1}


@pytest.mark.parametrize("wavy", [-1.0, 1.0])
def test_long_hair_falls_in_tresses_straight_or_waved(sitter, worn, combed, wavy):
    flow = replace(combed(worn), coherence=0.6)
    told = replace(UNTOLD, wavy=wavy)
    laid = locks(worn, flow, sitter.warped, 1.0, sitter.u, sitter.v, 3, told)
    assert laid.falls is not None
    assert laid.straight == (wavy < 0)


@pytest.fixture
def joined(sitter, hanging):
    """Lines, and strands left over, of hair to which strands come down that end at some v, so far aside of its lines.

    As (u, v), with the lines as they are without strands.
    """
    face, (whole, _) = sitter.warped, hanging()
    axes = np.stack([face.right, face.down], 1) / face.u
    alone = [(line - face.centre) @ axes for line in whole.lines(face, np.random.Generator(np.random.PCG64(2)))[0]]

    def of(ends=0.0, off=0.05):
        strands = []
        for line in alone:
            end = np.array([np.interp(ends, line[:, 1], line[:, 0]) + off * np.sign(line[0, 0]), ends])
            strands.append(np.linspace((0.0, -0.6), end, 30))
        drawn, loose = whole.lines(
            face,
            np.random.Generator(np.random.PCG64(2)),
            [face.centre + strand @ np.stack([face.right, face.down]) * face.u for strand in strands],
        )
        return *([(line - face.centre) @ axes for line in lot] for lot in (drawn, loose)), alone

    return of


def test_a_line_goes_on_from_the_strand_that_ends_beside_it(joined):
    drawn, loose, alone = joined()
    assert not loose
    assert len(drawn) == len(alone)
    for line, before in zip(drawn, alone, strict=True):
        assert np.abs(line[0] - (0.0, -0.6)).max() < 0.02
        assert np.hypot(*np.diff(line, axis=0).T).max() < 0.06  # in one piece
        near = np.interp([0.02, 0.08], line[:, 1], np.abs(line[:, 0])) - np.interp(
            [0.02, 0.08], before[:, 1], np.abs(before[:, 0])
        )
        assert (near > 0.03).all()  # no corner, but a slow return
        low = line[line[:, 1] > 0.5]
        assert np.abs(np.interp(low[:, 1], before[:, 1], before[:, 0]) - low[:, 0]).max() < 0.03


@pytest.mark.parametrize("strand", [{"ends": -0.4}, {"ends": 0.5}, {"off": 0.3}], ids=["over it", "below", "aside"])
def test_a_strand_that_ends_elsewhere_is_left(joined, strand):
    drawn, loose, alone = joined(**strand)
    assert len(loose) == len(alone)
    assert all(np.array_equal(line, before) for line, before in zip(drawn, alone, strict=True))
