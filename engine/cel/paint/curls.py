"""Curly hair as it is drawn: an outline of round bumps, hooks of short curls all over it, and long ones that wind."""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF
from engine.cel.geometry import normals
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint.fields import sampled

_BUMP, _APART = (0.065, 0.105), 0.115
"""Radii of bumps, and how far they lie from each other along the outline, in face widths."""
_SUNK = 0.45
"""How far bumps lie within the outline, as a share of their radius."""
_HOOK, _CELL = (0.050, 0.085), 0.22
"""Radii of hooks, and the side of the square that each has for itself, in face widths."""
_TURN, _SWING = 0.27, 0.036
"""How long one turn of a long curl is, and how far it swings to either side, in face widths."""
_FULL, _THIN, _FINE = 1.9, (0.25, 0.85), 0.06
"""How far shadow reaches beyond a curl's line, as a share of its swing; within which shares of that light lies; and how
finely both are drawn, in turns."""
_LEAST = 5
"""Points that such an outline has on each side, at least."""
_OPEN = (150.0, 250.0)
"""Degrees through which a hook turns."""


def bumps(shape: Plane, where: Plane, face: WarpedFace, rng: np.random.Generator) -> list[Points]:
    """Outlines, in the picture's pixels, of bumps along hair whose signed distance is `shape`, where it is free (0..1).

    Both planes are at half size.
    """
    unit = face.u / 2
    contours, _ = cv2.findContours((shape > 0).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    turn = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    disc = np.stack([np.cos(turn), np.sin(turn)], 1)
    out = []
    for contour in contours:
        line = contour[:, 0].astype(np.float64)
        step = max(2, round(_APART * unit))
        for at in line[::step] if len(line) > 4 * step else []:
            if where[int(at[1]), int(at[0])] > 0.5:
                radius = float(rng.uniform(*_BUMP)) * unit
                out.append((at - _outward(shape, at) * (_SUNK * radius) + disc * radius) * 2 + 1)
    return out


def hooks(hair: Plane, face: WarpedFace, rng: np.random.Generator) -> list[Points]:
    """Lines of curls all over hair (0..1 at half size), in half-size pixels."""
    unit = face.u / 2
    cell = max(4.0, _CELL * unit)
    count = int(HALF / cell) + 1
    grid = np.stack(np.meshgrid(np.arange(count), np.arange(count)), -1).reshape(-1, 2)
    places = (grid + rng.uniform(0.1, 0.9, grid.shape)) * cell
    inside = cv2.erode((hair > 0.9).astype(np.float32), np.ones((2 * max(1, round(0.06 * unit)) + 1,) * 2, np.uint8))
    places = places[(places < HALF - 1).all(1)]
    lines = []
    for place in places[sampled(np.asarray(inside, np.float32), places) > 0.5]:
        begin, open_ = rng.uniform(0, 360), rng.uniform(*_OPEN)
        turn = np.radians(np.linspace(begin, begin + float(rng.choice([-1, 1])) * open_, 12))
        radius = np.linspace(1.0, 0.6, 12) * float(rng.uniform(*_HOOK)) * unit
        lines.append(place + np.stack([np.cos(turn), np.sin(turn)], 1) * radius[:, None])
    return lines


def ringlets(lines: list[Points], face: WarpedFace) -> list[Points]:
    """Lines of long strands, in any pixels of the half-size picture, curled: each winds about the way it goes."""
    out = []
    for line in lines:
        way, aside, _ = _wound(line, face, 2 * _FINE)
        out.append(way + aside)
    return out


def crescents(lines: list[Points], face: WarpedFace) -> tuple[list[Points], list[Points]]:
    """Outlines of what lies in shadow and in the light where such strands wind: on one side, and here and there on the
    other.
    """
    shadow, light = [], []
    for number, line in enumerate(lines):
        way, aside, turns = _wound(line, face, _FINE)
        half = (turns * 2).astype(np.intp)
        for k in np.unique(half):
            along, out = way[half == k], _FULL * aside[half == k]
            if len(along) < _LEAST:
                continue
            if k % 2 == 0:
                shadow.append(np.vstack([along + out, along[::-1]]))
            elif (k // 2 + number) % 2 == 0:
                inner, outer = (along + share * out for share in _THIN)
                light.append(np.vstack([outer, inner[::-1]]))
    return shadow, light


def _wound(line: Points, face: WarpedFace, step: float) -> tuple[Points, Points, NDArray[np.float64]]:
    """The way that a strand goes, in steps of so many turns; how far aside it swings there; and how often it turned."""
    turn = _TURN * face.u / 2
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    fine = np.linspace(0, along[-1], max(8, int(along[-1] / (step * turn))))
    way = np.stack([np.interp(fine, along, line[:, k]) for k in (0, 1)], 1)
    turns = fine / turn
    swing = np.sin(2 * np.pi * turns) * np.minimum(1, turns)
    return way, normals(way) * (_SWING * face.u / 2 * swing)[:, None], turns


def _outward(shape: Plane, at: Points) -> Points:
    """The unit vector out of a shape at a place on its outline."""
    steps = np.array([[2.0, 0], [-2, 0], [0, 2], [0, -2]])
    right, left, down, up = sampled(shape, at + steps)
    way = np.array([left - right, up - down], np.float64)
    return np.asarray(way / (np.hypot(*way) + 1e-9), np.float64)
