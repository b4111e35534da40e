import dataclasses

import numpy as np
import pytest

from engine.cel.look import coordinates
from engine.cel.paint.curtains import evened, gathered, unbroken
from engine.cel.paint.layers import oval
from engine.cel.paint.stack import BACKGROUND, CLOTHES, HAIR, SKIN


@pytest.fixture
def worn(sitter):
    """The sitter's planes with hair that falls to some height on either side, over a garment."""

    def of(left, right):
        u, v = sitter.u, sitter.v
        low = np.where(u < 0, left, right)
        hair = (np.abs(u) < 0.65) & (v > -0.8) & (v < low) & ~((np.abs(u) < 0.42) & (v > -0.3))
        skin = (np.hypot(u / 0.45, (v - 0.2) / 0.6) < 1) & ~hair
        cloth = (v > 0.9) & ~hair & ~skin
        stack = np.zeros((5, 200, 200), np.float32)
        stack[HAIR], stack[SKIN], stack[CLOTHES] = hair, skin, cloth
        stack[BACKGROUND] = 1 - stack.sum(0)
        return stack

    return of


def lowest(sitter, stack, side):
    return float(sitter.v[(stack[HAIR] > 0.5) & (sitter.u * side > 0.3)].max())


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_hair_cut_off_on_one_side_falls_as_on_the_other(sitter, worn, side):
    lows = (0.5, 1.3) if side < 0 else (1.3, 0.5)
    mask = oval(sitter.warped, 200)
    out = evened(worn(*lows), mask, sitter.warped, sitter.u, sitter.v)
    assert lowest(sitter, out, side) > 1.1
    assert np.allclose(out.sum(0), 1)
    assert (out[HAIR] <= worn(*lows)[HAIR] + 1e-6)[mask > 0.99].all()  # none falls over the face


@pytest.mark.parametrize(("left", "right", "yaw"), [(0.5, 0.5, 0.0), (1.3, 1.3, 0.0), (0.5, 1.3, 0.3)])
def test_other_hair_stays_as_it_is(sitter, worn, left, right, yaw):
    """Short on both sides, long on both, or seen from its side."""
    before, face = worn(left, right), dataclasses.replace(sitter.warped, yaw=yaw)
    assert evened(before, oval(face, 200), face, sitter.u, sitter.v) is before


@pytest.mark.parametrize("roll", [-0.15, 0.0, 0.08])
def test_long_hair_hangs_and_is_no_cape(sitter, worn, roll):
    """Down the picture, however the head leans; what it covered is what lies there else."""
    stack = worn(1.3, 1.3)
    rows = np.arange(200)[:, None] * 2 + 1 - sitter.warped.centre[1]
    cape = (rows > 0.55 * sitter.warped.u) & (stack[HAIR] + stack[CLOTHES] < 0.5) & (sitter.v < 1.3)
    stack[:, cape] = np.eye(5, dtype=np.float32)[HAIR][:, None]
    cos, sin = np.cos(roll), np.sin(roll)
    right, down = sitter.warped.right, sitter.warped.down
    face = dataclasses.replace(sitter.warped, right=cos * right + sin * down, down=cos * down - sin * right)
    u, v = coordinates(face, 200)
    out = gathered(stack, face, u, v)
    hair = out[HAIR] > 0.5
    edges = [np.flatnonzero(row) for row in hair[(rows[:, 0] > 0.6 * face.u) & (rows[:, 0] < 0.8 * face.u)]]
    for side in (0, -1):
        outer = np.array([edge[side] for edge in edges])
        assert np.abs(np.diff(outer)).max() <= 1  # it spreads by a fifth of a pixel a row
        assert 3 < outer.min() < outer.max() < 196  # the cape reached the border
    assert np.allclose(out.sum(0), 1, atol=1e-5)


def test_hair_that_hangs_stays_as_it_is(sitter, worn):
    stack = worn(1.3, 1.3)
    assert gathered(stack, sitter.warped, sitter.u, sitter.v) is stack


@pytest.fixture
def notched(sitter, worn):
    """Planes of long hair with a notch on one side, and where that is."""

    def of(top=0.0, low=0.5, skin=False, inner=0.46):
        stack = worn(1.3, 1.3)
        notch = (sitter.u > inner) & (sitter.v > top) & (sitter.v < low) & (stack[HAIR] > 0.5)
        stack[:, notch] = np.eye(5, dtype=np.float32)[SKIN if skin else BACKGROUND][:, None]
        return stack, notch

    return of


def test_long_hair_has_no_notch_beside_the_face(sitter, notched):
    stack, notch = notched()
    out = unbroken(stack, oval(sitter.warped, 200), sitter.warped, sitter.u, sitter.v)
    assert out[HAIR][notch].mean() > 0.85
    assert (out != stack).any(0)[~notch].mean() < 0.005


