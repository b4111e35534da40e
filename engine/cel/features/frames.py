"""Glasses drawn: lenses, rims, bridge and temples."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.cel.canvas import Canvas, Pixels, around
from engine.cel.features.glasses import Glasses
from engine.cel.features.openings import Drawn
from engine.cel.features.palette import Palette
from engine.cel.frame import OVAL
from engine.cel.geometry import Points, bezier, ease, loop, resample, stroke
from engine.cel.look import WarpedFace

_TALLER, _TALLER_SHADES = 0.10, ([0.74, 0.94], [0.18, 0.02])
"""By which share of its height a lens is drawn lower than it is warped; the same of sunglasses, by a lens's height as a
share of its breadth."""
_CLEAR, _LOWER = 0.055, 0.06
"""How far above an eye's opening the upper rim is drawn; and how much lower than it was seen for that at most: it would
be a second brow. In face widths."""
_OFF, _LIFTED = 0.036, 0.11
"""How far above the upper rim brows lie, and how far they are lifted for it at most, in face widths."""
_WHITE, _INK = 66.0, (14.0, 2.0, -2.0)
"""Frames lighter than this (CIELAB L) are white; and the colour of the lines on both sides of those."""
_BESIDE, _OVER = 0.1, 0.02
"""How far above and below lenses the face's edge is looked at, and how far they reach over it at most; face widths."""


def draw(
    picture: Pixels,
    glasses: Glasses,
    face: WarpedFace,
    palette: Palette,
    cover: NDArray[np.float32] | None = None,
    eyes: Sequence[Drawn | None] = (None, None),
) -> None:
    """Draw lenses, rims, bridge and temples, round the `eyes` as they are drawn."""
    u, right, down = face.u, face.right, face.down
    rings = _rings(glasses, face, eyes)
    seen = [ring for ring in rings if ring is not None]
    ends = [face.points[i] for i in (127, 356)]
    canvas = Canvas(picture, around([*seen, np.array(ends)], 0.06 * u + 2), 2)
    if canvas.empty:
        return
    lightness, a, b = (float(v) for v in glasses.colour)
    vivid = 1.25 * ease(float(np.hypot(a, b)), 12, 24)  # dark frames are black, whatever they reflect
    white = lightness > _WHITE
    frame = palette.mix(lightness if white else min(lightness * 0.8, 62), a * vivid, b * vivid)
    bold = 1.25 if palette.small else 1.0
    thick = max(0.62 * glasses.thick * u * (1 + 0.2 * ease(-lightness, -50, -25)), 1.15 * palette.pen) * bold
    if glasses.tint is not None:
        for ring in seen:
            _lens(canvas, ring, glasses, face, palette)
    bridge = None if rings[0] is None or rings[1] is None else (rings[0], rings[1])
    if white:  # it has a line on either side, as all that is light
        ink, edged = palette.mix(*_INK), thick + 2 * palette.pen * bold
        for ring in seen:
            canvas.fill(loop(resample(ring, 96, closed=True), edged), ink)
        if bridge is not None:
            canvas.fill(_bridge_shape(*bridge, glasses, face, edged), ink)
    for ring in seen:
        closed = resample(ring, 96, closed=True)
        height = (closed - closed.mean(0)) @ down
        heavier = 1 + 0.25 * np.clip(-height / max(1e-6, float(np.abs(height).max())), 0, 1)
        canvas.fill(loop(closed, thick * heavier), frame)
    if bridge is not None:
        canvas.fill(_bridge_shape(*bridge, glasses, face, thick), frame)
    for side, lens in ((-1, rings[0]), (1, rings[1])):
        if lens is None or face.yaw * side > 0.10:
            continue
        hinge = lens[np.argmax((lens - lens.mean(0)) @ (right * side - down * 0.55))]
        ear = ends[0 if side < 0 else 1] + down * 0.01 * u
        if (ear - hinge) @ right * side > 0.02 * u:
            canvas.fill(stroke(np.linspace(hinge, ear, 6), thick * np.linspace(1.15, 0.8, 6)), frame)
    canvas.finish(cover)


def glaze(
    picture: Pixels,
    glasses: Glasses,
    face: WarpedFace,
    palette: Palette,
    cover: NDArray[np.float32] | None = None,
    eyes: Sequence[Drawn | None] = (None, None),
) -> None:
    """Draw what clear lenses mirror: before the eyes, which it would veil."""
    if glasses.tint is not None:
        return
    seen = [ring for ring in _rings(glasses, face, eyes) if ring is not None]
    canvas = Canvas(picture, around(seen, 2), 2)
    if canvas.empty:
        return
    for ring in seen:
        _lens(canvas, ring, glasses, face, palette)
    canvas.finish(cover)


def clear(
    brows: tuple[Points | None, Points | None],
    glasses: Glasses,
    face: WarpedFace,
    eyes: Sequence[Drawn | None],
) -> tuple[Points | None, Points | None]:
    """The lines of both brows, as high as they clear the upper rims of clear glasses: on one they are a blot of it."""
    needed = [0.0]
    for line, ring in zip(brows, _rings(glasses, face, eyes), strict=True):
        if line is None or ring is None:
            continue
        across, down = ring @ face.right, ring @ face.down
        upper = down < float(down.min() + down.max()) / 2
        order = np.argsort(across[upper])
        rim = np.interp(line @ face.right, across[upper][order], down[upper][order], left=np.inf, right=np.inf)
        needed.append(float((line @ face.down - rim).max()) + _OFF * face.u)
    lift = min(max(needed), _LIFTED * face.u)
    left, right = (None if line is None else line - face.down * lift for line in brows)
    return left, right


