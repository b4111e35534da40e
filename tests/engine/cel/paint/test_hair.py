import dataclasses

import numpy as np
import pytest

from engine.cel.paint import hair, palette
from engine.cel.paint.flow import flow
from engine.cel.styles import STYLES


@pytest.fixture(scope="module")
def painted(sitter):
    style = STYLES["modern"]
    look = palette.measure(sitter.seen, sitter.layers.half_hair, sitter.warped, style, sitter.light)
    way = flow(np.ascontiguousarray(sitter.seen[..., 0]), sitter.layers.half_hair, sitter.warped, sitter.u, sitter.v)
    page = np.full((400, 400, 3), 77, np.float32)
    out = hair.paint(page, sitter.seen, sitter.layers, way, sitter.warped, look, sitter.v)
    return look, out


def test_only_hair_is_painted(sitter, painted):
    _, out = painted
    assert np.allclose(out[sitter.layers.hair < -1.5], 77, atol=1e-3)
    assert (np.abs(out[sitter.layers.hair > 1.5] - 77) > 1).any(-1).all()


def test_hair_is_base_and_shadow(sitter, painted):
    look, out = painted
    on = sitter.layers.hair > 4
    base, shadow = ((np.abs(out[on][:, 0] - tone[0]) < 3).mean() for tone in (look.hair.base, look.hair.shadow))
    assert base > 0.5
    assert shadow > 0.1
    assert base + shadow > 0.85


def test_bald_heads_stay_bald(sitter):
    bare = dataclasses.replace(
        sitter.layers, half_hair=np.zeros((200, 200), np.float32), hair=np.full((400, 400), -12, np.float32)
    )
    style = STYLES["modern"]
    look = palette.measure(sitter.seen, bare.half_hair, sitter.warped, style, sitter.light)
    way = flow(np.ascontiguousarray(sitter.seen[..., 0]), bare.half_hair, sitter.warped, sitter.u, sitter.v)
    page = np.full((400, 400, 3), 77, np.float32)
    out = hair.paint(page, sitter.seen, bare, way, sitter.warped, look, sitter.v)
    assert (out == 77).all()


def test_dyed_tips_keep_their_colour(sitter):
    style = STYLES["modern"]
    seen = sitter.seen.copy()
    seen[:] = (25, 5, 8)
    seen[100:] = (70, 8, 35)
    hair_all = dataclasses.replace(
        sitter.layers, half_hair=np.ones((200, 200), np.float32), hair=np.full((400, 400), 12, np.float32)
    )
    look = palette.measure(seen, hair_all.half_hair, sitter.warped, style, sitter.light)
    way = flow(np.ascontiguousarray(seen[..., 0]), hair_all.half_hair, sitter.warped, sitter.u, sitter.v)
    page = np.zeros((400, 400, 3), np.float32)
    out = hair.paint(page, seen, hair_all, way, sitter.warped, look, sitter.v)
    roots, tips = out[20:120, 100:300].reshape(-1, 3), out[280:380, 100:300].reshape(-1, 3)
    assert np.median(tips[:, 0]) > np.median(roots[:, 0]) + 15
    assert np.median(tips[:, 2]) > np.median(roots[:, 2]) + 10
