"""The openings of eyes as they are drawn: on the person's own lids, enlarged, and rather the ideal's than theirs."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.cel.features.lids import ACROSS, COMMON_SLANT, Eye
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.geometry import Points, ease, points, smooth
from engine.cel.look import WarpedFace

_COMMON = 0.36
"""Openness of the common eye once the caricature has enlarged it (median of a hundred faces)."""
_OWN_HEIGHT, _IDEAL, _MANS_IDEAL = 0.9, (0.72, 0.80), 0.85
"""How much of the difference of somebody's openness from the common one is drawn; and how far the upper lid and the
lower one are the ideal's, and both of a man's: with more of their own people were judged no more like, and less well
drawn.
"""
_HERS, _OWN, _LONGER, _LENGTHS = 0.42, 0.5, 0.35, (0.94, 1.10)
"""Openness of the common woman's eye; how much more of the difference from it is drawn; and with which power of it
narrow eyes are longer, and between which limits: all are as large.
"""
_SQUINT, _SLANT, _SLANTED = 0.25, 0.5, 0.1
"""How much more of the difference in what lies over the corners of women's eyes is drawn, as a smile lifts the lower
lid; and how much further each corner of theirs is from the common slant, and how far that is at most.
"""
_WIDE, _OPEN = 0.6, (0.29, 0.35)
"""How much less a man's eyes are lowered who smiles with open ones; and openness from which, and wholly, they are."""
_TURNED = 0.08
"""Yaw from which the far eye may reach over the edge of the face."""
_MARGIN = 0.05
"""How far within the edge of a turned face its far eye ends, in face widths."""
_FARTHER = 0.04
"""How much smaller the far eye of a turned head is drawn: it is narrower, but looks out of the same face."""
_WINGED = 0.16
"""How far lashes and enlargement reach beyond the eye's own corner, in its widths."""
_GROWN, _MANS = 1.11, 0.14
"""How much enlarged eyes are, beyond what the caricature did, and how much more a man's."""
_SHORTER, _NEARER, _SET = 0.92, (0.10, 0.04), 0.15
"""How much narrower enlarged eyes are drawn, as they would meet; and how much nearer to the nose than they are, in
their widths, a woman's and a man's, and how much lower: great eyes look wide apart, and crowd the brows."""
_INFANT = 0.15, 0.14, 0.05, 0.10
"""How much larger a small child's eyes are drawn, how much lower, how much higher they are open, and how much further
apart."""
_CALMER, _ROUNDER = 0.6, 0.05
"""How much less of somebody's narrower openness a small child's eyes have, which stay wide in a smile; and how much
narrower they are drawn: they are round.
"""
_CHILDS_UPPER = ([-0.5, -0.42, -0.30, -0.12, 0.04, 0.22, 0.38, 0.5], [0.06, 0.42, 0.74, 0.96, 1.0, 0.92, 0.66, 0.20])
"""A small child's: as round towards the temple as at the nose."""
_UPPER = ([-0.5, -0.42, -0.30, -0.12, 0.08, 0.26, 0.40, 0.5], [0.0, 0.30, 0.66, 0.94, 1.0, 0.88, 0.62, 0.22])
"""The ideal upper lid, inner corner to outer: steep at the nose, long and low towards the temple."""
_MANS_UPPER = ([-0.5, -0.42, -0.30, -0.05, 0.20, 0.34, 0.44, 0.5], [0.16, 0.40, 0.72, 0.93, 1.0, 0.95, 0.74, 0.40])
"""A man's: it rises in a nearly straight edge to a corner near the temple."""
_LOWER = ([-0.5, -0.36, -0.15, 0.08, 0.26, 0.40, 0.5], [0.0, 0.42, 0.84, 1.0, 0.96, 0.66, 0.10])
"""The ideal lower lid: deepest beyond the middle."""
_DROOP = 0.05
"""How much lower the outer corners of old eyes sit, in their sizes: lids droop."""
_MANS_LOWER = ([-0.5, -0.40, -0.15, 0.10, 0.30, 0.42, 0.5], [0.10, 0.66, 0.93, 1.0, 0.98, 0.72, 0.10])
"""A man's: flat from corner to corner. A round one would make a boy's eye of his."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The eye on paper. `at` maps its coordinates (x to the outer corner, y down, unit `width`) to the picture."""

    centre: NDArray[np.float64]
    along: NDArray[np.float64]
    down: NDArray[np.float64]
    width: float
    size: float
    """The width that this eye would have seen from the front: the measure of all its heights."""
    height: float
    """Height of the opening in `size`."""
    upper: Points
    """Lid curves from the inner to the outer corner, in the picture."""
    lower: Points

    def at(self, x: ArrayLike, y: ArrayLike) -> Points:
        """Points of the eye (x in widths, y in sizes) in the picture."""
        x, y = np.atleast_1d(np.asarray(x, np.float64)), np.atleast_1d(np.asarray(y, np.float64))
        return self.centre + x[:, None] * self.along * self.width + y[:, None] * self.down * self.size


