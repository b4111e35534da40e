import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel.paint.fields import outlined
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


def relief(sitter, hair):
    return hair.relief(sitter.warped, sitter.u, BOX)


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
    dark = (relief(sitter, hair).shade > 0)[on]
    assert 0.1 < dark.mean() < 0.6


def test_a_dark_side_begins_at_the_combs_line(sitter, combed_hair):
    hair, _ = combed_hair(Way.DOWN)
    shade = relief(sitter, hair).shade
    for line in hair.lines(sitter.warped, np.random.Generator(np.random.PCG64(2))):
        near = line[len(line) // 2 :]
        outward = hair.line.at(hair.line.along, 0.0) * 4 * np.sign(place(sitter, near)[0].mean() - 0.1)
        dark, light = (
            (shade[y, x] > 0).mean()
            for x, y in (np.rint((near + sign * outward) / 2 - 0.5).astype(int).T for sign in (1, -1))
        )
        assert dark > light


@pytest.mark.parametrize("way", list(Way))
def test_light_lies_on_tresses(sitter, combed_hair, way):
    hair, on = combed_hair(way)
    lit = (relief(sitter, hair).gleam > 0)[on].mean()
    assert 0.01 < lit < 0.4


def test_light_on_hair_that_falls_is_slivers_along_its_tresses(sitter, combed_hair):
    for seed in range(4):
        hair, on = combed_hair(Way.DOWN, seed=seed)
        lit = ((relief(sitter, hair).gleam > 0) & on).astype(np.uint8)
        count, pieces = cv2.connectedComponents(lit)
        assert count > 3
        for piece in range(1, count):
            y, x = np.nonzero(pieces == piece)
            if len(x) < 25:
                continue
            broad, long = (float(r) for r in sorted(cv2.minAreaRect(np.column_stack([x, y]).astype(np.float32))[1]))
            assert long > 1.2 * broad
            assert broad < 0.16 * sitter.warped.u / 2


def test_a_part_of_the_picture_is_the_same_by_itself(sitter, combed_hair):
    hair, _ = combed_hair(Way.ASIDE)
    box = np.s_[20:90, 40:160]
    whole, part = relief(sitter, hair), hair.relief(sitter.warped, sitter.u[box], box)
    for field in dataclasses.fields(whole):
        assert np.array_equal(getattr(whole, field.name)[box], getattr(part, field.name))


def test_thin_hair_lies_in_no_tresses(sitter, combed_hair):
    hair, on = combed_hair(Way.ASIDE)
    thin = dataclasses.replace(
        hair, line=dataclasses.replace(hair.line, depth=0 * hair.line.depth + 0.1 * sitter.warped.u)
    )
    assert relief(sitter, hair).there[on].mean() > 0.5
    assert not relief(sitter, thin).there.any()


def test_the_seed_decides(combed_hair, sitter):
    one, same, other = (relief(sitter, combed_hair(Way.UP, seed=seed)[0]).shade for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_short_hair_is_parted_well_aside():
    assert aside(5.0) == 30
    assert aside(-12.0) == -30
    assert aside(-35.0) == -35
