import dataclasses

import numpy as np
import pytest

from engine.cel.heads import capped, guessed, trimmed
from engine.cel.parse import Label


def test_hair_beyond_the_photo_closes_in_a_dome(sitter):
    labels = np.zeros((200, 200, len(Label)), np.float32)
    hair = np.abs(sitter.u) < 0.6
    labels[..., Label.HAIR] = hair
    labels[..., Label.BACKGROUND] = ~hair
    known = np.broadcast_to(sitter.v[:, 100:101] > -0.5, hair.shape)
    kept = guessed(labels, known, sitter.u, sitter.v)[..., Label.HAIR] > 0
    assert (kept[known] == hair[known]).all()
    beyond = kept & ~known
    assert beyond.any()
    assert sitter.v[beyond].min() > -1.0
    widths = beyond.sum(1)[beyond.any(1)]
    assert (np.diff(widths) >= -1).all()  # narrower towards the top


def test_the_narrower_hair_is_at_the_border_the_less_of_it_lies_beyond(sitter):
    """A head that the border only touches is all but whole."""
    rises = []
    for half in (0.2, 0.5):
        labels = np.zeros((200, 200, len(Label)), np.float32)
        hair = np.abs(sitter.u) < half
        labels[..., Label.HAIR] = hair
        labels[..., Label.BACKGROUND] = ~hair
        known = np.broadcast_to(sitter.v[:, 100:101] > -0.4, hair.shape)
        beyond = (guessed(labels, known, sitter.u, sitter.v)[..., Label.HAIR] > 0) & ~known
        rises.append(-0.4 - float(sitter.v[beyond].min()))
    assert rises[0] < 0.06
    assert rises[1] > 3 * rises[0]


def test_a_whole_photo_is_not_guessed_at(sitter):
    labels = sitter.labels
    assert guessed(labels, np.ones((200, 200), bool), sitter.u, sitter.v) is labels


def haired(hair):
    labels = np.zeros((200, 200, len(Label)), np.float32)
    labels[..., Label.HAIR] = hair
    labels[..., Label.BACKGROUND] = 1 - labels[..., Label.HAIR]
    return labels


@pytest.mark.parametrize("short", [False, True])
def test_a_tower_of_hair_is_cut_to_a_round_crown(sitter, short):
    tower = haired((np.abs(sitter.u) < 0.75) & (sitter.v < -0.3))
    out = capped(tower, sitter.u, sitter.v, short)
    kept = out[..., Label.HAIR] > 0.5
    assert -1.12 < sitter.v[kept].min() < -1.0
    top, middle = (np.ptp(sitter.u[kept & (np.abs(sitter.v - at) < 0.02)]) for at in (-1.02, -0.6))
    assert top < 0.9 * middle
    assert np.allclose(out.sum(-1), 1)
    assert (out[..., Label.BACKGROUND][~kept] > 0.5).all()


def test_short_hair_is_no_broader_than_a_head_and_has_no_wings(sitter):
    broad = haired((sitter.v > -0.9) & (sitter.v < 0.3))
    short, long = (capped(broad, sitter.u, sitter.v, cut)[..., Label.HAIR] > 0.5 for cut in (True, False))
    assert np.abs(sitter.u[short]).max() < 0.94
    assert np.abs(sitter.u[short & (sitter.v < -0.3)]).max() < 0.82
    assert np.abs(sitter.u[long]).max() > 1.2
    assert np.abs(sitter.u[long & (sitter.v < -0.3)]).max() < 1.02


def test_a_head_of_common_size_keeps_its_hair(sitter):
    head = haired((sitter.u / 0.68) ** 2 + ((sitter.v + 0.1) / 0.85) ** 2 < 1)
    assert capped(head, sitter.u, sitter.v, True) is head


def handed(sitter, hair):
    """A head with ears and a neck, and a hand at one cheek, before hair or an empty ground; the hand."""
    u, v, face = sitter.u, sitter.v, sitter.layers.half_face > 0.5
    ears = (np.abs(u) < 0.60) & (np.abs(v - 0.05) < 0.14)
    neck = (np.abs(u) < 0.30) & (v > 0.75)
    hand = (np.hypot(u - 0.72, v - 0.34) < 0.14) & ~face
    labels = np.zeros((200, 200, len(Label)), np.float32)
    labels[..., Label.SKIN] = face | ears | neck | hand
    labels[..., Label.HAIR if hair else Label.BACKGROUND] = 1 - labels[..., Label.SKIN]
    return labels, hand


@pytest.mark.parametrize("hair", [False, True])
def test_a_hand_at_the_cheek_is_what_lies_behind_it(sitter, hair):
    labels, hand = handed(sitter, hair)
    front = dataclasses.replace(sitter.warped, yaw=0.0)
    out = trimmed(labels, front, sitter.u, sitter.v)
    assert (out[hand][:, Label.SKIN] < 0.5).mean() > 0.95
    assert (out[hand][:, Label.HAIR if hair else Label.BACKGROUND] > 0.5).mean() > 0.95
    assert np.allclose(out.sum(-1), 1)
    kept = (labels[..., Label.SKIN] > 0.5) & ~hand
    assert (out[..., Label.SKIN][kept] > 0.5).mean() > 0.995


