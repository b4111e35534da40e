from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.cel import lean, portrait
from engine.cel.frame import WHOLE, Frame, View
from engine.cel.parsers import parser
from engine.cel.perceive import Eye
from engine.cel.styles import choose

CHEEK, CHIN, CORNERS = 50, 152, [33, 133]


def rolled(face, degrees):
    """The face with its mesh and its eyes turned about itself in the picture until it leans by so much."""
    angle = np.radians(degrees) - face.frame.roll
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    def turned(points):
        return np.asarray((points - face.frame.origin) @ turn.T + face.frame.origin, np.float32)

    mesh = np.column_stack([turned(face.mesh[:, :2]), face.mesh[:, 2]]).astype(np.float32)
    eyes = tuple(Eye(turned(eye.lids), turned(eye.iris)) for eye in face.eyes)
    return replace(face, mesh=mesh, eyes=eyes, frame=Frame.of(mesh))


def roll(face):
    return float(np.degrees(face.frame.roll))


@pytest.mark.parametrize("hangs", [False, True])
@pytest.mark.parametrize("degrees", [-170, -50, -30, 30, 50, 170])
def test_no_head_leans_far(sitter, degrees, hangs):
    seen = rolled(sitter.face, degrees)
    _, face = lean.righted(seen, hangs)
    low, high = (25, 33) if hangs else (8, 16)  # a tilt suits hair that hangs
    assert low < roll(face) * np.sign(degrees) < high
    assert np.abs(face.frame.origin - seen.frame.origin).max() < 0.5
    assert face.frame.unit == pytest.approx(seen.frame.unit, rel=0.01)


def test_a_head_that_leans_little_leans_as_it_does(sitter):
    seen = rolled(sitter.face, 4)
    none, face = lean.righted(seen, True)
    assert none is None
    assert face is seen


def test_heads_that_lean_alike_are_drawn_alike(sitter):
    drawn = [roll(lean.righted(rolled(sitter.face, degrees), True)[1]) for degrees in np.linspace(3, 60, 115)]
    steps = np.diff(drawn)
    assert steps.min() > -0.01
    assert steps.max() < 0.55


@pytest.mark.parametrize("degrees", [-80, -25, 25, 80])
@pytest.mark.parametrize("view", [WHOLE, View(30, 20, 340)])
def test_what_is_pictured_goes_with_the_mesh_and_the_eyes(sitter, degrees, view):
    seen = rolled(sitter.face, degrees)
    leaning, face = lean.righted(seen, False)
    marked = np.full_like(sitter.photo, 255)
    for at in (seen.mesh[CHEEK, :2], seen.eyes[1].iris[0]):
        x, y = np.rint(at - 0.5).astype(int)
        marked[y - 3 : y + 4, x - 3 : x + 4] = 0
    picture = leaning.picture(marked, view)
    _, pieces, _, middles = cv2.connectedComponentsWithStats((picture[..., 0] < 128).astype(np.uint8))
    assert pieces.max() == 2
    for at in (face.mesh[CHEEK, :2], face.eyes[1].iris[0]):
        assert np.hypot(*(middles[1:] + 0.5 - view.points(at[None])).T).min() < 1.5


def test_labels_go_the_same_way_as_the_picture(sitter):
    leaning, _ = lean.righted(rolled(sitter.face, 45), True)
    x, y = np.meshgrid(np.arange(400, dtype=np.float32), np.arange(400, dtype=np.float32))
    slope = np.dstack([x / 2, y / 2, 0 * x]).astype(np.uint8)
    picture = leaning.picture(slope, WHOLE)
    there = leaning.there(x[::2, ::2] + 0.5, y[::2, ::2] + 0.5)
    inner = np.s_[20:-20, 20:-20]
    for i, at in enumerate(there):
        off = picture[::2, ::2, i].astype(float) - np.clip(at, 0, 399) / 2
        assert np.abs(off[inner]).max() < 2


@pytest.mark.parametrize("degrees", [-25, 25])
def test_the_body_stays(sitter, degrees):
    leaning, face = lean.righted(rolled(sitter.face, degrees), False)
    x, y = np.meshgrid(np.linspace(-60, 460, 20, dtype=np.float32), np.linspace(0, 60, 8, dtype=np.float32))
    low = y + float(face.mesh[CHIN, 1]) + 1.25 * face.frame.unit
    fx, fy = leaning._from(x, low)
    assert np.ptp(fx - x) < 1
    assert np.ptp(fy - low) < 1


def test_of_somebody_who_lies_all_is_turned(sitter):
    leaning, face = lean.righted(rolled(sitter.face, 90), False)
    u = face.frame.unit
    x, y = (np.full((1, 2), at, np.float32) for at in face.mesh[CHIN, :2] + (0, 3 * u))
    x = x + np.array([[0, u]], np.float32)
    fx, fy = leaning._from(x, y)
    turned = np.degrees(np.arctan2(fy[0, 1] - fy[0, 0], fx[0, 1] - fx[0, 0]))
    assert 50 < turned < 70


@pytest.mark.parametrize("hangs", [False, True])
@pytest.mark.parametrize("degrees", [-90, -50, 30, 50])
def test_nothing_folds(sitter, degrees, hangs):
    leaning, face = lean.righted(rolled(sitter.face, degrees), hangs)
    far, (x, y) = 1.15 * face.frame.unit, face.mesh[CHIN, :2]
    along, down = np.linspace(-far, far, 120), np.linspace(-1.8 * far, far, 140)
    fx, fy = leaning._from(*(part.astype(np.float32) for part in np.meshgrid(along + x, down + y)))
    across, below = (np.stack(np.gradient(part, down, along), 0) for part in (fx, fy))
    assert (across[1] * below[0] - across[0] * below[1]).min() > 0.1


@pytest.mark.parametrize("side", [-1, 1])
def test_hair_beside_the_face_hangs_plumb(sitter, side):
    leaning, face = lean.righted(rolled(sitter.face, 50), True)
    x, y = face.mesh[CHIN, :2]
    u = face.frame.unit
    down = np.linspace(-0.15, 0.3, 10, dtype=np.float32)[:, None] * u + y
    for aside, plumb in ((0.85, True), (0.1, False)):
        fx, _ = leaning._from(np.full_like(down, x + side * aside * u), down)
        steep = (fx[3] - fx[0]) / (down[3] - down[0])
        assert (abs(float(steep[0])) < 0.08) == plumb


def test_portraits_are_drawn_of_heads_that_lean_less(sitter, monkeypatch):
    drawn, near = [], portrait.closeup
    monkeypatch.setattr(portrait, "closeup", lambda face, *rest: drawn.append(face) or near(face, *rest))
    matrix = cv2.getRotationMatrix2D(tuple(float(at) for at in sitter.face.frame.origin), -30, 1)
    photo = np.asarray(cv2.warpAffine(sitter.photo, matrix, (400, 400), borderMode=cv2.BORDER_REPLICATE), np.uint8)
    sight = replace(sitter.sight, face=rolled(sitter.face, roll(sitter.face) + 30))
    out = portrait.draw(photo, sight, parser(), choose("modern", 1, 0.0), 1, False, portrait.Clock())
    assert 8 < abs(roll(drawn[0])) < 16
    assert out.shape == (400, 400, 3)
