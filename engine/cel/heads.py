"""How large a head with its hair is: what a parser draws on without end, or makes of a dark background, is cut off.

So is skin that lies about the face but is none of it: hands, and what light makes of hair.
"""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import OVAL, upright
from engine.cel.geometry import percentile
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import blur
from engine.cel.parse import Floats, Label, Regions
from engine.cel.profile import beside
from engine.cel.traits import Traits
from engine.cel.warp import Reach

_CROWN, _BROADEST, _EYES = -0.88, 1.0, 0.1
"""Where a head with its hair ends over the eyes, how far to the side it may reach, and what is well over them, in face
widths."""
_TIED = 0.3
"""Traits above which hair may be tied in a knot."""
_KNOTS, _KNOT = -0.85, 0.20
"""The v over which tied hair is a knot, and how much of it is one at least, in square face widths."""
_BULGING, _HIGHER, _BEHIND = 0.24, 0.30, 0.16
"""The yaw from which the back of a head rises over its front, and how much such hair is a knot then; and how far behind
the axis its middle is where less is one, in face widths."""
_HANGING, _LOOSE = 0.4, 0.08
"""The v below which hair hangs, and how much of it at least where it is not all tied up, in square face widths."""
_MAYBE, _SHORTER, _SURELY, _ONE_SIDED = (0.0, -0.2), (0.0, -0.5), (0.8, -0.5), (0.1, 0.25)
"""Traits above which hair may be tied, and up to which it may be told to be long then, on heads seen from the front and
on turned ones; how surely it is tied, and long, that surely is; and how much hangs on its other side at most, as a
share of the one, and the yaw from which the other is not seen.
"""
_BUNCHES, _UNLOOSE, _ALIKE, _STRAIGHT = 0.3, -0.2, 0.35, 0.16
"""Traits above which hair may be tied in two bunches, and below which it is told not to be loose then; how much hangs
on its lesser side at least, as a share of the other; and the yaw up to which both are seen."""
_SCANT, _HAIRLINE = 0.15, -0.36
"""Which share of a head at the photo's border is hair at most where that crosses the forehead; and the v over which
what lies beyond is hair then."""
_SKULL = 0.58
"""Half the breadth of a head with its hair, in face widths: what rises over a chord of it is a part of that circle."""
_SIDES, _TOP, _FROM, _ROUND = (0.80, 0.90), (0.85, 0.60), -0.25, 2.4
"""Half the breadth of the largest head with close hair, and with other hair that is not curly; how far that rises over
a v, and under a knot, in face widths; and the power of that superellipse, which is fuller than an ellipse.
"""
_FLAT, _DEEPER, _FRONTAL = (0.70, 0.57), 0.5, 0.1
"""The first and the third of a head with flat hair; and how much broader it is for each of its yaw beyond which one."""
_BESIDE, _EARS = 0.92, 0.35
"""How far aside close hair reaches below that, and down to which v: beyond is something else."""
_TRACE = 0.05
"""Hair and skin less sure than this are none."""
_UPPER, _BESIDES, _FEW = (0.35, -0.3), (-0.5, 0.3), 20
"""Within which u and over which v hair is looked at for its height, between which v for its breadth; and how few of the
labels are none.
"""
_TURNED, _STANDS, _TEMPLES, _ABOUT = 0.14, 0.05, -0.18, 0.08
"""The yaw from which hair on a head's far side may be a lobe; how far beside the face it stands there, at which v, and
how far above and below that the face's edge is looked for, in face widths.
"""
_PLUMP, _INNER, _LEAST = 2.2, 0.35, 0.1
"""The power of the superellipse from there to the crown, from which share of its breadth on it ends hair, and how high
it is at least, in face widths."""
_BEYOND, _LOW, _STRANDS = 0.02, 0.45, 0.012
"""How far beside the face, down to which v, and how much hair hangs at least where some does, in face widths and their
squares."""
_FRINGE, _OVER_BROWS = 0.25, (-0.36, -0.24)
"""Within which u and v a forehead is covered by a fringe."""
_FRONT, _CHIN = 0.18, 152
"""The yaw from which a cheek, an ear and the nape may be seen beside the face."""
_EAR, _JAW, _NECK = ((-0.15, 0.16), (0.24, 0.16)), (0.31, 0.01), ((-0.22, 0.01), (-0.05, 0.6))
"""How far beside the face skin lies, in face widths, at some v: over the ears, beside the jaw below them, and at the
neck, whose v is counted from the chin.
"""
_STRIP, _PROUD = ((-0.56, 0.24), (-0.45, 0.10), (-0.34, 0.06), (-0.17, 0.0)), 0.04
"""How far within the face's far edge hair at the temple begins, at some v, and how far beyond it it ends."""
_EDGE, _SEEN, _SURE, _SCRAP = (-0.12, 0.20), (-0.28, -0.20), 0.3, 0.003
"""Between which distances beyond that edge, and which v, there is hair already where more of it is seen than that, in
square face widths; and how sure skin is that stands out over it, as no skin does over hair.
"""
_ROUND_ABOUT, _SURER = 0.07, 1.2
"""How far around is looked for what such skin is instead, in face widths, and how much more hair there must be than
background for it to be hair."""