@pytest.mark.parametrize("yaw", [-0.3, 0.3])
def test_a_turned_head_ends_at_its_far_edge(sitter, yaw):
    """A cheek, a nose or a hand that the parser saw beyond it would be a second edge; the near side is as it was."""
    labels, hand = handed(sitter, hair=False)
    mirrored = labels[:, ::-1, Label.SKIN] > 0.5  # a hand at either cheek
    labels[mirrored] = np.eye(len(Label), dtype=np.float32)[Label.SKIN]
    turned = dataclasses.replace(sitter.warped, yaw=yaw)
    skin = trimmed(labels, turned, sitter.u, sitter.v)[..., Label.SKIN] > 0.5
    assert not skin[
        (hand | hand[:, ::-1]) & (sitter.u * yaw > 0)
    ].any()  # the picture's right is the far side where yaw is above 0
    ear = (np.abs(np.abs(sitter.u) - 0.55) < 0.03) & (np.abs(sitter.v - 0.05) < 0.1) & (sitter.layers.half_face < 0.1)
    assert (skin[ear & (sitter.u * yaw < 0)]).all()
    assert not (skin[ear & (sitter.u * yaw > 0)]).any()
    assert skin[sitter.layers.half_face > 0.9].all()


def test_no_lump_lies_below_the_near_ear_of_a_turned_head(sitter):
    """The nape begins beside the ear's root and runs down to the shoulder."""
    labels, _ = handed(sitter, hair=False)
    root = (sitter.warped.points[234] - sitter.warped.centre) @ sitter.warped.right / sitter.warped.u
    behind = root - sitter.u
    neck = (behind < 0.5) & (sitter.u < 0) & (sitter.v > 0.15) & (sitter.layers.half_face < 0.1)
    labels[neck] = np.eye(len(Label), dtype=np.float32)[Label.SKIN]
    turned = dataclasses.replace(sitter.warped, yaw=0.3)
    skin = trimmed(labels, turned, sitter.u, sitter.v)[..., Label.SKIN] > 0.5
    level = (sitter.warped.points[234] - sitter.warped.centre) @ sitter.warped.down / sitter.warped.u
    reach = [behind[skin & (np.abs(sitter.v - level - down) < 0.01)].max() for down in (0.16, 0.25, 0.4, 0.55)]
    assert max(reach[:2]) < 0.08
    assert reach[1] < reach[2] < reach[3]
    assert reach[3] > 0.45


def test_the_jaw_of_a_face_seen_from_the_front_is_its_edge(sitter):
    """From below the ears to where the neck comes out behind it: what skin is seen beside it would be a second jaw."""
    labels, _ = handed(sitter, hair=False)
    chin = (sitter.warped.points[152] - sitter.warped.centre) @ sitter.warped.down / sitter.warped.u
    broad = (np.abs(sitter.u) < 0.6) & (sitter.v > 0.2)
    labels[broad] = np.eye(len(Label), dtype=np.float32)[Label.SKIN]
    front = dataclasses.replace(sitter.warped, yaw=0.0)
    skin = trimmed(labels, front, sitter.u, sitter.v)[..., Label.SKIN] > 0.5
    beside = skin & (sitter.layers.half_face < 0.02)
    jaw = (sitter.v > 0.32) & (sitter.v < chin - 0.23)
    assert not beside[jaw].any()
    assert beside[(sitter.v > chin + 0.02) & (np.abs(sitter.u) < 0.3)].all()


def test_there_is_skin_about_the_far_eye_of_a_turned_head(sitter):
    """The mesh may end at the very corner of an eye: there the far edge gives way, and the cheekbone with it."""
    narrow = sitter.warped.points.copy()
    narrow[:, 0] = np.minimum(narrow[:, 0], narrow[263, 0] + 1)
    labels, _ = handed(sitter, hair=False)
    labels[..., Label.SKIN] = np.hypot(sitter.u, sitter.v - 0.2) < 0.7
    labels[..., Label.BACKGROUND] = 1 - labels[..., Label.SKIN]
    face = dataclasses.replace(sitter.warped, points=narrow, yaw=0.3)
    skin = trimmed(labels, face, sitter.u, sitter.v)[..., Label.SKIN] > 0.5
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
    skin = trimmed(labels, turned, sitter.u, sitter.v)[..., Label.SKIN] > 0.5
    reach = [sitter.u[skin & (np.abs(sitter.v - chin - down) < 0.01)].max() for down in (0.05, 0.15, 0.3)]
    assert reach[0] < -0.05
    assert reach[0] < reach[1] < reach[2]
    assert skin[neck & (sitter.v > chin + 0.55)].all()
    labels[(sitter.u > 0.35) & (sitter.v > 0.3)] = np.eye(len(Label), dtype=np.float32)[Label.CLOTHES]
    dressed = trimmed(labels, turned, sitter.u, sitter.v)[..., Label.SKIN] > 0.5
    assert dressed[neck & (sitter.v > chin + 0.02)].all()


def test_a_face_with_ears_and_neck_alone_stays_as_it_is(sitter):
    labels, hand = handed(sitter, hair=False)
    labels[hand] = np.eye(len(Label), dtype=np.float32)[Label.BACKGROUND]
    out = trimmed(labels, dataclasses.replace(sitter.warped, yaw=0.0), sitter.u, sitter.v)
    skin = labels[..., Label.SKIN] > 0.5
    assert (out[..., Label.SKIN][skin] > 0.5).mean() > 0.995
    assert np.array_equal(out[~skin], labels[~skin])
