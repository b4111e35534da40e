"""The clumps of a beard: its shade rises between them in points from the edge, and light lies on them below the mouth.

Whiskers grow away from the middle of the upper lip: aside on the lip, down and aside on the cheeks, down on the chin.
Clumps lie as they grow, the same on both sides.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import curve, pens, smoothstep
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.fields import SPARSE, sampled

_LIP, _OVER = 164, 0.10
"""Mesh index of the middle of the upper lip, and how far over it whiskers grow away from, in face widths."""
_HALF = (0.0, 0.15, 0.31, 0.45, 0.60, 0.75, 0.93, 1.09, 1.26, 1.42, 1.60, 1.78, 1.96)
"""How far off the way down clumps lie, in radians, on either side: the middle of one, where it ends, and so on."""
_ANGLES, _MIDDLE = np.array([*(-angle for angle in _HALF[:0:-1]), *_HALF]), len(_HALF) - 1
_ASIDE = 0.78, 1.05
"""Between which of them clumps end, as whiskers there lie along the edge: shade is an even band."""
_REACH = np.linspace(0.05, 1.0, 77)
"""How far from there a beard is looked for, in face widths."""
_MOUSTACHE = (((216, 206, 165, 167), (61, 40, 39, 37)), ((436, 426, 391, 393), (291, 270, 269, 267)))
"""Mesh indices over and under each half of a moustache, from the corner of the mouth in."""
_RANKS, _FINE = (0.62, 0.84), 0.014
"""How far from the former to the latter light lies on it, and a line runs along it; and how broad that light is, in
face widths.
"""
_BENT, _INWARD = 0.5, 0.35
"""How far whiskers that grow aside bend down, and how far less aside they reach for it, in face widths for the square
of their reach.
"""
_LEAST = 0.05
"""How long clumps are at least, in face widths: shorter ones are an edge."""
_BETWEEN, _ON = (0.62, 0.80, 0.50, 0.70), (0.10, 0.22)
"""How far shade rises between clumps, one after the other from the chin, and at their tips, as shares of their length.
"""
_DEEPEST, _BAND = (0.24, 0.05), 0.035
"""How far it rises at most, in face widths, between clumps and on them, and where there are none."""
_AMID, _SAMPLES = 2, 8
"""How many rays side by side at least make a clump, and more; and how many points lines along them have."""
_FULL = 0.35
"""How far down, as a share, clumps are as broad as between their beginnings."""
_STRAND = 0.12, 0.85
"""Between which shares of their length lines run between clumps."""
_BEYOND = 0.06
"""How far beyond the edge shade begins, in face widths."""
_LIT, _SLIM = ((0.10, 0.66), (0.14, 0.46)), 0.045
"""Between which shares of a clump light lies on it, of one after the other, and how broad, in face widths for
each radian.
"""


@dataclass(frozen=True, slots=True)
class Clumps:
    """Closed outlines, in the picture's pixels."""

    shades: list[Points]
    lights: list[Points]
    strands: list[Points]
    """Open lines between clumps."""


