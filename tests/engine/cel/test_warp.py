import dataclasses

import numpy as np
import pytest

from engine.cel import warp
from engine.cel.frame import JAWS
from engine.cel.warp import LOWER_LIDS, UPPER_LIDS, Caricature, Reach


@pytest.fixture(scope="module")
def caricature(sitter):
    return Caricature(sitter.face.frame, sitter.face.mesh)


def opening(points, eye):
    return np.linalg.norm(points[UPPER_LIDS[eye][4]] - points[LOWER_LIDS[eye][4]])


@pytest.mark.parametrize("eye", [0, 1])
def test_eyes_grow(sitter, caricature, eye):
    before = sitter.face.mesh[:, :2]
    after = caricature.points(before)
    assert opening(after, eye) > 1.2 * opening(before, eye)


def test_a_mans_eyes_grow_more(sitter, monkeypatch):
    before = sitter.face.mesh[:, :2]

    def grown(female):
        return opening(Caricature(sitter.face.frame, sitter.face.mesh, female).points(before), 0)

    man, woman = grown(0.0), grown(1.0)
    monkeypatch.setattr(warp, "_GROW", (warp._GROW[0], 0.0))
    assert man > 1.03 * grown(0.0)
    assert woman == grown(1.0)


def test_jaw_narrows(sitter, caricature):
    before = sitter.face.mesh[[172, 397], :2]
    after = caricature.points(before)
    assert np.linalg.norm(after[0] - after[1]) < 0.97 * np.linalg.norm(before[0] - before[1])


@pytest.mark.parametrize(("female", "most"), [(0.0, 0.81), (1.0, 0.77)])
def test_jaws_come_near_to_a_drawn_one_and_keep_part_of_their_own(sitter, female, most):
    """Their breadth two thirds down from the eyes to the chin, as a share of the face's."""

    def breadth(mesh):
        after = Caricature(sitter.face.frame, mesh, female).points(mesh[:, :2].astype(np.float64))
        u, v = sitter.face.frame.coordinates(after.astype(np.float32)).T
        at = 0.65 * v[152]
        edges = [np.interp(at, v[list(side)], u[list(side)]) for side in JAWS]
        return float(edges[1] - edges[0]) / float(u[454] - u[234])

    full = sitter.face.mesh.copy()
    jaw = [i for side in JAWS for i in side[3:8]]
    middle = full[152, :2]
    full[jaw, 0] += 0.12 * (full[jaw, 0] - middle[0])
    assert breadth(sitter.face.mesh) < most
    assert breadth(sitter.face.mesh) + 0.02 < breadth(full) < breadth(sitter.face.mesh) * 1.12


def test_pixels_and_points_go_the_same_way(caricature, sitter):
    """The pixel at a warped point comes from where the point was."""
    before = sitter.face.mesh[:, :2].astype(np.float64)
    after = caricature.points(before)
    inside = ((after > 2) & (after < 397)).all(1)
    x, y = caricature.maps()
    column, row = np.rint(after[inside] - 0.5).astype(int).T
    came_from = np.stack([x[row, column], y[row, column]], 1)
    exact = before[inside] - 0.5 + (np.stack([column, row], 1) - (after[inside] - 0.5))
    assert np.median(np.linalg.norm(came_from - exact, axis=1)) < 0.5


def test_points_lie_where_their_pixels_do_to_a_hundredth(caricature, sitter):
    before = sitter.face.mesh[:, :2].astype(np.float64)
    after = caricature._local(caricature.points(before))
    off = np.stack(after) + np.stack(caricature._offset(*after)) - np.stack(caricature._local(before))
    assert np.percentile(np.abs(off) * sitter.face.frame.unit, 98) < 0.01


@pytest.mark.parametrize(("female", "age", "less"), [(0.0, 30, True), (1.0, 30, False), (0.0, 4, False)])
def test_all_beside_a_mans_cheeks_lies_nearer_and_his_features_where_they_were(sitter, monkeypatch, female, age, less):
    """What is further aside than the cheeks is moved as a whole, and the neck below the jaw not at all."""
    frame = sitter.face.frame
    there = [(0.15, 0.1), (0.5, 0.0), (0.8, -0.3), (0.5, frame.chin + 0.2)]
    there = np.array([frame.at(*at) for at in there], np.float64)

    def aside():
        return (
            (Caricature(frame, sitter.face.mesh, female, age).points(there) - frame.origin) @ frame.right / frame.unit
        )

    drawn = aside()
    monkeypatch.setattr(warp, "_SLIMMER", 0.0)
    features, cheek, hair, neck = aside() - drawn
    assert max(abs(features), abs(neck)) < 0.02
    assert (0.04 < cheek < 0.09 and abs(hair - cheek) < 0.02) if less else cheek == hair == 0


