"""How hair is worn: whether it hangs, is waved, curly, tied or cut close, where it parts, and what fringe it has."""

from itertools import pairwise

import numpy as np

from engine.cel import geometry
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.flow import Flow, crown
from engine.cel.paint.fringe import Cut
from engine.cel.traits import Traits

_BROWS = (105, 66, 334, 296)
"""Mesh indices of brows."""
_FOREHEAD, _LOW = (-0.42, -0.26), (0.30, 0.46)
"""Short hair between these v is a fringe if it covers so much of that."""
_VEILED, _ACROSS = (0.20, 0.45), (-0.25, -0.125, 0.0, 0.125, 0.25)
"""Long hair is a fringe if it covers so much of the forehead between these brows and the mesh's upper end, everywhere
from one of these u to the next: what falls aside from a parting leaves some bare."""
_TALL = 0.54
"""The short hair of men that stands so high over a bare forehead is swept up."""
_CURLY = (0.27, 0.335)
"""Short hair, and long, whose strands run together less than this is curly."""
_CURLED, _LOOSE = (0.35, 0.3), -0.6
"""How sure it is at a glance that hair is curly where it is, and at least where strands say so; and that it is tied, at
least where a woman's hair does not hang.
"""
UNTOLD = Traits(cropped=0.0, curly=sum(_CURLED) / 2, tied=0.0, wavy=0.0)
"""What says nothing: then hair is measured alone."""
_BESIDE, _SHAVEN, _FLAT = (-0.15, 0.25), (0.01, 0.04), (0.80, 0.92)
"""Hair of which so little lies between these v, in square face widths, and that is no higher over the eyes, is cut
close to the head."""
_ASIDE = 0.75
"""How far aside a short bob is parted at least, as `Traits` have it: in the middle, its sides would be two flaps."""
_SHEARED = 0.3
"""How sure it is at a glance that a man's hair is cropped, at least where it seems to be long."""
_STRAYS, _WAVY, _WAVE = (0.55, 0.86), (-0.3, 0.3), 0.08
"""Long hair is waved whose strands run together less than this, and of which a glance is so sure that it is wavy; and
how far aside then, in face widths."""
_SURELY, _SURE = (0.30, 0.60), 0.6
"""How sure a glance is of hair that is waved however its strands run together, and how far, as a share of that."""
_GLANCE, _COMBED = -0.35, 0.3
"""How sure it is at a glance that hair is cropped, at least where it is; and how close to the head other low hair lies,
as a share of that."""
_HANGING, _HANGS = 0.4, 0.06
"""Hair that reaches below this v hangs, and its weight keeps the crown down; and how much of it, in square face widths,
does at least."""


def bangs(hair: Plane, face: WarpedFace, hangs: bool, u: Plane, v: Plane) -> float:
    """How far a fringe covers the forehead, 0..1."""
    heights = (face.points[[10, *_BROWS]] - face.centre) @ face.down / face.u
    top, bottom = (float(heights[0]), float(heights[1:].mean())) if hangs else _FOREHEAD
    forehead = (v > top) & (v < bottom)
    across = pairwise(_ACROSS) if hangs else [(_ACROSS[0], _ACROSS[-1])]
    parts = [hair[forehead & (u > left) & (u < right)] > 0.5 for left, right in across]
    return geometry.ease(min(float(part.mean()) if part.size else 0.0 for part in parts), *(_VEILED if hangs else _LOW))


def closeness(hair: Plane, told: Traits, face: WarpedFace, u: Plane, v: Plane) -> float:
    """How close to the head hair is cut, 0..1: it is low, and none lies beside the ears."""
    beside = (hair > 0.5) & (v > _BESIDE[0]) & (v < _BESIDE[1])
    area = float(beside.sum()) / (face.u / 2) ** 2
    low = (1 - geometry.ease(area, *_SHAVEN)) * (1 - geometry.ease(-crown(face, hair, u, v), *_FLAT))
    return low * (1.0 if told.cropped > _GLANCE else _COMBED)


def worn(
    hair: Plane,
    flow: Flow,
    face: WarpedFace,
    hangs: bool,
    woman: float,
    close: float,
    told: Traits,
    u: Plane,
    v: Plane,
) -> tuple[Cut, float]:
    """How hair is worn, and how far it falls over the forehead, 0..1."""
    over = bangs(hair, face, hangs or told.put_up, u, v)
    if not hangs and woman < 0.5 and told.cropped > _SHEARED:
        return Cut.CLOSE, 0.0
    if (told.curly > _CURLED[0] and close < 0.5) or (flow.coherence < _CURLY[hangs] and told.curly > _CURLED[1]):
        return Cut.CURLY, over
    if hangs:
        return Cut.LONG, over
    if over > 0.5:
        return Cut.SHORT, over
    if woman > 0.5 and told.tied > _LOOSE:
        return Cut.TIED, over
    if -crown(face, hair, u, v) * (1 - close) > _TALL:
        return Cut.SWEPT, over
    return Cut.CLOSE if close > 0.5 else Cut.SHORT, over


def hanging(hair: Plane, v: Plane, unit: float) -> bool:
    """Whether hair is long enough to hang."""
    return float((hair[v > _HANGING] > 0.5).sum()) > _HANGS * unit * unit


def parting(told: Traits, bob: bool) -> float:
    """Where hair is told to be parted; that of a short `bob` is well aside."""
    short = bob and told.short > 0
    return float(np.copysign(max(abs(told.parting), _ASIDE), told.parting)) if short else told.parting


def waved(flow: Flow, told: Traits) -> float:
    """How broadly hair that hangs is waved, in face widths."""
    strays, wavy = 1 - geometry.ease(flow.coherence, *_STRAYS), geometry.ease(told.wavy, *_WAVY)
    sure = _SURE * geometry.ease(told.wavy, *_SURELY)
    return _WAVE * max(sure, min(strays, wavy))
