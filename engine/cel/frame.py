"""Frames of reference: the square working picture, views of it, and the face's own coordinates within them."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import Pixels

type Floats = NDArray[np.float32]

SIDE = 400
"""The working picture's side: what avatar hosts serve at most."""
HALF = SIDE // 2
"""The side of fields that are measured and smoothed; only their edges are cut at the picture's own size."""
CHEEKS = ((117, 50, 205), (346, 280, 425))
"""Mesh indices about the middle of each cheek, where it blushes; the picture's left first."""
OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
"""Mesh indices round the face, clockwise from the middle of the forehead."""
JAWS = (
    (234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152),
    (454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152),
)
"""Mesh indices along each half of the jaw, from the ear to the chin; the picture's left half first."""
MIDLINE = (10, 151, 9, 8, 168, 6, 197, 195, 5, 4, 1, 19, 94, 2, 164, 0, 13, 14, 17, 18, 200, 199, 175, 152)
"""Mesh indices down the middle of the face: its outline in profile."""
BREADTH, BELOW = 2.8, 0.1
"""Side of the upright square around a face, and how far its middle lies below the eyes, in face widths."""
_EYE_CORNERS, _BETWEEN = (33, 263), [33, 133, 362, 263]
_CHIN, _FOREHEAD, _NOSE, _EARS = 152, 10, 1, [234, 454]


def square(pixels: Pixels, centre: tuple[float, float] | None = None, side: int = SIDE) -> Pixels:
    """The largest square of a picture, around `centre` (x, y) as far as the picture reaches, scaled to `side`."""
    height, width = pixels.shape[:2]
    shorter = min(height, width)
    x, y = centre if centre else (width / 2, height / 2)
    left = int(np.clip(round(x - shorter / 2), 0, width - shorter))
    top = int(np.clip(round(y - shorter / 2), 0, height - shorter))
    crop = pixels[top : top + shorter, left : left + shorter]
    if shorter == side:
        return np.ascontiguousarray(crop)
    scaling = cv2.INTER_AREA if shorter > side else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(crop, (side, side), interpolation=scaling), np.uint8)


def upright(size: int) -> tuple[Floats, Floats]:
    """(u, v) of every pixel of the upright square around a face (`Frame.square`), seen at (size, size)."""
    along = (np.arange(size, dtype=np.float32) + np.float32(0.5)) * np.float32(BREADTH / size) - np.float32(BREADTH / 2)
    return np.broadcast_to(along, (size, size)), np.broadcast_to(along[:, None] + np.float32(BELOW), (size, size))


def warped(
    rgb: Pixels,
    matrix: Floats | NDArray[np.float64],
    size: tuple[int, int],
    flags: int = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
    border: int = cv2.BORDER_REPLICATE,
    beyond: tuple[int, int, int] = (0, 0, 0),
) -> Pixels:
    """`cv2.warpAffine` of a picture in colours, which takes a third of the time where there are four of them."""
    four = cv2.cvtColor(rgb, cv2.COLOR_RGB2RGBA)
    out = cv2.warpAffine(four, matrix, size, flags=flags, borderMode=border, borderValue=(*beyond, 255))
    return np.asarray(cv2.cvtColor(out, cv2.COLOR_RGBA2RGB), np.uint8)


def remapped(rgb: Pixels, x: Floats, y: Floats) -> Pixels:
    """`cv2.remap` of a picture in colours, likewise; beyond its border it goes on as it ends."""
    four = cv2.cvtColor(rgb, cv2.COLOR_RGB2RGBA)
    out = cv2.remap(four, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(out, cv2.COLOR_RGBA2RGB), np.uint8)


