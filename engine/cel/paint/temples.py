"""Where short hair ends at the far temple of a turned head: in a point along the face's edge.

A mask ends there in a stump.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel import geometry
from engine.cel.frame import SIDE
from engine.cel.geometry import Points, bezier
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import ease

_TURNED = 0.12
"""Yaw from which hair on the far side lies along the face's edge."""
_FINE = 0.01
_ASIDE, _DOWN = np.arange(0.20, 0.95, _FINE), np.arange(-0.70, 0.35, _FINE)
"""How far aside of the face's middle, and at which v, hair is looked at, in face widths."""
_EDGE, _LOW, _FEW = 0.13, 0.08, 2
"""How near to a face's far edge hair is looked at, in face widths; the v below which it needs no point; and how many
places across it is at least."""
_TAPER, _FROM, _SLIM, _LEVEL = 0.13, 0.07, 0.03, 0.05
"""How long its point is, from how far over its end it tapers, how broad it is in its middle, and how far aside the
face's edge may turn on that way; in face widths."""
_EVEN = 2.0
"""How smooth that edge is taken, in levels of `_DOWN`."""
_PROUD = 0.01
"""How far hair stands off it, in face widths."""
_ASLANT, _FAR, _BELOW = (0.14, 0.28), (0.1, 0.40), (-0.80, -0.60)
"""Between which yaws, how far aside, and down from which v tied hair gets to lie flat at the far temple: full it would
be a brim over the forehead."""


@dataclass(frozen=True, slots=True)
class _Beside:
    """One side of a face, in its own coordinates: aside of its middle, and down, in face widths."""

    face: WarpedFace
    side: float

    def at(self, aside: float, down: float) -> Points:
        """A place in the picture's pixels, (2,)."""
        along = aside * self.side * self.face.right + down * self.face.down
        return np.asarray(self.face.centre + along * self.face.u, np.float64)

    def within(self, shape: Plane) -> NDArray[np.bool_]:
        """Where a signed distance in any size is above 0: at each of `_DOWN` and `_ASIDE`."""
        size = len(shape) / SIDE
        across, down = (way * self.face.u * size for way in (self.face.right * self.side, self.face.down))
        begin = self.face.centre * size - 0.5 + across * _ASIDE[0] + down * _DOWN[0]
        there = np.stack([across * _FINE, down * _FINE, begin], 1)
        flags, shown = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, (len(_ASIDE), len(_DOWN))
        return np.asarray(cv2.warpAffine(shape, there, shown, flags=flags, borderMode=cv2.BORDER_REPLICATE) > 0, bool)


def near(face: WarpedFace, u: Plane, v: Plane) -> Plane:
    """Where hair is not at the far temple of a turned head, 0..1."""
    if abs(face.yaw) < _ASLANT[0]:
        return np.ones_like(u)
    turned = np.float32(geometry.ease(abs(face.yaw), *_ASLANT))
    far = ease(u * np.float32(np.sign(face.yaw)), *_FAR) * ease(v, *_BELOW)
    return np.asarray(1 - turned * far, np.float32)


def temple(shape: Plane, person: Plane, bare: Plane, face: WarpedFace) -> list[Points]:
    """The closed outline, in the picture's pixels, of the point at the far temple; none on a head turned too little.

    `shape` is the hair's signed distance and `bare` 1 where no hat is near, at half size; `person` is a signed distance
    at the picture's.
    """
    if abs(face.yaw) <= _TURNED:
        return []
    beside = _Beside(face, float(np.sign(face.yaw)))
    edge = _outermost(beside.within(person))
    near = beside.within(np.where(bare > 0.5, shape, np.float32(-1))) & (edge[:, None] - _EDGE < _ASIDE)
    rows = np.flatnonzero(near.sum(1) >= _FEW)
    if not rows.size:
        return []
    low = float(_DOWN[rows[-1]])
    top, middle, end = low - _FROM, low + _TAPER / 2, low + _TAPER
    begins = _ASIDE[near[int(np.argmin(np.abs(_DOWN - top)))]]
    if low > _LOW or not begins.size or np.ptp(edge[(low < _DOWN) & (end > _DOWN)]) > _LEVEL:
        return []
    front, back, even = float(begins.min()), float(begins.max()), geometry.smooth(edge, _EVEN)

    def outer(v: float) -> float:
        return float(np.interp(v, _DOWN, even))

    inward = bezier((front, top), (front + _PROUD, low), (outer(middle) - _SLIM, middle), (outer(end), end), 12)
    outward = bezier(
        (outer(end), end), (outer(middle) + _PROUD, middle), (max(back, outer(low) + _PROUD), low), (back, top), 12
    )
    return [np.stack([beside.at(*place) for place in (*inward.tolist(), *outward[1:].tolist())])]


def _outermost(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How far aside each row of a mask reaches; where it is empty no further than is looked."""
    last = mask.shape[1] - 1 - np.argmax(mask[:, ::-1], 1)
    return np.asarray(np.where(mask.any(1), _ASIDE[last], _ASIDE[0]), np.float64)
