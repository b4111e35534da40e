"""Moustache, beard and stubble: cut from the pixels that are darker or greyer and rougher than the cheeks' skin.

A shadow is dark but smooth, and it is as colourful as the skin; hair is rough. A beard is believed where both the upper
lip and the chin show it, or where a moustache alone is dark beyond doubt.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.canvas import Canvas, Pixels, around
from engine.cel.features.chart import CHEEKS, FOREHEAD, HEIGHT, UNIT, WIDTH, Chart
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.geometry import Points, curve, ease, length, pen, points, resample, smooth, smoothstep
from engine.cel.look import WarpedFace

type Plane = NDArray[np.float32]

_MOUSTACHE = (98, 97, 2, 326, 327, 391, 270, 267, 0, 37, 40, 165)
_CHIN = (181, 17, 405, 369, 377, 152, 148, 140)
_LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
_JAW = (454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234)
_UPPER_EDGE = (127, 137, 147, 207, 206, 203, 98, 97, 2, 326, 327, 423, 426, 427, 376, 366, 356)
"""Above this line no beard grows: from the right ear along the cheek, under the nose, to the left ear."""
_BARE = ((50, 205, 187, 147), (280, 425, 411, 376), FOREHEAD, (205, 36, 142, 101), (425, 266, 371, 330))


_DRAWN = 0.42
"""Thickness above which a beard has outlines."""


@dataclass(frozen=True, slots=True)
class Beard:
    """Facial hair as outlines in the picture. Holes are bare skin within."""

    hair: tuple[Points, ...]
    """What is dense enough to be drawn as hair."""
    holes: tuple[Points, ...]
    stubble: tuple[Points, ...]
    """What is only a shadow of hair."""
    colour: NDArray[np.float32]
    """CIELAB of the hair."""
    strength: float
    """0..1: how sure it is."""
    thick: float
    """0..1: from three days' growth to hair that hides the skin."""


def read(chart: Chart, face: WarpedFace, person: Person) -> Beard | None:
    """The facial hair of a face, or None."""
    if person.woman > 0.85 or person.child > 0.3 or abs(face.yaw) > 0.30:
        return None
    dark, faded, rough = _evidence(chart)
    hairy = smoothstep(dark, 0.06, 0.36) * smoothstep(rough, 0.0, 0.014)
    grey = smoothstep(faded, 0.20, 0.50) * smoothstep(rough, 0.006, 0.030)
    map_ = np.clip(hairy + grey, 0, 1).astype(np.float32)
    moustache, chin = (_median(map_, chart, zone) for zone in (_MOUSTACHE, _CHIN))
    strength = ease(float(np.sqrt(moustache * chin)), 0.28, 0.50) * ease(_median(rough, chart, _CHIN), 0.010, 0.019)
    alone = ease(_median(dark, chart, _MOUSTACHE), 0.34, 0.46) * ease(_median(rough, chart, _MOUSTACHE), 0.022, 0.032)
    alone *= ease(moustache, 0.6, 0.9) * (1 - ease(abs(face.yaw), 0.08, 0.16))
    only_lip = chin < 0.35 or alone > strength
    strength = max(strength, alone) * (1 - ease(person.woman, 0.4, 0.85))
    if strength < 0.3:
        return None
    region = _region(chart)
    if only_lip:
        region[np.mgrid[0:HEIGHT, 0:WIDTH][0] > chart.mesh[13][1]] = 0
    dense = np.clip(smoothstep(dark, 0.18, 0.38) * smoothstep(rough, 0.004, 0.016) + grey, 0, 1).astype(np.float32)
    if abs(face.yaw) < 0.10:
        map_, dense = (_evened(plane, chart) for plane in (map_, dense))
    hair, holes = _shapes(chart, dense * region, 0.5)
    stubble, _ = _shapes(chart, map_ * region, 0.42)
    where = (dense * region > 0.6) if (dense * region > 0.6).sum() > 20 else (map_ * region > 0.5)
    pixels = chart.lab[where]
    if len(pixels) < 12:
        return None
    core = pixels[pixels[:, 0] <= np.percentile(pixels[:, 0], 55)]
    shade, fade = ((_median(plane, chart, _MOUSTACHE) + _median(plane, chart, _CHIN)) / 2 for plane in (dark, faded))
    thick = max(ease(shade, 0.22, 0.38) * ease(_median(rough, chart, _CHIN), 0.012, 0.024), ease(fade, 0.28, 0.48))
    thick = max(thick, alone)
    return Beard(hair, holes, stubble, np.median(core, 0).astype(np.float32), strength, strength * thick)


