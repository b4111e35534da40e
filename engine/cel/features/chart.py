"""The face seen upright at one size, whatever the picture: where every measurement of a feature is taken."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.cel.canvas import Pixels
from engine.cel.frame import warped
from engine.cel.geometry import Points, percentile, points
from engine.cel.look import WarpedFace

UNIT = 128.0
"""Pixels of the chart in one face width."""
WIDTH, HEIGHT = 224, 256
_CENTRE = np.array([WIDTH / 2, 92.0])
CHEEKS = ((101, 205, 123, 50), (330, 425, 352, 280))
"""Mesh points round the flat of each cheek, below what glasses cover."""
FOREHEAD = (109, 10, 338, 337, 9, 108)


@dataclass(frozen=True, slots=True)
class Chart:
    """An upright crop of a photograph: the eyes' middle at (112, 92), the face 128 pixels wide."""

    lab: NDArray[np.float32]
    """CIELAB, (HEIGHT, WIDTH, 3)."""
    mesh: Points
    """The 468 mesh points in the chart."""
    forward: NDArray[np.float64]
    """(2, 3): picture -> chart."""
    skin: NDArray[np.float32]
    """Median CIELAB of the cheeks and forehead, the side in the light counting more."""
    grey: bool
    """A photograph without colour."""
    sharp: float
    """Pixels of the photograph in one pixel of the chart; below about 0.6 fine detail is not to be believed."""

    @classmethod
    def of(cls, photo: Pixels, face: WarpedFace) -> "Chart":
        """Cut the face out of the (warped) photograph it lies in."""
        scale = UNIT / max(1.0, face.u)
        turn = np.stack([face.right, face.down]) * scale
        middle = face.points[[33, 133, 362, 263]].mean(0)
        axis = face.centre * 0.5 + middle * 0.5
        forward = np.column_stack([turn, _CENTRE - turn @ axis])
        reduced = cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR
        lab = _lab(warped(photo, forward, (WIDTH, HEIGHT), reduced))
        mesh = face.points @ forward[:, :2].T + forward[:, 2]
        skin = _skin(lab, mesh)
        some = lab[::4, ::4]
        grey = bool(percentile(np.hypot(some[..., 1], some[..., 2]), 90) < 5)
        return cls(lab, mesh, forward, skin, grey, 1 / scale)

    def to(self, shape: ArrayLike) -> Points:
        """Points of the picture -> of the chart."""
        return points(shape) @ self.forward[:, :2].T + self.forward[:, 2]

    def back(self, shape: ArrayLike) -> Points:
        """Points of the chart -> of the picture."""
        inverse = np.linalg.inv(self.forward[:, :2])
        return (points(shape) - self.forward[:, 2]) @ inverse.T

    def sample(self, shape: ArrayLike, plane: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Values of the chart (or of a plane of its size) at (..., 2) points, bilinear."""
        p = np.asarray(shape, np.float32)
        flat = p.reshape(1, -1, 2)
        source = self.lab if plane is None else plane
        x, y = np.ascontiguousarray(flat[..., 0]), np.ascontiguousarray(flat[..., 1])
        got = cv2.remap(source, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(got[0].reshape(*p.shape[:-1], *source.shape[2:]), np.float32)

    def inside(self, polygon: ArrayLike) -> NDArray[np.bool_]:
        """Mask of the chart's pixels within a polygon of chart points."""
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.fillPoly(mask, [np.rint(np.clip(points(polygon), -9e3, 9e3)).astype(np.int32)], 1)
        return mask > 0

    def pixels(self, polygon: ArrayLike) -> NDArray[np.float32]:
        """CIELAB values (n, 3) within a polygon of chart points."""
        return _within(self.lab, polygon)


def beside(rows: NDArray[np.float32], reach: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """For each place along the rows, the values `reach` before and after it; beyond the ends, the end's."""
    place = np.arange(rows.shape[1])
    return rows[:, np.maximum(place - reach, 0)], rows[:, np.minimum(place + reach, len(place) - 1)]


def _lab(pixels: NDArray[np.generic]) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(np.multiply(pixels, np.float32(1 / 255), dtype=np.float32), cv2.COLOR_RGB2LAB))


def _within(lab: NDArray[np.float32], polygon: ArrayLike) -> NDArray[np.float32]:
    """Values (n, 3) within a polygon: of its box alone is it asked which these are."""
    corners = np.rint(np.clip(points(polygon), -9e3, 9e3)).astype(np.int32)
    left, top, width, height = cv2.boundingRect(corners)
    left, right, top, bottom = (max(0, edge) for edge in (left, left + width, top, top + height))
    part = lab[top:bottom, left:right]
    mask = np.zeros(part.shape[:2], np.uint8)
    if mask.size:
        cv2.fillPoly(mask, [corners], 1, offset=(-left, -top))
    return np.asarray(part[mask > 0], np.float32)


def _skin(lab: NDArray[np.float32], mesh: Points) -> NDArray[np.float32]:
    parts = []
    for ring in (*CHEEKS, FOREHEAD):
        values = _within(lab, mesh[list(ring)])
        if len(values) > 8:
            parts.append(np.median(values, 0))
    if not parts:
        return np.array([65, 12, 15], np.float32)
    parts.sort(key=lambda v: -float(v[0]))
    weights = np.array([0.6, 0.3, 0.1][: len(parts)])
    return np.asarray(np.average(parts, 0, weights=weights), np.float32)