@pytest.mark.parametrize("female", [0.0, 1.0])
def test_far_from_the_face_nothing_moves_but_a_mans_shoulders(sitter, female):
    """They are broader, and so their pixels come from nearer to the middle."""
    x, y = Caricature(sitter.face.frame, sitter.face.mesh, female).maps()
    assert (8 < x[399, 0] < 40) if female == 0 else abs(x[399, 0]) < 0.5
    assert abs(x[0, 0]) < 0.5 or female == 0
    assert female == 0 or abs(y[399, 0] - 399) < 0.5


def test_a_womans_neck_is_as_slim_as_her_jaw_and_a_mans_no_slimmer_than_it_was(sitter, monkeypatch):
    monkeypatch.setattr(warp, "_SHOULDERS", 0.0)
    frame = sitter.face.frame
    neck = np.array([frame.at(side * 0.3, frame.chin + 0.5) for side in (-1, 1)], np.float64)
    man, woman = (
        np.ptp((Caricature(frame, sitter.face.mesh, female).points(neck) - neck) @ frame.right) / frame.unit
        for female in (0.0, 1.0)
    )
    assert man < 0.005
    assert woman > 0.03


@pytest.mark.parametrize("yaw", [-0.45, 0.1, 0.45])
def test_the_nape_of_a_man_seen_from_the_side_is_slender(sitter, monkeypatch, yaw):
    frame = dataclasses.replace(sitter.face.frame, yaw=yaw)
    near = -float(np.sign(yaw))
    nape = np.array([frame.at(near * aside, 0.8 * frame.chin) for aside in (0.7, -0.7)], np.float64)

    def aside(female=0.0):
        return (
            np.abs((Caricature(frame, sitter.face.mesh, female).points(nape) - frame.origin) @ frame.right) / frame.unit
        )

    his, hers = aside(), aside(1.0)
    monkeypatch.setattr(warp, "_SLENDER", 0.0)
    slenderer = aside() - his
    assert np.array_equal(aside(1.0), hers)
    assert (slenderer[0] > 0.03) == (abs(yaw) > 0.2)
    assert slenderer[1] < 0.03


@pytest.mark.parametrize("hair", [None, Reach(1.4, 1.2)])
@pytest.mark.parametrize("age", [30, 6.5, 2])
def test_the_warp_never_folds(sitter, hair, age):
    x, y = Caricature(sitter.face.frame, sitter.face.mesh, age=age, hair=hair).maps()
    assert np.diff(x, axis=1).min() > 0
    assert np.diff(y, axis=0).min() > 0


def test_the_chin_becomes_a_point_and_a_childs_does_not(sitter, monkeypatch):
    mesh, frame = sitter.face.mesh[:, :2].astype(np.float64), sitter.face.frame

    def jaw(age, female=0.0):
        after = Caricature(frame, sitter.face.mesh, female, age).points(mesh)
        return float((after[152] - after[[136, 365]].mean(0)) @ frame.down) / frame.unit

    ages = ((30, 0.0), (30, 1.0), (4, 0.0))
    pointed = [jaw(*who) for who in ages]
    monkeypatch.setattr(warp, "_POINTED", (0.0, 0.0))
    man, woman, child = (one - jaw(*who) for one, who in zip(pointed, ages, strict=True))
    assert min(man, woman) > 0.010
    assert abs(child) < 1e-6


def test_a_turned_head_is_slimmed_less_the_further_it_is_turned(sitter):
    before = sitter.face.mesh[[172, 397], :2].astype(np.float64)

    def slimmed(yaw):
        turned = dataclasses.replace(sitter.face.frame, yaw=yaw)  # to the picture's right
        moved = Caricature(turned, sitter.face.mesh).points(before) - before
        return moved @ turned.right / turned.unit * (1, -1)

    less, aside, profile = (slimmed(yaw) for yaw in (0.28, 0.36, 0.5))
    assert (profile < aside).all()
    assert (aside < less).all()
    assert profile[0] > 0


