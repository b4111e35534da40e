"""Curly hair as it is drawn: locks that curl like commas, one over the other from the tips up to the crown."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF
from engine.cel.geometry import pens, percentile
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.fields import Box, blur, fixed, sampled
from engine.cel.paint.flow import Flow

_CELL, _STRAY = 0.165, 0.22
"""How far apart curls are, in face widths; and how far off their place, as a share of that."""
_WITHIN, _APART = 0.015, 0.13
"""How far within the outline they lie at least; and how far apart small ones along it, in face widths."""
_VARIED, _SMALL = (0.75, 1.15), (0.45, 0.80)
"""By what factor sizes differ, and those of small curls."""
_LONG, _BROAD = (0.30, 0.40), (0.125, 0.165)
"""How long and broad they are, in face widths."""
_HANGING, _SPARSE = 1.35, 1.12
"""How much longer, and further apart, those of hair that hangs are."""
_DEEP, _SMALLEST = ([0.08, 0.22], [0.62, 1.0]), 90
"""How far within hair it is to its outline, in face widths -> the size of curls: those of short hair are small; and
the percentile of places that tells it."""
_ROOT, _SAMPLES = 6, 14
"""The point of a curl's line that lies on its place, of so many."""
_BACK, _TURNS, _TIGHTENS = 0.55, (2.6, 3.6), 1.6
"""How far a curl first leans the other way, how far it turns, both in radians, and how much later on its way."""
_OUT, _NEAR = 0.5, 0.16
"""How far curls at the outline point out of it, as a share of how far along the strands; and how near that is, in face
widths."""
_BLUNT, _FULLEST, _SHARP = 0.16, 0.85, 0.9
"""How a curl swells from its root and ends in a point."""
_OPEN = 4
"""From which point of it on its edges are drawn: its root lies under other curls."""
_HOLLOW, _LIT = 0.15, (0.72, 0.45)
"""How far across a curl shadow reaches from its hollow side; and how far towards its back light lies, and swells."""
_LIGHT = slice(4, 10)
"""The points of it along which light lies."""
_FACES_UP = 0.01
"""Light lies on curls whose back is no further below their middle than this, in face widths."""
_WHORL = 0.15
"""How far below the highest hair the crown is, from which curls lie outward, in face widths."""
_FINE, _LINE, _LIGHTLY = 2, 0.95, 0.2
"""How finely curls are drawn; and the breadth of their lines in widths of the pen, and at a line's ends as a share of
that."""
_FREE = 0.5
"""Curls stand over the outline where there is more room than this."""
_WEIGHT, _AROUND, _BULGE = -0.05, 0.62, 0.09
"""The v above which the weight of hair that hangs keeps the tips of curls down, where they would be horns, as far from
the face's middle as the outline is; and the radius of the bulge that is left of one there, in face widths."""
_CIRCLE = np.stack([np.cos(np.linspace(0, 2 * np.pi, 24)), np.sin(np.linspace(0, 2 * np.pi, 24))], 1)
_TIP = slice(6, 22)
"""The points of a curl's outline that tell where it lies."""


@dataclass(frozen=True, slots=True)
class Curl:
    """One curl, in the picture's pixels."""

    outline: Points
    """Closed."""
    edge: Points
    """The line round it, from one side of its root about its tip to the other."""
    shadow: Points
    """The outline of what lies in shadow: its hollow side."""
    light: Points | None
    """The outline of light on its back, if any falls there."""


@dataclass(frozen=True, slots=True)
class Pile:
    """What is seen of curls that lie over each other, 0..1 in a box of the picture."""

    shade: Plane
    light: Plane
    ink: Plane


def curls(
    shape: Plane, flow: Flow, face: WarpedFace, top: float, hangs: bool, chance: np.random.Generator
) -> list[Curl]:
    """Lay curls all over hair whose signed distance at half size is `shape`, the lowest first.

    `top` is the v of its upper end. Where hair `hangs` they are longer.
    """
    unit = face.u / 2
    size = _size(shape, unit)
    places = _places(shape, unit * size * (_SPARSE if hangs else 1.0), chance)
    rim = _rim(shape, unit * size, chance)
    if hangs:  # their weight keeps the crown down
        rim = rim[(rim * 2 + 1 - face.centre) @ face.down > 0]
    sizes = np.concatenate([chance.uniform(*_VARIED, len(places)), chance.uniform(*_SMALL, len(rim))])
    places = np.vstack([places, rim])
    if not len(places):
        return []
    ways = _ways(shape, flow, places, unit)
    aside, down = ((places * 2 + 1 - face.centre) @ way / face.u for way in (face.right, face.down))
    order = np.argsort(-np.hypot(aside, down - top - _WHORL), kind="stable")
    stretch = _HANGING if hangs else 1.0
    return _drawn(places[order] * 2 + 1, ways[order], face.u * size * sizes[order], stretch, face, chance)


def standing(curls: list[Curl], room: NDArray[np.float32], face: WarpedFace, hangs: bool = False) -> list[Points]:
    """The outlines of those curls that may stand over hair's outline, as there is `room` (0..1 at half size).

    Of those on the crown of hair that `hangs` a bulge does.
    """
    if not curls:
        return []
    tips = np.stack([curl.outline[_TIP] for curl in curls]) / 2 - 0.5
    free = sampled(room, tips.reshape(-1, 2)).reshape(len(curls), -1).mean(1) > _FREE
    over = [curl.outline for curl, there in zip(curls, free, strict=True) if there]
    return [_bulge(line, face) if hangs and _heavy(line, face) else line for line in over]


def _heavy(outline: Points, face: WarpedFace) -> bool:
    """Whether a curl that hangs lies along the outline of the crown."""
    off = (outline.mean(0) - face.centre) / face.u
    return bool(off @ face.down < _WEIGHT and np.hypot(*off) > _AROUND)


