import dataclasses

import numpy as np
import pytest

from engine.cel.paint import collars, necklines
from engine.cel.paint.attire import Attire
from engine.cel.paint.layers import oval, smooth_outline
from engine.cel.paint.stack import BACKGROUND, CLOTHES, HAIR, SKIN, shown

SEEN = np.float32([0.45, 0.40, 0.0, 0.2, 9.0])
"""A neckline that lies askew."""


@pytest.fixture
def bust(sitter):
    """Planes of a neck, its sides so far aside of the chin, over shoulders in clothes; and the face's coverage."""

    def of(left=-0.30, right=0.30):
        x, y = necklines.beside(sitter.warped)
        face = oval(sitter.warped, 200)
        labels = np.full((200, 200), BACKGROUND)
        labels[(x > left) & (x < right) & (y > -0.3)] = SKIN
        labels[y > 0.12 + 0.3 * np.abs(x)] = CLOTHES
        labels[face > 0.5] = SKIN
        return np.eye(5, dtype=np.float32)[labels].transpose(2, 0, 1).copy(), face

    return of


def fit(sitter, stack, face):
    return collars.fitted(SEEN, stack, face, smooth_outline(sitter.warped), sitter.warped)


@pytest.mark.parametrize(("left", "right"), [(-0.30, 0.30), (-0.24, 0.34)])
def test_a_collar_lies_about_the_neck_though_it_is_seen_askew(sitter, bust, left, right):
    stack, face = bust(left, right)
    collar = fit(sitter, stack, face)
    assert collar.cut[3] == pytest.approx((left + right) / 2, abs=0.03)
    assert collar.cut[1] == pytest.approx((right - left) / 2, abs=0.03)
    assert collar.seen == pytest.approx(SEEN[3])
    assert collar.cut[0] == SEEN[0]


def test_where_hair_hides_the_neck_it_is_as_broad_as_necks_are(sitter, bust):
    stack, face = bust(-0.6, 0.6)
    x, _ = necklines.beside(sitter.warped)
    hair = (np.abs(x) > 0.2) & (face < 0.5)
    stack[:, hair] = np.eye(5, dtype=np.float32)[HAIR][:, None]
    assert fit(sitter, stack, face).cut[1] == pytest.approx(0.30)


@pytest.mark.parametrize("worn", [Attire.SHIRT, Attire.SUIT])
def test_a_collar_stands_over_the_shoulders_on_both_sides_of_the_neck(sitter, bust, worn):
    stack, face = bust()
    collar = fit(sitter, stack, face)
    labels = shown(collars.put_on(stack, worn, collar, face, sitter.warped))
    x, y = necklines.beside(sitter.warped)
    row = np.argmin(np.abs(y[:, 0] - collar.top - 0.05))
    cloth = x[row][labels[row] == CLOTHES]
    assert cloth.min() < -collar.cut[1] - 0.03
    assert cloth.max() > collar.cut[1] + 0.03
    assert np.abs(np.abs(cloth) - collar.cut[1]).max() < 0.12
    assert (shown(stack)[row] != CLOTHES).all()


def test_the_neck_is_bare_within_a_collar_and_the_face_before_it(sitter, bust):
    stack, face = bust()
    stack[:, (face < 0.5) & (stack[SKIN] > 0.5)] = np.eye(5, dtype=np.float32)[CLOTHES][:, None]
    collar = fit(sitter, stack, face)
    out = collars.put_on(stack, Attire.SHIRT, collar, face, sitter.warped)
    x, y = necklines.beside(sitter.warped)
    below = np.argmin(np.abs(y[:, 0] - 0.2)), np.argmin(np.abs(x[0] - collar.cut[3]))
    assert out[SKIN][below] > 0.9
    assert np.array_equal(out[:, face > 0.5], stack[:, face > 0.5])
    assert np.allclose(out.sum(0), 1, atol=1e-5)


def test_no_cloth_is_left_over_a_collar(sitter, bust):
    stack, face = bust()
    x, y = necklines.beside(sitter.warped)
    lump = (np.abs(x - 0.38) < 0.08) & (y > -0.2) & (y < 0.3) & (face < 0.5)
    stack[:, lump] = np.eye(5, dtype=np.float32)[CLOTHES][:, None]
    collar = dataclasses.replace(fit(sitter, stack, face), top=0.0)
    out = shown(collars.put_on(stack, Attire.SHIRT, collar, face, sitter.warped))
    assert not ((out == CLOTHES) & (y < -0.02)).any()
    assert (out[lump & (y < -0.02) & (x > 0.36)] == BACKGROUND).all()


def ribbed(sitter, stack, face):
    seen = np.float32([0.36, 0.40, 1.0, 0.1, 9.0])
    return collars.ribbed(stack, stack, seen, face, smooth_outline(sitter.warped), sitter.warped)


def test_a_round_neckline_lies_about_the_neck_though_it_is_seen_askew(sitter, bust):
    stack, face = bust()
    x, y = necklines.beside(sitter.warped)
    inner = necklines.opening(np.float32([0.36, 0.40, 1.0, 0.0, 9.0]), sitter.warped) > 0
    stack[:, inner & (y > 0) & (stack[CLOTHES] > 0)] = np.eye(5, dtype=np.float32)[SKIN][:, None]
    out, cut = ribbed(sitter, stack, face)
    assert cut[3] == pytest.approx(0.0, abs=0.03)
    row = shown(out)[np.argmin(np.abs(y[:, 0] - 0.25))]
    bare = x[0][row == SKIN]
    assert bare.min() == pytest.approx(-bare.max(), abs=0.06)


def test_cloth_that_hides_a_side_of_the_neck_leaves_a_round_neckline_about_it(sitter, bust):
    stack, face = bust()
    _, y = necklines.beside(sitter.warped)
    askew = np.float32([0.36, 0.40, 1.0, 0.2, 9.0])
    inner = necklines.opening(askew, sitter.warped) > 0
    low = (y > 0) & (face < 0.5) & (stack[BACKGROUND] < 0.5)
    stack[:, inner & low] = np.eye(5, dtype=np.float32)[SKIN][:, None]
    stack[:, ~inner & low & (y > 0.12)] = np.eye(5, dtype=np.float32)[CLOTHES][:, None]
    _, cut = collars.ribbed(stack, stack, askew, face, smooth_outline(sitter.warped), sitter.warped)
    assert cut[3] == pytest.approx(0.0, abs=0.03)


def test_a_collar_that_hides_the_neck_stays_and_a_lump_beside_the_neck_goes(sitter, bust):
    stack, face = bust()
    x, y = necklines.beside(sitter.warped)
    lump = (np.abs(x - 0.38) < 0.08) & (y > -0.2) & (y < 0.3) & (face < 0.5)
    stack[:, lump] = np.eye(5, dtype=np.float32)[CLOTHES][:, None]
    out, _ = ribbed(sitter, stack, face)
    assert not ((shown(out) == CLOTHES) & (y < -0.02)).any()
    stack[:, (stack[SKIN] > 0.5) & (y > -0.1) & (face < 0.5)] = np.eye(5, dtype=np.float32)[CLOTHES][:, None]
    out, cut = ribbed(sitter, stack, face)
    assert np.array_equal(out, stack)
    assert cut[3] == pytest.approx(0.1)
