"""Hair that hangs, in tresses: each has a line along it and a dark side above or below, and runs to a tip of its own.

Beside the face such hair is a curtain. At every height of the head it reaches from an inner edge to an outer one, and a
tress keeps its share of that breadth all the way down; all of them swing to and fro where hair is waved. What hangs
from a head that leans lies on either side of a plumb line.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import percentile, resample, smooth, smoothstep
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.breadths import FINE, FROM, STEP, Edges, breadths
from engine.cel.paint.plumb import plumb
from engine.cel.paint.scallops import Notch, hook, notches
from engine.cel.paint.waves import STRAIGHT, swing

_STEADY = (5.0, 6.0)
"""How far its inner and its outer edge are smoothed, in those steps."""
_BROAD, _RHYTHM, _VARIED, _FEWEST = (0.20, 0.22), (1.35, 0.60, 1.10, 0.75), 0.2, 2
"""Breadth of a common tress in face widths, straight and waved; broad ones and narrow ones by turns, and by what share
they differ; and in how many a curtain is divided at least.
"""
_FINE = 0.15
"""Breadth of a tress of hair that is no longer than to the shoulders, in face widths."""
_BEGINS, _ENDS, _SHORTEST = (0.0, 0.3), 0.3, 0.3
"""How far down the curtain lines begin, how far before its end they end at most, and how long they are at least, in
face widths."""
_NEAR, _JOINED, _JOINT, _JOINS, _SAMPLES = 0.14, (-0.25, 0.25), 0.04, 0.4, 60
"""How far aside of a line the end of a strand lies at most from which it goes on, and between which v; how far below
that it does, and over how far it comes back to where it lies; and of how many points both are made."""
_SWAY, _TURN = 0.04, 4.1
"""How far aside tresses sway on their way, as a share of the curtain, and how often, in radians a face width."""
_SHADED = (0.22, 0.36)
"""Which share of a tress is dark at least where it is broadest, and how much more of some."""
_LONG, _SHORTEST_DARK = 1.3, 0.5
"""How far down curtains are looked at that leave the picture, and how long those are at least that have dark sides, in
face widths."""
_NAPE, _SETS_IN, _UPPER, _LOWER, _LATER = (0.35, 0.75), 0.3, (0.20, 0.65), (0.45, 1.0), 0.2
"""Over which shares of that the dark side beside the neck grows broad; over how much of it, in face widths, that of
every other tress does from its root, and over which shares it runs out; over which the others' grow; and by how much
later some do, where hair is waved: dark from end to end they would be stripes."""
_EBBS, _BEATS = 0.25, 5.0
"""By what share dark sides of straight hair, which run from end to end, swell and ebb, and how often, in radians a face
width."""
_POINT, _FEW = 1e-3, 5
"""A dark side narrower than this share of its breadth is none, and one that is of so few points."""
_THIN, _RUNS_OUT = (0.06, 0.12), 0.30
"""How broad curtains are that have light and shadow, and over how much these run out below their end: beyond the tips
of their tresses; in face widths."""
_MEET = 0.035
"""How broad waves are at least that lie over each other, in face widths."""
_LIT, _WHERE, _REACH = 0.70, (0.25, 0.90), 0.38
"""Share of tresses on which light glances, between which of the curtain's heights, and how far it reaches."""
_LIGHT_SIDE, _FULL, _GLINT, _POINTS = (0.62, 0.17), 0.5, 0.025, 24
"""How far across a tress its light lies, half how broad that is, and how soon; tresses narrower than this, in face
widths, have none; and of how many points each of its edges is."""


