"""Collars lie about the neck, even on both sides of it; those of shirts stand a little over the shoulders.

What parsers see of them are rags: hair, beards and their own shadows lie on them.
"""

from dataclasses import dataclass

import numpy as np

from engine.cel.frame import HALF
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint import necklines
from engine.cel.paint.attire import Attire, Cut, placed, standing
from engine.cel.paint.fields import polygon
from engine.cel.paint.stack import BACKGROUND, CLOTHES, SKIN, shown
from engine.cel.parse import Floats

_CHIN = 152
_ROW = -0.02
"""How far below the chin a neck's breadth is looked at, in face widths."""
_NECK, _LEAST, _MOST = 0.30, 0.26, 0.38
"""Half a neck's breadth where it is not seen, in face widths, and the least and the greatest of it."""
_CLEAR, _HIGHEST, _LOWEST = 0.07, -0.05, 0.03
"""How far below the jaw a collar ends, and how far below the chin at the highest and the lowest, in face widths."""
_BY = 0.06
"""How near to a neck's side the jaw's height is looked for, in face widths."""
_OVER, _BESIDE = 0.25, 0.20
"""How far over a collar, and beside the neck, no cloth is left, in face widths: it would be a second collar."""

_ASIDE = 0.35
"""How far aside of the chin a neck is, in face widths, that leans so far that its collar is not below it."""
_THROAT, _HIGH = (0.2, 0.1), 0.2
"""How far aside of the neck's middle, above and below the chin, a throat is looked at, in face widths; and which share
of it is clothed where a collar is so high that it hides the neck."""


@dataclass(frozen=True, slots=True)
class Collar:
    """Where a collar lies about the neck, in face widths."""

    cut: Cut
    """Its neckline."""
    top: float
    """How far below the chin it ends."""
    seen: float
    """How far aside of the chin the neckline's middle is seen."""


def fitted(cut: Cut, stack: Floats, oval: Plane, outline: Points, face: WarpedFace) -> Collar:
    """A collar with that neckline, about the neck that the `stack` shows below the face's `oval` and `outline`."""
    middle, half = _neck(stack, oval, face)
    about = cut.copy()
    about[1], about[3] = half, middle
    at = (outline - face.points[_CHIN]) / face.u
    jaws = [at[np.abs(at[:, 0] - middle - side * half) < _BY, 1] for side in (-1, 1)]
    lowest = [float(jaw.max()) for jaw in jaws if len(jaw)]
    top = float(np.clip(np.mean(lowest) + _CLEAR, _HIGHEST, _LOWEST)) if lowest else _HIGHEST
    return Collar(about, top, float(cut[3]))


def put_on(stack: Floats, worn: Attire, collar: Collar, oval: Plane, face: WarpedFace) -> Floats:
    """Planes whose collar stands about the neck, in front of skin and background, but not of the face."""
    cut, chin = collar.cut, face.points[_CHIN]
    x, y = necklines.beside(face)
    inner = np.clip(np.float32(0.5) + necklines.opening(cut, face), 0, 1)
    stand = np.maximum.reduce([polygon(placed(o, cut, chin, face.u)) for o in standing(worn, cut, collar.top)])
    low = (oval < 0.5) & (y > collar.top)
    out = stack.copy()
    body = stack[SKIN] + stack[CLOTHES]
    out[CLOTHES] = np.where(low, body * np.maximum(1 - inner, stand), stack[CLOTHES])
    out[SKIN] = body - out[CLOTHES]
    added = stack[BACKGROUND] * stand * low
    out[CLOTHES] += added
    out[BACKGROUND] -= added
    return _cleared(out, collar, oval, x, y)


def ribbed(
    stack: Floats, given: Floats, cut: Cut, oval: Plane, outline: Points, face: WarpedFace
) -> tuple[Floats, Cut]:
    """Planes whose round neckline lies about the neck, and that, of what leaves the neck bare.

    `given` are those before it had the one that is seen, `cut`.
    """
    x, y = necklines.beside(face)
    about = fitted(cut, given, oval, outline, face)
    middle, half = float(about.cut[3]), float(about.cut[1])
    throat = (np.abs(x - np.float32(middle)) < _THROAT[0]) & (np.abs(y) < _THROAT[1]) & (oval < 0.5)
    if abs(middle) > _ASIDE or float(stack[CLOTHES][throat].sum()) > _HIGH * float(throat.sum()):
        return stack, cut
    low = (oval < 0.5) & (y > 0)
    cut = necklines.centred(cut, middle, half, given[SKIN], given[CLOTHES], low, face)
    inner = np.clip(np.float32(0.5) + necklines.opening(cut, face), 0, 1)
    out = stack.copy()
    body = stack[SKIN] + stack[CLOTHES]
    out[CLOTHES] = np.where(low, body * (1 - inner), stack[CLOTHES])
    out[SKIN] = body - out[CLOTHES]
    return _cleared(out, Collar(about.cut, 0.0, about.seen), oval, x, y), cut


def _cleared(stack: Floats, collar: Collar, oval: Plane, x: Plane, y: Plane) -> Floats:
    """Planes without the cloth that lies over a collar and beside the neck; x and y are face widths from the chin."""
    aside = np.abs(x - np.float32(collar.cut[3]))
    over = (oval < 0.5) & (y <= collar.top) & (y > collar.top - _OVER) & (aside < collar.cut[1] + _BESIDE)
    gone = stack[CLOTHES] * over
    pixels = 1 / (x[0, 1] - x[0, 0])
    neck = np.clip((np.float32(collar.cut[1]) - aside) * pixels + np.float32(0.5), 0, 1)
    out = stack.copy()
    out[CLOTHES] -= gone
    out[SKIN] += gone * neck
    out[BACKGROUND] += gone * (1 - neck)
    return np.asarray(out, np.float32)


def _neck(stack: Floats, oval: Plane, face: WarpedFace) -> tuple[float, float]:
    """How far to the right of the chin a neck's middle lies, and half its breadth, in face widths.

    Where hair hides a side of it, or the picture ends, it is as it would be.
    """
    row = int(np.clip((face.points[_CHIN][1] + _ROW * face.u) / 2, 0, HALF - 1))
    labels, across = shown(stack)[row], (np.arange(HALF) * 2 + 1 - face.points[_CHIN][0]) / face.u
    axis = necklines.axis(face)
    bare = (labels == SKIN) | (oval[row] > 0.5)
    start = int(np.argmin(np.abs(across - axis)))
    if not bare[start]:
        return axis, _NECK
    ends = [
        start - int(np.argmin(np.append(bare[start::-1], False))),
        start + int(np.argmin(np.append(bare[start:], False))),
    ]
    seen = [float(across[i]) for i in ends if 0 <= i < HALF and labels[i] in (BACKGROUND, CLOTHES)]
    if len(seen) == 2:
        middle, half = (seen[0] + seen[1]) / 2, (seen[1] - seen[0]) / 2
    else:
        middle, half = axis, abs(seen[0] - axis) if seen else _NECK
    return middle, float(np.clip(half, _LEAST, _MOST))
