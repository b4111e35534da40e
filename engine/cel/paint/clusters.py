"""The few main colours that something has: k-means without chance."""

import numpy as np
from numpy.typing import NDArray

from engine.cel.look import Colour, colour
from engine.cel.paint.fields import Field

NEAR: Colour = colour(0.55, 1.3, 1.3)
"""Weights of L, a and b when colours are compared: hue tells things apart, lightness mostly folds and light."""
_ROUNDS = 6


def palette(pixels: Field, colours: int, alike: float) -> Field:
    """The main colours (k, 3) of pixels (n, 3), commonest first; those nearer than `alike` (weighted) are one.

    Starts from pixels spread evenly over the range of lightness, so the same pixels give the same colours.
    """
    order = np.argsort(pixels @ colour(1, 0.3, 0.2), kind="stable")
    centres = pixels[order[np.linspace(0, len(order) - 1, colours).astype(int)]].astype(np.float32)
    for _ in range(_ROUNDS):
        mine = (nearest(pixels, centres) == np.arange(colours)[:, None]).astype(np.float32)
        counts = mine.sum(1, keepdims=True)
        centres = np.where(counts > 0, mine @ pixels / np.maximum(counts, 1), centres)
    counts = np.bincount(nearest(pixels, centres), minlength=colours)
    apart: list[Field] = []
    for i in np.argsort(-counts, kind="stable").tolist():
        if counts[i] and all(np.linalg.norm((centres[i] - other) * NEAR) > alike for other in apart):
            apart.append(centres[i])
    return np.stack(apart)


def nearest(pixels: Field, centres: Field) -> NDArray[np.intp]:
    """Index of the colour that each pixel (..., 3) is nearest to: |x - c|^2 less the |x|^2 that all share."""
    targets = centres * NEAR
    return np.asarray(np.argmin((targets * targets).sum(-1) - 2 * (pixels @ (targets * NEAR).T), -1))
