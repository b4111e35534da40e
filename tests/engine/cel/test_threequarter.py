from dataclasses import replace

import numpy as np
import pytest

from engine.cel import portrait, threequarter
from engine.cel.frame import OVAL, Frame, upright
from engine.cel.parse import Label, Regions

EYES, CHEEK = (33, 133, 362, 263), (50, 280)


def turned(face, degrees):
    """The face with its mesh turned about the ears, and its eyes with it."""
    frame = face.frame
    solid = np.column_stack([frame.coordinates(face.mesh[:, :2]), face.mesh[:, 2] / frame.unit]).astype(np.float64)
    middle, angle = solid[[234, 454]].mean(0), np.radians(degrees)
    x, _, z = (solid - middle).T
    u = middle[0] + x * np.cos(angle) - z * np.sin(angle)
    depth = middle[2] + x * np.sin(angle) + z * np.cos(angle)
    axes = np.stack([frame.right, frame.down]) * frame.unit
    mesh = np.column_stack([frame.origin + np.column_stack([u, solid[:, 1]]) @ axes, depth * frame.unit])
    return replace(face, mesh=mesh.astype(np.float32), frame=Frame.of(mesh.astype(np.float32)))


@pytest.fixture(params=[-35, 35])
def aside(sitter, request):
    """The sitter's face turned to either side, with hair that hangs on the near one alone."""
    face = turned(sitter.face, request.param)
    u, v = upright(128)
    near = -np.sign(face.frame.yaw)
    head = (u / 0.6) ** 2 + (v / 0.85) ** 2 < 1
    oval = (u / 0.45) ** 2 + (v / 0.75) ** 2 < 1
    hair = (head & ~oval & (v < -0.2)) | ((np.abs(u * near - 0.55) < 0.18) & (v > -0.4))
    labels = np.zeros((128, 128, len(Label)), np.float32)
    labels[..., Label.HAIR] = hair
    labels[..., Label.SKIN] = (oval | ((np.abs(u) < 0.3) & (v > 0.6))) & ~hair
    labels[..., Label.BACKGROUND] = 1 - labels.sum(-1)
    return face, Regions(labels, face.frame)


def test_a_head_is_turned_nearer_and_still_looks_to_the_same_side(sitter, aside) -> None:
    face, regions = aside
    assert abs(face.frame.yaw) > threequarter.TURNED
    _, there, labels = threequarter.nearer(sitter.photo, face, regions, False)
    share = there.frame.yaw / face.frame.yaw
    assert 0.5 < share < 0.9
    assert labels.frame == there.frame
    assert (there.age, there.female) == (face.age, face.female)
    far = int(face.frame.yaw > 0)
    breadths = [
        [float(np.linalg.norm(m[a, :2] - m[b, :2])) for a, b in ((33, 133), (362, 263))]
        for m in (face.mesh, there.mesh)
    ]
    assert breadths[1][far] / breadths[1][1 - far] > 1.1 * breadths[0][far] / breadths[0][1 - far]


def test_what_is_pictured_goes_with_the_mesh(sitter, aside) -> None:
    face, regions = aside
    marked = np.full_like(sitter.photo, 255)
    near = CHEEK[int(face.frame.yaw < 0)]
    x, y = np.rint(face.mesh[near, :2]).astype(int)
    marked[y - 3 : y + 4, x - 3 : x + 4] = 0
    picture, there, _ = threequarter.nearer(marked, face, regions, False)
    rows, columns = np.nonzero(picture[..., 0] < 128)
    assert np.hypot(*(np.array([columns.mean(), rows.mean()]) - there.mesh[near, :2])) < 4
    assert np.hypot(*(face.mesh[near, :2] - there.mesh[near, :2])) > 5


def test_eyes_go_with_it_too(sitter, aside) -> None:
    face, regions = aside
    at = face.mesh[list(EYES), :2]
    eyes = tuple(
        replace(eye, iris=at[2 * i : 2 * i + 2], lids=at[2 * i : 2 * i + 2]) for i, eye in enumerate(face.eyes)
    )
    _, there, _ = threequarter.nearer(sitter.photo, replace(face, eyes=eyes), regions, False)
    near = int(face.frame.yaw < 0)
    for points in (there.eyes[near].iris, there.eyes[near].lids):
        assert np.abs(points - there.mesh[list(EYES[2 * near : 2 * near + 2]), :2]).max() < 3


