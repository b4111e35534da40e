import dataclasses

import numpy as np

from engine.cel.look import colour
from engine.cel.paint import clothes
from engine.cel.styles import STYLES


def paint(page, seen, lay, sitter, look, style):
    return clothes.paint(page, seen, lay.half_clothes, lay.person, lay, sitter.warped, look, style, 1.0, sitter.u, 2.0)


def test_two_garments_become_two_flat_areas(sitter):
    seen = sitter.seen.copy()
    seen[:, :100], seen[:, 100:] = (35, 40, 25), (70, -5, -30)
    lay = dataclasses.replace(
        sitter.layers,
        half_clothes=np.ones((200, 200), np.float32),
        half_skin=np.zeros((200, 200), np.float32),
        person=np.full((400, 400), 12, np.float32),
        body=np.full((400, 400), -12, np.float32),
    )
    style = STYLES["modern"]
    look = sitter.look(style)
    out = paint(np.zeros((400, 400, 3), np.float32), seen, lay, sitter, look, style)
    left, right = out[20:380, 20:170].reshape(-1, 3), out[20:380, 230:380].reshape(-1, 3)
    assert left.std(0).max() < 1
    assert right.std(0).max() < 1
    assert left[0][1] > 20 > right[0][1]


def test_a_seam_follows_the_neckline(sitter):
    neck = ((np.abs(sitter.u) < 0.3) & (sitter.v < 0.9)).astype(np.float32)
    lay = dataclasses.replace(
        sitter.layers,
        half_clothes=1 - neck,
        half_skin=neck,
        person=np.full((400, 400), 12, np.float32),
        body=np.full((400, 400), -12, np.float32),
    )
    seen = np.full((200, 200, 3), (60, 5, -30), np.float32)
    style = STYLES["modern"]
    out = paint(np.zeros((400, 400, 3), np.float32), seen, lay, sitter, sitter.look(style), style)
    dark = out[..., 0] < 0.8 * np.median(out[..., 0])
    ends = (sitter.warped.centre + sitter.warped.down * sitter.warped.u * 0.9)[1]
    column = np.flatnonzero(dark[:, int(sitter.warped.centre[0])])
    below = column[column > ends + 2]
    assert len(below)
    assert np.all(np.abs(below - ends - 0.055 * sitter.warped.u) < 4)


def test_no_clothes_no_paint(sitter):
    lay = dataclasses.replace(sitter.layers, half_clothes=np.zeros((200, 200), np.float32))
    page = np.full((400, 400, 3), 5, np.float32)
    style = STYLES["modern"]
    look = sitter.look(style)
    assert (paint(page, sitter.seen, lay, sitter, look, style) == 5).all()


def test_darker_garments_print_darker():
    style = STYLES["modern"]
    printed = [clothes.printed(colour(lightness, 0, 0), style, 1.0, grey=False)[0] for lightness in (2, 25, 50, 75, 98)]
    assert printed == sorted(printed)
    assert printed[0] > 10


def test_small_print_is_left_out_and_large_patches_stay(sitter):
    seen = np.full((200, 200, 3), (40, 5, -30), np.float32)
    seen[100:103, 60:63] = (90, 0, 0)
    seen[100:160, 100:160] = (90, 0, 0)
    lay = dataclasses.replace(
        sitter.layers,
        half_clothes=np.ones((200, 200), np.float32),
        person=np.full((400, 400), 12, np.float32),
        body=np.full((400, 400), -12, np.float32),
    )
    style = STYLES["modern"]
    out = paint(np.zeros((400, 400, 3), np.float32), seen, lay, sitter, sitter.look(style), style)
    assert out[202, 122, 0] < 60
    assert out[260, 260, 0] > 80


def test_the_head_casts_a_shadow_on_what_lies_below_it(sitter):
    seen = np.full((200, 200, 3), (70, 5, -30), np.float32)
    body = np.full((400, 400), -12, np.float32)
    body[:200] = 12
    lay = dataclasses.replace(
        sitter.layers,
        half_clothes=np.ones((200, 200), np.float32),
        person=np.full((400, 400), 12, np.float32),
        body=body,
    )
    style = STYLES["modern"]
    out = paint(np.zeros((400, 400, 3), np.float32), seen, lay, sitter, sitter.look(style), style)
    assert out[204, 200, 0] < out[260, 200, 0] - 5


def test_a_garment_half_in_shadow_is_one(sitter):
    lay = dataclasses.replace(
        sitter.layers,
        half_clothes=np.ones((200, 200), np.float32),
        half_skin=np.zeros((200, 200), np.float32),
        person=np.full((400, 400), 12, np.float32),
        body=np.full((400, 400), -12, np.float32),
    )
    style = STYLES["modern"]
    look = sitter.look(style)
    for other, one in (((38, 8, -12), True), ((38, 28, 12), False), ((18, 8, -12), False)):
        seen = np.full((200, 200, 3), (62, 10, -14), np.float32)
        seen[:, 100:] = other
        _, areas = clothes._main(seen[0, [0, 199]], np.uint8(seen[..., 0] < 50), np.ones((200, 200), bool))
        assert (len(np.unique(areas)) == 1) == one
        out = paint(np.zeros((400, 400, 3), np.float32), seen, lay, sitter, look, style)
        assert np.isfinite(out).all()
