"""Which pixels of the main person are skin, hair and clothes: the seam between seeing and painting.

A `Parser` labels the working picture softly. The built-in one (`colour_parser`) needs no further model; where
`avatanime models pull cel` has fetched the multiclass network, `multiclass_parser` is used in its place.
"""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine import Pixels
from engine.cel.perceive import Sight

type Floats = NDArray[np.float32]


class Label(IntEnum):
    """The planes of `Regions.labels`. Other people and things are background; what is worn but no cloth is OTHER."""

    BACKGROUND = 0
    SKIN = 1
    HAIR = 2
    CLOTHES = 3
    OTHER = 4


class Hair(StrEnum):
    """What kind of hair is seen."""

    BALD = "bald"
    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Beard:
    """How much facial hair (0..1) grows above the lip, on the chin and on the cheeks."""

    moustache: float = 0.0
    chin: float = 0.0
    cheeks: float = 0.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the person beyond the labels. Colours are CIE Lab (L 0..100) of the picture as it is given."""

    hair: Hair = Hair.SHORT
    skin_colour: Floats = field(default_factory=lambda: np.array([65, 14, 16], np.float32))
    hair_colour: Floats = field(default_factory=lambda: np.array([20, 4, 6], np.float32))
    beard: Beard = Beard()
    glasses: float = 0.0
    """Belief (0..1) that glasses are worn."""
    hat: float = 0.0
    """Belief (0..1) that the head is covered: hat, cap, headscarf."""
    greyscale: bool = False


@dataclass(frozen=True, slots=True)
class Regions:
    """`labels` (H, W, 5): how much each pixel belongs to each Label, summing to 1, edges about two pixels wide."""

    labels: Floats
    facts: Facts

    def __getitem__(self, label: Label) -> Floats:
        """One plane, (H, W)."""
        return np.ascontiguousarray(self.labels[..., label])


class Parser(Protocol):
    """Labels a working picture whose main face is known (`sight.face` is not None)."""

    def parse(self, rgb: Pixels, sight: Sight) -> Regions:
        """Label every pixel."""


def parser() -> Parser:
    """The best parser there is on this machine."""
    from engine.cel.colour_parser import ColourParser

    return ColourParser()
