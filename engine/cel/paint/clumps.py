"""The crown of short hair as it is drawn: a few broad clumps, each of which ends in one tip that lies over the next.

A clump swells along the outline of the hair and ends in a tip; from there a line and a shadow go on within the hair, so
that what stands on the outline is the end of what lies inside. Small points that have no part in the hair are but nicks
in a cap.
"""

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import SIDE
from engine.cel.geometry import bezier, normals, smooth, smoothstep
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.fields import sampled
from engine.cel.paint.hairline import Hairline
from engine.cel.paint.tresses import Tresses, Way

_HIGH, _LEAST, _COMMON = (0.06, 0.115), (0.03, 0.05), 0.33
"""How high clumps swell over the outline, and the least that is drawn, of hair that lies and of hair that stands up;
and how broad a clump is that swells so; in face widths."""
_VARIED = (0.7, 1.2)
"""Between which shares of that clumps differ."""
_SHORT, _LOW = (0.18, 0.36), 0.6
"""Between which depths, in face widths, hair comes to be as high as that, and what share of it shorter hair is."""
_RIVAL = 0.65
"""A clump lower than this share of the next one is none: its tip would melt into that."""
_SLIMMER, _BROADEST = 0.7, 1.15
"""By which power of its breadth a narrower clump is lower, and how much higher a broad one is at most."""
_TIP, _OVER = (0.3, 0.85), (0.05, 0.17)
"""How high tips lie, as shares of that; and how far they lie over the next clump, as shares of their own breadth: of
hair that lies, and of hair that stands up."""
_TURNS, _OPENS = (-0.15, 0.18), (0.85, 0.30)
"""How steeply tips point out of the outline, and how much more steeply their front sides leave them: a wedge has a
plain end, and a slit under it is a blot."""
_BESIDE, _DOWNWARD, _DROOPS, _STUMPY = (25.0, 65.0), -0.4, 0.65, 0.65
"""Between which angles off the middle, in degrees, tips come to hang: how steeply they point then, and by which shares
they are lower and lie less far over the next: else they are eaves."""
_CREST, _SIDES = (46.0, 78.0), (34.0, 60.0)
"""Where a crown goes over into its sides, which have no tips, in degrees: of hair that is swept up, and that falls."""
_RISING = (6.0, 46.0)
"""How far before the middle, in degrees, strands rise so steeply that a tip is a horn: between these there cease to be
any."""
_WIDEST, _NARROWEST = 92.0, (30.0, 15.0)
"""How far aside swept hair is divided, and how broad its clumps are at least, in degrees: of hair that lies, and of
hair that stands up."""
_LONGER, _SHORTER = (29.0, 24.0, 22.0, 18.0), (38.0, 20.0, 24.0, 18.0)
"""How broad clumps of hair are that falls from the whorl, in degrees: on the longer side, and on the other."""
_UNEVEN, _WHORL, _FALLS = (0.85, 1.15), 0.6, 40.0
"""Between which shares these differ; where the whorl lies, as a share of the parting's angle; and by how many degrees
strands go on aside from there to the outline."""
_SWAYS, _REACHES, _DRAWN = 1.4, (0.7, 0.35), (0.6, 1.0)
"""How late strands turn aside; along which share of them their lines run from the outline, swept up and falling; and
between which shares of that they are drawn."""
_DEEPEST, _BRIEF = 0.32, 0.5
"""How deep falling hair counts at most for them, in face widths: they flow on from the whorl, and run across no tress;
and how much shorter they are where tips hang."""
_FROM, _HOLLOW, _SWELL, _GENTLE = (-0.06, -0.4), (0.97, 0.15), (0.24, 0.8), (0.33, 0.30)
"""Where a clump sets out, where its front is hollow, and where its back swells: that of any, and of one before which
there is none, which rises gently. How far along the clump, and how high, as shares of it."""
_STOP = (0.86, -0.5)
"""Where its front ends, which is where its line sets in."""
_BACK, _FRONT = 0.42, 0.10
"""How long tips are, on both sides, as shares of a clump's breadth."""
_DARK, _SETS_IN, _NARROWS = 0.04, 0.12, 1.2
"""How broad the shadow beside a line is, in face widths; on which share of that it swells, and how it narrows."""
_FREE, _EYES = 0.2, (0.25, 0.45)
"""How much room there is for a clump at least, 0..1; and between which heights over the eyes there comes to be any, in
face widths."""
_ROOT, _BORDER, _AROUND = 0.05, 6, 9
"""How deep in the hair clumps begin, in face widths; how far they keep from the picture's border, in pixels; and at how
many places of the outline their room is looked for."""
_STEPS, _CALM, _OFF_TIP = 20, 2.5, 3
"""Of how many points a line is within the hair, how far it is smoothed, and how many points of a front it is clear of
the tip."""


