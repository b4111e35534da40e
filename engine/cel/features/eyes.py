"""Eyes, drawn the anime way on the person's own lids: enlarged, with a great iris and a heavy lash line."""

import numpy as np
from numpy.typing import NDArray

from engine.cel.canvas import Canvas, Pixels, around
from engine.cel.features import discs, lashes
from engine.cel.features.iris import IrisTones
from engine.cel.features.lids import ACROSS, SAMPLES, Eye
from engine.cel.features.openings import Drawn
from engine.cel.features.palette import Palette, Tone
from engine.cel.features.person import Person
from engine.cel.geometry import Points, bezier, pen
from engine.cel.look import WarpedFace

_FOLD, _CLEAR, _OFF = 0.6, 0.05, 2.0
"""How far over the lashes the fold of the lid lies, as a share of what height and person would have; how far below the
brow's middle it is, at least, in the eye's sizes; and by how many pixels it keeps clear of the lashes: it would melt
into them.
"""
_FOLDED, _UNFOLDED = 0.8, (0.35, 0.1)
"""How strong the line of a fold is that is plainly seen, and of one that is not: a man's and a woman's."""
_NO_DARKER, _ROSE, _MAUVE = 0.72, 0.09, 9.0
"""How light make-up on a lid is at least, as a share of the skin's lightness; how much redder than the skin, by that
lightness, it is at least, and how much bluer at most: a grey lid is a bruise.
"""
_VIVID = 18.0
"""Chroma of make-up from which it keeps a colour of its own."""
_ARC = 0.76
"""Thickness of a shut eye's line, as a share of an open one's lashes."""
_LASHES = {False: ((-1, 0.16, 0.0), (-6, 0.19, 0.09)), True: ((-2, 0.15, -0.02), (-7, 0.15, -0.09))}
"""The lashes of a shut eye, and of a laughing one: where they grow on its line, and how far they reach aside, in eye
widths, and down, in its sizes.
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
    smile: float = 0.0,
) -> None:
    """Draw one eye in the form that `openings.shape` laid out; the fold over it stays below the `brow`.

    It is that of somebody who smiles broadly if `smile` is 1.
    """
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
        disc = discs.laid(eye, form, face, person, palette)
        discs.paint(canvas, disc, form, opening, iris, person, palette, smile)
        lashes.draw(canvas, form, person, palette)
    canvas.finish(cover)


def _white(canvas: Canvas, form: Drawn, opening: Points, palette: Palette) -> None:
    bright = float(np.clip(78 + 0.26 * palette.skin_lab[0], 84, 98))
    stops = [(0.0, palette.mix(bright - 13, 3, -6)), (0.5, palette.mix(bright, 0.5, -1.0))]
    top = form.upper[SAMPLES // 2]
    canvas.gradient(opening, stops, top, top + form.down * form.height * form.size)


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
        faint = _UNFOLDED[0] + (_UNFOLDED[1] - _UNFOLDED[0]) * person.woman
        canvas.fill(line, palette.line, faint + (_FOLDED - faint) * eye.fold)


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
    """A shut eye is one arc that ends in points: up when the person laughs, else down; a woman's has lashes."""
    weight = lashes.weight(form, person, palette) * _ARC
    laughing = eye.arch > -0.01
    bend = -0.24 if laughing else 0.17
    arc = bezier(
        form.at(-0.50, 0.06)[0], form.at(-0.24, 0.06 + bend * 1.25)[0], form.at(0.26, 0.04 + bend * 1.35)[0],
        form.at(0.53, 0.03)[0], 25,
    )  # fmt: skip
    canvas.fill(pen(arc, weight, 0.05, 0.30, 0.60), palette.lash)
    if person.woman * (1 - person.infant) > 0.5 and not palette.small:
        for root, out, down in _LASHES[laughing]:
            tip = arc[root] + form.along * (out * form.width) + form.down * (down * form.size)
            bent = (arc[root] + tip) / 2 + form.down * (0.3 * abs(down) * form.size)
            lash = bezier(arc[root], bent, (bent + tip) / 2, tip, 8)
            canvas.fill(pen(lash, weight * 0.8, 0.5, 0, 0.25), palette.lash)
    fold = arc[4:-3] - form.down * ((0.14 if laughing else 0.17) * form.size)
    canvas.fill(pen(fold, palette.pen * palette.manner.crease, 0.05, 0.05), palette.line, 0.65)
