"""Eyes, drawn the anime way on the person's own lids: enlarged, with a great iris and a heavy lash line."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.cel.canvas import Canvas, Pixels, around
from engine.cel.features.iris import IrisTones
from engine.cel.features.lids import ACROSS, SAMPLES, Eye
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.geometry import Points, bezier, ease, oval, pen, points, stroke
from engine.cel.look import WarpedFace

_COMMON = 0.36
"""Openness of the common eye once the caricature has enlarged it (median of a hundred faces)."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The eye on paper. `at` maps its coordinates (x to the outer corner, y down, unit `width`) to the picture."""

    centre: NDArray[np.float64]
    along: NDArray[np.float64]
    down: NDArray[np.float64]
    width: float
    size: float
    """The width that this eye would have seen from the front: the measure of all its heights."""
    height: float
    """Height of the opening in `size`."""
    upper: Points
    """Lid curves from the inner to the outer corner, in the picture."""
    lower: Points

    def at(self, x: ArrayLike, y: ArrayLike) -> Points:
        """Points of the eye (x in widths, y in sizes) in the picture."""
        x, y = np.atleast_1d(np.asarray(x, np.float64)), np.atleast_1d(np.asarray(y, np.float64))
        return self.centre + x[:, None] * self.along * self.width + y[:, None] * self.down * self.size


def shape(eye: Eye, face: WarpedFace, person: Person, palette: Palette) -> Drawn:
    """Lay out the anime eye on the real one: enlarged, its lids half the person's and half the ideal's."""
    manner = palette.manner
    outer, inner = eye.outer[0], eye.inner[0]
    seen = max(float(np.linalg.norm(outer - inner)), 1e-6)
    along = (outer - inner) / seen
    side = 1.0 if along @ face.right >= 0 else -1.0
    level = face.right * side
    along = along * 0.75 + level * 0.25
    along /= np.linalg.norm(along)
    grow = (1.14 + 0.05 * person.woman + 0.10 * person.child) * manner.eye_width * (1.17 if palette.small else 1.0)
    size = seen * grow / max(eye.seen, 0.35)
    width = seen * grow * (1 - 0.22 * _profile(face))
    real = float(np.clip(eye.openness, 0.20, 0.54))
    woman = max(person.woman, 0.8 * person.child)
    common = 0.50 + 0.14 * woman + 0.05 * person.child  # of an eye of common openness
    common -= 0.05 * person.old
    ratio = common + (1.45 + 0.10 * woman) * (real - _COMMON)
    height = ratio * manner.eye_height
    rise = 0.60 + 0.35 * (eye.rise - 0.62)
    high, low = height * rise, height * (1 - rise)
    t = 2 * ACROSS
    peak = 0.10 + 0.10 * (1 - woman)
    bent = np.where(t < peak, (t - peak) / (1 + peak), (t - peak) / (1 - peak))
    ideal_up = (1 - np.abs(bent) ** 2.3) ** 0.80
    ideal_low = (1 - np.abs(t) ** 2.6) ** 0.85
    up = 0.45 * ideal_up + 0.55 * eye.upper
    down_ = 0.5 * ideal_low + 0.5 * eye.lower
    tilt = np.interp(ACROSS, [-0.5, 0.5], [0.035, -0.035])  # the anime eye's outer corner sits higher
    centre = (outer + inner) / 2 + along * (0.03 * width) - face.down * (0.02 * size)
    frame = Drawn(centre, along, face.down, width, size, height, points([]), points([]))
    return replace(
        frame,
        upper=frame.at(ACROSS, tilt - high * up / max(up.max(), 1e-6)),
        lower=frame.at(ACROSS * 0.97 - 0.005, tilt + low * down_ / max(down_.max(), 1e-6)),
    )


def _profile(face: WarpedFace) -> float:
    """0..1: how far the head is turned beyond three quarters, where the one eye left is seen from its side."""
    return ease(abs(face.yaw), 0.55, 1.0)


def draw(
    picture: Pixels,
    eye: Eye,
    form: Drawn,
    face: WarpedFace,
    person: Person,
    iris: IrisTones,
    palette: Palette,
    cover: NDArray[np.float32] | None = None,
) -> None:
    """Draw one eye in the form that `shape` laid out."""
    margin = 0.34 * form.size + 4 * palette.pen
    canvas = Canvas(picture, around([form.upper, form.lower], margin), 2)
    if canvas.empty:
        return
    if eye.shut:
        _shut(canvas, eye, form, person, palette)
    else:
        _lid(canvas, eye, form, person, palette)
        opening = np.vstack([form.upper, form.lower[::-1]])
        _white(canvas, opening, palette)
        _iris(canvas, eye, form, face, opening, iris, person, palette)
        _lashes(canvas, eye, form, person, palette)
    canvas.finish(cover)