@dataclass(frozen=True, slots=True)
class Crest:
    """The clumps of a crown, in the picture's pixels."""

    locks: list[Points] = field(default_factory=list)
    """Closed outlines, whose roots lie within the hair."""
    strokes: list[Points] = field(default_factory=list)
    """The lines that go on from their tips within the hair."""
    shades: list[Points] = field(default_factory=list)
    """Closed outlines of the shadows that they cast on the next."""


@dataclass(frozen=True, slots=True)
class _Comb:
    """How the outline is divided; n clumps, by their angles."""

    begin: NDArray[np.float64]
    end: NDArray[np.float64]
    lean: NDArray[np.float64]
    """By how many degrees strands turn aside up to the outline."""
    first: NDArray[np.bool_]
    """Whether no clump lies before it."""

    @property
    def sweep(self) -> NDArray[np.float64]:
        """1 where strands run clockwise, else -1."""
        return np.sign(self.lean)

    def of(self, which: NDArray[np.bool_]) -> "_Comb":
        """Some of the clumps."""
        return _Comb(self.begin[which], self.end[which], self.lean[which], self.first[which])


def clumps(tresses: Tresses, room: Plane, face: WarpedFace, stands: float) -> Crest:
    """Lay out the clumps of hair that `stands` up so far, 0..1, and lies in tresses.

    `room` (0..1), at half size, says how far they may stand off there.
    """
    chance = np.random.Generator(np.random.PCG64(tresses.seed))
    comb = _swept(tresses, stands) if tresses.way is Way.UP else _fallen(tresses, stands, chance)
    high, chord, there = _heights(comb, tresses, room, face, stands, chance)
    if not there.any():
        return Crest()
    alone = np.concatenate([[True], ~there[:-1]])
    line, comb, high, chord = tresses.line, replace(comb, first=comb.first | alone).of(there), high[there], chord[there]
    hangs = smoothstep(np.abs(comb.end), *_BESIDE)
    over = _by(_OVER, stands) * chance.uniform(*_VARIED, len(high)) * (1 - _STUMPY * hangs)
    turn = _by(_TURNS, stands) + (_DOWNWARD - _by(_TURNS, stands)) * hangs
    tip = np.stack([1 + over, _by(_TIP, stands) * (1 - _DROOPS * hangs)], 1)
    swell = np.where(comb.first[:, None], _GENTLE, _SWELL)
    start = np.where(comb.first[:, None], (0.0, 0.0), _FROM)
    knots = np.stack([start, swell, tip, np.broadcast_to(_HOLLOW, tip.shape), np.broadcast_to(_STOP, tip.shape)], 1)
    angles = comb.begin[:, None] + knots[..., 0] * (comb.end - comb.begin)[:, None]
    places = _over(line, angles, knots[..., 1] * high[:, None])
    along, out = line.at(line.along, comb.end) * comb.sweep[:, None], -line.at(line.inward, comb.end)
    back, front = (_unit(along + steep[:, None] * out) for steep in (turn, turn + _by(_OPENS, stands)))
    root = _over(line, np.linspace(comb.end, comb.begin, _AROUND, axis=1), np.full((len(high), 1), -_ROOT * face.u))
    inner = _inner(comb, tresses, face, high, hangs, chance)
    begin, swells, end, hollow, stop = np.moveaxis(places[:, :, None], 1, 0)
    long = chord[:, None]
    outer = bezier(begin, swells, end - (back * (_BACK * long))[:, None], end, 16)
    home = bezier(end, end - (front * (_FRONT * long))[:, None], hollow, stop, 10)
    lines = smooth(np.moveaxis(np.concatenate([home[:, _OFF_TIP:-1], inner], 1), 1, 0), _CALM)
    return Crest(
        list(np.concatenate([outer, home[:, 1:], root], 1)),
        list(np.moveaxis(lines, 1, 0)),
        [_shade(line, -sweep, face) for line, sweep in zip(inner, comb.sweep.tolist(), strict=True)],
    )


def _by(two: tuple[float, float], stands: float) -> float:
    """A measure of hair that lies and of hair that stands up, for one between."""
    return two[0] + (two[1] - two[0]) * stands


def _swept(tresses: Tresses, stands: float) -> _Comb:
    """Hair that is swept up ends in a clump for every tress, or for two narrow ones."""
    left, right = tresses.edges
    edges = np.concatenate([-left[:0:-1], right]) + tresses.parting + tresses.lean
    edges = edges[np.abs(edges) < _WIDEST]
    bounds = edges[:1].tolist()
    for edge in edges[1:].tolist():
        if edge - bounds[-1] > _by(_NARROWEST, stands):
            bounds.append(edge)
    return _combed(bounds if tresses.lean > 0 else bounds[::-1], tresses.lean)


