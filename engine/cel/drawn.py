"""Is this picture drawn already? Anime, cartoons and logos stay as they are; paintings and CGI count as photographs.

Two linear classifiers on `Sight.imprint`, drawn people against photographs and graphics against photographs. How they
were learned, and how to learn them again, stands in `scripts/train_drawn.py`; the coefficients are `models/drawn.npy`.

Cross-validated (7 folds that share no person and no style of drawing): of 525 photographs of people, neon and duotone
ones among them, 8 are taken for drawings, and of 41 drawn people none for a photograph; cropped, shrunk, blurred,
noisy, tinted or compressed, 2.7 % of the drawn ones are. The classifier of graphics, learned before, missed 5 of 183.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine import Reason
from engine.cel.perceive import Sight
from engine.cel.runtime import carried

THRESHOLD = 0.1
"""Scores above this are no photograph: -1 is what the classifiers learned to say of one, +1 of a drawing."""


@cache
def _coefficients() -> NDArray[np.float32]:
    """A row for drawings and one for graphics: weights, then bias."""
    return carried("drawn.npy")


def scores(sight: Sight) -> tuple[float, float]:
    """How much the picture looks like a drawing of somebody, and like a graphic."""
    drawing, graphic = _coefficients()[:, :-1] @ sight.imprint + _coefficients()[:, -1]
    return float(drawing), float(graphic)


def left(sight: Sight) -> Reason | None:
    """Why the picture should be left alone; None for a photograph, a painting or CGI."""
    drawing, graphic = scores(sight)
    if max(drawing, graphic) <= THRESHOLD:
        return None
    return Reason.LOGO if graphic > drawing and sight.face is None else Reason.DRAWN
