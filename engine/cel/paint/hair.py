"""Hair as a cel painter lays it: flat tones whose edges run with the strands, a band of light, few tapered lines."""

import cv2
import numpy as np

from engine.cel.geometry import Points, normals, pens
from engine.cel.look import Colour, LabPicture, Look, Plane, Tones, WarpedFace
from engine.cel.paint import strands
from engine.cel.paint.curls import hooks
from engine.cel.paint.fields import (
    Box,
    above,
    around,
    blur,
    darken,
    doubled,
    ease,
    fill,
    flat,
    kept,
    lay,
    tint,
)
from engine.cel.paint.flow import Flow, crown, noise
from engine.cel.paint.fringe import Cut
from engine.cel.paint.layers import Layers, cover
from engine.cel.paint.locks import Locks, waves

_SHADED, _DEEP = 32, 9
"""Per cent of the hair that lies in shadow, and in deep shadow."""
_PATCH = 0.07
"""Side, in face widths, of a square below which a shadow in hair is a blot."""
_LINE = 0.55
"""Lightness of lines in hair of two colours, as a share of the colour they lie on."""
_WEDGE = 0.045
"""Breadth of the shadow along a lock, in face widths."""
_BAND = 0.70
"""Where the band of light lies: this share of the way from the eyes' height to the crown."""
_ROOTS = 2.0
"""Pixels over which one colour of hair goes over into another."""
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
    where: Plane | None,
    pen: float,
    seed: int,
) -> LabPicture:
    """Lay the hair over `below`, in place; `photo`, u and v are at half size; `pen` is the line's width in pixels.

    `where` says where hair has its second colour, above 0 at half size.
    """
    on = layers.half_hair > 0.6
    if on.sum() < 40:
        return below
    form = _form(photo, layers, flow, face, u, v)
    small, box = around(locks.half > 0.02)
    shade, deep = (_darker(form, float(np.percentile(form[on], share)), small, face) for share in (_SHADED, _DEEP))
    picture = _shaded(look.hair, shade, deep)
    if look.dye is not None and where is not None:
        lay(picture, _shaded(look.dye, shade, deep), above(doubled(where[small]), 0.0, _ROOTS))
    band = _band(form, layers, flow, face, u, v, seed)
    tint(picture, look.hair.light - look.hair.base, above(doubled(band[small]), 0.0, 1.2) * np.float32(0.92))
    if locks.cut is Cut.CURLY:
        _curls(picture, box, locks, face, look, pen, seed)
    else:
        _lines(picture, box, locks, flow, face, look, pen, seed)
    _over(picture, box, locks.over, look, pen, face)
    below[box] = lay(np.ascontiguousarray(below[box]), picture, cover(locks.shape[box]))
    return below


def _darker(form: Plane, threshold: float, small: Box, face: WarpedFace) -> Plane:
    """Where the form is darker than a threshold, 0..1 at full size within a box, in pieces no smaller than a lock."""
    dark = threshold - form
    crumbs = (dark > 0) & ~kept(dark > 0, (_PATCH * face.u / 2) ** 2)
    dark = np.where(crumbs, np.minimum(dark, np.float32(-0.02)), dark)
    return above(doubled(dark[small]), 0.0, 1.2)


def _shaded(tones: Tones, shade: Plane, deep: Plane) -> LabPicture:
    """One colour of hair in its three tones."""
    picture = flat(tones.base, shade.shape)
    lay(picture, tones.shadow, shade)
    return lay(picture, tones.shadow * 1.55 - tones.base * np.float32(0.55), deep)


def _form(photo: LabPicture, layers: Layers, flow: Flow, face: WarpedFace, u: Plane, v: Plane) -> Plane:
    """How much light hair has at half size, drawn out along the flow: the photo's, and the head's."""
    hair, unit = layers.half_hair, face.u / 2
    on = hair > 0.6
    sure = np.asarray(cv2.erode((hair > 0.9).astype(np.float32), np.ones((5, 5), np.uint8)), np.float32)
    lightness = fill(photo[..., 0], sure if sure.sum() > 50 else hair)
    drawn = blur(lightness, max(0.8, 0.02 * unit))
    low, high = np.percentile(drawn[on], [5, 95])
    light = (drawn - low) / (high - low + 8) - 0.5
    rim = 1 - ease(blur(hair, max(1.5, 0.05 * unit)), 0.5, 0.98)
    under = ease(v, 0.10, 0.40) * (1 - ease(np.abs(u), 0.45, 0.66))  # what hangs behind the face lies in its shadow
    form = 0.55 * light - 0.28 * ease(v, 0.1, 0.9) - 0.40 * under - 0.12 * rim
    return flow.along(np.asarray(form, np.float32), 4)


