"""Eyes, drawn the anime way on the person's own lids: enlarged, with a great iris and a heavy lash line."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.cel.canvas import Canvas, Pixels, around
from engine.cel.features.iris import IrisTones
from engine.cel.features.lids import ACROSS, SAMPLES, Eye
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.geometry import Points, bezier, curve, ease, normals, oval, pen, points, smooth, stroke
from engine.cel.look import WarpedFace

_COMMON = 0.36
"""Openness of the common eye once the caricature has enlarged it (median of a hundred faces)."""
_OWN_HEIGHT, _IDEAL = 0.9, (0.72, 0.80)
"""How much of the difference of somebody's openness from the common one is drawn; and how far the upper lid and the
lower one are the ideal's: with more of their own people were judged no more like, and less well drawn.
"""
_NARROW = (0.20, 0.40)
"""Openness of the drawn eye below which, and above, its iris lies in the middle, and on the lower lid."""
_LEVEL = -0.07
"""Where the iris of a level gaze lies beneath the upper lid (median of a hundred and forty faces)."""
_TURNED = 0.08
"""Yaw from which the far eye may reach over the edge of the face."""
_MARGIN = 0.09
"""How far within the edge of a turned face its far eye ends, in face widths."""
_FARTHER = 0.14
"""How much smaller the far eye of a turned head is drawn."""
_WINGED = 0.16
"""How far lashes and enlargement reach beyond the eye's own corner, in its widths."""
_ASLANT = (0.55, 0.85)
"""Breadths of an eye, backwards, as shares of what it had from the front, between which it comes to be seen aslant."""
_GROWN = 1.11
"""How much enlarged eyes are, beyond what the caricature did."""
_SHORTER, _NEARER, _SET = 0.92, 0.04, 0.15
"""How much narrower enlarged eyes are drawn, as they would meet; and how much nearer to the nose than they are, in
their widths, and how much lower: great eyes look wide apart, and crowd the brows."""
_FOLD, _CLEAR, _OFF = 0.6, 0.05, 2.0
"""How far over the lashes the fold of the lid lies, as a share of what height and person would have; how far below the
brow's middle it is, at least, in the eye's sizes; and by how many pixels it keeps clear of the lashes: it would melt
into them.
"""
_WHOLE = 1.15
"""How far below the lid the middle of a light is that is seen whole, in halves of its height."""
_CAST = 0.32
"""How far down the shadow of the upper lid reaches in its middle, as a share of the eye's height; none in the corners.
"""
_UPPER = ([-0.5, -0.42, -0.30, -0.12, 0.08, 0.26, 0.40, 0.5], [0.0, 0.30, 0.66, 0.94, 1.0, 0.88, 0.62, 0.22])
"""The ideal upper lid, inner corner to outer: steep at the nose, long and low towards the temple."""
_MANS = ([-0.5, -0.40, -0.26, 0.16, 0.30, 0.42, 0.5], [0.0, 0.38, 0.82, 1.0, 0.94, 0.66, 0.30])
"""A man's: a straight edge between two corners."""
_LOWER = ([-0.5, -0.36, -0.15, 0.08, 0.26, 0.40, 0.5], [0.0, 0.42, 0.84, 1.0, 0.96, 0.66, 0.10])
"""The ideal lower lid: deepest beyond the middle."""
_PRESSED = ([0.0, 0.25, 0.5, 0.75, 0.95], [0.25, 0.45, 0.55, 1.0, 0.9])
"""How hard the pen is pressed along the lower lid, inner corner to outer."""
_HEEL = SAMPLES - 5
"""The sample of the lower lid at which the lashes of the upper one meet it."""


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
    """Lay out the anime eye on the real one: enlarged, its lids rather the ideal's than the person's."""
    manner = palette.manner
    outer, inner = eye.outer[0], eye.inner[0]
    seen = max(float(np.linalg.norm(outer - inner)), 1e-6)
    along = (outer - inner) / seen
    side = 1.0 if along @ face.right >= 0 else -1.0
    level = face.right * side
    along = along * 0.75 + level * 0.25
    along /= np.linalg.norm(along)
    woman = max(person.woman * (1 - 0.5 * person.old), 0.8 * person.child)
    grow = (_GROWN + 0.06 * person.man + 0.11 * person.child) * manner.eye_width * (1.17 if palette.small else 1.0)
    size = seen * grow / max(eye.seen, 0.35) * (1 - _FARTHER * ease(side * face.yaw, 0.06, 0.25))
    width = seen * grow * _SHORTER * (1 - 0.22 * _profile(face))
    real = float(np.clip(eye.openness, 0.20, 0.56))
    common = 0.465 + 0.075 * woman + 0.06 * person.child - 0.05 * person.old
    height = (common + _OWN_HEIGHT * (real - _COMMON)) * manner.eye_height * (1 - person.man * (1 - manner.mans_height))
    rise = 0.64 + 0.30 * (eye.rise - 0.62)
    high, low = height * rise, height * (1 - rise)
    ideal = np.interp(ACROSS, *_UPPER) * (1 - person.man) + np.interp(ACROSS, *_MANS) * person.man
    up = eye.upper + _IDEAL[0] * (ideal - eye.upper)
    under = eye.lower + _IDEAL[1] * (np.interp(ACROSS, *_LOWER) - eye.lower)
    up, under = (smooth(lid / max(float(lid.max()), 1e-6), 1.2 - 0.5 * person.man) for lid in (up, under))
    over = _overhang(outer, along, width, side, face)
    width -= 0.85 * over
    tilt = np.interp(ACROSS, [-0.5, 0.5], [0.030, -0.034 - 0.016 * woman])  # the outer corner sits higher
    centre = (
        (outer + inner) / 2 - along * (_NEARER * width) + face.down * (_SET * size) - face.right * (side * 0.55 * over)
    )
    frame = Drawn(centre, along, face.down, width, size, height, points([]), points([]))
    return replace(
        frame, upper=frame.at(ACROSS, tilt - high * up), lower=frame.at(ACROSS * 0.97 - 0.005, tilt + low * under)
    )


