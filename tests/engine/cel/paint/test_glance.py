import numpy as np
import pytest

from engine.cel.paint.fields import polygon
from engine.cel.paint.glance import unveiled
from engine.cel.paint.layers import oval
from engine.cel.paint.stack import BACKGROUND, HAIR, SKIN


@pytest.fixture
def veiled(sitter):
    """Planes of a face with hair over all that lies further aside than that."""

    def of(side, inner):
        mask = oval(sitter.warped, 200)
        hair = (sitter.u * side > inner) & (sitter.u * side < 0.7) & (np.abs(sitter.v) < 0.9)
        stack = np.zeros((5, 200, 200), np.float32)
        stack[HAIR], stack[SKIN] = hair, (mask > 0.5) & ~hair
        stack[BACKGROUND] = 1 - stack.sum(0)
        return stack, mask

    return of


def seen(sitter, stack, which):
    eye = sitter.warped.eyes[which]
    place = polygon(np.vstack([eye.upper, eye.lower[::-1]])) > 0.5
    return float(stack[SKIN][place].mean())


@pytest.mark.parametrize(("which", "side"), [(0, -1.0), (1, 1.0)])
def test_hair_over_an_eye_falls_beside_it(sitter, veiled, which, side):
    stack, mask = veiled(side, 0.05)
    out = unveiled(stack, mask, sitter.warped, sitter.u, sitter.v)
    assert seen(sitter, stack, which) < 0.2
    assert seen(sitter, out, which) > 0.95
    assert np.allclose(out.sum(0), 1, atol=1e-5)
    beyond = sitter.u * side > 0.5
    assert np.allclose(out[:, beyond], stack[:, beyond], atol=0.02)  # it hangs beside the face as it did
    above = (sitter.v < -0.4) & (sitter.u * side > 0.1)
    assert np.allclose(out[HAIR][above], stack[HAIR][above])  # and over the forehead


def test_hair_beside_an_eye_stays(sitter, veiled):
    stack, mask = veiled(1.0, 0.42)
    assert unveiled(stack, mask, sitter.warped, sitter.u, sitter.v) is stack
