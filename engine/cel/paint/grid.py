"""A shape as it lies in a face's own coordinates, however that is turned in the picture."""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import SIDE
from engine.cel.look import Plane, WarpedFace


def inside(
    shape: Plane, face: WarpedFace, aside: NDArray[np.float64], down: NDArray[np.float64], side: float = 1.0
) -> NDArray[np.bool_]:
    """Where a shape, a signed distance at half size, is at each v of `down` and u of `aside`, which go in equal steps.

    Towards the left if `side` is -1.
    """
    size = len(shape) / SIDE
    across, below = (way * face.u * size for way in (face.right * side, face.down))
    begin = face.centre * size - 0.5 + across * aside[0] + below * down[0]
    there = np.stack([across * (aside[1] - aside[0]), below * (down[1] - down[0]), begin], 1)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    shown = cv2.warpAffine(shape, there, (len(aside), len(down)), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(shown > 0, bool)
