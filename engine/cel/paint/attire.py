"""Collars, ties and lapels, as a tailor cuts them: of what people wear at the neck, what has a form of its own.

That somebody wears a suit is told at a glance (`engine.cel.traits`); which colours it has is looked up in the photo,
where each piece of it lies. Places are (x, y) in face widths, to the right of the neckline's middle and below the chin.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import percentile
from engine.cel.look import Colour, Points, colour
from engine.cel.paint.clusters import NEAR
from engine.cel.paint.fields import Field
from engine.cel.paint.veil import CLEAR, Veil
from engine.cel.traits import Traits

_SUIT, _TIE, _SHIRT, _POINTED = 0.1, 0.0, 0.15, -0.2
"""How sure the traits must be."""
_OPEN, _BARE = 0.0, -0.2
"""Traits above which a jacket may be open, and shoulders bare: then the neckline is what is seen."""
_WORN = 0.2
"""The trait above which a jacket is worn over a T-shirt where nothing is bare."""
_CLOSED = 1.35
"""How far below the chin a jacket closes, in face widths."""
_SLEEVE = (0.42, 1.1, 0.35, 1.7)
"""Where a jacket alone is seen: from and to how far aside, and how far down."""
_SHOWN = 1.0
"""How much of its colour a portrait tells, beside the whole photo."""
_WIDE, _HIGH = 0.26, 0.1
"""Half the breadth in which a shirt is seen at the chin's height, and from how far down on."""
_NARROW, _LONG = 0.07, (0.25, 1.0)
"""Half the breadth of a tie where its colour is looked for, and from and to how far down."""
_ABOUT, _COVERS_OF = 0.18, 0.3
"""The same beside a jacket, and which share of what is seen in the former a tie's colour covers there at least."""
_FEW, _APART = 6, 14.0
"""In how many places a colour is seen at least, and how far it is from that of what lies beside it."""
_LIT, _LIGHTEST = 40, 70
"""The per cent of a shirt that count as shadow; and of what is seen of it with a tie, and the jacket's edges."""
_LIGHT = 50.0
"""Shirts lighter than this have a dark tie where nothing is seen of it."""
_SHADY, _COLOURLESS = 60.0, 6.0
"""Shirts lighter than this, and of less chroma, are white ones in the shade."""
_PALE, _CREAM = 70.0, 13.0
"""The same of yellowish ones, which are white in warm light."""
WHITE, _DARK = colour(90, 0, -2), colour(24, 2, -8)
"""Shirts and ties of which nothing is seen."""
_GAP = 0.012
"""How far from the neckline's lowest point the leaves of a collar end, in face widths."""
_ROLL, _WRAP = ((-0.055, 0.015), (-0.10, 0.16)), ((-0.08, 0.05), (-0.115, 0.14))
"""How far outside the neckline, and below the top of a shirt's collar, its outer edge goes down; and that of a jacket's
collar, which wraps it; in face widths."""
FRONT = [(-0.01, 0.0), (0.045, 0.11), (0.085, 0.25), (0.115, 0.40), (0.15, 0.75), (0.17, 1.6)]
"""The left edge of an open jacket, from where the neck ends to the right and below the chin, in face widths: it hides
the ends of the neckline within.
"""
_COVERS = 4
"""How many of these places lie where the neck may be bare."""
_SEAT, _FLARE = 0.25, 0.025
"""How far below the chin a collar lies on the shoulders, and how much further out there, in face widths."""

_BUTTON, _BUTTONS, _THIN = 0.016, (0.10, 0.32, 0.54), 0.3
"""The radius of a shirt's buttons, how far below its neckline they lie, in face widths, and how thick they are."""
_PALER = (-16.0, 30.0)
"""How much lighter than the cloth they are, on light and on dark cloth."""

type Cut = NDArray[np.float32]
"""A neckline: its depth, its width, how round it is, how far its middle lies aside, and its reach, in face widths."""


class Attire(Enum):
    """What is worn at the neck."""

    PLAIN = "plain"
    """Anything that has no collar; what follows is of a known form."""
    ROUND = "round"
    """A T-shirt, a sweater."""
    POINTED = "pointed"
    """The same with a neckline in the form of a V."""
    SHIRT = "shirt"
    TIE = "tie"
    SUIT = "suit"
    FORMAL = "formal"
    """A suit with a tie."""
    OPEN = "open"
    """Any other jacket, open over a T-shirt."""

    @property
    def collared(self) -> bool:
        """Whether there is a collar that stands about the neck."""
        return self is not Attire.PLAIN and not self.ribbed

    @property
    def ribbed(self) -> bool:
        """Whether there is a ribbed collar, and no opening."""
        return self in (Attire.ROUND, Attire.POINTED)

    @property
    def jacket(self) -> bool:
        """Whether there is a jacket with lapels."""
        return self in (Attire.SUIT, Attire.FORMAL)

    @property
    def tie(self) -> bool:
        """Whether there is a tie."""
        return self in (Attire.TIE, Attire.FORMAL)


