"""The mouth: the person's own width, curve and openness in few clean lines."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.cel.canvas import Canvas, Pixels, around
from engine.cel.features import lips
from engine.cel.features.chart import Chart
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.frame import OVAL
from engine.cel.geometry import Points, bezier, curve, ease, oval, pen, resample, stroke
from engine.cel.look import WarpedFace
from engine.cel.traits import Traits

OUTER = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
UPPER = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
LOWER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
_SHOUT = 0.34
"""Openness from which a mouth may show no teeth."""
_WIDER = 1.2
"""How much further lips are drawn apart than they are: the caricature, whose eyes are larger, must laugh as loud."""
_OPEN, _PARTED = 0.105, 0.05
"""Openness from which a mouth is open, and one whose teeth are seen: full lips that are shut seem a little open."""
_TOOTHED, _GRIN = (0.5, 0.2), (1.5, 1.9)
"""How surely teeth are seen of a mouth that is parted; and how much less surely if it smiles broadly: from where that
begins, and where it does.
"""
_LEVEL = 0.12
"""How far the chin of a level head lies behind its forehead, as a share of the distance (median of a hundred faces)."""
_KIND_OPEN, _KIND_SHUT = ([0.4, 1.2, 2.2], [0.05, 0.20, 0.28]), ([0.2, 0.8, 1.4, 2.0], [0.12, 0.19, 0.30, 0.42])
"""How broadly somebody smiles at a glance -> how much of a smile their open mouth is given, and a shut one, whose curve
tells little of it.
"""
_KINDER, _STERN, _CALM = 0.10, (-0.2, 0.4), (0.6, 2.0)
"""How much more of a smile a calm woman's shut mouth is given, as large eyes over full lips look sad; how broadly those
smile who are stern, and are given none, and calm; and those who need ever less.
"""
_BEYOND, _LONGER = 0.02, 0.6
"""How far lips reach beyond the ends of the line they meet along, as a share of it; and how far that of a shut mouth is
drawn out towards their corners."""
_POINTED, _ARCH = 8, 2.4
"""With which power of the way to a corner lips come to lie on that line; and that of the arch of a full lower lip."""
_PRESSED = ([0, 0.1, 0.25, 0.5, 0.75, 0.9, 1], [0.05, 0.55, 0.95, 1.2, 0.95, 0.55, 0.05])
"""How hard the pen is pressed along the line of a shut mouth."""
_CHEEK, _LEVEL_WITH = 0.08, 0.12
"""How far a mouth keeps from the face's edge, and how far above and below it that is looked at, in face widths."""
_FULLER, _PAINTED = 0.3, (16, 30)
"""How much fuller shut lips are drawn whose red stands out, and how much redder than the skin those are: the caricature
flattens them."""
_HERS, _PLENTY = (0.50, 0.08, 0.22), (0.105, 0.075)
"""How much fuller a woman's are at least, shut ones, and parted ones above and below; and heights of both, in face
widths, backwards, between which they come to be full enough as they are.
"""
_ROW = ([0, 0.05, 0.10, 0.2, 0.5, 0.8, 0.90, 0.95, 1], [0, 0, 0.45, 0.86, 1, 0.86, 0.45, 0, 0])
"""How far down a row of teeth reaches along a mouth: it ends before the corners, which are dark."""
_FULL, _KEPT = (0.077, 0.098), 0.5
"""Heights of both lips, in face widths, between which a shaven man's shut ones come to be less faint, as they tell who
he is; and by how much.
"""
_COVERED = 1.0, 0.5
"""Which share of the upper lip of an open mouth whiskers hang over, and of the lower one."""
_SMALL = 0.25
"""How much smaller a small child's shut mouth is drawn."""
_DROLL, _BABBLES, _OPENED, _AGAPE, _LOUD = 0.22, 0.06, 0.12, 0.17, 0.07
"""How much of a smile a small child's mouth has at least; openness from which it is open, though no teeth are seen; and
how much smaller it is drawn then; how far open it is at least; and how much less open one is that shows no teeth.
"""
_POINTS = 41
"""How many points the lines of a mouth have."""
_UNTOLD = Traits().smile
_LOWER_LIP = (84, 17, 314, 317, 14, 87)
_UPPER_LIP = (39, 37, 0, 267, 269, 312, 13, 82)


