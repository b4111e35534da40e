import dataclasses

import numpy as np
import pytest

from engine.cel.paint import beardlocks
from engine.cel.paint.fields import drawn
from engine.cel.paint.whiskers import BEARD, SHORT


@pytest.fixture
def outline(sitter):
    """The signed distance, at half size, of a beard that ends some way below the chin, in face widths."""
    tip = float((sitter.warped.points[152] - sitter.warped.centre) @ sitter.warped.down) / sitter.warped.u

    def of(below: float = 0.05, broad: float = 0.4) -> np.ndarray:
        reach = np.minimum(tip + below - sitter.v, broad - np.abs(sitter.u))
        return (reach * sitter.warped.u / 2).astype(np.float32)

    return of


def ends(found, face):
    """How far below the chin's tip outlines reach, and how far aside of it, in face widths."""
    lowest = [each[np.argmax(each @ face.down)] - face.points[152] for each in found]
    return np.array(lowest) @ np.stack([face.down, face.right], 1) / face.u


def test_a_beard_ends_in_locks_below_its_edge(sitter, outline):
    found, _ = beardlocks.locks(outline(), sitter.warped, False, BEARD)
    down, aside = ends(found, sitter.warped).T
    assert len(found) == 5
    assert ((down > 0.06) & (down < 0.14)).all()
    assert (np.diff(np.sort(aside)) > 0.05).all()
    assert down[np.argmin(np.abs(aside))] == down.max()


def test_locks_of_a_goatee_are_few(sitter, outline):
    found, _ = beardlocks.locks(outline(broad=0.2), sitter.warped, True, SHORT)
    assert len(found) == 3
    assert np.abs(ends(found, sitter.warped)[:, 1]).max() < 0.12


def test_a_short_beard_that_is_no_goatee_keeps_its_plain_edge(sitter, outline):
    found, between = beardlocks.locks(outline(), sitter.warped, False, SHORT)
    assert not found
    assert between


def test_the_shade_rises_between_locks(sitter, outline):
    face = sitter.warped
    found, between = beardlocks.locks(outline(), face, False, BEARD)
    dark = drawn(between) > 0
    roots = [np.stack([each[0], each[-3]]) for each in found]

    def shaded(at):
        x, y = np.rint(at - 0.04 * face.u * face.down).astype(int)
        return bool(dark[y, x])

    assert all(shaded(root[1]) for root in roots[:-1])
    assert not any(shaded(root.mean(0)) for root in roots)


def test_no_locks_grow_where_no_beard_does(sitter, outline):
    assert beardlocks.locks(np.full_like(outline(), -9), sitter.warped, False, BEARD) == ([], [])


def test_the_far_side_of_a_turned_head_has_none(sitter, outline):
    turned = dataclasses.replace(sitter.warped, yaw=0.3)
    found, _ = beardlocks.locks(outline(), turned, False, BEARD)
    assert 0 < len(found) < 5
    assert ends(found, turned)[:, 1].max() < 0.05
