import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel.paint import palette, tresses
from engine.cel.paint.flow import flow
from engine.cel.paint.layers import layers
from engine.cel.parse import Label
from engine.cel.styles import STYLES


def wig(sitter, fringe=-0.22, ends=0.9):
    """The sitter's layers with long straight hair: a fringe down to one height, curtains down to another."""
    labels = np.zeros((200, 200, 5), np.float32)
    skin = sitter.layers.half_skin
    hair = (np.abs(sitter.u) < 0.75) & (sitter.v > -0.75) & (sitter.v < ends)
    hair &= ~((np.abs(sitter.u) < 0.42) & (sitter.v > fringe))
    labels[..., Label.HAIR] = hair
    labels[..., Label.SKIN] = skin * ~hair
    labels[..., Label.BACKGROUND] = 1 - labels.sum(-1)
    return layers(labels, sitter.warped)


def combed(sitter, worn):
    return flow(np.full((200, 200), 30, np.float32), worn.half_hair, sitter.warped, sitter.u, sitter.v)


@pytest.fixture(scope="module")
def worn(sitter):
    return wig(sitter)


@pytest.fixture(scope="module")
def designed(sitter, worn):
    return tresses.design(worn, combed(sitter, worn), sitter.warped, 3)


def tips(sitter, locks):
    """(u, v) of every lock's point."""
    ends = np.array([lock.sides[0][-1] for lock in locks.locks]) - sitter.warped.centre
    return np.stack([ends @ sitter.warped.right, ends @ sitter.warped.down], 1) / sitter.warped.u


def test_long_hair_has_a_fringe_side_locks_and_ends(sitter, designed):
    at = tips(sitter, designed)
    assert len(at) > 12
    assert ((np.abs(at[:, 0]) < 0.35) & (at[:, 1] < 0)).sum() >= 3
    assert (at[:, 1] > 0.9).sum() >= 4
    assert designed.lines
    assert designed.shine


def test_a_fringe_leaves_the_eyes_free(sitter):
    for height in (-0.22, -0.12):
        worn = wig(sitter, fringe=height)
        at = tips(sitter, tresses.design(worn, combed(sitter, worn), sitter.warped, 3))
        inner = at[np.abs(at[:, 0]) < 0.3]
        assert inner[inner[:, 1] < 0.5][:, 1].max() < -0.05


def test_locks_are_their_seeds(sitter, worn, designed):
    way = combed(sitter, worn)
    again, other = (tresses.design(worn, way, sitter.warped, seed) for seed in (3, 4))
    assert (again.mask(400) == designed.mask(400)).all()
    assert (other.mask(400) != designed.mask(400)).any()


def test_bald_heads_get_no_locks(sitter):
    bare = dataclasses.replace(sitter.layers, half_hair=np.zeros((200, 200), np.float32))
    designed = tresses.design(bare, combed(sitter, bare), sitter.warped, 3)
    assert designed == tresses.Locks((), (), ())
    assert designed.mask(200).max() == 0


def test_lines_and_light_stay_within_the_hair(worn, designed):
    near = cv2.dilate((worn.half_hair > 0.5).astype(np.uint8), np.ones((5, 5), np.uint8))
    for shape in (*designed.lines, *designed.shine):
        x, y = np.clip(shape / 2, 0, 199).astype(int).T
        assert near[y, x].all()


def test_only_what_locks_cover_is_drawn_on(sitter, designed):
    look = palette.measure(sitter.seen, sitter.layers.half_hair, sitter.warped, STYLES["modern"], grey=False)
    page = np.full((400, 400, 3), (77.3, 1.2, -3.4), np.float32)
    tresses.draw(page, designed, look, 2.0)
    reach = designed.mask(400)
    for shape in (*designed.lines, *designed.shine):
        cv2.polylines(reach, [np.rint(shape).astype(np.int32)], False, 1.0, 3)
        cv2.fillPoly(reach, [np.rint(shape).astype(np.int32)], 1.0)
    beyond = cv2.dilate(reach, np.ones((9, 9), np.uint8)) == 0
    assert (page[beyond] == np.array((77.3, 1.2, -3.4), np.float32)).all()
    inside = cv2.erode(designed.mask(400), np.ones((5, 5), np.uint8)) > 0.99
    tones = (look.hair.base, look.hair.shadow, look.hair_ink)
    near = np.min([np.abs(page[inside] - tone).max(-1) for tone in tones], 0)
    assert (near < 1.5).mean() > 0.7


def test_locks_beyond_the_border_do_no_harm(sitter, designed):
    look = palette.measure(sitter.seen, sitter.layers.half_hair, sitter.warped, STYLES["modern"], grey=False)
    away = tuple(
        dataclasses.replace(k, shape=k.shape + 900, shade=k.shade + 900, sides=(k.sides[0] + 900, k.sides[1] + 900))
        for k in designed.locks
    )
    page = np.zeros((400, 400, 3), np.float32)
    tresses.draw(page, tresses.Locks(away, (), ()), look, 2.0)
    assert (page == 0).all()
