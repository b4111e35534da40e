import cv2
import numpy as np

from engine.cel import hoops

UNIT, ROOT = 150.0, np.array([200.0, 120.0])
AXES = np.diag([UNIT, UNIT])
PLACE = np.array([0.04, 0.24])


def photo(high, share=0.8, filled=False, below=0.24):
    """A silver ring, so far below an ear's root, on something dark."""
    page = np.full((400, 400, 3), 60, np.uint8)
    middle = np.rint(ROOT + UNIT * np.array([PLACE[0], below + high / 2])).astype(int).tolist()
    size = round(UNIT * high * share / 2), round(UNIT * high / 2)
    cv2.ellipse(page, middle, size, 0, 0, 360, (235, 235, 240), -1 if filled else 3, cv2.LINE_AA)
    return page


def test_rings_are_told_with_their_height():
    for high in (0.22, 0.34, 0.42):
        for share in (0.95, 0.6):
            assert abs(hoops.high(photo(high, share), ROOT, AXES, PLACE) - high) < 0.07


def test_what_is_filled_is_none():
    assert hoops.high(photo(0.3, filled=True), ROOT, AXES, PLACE) == 0


def test_what_is_small_or_elsewhere_is_none():
    assert hoops.high(photo(0.07), ROOT, AXES, PLACE) == 0
    assert hoops.high(photo(0.3, below=0.42), ROOT, AXES, PLACE) == 0
    assert hoops.high(np.full((400, 400, 3), 60, np.uint8), ROOT, AXES, PLACE) == 0


def test_strands_are_none():
    page = photo(0.3)
    for x in range(100, 300, 8):
        cv2.line(page, (x, 0), (x, 400), (235, 235, 240), 2)
    assert hoops.high(page, ROOT, AXES, PLACE) == 0
