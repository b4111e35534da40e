"""Hair in the nape, of which neither tail nor knot is seen: on a turned head it shows behind the ear and the neck."""

import numpy as np

from engine.cel.frame import holding
from engine.cel.geometry import curve, pens
from engine.cel.look import LabPicture, Look, Points, WarpedFace
from engine.cel.paint.fields import filled, lay

_TURNED, _BEHIND = 0.16, 0.4
"""The yaw from which it is not hidden by the neck; and how much further aside it lies for each of that, in face widths,
up to the most."""
_FARTHEST = 0.16
"""How much that is at most."""
_EDGE = curve([(0.36, -0.08), (0.50, 0.04), (0.515, 0.17), (0.48, 0.31), (0.41, 0.42), (0.31, 0.49), (0.15, 0.52)], 8)
_INNER = np.array([(0.10, 0.40), (0.30, 0.0)])
"""(u, v) down its outer edge, from behind the ear to behind the neck, and what closes it beneath the face."""
_LINE = curve([(0.44, 0.12), (0.455, 0.24), (0.42, 0.34), (0.35, 0.42)], 8)
"""(u, v) along a strand that is combed down in it."""


def paint(picture: LabPicture, face: WarpedFace, look: Look, pen: float) -> LabPicture:
    """Lay it over the background, in place; `pen` is the line's width in pixels."""
    if abs(face.yaw) < _TURNED:
        return picture
    behind = (min(_FARTHEST, _BEHIND * abs(face.yaw)), 0.0)

    def along(line: Points) -> Points:
        local = (line + behind) * (-np.sign(face.yaw), 1.0)
        return np.asarray(face.centre + (local[:, :1] * face.right + local[:, 1:] * face.down) * face.u, np.float64)

    edge, strand = along(_EDGE), along(_LINE)
    outline = np.vstack([edge, along(_INNER)])
    box = holding(outline, 2 * pen)
    part = picture[box]
    lay(part, look.hair.shadow, filled([outline], box, 1.0))
    soft = look.hair_ink * np.float32(0.6) + look.hair.shadow * np.float32(0.4)
    lay(part, soft, filled(pens([strand], 0.8 * pen, 0.2, peak=0.4), box, 0.85))
    lay(part, look.hair_ink, filled(pens([edge], 1.1 * pen, 0.9, 0.9), box, 0.95))
    return picture
