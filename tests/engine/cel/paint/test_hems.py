import numpy as np
import pytest

from engine.cel.paint.hems import hems

EVERYWHERE = np.ones((200, 200), np.float32)
INNER, OUTER, LOW = 0.40, 0.72, 0.3


@pytest.fixture
def ends(sitter):
    """The locks in which hair beside the face ends, or the strands over them, in (u, v)."""

    def of(low=LOW, outer=OUTER, bare=EVERYWHERE, seed=5, lines="locks"):
        aside = np.abs(sitter.u)
        hair = (aside > INNER) & (aside < outer) & (sitter.v > -0.6) & (sitter.v < low)
        shape = np.where(hair, 3, -3).astype(np.float32)
        axes = np.stack([sitter.warped.right, sitter.warped.down], 1)
        found = getattr(hems(shape, bare, sitter.warped, seed), lines)
        return [(line - sitter.warped.centre) @ axes / sitter.warped.u for line in found]

    return of


def test_short_hair_ends_in_two_points_on_both_sides_that_turn_to_the_face(ends):
    locks = ends()
    sides = [float(np.sign(lock[:, 0].mean())) for lock in locks]
    assert sides.count(-1.0) == sides.count(1.0) == 2
    for side, lock in zip(sides, locks, strict=True):
        tip = int(np.argmax(lock[:, 1]))
        assert LOW + 0.04 < lock[tip, 1] < LOW + 0.18
        assert side * lock[tip, 0] < (side * lock[:, 0]).mean()


def test_the_lock_by_the_face_is_the_longest(ends):
    for seed in range(6):
        locks = [lock for lock in ends(seed=seed) if lock[:, 0].mean() > 0]
        tips = [float(lock[:, 1].max()) for lock in sorted(locks, key=lambda lock: float(lock[:, 0].mean()))]
        assert tips[0] == max(tips)


@pytest.mark.parametrize(
    "hair", [{"low": 0.0}, {"outer": INNER + 0.05}, {"bare": 0 * EVERYWHERE}], ids=["over ears", "slender", "hatted"]
)
def test_there_are_none_where_hair_does_not_end_beside_the_face(ends, hair):
    assert not ends(**hair)
    assert not ends(**hair, lines="strands")


def test_strands_run_down_the_hair_to_where_locks_part(ends):
    strands = ends(lines="strands")
    assert {np.sign(line[-1, 0]) for line in strands} == {-1, 1}
    for line in strands:
        assert (np.diff(line[:, 1]) > 0).all()
        assert line[-1, 1] == pytest.approx(LOW, abs=0.03)
        assert LOW - 0.6 < line[0, 1] < LOW - 0.15
        assert (np.abs(line[:, 0]) > INNER - 0.01).all()
        assert (np.abs(line[:, 0]) < OUTER + 0.01).all()
