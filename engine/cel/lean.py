"""Heads that lean, drawn more upright: a slight tilt is charming, a great one is a portrait that fell over.

Everything that a photo tells is read from it as it is; then the head turns about its neck. The turn fades below the
chin, so that shoulders and clothes stay; and the hair beside a face goes up or down with that, and hangs plumb.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from engine import Pixels
from engine.cel.frame import SIDE, Floats, Frame, View, remapped
from engine.cel.geometry import smoothstep
from engine.cel.perceive import Eye, Face

_KEPT, _MORE = np.radians((8, 25)), np.radians(7)
"""How far a head may lean, in radians, and one whose hair hangs, which goes well with a tilt; and by how much more one
does at most that leans further: less of a lean would be less of the person.
"""
_TWIST = np.radians(25)
"""By how much a head is turned on its neck at most: of somebody who lies, all is turned by the rest."""
_CHIN = 152
_PIVOT = (0.5, 0.0)
"""How far below its chin a head turns, in face widths, and one whose hair hangs: aside of it that would lie before the
neck."""
_LEVEL, _HIGHER, _GRADUAL = 0.05, 0.35, 0.1
"""From how far below the chin on everything goes where what lies there does, in face widths; by how much higher that
begins beside the face; and how gradually."""
_FADES = (0.0, 0.7), (0.3, 1.2)
"""Between how far below the chin that fades, in face widths: under the face, and beside it, where hair may hang."""
_BESIDE = (0.3, 0.8)
"""From how far aside of the chin to where that is beside the face, in face widths."""
_STRIDE = 8
"""It is so smooth that it is looked up at every eighth pixel."""


@dataclass(frozen=True, slots=True)
class Lean:
    """A head turned by `twist` on its neck, about a `pivot` in the picture, and with all else by `rest`, in radians.

    Its `chin` lies there then; and all is shown `aside` from there, so that its eyes are where they were.
    """

    pivot: Floats
    chin: Floats
    aside: Floats
    unit: float
    twist: float
    rest: float

    def picture(self, rgb: Pixels, view: View) -> Pixels:
        """What a view shows of a picture whose head was turned so."""
        along = np.arange(-1, SIDE // _STRIDE + 1, dtype=np.float32) * _STRIDE + np.float32((_STRIDE - 1) / 2)
        few = np.dstack(self._from(*view.there(*np.meshgrid(along, along))))  # a step more than there is on every side
        size = SIDE + 2 * _STRIDE
        x, y = cv2.split(
            cv2.resize(few, (size, size), interpolation=cv2.INTER_CUBIC)[_STRIDE:-_STRIDE, _STRIDE:-_STRIDE]
        )
        return remapped(rgb, np.asarray(x, np.float32), np.asarray(y, np.float32))

    def there(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Where in the picture lies what is shown at points (x, y), both (n, n), that change smoothly."""
        n = len(x)
        size = (n // _STRIDE, n // _STRIDE)
        few = [np.asarray(cv2.resize(at, size, interpolation=cv2.INTER_AREA), np.float32) for at in (x, y)]
        off = cv2.resize(np.dstack(self._from(*few)) - np.dstack(few), (n, n), interpolation=cv2.INTER_CUBIC)
        return x + off[..., 0], y + off[..., 1]

    def _from(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        shown = np.stack([x, y], -1) + (np.float32(0.5) - self.aside)
        aside, below = np.moveaxis((shown - self.chin) / np.float32(self.unit), -1, 0)
        beside = smoothstep(np.abs(aside), *_BESIDE)
        level = _LEVEL - _HIGHER * beside
        over = below - level
        held = level + (over - np.hypot(over, _GRADUAL)) / 2
        begin, end = (under + (hair - under) * beside for under, hair in zip(*_FADES, strict=True))
        stays = smoothstep((below - begin) / (end - begin), 0, 1)
        off = np.stack([shown[..., 0], self.chin[1] + held * np.float32(self.unit)], -1) - self.pivot
        moved = (off @ _turn(-self.twist).T - off) * (1 - stays)[..., None]
        there = self.pivot + (shown + moved - self.pivot) @ _turn(-self.rest).T - np.float32(0.5)
        return np.asarray(there[..., 0], np.float32), np.asarray(there[..., 1], np.float32)


def righted(face: Face, hangs: bool) -> tuple[Lean | None, Face]:
    """A face that leans little, whose hair `hangs` or does not, and how it came to do so; None where it always did."""
    roll = face.frame.roll
    kept = float(_KEPT[int(hangs)])
    more = abs(roll) - kept
    if more <= 0:
        return None, face
    angle = float(np.sign(roll) * (kept + _MORE * (1 - np.exp(-more / _MORE))) - roll)
    twist = float(np.clip(angle, -_TWIST, _TWIST))
    chin = face.mesh[_CHIN, :2]
    neck = np.array([-np.sin(roll / 2), np.cos(roll / 2)])
    pivot = np.asarray(chin + neck * (_PIVOT[hangs] * face.frame.unit), np.float32)

    def turned(points: Floats) -> Floats:
        return np.asarray(pivot + (points - pivot) @ _turn(angle).T, np.float32)

    aside = face.frame.origin - turned(face.frame.origin)
    mesh = np.column_stack([turned(face.mesh[:, :2]) + aside, face.mesh[:, 2]])
    one, other = (Eye(turned(eye.lids) + aside, turned(eye.iris) + aside) for eye in face.eyes)
    lean = Lean(pivot, turned(chin), aside, face.frame.unit, twist, angle - twist)
    return lean, replace(face, mesh=mesh, eyes=(one, other), frame=Frame.of(mesh))


def _turn(angle: float) -> Floats:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
