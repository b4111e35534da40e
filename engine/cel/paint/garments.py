"""What somebody wears, as few plain parts: one colour, stripes, something open over something else, or a collar.

The colours of clothes in a photo break up in print, folds and light. Of the few things that a portrait can show of a
garment, the one that explains them best is drawn, and one colour where none does.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import WHOLE, Frame
from engine.cel.look import LabPicture, Plane
from engine.cel.paint import cloths, prints, stripes
from engine.cel.paint.attire import Outfit
from engine.cel.paint.clusters import NEAR, nearest, palette
from engine.cel.paint.fields import Field
from engine.cel.paint.veil import veil
from engine.cel.parse import Label, Regions

_STRIDE = 4
"""Parts are compared at every fourth pixel of the half-size picture."""
_FEW = 30
"""Places in which colours are compared at least."""
_BROAD = 0.9
"""How far aside what is seen counts, in face widths: what is near the middle says more than the arms."""
_PLAIN = 0.5
"""How sure it is at a glance that a jacket is worn open where what shows within is looked at no more closely."""
_MATERIALS, _ALIKE = 3, 20.0
"""How many main colours are looked for at most; those nearer to each other than this are one."""
_TINT, _SHADE = 8.0, 1.7
"""Colours that differ by less chroma than this, and in lightness by no such factor, are one in light and shadow."""
_COLOURFUL, _HUE = 14.0, 0.94
"""Chroma from which hues tell; and the cosine of how far those of one colour lie apart at most."""
_HIGH, _LOW, _ASIDE = (0.12, 0.20, 0.30, 0.42, 0.56), (-0.7, -0.35, -0.1, 0.05, 0.2, 0.4), (-0.16, -0.08, 0, 0.08, 0.16)
_OPENINGS = np.array([*product(_HIGH, _LOW, _ASIDE)], np.float32)
"""Half the breadth in which a jacket is open at the chin's height, and one face width below; and how far aside, in
face widths."""
_LEAN = 0.8
"""How much worse an opening is for every face width that it lies aside."""
_OPEN, _APART = (0.40, 0.12), 22.0
"""How well the parts of an open jacket are told by their colours, and which share of both the smaller part
is; and how far their colours lie apart; all at least."""
_GLANCE = 0.3
"""How much less well an opening need be told for every unit by which a jacket is sure at a glance."""
_CONE, _LONG = (0.45, 0.25), 3.0
"""Where a garment is looked for in the whole photo: the breadth at the chin's height and how that grows, and how far
down, in face widths.
"""
_NEXT_TO_NONE, _ROOM = 12, (1.5, -0.1)
"""Of the whole photo, in how many places it is found there at least; else how far aside it is looked for, and below the
chin, in face widths."""
_SIDE = 0.2
"""How much of what lies on one side of an opening there is on the other at least, where that counts."""
_ROW, _STRIPED, _CHANGES = 0.07, 0.50, 3
"""Height of the rows in which stripes are looked for, in face widths; the share of differences that they explain, and
how often the colour changes, at least."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a garment that lies over the others."""

    colour: NDArray[np.float32]
    """CIELAB, as it is seen."""
    shape: Plane
    """Signed distance in half-size pixels, positive inside."""
    seam: bool
    """Whether its edge is a seam, which has a line; the edges of stripes are print."""


@dataclass(frozen=True, slots=True)
class Garment:
    """What is worn: one colour, and parts over it."""

    colour: NDArray[np.float32]
    parts: list[Part]

    @property
    def patterned(self) -> bool:
        """Whether it bears a pattern: then it is cloth, even where it has the colour of skin."""
        return any(not part.seam for part in self.parts)


def seen(whole: LabPicture, regions: Regions, frame: Frame) -> Outfit:
    """The clothes that a whole photo shows of the person, of which a portrait shows less."""
    size = len(whole)
    x, y = frame.maps(size)
    y = y - np.float32(frame.chin)
    clothed = regions.seen(WHOLE, size)[..., Label.CLOTHES] > 0.5
    near = (np.abs(x) < _CONE[0] + _CONE[1] * y) & (y > 0) & (y < _LONG) & clothed
    if near.sum() < _NEXT_TO_NONE:
        near = (np.abs(x) < _ROOM[0]) & (y > _ROOM[1]) & clothed
    tint = veil(whole[~clothed])
    return Outfit(tint.lifted(whole[near]), x[near], y[near], tint)