@dataclass(frozen=True, slots=True)
class Outfit:
    """The clothes that a whole photo shows of somebody: CIELAB (n, 3), and where, (n,), in face widths."""

    colours: Field
    x: Field
    y: Field
    veil: Veil = CLEAR
    """The tint over the photo's shadows, which these colours are rid of."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of cloth: its outline, its colour as it is seen, how much lighter than that it is painted, and how thick
    it is, as a share of others.
    """

    outline: NDArray[np.float64]
    colour: Colour
    lift: float = 0.0
    thick: float = 1.0


def told(traits: Traits) -> Attire:
    """What somebody with these traits wears at the neck."""
    suit = traits.suit > _SUIT
    if traits.tie > _TIE:
        return Attire.FORMAL if suit or traits.suit > max(traits.collar, -traits.jacket) else Attire.TIE
    if suit or traits.collar > _SHIRT:
        return Attire.SUIT if suit else Attire.SHIRT
    if traits.jacket > _WORN and traits.dressed:
        return Attire.OPEN
    if traits.jacket > _OPEN or traits.bare > _BARE:
        return Attire.PLAIN
    return Attire.POINTED if traits.pointed > _POINTED else Attire.ROUND


def jacket(outfit: Outfit, shown: Outfit, aside: float) -> Field:
    """The colours of a jacket: what is seen aside of where it is open, in a whole photo and as a portrait shows it."""
    near, far, high, low = _SLEEVE

    def beside(seen: Outfit) -> Field:
        x, y = np.abs(seen.x - aside), seen.y
        return seen.colours[(x > near) & (x < far) & (y > high) & (y < low)]

    whole, part = beside(outfit), beside(shown)
    if not len(whole) or not len(part):
        return whole if len(whole) else part
    return np.vstack([whole, part[np.linspace(0, len(part) - 1, round(_SHOWN * len(whole))).astype(int)]])


def shirt(outfit: Outfit, aside: float, skin: Colour, tied: bool) -> Colour:
    """The colour of a shirt within a jacket: with a tie, of what is lightest there."""
    x, y = np.abs(outfit.x - aside), outfit.y
    seen = outfit.colours[(x > _NARROW) & (x < _WIDE * (1 - y / _CLOSED)) & (y > _HIGH)]
    seen = seen[np.linalg.norm((seen - skin) * NEAR, axis=1) > _APART]
    if len(seen) < _FEW:
        return WHITE
    lit = seen[:, 0] >= percentile(seen[:, 0], _LIGHTEST if tied else _LIT)
    return np.asarray(np.median(seen[lit], 0), np.float32)


def linen(shirt: Colour) -> Colour:
    """The colour of a shirt within a jacket whose colour is seen so, but for the jacket's shade."""
    chroma = float(np.hypot(*shirt[1:]))
    warm = shirt[0] > _PALE and chroma < _CREAM and shirt[2] > abs(shirt[1])
    if not warm and (shirt[0] < _SHADY or chroma > _COLOURLESS):
        return shirt
    return colour(max(float(shirt[0]), float(WHITE[0])), *(shirt[1:] * min(1.0, _COLOURLESS / max(chroma, 1.0))))


def tie(outfit: Outfit, aside: float, shirt: Colour, skin: Colour, jacket: Colour | None = None) -> Colour:
    """The colour of a tie, which is neither the shirt's nor the skin's.

    Nor is it the `jacket`'s, if as much as a tie covers has another about there: heads turn away from what they wear.
    """
    x, (high, low) = np.abs(outfit.x - aside), _LONG
    deep = (outfit.y > high) & (outfit.y < low)

    def but(seen: Field, *others: Colour) -> Field:
        for other in others:
            seen = seen[np.linalg.norm((seen - other) * NEAR, axis=1) > _APART]
        return seen

    seen = but(outfit.colours[(x < _NARROW) & deep], shirt, skin)
    if jacket is not None:
        about = but(outfit.colours[(x < _ABOUT) & deep], shirt, skin, jacket)
        seen = about if len(about) > max(_FEW, _COVERS_OF * len(seen)) else seen
    if len(seen) < _FEW:
        return _DARK if shirt[0] > _LIGHT else WHITE
    return np.asarray(np.median(seen, 0), np.float32)


