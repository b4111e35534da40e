import numpy as np
import pytest

from engine.cel.paint import dye
from engine.cel.paint.falls import Curtain, Falls


@pytest.fixture
def read(sitter, worn, combed):
    def of(seen):
        seen = np.asarray(seen, np.float32)
        return dye.read(seen, worn.half_hair, worn.half_background, combed(worn), sitter.warped, sitter.v)

    return of


def hair(first, second, below=110):
    seen = np.zeros((200, 200, 3))
    seen[:] = first
    seen[below:] = second
    return seen


def test_hair_of_one_colour_has_no_second(read):
    assert read(hair((30, 8, 12), (30, 8, 12))) is None


def test_light_alone_makes_no_second_colour(read):
    assert read(hair((62, 9, 18), (34, 7, 13))) is None  # the lower half in shade


def test_bleached_tips_are_one_unless_the_ground_has_that_colour(read, worn):
    seen = hair((22, 4, 6), (68, 8, 32))
    seen[worn.half_background > 0.5] = (64, 10, 30)
    assert read(seen) is None
    seen[worn.half_background > 0.5] = (80, 0, 0)
    found = read(seen)
    assert found is not None
    assert (found.second - found.first)[0] > 25
    assert found.where[150:170, 40:60].mean() > 0 > found.where[70:90, 40:60].mean()


def test_roots_run_out_in_a_point_in_each_tress_of_hair_that_falls(read, sitter, worn):
    seen = hair((22, 4, 6), (68, 8, 32))
    seen[worn.half_background > 0.5] = (80, 0, 0)
    found, face = read(seen), sitter.warped
    edges = np.linspace(0, 1, 5)
    side = Curtain(np.full(80, 0.4), np.full(80, 0.8), edges)
    where = found.hung(Falls((side, side), 1), face, worn.half_hair, sitter.v)
    right = (sitter.u > 0.42) & (sitter.u < 0.78) & (worn.half_hair > 0.9)
    dark = np.array(
        [
            (right & (np.abs(sitter.u - u) < 0.012) & (sitter.v > found.tips - 0.5) & (where < 0)).sum()
            for u in np.linspace(0.42, 0.78, 37)
        ]
    )
    assert 3 <= ((dark[1:-1] > dark[:-2]) & (dark[1:-1] >= dark[2:])).sum() <= 5
    assert (where[right & (sitter.v > found.tips + 0.4)] > 0).all()
    assert (where[right & (sitter.v < found.tips - 0.4)] < 0).all()


def test_dyed_strands_lie_where_they_are_seen_in_hair_that_falls(read, sitter, worn):
    seen = hair((45, 15, 30), (42, 34, -38), below=70)
    seen[worn.half_background > 0.5] = (80, 0, 0)
    found = read(seen)
    side = Curtain(np.full(80, 0.4), np.full(80, 0.8), np.linspace(0, 1, 5))
    assert found.hung(Falls((side, side), 1), sitter.warped, worn.half_hair, sitter.v) is found.where


@pytest.mark.parametrize(("height", "bleached"), [(-0.1, True), (-0.35, False)])
def test_tips_are_no_higher_than_the_eyes(read, sitter, worn, height, bleached):
    """What is paler all below the forehead is a side of the head in the light."""
    seen = hair((22, 4, 6), (22, 4, 6))
    seen[sitter.v > height] = (68, 8, 32)
    seen[worn.half_background > 0.5] = (80, 0, 0)
    assert (read(seen) is not None) == bleached


@pytest.mark.parametrize(("roots", "bleached"), [((9, 3, 2), True), ((24, 5, 8), False)])
def test_blond_below_black_is_bleached_though_one_side_of_it_reaches_up(read, sitter, worn, roots, bleached):
    seen = hair(roots, roots)
    seen[sitter.v > 0.3] = (62, 10, 32)
    seen[:, 130:][sitter.v[:, 130:] > -0.5] = (62, 10, 32)
    seen[worn.half_background > 0.5] = (80, 0, 0)
    assert (read(seen) is not None) == bleached


@pytest.mark.parametrize("below", [95, 110])
def test_the_first_colour_is_the_roots_however_much_is_bleached(read, worn, below):
    seen = hair((10, 3, 3), (68, 8, 32), below)
    seen[worn.half_background > 0.5] = (80, 0, 0)
    found = read(seen)
    assert found.first[0] < found.second[0]
    assert found.where[175:195, 40:60].min() > 0 > found.where[60:70, 40:60].max()


def test_another_hue_is_one_wherever_it_lies(read, worn):
    seen = hair((45, 15, 30), (42, 34, -38), below=70)
    seen[worn.half_background > 0.5] = (80, 0, 0)
    found = read(seen)
    assert found is not None
    assert abs((found.second - found.first)[2]) > 20


def test_what_shows_through_from_behind_is_none(read, worn):
    seen = hair((45, 15, 30), (42, 34, -38), below=70)
    seen[worn.half_background > 0.5] = (60, 30, -34)
    assert read(seen) is None


def test_too_little_hair_tells_nothing(sitter, worn, combed):
    none = np.zeros((200, 200), np.float32)
    assert dye.read(sitter.seen, none, worn.half_background, combed(worn), sitter.warped, sitter.v) is None


def test_one_half_in_the_sun_is_no_second_colour(read):
    seen = hair((30, 8, 12), (30, 8, 12))
    seen[:, 100:] = (64, 9, 30)
    assert read(seen) is None