def reach(regions: Regions, receded: float = 0.0) -> Reach | None:
    """How far hair, which has `receded` so far, reaches in the photo; None where there is hardly any."""
    u, v = upright(len(regions.labels))
    hair = regions.labels[..., Label.HAIR] > 0.5
    crown = hair & (np.abs(u) < _UPPER[0]) & (v < _UPPER[1])
    sides = hair & (v > _BESIDES[0]) & (v < _BESIDES[1])
    if min(crown.sum(), sides.sum()) < _FEW:
        return None
    return Reach(-percentile(v[crown], 1), percentile(np.abs(u[sides]), 97), receded)


def knot(regions: Regions, told: Traits) -> float | None:
    """Where a knot of hair stands over the head: the u of its middle; None where none does, or hair hangs.

    It is `told` at a glance whether hair is tied, as `Traits` have it.
    """
    if told.tied < _TIED or told.curled:
        return None
    u, v = upright(len(regions.labels))
    hair, cell = regions.labels[..., Label.HAIR] > 0.5, abs(float((u[0, 1] - u[0, 0]) * (v[1, 0] - v[0, 0])))
    over = hair & (v < _KNOTS)
    hangs = float((hair & (v > _HANGING)).sum()) * cell > _LOOSE
    if hangs or float(over.sum()) * cell < _KNOT:
        return None
    middle, yaw = float(np.median(u[over])), regions.frame.yaw
    crown = abs(yaw) > _BULGING and -np.sign(yaw) * middle < _BEHIND and float(over.sum()) * cell < _HIGHER
    return None if crown else middle


def gathered(regions: Regions, told: Traits) -> Traits:
    """What is `told` at a glance of hair; it is tied for certain where it may be and hangs on one side alone."""
    turned = abs(regions.frame.yaw) > _ONE_SIDED[1]
    if told.tied < _MAYBE[turned] or told.long > _SHORTER[turned] or told.curled:
        return told
    sides = _hanging(regions)
    alone = max(sides) > _LOOSE and (turned or min(sides) < _ONE_SIDED[0] * max(sides))
    return put_up(told) if alone else told


def bunched(regions: Regions, told: Traits) -> bool:
    """Whether hair hangs in two bunches: it is tied, and yet hangs on both sides of a head seen from the front."""
    if told.tied < _BUNCHES or told.long > _UNLOOSE or told.curled or abs(regions.frame.yaw) > _STRAIGHT:
        return False
    sides = _hanging(regions)
    return min(sides) > max(_LOOSE, _ALIKE * max(sides))


def put_up(told: Traits) -> Traits:
    """What is `told` of hair that is tied for certain."""
    return replace(told, tied=max(told.tied, _SURELY[0]), long=min(told.long, _SURELY[1]))


