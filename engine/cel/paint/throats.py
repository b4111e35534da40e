"""A man's throat: two muscles that run from behind his jaw to the pit of his neck.

Without them the neck of a grown man is a blank, as broad as a post.
"""

import numpy as np

from engine.cel.frame import holding
from engine.cel.geometry import curve, pens
from engine.cel.look import LabPicture, Look, Points, WarpedFace
from engine.cel.paint import necklines
from engine.cel.paint.fields import filled, lay, sampled
from engine.cel.paint.layers import Layers, cover

_CHIN = 152
_MUSCLE: Points = np.array([(0.225, 0.06), (0.165, 0.18), (0.10, 0.28), (0.04, 0.345)])
"""One of them, aside of the neck's axis and below the chin, in face widths."""
_SHOWN = 0.3
"""Which share of each is bare at least: less would be scratches over a collar."""
_FRONT = 0.14
"""The yaw from which a neck is seen from its side."""
_SOFT, _FINE, _PLAIN = 0.6, 0.9, 0.7
"""How much of the skin's shadow their ink has; how broad they are, as a share of other lines; and how plain."""


def paint(picture: LabPicture, layers: Layers, face: WarpedFace, look: Look, pen: float) -> LabPicture:
    """Draw it over painted skin, in place; `pen` is the line's width in pixels."""
    if abs(face.yaw) > _FRONT:
        return picture
    root = face.points[_CHIN] + np.array([necklines.axis(face) * face.u, 0.0])
    muscles = [root + curve(_MUSCLE * (sign, 1), 6) * face.u for sign in (-1, 1)]
    if any(_bare(line, layers) < _SHOWN for line in muscles):
        return picture
    box = holding(np.vstack(muscles), 2 * pen)
    shape = filled(pens(muscles, _FINE * pen, 0.0, 0.1, 0.6), box, _PLAIN)
    shape *= cover(layers.body[box]) * (1 - cover(layers.face[box]))
    lay(picture[box], look.ink + (look.skin.shadow - look.ink) * np.float32(_SOFT), np.asarray(shape, np.float32))
    return picture


def _bare(line: Points, layers: Layers) -> float:
    """Which share of a line lies on bare skin below the face."""
    skin, face = sampled(layers.half_skin, line / 2 - 0.5) > 0.5, sampled(layers.face, line - 0.5) > 0
    return float((skin & ~face).mean())