def _fallen(tresses: Tresses, stands: float, chance: np.random.Generator) -> _Comb:
    """Hair that falls from a whorl ends in clumps to both sides, or, if it lies, to the longer one."""
    longer = -1.0 if tresses.parting > 0 else 1.0
    combs = []
    for side, breadths in ((longer, _LONGER), (-longer, _SHORTER))[: 2 if stands > 0 else 1]:
        broad = np.cumsum([0.0, *(np.array(breadths) * chance.uniform(*_UNEVEN, len(breadths)))])
        combs.append(_combed((_WHORL * tresses.parting + side * broad).tolist(), side * _FALLS))
    parts = ([getattr(comb, name) for comb in combs] for name in ("begin", "end", "lean", "first"))
    return _Comb(*(np.concatenate(part) for part in parts))


def _combed(bounds: list[float], lean: float) -> _Comb:
    """Clumps between these angles in turn."""
    begin, end = np.array(list(pairwise(bounds))).reshape(-1, 2).T
    return _Comb(begin, end, np.full(len(begin), lean), np.arange(len(begin)) == 0)


def _heights(
    comb: _Comb, tresses: Tresses, room: Plane, face: WarpedFace, stands: float, chance: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """How high each clump swells, how broad it is, both in pixels, and whether it is drawn."""
    edge = _over(tresses.line, np.linspace(comb.begin, comb.end, _AROUND, axis=1), np.zeros((len(comb.end), 1)))
    free = sampled(room, edge.reshape(-1, 2) / 2 - 0.5).reshape(len(edge), -1)
    free = free * smoothstep((face.centre - edge) @ face.down / face.u, *_EYES)
    chord = np.hypot(*(edge[:, -1] - edge[:, 0]).T)
    high = _by(_HIGH, stands) * face.u * free[:, _AROUND // 2 :].mean(1) * chance.uniform(*_VARIED, len(edge))
    high *= np.minimum(chord / (_COMMON * face.u), _BROADEST) ** _SLIMMER
    high *= 1 - smoothstep(np.abs(comb.end), *(_CREST if tresses.way is Way.UP else _SIDES))
    high *= 1 - smoothstep(-comb.sweep * comb.end, *_RISING)
    deep = tresses.line.at(tresses.line.depth, comb.end)[:, 0] / face.u
    high *= _LOW + (1 - _LOW) * smoothstep(deep, *_SHORT)
    high = np.minimum(high, np.minimum(edge, SIDE - edge).min((1, 2)) - _BORDER)
    plain = high > np.maximum(_by(_LEAST, stands) * face.u, np.append(_RIVAL * high[1:], 0))
    return high, chord, (free.min(1) > _FREE) & plain


def _over(line: Hairline, angles: NDArray[np.float64], above: NDArray[np.float64]) -> Points:
    """Places so many pixels over the hair's outline, at some angles; (n, k, 2)."""
    flat = angles.ravel()
    deep = line.at(line.depth, flat)[:, 0] + np.broadcast_to(above, angles.shape).ravel()
    return line.behind(flat, deep).reshape(*angles.shape, 2)


def _inner(
    comb: _Comb,
    tresses: Tresses,
    face: WarpedFace,
    high: NDArray[np.float64],
    hangs: NDArray[np.float64],
    chance: np.random.Generator,
) -> Points:
    """The ways along which the lines between clumps go on within the hair, from the outline on; (n, k, 2)."""
    line, up = tresses.line, tresses.way is Way.UP
    reach = _REACHES[not up] * chance.uniform(*_DRAWN, len(high)) * (1 - _BRIEF * hangs)
    t = np.linspace(np.ones(len(high)), 1 - reach, _STEPS, axis=1)
    share, above = _STOP
    angles = (comb.begin + share * (comb.end - comb.begin))[:, None] + comb.lean[:, None] * (t**_SWAYS - 1)
    deep = line.at(line.depth, angles.ravel())[:, 0].reshape(t.shape)
    deep = deep if up else np.minimum(deep, _DEEPEST * face.u)
    return _over(line, angles, deep * (t - 1) + above * high[:, None] * t)


def _shade(line: Points, side: float, face: WarpedFace) -> Points:
    """The shadow along one side of a line, which swells at its beginning and narrows to its end."""
    t = np.linspace(0, 1, len(line))
    broad = _DARK * face.u * np.minimum(1, t / _SETS_IN) * (1 - t) ** _NARROWS
    return np.vstack([line, (line + normals(line) * (side * broad)[:, None])[::-1]])


def _unit(vectors: Points) -> Points:
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9), np.float64)
