"""The crown of a head: hair is as round over it as a skull, where masks have peaks and dents."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from engine.cel import geometry
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import ease, sampled

_DOME, _FINE, _CROWN_ENDS, _HANGING_ENDS = 80, 2, (35.0, 60.0), (52.0, 78.0)
"""How far aside, in degrees, and how finely a crown is looked at; and where it goes over into sides, and where it does
of hair that hangs."""
_ROUNDED, _WIDE, _FULLEST = 8.0, 15, 0.08
"""How far that is smoothed, and beside how broad a peak hair is filled up, in those steps; and by how much at most, in
face widths."""
_TAKEN, _STEADY = 0.06, 8.0
"""By how much at most peaks of hair that hangs are taken away, in face widths, and how smoothly, in those steps."""
_CORNERS = 7.0
"""How smoothly corners are taken off short hair that is combed, in those steps."""
_SKULL_ENDS, _PEAKS, _SPARED, _EVENED, _EVEN = (40.0, 84.0), 45.0, 0.6, (-0.02, 0.09), 5.0
"""Where a cropped head's crown goes over into its sides, and how far aside it may have peaks, in degrees; which share
of a peak is spared, by how much hair is set inward and outward at most, in face widths, and how smoothly, in those
steps."""

_AROUND, _SEEN, _TIED_ENDS, _SHORT_ENDS, _EARS = 96, 0.46, (60.0, 88.0), (48.0, 78.0), 0.05
"""How far aside, in degrees, hair is looked at that lies round a skull, on which share of that there is some at least,
where that ends of hair that is tied and of short hair, and the v under which it does not."""
_TO_CIRCLE, _ROUND, _HIGHEST = (-0.075, 0.12), 4.0, 0.98
"""By how much at most such hair is set inward and outward, in face widths, how smoothly, in those steps, and how far
over the eyes its circle reaches at most, in face widths: higher hair would be a turban."""


def domed(
    shape: Plane, free: Plane, close: float, hangs: bool, face: WarpedFace, u: Plane, v: Plane, evened: bool = False
) -> Plane:
    """The hair's shape with a crown as round as a head, where it is `free`.

    It is filled up beside peaks, which are taken away where it `hangs`: its weight keeps the crown smooth. So are, down
    to the ears, corners of what is to be `evened`. What is cut `close` (0..1) takes the skull's form, of which it shows
    every dent.
    """
    angles = np.arange(-_DOME, _DOME + 1, _FINE, dtype=np.float64)
    along, radii = _along(shape, angles, face)
    if not (along > 0).any(1).all():
        return shape
    outline = _crossed(along, radii)
    wide = sliding_window_view(np.pad(outline, _WIDE // 2, mode="edge"), _WIDE).max(1)
    fuller = np.clip(geometry.smooth(wide, _ROUNDED) - outline, 0, _FULLEST)
    if hangs:
        fuller = np.clip(geometry.smooth(outline + fuller, _STEADY) - outline, -_TAKEN, _FULLEST)
    rows = np.flatnonzero((v < 0).any(1))
    above = np.s_[: int(rows[-1]) + 1 if rows.size else 0]  # further down there is no crown
    angle = np.degrees(np.arctan2(u[above], -v[above]))
    on = free[above] * np.float32(face.u / 2)
    aside = np.abs(angles).astype(np.float32)
    wider = fuller * (1 - ease(aside, *(_HANGING_ENDS if hangs else _CROWN_ENDS)))
    if evened:
        corners = np.clip(geometry.smooth(outline + wider, _CORNERS) - outline - wider, -_TAKEN, 0)
        wider += corners * (1 - ease(aside, *_HANGING_ENDS))
    dome = (1 - close) * np.interp(angle, angles, wider)
    if close > 0:
        even = np.interp(angle, angles, _to_skull(outline, angles))
        dome = dome + close * (1 - ease(np.abs(angle), *_SKULL_ENDS)) * even
    out = shape.copy()
    out[above] += on * dome
    return out


def rounded(shape: Plane, free: Plane, tied: bool, face: WarpedFace, u: Plane, v: Plane) -> Plane:
    """The hair's shape with an outline that lies round a skull, where it is `free`: it is a part of one circle.

    Hair that is `tied` lies so down to the ears.
    """
    angles = np.arange(-_AROUND, _AROUND + 1, _FINE, dtype=np.float64)
    along, radii = _along(shape, angles, face)
    hair = (along > 0).any(1)
    if hair.mean() < _SEEN:
        return shape
    outline, turn = _crossed(along, radii), np.radians(angles)
    basis = np.stack([np.ones_like(turn), np.cos(turn), np.sin(turn)], 1)
    known = basis[hair]
    circle = np.minimum(basis @ np.linalg.solve(known.T @ known, known.T @ outline[hair]), _HIGHEST)
    off = circle - outline
    off = geometry.smooth(np.clip(off, *_TO_CIRCLE) * hair, _ROUND)
    rows = np.flatnonzero((v < _EARS).any(1))
    above = np.s_[: int(rows[-1]) + 1 if rows.size else 0]
    angle = np.degrees(np.arctan2(u[above], -v[above]))
    on = free[above] * np.float32(face.u / 2) * (1 - ease(np.abs(angle), *(_TIED_ENDS if tied else _SHORT_ENDS)))
    out = shape.copy()
    out[above] += on * np.interp(angle, angles, off)
    return out


def _along(
    shape: Plane, angles: NDArray[np.float64], face: WarpedFace
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A plane along rays at some angles, (n, k), and the k distances, in face widths, that it is taken at."""
    radii = np.arange(0.3, 1.5, 0.01)
    turn = np.radians(angles)[:, None, None]
    rays = (np.sin(turn) * face.right - np.cos(turn) * face.down) * (radii[None, :, None] * face.u) + face.centre
    return sampled(shape, rays.reshape(-1, 2) / 2 - 0.5).reshape(len(angles), -1), radii


def _crossed(along: NDArray[np.floating], radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where a field along rays (n, k), sampled at some radii, falls below 0 for good."""
    last = len(radii) - 1 - np.argmax(along[:, ::-1] > 0, 1)
    after = np.minimum(last + 1, len(radii) - 1)
    inner, outer = (np.take_along_axis(along, at[:, None], 1)[:, 0] for at in (last, after))
    share = inner / np.maximum(inner - np.minimum(outer, 0), 1e-6)
    return np.asarray(radii[last] + (radii[after] - radii[last]) * share, np.float64)


def _to_skull(outline: NDArray[np.float64], angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far an outline, in face widths, is set outward at each of some angles to be as even as a skull's."""
    turn = np.radians(angles)
    basis = np.stack([np.ones_like(turn), np.cos(turn), np.sin(turn), np.cos(2 * turn)], 1)
    out = basis @ np.linalg.solve(basis.T @ basis, basis.T @ outline) - outline
    peak = max(0.0, float(-out[np.abs(angles) < _PEAKS].min()))
    return np.asarray(geometry.smooth(np.clip(out + _SPARED * peak, *_EVENED), _EVEN), np.float64)