def shape(eye: Eye, face: WarpedFace, person: Person, palette: Palette, smile: float = 0.0) -> Drawn:
    """Lay out the anime eye on the real one: enlarged, its lids rather the ideal's than the person's.

    `smile` is 1 if the person smiles broadly.
    """
    manner = palette.manner
    outer, inner = eye.outer[0], eye.inner[0]
    seen = max(float(np.linalg.norm(outer - inner)), 1e-6)
    along = (outer - inner) / seen
    side = 1.0 if along @ face.right >= 0 else -1.0
    level = face.right * side
    along = along * 0.75 + level * 0.25
    along /= np.linalg.norm(along)
    woman = max(person.woman * (1 - 0.5 * person.old), 0.8 * person.child)
    grow = (
        (_GROWN + _MANS * person.man + 0.11 * person.child + _INFANT[0] * person.infant)
        * manner.eye_width
        * (1.17 if palette.small else 1.0)
    )
    size = seen * grow / max(eye.seen, 0.35) * (1 - _FARTHER * ease(side * face.yaw, 0.06, 0.25))
    width = seen * grow * (_SHORTER - _ROUNDER * person.infant) * (1 - 0.22 * in_profile(face))
    real = float(np.clip(eye.openness, 0.20, 0.56))
    real += _CALMER * person.infant * max(0.0, _HERS - real)
    common = 0.465 + 0.075 * woman + 0.06 * person.child + _INFANT[2] * person.infant - 0.05 * person.old
    middle = common + _OWN_HEIGHT * (_HERS - _COMMON)
    height = (common + _OWN_HEIGHT * (real - _COMMON) + _OWN * woman * (real - _HERS)) * manner.eye_height
    width *= 1 + woman * (float(np.clip((middle * manner.eye_height / height) ** _LONGER, *_LENGTHS)) - 1)
    height *= 1 - person.man * (1 - manner.mans_height) * (1 - _WIDE * smile * ease(real, *_OPEN))
    rise = 0.64 + (0.30 + _SQUINT * woman) * (eye.rise - 0.62)
    high, low = height * rise, height * (1 - rise)
    ideals = (
        np.interp(ACROSS, *hers) * (1 - person.man - childs)
        + np.interp(ACROSS, *his) * person.man
        + np.interp(ACROSS, *_CHILDS_UPPER) * childs
        for hers, his, childs in ((_UPPER, _MANS_UPPER, person.infant), (_LOWER, _MANS_LOWER, 0.0))
    )
    up, under = (
        own + (share + (_MANS_IDEAL - share) * max(person.man, person.infant)) * (ideal - own)
        for own, ideal, share in zip((eye.upper, eye.lower), ideals, _IDEAL, strict=True)
    )
    up, under = (smooth(lid / max(float(lid.max()), 1e-6), 1.2 - 0.5 * person.man) for lid in (up, under))
    over = _overhang(outer, along, width, side, face)
    width -= 0.85 * over
    slant = _SLANT * woman * float(np.clip(eye.slant - COMMON_SLANT, -_SLANTED, _SLANTED))
    tilt = np.interp(
        ACROSS, [-0.5, 0.5], [0.030 + slant, -0.034 - 0.016 * woman - slant + _DROOP * person.old]
    )  # the outer corner sits higher
    centre = (
        (outer + inner) / 2
        - along * ((_NEARER[0] + person.man * (_NEARER[1] - _NEARER[0]) - _INFANT[3] * person.infant) * width)
        + face.down * ((_SET + _INFANT[1] * person.infant) * size)
        - face.right * (side * 0.55 * over)
    )
    frame = Drawn(centre, along, face.down, width, size, height, points([]), points([]))
    return replace(
        frame, upper=frame.at(ACROSS, tilt - high * up), lower=frame.at(ACROSS * 0.97 - 0.005, tilt + low * under)
    )


def _overhang(outer: Points, along: Points, width: float, side: float, face: WarpedFace) -> float:
    """How far, in pixels, the far eye of a turned head would reach over the edge of the face; 0 of any other."""
    if side * face.yaw < _TURNED:
        return 0.0
    local = face.points - face.centre
    level = np.abs(local @ face.down - float((outer - face.centre) @ face.down)) < 0.12 * face.u
    edge = float((local[level] @ face.right * side).max()) if level.any() else np.inf
    reach = float((outer + along * (_WINGED * width) - face.centre) @ face.right) * side
    return float(np.clip(reach - edge + _MARGIN * face.u, 0.0, 0.4 * width))


def in_profile(face: WarpedFace) -> float:
    """0..1: how far the head is turned beyond three quarters, where the one eye left is seen from its side."""
    return ease(abs(face.yaw), 0.55, 1.0)
