from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cel import features
from engine.cel.features.iris import Hue
from engine.cel.look import WarpedEye
from engine.cel.styles import STYLES
from engine.cel.traits import Traits

FLAT = (226, 182, 158)


@pytest.fixture
def portray(look):
    def portray(photo, face, style="modern", years=30.0, female=0.9, **more):
        picture = np.full((400, 400, 3), FLAT, np.uint8)
        features.draw(picture, features.read(photo, face, years, female), face, look, STYLES[style], **more)
        return picture

    return portray


def test_drawing_is_deterministic(face, paint, rims, portray):
    photo = rims(paint())
    assert np.array_equal(portray(photo, face), portray(photo, face))


def test_every_style_draws_its_own_eyes(face, paint, portray):
    pictures = [portray(paint(), face, style) for style in STYLES]
    for i, one in enumerate(pictures):
        for other in pictures[i + 1 :]:
            assert (np.abs(one.astype(int) - other).max(-1) > 40).sum() > 150


def test_a_glance_tells_whiskers_of_men(face, paint):
    def bearded(female, **told):
        return features.read(paint(), face, 30, female, traits=Traits(**told)).person.bearded

    assert bearded(0.1, whiskers=0.5) == 1
    assert bearded(0.1, whiskers=-0.5) == bearded(0.9, whiskers=0.5) == 0


def test_sunglasses_hide_the_eyes(face, paint, rims, portray):
    photo = rims(paint(iris=(95, 125, 160)), lens=(28, 25, 26))
    picture = portray(photo, face).astype(int)
    for eye in face.eyes:
        x, y = np.rint(eye.iris[0]).astype(int)
        patch = picture[y - 6 : y + 7, x - 6 : x + 7]
        assert (patch[..., 2] - patch[..., 0] < 40).all()
        assert np.median(patch) < 140


def test_no_brows_are_drawn_over_sunglasses(face, paint, rims, portray, monkeypatch):
    drawn = []
    monkeypatch.setattr(features.brows, "draw", lambda *_: drawn.append(1))
    portray(rims(paint(), lens=(28, 25, 26)), face)
    assert not drawn
    portray(rims(paint()), face)
    assert len(drawn) == 2


def test_a_broad_smile_shows_in_a_mans_whole_eye(face, paint, look, monkeypatch):
    """In its form, its colour, its light, and in the shadow beside it, whether or not teeth are seen."""
    told, photo = {}, paint()

    def noted(room, name):
        real = getattr(room, name)
        monkeypatch.setattr(room, name, lambda *args: (told.setdefault(room, []).append(args), real(*args))[1])

    noted(features.iris, "tones")
    noted(features.openings, "shape")
    noted(features.sockets, "draw")
    noted(features.eyes, "draw")
    for smile in (0.0, 3.0):
        seen = features.read(photo, face, 30, 0.0, traits=Traits(smile=smile))
        seen = replace(seen, mouth=replace(seen.mouth, open=0.0, teeth=0.0))
        told.clear()
        features.draw(np.full((400, 400, 3), FLAT, np.uint8), seen, face, look, STYLES["modern"])
        share = 1.0 if smile else 0.0
        assert [args[3] for args in told[features.iris]] == [share]
        assert [args[4] for args in told[features.openings]] == [share] * 2
        assert [args[7] for args in told[features.sockets]] == [share] * 2
        assert [args[9] for args in told[features.eyes]] == [share] * 2


def test_noses_are_shaded_away_from_the_light(face, paint, portray):
    level = replace(face, yaw=0.0)
    left, right = (portray(paint(), level, light=light) for light in (-1.0, 1.0))
    changed = (left != right).any(-1)
    x, y = np.rint(face.points[1]).astype(int)
    assert changed[y - 20 : y + 20, x - 20 : x + 20].sum() == changed.sum() > 40


def test_hair_in_front_hides_what_is_drawn(face, paint, portray):
    cover = np.zeros((400, 400), np.float32)
    cover[:200] = 1
    picture = portray(paint(), face, covers=features.Covers(cover, cover))
    assert (picture[:200] == FLAT).all()
    assert (picture[200:] != FLAT).any()


def test_brows_are_drawn_over_single_locks(face, paint, portray):
    line = features.brows.MESH[0][0]
    x, y = np.rint(face.points[list(line)].mean(0)).astype(int)
    locks = np.zeros((400, 400), np.float32)
    locks[: y + 4] = 1
    picture = portray(paint(), face, covers=features.Covers(face=locks))
    near = picture[y - 12 : y + 13, x - 12 : x + 13].astype(int)
    assert (np.abs(near - FLAT).max(-1) > 40).any()


