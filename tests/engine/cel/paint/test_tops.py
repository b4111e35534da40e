import dataclasses

import numpy as np
import pytest

from engine.cel.paint import tops
from engine.cel.paint.attire import Outfit
from engine.cel.paint.fields import doubled, outlined
from engine.cel.styles import STYLES
from engine.cel.traits import Traits

STYLE = STYLES["modern"]
RED = (45, 55, 30)
PAGE = 77.0


def outfit(colour=None):
    seen = np.zeros((0, 3)) if colour is None else np.resize(np.float32(colour), (60, 3))
    return Outfit(seen.astype(np.float32), np.zeros(len(seen), np.float32), np.ones(len(seen), np.float32))


@pytest.fixture
def bust(sitter):
    """The sitter with nothing but skin below her chin: a neck, and shoulders on both sides of it."""
    u, v = sitter.u, sitter.v
    shoulders = (np.abs(u) < 1.0) & (v > 0.85 + 0.25 * np.abs(u))
    body = (shoulders | ((np.abs(u) < 0.3) & (v > 0.3)) | (sitter.layers.half_face > 0.5)).astype(np.float32)
    nothing = np.zeros_like(body)
    shape = doubled(outlined(body - 0.5, 20, 1.0)) * 2
    return dataclasses.replace(sitter.layers, half_skin=body, half_clothes=nothing, half_hair=nothing, body=shape)


@pytest.fixture
def dress(sitter, bust):
    def of(bare=0.9, colour=None, layers=bust):
        page = np.full((400, 400, 3), PAGE, np.float32)
        tops.paint(
            page, outfit(colour), Traits(bare=bare), layers, sitter.warped, sitter.look(), STYLE, 1.0,
            sitter.u, sitter.v, 2.0,
        )  # fmt: skip
        return (np.abs(page - PAGE) > 2).any(-1), page

    return of


def big(plane):
    return np.repeat(np.repeat(plane, 2, 0), 2, 1)


def test_bare_shoulders_get_straps_on_both_sides(sitter, dress):
    drawn, _ = dress()
    u, v = big(sitter.u), big(sitter.v)
    chin = float(((sitter.warped.points[152] - sitter.warped.centre) @ sitter.warped.down) / sitter.warped.u)
    band = (v > chin + 0.25) & (v < chin + 0.4)
    for side in (-1, 1):
        strap = drawn & band & (u * side > 0.2)
        assert strap.any()
        assert np.ptp(u[strap]) < 0.2
    assert not drawn[band & (np.abs(u) < 0.15)].any()


def test_a_top_lies_on_skin_and_below_the_chin(sitter, dress, bust):
    for bare in (0.9, 0.0):
        drawn, _ = dress(bare)
        assert not drawn[bust.body < -1.5].any()
        assert not drawn[: int(sitter.warped.points[152][1])].any()


def test_no_top_lies_on_the_cheek_of_a_head_that_leans(sitter, dress, bust):
    rows, columns = np.mgrid[:400, :400]
    plain, _ = dress(0.0)
    y, x = np.argwhere(plain & (bust.body > 20))[0]
    cheek = (np.hypot(rows - y, columns - x) < 20).astype(np.float32) * 10 - 5
    drawn, _ = dress(0.0, layers=dataclasses.replace(bust, face=cheek))
    assert plain[cheek > 0].any()
    assert not drawn[cheek > 0].any()


def test_shoulders_that_are_hardly_bare_are_covered(sitter, dress, bust):
    low = (big(sitter.v) > 1.35) & (bust.body > 2)
    assert dress(0.0)[0][low].mean() > 0.9
    assert dress(0.0)[0].sum() > 1.2 * dress(0.9)[0].sum()


def test_a_top_has_the_colour_of_what_is_worn_further_down(dress):
    drawn, page = dress(0.0, RED)
    tone = np.median(page[drawn], 0)
    assert tone[1] > 30
    white = np.median(dress(0.0)[1][drawn], 0)
    assert white[0] > 80


def test_who_is_dressed_gets_none(sitter, dress, bust):
    low = ((sitter.v > 1.1) * bust.half_skin).astype(np.float32) * np.float32(0.6)
    dressed = dataclasses.replace(bust, half_clothes=low, half_skin=bust.half_skin - low)
    assert not dress(layers=dressed)[0].any()


def test_nobody_is_dressed_of_whom_no_shoulders_are_seen(sitter, dress, bust):
    head = dataclasses.replace(bust, half_skin=np.where(sitter.v > 0.6, 0, bust.half_skin).astype(np.float32))
    assert not dress(layers=head)[0].any()
