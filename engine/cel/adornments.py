"""What is worn round a neck, of which kind and metal, told from the colours in which it is seen."""

from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np

from engine.cel.chains import Curve
from engine.cel.look import Colour, LabPicture
from engine.cel.threads import Mask, Places

_AROUND = 19, 5
"""Within how broad a strip about what is worn its skin is looked at, and beyond how broad a one, in places."""
_YELLOW, _DARK, _BRIGHT, _WHITE, _GLITTER = 3.0, 0.62, 8.0, 80.0, 9.0
"""How much yellower than skin that is as light (CIELAB b) gold is; how light, as a share of the skin, a cord or choker
is, or a cord where it is darkest, and how much lighter than skin it is where lightest, all at most; how light beads
are, or else how much their lightness varies, at least."""
_SOLID, _EVEN, _BROAD = 2, 0.4, 0.15
"""How far from its middle a choker is of one colour, in places; how far off that is at most, as a share of how far the
skin's lies; and at which share of its length it is at least."""
_STEEP = 1.0
"""How steeply a chain rises at least that a pendant draws into a point."""


class Kind(Enum):
    """What is worn round a neck."""

    CHAIN = "chain"
    BEADS = "beads"
    CORD = "cord"
    CHOKER = "choker"


@dataclass(frozen=True, slots=True)
class Neckwear:
    """What somebody wears round the neck."""

    kind: Kind
    gold: bool
    pendant: bool
    curve: Curve
    colour: Colour
    """CIELAB, as it is seen."""


def told(lab: LabPicture, near: Mask, female: float, curve: Curve, places: Places) -> Neckwear:
    """What hangs in a curve that is seen at these places, beside skin that is near."""
    on = np.zeros(near.shape, np.uint8)
    on[places] = 1
    by, within = (cv2.dilate(on, np.ones((broad, broad), np.uint8)) > 0 for broad in _AROUND)
    bare = np.median(lab[near & by & ~within], 0)
    colours = lab[places]
    tone = np.asarray(np.median(colours, 0), np.float32)
    share = float(tone[0] / max(float(bare[0]), 1.0))
    yellow = float(tone[2] - share * bare[2])
    dull, bright = np.percentile(colours[:, 0], (10, 90))
    gold, kind = yellow > _YELLOW, Kind.CHAIN
    if female > 0.5 and share < _DARK and _solid(lab, places, bare) > _BROAD:
        kind = Kind.CHOKER
    elif not gold and (share < _DARK or (dull < _DARK * bare[0] and bright < bare[0] + _BRIGHT)):
        kind = Kind.CORD
    elif not gold and female > 0.5 and (tone[0] > _WHITE or colours[:, 0].std() > _GLITTER):
        kind = Kind.BEADS
    hangs = kind in (Kind.CHAIN, Kind.CORD) and curve[2] > _STEEP
    return Neckwear(kind, gold and kind is Kind.CHAIN, bool(hangs), curve, tone)


def _solid(lab: LabPicture, places: Places, bare: Colour) -> float:
    """At which share of its places what is worn is a broad band of one colour."""
    row, column = places
    within = [lab[np.clip(row + off, 0, len(lab) - 1), column] for off in (0, -_SOLID, _SOLID)]
    tone = np.median(within[0], 0)
    far = _EVEN * np.linalg.norm(tone - bare)
    return float(np.logical_and.reduce([np.linalg.norm(part - tone, axis=-1) < far for part in within]).mean())