def _evidence(chart: Chart) -> tuple[Plane, Plane, Plane]:
    """How much darker, less colourful and rougher each pixel is than the bare skin on its side of the face."""
    lab, mesh = chart.lab, chart.mesh
    light = cv2.GaussianBlur(np.ascontiguousarray(lab[..., 0]), (0, 0), 1.0)
    colour = cv2.GaussianBlur(np.ascontiguousarray(lab[..., 1:]), (0, 0), 2.0)
    sides = [chart.pixels(mesh[list(ring)]) for ring in CHEEKS]
    left, right = (np.median(side, 0) if len(side) > 8 else chart.skin for side in sides)
    start, end = float(mesh[50][0]), float(mesh[280][0])
    t = np.clip((np.arange(WIDTH) - start) / max(8.0, end - start), 0, 1)[None, :, None]
    bare = left + (right - left) * t
    level = np.maximum(bare[..., 0], 0.55 * float(chart.skin[0]))
    chroma = np.maximum(np.hypot(bare[..., 1], bare[..., 2]), 3.0)
    fine = np.abs(lab[..., 0] - cv2.GaussianBlur(np.ascontiguousarray(lab[..., 0]), (0, 0), 1.6))
    rough = cv2.GaussianBlur(fine, (0, 0), 2.5) / level
    masks = [chart.inside(mesh[list(ring)]) for ring in _BARE]
    calm = min((float(np.median(rough[mask])) for mask in masks if mask.sum() > 12), default=0.01)
    faded = 1 - np.hypot(colour[..., 0], colour[..., 1]) / chroma
    if chart.grey:
        faded = np.zeros_like(faded)
    return (
        (1 - light / level).astype(np.float32),
        faded.astype(np.float32),
        (rough - calm).astype(np.float32),
    )


def _median(plane: Plane, chart: Chart, zone: tuple[int, ...]) -> float:
    values = plane[chart.inside(chart.mesh[list(zone)])]
    return float(np.median(values)) if len(values) > 8 else 0.0


def _region(chart: Chart) -> Plane:
    """Where beards grow: soft, 0..1."""
    mesh = chart.mesh
    jaw = mesh[list(_JAW)]
    fall = 0.03 + 0.09 * (1 - np.abs(np.linspace(-1, 1, len(_JAW))) ** 2)
    jaw = jaw + np.stack([np.zeros(len(_JAW)), fall * UNIT], 1)
    mask = chart.inside(np.vstack([mesh[list(_UPPER_EDGE)], jaw])).astype(np.float32)
    lips = mesh[list(_LIPS)]
    mask[chart.inside(lips + (lips - lips.mean(0)) * 0.04)] = 0
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 0.8), np.float32)