def read(
    photo: LabPicture,
    on: NDArray[np.bool_],
    outfit: Outfit,
    bare: Field,
    x: Plane,
    y: Plane,
    unit: float,
    jacket: float | None = 0.0,
) -> Garment:
    """The garment that covers `on`; x and y are face widths from the chin, all at the size of `photo`.

    A plain garment's colour is also that of the `outfit` outside the picture. What has the colour of `bare` skin is no
    shirt within a jacket. `jacket` says how sure it is at a glance that one is worn open, as `Traits` have it; None,
    that nothing can be.
    """
    outside = outfit.colours
    sparse = np.s_[_STRIDE // 2 :: _STRIDE, _STRIDE // 2 :: _STRIDE]
    here = on[sparse]
    if here.sum() < _FEW:
        return Garment(cloths.plain(photo[on], outside, bare), [])
    colours, across, down = photo[sparse][here], x[sparse][here], y[sparse][here]
    striped = _striped(colours, down, y, unit)
    if striped is not None:
        return striped
    found = None
    if jacket is not None:
        found = _divided(colours, across, down, _OPENINGS, _OPEN[0] - _GLANCE * jacket, _OPEN[1])
    told = stripes.seen(outfit, bare) if jacket is None else None
    if told is not None:
        ground, tone, share = told
        return Garment(ground, [Part(tone, stripes.shape(share, x, y, unit), False)])
    if jacket is None or found is None:
        return patterned(photo, on, x, y, unit, False) or Garment(cloths.plain(colours, outside, bare), [])
    inner = _within(found[None], across, down)[0] > 0
    whole, shirt = cloths.commonest(colours[~inner]), cloths.commonest(colours[inner])
    doubt = max(0.0, _PLAIN - jacket)  # it may be a chest in the shade
    if float(np.linalg.norm((shirt - bare) * NEAR)) < cloths.BARE * (1 + doubt):
        return Garment(whole, [])
    return Garment(whole, [Part(shirt, _shape(found, x, y, unit), True)])


def patterned(
    photo: LabPicture, on: NDArray[np.bool_], x: Plane, y: Plane, unit: float, collared: bool
) -> Garment | None:
    """A garment with a pattern, if it has one."""
    found = prints.read(photo, on, x, y, unit, collared)
    return Garment(found[0][0], [Part(tone, shape, False) for tone, shape in found[1:]]) if found else None


def plain(photo: LabPicture, on: NDArray[np.bool_]) -> Garment:
    """What covers `on`, taken for one colour, that of its upper half: a hat's brim lies in its shadow."""
    colours = photo[on][::_STRIDE]  # from the top row down
    return Garment(cloths.commonest(colours[: max(1, len(colours) // 2)]), [])


def kin(one: Field, other: Field) -> bool:
    """Whether two colours are one in light and shadow."""
    dark, light = sorted((float(one[0]), float(other[0])))
    if min(np.hypot(*one[1:]), np.hypot(*other[1:])) > _COLOURFUL:
        turn = np.arctan2(one[2], one[1]) - np.arctan2(other[2], other[1])
        return bool(np.cos(turn) > _HUE and light < 1.5 * _SHADE * dark)
    return bool(np.hypot(*(one - other)[1:]) < _TINT and light < _SHADE * dark)


def _within(cuts: NDArray[np.float32], x: Plane, y: Plane) -> NDArray[np.float32]:
    """How far within each opening places (...) lie, in face widths, (n, ...)."""
    high, low, aside = (part.reshape(-1, *[1] * x.ndim) for part in cuts.T)
    return np.asarray(high + (low - high) * y - np.abs(x - aside), np.float32)


def _shape(cut: NDArray[np.float32], x: Plane, y: Plane, unit: float) -> Plane:
    steep = float(np.hypot(1, cut[1] - cut[0]))
    return np.asarray(_within(cut[None], x, y)[0] * np.float32(unit / steep), np.float32)


def _divided(
    colours: Field, x: Field, y: Field, cuts: NDArray[np.float32], told: float, least: float
) -> NDArray[np.float32] | None:
    """The cut that best tells one of the main colours (n, 3), at places, from the others; none if it does so badly.

    How well it does is the square of the correlation of lying within it and being of that colour.
    """
    weight = np.exp(-((x / np.float32(_BROAD)) ** 2))
    weight /= weight.sum()
    within = _within(cuts, x, y) > 0
    inner = within @ weight
    fits = np.minimum(inner, 1 - inner) > least
    aside = _LEAN * np.abs(cuts[:, 2] - cuts[:, 2].mean())
    mine, best = _materials(colours), None
    for material in np.unique(mine):
        own = (mine == material) * weight
        share = float(own.sum())
        together = within @ own - inner * share
        well = together**2 / np.maximum(inner * (1 - inner) * share * (1 - share), 1e-6)
        at = int(np.argmax(np.where(fits, well - aside, 0)))
        if (
            fits[at]
            and well[at] - aside[at] > told
            and _far(colours, within[at])
            and _paired(mine, within[at], x - cuts[at, 2])
        ):
            told, best = float(well[at] - aside[at]), cuts[at]
    return best


def _materials(colours: Field) -> NDArray[np.intp]:
    """Which of the main colours each of colours (n, 3) belongs to, shadow to what it falls on."""
    centres = palette(colours, _MATERIALS, _ALIKE)
    mine = nearest(colours, centres)
    for other in range(1, len(centres)):
        mine[mine == other] = next((k for k in range(other) if kin(centres[other], centres[k])), other)
    return mine


def _paired(mine: NDArray[np.intp], within: NDArray[np.bool_], x: Field) -> bool:
    """Whether both sides of an opening are of one material: what lies on one alone is hair, or somebody else."""
    sides = [mine[~within & (x * side > 0)] for side in (-1, 1)]
    much = _SIDE * max(len(side) for side in sides)
    most = [int(np.bincount(side).argmax()) for side in sides if len(side) > much]
    return len(set(most)) < 2


def _far(colours: Field, within: NDArray[np.bool_]) -> bool:
    """Whether the mean colours within and outside lie far apart."""
    apart = (colours[within].mean(0) - colours[~within].mean(0)) * NEAR
    return float(np.linalg.norm(apart)) > _APART


def _striped(colours: Field, down: Field, y: Plane, unit: float) -> Garment | None:
    """A garment with stripes round the body."""
    seen = colours * NEAR
    rows = np.floor(down / _ROW).astype(int)
    rows -= rows.min()
    counts = np.bincount(rows)
    if len(counts) < 4:
        return None
    means = np.stack([np.bincount(rows, seen[:, k]) for k in range(3)], 1) / np.maximum(counts, 1)[:, None]
    middle = seen.mean(0)
    way = np.linalg.svd((means - middle) * np.sqrt(counts)[:, None], full_matrices=False)[2][0]
    lead = (means - middle) @ way
    light = lead[rows] > 0
    share = float(light.mean())
    if min(share, 1 - share) < 0.15:
        return None
    one, other = seen[light].mean(0), seen[~light].mean(0)
    explained = share * (1 - share) * float(((one - other) ** 2).sum()) / max(float(seen.var(0).sum()), 1e-6)
    changes = np.flatnonzero(np.diff((lead > 0).astype(int)))
    if explained < _STRIPED or len(changes) < _CHANGES or float(np.linalg.norm(one - other)) < _APART:
        return None
    edges = (changes + 1 + np.floor(float(down.min()) / _ROW)) * _ROW
    away = np.abs(y[..., None] - edges.astype(np.float32)).min(-1)
    turns = np.searchsorted(edges, y) % 2 == int(lead[0] <= 0)
    shape = np.where(turns, away, -away) * np.float32(unit)
    return Garment(
        cloths.commonest(colours[~light]),
        [Part(cloths.commonest(colours[light]), np.asarray(shape, np.float32), False)],
    )
