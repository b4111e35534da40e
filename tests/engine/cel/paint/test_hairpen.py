import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel.paint import hairpen, palette
from engine.cel.styles import STYLES


@pytest.fixture(scope="module")
def look(sitter):
    return palette.measure(sitter.seen, sitter.layers.half_hair, sitter.warped, STYLES["modern"], sitter.light)


def drawn(locks, look, tone):
    page = np.full((400, 400, 3), tone, np.float32)
    hairpen.draw(page, locks, look, 2.0)
    return page


def test_only_what_the_pen_touches_is_drawn_on(designed, look):
    page = drawn(designed, look, (77.3, 1.2, -3.4))
    reach = designed.mask(400)
    for shape in (*designed.lines, *designed.strands, *designed.folds, *designed.shine):
        cv2.polylines(reach, [np.rint(shape).astype(np.int32)], False, 1.0, 10)
        cv2.fillPoly(reach, [np.rint(shape).astype(np.int32)], 1.0)
    beyond = cv2.dilate(reach, np.ones((9, 9), np.uint8)) == 0
    assert (page[beyond] == np.array((77.3, 1.2, -3.4), np.float32)).all()
    assert (page[~beyond] != np.array((77.3, 1.2, -3.4), np.float32)).any()


def test_locks_have_the_colour_of_the_hair_they_grow_from(designed, look):
    alone = dataclasses.replace(designed, lines=(), strands=(), folds=(), shine=())
    inside = cv2.erode(designed.mask(400), np.ones((5, 5), np.uint8)) > 0.99
    for own in (look.hair.base, look.hair.base + np.float32((-15, 20, -10))):
        page = drawn(alone, look, own)
        tones = (own, own + look.hair.shadow - look.hair.base, look.hair_ink)
        near = np.min([np.abs(page[inside] - tone).max(-1) for tone in tones], 0)
        assert (near < 1.5).mean() > 0.7


def test_folds_are_darker_light_is_lighter_and_strands_show_on_dark_hair_too(designed, look):
    def lightness(locks, look):
        page = drawn(locks, look, look.hair.base)[..., 0]
        return page[np.abs(page - look.hair.base[0]) > 1].mean() - look.hair.base[0]

    plain = dataclasses.replace(designed, locks=(), lines=(), strands=(), folds=(), shine=())
    dark = dataclasses.replace(look, hair=palette.Tones(*(np.float32((L, 0, -3)) for L in (22, 14, 45))))
    assert lightness(dataclasses.replace(plain, folds=designed.folds), look) < -3
    assert lightness(dataclasses.replace(plain, shine=designed.shine), look) > 3
    assert lightness(dataclasses.replace(plain, strands=designed.strands), look) < -3
    assert lightness(dataclasses.replace(plain, strands=designed.strands), dark) > 3


def test_locks_beyond_the_border_do_no_harm(designed, look):
    away = tuple(
        dataclasses.replace(k, shape=k.shape + 900, shade=k.shade + 900, sides=(k.sides[0] + 900, k.sides[1] + 900))
        for k in designed.locks
    )
    locks = dataclasses.replace(designed, locks=away, lines=(), strands=(), folds=(), shine=())
    assert (drawn(locks, look, (0, 0, 0)) == 0).all()
