"""The cuts of beards: which of them is worn, and its outline on the face, the same on both sides.

A parser tells well that there is a beard and roughly where; its edges are frayed and its sides differ. A painter draws
one of a few cuts, and so does this: how much of each part of the face is overgrown says which.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from engine.cel.frame import HALF, JAWS
from engine.cel.geometry import curve
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint import goatees
from engine.cel.paint.fields import blur, polygon
from engine.cel.traits import Traits

_CHEEKS = (0.05, 0.10, 0.17, 0.27, 0.44, 0.66)
"""How far a full beard reaches, from the first points along the jaw, towards the corner of the mouth, as a share of
that way."""
_LOW_CHEEKS = (0.05, 0.09, 0.15, 0.235, 0.38, 0.60)
"""The same of a few days' growth, which is an even curve along the jaw."""
_CORNERS, _UPPER_LIP = (57, 287), (287, 270, 269, 267, 0, 37, 39, 40, 57)
"""Mesh indices of the mouth's corners, and along the upper lip from one to the other."""
_OVER = ((216, 206, 165, 167, 164), (436, 426, 391, 393, 164))
_UNDER = ((61, 40, 39, 37, 0), (291, 270, 269, 267, 0))
_THIN, _THINNER = 0.62, 0.50
"""Mesh indices over and under each half of a moustache's edge; and how far from the former to the latter it lies, and
that of a few days' growth.
"""
_SLOPE = np.array([[1.15], [0.92], [0.74], [0.62], [0.62]])
"""How far it lies from the one to the other, from the corner in, where no more is worn than a goatee.
"""
_JAWS = ((93, 177, 215, 192, 214, 210, 136, 172, 58, 132), (323, 401, 435, 416, 434, 430, 365, 397, 288, 361))
_FAR_JAWS = ((132, 192, 214, 210, 136, 172, 58), (361, 416, 434, 430, 365, 397, 288))
"""Mesh indices round each jaw, and round its lower part, which is all that a turned head shows of the far one."""
_CHIN = (
    *(57, 43, 106, 182, 83, 18, 313, 406, 335, 273, 287),
    *(432, 395, 369, 396, 175, 171, 140, 170, 212),
)
_MOUSTACHE = (57, 216, 206, 165, 167, 164, 393, 391, 426, 436, 287, 270, 269, 267, 0, 37, 39, 40)
"""Mesh indices round the parts of beards."""
_TIP = 152
"""Mesh index of the chin's tip."""
_PART, _FULL, _SHORT = 0.38, 0.41, 0.15
"""How much of the chin or the lip is overgrown at least where a beard is worn; and of the jaw where it is a full one,
and where it is a full one so short that the lip shows little of it."""
BEARD, SHORT, STUBBLE, DOWN = 1.0, 0.9, 0.45, 0.3
"""How far a beard, a short one and stubble are grown, and what may be a thin moustache."""
_SURE = (0.955, 0.85, 0.68)
"""How sure the parser is of each of them at least, where it is surest."""
_MOST, _SOME = 0.65, 0.22
"""How much of the chin a beard covers that it is not sure of; and how much stubble covers of a part of the face."""
_BEARDED, _UNGROWN, _UNSHAVEN = 0.25, -0.5, 0.65
"""Traits above which there is a beard, below which it is no more than stubble, and above which there is stubble."""
_DOWNY, _MANS = 0.0, 0.3
"""Traits above which a man who has no stubble may have a thin moustache, and how female (0..1) he looks at most."""
_SHAVEN = -0.3
"""Traits below which stubble is a shadow."""
_PLAIN, _TUFT, _ALONE = 0.84, 0.15, 0.6
"""How sure the parser is of hair on the chin alone, how much of that is overgrown, and which share of that at most of
the lip and the jaws is."""
_ROUND = 0.6, 0.4
"""How much of chin and lip is overgrown at least by a beard round the mouth, and which share of that at most of the
jaws."""
_ON_LIP = 0.24
"""Which share of what of the chin is overgrown is so of the lip at most where a goatee is worn without a moustache."""
_TURNED = 0.13
"""Yaw from which a head's far cheek is not seen."""
_BELOW = 0.05
"""How far beards reach under the jaw, in face widths."""
_LONG, _HANGS = 0.5, 0.18
"""How sure the parser must be of a beard that hangs lower, and how far at least one does that is long, in face widths:
what is seen just under a chin is the shade on the neck.
"""


