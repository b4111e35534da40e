"""Combed hair in few broad tresses: a comb's lines divide it, and each tress has a dark side and its own light.

Around the hairline hair is a strip, with an angle along it and a share of the way from there to its outline. A comb
bends that strip; undone, its lines are straight, and every place of the hair lies so far across one tress and so far
along it. Shapes that are simple there are tapered in the picture.
"""

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint import depth as rounded
from engine.cel.paint.fields import Box, Field, ease, kept
from engine.cel.paint.gathered import Gathered
from engine.cel.paint.hairline import WIDEST, Hairline
from engine.cel.paint.streaks import outline, streaks

_HIGH, _FALLS, _BENDS = 0.9, 1.2, 0.75
"""How far up towards the outline hair that is combed down sets out, and how it falls and turns aside on its way."""
_FAN, _LONG = 0.35, 80.0
"""How near each other lines of hair combed aside set out, as a share of how far apart they end; and over how many
degrees of the hairline."""
_DEEPEST = 0.5
"""The outline counts as no further from the hairline than this for them, in face widths."""
_LEANS, _SWAYS = 40.0, 1.4
"""By how many degrees hair that is swept up leans aside at its outline, and how late on its way."""
_DOWN, _UP, _ASIDE = (46.0, 24.0), 22.0, (0.3, 0.62, 1.0, 1.45, 2.0, 2.7)
"""Breadth of tresses: in degrees, of those combed down by turns, and, of those combed aside, where they end as shares
of hair's depth."""
_VARIED, _EVENLY = 0.3, 0.15
"""By what share these differ, and those combed down."""
_GATHERED, _UNLIKE, _MIDDLE = 15.0, 0.45, 0.4
"""The same of hair that is gathered; and how much narrower its innermost tresses are, between which there is no line.
"""
_PARTED = 30.0
"""Hair is parted at least so many degrees aside to be combed to the other side."""
_FADES = 15.0
"""Over how many degrees tresses fade at their sides, where no lines are drawn."""
_HAIR = 0.3
"""How much hair there is where lines and light lie in it, 0..1."""
_THIN = (0.12, 0.20)
"""Hair no deeper than this, in face widths, has no tresses."""
_SHADED = (0.25, 0.30)
"""Which share of a tress is dark at least, and how much more of some."""
_SLIVER, _SETS_IN = 12.0, 0.1
"""How broad dark sides of hair combed down are at most, in degrees, and from where on along a tress there are any."""
_SWELLS, _NARROWS, _POINTS = 0.5, 1.5, 20
"""How late these swell from a point, and how early they narrow to one; and of how many points each edge of them is."""
_LEAST = 3.0
"""How broad these are at least, in degrees."""
_FAINT = 0.05
"""Dark sides narrower than about this, as a share of a tress, are none."""
_CRUMB = 0.10
"""Side, in face widths, of a square below which a dark side is none: a row of dots is left of it."""
_EDGE = 0.02
"""How far dark sides keep from the edges of tresses, as a share of one: what is none is not to be cut at its edge."""
_BROAD, _LOOSE, _WITHIN = 0.5, 0.04, (0.02, 0.98)
"""How broad light on a tress is, as a share of it; by which share of its length streaks lie off each other; and between
which they all lie.
"""
_FRONT, _RIM = 75.0, 0.03
"""How far aside light ends, in degrees; and how far from hair's outline, in face widths."""


class Way(Enum):
    """Which way hair is combed."""

    DOWN = "down"
    """Over the forehead."""
    ASIDE = "aside"
    """From a parting to the other side, over a bare forehead."""
    UP = "up"
    """Off the forehead."""


@dataclass(frozen=True, slots=True)
class _Light:
    """The light on a tress; in shares of its length, along, and of its breadth, across."""

    lit: float
    """Share of the tresses that have any."""
    along: float
    """Where it lies."""
    reach: float
    """How far it reaches to both sides along the tress."""
    varied: float
    """How far it lies off its place."""
    across: float
    """Where its middle is, from the first of its edges."""


_LIGHT = {
    Way.DOWN: _Light(0.92, 0.46, 0.26, 0.24, 0.62),
    Way.ASIDE: _Light(0.92, 0.45, 0.27, 0.30, 0.42),
    Way.UP: _Light(0.95, 0.58, 0.34, 0.24, 0.60),
}
_GATHERED_LIGHT = _Light(0.60, 0.46, 0.24, 0.12, 0.60)