@dataclass(frozen=True, slots=True)
class Mouth:
    """What was seen of a mouth."""

    open: float
    """Distance of the lips inside, as a share of the mouth's width."""
    teeth: float
    """0..1: how surely bright, colourless teeth fill its upper half."""
    pale: float
    """Share of the opening that teeth fill."""
    tongue: float
    """0..1: how far the dark shows below the teeth."""
    dark: float
    """0..1: how much darker than the skin the lips are."""
    tint: NDArray[np.float32]
    """(a, b) of CIELAB that the lips have over the skin: about 5 to 14 on bare ones, up to 50 of lipstick."""
    smile: float = _UNTOLD
    """As `Traits` have it."""


def read(chart: Chart, traits: Traits | None = None) -> Mouth:
    """Measure the mouth in the chart; `traits` tell at a glance how broadly it smiles."""
    mesh = chart.mesh
    width = max(float(np.linalg.norm(mesh[291] - mesh[61])), 1.0)
    gap = max(0.0, float(mesh[14][1] - mesh[13][1])) / width
    lower, upper = chart.pixels(mesh[list(_LOWER_LIP)]), chart.pixels(mesh[list(_UPPER_LIP)])
    seen = lower if len(lower) >= 4 else upper
    tone = np.median(seen, 0) if len(seen) else chart.skin + np.array([-8, 8, 0], np.float32)
    skin = chart.skin
    inside = chart.pixels(np.vstack([mesh[list(UPPER)], mesh[list(LOWER)][::-1]]))
    teeth = share = 0.0
    if gap > 0.03 and len(inside) > 6:
        pale = (inside[:, 0] > 0.64 * skin[0]) & (np.hypot(inside[:, 1], inside[:, 2]) < np.hypot(*tone[1:]) * 0.82 + 1)
        share = float(pale.mean())
        teeth = ease(share, 0.12, 0.35)
    return Mouth(
        open=gap,
        teeth=teeth,
        pale=share,
        tongue=ease(gap, 0.22, 0.40),
        dark=float(np.clip(1 - tone[0] / max(float(skin[0]), 1.0), 0, 1)),
        smile=_UNTOLD if traits is None else traits.smile,
        tint=np.asarray(np.zeros(2) if chart.grey else lips.over(tone, skin), np.float32),
    )


def draw(
    picture: Pixels,
    mouth: Mouth,
    face: WarpedFace,
    person: Person,
    palette: Palette,
    cover: NDArray[np.float32] | None = None,
) -> None:
    """Draw the mouth."""
    # a mouth is a nearly level line, which would show steps if drawn at twice the size as all else is
    canvas = Canvas(picture, around([face.points[list(OUTER)]], 0.05 * face.u + 2), 4)
    if canvas.empty:
        return

    opened, upper, lower, outer = _shape(mouth, face, person.woman * (1 - person.child), person.infant)
    if person.infant:
        middle = outer.mean(0)
        smaller = 1 - (_OPENED if opened else _SMALL) * person.infant
        upper, lower, outer = (middle + (lip - middle) * smaller for lip in (upper, lower, outer))
    if opened and person.bearded > 0.5:
        outer = _overhung(upper, lower, outer, face)
    full = 0.0 if opened else ease(_height(face), *_FULL)
    faint = person.man * (1 - person.bearded) * (1 - _KEPT * full)
    edges = (upper, lower) if opened else ((upper + lower) / 2,) * 2
    lips.paint(canvas, mouth.tint, mouth.dark, outer, edges, opened, person, faint, palette)
    if opened:
        _open(canvas, mouth, upper, lower, face, person, palette)
    else:
        _closed(canvas, mouth, (upper + lower) / 2, face, person, palette)
    _below(canvas, face, person, palette, outer[lips.LOWEST])
    canvas.finish(cover)


