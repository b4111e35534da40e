from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from engine.cel.paint.bells import bells, evened, nape
from engine.cel.paint.bobs import Bob, Side
from engine.cel.paint.breadths import FROM, breadths
from engine.cel.paint.falls import divided
from engine.cel.paint.hairline import hairline

SIDE = Side(0.56, 0.30, 0.45, 0.75, 0.0, 0.0)
UNSEEN = (([], []), ([], [])), np.zeros((200, 200), bool)


@pytest.fixture
def hung(sitter):
    """Hair beside the face in fine tresses, so waved."""

    def of(wave=0.0, seed=1):
        beside = (np.abs(sitter.u) > 0.45) & (np.abs(sitter.u) < 0.75) & (sitter.v > -0.7) & (sitter.v < 0.56)
        shape = np.where(beside, 3, -3).astype(np.float32)
        sides = breadths(shape, sitter.warped, -1.0), breadths(shape, sitter.warped, 1.0)
        return divided(sides, np.random.Generator(np.random.PCG64(seed)), wave, fine=True)

    return of


@pytest.fixture
def local(sitter):
    def of(line):
        axes = np.stack([sitter.warped.right, sitter.warped.down], 1)
        return (line - sitter.warped.centre) @ axes / sitter.warped.u

    return of


def test_each_tress_ends_in_a_point_and_the_foremost_is_the_longest(sitter, hung, local):
    bob = Bob((None, SIDE), *UNSEEN)
    for seed in range(5):
        hanging = hung(seed=seed)
        locks = [local(lock) for lock in bells(hanging, bob, sitter.warped, None, seed).locks]
        assert len(locks) == len(hanging.curtains[1].edges) - 1 >= 2
        tips = [lock[np.argmax(lock[:, 1])] for lock in locks]
        assert max(down for _, down in tips) == tips[0][1] == pytest.approx(0.6, abs=0.03)
        assert (np.diff([aside for aside, _ in tips]) > 0.04).all()
        assert tips[-1][1] < tips[0][1] - 0.05
        for lock, (aside, _) in zip(locks, tips, strict=True):
            assert aside < (lock[:, 0].min() + lock[:, 0].max()) / 2 + 0.01  # it turns to the face


def test_locks_part_from_each_other_well_over_their_tips(sitter, hung, local):
    locks = [local(lock) for lock in bells(hung(), Bob((SIDE, None), *UNSEEN), sitter.warped, None, 1).locks]
    for inner, outer in pairwise(locks):
        low = outer[:, 1].max() - 0.04
        reach = [np.abs(lock[np.abs(lock[:, 1] - low) < 0.03, 0]) for lock in (inner, outer)]
        assert reach[1].min() > reach[0].max() - 0.01


def test_there_are_none_where_hair_ends_further_up(sitter, hung, local):
    found = bells(hung(), Bob((SIDE, None), *UNSEEN), sitter.warped, None, 1)
    assert found.locks
    assert len(found.rims) == len(found.locks)
    assert all((local(lock)[:, 0] < 0).all() for lock in found.locks)


def test_locks_of_waved_hair_swing(sitter, hung):
    straight, waved = (bells(hung(wave), Bob((SIDE, SIDE), *UNSEEN), sitter.warped, None, 1) for wave in (0.0, 0.08))
    apart = [np.abs(a - b).max() for a, b in zip(straight.locks, waved.locks, strict=True)]
    assert min(apart) > 0.02 * sitter.warped.u


def test_strands_come_down_the_side_of_a_head_with_a_fringe(sitter, hung, worn, combed, local):
    line = hairline(worn.half_hair - np.float32(0.5), combed(worn), sitter.warped)
    bob, hanging = Bob((SIDE, SIDE), *UNSEEN), hung()
    assert not bells(hanging, bob, sitter.warped, None, 1).strands
    strands = [local(strand) for strand in bells(hanging, bob, sitter.warped, line, 1).strands]
    assert len(strands) == sum(len(curtain.edges) - 2 for curtain in hanging.curtains) >= 2
    for strand in strands:
        assert strand[0, 1] < -0.2
        assert abs(strand[-1, 1]) < 0.2
        assert (np.diff(np.abs(strand[:, 0])) > -0.01).all()


def test_light_and_shade_lie_on_the_tresses_between_those_strands(sitter, hung, worn, combed, local):
    line = hairline(worn.half_hair - np.float32(0.5), combed(worn), sitter.warped)
    found = bells(hung(), Bob((None, SIDE), *UNSEEN), sitter.warped, line, 1)
    tresses = len(hung().curtains[1].edges) - 1
    assert len(found.lights) == 3 * tresses
    assert len(found.shades) == len(found.strands) == tresses - 1
    for light in found.lights:
        aside, down = local(light).T
        assert aside.min() > 0.3
        assert -0.6 < down.mean() < 0.0
    for strand, shade in zip(found.strands, found.shades, strict=True):
        assert np.array_equal(shade[: len(strand)], strand)
        assert local(shade)[:, 0].max() > local(strand)[:, 0].max() - 0.01
    assert not bells(hung(), Bob((None, SIDE), *UNSEEN), sitter.warped, None, 1).lights


