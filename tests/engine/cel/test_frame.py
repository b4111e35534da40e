import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cel.frame import SIDE, Frame, holding, square


def test_square_takes_the_middle() -> None:
    wide = np.zeros((10, 30, 3), np.uint8)
    wide[:, 10:20] = 200
    assert (square(wide, side=10) == 200).all()


def test_square_looks_where_it_is_told_as_far_as_the_picture_reaches() -> None:
    tall = np.zeros((30, 10, 3), np.uint8)
    tall[20:] = 200
    assert (square(tall, (5, 25), side=10) == 200).all()
    assert (square(tall, (900, 900), side=10) == 200).all()
    assert (square(tall, (-900, -900), side=10) == 0).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 900), st.integers(1, 900), st.integers(1, 500))
def test_square_gives_the_side_that_was_asked_for(height: int, width: int, side: int) -> None:
    picture = square(np.full((height, width, 3), 77, np.uint8), side=side)
    assert picture.shape == (side, side, 3)
    assert picture.dtype == np.uint8
    assert (picture == 77).all()


def oval(turn: float = 0.0, size: float = 100.0) -> np.ndarray:
    """A mesh of which only the points that make a frame are placed; upright, it is `size` wide."""
    mesh = np.zeros((468, 3), np.float32)
    places = {
        33: (-0.3, 0), 133: (-0.1, 0), 362: (0.1, 0), 263: (0.3, 0),
        234: (-0.5, 0.1), 454: (0.5, 0.1), 152: (0, 0.7), 10: (0, -0.5), 1: (0, 0.3),
    }  # fmt: skip
    turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    for index, place in places.items():
        mesh[index, :2] = np.array(place) @ turned * size + 200
    return mesh


@pytest.mark.parametrize("turn", [0.0, 0.4, -1.2])
def test_the_frame_turns_with_the_face(turn: float) -> None:
    frame = Frame.of(oval(turn))
    assert frame.roll == pytest.approx(turn, abs=1e-4)
    assert frame.unit == pytest.approx(100, abs=0.1)
    assert frame.chin == pytest.approx(0.7, abs=1e-3)
    assert frame.top == pytest.approx(-0.5, abs=1e-3)
    assert frame.yaw == pytest.approx(0, abs=1e-3)


def test_points_go_there_and_back() -> None:
    frame = Frame.of(oval(0.3))
    for u, v in ((0.0, 0.0), (0.4, -0.9), (-1.0, 2.0)):
        assert frame.coordinates(frame.at(u, v)) == pytest.approx([u, v], abs=1e-4)


def test_maps_hold_the_coordinates_of_pixel_centres() -> None:
    frame = Frame.of(oval(-0.5))
    u, v = frame.maps(100)
    x, y = 30, 71
    centre = np.array([(x + 0.5) * SIDE / 100, (y + 0.5) * SIDE / 100], np.float32)
    assert [u[y, x], v[y, x]] == pytest.approx(frame.coordinates(centre), abs=1e-3)


def test_a_collapsed_mesh_still_has_a_frame() -> None:
    frame = Frame.of(np.full((468, 3), 7, np.float32))
    assert frame.unit > 0
    assert np.isfinite([*frame.origin, frame.yaw, frame.chin, frame.top]).all()


def test_a_box_holds_places_and_what_is_around_them_within_the_picture() -> None:
    rows, columns = holding(np.array([[10.0, 390.0], [30.0, 399.0]]), 5)
    assert (rows.start, rows.stop) == (385, 400)
    assert (columns.start, columns.stop) == (5, 36)
    rows, columns = holding(np.array([[-50.0, 20.0], [-40.0, 30.0]]), 5)
    assert (columns.start, columns.stop) == (0, 1)