def pieces(
    worn: Attire,
    cut: Cut,
    inner: Colour,
    outer: Colour,
    knot: Colour | None,
    top: float = 0.0,
    front: Colour | None = None,
) -> list[Piece]:
    """The pieces that lie over a garment of the colour `outer`, from the lowest to the highest.

    `inner` is the shirt's colour and `knot` a long tie's; a collar ends `top` below the chin, in face widths. `front`
    is the colour of the strip in which a shirt without a tie opens; None for none.
    """
    depth, width = float(cut[0]), float(cut[1])
    found: list[Piece] = []
    if worn.jacket:
        found.append(Piece(_even([(0.02 - width, -0.3), (-width - 0.06, 0.05), (0, _CLOSED)]), inner))
    if front is not None and not worn.tie:
        found.append(Piece(_even([(-0.035, depth), (-0.035, 3.0)]), front, 2.0, _THIN if worn.jacket else 1.0))
        found += _buttons(depth, front)
    elif worn.tie and not worn.jacket:
        found.append(Piece(_even([(-0.035, depth), (-0.035, 3.0)]), outer, 2.0))
    if worn.tie and knot is not None:
        found.append(Piece(_even([(-0.045, depth + 0.10), (-0.12, 1.2)]), knot))
        found.append(Piece(_even([(-0.075, depth - 0.02), (-0.05, depth + 0.13)]), knot, 3.0))
    spread = (0.17, 0.19) if worn.tie else (0.19, 0.13)
    wing = [
        (-width * (1 - top / depth), top), (-_GAP, depth), (-spread[0], depth + spread[1]),
        *reversed(_outer(width, top, _ROLL)),
    ]  # fmt: skip
    found += [Piece(side, inner, 3.0) for side in _both(wing)]
    if worn.jacket:
        lapel = [
            (-width - 0.045, top + 0.045), (-width + 0.02, 0.16), (0, _CLOSED), (-0.16, 1.1), (-width - 0.29, 0.44),
            (-width - 0.17, 0.345), (-width - 0.25, 0.29),
            *reversed(_outer(width, top, _WRAP)),
        ]  # fmt: skip
        found += [Piece(side, outer, 3.0) for side in _both(lapel)]
    return found


def _buttons(depth: float, cloth: Colour) -> list[Piece]:
    """The buttons below a neckline so deep."""
    turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    button = np.stack([np.cos(turn), np.sin(turn)], 1) * _BUTTON
    lift = _PALER[0] if cloth[0] > _LIGHT else _PALER[1]
    return [Piece(button + np.array([0, depth + low]), cloth, lift, _THIN) for low in _BUTTONS]


def standing(worn: Attire, cut: Cut, top: float) -> list[NDArray[np.float64]]:
    """The outlines of what stands about the neck of a collar that ends `top` below the chin, in face widths."""
    depth, width = float(cut[0]), float(cut[1])
    outer = _outer(width, top, (*_ROLL[:1], *_WRAP) if worn.jacket or worn is Attire.OPEN else _ROLL)
    if worn is Attire.OPEN:
        inner = [(x - width, y) for x, y in FRONT[1:_COVERS][::-1]] + [(-width, top)]
    else:
        inner = [(-width * max(0.0, 1 - y / depth), y) for y in (_SEAT, top)]
    return _both([*outer, (outer[-1][0] - _FLARE, _SEAT), *inner])


def seams(worn: Attire, cut: Cut) -> list[NDArray[np.float64]]:
    """Lines upon the pieces: where a lapel meets its collar."""
    if not worn.jacket:
        return []
    width = float(cut[1])
    return _both([(-width + 0.025, 0.20), (-width - 0.17, 0.345)])


def placed(outline: NDArray[np.float64], cut: Cut, chin: Points, unit: float) -> Points:
    """An outline in pixels."""
    return np.asarray(chin + (outline + np.array([float(cut[3]), 0.0])) * unit, np.float64)


def _outer(width: float, top: float, way: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """The way down of a collar's outer edge on the left."""
    return [(x - width, y + top) for x, y in way]


def _both(left: list[tuple[float, float]]) -> list[NDArray[np.float64]]:
    """An outline and its mirror image."""
    return [np.array(left), np.array(left) * (-1, 1)]


def _even(left: list[tuple[float, float]]) -> NDArray[np.float64]:
    """The outline, even on both sides, whose left one goes down so."""
    one, other = _both(left)
    return np.vstack([one, other[::-1]])
