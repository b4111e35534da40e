import dataclasses

import numpy as np
import pytest

from engine.cel.look import coordinates
from engine.cel.parse import Label
from engine.cel.profile import edged


@pytest.mark.parametrize("yaw", [-0.1, 0.0, 0.1])
def test_a_head_seen_from_the_front_has_no_far_edge(sitter, handed, yaw):
    labels, _ = handed(hair=False)
    assert edged(labels, dataclasses.replace(sitter.warped, yaw=yaw), sitter.u, sitter.v) is labels


@pytest.mark.parametrize("yaw", [-0.3, 0.3])
def test_a_turned_head_ends_at_its_far_edge(sitter, handed, yaw):
    """A cheek, a nose or a hand that the parser saw beyond it would be a second edge; the near side is as it was."""
    labels, hand = handed(hair=False)
    mirrored = labels[:, ::-1, Label.SKIN] > 0.5  # a hand at either cheek
    labels[mirrored] = np.eye(len(Label), dtype=np.float32)[Label.SKIN]
    turned = dataclasses.replace(sitter.warped, yaw=yaw)
    skin = edged(labels, turned, sitter.u, sitter.v)[..., Label.SKIN] > 0.5
    far = sitter.u * yaw > 0  # the picture's right, where yaw is above 0
    assert not skin[(hand | hand[:, ::-1]) & far].any()
    ear = (np.abs(np.abs(sitter.u) - 0.55) < 0.03) & (np.abs(sitter.v - 0.05) < 0.1) & (sitter.layers.half_face < 0.1)
    assert skin[ear & ~far].all()
    assert not skin[ear & far].any()
    assert skin[sitter.layers.half_face > 0.9].all()


@pytest.mark.parametrize(("half", "left"), [(0.14, False), (0.30, True)])
def test_no_scrap_of_hair_hangs_at_the_far_edge_of_a_turned_head(sitter, handed, half, left):
    """It is a shadow, or what is held there; a whole lock is hair, and so is what lies on the near side."""
    labels, _ = handed(hair=False)
    cap = (np.abs(sitter.u) < 0.7) & (sitter.v < -0.3) & (sitter.v > -0.9)
    scrap = (np.abs(sitter.u - 0.62) < half / 2) & (np.abs(sitter.v - 0.3) < half)
    near = (np.abs(sitter.u + 0.62) < half / 2) & (np.abs(sitter.v - 0.3) < half)
    for hair in (cap, scrap, near):
        labels[hair] = np.eye(len(Label), dtype=np.float32)[Label.HAIR]
    turned = dataclasses.replace(sitter.warped, yaw=0.3)
    out = edged(labels, turned, sitter.u, sitter.v)[..., Label.HAIR] > 0.5
    assert out[scrap].any() == left
    assert out[near].all()
    assert out[cap].all()


def test_no_lump_lies_below_the_near_ear_of_a_turned_head(sitter, handed):
    """The nape begins beside the ear's root and runs down to the shoulder."""
    labels, _ = handed(hair=False)
    root = (sitter.warped.points[234] - sitter.warped.centre) @ sitter.warped.right / sitter.warped.u
    behind = root - sitter.u
    neck = (behind < 0.5) & (sitter.u < 0) & (sitter.v > 0.15) & (sitter.layers.half_face < 0.1)
    labels[neck] = np.eye(len(Label), dtype=np.float32)[Label.SKIN]
    turned = dataclasses.replace(sitter.warped, yaw=0.3)
    skin = edged(labels, turned, sitter.u, sitter.v)[..., Label.SKIN] > 0.5
    level = (sitter.warped.points[234] - sitter.warped.centre) @ sitter.warped.down / sitter.warped.u
    reach = [behind[skin & (np.abs(sitter.v - level - down) < 0.01)].max() for down in (0.16, 0.25, 0.45, 0.6)]
    assert max(reach[:2]) < 0.08
    assert reach[1] < reach[2] < reach[3]
    assert reach[3] > 0.45


@pytest.mark.parametrize("haired", [False, True])
def test_a_nape_before_the_background_has_no_bulge_below_the_ear(sitter, handed, haired):
    """Its outline is seen there; hair behind it hides where it ends."""
    labels, _ = handed(hair=haired)
    root = (sitter.warped.points[234] - sitter.warped.centre) @ sitter.warped.right / sitter.warped.u
    level = (sitter.warped.points[234] - sitter.warped.centre) @ sitter.warped.down / sitter.warped.u
    behind, below = root - sitter.u, sitter.v - level
    bulge = (behind > -0.1) & (behind < 0.04) & (below > 0.14) & (below < 0.24) & (sitter.layers.half_face < 0.1)
    labels[bulge] = np.eye(len(Label), dtype=np.float32)[Label.SKIN]
    turned = dataclasses.replace(sitter.warped, yaw=0.3)
    skin = edged(labels, turned, sitter.u, sitter.v)[..., Label.SKIN] > 0.5
    assert (behind[skin & bulge].max() > 0.02) == haired


