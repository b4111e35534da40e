"""Where exactly the hair ends: soft labels made sharp by the photo's own colours.

Labels know what is hair, the photo knows where its edge runs. Near the labels' border each pixel is placed between the
local colour of hair and that of what lies beyond it (the closed form of matting with one colour a side), and the
result is smoothed along the flow, so that it follows strands and not noise.
"""

import cv2
import numpy as np

from engine.cel.look import LabPicture, Plane, WarpedFace
from engine.cel.paint.fields import blur, ease, local_colour
from engine.cel.paint.flow import Flow
from engine.cel.parse import Floats, Label

_REACH = 0.075
"""Half the breadth of the border in which the photo decides, in face widths."""
_OTHERS = [label for label in Label if label is not Label.HAIR]
_PLAIN = 14.0
"""Distance of the two colours (CIELAB) from which on the photo is believed fully."""


def sharpened(labels: Floats, photo: LabPicture, flow: Flow, face: WarpedFace) -> Floats:
    """All labels (200, 200, n) with the hair's sharpened, the others sharing what it leaves."""
    hair = refine(labels[..., Label.HAIR], photo, flow, face)
    # what hair gives up goes to what is nearest
    others = labels[..., _OTHERS]
    others += np.float32(1e-3) * blur(others, 0.05 * face.u) + np.float32(1e-9)
    shared = cv2.transform(others, np.ones((1, len(_OTHERS)), np.float32))
    out = np.empty_like(labels)
    out[..., _OTHERS] = others * ((1 - hair) / shared)[..., None]
    out[..., Label.HAIR] = hair
    return out


def without_wall(labels: Floats, photo: LabPicture) -> Floats:
    """The labels without hair that is a white wall's: as white as paper, and as what lies beyond it."""
    hair, far = labels[..., Label.HAIR], labels[..., Label.BACKGROUND]
    sure = hair > 0.9
    beside = (cv2.dilate(sure.astype(np.uint8), np.ones((25, 25), np.uint8)) > 0) & (far > 0.9)
    if min(sure.sum(), beside.sum()) < 80:
        return labels
    colour, wall = np.median(photo[sure], 0), np.median(photo[beside], 0)
    if colour[0] < 80 or np.hypot(*colour[1:]) > 4 or np.linalg.norm(colour - wall) > _PLAIN:
        return labels
    out = labels.copy()
    out[..., Label.BACKGROUND] += hair
    out[..., Label.HAIR] = 0
    return out


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
