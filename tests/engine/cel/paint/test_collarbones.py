import dataclasses

import numpy as np
import pytest

from engine.cel.paint import collarbones
from engine.cel.traits import Traits

PAGE = 77.0


@pytest.fixture
def bust(sitter):
    """The sitter with nothing but skin below her chin."""
    face = sitter.layers.half_face > 0.5
    body = (face | ((np.abs(sitter.u) < 1.0) & (sitter.v > 0.85))).astype(np.float32)
    return dataclasses.replace(
        sitter.layers,
        half_skin=body,
        half_clothes=0 * body,
        half_hair=0 * body,
        body=np.full((400, 400), 9, np.float32),
    )


@pytest.fixture
def drawn(sitter, bust):
    def of(yaw=0.0, bare=0.9, **layers):
        page = np.full((400, 400, 3), PAGE, np.float32)
        face = dataclasses.replace(sitter.warped, yaw=yaw)
        collarbones.paint(page, Traits(bare=bare), dataclasses.replace(bust, **layers), face, sitter.look(), 2.0)
        return (np.abs(page - PAGE) > 3).any(-1)

    return of


def test_a_bare_breast_has_collarbones_on_both_sides_below_the_chin(sitter, drawn):
    lines, (x, y) = drawn(), sitter.warped.points[152].astype(int)
    assert lines[:, :x].any()
    assert lines[:, x:].any()
    assert not lines[: y + int(0.2 * sitter.warped.u)].any()


def test_where_clothes_or_hair_hide_most_of_them_there_are_none(sitter, bust, drawn):
    covered = (bust.half_skin * (sitter.layers.half_face > 0.5)).astype(np.float32)
    assert not drawn(half_skin=covered, half_clothes=bust.half_skin - covered).any()
    assert not drawn(half_skin=covered, half_hair=bust.half_skin - covered).any()


def test_they_lie_on_skin_and_not_on_shoulders_seen_from_their_side(drawn):
    assert not drawn(body=np.full((400, 400), -9, np.float32)).any()
    assert not drawn(yaw=0.6).any()


def test_none_lie_right_above_a_neckline(sitter, bust, drawn):
    chin = float((sitter.warped.points[152] - sitter.warped.centre) @ sitter.warped.down) / sitter.warped.u
    low = sitter.v > chin + 0.43
    assert not drawn(half_skin=(bust.half_skin * ~low).astype(np.float32)).any()
    assert not drawn(bare=0.0, undressed=True).any()
    assert drawn(undressed=True).any()