@pytest.mark.parametrize("yaw", [-0.3, 0.3])
def test_the_near_cheek_of_a_turned_head_is_shorter_beyond_the_eye_and_a_mans_as_it_was(sitter, monkeypatch, yaw):
    """Its other side is as it was, and the back of the head makes up for a part."""
    frame, near = dataclasses.replace(sitter.face.frame, yaw=yaw), -float(np.sign(yaw))
    corner, ear = sitter.face.mesh[[(263, 454), (33, 234)][yaw > 0], :2].astype(np.float64)
    back, far = (np.asarray(frame.at(near * aside, -0.2), np.float64) for aside in (1.1, -0.5))

    def nearer(female):
        points = np.stack([corner, ear, back, far])
        after = Caricature(frame, sitter.face.mesh, female).points(points)
        return (points - after) @ frame.right * (near / frame.unit)

    hers, his = nearer(1.0), nearer(0.0)
    monkeypatch.setattr(warp, "_CHEEK", 0.0)
    less = hers - nearer(1.0)
    assert less[1] > 0.04
    assert 0.01 < less[2] < 0.6 * less[1]
    assert np.abs(less[[0, 3]]).max() < 0.01
    assert (his == nearer(0.0)).all()


def test_a_broad_jaw_is_slimmed_further_on_a_turned_head(sitter, monkeypatch):
    """Its corner stands out there, as a bulge beside the chin."""
    mesh = sitter.face.mesh.copy()
    corner = [379, 378, 400]
    mesh[corner, 0] += 0.12 * sitter.face.frame.unit
    points = mesh[corner, :2].astype(np.float64)

    def drawn(yaw):
        return Caricature(dataclasses.replace(sitter.face.frame, yaw=yaw), mesh, 1.0).points(points)

    front, turned = drawn(0.0), drawn(-0.3)
    monkeypatch.setattr(warp, "_BROADER", (*warp._BROADER[:2], 0.0))
    assert (front == drawn(0.0)).all()
    assert ((drawn(-0.3) - turned) @ sitter.face.frame.right).max() > 0.005 * sitter.face.frame.unit


def test_jaws_of_women_are_slimmed_more(sitter):
    jaw = sitter.face.mesh[[150, 379], :2].astype(np.float64)
    man, woman = (
        np.ptp(Caricature(sitter.face.frame, sitter.face.mesh, female).points(jaw) @ sitter.face.frame.right)
        for female in (0.0, 1.0)
    )
    assert woman < 0.98 * man < 0.95 * np.ptp(jaw @ sitter.face.frame.right)


def test_a_mans_crown_keeps_its_height_and_a_womans_hair_is_flatter(sitter):
    frame = sitter.face.frame
    crown = (frame.origin - frame.down * (1.1 * frame.unit))[None]
    his, hers = (
        float((Caricature(frame, sitter.face.mesh, female=female).points(crown)[0] - crown[0]) @ frame.down)
        for female in (0.0, 1.0)
    )
    assert abs(his) < 0.01 * frame.unit
    assert hers > his + 0.02 * frame.unit


@pytest.mark.parametrize(("high", "aside"), [(0.7, 0.6), (0.95, 0.8), (1.2, 1.0)])
def test_the_larger_hair_is_the_smaller_it_is_drawn_beside_what_it_was(sitter, high, aside):
    frame = sitter.face.frame
    tips = frame.origin + np.outer([-high, -0.1, -0.1], frame.down * frame.unit)
    tips += np.outer([0, aside, -aside], frame.right * frame.unit)

    def reaches(hair):
        off = (Caricature(frame, sitter.face.mesh, 1.0, hair=hair).points(tips) - frame.origin) / frame.unit
        return np.array([-off[0] @ frame.down, off[1] @ frame.right, -off[2] @ frame.right])

    unknown, known = reaches(None), reaches(Reach(high, aside))
    smaller = 1 - known / unknown
    assert (smaller > np.interp(high, [0.7, 1.2], [-0.001, 0.12])).all()
    assert (known > [0.57, 0.55, 0.55]).all()


def test_neither_a_face_nor_shoulders_are_drawn_smaller_for_broad_hair(sitter):
    frame, mesh = sitter.face.frame, sitter.face.mesh
    shoulder = frame.origin + frame.unit * (1.2 * frame.right + (frame.chin + 0.7) * frame.down)
    points = np.vstack([mesh[:, :2], shoulder[None]])
    plain, haired = (Caricature(frame, mesh, hair=hair).points(points) for hair in (None, Reach(1.2, 1.0)))
    assert np.abs(plain - haired).max() < 0.01 * frame.unit


