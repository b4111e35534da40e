import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from engine.cel.geometry import area
from engine.cel.paint.fields import drawn, outlined
from engine.cel.paint.hairline import hairline
from engine.cel.paint.parted import fallen


@pytest.fixture
def fall(sitter, wig, combed):
    """Hair that falls from a parting at some angle; its hairline at some v."""

    def of(parting: float = 0.0, seed: int = 1, height: float = -0.22):
        worn = wig(height)
        line = hairline(outlined(worn.half_hair - 0.5, 20, 1.0), combed(worn), sitter.warped)
        return fallen(line, sitter.warped, parting, np.random.Generator(np.random.PCG64(seed)))

    return of


def place(sitter, points):
    local = (points - sitter.warped.centre) / sitter.warped.u
    return local @ sitter.warped.right, local @ sitter.warped.down


def sides(sitter, lines):
    """Lines left and right, the lowest first; as (u, v)."""
    placed = [place(sitter, line) for line in lines]
    by_side = ([line for line in placed if sign * line[0].mean() > 0] for sign in (-1, 1))
    return [sorted(side, key=lambda line: -line[1][0]) for side in by_side]


def test_strands_leave_the_parting_all_along_it(sitter, fall):
    for seed in range(4):
        parting, *lines = fall(seed=seed).lines
        _, down = place(sitter, parting)
        for side in sides(sitter, lines):
            begins = [float(v[0]) for _, v in side]
            assert np.diff(begins).max() < -0.02
            assert max(begins) < down.max()
        assert -0.01 < min(float(place(sitter, line)[1][0]) for line in lines) - down.min() < 0.1


def test_strands_begin_beside_the_parting(sitter, fall):
    """On it they would be rungs of a ladder, and far from it strays."""
    for seed in range(4):
        parting, *lines = fall(seed=seed).lines
        for line in lines:
            assert 0.01 < np.linalg.norm(parting - line[0], axis=1).min() / sitter.warped.u < 0.07


def test_strands_fan_out_of_the_parting(sitter, fall):
    """They rise from it before they fall."""
    for seed in range(4):
        for line in fall(seed=seed).lines[1:]:
            _, down = place(sitter, line)
            assert down.min() < down[0] - 0.019


def test_strands_do_not_cross(sitter, fall):
    for seed in range(6):
        for side in sides(sitter, fall(seed=seed).lines[1:]):
            for (u, v), (over_u, over_v) in pairwise(side):
                out, over = (np.hypot(x, y + 0.04) for x, y in ((u, v), (over_u, over_v)))
                angle, over_angle = np.arctan2(np.abs(u), -v), np.arctan2(np.abs(over_u), -over_v)
                both = (angle > over_angle.min()) & (angle < over_angle.max())
                assert (np.interp(angle[both], over_angle, over) > out[both]).all()


def test_shallow_hair_has_fewer_strands_than_deep(fall):
    assert len(fall(height=-0.5).lines) < len(fall(height=-0.22).lines)


def test_light_lies_between_the_strands_and_is_pointed(sitter, fall):
    for seed in range(4):
        hair = fall(seed=seed)
        assert len(hair.lights) >= 3
        lines = np.vstack(hair.lines[1:])
        for light in hair.lights:
            half = len(light) // 2
            lower, upper = light[:half], light[half:][::-1]
            broad = np.linalg.norm(upper - lower, axis=1) / sitter.warped.u
            assert broad[[0, -1]].max() < 0.002
            assert 0.01 < broad.max() < 0.06
            assert np.linalg.norm(lower[0] - lower[-1]) > 2 * broad.max() * sitter.warped.u
            assert area(light) > 0
        on = drawn(hair.lights)
        x, y = np.rint(lines[(lines > 1).all(1) & (lines < 398).all(1)]).astype(int).T
        assert (on[y, x] > 1.0).mean() < 0.12


def test_light_keeps_to_the_front(sitter, fall):
    for parting in (-25.0, 0.0, 25.0):
        for light in fall(parting).lights:
            u, v = place(sitter, light)
            assert np.degrees(np.abs(np.arctan2(u, -v))).max() < 92


def test_a_parting_far_aside_leaves_no_strands_where_there_is_no_room(sitter, fall):
    _, *lines = fall(70.0).lines
    assert lines
    assert all(place(sitter, line)[0][-1] < 0 for line in lines)


def test_the_seed_decides(fall):
    one, same, other = (fall(seed=seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one.lines + one.lights, same.lines + same.lights, strict=True))
    assert not np.array_equal(drawn(one.lights), drawn(other.lights))


def test_hair_on_one_side_alone_falls_there(sitter, wig, combed):
    worn = wig()
    shape = outlined(worn.half_hair * (sitter.u > 0.1) - 0.5, 20, 1.0)
    line = hairline(shape, combed(worn), sitter.warped)
    bare = dataclasses.replace(line, depth=np.where(line.angles < 0, 0.0, line.depth))
    found = fallen(bare, sitter.warped, 30.0, np.random.Generator(np.random.PCG64(1)))
    assert all(np.isfinite(outline).all() for outline in found.lines + found.lights)
    assert any(place(sitter, outline)[0].mean() > 0.1 for outline in found.lines)


def test_a_parting_reaches_far_up_the_crown(sitter, fall):
    """Where it is short all that lies over it is a cap."""
    for seed in range(4):
        parting, *lines = fall(seed=seed).lines
        _, down = place(sitter, parting)
        top = min(float(place(sitter, line)[1].min()) for line in lines)
        hairline = float(down.max())
        assert (hairline - down.min()) > 0.6 * (hairline - top)


def test_there_is_light_on_every_strand_near_the_parting(sitter, fall):
    for seed in range(4):
        hair = fall(seed=seed)
        assert len(hair.lights) >= 2 * (len(hair.lines) - 1)  # in streaks
        assert all(np.abs(place(sitter, light)[0]).max() > 0.05 for light in hair.lights)


def test_no_strand_runs_along_the_outline(sitter, wig, combed):
    """There it would be a second one."""
    worn = wig(-0.22)
    line = hairline(outlined(worn.half_hair - 0.5, 20, 1.0), combed(worn), sitter.warped)
    for seed in range(6):
        for strand in fallen(line, sitter.warped, 0.0, np.random.Generator(np.random.PCG64(seed))).lines[1:]:
            off = (strand - line.middle) @ np.stack([sitter.warped.right, -sitter.warped.down], 1)
            angles = np.degrees(np.arctan2(*off.T))
            outline = line.at(line.far + line.depth, angles)[:, 0]
            assert (outline - np.hypot(*off.T)).min() > 0.03 * sitter.warped.u


@pytest.mark.parametrize("parting", [-20.0, 20.0])
def test_a_parting_bends_over_the_skull_past_the_strands_that_leave_it(sitter, fall, parting):
    for seed in range(3):
        line, *strands = fall(parting, seed=seed).lines
        u, v = place(sitter, line)
        angles = np.degrees(np.arctan2(u, -v - 0.04))
        assert np.sign(parting) * (angles[0] - angles[-1]) > 1
        assert v.min() < min(float(place(sitter, strand)[1][0]) for strand in strands) - 0.01
