import dataclasses

import numpy as np
import pytest

from engine.cel.paint.fields import drawn, outlined
from engine.cel.paint.fringe import Cut, fringe
from engine.cel.paint.gathered import gathered
from engine.cel.paint.layers import layers
from engine.cel.paint.tresses import Way
from engine.cel.parse import Label

_TIP = 13
"""Which point of a lock's outline is its tip."""


@pytest.fixture
def lay(sitter, wig, combed):
    """The locks of the sitter in a wig whose hairline lies at one height."""

    def of(
        height: float = -0.45,
        bangs: float = 1.0,
        cut: Cut = Cut.SHORT,
        seed: int = 1,
        tousled: float = 0.0,
        told: float = 0.0,
        tied: bool = False,
        neat: bool = False,
    ):
        worn = wig(height)
        shape = outlined(worn.half_hair - 0.5, 20, 1.0)
        chance = np.random.Generator(np.random.PCG64(seed))
        return fringe(shape, combed(worn), sitter.warped, bangs, cut, chance, tousled, told, tied, neat)

    return of


def place(sitter, points):
    local = (points - sitter.warped.centre) / sitter.warped.u
    return local @ sitter.warped.right, local @ sitter.warped.down


def test_a_fringe_falls_to_both_sides_of_its_parting(sitter, lay):
    u, _ = place(sitter, np.array([lock.mean(0) for lock in lay().locks]))
    assert (u < -0.05).any()
    assert (u > 0.05).any()


def test_no_lock_hides_the_eyes(sitter, lay):
    for height in (-0.45, -0.35, -0.25):
        shape = drawn(lay(height).locks) > 0
        for eye in sitter.warped.eyes:
            x, y = np.rint(eye.iris[0]).astype(int)
            assert not shape[y - 3 : y + 4, x - 3 : x + 4].any()


def test_a_bare_forehead_has_no_locks_but_partings(lay):
    bare = [lay(bangs=0.0, seed=seed) for seed in range(6)]
    assert not any(blades.locks for blades in bare)
    assert all(len(blades.partings) for blades in bare)
    assert sum(len(blades.partings) for blades in bare) >= 9


def test_a_fringe_ends_in_one_point_for_each_tress(lay):
    for seed in range(4):
        laid = lay(seed=seed)
        assert 3 <= len(laid.locks) == len(laid.partings) <= 8
        line, tresses = laid.tresses.line, laid.tresses
        edges = [tresses.parting + side * edge for side, edge in zip((-1, 1), tresses.edges, strict=True)]
        roots = line.at(line.place, np.concatenate(edges))
        for lock in laid.locks:
            assert np.linalg.norm(roots - lock[0], axis=1).min() < 1e-6


def test_a_neat_fringe_is_swept_aside_from_a_parting_and_its_lines_run_on_in_its_locks(sitter, lay):
    for seed in range(4):
        neat = lay(cut=Cut.LONG, seed=seed, neat=True)
        assert 4 <= len(neat.locks) == len(neat.partings)
        assert abs(neat.tresses.parting) >= 30
        outlines = np.vstack(neat.locks)
        for stroke in neat.strokes:
            assert np.hypot(*(outlines - stroke[-1]).T).min() < 1e-6
        for tip, lock in zip(neat.partings, neat.locks, strict=True):
            assert np.allclose(tip, lock[_TIP])


@pytest.mark.parametrize(("cut", "bangs"), [(Cut.SHORT, 1.0), (Cut.SHORT, 0.0), (Cut.SWEPT, 0.0)])
def test_short_hair_that_is_neat_frames_the_face(sitter, lay, cut, bangs):
    low = {
        neat: [lock for lock in lay(bangs=bangs, cut=cut, neat=neat).locks if place(sitter, lock)[1].max() > 0.1]
        for neat in (False, True)
    }
    assert not low[False]
    assert {int(np.sign(place(sitter, lock)[0].mean())) for lock in low[True]} == {-1, 1}


def test_gaps_between_the_locks_of_a_fringe_are_narrow_at_their_tops(lay):
    for lock in lay().locks:
        off = lock[:4] - lock[0]
        line = lay().tresses.line
        angle = float(line.angles[np.linalg.norm(line.place - lock[0], axis=1).argmin()])
        assert off[1] @ line.at(line.inward, angle) > 1.5 * abs(off[1] @ line.at(line.along, angle))