def clumps(shape: Plane, face: WarpedFace) -> Clumps:
    """Those of a beard of that signed distance, in the picture's pixels."""
    rays = _places(_ANGLES[:, None], _REACH, face)
    inside = sampled(np.ascontiguousarray(shape[SPARSE]), rays.reshape(-1, 2) / 2 - 0.5).reshape(rays.shape[:2]) > 0
    near, far = _run(inside)
    whole = far - near > _LEAST
    shades = [_shade(np.arange(part.start, part.stop), near[part], far[part], face) for part in _parts(whole)]
    amid = np.convolve(whole, np.ones(3), "same") > _AMID
    nth = np.abs(np.arange(len(_ANGLES)) - _MIDDLE)
    on, between = (np.flatnonzero(amid & (np.abs(_ANGLES) < _ASIDE[0]) & (nth % 2 == odd)) for odd in (0, 1))
    lit, strands = (
        _lines(which, near, far, shares, face)
        for which, shares in ((on, np.array(_LIT)[nth[on] // 2 % len(_LIT)]), (between, np.array([_STRAND])))
    )
    breadths = [*(_SLIM * (_ANGLES[on + 1] - _ANGLES[on - 1])), *([_FINE] * len(_MOUSTACHE))]
    for side in _MOUSTACHE:
        over, under = (face.points[list(edge)] for edge in side)
        bright, dark = (curve(over + share * (under - over), 4) for share in _RANKS)
        lit, strands = [*lit, bright], [*strands, dark]
    return Clumps(shades, pens(lit, np.array(breadths) * face.u, peak=0.5), strands)


def _places(angles: NDArray[np.float64], reach: NDArray[np.float64], face: WarpedFace) -> NDArray[np.float64]:
    """Where whiskers come to so far from where they grow away from, in face widths, that set out at such angles."""
    root = face.points[_LIP] - face.down * (_OVER * face.u)
    aside, down = np.sin(angles) * reach, np.cos(angles) * reach
    down, aside = down + _BENT * aside**2, aside * (1 - _INWARD * np.abs(aside))
    return np.asarray(root + face.u * (aside[..., None] * face.right + down[..., None] * face.down), np.float64)


def _lines(
    which: NDArray[np.intp],
    near: NDArray[np.float64],
    far: NDArray[np.float64],
    shares: NDArray[np.float64],
    face: WarpedFace,
) -> list[Points]:
    """Lines along some of the rays, from one share of a clump's length to another."""
    at = shares[:, :1] + (shares[:, 1:] - shares[:, :1]) * np.linspace(0, 1, _SAMPLES)
    reach = near[which, None] + (far - near)[which, None] * at
    return list(_places(_ANGLES[which, None], reach, face))


def _run(inside: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where a beard begins and ends along each ray, in face widths: it is the outermost of what lies there."""
    last = inside.shape[1] - 1 - np.argmax(inside[:, ::-1], 1)
    gaps = ~inside & (np.arange(inside.shape[1]) < last[:, None])
    first = np.where(gaps.any(1), inside.shape[1] - np.argmax(gaps[:, ::-1], 1), 0)
    some = inside.any(1)
    return np.where(some, _REACH[np.minimum(first, last)], 0.0), np.where(some, _REACH[last], 0.0)


def _parts(whole: NDArray[np.bool_]) -> list[slice]:
    """The stretches of rays along which there is a beard."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], whole, [False]]).astype(int)))
    return [slice(int(a), int(b)) for a, b in zip(steps[::2], steps[1::2], strict=True) if b - a > _AMID]


def _shade(which: NDArray[np.intp], near: NDArray[np.float64], far: NDArray[np.float64], face: WarpedFace) -> Points:
    """The outline of the shade along the edge of a stretch: it rises between clumps, which end in points."""
    nth, angles = np.abs(which - _MIDDLE), _ANGLES[which]
    between = nth % 2 == 1
    share = np.where(between, np.array(_BETWEEN)[nth // 2 % len(_BETWEEN)], np.array(_ON)[nth // 2 % len(_ON)])
    rise = np.minimum(share * (far - near), np.where(between, *_DEEPEST))
    even = smoothstep(np.abs(angles), *_ASIDE)
    reach = far - rise - even * (np.minimum(_BAND, 0.4 * (far - near)) - rise)
    inner, outer = _places(angles, reach, face), _places(angles, far + _BEYOND, face)
    from_gap = between[:-1]
    gap, tip = (np.where(from_gap, one, other) for one, other in ((reach[:-1], reach[1:]), (reach[1:], reach[:-1])))
    knee = _places(np.where(from_gap, angles[:-1], angles[1:]), gap + _FULL * (tip - gap), face)
    t = np.linspace(0, 1, _SAMPLES)[:, None]
    a, knee, b = (points[:, None] for points in (inner[:-1], knee, inner[1:]))
    bent = (1 - t) ** 2 * a + 2 * t * (1 - t) * knee + t * t * b
    return np.vstack([bent.reshape(-1, 2), outer[::-1]])