def test_there_is_skin_about_the_far_eye_of_a_turned_head(sitter, handed):
    """The mesh may end at the very corner of an eye: there the far edge gives way, and the cheekbone with it."""
    narrow = sitter.warped.points.copy()
    narrow[:, 0] = np.minimum(narrow[:, 0], narrow[263, 0] + 1)
    labels, _ = handed(hair=False)
    labels[..., Label.SKIN] = np.hypot(sitter.u, sitter.v - 0.2) < 0.7
    labels[..., Label.BACKGROUND] = 1 - labels[..., Label.SKIN]
    face = dataclasses.replace(sitter.warped, points=narrow, yaw=0.3)
    skin = edged(labels, face, sitter.u, sitter.v)[..., Label.SKIN] > 0.5
    ends = {}
    for name, mark in (("eye", 263), ("mouth", 291)):
        height = (narrow[mark] - face.centre) @ face.down / face.u
        level = skin & (np.abs(sitter.v - height) < 0.01)
        ends[name] = sitter.u[level].max() - (narrow[263] - face.centre) @ face.right / face.u
    assert 0.03 < ends["eye"] < 0.07
    assert ends["mouth"] < 0.025


def test_the_throat_of_a_turned_head_begins_behind_its_chin(sitter):
    """And slopes to a shoulder; a neck that ends in clothes before it is no throat to be cut."""
    chin = (sitter.warped.points[152] - sitter.warped.centre) @ sitter.warped.down / sitter.warped.u
    labels = np.zeros((200, 200, len(Label)), np.float32)
    neck = (np.abs(sitter.u) < 0.35) & (sitter.v > 0.3)
    labels[..., Label.SKIN] = (sitter.layers.half_face > 0.5) | neck
    labels[..., Label.BACKGROUND] = 1 - labels[..., Label.SKIN]
    turned = dataclasses.replace(sitter.warped, yaw=0.4)
    skin = edged(labels, turned, sitter.u, sitter.v)[..., Label.SKIN] > 0.5
    reach = [sitter.u[skin & (np.abs(sitter.v - chin - down) < 0.01)].max() for down in (0.05, 0.15, 0.3)]
    assert reach[0] < -0.05
    assert reach[0] < reach[1] < reach[2]
    assert skin[neck & (sitter.v > chin + 0.55)].all()
    labels[(sitter.u > 0.35) & (sitter.v > 0.3)] = np.eye(len(Label), dtype=np.float32)[Label.CLOTHES]
    dressed = edged(labels, turned, sitter.u, sitter.v)[..., Label.SKIN] > 0.5
    assert dressed[neck & (sitter.v > chin + 0.02)].all()


def test_a_head_that_hangs_down_has_an_edge_like_any_other(sitter, handed):
    labels, _ = handed(hair=False)
    face = dataclasses.replace(sitter.warped, right=np.array([-1.0, 0.0]), down=np.array([0.0, -1.0]), yaw=0.3)
    out = edged(labels, face, *coordinates(face, 200))
    assert np.allclose(out.sum(-1), 1, atol=1e-5)
    assert (out[..., Label.SKIN][sitter.layers.half_face > 0.9] > 0.5).all()


@pytest.mark.parametrize("haired", [True, False])
def test_no_skin_lies_in_the_hair_behind_a_near_ear(sitter, handed, haired):
    """It would be a peg there; the scalp of a head without hair is none."""
    labels, _ = handed(hair=False)
    level = (sitter.warped.points[234] - sitter.warped.centre) @ sitter.warped.down / sitter.warped.u
    root = (sitter.warped.points[234] - sitter.warped.centre) @ sitter.warped.right / sitter.warped.u
    behind, below = root - sitter.u, sitter.v - level
    head = (behind > 0.1) & (behind < 0.6) & (np.abs(below) < 0.4)
    peg = (behind > 0.05) & (behind < 0.4) & (np.abs(below - 0.06) < 0.04)
    labels[head] = np.eye(len(Label), dtype=np.float32)[Label.HAIR if haired else Label.SKIN]
    labels[peg] = np.eye(len(Label), dtype=np.float32)[Label.SKIN]
    out = edged(labels, dataclasses.replace(sitter.warped, yaw=0.3), sitter.u, sitter.v)
    stands_out = peg & (behind > 0.25)
    assert stands_out.any()
    assert (out[stands_out].argmax(1) == (Label.HAIR if haired else Label.SKIN)).all()
    assert (out[peg & (behind < 0.15)].argmax(1) == Label.SKIN).all()
