import cv2
import numpy as np
import pytest

from engine import Pixels, Reason
from engine.cel import drawn
from engine.cel.frame import square
from engine.cel.perceive import perceive


def verdict(picture: Pixels) -> Reason | None:
    return drawn.left(perceive(np.ascontiguousarray(picture)))


def logo() -> Pixels:
    """A letter on a disc."""
    picture = np.full((400, 400, 3), (250, 250, 252), np.uint8)
    cv2.circle(picture, (200, 200), 160, (30, 110, 240), -1, cv2.LINE_AA)
    cv2.putText(picture, "A", (105, 295), cv2.FONT_HERSHEY_SIMPLEX, 8.5, (255, 255, 255), 36, cv2.LINE_AA)
    return picture


def cartoon() -> Pixels:
    """A flat face with large eyes and outlines."""
    picture = np.full((400, 400, 3), (190, 225, 250), np.uint8)
    ink = (40, 30, 40)
    cv2.ellipse(picture, (200, 190), (150, 165), 0, 0, 360, (120, 70, 50), -1, cv2.LINE_AA)
    cv2.ellipse(picture, (200, 225), (110, 125), 0, 0, 360, (255, 225, 205), -1, cv2.LINE_AA)
    cv2.ellipse(picture, (200, 225), (110, 125), 0, 0, 360, ink, 4, cv2.LINE_AA)
    for x in (150, 250):
        cv2.ellipse(picture, (x, 220), (24, 34), 0, 0, 360, (255, 255, 255), -1, cv2.LINE_AA)
        cv2.ellipse(picture, (x, 224), (17, 27), 0, 0, 360, (70, 120, 200), -1, cv2.LINE_AA)
        cv2.circle(picture, (x + 5, 212), 7, (255, 255, 255), -1, cv2.LINE_AA)
        cv2.ellipse(picture, (x, 220), (24, 34), 0, 180, 360, ink, 6, cv2.LINE_AA)
    cv2.ellipse(picture, (200, 300), (30, 14), 0, 0, 180, ink, 4, cv2.LINE_AA)
    return picture


def test_a_photograph_of_a_person_is_no_drawing(close_up: Pixels) -> None:
    assert verdict(close_up) is None


@pytest.mark.parametrize("quality", [30, 60, 90])
@pytest.mark.parametrize("side", [48, 120, 400])
def test_nor_is_a_small_or_hard_compressed_one(close_up: Pixels, side: int, quality: int) -> None:
    coded = cv2.imencode(".jpg", square(close_up, side=side), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    assert verdict(square(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8))) is None


def test_nor_a_dark_one_or_one_in_black_and_white(close_up: Pixels) -> None:
    assert verdict(close_up // 2) is None
    grey = cv2.cvtColor(close_up, cv2.COLOR_RGB2GRAY)
    assert verdict(np.dstack([grey] * 3)) is None


def test_a_logo_is_a_logo() -> None:
    assert verdict(logo()) is Reason.LOGO


def test_a_cartoon_is_left_alone() -> None:
    assert verdict(cartoon()) in (Reason.DRAWN, Reason.LOGO)


@pytest.mark.parametrize("quality", [40, 80])
def test_also_when_compressed(quality: int) -> None:
    for picture in (logo(), cartoon()):
        coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        assert verdict(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)) is not None
