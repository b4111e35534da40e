"""Eyes, drawn the anime way on the person's own lids: enlarged, with a great iris and a heavy lash line."""

import numpy as np
from numpy.typing import NDArray

from engine.cel.canvas import Canvas, Pixels, around
from engine.cel.features import lashes
from engine.cel.features.iris import IrisTones
from engine.cel.features.lids import ACROSS, SAMPLES, Eye
from engine.cel.features.openings import Drawn, in_profile
from engine.cel.features.palette import Palette, Tone
from engine.cel.features.person import Person
from engine.cel.geometry import Points, bezier, ease, oval, pen
from engine.cel.look import WarpedFace

_NARROW = (0.20, 0.40)
"""Openness of the drawn eye below which, and above, its iris lies in the middle, and on the lower lid."""
_LEVEL = -0.07
"""Where the iris of a level gaze lies beneath the upper lid (median of a hundred and forty faces)."""
_FOLD, _CLEAR, _OFF = 0.6, 0.05, 2.0
"""How far over the lashes the fold of the lid lies, as a share of what height and person would have; how far below the
brow's middle it is, at least, in the eye's sizes; and by how many pixels it keeps clear of the lashes: it would melt
into them.
"""
_NO_DARKER, _ROSE, _MAUVE = 0.72, 0.09, 9.0
"""How light make-up on a lid is at least, as a share of the skin's lightness; how much redder than the skin, by that
lightness, it is at least, and how much bluer at most: a grey lid is a bruise.
"""
_VIVID = 18.0
"""Chroma of make-up from which it keeps a colour of its own."""
_WHOLE = 1.15
"""How far below the lid the middle of a light is that is seen whole, in halves of its height."""
_CAST = 0.32
"""How far down the shadow of the upper lid reaches in its middle, as a share of the eye's height; none in the corners.
"""


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
    """Draw one eye in the form that `openings.shape` laid out; the fold over it stays below the `brow`."""
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
        lashes.draw(canvas, form, person, palette)
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
    foreshortened = float(np.clip(0.25 + 0.75 * eye.seen, 0.5, 1)) * (1 - 0.30 * in_profile(face))
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


def _lid(canvas: Canvas, eye: Eye, form: Drawn, person: Person, palette: Palette, brow: Points | None) -> None:
    """The fold above the eye and the lid's shade below it."""
    weight = lashes.weight(form, person, palette)
    gap = max(1.25 * weight, weight + _OFF) + _FOLD * (0.045 + 0.10 * form.height) * form.size * (
        0.55 + 0.45 * eye.fold
    )
    t = ACROSS + 0.5
    fold = form.upper - form.down * (gap * np.interp(t, [0, 0.2, 0.7, 1], [0.75, 1, 1, 0.9]))[:, None]
    lid = np.vstack([form.upper, fold[::-1]])
    canvas.fill(lid, palette.shade, 0.12 + 0.15 * person.woman)
    worn = float(np.linalg.norm(eye.shadow)) * person.woman * (1 - person.child)
    if worn > 6:
        band = np.vstack([form.upper, (fold - form.down * (0.02 * form.size))[::-1]])
        painted = _painted(eye, palette)
        canvas.glow(band, painted, 0.02 * form.size, min(0.75, worn / 26))
    part = fold[int(0.30 * SAMPLES) : int(0.80 * SAMPLES)]  # longer it would be a second eye, or stubs below a brow
    if brow is None or _below(part, brow, form):
        line = pen(part, palette.pen * palette.manner.crease, 0.1, 0.15, 0.55)
        canvas.fill(line, palette.line, 0.35 + 0.45 * eye.fold)


def _painted(eye: Eye, palette: Palette) -> Tone:
    """The colour of a lid that is made up: warmer than the skin, however grey a photograph shows what lies on it."""
    bare = palette.skin_lab
    lightness, a, b = (float(v) for v in bare + eye.shadow * np.array([1.0, 1.3, 1.3], np.float32))
    if float(np.hypot(a, b)) < _VIVID:
        a, b = max(a, float(bare[1]) + _ROSE * float(bare[0])), max(b, float(bare[2]) - _MAUVE)
    return palette.mix(max(_NO_DARKER * float(bare[0]), lightness - 8), a, b)


def _below(fold: Points, brow: Points, form: Drawn) -> bool:
    """Whether all of a fold is well below a brow: what crosses it looks like a second one, and a part like a stray."""
    x, y = brow @ form.along, brow @ form.down
    order = np.argsort(x)
    over = np.interp(fold @ form.along, x[order], y[order])
    return bool((fold @ form.down - over > _CLEAR * form.size).all())


def _shut(canvas: Canvas, eye: Eye, form: Drawn, person: Person, palette: Palette) -> None:
    """A shut eye is one strong arc: up when the person laughs, else down."""
    weight = lashes.weight(form, person, palette) * 1.15
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
