import dataclasses

import numpy as np
import pytest

from engine.cel.geometry import length
from engine.cel.paint.clumps import clumps
from engine.cel.paint.fields import outlined, sampled
from engine.cel.paint.hairline import hairline
from engine.cel.paint.tresses import Way, tresses

EVERYWHERE = np.ones((200, 200), np.float32)
_TIP = 15
"""Where the outline of a clump reaches its tip."""
SEEDS = range(6)


@pytest.fixture
def lay(sitter, wig, combed):
    def of(way=Way.UP, stands=1.0, parting=10.0, seed=1, room=EVERYWHERE, face=None, fringe=-0.45):
        worn = wig(fringe, 0.0)
        shape = outlined(worn.half_hair - 0.5, 20, 1.0)
        line = hairline(shape, combed(worn), sitter.warped)
        hair = tresses(line, way, parting, np.random.Generator(np.random.PCG64(seed)))
        return clumps(hair, room, sitter.warped if face is None else face, stands), shape

    return of


def aside(sitter, place):
    return float((place - sitter.warped.centre) @ sitter.warped.right) / sitter.warped.u


@pytest.mark.parametrize("way", list(Way))
def test_a_crown_has_a_few_broad_clumps_that_stand_out_over_it(sitter, lay, way):
    counts = []
    for seed in SEEDS:
        crest, shape = lay(way, seed=seed)
        counts.append(len(crest.locks))
        for lock in crest.locks:
            assert length(lock[[0, _TIP]]) > 0.15 * sitter.warped.u
            assert sampled(shape, lock[_TIP : _TIP + 1] / 2 - 0.5)[0] < -1
            assert sampled(shape, lock[-9:] / 2 - 0.5).min() > 0  # rooted in the hair
    assert 2 <= min(counts) <= max(counts) <= 7


@pytest.mark.parametrize(("parting", "leans"), [(10.0, -1), (-10.0, 1)])
def test_tips_of_swept_hair_point_where_it_leans(sitter, lay, parting, leans):
    for seed in SEEDS:
        for lock in lay(parting=parting, seed=seed)[0].locks:
            assert leans * (aside(sitter, lock[_TIP]) - aside(sitter, lock[0])) > 0


@pytest.mark.parametrize("parting", [10.0, -10.0])
def test_swept_hair_has_no_horn_where_it_rises(sitter, lay, parting):
    for seed in SEEDS:
        for lock in lay(parting=parting, seed=seed)[0].locks:
            assert np.sign(parting) * aside(sitter, lock[_TIP]) < 0.5


def test_tips_of_hair_that_falls_point_away_from_the_whorl_to_both_sides(sitter, lay):
    tips = [(aside(sitter, lock[_TIP]), aside(sitter, lock[0])) for lock in lay(Way.DOWN)[0].locks]
    assert {np.sign(tip - root) for tip, root in tips} == {-1, 1}
    for tip, root in tips:
        assert abs(tip) > abs(root) - 0.1


def test_falling_hair_that_lies_has_tips_on_its_longer_side_alone(sitter, lay):
    for parting in (-12.0, 12.0):
        for lock in lay(Way.ASIDE, 0.0, parting)[0].locks:
            assert parting * (aside(sitter, lock[_TIP]) - aside(sitter, lock[0])) < 0


@pytest.mark.parametrize("way", list(Way))
def test_hair_that_lies_has_fewer_and_lower_tips(lay, way):
    def tips(stands):
        laid = [lay(way, stands, seed=seed) for seed in SEEDS]
        counts = [len(crest.locks) for crest, _ in laid]
        high = [-sampled(shape, lock[_TIP : _TIP + 1] / 2 - 0.5)[0] for crest, shape in laid for lock in crest.locks]
        return np.array([sum(counts), np.mean(high)])

    assert (tips(0.0) < 0.75 * tips(1.0)).all()
    assert tips(0.0)[0] >= len(SEEDS)


