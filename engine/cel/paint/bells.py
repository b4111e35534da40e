"""The bell of broad pointed locks in which a bob ends: they turn to the face, and each is the end of one tress.

The foremost is the longest, those behind it end higher by turns, and beneath them the hair of the nape is seen, which
is dark.
"""

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import holding
from engine.cel.geometry import bezier, curve, pens, smooth
from engine.cel.look import LabPicture, Look, Points, WarpedFace
from engine.cel.paint.bobs import Bob, Side, placed
from engine.cel.paint.breadths import FROM, STEP
from engine.cel.paint.falls import Curtain, Falls
from engine.cel.paint.fields import filled, lay
from engine.cel.paint.hairline import Hairline
from engine.cel.paint.streaks import streaks

_LONGER, _SHORTER, _UNEVEN, _VARIED = 0.05, 0.10, 0.05, 0.015
"""How far below the hair's end the foremost lock does, how much higher the last one, and each other one; and by how
much they differ; in face widths."""
_TIP, _TURNS = 0.30, 0.05
"""Over which share of a lock's breadth its tip lies; and how far that of the foremost turns to the face, in face
widths."""
_OUTER, _INNER = (0.42, 0.06, 0.30), (0.50, 0.04, 0.30)
"""Down to which share of its way each edge of a lock is straight; and how far aside of its tip and above it, as shares
of that, it bends to it."""
_SLACK = 0.25
"""How far its outer edge bulges, as a share of its breadth."""
_ROOT = 0.10
"""How far over its beginning its root lies, in face widths."""
_PART = 0.35
"""At which share of their way locks part from each other."""
_EVENS_OUT = 0.18
"""Over how much of its height hair gets to be as broad as its end, in face widths."""
_RIM = (5, 8)
"""From and up to which of their points the edges of a lock have lines, from its outer one's beginning and its tip."""
_RISES, _LANDS, _POINTS, _CALM = (44.0, 60.0), 82.0, 16, 2.0
"""Between which angles at the hairline strands rise that come down the side of a head, at which they end there, in
degrees; of how many points each is; and how far they are smoothed."""
_DARK = 0.25, 0.50
"""Between which shares of a tress there its dark side is where it is broadest."""
_LIT, _LONG, _LOOSE, _ACROSS, _BROAD = (66.0, 76.0), 12.0, 2.0, 0.62, 0.5
"""Between which angles the middle of the light on one lies, and half how long that is, in degrees; by how many its
streaks lie off each other; and how far across a tress its middle is, and how broad it is, as shares of that."""
_WITHIN, _HIGHER, _NECK = 0.05, (0.08, 0.14), 0.12
"""How far within its locks the hair of the nape lies, how far over their end its hem does where it is lowest and at its
outer end, how far aside of the neck's middle it begins, in face widths."""
_HEM = (0.30, 0.65)
"""Where that is lowest, and where it has risen to the height of its outer end again, as shares of its breadth: one
plain sweep, as jags between the locks' tips would be crumbs."""
_HIDDEN = 0.3
"""The v over which hair ends beneath which none of it is seen."""
_EARS, _FAR, _TUCKS = (234, 454), 0.10, 0.5
"""Mesh indices of where ears grow, the picture's left one first; the yaw from which a head hides its far one; and the v
below which hair ends that may be tucked behind one."""
_TUCKED, _TAPERS = ((0.0, -0.2), (0.12, -0.06), (0.165, 0.08), (0.145, 0.22)), 0.02
"""(u, v) down the outer edge of the hair tucked behind a bare ear, from where that grows; and how far aside of that it
ends; in face widths."""
_LIGHTER = 0.25
"""How much lighter that is than the hair's shadow, as a share of what it is darker than the hair."""
_LINE = 0.9
"""How strong lines round it are."""


type _Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bells:
    """How a bob ends, in the picture's pixels."""

    locks: list[Points] = field(default_factory=list)
    """Closed outlines."""
    rims: list[Points] = field(default_factory=list)
    """Lines along their lower edges."""
    strands: list[Points] = field(default_factory=list)
    """Lines that come down the side of the head to the tresses beside the face."""
    shades: list[Points] = field(default_factory=list)
    lights: list[Points] = field(default_factory=list)
    """Closed outlines of the dark sides of tresses between those, and of the light on them."""


def evened(falls: Falls, bob: Bob) -> Falls:
    """Curtains that go on to the end of a bob as broad as they are where its locks begin, and part there."""
    left, right = (
        curtain if side is None else _evened(curtain, side)
        for curtain, side in zip(falls.curtains, bob.sides, strict=True)
    )
    return replace(falls, curtains=(left, right))


def _evened(curtain: Curtain, side: Side) -> Curtain:
    v = FROM + np.arange(len(curtain.inner)) * STEP
    low = np.clip((v - side.begin) / _EVENS_OUT + 1, 0, 1)
    below = np.maximum(v, side.begin)
    inner, outer = (
        edge + low * (side.across(share, below) - edge) for share, edge in ((0.0, curtain.inner), (1.0, curtain.outer))
    )
    return replace(curtain, inner=inner, outer=outer, parts=side.begin + _PART * (side.end - side.begin) - FROM)