def test_the_lower_face_of_a_small_child_is_shorter(sitter):
    mesh, frame = sitter.face.mesh[:, :2].astype(np.float64), sitter.face.frame

    def chin(age):
        warped = Caricature(frame, sitter.face.mesh, 0.9, age)
        x, y = warped.maps()
        assert min(np.diff(x, axis=1).min(), np.diff(y, axis=0).min()) > 0
        return float((warped.points(mesh[[152]])[0] - frame.origin) @ frame.down) / frame.unit

    assert chin(3) < chin(8) - 0.02


def test_a_childs_neck_is_slender_and_its_shoulders_are_narrow(sitter):
    frame, mesh = sitter.face.frame, sitter.face.mesh
    places = [(side * aside, frame.chin + low) for aside, low in ((0.3, 0.15), (0.9, 0.7)) for side in (-1, 1)]
    photo = np.array([frame.at(*place) for place in places], np.float64)
    drawn = Caricature(frame, mesh, 0.9, 4).points(photo) @ frame.right / frame.unit
    assert np.ptp(drawn[:2]) < 0.85 * 0.6
    assert np.ptp(drawn[2:]) < 0.87 * 1.8


def test_a_small_child_has_full_cheeks_and_a_thin_neck(sitter):
    frame, mesh = sitter.face.frame, sitter.face.mesh

    def breadths(age):
        warped = Caricature(frame, mesh, 0.5, age)
        left, right = (warped.points(mesh[list(side), :2]) for side in JAWS)
        jaw = (right - left)[len(left) // 2] @ frame.right / frame.unit
        necks = np.array([frame.at(side * 0.3, frame.chin + 0.15) for side in (-1, 1)], np.float64)
        return abs(float(jaw)), float(np.ptp(warped.points(necks) @ frame.right)) / frame.unit

    (school, neck), (small, slender) = breadths(9), breadths(3)
    assert small > school
    assert slender < 0.92 * neck


def test_a_hairline_that_has_receded_stays_higher(sitter):
    frame = sitter.face.frame
    line = (frame.origin - frame.down * (0.6 * frame.unit))[None]
    common, receded = (
        float(
            (Caricature(frame, sitter.face.mesh, 0.0, hair=Reach(0.8, 0.6, far)).points(line)[0] - line[0]) @ frame.down
        )
        for far in (0.0, 1.0)
    )
    assert receded < 0.6 * common


def bowed(sitter, low):
    """The mesh with all between eyes and chin so much lower, in shares of the way."""
    mesh, frame = sitter.face.mesh.copy(), sitter.face.frame
    v = frame.coordinates(mesh[:, :2])[:, 1] / frame.chin
    mesh[:, :2] += np.outer(
        np.interp(v, (0.15, 0.4, 0.7, 1.0), (0.0, low, low, 0.0)), frame.down * frame.unit * frame.chin
    )
    return mesh


@pytest.mark.parametrize("low", [0.0, 0.08, 0.16])
def test_nose_and_mouth_are_drawn_clear_of_the_chin(sitter, low):
    """On a bowed head they lie low, and would hang on it."""
    mesh, frame = bowed(sitter, low), sitter.face.frame
    drawn = frame.coordinates(Caricature(frame, mesh, 1.0).points(mesh[:, :2]).astype(np.float32))[:, 1]
    eyes, chin = drawn[[33, 133, 362, 263]].mean(), drawn[152]
    nose, mouth = (drawn[[2, 13]] - eyes) / (chin - eyes)
    assert 0.35 < nose < 0.61
    assert nose + 0.1 < mouth < 0.72


def test_lids_keep_their_form_where_a_low_nose_is_raised(sitter, monkeypatch):
    mesh, frame = bowed(sitter, 0.14), sitter.face.frame
    lids = mesh[[i for lid in (*UPPER_LIDS, *LOWER_LIDS) for i in lid], :2]
    risen = Caricature(frame, mesh, 1.0)
    monkeypatch.setattr(warp, "_RISES", 0.0)
    still = Caricature(frame, mesh, 1.0)
    assert np.abs(risen.points(lids) - still.points(lids)).max() < 0.003 * frame.unit
    assert np.abs(risen.points(mesh[[2], :2]) - still.points(mesh[[2], :2])).max() > 0.02 * frame.unit