@pytest.mark.parametrize("way", list(Way))
def test_from_each_tip_a_line_and_its_shadow_go_on_within_the_hair(sitter, lay, way):
    crest, shape = lay(way)
    assert len(crest.locks) == len(crest.strokes) == len(crest.shades)
    for lock, stroke, shade in zip(crest.locks, crest.strokes, crest.shades, strict=True):
        assert np.hypot(*(stroke - lock[_TIP]).T).min() < 0.12 * sitter.warped.u
        assert sampled(shape, stroke[-1:] / 2 - 0.5)[0] > 0.04 * sitter.warped.u
        assert sampled(shape, shade / 2 - 0.5).min() > 0
        assert np.abs(np.diff(np.unwrap(np.arctan2(*np.diff(stroke, axis=0).T)))).max() < 0.6  # without a kink


@pytest.mark.parametrize("way", [Way.DOWN, Way.ASIDE])
def test_lines_of_clumps_lie_flat_in_falling_hair_however_deep_it_is(sitter, lay, way):
    """They would run across its tresses."""
    for seed in SEEDS:
        crest, shape = lay(way, seed=seed, fringe=-0.15)
        for stroke in crest.strokes:
            assert sampled(shape, stroke[-1:] / 2 - 0.5)[0] * 2 < 0.15 * sitter.warped.u


def heights(crest, shape):
    return np.array([-sampled(shape, lock[_TIP : _TIP + 1] / 2 - 0.5)[0] for lock in crest.locks])


def test_no_tip_is_much_lower_than_the_next_one(lay):
    """It would melt into it."""
    for seed in range(24):
        high = heights(*lay(seed=seed))
        assert (high[:-1] > 0.6 * high[1:]).all()


def test_shorter_hair_has_lower_tips(lay):
    short, long = (np.mean([heights(*lay(seed=seed, fringe=at)).mean() for seed in SEEDS]) for at in (-0.54, -0.4))
    assert short < 0.85 * long


def test_there_are_none_without_room_nor_at_the_sides(sitter, lay):
    assert not lay(room=0 * EVERYWHERE)[0].locks
    left = np.where(sitter.u < 0, 1, 0).astype(np.float32)
    for lock in lay(room=left)[0].locks:
        assert aside(sitter, lock[0]) < 0.05
    for way in Way:
        for lock in lay(way)[0].locks:
            assert (lock[_TIP] - sitter.warped.centre) @ sitter.warped.down < -0.3 * sitter.warped.u


def test_tips_keep_within_the_picture(sitter, wig, combed):
    worn = wig(-0.45, 0.0)
    high = dataclasses.replace(
        sitter.warped, points=sitter.warped.points - (0, 52), centre=sitter.warped.centre - np.array([0.0, 52.0])
    )
    moved = np.roll(worn.half_hair, -26, 0)
    shape = outlined(moved - np.float32(0.5), 20, 1.0)
    line = hairline(shape, combed(dataclasses.replace(worn, half_hair=moved)), high)
    for seed in SEEDS:
        hair = tresses(line, Way.UP, 10.0, np.random.Generator(np.random.PCG64(seed)))
        for lock in clumps(hair, EVERYWHERE, high, 1.0).locks:
            assert lock[_TIP].min() >= 0


def test_the_first_clump_of_some_rises_gently(sitter, lay):
    """Its back would be a lump on a smooth crown."""
    right = np.where(sitter.u > -0.15, 1, 0).astype(np.float32)
    rises = []
    for seed in SEEDS:
        crest, shape = lay(seed=seed, parting=-10.0, room=right)
        high = [-sampled(shape, lock[[5, _TIP]] / 2 - 0.5) for lock in crest.locks]
        rises.append([back / tip for back, tip in high])
    first, later = [rise[0] for rise in rises], [share for rise in rises for share in rise[1:]]
    assert np.mean(first) < 0.9 * np.mean(later)
