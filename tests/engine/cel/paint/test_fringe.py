import numpy as np
import pytest

from engine.cel.paint.fields import drawn, outlined
from engine.cel.paint.fringe import fringe


@pytest.fixture
def lay(sitter, wig, combed):
    """The locks of the sitter in a wig whose fringe ends at one height."""

    def of(height: float, hangs: bool = True, woman: float = 1.0, seed: int = 1):
        worn = wig(height)
        shape = outlined(worn.half_hair - 0.5, 20, 1.0)
        chance = np.random.Generator(np.random.PCG64(seed))
        return fringe(shape, combed(worn), sitter.warped, hangs, woman, chance)

    return of


def place(sitter, points):
    local = (points - sitter.warped.centre) / sitter.warped.u
    return local @ sitter.warped.right, local @ sitter.warped.down


def test_locks_fall_to_both_sides_of_the_forehead(sitter, lay):
    u, _ = place(sitter, np.array([lock.mean(0) for lock in lay(-0.45).locks]))
    assert (u < -0.05).any()
    assert (u > 0.05).any()


def test_no_lock_hides_the_eyes(sitter, lay):
    for height in (-0.45, -0.35, -0.25):
        shape = drawn(lay(height).locks) > 0
        for eye in sitter.warped.eyes:
            x, y = np.rint(eye.iris[0]).astype(int)
            assert not shape[y - 3 : y + 4, x - 3 : x + 4].any()


def test_tied_hair_leaves_the_forehead_bare(sitter, lay):
    for lock in lay(-0.45, hangs=False).locks:
        u, v = place(sitter, lock)
        assert abs(u[np.argmax(v)]) > 0.15


def test_a_mans_hair_is_brushed_from_it(sitter, lay):
    """His locks are small: lower than their hairline by a little only."""
    short, long = lay(-0.45, hangs=False, woman=0.0), lay(-0.45)
    assert len(short.locks) > len(long.locks)

    def deepest(blades):
        return max(place(sitter, lock)[1].max() for lock in blades.locks)

    assert deepest(short) < deepest(long)


def test_locks_part_where_they_meet(lay):
    laid = lay(-0.45)
    assert len(laid.partings) == len(laid.locks)


def test_without_hair_there_are_none(sitter, combed, wig):
    nothing = np.full((200, 200), -9, np.float32)
    chance = np.random.Generator(np.random.PCG64(1))
    assert not fringe(nothing, combed(wig()), sitter.warped, True, 1.0, chance).locks


def test_the_seed_decides(lay):
    one, same, other = lay(-0.45, seed=1), lay(-0.45, seed=1), lay(-0.45, seed=2)
    assert all(np.array_equal(a, b) for a, b in zip(one.locks, same.locks, strict=True))
    assert not np.array_equal(drawn(one.locks), drawn(other.locks))
