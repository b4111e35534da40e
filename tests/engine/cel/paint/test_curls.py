import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel.geometry import area
from engine.cel.paint.curls import Curl, curls, piled, standing
from engine.cel.paint.fields import drawn, outlined
from engine.cel.paint.flow import crown

WHOLE = np.s_[0:400, 0:400]


@pytest.fixture
def hair(worn):
    return outlined(worn.half_hair - 0.5, 20, 1.0)


@pytest.fixture
def lay(sitter, hair, worn, combed):
    def of(shape=hair, hangs=False, seed=1):
        top = crown(sitter.warped, worn.half_hair, sitter.u, sitter.v)
        chance = np.random.Generator(np.random.PCG64(seed))
        return curls(shape, combed(worn), sitter.warped, top, hangs, chance)

    return of


def square(left, top, side=40.0):
    outline = np.array([[left, top], [left + side, top], [left + side, top + side], [left, top + side]])
    return Curl(outline, outline, outline, outline)


def test_curls_lie_all_over_the_hair_and_hardly_beyond(lay, hair):
    cover = (drawn([curl.outline for curl in lay()]) > 0)[::2, ::2]
    assert cover[hair > 4].mean() > 0.9
    assert not cover[hair < -14].any()


def test_a_curl_turns_right_round_and_ends_in_a_point(lay):
    for curl in lay():
        middle = (curl.outline[:14] + curl.outline[14:][::-1]) / 2
        way = np.diff(middle, axis=0)
        turned = np.unwrap(np.arctan2(way[:, 1], way[:, 0]))
        assert abs(turned[-1] - turned[0]) > 2.2
        breadth = np.hypot(*(curl.outline[:14] - curl.outline[14:][::-1]).T)
        assert breadth[-1] < 0.1 * breadth.max()


def test_a_curls_hollow_side_lies_in_shadow_and_light_falls_on_its_back(lay):
    lit = [curl for curl in lay() if curl.light is not None]
    assert 0.3 < len(lit) / len(lay()) < 0.9
    for curl in lit:
        bend = curl.outline[[0, 13]].mean(0)
        nearer = np.linalg.norm(curl.shadow.mean(0) - bend) < np.linalg.norm(curl.light.mean(0) - bend)
        assert nearer
        assert area(curl.light) < area(curl.outline)


def test_curls_lie_from_the_tips_up_to_the_crown(lay, sitter):
    heights = [float((curl.outline.mean(0) - sitter.warped.centre) @ sitter.warped.down) for curl in lay()]
    third = len(heights) // 3
    assert np.mean(heights[:third]) > np.mean(heights[-third:]) + 0.4 * sitter.warped.u


def test_hanging_hair_has_longer_curls_and_short_hair_small_ones(lay, hair):
    def long(curls):
        return float(np.median([np.hypot(*np.diff(curl.outline[:14], axis=0).T).sum() for curl in curls]))

    thin = np.where(np.abs(hair) < 6, 3 - np.abs(hair - 3), -9).astype(np.float32)
    assert long(lay(hangs=True)) > 1.2 * long(lay())
    assert long(lay(thin)) < 0.8 * long(lay())


def test_small_curls_stand_along_the_outline_but_on_the_crown_of_hair_that_hangs(lay, hair, sitter):
    def small(hangs):
        laid = lay(hangs=hangs)
        sides = [np.sqrt(area(curl.outline)) for curl in laid]
        return [curl.outline.mean(0) for curl, side in zip(laid, sides, strict=True) if side < 0.75 * np.median(sides)]

    short, hanging = small(False), small(True)
    assert len(short) > 15
    for place in short:
        assert abs(hair[tuple(np.rint(place[::-1] / 2).astype(int).clip(0, 199))]) < 0.25 * sitter.warped.u / 2
    heights = [
        [float((place - sitter.warped.centre) @ sitter.warped.down) for place in each] for each in (short, hanging)
    ]
    assert min(heights[0]) < -0.4 * sitter.warped.u
    assert min(heights[1]) > -0.2 * sitter.warped.u


def test_the_same_seed_lays_the_same_curls(lay):
    one, same, other = (np.vstack([curl.outline for curl in lay(seed=seed)][:20]) for seed in (1, 1, 2))
    assert (one == same).all()
    assert not (one == other).all()


def test_curls_stand_over_the_outline_where_there_is_room(lay, sitter):
    laid = lay()
    assert not standing(laid, np.zeros((200, 200), np.float32), sitter.warped)
    left = standing(laid, (sitter.u < 0).astype(np.float32), sitter.warped)
    assert 0.3 < len(left) / len(laid) < 0.7
    for outline in left:
        assert (outline.mean(0) - sitter.warped.centre) @ sitter.warped.right < 0.1 * sitter.warped.u


def test_curls_of_hair_that_hangs_are_bulges_along_the_crown_and_tips_further_down(lay, sitter):
    laid, everywhere, face = lay(hangs=True), np.ones((200, 200), np.float32), sitter.warped
    free, kept_down = standing(laid, everywhere, face), standing(laid, everywhere, face, hangs=True)
    changed = [not np.array_equal(one, other) for one, other in zip(free, kept_down, strict=True)]
    assert 3 < sum(changed) < len(laid)
    for bulge, curl, heavy in zip(kept_down, free, changed, strict=True):
        if heavy:
            assert np.ptp(np.linalg.norm(bulge - bulge[:-1].mean(0), axis=1)) < 1e-6
            assert np.linalg.norm(bulge.mean(0) - curl.mean(0)) < 0.2 * face.u
            assert (curl.mean(0) - face.centre) @ face.down < 0
    assert not any(
        heavy for curl, heavy in zip(free, changed, strict=True) if (curl.mean(0) - face.centre) @ face.down > 0
    )


def test_no_hair_no_curls(lay, sitter):
    assert not lay(np.full((200, 200), -9, np.float32))
    assert not standing([], np.ones((200, 200), np.float32), sitter.warped)
    assert not piled([], WHOLE, 2.0).ink.any()


def test_what_lies_on_top_hides_what_lies_beneath():
    below, above = square(100, 100), square(120, 120)
    bare = dataclasses.replace(above, shadow=above.outline - 300, light=None, edge=above.outline - 300)
    alone, both = piled([below], WHOLE, 2.0), piled([below, bare], WHOLE, 2.0)
    under, free = np.s_[124:136, 124:141], np.s_[104:116, 104:141]
    for plane, hidden in ((alone.shade, both.shade), (alone.light, both.light), (alone.ink, both.ink)):
        assert plane[under].max() > 0.5
        assert not hidden[under].any()
        assert np.array_equal(plane[free], hidden[free])


def test_a_pile_is_drawn_in_its_box_alone():
    curl = square(100, 100)
    whole, part = piled([curl], WHOLE, 2.0), piled([curl], np.s_[90:150, 95:160], 2.0)
    for plane, box in zip((whole.shade, whole.light, whole.ink), (part.shade, part.light, part.ink), strict=True):
        assert box.shape == (60, 65)
        assert np.abs(plane[90:150, 95:160] - box).max() < 1e-6
        assert cv2.countNonZero(plane) == cv2.countNonZero(box)
