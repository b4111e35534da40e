"""The bold coloured line: outlines of the layers and of the jaw, and the strong edges within clothes."""

import numpy as np

from engine.cel.look import LabPicture, Look, Plane, WarpedFace
from engine.cel.paint.fields import ease, mix
from engine.cel.paint.layers import Layers, cover
from engine.cel.styles import Style

_WIDTH = 0.0125
"""Width of a line in face widths."""


def line(shape: Plane, width: Plane | float) -> Plane:
    """A line of that width along a layer's outline: coverage 0..1."""
    return np.asarray(np.clip(np.float32(0.5) * width + np.float32(0.5) - np.abs(shape), 0, 1), np.float32)


def pen(face: WarpedFace, style: Style, bold: float) -> float:
    """The line's width in pixels."""
    return float(np.clip(_WIDTH * face.u, 1.3, 3.2) * style.line * bold)


def draw(
    picture: LabPicture, layers: Layers, face: WarpedFace, look: Look, style: Style, u: Plane, v: Plane, bold: float
) -> LabPicture:
    """Ink the painted picture; u and v are at full size; `bold` widens all lines."""
    width = pen(face, style, bold)
    swell = (1 + style.line_swell * 0.55 * np.sin(9 * u + 5 * v + 1)).astype(np.float32)
    chin = float((face.points[152] - face.centre) @ face.down) / face.u
    on_skin = cover(layers.body - 2) * (1 - cover(layers.hair + 1))
    jaw = line(layers.face, width * (0.55 + 0.6 * ease(v, 0.1, chin))) * ease(v, -0.02, 0.25) * on_skin
    outline = np.maximum(line(layers.person, width * swell), line(layers.body, width * swell))
    hair = line(layers.hair, width * swell)
    picture = mix(picture, look.ink, np.maximum(0.9 * jaw, 0.92 * outline).astype(np.float32))
    return mix(picture, look.hair_ink, hair * np.float32(0.95))
