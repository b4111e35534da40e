"""The clumps of a beard: its shade rises between them in points from the edge, and light lies on them below the mouth.

Whiskers grow away from the middle of the upper lip: aside on the lip, down and aside on the cheeks, down on the chin.
Clumps lie as they grow, the same on both sides.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import curve, pen, smoothstep
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
    rays = _rays(face)
    inside = sampled(np.ascontiguousarray(shape[SPARSE]), rays.reshape(-1, 2) / 2 - 0.5).reshape(rays.shape[:2]) > 0
    near, far = _run(inside)
    long = far - near
    whole = long > _LEAST
    shades, lights, strands = [], [], []
    for part in _parts(whole):
        shades.append(_shade(rays[part], near[part], far[part], np.arange(len(rays))[part]))
    for k in range(1, len(rays) - 1):
        if not whole[k - 1 : k + 2].all() or abs(_ANGLES[k]) > _ASIDE[0]:
            continue
        nth = abs(k - _MIDDLE)
        if nth % 2 == 0:
            line = _along(rays[k], near[k] + long[k] * np.linspace(*_LIT[nth // 2 % 2], 8))
            lights.append(pen(line, _SLIM * face.u * (_ANGLES[k + 1] - _ANGLES[k - 1]), peak=0.45))
        else:
            strands.append(_along(rays[k], near[k] + long[k] * np.linspace(*_STRAND, 8)))
    for side in _MOUSTACHE:
        over, under = (face.points[list(edge)] for edge in side)
        lit, dark = (curve(over + share * (under - over), 4) for share in _RANKS)
        lights.append(pen(lit, _FINE * face.u, peak=0.55))
        strands.append(dark)
    return Clumps(shades, lights, strands)


def _rays(face: WarpedFace) -> NDArray[np.float64]:
    """Places along the ways that whiskers grow, (n, m, 2): aside, and bent down."""
    root = face.points[_LIP] - face.down * (_OVER * face.u)
    aside, down = np.outer(np.sin(_ANGLES), _REACH), np.outer(np.cos(_ANGLES), _REACH)
    down, aside = down + _BENT * aside**2, aside * (1 - _INWARD * np.abs(aside))
    return np.asarray(root + face.u * (aside[..., None] * face.right + down[..., None] * face.down), np.float64)


def _along(ray: Points, reach: NDArray[np.float64]) -> Points:
    """Places so far along a ray, in face widths."""
    return np.stack([np.interp(reach, _REACH, ray[:, k]) for k in (0, 1)], -1)


def _run(inside: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where a beard begins and ends along each ray, in face widths: it is the outermost of what lies there."""
    last = inside.shape[1] - 1 - np.argmax(inside[:, ::-1], 1)
    columns = np.arange(inside.shape[1])
    gaps = ~inside & (columns < last[:, None])
    first = np.where(gaps.any(1), inside.shape[1] - np.argmax(gaps[:, ::-1], 1), 0)
    some = inside.any(1)
    return np.where(some, _REACH[np.minimum(first, last)], 0.0), np.where(some, _REACH[last], 0.0)


def _parts(whole: NDArray[np.bool_]) -> list[slice]:
    """The stretches of rays along which there is a beard."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], whole, [False]]).astype(int)))
    return [slice(a, b) for a, b in zip(steps[::2], steps[1::2], strict=True) if b - a > 2]


def _shade(
    rays: NDArray[np.float64], near: NDArray[np.float64], far: NDArray[np.float64], which: NDArray[np.intp]
) -> Points:
    """The outline of the shade along an edge: it rises between clumps, which end in points."""
    nth = np.abs(which - _MIDDLE)
    between = nth % 2 == 1
    share = np.where(between, np.array(_BETWEEN)[nth // 2 % len(_BETWEEN)], np.array(_ON)[nth // 2 % len(_ON)])
    rise = np.minimum(share * (far - near), np.where(between, *_DEEPEST))
    even = smoothstep(np.abs(_ANGLES[which]), *_ASIDE)
    reach = far - rise - even * (np.minimum(_BAND, 0.4 * (far - near)) - rise)
    inner = [_along(rays[0], reach[:1])]
    outer = [_along(ray, end) for ray, end in zip(rays, far[:, None] + _BEYOND, strict=True)]
    t = np.linspace(0, 1, 7)[1:, None]
    for k in range(1, len(rays)):
        gap, tip = (k, k - 1) if between[k] else (k - 1, k)
        knee = _along(rays[gap], reach[gap : gap + 1] + _FULL * (reach[tip] - reach[gap]))
        a, b = (_along(rays[j], reach[j : j + 1]) for j in (k - 1, k))
        inner.append((1 - t) ** 2 * a + 2 * t * (1 - t) * knee + t * t * b)
    return np.vstack([*inner, *outer[::-1]])