def _hanging(regions: Regions) -> tuple[float, float]:
    """How much hair hangs on the picture's left and right of a head, in square face widths."""
    u, v = upright(len(regions.labels))
    cell = abs(float((u[0, 1] - u[0, 0]) * (v[1, 0] - v[0, 0])))
    hangs = (regions.labels[..., Label.HAIR] > 0.5) & (v > _HANGING)
    return float((hangs & (u < 0)).sum()) * cell, float((hangs & (u > 0)).sum()) * cell


def guessed(labels: Floats, known: NDArray[np.bool_], u: Plane, v: Plane, bald: bool, slimmer: float = 0.0) -> Floats:
    """Labels whose hair, over the photo's upper border, closes in a dome: the parser draws it on without end.

    Where that border crosses the forehead there is hair over it, unless somebody is `bald`. Heads are drawn `slimmer`
    than they are by so much on either side, in face widths, but as high.
    """
    columns = np.arange(known.shape[1])
    border = np.argmax(known, 0)  # the photo's upper border as the caricature bends it
    head = known.any(0) & (labels[border, columns, Label.BACKGROUND] < 0.5)
    head &= (np.abs(u[border, columns]) < _BROADEST) & (v[border, columns] < -_EYES)
    if not head.any() or not border[head].any():
        return labels
    x, y = columns[head], border[head]
    left, right, edge = u[y, x].min(), u[y, x].max(), float(np.median(v[y, x]))
    skull = _SKULL - slimmer
    chord = min(float(right - left) / 2, skull)
    rise = max(min(edge - _CROWN, (skull - (skull**2 - chord**2) ** 0.5) * _SKULL / skull), 0.03)
    half = max(float(right - left) / 2, 0.25)
    away = ((u - (left + right) / 2) / half) ** 2 + ((v - edge) / rise) ** 2
    out = labels.copy()
    out[~known & (away > 1) & (v < edge)] = np.eye(len(Label), dtype=np.float32)[Label.BACKGROUND]
    if not bald and labels[y, x, Label.HAIR].mean() < _SCANT:
        bare = out[..., Label.SKIN] * (~known & (v < _HAIRLINE))
        out[..., Label.SKIN] -= bare
        out[..., Label.HAIR] += bare
    return out


def capped(labels: Floats, u: Plane, v: Plane, close: bool, knotted: bool = False, flat: float | None = None) -> Floats:
    """Labels whose hair is no larger than a head with hair is, in a round crown; u and v are the face's coordinates.

    Hair that is short, or tied, lies `close`. Where it is `knotted`, the crown lies closer yet: what rises over it is
    the knot. So does hair that lies `flat`, on a head turned by that much.
    """
    broad, high, beside = _SIDES[not close], _TOP[knotted], _BESIDE
    if flat is not None:
        broad, high = _FLAT[0] + _DEEPER * max(0.0, flat - _FRONTAL), _FLAT[1]
        beside = broad
    across, up = np.abs(u) / np.float32(broad), np.clip(_FROM - v, 0, None) / np.float32(high)
    over = cv2.add(cv2.pow(across, _ROUND), cv2.pow(up, _ROUND)) > 1
    off = over & (v < _FROM)
    if close:
        off |= (np.abs(u) > beside) & (v >= _FROM) & (v < _EARS)
    hair = labels[..., Label.HAIR] * off
    if hair.max(initial=0) < _TRACE:
        return labels
    out = labels.copy()
    out[..., Label.HAIR] -= hair
    out[..., Label.BACKGROUND] += hair
    return out


def trimmed(labels: Floats, face: WarpedFace, u: Plane, v: Plane) -> Floats:
    """Labels without the skin that lies beside a face seen from the front further out than ears and neck do.

    It is hair or background, whichever is around it.
    """
    if abs(face.yaw) > _FRONT:
        return labels
    chin = float((face.points[_CHIN] - face.centre) @ face.down) / face.u
    heights, far = np.array([*_EAR, _JAW, *((chin + down, aside) for down, aside in _NECK)]).T
    off = (beside(face, u.shape) > np.interp(v, heights, far)) & (v > heights[0]) & (v < heights[-1])
    skin = labels[..., Label.SKIN] * off
    if skin.max(initial=0) < _TRACE:
        return labels
    hair, ground = (
        blur(np.ascontiguousarray(labels[..., label]), _ROUND_ABOUT * face.u / 2)
        for label in (Label.HAIR, Label.BACKGROUND)
    )
    is_hair = hair > _SURER * ground
    out = labels.copy()
    out[..., Label.SKIN] -= skin
    out[..., Label.HAIR] += skin * is_hair
    out[..., Label.BACKGROUND] += skin * ~is_hair
    return out


