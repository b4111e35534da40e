"""Eyes: the real lids, gaze and openness of a person, drawn the anime way."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.cel.canvas import Canvas, Pixels, around
from engine.cel.features.chart import Chart, beside
from engine.cel.features.iris import IrisTones
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.geometry import Points, bezier, ease, oval, pen, points, stroke
from engine.cel.look import WarpedEye, WarpedFace

SHUT = 0.20
"""Openness (greatest lid distance over the eye's width) below which an eye counts as shut: laughing, asleep, winking.
Narrow open eyes were never seen under 0.21."""
_COMMON = 0.36
"""Openness of the common eye once the caricature has enlarged it (median of a hundred faces)."""
_SAMPLES = 33
_ACROSS = -0.5 * np.cos(np.linspace(0, np.pi, _SAMPLES))
"""Places along the eye from its inner (-0.5) to its outer (0.5) corner, dense at both ends where lids are steep."""


@dataclass(frozen=True, slots=True)
class Eye:
    """One eye as it was seen, in its own coordinates: x from the inner to the outer corner, y down, unit its width."""

    inner: Points
    """(1, 2): the inner corner in the picture."""
    outer: Points
    openness: float
    """Greatest distance of the lids."""
    upper: NDArray[np.float64]
    """The upper lid's height over the line of the corners at `_ACROSS`, as a share of its greatest."""
    lower: NDArray[np.float64]
    """The same of the lower lid, downwards."""
    rise: float
    """The upper lid's share of the openness."""
    gaze: NDArray[np.float64]
    """The iris's centre from the eye's middle: x to the picture's right, y down, in eye widths."""
    arch: float
    """How far a shut eye's line arches up (positive: laughing) or hangs down."""
    fold: float
    """0..1: how plainly a fold is seen above the eye; none above a monolid."""
    shadow: NDArray[np.float32]
    """CIELAB that make-up on the lid adds to the skin; zeros on a bare lid."""
    seen: float
    """Its width as a share of the wider eye's: 1 unless the head is turned."""

    @property
    def shut(self) -> bool:
        """True if no iris is to be seen."""
        return self.openness < SHUT


def read(chart: Chart, face: WarpedFace) -> tuple[Eye | None, Eye | None]:
    """Both eyes; near a front view their openness, shape and gaze are brought together, as they look as one pair."""
    widths = [0.0 if eye is None else float(np.linalg.norm(eye.upper[0] - eye.upper[-1])) for eye in face.eyes]
    widest = max(*widths, 1e-6)
    shades = [_shadow(chart, eye) for eye in face.eyes if eye is not None]
    shadow = np.mean(shades, 0) if shades else np.zeros(3)
    fold = max((_fold(chart, eye) for eye in face.eyes if eye is not None), default=0.0)
    left, right = (
        None if eye is None else _measure(eye, face, w / widest, fold, shadow.astype(np.float32))
        for eye, w in zip(face.eyes, widths, strict=True)
    )
    if left is None or right is None:
        return left, right
    winking = min(left.openness, right.openness) < 0.16 and max(left.openness, right.openness) > 0.27
    even = 1 - ease(abs(left.seen - right.seen), 0.1, 0.45)
    return _pair(left, right, even, winking), _pair(right, left, even, winking)


def _fold(chart: Chart, eye: WarpedEye) -> float:
    """How plainly a dark crease runs above the lid, 0..1: often too fine to be seen, so little hangs on it."""
    lid = chart.to(eye.upper)
    width = float(np.linalg.norm(lid[0] - lid[-1]))
    at = np.linspace(0.25, 0.8, 15) * (len(lid) - 1)
    columns = np.stack([np.interp(at, np.arange(len(lid)), lid[:, k]) for k in (0, 1)], 1)
    rise = np.arange(1.0, max(6.0, 0.34 * width), 0.5)
    grid = columns[:, None] - np.stack([np.zeros_like(rise), rise], 1)
    light = chart.sample(grid)[..., 0]
    best = np.zeros_like(light)
    for reach in (4, 6, 9):
        best = np.maximum(best, np.minimum(*beside(light, reach)) - light)
    crease = float(best[:, rise > 0.05 * width].mean(0).max()) * 65 / max(30.0, float(chart.skin[0]))
    return ease(crease, 0.2, 1.6)


def _shadow(chart: Chart, eye: WarpedEye) -> NDArray[np.float32]:
    """What lies on the lid beyond the shade that every lid has: the colour of eyeshadow."""
    lid = chart.to(eye.upper)
    width = float(np.linalg.norm(lid[0] - lid[-1]))
    rise = np.linspace(0.13, 0.24, 4) * width
    grid = lid[2:-1, None] - np.stack([np.zeros_like(rise), rise], 1)
    extra = np.median(chart.sample(grid).reshape(-1, 3), 0) - chart.skin
    extra[0] = min(0.0, extra[0] + 0.34 * float(chart.skin[0]))
    worn = ease(float(np.hypot(extra[1], extra[2])), 9, 18) + ease(-float(extra[0]), 4, 18)
    return np.asarray(extra * min(1.0, worn), np.float32)


def _measure(eye: WarpedEye, face: WarpedFace, seen: float, fold: float, shadow: NDArray[np.float32]) -> Eye:
    outer, inner = (eye.upper[0] + eye.lower[0]) / 2, (eye.upper[-1] + eye.lower[-1]) / 2
    width = max(float(np.linalg.norm(outer - inner)), 1e-6)
    along = (outer - inner) / width
    down = np.array([-along[1], along[0]])
    down = down * (1.0 if down @ face.down >= 0 else -1.0)
    middle = (outer + inner) / 2

    def profile(lid: Points, sign: float) -> NDArray[np.float64]:
        local = (lid - middle) / width
        x, y = local @ along, local @ down * sign
        order = np.argsort(x)
        return np.asarray(np.interp(_ACROSS, x[order], y[order]), np.float64)

    high, low = profile(eye.upper, -1.0), profile(eye.lower, 1.0)
    openness = max(0.0, float((high + low).max()))
    top = max(float(high.max()), 1e-3)
    gaze = (eye.iris[0] - middle) / width
    lids_middle = ((high - low) / 2)[_SAMPLES // 3 : -_SAMPLES // 3].mean()
    return Eye(
        inner=inner[None],
        outer=outer[None],
        openness=openness,
        upper=np.clip(high / top, 0, 1),
        lower=np.clip(low / max(float(low.max()), 1e-3), 0, 1),
        rise=float(np.clip(top / max(openness, 1e-3), 0.35, 0.85)),
        gaze=np.array([np.clip(gaze @ face.right, -0.3, 0.3), np.clip(gaze @ down, -0.2, 0.2)]),
        arch=float(lids_middle),
        fold=fold,
        shadow=shadow,
        seen=seen,
    )


def _pair(one: Eye, other: Eye, even: float, winking: bool) -> Eye:
    """`one` drawn towards `other`; the better seen eye of a turned head leads."""
    lead = 0.5 * even if one.seen >= other.seen else 0.5 * even + 0.75 * (1 - even)
    if winking:
        return replace(one, gaze=one.gaze * (1 - lead) + other.gaze * lead)
    level = lead if min(one.openness, other.openness) < SHUT else 0.7 * lead  # mild asymmetry is part of a face
    return replace(
        one,
        openness=one.openness * (1 - level) + other.openness * level,
        upper=one.upper * (1 - level) + other.upper * level,
        lower=one.lower * (1 - level) + other.lower * level,
        rise=one.rise * (1 - level) + other.rise * level,
        gaze=one.gaze * (1 - lead) + other.gaze * lead,
        arch=one.arch * (1 - lead) + other.arch * lead,
    )


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
    grow = (1.10 + 0.05 * person.woman + 0.10 * person.child) * manner.eye_width * (1.17 if palette.small else 1.0)
    width = seen * grow
    size = width / max(eye.seen, 0.35)
    real = float(np.clip(eye.openness, 0.20, 0.54))
    woman = max(person.woman, 0.8 * person.child)
    common = 0.50 + 0.14 * woman + 0.05 * person.child  # of an eye of common openness
    common -= 0.05 * person.old
    ratio = common + (1.45 + 0.10 * woman) * (real - _COMMON)
    height = ratio * manner.eye_height
    rise = 0.60 + 0.35 * (eye.rise - 0.62)
    high, low = height * rise, height * (1 - rise)
    t = 2 * _ACROSS
    peak = 0.10 + 0.10 * (1 - woman)
    bent = np.where(t < peak, (t - peak) / (1 + peak), (t - peak) / (1 - peak))
    ideal_up = (1 - np.abs(bent) ** 2.3) ** 0.80
    ideal_low = (1 - np.abs(t) ** 2.6) ** 0.85
    up = 0.45 * ideal_up + 0.55 * eye.upper
    down_ = 0.5 * ideal_low + 0.5 * eye.lower
    tilt = np.interp(_ACROSS, [-0.5, 0.5], [0.035, -0.035])  # the anime eye's outer corner sits higher
    centre = (outer + inner) / 2 + along * (0.03 * width) - face.down * (0.02 * size)
    frame = Drawn(centre, along, face.down, width, size, height, points([]), points([]))
    return replace(
        frame,
        upper=frame.at(_ACROSS, tilt - high * up / max(up.max(), 1e-6)),
        lower=frame.at(_ACROSS * 0.97 - 0.005, tilt + low * down_ / max(down_.max(), 1e-6)),
    )


def draw(
    picture: Pixels,
    eye: Eye,
    face: WarpedFace,
    person: Person,
    iris: IrisTones,
    palette: Palette,
    cover: NDArray[np.float32] | None = None,
) -> None:
    """Draw one eye."""
    form = shape(eye, face, person, palette)
    margin = 0.45 * form.size + 4 * palette.pen
    canvas = Canvas(picture, around([form.upper, form.lower], margin), 3)
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
    foreshortened = float(np.clip(0.25 + 0.75 * eye.seen, 0.5, 1))
    rx *= foreshortened
    middle = (form.upper[_SAMPLES // 2] + form.lower[_SAMPLES // 2]) / 2
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
    t = _ACROSS + 0.5
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
    start, end = int(0.42 * _SAMPLES), int(0.94 * _SAMPLES)
    under = pen(lower[start:end], palette.pen * (1.0 + 0.2 * person.woman) * manner.lower_lash, 0.05, 0.75, 0.7)
    canvas.fill(under, palette.lash * 0.7 + palette.line * 0.3, 0.9)
    if not palette.small:
        inner = pen(lower[1 : int(0.3 * _SAMPLES)], palette.pen * 0.7, 0.6, 0.0, 0.3)
        canvas.fill(inner, palette.line, 0.6)


def _lid(canvas: Canvas, eye: Eye, form: Drawn, person: Person, palette: Palette) -> None:
    """The fold above the eye and the lid's shade below it."""
    weight = _weight(form, person, palette)
    gap = weight + (0.045 + 0.10 * form.height) * form.size * (0.55 + 0.45 * eye.fold)
    t = _ACROSS + 0.5
    fold = form.upper - form.down * (gap * np.interp(t, [0, 0.2, 0.7, 1], [0.75, 1, 1, 0.9]))[:, None]
    lid = np.vstack([form.upper, fold[::-1]])
    canvas.fill(lid, palette.shade, 0.30 + 0.15 * person.woman)
    worn = float(np.linalg.norm(eye.shadow)) * person.woman * (1 - person.child)
    if worn > 6:
        lightness, a, b = (float(v) for v in palette.skin_lab + eye.shadow * np.array([1.0, 1.3, 1.3], np.float32))
        painted = palette.mix(max(24.0, lightness - 8), a, b)
        band = np.vstack([form.upper, (fold - form.down * (0.02 * form.size))[::-1]])
        canvas.glow(band, painted, 0.02 * form.size, min(0.75, worn / 26))
    part = fold[int(0.14 * _SAMPLES) : int(0.93 * _SAMPLES)]
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


def footprint(eye: Eye, face: WarpedFace, person: Person, palette: Palette) -> Points:
    """The polygon that the drawn eye and the real one under it take up."""
    form = shape(eye, face, person, palette)
    outline = np.vstack([form.upper, form.lower[::-1]])
    return outline + (outline - outline.mean(0)) * 0.35
