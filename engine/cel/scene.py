"""What the built-in parser measures once of a picture: the main person, places in the face's frame, skin, texture."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import Pixels
from engine.cel.frame import SIDE, Frame
from engine.cel.perceive import Face, Floats, Sight

GRID = 128
"""Labels are found at this size; contours are smooth curves, so that no more is needed."""
OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
"""Mesh indices around the face."""
_CHEEKS, _FOREHEAD = (50, 101, 118, 6, 347, 330, 280, 425, 205), (67, 109, 10, 338, 297, 334, 9, 105)

type Mask = NDArray[np.bool_]


def ramp(x: Floats, low: float, high: float) -> Floats:
    """0 below `low`, 1 above `high`, smooth between (`low` may be the greater: then it falls)."""
    t = ((x - low) / (high - low)).clip(0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


@dataclass(frozen=True, slots=True)
class Scene:
    """What is measured once, all (GRID, GRID). Distances are in face widths."""

    lab: Floats
    person: Floats
    u: Floats
    v: Floats
    across: Floats
    """How far left or right of the skull's axis, which trails the nose of a turned head."""
    face: Mask
    inside: Floats
    """How deep inside the face's oval."""
    outside: Floats
    """How far outside of it."""
    texture: Floats
    unlike_skin: Floats
    """How far from the skin's colour, in typical deviations, in the light that falls on this side of the face."""
    skin_hue: Mask
    cheeks: Mask
    forehead: Mask
    frame: Frame
    unit: float
    """Face width in grid cells."""
    male: float
    age: float


def _polygon(points: Floats) -> Mask:
    mask = np.zeros((GRID, GRID), np.uint8)
    cv2.fillPoly(mask, [np.round(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return np.asarray(mask > 127)


_WELL_LIT = 52.0
"""Lightness of the cheeks below which a picture is brightened, so that colours lie as far apart as in good light."""


def _lab(rgb: NDArray[np.integer | np.floating], gain: float) -> Floats:
    bright = np.minimum(rgb.astype(np.float32) * np.float32(gain / 255), 1)
    return np.asarray(cv2.cvtColor(bright, cv2.COLOR_RGB2LAB), np.float32)


def look(rgb: Pixels, sight: Sight) -> Scene:
    """Measure a square picture with a face."""
    face = sight.face
    if face is None:
        raise ValueError("There is no face to parse around.")
    frame = face.frame
    u, v = frame.maps(GRID, rgb.shape[0])
    points = face.mesh[:, :2] * np.float32(GRID / rgb.shape[0])
    unit = frame.unit * GRID / rgb.shape[0]
    oval, cheeks = _polygon(points[list(OVAL)]), _polygon(points[list(_CHEEKS)])
    small = cv2.bilateralFilter(cv2.resize(rgb, (GRID, GRID), interpolation=cv2.INTER_AREA), 5, 18, 2)
    if not cheeks.any():
        cheeks = oval if oval.any() else np.ones_like(oval)
    lab = _lab(small, 1.0)
    dim = _WELL_LIT / max(float(np.median(lab[cheeks][:, 0])), 1.0)
    if dim > 1:
        lab = _lab(small, min(dim, 3.0))
    skin = np.median(lab[cheeks], 0)
    light = _light(lab, oval, u, skin)
    apart = (lab - np.dstack([light, np.full_like(u, skin[1]), np.full_like(u, skin[2])])) / np.array(
        [16, 8, 9], np.float32
    )
    hue, chroma = np.arctan2(lab[..., 2], lab[..., 1]), np.hypot(lab[..., 1], lab[..., 2])
    skin_chroma = float(np.hypot(skin[1], skin[2]))
    skin_hue = (np.abs(hue - np.arctan2(skin[2], skin[1])) < 0.24) & (chroma > 0.5 * skin_chroma)
    skin_hue &= (chroma < 1.8 * skin_chroma) & (lab[..., 0] > 0.5 * skin[0])
    lightness = cv2.GaussianBlur(lab[..., 0], (0, 0), 1)
    dx, dy = (cv2.Sobel(lightness, cv2.CV_32F, *axis) for axis in ((1, 0), (0, 1)))
    person = np.asarray(cv2.resize(sight.person, (GRID, GRID), interpolation=cv2.INTER_AREA), np.float32)
    return Scene(
        lab=lab,
        person=main_person(person, face, rgb.shape[0]),
        u=u,
        v=v,
        across=np.abs(u + np.float32(0.25 * frame.yaw)),
        face=oval,
        inside=cv2.distanceTransform(oval.astype(np.uint8), cv2.DIST_L2, 5) / np.float32(unit),
        outside=cv2.distanceTransform(1 - oval.astype(np.uint8), cv2.DIST_L2, 5) / np.float32(unit),
        texture=np.sqrt(cv2.GaussianBlur(dx * dx + dy * dy, (0, 0), 2.2)) * np.float32(0.8),
        unlike_skin=np.sqrt((apart * apart).sum(-1)),
        skin_hue=skin_hue,
        cheeks=cheeks,
        forehead=_polygon(points[list(_FOREHEAD)]),
        frame=frame,
        unit=unit,
        male=1 - face.female,
        age=face.age,
    )


def _light(lab: Floats, face: Mask, u: Floats, skin: Floats) -> Floats:
    """The skin's lightness at each pixel if the light changes evenly across the face, as it does from the side."""
    sure = face & (np.abs(lab[..., 1:] - skin[1:]).max(-1) < 12) & (lab[..., 0] > 0.4 * skin[0])
    if sure.sum() < 50:
        return np.full_like(u, skin[0])
    x, y = u[sure], lab[..., 0][sure]
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / (((x - x.mean()) ** 2).sum() + 1))
    return np.asarray((skin[0] + np.clip(slope, -30, 30) * u.clip(-0.5, 0.5)).clip(8, 97), np.float32)


def main_person(person: Floats, face: Face, side: int = SIDE) -> Floats:
    """A square person mask of any size without anybody else: who is nearer to another face, out of reach, or apart.

    `side` is the side of the picture that the face was found in.
    """
    size, frame = person.shape[0], face.frame
    u, v = frame.maps(size, side)
    broad = 1.05 - 0.2 * (1 - face.female)
    reach = (broad + (v - frame.chin + 0.25).clip(0) * 3.2).astype(np.float32)
    mine = person * (1 - ramp(np.abs(u) - reach, 0, 0.12))
    own = np.hypot(u, (v - 0.2) * 0.8)
    grid = (np.arange(size, dtype=np.float32) + np.float32(0.5)) * np.float32(side / size)
    for left, top, right, bottom in face.others:
        width = max(float(right - left), 1.0)
        x, y = (grid[None] - (left + right) / 2) / width, (grid[:, None] - (top + bottom) / 2) / width
        mine = mine * ramp(np.asarray(np.hypot(x, y * 0.8) - own, np.float32), -0.08, 0.08)
    solid = cv2.morphologyEx((mine > 0.45).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    _, parts = cv2.connectedComponents(solid)
    here = [np.clip((frame.at(0, down) * size / side).astype(int), 0, size - 1) for down in (0.0, 0.3)]
    keep = {int(parts[y, x]) for x, y in here} - {0}
    if keep:
        mine = mine * cv2.dilate(np.isin(parts, list(keep)).astype(np.float32), np.ones((7, 7), np.uint8))
    return np.asarray(mine, np.float32)