@pytest.mark.parametrize(
    ("cut", "bangs", "tied", "knot"),
    [(Cut.TIED, 0.0, False, None), (Cut.SHORT, 1.0, True, None), (Cut.SHORT, 1.0, False, 0.0)],
)
def test_locks_escape_beside_the_face_from_hair_that_is_tied(sitter, wig, combed, cut, bangs, tied, knot):
    worn = wig()
    shape, chance = outlined(worn.half_hair - 0.5, 20, 1.0), np.random.default_rng(1)
    laid = fringe(shape, combed(worn), sitter.warped, bangs, cut, chance, tied=tied, knot=knot)
    low = [place(sitter, lock)[0] for lock in laid.locks if place(sitter, lock)[1].max() > 0.1]
    assert {int(np.sign(u.mean())) for u in low} == {-1, 1}
    assert len(laid.shades) == 2


def test_loose_hair_has_none(sitter, lay):
    for cut, bangs in ((Cut.SHORT, 1.0), (Cut.SHORT, 0.0)):
        assert all(place(sitter, lock)[1].max() < 0.1 for lock in lay(cut=cut, bangs=bangs).locks)


@pytest.mark.parametrize("cut", [Cut.SHORT, Cut.SWEPT])
def test_skin_shows_between_the_roots_of_tousled_hair_alone(sitter, lay, cut):
    assert not lay(bangs=0.0, cut=cut).notches
    assert not lay(bangs=1.0, cut=cut, tousled=1.0).notches
    notches = lay(bangs=0.0, cut=cut, tousled=1.0).notches
    assert 2 <= len(notches) <= 10
    u, v = place(sitter, np.vstack(notches))
    assert np.abs(u).max() < 0.5
    assert -0.65 < v.min() < -0.48  # deeper in the hair than its line at -0.45
    opening = [place(sitter, notch)[1].max() for notch in notches]
    assert min(opening) > -0.42  # no hair of a ragged edge closes them


@pytest.mark.parametrize(
    ("cut", "bangs", "way"),
    [
        (Cut.SHORT, 1.0, Way.DOWN),
        (Cut.SHORT, 0.0, Way.ASIDE),
        (Cut.SWEPT, 0.0, Way.UP),
        (Cut.TIED, 0.0, Way.UP),
    ],
)
def test_hair_is_combed_as_it_is_cut(lay, cut, bangs, way):
    laid = lay(bangs=bangs, cut=cut)
    assert laid.tresses.way is way
    assert len(laid.strokes) >= 3


def test_hair_that_is_tied_falls_from_no_parting_though_its_ends_hang(lay):
    loose, tied = (lay(bangs=0.0, cut=Cut.LONG, tied=tied) for tied in (False, True))
    assert loose.tresses is None
    assert loose.lights
    assert tied.tresses.way is Way.ASIDE
    assert tied.tresses.widest > 90
    assert len(tied.strokes) >= 3
    assert not tied.lights
    assert lay(bangs=1.0, cut=Cut.LONG, tied=True).tresses.way is Way.DOWN


@pytest.mark.parametrize(("cut", "way"), [(Cut.SHORT, Way.UP), (Cut.TIED, Way.UP)])
def test_short_hair_that_is_tousled_rises_off_the_forehead(lay, cut, way):
    found = lay(bangs=0.0, cut=cut, tousled=0.1).tresses
    assert found.way is way
    assert (abs(found.parting) < 30) or cut is Cut.TIED  # it is parted nowhere aside
    assert lay(bangs=1.0, cut=cut, tousled=0.1).tresses.way is Way.DOWN


def test_tied_hair_keeps_its_parting_and_short_hair_is_combed_to_one_side(lay):
    tied, short = (lay(bangs=0.0, cut=cut).tresses for cut in (Cut.TIED, Cut.SHORT))
    assert abs(short.parting) >= 30 > abs(tied.parting)


def test_tied_hair_alone_is_gathered_and_in_its_knot_if_it_has_one(sitter, lay, wig, combed):
    assert lay(bangs=0.0, cut=Cut.SWEPT).tresses.tie is None
    worn = wig()
    shape, chance = outlined(worn.half_hair - 0.5, 20, 1.0), np.random.default_rng(1)
    for knot in (None, 0.0):
        laid = fringe(shape, combed(worn), sitter.warped, 0.0, Cut.TIED, chance, knot=knot)
        assert laid.tresses.tie == gathered(sitter.warped, knot)