@dataclass(frozen=True, slots=True)
class Whiskers:
    """What grows on a face."""

    cover: Plane
    """Coverage 0..1 at half size."""
    grown: float
    """How far: 1 a beard, less a short one, and least a few days' growth."""


@dataclass(frozen=True, slots=True)
class _Grown:
    """How far the parts of a face are overgrown."""

    seen: Plane
    face: WarpedFace
    lip: Plane
    on_chin: float
    on_lip: float
    on_jaw: float

    @classmethod
    def of(cls, seen: Plane, face: WarpedFace) -> "_Grown":
        """Measure it where the parser has `seen` hair."""
        chin, lip, left, right = (_filled(part, face) for part in (_CHIN, _MOUSTACHE, *_JAWS))
        return cls(seen, face, lip, *(_share(seen, part) for part in (chin, lip, np.maximum(left, right))))

    @property
    def sure(self) -> float:
        """How sure the parser is where it is surest."""
        return float(self.seen.max())

    @property
    def bare_lip(self) -> bool:
        """Whether no moustache is worn with what grows on the chin."""
        return self.on_lip < self.on_chin * _ON_LIP

    @property
    def on_chin_alone(self) -> bool:
        """Whether the chin is much more overgrown than the rest."""
        return max(self.on_lip, self.on_jaw) < self.on_chin * _ALONE

    @property
    def round_mouth_alone(self) -> bool:
        """Whether it is a goatee for certain; a turned head hardly shows what else is overgrown."""
        return abs(self.face.yaw) < _TURNED and (self.on_chin_alone or self.round_mouth)

    @property
    def round_mouth(self) -> bool:
        """Whether most of chin and lip is overgrown, and little of the jaws: growth of days leaves none bare."""
        return min(self.on_chin, self.on_lip) > _ROUND[0] and self.on_jaw < self.on_chin * _ROUND[1]


def cut(seen: Plane, face: WarpedFace, traits: Traits | None = None, female: float = 0.5) -> Whiskers:
    """What grows where the parser has `seen` it, at half size: it is the less sure, the shorter that is.

    Where `traits` tell at a glance that somebody wears a beard, or has not shaved, there is one, or stubble; and where
    they tell less of a man (`female` 0), perhaps a thin moustache.
    """
    grown = _Grown.of(seen, face)
    found = _found(grown)
    if traits is None:
        return found
    if found.grown >= SHORT and traits.beard < _UNGROWN and not grown.round_mouth_alone:
        return Whiskers(_days(face), STUBBLE)
    if min(traits.beard, traits.whiskers) > _BEARDED:
        shape = np.maximum(_hanging(_full(face), face), found.cover)
        return Whiskers(np.asarray(shape, np.float32), max(found.grown, SHORT))
    if found.grown == STUBBLE and traits.whiskers < _SHAVEN:
        return Whiskers(np.zeros_like(seen), 0.0)
    if _goatee(grown) and traits.whiskers > _BEARDED:
        return Whiskers(_hanging(_round_mouth(face), face), SHORT)
    if traits.whiskers > _UNSHAVEN and not found.cover.any():
        return Whiskers(_days(face), STUBBLE)
    if traits.whiskers > _DOWNY and female < _MANS and not found.cover.any():
        return Whiskers(_moustache(face), DOWN)
    return found


def _goatee(grown: _Grown) -> bool:
    """Whether something grows on the chin alone, though less of that is overgrown than by a beard."""
    return grown.sure > _PLAIN and _TUFT < grown.on_chin < _PART and grown.on_chin_alone


def _found(grown: _Grown) -> Whiskers:
    """What the parser has seen."""
    if grown.sure > _SURE[0] or grown.on_chin > _MOST:
        return Whiskers(_beard(grown), BEARD)
    if grown.sure > _SURE[1] and max(grown.on_chin, grown.on_lip) > _PART:
        return Whiskers(_beard(grown), SHORT)
    if grown.sure < _SURE[2] or max(grown.on_chin, grown.on_lip, grown.on_jaw) < _SOME:
        return Whiskers(np.zeros_like(grown.seen), 0.0)
    return Whiskers(_days(grown.face), STUBBLE)


