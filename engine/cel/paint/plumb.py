"""Hair hangs down the picture, however a head leans: where its axis goes on as a plumb line from the chin."""

import numpy as np
from numpy.typing import NDArray

from engine.cel.look import WarpedFace

_CHIN = 152
_STEEP, _BENT = 0.6, 0.3
"""How steeply a plumb line leaves a leaning head's axis at most, and how gradually, in face widths."""


def plumb(v: NDArray[np.floating] | float, face: WarpedFace) -> NDArray[np.float64]:
    """How far to the right of the head's axis lies at height v what hangs from its chin, both in face widths."""
    below = v - float((face.points[_CHIN] - face.centre) @ face.down) / face.u
    steep = float(np.clip(face.right[1] / max(float(face.down[1]), 0.5), -_STEEP, _STEEP))
    return np.asarray(steep * (below + np.hypot(below, _BENT)) / 2, np.float64)
