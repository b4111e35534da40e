import numpy as np
import pytest

from engine.cel.features import mouth
from engine.cel.paint import moustaches
from engine.cel.paint.fields import drawn


@pytest.fixture
def darkened(sitter):
    """An even photo, in which each half of the upper lip is so light beside the rest."""

    def of(*halves):
        photo = np.full((200, 200, 3), (60, 14, 18), np.float32)
        lip = (sitter.v > nose(sitter)) & (sitter.v < nose(sitter) + 0.3) & (np.abs(sitter.u) < 0.24)
        for side, light in zip((-1, 1), halves, strict=True):
            photo[lip & (sitter.u * side > 0), 0] *= light
        return photo

    return of


def nose(sitter):
    return float((sitter.warped.points[2] - sitter.warped.centre) @ sitter.warped.down) / sitter.warped.u


@pytest.mark.parametrize(
    ("halves", "there"), [((0.8, 0.8), True), ((1.0, 1.0), False), ((0.8, 1.0), False), ((1.0, 0.8), False)]
)
def test_a_moustache_is_dark_on_both_sides(sitter, darkened, halves, there):
    """One alone is shade."""
    assert moustaches.seen(darkened(*halves), sitter.warped) is there


def test_a_thin_moustache_parts_under_the_nose_and_leaves_lips_and_cheeks(sitter):
    face, look = sitter.warped, sitter.look()
    page = np.zeros((400, 400, 3), np.float32) + look.skin.base
    lips = face.points[list(mouth.OUTER)]
    out = moustaches.paint(page.copy(), face, look, lips)
    darker = page[..., 0] - out[..., 0]
    rows, columns = np.nonzero(darker > 5)
    at = (np.stack([columns, rows], 1) + 0.5 - face.points[0]) / face.u
    aside, below = at @ face.right, at @ face.down
    assert (aside < 0).any()
    assert (aside > 0).any()
    assert np.abs(aside).min() > 0.01
    assert (below < 0.1).all()
    assert not darker[drawn([lips]) > 1].any()
    assert (np.abs(aside) < 0.35).all()


def test_halves_of_a_thin_moustache_taper_to_the_corners(sitter):
    face = sitter.warped
    way = np.stack([moustaches._UPPER, moustaches._LOWER])
    for over, under in zip(moustaches._OVER, moustaches._UNDER, strict=True):
        outline = moustaches._between(over, under, way, face)
        thick = np.hypot(*(outline[:4] - outline[4:][::-1]).T)
        assert thick[0] < 0.5 * thick[2]
