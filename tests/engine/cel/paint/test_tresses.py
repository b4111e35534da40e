import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel.paint import tresses as module
from engine.cel.paint.fields import drawn as drawn_
from engine.cel.paint.fields import half, outlined
from engine.cel.paint.hairline import hairline
from engine.cel.paint.tresses import Way, aside, tresses

BOX = np.s_[0:200, 0:200]


@pytest.fixture
def combed_hair(sitter, wig, combed):
    """The sitter's wig, combed some way from a parting; and where its hair lies over the eyes."""

    def of(way: Way, parting: float = 10.0, seed: int = 1):
        worn = wig(-0.45)
        shape = outlined(worn.half_hair - 0.5, 20, 1.0)
        line = hairline(shape, combed(worn), sitter.warped)
        hair = (shape > 2) & (sitter.v < -0.45) & (np.abs(sitter.u) < 0.45)
        return tresses(line, way, parting, np.random.Generator(np.random.PCG64(seed))), hair

    return of


def place(sitter, points):
    local = (points - sitter.warped.centre) / sitter.warped.u
    return local @ sitter.warped.right, local @ sitter.warped.down


def shadow(sitter, hair):
    return hair.shadow(sitter.warped, BOX)


def dark(sitter, hair):
    """Where its tresses are dark, at half size."""
    if hair.way is Way.DOWN:
        return half(drawn_(hair.shades(sitter.warped))) > 0
    return shadow(sitter, hair).shade > 0


@pytest.fixture
def drawn(sitter, combed_hair):
    """The comb's lines as (u, v)."""

    def of(way: Way, parting: float = 10.0):
        lines = combed_hair(way, parting)[0].lines(sitter.warped, np.random.Generator(np.random.PCG64(2)))
        assert len(lines) >= 3
        return [place(sitter, line) for line in lines]

    return of


def test_hair_over_the_forehead_is_combed_down_to_both_sides(drawn):
    lines = drawn(Way.DOWN)
    assert {np.sign(u[-1] - u[0]) for u, _ in lines} == {-1, 1}
    for _, v in lines:
        assert v[-1] > v[0]


def test_hair_combed_aside_runs_along_the_hairline(drawn):
    for u, _ in drawn(Way.ASIDE):
        assert np.ptp(u) > 0.15


@pytest.mark.parametrize(("parting", "leans"), [(10.0, -1), (-10.0, 1)])
def test_hair_swept_up_leans_away_from_its_parting(drawn, parting, leans):
    for u, v in drawn(Way.UP, parting):
        assert np.hypot(u[-1], v[-1]) > np.hypot(u[0], v[0]) + 0.03
        assert leans * (u[-1] - u[0]) > 0 or abs(u[0]) > 0.3


@pytest.mark.parametrize("way", list(Way))
def test_a_tress_has_a_dark_side_and_most_of_it_is_not(sitter, combed_hair, way):
    hair, on = combed_hair(way)
    assert 0.06 < dark(sitter, hair)[on].mean() < 0.6


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("toward", [-1.0, 1.0])
def test_dark_sides_lie_away_from_the_light(sitter, combed_hair, way, toward):
    def shades(seed):
        hair, _ = combed_hair(way, parting=0.0, seed=seed)
        if way is Way.DOWN:
            return half(drawn_(hair.shades(sitter.warped, toward))) > 0
        return hair.shadow(sitter.warped, BOX, toward).shade > 0

    dark_ = np.mean([shades(seed) for seed in range(6)], 0) * (np.abs(sitter.u) < 0.45) * (sitter.v < -0.35)
    lit, away = (dark_[(sitter.u * sign * toward) > 0].sum() for sign in (1, -1))
    assert away > 2 * lit


def test_hair_combed_aside_has_no_more_dark_sides_than_every_second_tress(combed_hair):
    """On every one they would be stripes."""
    for shares in combed_hair(Way.ASIDE)[0]._shares():
        assert (shares[1::2] == 0).all()
        assert (shares[::2] > 0).all()


