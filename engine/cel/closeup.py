"""The camera: a portrait shows head and shoulders, however near or far off the photo was taken.

An avatar is looked at 48 pixels wide, so a head that fills little of its photo is drawn from nearer by; one that the
photo cuts is drawn from further off, and what lies beyond the photo's border is left to the parser to guess.
"""

from dataclasses import replace

import numpy as np

from engine.cel.frame import SIDE, WHOLE, Frame, View, upright
from engine.cel.parse import Floats, Label, Regions
from engine.cel.perceive import Eye, Face

_VIEW = 2.14, 2.30
"""The side of the view, in face widths, from over the hair to the shoulders: a woman's, and a man's, whose are broader.
"""
_NEAREST, _FARTHEST = 2.0, 1.8
"""How many times nearer the camera goes at most (a small face holds no more), and how many times further off."""
_HARDLY = 1.04
"""A camera that would move less stays where it is."""
_ABOVE = 1.00, 1.04
"""How high over the eyes the view of a woman begins, and of a man, in face widths: over most hair."""
_MARGIN = 0.11
"""Air over higher hair, and over hats, in face widths."""
_HIGH, _LOWER = 0.62, 0.70
"""Hair is drawn lower that rises higher over the eyes than this, in face widths; by about this share of the rest it
stays higher.
"""
_KNOT = 1.14
"""How high over the eyes a knot of hair is drawn, in face widths."""
_FEW = 30
"""Labels of what is worn on the head that are none."""
_NECK = 0.25, 0.32
"""How far the view of a woman reaches below the chin at least, and of a man, in face widths."""
_BEYOND = 0.13
"""How far the view reaches beyond the photo's side, as a share of its own, for a head that is not in the middle."""
_BROAD = 0.6
"""Hair so far aside of the head's axis at most, in face widths, is looked at for its height."""


def closeup(face: Face, regions: Regions, knotted: bool = False) -> tuple[View, Face]:
    """What the portrait of a face shows of the working picture, with a knot of `knotted` hair; and the face in that."""
    knot = float(face.frame.origin[1]) - _KNOT * face.frame.unit
    view = _view(face.frame, knot if knotted else _crown(regions), int(face.female < 0.5))
    return view, face if view is WHOLE else _moved(face, view)


def _view(frame: Frame, crown: float, man: int) -> View:
    """The view of a head whose highest row is `crown`; `man` is 1 for a man's."""
    side = float(np.clip(_VIEW[man] * frame.unit, SIDE / _NEAREST, SIDE * _FARTHEST))
    top, chin = _top(frame, crown, _ABOVE[man]), float(frame.at(0, frame.chin)[1])
    side = float(np.clip(chin + _NECK[man] * frame.unit - top, side, max(side, SIDE)))
    top = max(top, chin + _NECK[man] * frame.unit - side)  # sooner hair than the neck is cut
    left = float(frame.origin[0]) - side / 2
    within = float(np.clip(left, min(0, SIDE - side), max(0, SIDE - side)))  # the picture, or all of it within
    left = float(np.clip(left, within - _BEYOND * side, within + _BEYOND * side))
    if 1 / _HARDLY < side / SIDE < _HARDLY and top >= 0 and abs(left) < (_HARDLY - 1) * SIDE:
        return WHOLE
    return View(round(left), round(min(top, max(0.0, SIDE - side))), round(side))


def _crown(regions: Regions) -> float:
    """The picture's row where the head as it is drawn begins, what is worn on it with it.

    It may lie beyond the picture.
    """
    labels, frame = regions.labels, regions.frame
    u, v = upright(len(labels))
    head = labels[..., [Label.SKIN, Label.HAIR, Label.HEADWEAR]].sum(-1) > 0.5
    x, y = np.nonzero(head & (np.abs(u) < _BROAD) & (v < 0))[::-1]
    if not x.size:
        return float(frame.at(0, frame.top)[1])
    row = float((np.stack([x, y], 1) @ frame.square(len(labels))[1, :2]).min() + frame.square(len(labels))[1, 2])
    if np.count_nonzero(labels[..., Label.HEADWEAR] > 0.5) > _FEW:
        return row
    above = (float(frame.origin[1]) - row) / frame.unit
    return float(frame.origin[1]) - frame.unit * (above - (1 - _LOWER) * max(0.0, above - _HIGH))


def _top(frame: Frame, crown: float, above: float) -> float:
    """The row where the view begins: over the head, and so far `above` the eyes; beyond the picture only if needed."""
    highest, usual = crown - _MARGIN * frame.unit, float(frame.at(0, -above)[1])
    return min(highest, usual) if usual >= 0 else min(highest, 0.0)


def _moved(face: Face, view: View) -> Face:
    def box(corners: Floats) -> Floats:
        return view.points(corners.reshape(2, 2)).ravel()

    one, other = (Eye(view.points(eye.lids), view.points(eye.iris)) for eye in face.eyes)
    mesh = np.column_stack([view.points(face.mesh[:, :2]), face.mesh[:, 2] * np.float32(SIDE / view.side)])
    return replace(
        face,
        mesh=mesh,
        eyes=(one, other),
        frame=Frame.of(mesh),
        box=box(face.box),
        others=tuple(box(other) for other in face.others),
    )
