"""The pen's work on painted hair: folds, light and strands within it, and the locks that stand out from it."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.canvas import around
from engine.cel.frame import SIDE
from engine.cel.geometry import Points, pens
from engine.cel.look import Colour, LabPicture, Look, from_bytes, in_bytes
from engine.cel.paint.tresses import Locks, fixed

_DARK = 38.0
"""Hair darker than this (CIELAB L) has strands lighter than itself."""


def draw(picture: LabPicture, locks: Locks, look: Look, width: float) -> None:
    """Draw the locks over painted and inked hair, in place; `width` is the pen's, in pixels."""
    shapes = [lock.shape for lock in locks.locks]
    shapes += [*locks.lines, *locks.strands, *locks.folds, *locks.shine]
    if not shapes:
        return
    left, top, right, bottom = (int(np.clip(edge, 0, SIDE)) for edge in around(shapes, 2 * width))
    if right <= left or bottom <= top:
        return
    corner = np.array([left, top], np.float64)
    box = picture[top:bottom, left:right]
    _within(box, locks, look, width, corner)
    _beyond(box, locks, look, width, corner)


def _within(box: LabPicture, locks: Locks, look: Look, width: float, corner: Points) -> None:
    """Folds, light and strands: they shift the colour that is there, for hair may have two."""
    tones = look.hair
    strand = look.hair_ink * np.float32(0.55) - tones.base + tones.shadow * np.float32(0.45)
    if tones.base[0] < _DARK:
        strand = (tones.light - tones.base) * np.float32(0.55)
    folds = pens(locks.folds, _by_turns(locks.folds, 3.0 * width, 5.0 * width), peak=0.6)
    lines = pens(locks.strands, _by_turns(locks.strands, 0.65 * width, 0.9 * width), peak=0.4)
    lines += pens(locks.lines, 0.9 * width, start=0.8, peak=0.15)
    shifts = ((folds, tones.shadow - tones.base), (locks.shine, tones.light - tones.base), (lines, strand))
    planes = [np.zeros(box.shape[:2], np.uint8) for _ in shifts]
    for plane, (shapes, _) in zip(planes, shifts, strict=True):
        for shape in shapes:
            cv2.fillPoly(plane, [fixed(shape - corner)], 255, cv2.LINE_AA, 4)
    by = np.stack([shift for _, shift in shifts], 1) / np.float32(255)
    box += cv2.transform(cv2.merge(planes).astype(np.float32), by)
    np.clip(box[..., 0], 4, 99, out=box[..., 0])


def _beyond(box: LabPicture, locks: Locks, look: Look, width: float, corner: Points) -> None:
    """The locks, each in the colour of the hair it grows from."""
    before = in_bytes(box)
    paper = before.copy()
    ink, shadow, base = _bytes(look.hair_ink), _bytes(look.hair.shadow), _bytes(look.hair.base)
    sides = pens([side[3:] for lock in locks.locks for side in lock.sides], width, end=0.3, peak=0.6)
    for lock, ends in zip(locks.locks, zip(sides[::2], sides[1::2], strict=True), strict=True):
        x, y = np.clip(np.rint(lock.root - corner), 0, (box.shape[1] - 1, box.shape[0] - 1)).astype(int)
        own = before[y, x].astype(int)
        cv2.fillPoly(paper, [fixed(lock.shape - corner)], own.tolist(), cv2.LINE_AA, 4)
        deeper = np.clip(own + shadow - base, 0, 255)
        cv2.fillPoly(paper, [fixed(lock.shade - corner)], deeper.tolist(), cv2.LINE_AA, 4)
        for line in ends:
            cv2.fillPoly(paper, [fixed(line - corner)], ink.tolist(), cv2.LINE_AA, 4)
    lightness, a, b = cv2.split(cv2.absdiff(paper, before))
    touched = cv2.max(cv2.max(lightness, a), b) > 0
    np.copyto(box, from_bytes(paper), where=touched[..., None])


def _by_turns(lines: Sequence[Points], fine: float, broad: float) -> NDArray[np.float64]:
    return np.where(np.arange(len(lines)) % 2, broad, fine)


def _bytes(tone: Colour) -> NDArray[np.int_]:
    return np.asarray(in_bytes(tone[None, None])[0, 0], np.int_)
