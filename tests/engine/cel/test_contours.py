import numpy as np
import pytest

from engine.cel import contours


def test_specks_go_and_what_must_touch_touches() -> None:
    mask = np.zeros((40, 40), bool)
    mask[2:20, 2:20] = True
    mask[30:32, 30:32] = True
    mask[25:38, 2:15] = True
    above = np.zeros_like(mask)
    above[:10] = True
    assert contours.without_specks(mask, 10).sum() == mask.sum() - 4
    kept = contours.without_specks(mask, 10, above)
    assert kept[10, 10]
    assert not kept[30, 8]


def test_gaps_take_what_is_around_them() -> None:
    labels = np.zeros((40, 40), np.uint8)
    labels[:, 20:] = 2
    doubtful = np.zeros((40, 40), bool)
    doubtful[18:22, 28:32] = True
    labels[doubtful] = 1
    filled = contours.refilled(labels, doubtful, 3)
    assert (filled[doubtful] == 2).all()
    assert (filled[~doubtful] == labels[~doubtful]).all()


@pytest.mark.parametrize("everywhere", [False, True])
def test_nothing_and_everything_doubtful_is_left(everywhere: bool) -> None:
    labels = np.ones((8, 8), np.uint8)
    assert (contours.refilled(labels, np.full((8, 8), everywhere), 3) == 1).all()


def test_soft_planes_sum_to_one_and_change_over_within_a_few_pixels() -> None:
    labels = np.zeros((50, 50), np.uint8)
    labels[:, 25:] = 3
    soft = contours.smooth(labels, 200)
    assert soft.shape == (200, 200, 5)
    assert soft.sum(-1) == pytest.approx(np.ones((200, 200)), abs=1e-4)
    row = soft[100, :, 3]
    assert row[:85].max() < 0.01
    assert row[115:].min() > 0.99
    assert ((row > 0.1) & (row < 0.9)).sum() <= 8
    assert (np.diff(row) >= -1e-4).all()
