from dataclasses import replace

import numpy as np
import pytest

from engine.cel.paint import falls as falls_
from engine.cel.paint.cuts import UNTOLD
from engine.cel.paint.falls import falls
from engine.cel.paint.fields import filled, outlined
from engine.cel.paint.locks import locks
from engine.cel.paint.scallops import Notch
from engine.cel.paint.waves import STRAIGHT


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


def test_lines_and_dark_sides_end_where_hair_does(sitter, hanging):
    short, long = hanging(0.6)[0], hanging(3.0)[0]
    assert max(v.max() for _, v in lines(sitter, short)) < 0.75
    lowest = [
        max((shade @ sitter.warped.down).max() for shade in whole.shades(sitter.warped)) for whole in (short, long)
    ]
    assert lowest[0] < lowest[1] - 0.5 * sitter.warped.u


def test_dark_sides_reach_the_tips_below_a_curtain(sitter, hanging):
    short = hanging(0.6)[0]
    even = [replace(part, inner=0 * part.inner + 0.4, outer=0 * part.outer + 0.7) for part in short.curtains]
    shades = replace(short, curtains=tuple(even)).shades(sitter.warped)
    lowest = max(float(((shade - sitter.warped.centre) @ sitter.warped.down).max()) for shade in shades)
    end = falls_.FROM + max(curtain.long for curtain in even)
    assert 0.1 < lowest / sitter.warped.u - end < 0.31


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


def test_tresses_of_waved_hair_are_dark_above_and_below_by_turns(sitter, hanging):
    """From end to end they would be stripes."""
    face = sitter.warped
    straight, hair_ = hanging()
    whole = replace(straight, wave=STRAIGHT)
    shades = whole.shades(face)
    assert len(shades) == sum(len(curtain.edges) - 1 for curtain in whole.curtains)
    dark = filled(shades, np.s_[0:400, 0:400], 1.0)[::2, ::2]
    on = hair_ & (sitter.v > 0.2) & (sitter.v < 1.3)
    assert 0.05 < (dark[on] > 0.5).mean() < 0.3
    which = [k for curtain in whole.curtains for k in range(len(curtain.edges) - 1)]
    for shade, k in zip(shades, which, strict=True):
        half = len(shade) // 2
        broad = np.linalg.norm(shade[:half] - shade[half:][::-1], axis=1)
        assert broad[0] < 0.1 * broad.max()  # it ends in points
        assert broad[-1] < 0.1 * broad.max()
        deepest = (shade[broad.argmax()] - face.centre) @ face.down / face.u
        assert (deepest < 0.4) == bool(k % 2)


def test_straight_hair_is_dark_beside_the_neck_and_between_its_tresses_all_the_way_down(sitter, hanging):
    whole, _ = hanging()
    assert len(whole.shades(sitter.warped)) == sum(len(curtain.edges) - 1 for curtain in whole.curtains)
    for shade in whole.shades(sitter.warped):
        broad = np.linalg.norm(shade[: len(shade) // 2] - shade[len(shade) // 2 :][::-1], axis=1)
        assert broad[0] < 0.1 * broad.max()
        assert broad[len(broad) // 5 : -len(broad) // 3].min() > 0.3 * broad.max()
        assert np.ptp((shade - sitter.warped.centre) @ sitter.warped.down) > 1.2 * sitter.warped.u


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


def test_dark_sides_begin_beside_the_eyes(sitter, hanging):
    face = sitter.warped
    assert min(((shade - face.centre) @ face.down).min() / face.u for shade in hanging()[0].shades(face)) > -0.21


def test_dark_sides_of_waved_hair_follow_its_waves_and_shade_lies_where_these_meet(sitter, hanging):
    straight, _ = hanging()
    waved = replace(straight, wave=0.08)
    for shade in waved.shades(sitter.warped):
        assert np.linalg.norm(np.diff((shade[: len(shade) // 2] - shade[0]) @ sitter.warped.right, 2)).max() > 0.01
    notch = Notch(0.7, 0.5, 1.0, 1.0)
    met = replace(waved, curtains=tuple(replace(curtain, notches=[notch]) for curtain in waved.curtains))
    assert len(met.hooks(sitter.warped)) == 2
    assert len(met.shades(sitter.warped)) == len(waved.shades(sitter.warped)) + 2
    assert not replace(met, wave=0.03).hooks(sitter.warped)


def test_where_nothing_hangs_there_are_no_lines_and_no_light(sitter, hanging):
    none, _ = hanging(there=False)
    left, _ = hanging(there=sitter.u < 0)
    assert not lines(sitter, none)
    assert not none.shades(sitter.warped)
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


def test_strands_and_lines_that_go_on_from_them_swing_with_waved_hair(sitter, hanging):
    face, waved = sitter.warped, replace(hanging()[0], wave=0.08)
    strand = face.centre + face.u * (0.6 * face.right + np.linspace(-0.6, 1.0, 60)[:, None] * face.down)
    swung = (waved.swung(strand, face) - strand) @ face.right / face.u
    assert np.abs(swung[:8]).max() < 0.01
    assert np.ptp(swung) > 0.06
    assert np.allclose(
        waved.lines(face, np.random.Generator(np.random.PCG64(2)), [strand])[1][0],
        strand + np.outer(swung, face.right) * face.u,
    )
    assert hanging()[0].swung(strand, face) is strand