def _band(form: Plane, layers: Layers, flow: Flow, face: WarpedFace, u: Plane, v: Plane, seed: int) -> Plane:
    """The band of light round the crown that anime draws whatever the light, above 0 at half size.

    Both its edges are a zigzag of strands; it is broken where the photo's hair lies in shadow, and ends at the sides.
    """
    middle, top = np.float32(-0.1), crown(face, layers.half_hair, u, v)
    out = np.sqrt((0.9 * u) ** 2 + (v - middle) ** 2) / max(0.2, float(middle) - top) - np.float32(_BAND)
    on = layers.half_hair > 0.6
    teeth = flow.along(noise(seed + 1, max(1.2, 0.016 * face.u / 2)))
    teeth = teeth / (float(teeth[on].std()) + 1e-6)
    upper = np.float32(0.060) + np.float32(0.050) * teeth - out
    lower = np.float32(0.045) - np.float32(0.055) * teeth + out
    side = np.float32(0.10 if face.yaw < 0 else -0.10)
    ends = ease(np.abs(u - side), 0.34, 0.58) + ease(v, -0.25, -0.05)
    lit = np.clip((form - blur(form, 0.2 * face.u)) * 4, -1, 1)
    band = np.minimum(upper, lower) - np.float32(0.10) * ends + np.float32(0.02) * lit - np.float32(0.008)
    return blur(np.asarray(band, np.float32), 0.6)


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
    parted, others = locks.strokes, []
    if not parted:
        parted = strands.rooted(locks.half, way, face, locks.partings + 2 * locks.ways, locks.ways, rng)
    if locks.cut is not Cut.TIED:
        others = strands.spread(locks.half, way, face, parted, rng)
    gleams = []
    if look.hair.base[0] < _DARK and locks.cut is not Cut.TIED:
        gleams = strands.spread(locks.half, way, face, [*parted, *others], rng)
    first, second, bright = (_waved(_whole(lines), face, locks.wave) for lines in (parted, others, gleams))
    tones = look.hair
    wedges = [_wedge(line, 0.7 * _WEDGE * face.u, face) for line in first]
    wedges += [_wedge(line, _WEDGE * face.u, face) for line in second]
    darken(picture, _shade(tones), _filled(wedges, box, 0.9))
    shapes = pens(first, 1.0 * pen, start=0.3, peak=0.25) + pens(second, 0.75 * pen, peak=0.35)
    _ink(picture, look, look.hair_ink * np.float32(0.6) + tones.shadow * np.float32(0.4), _filled(shapes, box, 0.85))
    if bright:
        light = tones.base * np.float32(0.4) + tones.light * np.float32(0.6)
        lay(picture, light, _filled(pens(bright, 0.8 * pen, peak=0.4), box, 0.7))


def _curls(picture: LabPicture, box: Box, locks: Locks, face: WarpedFace, look: Look, pen: float, seed: int) -> None:
    """Draw curls all over, in place; those of dark hair gleam by turns."""
    tones = look.hair
    lines = _whole(hooks(locks.half, face, np.random.Generator(np.random.PCG64(seed))))
    gleams = lines[::3] if tones.base[0] < _DARK else []
    ink = look.hair_ink * np.float32(0.6) + tones.shadow * np.float32(0.4)
    _ink(picture, look, ink, _filled(pens([*lines[1::3], *lines[2::3]], 0.9 * pen, peak=0.4), box, 0.85))
    light = tones.base * np.float32(0.4) + tones.light * np.float32(0.6)
    lay(picture, light, _filled(pens(gleams, 0.9 * pen, peak=0.4), box, 0.7))


def _shade(tones: Tones) -> float:
    """Lightness of a lock's shadow as a share of what it lies on, whichever of two colours that is."""
    return float(tones.shadow[0]) / max(float(tones.base[0]), 1.0)


def _ink(picture: LabPicture, look: Look, tone: Colour, cover: Plane) -> None:
    """Lay lines in one tone, or in the darker one of each of two colours; in place."""
    if look.dye is None:
        lay(picture, tone, cover)
    else:
        darken(picture, _LINE, cover)


def _over(picture: LabPicture, box: Box, outlines: list[Points], look: Look, pen: float, face: WarpedFace) -> None:
    """Draw locks that lie over the hair behind them, in place: each with its shadow side and its own line."""
    for outline in outlines:
        half = len(outline) // 2
        edges = sorted((outline[:half], outline[: half - 1 : -1]), key=lambda edge: float(edge.mean(0) @ face.right))
        if look.dye is None:
            lay(picture, look.hair.base, _filled([outline], box, 1.0))
        shade = edges[1] * 0.65 + (edges[0] + edges[1]) * 0.175
        third = len(shade) // 3
        darken(picture, _shade(look.hair), _filled([np.vstack([edges[1][third:], shade[:third:-1]])], box, 0.9))
        loose = [edge[third:] for edge in edges]  # at its root a lock is one with the hair
        _ink(picture, look, look.hair_ink, _filled(pens(loose, 0.9 * pen, start=0.0, end=0.5, peak=0.6), box, 0.85))


def _waved(lines: list[Points], face: WarpedFace, broad: float) -> list[Points]:
    """Lines of the picture that follow the waves of hair."""
    if broad <= 0:
        return lines
    out = []
    for line in lines:
        local = (line - face.centre) / face.u
        swell = waves((local @ face.down).astype(np.float32), broad) * np.sign(local @ face.right)
        out.append(line + swell[:, None] * face.right * face.u)
    return out


def _wedge(line: Points, broad: float, face: WarpedFace) -> Points:
    """The shadow along one side of a lock: it swells from nothing and ends in a point."""
    t = np.linspace(0, 1, len(line))
    aside = normals(line)
    aside = aside * (1.0 if float((aside @ (face.down + 0.6 * face.right)).mean()) > 0 else -1.0)
    width = broad * np.interp(t, [0, 0.2, 0.6, 1], [0, 0.35, 1, 0])
    return np.vstack([line, (line + aside * width[:, None])[::-1]])


def _filled(shapes: list[Points], box: Box, strength: float) -> Plane:
    """How much of each pixel of a box of the picture lies within shapes, up to `strength`."""
    rows, columns = box
    corner = np.array([columns.start, rows.start], np.float64)
    plane = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
    for shape in shapes:
        fixed = np.rint(np.clip(shape - corner - 0.5, -4000, 4000) * 16).astype(np.int32)
        cv2.fillPoly(plane, [fixed], 255, cv2.LINE_AA, 4)
    return plane.astype(np.float32) * np.float32(strength / 255)


def _whole(lines: list[Points]) -> list[Points]:
    """Lines of the half-size picture in the picture's pixels."""
    return [line * 2 + 1 for line in lines]
