"""Hair as a cel painter lays it: flat tones whose edges run with the strands, a band of light, few tapered lines."""

import cv2
import numpy as np

from engine.cel.geometry import Points, pens
from engine.cel.look import Colour, LabPicture, Look, Plane, WarpedFace, colour
from engine.cel.paint import strands
from engine.cel.paint.clusters import palette
from engine.cel.paint.fields import Field, above, around, blur, doubled, ease, fill, flat, lay, local_colour, sampled
from engine.cel.paint.flow import Flow, crown, noise
from engine.cel.paint.layers import Layers, cover
from engine.cel.paint.locks import Locks

_SHADED, _DEEP = 30, 8
"""Per cent of the hair that lies in shadow, and in deep shadow."""
_ALIKE = 26.0
"""Colours nearer to each other than this are one."""
_TURNED, _BELOW, _PALER = 14.0, 0.22, 14.0
"""What makes two colours of what light alone does not: their hues, or paler hair lower down (bleached tips)."""
_WORTH = 0.08
"""A second colour covers at least this share."""
_STREAKS = 3
"""Seed of the strands in which one colour goes over into the other."""
_DARK = 30.0
"""Hair darker than this (CIELAB L) has strands lighter than itself."""


def paint(
    below: LabPicture,
    photo: LabPicture,
    layers: Layers,
    locks: Locks,
    flow: Flow,
    face: WarpedFace,
    look: Look,
    u: Plane,
    v: Plane,
    pen: float,
    seed: int,
) -> LabPicture:
    """Lay the hair over `below`, in place; `photo`, u and v are at half size; `pen` is the line's width in pixels."""
    on = layers.half_hair > 0.6
    if on.sum() < 40:
        return below
    tones = look.hair
    form = _form(photo, layers, locks, flow, face, v)
    small, box = around(locks.half > 0.02)
    picture = flat(tones.base, below[box].shape[:2])
    shade, deep = (float(np.percentile(form[on], share)) for share in (_SHADED, _DEEP))
    lay(picture, tones.shadow, above(doubled((shade - form)[small]), 0.0, 1.2))
    lay(picture, tones.shadow * 1.55 - tones.base * np.float32(0.55), above(doubled((deep - form)[small]), 0.0, 1.2))
    second, gap = _second(photo, layers, flow, face, v)
    if look.grey:
        gap[1:] = 0
    if (second > 0).any():
        lay(picture, picture + gap * colour(0.7, 1, 1), above(doubled(second[small]), 0.0, 1.2))
    band = _band(form, locks, face, u, v, crown(face, layers.half_hair, u, v))
    shine = above(doubled(band[small]), 0.0, 1.2) * np.float32(0.92)
    lay(picture, picture + (tones.light - tones.base), shine)
    _lines(picture, box, locks, flow, face, look, pen, seed)
    below[box] = lay(np.ascontiguousarray(below[box]), picture, cover(locks.shape[box]))
    return below


def _form(photo: LabPicture, layers: Layers, locks: Locks, flow: Flow, face: WarpedFace, v: Plane) -> Plane:
    """How much light hair has at half size, drawn out along the flow: the photo's, the head's, and the locks' own."""
    hair, unit = layers.half_hair, face.u / 2
    on = hair > 0.6
    sure = np.asarray(cv2.erode((hair > 0.9).astype(np.float32), np.ones((5, 5), np.uint8)), np.float32)
    lightness = fill(photo[..., 0], sure if sure.sum() > 50 else hair)
    drawn = flow.along(blur(lightness, max(1.2, 0.03 * unit)))
    low, high = np.percentile(drawn[on], [5, 95])
    light = (drawn - low) / (high - low + 8) - 0.5
    fine = drawn - blur(drawn, 0.25 * unit)
    fine = fine / (float(fine[on].std()) + 2)
    rim = 1 - ease(blur(hair, max(1.5, 0.05 * unit)), 0.5, 0.98)
    form = 0.55 * light + 0.18 * fine + 0.10 * locks.grain - 0.30 * ease(v, 0.1, 0.9) - 0.12 * rim
    return np.asarray(form, np.float32)


def _band(form: Plane, locks: Locks, face: WarpedFace, u: Plane, v: Plane, top: float) -> Plane:
    """The band of light round the crown that anime draws whatever the light, above 0 at half size.

    Its edges are the zigzag of the locks it crosses; it fades towards the side that lies in shadow.
    """
    middle = np.float32(-0.1)
    out = np.sqrt((0.9 * u) ** 2 + (v - middle) ** 2) / max(0.2, float(middle) - top)
    side = 0.12 if face.yaw < 0 else -0.12
    band = 0.075 - np.abs(out - np.float32(0.70) - np.float32(0.055) * locks.grain)
    band = band - np.float32(0.12) * ease(np.abs(u - np.float32(side)), 0.30, 0.46) - np.float32(0.1) * ease(v, -0.2, 0)
    lit = form - blur(form, 0.2 * face.u)
    return blur((band + np.float32(0.03) * np.clip(lit * 4, -1, 1) - np.float32(0.012)).astype(np.float32), 0.7)


def _lines(
    picture: LabPicture,
    box: tuple[slice, slice],
    locks: Locks,
    flow: Flow,
    face: WarpedFace,
    look: Look,
    pen: float,
    seed: int,
) -> None:
    """Draw lines along the strands, in place: from where locks part, and at even distances all over."""
    rng = np.random.Generator(np.random.PCG64(seed))
    way = np.dstack([flow.x, flow.y])
    ways = -sampled(way, locks.partings) if len(locks.partings) else np.zeros((0, 2))
    parted = strands.rooted(locks.half, way, face, locks.partings + 2 * ways, ways, rng)
    others = strands.spread(locks.half, way, face, parted, rng)
    tones = look.hair
    ink = look.hair_ink * np.float32(0.6) + tones.shadow * np.float32(0.4)
    shapes = pens(_whole(parted), 1.0 * pen, start=0.9, peak=0.1) + pens(_whole(others), 0.75 * pen, peak=0.35)
    corner = np.array([box[1].start, box[0].start], np.float64)
    _fill(picture, shapes, corner, ink, 0.85)
    if tones.base[0] < _DARK:
        gleams = pens(_whole(strands.spread(locks.half, way, face, [*parted, *others], rng)), 0.8 * pen, peak=0.4)
        _fill(picture, gleams, corner, tones.base * np.float32(0.4) + tones.light * np.float32(0.6), 0.7)


def _fill(picture: LabPicture, shapes: list[Points], corner: Points, tone: Colour, strength: float) -> None:
    plane = np.zeros(picture.shape[:2], np.uint8)
    for shape in shapes:
        fixed = np.rint(np.clip(shape - corner - 0.5, -4000, 4000) * 16).astype(np.int32)
        cv2.fillPoly(plane, [fixed], 255, cv2.LINE_AA, 4)
    lay(picture, tone, plane.astype(np.float32) * np.float32(strength / 255))


def _whole(lines: list[Points]) -> list[Points]:
    """Lines of the half-size picture in the picture's pixels."""
    return [line * 2 + 1 for line in lines]


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
