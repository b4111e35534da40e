import numpy as np
import pytest

from engine.cel.paint import beardlocks


@pytest.fixture
def outline(sitter):
    """The signed distance, at half size, of a beard that ends so far below the chin, in face widths."""
    tip = float((sitter.warped.points[152] - sitter.warped.centre) @ sitter.warped.down) / sitter.warped.u

    def of(below: float) -> np.ndarray:
        reach = np.minimum(tip + below - sitter.v, 0.35 - np.abs(sitter.u))
        return (reach * sitter.warped.u / 2).astype(np.float32)

    return of


def ends(found, face):
    """How far below the chin's tip outlines reach, and how far aside of it, in face widths."""
    lowest = [each[np.argmax(each @ face.down)] - face.points[152] for each in found]
    return np.array(lowest) @ np.stack([face.down, face.right], 1) / face.u


def test_a_long_beard_ends_in_three_locks_the_middle_one_longest(sitter, outline):
    found = beardlocks.locks(outline(0.2), sitter.warped)
    down, aside = ends(found, sitter.warped).T
    assert len(found) == 3
    assert ((down > 0.24) & (down < 0.32)).all()
    assert (np.diff(aside) > 0.05).all()
    assert np.argmax(down) == 1


def test_a_trimmed_beard_has_none(sitter, outline):
    assert not beardlocks.locks(outline(0.09), sitter.warped)


def test_none_grow_where_no_beard_does(sitter, outline):
    assert not beardlocks.locks(np.full_like(outline(0.2), -9), sitter.warped)
