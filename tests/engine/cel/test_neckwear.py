import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel import chains, neckwear
from engine.cel.adornments import Kind
from engine.cel.parse import Label, Regions

SKIN, SILVER, GOLD, BLACK = (214, 170, 150), (250, 250, 255), (214, 160, 60), (24, 20, 22)
ARC, POINT, TIGHT = (0.0, 0.42, 0.7, 0.15, 0.0), (0.0, 0.5, 1.6, 0.03, 0.0), (0.0, 0.30, 0.35, 0.15, 0.0)


@pytest.fixture
def told(sitter):
    """What is told of a photo of bare skin in which a line of that colour and breadth hangs in a curve."""

    def of(
        tone=SILVER,
        curve=ARC,
        broad=0.014,
        female=1.0,
        age=30.0,
        yaw=0.0,
        label=Label.SKIN,
        to=0.5,
        unit=1.0,
        skin=SKIN,
        face_too=True,
        hair=0.0,
    ):
        frame = dataclasses.replace(sitter.face.frame, yaw=yaw, unit=sitter.face.frame.unit * unit)
        photo = np.empty_like(sitter.photo)
        photo[:] = skin
        axis = neckwear.AXIS[0] * yaw + neckwear.AXIS[1] * float(frame.right[1])
        mesh = sitter.face.mesh.copy()
        mesh[:, 1] -= 80  # so that there is room below the chin
        x = np.linspace(-0.5, to, 60)
        y = chains.hung(np.array([curve]), x)[0][0]
        line = mesh[152, :2] + np.stack([x + axis, y], 1) * sitter.face.frame.unit
        thick = max(1, round(broad * sitter.face.frame.unit))
        cv2.polylines(photo, [np.rint(line * 16).astype(np.int32)], False, tone, thick, cv2.LINE_AA, 4)
        labels = np.zeros((128, 128, len(Label)), np.float32)
        labels[..., label] = 1 - hair
        labels[..., Label.HAIR] += hair
        if not face_too:  # the cheeks are of another colour than the neck
            photo[: int(mesh[152, 1] - 0.1 * frame.unit)] = SKIN
        face = dataclasses.replace(sitter.face, female=female, age=age, frame=frame, mesh=mesh)
        return neckwear.seen(photo, face, Regions(labels, frame))

    return of


def test_a_chain_is_told_with_its_metal_and_how_it_hangs(told):
    worn = told(GOLD)
    assert worn.kind is Kind.CHAIN
    assert worn.gold
    assert not worn.pendant
    assert abs(worn.curve[1] - ARC[1]) < 0.06
    assert not told(SILVER, female=0.0, broad=0.006).gold


def test_what_glitters_on_a_woman_is_beads_and_what_is_dark_a_cord(told):
    assert told(SILVER).kind is Kind.BEADS
    assert told(SILVER, female=0.0, broad=0.006).kind is Kind.CHAIN
    assert told(BLACK).kind is Kind.CORD


def test_what_hangs_in_a_point_carries_something(told):
    assert told(GOLD, POINT).pendant


def test_a_dark_band_round_a_womans_neck_is_a_choker(told):
    worn = told(BLACK, TIGHT, broad=0.07)
    assert worn.kind is Kind.CHOKER
    assert worn.colour[0] < 25
    man = told(BLACK, TIGHT, broad=0.07, female=0.0)
    assert man is None or man.kind is not Kind.CHOKER


def test_skin_in_the_shade_and_half_a_line_are_nothing(told):
    assert told(SKIN) is None
    assert told(tuple(round(0.97 * part) for part in SKIN)) is None
    assert told(to=0.0) is None


def test_children_turned_and_small_faces_wear_nothing(told):
    assert told(age=6.0) is None
    assert told(yaw=0.6) is None
    assert told(unit=0.5) is None


def test_what_lies_on_hair_or_on_cloth_is_nothing(told):
    assert told(label=Label.HAIR) is None
    assert told(label=Label.CLOTHES) is None
    assert told(label=Label.BACKGROUND) is None
    assert told(hair=0.25) is None


def test_a_neck_of_another_colour_than_the_cheeks_is_cloth(told):
    yellow = (214, 180, 60)
    assert told(BLACK, skin=yellow, face_too=True) is not None
    assert told(BLACK, skin=yellow, face_too=False) is None


def test_grey_photos_show_no_chokers(told):
    grey = (180, 180, 180)
    worn = told(BLACK, TIGHT, broad=0.07, skin=grey)
    assert worn is None or worn.kind is not Kind.CHOKER


@pytest.mark.parametrize("seed", range(8))
def test_nothing_raises_whatever_is_seen(sitter, seed):
    chance = np.random.default_rng(seed)
    photo = chance.integers(0, 256, sitter.photo.shape, np.uint8)
    labels = chance.dirichlet(np.ones(len(Label)), (128, 128)).astype(np.float32)
    mesh = sitter.face.mesh + np.float32(chance.uniform(-300, 300, 3))
    frame = dataclasses.replace(sitter.face.frame, unit=float(chance.uniform(90, 400)))
    face = dataclasses.replace(sitter.face, mesh=mesh, frame=frame, female=float(chance.random()), age=30.0)
    neckwear.seen(photo, face, Regions(labels, frame))
