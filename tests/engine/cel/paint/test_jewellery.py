import dataclasses

import numpy as np
import pytest

from engine.cel.adornments import Kind, Neckwear
from engine.cel.look import colour
from engine.cel.paint import jewellery
from engine.cel.styles import STYLES

PAGE = 70.0


def worn(kind, gold=False, pendant=False, low=0.4, steep=0.5):
    return Neckwear(kind, gold, pendant, np.array([0.0, low, steep, 0.15, 0.0]), colour(15, 0, 0))


@pytest.fixture
def drawn(sitter):
    """A grey page on which what is worn is drawn on a bust that is all skin, and how far below the chin that is."""
    face = sitter.layers.half_face > 0.5
    body = (face | (sitter.v > 0.6)).astype(np.float32)

    def of(what, grey=False, chin_at=220, **layers):
        bust = dataclasses.replace(
            sitter.layers, half_skin=body, half_clothes=0 * body, half_hair=0 * body, neckline=None, collar=None,
            body=np.full((400, 400), 9, np.float32),
        )  # fmt: skip
        chin = sitter.warped.points[152]
        up = sitter.warped.points - np.array([0, max(0.0, float(chin[1]) - chin_at)])  # so that there is room below it
        page = np.full((400, 400, 3), PAGE, np.float32)
        moved = dataclasses.replace(sitter.warped, points=up)
        bust = dataclasses.replace(bust, **{"face": np.full((400, 400), -9, np.float32), **layers})
        style = STYLES["modern"]
        jewellery.paint(page, what, bust, moved, sitter.look(style, grey), style, 1.0, 2.0)
        there = (np.abs(page - PAGE) > 6).any(-1)
        rows = np.flatnonzero(there.any(1))
        return page, there, [] if not rows.size else (rows - up[152][1]) / sitter.warped.u

    return of


def test_a_chain_hangs_as_low_as_it_is_seen_on_both_sides(sitter, drawn):
    _, there, heights = drawn(worn(Kind.CHAIN))
    assert 0.36 < heights[-1] < 0.48
    x = int(sitter.warped.points[152][0] + jewellery.axis(sitter.warped) * sitter.warped.u)
    assert there[:, :x].any()
    assert there[:, x:].any()
    assert drawn(worn(Kind.CHAIN, low=0.3))[2][-1] < heights[-1] - 0.05


def test_a_pendant_hangs_from_it(drawn):
    assert drawn(worn(Kind.CHAIN, pendant=True))[2][-1] > drawn(worn(Kind.CHAIN))[2][-1] + 0.03


def test_gold_is_yellow_and_grey_photos_have_none(drawn):
    gold, silver = (drawn(worn(Kind.CHAIN, gold=gold, pendant=True))[0] for gold in (True, False))
    assert np.abs(gold - silver).max() > 20
    worn_grey = drawn(worn(Kind.CHAIN, gold=True, pendant=True), grey=True)
    assert np.ptp(worn_grey[0][worn_grey[1]][:, 1:]) < 1e-3 or np.abs(worn_grey[0][worn_grey[1]][:, 1:]).min() < 1


def test_a_choker_is_a_dark_band_at_the_neck(drawn):
    page, _, heights = drawn(worn(Kind.CHOKER, low=0.6))
    assert heights[-1] < 0.35
    assert (page[..., 0] < 30).sum() > 2 * (drawn(worn(Kind.CORD))[0][..., 0] < 30).sum()


def test_beads_are_many_and_light(drawn):
    page, *_ = drawn(worn(Kind.BEADS))
    assert (page[..., 0] > 90).sum() > 2 * (drawn(worn(Kind.CHAIN))[0][..., 0] > 90).sum()


def test_clothes_hide_it_and_a_neckline_shortens_it(sitter, drawn):
    none = np.zeros_like(sitter.layers.half_skin)
    assert not drawn(worn(Kind.CHAIN), half_skin=none)[1].any()
    round_, pointed = (np.array([0.3, 0.4, arch, 0.0, 9.0], np.float32) for arch in (1.0, 0.0))
    free = drawn(worn(Kind.CHAIN))[2][-1]
    assert drawn(worn(Kind.CHAIN), neckline=round_)[2][-1] < free - 0.08
    assert drawn(worn(Kind.CHAIN), neckline=pointed)[2][-1] < drawn(worn(Kind.CHAIN), neckline=round_)[2][-1]
    assert not drawn(worn(Kind.CHAIN), neckline=np.array([0.06, 0.4, 1.0, 0.0, 9.0], np.float32))[1].any()


def test_it_lies_on_the_body_alone(drawn):
    assert not drawn(worn(Kind.BEADS), body=np.full((400, 400), -9, np.float32))[1].any()


def test_it_lies_below_the_face_and_within_the_picture(sitter, drawn):
    over = np.full((400, 400), -9, np.float32)
    over[:, : int(sitter.warped.points[152][0])] = 9
    _, free, _ = drawn(worn(Kind.CHAIN))
    _, hidden, _ = drawn(worn(Kind.CHAIN), face=over)
    assert free.sum() > 1.5 * hidden.sum()
    long, longer = (drawn(worn(Kind.CHAIN, low=low), chin_at=330)[1] for low in (1.2, 3.0))
    assert (long == longer).all()
    assert long[:, 180:220].any()
