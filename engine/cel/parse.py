"""Which pixels of the main person are skin, hair and clothes: the seam between seeing and painting.

A `Parser` labels the working picture softly. The built-in one (`learned_parser`) is always there; where
`avatanime models pull cel` has fetched the multiclass network, `multiclass_parser` is used in its place.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import Pixels
from engine.cel.frame import HALF, Frame, View
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
    """`labels` (n, n, 7): how much each pixel belongs to each Label, summing to 1.

    They lie on the upright square around the face that `frame` tells (`Frame.square`), also where that reaches beyond
    the picture: there they are what probably would be seen.
    """

    labels: Floats
    frame: Frame

    def seen(self, view: View, side: int = HALF) -> Floats:
        """The labels (side, side, 7) of what a view of the picture shows; beyond the square they go on as they end."""
        there = np.vstack([self.frame.square(len(self.labels)), [0, 0, 1]])
        scale = side / view.side
        shown = np.array([[scale, 0, (0.5 - view.left) * scale - 0.5], [0, scale, (0.5 - view.top) * scale - 0.5]])
        matrix = (shown @ there).astype(np.float32)
        planes = [
            cv2.warpAffine(plane, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            for plane in np.moveaxis(self.labels, -1, 0)
        ]
        return np.dstack(planes).astype(np.float32)


class Parser(Protocol):
    """Labels a working picture whose main face is known (`sight.face` is not None)."""

    def parse(self, rgb: Pixels, sight: Sight) -> Regions:
        """Label every pixel."""


def parser() -> Parser:
    """The best parser there is on this machine. Raises ModelError if a downloaded model is not what was pulled."""
    from engine.cel import multiclass_parser
    from engine.cel.learned_parser import LearnedParser

    return multiclass_parser.pulled() or LearnedParser()
