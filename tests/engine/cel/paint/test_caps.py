import dataclasses

import numpy as np
import pytest

from engine.cel.paint.caps import cap, haired, put_on
from engine.cel.paint.stack import BACKGROUND, HAIR, SKIN, WORN


@pytest.fixture
def hat(sitter):
    """A hat on the sitter's head: from how high it comes down to some height, and how broad it is to either side."""

    def of(low=-0.32, half=0.5):
        on = (sitter.v > -0.9) & (sitter.v < low) & (np.abs(sitter.u) < half)
        return on.astype(np.float32)

    return of


@pytest.fixture
def local(sitter):
    """The (u, v) of a line's points."""
    return lambda line: (
        (line - sitter.warped.centre) @ np.stack([sitter.warped.right, sitter.warped.down], 1) / (sitter.warped.u)
    )


@pytest.mark.parametrize("low", [-0.5, -0.32, -0.15])
def test_a_visor_lies_over_the_brows_and_is_broader_than_the_crown(sitter, hat, local, low):
    u, v = local(cap(hat(low), sitter.warped).visor).T
    assert low - 0.1 < v.max() < -0.05
    assert u.min() < -0.5 < 0.5 < u.max()


def test_seams_run_from_the_button_to_the_visor(sitter, hat, local):
    drawn = cap(hat(), sitter.warped)
    button, (left, right) = local(drawn.button).mean(0), (local(seam) for seam in drawn.seams)
    assert abs(button[1] - local(drawn.crown)[:, 1].min()) < 0.05
    for seam in (left, right):
        assert np.linalg.norm(seam[0] - button) < 0.05
        assert abs(seam[-1, 1] - drawn.hem) < 0.01
    assert left[-1, 0] < -0.1 < 0.1 < right[-1, 0]


@pytest.mark.parametrize(("low", "half"), [(-0.32, 0.8), (-0.95, 0.5)], ids=["seen with its brim", "no hat"])
def test_some_hats_are_no_caps(sitter, hat, low, half):
    assert cap(hat(low, half), sitter.warped) is None


def test_what_is_worn_beside_the_face_is_none(sitter, hat):
    beside = hat(0.3, 0.7) * (np.abs(sitter.u) > 0.5)
    assert cap(beside.astype(np.float32), sitter.warped) is None


@pytest.fixture
def capped(sitter):
    """The sitter's planes in a cap down to the brows, with bare temples or with hair there."""

    def of(hair=False):
        u, v = sitter.u, sitter.v
        labels = np.where((v > -0.25) & (np.hypot(u / 0.56, (v - 0.1) / 0.7) < 1), SKIN, BACKGROUND)
        labels[(v < -0.2) & (v > -0.8) & (np.abs(u) < 0.6)] = WORN
        if hair:
            labels[(np.abs(u) > 0.4) & (np.abs(u) < 0.6) & (v > -0.2) & (v < 0.1)] = HAIR
        return np.eye(5, dtype=np.float32)[labels].transpose(2, 0, 1).copy()

    return of


def test_below_a_cap_short_hair_is_seen_at_both_temples(sitter, capped):
    before = capped()
    out = haired(before, sitter.warped)
    grown = out[HAIR] > 0.5
    for side in (-1, 1):
        temple = grown & (sitter.u * side > 0)
        assert temple.sum() > 0.01 * (sitter.warped.u / 2) ** 2
        assert (np.abs(sitter.u[temple]) > 0.35).all()
        assert sitter.v[temple].max() < 0.1
    assert np.allclose(out.sum(0), 1)
    assert np.array_equal(out[WORN], before[WORN])


@pytest.mark.parametrize(("hair", "yaw"), [(True, 0.0), (False, 0.3)])
def test_none_is_added_where_it_is_seen_or_a_head_is_turned(sitter, capped, hair, yaw):
    before = capped(hair)
    assert haired(before, dataclasses.replace(sitter.warped, yaw=yaw)) is before


def test_without_a_cap_none_is_added(sitter, capped):
    bare = capped()
    bare[BACKGROUND] += bare[WORN]
    bare[WORN] = 0
    assert haired(bare, sitter.warped) is bare


@pytest.mark.parametrize(("top", "half"), [(-1.1, 0.45), (-0.62, 0.45), (-0.9, 0.64)])
def test_a_cap_covers_the_head_and_is_no_egg(sitter, local, top, half):
    on = (sitter.v > top) & (sitter.v < -0.3) & (np.abs(sitter.u) < half)
    u, v = local(cap(on.astype(np.float32), sitter.warped).crown).T
    assert 1.08 < np.ptp(u) < 1.26
    assert 0.42 < np.ptp(v) < 0.51


def test_what_is_seen_of_a_cap_beside_its_visor_is_hair_or_background(sitter, capped):
    stack = capped()
    piece = (sitter.u > 0.44) & (sitter.u < 0.66) & (np.abs(sitter.v) < 0.1)
    stack[:, piece] = 0
    stack[WORN, piece] = 1
    drawn = cap(stack[WORN], sitter.warped)
    none = np.zeros((200, 200), np.float32)
    out = put_on(stack, drawn, none, sitter.warped)
    beside = np.abs(sitter.v) < 0.05
    for aside, label in ((0.47, HAIR), (0.62, BACKGROUND)):
        assert (out[label] > 0.9)[beside & (np.abs(sitter.u - aside) < 0.02)].all()
    assert not (out[WORN] > 0.1)[sitter.v > 0.0].any()
    assert np.allclose(out.sum(0), 1)