def bells(falls: Falls, bob: Bob, face: WarpedFace, line: Hairline | None, seed: int) -> Bells:
    """The ends of a bob that hangs in tresses; those of a head with a fringe come down from behind its hair`line`."""
    chance, found = np.random.Generator(np.random.PCG64(seed)), Bells()
    for sign, side, curtain in zip((-1.0, 1.0), bob.sides, falls.curtains, strict=True):
        if side is None:
            continue
        last = max(len(curtain.edges) - 2, 1)
        for turn, (near, far) in enumerate(pairwise(curtain.edges)):
            higher = _SHORTER * turn / last + _UNEVEN * (turn % 2)
            low = side.end + _LONGER - side.whole * higher + _VARIED * float(chance.uniform(-1, 1))
            edge, root = _lock(side, float(near), float(far), low, _TURNS * (turn == 0))
            edge = falls.swung(placed(edge, sign, face), face)
            found.locks.append(np.vstack([edge, placed(root, sign, face)]))
            found.rims.append(edge[_RIM[0] : len(edge) - _RIM[1]])
        if line is not None:
            _come_down(found, line, curtain, sign, chance)
    return found


def _come_down(found: Bells, line: Hairline, curtain: Curtain, sign: float, chance: np.random.Generator) -> None:
    """Add what comes down one side of a head in such tresses: lines between them, dark sides and light on them."""
    ways: list[tuple[_Array, _Array]] = []
    for near, far in pairwise(curtain.edges):
        angles = np.linspace(float(chance.uniform(*_RISES)), _LANDS, _POINTS)
        dark = float(chance.uniform(*_DARK)) * (far - near) * np.sin(np.linspace(0, np.pi, _POINTS))
        ways += [(angles, near + 0 * dark), (angles, near + dark)]
        for streak in streaks(float(chance.uniform(*_LIT)), _LONG, _LOOSE, chance):
            ways += [(streak.along, near + (far - near) * (_ACROSS + edge * _BROAD)) for edge in streak.edges]
    angles, shares = (np.array(part) for part in zip(*ways, strict=True))
    deep = line.at(smooth(line.depth, _CALM), sign * angles.ravel())[:, 0]
    places = line.behind(sign * angles.ravel(), deep * shares.ravel()).reshape(-1, 2, _POINTS, 2)  # all at once
    each = len(places) // (len(curtain.edges) - 1)
    for turn, (one, other) in enumerate(places):
        around = np.vstack([one, other[::-1]])
        if turn % each:
            found.lights.append(around)
        elif turn:  # beside the face one would be a patch
            found.strands.append(one)
            found.shades.append(around)


def _lock(side: Side, near: float, far: float, low: float, turns: float) -> tuple[Points, Points]:
    """The edge of the lock between two shares of hair's breadth, round its tip at a v; and its root; aside and down."""
    long = low - side.begin
    tip = side.across(near + _TIP * (far - near), low) - turns

    def on(share: float, part: float) -> tuple[float, float]:
        v = side.begin + part * long
        return side.across(share, v), v

    bulges = _SLACK * (side.outer - side.inner) * (far - near)
    (straight, aside, above), (straight_in, aside_in, above_in) = _OUTER, _INNER
    outer = bezier(on(far, 0), on(far, straight), (tip + aside * long + bulges, low - above * long), (tip, low), 14)
    inner = bezier((tip, low), (tip + aside_in * long, low - above_in * long), on(near, straight_in), on(near, 0), 12)
    return np.vstack([outer, inner[1:]]), np.array([(side.across((near + far) / 2, side.begin), side.begin - _ROOT)])


def nape(picture: LabPicture, bob: Bob, face: WarpedFace, look: Look, pen: float) -> LabPicture:
    """Lay the hair that hangs behind the neck over the backdrop, in place; `pen` is the line's width in pixels.

    Where an ear is bare it is tucked behind that.
    """
    dark = look.hair.shadow + np.float32(_LIGHTER) * (look.hair.base - look.hair.shadow)
    longest = max(side.end for side in bob.sides if side is not None)
    for sign, side, (_, edge) in zip((-1.0, 1.0), bob.sides, bob.edges, strict=True):
        end = longest if side is None else side.end
        if end < _HIDDEN or (side is None and (end < _TUCKS or sign * face.yaw > _FAR)):
            continue
        tip, between = (end - higher for higher in _HIGHER)
        if side is None:
            ear = sign * float((face.points[_EARS[sign > 0]] - face.centre) @ face.right) / face.u
            broad = max(edge, default=ear)
            outer = curve(np.array([(min(ear + aside, broad), v) for aside, v in (*_TUCKED, (_TAPERS, between))]), 8)
        else:
            outer = np.array([(side.outer - _WITHIN, side.begin), (side.across(1.0, between) - _WITHIN, between)])
        begins = outer[-1, 0]
        low, rises = (begins + share * (_NECK - begins) for share in _HEM)
        hem = curve(np.array([(begins, between), (low, tip), (rises, between), (_NECK, 2 * between - tip)]), 8)
        around = placed(np.vstack([(_NECK, outer[0, 1]), outer, hem, (_NECK, outer[0, 1])]), sign, face)
        box = holding(around, 2 * pen)
        lay(picture[box], dark, filled([around], box, 1.0))
        lay(picture[box], look.hair_ink, filled(pens([around], pen, 1.0, 1.0), box, _LINE))
    return picture
