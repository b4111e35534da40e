"""A face of points (of NASA's public-domain portrait of Eileen Collins) and simple pictures painted round it."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.cel.features.palette import Palette
from engine.cel.geometry import oval
from engine.cel.look import Look, Tones, WarpedEye, WarpedFace, lab
from engine.cel.styles import STYLES

SKIN = (226, 182, 158)
_DATA = Path(__file__).parents[3] / "data" / "astronaut_face.json"
_LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)


@pytest.fixture
def face():
    data = json.loads(_DATA.read_text())
    mesh = np.array(data["mesh"])
    eyes = [WarpedEye(*(np.array(eye[key]) for key in ("upper", "lower", "iris"))) for eye in data["eyes"]]
    zoom = 1.15
    middle = np.array(data["origin"])

    def place(points):
        return (np.asarray(points) - middle) * zoom + (200, 170)

    return WarpedFace(
        points=place(mesh[:, :2]),
        depth=mesh[:, 2] * zoom,
        eyes=tuple(WarpedEye(place(e.upper), place(e.lower), place(e.iris)) for e in eyes),
        centre=np.array([200.0, 170.0]),
        right=np.array(data["right"]),
        down=np.array(data["down"]),
        u=data["unit"] * zoom,
        yaw=data["yaw"],
    )


@pytest.fixture
def look():
    skin, hair = lab(*SKIN), lab(60, 40, 30)
    return Look(
        seen_skin=skin,
        skin=Tones(skin, lab(196, 140, 120), lab(245, 210, 190)),
        hair=Tones(hair, lab(40, 25, 20), lab(110, 80, 60)),
        dye=None,
        ink=lab(70, 35, 30),
        hair_ink=lab(25, 15, 12),
        grey=False,
    )


def fill(picture, shape, colour):
    cv2.fillPoly(picture, [np.rint(np.asarray(shape) * 16).astype(np.int32)], colour, cv2.LINE_AA, 4)


@pytest.fixture
def paint(face):
    """paint(iris=..., lips=..., skin=...) -> a flat photograph of the face, for the readers to look at."""

    def paint(iris=(60, 40, 30), lips=(200, 130, 120), skin=SKIN):
        picture = np.full((400, 400, 3), skin, np.uint8)
        for eye in face.eyes:
            opening = np.vstack([eye.upper, eye.lower[::-1]])
            mask = np.zeros((400, 400), np.uint8)
            fill(mask, opening, 255)
            inside = np.full_like(picture, (235, 230, 228))
            radius = float(np.linalg.norm(eye.iris[1:] - eye.iris[0], axis=1).mean())
            fill(inside, oval(eye.iris[0], radius, radius), iris)
            fill(inside, oval(eye.iris[0], 0.35 * radius, 0.35 * radius), (10, 10, 10))
            picture[mask > 127] = inside[mask > 127]
        fill(picture, face.points[list(_LIPS)], lips)
        return picture

    return paint


@pytest.fixture
def rims(face):
    """rims(picture, colour, thick, lens=None) draws spectacles on a photograph."""

    def rims(picture, colour=(25, 20, 22), thick=4, lens=None):
        u, joints = face.u, []
        for eye, side in zip(face.eyes, (-1, 1), strict=True):
            middle = (eye.upper[0] + eye.upper[-1]) / 2 + face.right * side * 0.02 * u + face.down * 0.03 * u
            ring = oval(middle, 0.23 * u, 0.17 * u, power=3, samples=80)
            if lens is not None:
                fill(picture, ring, lens)
            cv2.polylines(picture, [np.rint(ring * 16).astype(np.int32)], True, colour, thick, cv2.LINE_AA, 4)
            joints.append(middle - face.right * side * 0.23 * u - face.down * 0.04 * u)
        cv2.line(picture, *(tuple(int(v) for v in joint) for joint in joints), colour, thick, cv2.LINE_AA)
        return picture

    return rims


@pytest.fixture
def shut(face):
    """The same face with its eyes shut."""

    def lower(eye):
        return WarpedEye(eye.lower - (eye.lower - eye.upper) * 0.1, eye.lower, eye.iris)

    return replace(face, eyes=tuple(lower(eye) for eye in face.eyes))


@pytest.fixture
def palette(look, face):
    return Palette.of(look, STYLES["modern"], face.u, small=False)