def _bulge(outline: Points, face: WarpedFace) -> Points:
    """What is left of a curl whose tip is kept down."""
    return np.asarray((outline[_ROOT] + outline[-_ROOT - 1]) / 2 + _CIRCLE * (_BULGE * face.u), np.float64)


def piled(curls: list[Curl], box: Box, pen: float) -> Pile:
    """Draw curls one over the other in a box of the picture: each hides what lies beneath it."""
    height, width = (part.stop - part.start for part in box)
    shade, light, ink = planes = [np.zeros((height * _FINE, width * _FINE), np.uint8) for _ in range(3)]
    edges = pens([curl.edge for curl in curls], _LINE * pen, start=_LIGHTLY, end=_LIGHTLY)
    for curl, edge in zip(curls, edges, strict=True):
        whole = [fixed(curl.outline, box, _FINE)]
        for plane in planes:
            cv2.fillPoly(plane, whole, 0, cv2.LINE_8, 4)
        for plane, part in ((shade, curl.shadow), (light, curl.light), (ink, edge)):
            if part is not None:
                cv2.fillPoly(plane, [fixed(part, box, _FINE)], 255, cv2.LINE_AA, 4)
    small = (cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA) for plane in planes)
    return Pile(*(plane * np.float32(1 / 255) for plane in small))


def _size(shape: Plane, unit: float) -> float:
    """How large curls are: deep hair has great ones."""
    within = shape[shape > 0]
    deep = percentile(within, _SMALLEST) / unit if within.size else 0.0
    return float(np.interp(deep, *_DEEP))


def _places(shape: Plane, unit: float, chance: np.random.Generator) -> Points:
    """Places within hair, every other row shifted by half of how far they are apart, and a little astray."""
    cell = max(4.0, _CELL * unit)
    count = int(HALF / cell) + 2
    grid = np.stack(np.meshgrid(np.arange(count), np.arange(count)), -1).astype(np.float64)
    grid[1::2, :, 0] += 0.5
    places = (grid + chance.uniform(-_STRAY, _STRAY, grid.shape)).reshape(-1, 2) * cell
    places = places[((places > 1) & (places < HALF - 2)).all(1)]
    return np.asarray(places[sampled(shape, places) > _WITHIN * unit], np.float64)


def _rim(shape: Plane, unit: float, chance: np.random.Generator) -> Points:
    """Places along the outline of hair, where small curls stand between the others."""
    contours, _ = cv2.findContours(
        (shape > 2 * _WITHIN * unit).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    step = max(2, round(_APART * unit))
    lines = [contour[int(chance.integers(step)) :: step, 0] for contour in contours if len(contour) > 4 * step]
    places = np.vstack([np.zeros((0, 2)), *lines])
    return places[((places > 1) & (places < HALF - 2)).all(1)]


def _ways(shape: Plane, flow: Flow, places: Points, unit: float) -> Points:
    """Unit vectors along the strands there, and out of the hair near its outline."""
    soft = blur(shape, 0.06 * unit)
    slopes = (np.asarray(cv2.Sobel(soft, cv2.CV_32F, *way), np.float32) for way in ((1, 0), (0, 1)))
    out = -_unit(np.stack([sampled(slope, places) for slope in slopes], 1))
    along = np.stack([sampled(flow.x, places), sampled(flow.y, places)], 1)
    return _unit(along + out * (_OUT * np.exp(-sampled(shape, places) / (_NEAR * unit)))[:, None])


def _drawn(
    places: Points,
    ways: Points,
    unit: NDArray[np.float64],
    stretch: float,
    face: WarpedFace,
    chance: np.random.Generator,
) -> list[Curl]:
    """The curls that lie on places of the picture; they are so long as `unit` and `stretch` say."""
    count, t = len(places), np.linspace(0, 1, _SAMPLES)
    long, broad = (unit * chance.uniform(*limits, count) for limits in (_LONG, _BROAD))
    side, turns = chance.choice((-1.0, 1.0), count), chance.uniform(*_TURNS, count)
    bent = turns[:, None] * t**_TIGHTENS - _BACK
    heading = np.arctan2(ways[:, 1], ways[:, 0])[:, None] + side[:, None] * bent
    way = np.stack([np.cos(heading), np.sin(heading)], -1)
    line = np.cumsum(way * (long * stretch / (_SAMPLES - 1))[:, None, None], 1)
    line += (places - line[:, _ROOT])[:, None]
    swell = np.sin(np.pi * (_BLUNT + (1 - _BLUNT) * t) ** _FULLEST).clip(0) ** _SHARP
    back = np.stack([way[..., 1], -way[..., 0]], -1) * (side * broad / 2)[:, None, None] * swell[:, None]
    lit = np.sin(np.linspace(0, np.pi, len(t[_LIGHT])))[:, None]
    made = []
    for middle, over in zip(line, back, strict=True):
        hollow, outer = middle - over, middle + over
        across = over[_LIGHT]
        light = middle[_LIGHT] + across * _LIT[0], middle[_LIGHT] + across * (_LIT[0] - _LIT[1] * lit)
        made.append(
            Curl(
                outline=np.vstack([hollow, outer[::-1]]),
                edge=np.vstack([hollow[_OPEN:], outer[_OPEN:][::-1]]),
                shadow=np.vstack([hollow[1:], (middle - _HOLLOW * over)[1:][::-1]]),
                light=np.vstack([light[0], light[1][::-1]])
                if float(over.mean(0) @ face.down) < _FACES_UP * face.u
                else None,
            )
        )
    return made


def _unit(vectors: NDArray[np.float64]) -> Points:
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-6), np.float64)