@pytest.mark.parametrize(
    ("hair", "yaw"),
    [
        ({"skin": True}, 0.0),
        ({}, 0.6),
        ({"top": -0.1, "low": 1.4, "inner": 0.3}, 0.0),
        ({"top": -0.9, "low": 0.2}, 0.0),
    ],
    ids=["an ear", "a turned head", "none below it", "none over it"],
)
def test_what_is_no_notch_is_left(sitter, notched, hair, yaw):
    stack, notch = notched(**hair)
    face = dataclasses.replace(sitter.warped, yaw=yaw)
    out = unbroken(stack, oval(face, 200), face, sitter.u, sitter.v)
    assert out[HAIR][notch].mean() < 0.1


def test_hair_that_narrows_towards_its_crown_and_its_ends_has_none(sitter, worn):
    stack = worn(1.3, 1.3)
    round_ = np.hypot(sitter.u / 0.65, (sitter.v - 0.2) / 1.0) > 1
    stack[:, round_] = np.eye(5, dtype=np.float32)[BACKGROUND][:, None]
    out = unbroken(stack, oval(sitter.warped, 200), sitter.warped, sitter.u, sitter.v)
    assert (out != stack).any(0).mean() < 0.002


def test_where_no_head_is_in_view_nothing_is_filled(sitter, worn):
    stack = worn(1.3, 1.3)
    assert unbroken(stack, oval(sitter.warped, 200), sitter.warped, sitter.u, sitter.v + 9) is stack


def test_beside_a_cheek_that_parts_long_hair_a_strand_goes_on(sitter, worn):
    stack = worn(1.3, 1.3)
    mask = oval(sitter.warped, 200)
    beside = (sitter.u > 0.3) & (sitter.v > 0.0) & (sitter.v < 0.4)
    bare = (beside | (sitter.u > 0.54)) & (stack[HAIR] > 0.5)  # hair reaches hardly further than the cheek
    stack[:, bare] = np.eye(5, dtype=np.float32)[BACKGROUND][:, None]
    stack[:, beside & (mask > 0.5)] = np.eye(5, dtype=np.float32)[SKIN][:, None]
    out = unbroken(stack, mask, sitter.warped, sitter.u, sitter.v)
    grown = (out[HAIR] > 0.5) & beside
    for height in np.arange(0.05, 0.35, 0.03):
        row = np.abs(sitter.v - height) < 0.015
        assert (grown & row & (mask < 0.5)).any()
    assert not (grown & (mask > 0.5)).any()


def test_hair_too_thin_beside_a_cheek_is_as_broad_as_a_strand_there(sitter, worn):
    stack, mask = worn(1.3, 1.3), oval(sitter.warped, 200)
    cheek = (sitter.u > 0.3) & (sitter.v > 0.0) & (sitter.v < 0.3) & (stack[HAIR] > 0.5)
    edge = max(float(sitter.u[(mask > 0.5) & (np.abs(sitter.v - height) < 0.02)].max()) for height in (0.0, 0.15))
    thin = (cheek & (sitter.u > edge + 0.02)) | (sitter.u > 0.52)  # and it is hardly broader over and under that
    stack[:, thin] = np.eye(5, dtype=np.float32)[BACKGROUND][:, None]
    out = unbroken(stack, mask, sitter.warped, sitter.u, sitter.v)
    row = np.abs(sitter.v - 0.1) < 0.03
    assert sitter.u[(out[HAIR] > 0.5) & row].max() > edge + 0.04


@pytest.mark.parametrize("curled", [False, True])
def test_hair_that_is_blown_aside_hangs_beside_the_head_unless_it_is_curly(sitter, worn, curled):
    stack = worn(1.3, 1.3)
    blown = (sitter.u > 0.6) & (np.abs(sitter.v + 0.05) < 0.3)
    stack[:, blown] = np.eye(5, dtype=np.float32)[HAIR][:, None]
    out = gathered(stack, sitter.warped, sitter.u, sitter.v, curled)
    far = blown & (sitter.u > 0.88)
    assert (out[HAIR][far].mean() > 0.9) if curled else (out[HAIR][far].max() < 0.1)


def test_hair_goes_on_down_to_the_border_where_the_other_side_does(sitter, worn):
    bottom = float(sitter.v.max())
    out = evened(worn(0.5, bottom), oval(sitter.warped, 200), sitter.warped, sitter.u, sitter.v)
    aside = (sitter.u[-1] < -0.3) & (sitter.u[-1] > -0.55)
    assert (out[HAIR][-1][aside] > 0.5).mean() > 0.8