def test_what_is_hidden_behind_the_far_cheek_is_not_drawn_out_of_it() -> None:
    seen = np.array([(0.0, 0.0), (0.20, 0.0), (0.19, 0.0), (0.22, 0.0), (0.19, 0.3)])
    turned = np.array([(0.0, 0.0), (0.20, 0.0), (0.30, 0.0), (0.40, 0.0), (0.30, 0.3)])
    every, some = np.arange(5), np.array([1, 3, 4])
    assert threequarter._shown(seen, turned, 1.0, every).tolist() == [True, True, False, False, True]
    assert threequarter._shown(seen, turned, 1.0, some).tolist() == [True, False, True]
    mirrored = threequarter._shown(seen * (-1, 1), turned * (-1, 1), -1.0, every)
    assert mirrored.tolist() == [True, True, False, False, True]


def test_the_back_of_the_head_comes_nearer_to_the_ears_as_it_is_deeper_than_broad(sitter, aside) -> None:
    face, regions = aside
    _, there, labels = threequarter.nearer(sitter.photo, face, regions, False)
    (u, v), away = upright(128), np.sign(face.frame.yaw)
    reaches = []
    for known, seen in ((face, regions), (there, labels)):
        ears = known.frame.coordinates(known.mesh[[234, 454], :2])[:, 0].mean()
        head = (seen.labels[..., Label.BACKGROUND] < 0.5) & (v < -0.3) & (v > -0.6)
        reaches.append(float(((ears - u[head]) * away).max()) * known.frame.unit)
    assert reaches[1] < 0.98 * reaches[0]


def test_the_body_stays(sitter, aside) -> None:
    face, regions = aside
    below = int(face.frame.at(0, face.frame.chin + 0.5)[1])
    chance = np.random.default_rng(3).integers(0, 255, (25, 25, 3), np.uint8)
    photo = np.kron(chance, np.ones((16, 16, 1), np.uint8))
    picture, _, _ = threequarter.nearer(photo, face, regions, False)
    assert below < 390
    assert np.abs(picture[below:].astype(int) - photo[below:]).mean() < 12
    assert np.abs(picture[:below].astype(int) - photo[:below]).mean() > 12


@pytest.mark.parametrize("hangs", [False, True])
def test_hair_is_seen_beside_the_far_temple_as_beside_the_near_one(sitter, aside, hangs) -> None:
    face, regions = aside
    _, there, labels = threequarter.nearer(sitter.photo, face, regions, hangs)
    u, v = upright(128)
    local = there.frame.coordinates(there.mesh[:, :2])
    away = np.sign(there.frame.yaw)
    rim = float((local[list(OVAL), 0] * away).max())
    hair = labels.labels[..., Label.HAIR] > 0.5
    far = hair & (u * away > rim - 0.02)
    assert (far & (np.abs(v) < 0.1)).any(1).sum() >= 6
    assert (far & (v > 0.3)).any() == hangs
    assert np.allclose(labels.labels.sum(-1), 1, atol=0.02)


def test_hair_that_hangs_lies_close_behind_the_far_cheek(sitter, aside) -> None:
    """Between the two there would be a gap, as a face is narrower below."""
    face, regions = aside
    _, there, labels = threequarter.nearer(sitter.photo, face, regions, True)
    u, v = upright(128)
    local = there.frame.coordinates(there.mesh[:, :2])
    away, bridge = np.sign(there.frame.yaw), local[168, 0]
    oval = (local[list(OVAL)] - (bridge, 0)) * (away, 1)
    low = oval[(oval[:, 0] > 0.65 * oval[:, 0].max()) & (oval[:, 1] > 0.3)]
    aside, hair = (u - bridge) * away, labels.labels[..., Label.HAIR] > 0.5
    assert len(low) >= 2
    for edge, level in low:
        row = int(np.argmin(np.abs(v[:, 0] - level)))
        assert float(aside[row][hair[row] & (aside[row] > 0)].min()) < edge + 0.02


def test_a_head_of_which_nothing_is_labelled_does_no_harm(sitter, aside) -> None:
    face, regions = aside
    nothing = replace(regions, labels=np.eye(7, dtype=np.float32)[np.zeros((128, 128), int)])
    picture, there, _ = threequarter.nearer(sitter.photo, face, nothing, True)
    assert picture.shape == sitter.photo.shape
    assert np.isfinite(there.mesh).all()


def test_portraits_of_three_quarters_are_drawn_so(sitter, aside, monkeypatch) -> None:
    face, _ = aside
    seen = []
    monkeypatch.setattr(threequarter, "nearer", lambda *given: seen.append(given) or given[:3])
    sight = replace(sitter.sight, face=face)
    from engine.cel.parsers import parser
    from engine.cel.styles import choose

    style = choose("modern", 1, 0.0)
    out = portrait.draw(sitter.photo, sight, parser(), style, 1, False, portrait.Clock())
    assert len(seen) == 1
    portrait.draw(sitter.photo, sitter.sight, parser(), style, 1, False, portrait.Clock())
    assert len(seen) == 1
    assert out.shape == (400, 400, 3)