def _white(canvas: Canvas, opening: Points, palette: Palette) -> None:
    bright = float(np.clip(78 + 0.26 * palette.skin_lab[0], 84, 98))
    canvas.fill(opening, palette.mix(bright, 0.5, -1.0), 1.0)


def _iris(
    canvas: Canvas,
    eye: Eye,
    form: Drawn,
    face: WarpedFace,
    opening: Points,
    iris: IrisTones,
    person: Person,
    palette: Palette,
) -> None:
    manner = palette.manner
    woman = max(person.woman, person.child)
    startled = ease(eye.openness, 0.46, 0.58)
    ry = form.size * max(form.height * (0.555 - 0.10 * startled), 0.235)
    rx = min(ry * (0.90 - 0.06 * woman), 0.315 * form.size) * manner.iris_width
    foreshortened = float(np.clip(0.25 + 0.75 * eye.seen, 0.5, 1)) * (1 - 0.30 * _profile(face))
    rx *= foreshortened
    middle = (form.upper[SAMPLES // 2] + form.lower[SAMPLES // 2]) / 2
    room = max(0.0, 0.5 * form.width - 0.85 * rx) / form.width
    side = float(np.clip(eye.gaze[0] * 0.95, -room, room))
    lift = float(np.clip(eye.gaze[1] * 0.5, -0.06, 0.06)) - 0.035
    centre = middle + face.right * side * form.width + face.down * lift * form.size
    roll = float(np.arctan2(face.right[1], face.right[0]))

    def disc(x: float, y: float, a: float, b: float, turn: float = 0.0) -> Points:
        place = centre + face.right * (x * rx) + face.down * (y * ry)
        return oval(place, a * rx, b * ry, roll + turn, samples=36)

    canvas.fill(disc(0, 0, 1, 1), iris.rim, 1, opening)
    inner = disc(0, 0.02, 1 - manner.rim, 1 - 0.8 * manner.rim)
    stops = [(0.0, iris.dark), (0.40, iris.middle), (0.75, 0.5 * iris.middle + 0.5 * iris.lit), (1.0, iris.lit)]
    canvas.gradient(inner, stops, centre - face.down * ry * 0.75, centre + face.down * ry * 0.92, 1, opening)
    if not palette.small:
        canvas.fill(disc(0, 0.54, 0.60, 0.34), iris.glow, manner.glow, opening)
        for ring in range(manner.rings):
            radius = 0.66 + 0.12 * ring
            edge = disc(0, 0, radius, radius)
            canvas.fill(stroke(np.vstack([edge, edge[:1]]), 0.05 * rx), iris.dark, 0.6, opening)
        for k in range(manner.rays):
            angle = np.pi * (0.5 + (k - (manner.rays - 1) / 2) * 0.155)
            way = face.right * (np.cos(angle) * rx) + face.down * (np.sin(angle) * ry)
            canvas.fill(
                pen(np.linspace(centre + way * 0.48, centre + way * 0.84, 4), 0.07 * rx), iris.glow, 0.8, opening
            )
    canvas.fill(disc(0, -0.04, manner.pupil, manner.pupil * 1.06), iris.pupil, 1, opening)
    shadow = np.vstack([form.upper, (form.upper + form.down * (0.20 * form.height * form.size))[::-1]])
    canvas.fill(shadow, palette.mix(24, 12, -16), manner.lid_shadow, opening)
    light = opening + (opening - opening.mean(0)) * 0.03
    for spot in manner.highlights[: 1 if palette.small else None]:
        bigger = 1.25 if palette.small else 1.0
        canvas.fill(
            disc(spot.x, spot.y, spot.rx * bigger, spot.ry * bigger, spot.turn), (255, 255, 255), spot.alpha, light
        )


def _weight(form: Drawn, person: Person, palette: Palette) -> float:
    """Thickness of the lash line in pixels."""
    woman = max(person.woman, 0.7 * person.child)
    return (0.082 + 0.026 * woman) * form.size * palette.manner.lash + 0.45 * palette.pen


def _lashes(canvas: Canvas, eye: Eye, form: Drawn, person: Person, palette: Palette) -> None:
    manner, upper, lower = palette.manner, form.upper, form.lower
    weight = _weight(form, person, palette)
    t = ACROSS + 0.5
    thick = weight * np.interp(t, [0, 0.12, 0.45, 0.8, 1], [0.30, 0.55, 0.92, 1.15, 0.85])
    wing = (0.055 + 0.045 * person.woman) * manner.wing
    tip = upper[-1] + form.along * (wing * form.width) - form.down * ((0.03 + 0.05 * person.woman) * form.size)
    heel = upper[-1] + form.along * (0.010 * form.width) + form.down * (0.07 * form.size)
    top = upper - form.down * thick[:, None]
    line = np.vstack([upper + form.down * 0.25 * palette.pen, [heel], [tip], top[::-1]])
    canvas.fill(line, palette.lash)
    count = 0 if palette.small else manner.lashes
    for k in range(count if person.woman > 0.5 and person.child < 0.6 else 0):
        root = upper[-1 - 5 * k] - form.down * 0.5 * thick[-1 - 5 * k]
        way = form.along * (0.13 - 0.02 * k) * form.width - form.down * (0.10 + 0.045 * k) * form.size
        canvas.fill(pen(np.linspace(root, root + way, 5), weight * 0.8, 1.0, 0.0, 0.1), palette.lash)
    start, end = int(0.42 * SAMPLES), int(0.94 * SAMPLES)
    under = pen(lower[start:end], palette.pen * (1.0 + 0.2 * person.woman) * manner.lower_lash, 0.05, 0.75, 0.7)
    canvas.fill(under, palette.lash * 0.7 + palette.line * 0.3, 0.9)
    if not palette.small:
        inner = pen(lower[1 : int(0.3 * SAMPLES)], palette.pen * 0.7, 0.6, 0.0, 0.3)
        canvas.fill(inner, palette.line, 0.6)


def _lid(canvas: Canvas, eye: Eye, form: Drawn, person: Person, palette: Palette) -> None:
    """The fold above the eye and the lid's shade below it."""
    weight = _weight(form, person, palette)
    gap = weight + (0.045 + 0.10 * form.height) * form.size * (0.55 + 0.45 * eye.fold)
    t = ACROSS + 0.5
    fold = form.upper - form.down * (gap * np.interp(t, [0, 0.2, 0.7, 1], [0.75, 1, 1, 0.9]))[:, None]
    lid = np.vstack([form.upper, fold[::-1]])
    canvas.fill(lid, palette.shade, 0.30 + 0.15 * person.woman)
    worn = float(np.linalg.norm(eye.shadow)) * person.woman * (1 - person.child)
    if worn > 6:
        lightness, a, b = (float(v) for v in palette.skin_lab + eye.shadow * np.array([1.0, 1.3, 1.3], np.float32))
        painted = palette.mix(max(24.0, lightness - 8), a, b)
        band = np.vstack([form.upper, (fold - form.down * (0.02 * form.size))[::-1]])
        canvas.glow(band, painted, 0.02 * form.size, min(0.75, worn / 26))
    part = fold[int(0.14 * SAMPLES) : int(0.93 * SAMPLES)]
    canvas.fill(pen(part, palette.pen * palette.manner.crease, 0.1, 0.15, 0.55), palette.line, 0.35 + 0.45 * eye.fold)


def _shut(canvas: Canvas, eye: Eye, form: Drawn, person: Person, palette: Palette) -> None:
    """A shut eye is one strong arc: up when the person laughs, else down."""
    weight = _weight(form, person, palette) * 1.15
    laughing = eye.arch > -0.01
    bend = -0.20 if laughing else 0.15
    arc = bezier(
        form.at(-0.50, 0.06)[0], form.at(-0.24, 0.06 + bend * 1.25)[0], form.at(0.26, 0.04 + bend * 1.35)[0],
        form.at(0.53, 0.03)[0], 25,
    )  # fmt: skip
    canvas.fill(pen(arc, weight * 1.15, 0.25, 0.5, 0.62), palette.lash)
    if not laughing and person.woman > 0.5 and not palette.small:
        for k in range(2):
            root = arc[-2 - 4 * k]
            way = form.along * (0.11 - 0.03 * k) * form.width + form.down * (0.08 + 0.02 * k) * form.size
            canvas.fill(pen(np.linspace(root, root + way, 5), weight * 0.6, 1, 0, 0.1), palette.lash)
    fold = arc[4:-3] - form.down * ((0.14 if laughing else 0.17) * form.size)
    canvas.fill(pen(fold, palette.pen * palette.manner.crease, 0.05, 0.05), palette.line, 0.65)
