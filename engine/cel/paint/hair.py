"""Hair as large clean shapes: base, shadow and one band of light, their edges drawn out into locks along the flow."""

from dataclasses import dataclass

import cv2
import numpy as np

from engine.cel.look import Colour, LabPicture, Look, Plane, WarpedFace, colour
from engine.cel.paint.clusters import palette
from engine.cel.paint.fields import Field, above, blur, ease, fill, flat, full, kept, lay, local_colour
from engine.cel.paint.flow import Flow, crown, noise
from engine.cel.paint.layers import Layers, cover
from engine.cel.styles import Style

_LINES, _STRANDS = 9, 5
"""Percentages of the hair that lines between locks and shining strands take."""
_ALIKE = 15.0
"""Hair whose two main colours are nearer than this has one."""
_TURNED = 8.0
"""So far, in a and b, a dye lies off the hair's hue: light and shade change lightness and chroma, hardly the hue."""
_BELOW = 0.45
"""So many face widths dyed tips lie below the roots, where the hue is the same: light falls from the side too."""
_WORTH = 0.12
"""Share of the hair below which a second colour is an accident."""
_LOCK = 0.020
"""Half the breadth of a lock, in face widths."""


def lock_pattern(flow: Flow, face: WarpedFace, seed: int) -> Plane:
    """Noise drawn out along the flow: the pattern of locks, mean 0 and deviation 1, at half size."""
    fine = flow.along(noise(seed, max(1.0, _LOCK * face.u / 2)))
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
    """Lay the hair over `below`, in place; `photo`, `locks`, u and v are at half size."""
    on = layers.half_hair > 0.6
    if on.sum() < 60:
        return below
    tones = look.hair
    shape = fields(photo, layers, flow, locks, face, u, v)
    picture = lay(flat(tones.base), tones.shadow, above(full(shape.shadow), 0.0, 1.1))
    lay(picture, tones.light, above(full(shape.light), 0.5, 1.1))
    strokes = above(full(shape.strokes), 0.0, 1.1) * np.float32(0.75)
    lay(picture, tones.base + (tones.light - tones.base) * np.float32(0.55), above(full(shape.strands), 0.0, 1.1))
    lay(picture, look.hair_ink * np.float32(0.6) + tones.shadow * np.float32(0.4), strokes)
    second, gap = _second(photo, layers, flow, locks, face, v)
    if look.grey:
        gap[1:] = 0
    lay(picture, picture + gap * colour(0.7, 1, 1), above(full(second), 0.0, 1.1))
    return lay(below, picture, cover(layers.hair))


def _second(
    photo: LabPicture, layers: Layers, flow: Flow, locks: Plane, face: WarpedFace, v: Plane
) -> tuple[Plane, Colour]:
    """Where hair has a second colour (dyed tips or strands), and how far that is from the first.

    Above 0 at half size, parted along locks like everything in hair.
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
    if _turned(*colours[:, 1:]) < _TURNED and abs(float(v[there].mean() - v[here].mean())) < _BELOW:
        return np.full_like(sure, -1), gap
    second = flow.along((share - 0.5 + 0.10 * locks).astype(np.float32), 4)
    return (second, gap) if (second > 0)[sure > 0].mean() > _WORTH else (np.full_like(sure, -1), gap)


def _turned(one: Field, other: Field) -> float:
    """How far the weaker of two (a, b) lies off the hue of the stronger."""
    return abs(float(one[0] * other[1] - one[1] * other[0])) / max(float(np.hypot(*one)), float(np.hypot(*other)), 1.0)


def _long(lines: Plane, unit: float) -> Plane:
    """Lines above 0 without the short ones, which read as dirt."""
    drawn = kept(lines > 0, 0.10 * unit * max(2.0, 0.02 * unit))
    near = cv2.dilate(drawn.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.where(near, lines, np.minimum(lines, -0.3)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Shape:
    """Smooth fields at half size: where hair lies in shadow (above 0), in the light (above 1/2), where lines are drawn
    between locks (above 0).
    """

    shadow: Plane
    light: Plane
    strands: Plane
    strokes: Plane


def fields(photo: LabPicture, layers: Layers, flow: Flow, locks: Plane, face: WarpedFace, u: Plane, v: Plane) -> Shape:
    """Design the shading of the hair: the photo's light drawn out along the flow, parted by locks."""
    hair = layers.half_hair
    on = hair > 0.6
    unit = face.u / 2
    depth = blur(hair, max(2.0, 0.035 * unit))
    sure = np.asarray(cv2.erode((hair > 0.9).astype(np.float32), np.ones((5, 5), np.uint8)), np.float32)
    lightness = fill(photo[..., 0], sure if sure.sum() > 50 else hair)
    both = np.dstack([blur(lightness, max(0.7, 0.010 * unit)), blur(lightness, max(2.0, 0.045 * unit))])
    fine, coarse = flow.along(both).transpose(2, 0, 1)
    detail = fine - coarse
    detail = np.clip(detail / (float(detail[on].std()) + 0.6), -2.5, 2.5)
    low, high = np.percentile(coarse[on], [5, 95])
    light = (coarse - low) / (high - low + 8) - 0.5
    rim = 1 - ease(depth, 0.5, 0.95)
    form = 0.9 * light + 0.22 * detail + 0.16 * locks - 0.22 * ease(v, 0.0, 0.9) - 0.15 * rim
    shadow = float(np.percentile(form[on], 34)) - form
    top = crown(face, hair, u, v)
    room = max(0.14, -0.40 - top)
    middle = top + 0.42 * room + 0.35 * u * u
    height = 1 - np.abs(v - middle + 0.035 * locks + 0.02 * detail) / (0.13 * room + 0.03)
    inner = ease(depth, 0.55, 0.9) * (np.abs(u) < 0.75)
    band = height * inner + 0.35 * (light + 0.15 * detail + 0.1 * locks)
    parting = 0.7 * detail + 0.6 * locks
    edge = 1.5 * (1 - ease(depth, 0.45, 0.8))
    thin, thick = np.percentile(parting[on], [_LINES, 100 - _STRANDS])
    strands, strokes = (_long(f, unit) for f in (parting - thick - edge, thin - parting - edge))
    return Shape(*(f.astype(np.float32) for f in (shadow, band, strands, strokes)))
