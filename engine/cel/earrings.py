"""Earrings: what glitters where the lobe of a woman's ear is, or hangs from it.

In a photo they are a few pixels: a small spot, brighter all round than anything beside the ear, that has the colour
neither of skin nor of what lies behind. What is told of them is of which metal they are, and whether they sit at the
lobe, hang far below it, or are hoops.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import Pixels
from engine.cel import hoops
from engine.cel.look import Plane
from engine.cel.paint.fields import blur
from engine.cel.parse import Floats, Label, Regions
from engine.cel.perceive import Face

_ROOTS = (234, 454)
"""Mesh indices where ears grow, the picture's left first."""
_CHILD = 12.0
"""The age up to which nobody is taken to wear any."""
_FINE = 64
"""How many places of what is looked at there are in a face width."""
_FROM, _SIZE = np.array([-0.30, -0.25]), (45, 55)
"""What is looked at: from how far aside of an ear's root on and below it, in face widths, and how many of those places.
"""
_ACROSS, _ALONG = np.meshgrid(*(start + np.arange(size) / _FINE for start, size in zip(_FROM, _SIZE, strict=True)))


def _within(left: float, right: float, top: float, bottom: float) -> NDArray[np.bool_]:
    """Where what is looked at lies so far aside and down, in face widths."""
    return np.asarray((left < _ACROSS) & (right > _ACROSS) & (top < _ALONG) & (bottom > _ALONG))


_SOUGHT, _CHEEK = _within(-0.06, 0.13, 0.07, 0.40), _within(-0.25, -0.10, -0.10, 0.15)
"""Where earrings are looked for, and where skin is."""
_BESIDE = ~_within(-0.10, 0.20, 0.03, 0.48)
"""Where the texture of the photo is measured."""
_SCALES = (1.0, 2.2)
"""The sizes of spots that are looked for, in those places."""
_TEXTURE, _NOISE = 0.99, 1.0
"""The share of places beside an ear that are weaker spots than what one at its lobe is compared to; and what is added
to that."""
_FAR_DOWN = 0.31
"""How far below an ear's root there are collars and gaps of what lies behind, in face widths."""
_SURE = np.where(_ALONG < _FAR_DOWN, 1.7, 1.9)
"""How many times as strong as those an earring is at least."""
_PAIR = 0.6
"""Which share of that the other one of a pair is at least."""
_CLEAR = 0.3
"""How much of what lies behind there is at most where an earring is, that far down."""
_SKIN, _BEHIND, _FEW = 5.0, 14.0, 30
"""How far from the skin's, as light as it, an earring's colour is, and how far from what lies behind, in CIELAB; and in
how many places that is told at least."""
_TINGE, _YELLOW, _LARGE = 4.0, 8.0, 0.07
"""How much yellower (CIELAB b) than skin gold's glint is, if that is not white, and gold about it; and how high what is
so yellow is at least where it is a hoop, in face widths: golden studs are smaller."""
_ABOUT = (4, 5)
"""How far aside, and above and below, what is golden is looked at, in places."""
_SMALL = 0.13
"""How high a small hoop is at least, in face widths."""
_HANGS, _LOBE = 0.24, 0.125
"""How far below an ear's root what is found hangs from the lobe at least, and where that ends; in face widths."""
_SEEN = 0.15
"""The yaw from which the far ear is hidden."""


class Kind(Enum):
    """What is worn at the ears."""

    STUD = "stud"
    PENDANT = "pendant"
    HOOP = "hoop"


@dataclass(frozen=True, slots=True)
class Earrings:
    """What somebody wears at the ears."""

    kind: Kind
    gold: bool
    long: float
    """How far they reach below the lobe, in face widths; 0 for a stud."""
    sides: tuple[bool, bool]
    """At which ear one was seen, the picture's left first."""


def seen(photo: Pixels, face: Face, regions: Regions) -> Earrings | None:
    """The earrings of the face in the working picture; None where none are told for certain."""
    if face.female < 0.5 or face.age < _CHILD:
        return None
    sides = zip((-1.0, 1.0), _ROOTS, strict=True)
    ears = [_Ear(photo, face, side, root) for side, root in sides if side * face.frame.yaw < _SEEN]
    there = [(ear, spot) for ear in ears if (spot := ear.spot(regions, 1.0)) is not None]
    if not there:
        return None
    ear, spot = max(there, key=lambda one: one[1].sure)
    surely = [one for one, _ in there]
    worn = {one.side for one in ears if one in surely or one.spot(regions, _PAIR) is not None}
    kind, gold, long = ear.told(spot)
    return Earrings(kind, gold, long, (-1.0 in worn, 1.0 in worn))


