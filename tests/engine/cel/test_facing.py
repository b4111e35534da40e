from dataclasses import replace

import numpy as np
import pytest

from engine.cel import facing, portrait
from engine.cel.parsers import parser
from engine.cel.perceive import Sight
from engine.cel.traits import Traits


@pytest.fixture(params=[-0.7, 0.7])
def aside(sitter, request):
    """The sitter's face as if it were seen from the side: the near half of it is the one away from the nose."""
    return replace(sitter.face, frame=replace(sitter.face.frame, yaw=request.param))


def mirrored(face, points):
    local = face.frame.coordinates(np.asarray(points, np.float32))
    return face.frame.origin + (local * (-1, 1)) @ np.stack([face.frame.right, face.frame.down]) * face.frame.unit


def colours(picture, points):
    x, y = np.rint(np.asarray(points)).astype(int).T
    return np.stack([picture[v - 2 : v + 3, u - 2 : u + 3].reshape(-1, 3).mean(0) for u, v in zip(x, y, strict=True)])


def test_both_halves_are_the_near_one(sitter, aside, monkeypatch) -> None:
    monkeypatch.setattr(facing, "_ASLANT", 0.0)
    turned = facing.turned(sitter.photo, aside, sitter.regions)
    near = [33, 159, 145, 50, 205] if aside.frame.yaw > 0 else [263, 386, 374, 280, 425]
    points = sitter.face.mesh[near, :2]
    was, here, there = (
        colours(picture, at)
        for picture, at in ((sitter.photo, points), (turned, points), (turned, mirrored(aside, points)))
    )
    assert np.abs(here - there).mean() < 6
    assert np.abs(here - was).mean() < 25


def test_one_still_looks_a_little_to_the_same_side_then(sitter, aside) -> None:
    regions = sitter.regions
    _, face, labels = portrait._facing(sitter.photo, aside, regions, parser(), Traits())
    assert face is not aside
    assert 0.04 < face.frame.yaw * np.sign(aside.frame.yaw) < 0.35
    assert (face.age, face.female) == (aside.age, aside.female)
    assert labels is not regions


def test_where_nobody_is_seen_then_all_stays_as_it_is(sitter, aside, monkeypatch) -> None:
    nobody = Sight(None, sitter.sight.imprint, ())
    monkeypatch.setattr(portrait, "perceive", lambda _: nobody)
    photo, face, regions = portrait._facing(sitter.photo, aside, sitter.regions, parser(), Traits())
    assert photo is sitter.photo
    assert face is aside
    assert regions is sitter.regions


def test_splines_go_through_their_points_and_are_flat_where_those_are() -> None:
    chance = np.random.default_rng(1)
    places = chance.uniform(0, 2, (40, 2))
    assert np.allclose(facing.spline(places, places * 2 + 1, np.array([[0.3, 1.7]])), [[1.6, 4.4]], atol=0.01)
    bent = places + 0.1 * np.sin(3 * places)
    assert np.abs(facing.spline(places, bent, places) - bent).max() < 0.03


def test_a_head_of_which_nothing_is_labelled_does_no_harm(sitter, aside) -> None:
    nothing = replace(sitter.regions, labels=np.eye(7, dtype=np.float32)[np.zeros((128, 128), int)])
    assert facing.turned(sitter.photo, aside, nothing).shape == sitter.photo.shape
