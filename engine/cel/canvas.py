"""A vector canvas on OpenCV: anti-aliased polygons, gradients and glows, drawn at a multiple of the picture's size.

Coordinates are the picture's pixels; colours are RGB triples 0..255. Whatever lies outside the picture is cut off.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.cel.geometry import Points, points

type Pixels = NDArray[np.uint8]
type Mask = NDArray[np.uint8]
type Box = tuple[int, int, int, int]
"""left, top, right, bottom; right and bottom exclusive."""
type Stop = tuple[float, ArrayLike]
"""Place (0..1) and RGB colour of one stop of a gradient."""

_SHIFT = 4  # fractional bits of the coordinates handed to OpenCV
_LIMIT = 2.0**14  # points further off than this are pulled in, so that the fixed-point coordinates never overflow


class Canvas:
    """One box of a picture, `scale` times as large, to be drawn on and then laid back."""

    def __init__(self, picture: Pixels, box: Box, scale: int = 2) -> None:
        height, width = picture.shape[:2]
        left, top, right, bottom = box
        self.left, self.top = min(max(0, left), width), min(max(0, top), height)
        self.right, self.bottom = max(self.left, min(width, right)), max(self.top, min(height, bottom))
        self.scale = scale
        self._picture = picture
        part = picture[self.top : self.bottom, self.left : self.right]
        if part.size:
            self.pixels = np.asarray(
                cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR), np.uint8
            )
        else:
            self.pixels = np.empty((0, 0, 3), np.uint8)
        self._before = self.pixels.copy()
        self._clip: tuple[ArrayLike, Mask] | None = None

    @property
    def empty(self) -> bool:
        """True if the box lies outside the picture."""
        return self.pixels.size == 0

    def finish(self, cover: NDArray[np.float32] | None = None) -> None:
        """Lay what was drawn back into the picture, its untouched pixels bit for bit as they were.

        `cover` (picture's height and width, 0..1) says how much of each pixel is hidden by something in front.
        """
        if self.empty:
            return
        part = self._picture[self.top : self.bottom, self.left : self.right]
        size = (part.shape[1], part.shape[0])
        drawn = cv2.resize(self.pixels, size, interpolation=cv2.INTER_AREA)
        plain = cv2.resize(self._before, size, interpolation=cv2.INTER_AREA)
        red, green, blue = cv2.split(cv2.absdiff(drawn, plain))
        touched = cv2.max(cv2.max(red, green), blue) > 0
        if cover is not None:
            hidden = np.ascontiguousarray(cover[self.top : self.bottom, self.left : self.right], np.float32)
            drawn = cv2.blendLinear(np.ascontiguousarray(part), drawn, hidden, 1 - hidden)
        np.copyto(part, drawn, where=touched[..., None])

    def fill(self, shape: ArrayLike, colour: ArrayLike, alpha: float = 1.0, clip: ArrayLike | None = None) -> None:
        """Fill a polygon, within the polygon `clip` if given."""
        tone = np.clip(np.asarray(colour, np.float64), 0, 255)
        fixed = self._fixed(shape)
        if len(fixed) < 3 or self.empty or alpha <= 0.003:
            return
        if alpha >= 0.995 and clip is None:
            cv2.fillPoly(self.pixels, [fixed], tuple(tone.tolist()), cv2.LINE_AA, _SHIFT)
            return
        if (found := self._mask(fixed, alpha, clip)) is not None:
            box, mask = found
            self._blend(box, np.rint(tone).astype(np.uint8), mask)

    def gradient(
        self,
        shape: ArrayLike,
        stops: Sequence[Stop],
        start: ArrayLike,
        end: ArrayLike,
        alpha: float = 1.0,
        clip: ArrayLike | None = None,
    ) -> None:
        """Fill a polygon with a linear gradient that runs from the point `start` to the point `end`."""
        fixed = self._fixed(shape)
        if len(fixed) < 3 or self.empty or (found := self._mask(fixed, alpha, clip)) is None:
            return
        box, mask = found
        a, b = self._local(start)[0], self._local(end)[0]
        axis = (b - a) / max(1e-6, float(((b - a) ** 2).sum()))
        x, y = np.arange(box[0], box[2]) - a[0], np.arange(box[1], box[3]) - a[1]
        at = np.clip((x * axis[0])[None] + (y * axis[1])[:, None], 0, 1)
        places = [place for place, _ in stops]
        tones = np.array([np.asarray(tone, np.float64) for _, tone in stops])
        ramp = np.stack([np.interp(np.linspace(0, 1, 256), places, tones[:, i]) for i in range(3)], -1)
        table = np.rint(np.clip(ramp, 0, 255)).astype(np.uint8)
        self._blend(box, np.take(table, np.rint(at * 255).astype(np.uint8), 0), mask)

    def glow(
        self, shape: ArrayLike, colour: ArrayLike, blur: float, alpha: float = 1.0, clip: ArrayLike | None = None
    ) -> None:
        """Fill a polygon with soft edges; `blur` is the Gaussian's sigma in pixels of the picture."""
        fixed = self._fixed(shape)
        if len(fixed) < 3 or self.empty:
            return
        pad = int(np.ceil(3 * blur * self.scale)) + 1
        if (box := self._box(fixed, pad)) is None:
            return
        hard = self._raster(fixed, box)
        mask: Mask = np.asarray(cv2.GaussianBlur(hard, (0, 0), max(0.3, blur * self.scale)), np.uint8)
        if clip is not None:
            mask = np.minimum(mask, self._inside(clip, box))
        self._blend(box, np.rint(np.clip(colour, 0, 255)).astype(np.uint8), _faded(mask, alpha))

    def _local(self, shape: ArrayLike) -> Points:
        # cv2.resize maps pixel centres: x' + 0.5 = (x + 0.5) * scale
        p = (points(shape) - (self.left - 0.5, self.top - 0.5)) * self.scale - 0.5
        if not np.abs(p).max(initial=0) < _LIMIT:  # nor is what is no number
            p = np.clip(np.nan_to_num(p, nan=0.0), -_LIMIT, _LIMIT)
        return np.asarray(p, np.float64)

    def _fixed(self, shape: ArrayLike) -> NDArray[np.int32]:
        return np.rint(self._local(shape) * (1 << _SHIFT)).astype(np.int32)

    def _box(self, fixed: NDArray[np.int32], pad: int = 2) -> Box | None:
        height, width = self.pixels.shape[:2]
        left, top, broad, high = cv2.boundingRect(fixed)
        right, bottom = left + broad - 1, top + high - 1
        left, top, right, bottom = (edge >> _SHIFT for edge in (left, top, right, bottom))
        box = (max(0, left - pad), max(0, top - pad), min(width, right + pad + 1), min(height, bottom + pad + 1))
        return box if box[2] > box[0] and box[3] > box[1] else None

    def _raster(self, fixed: NDArray[np.int32], box: Box) -> Mask:
        mask = np.zeros((box[3] - box[1], box[2] - box[0]), np.uint8)
        corner = np.array(box[:2], np.int32) << _SHIFT
        cv2.fillPoly(mask, [fixed - corner], 255, cv2.LINE_AA, _SHIFT)
        return mask

    def _mask(self, fixed: NDArray[np.int32], alpha: float, clip: ArrayLike | None) -> tuple[Box, Mask] | None:
        if (box := self._box(fixed)) is None:
            return None
        mask = self._raster(fixed, box)
        if clip is not None:
            mask = np.minimum(mask, self._inside(clip, box))
        return box, _faded(mask, alpha)

    def _inside(self, clip: ArrayLike, box: Box) -> Mask:
        """The part in a box of what lies within `clip`; most that is drawn is clipped by what the last was."""
        if self._clip is None or self._clip[0] is not clip:
            self._clip = clip, self._raster(self._fixed(clip), (0, 0, self.pixels.shape[1], self.pixels.shape[0]))
        left, top, right, bottom = box
        return self._clip[1][top:bottom, left:right]

    def _blend(self, box: Box, source: NDArray[np.uint8], mask: Mask) -> None:
        left, top, right, bottom = box
        part = self.pixels[top:bottom, left:right]
        layer = source if source.ndim == 3 else cv2.merge([np.full(mask.shape, value, np.uint8) for value in source])
        weight = np.multiply(mask, np.float32(1 / 255), dtype=np.float32)
        part[:] = cv2.blendLinear(layer, np.ascontiguousarray(part), weight, 1 - weight)


def around(shapes: Sequence[ArrayLike], pad: float) -> Box:
    """The box that holds all `shapes` and `pad` pixels more on each side."""
    p = np.clip(np.nan_to_num(np.vstack([points(s) for s in shapes])), -_LIMIT, _LIMIT)
    left, top = np.floor(p.min(0) - pad).astype(int)
    right, bottom = np.ceil(p.max(0) + pad).astype(int) + 1
    return int(left), int(top), int(right), int(bottom)


def _faded(mask: Mask, alpha: float) -> Mask:
    return np.asarray(cv2.convertScaleAbs(mask, alpha=alpha), np.uint8) if alpha < 0.995 else mask
