"""The bold coloured line: outlines of the layers and of the jaw, and the strong edges within clothes."""

import numpy as np

from engine.cel.look import Colour, LabPicture, Look, Plane, WarpedFace
from engine.cel.paint.fields import blur, ease, kept, mix
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
    swell = 1 + style.line_swell * 0.55 * np.sin(9 * u + 5 * v + 1)
    chin = float((face.points[152] - face.centre) @ face.down) / face.u
    on_skin = cover(layers.body - 2) * (1 - cover(layers.hair + 1))
    jaw = line(layers.face, width * (0.55 + 0.6 * ease(v, 0.1, chin))) * ease(v, -0.02, 0.25) * on_skin
    picture = mix(picture, _on(picture, look.ink, 0.9), jaw)
    folds = edges(picture) * cover(-layers.body - 1) * cover(layers.person - 1)
    picture = mix(picture, _on(picture, look.ink, 0.55), folds)
    outline = np.maximum(line(layers.person, width * swell), line(layers.body, width * swell))
    picture = mix(picture, _on(picture, look.ink, 0.92), outline)
    hair = line(layers.hair, width * swell)
    return mix(picture, _on(picture, look.hair_ink, 0.95), hair)


def _on(picture: LabPicture, ink: Colour, strength: float) -> LabPicture:
    """Ink of that opacity."""
    return np.asarray(picture * np.float32(1 - strength) + ink * np.float32(strength), np.float32)


def edges(picture: LabPicture) -> Plane:
    """Lines where flat tones differ strongly: a difference of Gaussians on the painted lightness, specks removed."""
    lightness = np.ascontiguousarray(picture[..., 0])
    dark = blur(lightness, 2.2) - blur(lightness, 1.2)
    strength = np.clip((dark - 2.0) * 0.45, 0, 1)
    return np.asarray(strength * blur(kept(strength > 0.2, 30).astype(np.float32), 0.6), np.float32)
