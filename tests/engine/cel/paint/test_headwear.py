import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel.paint import headwear
from engine.cel.styles import STYLES
from engine.cel.traits import Traits

CAP, KNITTED, OTHER = Traits(hat=1.0, brim=1.0), Traits(hat=1.0, brim=-0.8), Traits(hat=0.5, brim=-0.4)


@pytest.fixture
def worn(sitter):
    """What is painted of something red that is worn on the head, at half size, over a grey page."""

    def of(on, traits=OTHER, side=1.0):
        full = np.repeat(np.repeat(on, 2, 0), 2, 1).astype(np.uint8)
        inside, outside = (cv2.distanceTransform(mask, cv2.DIST_L2, 5) for mask in (full, 1 - full))
        shape = (inside - outside).astype(np.float32)
        lay = dataclasses.replace(sitter.layers, half_worn=on.astype(np.float32), worn=shape)
        style, page = STYLES["modern"], np.full((400, 400, 3), (90, 0, 0), np.float32)
        seen = np.full((200, 200, 3), (40, 50, 30), np.float32)
        face, look = sitter.warped, sitter.look()
        return headwear.paint(page, seen, lay, traits, face, look, style, 1.0, 2.0, side)

    return of


@pytest.fixture
def at(sitter):
    """A picture's colour at (u, v)."""

    def of(picture, u, v):
        face = sitter.warped
        x, y = np.rint(face.centre + (u * face.right + v * face.down) * face.u).astype(int)
        return picture[y, x]

    return of


@pytest.fixture
def hat(sitter):
    return (np.abs(sitter.u) < 0.5) & (sitter.v > -0.9) & (sitter.v < -0.32)


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_a_hat_is_dark_on_the_side_away_from_the_light(sitter, worn, at, side):
    round_ = np.hypot(sitter.u, sitter.v + 0.7) < 0.4
    out = worn(round_, side=side)
    left, right = (at(out, way * 0.33, -0.7)[0] for way in (-1, 1))
    assert (left - right) * side < -5
    assert np.array_equal(at(out, 0.0, -0.2), (90, 0, 0))


def test_a_cap_has_a_visor_and_seams(worn, at, hat):
    plain, cap = worn(hat), worn(hat, CAP)
    assert np.array_equal(at(plain, 0.0, -0.25), (90, 0, 0))
    assert at(cap, 0.0, -0.25)[1] > 25  # of the cap's red
    crown = np.s_[int(0.15 * 400) : int(0.25 * 400), 150:250]
    assert (np.abs(cap[crown] - plain[crown]).max(-1) > 5).any()


def test_what_comes_down_beside_a_visor_is_hair(sitter, worn, at, hat):
    flap = hat | ((np.abs(np.abs(sitter.u) - 0.45) < 0.05) & (sitter.v > -0.9) & (sitter.v < 0.1))
    plain, cap = (at(worn(flap, traits), 0.45, 0.05) for traits in (OTHER, CAP))
    assert plain[1] > 25
    assert np.allclose(cap, sitter.look().hair.base, atol=2)


def test_a_knitted_hat_has_a_cuff(worn, at, hat):
    plain, knitted = worn(hat), worn(hat, KNITTED)
    assert np.allclose(at(plain, 0.0, -0.7), at(knitted, 0.0, -0.7), atol=0.1)
    assert at(knitted, -0.2, -0.4)[0] > at(plain, -0.2, -0.4)[0] + 3


def test_a_hat_has_its_line(worn, at, hat):
    column = worn(hat)[:, 200, 0]
    edge = int(np.argmax(column < 80))
    assert column[edge : edge + 3].min() < column[edge + 12] - 12
    assert column[edge + 12] > 40
