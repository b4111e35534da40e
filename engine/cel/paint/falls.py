"""Hair that hangs, in tresses: each has a dark side and a line along it, and runs to a tip of its own.

Beside the face such hair is a curtain. At every height of the head it reaches from an inner edge to an outer one, and a
tress keeps its share of that breadth all the way down; all of them swing to and fro where hair is waved. What hangs
from a head that leans lies on either side of a plumb line.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import percentile, resample, smooth, smoothstep
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.breadths import FINE, FROM, STEP, breadths
from engine.cel.paint.fields import Box, Field, ease
from engine.cel.paint.plumb import plumb
from engine.cel.paint.waves import swing

_STEADY = (5.0, 6.0)
"""How far its inner and its outer edge are smoothed, in those steps."""
_BROAD, _RHYTHM, _VARIED, _FEWEST = 0.20, (1.35, 0.60, 1.10, 0.75), 0.2, 2
"""Breadth of a common tress in face widths; broad ones and narrow ones by turns, and by what share they differ; and in
how many a curtain is divided at least.
"""
_BEGINS, _ENDS, _SHORTEST = (0.0, 0.3), 0.3, 0.3
"""How far down the curtain lines begin, how far before its end they end at most, and how long they are at least, in
face widths."""
_NEAR, _JOINED, _JOINT, _JOINS, _SAMPLES = 0.14, (-0.25, 0.25), 0.04, 0.4, 60
"""How far aside of a line the end of a strand lies at most from which it goes on, and between which v; how far below
that it does, and over how far it comes back to where it lies; and of how many points both are made."""
_SWAY, _TURN = 0.04, 4.1
"""How far aside tresses sway on their way, as a share of the curtain, and how often, in radians a face width."""
_SHADED, _SWELLS, _BEATS = (0.22, 0.36), 0.25, 5.0
"""Which share of a tress is dark at least, and how much more of some; by how much that swells and ebbs along it, and
how often, in radians a face width."""
_EDGE = 0.02
"""How far dark sides reach over the edges of tresses, as a share of one: under the line there."""
_FAINT = 0.05
"""Dark sides narrower than this, as a share of a tress, are none: what is left of them would be a row of dots."""
_THIN, _SETS_IN, _RUNS_OUT = (0.06, 0.12), 0.35, (0.12, 0.30)
"""How broad curtains are that have light and shadow, in face widths; over how much of them these set in, and how far
below their end these run out: beyond the tips of their tresses.
"""
_LIT, _WHERE, _REACH = 0.70, (0.25, 0.90), 0.38
"""Share of tresses on which light glances, between which of the curtain's heights, and how far it reaches."""
_LIGHT_SIDE, _FULL, _GLINT, _POINTS = (0.62, 0.17), 0.5, 0.025, 24
"""How far across a tress its light lies, half how broad that is, and how soon; tresses narrower than this, in face
widths, have none; and of how many points each of its edges is."""


@dataclass(frozen=True, slots=True)
class Relief:
    """The dark sides of tresses, in a box of the half-size picture."""

    shade: Plane
    """Above 0 on the dark sides of tresses."""
    there: Plane
    """0..1: how far hair lies in tresses."""


@dataclass(frozen=True, slots=True)
class _Curtain:
    """The hair on one side of the face, from `FROM` downward in steps of `STEP`; in face widths."""

    inner: NDArray[np.float64]
    outer: NDArray[np.float64]
    edges: NDArray[np.float64]
    """Where tresses meet, as ascending shares of its breadth from 0 to 1."""

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
class _Places:
    """Where in the curtains places lie."""

    tress: NDArray[np.intp]
    """A number that is each tress's own."""
    across: Field
    """0..1, from a tress's inner edge to its outer one."""
    down: Field
    """How far below the beginning of the curtain, in face widths."""
    chance: Field
    """0..1, the same all over a tress."""
    there: Field
    """0..1: how far there are any."""