def _beard(grown: _Grown) -> Plane:
    """Coverage of a beard, in the nearest of the cuts."""
    if max(grown.on_chin, grown.on_lip) < _PART:
        return np.zeros_like(grown.seen)
    if grown.on_chin < _PART and grown.on_jaw < _FULL:
        return grown.lip
    full = grown.on_jaw > (_FULL if grown.on_lip > _PART / 2 else _SHORT)
    if full:
        shape = _full(grown.face)
    else:
        shape = polygon(goatees.beneath(grown.face)) if grown.bare_lip else _round_mouth(grown.face)
    shape = _hanging(shape, grown.face)
    return np.asarray(np.maximum(shape, _long(grown.seen, grown.face)), np.float32)


def _days(face: WarpedFace) -> Plane:
    """Coverage of a few days' growth."""
    return _hanging(_full(face, _LOW_CHEEKS, _THINNER), face)


def _full(face: WarpedFace, cheeks: tuple[float, ...] = _CHEEKS, thin: float = _THIN) -> Plane:
    """Coverage of a full beard, whose far half of a turned head lies along the jaw: its cheek is not seen."""
    parts = [_filled(_CHIN, face), _moustache(face, thin)]
    for sign, side, far in zip((-1.0, 1.0), range(2), _FAR_JAWS, strict=True):
        parts.append(_filled(far, face) if sign * face.yaw > _TURNED else polygon(_half(side, face, cheeks, thin)))
    return np.asarray(np.maximum.reduce(parts), np.float32)


def _round_mouth(face: WarpedFace) -> Plane:
    """Coverage of a goatee, which is slimmer than the chin, and of the moustache that is worn with it."""
    return np.maximum(polygon(goatees.tapered(face.points[list(_CHIN)], face)), _moustache(face, _SLOPE))


def _moustache(face: WarpedFace, thin: float | Points = _THIN) -> Plane:
    """Coverage of a moustache."""
    return polygon(np.vstack([_lip(0, face, thin), _lip(1, face, thin)[::-1], face.points[list(_UPPER_LIP)]]))


def _half(side: int, face: WarpedFace, cheeks: tuple[float, ...], thin: float) -> Points:
    """The outline of half a full beard."""
    jaw, corner = face.points[list(JAWS[side])], face.points[_CORNERS[side]]
    cheek = jaw[: len(cheeks)] + np.array(cheeks)[:, None] * (corner - jaw[: len(cheeks)])
    return np.vstack([curve(np.vstack([cheek, _lip(side, face, thin)]), 4), jaw[::-1]])


def _lip(side: int, face: WarpedFace, thin: float | Points) -> Points:
    """The upper edge of half a moustache, from the corner of the mouth to the middle."""
    over, under = face.points[list(_OVER[side])], face.points[list(_UNDER[side])]
    return over + thin * (under - over)


def chin(face: WarpedFace) -> Plane:
    """Coverage of the chin, where beards are thickest, at half size."""
    return _filled(_CHIN, face)


def _filled(indices: tuple[int, ...], face: WarpedFace) -> Plane:
    """Coverage of the polygon of some of the mesh's points, at half size."""
    return polygon(face.points[list(indices)])


def _share(seen: Plane, part: Plane) -> float:
    """How much of a part is overgrown, 0..1."""
    return float((seen * part).sum() / max(float(part.sum()), 1.0))


def _hanging(shape: Plane, face: WarpedFace) -> Plane:
    """The shape and what of it hangs under the jaw."""
    down = face.down * (_BELOW * face.u / 2)
    lower = cv2.warpAffine(shape, np.array([[1, 0, down[0]], [0, 1, down[1]]]), shape.shape[::-1])
    return np.asarray(np.maximum(shape, lower), np.float32)


def _long(seen: Plane, face: WarpedFace) -> Plane:
    """What hangs far below the chin."""
    y, x = np.mgrid[0:HALF, 0:HALF].astype(np.float32) * 2 + 1
    down = x * face.down[0] + y * face.down[1]
    mouth, chin = face.points[[17, 200]].mean(0) @ face.down, face.points[_TIP] @ face.down
    hair = (seen > _LONG) & (down > mouth)
    if not (hair & (down > chin + _HANGS * face.u)).any():
        return np.zeros_like(seen)
    return blur(np.asarray(hair, np.float32), max(0.8, 0.02 * face.u / 2))
