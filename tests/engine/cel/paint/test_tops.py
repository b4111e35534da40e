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
    return dataclasses.replace(
        sitter.layers, half_skin=body, half_clothes=nothing, half_hair=nothing, body=shape, undressed=True
    )


@pytest.fixture
def dress(sitter, bust):
    def of(bare=0.9, colour=None, layers=bust):
        page = np.full((400, 400, 3), PAGE, np.float32)
        tops.paint(
            page, outfit(colour), Traits(bare=bare), layers, sitter.warped, sitter.look(), STYLE, 1.0, 2.0
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


def test_under_a_head_that_leans_a_neckline_is_no_slab(sitter, bust):
    """What may be bare is, there; what is covered for certain stays so."""
    low = (big(sitter.v) > 1.0) & (bust.body > 2)

    def covered(lean, bare):
        page = np.full((400, 400, 3), PAGE, np.float32)
        face = dataclasses.replace(sitter.warped, right=np.array([np.cos(lean), np.sin(lean)]))
        tops.paint(page, outfit(), Traits(bare=bare), bust, face, sitter.look(), STYLE, 1.0, 2.0)
        return (np.abs(page - PAGE) > 2).any(-1)[low].mean()

    assert covered(0.5, 0.1) < 0.9 * covered(0.0, 0.1)
    assert covered(0.5, -0.1) == covered(0.0, -0.1)


def test_a_top_has_the_colour_of_what_is_worn_further_down(dress):
    drawn, page = dress(0.0, RED)
    tone = np.median(page[drawn], 0)
    assert tone[1] > 30
    unseen = np.median(dress(0.0)[1][drawn], 0)
    assert unseen[0] < 45


def test_who_is_dressed_gets_none(dress, bust):
    assert not dress(layers=dataclasses.replace(bust, undressed=False))[0].any()


def test_a_few_places_tell_the_colour_of_a_top(sitter, bust):
    page = np.full((400, 400, 3), PAGE, np.float32)
    few = Outfit(np.resize(np.float32((8, 2, 5)), (13, 3)), np.zeros(13, np.float32), np.ones(13, np.float32))
    tops.paint(page, few, Traits(bare=0.0), bust, sitter.warped, sitter.look(), STYLE, 1.0, 2.0)
    drawn = (np.abs(page - PAGE) > 2).any(-1)
    assert np.median(page[drawn][:, 0]) < 40


def hidden(sitter, bust):
    """The same with hair over her left shoulder."""
    x = np.arange(200)[None] * 2 - sitter.warped.points[152][0]
    hair = ((x < -0.3 * sitter.warped.u) & (bust.half_skin > 0.5) & (bust.half_face < 0.5)).astype(np.float32)
    return dataclasses.replace(bust, half_hair=hair, half_skin=bust.half_skin * (1 - hair))


def test_a_top_lies_about_the_neck_where_hair_hides_a_shoulder(sitter, bust):
    chin = sitter.warped.points[152][0] / sitter.warped.u
    middle = tops.middle(hidden(sitter, bust), sitter.warped)
    assert abs(middle[0] / sitter.warped.u - chin) < 0.12


def test_a_strap_comes_out_from_under_hair(sitter, bust):
    """One that began where the hair ends would be a stub."""
    chin = sitter.warped.points[152]
    low = int((chin[1] + 0.06 * sitter.warped.u) / 2)
    skin = bust.half_skin.copy()
    skin[: low + int(0.2 * sitter.warped.u)] = 0
    over = dataclasses.replace(bust, half_skin=skin, half_hair=bust.half_skin - skin)
    bare, haired = (
        tops._shoulder(layers, sitter.warped, np.asarray(chin, float), low, -1)
        for layers in (dataclasses.replace(over, half_hair=0 * skin), over)
    )
    assert haired is not None
    assert bare is not None
    assert haired[1] < 0.2 < bare[1]


def test_a_stub_of_cloth_at_the_outer_edge_of_hair_is_left_out(sitter, dress, bust):
    face = sitter.warped
    chin, unit = face.points[152], face.u
    rows, columns = (plane * 2 + 1 for plane in np.mgrid[:200, :200])
    aside, down = (columns - chin[0]) / unit, (rows - chin[1]) / unit
    drawn, _ = dress(0.0)
    lies = drawn[::2, ::2] & (aside > 0.5)
    edge = float(np.quantile(aside[lies & (down < 0.8)], 0.98))
    hair = np.maximum(bust.half_hair, ((aside > 0.2) & (aside < edge)) | (lies & (down >= 0.8))).astype(np.float32)
    beyond = (hair < 0.5) & lies
    assert beyond.any()
    assert beyond.sum() < 60
    left, _ = dress(0.0, layers=dataclasses.replace(bust, half_hair=hair))
    assert not (left[::2, ::2] & beyond).any()
    assert left[::2, ::2][aside < 0.2].sum() > 0.95 * drawn[::2, ::2][aside < 0.2].sum()