def bare(mouth: Mouth, face: WarpedFace) -> Points:
    """The outline of what whiskers leave bare: the lips as they are drawn, and less of those that are apart."""
    opened, upper, lower, outer = _shape(mouth, face)
    return curve(_overhung(upper, lower, outer, face) if opened else outer, 4, closed=True)


def _overhung(upper: Points, lower: Points, outer: Points, face: WarpedFace) -> Points:
    """The outline of what whiskers leave of the lips of an open mouth: nothing of the upper, some of the lower one."""
    across, along = outer @ face.right, outer @ face.down
    edges = [np.interp(across, edge @ face.right, edge @ face.down) for edge in (upper, lower)]
    over = np.abs(along - edges[0]) < np.abs(along - edges[1])
    return outer + np.outer(np.where(over, *_COVERED) * (np.where(over, *edges) - along), face.down)


def _shape(
    mouth: Mouth, face: WarpedFace, hers: float = 0.0, infant: float = 0.0
) -> tuple[bool, Points, Points, Points]:
    """Whether the mouth is open, its edges within the lips from corner to corner, and the lips' outline.

    `hers` is 1 if it is a grown woman's, `infant` if a small child's.
    """
    toothed = mouth.teeth > _TOOTHED[0] - _TOOTHED[1] * ease(mouth.smile, *_GRIN)
    opened = mouth.open > _OPEN + (_BABBLES - _OPEN) * infant or (mouth.open > _PARTED and toothed)
    woman, hers = hers, hers * ease(_height(face), *_PLENTY)
    kind = float(np.interp(mouth.smile, *(_KIND_OPEN if opened else _KIND_SHUT)))
    kind += 0.0 if opened else _KINDER * woman * ease(mouth.smile, *_STERN) * (1 - ease(mouth.smile, *_CALM))
    upper, lower, outer = (
        _livelier(face.points[list(indices)], face, kind, _DROLL * infant) for indices in (UPPER, LOWER, OUTER)
    )
    upper, lower = _clean(upper), _clean(lower)
    if opened:
        middle = (upper + lower) / 2
        wider = _WIDER * (1 + infant * max(0.0, _AGAPE / max(mouth.open, 1e-6) - 1))
        upper, lower = (middle + (lip - middle) * wider for lip in (upper, lower))
        outer = _apart(outer, float(((lower - upper) @ face.down).max()) * (1 - 1 / wider) / 2, face)
        outer = _fuller(outer, upper, lower, hers, face)
    else:
        line, x, y = (upper + lower) / 2, outer @ face.right, outer @ face.down
        full = max(_FULLER * ease(float(mouth.tint[0]), *_PAINTED), _HERS[0] * hers)
        reach = np.ptp(x) / max(float(np.ptp(line @ face.right)), 1e-6)
        upper, lower = (line.mean(0) + (lip - line.mean(0)) * (1 + _LONGER * (reach - 1)) for lip in (upper, lower))
        outer = outer + np.outer(full * (y - np.interp(x, line @ face.right, line @ face.down)), face.down)
    return opened, upper, lower, _met(outer, (upper + lower) / 2, face)


def _met(outer: Points, line: Points, face: WarpedFace) -> Points:
    """Lips whose corners are the ends of the line that they meet along: beyond these they are smears.

    The lower one arches from corner to corner: else it is a cup below the line.
    """
    axes = np.stack([face.right, face.down])
    (x, y), (along, level) = (outer @ axes.T).T, (line @ axes.T).T
    order, half = np.argsort(along), (0.5 + _BEYOND) * np.ptp(along)
    middle = (along.min() + along.max()) / 2
    across = np.interp(x, [x.min(), x.max()], [middle - half, middle + half])
    share = np.abs((across - middle) / max(half, 1e-6))
    deep = y - np.interp(across, along[order], level[order])
    arch = float(deep.max()) * (1 - share**_ARCH)
    deep = np.where(deep > 0, (deep + arch) / 2, deep) * (1 - share**_POINTED)
    down = np.interp(across, along[order], level[order]) + deep
    return np.asarray(np.stack([across, down], 1) @ axes, np.float64)


