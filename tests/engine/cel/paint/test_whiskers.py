import numpy as np
import pytest

from engine.cel.paint import whiskers


@pytest.fixture
def grown(sitter):
    """Where a parser might see hair on the sitter's face: some u, some v."""

    def of(u: tuple[float, float], v: tuple[float, float]) -> np.ndarray:
        return ((sitter.u > u[0]) & (sitter.u < u[1]) & (sitter.v > v[0]) & (sitter.v < v[1])).astype(np.float32)

    return of


@pytest.fixture
def at(sitter):
    """Coverage at a point of the face mesh."""

    def of(plane: np.ndarray, index: int) -> float:
        x, y = np.rint(sitter.warped.points[index] / 2 - 0.5).astype(int)
        return float(plane[y, x])

    return of


CHIN, LIP, JAWS, CHEEKS, BROW = 200, 164, (136, 365), (50, 280), 151


def test_a_bare_face_has_no_beard(sitter):
    assert not whiskers.cut(np.zeros((200, 200), np.float32), sitter.warped).any()


def test_a_full_beard_covers_both_sides_and_leaves_the_cheeks(sitter, grown, at):
    half_seen = grown((-0.5, 0.34), (0.32, 1.0))  # most of the other side lies in shadow
    beard = whiskers.cut(half_seen, sitter.warped)
    assert all(at(beard, i) > 0.9 for i in (CHIN, *JAWS))
    assert not any(at(beard, i) for i in (*CHEEKS, BROW))


def test_a_goatee_leaves_the_jaws(sitter, grown, at):
    beard = whiskers.cut(grown((-0.16, 0.16), (0.28, 0.9)), sitter.warped)
    assert at(beard, CHIN) > 0.9
    assert at(beard, LIP) > 0.4
    assert not any(at(beard, i) > 0.1 for i in JAWS)


def test_a_moustache_leaves_the_chin(sitter, grown, at):
    lip = (sitter.warped.points[[2, 0]] - sitter.warped.centre) @ sitter.warped.down / sitter.warped.u
    beard = whiskers.cut(grown((-0.3, 0.3), (float(lip[0]) - 0.03, float(lip[1]))), sitter.warped)
    assert beard.max() > 0.9
    assert at(beard, CHIN) < 0.1


def test_crumbs_are_no_beard(sitter, grown):
    assert not whiskers.cut(grown((0.1, 0.2), (0.5, 0.58)), sitter.warped).any()


def test_a_long_beard_hangs_as_long_as_it_is_seen(sitter, grown):
    shorter, longer = (whiskers.cut(grown((-0.4, 0.4), (0.36, end)), sitter.warped) for end in (0.7, 1.1))
    low = sitter.v > 0.95
    assert not shorter[low].any()
    assert longer[low].sum() > 100
