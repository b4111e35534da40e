"""The built-in parser: a small network that labels the head and what is around it, also where the photo ends.

It looks at an upright square of 2.8 face widths around the face, so that a forehead is always in the same place, and
was taught on photographs that were cut off, to answer what probably lies beyond. How it was taught, and how to teach it
again, stands in `scripts/training/parser.py`.
"""

import cv2
import numpy as np

from engine import Pixels
from engine.cel.frame import HALF, OVAL, SIDE, Frame
from engine.cel.parse import Floats, Regions
from engine.cel.perceive import Face, Sight
from engine.cel.runtime import net

SIZE, LABELS = 256, 128
"""Sides of the square that the network sees, and of the labels that it answers, in pixels."""
BREADTH, BELOW = 2.8, 0.1
"""The square's side, and how far its middle lies below the eyes, in face widths."""


class LearnedParser:
    """Labels by the carried network. Stateless."""

    def parse(self, rgb: Pixels, sight: Sight) -> Regions:
        """Label a picture with a face."""
        if sight.face is None:
            raise ValueError("There is no face to parse around.")
        out = net("parser")(look(rgb, sight.face, sight.known)[None])
        planes = softmax(out["logits"][0])
        there = matrix(sight.face.frame, LABELS, HALF)
        labels = [
            cv2.warpAffine(plane, there, (HALF, HALF), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            for plane in planes
        ]
        return Regions(np.dstack(labels).astype(np.float32))


def look(rgb: Pixels, face: Face, known: Floats | None) -> Floats:
    """What the network sees of a picture, (SIZE, SIZE, 5): red, green, blue, what was photographed, the face's oval."""
    there = matrix(face.frame, SIZE)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(rgb, there, (SIZE, SIZE), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    inside = np.zeros(rgb.shape[:2], np.uint8)
    left, top, right, bottom = (0, 0, SIDE, SIDE) if known is None else np.rint(known).astype(int).clip(0, SIDE)
    inside[top:bottom, left:right] = 255
    photo = cv2.warpAffine(inside, there, (SIZE, SIZE), flags=flags, borderMode=cv2.BORDER_CONSTANT)
    outline = face.mesh[list(OVAL), :2] - there[:, 2]
    oval = np.zeros((SIZE, SIZE), np.uint8)
    fixed = np.rint(np.clip(outline @ np.linalg.inv(there[:, :2]).T, -999, 999) * 16).astype(np.int32)
    cv2.fillPoly(oval, [fixed], 255, cv2.LINE_AA, 4)
    return np.dstack([crop, photo, oval]).astype(np.float32) * np.float32(1 / 255)


def matrix(frame: Frame, size: int, side: int = SIDE) -> Floats:
    """The 2 x 3 map from pixels of the upright square, `size` on a side, to those of the picture, `side` on a side."""
    axes = np.stack([frame.right, frame.down], 1) * (BREADTH * frame.unit / size)
    offset = frame.at(0, BELOW) - axes @ np.full(2, size / 2 - 0.5)
    scale = side / SIDE
    return np.column_stack([axes * scale, (offset + 0.5) * scale - 0.5]).astype(np.float32)


def softmax(logits: Floats, axis: int = 0) -> Floats:
    """Probabilities of logits along an axis."""
    weights = np.exp(logits - logits.max(axis, keepdims=True))
    return np.asarray(weights / weights.sum(axis, keepdims=True), np.float32)