def _overhang(outer: Points, along: Points, width: float, side: float, face: WarpedFace) -> float:
    """How far, in pixels, the far eye of a turned head would reach over the edge of the face; 0 of any other."""
    if side * face.yaw < _TURNED:
        return 0.0
    local = face.points - face.centre
    level = np.abs(local @ face.down - float((outer - face.centre) @ face.down)) < 0.12 * face.u
    edge = float((local[level] @ face.right * side).max()) if level.any() else np.inf
    reach = float((outer + along * (_WINGED * width) - face.centre) @ face.right) * side
    return float(np.clip(reach - edge + _MARGIN * face.u, 0.0, 0.4 * width))


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
    brow: Points | None = None,
    cover: NDArray[np.float32] | None = None,
) -> None:
    """Draw one eye in the form that `shape` laid out; the fold over it stays below the `brow`."""
    margin = 0.34 * form.size + 4 * palette.pen
    canvas = Canvas(picture, around([form.upper, form.lower], margin), 2)
    if canvas.empty:
        return
    if eye.shut:
        _shut(canvas, eye, form, person, palette)
    else:
        _lid(canvas, eye, form, person, palette, brow)
        opening = np.vstack([form.upper, form.lower[::-1]])
        _white(canvas, form, opening, palette)
        _iris(canvas, eye, form, face, opening, iris, person, palette)
        _lashes(canvas, eye, form, person, palette)
    canvas.finish(cover)