def _fuller(outer: Points, upper: Points, lower: Points, hers: float, face: WarpedFace) -> Points:
    """The outline of lips that are apart, each thicker over its own edge if `hers` is 1."""
    x, y = outer @ face.right, outer @ face.down
    edges = [np.interp(x, edge @ face.right, edge @ face.down) for edge in (upper, lower)]
    above, below = (share * (y - edge) for share, edge in zip(_HERS[1:], edges, strict=True))
    return np.asarray(outer + np.outer(hers * (np.minimum(above, 0) + np.maximum(below, 0)), face.down), np.float64)


def _tilt(face: WarpedFace) -> float:
    """Sine of the head's pitch: positive when the face is seen from below."""
    top, chin = 10, 152
    rise = float((face.points[chin] - face.points[top]) @ face.down)
    back = float(face.depth[chin] - face.depth[top])
    return float(np.clip(_LEVEL - back / max(float(np.hypot(rise, back)), 1e-6), -0.6, 0.6))


def _sag(face: WarpedFace) -> float:
    """How far the mouth's corners lie behind its middle: seen from below they sink, which is no frown."""
    z = face.depth
    return float((z[61] + z[291] - z[13] - z[14]) / 2)


def _livelier(shape: Points, face: WarpedFace, kind: float, least: float = 0.0) -> Points:
    """The mouth a little wider than in life, its smile or frown stronger: what is drawn in a line must carry more.

    It is given so much more of a smile, to be `kind`, and smiles at `least` so much.
    """
    p = face.points
    left, right, middle = p[61], p[291], p[[13, 14]].mean(0)
    half = max(float(np.linalg.norm(right - left)) / 2, 1e-6)
    sunk = _tilt(face) * _sag(face) / half
    smile = float((middle - (left + right) / 2) @ face.down) / half + sunk
    offset = shape - middle
    across = offset @ face.right
    lift = (0.55 * float(np.clip(smile + kind, least, 0.48)) + 0.65 * sunk) * half
    bend = (np.clip(across / half, -1.1, 1.1) ** 2 - 0.35) * lift
    drawn = shape + face.right * ((0.05 + 0.40 * max(0.0, smile)) * across)[:, None] - face.down * bend[:, None]
    return _within(drawn, middle, face)


def _within(shape: Points, middle: Points, face: WarpedFace) -> Points:
    """A mouth whose corners keep clear of the face's edge."""
    edge = face.points[list(OVAL)] - middle
    across = (edge @ face.right)[np.abs(edge @ face.down) < _LEVEL_WITH * face.u]
    mine = (shape - middle) @ face.right
    if not across.size:
        return shape
    ends = [mine.min(), mine.max()]
    room = [max(ends[0], across.min() + _CHEEK * face.u), min(ends[1], across.max() - _CHEEK * face.u)]
    if room[1] - room[0] < 0.4 * (ends[1] - ends[0]):  # a profile, which ends at its mouth
        return shape
    return np.asarray(shape + face.right * (np.interp(mine, ends, room) - mine)[:, None], np.float64)


def _apart(outline: Points, by: float, face: WarpedFace) -> Points:
    """Lips so much further apart in their middle, each as full as before."""
    across, along = (outline - outline.mean(0)) @ face.right, (outline - outline.mean(0)) @ face.down
    bend = 1 - (across / max(float(np.abs(across).max()), 1e-6)) ** 2
    return np.asarray(outline + face.down * (np.sign(along) * bend * by)[:, None], np.float64)


def _clean(line: Points) -> Points:
    """The plain arc, perhaps lopsided, that is nearest to a line from corner to corner."""
    even = resample(line, _POINTS)
    chord = even[0] + (even[-1] - even[0]) * np.linspace(0, 1, _POINTS)[:, None]
    return np.asarray(chord + _nearest_arc() @ (even - chord), np.float64)


@cache
def _nearest_arc() -> Points:
    """The matrix that makes an arc, perhaps lopsided, of what lies over a chord: by least squares."""
    x = np.linspace(-1, 1, _POINTS)
    arcs = np.stack([1 - x * x, x * (1 - x * x)], 1)
    return np.asarray(arcs @ np.linalg.pinv(arcs), np.float64)