def flush(labels: Floats, face: WarpedFace, u: Plane, v: Plane) -> Floats:
    """Labels of a turned head whose hair stays near the skull on the far side, where it would be a lobe on a temple.

    Hair that hangs there, or over the forehead, is as it was.
    """
    if abs(face.yaw) < _TURNED:
        return labels
    aside = u * np.float32(np.sign(face.yaw))
    hair = labels[..., Label.HAIR] > 0.5
    crown = hair & (np.abs(u) < _UPPER[0])
    forehead = (np.abs(u) < _FRINGE) & (v > _OVER_BROWS[0]) & (v < _OVER_BROWS[1])
    hangs = hair & (aside > 0) & (v > 0) & (v < _LOW) & (beside(face, u.shape) > _BEYOND)
    fringed = 2 * (hair & forehead).sum() > forehead.sum()
    if crown.sum() < _FEW or fringed or hangs.sum() > _STRANDS * (face.u / 2) ** 2:
        return labels
    off_centre = (face.points - face.centre) @ np.stack([face.right, face.down], 1) / face.u
    level = off_centre[np.abs(off_centre[:, 1] - _TEMPLES) < _ABOUT, 0] * np.sign(face.yaw)
    broad, high = float(level.max(initial=0.0)) + _STANDS, _TEMPLES - percentile(v[crown], 1)
    if high < _LEAST:
        return labels
    across = np.clip(aside / np.float32(broad), 0, None)
    up = np.clip((np.float32(_TEMPLES) - v) / np.float32(high), 0, None)
    off = (across > _INNER) & (v < _EARS) & (cv2.add(cv2.pow(across, _PLUMP), cv2.pow(up, _PLUMP)) > 1)
    out = labels.copy()
    gone = labels[..., Label.HAIR] * off
    out[..., Label.HAIR] -= gone
    out[..., Label.BACKGROUND] += gone
    return out


def framed(labels: Floats, face: WarpedFace, u: Plane, v: Plane) -> Floats:
    """Labels of a turned head with hair along its far temple.

    Of hair that is combed back the camera sees none there, and a bare forehead would stand out beyond a cap.
    """
    if abs(face.yaw) < _TURNED:
        return labels
    side, (levels, within) = float(np.sign(face.yaw)), np.array(_STRIP).T
    rim = (face.points[list(OVAL)] - face.centre) @ np.stack([face.right * side, face.down], 1) / face.u
    rim = rim[(rim[:, 0] > rim[0, 0]) & (rim[:, 1] < 0)]  # from the forehead's middle to the eye's height
    at = np.nonzero((u * np.float32(side) > 0) & (v > levels[0]) & (v < levels[-1]))
    if not len(rim):
        return labels
    down, hair, skin = v[at], labels[(*at, Label.HAIR)], labels[(*at, Label.SKIN)]
    beyond = u[at] * side - np.interp(down, *rim[np.argsort(rim[:, 1])].T[::-1])
    there = (beyond > _EDGE[0]) & (beyond < _EDGE[1])
    if float(hair[there & (down > _SEEN[0]) & (down < _SEEN[1])].sum()) > _SCRAP * (face.u / 2) ** 2:
        return labels
    strip = there & (beyond > -np.interp(down, levels, within)) & ((beyond < _PROUD) | (skin > _SURE))
    out = labels.copy("K")
    out[at[0][strip], at[1][strip]] = np.eye(len(Label), dtype=np.float32)[Label.HAIR]
    return out
