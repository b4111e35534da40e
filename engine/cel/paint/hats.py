"""Hats with a broad brim as they are drawn: a crown with a band, and a brim before it.

Parsers tear a brim, or make a cape of it: it stands off the head, and looks like what lies behind it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF
from engine.cel.geometry import Points, curve, percentile
from engine.cel.look import Plane, WarpedFace, coordinates
from engine.cel.paint.beneath import bared, spread
from engine.cel.paint.caps import cap
from engine.cel.paint.fields import polygon
from engine.cel.paint.stack import BACKGROUND, HAIR
from engine.cel.parse import Floats

_FRONT, _EDGE, _LEAST = 0.30, (-0.32, -0.16), 20
"""How far aside the hat's lower edge is looked for, between which v it is drawn, in face widths; and in how many pixels
it is seen at least."""
_LOW, _UPPER, _ASIDE = 0.3, 0.9, 0.10
"""How far over that edge, and how far aside, the hat is looked at for its middle, and how far aside that lies at most,
in face widths."""
_BESIDE, _COMMON, _BROAD, _SHOWN = (0.55, 1.1), 0.8, (0.80, 1.0), 0.3
"""How far beside its middle the brim is looked at, half its breadth where it is not seen and at least and at most, in
face widths; and the v down to which it is looked at."""
_HANGS, _DROOP = 0.6, 0.24
"""What share of the height by which it is seen to hang at its sides a brim is drawn to, and by how much at most."""
_DEEP, _BACK, _BLUNT = 0.20, 0.09, 0.75
"""How far the brim reaches down before the crown and up behind it, in face widths; and the power that makes an ellipse
blunt at its ends: else they are lost."""
_TALL, _BASE, _TOP, _DENT = (0.42, 0.56), 0.50, 0.43, 0.04
"""How tall the crown is over the brim's middle, half its breadth there and at the top, and how deep its dent is."""
_BAND, _FALLS, _TAPERS = 0.12, 0.07, 0.985
"""How broad the band is and how far it falls in front, in face widths, and how much less broad at its upper edge."""
_HEAD, _TEMPLES, _CROPPED, _NAPE = 0.50, (0.0, -0.15), 0.60, 0.4
"""Half the breadth of the hair that is seen below a hat, and down to which v there is some where a hat was seen: long
hair and short; and half the breadth of short hair, down to which v it is none beyond."""
_SAMPLES = 24


@dataclass(frozen=True, slots=True)
class Hat:
    """Outlines and lines in the picture's pixels."""

    crown: Points
    brim: Points
    band: Points
    edges: tuple[Points, Points]
    """The band's lower edge, on the brim, and its upper one."""
    middle: float
    """The u of its middle."""
    edge: float
    """The v of the brim's lower edge, in front."""
    seen: Plane
    """What was seen of it, 0..1 at half size."""


def hat(worn: Plane, face: WarpedFace) -> Hat | None:
    """The hat, as it is seen from the front, that what is `worn` (0..1, at half size) would be.

    None if no hat is seen over the face, or a cap.
    """
    u, v = coordinates(face, HALF)
    on = worn > 0.5
    front = v[on & (np.abs(u) < _FRONT)]
    if front.size < _LEAST or cap(worn, face) is not None:
        return None
    edge = float(np.clip(percentile(front, 97), *_EDGE))
    upper = u[on & (v < edge - _LOW) & (np.abs(u) < _UPPER)]
    middle = float(np.clip(np.median(upper), -_ASIDE, _ASIDE)) if upper.size else 0.0
    level = edge - _DEEP
    tall = float(np.clip(level - percentile(front, 2), *_TALL))
    half, droop = _brim(on, u - np.float32(middle), v, edge)

    def placed(places: NDArray[np.float64]) -> Points:
        across, down = places[:, :1] + middle, places[:, 1:] + level
        return np.asarray(face.centre + (across * face.right + down * face.down) * face.u, np.float64)

    turn = np.linspace(0, 2 * np.pi, 2 * _SAMPLES, endpoint=False)
    x, y = (np.sign(way) * np.abs(way) ** _BLUNT for way in (np.cos(turn), np.sin(turn)))
    brim = np.stack([half * x, np.where(y > 0, _DEEP, _BACK) * y + droop * x**2], 1)
    way = np.linspace(np.pi, 0, _SAMPLES)
    base = np.stack([_BASE * np.cos(way), _FALLS * np.sin(way)], 1)
    high = (base - (0, _BAND)) * (_TAPERS, 1)
    side = np.array([(_BASE, 0.0), (_BASE - 0.02, -0.4 * tall), (_TOP, 0.16 - tall), (0.28, -tall)])
    over = curve(np.vstack([side, [(0.0, _DENT - tall)], side[::-1] * (-1, 1)]), 6)
    return Hat(
        crown=placed(np.vstack([base, over])),
        brim=placed(brim),
        band=placed(np.vstack([base, high[::-1]])),
        edges=(placed(base), placed(high)),
        middle=middle,
        edge=edge,
        seen=worn,
    )


def _brim(on: NDArray[np.bool_], aside: Plane, v: Plane, edge: float) -> tuple[float, float]:
    """Half a brim's breadth, and how far it hangs at its sides, in face widths."""
    broad, hangs = [], []
    for side in (-1, 1):
        beside = on & (aside * side > _BESIDE[0]) & (aside * side < _BESIDE[1]) & (v < _SHOWN)
        seen = int(beside.sum()) > _LEAST
        broad.append(percentile(aside[beside] * side, 97) if seen else _COMMON)
        hangs.append(percentile(v[beside], 85) - edge if seen else 0.0)
    return float(np.clip(np.mean(broad), *_BROAD)), float(np.clip(_HANGS * np.mean(hangs), 0, _DROOP))


def put_on(stack: Floats, hat: Hat, oval: Plane, face: WarpedFace, short: bool) -> Floats:
    """Planes in which that hat is worn and nothing else: what was seen of it elsewhere is hair, skin or background."""
    u, v = coordinates(face, HALF)
    aside, level = np.abs(u - np.float32(hat.middle)), hat.edge - _DEEP
    head = (aside < _HEAD) & (v < _TEMPLES[short]) & (v > level)
    shown = bared(stack, np.maximum(polygon(hat.crown), polygon(hat.brim)), oval, head)
    out = spread(shown, aside, v, hat.edge, _HEAD)
    if short:
        off = (np.abs(u) > _CROPPED) & (v < _NAPE)
        out[BACKGROUND] += out[HAIR] * off
        out[HAIR] *= ~off
    return out
