"""The rim of light along the lit side of a figure, which lifts it off its background."""

import cv2
import numpy as np

from engine.cel.look import LabPicture, Look, Plane, WarpedFace
from engine.cel.paint.layers import Layers, cover

_BROAD = 0.05
"""Its breadth in face widths, half of the line included."""
_ACROSS, _UP = 0.85, 0.5
"""Where the light comes from: aside, and above."""
_HAIR, _CLOTHES = 1.0, 12.0
"""How strongly it lies on hair, as a share of the hair's own light; and how much lighter clothes are in it, in L."""
_PALEST = 97.0


def lit(picture: LabPicture, layers: Layers, hair: Plane, face: WarpedFace, look: Look, side: float) -> LabPicture:
    """Light the edge of `hair`, a signed distance, and of clothes, in place; skin has shadows of its own.

    The light comes from `side`, -1 the picture's left and 1 its right, and from above.
    """
    x, y = np.array([_ACROSS if side >= 0 else -_ACROSS, -_UP]) * (_BROAD * face.u)
    there = np.array([[1, 0, -x], [0, 1, -y]], np.float64)
    body = cover(np.maximum(layers.person, hair))
    within = cv2.warpAffine(body, there, body.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    rim = np.asarray(body * (1 - within), np.float32)
    hairy = cover(hair) * (1 - cover(layers.worn))
    picture += (rim * hairy * np.float32(_HAIR))[..., None] * (look.hair.light - look.hair.base)
    picture[..., 0] += rim * (1 - hairy) * (1 - cover(layers.body)) * np.float32(_CLOTHES)
    picture[..., 0] = np.minimum(picture[..., 0], _PALEST)
    return picture
