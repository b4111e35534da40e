"""A jacket that is worn open over a T-shirt, as a tailor cuts it: what a portrait shows of both.

What a photo shows in its opening is told from a bare chest by chance, and without a collar it would be a bathrobe.
Places are (x, y) in face widths, to the right of the neckline's middle and below the chin.
"""

import numpy as np
from numpy.typing import NDArray

from engine.cel.look import Colour
from engine.cel.paint.attire import Cut, Piece
from engine.cel.paint.folds import COLLAR
from engine.cel.paint.necklines import rim

_FRONT = [(-0.02, -0.3), (0.0, 0.06), (0.02, 0.26), (0.045, 0.48), (0.08, 0.8), (0.10, 1.6)]
"""The left edge of a jacket's opening, from where the neck ends to the right and below the chin."""
_LEAF = [(-0.055, 0.0), (-0.02, 0.04), (0.0, 0.14), (0.04, 0.34), (0.03, 0.43), (-0.17, 0.39), (-0.185, 0.33),
         (-0.155, 0.16), (-0.125, 0.07)]  # fmt: skip
"""The left leaf of its collar, so placed too, but below the collar's top."""
_LEAF_LIFT, _RIB_LIFT = 3.0, -7.0
"""How much lighter than the cloth a jacket's collar is painted, and the ribbed one of a T-shirt."""


def pieces(cut: Cut, inner: Colour, outer: Colour, top: float) -> list[Piece]:
    """The pieces that lie over a jacket of the colour `outer`, from the lowest to the highest.

    `inner` is the T-shirt's colour, whose neckline is `cut`; the jacket's collar ends `top` below the chin.
    """
    neck = np.array([-float(cut[1]), 0.0])
    front, leaf = np.array(_FRONT) + neck, np.array(_LEAF) + neck + (0.0, top)
    middle = np.array([float(cut[3]), 0.0])
    inside, outside = (rim(cut, off) - middle for off in (0.0, COLLAR))
    return [
        Piece(np.vstack([front, _mirrored(front)[::-1]]), inner),
        Piece(np.vstack([inside, outside[::-1]]), inner, _RIB_LIFT),
        Piece(leaf, outer, _LEAF_LIFT),
        Piece(_mirrored(leaf), outer, _LEAF_LIFT),
    ]


def _mirrored(outline: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(outline * np.array([-1.0, 1.0]), np.float64)
