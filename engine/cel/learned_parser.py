"""The built-in parser: a small network that labels the head and what is around it, also where the photo ends.

It looks at the upright square around a face, so that a forehead is always in the same place, and
was taught on photographs that were cut off, to answer what probably lies beyond. How it was taught, and how to teach it
again, stands in `scripts/training/parser.py`.
"""

import cv2
import numpy as np

from engine import Pixels
from engine.cel.frame import OVAL, upright, warped
from engine.cel.parse import Floats, Label, Regions
from engine.cel.perceive import Face, Sight
from engine.cel.runtime import net

SIZE, LABELS = 256, 128
"""Sides of the square that the network sees, and of the labels that it answers, in pixels."""

_DOME = (0.80, 0.86, -0.22)
"""A head with its hair is no larger than half an ellipse: its half width and height, and the v of its base."""


class LearnedParser:
    """Labels by the carried network. Stateless."""

    def parse(self, rgb: Pixels, sight: Sight) -> Regions:
        """Label a picture with a face."""
        if sight.face is None:
            raise ValueError("There is no face to parse around.")
        seen = look(rgb, sight.face)
        labels = np.moveaxis(softmax(net("parser")(seen[None])["logits"][0]), 0, -1)
        return Regions(_domed(labels, seen[::2, ::2, 3]), sight.face.frame)


def look(rgb: Pixels, face: Face) -> Floats:
    """What the network sees of a picture, (SIZE, SIZE, 5): red, green, blue, what was photographed, the face's oval."""
    there = face.frame.square(SIZE)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = warped(rgb, there, (SIZE, SIZE))
    whole = np.full(rgb.shape[:2], 255, np.uint8)
    photo = cv2.warpAffine(whole, there, (SIZE, SIZE), flags=flags, borderMode=cv2.BORDER_CONSTANT)
    outline = face.mesh[list(OVAL), :2] - there[:, 2]
    oval = np.zeros((SIZE, SIZE), np.uint8)
    fixed = np.rint(np.clip(outline @ np.linalg.inv(there[:, :2]).T, -999, 999) * 16).astype(np.int32)
    cv2.fillPoly(oval, [fixed], 255, cv2.LINE_AA, 4)
    return np.multiply(cv2.merge([crop, photo, oval]), np.float32(1 / 255), dtype=np.float32)


def _domed(labels: Floats, photo: Floats) -> Floats:
    """Labels of heads that the photo cuts: above its border what is guessed is no higher than heads with hair are."""
    if photo.min() > 0.5:
        return labels
    u, v = upright(LABELS)
    within = 1 - (u / _DOME[0]) ** 2 - ((v - _DOME[2]) / _DOME[1]) ** 2
    kept = np.where((photo < 0.5) & (v < _DOME[2]), np.clip(within * 6 + 0.5, 0, 1), 1)[..., None]
    out = labels * kept
    out[..., Label.BACKGROUND] += 1 - out.sum(-1)
    return out.astype(np.float32)


def softmax(logits: Floats, axis: int = 0) -> Floats:
    """Probabilities of logits along an axis."""
    weights = np.exp(logits - logits.max(axis, keepdims=True))
    return np.asarray(weights / weights.sum(axis, keepdims=True), np.float32)
