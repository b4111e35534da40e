"""A stack of labels, planes (5, 200, 200) whose sum is 1: which of them shows where one is greatest."""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.look import WarpedFace
from engine.cel.paint.fields import blur
from engine.cel.parse import Floats

BACKGROUND, SKIN, HAIR, CLOTHES, WORN = range(5)
_AROUND = 0.04
"""How far around it is looked at what lies behind skin, in face widths."""


def shown(stack: Floats) -> NDArray[np.uint8]:
    """Which plane is greatest at each pixel, the first of equal ones: `np.argmax`, ten times as quick."""
    best, which = stack[0], np.zeros(stack.shape[1:], np.uint8)
    for i, plane in enumerate(stack[1:], 1):
        np.maximum(which, cv2.compare(plane, best, cv2.CMP_GT) & np.uint8(i), out=which)
        best = cv2.max(best, plane)
    return which


def handed_over(stack: Floats, off: NDArray[np.bool_], face: WarpedFace) -> Floats:
    """The stack with skin that is `off` given to what lies beside it, hair or background."""
    if not off.any():
        return stack
    behind = [blur(np.where(off, 0, stack[i]).astype(np.float32), _AROUND * face.u) for i in (BACKGROUND, HAIR)]
    hair = behind[1] > behind[0]
    taken = stack[SKIN] * blur(off.astype(np.float32), 0.8)
    out = stack.copy()
    out[SKIN] -= taken
    out[HAIR] += taken * hair
    out[BACKGROUND] += taken * ~hair
    return out
