"""Which pixels of the main person are skin, hair and clothes: the seam between seeing and painting.

A `Parser` labels the working picture softly. The built-in one (`learned_parser`) is always there; where
`avatanime models pull cel` has fetched the multiclass network, `multiclass_parser` is used in its place.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine import Pixels
from engine.cel.perceive import Sight

type Floats = NDArray[np.float32]


class Label(IntEnum):
    """The planes of `Regions.labels`. Other people and things are background; what is before the person is OTHER."""

    BACKGROUND = 0
    SKIN = 1
    HAIR = 2
    CLOTHES = 3
    OTHER = 4
    HEADWEAR = 5
    BEARD = 6


@dataclass(frozen=True, slots=True)
class Regions:
    """`labels` (HALF, HALF, 7), at half the picture's size: how much each pixel belongs to each Label, summing to 1."""

    labels: Floats

    def __getitem__(self, label: Label) -> Floats:
        """One plane, (H, W)."""
        return np.ascontiguousarray(self.labels[..., label])


class Parser(Protocol):
    """Labels a working picture whose main face is known (`sight.face` is not None)."""

    def parse(self, rgb: Pixels, sight: Sight) -> Regions:
        """Label every pixel."""


def parser() -> Parser:
    """The best parser there is on this machine. Raises ModelError if a downloaded model is not what was pulled."""
    from engine.cel import multiclass_parser
    from engine.cel.learned_parser import LearnedParser

    return multiclass_parser.pulled() or LearnedParser()