def _rings(glasses: Glasses, face: WarpedFace, eyes: Sequence[Drawn | None]) -> list[Points | None]:
    """The rims as they are drawn."""
    clear = glasses.tint is None
    return [
        None if ring is None else _fitted(ring if eye is None or not clear else _above(ring, eye, face), face)
        for ring, eye in zip(_flattened(glasses.lenses, face, not clear), eyes, strict=True)
    ]


def _above(ring: Points, eye: Drawn, face: WarpedFace) -> Points:
    """A lens whose upper rim lies above the lashes of the eye behind it: it would cut them."""
    down = ring @ face.down
    middle, top = float(down.min() + down.max()) / 2, float(down.min())
    needed = min(top + _LOWER * face.u, float((eye.upper @ face.down).min()) - _CLEAR * face.u)
    stretch = (middle - needed) / max(middle - top, 1e-6) - 1
    return np.asarray(ring + face.down * (stretch * np.minimum(down - middle, 0.0))[:, None], np.float64)


def _flattened(lenses: Sequence[Points | None], face: WarpedFace, tinted: bool) -> list[Points | None]:
    """Lenses as much lower as the caricature, which enlarges eyes more upwards than aside, has made them taller.

    Of clear glasses the eye stays in the middle. Sunglasses keep their upper edge, under the brows, and round ones
    their shape.
    """
    high = [
        float(np.ptp(ring @ face.down)) / max(float(np.ptp(ring @ face.right)), 1e-6)
        for ring in lenses
        if ring is not None
    ]
    taller = float(np.interp(np.mean(high), *_TALLER_SHADES)) if tinted and high else _TALLER
    out: list[Points | None] = []
    for ring in lenses:
        if ring is None:
            out.append(None)
            continue
        down = ring @ face.down
        level = float(down.min() if tinted else down.mean())
        out.append(np.asarray(ring - face.down * (taller * (down - level))[:, None], np.float64))
    return out


def _fitted(ring: Points, face: WarpedFace) -> Points:
    """A lens that ends a little beyond the face's edge at the most: as eyes grow, it would reach far over it."""
    edge = face.points[list(OVAL)] - face.centre
    level = np.abs(edge @ face.down - float((ring.mean(0) - face.centre) @ face.down)) < _BESIDE * face.u
    if not level.any():
        return ring
    across, mine = (edge @ face.right)[level], (ring - face.centre) @ face.right
    ends = [mine.min(), mine.max()]
    room = [max(ends[0], across.min() - _OVER * face.u), min(ends[1], across.max() + _OVER * face.u)]
    if room[1] - room[0] < 0.5 * (ends[1] - ends[0]):
        return ring
    return np.asarray(ring + face.right * (np.interp(mine, ends, room) - mine)[:, None], np.float64)


def _lens(canvas: Canvas, ring: Points, glasses: Glasses, face: WarpedFace, palette: Palette) -> None:
    right, down = face.right, face.down
    centre = ring.mean(0)
    half = np.array([np.abs((ring - centre) @ right).max(), np.abs((ring - centre) @ down).max()])

    def at(x: float, y: float) -> NDArray[np.float64]:
        return np.asarray(centre + right * (x * half[0]) + down * (y * half[1]), np.float64)

    glare = 0.45
    if glasses.tint is not None:
        lightness, a, b = (float(v) for v in glasses.tint)
        top, low = (
            palette.mix(np.clip(lightness * 0.7, 7, 38), a, b),
            palette.mix(np.clip(lightness * 1.15 + 20, 34, 58), a, b),
        )
        canvas.gradient(ring, [(0, top), (1, low)], at(0, -0.9), at(0, 1.0))
        glare = 0.42
    else:
        canvas.fill(ring, (228, 241, 255), 0.04)
    glint = np.array([at(-0.50, -1.1), at(-0.22, -1.1), at(-1.02, 0.35), at(-1.02, -0.15)])
    canvas.fill(glint, (255, 255, 255), glare, ring)
    if not palette.small:
        canvas.fill(
            np.array([at(-0.10, -1.1), at(-0.02, -1.1), at(-1.02, 0.75), at(-1.02, 0.60)]), (255, 255, 255), glare, ring
        )


def _bridge_shape(left: Points, right: Points, glasses: Glasses, face: WarpedFace, thick: float) -> Points:
    height = glasses.bridge * face.u

    def nearest(ring: Points, towards: float) -> NDArray[np.float64]:
        rise = np.abs((ring - ring.mean(0)) @ -face.down - height * 0.8)
        inner = (ring - ring.mean(0)) @ face.right * towards > 0
        return np.asarray(ring[np.argmin(np.where(inner, rise, np.inf))], np.float64)

    start, end = nearest(left, 1.0), nearest(right, -1.0)
    lift = face.down * (0.018 * face.u)
    arc = bezier(start, start * 0.7 + end * 0.3 - lift, start * 0.3 + end * 0.7 - lift, end, 12)
    return stroke(arc, thick * 1.05)
