"""Label maps with clean contours: specks removed, gaps refilled from around, edges smooth and as sharp as asked."""

import cv2
import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float32]
type Labels = NDArray[np.uint8]
type Mask = NDArray[np.bool_]


def without_specks(mask: Mask, area: float, touching: Mask | None = None) -> Mask:
    """The parts of a mask that have at least `area` pixels and, where asked, touch another mask."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    keep = stats[:, cv2.CC_STAT_AREA] >= area
    keep[0] = False
    if touching is not None:
        met = np.zeros(count, bool)
        met[np.unique(parts[touching])] = True
        keep &= met
    return np.asarray(keep[parts])


def refilled(labels: Labels, doubtful: Mask, count: int) -> Labels:
    """Doubtful pixels take the label that is most common around them."""
    if not doubtful.any() or doubtful.all():
        return labels
    around = [cv2.GaussianBlur(((labels == i) & ~doubtful).astype(np.float32), (0, 0), 4) for i in range(count)]
    return np.where(doubtful, np.argmax(np.stack(around), 0), labels).astype(np.uint8)


def smooth(labels: Labels, side: int, count: int = 5, radius: float = 1.3, sharpness: int = 3) -> Floats:
    """Soft planes (side, side, count) of a smaller label map, summing to 1, with smooth contours.

    `radius` is how far contours are rounded, in pixels of the label map; `sharpness` narrows their edges.
    """
    planes = np.zeros((count, side, side), np.float32)
    for i in np.flatnonzero(np.bincount(labels.ravel(), minlength=count)):
        plane = cv2.GaussianBlur((labels == i).astype(np.float32), (0, 0), radius)
        plane = cv2.resize(plane, (side, side), interpolation=cv2.INTER_LINEAR)
        planes[i] = cv2.pow(plane, sharpness)
    planes /= planes.sum(0) + np.float32(1e-9)
    return np.moveaxis(planes, 0, -1)  # each plane stays contiguous
