"""Hair as large clean shapes: base, shadow and one band of light, their edges drawn out into locks along the flow."""

import numpy as np

from engine.cel.look import LabPicture, Look, Plane, WarpedFace
from engine.cel.paint.fields import above, blur, ease, fill, full, mix
from engine.cel.paint.flow import Flow, crown, noise
from engine.cel.paint.layers import Layers, cover
from engine.cel.styles import Style

_LOCK = 0.020
"""Half the breadth of a lock, in face widths."""


def strands(flow: Flow, face: WarpedFace, seed: int) -> Plane:
    """Noise drawn out along the flow: the pattern of locks, mean 0 and deviation 1, at half size."""
    fine = flow.along(noise(seed, max(1.0, _LOCK * face.u / 2)), 5)
    return np.asarray(fine / max(float(fine.std()), 1e-6), np.float32)


def paint(
    below: LabPicture,
    photo: LabPicture,
    layers: Layers,
    flow: Flow,
    locks: Plane,
    face: WarpedFace,
    look: Look,
    style: Style,
    u: Plane,
    v: Plane,
) -> LabPicture:
    """Lay the hair over `below`; `photo`, `locks`, u and v are at half size."""
    on = layers.half_hair > 0.6
    if on.sum() < 60:
        return below
    tones = look.hair
    shade, band = fields(photo, layers, flow, locks, face, u, v)
    picture = mix(np.broadcast_to(tones.base, below.shape), tones.shadow, above(full(shade), 0.0, 1.1))
    lit = tones.base + (tones.light - tones.base) * np.float32(1.0)
    picture = mix(picture, lit, above(full(band), 0.5, 1.1))
    return mix(below, picture, cover(layers.hair))


def fields(
    photo: LabPicture, layers: Layers, flow: Flow, locks: Plane, face: WarpedFace, u: Plane, v: Plane
) -> tuple[Plane, Plane]:
    """Where the hair lies in shadow (above 0) and in the light (above 1/2), at half size."""
    on = layers.half_hair > 0.6
    unit = face.u / 2
    sure = np.where(layers.half_hair > 0.8, layers.half_hair, 0).astype(np.float32)
    inner = fill(photo[..., 0], sure if sure.any() else layers.half_hair)
    light = flow.along(blur(inner, max(1.2, 0.030 * unit)), 5)
    low, high = np.percentile(light[on], [8, 92])
    seen = (light - low) / (high - low + 8)
    depth = blur(layers.half_hair, max(2.0, 0.035 * unit))
    rim = 1 - ease(depth, 0.55, 1.0)
    form = 0.62 * seen + 0.10 * locks - 0.22 * rim - 0.14 * ease(v, 0.05, 0.9)
    dark = float(np.percentile(form[on], 30))
    top = crown(face, layers.half_hair, u, v)
    room = max(0.12, -0.62 - top + 0.25)
    middle = top + 0.40 * room + 0.30 * u * u
    height = np.exp(-(((v - middle + 0.030 * locks) / max(0.025, 0.16 * room)) ** 2))
    band = height * ease(depth, 0.5, 0.9) * ease(seen + 0.15 * locks, 0.25, 0.6) * (np.abs(u) < 0.7)
    lit = np.maximum(band, np.clip((form - float(np.percentile(form[on], 93))) * 3 + 0.5, 0, 1))
    return (dark - form).astype(np.float32), blur(lit.astype(np.float32), 0.7)
