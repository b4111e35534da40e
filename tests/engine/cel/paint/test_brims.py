import numpy as np
import pytest

from engine.cel.paint.brims import brim


@pytest.fixture
def hat(sitter):
    """A hat on the sitter's head: from how high it comes down to some height, and how broad it is to either side."""

    def of(low=-0.32, half=0.5):
        on = (sitter.v > -0.9) & (sitter.v < low) & (np.abs(sitter.u) < half)
        return on.astype(np.float32)

    return of


def test_a_brim_lies_under_the_hat_and_over_the_brows(sitter, hat):
    outline = (brim(hat(), sitter.warped) - sitter.warped.centre) / sitter.warped.u
    u, v = outline @ sitter.warped.right, outline @ sitter.warped.down
    assert -0.32 < v.max() < -0.1
    assert u.min() < -0.5 < 0.5 < u.max()


@pytest.mark.parametrize(
    ("low", "half"),
    [(-0.15, 0.5), (-0.32, 0.8), (-0.95, 0.5)],
    ids=["no room over the brows", "seen with its brim", "no hat"],
)
def test_some_have_none(sitter, hat, low, half):
    assert brim(hat(low, half), sitter.warped) is None


def test_what_is_worn_beside_the_face_has_none(sitter, hat):
    beside = hat(0.3, 0.7) * (np.abs(sitter.u) > 0.5)
    assert brim(beside.astype(np.float32), sitter.warped) is None