def test_only_the_front_of_a_long_fringe_lies_in_tresses(lay):
    long, short = (lay(bangs=1.0, cut=cut).tresses for cut in (Cut.LONG, Cut.SHORT))
    assert long.way is short.way is Way.DOWN
    assert long.widest < 70 < short.widest


def test_a_short_fringe_is_combed_to_one_side(sitter, lay):
    laid = lay(bangs=1.0)
    tips = np.array([place(sitter, lock)[0].mean() for lock in laid.locks])
    parted = np.sin(np.radians(laid.tresses.parting))
    beyond = (tips * np.sign(parted) < 0.1).sum()
    assert beyond > len(tips) / 2


def test_hair_of_other_cuts_and_in_profile_is_in_no_tresses(sitter, lay, wig, combed):
    assert lay(bangs=0.0, cut=Cut.LONG).tresses is None
    assert lay(bangs=1.0, cut=Cut.CURLY).tresses is None
    worn = wig(-0.45)
    aside = dataclasses.replace(sitter.warped, yaw=0.6)
    chance = np.random.Generator(np.random.PCG64(1))
    laid = fringe(outlined(worn.half_hair - 0.5, 20, 1.0), combed(worn), aside, 0.0, Cut.SHORT, chance)
    assert laid.tresses is None


def test_hair_falls_from_its_parting_into_the_foreheads_corners(sitter, lay):
    parted, fringed = (lay(bangs=bangs, cut=Cut.LONG) for bangs in (0.0, 1.0))
    assert len(parted.locks) == 2
    sides = sorted(float(place(sitter, lock)[0].mean()) for lock in parted.locks)
    assert sides[0] < -0.1
    assert sides[-1] > 0.1
    for lock in parted.locks:
        assert place(sitter, lock)[1].max() < 0.25
    assert len(fringed.locks) > 2


@pytest.mark.parametrize("side", [-1, 1])
def test_hair_falls_to_the_small_side_of_its_parting_too(sitter, lay, side):
    parted = lay(bangs=0.0, cut=Cut.LONG, told=0.8 * side)
    assert {float(np.sign(place(sitter, lock)[0].mean())) for lock in parted.locks} == {-1.0, 1.0}


@pytest.mark.parametrize("side", [-1, 1])
def test_hair_that_ends_at_a_temple_falls_no_further(sitter, wig, combed, side):
    worn = wig(-0.45)
    bare = (sitter.u * side > 0) & (sitter.v > -0.25)
    shape = outlined(worn.half_hair * ~bare - 0.5, 20, 1.0)
    laid = fringe(shape, combed(worn), sitter.warped, 0.0, Cut.LONG, np.random.Generator(np.random.PCG64(1)))
    low = {float(np.sign(u.mean())): float(v.max()) for u, v in (place(sitter, lock) for lock in laid.locks)}
    assert low[side] < -0.15
    assert low[-side] > -0.1


def test_long_hair_falls_in_lines_from_its_parting_to_both_sides(sitter, lay):
    parting, *falls = (place(sitter, line) for line in lay(bangs=0.0, cut=Cut.LONG).strokes)
    assert parting[1][-1] < parting[1][0] - 0.05
    assert {np.sign(u[-1] - u[0]) for u, _ in falls} == {-1, 1}
    for u, v in falls:
        assert abs(u[0] - parting[0][0]) < 0.15
        assert v[-1] > v[0] + 0.1


@pytest.mark.parametrize("yaw", [0.2, 0.3])
def test_the_far_side_of_a_turned_head_has_no_lock(sitter, wig, combed, yaw):
    turned = dataclasses.replace(sitter.warped, yaw=yaw)
    worn = wig(-0.45)
    shape = outlined(worn.half_hair - 0.5, 20, 1.0)
    laid = fringe(shape, combed(worn), turned, 0.0, Cut.LONG, np.random.Generator(np.random.PCG64(1)))
    assert len(laid.locks) == 1
    assert place(sitter, laid.locks[0])[0].mean() < 0


