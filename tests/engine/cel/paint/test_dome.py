import numpy as np
import pytest

from engine.cel.paint.dome import domed, rounded

ANGLES = np.arange(-60, 61, 2.0)


@pytest.fixture
def crown(sitter):
    """Hair whose outline lies so far from the middle of the face as a function of the angle tells, cut close or not."""

    def of(outline, close: float, free=1.0, hangs=False, evened=False):
        angle = np.degrees(np.arctan2(sitter.u, -sitter.v))
        far = np.hypot(sitter.u, sitter.v)
        shape = ((outline(angle) - far) * sitter.warped.u / 2).astype(np.float32)
        freely = np.full_like(shape, free)
        after = domed(shape, freely, close, hangs, sitter.warped, sitter.u, sitter.v, evened)
        turn = np.radians(ANGLES)[:, None, None]
        radii = np.arange(0.4, 1.2, 0.005)
        face = sitter.warped
        rays = (np.sin(turn) * face.right - np.cos(turn) * face.down) * (radii[None, :, None] * face.u) + face.centre
        x, y = np.rint(rays.reshape(-1, 2) / 2 - 0.5).astype(int).T
        inside = (x >= 0) & (y >= 0) & (x < 200) & (y < 200)
        on = np.zeros(len(x), bool)
        on[inside] = after[y[inside], x[inside]] > 0
        on = on.reshape(len(ANGLES), -1)
        return radii[on.shape[1] - 1 - np.argmax(on[:, ::-1], 1)]

    return of


def peaked(angle):
    """A head that comes to a point."""
    return 0.72 + 0.10 * np.clip(1 - np.abs(angle) / 25, 0, 1)


def dented(angle):
    """A head with a dent beside its crown."""
    return 0.75 - 0.07 * np.clip(1 - np.abs(angle - 25) / 18, 0, 1)


def roughness(outline):
    """How far an outline lies from the smoothest curve through it, in face widths."""
    return np.abs(outline - np.polyval(np.polyfit(ANGLES, outline, 2), ANGLES)).max()


@pytest.mark.parametrize("head", [peaked, dented])
def test_a_cropped_head_is_even_as_a_skull(crown, head):
    seen, drawn = crown(head, 1.0, free=0.0), crown(head, 1.0)
    assert roughness(drawn) < 0.85 * roughness(seen)


def test_a_cropped_head_keeps_its_height_and_its_sides(crown):
    seen, drawn = crown(peaked, 1.0, free=0.0), crown(peaked, 1.0)
    assert abs(drawn.max() - seen.max()) < 0.05
    assert np.abs(drawn - seen)[np.abs(ANGLES) > 58].max() < 0.06


def test_corners_beside_the_crown_of_short_hair_that_is_combed_are_taken_off(crown):
    def cornered(angle):
        return 0.72 + 0.10 * np.clip(1 - np.abs(np.abs(angle) - 50) / 12, 0, 1)

    seen, drawn = crown(cornered, 0.0, free=0.0), crown(cornered, 0.0, evened=True)
    beside = np.abs(np.abs(ANGLES) - 50) < 3
    assert (drawn < seen - 0.015)[beside].all()
    assert np.allclose(crown(cornered, 0.0)[beside], seen[beside], atol=0.03)


def test_longer_hair_is_filled_up_but_never_taken_away(crown):
    seen, drawn = crown(peaked, 0.0, free=0.0), crown(peaked, 0.0)
    assert (drawn > seen - 0.012).all()
    assert (drawn - seen)[(np.abs(ANGLES) > 10) & (np.abs(ANGLES) < 30)].max() > 0.03


def test_a_head_without_hair_is_left_alone(sitter):
    bald = np.full((200, 200), -9, np.float32)
    assert np.array_equal(domed(bald, np.ones_like(bald), 1.0, False, sitter.warped, sitter.u, sitter.v), bald)


def test_hair_that_hangs_has_no_peak(crown):
    """Nor a corner where it begins to hang."""

    def cornered(angle):
        return 0.75 + 0.06 * np.clip(1 - np.abs(np.abs(angle) - 50) / 12, 0, 1)

    for head in (peaked, cornered):
        seen = crown(head, 0.0, free=0.0, hangs=True)
        assert roughness(crown(head, 0.0, hangs=True)) < 0.7 * roughness(seen)


def test_the_crown_of_hair_that_hangs_has_no_facets(sitter):
    """Its outline lies between pixels, and is to be no rougher than it was."""
    angle = np.degrees(np.arctan2(sitter.u, -sitter.v))
    round_ = 0.80 + 0.004 * np.sin(np.radians(angle) * 2) - np.hypot(sitter.u, sitter.v)
    shape = (round_ * sitter.warped.u / 2).astype(np.float32)
    after = domed(shape, np.ones_like(shape), 0.0, True, sitter.warped, sitter.u, sitter.v)
    added = (after - shape)[(np.abs(angle) < 45) & (np.abs(shape) < 2)]
    assert np.ptp(added) < 0.25


def boxed(sitter, breadth=0.72, height=0.78):
    """Hair with a flat top and corners; its signed distance, at half size."""
    inside = np.minimum(breadth - np.abs(sitter.u), height + sitter.v)
    return (np.minimum(inside, 0.1 - sitter.v) * sitter.warped.u / 2).astype(np.float32)


def test_tied_hair_lies_round_a_skull(sitter):
    shape = boxed(sitter)
    after = rounded(shape, np.ones_like(shape), True, sitter.warped, sitter.u, sitter.v)
    angle, far = np.degrees(np.arctan2(sitter.u, -sitter.v)), np.hypot(sitter.u, sitter.v)

    def reach(plane, at):
        return float(far[(plane > 0) & (np.abs(np.abs(angle) - at) < 3)].max())

    before, then = ([reach(plane, at) for at in (5, 44, 60)] for plane in (shape, after))
    assert then[0] > before[0] + 0.04
    assert then[1] < before[1] - 0.03
    assert np.ptp(then) < 0.7 * np.ptp(before)


def test_short_hair_lies_so_on_the_crown_alone_and_nothing_beside_skin(sitter):
    shape = boxed(sitter)
    angle = np.abs(np.degrees(np.arctan2(sitter.u, -sitter.v)))
    tied, short = (
        rounded(shape, np.ones_like(shape), tied, sitter.warped, sitter.u, sitter.v) for tied in (True, False)
    )
    assert (tied - shape)[angle > 79].any()
    assert not (short - shape)[angle > 79].any()
    assert (short - shape)[angle < 20].min() > 0
    beside = np.zeros_like(shape)
    assert np.array_equal(rounded(shape, beside, True, sitter.warped, sitter.u, sitter.v), shape)


def test_a_head_with_little_hair_is_not_made_round(sitter):
    some = np.where(sitter.u > 0.3, boxed(sitter), np.float32(-9))
    assert np.array_equal(rounded(some, np.ones_like(some), True, sitter.warped, sitter.u, sitter.v), some)


def test_tied_hair_is_no_tower(sitter):
    tower = boxed(sitter, breadth=0.9, height=1.02)
    after = rounded(tower, np.ones_like(tower), True, sitter.warped, sitter.u, sitter.v)
    seen, drawn = (-float(sitter.v[(shape > 0) & (np.abs(sitter.u) < 0.1)].min()) for shape in (tower, after))
    assert drawn < seen - 0.02
