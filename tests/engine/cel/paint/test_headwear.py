import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel.look import colour
from engine.cel.paint import headwear
from engine.cel.paint.bonnets import bonnet
from engine.cel.paint.caps import cap
from engine.cel.paint.fields import polygon
from engine.cel.styles import STYLES


@pytest.fixture
def worn(sitter):
    """What is painted of something red that is worn on the head, at half size, over a grey page."""

    def of(on, side=1.0, seen=(40, 50, 30), **forms):
        for form in forms.values():
            on = polygon(form.crown) > 0.5
        full = np.repeat(np.repeat(on, 2, 0), 2, 1).astype(np.uint8)
        inside, outside = (cv2.distanceTransform(mask, cv2.DIST_L2, 5) for mask in (full, 1 - full))
        shape = (inside - outside).astype(np.float32)
        lay = dataclasses.replace(sitter.layers, half_worn=on.astype(np.float32), worn=shape, **forms)
        style, page = STYLES["modern"], np.full((400, 400, 3), (90, 0, 0), np.float32)
        photo = np.zeros((200, 200, 3), np.float32) + np.float32(seen)
        face, look = sitter.warped, sitter.look()
        return headwear.paint(page, photo, lay, face, look, style, 1.0, 2.0, side)

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


def test_a_cap_has_a_visor_and_seams(sitter, worn, at, hat):
    plain, capped = worn(hat), worn(hat, cap=cap(hat.astype(np.float32), sitter.warped))
    assert np.array_equal(at(plain, 0.0, -0.25), (90, 0, 0))
    assert at(capped, 0.0, -0.25)[1] > 25  # of the cap's red
    crown = np.s_[int(0.15 * 400) : int(0.25 * 400), 150:250]
    assert (np.abs(capped[crown] - plain[crown]).max(-1) > 5).any()


def test_a_hat_casts_its_shadow_on_the_forehead_and_not_beside_the_head(sitter, worn, at, hat):
    out = worn(hat, bonnet=bonnet(hat.astype(np.float32), sitter.warped, False))
    assert at(out, 0.0, -0.24)[0] < 85
    assert np.array_equal(at(out, 0.0, 0.1), (90, 0, 0))
    assert np.array_equal(at(out, 0.75, -0.2), (90, 0, 0))


def test_a_knitted_hat_has_a_ribbed_cuff(sitter, worn, at, hat):
    knitted = worn(hat, bonnet=bonnet(hat.astype(np.float32), sitter.warped, False))
    row = np.array([at(knitted, u, -0.40 + 0.24 * (u / 0.6) ** 2)[0] for u in np.linspace(-0.3, 0.3, 120)])
    ribs = np.flatnonzero(np.diff((row < np.median(row) - 5).astype(int)) == 1)
    assert 3 <= len(ribs) <= 6
    assert np.median(row) > at(knitted, 0.06, -0.68)[0] + 3


def test_a_wound_cloth_has_folds_in_its_second_colour(sitter, worn, at, hat):
    """It has no cuff; of one colour its folds are told by their shade."""
    two = np.where((sitter.u > 0.1)[..., None], colour(80, 5, 20), colour(30, 40, 25))
    form = bonnet(hat.astype(np.float32), sitter.warped, True)
    one, printed = worn(hat, bonnet=form), worn(hat, bonnet=form, seen=two)
    inside = polygon(form.crown).repeat(2, 0).repeat(2, 1) > 0.5
    assert (printed[inside][:, 0] > 70).mean() > 0.1
    assert (printed[inside][:, 0] < 60).mean() > 0.3
    assert (one[inside][:, 0] > 70).mean() < 0.01


def test_a_hat_has_its_line(worn, at, hat):
    column = worn(hat)[:, 200, 0]
    edge = int(np.argmax(column < 80))
    assert column[edge : edge + 3].min() < column[edge + 12] - 12
    assert column[edge + 12] > 40