def test_without_hair_there_are_none(sitter, combed, wig):
    nothing = np.full((200, 200), -9, np.float32)
    chance = np.random.Generator(np.random.PCG64(1))
    laid = fringe(nothing, combed(wig()), sitter.warped, 1.0, Cut.LONG, chance)
    assert not laid.locks
    assert not laid.strokes
    assert not len(laid.partings)


def test_the_seed_decides(lay):
    one, same, other = lay(seed=1), lay(seed=1), lay(seed=2)
    assert all(np.array_equal(a, b) for a, b in zip(one.locks, same.locks, strict=True))
    assert not np.array_equal(drawn(one.locks), drawn(other.locks))


@pytest.mark.parametrize("side", [-1, 1])
def test_hair_is_parted_where_its_hairline_is_high(sitter, combed, side):
    """A hairline that falls from one side of the forehead to the other is a side parting's."""
    labels = np.zeros((200, 200, len(Label)), np.float32)
    hair = (np.abs(sitter.u) < 0.75) & (sitter.v > -0.75)
    hair &= ~((np.abs(sitter.u) < 0.42) & (sitter.v > -0.38 - 0.35 * side * sitter.u))
    labels[..., Label.HAIR] = hair
    labels[..., Label.SKIN] = sitter.layers.half_skin * ~hair
    labels[..., Label.BACKGROUND] = 1 - labels.sum(-1)
    worn = layers(labels, sitter.warped)
    shape = outlined(worn.half_hair - 0.5, 20, 1.0)
    front = dataclasses.replace(sitter.warped, yaw=0.0)
    laid = fringe(shape, combed(worn), front, 0.0, Cut.LONG, np.random.Generator(np.random.PCG64(1)))
    parting, _ = place(sitter, laid.strokes[0])
    assert side * parting.mean() > 0.05


@pytest.mark.parametrize("told", [-0.6, 0.6])
def test_hair_is_parted_where_a_glance_tells(sitter, lay, told):
    long = lay(bangs=0.0, cut=Cut.LONG, told=told)
    parting, _ = place(sitter, long.strokes[0])
    assert told * parting.mean() > 0.05
    for cut in (Cut.SHORT, Cut.SWEPT):
        assert told * lay(bangs=0.0, cut=cut, told=told).tresses.parting > 0


def test_a_short_fringe_is_combed_down_from_its_parting(sitter, lay):
    strokes = lay(bangs=1.0).strokes
    assert len(strokes) >= 4
    for line in strokes:
        _, v = place(sitter, line)
        assert v[-1] > v[0]
    ends = np.array([place(sitter, line[-1:])[0][0] for line in strokes])
    assert ends.min() < -0.2 < 0.2 < ends.max()


def test_locks_that_would_be_but_two_lines_are_left_out(lay, monkeypatch):
    all_ = lay().locks
    assert all_
    monkeypatch.setattr("engine.cel.paint.fringe._SLENDER", 1.0)
    assert len(lay().locks) < len(all_)
    thin = np.array([[100.0, 100.0], [160.0, 101.0], [100.0, 101.0]])
    monkeypatch.undo()
    monkeypatch.setattr("engine.cel.paint.fringe._lock", lambda *_: thin)
    assert not lay().locks


def test_no_lock_hangs_beside_a_small_childs_cheek(sitter, wig, combed):
    worn = wig()
    shape = outlined(worn.half_hair - 0.5, 20, 1.0)

    def lowest(infant):
        chance = np.random.default_rng(1)
        laid = fringe(shape, combed(worn), sitter.warped, 1.0, Cut.SHORT, chance, neat=True, infant=infant)
        return max(place(sitter, lock)[1].max() for lock in laid.locks)

    assert lowest(1.0) < lowest(0.0) - 0.1


def test_hair_in_bunches_falls_to_them_from_a_parting(sitter, wig, combed):
    worn = wig()
    shape = outlined(worn.half_hair - 0.5, 20, 1.0)
    gathered_, bunched = (
        fringe(shape, combed(worn), sitter.warped, 0.0, Cut.TIED, np.random.default_rng(1), bunched=bunched)
        for bunched in (False, True)
    )
    assert gathered_.tresses is not None
    assert bunched.tresses is None
    u, v = place(sitter, bunched.strokes[0])  # the parting, over the middle of the forehead
    assert np.abs(u).max() < 0.2
    assert np.ptp(v) > 0.2
    assert bunched.lights