def _height(face: WarpedFace) -> float:
    """The height of both lips in their middles, in face widths."""
    over, inside, within, below = face.points[[0, 13, 14, 17]] @ face.down
    return float(inside - over + below - within) / face.u


def _closed(canvas: Canvas, mouth: Mouth, line: Points, face: WarpedFace, person: Person, palette: Palette) -> None:
    t = np.linspace(0, 1, len(line))
    weight = palette.pen * palette.manner.mouth_line * (1.55 if palette.small else 1.25) * (1 + 0.15 * person.man)
    canvas.fill(stroke(line, weight * np.interp(t, *_PRESSED)), palette.line)


def _open(
    canvas: Canvas, mouth: Mouth, upper: Points, lower: Points, face: WarpedFace, person: Person, palette: Palette
) -> None:
    hole = np.vstack([upper, lower[::-1]])
    height = float(((lower - upper) @ face.down).max())
    canvas.fill(hole, palette.mix(28, 30, 14))
    tongue = max(mouth.tongue, person.infant * (mouth.teeth < _TOOTHED[1]))
    if tongue > 0.05:
        centre = (upper.mean(0) + lower.mean(0)) / 2 + face.down * 0.36 * height
        wide = 0.32 * float(np.linalg.norm(upper[-1] - upper[0]))
        canvas.fill(oval(centre, wide, 0.30 * height), palette.mix(58, 38, 18), tongue, hole)
    babbles = mouth.teeth < _TOOTHED[1] and mouth.open < _OPEN
    shouts = mouth.open >= _SHOUT - _LOUD * person.infant or (person.infant > 0.5 and babbles)
    if mouth.teeth > 0.3 or not shouts:  # in poor light teeth are not seen, and a dark slab is no smile
        least = 0.13 / max(mouth.open, 1e-6)  # below a wide row of teeth there is always some dark
        share = float(np.clip(max(1.2 * mouth.pale, least), 0.60 - 0.18 * mouth.tongue, max(0.86, min(least, 1.0))))
        t = np.linspace(0, 1, len(upper))
        depth = share * 0.94 * ((lower - upper) @ face.down) * np.interp(t, *_ROW)
        band = np.vstack([upper, (upper + face.down * depth[:, None])[::-1]])
        canvas.fill(band, palette.mix(96, 0.5, 1.5), 1, hole)
        canvas.fill(np.vstack([upper, (upper + face.down * 0.14 * height)[::-1]]), palette.mix(70, 4, -2), 0.5, hole)
    weight = palette.pen * palette.manner.mouth_line
    canvas.fill(pen(upper, weight * 1.6, 0.35, 0.35), palette.line)
    canvas.fill(pen(lower, weight * 0.75, 0.1, 0.1), palette.line, 0.8)


def _below(canvas: Canvas, face: WarpedFace, person: Person, palette: Palette, lip: NDArray[np.float64]) -> None:
    """The shadow under the lower lip; in a beard it is not seen."""
    if palette.small or person.bearded > 0.5:
        return
    u = face.u
    if person.man > 0.5:
        canvas.fill(_hollow(lip, face), palette.shade, 0.9)
        return
    centre = lip + face.down * 0.016 * u
    half = face.right * (0.05 * u)
    sag = face.down * (0.008 * u)
    line = bezier(centre - half, centre - half * 0.4 + sag, centre + half * 0.4 + sag, centre + half, 11)
    canvas.fill(pen(line, palette.pen * 1.0), palette.shade * 0.5 + palette.deep * 0.5, 0.7)


def _hollow(lip: Points, face: WarpedFace) -> Points:
    """The shadow between a man's lower `lip` and his chin: flat above, round below."""
    half, down = face.right * (0.045 * face.u), face.down * face.u
    left, right = lip + down * 0.010 - half, lip + down * 0.010 + half
    over = bezier(left, left + half * 0.6 + down * 0.0024, right - half * 0.6 + down * 0.0024, right, 11)
    under = bezier(right, right - half * 0.5 + down * 0.031, left + half * 0.5 + down * 0.031, left, 11)
    return np.vstack([over, under])