@dataclass(frozen=True, slots=True)
class _Spot:
    """Something small and bright at an ear."""

    sure: float
    """How strong it is, as a share of what is needed."""
    row: int
    column: int


class _Ear:
    """What is seen of one ear."""

    def __init__(self, photo: Pixels, face: Face, side: float, root: int) -> None:
        self.photo, self.side, self.root = photo, side, face.mesh[root, :2].astype(np.float64)
        self.axes = np.stack([side * face.frame.right, face.frame.down], 1).astype(np.float64) * face.frame.unit
        there = np.column_stack([self.axes / _FINE, self.root + self.axes @ _FROM])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        patch = cv2.warpAffine(photo, there, _SIZE, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        lab = cv2.cvtColor(patch.astype(np.float32) * np.float32(1 / 255), cv2.COLOR_RGB2LAB)
        self.lab = np.asarray(lab, np.float32)
        light = np.ascontiguousarray(self.lab[..., 0])
        self.sure = np.maximum.reduce([_sure(light, scale) for scale in _SCALES]) / _SURE * _SOUGHT

    @cached_property
    def off(self) -> Floats:
        """How far each place's colour is from skin's that is as light (CIELAB a, b)."""
        skin = np.median(self.lab[_CHEEK], 0)
        return np.asarray(self.lab[..., 1:] - skin[1:] * (self.lab[..., :1] / max(float(skin[0]), 1.0)), np.float32)

    def spot(self, regions: Regions, least: float) -> _Spot | None:
        """The surest earring that is so sure, if there is one."""
        if self.sure.max() < least:
            return None
        x, y = np.moveaxis(np.stack([_ACROSS, _ALONG], -1) @ self.axes.T + self.root, -1, 0)
        empty = regions.at(np.asarray(x, np.float32), np.asarray(y, np.float32))[..., Label.BACKGROUND]
        free = (np.linalg.norm(self.off, axis=-1) > _SKIN) & ((_ALONG < _FAR_DOWN) | (empty < _CLEAR))
        behind = empty > 0.5
        if behind.sum() > _FEW:
            free &= ~behind | (np.linalg.norm(self.lab - np.median(self.lab[behind], 0), axis=-1) > _BEHIND)
        row, column = (int(at) for at in np.unravel_index(int(np.argmax(self.sure * free)), free.shape))
        sure = float(self.sure[row, column])
        return _Spot(sure, row, column) if free[row, column] and sure >= least else None

    def told(self, spot: _Spot) -> tuple[Kind, bool, float]:
        """What is worn there, whether it is golden, and how far it reaches below the lobe."""
        across, along = float(_ACROSS[0, spot.column]), float(_ALONG[spot.row, 0])
        yellow = self.off[..., 1] > _YELLOW
        about = yellow[_near(spot, 1, 1)].sum() > 1
        gold = about or self.off[spot.row, spot.column, 1] > _TINGE
        rows = np.flatnonzero(yellow[_near(spot, *_ABOUT)].any(1))
        high = (np.ptp(rows) + 1) / _FINE if about else 0.0
        if high >= _LARGE:
            return Kind.HOOP, True, max(_SMALL, float(high))
        if along < _HANGS:
            return Kind.STUD, bool(gold), 0.0
        high = hoops.high(self.photo, self.root, self.axes, np.array([across, along]))
        return (Kind.HOOP, bool(gold), high) if high else (Kind.PENDANT, bool(gold), along - _LOBE)


def _near(spot: _Spot, aside: int, down: int) -> tuple[slice, slice]:
    """The places about a spot, so far at most."""
    row, column = spot.row, spot.column
    return np.s_[max(0, row - down) : row + down + 1, max(0, column - aside) : column + aside + 1]


def _sure(light: Plane, scale: float) -> Plane:
    """How sure each place of what is looked at is a spot of that size: one is brighter than all about it.

    Whichever way: an edge, or a strand, is none.
    """
    smooth = blur(light, scale)
    xx, yy, xy = (cv2.Sobel(smooth, cv2.CV_32F, *way, ksize=3) for way in ((2, 0), (0, 2), (1, 1)))
    spots = (-(xx + yy) / 2 - np.hypot((xx - yy) / 2, xy)) * np.float32(scale * scale / 4)
    beside = spots[_BESIDE]
    common = np.partition(beside, int(_TEXTURE * len(beside)))[int(_TEXTURE * len(beside))]
    return np.asarray(spots / (common + np.float32(_NOISE)), np.float32)
