"""Bow ties, which a glance does not tell from long ones: dark at the collar, with the shirt's white below them.

A long tie goes on downward. Places are (x, y) in face widths, to the right of the neckline's middle and below the chin.
"""

import numpy as np
from numpy.typing import NDArray

from engine.cel.look import Colour, colour
from engine.cel.paint import cloths
from engine.cel.paint.attire import Outfit, Piece

_CELL, _WIDE, _LOW = 0.05, 0.30, 0.80
"""The side of the squares in which what is worn is looked at, and how far aside and down, in face widths."""
_DARK, _WHITE, _GREY = 30.0, 58.0, 14.0
"""The lightness of a bow at most, and of a shirt at least; and a shirt's chroma at most."""
_FAINT = 0.3
"""How colourful a bow is, as a share of what is seen of it: it is black, and lamps give black silk a tint."""
_THICK, _BROAD = 2, 4
"""How many dark squares lie upon each other over white ones, and side by side, at least: the knot of a long tie, or a
stripe on it, is no bow.
"""
_WING = [(-0.03, 0.02), (-0.12, -0.03), (-0.235, -0.075), (-0.275, -0.05), (-0.255, 0.045), (-0.275, 0.14),
         (-0.235, 0.165), (-0.12, 0.115), (-0.03, 0.075)]  # fmt: skip
_KNOT = [(-0.05, -0.005), (0.05, -0.005), (0.056, 0.045), (0.05, 0.1), (-0.05, 0.1), (-0.056, 0.045)]
_FOLD = [(-0.05, 0.042), (-0.10, 0.030), (-0.17, 0.028), (-0.17, 0.040), (-0.10, 0.050), (-0.05, 0.056)]
"""The outlines of a bow's left wing, its knot, and the fold in that wing; below the neckline's lowest point."""
_STUDS, _STUD = (0.26, 0.48), 0.016
"""How far below that the studs of a shirt are, and how large, in face widths."""
_LIFTS = 4.0, -4.0, 9.0
"""How much lighter than the cloth its wings, their folds and its knot are."""
_THIN = 0.4
"""How thick a stud is, beside cloth, and folds are not at all."""


def seen(outfit: Outfit) -> Colour | None:
    """The colour of the bow that somebody wears who wears a tie; None if it is a long one."""
    across, down = (np.floor(part / _CELL).astype(int) for part in (outfit.x + _WIDE, outfit.y))
    columns, rows = round(2 * _WIDE / _CELL), round(_LOW / _CELL)
    near = (across >= 0) & (across < columns) & (down >= 0) & (down < rows)
    colours, cell = outfit.colours[near], (down * columns + across)[near]
    inky = colours[:, 0] < _DARK
    linen = (colours[:, 0] > _WHITE) & (np.hypot(colours[:, 1], colours[:, 2]) < _GREY)

    def mostly(these: NDArray[np.bool_]) -> NDArray[np.bool_]:
        there, much = (np.bincount(cell, weight, rows * columns) for weight in (None, these))
        return (2 * much > there).reshape(rows, columns)

    dark, white = mostly(inky), mostly(linen)
    thick = np.logical_and.reduce([dark[k : rows + 1 - _THICK + k] for k in range(_THICK)])
    first = np.where(thick.any(0), thick.argmax(0) + _THICK, rows)
    bow = (white & (np.arange(rows)[:, None] >= first)).any(0)
    if bow.sum() < _BROAD:
        return None
    return cloths.commonest(colours[inky & bow[cell % columns]]) * colour(1, _FAINT, _FAINT)


def pieces(depth: float, tone: Colour) -> list[Piece]:
    """A bow at a neckline so deep, from its lowest piece to its highest, and the studs of the shirt."""
    turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    stud = np.stack([np.cos(turn), np.sin(turn)], 1) * _STUD
    place = np.array([0, depth])
    found = [Piece(stud + np.array([0, depth + low]), tone, thick=_THIN) for low in _STUDS]
    for outline, lift, thick in zip((_WING, _FOLD), _LIFTS[:2], (1.0, 0.0), strict=True):
        found += [Piece(np.array(outline) * (side, 1) + place, tone, lift, thick) for side in (1, -1)]
    return [*found, Piece(np.array(_KNOT) + place, tone, _LIFTS[2])]
