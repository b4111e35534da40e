import dataclasses

import numpy as np
import pytest

from engine.cel.paint.fields import drawn, outlined
from engine.cel.paint.forelocks import forelocks
from engine.cel.paint.hairline import hairline
from engine.cel.paint.tresses import Way, tresses


@pytest.fixture
def fall(sitter, wig, combed):
    """The locks that escape from the sitter's wig, with the head turned by some yaw."""

    def of(yaw: float = 0.0, way: Way = Way.UP, parting: float = 10.0, bare: float = 0.0):
        worn, face = wig(-0.45), dataclasses.replace(sitter.warped, yaw=yaw)
        hair = worn.half_hair * ~((sitter.u * bare > 0) if bare else np.zeros_like(sitter.u, bool))
        line = hairline(outlined(hair - 0.5, 20, 1.0), combed(worn), face)
        chance = np.random.Generator(np.random.PCG64(1))
        return forelocks(line, tresses(line, way, parting, chance), face, chance)

    return of


def place(sitter, points):
    local = (points - sitter.warped.centre) / sitter.warped.u
    return local @ sitter.warped.right, local @ sitter.warped.down


def sides(sitter, found):
    return [int(np.sign(place(sitter, lock)[0].mean())) for lock in found.locks]


def test_a_lock_and_a_finer_one_frame_the_face_on_both_sides(sitter, fall):
    found = fall()
    assert sides(sitter, found) == [-1, -1, 1, 1]
    for lock, fine in zip(found.locks[::2], found.locks[1::2], strict=True):
        (u, v), (_, fine_v) = place(sitter, lock), place(sitter, fine)
        assert v.min() < -0.4  # from the hair over the forehead down the cheek
        assert v.max() > fine_v.max() + 0.05
        assert fine_v.max() > 0.05
        beside = np.abs(u[np.abs(v) < 0.04])
        assert np.ptp(beside) < 0.15
        assert abs(u[np.argmax(v)]) < beside.mean()  # it turns to the cheek


def test_no_lock_hides_the_eyes(sitter, fall):
    shape = drawn(fall().locks) > 0
    for eye in sitter.warped.eyes:
        x, y = np.rint(eye.iris[0]).astype(int)
        assert not shape[y - 3 : y + 4, x - 3 : x + 4].any()


@pytest.mark.parametrize("yaw", [-1, 1])
def test_the_far_side_has_a_slim_one_and_none_is_seen_there_from_further_aside(sitter, fall, yaw):
    assert sorted(sides(sitter, fall(0.12 * yaw)), key=yaw.__mul__) == [-yaw, -yaw, yaw]
    assert sides(sitter, fall(0.16 * yaw)) == [-yaw, -yaw]


@pytest.mark.parametrize("side", [-1, 1])
def test_none_grows_where_there_is_no_hair(sitter, fall, side):
    assert sides(sitter, fall(bare=side)) == [-side, -side]


def test_they_are_broader_on_the_longer_side_of_a_parting_and_set_out_beside_a_fringe(sitter, fall):
    def begins(found):
        return [abs(place(sitter, lock[:1])[0][0]) for lock in found.locks[::2]]

    left, right = begins(fall(parting=20.0))
    assert left < right
    left, right = begins(fall(parting=-20.0))
    assert right < left
    assert min(begins(fall(way=Way.DOWN))) > max(left, right)


def test_lines_rise_with_the_strands_and_each_has_a_dark_side(sitter, fall):
    found = fall()
    assert len(found.strokes) == 4
    assert len(found.shades) == 2
    for crest, rib in zip(found.strokes[::2], found.strokes[1::2], strict=True):
        assert place(sitter, crest)[1].min() < place(sitter, rib)[1].min()
        assert place(sitter, rib)[1].max() > 0.1


@pytest.mark.parametrize("yaw", [0.0, 0.2, -0.2])
def test_hair_is_combed_back_from_them_over_the_ears_that_are_seen(sitter, fall, yaw):
    """Bare skin between a lock and the hair behind it would be a slit."""
    found = fall(yaw)
    assert len(found.backs) == (1 if yaw else 2)
    for back in found.backs:
        u, v = place(sitter, back)
        side = float(np.sign(u.mean()))
        assert side * yaw <= 0
        ear = abs(place(sitter, sitter.warped.points[[234, 454]])[0][int(side > 0)])
        assert np.abs(u).max() > ear + 0.02
        lock = next(place(sitter, one) for one in found.locks if np.sign(place(sitter, one)[0].mean()) == side)
        within = np.abs(lock[0][np.abs(lock[1] + 0.1) < 0.05])
        assert within.min() < np.abs(u).min() < within.max()
        assert -0.35 < v.min() < v.max() < 0.12
