import numpy as np
import pytest

from engine.cel.paint.hems import hems

EVERYWHERE = np.ones((200, 200), np.float32)
INNER, OUTER, LOW = 0.40, 0.72, 0.3


@pytest.fixture
def ends(sitter):
    """The locks in which hair beside the face ends, in (u, v)."""

    def of(low=LOW, outer=OUTER, bare=EVERYWHERE, seed=5):
        aside = np.abs(sitter.u)
        hair = (aside > INNER) & (aside < outer) & (sitter.v > -0.6) & (sitter.v < low)
        shape = np.where(hair, 3, -3).astype(np.float32)
        axes = np.stack([sitter.warped.right, sitter.warped.down], 1)
        return [
            (lock - sitter.warped.centre) @ axes / sitter.warped.u for lock in hems(shape, bare, sitter.warped, seed)
        ]

    return of


def test_short_hair_ends_in_points_on_both_sides_that_turn_to_the_face(ends):
    locks = ends()
    sides = [float(np.sign(lock[:, 0].mean())) for lock in locks]
    assert min(sides.count(-1.0), sides.count(1.0)) >= 2
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