def test_a_dark_side_begins_at_the_combs_line(sitter, combed_hair):
    hair, _ = combed_hair(Way.DOWN)
    shade = dark(sitter, hair)
    sides = []
    for line in hair.lines(sitter.warped, np.random.Generator(np.random.PCG64(2))):
        near = line[: len(line) // 2]
        outward = hair.line.at(hair.line.along, 0.0) * 4 * np.sign(place(sitter, near)[0].mean() - 0.1)
        shaded, light = (
            shade[y, x].mean()
            for x, y in (np.rint((near + sign * outward) / 2 - 0.5).astype(int).T for sign in (1, -1))
        )
        assert shaded >= light
        sides.append(shaded > light)
    assert np.mean(sides) > 0.5


def test_dark_sides_of_hair_over_the_forehead_end_in_points_where_it_parts(sitter, combed_hair):
    """They would be wedges with butts, level with the tips of its locks."""
    for seed in range(4):
        hair, _ = combed_hair(Way.DOWN, seed=seed)
        parted = np.concatenate([hair.parting + side * edge for side, edge in zip((-1, 1), hair.edges, strict=True)])
        places = hair.line.at(hair.line.place, parted)
        shades = hair.shades(sitter.warped)
        assert len(shades) >= 2
        for outline in shades:
            edges = np.split(outline, 2)
            across = np.linalg.norm(edges[0] - edges[1][::-1], axis=1) / sitter.warped.u
            assert across[0] < 1e-6
            assert across[-3] < 0.3 * across.max()
            assert np.linalg.norm(places - edges[0][-1], axis=1).min() < 1e-6


@pytest.mark.parametrize("way", list(Way))
def test_light_lies_on_tresses_in_streaks(sitter, combed_hair, way):
    for seed in range(3):
        hair, on = combed_hair(way, seed=seed)
        lights = hair.lights(sitter.warped)
        assert len(lights) > 5
        assert 0.01 < (half(drawn_(lights)) > 0)[on].mean() < 0.4
        for light in lights:
            middle = len(light) // 2
            one, other = light[:middle], light[middle:][::-1]
            broad = np.linalg.norm(one - other, axis=1) / sitter.warped.u
            assert broad[[0, -1]].max() < 0.002  # pointed
            assert broad.max() < 0.08
            assert np.linalg.norm(one[0] - one[-1]) > 1.5 * broad.max() * sitter.warped.u


@pytest.mark.parametrize("way", list(Way))
def test_light_keeps_to_the_hair_within_its_outline(sitter, combed_hair, way):
    hair, _ = combed_hair(way)
    for light in hair.lights(sitter.warped):
        off = (light - hair.line.middle) @ np.stack([sitter.warped.right, -sitter.warped.down], 1)
        angles, far = np.degrees(np.arctan2(*off.T)), np.hypot(*off.T) / sitter.warped.u
        begins, ends = (
            hair.line.at(at, angles)[:, 0] / sitter.warped.u for at in (hair.line.far, hair.line.far + hair.line.depth)
        )
        assert (far > begins - 0.02).all()
        assert (far < ends - 0.01).all()
        assert np.abs(angles).max() < 77


def test_where_there_is_no_hair_there_is_no_light(sitter, combed_hair):
    hair, _ = combed_hair(Way.ASIDE)
    bald = dataclasses.replace(hair, line=dataclasses.replace(hair.line, strength=0 * hair.line.strength))
    assert not bald.lights(sitter.warped)


def test_a_part_of_the_picture_is_the_same_by_itself(sitter, combed_hair):
    hair, _ = combed_hair(Way.ASIDE)
    box = np.s_[20:90, 40:160]
    whole, part = shadow(sitter, hair), hair.shadow(sitter.warped, box)
    inner = np.s_[15:-15, 15:-15]  # its border cuts dark sides to crumbs
    for field in dataclasses.fields(whole):
        assert np.array_equal(getattr(whole, field.name)[box][inner], getattr(part, field.name)[inner])


@pytest.mark.parametrize("way", [Way.ASIDE, Way.UP])
def test_no_dark_side_is_a_crumb(sitter, combed_hair, way, monkeypatch):
    def crumbs():
        least, found = (0.1 * sitter.warped.u / 2) ** 2, 0
        for seed in range(6):
            shade = dark(sitter, combed_hair(way, seed=seed)[0])
            _, _, stats, _ = cv2.connectedComponentsWithStats(shade.astype(np.uint8), connectivity=4)
            found += int((stats[1:, cv2.CC_STAT_AREA] < least).sum())
        return found

    assert not crumbs()
    monkeypatch.setattr(module, "_CRUMB", 0)
    assert crumbs()


def test_thin_hair_lies_in_no_tresses(sitter, combed_hair):
    hair, on = combed_hair(Way.ASIDE)
    thin = dataclasses.replace(
        hair, line=dataclasses.replace(hair.line, depth=0 * hair.line.depth + 0.1 * sitter.warped.u)
    )
    assert shadow(sitter, hair).there[on].mean() > 0.5
    assert not shadow(sitter, thin).there.any()


def test_the_seed_decides(combed_hair, sitter):
    one, same, other = (shadow(sitter, combed_hair(Way.UP, seed=seed)[0]).shade for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_short_hair_is_parted_well_aside():
    assert aside(5.0) == 30
    assert aside(-12.0) == -30
    assert aside(-35.0) == -35
