import dataclasses

import numpy as np
import pytest

from engine.cel.paint.fields import drawn, outlined
from engine.cel.paint.hairline import hairline
from engine.cel.paint.swept import Swept, swept
from engine.cel.paint.tresses import Way, tresses

_TIP = 13
"""Which point of a lock's outline is its tip."""
_EDGE = 0.45
"""Where the face ends, as u."""


@pytest.fixture
def lay(sitter, wig, combed):
    """The fringe of the sitter in a wig, or of a bob that hangs down to some v."""

    def of(seed: int = 1, parting: float = 30.0, yaw: float = 0.0, beside: bool = True, bob: float = 0.0) -> Swept:
        worn, face = wig(-0.40), dataclasses.replace(sitter.warped, yaw=yaw)
        hangs = (np.abs(sitter.u) > 0.4) & (np.abs(sitter.u) < 0.8) & (sitter.v > -0.5) & (sitter.v < bob)
        hair = worn.half_hair * (sitter.v < 0.04)
        shape = outlined((np.maximum(hair, hangs) if bob else hair).astype(np.float32) - np.float32(0.5), 20, 1.0)
        line = hairline(shape, combed(worn), face)
        chance = np.random.Generator(np.random.PCG64(seed))
        divided = tresses(line, Way.DOWN, parting, chance)
        return swept(line, shape, divided, face, (-_EDGE, _EDGE) if beside else None, chance)

    return of


def place(sitter, points):
    local = (points - sitter.warped.centre) / sitter.warped.u
    return local @ sitter.warped.right, local @ sitter.warped.down


def cheeks(sitter, laid):
    """The tips, (u, v), of the locks that hang beside the cheeks, from left to right."""
    tips = [lock[np.argmax(place(sitter, lock)[1])] for lock in laid.locks[:]]
    low = [tuple(float(at) for at in place(sitter, tip)) for tip in tips]
    return sorted(tip for tip in low if tip[1] > 0.1)


def test_a_fringe_is_few_locks_of_varied_breadth(sitter, lay):
    for seed in range(6):
        locks = lay(seed, beside=False).locks
        assert 4 <= len(locks) <= 8
        broad = [float(np.ptp(place(sitter, lock)[0])) for lock in locks]
        assert max(broad) > 1.3 * min(broad)


def test_each_lock_comes_out_from_under_another(lay):
    for seed in range(4):
        first, *others = lay(seed, beside=False).locks
        before = [first]
        for lock in others:
            assert min(float(np.hypot(*(one - lock[0]).T).min()) for one in before) < 1e-6
            before.append(lock)


@pytest.mark.parametrize("parting", [-30.0, 30.0])
def test_locks_are_swept_away_from_the_parting(sitter, lay, parting):
    first, *_ = lay(parting=parting, beside=False).locks
    (root, tip), _ = place(sitter, first[[0, _TIP]])
    assert (root - tip) * parting > 0


def test_no_lock_hides_the_eyes(sitter, lay):
    shape = drawn(lay().locks) > 0
    for eye in sitter.warped.eyes:
        x, y = np.rint(eye.iris[0]).astype(int)
        assert not shape[y - 3 : y + 4, x - 3 : x + 4].any()


def test_a_lock_hangs_beside_each_cheek_where_one_is_wanted(sitter, lay):
    (left, _), (right, _) = cheeks(sitter, lay())
    assert -_EDGE < left < -0.3
    assert 0.3 < right < _EDGE
    assert not cheeks(sitter, lay(beside=False))
    ((near, _),) = cheeks(sitter, lay(yaw=0.2))
    assert near < 0


@pytest.mark.parametrize("low", [0.3, 0.5])
def test_that_of_a_bob_ends_a_little_below_it(sitter, lay, low):
    for _, v in cheeks(sitter, lay(bob=low)):
        assert low < v < low + 0.12


def test_lines_run_down_to_where_locks_part(sitter, lay):
    laid = lay()
    outlines = np.vstack(laid.locks)
    for stroke in laid.strokes:
        assert np.hypot(*(outlines - stroke[-1]).T).min() < 1e-6
        assert (np.diff(place(sitter, stroke)[1]) > 0).all()
