import cv2
import numpy as np
import pytest

from engine.cel import chains
from engine.cel.threads import Sought, found

SKIN, LINE = (70.0, 15.0, 18.0), (40.0, 5.0, 5.0)
LIKE = Sought(3, 0.75, 2.8, 1.0, 0.3)
CURVE = np.array([0.0, 0.44, 0.7, 0.15, 0.0])


@pytest.fixture
def field():
    """Skin with a line along a curve, so broad, and cloth below it if wanted."""

    def of(broad=2, below=SKIN):
        lab = np.empty((*chains.SIZE[::-1], 3), np.float32)
        lab[:] = SKIN
        x = np.linspace(-0.55, 0.55, 60)
        y = chains.hung(CURVE[None], x)[0][0]
        line = np.stack([(x - chains.LEFT) * chains.FINE, (y - chains.TOP) * chains.FINE], 1).astype(np.int32)
        cv2.fillPoly(lab, [np.vstack([line, [(300, 300), (-300, 300)]])], below)
        if broad:
            cv2.polylines(lab, [line], False, LINE, broad)
        return lab

    return of


def search(lab, near=None, start=(0, 0), like=LIKE):
    all_ = np.ones(lab.shape[:2], bool)
    return found(lab, all_ if near is None else near, all_, start, like)


def test_a_line_on_skin_is_found_with_its_places(field):
    curve, (row, column) = search(field())
    assert abs(curve[1] - CURVE[1]) < 0.06
    assert len(row) > 10
    assert np.linalg.norm(field()[row, column] - LINE, axis=-1).mean() < 8


def test_an_edge_and_plain_skin_are_none(field):
    assert search(field(broad=0, below=(40.0, 0.0, -20.0))) is None
    assert search(field(broad=0)) is None


def test_without_skin_on_both_sides_there_is_none(field):
    lab = field()
    near = np.zeros(lab.shape[:2], bool)
    assert search(lab, near) is None
    x, y = (
        np.arange(size) / chains.FINE + start
        for size, start in zip(chains.SIZE, (chains.LEFT, chains.TOP), strict=True)
    )
    near[y[:, None] < chains.hung(CURVE[None], x)[0]] = True
    assert search(lab, near) is None


def test_a_field_that_begins_lower_is_placed_as_it_lies(field):
    whole, part = search(field())[0], search(field()[20:, 10:110], start=(20, 10))[0]
    assert abs(whole[1] - part[1]) < 0.04


def test_broad_lines_are_found_in_every_other_place(field):
    like = Sought(4, 0.75, 16.0, 0.6, 0.3, 2)
    assert search(field(broad=7)[::2, ::2], like=like) is not None
    assert search(field(broad=1)[::2, ::2], like=like) is None


@pytest.mark.parametrize("seed", range(6))
def test_nothing_raises_whatever_is_seen(seed):
    chance = np.random.default_rng(seed)
    high = int(chance.integers(9, chains.SIZE[1] // 2)) * 2
    lab = chance.uniform(0, 100, (high, chains.SIZE[0], 3)).astype(np.float32)
    near, free = (chance.random(lab.shape[:2]) < chance.random() for _ in range(2))
    found(lab, near, free, (chains.SIZE[1] - high, 0), LIKE)


def test_a_line_no_plainer_than_the_skins_texture_is_none(field):
    lab = field()
    assert search(lab + np.random.default_rng(0).normal(0, 1, lab.shape).astype(np.float32)) is not None
    assert search(lab + np.random.default_rng(0).normal(0, 40, lab.shape).astype(np.float32)) is None
    stripes = 15 * (np.arange(lab.shape[0]) // 3 % 3 == 0)
    striped = field(broad=0)
    striped[..., 0] -= stripes[:, None]
    assert search(striped) is None
