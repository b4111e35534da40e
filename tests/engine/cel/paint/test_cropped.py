import dataclasses

import numpy as np
import pytest

from engine.cel.paint.cropped import cropped


@pytest.fixture
def head(sitter):
    """A cropped head: its shape as it was seen with what is wrong with it, and as it is drawn."""

    def of(wrong=None, free=1.0, yaw=0.0):
        face = dataclasses.replace(sitter.warped, yaw=yaw)
        u, v = sitter.u, sitter.v
        hair = (np.hypot(u / 0.55, (v + 0.1) / 0.66) < 1) & (v < 0.0)
        hair &= (np.abs(u) > 0.47 - 0.3 * np.clip(-0.2 - v, 0, 1)) | (v < -0.46)
        if wrong is not None:
            hair = wrong(hair, u, v)
        shape = np.where(hair, 5, -5).astype(np.float32)
        return hair, cropped(shape, np.full_like(shape, free), face, v) > 0

    return of


def uneven(sitter, hair):
    """How much of the hair has none on the other side of the head, as a share of it."""
    u, v = np.round(sitter.u[hair] / 0.03), np.round(sitter.v[hair] / 0.03)
    here, there = set(zip(u, v, strict=True)), set(zip(-u, v, strict=True))
    return len(here - there) / len(here)


def peaked(hair, u, v):
    return hair | ((np.abs(u + 0.1) < 0.06) & (v < -0.5) & (v > -0.9))


def lumpy(hair, u, v):
    return hair | (np.hypot(u - 0.6, v + 0.15) < 0.12)


def frayed(hair, u, v):
    return hair & ~((np.abs(np.sin(30 * u)) > 0.95) & (v > -0.56) & (np.abs(u) < 0.3))


def test_a_crown_has_no_peak(sitter, head):
    seen, drawn = head(peaked)
    assert sitter.v[seen].min() < -0.87
    assert sitter.v[drawn].min() == pytest.approx(-0.77, abs=0.04)


@pytest.mark.parametrize("wrong", [peaked, lumpy])
def test_what_one_side_has_alone_is_no_hair(sitter, head, wrong):
    seen, drawn = head(wrong)
    assert uneven(sitter, drawn) < 0.6 * uneven(sitter, seen)


def test_a_hairline_is_even(sitter, head):
    """It was seen with notches."""
    levels = []
    for hair in head(frayed):
        forehead = hair & (sitter.v > -0.7) & (sitter.v < -0.2)
        levels.append(
            [sitter.v[forehead & (np.abs(sitter.u - at) < 0.012)].max() for at in np.arange(-0.2, 0.21, 0.02)]
        )
    assert np.std(levels[1]) < 0.5 * np.std(levels[0])


def test_hair_by_a_hat_is_as_it_was(head):
    seen, drawn = head(peaked, free=0.0)
    assert np.array_equal(seen, drawn)


def test_without_hair_on_the_crown_nothing_is_drawn(sitter):
    bald = np.full((200, 200), -9, np.float32)
    assert cropped(bald, np.ones_like(bald), sitter.warped, sitter.v) is bald


@pytest.mark.parametrize(("yaw", "kept"), [(0.4, True), (0.0, False)])
def test_hair_goes_on_behind_the_near_ear_of_a_turned_head_alone(sitter, head, yaw, kept):
    nape = (np.abs(sitter.u + 0.6) < 0.05) & (sitter.v > 0.02) & (sitter.v < 0.11)
    _, drawn = head(lambda hair, u, v: hair | nape, yaw=yaw)
    assert (drawn[nape].mean() > 0.8) == kept


@pytest.mark.parametrize("recedes", [False, True])
def test_corners_of_the_forehead_are_high_where_hair_recedes(sitter, head, recedes):
    def receding(hair, u, v):
        bare = (np.abs(np.abs(u) - 0.24) < 0.07) & (v > -0.56) if recedes else np.zeros_like(hair)
        return hair & ~bare

    _, drawn = head(receding)
    middle, corner = (
        sitter.v[drawn & (np.abs(np.abs(sitter.u) - at) < 0.015) & (sitter.v < -0.3)].max() for at in (0.0, 0.24)
    )
    assert (middle - corner > 0.06) == recedes


@pytest.mark.parametrize("broad", [0.4, 0.9])
def test_a_skull_is_neither_narrower_nor_much_broader_than_its_ears(sitter, head, broad):
    def sized(hair, u, v):
        return (np.hypot(u / broad, (v + 0.1) / 0.66) < 1) & (v < 0.0)

    _, drawn = head(sized)
    ear = np.abs((sitter.warped.points[[234, 454]] - sitter.warped.centre) @ sitter.warped.right).max()
    beside = np.abs(sitter.u[drawn & (np.abs(sitter.v + 0.1) < 0.04)]).max() - ear / sitter.warped.u
    assert -0.01 < beside < 0.2
