"""Short or tied hair that a parser lost but for tufts, in the light or flat on the skull: drawn as it mostly is cut."""

from dataclasses import replace

import numpy as np

from engine.cel.frame import HALF
from engine.cel.look import Plane, WarpedFace, coordinates
from engine.cel.paint.crops import Crop, Side, outline, skull
from engine.cel.paint.fields import polygon
from engine.cel.paint.stack import BACKGROUND, HAIR, SKIN
from engine.cel.parse import Floats

_OVER_BROWS, _TUFTS = -0.3, 0.09
"""Less hair than so much over that v, in square face widths, is what is left of more."""
_SIDE = Side(broad=0.56, corner=0.33, front=0.44, ends=-0.36)
_COMMON = Crop(top=-0.74, line=-0.46, receded=0.03, sides=(_SIDE, _SIDE))
"""How hair is mostly cut."""
_CROWN, _LINE, _MIDDLE = -0.80, (-0.51, -0.46), 0.12
"""The v of the crown of hair that has receded; between which v its line lies, and within which u that is looked for."""
_BAY, _CORNER = 0.06, 0.31
"""How far over the middle of that line the corners lie of hair that has receded all the way, and how far aside."""
_NEARER, _FARTHER = (0.25, 0.05), (0.35, 0.80)
"""How much broader the near side of a head is, and how much narrower the far one, each also where hair is pulled back,
in face widths for each of its yaw."""


def supplied(
    stack: Floats, oval: Plane, face: WarpedFace, v: Plane, pulled: bool = False, receded: float = 0.0
) -> Floats:
    """Planes of somebody who is neither bald nor hatted, with all of the hair; those with more than tufts as they are.

    Hair that is `pulled` back stands out less. What has `receded` lies close to the skull, with bays over the temples.
    `oval` is the face's mask; all planes are at half size.
    """
    if not receded and float((stack[HAIR][v < _OVER_BROWS] > 0.5).sum()) > _TUFTS * (face.u / 2) ** 2:
        return stack
    left, right = (
        replace(
            _SIDE, broad=_SIDE.broad + (_NEARER[pulled] if sign * face.yaw < 0 else -_FARTHER[pulled]) * abs(face.yaw)
        )
        for sign in (-1, 1)
    )
    crop = replace(_COMMON, sides=(left, right))
    if receded:
        left, right = (replace(side, corner=_CORNER) for side in (left, right))
        crop = Crop(_CROWN, _line(stack, face, v), _BAY * receded, (left, right))
    hair, head = polygon(outline(crop, face)), polygon(skull(crop, face))
    tufts, out = stack[HAIR] * (1 - hair), stack.copy()
    out[HAIR] -= tufts
    out[SKIN] += tufts * oval
    out[BACKGROUND] += tufts * (1 - oval)
    out *= 1 - np.maximum(hair, head)
    out[HAIR] += hair
    out[SKIN] += np.maximum(head - hair, 0)
    return np.asarray(out, np.float32)


def _line(stack: Floats, face: WarpedFace, v: Plane) -> float:
    """The v of the middle of a hairline."""
    u = coordinates(face, HALF)[0]
    bare = v[(stack[SKIN] > 0.5) & (np.abs(u) < _MIDDLE)]
    return float(np.clip(bare.min(initial=0.0), *_LINE))