@dataclass(frozen=True, slots=True)
class Falls:
    """How hair is divided that hangs."""

    curtains: tuple[_Curtain, _Curtain]
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
                end = curtain.long - float(chance.uniform(0, _ENDS))
                near = _nearest(loose, face, sign, curtain, float(edge))
                off, first = 0.0, []
                if near is not None and end - near.down - _JOINT > _SHORTEST:
                    begin, off, first = near.down + _JOINT, near.off, [loose.pop(near.which)]
                if end - begin < _SHORTEST:
                    continue
                down = np.arange(begin, end, STEP)
                apart = off * (1 - smoothstep(down - begin, 0.0, _JOINS))
                line = self._placed(sign, curtain, np.full(len(down), edge), down, face, apart)
                out.append(smooth(resample(np.vstack([*first, line]), _SAMPLES), 1.5) if first else line)
        return out, loose

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

    def _placed(
        self,
        sign: float,
        curtain: _Curtain,
        shares: NDArray[np.float64],
        down: NDArray[np.float64],
        face: WarpedFace,
        apart: NDArray[np.float64] | float = 0.0,
    ) -> Points:
        """Places in the picture at shares of a curtain, so far below its beginning and so far `apart` from there."""
        inner, outer = curtain.at(down)
        across = sign * (inner + (outer - inner) * _swayed(shares, down) + apart) + plumb(down + FROM, face)
        place = np.outer(across, face.right) + np.outer(down + FROM, face.down)
        swung = swing((down + FROM).astype(np.float32), self.wave)
        return smooth(face.centre + place * face.u, 3.0) + np.outer(sign * swung, face.right) * face.u

    def tress(self, at: Points, face: WarpedFace) -> NDArray[np.intp]:
        """Numbers of the tresses in which places (n, 2) of the picture lie."""
        return self._places(at.astype(np.float32), face).tress

    def relief(self, face: WarpedFace, box: Box) -> Relief:
        """Their dark sides in a box of the half-size picture."""
        rows, columns = (np.arange(part.start, part.stop, dtype=np.float32) * 2 + 1 for part in box)
        places = self._places(np.stack(np.meshgrid(columns, rows), -1), face)
        across, down, chance = places.across, places.down, places.chance
        swells = 1 - np.float32(_SWELLS) * (1 - np.sin(down * np.float32(_BEATS) + chance * np.float32(2 * np.pi)))
        dark = (np.float32(_SHADED[0]) + np.float32(_SHADED[1]) * chance) * swells * ease(down, 0.0, _SETS_IN)
        # no step where one tress meets the next: at half size that would be a row of dots
        left, right = (len(curtain.edges) - 1 for curtain in self.curtains)
        met = (places.tress > -left) & (places.tress < right)
        shade = np.minimum(dark - across, across)
        shade = np.where(met, np.maximum(shade, across - 1), shade) + np.float32(_EDGE)
        shade = np.where(dark < _FAINT, np.minimum(shade, -np.float32(_EDGE)), shade)
        return Relief(shade, places.there)

    def _each(self) -> Iterator[tuple[float, _Curtain, NDArray[np.float64]]]:
        """The curtains, with their sides and with a chance 0..1 for each of their tresses."""
        random = np.random.Generator(np.random.PCG64(self.seed))
        for sign, curtain in zip((-1.0, 1.0), self.curtains, strict=True):
            yield sign, curtain, random.random(len(curtain.edges))

    def _places(self, at: Field, face: WarpedFace) -> _Places:
        off = (at - face.centre.astype(np.float32)) / np.float32(face.u)
        aside, down = off @ face.right.astype(np.float32), off @ face.down.astype(np.float32) - np.float32(FROM)
        aside = aside - plumb(down + np.float32(FROM), face).astype(np.float32)
        across, chance, there = (np.zeros_like(aside) for _ in range(3))
        tress = np.zeros(aside.shape, np.intp)
        if self.wave > 0:
            aside = aside - np.sign(aside) * swing(down + np.float32(FROM), self.wave)
        for sign, curtain, chances in self._each():
            on = aside * sign > 0
            inner, outer = curtain.at(down[on])
            broad = outer - inner
            share = np.clip((sign * aside[on] - inner) / np.maximum(broad, FINE), 0, 1)
            place = np.interp(_unswayed(share, down[on]), curtain.edges, np.arange(len(curtain.edges)))
            which = np.minimum(place.astype(np.intp), len(curtain.edges) - 2)
            tress[on], across[on] = int(sign) * (which + 1), place - which
            chance[on] = chances[which]
            ends = 1 - ease(down[on] - np.float32(curtain.long), *_RUNS_OUT)
            there[on] = ease(down[on], 0.0, _SETS_IN) * ease(broad.astype(np.float32), *_THIN) * ends
        return _Places(tress, across, down, chance, there)


def _nearest(strands: list[Points], face: WarpedFace, sign: float, curtain: _Curtain, edge: float) -> _End | None:
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
    left, right = (_curtain(shape, face, sign, chance) for sign in (-1.0, 1.0))
    return Falls((left, right), int(chance.integers(1 << 30)), wave)


def _curtain(shape: Plane, face: WarpedFace, sign: float, chance: np.random.Generator) -> _Curtain:
    """The hair on one side, divided."""
    sides = breadths(shape, face, sign)
    if len(sides[0]) < 2:
        nothing = np.zeros(2)
        return _Curtain(nothing, nothing, np.array([0.0, 1.0]))
    inner, outer = (smooth(np.array(side), far) for side, far in zip(sides, _STEADY, strict=True))
    count = max(_FEWEST, round(percentile(outer - inner, 75) / _BROAD))
    shares = np.resize(np.roll(_RHYTHM, int(chance.integers(len(_RHYTHM)))), count)
    ends = np.cumsum(shares * chance.uniform(1 - _VARIED, 1 + _VARIED, count))
    return _Curtain(inner, outer, np.concatenate([[0.0], ends / ends[-1]]))


def _sway(share: NDArray[np.float64] | float, down: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(_SWAY * np.sin(np.pi * share) * np.sin(down * _TURN), np.float64)


def _swayed(share: NDArray[np.float64], down: NDArray[np.floating]) -> NDArray[np.float64]:
    """Where a line that is to lie at shares of the curtain does."""
    return share + _sway(share, down)


def _unswayed(share: NDArray[np.float64], down: NDArray[np.floating]) -> NDArray[np.float64]:
    """At which share of the curtain what lies there would if nothing swayed: nearly, as it sways little."""
    return share - _sway(share, down)
