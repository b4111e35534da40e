"""What painting measures and drawing needs: the person's colours and the caricatured face, as plain values.

Colours are CIELAB as OpenCV's float images have it: L 0..100, a and b about -127..127. Points are (x, y) in pixels of
the working picture, whose longer side is 400.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import Frame

type Colour = NDArray[np.float32]
"""One CIELAB colour, shape (3,)."""
type Points = NDArray[np.float64]
"""(n, 2) points, x right and y down, in pixels."""
type Plane = NDArray[np.float32]
"""(height, width), float32: a lightness, a mask 0..1."""
type LabPicture = NDArray[np.float32]
"""(height, width, 3) CIELAB."""


@dataclass(frozen=True, slots=True)
class Tones:
    """The flat colours of one material, as a cel painter mixes them before starting."""

    base: Colour
    shadow: Colour
    light: Colour


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of one person in one style."""

    seen_skin: Colour
    """The skin in the photo; all other colours are the cel's."""
    skin: Tones
    hair: Tones
    dye: Tones | None
    """The hair's second colour."""
    ink: Colour
    """Lines on and around the face: a very dark, warm relative of the skin."""
    hair_ink: Colour
    """Lines in and around the hair, also lashes and brows."""
    grey: bool
    """A black-and-white photo: every colour above has a = b = 0, and so must what is drawn."""


@dataclass(frozen=True, slots=True)
class WarpedEye:
    """One eye after the caricature: lid curves from the outer corner to the inner, and the iris."""

    upper: Points
    lower: Points
    iris: Points
    """Centre, then four points on the rim, as the iris model gives them."""


@dataclass(frozen=True, slots=True)
class WarpedFace:
    """The face in the warped picture that everything is drawn on.

    `u` is the face's width in pixels, the unit of all sizes; `right` and `down` the unit axes of the head in the
    picture; `yaw` about -0.5..0.5, positive when the nose points to the picture's right; `centre` lies between the
    eyes on the head's axis.
    """

    points: Points
    """The 468 points of the face mesh."""
    depth: NDArray[np.float64]
    """Their z in pixels, smaller nearer to the viewer."""
    eyes: tuple[WarpedEye | None, WarpedEye | None]
    """The picture's left and right eye; None if hidden (a turned head, sunglasses, cut off)."""
    centre: NDArray[np.float64]
    right: NDArray[np.float64]
    down: NDArray[np.float64]
    u: float
    yaw: float


def coordinates(face: WarpedFace, size: int) -> tuple[Plane, Plane]:
    """The face's coordinates (u, v), as `Frame` has them, of every pixel of its picture seen at (size, size)."""
    frame = Frame(
        origin=face.centre.astype(np.float32), right=face.right.astype(np.float32), down=face.down.astype(np.float32),
        unit=face.u, roll=0.0, yaw=face.yaw, chin=0.0, top=0.0,
    )  # fmt: skip
    return frame.maps(size)


def colour(lightness: float, a: float, b: float) -> Colour:
    """A CIELAB colour, or a shift between two."""
    return np.array([lightness, a, b], np.float32)


def rgb(colour: Colour) -> tuple[int, int, int]:
    """The colour as 8-bit RGB."""
    lab = np.asarray(colour, np.float32).reshape(1, 1, 3)
    r, g, b = (min(max(round(255 * part), 0), 255) for part in cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)[0, 0].tolist())
    return r, g, b


def lab(r: float, g: float, b: float) -> Colour:
    """The CIELAB colour of an 8-bit RGB one."""
    picture = np.array([[[r, g, b]]], np.float32) / 255
    colour: Colour = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)[0, 0]
    return colour


_BYTES = np.array([[2.55, 0, 0, 0], [0, 1, 0, 128], [0, 0, 1, 128]], np.float32)
_BACK = np.array([[1 / 2.55, 0, 0, 0], [0, 1, 0, -128], [0, 0, 1, -128]], np.float32)


def in_bytes(lab: LabPicture) -> NDArray[np.uint8]:
    """A CIELAB picture in three bytes a pixel, as OpenCV has it: what polygons are drawn on, and filters are quick."""
    return np.asarray(cv2.convertScaleAbs(cv2.transform(lab, _BYTES)), np.uint8)


def from_bytes(pixels: NDArray[np.uint8]) -> LabPicture:
    """`in_bytes`, undone."""
    return np.asarray(cv2.transform(pixels.astype(np.float32), _BACK), np.float32)
