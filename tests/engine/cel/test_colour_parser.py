import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Pixels
from engine.cel.colour_parser import ColourParser
from engine.cel.parse import Label, Regions
from engine.cel.perceive import perceive


def parse(picture: Pixels) -> Regions:
    return ColourParser().parse(picture, perceive(picture))


def at(regions: Regions, sitter, u: float, v: float) -> Label:
    x, y = sitter.face.frame.at(u, v).astype(int)
    return Label(int(regions.labels[y, x].argmax()))


def test_the_astronaut(sitter) -> None:
    labels = sitter.regions.labels
    assert labels.shape == (400, 400, 5)
    assert labels.min() >= 0
    assert labels.sum(-1) == pytest.approx(np.ones((400, 400)), abs=1e-3)
    for u, v in ((0, 0.2), (-0.25, 0.25), (0.25, 0.25), (0, 0.55)):
        assert at(sitter.regions, sitter, u, v) is Label.SKIN
    for u, v in ((0, -0.75), (-0.45, -0.5), (0.45, -0.45)):
        assert at(sitter.regions, sitter, u, v) is Label.HAIR
    assert labels[380, 200].argmax() == Label.CLOTHES
    assert labels[10, 10].argmax() == Label.BACKGROUND


def test_contours_are_clean(sitter) -> None:
    """A few large parts, no specks, whatever the label."""
    best = sitter.regions.labels.argmax(-1)
    for label in Label:
        count, _, stats, _ = cv2.connectedComponentsWithStats((best == label).astype(np.uint8))
        assert count <= 6
        assert (stats[1:, cv2.CC_STAT_AREA] > 100).all()


@pytest.mark.parametrize("cast", [(1.0, 0.8, 0.6), (0.7, 0.8, 1.0), (0.45, 0.45, 0.45)])
def test_odd_light_changes_little(close_up: Pixels, sitter, cast: tuple[float, float, float]) -> None:
    lit = (close_up * np.array(cast)).astype(np.uint8)
    same = parse(lit).labels.argmax(-1) == sitter.regions.labels.argmax(-1)
    assert same.mean() > 0.93


def test_black_and_white_changes_little(close_up: Pixels, sitter) -> None:
    grey = cv2.cvtColor(cv2.cvtColor(close_up, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    same = parse(np.asarray(grey, np.uint8)).labels.argmax(-1) == sitter.regions.labels.argmax(-1)
    assert same.mean() > 0.9


def test_a_neighbour_is_background(close_up: Pixels) -> None:
    both = np.asarray(cv2.resize(close_up, (400, 400)), np.uint8).copy()
    both[:200, 230:] = cv2.resize(close_up, (200, 200))[:, 30:]
    labels = parse(both).labels.argmax(-1)
    assert (labels[20:150, 300:] == Label.BACKGROUND).mean() > 0.9


def test_the_same_twice(close_up: Pixels) -> None:
    assert parse(close_up).labels.tobytes() == parse(close_up).labels.tobytes()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 220), st.integers(0, 220), st.integers(60, 180), st.integers(0, 255))
def test_any_crop_of_a_face_is_labelled(close_up: Pixels, x: int, y: int, side: int, shade: int) -> None:
    """Also where the picture no longer fits what was seen in it."""
    sight = perceive(close_up)
    crop = np.full_like(close_up, shade)
    crop[y : y + side, x : x + side] = close_up[y : y + side, x : x + side]
    labels = ColourParser().parse(crop, sight).labels
    assert np.isfinite(labels).all()
    assert labels.sum(-1) == pytest.approx(np.ones((400, 400)), abs=1e-3)
