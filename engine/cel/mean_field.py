"""Soft labels that agree with their neighbours, except across edges: a mean field over guided filters.

He, Sun and Tang, Guided Image Filtering, 2013, https://doi.org/10.1109/TPAMI.2012.213.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from engine.cel.perceive import Floats


@dataclass(frozen=True, slots=True)
class Guide:
    """A guided filter's precomputed part."""

    plane: Floats
    radius: int
    mean: Floats
    spread: Floats


def _box(x: Floats, radius: int) -> Floats:
    return np.asarray(cv2.blur(x, (2 * radius + 1, 2 * radius + 1)), np.float32)


def guides(lab: Floats) -> tuple[Guide, ...]:
    """Lightness and chroma: both may mark an edge."""
    chroma = np.hypot(lab[..., 1], lab[..., 2]).astype(np.float32)
    made = []
    for plane, radius in ((lab[..., 0] / np.float32(100), 4), (chroma / np.float32(60), 6)):
        mean = _box(plane, radius)
        spread = _box(plane * plane, radius) - mean * mean + np.float32(1.5e-3)
        made.append(Guide(plane[..., None], radius, mean[..., None], spread[..., None]))
    return tuple(made)


def agreed(energy: Floats, guides: tuple[Guide, ...], beliefs: Floats | None, steps: int) -> Floats:
    """Beliefs (GRID, GRID, 4) after a few steps of agreeing with the neighbours."""
    if beliefs is not None:
        energy = energy + np.float32(1.2) * beliefs
    energy = energy * np.float32(0.8)
    beliefs = _softmax(energy)
    for _ in range(steps):
        energy_here = energy
        for guide in guides:
            energy_here = energy_here + np.float32(1.6) * _filtered(beliefs, guide)
        beliefs = _softmax(energy_here)
    return beliefs


def _filtered(x: Floats, guide: Guide) -> Floats:
    mean = _box(x, guide.radius)
    slope = np.asarray((_box(x * guide.plane, guide.radius) - mean * guide.mean) / guide.spread, np.float32)
    return _box(slope, guide.radius) * guide.plane + _box(mean - slope * guide.mean, guide.radius)


def _softmax(energy: Floats) -> Floats:
    planes = [energy[..., i] for i in range(energy.shape[-1])]  # much faster than reducing a short last axis
    peak = planes[0]
    for plane in planes[1:]:
        peak = np.maximum(peak, plane)
    weights = np.exp(energy - peak[..., None])
    total = weights @ np.ones(len(planes), np.float32)
    return np.asarray(weights / total[..., None], np.float32)
