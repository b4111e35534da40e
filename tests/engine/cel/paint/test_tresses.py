import dataclasses

import cv2
import numpy as np

from engine.cel.paint import tresses


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


def test_a_fringe_leaves_the_eyes_free(sitter, wig, combed):
    for height in (-0.22, -0.12):
        worn = wig(fringe=height)
        at = tips(sitter, tresses.design(worn, combed(worn), sitter.warped, 3))
        inner = at[np.abs(at[:, 0]) < 0.3]
        assert inner[inner[:, 1] < 0.5][:, 1].max() < -0.05


def test_locks_are_their_seeds(sitter, worn, combed, designed):
    way = combed(worn)
    again, other = (tresses.design(worn, way, sitter.warped, seed) for seed in (3, 4))
    assert (again.mask(400) == designed.mask(400)).all()
    assert (other.mask(400) != designed.mask(400)).any()


def test_bald_heads_get_no_locks(sitter, combed):
    bare = dataclasses.replace(sitter.layers, half_hair=np.zeros((200, 200), np.float32))
    designed = tresses.design(bare, combed(bare), sitter.warped, 3)
    assert designed == tresses.Locks((), (), (), (), ())
    assert designed.mask(200).max() == 0


def test_lines_and_light_stay_within_the_hair(worn, designed):
    near = cv2.dilate((worn.half_hair > 0.5).astype(np.uint8), np.ones((5, 5), np.uint8))
    for shape in (*designed.lines, *designed.strands, *designed.folds, *designed.shine):
        x, y = np.clip(shape / 2, 0, 199).astype(int).T
        assert near[y, x].all()


def crown(sitter, locks):
    """How far locks stand out over the wig's crown, the longest, in face widths."""
    return -0.75 - tips(sitter, locks)[:, 1].min()


def test_short_hair_stands_up_and_hanging_hair_lies(sitter, wig, combed, designed):
    short = wig(ends=0.1)
    stands = tresses.design(short, combed(short), sitter.warped, 3)
    assert crown(sitter, stands) > 0.02
    assert crown(sitter, stands) > crown(sitter, designed)
