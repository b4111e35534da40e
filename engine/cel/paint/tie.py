"""What holds tied hair together: a ribbon round it, in a colour of its own, as nothing else tells where it is tied."""

from collections.abc import Sequence

import numpy as np

from engine.cel.frame import holding
from engine.cel.geometry import Points, pens
from engine.cel.look import LabPicture, Look, colour
from engine.cel.paint.fields import filled, lay

_RIBBON, _FOLDED = colour(38, 34, 12), 0.6
"""Its colour, and that of its folds, as a share of it."""
_NARROWER = 0.75
"""How broad its ends are, as a share of its middle."""


def paint(
    picture: LabPicture, middle: Points, broad: float, folds: Sequence[Points], look: Look, pen: float
) -> LabPicture:
    """Lay a ribbon `broad` along its `middle`, and its folds, over the hair, in place; all in the picture's pixels.

    `pen` is the line's width.
    """
    ribbon = _RIBBON * (colour(1, 0, 0) if look.grey else colour(1, 1, 1))
    band = pens([middle], broad, _NARROWER, _NARROWER)
    outline = [np.vstack([edge, edge[:1]]) for edge in band]
    box = holding(np.vstack(band), 2 * pen)
    part = picture[box]
    lay(part, ribbon, filled(band, box, 1.0))
    lay(part, ribbon * np.float32(_FOLDED), filled(pens(folds, 0.8 * pen, 0.9), box, 0.9))
    lay(part, look.hair_ink, filled(pens(outline, pen, 0.9, 0.9), box, 0.95))
    return picture
