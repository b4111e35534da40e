import numpy as np
import pytest

from engine.cel import mean_field


def halves(left: float, right: float) -> np.ndarray:
    lab = np.zeros((64, 64, 3), np.float32)
    lab[:, :32, 0], lab[:, 32:, 0] = left, right
    return lab


def test_beliefs_are_probabilities() -> None:
    energy = np.random.default_rng(0).normal(0, 30, (64, 64, 4)).astype(np.float32)
    beliefs = mean_field.agreed(energy, mean_field.guides(halves(20, 80)), None, 2)
    assert beliefs.min() >= 0
    assert beliefs.sum(-1) == pytest.approx(np.ones((64, 64)), abs=1e-4)


def test_a_few_wrong_pixels_are_outvoted() -> None:
    energy = np.zeros((64, 64, 4), np.float32)
    energy[..., 1] = 1
    energy[20:22, 20:22, 2] = 2
    beliefs = mean_field.agreed(energy, mean_field.guides(halves(50, 50)), None, 3)
    assert (beliefs.argmax(-1) == 1).all()


def test_labels_stop_at_an_edge() -> None:
    """Only some pixels of the left half know their label; it fills that half and not the other."""
    energy = np.zeros((64, 64, 4), np.float32)
    known = np.random.default_rng(1).random((64, 64)) < 0.4
    known[:, 32:] = False
    energy[known, 2] = 4
    energy[:, 32:, 3] = 0.3
    beliefs = mean_field.agreed(energy, mean_field.guides(halves(20, 90)), None, 4)
    assert (beliefs[:, :30].argmax(-1) == 2).mean() > 0.97
    assert (beliefs[:, 35:].argmax(-1) == 3).mean() > 0.97
