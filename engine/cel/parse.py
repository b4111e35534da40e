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
from engine.cel.frame import HALF, Frame, View, upright
from engine.cel.perceive import Sight

_NOWHERE = 0.02
"""A label that is nowhere likelier than this is left out."""
_HARDLY = 1e-4
"""How likely hair is, beside what it seemed to be, where there is none."""
_SHORT, _CLOSELY, _TEMPLES, _NAPE = (0.84, 0.85), (0.60, 0.66), -0.2, 0.38
"""Short hair ends within half an ellipse below the temples: its half axes, and those where it is closely cut; the v of
its base, and of the nape."""
_PINNED = 0.60, 0.40
"""The half axes of such an ellipse for hair that is tied."""
_NEAR, _CROWNED = 0.5, 0.1
"""How far aside of the middle hair is over a forehead; and how much of it there is at least on a head, in square face
widths."""
_BEHIND, _DEEPER = 0.5, 0.3
"""How far the back of a turned head lies behind the face, and how much broader it is, for each of its yaw."""
_AHEAD = (0.70, 0.45)
"""How far before the head's axis short hair reaches below the temples, and how much less so for each of its yaw."""
_PARTING, _LITTLE, _ONE_SIDED = 0.1, (0.11, 0.40), 0.5
"""How far aside of the middle hair is on one side; how much of it is little, over the eyes, in square face widths; and
which share of one side's the other has at most that is lost.
"""
_HATLINE, _HAT, _BAND = -0.30, 0.6, 0.12
"""The v over which there is a hat where one is worn; and how much of that is told from hair, as a share of the latter,
where it was told well enough, and where it is but a band.
"""
_NECK = (0.25, 0.5, 0.65)
"""How far below the chin shoulders begin, how far aside a neck reaches, and how far down it is bare, in face widths."""
_RISE = 0.5
"""Height of the dome in which heads close over the square, as a share of half its breadth."""

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

    def at(self, x: Floats, y: Floats) -> Floats:
        """The labels (h, w, 7) of points of the picture, x and y (h, w).

        Beyond the square they go on as they end, but over its upper side heads close in a dome.
        """
        axes = self.frame.square(len(self.labels))
        back = np.linalg.inv(axes[:, :2])
        x, y = x - axes[0, 2], y - axes[1, 2]
        across, along = (np.asarray(way[0] * x + way[1] * y, np.float32) for way in back)
        whole, part = cv2.convertMaps(across, along, cv2.CV_16SC2)
        planes = [
            cv2.remap(np.ascontiguousarray(plane), whole, part, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            if plane.max() > _NOWHERE
            else np.zeros(x.shape, np.float32)
            for plane in np.moveaxis(self.labels, -1, 0)
        ]
        out = np.asarray(cv2.merge(planes), np.float32)
        head = np.flatnonzero(self.labels[0, :, Label.BACKGROUND] < 0.5)
        if head.size and float(along.min()) < 0:
            middle, half = (head[0] + head[-1]) / 2, (head[-1] - head[0] + 1) / 2
            away = ((across - np.float32(middle)) / half) ** 2 + (along / (_RISE * half)) ** 2
            out[(along < 0) & (away > 1)] = np.eye(len(Label), dtype=np.float32)[Label.BACKGROUND]
        return out

    def without(self, label: Label, instead: Label) -> "Regions":
        """The same, where what was one label is another."""
        labels = self.labels.copy("K")
        labels[..., instead] += labels[..., label]
        labels[..., label] = 0
        return Regions(labels, self.frame)

    def hatted(self, short: bool, brimmed: bool = True) -> "Regions":
        """The same of somebody who wears a hat: where little of it was told from hair, all over the forehead is hat.

        So it is wherever hair is `short`, which does not show beside one there. Of what is not `brimmed` hardly
        anything told from hair is a bow or a band, over hair that is all there.
        """
        above = upright(len(self.labels))[1] < _HATLINE
        hat, hair = (float(self.labels[above, label].sum()) for label in (Label.HEADWEAR, Label.HAIR))
        if hat > _HAT * hair and not short:
            return self
        if hat < _BAND * hair and not brimmed:
            return self.without(Label.HEADWEAR, Label.HAIR)
        labels = self.labels.copy("K")
        labels[above, Label.HEADWEAR] += labels[above, Label.HAIR]
        labels[above, Label.HAIR] = 0
        return Regions(labels, self.frame)

    def evened(self) -> "Regions":
        """The same where little hair is lost on one side, in light or beyond the picture: both sides are alike."""
        u, v = upright(len(self.labels))
        hair = self.labels[..., Label.HAIR]
        above = (hair > 0.5) & (v < 0)
        cell = abs(float((u[0, 1] - u[0, 0]) * (v[1, 0] - v[0, 0])))
        left, right = (float((above & (side * u > _PARTING)).sum()) * cell for side in (-1, 1))
        if not (_LITTLE[0] < left + right < _LITTLE[1] and min(left, right) < _ONE_SIDED * max(left, right)):
            return self
        both = np.where(v < 0, np.maximum(hair, hair[:, ::-1]), hair)
        labels = self.labels * ((1 - both) / np.maximum(1 - hair, np.float32(1e-6)))[..., None]
        labels[..., Label.HAIR] = both
        return Regions(np.asarray(labels / labels.sum(-1, keepdims=True), np.float32), self.frame)

    def shorn(self, closely: bool = False) -> "Regions":
        """The same of somebody whose hair is short: what seems to hang lower, or further aside, is something else.

        Hair that is `closely` cut ends at the ears.
        """
        return self._within(*(_CLOSELY if closely else _SHORT))

    def pinned(self) -> "Regions":
        """The same of somebody whose hair is tied: it ends at the ears, unless it is hardly seen over the forehead."""
        (u, v), hair = upright(len(self.labels)), self.labels[..., Label.HAIR]
        cell = abs(float((u[0, 1] - u[0, 0]) * (v[1, 0] - v[0, 0])))
        crown = float(hair[(v < _HATLINE) & (np.abs(u) < _NEAR)].sum()) * cell
        return self._within(*_PINNED) if crown > _CROWNED else self

    def _within(self, broad: float, low: float) -> "Regions":
        """The same with no hair beyond half an ellipse below the temples."""
        (u, v), yaw = upright(len(self.labels)), self.frame.yaw
        across = (u + _BEHIND * yaw) / (broad + _DEEPER * abs(yaw))
        beyond = (across**2 + ((v - _TEMPLES) / low) ** 2 > 1) | (v > _NAPE)
        beyond |= u * np.sign(yaw) > _AHEAD[0] - _AHEAD[1] * min(abs(yaw), 1)
        beyond &= v > _TEMPLES
        labels, rest = self.labels.copy("K"), self.labels[beyond]
        rest[:, Label.HAIR] *= _HARDLY
        labels[beyond] = rest / rest.sum(-1, keepdims=True)
        return Regions(labels, self.frame)

    def dressed(self) -> "Regions":
        """The same of somebody whose shoulders are not bare: what seems to be skin there is cloth."""
        u, v = upright(len(self.labels))
        below = v - self.frame.chin
        shoulders = (below > _NECK[0]) & ((np.abs(u) > _NECK[1]) | (below > _NECK[2]))
        labels = self.labels.copy("K")
        labels[shoulders, Label.CLOTHES] += labels[shoulders, Label.SKIN]
        labels[shoulders, Label.SKIN] = 0
        return Regions(labels, self.frame)

    def seen(self, view: View, side: int = HALF) -> Floats:
        """The labels (side, side, 7) of what a view of the picture shows."""
        along = (np.arange(side, dtype=np.float32) + np.float32(0.5)) * np.float32(view.side / side) - np.float32(0.5)
        x, y = np.meshgrid(along + np.float32(view.left), along + np.float32(view.top))
        return self.at(x, y)


class Parser(Protocol):
    """Labels a working picture whose main face is known (`sight.face` is not None)."""

    def parse(self, rgb: Pixels, sight: Sight) -> Regions:
        """Label every pixel."""