@dataclass(frozen=True, slots=True)
class Curtain:
    """The hair on one side of the face, from `FROM` downward in steps of `STEP`; in face widths."""

    inner: NDArray[np.float64]
    outer: NDArray[np.float64]
    edges: NDArray[np.float64]
    """Where tresses meet, as ascending shares of its breadth from 0 to 1."""
    notches: list[Notch] = field(default_factory=list)
    """Where waves of its outline meet."""
    parts: float | None = None
    """How far down its tresses part; None where they do at its end."""

    @property
    def long(self) -> float:
        """How far down it hangs."""
        return (len(self.inner) - 1) * STEP

    def at(self, down: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where its edges are, so far below its beginning."""
        heights = np.arange(len(self.inner)) * STEP
        return np.interp(down, heights, self.inner), np.interp(down, heights, self.outer)


@dataclass(frozen=True, slots=True)
class _End:
    """Where a strand ends that comes down to a curtain."""

    which: int
    down: float
    """How far below the beginning of the curtain, in face widths."""
    off: float
    """How far outside the line that is to go on from it, in face widths."""


@dataclass(frozen=True, slots=True)
class Falls:
    """How hair is divided that hangs."""

    curtains: tuple[Curtain, Curtain]
    """Those on the picture's left and right."""
    seed: int
    wave: float = 0.0
    """How broadly it is waved, in face widths."""

    def lines(
        self, face: WarpedFace, chance: np.random.Generator, strands: list[Points] | None = None
    ) -> tuple[list[Points], list[Points]]:
        """Lines between tresses, in the picture's pixels, and those of the `strands` that none of them goes on from.

        A line that begins beside the end of a strand, which comes down from a parting, is one with it.
        """
        out, loose = [], list(strands or [])
        for sign, curtain in zip((-1.0, 1.0), self.curtains, strict=True):
            for edge in curtain.edges[1:-1]:
                begin = float(chance.uniform(*_BEGINS))
                end = curtain.long - float(chance.uniform(0, _ENDS)) if curtain.parts is None else curtain.parts
                near = _nearest(loose, face, sign, curtain, float(edge))
                off, first = 0.0, []
                if near is not None and end - near.down - _JOINT > _SHORTEST:
                    begin, off, first = near.down + _JOINT, near.off, [self.swung(loose.pop(near.which), face)]
                if end - begin < _SHORTEST:
                    continue
                down = np.arange(begin, end, STEP)
                apart = off * (1 - smoothstep(down - begin, 0.0, _JOINS))
                line = self._placed(sign, curtain, np.full(len(down), edge), down, face, apart)
                out.append(smooth(resample(np.vstack([*first, line]), _SAMPLES), 1.5) if first else line)
        return out, [self.swung(line, face) for line in loose]

    def swung(self, line: Points, face: WarpedFace) -> Points:
        """A line of the picture that swings as this hair does."""
        if self.wave <= 0:
            return line
        aside, v = ((line - face.centre) @ np.stack([face.right, face.down], 1) / face.u).T
        aside = aside - plumb(v, face)
        far = swing(v.astype(np.float32), self.wave, aside.astype(np.float32)) * np.sign(aside)
        return np.asarray(line + np.outer(far, face.right) * face.u, np.float64)

    def lights(self, face: WarpedFace) -> list[Points]:
        """Closed outlines of the light that glances on some tresses, in the picture's pixels."""
        out = []
        for sign, curtain, chances in self._each():
            for near, far, chance in zip(curtain.edges, curtain.edges[1:], chances, strict=False):
                middle = _WHERE[0] + (_WHERE[1] - _WHERE[0]) * chance / _LIT
                inner, outer = curtain.at(np.array([middle]))
                broad = float(outer[0] - inner[0])
                if chance >= _LIT or broad < _THIN[1] or middle > curtain.long or broad * (far - near) < _GLINT:
                    continue
                off = np.linspace(-_REACH, _REACH, _POINTS)
                swell = _LIGHT_SIDE[1] * (1 - np.abs(off) / _REACH) ** _FULL
                sides = (near + (far - near) * (_LIGHT_SIDE[0] + way * swell) for way in (-1, 1))
                one, other = (self._placed(sign, curtain, side, middle + off, face) for side in sides)
                out.append(np.vstack([one, other[::-1]]))
        return out

    def shades(self, face: WarpedFace) -> list[Points]:
        """Closed outlines of the dark sides of tresses, and of the shade where waves meet, in the picture's pixels."""
        out = [shade for _, shade in self._hooks(face)]
        for sign, curtain, chances in self._each():
            if curtain.long < _SHORTEST_DARK:
                continue
            down = np.arange(0, curtain.long + _RUNS_OUT, STEP)
            inner, outer = curtain.at(down)
            there = smoothstep(outer - inner, *_THIN) * (1 - smoothstep(down - curtain.long, 0, _RUNS_OUT))
            for which, (near, far) in enumerate(pairwise(curtain.edges)):
                chance = float(chances[which])
                swell = there * self._swell(which, down, min(curtain.long, _LONG), chance)
                dark, some = (_SHADED[0] + _SHADED[1] * chance) * (far - near), swell > _POINT
                if some.sum() >= _FEW:
                    one, other = (
                        self._placed(sign, curtain, near + dark * part[some], down[some], face)
                        for part in (0 * swell, swell)
                    )
                    out.append(np.vstack([one, other[::-1]]))
        return out

    def _swell(self, which: int, down: NDArray[np.float64], long: float, chance: float) -> NDArray[np.float64]:
        """How broad the dark side of a tress is, 0..1, so far down a curtain so long; the first is by the neck."""
        sets_in = smoothstep(down, 0.0, _SETS_IN)
        if self.wave < STRAIGHT:
            return np.asarray(sets_in * (1 - _EBBS * (1 - np.sin(down * _BEATS + chance * 2 * np.pi))), np.float64)
        if which == 0:
            return smoothstep(down, *(share * long for share in _NAPE))
        if which % 2:
            ends = (_UPPER[0] * long, (_UPPER[1] + _LATER * chance) * long)
            return np.asarray(sets_in * (1 - smoothstep(down, *ends)), np.float64)
        return smoothstep(down, (_LOWER[0] + _LATER * chance) * long, _LOWER[1] * long)

    def hooks(self, face: WarpedFace) -> list[Points]:
        """Lines from where waves meet, in the picture's pixels."""
        return [line for line, _ in self._hooks(face)]

    def _hooks(self, face: WarpedFace) -> Iterator[tuple[Points, Points]]:
        for sign, curtain in zip((-1.0, 1.0), self.curtains, strict=True):
            for notch in curtain.notches if self.wave >= _MEET else ():
                yield hook(notch, sign, self.wave, face)

    def _placed(
        self,
        sign: float,
        curtain: Curtain,
        shares: NDArray[np.float64],
        down: NDArray[np.float64],
        face: WarpedFace,
        apart: NDArray[np.float64] | float = 0.0,
    ) -> Points:
        """Places in the picture at shares of a curtain, so far below its beginning and so far `apart` from there."""
        inner, outer = curtain.at(down)
        across = sign * (inner + (outer - inner) * _swayed(shares, down) + apart) + plumb(down + FROM, face)
        place = np.outer(across, face.right) + np.outer(down + FROM, face.down)
        swung = swing((down + FROM).astype(np.float32), self.wave, across.astype(np.float32))
        return smooth(face.centre + place * face.u, 3.0) + np.outer(sign * swung, face.right) * face.u

    def tress(self, at: Points, face: WarpedFace) -> NDArray[np.intp]:
        """Numbers of the tresses in which places (n, 2) of the picture lie: each one's own, below 0 on the left."""
        place = self.across(at, face)
        return np.asarray(np.trunc(place) + np.copysign(place != 0, place), np.intp)

    def across(self, at: Points, face: WarpedFace) -> NDArray[np.float64]:
        """How many tresses lie between the face and each place (n, 2) of the picture, below 0 on the left."""
        aside, v = ((at - face.centre) @ np.stack([face.right, face.down], 1) / face.u).T
        aside = aside - plumb(v, face)
        if self.wave > 0:
            aside = aside - np.sign(aside) * swing(v.astype(np.float32), self.wave, aside.astype(np.float32))
        out = np.zeros(len(at))
        for sign, curtain in zip((-1.0, 1.0), self.curtains, strict=True):
            on = aside * sign > 0
            inner, outer = curtain.at(v[on] - FROM)
            share = np.clip((sign * aside[on] - inner) / np.maximum(outer - inner, FINE), 0, 1)
            place = np.interp(_unswayed(share, v[on] - FROM), curtain.edges, np.arange(len(curtain.edges)))
            out[on] = sign * np.clip(place, FINE, len(curtain.edges) - 1 - FINE)
        return out

    def _each(self) -> Iterator[tuple[float, Curtain, NDArray[np.float64]]]:
        """The curtains, with their sides and with a chance 0..1 for each of their tresses."""
        random = np.random.Generator(np.random.PCG64(self.seed))
        for sign, curtain in zip((-1.0, 1.0), self.curtains, strict=True):
            yield sign, curtain, random.random(len(curtain.edges))


def _nearest(strands: list[Points], face: WarpedFace, sign: float, curtain: Curtain, edge: float) -> _End | None:
    """The end of a strand that lies nearest to a line of a curtain, if it is near."""
    best: _End | None = None
    for which, strand in enumerate(strands):
        aside, height = (strand[-1] - face.centre) @ np.stack([face.right, face.down], 1) / face.u
        if not _JOINED[0] < height < _JOINED[1]:
            continue
        inner, outer = (float(side) for side in curtain.at(np.array(height - FROM)))
        off = float(aside - plumb(height, face)) * sign - (inner + (outer - inner) * edge)
        if abs(off) < (_NEAR if best is None else abs(best.off)):
            best = _End(which, float(height) - FROM, off)
    return best


def falls(shape: Plane, face: WarpedFace, chance: np.random.Generator, wave: float = 0.0) -> Falls:
    """Divide hair that hangs, whose signed distance at half size is `shape`, and that has waves so broad."""
    left, right = (breadths(shape, face, sign) for sign in (-1.0, 1.0))
    return divided((left, right), chance, wave)


def divided(sides: tuple[Edges, Edges], chance: np.random.Generator, wave: float = 0.0, fine: bool = False) -> Falls:
    """The same of hair whose breadths are known; short hair falls in `fine` tresses."""
    broad = _FINE if fine else _BROAD[wave >= STRAIGHT]
    left, right = (_curtain(edges, chance, broad) for edges in sides)
    return Falls((left, right), int(chance.integers(1 << 30)), wave)


def _curtain(sides: Edges, chance: np.random.Generator, broad: float) -> Curtain:
    """The hair on one side, divided."""
    if len(sides[0]) < 2:
        nothing = np.zeros(2)
        return Curtain(nothing, nothing, np.array([0.0, 1.0]))
    inner, outer = (smooth(np.array(side), far) for side, far in zip(sides, _STEADY, strict=True))
    count = max(_FEWEST, round(percentile(outer - inner, 75) / broad))
    shares = np.resize(np.roll(_RHYTHM, int(chance.integers(len(_RHYTHM)))), count)
    ends = np.cumsum(shares * chance.uniform(1 - _VARIED, 1 + _VARIED, count))
    edges = np.concatenate([[0.0], ends / ends[-1]])
    breadth = outer - inner
    meet = [
        *notches(np.array(sides[0]), breadth, float(edges[1]), -1.0),
        *notches(np.array(sides[1]), breadth, 1 - float(edges[-2]), 1.0),
    ]
    return Curtain(inner, outer, edges, meet)


def _sway(share: NDArray[np.float64] | float, down: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(_SWAY * np.sin(np.pi * share) * np.sin(down * _TURN), np.float64)


def _swayed(share: NDArray[np.float64], down: NDArray[np.floating]) -> NDArray[np.float64]:
    """Where a line that is to lie at shares of the curtain does."""
    return share + _sway(share, down)


def _unswayed(share: NDArray[np.float64], down: NDArray[np.floating]) -> NDArray[np.float64]:
    """At which share of the curtain what lies there would if nothing swayed: nearly, as it sways little."""
    return share - _sway(share, down)