def _white(canvas: Canvas, form: Drawn, opening: Points, palette: Palette) -> None:
    bright = float(np.clip(78 + 0.26 * palette.skin_lab[0], 84, 98))
    stops = [(0.0, palette.mix(bright - 13, 3, -6)), (0.5, palette.mix(bright, 0.5, -1.0))]
    top = form.upper[SAMPLES // 2]
    canvas.gradient(opening, stops, top, top + form.down * form.height * form.size)


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
    startled = ease(eye.openness, 0.47, 0.60)
    tall = form.size * float(np.clip(form.height, 0.38, 0.60 + 0.12 * woman))
    ry = tall * (0.76 - 0.02 * woman - 0.19 * startled)
    rx = min(ry * (1.05 - 0.13 * woman), 0.41 * form.size) * manner.iris_width
    foreshortened = float(np.clip(0.25 + 0.75 * eye.seen, 0.5, 1)) * (1 - 0.30 * _profile(face))
    rx *= foreshortened
    room = max(0.0, 0.5 * form.width - 0.80 * rx) / form.width
    side = float(np.clip(eye.gaze[0] * 0.75, -room, room))
    across = float(np.clip(side * (1 if form.along @ face.right > 0 else -1), -0.4, 0.4))
    at = int(np.argmin(np.abs(ACROSS - across)))
    # the iris stands on the lower lid and is cut by the upper one, a narrow eye's by both; a look up or down moves it
    floor, lift = form.lower[at], float(np.clip((eye.gaze[1] - _LEVEL) * 0.4, -0.06, 0.06)) * form.size
    middle = (form.upper[SAMPLES // 2] + form.lower[SAMPLES // 2]) / 2
    wide = ease(form.height, *_NARROW)
    sunk = wide * (float((floor - middle) @ face.down) - ry * (0.93 - 0.25 * startled)) + lift
    centre = middle + face.right * side * form.width + face.down * sunk
    roll = float(np.arctan2(face.right[1], face.right[0]))

    def disc(x: float, y: float, a: float, b: float, turn: float = 0.0) -> Points:
        place = centre + face.right * (x * rx) + face.down * (y * ry)
        return oval(place, a * rx, b * ry, roll + turn, samples=36)

    canvas.fill(disc(0, 0, 1, 1), iris.rim, 1, opening)
    inner = disc(0, 0.02, 1 - manner.rim, 1 - 0.8 * manner.rim)
    stops = [(0.0, iris.dark), (0.38, iris.middle), (0.72, 0.5 * iris.middle + 0.5 * iris.lit), (1.0, iris.lit)]
    canvas.gradient(inner, stops, centre - face.down * ry * 0.80, centre + face.down * ry * 0.90, 1, opening)
    if not palette.small:
        canvas.glow(disc(0, 0.56, 0.58, 0.30), iris.glow, 0.06 * ry, manner.glow, opening)
    canvas.fill(disc(0, -0.04, manner.pupil, manner.pupil * 1.10), iris.pupil, 1, opening)
    cast = _CAST * form.height * form.size * np.clip(1.2 * np.sin(np.pi * (ACROSS + 0.5)), 0, 1)
    shadow = np.vstack([form.upper, (form.upper + form.down * cast[:, None])[::-1]])
    canvas.fill(shadow, palette.mix(20, 10, -16), manner.lid_shadow, opening)
    lid = float((form.upper[at] - centre) @ face.down) / ry
    for spot in manner.highlights[: 1 if palette.small else None]:
        bigger = 1.25 if palette.small else 1.0
        cut_off = max(0.0, lid + _WHOLE * spot.ry * bigger - spot.y) if spot.y < 0 else 0.0
        height = spot.y + manner.below_lid * person.man * cut_off  # what a low lid leaves of it would be a scrap
        canvas.fill(
            disc(spot.x, height, spot.rx * bigger, spot.ry * bigger, spot.turn), (255, 255, 255), spot.alpha, opening
        )


def _weight(form: Drawn, person: Person, palette: Palette) -> float:
    """Thickness of the lash line in pixels."""
    woman = max(person.woman, 0.7 * person.child)
    return (0.086 + 0.028 * woman) * form.size * palette.manner.lash + 0.45 * palette.pen


def _lashes(canvas: Canvas, eye: Eye, form: Drawn, person: Person, palette: Palette) -> None:
    manner, upper, lower = palette.manner, form.upper, form.lower
    woman = max(person.woman, 0.7 * person.child)
    weight = _weight(form, person, palette)
    t = ACROSS + 0.5
    at, mans = [0, 0.10, 0.35, 0.72, 0.92, 1], np.array([0.22, 0.50, 0.90, 1.24, 1.10, 0.65])
    thick = weight * np.interp(t, at, mans + woman * (np.array([0.30, 0.62, 0.86, 1.12, 1.20, 1.05]) - mans))
    wing = (0.025 + 0.09 * woman) * manner.wing
    tip = upper[-1] + form.along * (wing * form.width) - form.down * ((0.10 * woman - 0.01) * form.size)
    heel = lower[_HEEL] + form.along * (0.3 * palette.pen)
    if woman > 0.5:
        top, rim, under = _winged(form, thick, tip, heel)
    else:
        top = upper - form.down * thick[:, None]
        rim = np.vstack(
            [top, curve([top[-1], top[-1] * 0.45 + tip * 0.55 - form.down * 0.006 * form.size, tip], 4)[1:]]
        )
        under = curve([tip, (tip + heel) / 2 + form.down * 0.008 * form.size, heel], 4)
    canvas.fill(np.vstack([upper + form.down * 0.2 * palette.pen, under[::-1], rim[::-1]]), palette.lash)
    count = 0 if palette.small else manner.lashes
    for k in range(count if person.woman > 0.5 and person.child < 0.6 else 0):
        root = top[-2 - 4 * k] + form.down * 0.3 * thick[-2 - 4 * k]
        way = form.along * (0.085 - 0.018 * k) * form.width - form.down * (0.105 + 0.012 * k) * form.size
        bend = root + way * 0.5 + form.down * 0.022 * form.size
        canvas.fill(pen(curve([root, bend, root + way], 4), weight * 0.75, 1.0, 0.0, 0.05), palette.lash)
    press = palette.pen * (0.95 + 0.3 * woman) * manner.lower_lash * np.interp(t, *_PRESSED)
    below = stroke(lower[: _HEEL + 1], press[: _HEEL + 1])  # all along: an open corner is sawn off
    canvas.fill(below, palette.lash * 0.6 + palette.line * 0.4, 0.9)


def _winged(form: Drawn, thick: NDArray[np.float64], tip: Points, heel: Points) -> tuple[Points, Points, Points]:
    """A woman's lashes, so thick, run out of the lid in one stroke: their upper edge, on to the tip, and back below it.

    Those of an eye that is seen aslant are short: there a wing is a clot.
    """
    upper, aslant = form.upper, 1 - ease(form.width / form.size, *_ASLANT)
    tip = tip + form.along * (0.055 * form.width * (1 - aslant)) - form.down * (0.02 * form.size)
    outward = normals(upper)
    outward = outward * np.where(outward @ form.down > 0, -1.0, 1.0)[:, None]
    turned = np.interp(ACROSS + 0.5, [0.6, 0.85], [0.0, 0.7 * (1 - aslant)])[:, None]
    ways = -form.down * (1 - turned) + outward * turned
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    top = upper + ways * (thick * np.interp(ACROSS + 0.5, [0.7, 1.0], [1.0, 0.8]))[:, None]
    last = int((0.70 + 0.22 * aslant) * SAMPLES)
    root, way = top[last], top[last] - top[last - 3]
    far, near = (float(np.linalg.norm(tip - at)) for at in (root, heel))
    leaves = root + way * (0.45 * far / (np.linalg.norm(way) + 1e-9))
    sweep = bezier(root, leaves, tip - (form.along + 0.25 * form.down) * (0.30 * far), tip, 12)
    under = bezier(tip, tip - (form.along - 0.5 * form.down) * (0.4 * near), heel - form.down * (0.25 * near), heel, 10)
    return top, np.vstack([top[: last + 1], sweep[1:]]), under


def _lid(canvas: Canvas, eye: Eye, form: Drawn, person: Person, palette: Palette, brow: Points | None) -> None:
    """The fold above the eye and the lid's shade below it."""
    weight = _weight(form, person, palette)
    gap = max(1.25 * weight, weight + _OFF) + _FOLD * (0.045 + 0.10 * form.height) * form.size * (
        0.55 + 0.45 * eye.fold
    )
    t = ACROSS + 0.5
    fold = form.upper - form.down * (gap * np.interp(t, [0, 0.2, 0.7, 1], [0.75, 1, 1, 0.9]))[:, None]
    lid = np.vstack([form.upper, fold[::-1]])
    canvas.fill(lid, palette.shade, 0.12 + 0.15 * person.woman)
    worn = float(np.linalg.norm(eye.shadow)) * person.woman * (1 - person.child)
    if worn > 6:
        lightness, a, b = (float(v) for v in palette.skin_lab + eye.shadow * np.array([1.0, 1.3, 1.3], np.float32))
        painted = palette.mix(max(24.0, lightness - 8), a, b)
        band = np.vstack([form.upper, (fold - form.down * (0.02 * form.size))[::-1]])
        canvas.glow(band, painted, 0.02 * form.size, min(0.75, worn / 26))
    part = fold[int(0.30 * SAMPLES) : int(0.80 * SAMPLES)]  # longer it would be a second eye, or stubs below a brow
    if brow is None or _below(part, brow, form):
        line = pen(part, palette.pen * palette.manner.crease, 0.1, 0.15, 0.55)
        canvas.fill(line, palette.line, 0.35 + 0.45 * eye.fold)


def _below(fold: Points, brow: Points, form: Drawn) -> bool:
    """Whether all of a fold is well below a brow: what crosses it looks like a second one, and a part like a stray."""
    x, y = brow @ form.along, brow @ form.down
    order = np.argsort(x)
    over = np.interp(fold @ form.along, x[order], y[order])
    return bool((fold @ form.down - over > _CLEAR * form.size).all())


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
