import dataclasses

import numpy as np
import pytest

from engine.cel.paint import headwear
from engine.cel.paint.hats import hat, put_on
from engine.cel.paint.layers import layers, oval
from engine.cel.paint.stack import BACKGROUND, HAIR, SKIN, WORN
from engine.cel.parse import Label
from engine.cel.styles import STYLES
from engine.cel.traits import Traits


@pytest.fixture
def seen(sitter):
    """A hat as a parser sees it: a crown, and a brim that reaches so far to either side and hangs so far down."""

    def of(left=0.9, right=0.9, hangs=-0.3, low=-0.25):
        u, v = sitter.u, sitter.v
        crown = (np.abs(u) < 0.5) & (v > -0.95) & (v < low)
        brim = (u > -left) & (u < right) & (v > -0.55) & (v < np.where(np.abs(u) < 0.5, low, hangs))
        return (crown | brim).astype(np.float32)

    return of


@pytest.fixture
def local(sitter):
    """The (u, v) of a line's points."""
    return lambda line: (
        (line - sitter.warped.centre) @ np.stack([sitter.warped.right, sitter.warped.down], 1) / sitter.warped.u
    )


def test_a_brim_lies_before_the_crown_and_is_much_broader(sitter, seen, local):
    laid = hat(seen(), sitter.warped)
    brim, crown, band = (local(line) for line in (laid.brim, laid.crown, laid.band))
    assert np.ptp(brim[:, 0]) > 1.6 * np.ptp(crown[:, 0])
    assert abs(brim[np.abs(brim[:, 0]) < 0.1][:, 1].max() + 0.25) < 0.03
    assert crown[:, 1].min() < brim[:, 1].min() - 0.25
    assert band[:, 1].min() > crown[:, 1].min() + 0.2
    assert crown[:, 1].max() < brim[:, 1].max()


def test_a_torn_brim_is_whole(sitter, seen, local):
    brim = local(hat(seen(left=0.5), sitter.warped).brim)
    assert abs(brim[:, 0].min() + brim[:, 0].max()) < 0.25
    assert brim[:, 0].min() < -0.7


def test_a_brim_hangs_as_far_as_it_is_seen_to(sitter, seen, local):
    sides = []
    for hangs in (-0.3, 0.1):
        brim = local(hat(seen(hangs=hangs), sitter.warped).brim)
        sides.append(float(brim[np.abs(brim[:, 0]) > 0.7][:, 1].max()))
    assert sides[1] > sides[0] + 0.1


def test_caps_and_what_lies_beside_a_face_are_no_such_hats(sitter, seen):
    assert hat(seen(left=0.5, right=0.5), sitter.warped) is None
    assert hat(np.zeros((200, 200), np.float32), sitter.warped) is None


@pytest.mark.parametrize("short", [False, True])
def test_who_wears_it_wears_nothing_else_on_the_head(sitter, seen, short):
    face, worn = sitter.warped, seen()
    worn[(np.abs(sitter.u) > 0.75) & (np.abs(sitter.u) < 0.9) & (np.abs(sitter.v) < 0.2)] = 1  # a piece of the brim
    mask = oval(face, 200)
    stack = np.zeros((5, 200, 200), np.float32)
    stack[WORN], stack[SKIN] = worn, mask * (1 - worn)
    stack[HAIR] = (np.abs(sitter.u) < 0.8) & (np.abs(sitter.v + 0.3) < 0.9) & (stack[:3].sum(0) + worn == 0)
    stack[BACKGROUND] = 1 - stack.sum(0)
    laid = hat(worn, face)
    out = put_on(stack, laid, mask, face, short)
    assert np.allclose(out.sum(0), 1, atol=1e-5)
    lost = (worn > 0.5) & (out[WORN] < 0.5) & (np.abs(sitter.u) > 0.76) & (np.abs(sitter.v) < 0.15)
    assert lost.sum() > 20
    assert (out[BACKGROUND][lost] > 0.9).all()
    over = sitter.v < laid.edge - 0.3
    assert not (out[HAIR] > 0.5)[over].any()
    beside = (np.abs(sitter.u) > 0.62) & (np.abs(sitter.u) < 0.75) & (np.abs(sitter.v - 0.2) < 0.1) & (out[WORN] < 0.01)
    assert ((out[HAIR] > 0.5)[beside].mean() > 0.9) == (not short)


@pytest.mark.parametrize(("told", "drawn"), [((1.0, 1.0), True), ((1.0, -0.8), False), ((-0.5, 1.0), False)])
def test_only_hats_with_brims_are_drawn_so(sitter, seen, told, drawn):
    labels, worn = sitter.labels.copy(), seen()
    labels[worn > 0.5] = np.eye(len(Label), dtype=np.float32)[Label.HEADWEAR]
    out = layers(labels, sitter.warped, Traits(hat=told[0], brim=told[1]))
    assert (out.hat is not None) == drawn


@pytest.mark.parametrize(("lightness", "lighter"), [(12.0, True), (70.0, False)])
def test_a_band_is_darker_than_its_hat_but_lighter_than_a_dark_one(sitter, seen, local, lightness, lighter):
    face, worn = sitter.warped, seen()
    laid = hat(worn, face)
    shape = np.full((400, 400), 12, np.float32)
    lay = dataclasses.replace(sitter.layers, half_worn=np.ones((200, 200), np.float32), worn=shape, hat=laid)
    page, photo = np.full((400, 400, 3), 50, np.float32), np.full((200, 200, 3), (lightness, 0, 0), np.float32)
    style = STYLES["modern"]
    out = headwear.paint(page, photo, lay, face, sitter.look(), style, 1.0, 2.0, -1.0)
    middle = (laid.edges[0] + laid.edges[1]) / 2
    over = laid.edges[1] - face.down * 0.1 * face.u
    band, crown = (np.median(out[tuple(np.rint(line[8:16, ::-1]).astype(int).T)][:, 0]) for line in (middle, over))
    assert (band > crown + 2) == lighter
    assert (band < crown - 5) == (not lighter)


def test_a_hat_whose_brim_is_dark_beneath_is_as_light_as_it_is_above(sitter, seen):
    face, worn = sitter.warped, seen()
    laid = hat(worn, face)
    photo = np.full((200, 200, 3), (8, 0, -12), np.float32)
    colours = []
    for share in (0.0, 0.4):
        part = photo.copy()
        part[(worn > 0.5) & (sitter.u < -0.9 + 1.8 * share)] = (85, 0, 18)
        shape = np.where(laid.seen > 0.5, 5.0, -5.0).astype(np.float32).repeat(2, 0).repeat(2, 1)
        lay = dataclasses.replace(sitter.layers, half_worn=worn, worn=shape, hat=laid)
        page = np.full((400, 400, 3), (90, 0, 0), np.float32)
        out = headwear.paint(page, part, lay, face, sitter.look(), STYLES["modern"], 1.0, 2.0, 1.0)
        x, y = np.rint(face.centre + (0.1 * face.right - 0.75 * face.down) * face.u).astype(int)
        colours.append(out[y, x, 0])
    assert colours[0] < 40
    assert colours[1] > 75