def test_tresses_are_as_broad_down_to_the_end_and_part_over_it(hung):
    narrow = replace(hung(), curtains=tuple(replace(c, outer=c.inner + 0.1) for c in hung().curtains))
    even = evened(narrow, Bob((None, SIDE), *UNSEEN))
    assert even.curtains[0] == narrow.curtains[0]
    inner, outer = even.curtains[1].at(np.array([SIDE.begin - FROM, SIDE.end - FROM]))
    assert inner == pytest.approx([0.45, 0.45], abs=0.02)
    assert outer == pytest.approx([0.75, 0.75], abs=0.02)
    assert 0 < even.curtains[1].parts < SIDE.end - FROM


def test_lines_between_tresses_end_where_locks_part(sitter, hung, local):
    even = evened(hung(), Bob((SIDE, SIDE), *UNSEEN))
    drawn, _ = even.lines(sitter.warped, np.random.Generator(np.random.PCG64(2)))
    assert drawn
    for line in drawn:
        assert FROM + even.curtains[0].parts - 0.06 < local(line)[-1, 1] < FROM + even.curtains[0].parts + 0.02


def test_dark_hair_hangs_behind_the_neck_above_the_ends_of_the_locks(sitter):
    look = sitter.look()
    ground = np.full((400, 400, 3), (90, 0, 0), np.float32)
    turned = replace(sitter.warped, yaw=-0.3)
    picture = nape(ground.copy(), Bob((None, SIDE), *UNSEEN), turned, look, 2.0)
    painted = (np.abs(picture - ground).max(-1) > 5)[::2, ::2]
    assert painted[(sitter.u > 0.2) & (sitter.u < 0.6) & (sitter.v > 0.30) & (sitter.v < 0.38)].all()
    assert not painted[(sitter.u < 0) | (sitter.v > SIDE.end - 0.03) | (sitter.u > 0.76)].any()
    inside = picture[::2, ::2][(np.abs(sitter.u - 0.4) < 0.02) & (np.abs(sitter.v - 0.34) < 0.02)].mean(0)
    assert look.hair.shadow[0] < inside[0] < look.hair.base[0]
    high = replace(SIDE, end=0.25, top=0.0)
    assert np.array_equal(nape(ground.copy(), Bob((high, high), *UNSEEN), sitter.warped, look, 2.0), ground)


def test_the_hair_of_the_nape_ends_in_one_plain_sweep(sitter):
    ground = np.full((400, 400, 3), (90, 0, 0), np.float32)
    picture = nape(ground.copy(), Bob((None, SIDE), *UNSEEN), sitter.warped, sitter.look(), 2.0)
    painted = (np.abs(picture - ground).max(-1) > 5)[::2, ::2]
    across = painted & (sitter.u > 0.16) & (sitter.u < 0.64)
    low = np.array([sitter.v[:, i][column].max() for i, column in enumerate(across.T) if column.any()])
    hollows = (low[4:-4] < low[:-8] - 0.01) & (low[4:-4] < low[8:] - 0.01)  # between two points
    assert len(low) > 30
    assert not hollows.any()


@pytest.mark.parametrize(
    ("end", "yaw", "tucked"), [(0.6, 0.0, True), (0.4, 0.0, False), (0.6, -0.3, False)], ids=["bob", "pixie", "turned"]
)
def test_hair_is_tucked_behind_a_bare_ear(sitter, end, yaw, tucked):
    ground, face = np.full((400, 400, 3), (90, 0, 0), np.float32), replace(sitter.warped, yaw=yaw)
    seen, reach = ([0.5], [0.66]), 0.66
    bob = Bob((None, replace(SIDE, end=end)), (seen, seen), UNSEEN[1])
    painted = (np.abs(nape(ground.copy(), bob, face, sitter.look(), 2.0) - ground).max(-1) > 5)[::2, ::2]
    ear = (sitter.warped.centre - face.points[234]) @ face.right / face.u
    behind = (sitter.u < -ear - 0.01) & (sitter.u > -ear - 0.04) & (sitter.v > 0.0) & (sitter.v < 0.3)
    assert painted[behind].all() == tucked
    assert not painted[(sitter.u < -reach - 0.02) | ((sitter.u < 0) & (sitter.v > end))].any()
