"""A woman's collarbones, where her breast is bare: few thin lines, without which neck and shoulders are a blank."""

import numpy as np

from engine.cel.frame import holding
from engine.cel.geometry import curve, pens
from engine.cel.look import LabPicture, Look, Points, WarpedFace
from engine.cel.paint import tops
from engine.cel.paint.fields import filled, lay, sampled
from engine.cel.paint.layers import Layers, cover
from engine.cel.traits import Traits

_BONE: Points = np.array([(0.065, 0.385), (0.13, 0.345), (0.24, 0.325), (0.36, 0.275)])
_PIT: Points = np.array([(0.045, 0.33), (0.05, 0.365), (0.03, 0.395)])
"""One of them, and one side of the pit between them, aside of the middle of the shoulders and below the chin, in face
widths."""
_SHOWN, _BELOW = 0.5, (0.0, 0.47)
"""Which share of them is bare at least: less would be scratches; and a place that is bare below the pit: right above a
neckline they would be a part of that."""
_FRONT = 0.35
"""The yaw from which shoulders are seen from their side."""
_SOFT, _FINE, _PLAIN = 0.45, 0.9, 0.75
"""How much of the skin's shadow their ink has; how broad they are, as a share of other lines; and how plain."""


def paint(picture: LabPicture, traits: Traits, layers: Layers, face: WarpedFace, look: Look, pen: float) -> LabPicture:
    """Draw them, in place; `pen` is the line's width in pixels."""
    covered = layers.undressed and not tops.strapped(traits, face)
    middle = None if covered or abs(face.yaw) > _FRONT else tops.middle(layers, face)
    if middle is None:
        return picture
    bones, pits = ([middle + curve(line * (side, 1), 6) * face.u for side in (-1, 1)] for line in (_BONE, _PIT))
    places = np.vstack([*bones, middle + np.array(_BELOW) * face.u])
    bare = (sampled(layers.half_skin, places / 2 - 0.5) > 0.5) & (sampled(layers.face, places - 0.5) < 0)
    if bare.mean() < _SHOWN or not bare[-1]:
        return picture
    lines = [*bones, *pits]
    box = holding(np.vstack(lines), 2 * pen)
    shape = filled(pens(lines, _FINE * pen, 0.1, 0.1), box, _PLAIN) * cover(layers.body[box])
    lay(picture[box], look.ink + (look.skin.shadow - look.ink) * np.float32(_SOFT), np.asarray(shape, np.float32))
    return picture