@dataclass(frozen=True, slots=True)
class View:
    """A square of the working picture's plane, in its pixels; it may reach beyond the picture."""

    left: float
    top: float
    side: float

    def picture(self, rgb: Pixels) -> Pixels:
        """What the view shows of a (SIDE, SIDE) picture; beyond its border that goes on as it ends."""
        scale = self.side / SIDE
        matrix = np.array([[scale, 0, self.left + (scale - 1) / 2], [0, scale, self.top + (scale - 1) / 2]], np.float64)
        flags = (cv2.INTER_AREA if scale > 1 else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
        return warped(rgb, matrix, (SIDE, SIDE), flags)

    def points(self, points: Floats) -> Floats:
        """Where points (n, 2) of the picture lie in the view, in pixels of (SIDE, SIDE)."""
        return np.asarray((points - np.array([self.left, self.top])) * (SIDE / self.side), np.float32)

    def there(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Where points (x, y) of the view lie in the picture."""
        scale = np.float32(self.side / SIDE)
        left, top = (np.float32(edge) + (scale - 1) / 2 for edge in (self.left, self.top))
        return x * scale + left, y * scale + top


WHOLE = View(0, 0, SIDE)


@dataclass(frozen=True, slots=True)
class Frame:
    """The face's coordinates: `right` and `down` are unit vectors in the picture, `unit` the face's width in pixels.

    (u, v) of a point is how far right and down it lies from `origin`, which is on the head's axis at the eyes' height,
    in units. `chin` and `top` are the v of the chin and of the mesh's upper end (the middle of the forehead). `yaw` is
    how far the nose is off the face's middle, in face widths: 0 is a front view, beyond 0.25 a profile.
    """

    origin: Floats
    right: Floats
    down: Floats
    unit: float
    roll: float
    yaw: float
    chin: float
    top: float

    @classmethod
    def of(cls, mesh: Floats) -> "Frame":
        """The frame of a face mesh (468, 3)."""
        points = mesh[:, :2].astype(np.float64)
        outer = points[_EYE_CORNERS[1]] - points[_EYE_CORNERS[0]]
        roll = float(np.arctan2(outer[1], outer[0]))
        right = np.array([np.cos(roll), np.sin(roll)])
        down = np.array([-right[1], right[0]])
        eyes = points[_BETWEEN].mean(0)
        middle = points[_EARS].mean(0)
        width = max(abs(float((points[_EARS[1]] - points[_EARS[0]]) @ right)), 1.0)
        # a turned face is narrow but not short: its height says how large the head is
        unit = max(abs(float((points[_CHIN] - points[_FOREHEAD]) @ down)) * 0.78, width)
        return cls(
            origin=(eyes + right * float((middle - eyes) @ right)).astype(np.float32),
            right=right.astype(np.float32),
            down=down.astype(np.float32),
            unit=unit,
            roll=roll,
            yaw=float((points[_NOSE] - middle) @ right) / width,
            chin=float((points[_CHIN] - eyes) @ down) / unit,
            top=float((points[_FOREHEAD] - eyes) @ down) / unit,
        )

    def at(self, u: float, v: float) -> Floats:
        """The picture's point at (u, v)."""
        return np.asarray(self.origin + u * self.unit * self.right + v * self.unit * self.down, np.float32)

    def square(self, size: int, breadth: float = BREADTH, below: float = BELOW) -> Floats:
        """The 2 x 3 map from pixels of the upright square around the face, `size` on a side, to the picture's."""
        axes = np.stack([self.right, self.down], 1) * (breadth * self.unit / size)
        return np.column_stack([axes, self.at(0, below) - axes @ np.full(2, size / 2 - 0.5)]).astype(np.float32)

    def coordinates(self, points: Floats) -> Floats:
        """(..., 2) points of the picture -> their (u, v)."""
        axes = np.stack([self.right, self.down], 1)
        return np.asarray((points - self.origin) @ axes / self.unit, np.float32)

    def maps(self, size: int, side: int = SIDE) -> tuple[Floats, Floats]:
        """(u, v) of every pixel of the working picture seen at (size, size)."""
        grid = (np.arange(size, dtype=np.float32) + np.float32(0.5)) * np.float32(side / size)
        x, y = (
            (grid[None] - self.origin[0]) / np.float32(self.unit),
            (grid[:, None] - self.origin[1]) / np.float32(self.unit),
        )
        return x * self.right[0] + y * self.right[1], x * self.down[0] + y * self.down[1]


def holding(at: NDArray[np.float64], margin: float) -> tuple[slice, slice]:
    """The box of the picture that holds places (n, 2) in it and so many pixels around them; a pixel at least."""
    left, top = np.clip(at.min(0) - margin, 0, SIDE - 1).astype(int)
    right, bottom = np.clip(at.max(0) + margin + 1, 1, SIDE).astype(int)
    return slice(int(top), int(bottom)), slice(int(left), int(right))
