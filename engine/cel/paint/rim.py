"""The rim of light along the lit side of somebody's hair, which lifts it off the background."""

import cv2
import numpy as np

from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.layers import Layers

_BROAD = 0.05
"""Its breadth in face widths, half of the line included."""
_ACROSS, _UP = 0.85, 0.5
"""Where the light comes from: aside, and above."""


def rim(layers: Layers, hair: Plane, face: WarpedFace, side: float) -> Plane:
    """How far the edge of the person, with the `hair` and its locks, lies in the light, 0..1, at half size.

    The light comes from `side`, -1 the picture's left and 1 its right, and from above.
    """
    x, y = np.array([_ACROSS if side >= 0 else -_ACROSS, -_UP]) * (_BROAD * face.u / 2)
    figure = np.maximum(hair, 1 - layers.half_background)
    there = np.array([[1, 0, -x], [0, 1, -y]], np.float64)
    within = cv2.warpAffine(figure, there, figure.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(figure * (1 - within), np.float32)
