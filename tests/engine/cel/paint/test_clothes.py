import dataclasses

import numpy as np

from engine.cel.look import colour
from engine.cel.paint import clothes, palette
from engine.cel.styles import STYLES


def test_two_garments_become_two_flat_areas(sitter):
    seen = sitter.seen.copy()
    seen[:, :100], seen[:, 100:] = (35, 40, 25), (70, -5, -30)
    lay = dataclasses.replace(
        sitter.layers,
        half_clothes=np.ones((200, 200), np.float32),
        person=np.full((400, 400), 12, np.float32),
    )
    style = STYLES["modern"]
    look = palette.measure(sitter.seen, sitter.layers.half_hair, sitter.warped, style, sitter.light)
    out = clothes.paint(np.zeros((400, 400, 3), np.float32), seen, lay, sitter.warped, look, style, 1.0)
    left, right = out[20:380, 20:170].reshape(-1, 3), out[20:380, 230:380].reshape(-1, 3)
    assert left.std(0).max() < 1
    assert right.std(0).max() < 1
    assert left[0][1] > 20 > right[0][1]


def test_no_clothes_no_paint(sitter):
    lay = dataclasses.replace(sitter.layers, half_clothes=np.zeros((200, 200), np.float32))
    page = np.full((400, 400, 3), 5, np.float32)
    style = STYLES["modern"]
    look = palette.measure(sitter.seen, sitter.layers.half_hair, sitter.warped, style, sitter.light)
    assert (clothes.paint(page, sitter.seen, lay, sitter.warped, look, style, 1.0) == 5).all()


def test_darker_garments_print_darker():
    style = STYLES["modern"]
    printed = [clothes.printed(colour(lightness, 0, 0), style, 1.0, grey=False)[0] for lightness in (2, 25, 50, 75, 98)]
    assert printed == sorted(printed)
    assert printed[0] > 10
