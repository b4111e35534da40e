"""The brim of a hat, or the visor of a cap, as it is seen from the front: parsers leave it to the background."""

import numpy as np

from engine.cel.geometry import Points
from engine.cel.look import Plane, WarpedFace

_FRONT, _BAND = 0.30, 0.25
"""How far aside the hat's lower edge is looked for, and how high over that its breadth, in face widths."""
_BRIMMED = 1.3
"""The breadth, in face widths, of a hat that was seen with its brim."""
_WIDER, _DEEP, _LEAST = 0.03, 0.14, 0.05
"""How much broader than the hat a brim is on either side, and how far it comes down, at most and at least."""
_BROWS = -0.14
"""No brim comes lower than this v before the eyes."""
_SAMPLES = 48


def brim(worn: Plane, face: WarpedFace) -> Points | None:
    """The closed outline, in the picture's pixels, of the brim of what is `worn` (0..1, at half size).

    None if no hat is seen over the face, or if it leaves no room for one.
    """
    y, x = np.nonzero(worn > 0.5)
    if not x.size:
        return None
    places = np.stack([x, y], 1) * 2 + 1 - face.centre
    u, v = places @ face.right / face.u, places @ face.down / face.u
    front = v[np.abs(u) < _FRONT]
    if not front.size:
        return None
    edge = float(np.percentile(front, 97))
    left, right = np.percentile(u[v > edge - _BAND], [2, 98])
    deep = min(_DEEP, _BROWS - edge)
    if deep < _LEAST or right - left > _BRIMMED:
        return None
    t = np.linspace(0, 2 * np.pi, _SAMPLES, endpoint=False)
    across = (left + right) / 2 + ((right - left) / 2 + _WIDER) * np.cos(t)
    down = edge + deep * np.sin(t) * np.where(np.sin(t) > 0, 1, 0.6)
    return np.asarray(face.centre + (across[:, None] * face.right + down[:, None] * face.down) * face.u, np.float64)