def test_eyes_show_through_a_few_locks_and_not_through_a_curtain(face, paint, portray):
    x, y = np.rint(face.eyes[0].iris[0]).astype(int)
    plain = portray(paint(), face)
    for reach, seen in ((-6, True), (30, False)):
        locks = np.zeros((400, 400), np.float32)
        locks[: y + reach] = 1
        drawn = portray(paint(), face, covers=features.Covers(locks, locks))
        eye = drawn[y - 6 : y + 7, x - 6 : x + 7].astype(int)
        assert (np.abs(eye - FLAT).max(-1) > 40).any() == seen
        if seen:  # what lies behind the locks, too
            behind = [p[y - 18 : y - 8, x - 8 : x + 9].astype(int) for p in (plain, drawn)]
            assert np.abs(behind[1] - FLAT).sum() > 0.7 * np.abs(behind[0] - FLAT).sum() > 0
    assert (plain[y - 6 : y + 7, x - 6 : x + 7] != FLAT).any()


def test_a_turned_face_ends_at_its_edge(face, paint, portray):
    left = face.points[:, 0].min()
    shift = np.array([left - face.eyes[0].iris[0][0], 0.0])  # the far eye moved onto the face's edge
    far = WarpedEye(*(part + shift for part in (face.eyes[0].upper, face.eyes[0].lower, face.eyes[0].iris)))
    picture = portray(paint(), replace(face, yaw=0.2, eyes=(far, face.eyes[1])))
    outside = picture[:, : int(left - 0.03 * face.u)]
    assert (outside == FLAT).all()
    assert (picture != FLAT).any()


def test_what_is_drawn_stays_near_the_face(face, paint, portray):
    picture = portray(paint(), face)
    y, x = np.nonzero((picture != FLAT).any(-1))
    low, high = face.points.min(0) - 0.1 * face.u, face.points.max(0) + 0.1 * face.u
    assert x.min() > low[0]
    assert x.max() < high[0]
    assert y.min() > low[1]
    assert y.max() < high[1]


def test_grey_photographs_are_drawn_without_colour(face, paint, look, portray):
    grey = np.repeat(paint().mean(-1, keepdims=True), 3, -1).astype(np.uint8)
    picture = np.full((400, 400, 3), 190, np.uint8)
    features.draw(picture, features.read(grey, face, 30, 0.9), face, replace(look, grey=True), STYLES["modern"])
    assert np.ptp(picture.astype(int), axis=-1).max() <= 20


@settings(max_examples=25, deadline=None)
@given(
    move=st.tuples(st.floats(-900, 900), st.floats(-900, 900)),
    zoom=st.floats(0.001, 6),
    turn=st.floats(-3.2, 3.2),
    seed=st.integers(0, 2**32 - 1),
    years=st.floats(0, 100),
    female=st.floats(0, 1),
    small=st.booleans(),
    hidden=st.sampled_from([(), (0,), (1,), (0, 1)]),
    style=st.sampled_from(sorted(STYLES)),
)
def test_any_face_anywhere_is_drawn_or_left_out(move, zoom, turn, seed, years, female, small, hidden, style, anywhere):
    face, look = anywhere
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    jitter = np.random.default_rng(seed)

    def place(points):
        return (np.asarray(points) - face.centre) @ spin.T * zoom + face.centre + move

    eyes = tuple(
        None if i in hidden else WarpedEye(place(e.upper), place(e.lower), place(e.iris))
        for i, e in enumerate(face.eyes)
    )
    moved = replace(
        face,
        points=place(face.points) + jitter.normal(0, 2, face.points.shape),
        eyes=eyes,
        centre=place(face.centre),
        right=spin @ face.right,
        down=spin @ face.down,
        u=face.u * zoom,
        yaw=float(jitter.uniform(-0.5, 0.5)),
    )
    photo = jitter.integers(0, 256, (400, 400, 3), dtype=np.uint8)
    picture = photo.copy()
    features.draw(picture, features.read(photo, moved, years, female), moved, look, STYLES[style], small=small)
    assert picture.shape == (400, 400, 3)


@pytest.fixture(scope="module")
def anywhere(request):
    import json
    from pathlib import Path

    from engine.cel.look import Look, Tones, WarpedFace, lab

    data = json.loads((Path(__file__).parents[3] / "data" / "astronaut_face.json").read_text())
    mesh = np.array(data["mesh"])
    eyes = tuple(WarpedEye(*(np.array(e[k]) for k in ("upper", "lower", "iris"))) for e in data["eyes"])
    face = WarpedFace(
        mesh[:, :2], mesh[:, 2], eyes, np.array(data["origin"]), np.array(data["right"]), np.array(data["down"]),
        data["unit"], data["yaw"],
    )  # fmt: skip
    tone = lab(*FLAT)
    flat = Tones(tone, tone, tone)
    return face, Look(tone, flat, flat, None, lab(60, 30, 30), lab(20, 10, 10), False)


@pytest.mark.parametrize(("enlarged", "doubtful"), [(1.0, False), (6.0, True)])
def test_small_irises_are_judged_as_through_glasses(face, paint, monkeypatch, enlarged, doubtful):
    asked = []
    monkeypatch.setattr(features.iris, "read", lambda chart, eyes, veiled, person: asked.append(veiled) or Hue.DARK)
    features.read(paint(), face, 30.0, 0.9, enlarged=enlarged)
    assert asked == [doubtful]
