"""How broad hair is that hangs beside the face: where it begins and ends aside at each height of the head."""

import cv2
import numpy as np

from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.plumb import plumb

FROM, _TO, STEP = -0.20, 1.75, 0.03
"""Between which v hair hangs beside the face, and how finely that is looked at."""
_WIDEST, FINE = 1.5, 0.01
"""How far aside its edges are looked for, and how finely, in face widths."""
_GAP = 0.06
"""Beyond a gap broader than this, in face widths, hair may have its inner edge: it goes on where it was over that."""
_BORDER = 3.0
"""Hair that reaches so near to the picture's border, in pixels, goes on beyond it."""

type Edges = tuple[list[float], list[float]]
"""How far aside hair begins and ends at each of those heights, as far down as it hangs."""


def breadths(shape: Plane, face: WarpedFace, sign: float, low: float = _TO) -> Edges:
    """Where the hair on one side begins and ends aside at each height, as far down as it hangs, at most to the v `low`.

    Where it leaves the picture it goes on beyond that.
    """
    heights, aside = np.arange(FROM, low, STEP), np.arange(0, _WIDEST, FINE)
    steps = np.stack([sign * face.right * FINE, face.down * STEP], 1) * face.u
    first = face.centre + face.down * (FROM * face.u)
    size = (len(aside), len(heights))
    at = first[:, None, None] + np.tensordot(steps, np.mgrid[: size[1], : size[0]][::-1], 1)
    at += (face.right * face.u)[:, None, None] * plumb(heights, face)[:, None]
    x, y = (at / 2 - 0.5).astype(np.float32)
    border = 2.0 * np.array(shape.shape[::-1])[:, None, None]
    shown = ((at > _BORDER) & (at < border - _BORDER)).all(0)
    inside = (cv2.remap(shape, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) > 0) & shown
    count, gap = np.cumsum(inside, 1), round(_GAP / FINE) + 1
    begins = inside & (count - 1 == np.pad(count, ((0, 0), (gap, 0)))[:, :-gap])
    last = len(aside) - 1 - np.argmax(inside[:, ::-1], 1)
    leaves = shown.sum(1) - np.cumsum(shown, 1)[np.arange(len(last)), last] < 1  # nothing is left beside it
    inner: list[float] = []
    outer: list[float] = []
    for i, found in enumerate(begins):
        places = aside[found]
        if not len(places):
            below = len(heights) - len(inner) if inner and not shown[i].any() else 0
            return inner + inner[-1:] * below, outer + outer[-1:] * below
        inner.append(float(places[np.argmin(np.abs(places - inner[-1]))] if inner else places[-1]))
        end = float(aside[last[i]])
        outer.append(max(end, *outer[-1:]) if leaves[i] and outer else end)
    return inner, outer
