import dataclasses

import numpy as np
import pytest

from engine.cel.paint import bobs
from engine.cel.paint.bobs import bob, placed, shortened
from engine.cel.paint.stack import BACKGROUND, CLOTHES, HAIR, SKIN

INNER, OUTER = 0.45, 0.75


@pytest.fixture
def hair(sitter):
    """Hair beside the face down to a v on the left and on the right."""

    def of(left, right, outer=OUTER):
        u, v = sitter.u, sitter.v
        beside = (np.abs(u) > INNER) & (np.abs(u) < outer) & (v > -0.5)
        return (beside & (v < np.where(u < 0, left, right))).astype(np.float32)

    return of


@pytest.mark.parametrize(
    ("left", "right", "ends"),
    [(0.4, 0.6, (True, True)), (0.0, 0.5, (False, True)), (0.0, 0.0, None), (0.4, 1.2, None)],
    ids=["a bob", "an ear is bare", "cropped", "long on one side"],
)
def test_hair_that_ends_between_cheek_and_shoulder_is_measured(sitter, hair, left, right, ends):
    found = bob(hair(left, right), sitter.warped)
    if ends is None:
        assert found is None
        return
    for side, there, low in zip(found.sides, ends, (left, right), strict=True):
        assert (side is not None) == there
        if side is not None:
            assert side.end == pytest.approx(low, abs=0.05)
            assert (side.inner, side.outer) == pytest.approx((INNER, OUTER), abs=0.03)
            assert abs(side.across(0.5, side.end) - (INNER + OUTER) / 2) < 0.05


def test_its_end_is_taken_off_and_all_above_is_left(sitter, hair):
    worn = hair(0.0, 0.5)
    found = bob(worn, sitter.warped)
    low = (worn > 0) & (sitter.u > 0) & (sitter.v > 0.3)
    assert (found.gone[low]).all()
    assert not found.gone[(sitter.u < 0) | (sitter.v < found.sides[1].top)].any()


def test_short_hair_loses_less_than_what_hangs(sitter, hair):
    (short, _), (longer, _) = (bob(hair(low, low), sitter.warped).sides for low in (0.15, 0.6))
    assert short.end - short.top < longer.end - longer.top
    assert short.whole < longer.whole == pytest.approx(1.0)


def test_edges_that_run_to_the_face_go_on_so(sitter, hair):
    worn = hair(0.6, 0.6) * (np.abs(sitter.u) < OUTER - 0.3 * np.maximum(sitter.v - 0.2, 0))
    leaning = bob(worn, sitter.warped).sides[0]
    assert leaning.tapers < -0.1
    assert bob(hair(0.6, 0.6), sitter.warped).sides[0].tapers > -0.05


def test_a_strand_and_hair_that_is_to_be_lengthened_are_no_bob(sitter, hair, monkeypatch):
    assert bob(hair(0.5, 0.5, INNER + 0.05), sitter.warped) is None
    assert bob(hair(0.5, 0.5), sitter.warped) is not None
    monkeypatch.setattr(bobs, "lengthened", lambda *given: np.zeros((200, 200)))
    assert bob(hair(0.5, 0.5), sitter.warped) is None


def test_nothing_is_beneath_it_beside_the_face_and_skin_is_before_the_neck(sitter, hair):
    worn, face = hair(0.7, 0.7), sitter.layers.half_face
    neck = (np.abs(sitter.u) < 0.5) & (sitter.v > 0.5)
    cloth = sitter.v > 0.75
    stack = np.zeros((5, 200, 200), np.float32)
    stack[HAIR] = worn
    stack[CLOTHES] = (worn == 0) & cloth
    stack[SKIN] = (worn == 0) & ~cloth & ((face > 0.5) | neck)
    stack[BACKGROUND] = 1 - stack.sum(0)
    found = bob(worn, sitter.warped)
    left = shortened(stack, found.gone, face, sitter.warped)
    assert left.sum(0) == pytest.approx(1.0)
    assert left[HAIR][found.gone].max() == 0
    assert (left[:, ~found.gone] == stack[:, ~found.gone]).all()
    chin = (sitter.warped.points[152] - sitter.warped.centre) @ sitter.warped.down / sitter.warped.u
    beside = found.gone & (face < 0.1) & (sitter.v < chin - 0.05)
    assert (left[BACKGROUND][beside] == 1).mean() > 0.95
    assert left[CLOTHES][found.gone & (sitter.v < 0.68)].max(initial=0) == 0
    assert left[SKIN][found.gone & (np.abs(sitter.u) < 0.5) & (sitter.v > chin + 0.04) & (sitter.v < 0.7)].mean() > 0.8


def test_what_hangs_beside_a_head_that_leans_hangs_down_the_picture(sitter):
    turn = np.radians(20)
    right, down = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    leaning = dataclasses.replace(sitter.warped, right=right, down=down)
    high, low = placed(np.array([(0.5, 0.9), (0.5, 1.4)]), 1.0, leaning)
    assert abs(low[0] - high[0]) < 0.3 * (low[1] - high[1])


@pytest.mark.parametrize("runs", [-0.9, 0.9])
def test_edges_that_run_far_aside_are_followed_but_a_little(sitter, hair, runs):
    """On their way down locks would cross the face, or leave the head."""
    aside = np.abs(sitter.u) - runs * np.maximum(sitter.v - 0.2, 0)
    worn = hair(0.6, 0.6, 1.2) * (aside > INNER) * (aside < OUTER)
    side = bob(worn, sitter.warped).sides[0]
    assert -0.4 < side.leans < 0.05
    assert -0.25 < side.tapers < 0.15