@dataclass(frozen=True, slots=True)
class Shadow:
    """The dark sides of tresses, in a box of the half-size picture."""

    shade: Plane
    """Above 0 on them."""
    there: Plane
    """0..1: how far hair lies in tresses."""


@dataclass(frozen=True, slots=True)
class _Along:
    """Places along a tress, n of them."""

    angles: NDArray[np.float64]
    at: Points
    """In the picture's pixels."""
    hair: NDArray[np.bool_]
    """Whether there is hair to be combed."""
    clear: NDArray[np.float64]
    """How far within its outline."""


@dataclass(frozen=True, slots=True)
class Tresses:
    """How hair is divided that lies in tresses."""

    line: Hairline
    way: Way
    parting: float
    """The angle from which it is combed to both sides."""
    edges: tuple[NDArray[np.float64], NDArray[np.float64]]
    """The comb's lines left and right of the parting, ascending: angles off it, or shares of the depth."""
    widest: float
    """How far aside there are tresses, in degrees."""
    seed: int
    tie: Gathered | None = None
    """Where hair is gathered that is combed off the forehead; None if it is not."""

    @property
    def lean(self) -> float:
        """By how many degrees hair that is swept up leans at its outline, clockwise: away from its parting."""
        return -_LEANS if self.parting > 0 else _LEANS

    def lines(self, face: WarpedFace, chance: np.random.Generator) -> list[Points]:
        """The comb's lines, each from somewhere on its way on."""
        drawn = []
        for side, edges in zip((-1.0, 1.0), self.edges, strict=True):
            for edge in edges[1:]:
                places = self._placed(face, *self._on(side, np.float64(edge), self._drawn(chance)))
                shown = places.hair & (np.abs(places.angles) < self.widest - _FADES) & (places.clear > 0)
                if shown.sum() > len(shown) / 4:
                    drawn.append(places.at[shown])
        return drawn

    def combed(self, face: WarpedFace, angle: float, reach: float) -> Points:
        """The strand that is at an angle at the hairline, from so far behind that, as a share of its way, to there."""
        off, t = angle - self.parting, np.linspace(reach, 0, 12)
        return self._placed(face, *self._on(np.sign(off), np.abs(off), 1 - t if self.way is Way.DOWN else t)).at

    def lights(self, face: WarpedFace) -> list[Points]:
        """Closed outlines of the streaks of light on them, in the picture's pixels."""
        chance = np.random.Generator(np.random.PCG64(self.seed))
        light = _LIGHT[self.way] if self.tie is None else _GATHERED_LIGHT
        sides, edges, ts = [], [], []
        for side, combed in zip((-1.0, 1.0), self.edges, strict=True):
            for near, far in pairwise(combed):
                middle = light.along + light.varied * float(chance.uniform(-0.5, 0.5))
                found = streaks(middle, light.reach, _LOOSE, chance)
                if chance.random() > light.lit:
                    continue
                for streak in found:
                    for edge in streak.edges:
                        sides.append(side)
                        edges.append(near + (far - near) * (light.across + edge * _BROAD))
                        ts.append(np.clip(streak.along, *_WITHIN))
        if not sides:
            return []
        edge, t = np.array(edges), np.array(ts)
        way = self._on(np.repeat(sides, t.shape[1]), edge.ravel(), t.ravel())
        places = self._placed(face, *way)  # all at once: it takes a tenth of the time
        front = np.abs(places.angles) < min(self.widest - _FADES, _FRONT)
        lit = (places.hair & front & (places.clear > _RIM * face.u)).reshape(-1, 2 * t.shape[1]).all(1)
        both = places.at.reshape(-1, 2, t.shape[1], 2)[lit]
        return [outline(*pair) for pair in both]

    def shades(self, face: WarpedFace, toward: float = 0.0) -> list[Points]:
        """Closed outlines of the dark sides of hair combed down, in the picture's pixels; the light is from a side.

        Each swells from a point and ends in one where two tresses part: level with their tips it would be a butt.
        """
        along = np.linspace(0, 1, _POINTS)
        swell = along**_SWELLS * (1 - along) ** _NARROWS
        swell, t = swell / swell.max(), _SETS_IN + (1 - _SETS_IN) * along
        sides, ways = [], []
        for side, edges, shares in zip((-1.0, 1.0), self.edges, self._shares(), strict=True):
            breadths = np.minimum(np.diff(edges) * shares[:-1], _SLIVER)
            breadths = breadths * rounded.shaded(self.parting + side * edges[:-1], toward)
            for near, broad in zip(edges, breadths, strict=False):
                if broad > _LEAST:
                    sides += [side, side]
                    ways += [near + 0 * swell, near + broad * swell]
        if not sides:
            return []
        way = self._on(np.repeat(sides, _POINTS), np.concatenate(ways), np.tile(t, len(ways)))
        places = self._placed(face, *way)  # all at once, as the lights
        at, hair, angles = (
            part.reshape(-1, 2, _POINTS, *part.shape[1:]) for part in (places.at, places.hair, places.angles)
        )
        whole = hair[:, 0].all(1) & (np.abs(angles[:, 0]).max(1) < self.widest)
        return [np.vstack([one, other[::-1]]) for one, other in at[whole]]

    def _placed(self, face: WarpedFace, angles: NDArray[np.float64], shares: NDArray[np.float64]) -> _Along:
        """Places at some angles, and shares of the depth."""
        whole = self.line.at(self.line.depth, angles)[:, 0]
        deep = shares * (np.minimum(whole, _DEEPEST * face.u) if self.way is Way.ASIDE else whole)
        hair = self.line.at(self.line.strength, angles)[:, 0] > _HAIR
        return _Along(angles, self.line.behind(angles, deep), hair, whole - deep)

    def shadow(self, face: WarpedFace, box: Box, toward: float = 0.0) -> Shadow:
        """Their dark sides, if they are not combed down, in a box of the half-size picture; light is from a side."""
        across, along, dark, there = self._places(face, box, toward)
        dark = dark * ease(1 - along if self.way is Way.UP else along, 0.05, 0.55)
        # no step where one tress meets the next: at half size that would be a row of dots
        shade = np.maximum(np.minimum(dark - across, across), across - 1)
        shade -= np.float32(_FAINT) * (1 - ease(dark, 0.03, 0.15)) + np.float32(_EDGE)
        crumbs = (shade > 0) & ~kept(shade > 0, (_CRUMB * face.u / 2) ** 2)
        return Shadow(np.where(crumbs, -np.float32(_EDGE), shade), there)

    def _drawn(self, chance: np.random.Generator) -> NDArray[np.float64]:
        """How much of its way a line is drawn, 0..1 along it."""
        if self.way is Way.DOWN:
            return np.linspace(float(chance.uniform(0.25, 0.6)), 0.98, 24)
        if self.way is Way.UP:
            return np.linspace(0, float(chance.uniform(0.6, 0.95)), 24)
        return np.linspace(float(chance.uniform(0.12, 0.30)), float(chance.uniform(0.8, 1.0)), 24)

    def _on(
        self, side: NDArray[np.float64] | float, edge: NDArray[np.float64] | np.float64, t: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Angles, and shares of the depth, along the way that sets out at an edge."""
        if self.way is Way.DOWN:
            return self.parting + side * edge * t**_BENDS, _HIGH * (1 - t) ** _FALLS
        if self.way is Way.UP:
            angle = np.asarray(self.parting + side * edge)
            if self.tie is None:
                return angle + self.lean * t**_SWAYS, t
            return self.tie.gone(angle, t**_SWAYS, self.parting), t
        return self.parting + side * _LONG * t, edge * _fanned(t)

    def _places(self, face: WarpedFace, box: Box, toward: float) -> tuple[Field, Field, Field, Field]:
        """How far across a tress (0..1, from its edge nearer the parting) and along it (0..1, to its tip) each place
        lies, which share of it is dark, and how far there are any.
        """
        line = self.line
        rows, columns = (np.arange(part.start, part.stop, dtype=np.float32) * 2 + 1 for part in box)
        off_x, off_y = columns[None] - np.float32(line.middle[0]), rows[:, None] - np.float32(line.middle[1])
        x, up = (
            off_x * way[0] + off_y * way[1] for way in (face.right.astype(np.float32), -face.down.astype(np.float32))
        )
        angle = np.degrees(np.arctan2(x, up))
        far, depth, hair = (
            np.interp(angle, line.angles, part).astype(np.float32) for part in (line.far, line.depth, line.strength)
        )
        there = (
            hair
            * ease(depth / np.float32(face.u), *_THIN)
            * (1 - ease(np.abs(angle), self.widest - _FADES, self.widest))
        )
        if self.way is Way.ASIDE:
            depth = np.minimum(depth, np.float32(_DEEPEST * face.u))
        share = np.maximum((np.sqrt(x * x + up * up) - far) / np.maximum(depth, 1), 0)
        off = angle - np.float32(self.parting)
        if self.way is Way.UP:
            along = np.minimum(share, 1)
            if self.tie is None:
                off -= np.float32(self.lean) * along ** np.float32(_SWAYS)
            else:
                way = np.asarray(cv2.pow(along, _SWAYS), np.float32)
                off = self.tie.set_out(angle, way, self.parting) - np.float32(self.parting)
            place = np.abs(off)
        else:
            along = np.clip(np.abs(off) / np.float32(_LONG), 0, 1)
            place = share / _fanned(along)
        across, dark = self._tress(place, off > 0)
        return across, along, dark * rounded.shaded(angle, toward).astype(np.float32), there

    def _tress(self, place: Field, right: NDArray[np.bool_]) -> tuple[Field, Field]:
        """How far across its tress each place lies, and which share of that is dark."""
        across, dark = np.zeros_like(place), np.zeros_like(place)
        for left, edges, shares in zip((True, False), self.edges, self._shares(), strict=True):
            side = ~right if left else right
            at = np.interp(place[side], edges, np.arange(len(edges)))
            tress = np.minimum(at.astype(np.intp), len(edges) - 2)
            across[side] = at - tress
            dark[side] = shares[tress]
        return 1 - across if self.way is Way.ASIDE else across, dark

    def _shares(self) -> list[NDArray[np.float64]]:
        """Which share of each tress is dark, left and right of the parting."""
        random = np.random.Generator(np.random.PCG64(self.seed))
        left, right = (_SHADED[0] + _SHADED[1] * random.random(len(edges)) for edges in self.edges)
        if self.way is Way.ASIDE or self.tie is not None:
            left[1::2], right[1::2] = 0, 0  # on all of them they would be stripes
        else:
            left[0] = 0  # no two dark sides meet at the parting
        return [left, right]


def aside(parting: float) -> float:
    """Where short hair is parted that is combed to the other side: the angle, if it is told to be `parting`."""
    return float(np.sign(parting) or 1) * max(abs(parting), _PARTED)


def tresses(
    line: Hairline,
    way: Way,
    parting: float,
    chance: np.random.Generator,
    widest: float = WIDEST,
    tie: Gathered | None = None,
) -> Tresses:
    """Divide hair that is combed one way from a parting; that and how far it is divided aside are angles in degrees.

    It may be gathered at a `tie`.
    """

    def edges(side: float) -> NDArray[np.float64]:
        if way is Way.ASIDE:
            return np.array([0.0, *_ASIDE]) * float(chance.uniform(0.9, 1.1))
        if way is Way.UP:
            if tie is None:
                broad = _UP * chance.uniform(1 - _VARIED, 1 + _VARIED, 8)
            else:
                broad = _GATHERED * chance.uniform(1 - _UNLIKE, 1 + _UNLIKE, 8)
                broad[0] *= _MIDDLE
        else:
            turns = _DOWN if side * parting <= 0 else _DOWN[::-1]  # where there is less room, a narrow one is first
            broad = np.tile(turns, 4) * chance.uniform(1 - _EVENLY, 1 + _EVENLY, 8)
        return np.concatenate([[0.0], np.cumsum(broad)])

    return Tresses(line, way, parting, (edges(-1.0), edges(1.0)), widest, int(chance.integers(1 << 30)), tie)


def _fanned[T: (np.float32, np.float64)](t: NDArray[T]) -> NDArray[T]:
    """How far apart lines combed aside lie on their way, as a share of how far they do at its end."""
    return np.asarray(_FAN + (1 - _FAN) * np.sin(t * (np.pi / 2)), t.dtype)
