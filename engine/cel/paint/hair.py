"""Hair as large clean shapes: base, shadow, a second colour, their edges drawn out along the flow."""

import cv2
import numpy as np

from engine.cel.look import Colour, LabPicture, Look, Plane, WarpedFace, colour
from engine.cel.paint.clusters import palette
from engine.cel.paint.fields import Field, above, around, blur, doubled, ease, fill, flat, lay, local_colour
from engine.cel.paint.flow import Flow, noise
from engine.cel.paint.layers import Layers, cover

_SHADED = 30
"""Percentage of the hair that lies in shadow."""
_ALIKE = 15.0
"""Hair whose two main colours are nearer than this has one."""
_TURNED = 14.0
"""So far, in a and b, a dye lies off the hair's hue: light and shade change lightness and chroma, hardly the hue."""
_BELOW, _PALER = 0.7, 25.0
"""So many face widths bleached tips lie below the roots, and so much lighter they are: shade lies below, not light."""
_STREAKS = 7
"""Seed of the strands in which one colour goes over into the other."""
_WORTH = 0.12
"""Share of the hair below which a second colour is an accident."""


def paint(
    below: LabPicture,
    photo: LabPicture,
    layers: Layers,
    flow: Flow,
    face: WarpedFace,
    look: Look,
    v: Plane,
) -> LabPicture:
    """Lay the hair over `below`, in place; `photo` and v are at half size."""
    on = layers.half_hair > 0.6
    if on.sum() < 60:
        return below
    tones = look.hair
    shadow = _shadow(photo, layers, flow, face, v)
    second, gap = _second(photo, layers, flow, face, v)
    if look.grey:
        gap[1:] = 0
    small, box = around(layers.half_hair > 0.02)
    picture = flat(tones.base, below[box].shape[:2])
    lay(picture, tones.shadow, above(doubled(shadow[small]), 0.0, 1.1))
    if (second > 0).any():
        lay(picture, picture + gap * colour(0.7, 1, 1), above(doubled(second[small]), 0.0, 1.1))
    below[box] = lay(np.ascontiguousarray(below[box]), picture, cover(layers.hair[box]))
    return below


def _second(photo: LabPicture, layers: Layers, flow: Flow, face: WarpedFace, v: Plane) -> tuple[Plane, Colour]:
    """Where hair has a second colour (dyed tips or strands), and how far that is from the first.

    Above 0 at half size, drawn out along the flow like everything in hair.
    """
    sure = (layers.half_hair > 0.85).astype(np.float32)
    if sure.sum() < 60:
        return np.full_like(sure, -1), colour(0, 0, 0)
    local = local_colour(photo, sure, max(2.0, 0.045 * face.u))
    colours = palette(local[sure > 0][::5], 2, _ALIKE)
    if len(colours) < 2:
        return np.full_like(sure, -1), colour(0, 0, 0)
    gap = colours[1] - colours[0]
    share = ((local - colours[0]) @ gap) / float(gap @ gap)
    there, here = (sure > 0) & (share > 0.5), (sure > 0) & (share <= 0.5)
    if not (there.any() and here.any()):
        return np.full_like(sure, -1), gap
    lower = float(v[there].mean() - v[here].mean())
    bleached = abs(lower) > _BELOW and float(gap[0]) * np.sign(lower) > _PALER
    if not bleached and _turned(*colours[:, 1:]) < _TURNED:
        return np.full_like(sure, -1), gap
    streaks = flow.along(noise(_STREAKS, 1.0), 5)
    second = flow.along((share - 0.5).astype(np.float32), 4) + np.float32(0.25 / streaks.std()) * streaks
    return (second, gap) if (second > 0)[sure > 0].mean() > _WORTH else (np.full_like(sure, -1), gap)


def _turned(one: Field, other: Field) -> float:
    """How far the weaker of two (a, b) lies off the hue of the stronger."""
    return abs(float(one[0] * other[1] - one[1] * other[0])) / max(float(np.hypot(*one)), float(np.hypot(*other)), 1.0)


def _shadow(photo: LabPicture, layers: Layers, flow: Flow, face: WarpedFace, v: Plane) -> Plane:
    """Where hair lies in shadow, above 0 at half size: the photo's light drawn out along the flow."""
    hair = layers.half_hair
    on = hair > 0.6
    unit = face.u / 2
    depth = blur(hair, max(2.0, 0.035 * unit))
    sure = np.asarray(cv2.erode((hair > 0.9).astype(np.float32), np.ones((5, 5), np.uint8)), np.float32)
    lightness = fill(photo[..., 0], sure if sure.sum() > 50 else hair)
    coarse = flow.along(blur(lightness, max(2.0, 0.045 * unit)), 5)
    low, high = np.percentile(coarse[on], [5, 95])
    light = (coarse - low) / (high - low + 8) - 0.5
    rim = 1 - ease(depth, 0.5, 0.95)
    form = 0.9 * light - 0.22 * ease(v, 0.0, 0.9) - 0.15 * rim
    return np.asarray(float(np.percentile(form[on], _SHADED)) - form, np.float32)
