import numpy as np
import pytest

from engine.cel.paint import ends as module
from engine.cel.paint.ends import ends
from engine.cel.paint.falls import falls
from engine.cel.paint.fields import drawn, outlined
from engine.cel.paint.flow import Flow

_TIP = 13
"""Where the outline of a lock reaches its tip."""
EVERYWHERE = np.ones((200, 200), np.float32)


@pytest.fixture
def lay(sitter, worn, combed):
    def of(room=EVERYWHERE, lift: float = 0.0, seed: int = 1):
        shape = outlined(worn.half_hair - 0.5, 20, 1.0)
        return ends(shape, room, combed(worn), sitter.warped, lift, np.random.Generator(np.random.PCG64(seed)))

    return of


def tips(blades, face):
    """The lowest point of each lock in the face's coordinates."""
    local = [(lock - face.centre) / face.u for lock in blades.locks]
    return np.array([lock[np.argmax(lock @ face.down)] @ np.stack([face.right, face.down], 1) for lock in local])


def test_long_hair_ends_in_points_below_its_outline(sitter, lay):
    low = [tips(lay(seed=seed), sitter.warped)[:, 1] > 0.95 for seed in range(4)]
    assert min(tip.sum() for tip in low) >= 2
    assert sum(tip.sum() for tip in low) > 10
    assert len(lay().partings) == len(lay().locks)


def test_there_are_none_without_room(sitter, lay):
    assert not lay(room=np.zeros_like(EVERYWHERE)).locks
    left = np.where(sitter.u < 0, 1, 0).astype(np.float32)
    assert (tips(lay(room=left), sitter.warped)[:, 0] < 0.05).all()


def test_less_room_makes_shorter_locks(lay):
    whole, little = (
        (drawn(lay(room=share * EVERYWHERE).locks) > 0).sum() for share in (np.float32(1), np.float32(0.3))
    )
    assert little < whole


def test_hair_that_stands_up_has_locks_at_its_sides_too(lay):
    assert len(lay(lift=0.6).locks) > len(lay().locks)


def test_points_on_a_crown_are_smaller_than_the_ends_of_long_hair(sitter, lay):
    def breadths(blades):
        return [float(np.linalg.norm(lock[0] - lock[23])) / sitter.warped.u for lock in blades.locks]

    assert max(breadths(lay(lift=0.6))) < 0.25
    assert max(breadths(lay())) > 0.2
    assert np.median(breadths(lay(lift=0.6))) < 0.8 * np.median(breadths(lay()))


def test_nothing_grows_at_the_pictures_border(sitter, lay):
    for lock in lay(lift=0.6).locks:
        assert (lock > -0.3 * sitter.warped.u).all()
        assert (lock < 400 + 0.3 * sitter.warped.u).all()


def test_hair_that_stands_up_leans_away_from_one_whorl(sitter, wig, combed):
    worn = wig(-0.45, 0.0)
    shape = outlined(worn.half_hair - 0.5, 20, 1.0)
    blades = ends(shape, EVERYWHERE, combed(worn), sitter.warped, 0.5, np.random.Generator(np.random.PCG64(1)))
    tips = [(lock[[_TIP, 0]] - sitter.warped.centre) / sitter.warped.u for lock in blades.locks]
    on_top = [tip for tip in tips if float(tip[0] @ sitter.warped.down) < -0.65]
    assert len(on_top) >= 2
    on_top.sort(key=lambda tip: float(tip[1] @ sitter.warped.right))
    leans = np.sign([float((tip[0] - tip[1]) @ sitter.warped.right) for tip in on_top])
    assert (np.diff(leans) >= 0).all()  # to the left of it to the left, to the right of it to the right


def test_each_tress_of_straight_hair_ends_in_a_tip_of_its_own(sitter, wig, combed):
    worn = wig(ends=1.1)
    face, shape = sitter.warped, outlined(worn.half_hair - 0.5, 20, 1.0)
    hanging = falls(shape, face, np.random.Generator(np.random.PCG64(4)))
    chance = np.random.Generator(np.random.PCG64(1))
    laid = ends(shape, EVERYWHERE, combed(worn), face, 0.0, chance, hanging)
    low = [lock for lock in laid.locks if (lock[_TIP] - face.centre) @ face.down > 0.8 * face.u]
    tresses = [
        hanging.tress(np.stack([0.9 * lock[0] + 0.1 * lock[23], 0.1 * lock[0] + 0.9 * lock[23]]), face) for lock in low
    ]
    assert len(low) >= 3
    assert all(first == last for first, last in tresses)
    assert len({first for first, _ in tresses}) == len(low)


@pytest.fixture
def laid(sitter):
    def of(hair, straight=False):
        """Tips of the locks, (n, 2), of hair whose strands all hang down the picture."""
        shape = outlined(hair.astype(np.float32) - np.float32(0.5), 20, 1.0)
        first, second = (np.random.Generator(np.random.PCG64(seed)) for seed in (4, 1))
        hangs = Flow.of(0 * EVERYWHERE, EVERYWHERE, 1.0)
        hanging = falls(shape, sitter.warped, first) if straight else None
        return tips(ends(shape, EVERYWHERE, hangs, sitter.warped, 0.0, second, hanging), sitter.warped)

    return of


@pytest.mark.parametrize("straight", [True, False])
def test_hair_has_no_thorn_further_up_than_it_ends(sitter, worn, laid, straight, monkeypatch):
    bulge = (np.abs(sitter.u - 0.75) < 0.25) & (sitter.v > -0.3) & (sitter.v < 0.4 - 0.1 * sitter.u)
    hair = (worn.half_hair > 0.5) | bulge

    def beside():
        low = laid(hair, straight)
        return low[(low[:, 0] > 0.5) & (low[:, 1] < 0.6)]

    assert not len(beside())
    monkeypatch.setattr(module, "_HEM", 9)
    assert len(beside())


def test_hair_has_no_thorn_down_its_side(sitter, laid, monkeypatch):
    """Where strands run out of an outline that hardly faces downwards."""
    hair = (np.abs(sitter.u) < 0.8 - 0.335 * (sitter.v + 0.2)) & (sitter.v > -0.2)  # it leaves the picture in a point
    monkeypatch.setattr(module, "_HEM", 9)
    assert not len(laid(hair))
    monkeypatch.setattr(module, "_DOWNWARD", 0)
    assert len(laid(hair))


def test_hair_that_leaves_the_picture_has_no_thorn_over_its_border(sitter, laid):
    """Where an inner strand ends over it, beside others that go on."""
    low = np.where(np.abs(sitter.u) > 0.6, 9.0, 1.45)
    hair = (np.abs(sitter.u) > 0.4) & (np.abs(sitter.u) < 0.8) & (sitter.v > -0.2) & (sitter.v < low)
    assert not len(laid(hair))
    ending = hair & (sitter.v < 1.5)
    assert len(laid(ending))