def _evened(plane: Plane, chart: Chart) -> Plane:
    """The mean of a plane and its mirror image in the nose's line: light from one side cannot cut a beard in half."""
    axis = float(chart.mesh[[1, 2, 168, 152], 0].mean())
    flip = np.array([[-1, 0, 2 * axis], [0, 1, 0]], np.float64)
    mirrored = cv2.warpAffine(plane, flip, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(0.5 * plane + 0.5 * mirrored, np.float32)


def _shapes(chart: Chart, plane: Plane, level: float) -> tuple[tuple[Points, ...], tuple[Points, ...]]:
    """Smooth closed outlines, in the picture, of where a plane lies over `level`; and of the holes within them."""
    soft = cv2.GaussianBlur(plane, (0, 0), 2.0)
    twice = cv2.resize(soft, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
    found, tree = cv2.findContours((twice > level).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    outer: list[Points] = []
    holes: list[Points] = []
    for contour, (_, _, _, parent) in zip(found, tree[0] if tree is not None else (), strict=True):
        size = cv2.contourArea(contour) / 4
        if size < (0.006 if parent >= 0 else 0.010) * UNIT * UNIT:
            continue
        line = resample((points(contour[:, 0]) - 0.5) / 2, max(16, len(contour) // 5), closed=True)
        (holes if parent >= 0 else outer).append(chart.back(smooth(line, 1.3, closed=True)))
    return tuple(outer), tuple(holes)


def draw(
    picture: Pixels,
    beard: Beard,
    face: WarpedFace,
    palette: Palette,
    cover: NDArray[np.float32] | None = None,
) -> None:
    """Draw stubble as a soft tone, hair as flat shapes with a few strokes along its growth."""
    everything = [*beard.hair, *beard.stubble]
    if not everything:
        return
    u = face.u
    canvas = Canvas(picture, around(everything, 0.05 * u + 2), 2)
    if canvas.empty:
        return
    lightness, a, b = (float(v) for v in beard.colour)
    hair = palette.hair_lab
    kin = float(np.linalg.norm(beard.colour - hair)) < 24  # hair of the head and beard are mostly alike
    if kin:
        lightness, a, b = (float(v) for v in 0.5 * beard.colour + 0.5 * hair)
    tone = palette.mix(np.clip(lightness * 1.05 + 2, 12, 74), a * 0.9, b * 0.9)
    shadow = palette.mix(np.clip(lightness * 0.72, 7, 58), a, b)
    veil = 0.55 * palette.shade + 0.45 * tone
    head = cv2.convexHull(face.points.astype(np.float32))[:, 0]
    for shape in beard.stubble:
        canvas.glow(shape, veil, 0.014 * u, 0.40 * beard.strength, head)
    if beard.thick < _DRAWN:  # three days' growth has no edge
        for shape in beard.hair:
            canvas.glow(shape, tone, 0.016 * u, (0.20 + 0.5 * beard.thick) * beard.strength, head)
        canvas.glow(face.points[list(_LIPS)], palette.skin, 0.006 * u, 0.85)
        canvas.finish(cover)
        return
    for shape in beard.hair:
        canvas.fill(curve(shape, 2, closed=True), tone, _opacity(beard))
    for shape in beard.holes:
        canvas.fill(curve(shape, 2, closed=True), palette.skin, _opacity(beard))
    if not palette.small:
        for shape in beard.hair:
            _strands(canvas, shape, face, palette, tone, shadow, _opacity(beard))
    canvas.finish(cover)


def _strands(
    canvas: Canvas,
    shape: Points,
    face: WarpedFace,
    palette: Palette,
    tone: NDArray[np.float64],
    shadow: NDArray[np.float64],
    opacity: float,
) -> None:
    """Tufts along the lower rim and a few dark strokes inside, all growing away from the middle of the mouth."""
    u = face.u
    root = face.points[164] - face.down * 0.05 * u
    rim = resample(shape, max(12, int(length(shape) / (0.045 * u))), closed=True)
    outward = rim - shape.mean(0)
    low = (outward @ face.down) > 0.55 * np.linalg.norm(outward, axis=1)
    middle = shape.mean(0)
    for k, place in enumerate(rim):
        way = place - root
        way = way / (np.linalg.norm(way) + 1e-6) * 0.5 + face.down * 0.75
        long = (0.026, 0.018, 0.032)[k % 3] * u
        if low[k]:
            tuft = pen(np.linspace(place - way * long, place + way * long * 0.6, 4), 0.030 * u, 0.6, 0.0, 0.2)
            canvas.fill(tuft, tone, opacity)
        if k % 3 == 0:
            inside = place * 0.66 + middle * 0.34
            stroke_ = pen(np.linspace(inside - way * long, inside + way * long, 5), palette.pen * 1.2)
            canvas.fill(stroke_, shadow, 0.55 * opacity)


def _opacity(beard: Beard) -> float:
    return float(0.12 + 0.85 * beard.thick**1.3)
