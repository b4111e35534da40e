"""Where exactly the hair ends: soft labels made sharp by the photo's own colours.

Labels know what is hair, the photo knows where its edge runs. Near the labels' border each pixel is placed between the
local colour of hair and that of what lies beyond it (the closed form of matting with one colour a side), and the
result is smoothed along the flow, so that strands end in locks and not in noise.
"""

import cv2
import numpy as np

from engine.cel.look import LabPicture, Plane, WarpedFace
from engine.cel.paint.fields import blur, ease, local_colour
from engine.cel.paint.flow import Flow, pulled
from engine.cel.parse import Floats, Label

_REACH = 0.075
"""Half the breadth of the border in which the photo decides, in face widths."""
_TIP = 0.06
"""Length of the locks' tips, in face widths."""
_POINTED = 0.9
"""Tips stand where the noise of locks crosses 0: |noise| has its points there."""
_OTHERS = [label for label in Label if label is not Label.HAIR]
_PLAIN = 14.0
"""Distance of the two colours (CIELAB) from which on the photo is believed fully."""


def sharpened(labels: Floats, photo: LabPicture, flow: Flow, locks: Plane, face: WarpedFace) -> Floats:
    """All labels (200, 200, n) with the hair's sharpened and ending in locks, the others sharing what it leaves."""
    hair = refine(labels[..., Label.HAIR], photo, flow, face)
    tips = np.clip(_POINTED - np.abs(locks), -0.5, _POINTED) * _ends(hair, flow, face)
    hair = pulled(flow, hair, (tips * (_TIP * face.u / 2)).astype(np.float32))
    # what hair gives up goes to what is nearest
    others = labels[..., _OTHERS]
    others += np.float32(1e-3) * blur(others, 0.05 * face.u) + np.float32(1e-9)
    shared = cv2.transform(others, np.ones((1, len(_OTHERS)), np.float32))
    out = np.empty_like(labels)
    out[..., _OTHERS] = others * ((1 - hair) / shared)[..., None]
    out[..., Label.HAIR] = hair
    return out


def _ends(hair: Plane, flow: Flow, face: WarpedFace) -> Plane:
    """Where hair hangs and ends, 0..1: its edge faces the way it flows, downwards."""
    smooth = blur(hair, max(2.0, 0.02 * face.u))
    x, y = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    outward = -(x * flow.x + y * flow.y) / (cv2.magnitude(x, y) + np.float32(1e-3))
    downward = flow.x * np.float32(face.down[0]) + flow.y * np.float32(face.down[1])
    return np.asarray(ease(np.asarray(outward, np.float32), 0.35, 0.8) * ease(downward, 0.1, 0.6), np.float32)


def refine(hair: Plane, photo: LabPicture, flow: Flow, face: WarpedFace) -> Plane:
    """The hair's label, sharpened; all at half size."""
    unit = face.u / 2
    inside = _shrunk(hair, _REACH * unit)
    outside = _shrunk(1 - hair, _REACH * unit)
    if inside.sum() < 60 or outside.sum() < 60:
        return hair
    sigma = 0.10 * unit
    own, other = local_colour(photo, inside, sigma), local_colour(photo, outside, sigma)
    apart = own - other
    length = np.sqrt(_dot(apart, apart))
    alpha = _dot(photo - other, apart) / np.maximum(length * length, 1.0)
    alpha = flow.along(np.clip(alpha, 0, 1).astype(np.float32), 3)
    near = np.clip(1 - np.maximum(inside, outside), 0, 1)
    known = np.minimum(blur(inside, sigma), blur(outside, sigma))
    trust = blur(near, 1.0) * ease(length, 0.5 * _PLAIN, _PLAIN) * ease(known, 0.005, 0.05)
    return np.asarray(hair + (alpha - hair) * trust, np.float32)


def _dot(a: LabPicture, b: LabPicture) -> Plane:
    return np.asarray(cv2.transform(a * b, np.ones((1, 3), np.float32)), np.float32)


def _shrunk(mask: Plane, by: float) -> Plane:
    size = 2 * max(1, round(by)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return np.asarray(cv2.erode((mask > 0.5).astype(np.float32), kernel), np.float32)
