import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel.paint import locks as module
from engine.cel.paint.blades import together
from engine.cel.paint.bobs import bob
from engine.cel.paint.cuts import UNTOLD
from engine.cel.paint.flow import Flow
from engine.cel.paint.fringe import Cut, fringe
from engine.cel.paint.layers import cover
from engine.cel.paint.locks import locks
from engine.cel.traits import Traits


def test_hair_ends_in_points_and_its_sides_stay_smooth(worn, laid_out):
    locks = laid_out(worn)
    shape = (locks.shape > 0).astype(np.uint8)
    contours, _ = cv2.findContours(shape, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(contours, key=len)[:, 0]
    y = outline[:, 1]
    lowest = np.flatnonzero((y > 250) & (y == np.max([np.roll(y, k) for k in range(-9, 10)], 0)))
    assert (np.diff(lowest) > 9).sum() + 1 >= 3  # points
    side = np.argmax(locks.shape[160:240] > 0, axis=1)
    assert (np.abs(np.diff(side)) > 2).sum() <= 6  # but for single locks that stand off


def test_hair_ends_in_points_over_bare_shoulders_too(wig, laid_out, sitter):
    """Only before a face locks would be in the way."""
    dressed = wig(ends=1.0)
    shoulders = ((dressed.half_hair < 0.5) & (sitter.v > 0.9)).astype(np.float32)
    bare = dataclasses.replace(
        dressed,
        half_skin=np.maximum(dressed.half_skin, shoulders),
        half_background=dressed.half_background * (1 - shoulders),
    )
    for worn in (dressed, bare):
        low = cv2.resize(sitter.v, (400, 400)) > 1.02
        assert (laid_out(worn).shape[low] > 0).sum() > 150


def test_locks_keep_to_the_hair(worn, laid_out, sitter):
    locks = laid_out(worn)
    reach = int(0.6 * sitter.warped.u)
    near = cv2.dilate((worn.hair > 0).astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    assert not ((locks.shape > 0) & ~near).any()
    inner = cv2.erode((worn.hair > 0).astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    assert (locks.shape[inner] > 0).all()


def test_tousled_short_hair_of_a_man_stands_up(wig, laid_out):
    short = wig(ends=0.0)
    his, hers = (laid_out(short, woman=woman, tousled=1.0).shape > 0 for woman in (0.0, 1.0))
    assert (his & ~hers)[:100].sum() > (hers & ~his)[:100].sum() + 100


def beyond(lay):
    """Where locks on the crown stand out over the hair's mass."""
    return ((lay.shape > 0) & (lay.mass < -1))[:150]


def test_a_mans_neat_hair_ends_over_the_crown_in_one_or_two_broad_tips(wig, laid_out, sitter):
    """Small points would be nicks in it, and without any it is a cap."""
    neat, tousled = (laid_out(wig(-0.5, 0.0), woman=0.0, tousled=told, cropped=-1.0) for told in (-0.7, 1.0))
    _, _, pieces, _ = cv2.connectedComponentsWithStats(beyond(neat).astype(np.uint8))
    broad = pieces[1:][pieces[1:, cv2.CC_STAT_AREA] > 4, cv2.CC_STAT_WIDTH]
    assert 1 <= len(broad) <= 2
    assert broad.min() > 0.12 * sitter.warped.u
    assert 0 < len(neat.shades) < len(tousled.shades)


@pytest.mark.parametrize(
    ("tousled", "cropped", "clumps"), [(-0.7, -1.0, True), (-1.0, -1.0, False), (-0.7, -0.4, False)]
)
def test_very_neat_or_short_hair_of_a_man_has_a_plain_crown(wig, laid_out, tousled, cropped, clumps):
    lay = laid_out(wig(-0.5, 0.0), woman=0.0, tousled=tousled, cropped=cropped)
    assert bool(lay.shades) is clumps
    assert beyond(lay).any() is np.bool_(clumps)


def test_combed_hair_of_a_man_that_ends_in_clumps_has_no_other_points(wig, laid_out, monkeypatch):
    asked = []
    monkeypatch.setattr(module, "ends", lambda *given: asked.append(given) or together([], []))
    assert laid_out(wig(-0.5, 0.0), woman=0.0, tousled=1.0).shades
    assert not asked


@pytest.mark.parametrize(("woman", "ends"), [(1.0, 0.0), (0.0, 0.9)])
def test_neither_a_woman_nor_long_hair_has_clumps_on_the_crown(wig, laid_out, monkeypatch, woman, ends):
    assert laid_out(wig(-0.5, 0.0), woman=0.0, tousled=1.0).shades
    seen = []
    monkeypatch.setattr(module, "clumps", lambda *given: seen.append(given))
    laid_out(wig(-0.5, ends), woman=woman, tousled=1.0)
    assert not seen


def test_hair_that_is_thin_over_the_forehead_has_no_clumps(wig, laid_out, monkeypatch):
    assert laid_out(wig(-0.5, 0.0), woman=0.0, tousled=1.0).shades
    monkeypatch.setattr(module, "_thin", lambda *seen: True)
    assert not laid_out(wig(-0.5, 0.0), woman=0.0, tousled=1.0).shades


def test_short_hair_and_tied_hair_have_a_point_at_the_far_temple_and_a_fringe_that_is_put_up_has_none(
    wig, combed, sitter, monkeypatch
):
    corner = np.array([[4.0, 4.0], [20.0, 4.0], [20.0, 20.0], [4.0, 20.0]])
    monkeypatch.setattr(module, "temple", lambda *seen: [corner])
    layers = wig(-0.5, -0.1)

    def pointed(tied, woman=0.0, glasses=-1.0):
        told = dataclasses.replace(UNTOLD, tied=tied, cropped=-1.0, glasses=glasses)
        lay = locks(layers, combed(layers), sitter.warped, woman, sitter.u, sitter.v, 3, told)
        return bool(lay.shape[12, 12] > 0)

    assert pointed(tied=0.0)
    assert not pointed(tied=0.5)
    assert pointed(tied=0.5, woman=1.0)
    assert not pointed(tied=0.5, woman=1.0, glasses=1.0)  # it would lie within their rim


@pytest.mark.parametrize(("height", "tied", "round_"), [(-0.5, 0.0, True), (-0.22, 0.5, True), (-0.22, -0.9, False)])
def test_tied_hair_of_a_woman_lies_round_the_skull(wig, combed, sitter, monkeypatch, height, tied, round_):
    asked = []

    def larger(shape, free, tied, *_):
        asked.append(tied)
        return shape + np.float32(4)

    layers, told = wig(height, 0.0), dataclasses.replace(UNTOLD, tied=tied)
    seen = locks(layers, combed(layers), sitter.warped, 1.0, sitter.u, sitter.v, 3, told)
    monkeypatch.setattr(module, "rounded", larger)
    lay = locks(layers, combed(layers), sitter.warped, 1.0, sitter.u, sitter.v, 3, told)
    assert asked == ([lay.cut is Cut.TIED] if round_ else [])
    assert ((lay.mass > 0).sum() > (seen.mass > 0).sum()) == round_


def test_a_mans_sideburns_are_narrower_below(wig, laid_out, sitter):
    layers = wig(-0.5, 0.3)
    beside = np.abs(np.abs(sitter.u) - 0.5) < 0.1
    rows = [beside & (np.abs(sitter.v - at) < 0.04) for at in (-0.3, 0.12)]
    his, hers = (laid_out(layers, woman=woman).mass[::2, ::2] for woman in (0.0, 1.0))
    above, below = ((his[row] > 0).sum() / max((hers[row] > 0).sum(), 1) for row in rows)
    assert below < 0.8 * above


def test_tousled_hair_stands_up_more_than_neat_hair(wig, sitter, combed):
    short = wig(-0.5, 0.0)
    neat, tousled = (
        locks(short, combed(short), sitter.warped, 0.0, sitter.u, sitter.v, 3, Traits(curly=-1.0, tousled=told))
        for told in (-1.0, 1.0)
    )
    assert len(tousled.shades) > len(neat.shades)
    assert tousled.gaps.sum() > 20 > neat.gaps.sum()


def test_hair_swept_off_the_forehead_leaves_it_bare(wig, laid_out, sitter):
    tall = laid_out(wig(-0.5, 0.0), woman=0.0)
    forehead = np.repeat(np.repeat((np.abs(sitter.u) < 0.3) & (sitter.v > -0.36), 2, 0), 2, 1)
    assert not (tall.shape > 0)[forehead].any()


def test_long_hair_to_both_sides_of_a_parting_is_no_fringe(wig, laid_out, sitter):
    parted, fringed = (laid_out(wig(height)).mass > 0 for height in (-0.38, -0.1))
    forehead = np.repeat(np.repeat((np.abs(sitter.u) < 0.1) & (np.abs(sitter.v + 0.2) < 0.06), 2, 0), 2, 1)
    assert not parted[forehead].any()
    assert fringed[forehead].any()


def test_brows_are_hidden_by_the_mass_alone(wig, laid_out):
    locks = laid_out(wig(-0.25))
    assert (locks.mass <= locks.shape + 1e-4).all()
    assert ((locks.shape > 1) & (locks.mass < -1)).any()


def test_nothing_floats(worn, laid_out):
    for seed in range(6):
        pieces, _ = cv2.connectedComponents((laid_out(worn, seed).shape > 0.5).astype(np.uint8))
        assert pieces <= 3


def test_the_same_seed_lays_the_same_locks(worn, laid_out):
    one, same, other = (laid_out(worn, seed) for seed in (3, 3, 4))
    assert (one.shape == same.shape).all()
    assert np.array_equal(one.partings, same.partings)
    assert (one.shape != other.shape).any()


def test_locks_part_at_the_outline(worn, laid_out):
    locks = laid_out(worn)
    assert len(locks.partings) >= 3
    x, y = np.rint(locks.partings * 2).astype(int).T
    assert np.abs(locks.shape[y, x]).max() < 6


def test_bald_heads_have_none(sitter, combed, laid_out):
    nothing = np.zeros((200, 200), np.float32)
    bare = dataclasses.replace(sitter.layers, half_hair=nothing, half_worn=nothing)
    locks = laid_out(bare)
    assert not cover(locks.shape).any()
    assert not len(locks.partings)


def test_crumbs_of_hair_under_a_hat_are_none(sitter, combed, laid_out):
    """The hat's outline is all that is seen then: no line is drawn about hair that is not painted."""
    hat = ((np.hypot(sitter.u / 0.6, (sitter.v + 0.6) / 0.35) < 1) & (sitter.v < -0.4)).astype(np.float32)
    crumb = ((np.abs(sitter.u - 0.55) < 0.03) & (np.abs(sitter.v + 0.35) < 0.04)).astype(np.float32)
    worn = np.where(cv2.resize(hat, (400, 400)) > 0.5, 9, -9).astype(np.float32)
    locks = laid_out(dataclasses.replace(sitter.layers, half_hair=crumb, half_worn=hat, worn=worn))
    assert np.array_equal(locks.shape > 0, worn > 0)
    assert not locks.half.any()


@pytest.mark.parametrize(("ends", "woman", "neat"), [(0.0, 0.0, False), (0.0, 1.0, True), (0.9, 0.0, True)])
def test_a_fringe_ends_in_an_arch_and_that_of_women_and_long_hair_is_neat(
    wig, laid_out, monkeypatch, ends, woman, neat
):
    arches, fringes = [], []
    monkeypatch.setattr(module, "arched", lambda shape, *_: arches.append(shape) or shape)
    monkeypatch.setattr(module, "fringe", lambda *given: fringes.append(given) or fringe(*given))
    laid_out(wig(-0.22, ends), woman=woman)
    assert len(arches) == 1
    assert fringes[0][9] is neat
    laid_out(wig(-0.6, ends), woman=woman)
    assert len(arches) == 1


def test_the_dark_sides_of_locks_beside_the_face_are_kept(wig, laid_out):
    assert len(laid_out(wig(-0.5, -0.1), woman=1.0).shades) == 2


def test_a_knot_is_told_to_what_gathers_hair(wig, combed, sitter):
    layers = wig(-0.5, -0.1)
    one, other = (
        locks(layers, combed(layers), sitter.warped, 1.0, sitter.u, sitter.v, 3, knot=knot).tresses.tie
        for knot in (None, 0.0)
    )
    assert one != other


def test_short_hair_that_lies_ends_in_no_points(wig, laid_out, monkeypatch):
    seen = []
    monkeypatch.setattr(module, "ends", lambda *given: seen.append(given) or together([], []))
    assert laid_out(wig(-0.5, -0.1), woman=1.0).cut is Cut.TIED
    laid_out(wig(-0.22, 0.0), woman=1.0)
    laid_out(wig(-0.22, 0.0), woman=0.0, tousled=-1.0)
    assert not seen
    laid_out(wig(-0.5, 0.9), woman=1.0)
    assert len(seen) == 1


def test_only_a_womans_short_hair_off_the_forehead_is_tied(wig, laid_out):
    assert laid_out(wig(-0.5, 0.0)).cut is Cut.TIED
    assert laid_out(wig(-0.5, 0.0), woman=0.0).cut is not Cut.TIED
    assert laid_out(wig(-0.5, 0.9)).cut is not Cut.TIED
    assert laid_out(wig(-0.25, 0.0)).cut is not Cut.TIED


def test_hair_with_waves_is_waved(worn, combed, sitter):
    def laid(coherence, wavy):
        flow = dataclasses.replace(combed(worn), coherence=coherence)
        return locks(worn, flow, sitter.warped, 1.0, sitter.u, sitter.v, 3, Traits(curly=-1.0, wavy=wavy))

    plain, waved = laid(0.6, -1.0), laid(0.6, 1.0)
    assert plain.wave == laid(1.0, 0.3).wave == 0
    assert waved.wave > 0.03
    assert laid(0.55, 1.0).wave > laid(1.0, 1.0).wave > 0.03  # of which a glance is sure, however its strands run
    outer = np.repeat(np.repeat(np.abs(sitter.u) > 0.6, 2, 0), 2, 1)
    assert not ((plain.mass > 1) & (waved.mass < -1) & outer).any()  # outward only: nothing beneath is laid bare
    assert (waved.mass > plain.mass + 2).any()


def test_hair_whose_strands_run_anyhow_is_curly(worn, wig, combed, sitter):
    def laid(layers, coherence):
        flow = dataclasses.replace(combed(layers), coherence=coherence)
        return locks(layers, flow, sitter.warped, 1.0, sitter.u, sitter.v, 3)

    assert laid(worn, 0.3).cut is Cut.CURLY
    assert laid(worn, 0.6).cut is not Cut.CURLY
    assert laid(wig(ends=0.0), 0.2).cut is Cut.CURLY
    assert laid(wig(ends=0.0), 0.4).cut is not Cut.CURLY
    assert not laid(worn, 0.3).strokes


def curly(layers, combed, sitter):
    return locks(layers, combed(layers), sitter.warped, 1.0, sitter.u, sitter.v, 3, Traits(curly=0.9))


def test_curls_lie_all_over_curly_hair_and_no_other_locks(worn, combed, sitter, monkeypatch):
    found = curly(worn, combed, sitter)
    assert len(found.curls) > 30
    monkeypatch.setattr(module, "standing", lambda *_: [])
    assert np.array_equal(curly(worn, combed, sitter).shape > 0, found.mass > 0)
    assert (found.shape > found.mass + 1).any()
    assert not locks(worn, combed(worn), sitter.warped, 1.0, sitter.u, sitter.v, 3, Traits(curly=-1.0)).curls


def test_no_curls_lie_under_a_hat(worn, combed, sitter):
    hat = (sitter.v < -0.4).astype(np.float32)
    layers = dataclasses.replace(worn, half_worn=hat, half_hair=worn.half_hair * (1 - hat))
    heights = [
        (curl.outline.mean(0) - sitter.warped.centre) @ sitter.warped.down
        for curl in curly(layers, combed, sitter).curls
    ]
    assert min(heights) > -0.55 * sitter.warped.u


def test_curls_hang_over_a_forehead_with_a_fringe_alone(wig, combed, sitter, monkeypatch):
    rooms = []
    monkeypatch.setattr(module, "standing", lambda curls, room, *rest: rooms.append(room) or [])
    for height in (-0.22, -0.6):
        curly(wig(height), combed, sitter)
    forehead = (np.abs(sitter.u) < 0.1) & (np.abs(sitter.v + 0.3) < 0.05)
    assert rooms[0][forehead].mean() > 0.6
    assert rooms[1][forehead].mean() < 0.4


def test_a_mans_hair_that_stands_over_a_bare_forehead_is_swept_up(wig, laid_out):
    assert laid_out(wig(-0.5, 0.0), woman=0.0).cut is Cut.SWEPT
    assert laid_out(wig(-0.25, 0.0), woman=0.0).cut is Cut.SHORT
    assert laid_out(wig(-0.5, 0.9), woman=0.0).cut is Cut.LONG


@pytest.mark.parametrize(("area", "cut"), [(0.04, Cut.SHORT), (0.07, Cut.LONG)])
def test_a_bob_hangs_of_which_little_reaches_below_the_chin(wig, laid_out, sitter, area, cut):
    """Beside a face drawn slim there is but little of it; `area` is in square face widths."""
    bob = wig(-0.25, 0.4)
    low = sitter.v > 0.4
    places = np.flatnonzero(low & (np.abs(sitter.u) > 0.45) & (np.abs(sitter.u) < 0.7))
    hair = np.where(low, np.float32(0), bob.half_hair)
    hair.flat[places[: int(area * (sitter.warped.u / 2) ** 2)]] = 1
    bob = dataclasses.replace(bob, half_hair=hair)
    assert laid_out(bob, woman=0.0).cut is cut


def test_hair_that_is_tied_back_is_full_on_the_crown_alone(wig, laid_out, sitter):
    tied, plain = (laid_out(wig(-0.5, 0.0), woman=woman).mass for woman in (1.0, 0.0))
    more = (tied > 0.5) & (plain < -0.5)
    u, v = (np.repeat(np.repeat(at, 2, 0), 2, 1) for at in (sitter.u, sitter.v))
    assert more[v < -0.5].any()
    assert not more[(v > -0.1) & (np.abs(u) > 0.66)].any()  # a man's sideburns taper


@pytest.mark.parametrize("side", [-1, 1])
def test_hair_that_is_tied_back_lies_flat_at_the_far_temple_of_a_turned_head(wig, combed, sitter, side):
    worn = wig(-0.5, -0.2)
    turned, straight = (
        locks(worn, combed(worn), dataclasses.replace(sitter.warped, yaw=yaw), 1.0, sitter.u, sitter.v, 3).mass[
            ::2, ::2
        ]
        for yaw in (0.35 * side, 0.0)
    )
    level = (np.abs(sitter.v + 0.4) < 0.05) & (sitter.u * side > 0)
    far = [(sitter.u * side)[level & (mass > 0)].max() for mass in (turned, straight)]
    assert far[0] < far[1] - 0.02


def test_what_lies_by_itself_at_that_temple_is_left_out(wig, combed, sitter):
    worn = wig(-0.5, -0.3)
    wisp = np.hypot(sitter.u - 0.55, sitter.v - 0.05) < 0.06
    bare = {"half_skin": worn.half_skin * ~wisp, "half_background": worn.half_background * ~wisp}
    parted = dataclasses.replace(worn, half_hair=np.maximum(worn.half_hair, wisp), **bare)
    face = dataclasses.replace(sitter.warped, yaw=0.35)
    mass = locks(parted, combed(parted), face, 1.0, sitter.u, sitter.v, 3).mass[::2, ::2]
    assert (mass[wisp] <= 0).all()


def cropped(sitter, height):
    """The sitter with hair on the top of the head alone, as high over the eyes as that."""
    hair = (sitter.u / 0.62) ** 2 + ((sitter.v + 0.2) / (height - 0.2)) ** 2 < 1
    hair &= (sitter.v < -0.2) & ((np.abs(sitter.u) > 0.42) | (sitter.v < -0.42))
    skin = sitter.layers.half_skin * ~hair
    ground = 1 - skin - hair
    nothing = np.zeros_like(skin)
    return dataclasses.replace(
        sitter.layers,
        half_hair=hair.astype(np.float32),
        half_skin=skin,
        half_background=ground,
        half_clothes=nothing,
        half_worn=nothing,
    )


def test_close_cropped_hair_stays_close(sitter, laid_out):
    close, tall = (laid_out(cropped(sitter, height), woman=0.0, tousled=1.0) for height in (0.7, 1.0))
    assert close.cut is Cut.CLOSE
    assert tall.cut is Cut.SWEPT
    assert tall.strokes
    assert not close.strokes
    beyond = [float(((lay.shape > 0) & (lay.mass < -1)).sum()) for lay in (close, tall)]
    assert beyond[0] < 0.3 * beyond[1]


def test_cropped_hair_has_the_form_of_its_cut(sitter, laid_out):
    lay = cropped(sitter, 0.7)
    lump = np.hypot(sitter.u - 0.66, sitter.v + 0.28) < 0.11
    lay = dataclasses.replace(lay, half_hair=np.maximum(lay.half_hair, lump.astype(np.float32)))
    close = laid_out(lay, woman=0.0, tousled=1.0)
    assert close.cut is Cut.CLOSE
    beside = np.repeat(np.repeat((sitter.u > 0.70) & lump, 2, 0), 2, 1)
    assert (close.shape[beside] < 0).all()


def test_hair_that_a_glance_tells_to_be_cropped_has_no_points(sitter, combed):
    tall = cropped(sitter, 1.0)
    told = Traits(cropped=0.6, tousled=1.0)
    laid = locks(tall, combed(tall), sitter.warped, 0.0, sitter.u, sitter.v, 3, told)
    assert laid.cut is Cut.CLOSE
    assert not ((laid.shape > 0) & (laid.mass < -0.5) & np.repeat(np.repeat(sitter.v < -0.3, 2, 0), 2, 1)).any()


def test_a_womans_is_tied_rather_than_cropped(sitter, laid_out):
    assert laid_out(cropped(sitter, 0.7), woman=1.0).cut is Cut.TIED


def test_low_hair_is_cropped_only_where_a_glance_tells_so(sitter):
    hair = ((np.hypot(sitter.u / 0.5, (sitter.v + 0.3) / 0.45) < 1) & (sitter.v < -0.45)).astype(np.float32)
    shape = np.where(cv2.resize(hair, (400, 400)) > 0.5, 9, -9).astype(np.float32)
    lay = dataclasses.replace(
        sitter.layers, half_hair=hair, hair=shape, half_skin=1 - hair, half_worn=0 * hair, half_background=0 * hair,
        half_clothes=0 * hair,
    )  # fmt: skip
    flat = Flow.of(np.zeros_like(hair), np.ones_like(hair), 1.0)
    cuts = [
        locks(lay, flat, sitter.warped, 0.0, sitter.u, sitter.v, 3, Traits(cropped=cropped)).cut
        for cropped in (0.5, -0.8)
    ]
    assert cuts[0] is Cut.CLOSE
    assert cuts[1] is not Cut.CLOSE


@pytest.mark.parametrize(
    ("told", "cut"),
    [(Traits(curly=0.5), Cut.CURLY), (Traits(tied=0.5), Cut.TIED), (Traits(tied=-0.9), Cut.SWEPT)],
)
def test_curls_and_tied_hair_are_told_at_a_glance(wig, combed, sitter, told, cut):
    worn = wig(-0.45, 0.0)
    found = locks(worn, combed(worn), sitter.warped, 1.0, sitter.u, sitter.v, 3, told)
    assert found.cut is cut


def test_tied_hair_that_leaves_some_of_the_forehead_bare_is_no_fringe(wig, combed, sitter):
    worn = wig(-0.2, 0.0)
    bare = (np.abs(sitter.u - 0.18) < 0.07) & (sitter.v > -0.42) & (sitter.v < -0.2)
    worn = dataclasses.replace(worn, half_hair=worn.half_hair * ~bare, half_skin=np.maximum(worn.half_skin, bare))
    for told, cut in ((Traits(tied=0.5), Cut.SHORT), (Traits(tied=0.9), Cut.TIED)):
        assert locks(worn, combed(worn), sitter.warped, 1.0, sitter.u, sitter.v, 3, told).cut is cut


def test_a_crown_is_filled_up_beside_its_peak(sitter, laid_out):
    """Hair that is round already is less so."""

    def of(peak):
        lay = cropped(sitter, 0.8)
        cone = (np.abs(sitter.u) < 0.3 * (1.2 + sitter.v)) & (sitter.v < -0.5)
        hair = np.maximum(lay.half_hair, cone * np.float32(peak))
        lay = dataclasses.replace(lay, half_hair=hair, half_background=lay.half_background * (1 - hair))
        mass = laid_out(lay, woman=1.0).mass
        return ((mass > 1) & np.repeat(np.repeat(cv2.dilate(hair, np.ones((7, 7), np.uint8)) < 0.5, 2, 0), 2, 1)).sum()

    assert of(1) > of(0) + 50


def test_a_fringe_that_hides_the_eyes_is_cut_back_over_them(wig, laid_out, sitter):
    low = laid_out(wig(-0.08)).mass > 0
    v, u = (np.repeat(np.repeat(plane, 2, 0), 2, 1) for plane in (sitter.v, sitter.u))
    assert v[low & (np.abs(u) < 0.15) & (v < 0.1)].max() < -0.14


@pytest.mark.parametrize(("told", "cut"), [(Traits(cropped=0.6), Cut.CLOSE), (Traits(cropped=0.1), Cut.SHORT)])
def test_hair_over_the_forehead_is_none_where_a_glance_is_sure_that_it_is_cropped(wig, combed, sitter, told, cut):
    short = wig(-0.25, 0.0)
    laid = locks(short, combed(short), sitter.warped, 0.0, sitter.u, sitter.v, 3, told)
    assert laid.cut is cut


def test_hair_whose_strands_run_anyhow_is_not_curly_where_a_glance_doubts_it(worn, combed, sitter):
    wild = dataclasses.replace(combed(worn), coherence=0.2)
    told = (Traits(cropped=0.0, curly=curly, tied=0.0, wavy=0.0) for curly in (0.0, 0.35))
    cuts = [locks(worn, wild, sitter.warped, 0.0, sitter.u, sitter.v, 3, each).cut for each in told]
    assert cuts[0] is not Cut.CURLY
    assert cuts[1] is Cut.CURLY


def test_the_side_that_is_told_of_a_parting_reaches_the_tresses(wig, sitter, combed):
    short = wig(-0.5, 0.0)
    for side in (-1.0, 1.0):
        told = Traits(curly=-1.0, parting=0.6 * side)
        laid = locks(short, combed(short), sitter.warped, 0.0, sitter.u, sitter.v, 3, told)
        assert side * laid.tresses.parting > 0


def test_a_mans_short_hair_comes_down_in_a_point_before_the_ear(wig, laid_out, sitter, monkeypatch):
    """A woman's does only where it is tied, in a lock of another kind."""
    ear = abs(float((sitter.warped.points[454] - sitter.warped.centre) @ sitter.warped.right)) / sitter.warped.u
    lay = laid_out(wig(-0.5, 0.0), woman=0.0)
    below = (np.abs(np.abs(sitter.u) - ear) < 0.04) & (sitter.v > 0.0) & (sitter.v < 0.1)
    added = (lay.shape[::2, ::2] > 0) & (lay.mass[::2, ::2] < -1) & below
    assert added.sum() > 2
    asked = []
    monkeypatch.setattr(module, "sideburns", lambda *seen: asked.append(seen) or [])
    laid_out(wig(-0.5, 0.0), woman=1.0)
    assert not asked


def test_hair_is_drawn_as_long_as_layers_have_it(wig, laid_out, sitter):
    seen = wig(ends=1.0)
    longer = ((np.abs(sitter.u) > 0.45) & (np.abs(sitter.u) < 0.7) & (sitter.v > 0.9)).astype(np.float32)
    below = (longer > 0.5) & (sitter.v > 1.3)
    assert laid_out(dataclasses.replace(seen, longer=longer)).half[below].mean() > 0.9
    assert laid_out(seen).half[below].mean() < 0.1


@pytest.mark.parametrize(("fringe", "cut"), [(-0.22, Cut.SHORT), (-0.5, Cut.LONG)], ids=["a fringe", "a parting"])
def test_a_bob_ends_in_locks_and_falls_from_a_parting_unless_it_has_a_fringe(wig, laid_out, sitter, fringe, cut):
    layers = wig(fringe, 0.3)
    found = bob(layers.half_hair, sitter.warped)
    bobbed = dataclasses.replace(layers, half_hair=layers.half_hair * ~found.gone, bob=found)
    lay = laid_out(bobbed)
    assert lay.cut is cut
    assert lay.falls is not None
    assert len(lay.bells.locks) >= 4
    assert bool(lay.bells.strands) == (cut is Cut.SHORT)
    assert all(any(shade is given for given in lay.shades) for shade in lay.bells.shades)
    low = (sitter.v > found.sides[0].top + 0.05) & (np.abs(sitter.u) > 0.3) & (np.abs(sitter.u) < 0.8)
    assert (lay.half[low] > 0.5).sum() > 0.25 * found.gone[low].sum()
    assert not laid_out(layers).bells.locks


@pytest.mark.parametrize(
    ("short", "bobbed", "told", "parted"),
    [(0.5, True, 0.1, 0.75), (0.5, True, -0.9, -0.9), (-0.2, True, 0.1, 0.1), (0.5, False, 0.1, 0.1)],
)
def test_a_short_bob_is_parted_aside(wig, combed, sitter, monkeypatch, short, bobbed, told, parted):
    asked, lay = [], module.fringe
    monkeypatch.setattr(module, "fringe", lambda *given: asked.append(given[7]) or lay(*given))
    layers = wig(-0.5, 0.3)
    found = bob(layers.half_hair, sitter.warped)
    layers = dataclasses.replace(layers, half_hair=layers.half_hair * ~found.gone, bob=found) if bobbed else layers
    seen = dataclasses.replace(UNTOLD, short=short, long=-1.0, parting=told)
    locks(layers, combed(layers), sitter.warped, 1.0, sitter.u, sitter.v, 3, seen)
    assert asked == [pytest.approx(parted)]


def test_locks_that_escaped_from_tied_hair_fall_before_the_ears(wig, laid_out):
    before = laid_out(wig(-0.5, 0.0)).before
    assert len(before) >= 2
    assert not laid_out(wig(-0.5, 0.9)).before


@pytest.mark.parametrize("ends", [0.0, 0.9])
def test_tied_and_long_hair_is_evened_at_the_ears(wig, laid_out, monkeypatch, ends):
    monkeypatch.setattr(module, "evened", lambda shape, _: shape + np.float32(5))
    fuller = laid_out(wig(-0.5, ends))
    assert fuller.shape.max() == pytest.approx(fuller.mass.max() + 5, abs=1)


def test_a_small_childs_short_hair_falls_over_the_forehead_and_is_tousled(wig, combed, sitter):
    told = Traits(curly=-1.0, cropped=-1.0, tied=-1.0, tousled=-1.0)
    short = wig(-0.5, 0.0)
    grown, small = (
        locks(short, combed(short), sitter.warped, 0.0, sitter.u, sitter.v, 3, told, infant=infant)
        for infant in (0.0, 1.0)
    )
    forehead = (np.abs(sitter.u) < 0.25) & (sitter.v > -0.5) & (sitter.v < -0.2)
    assert not grown.over
    assert small.over
    assert (small.half[forehead] > 0.5).mean() > (grown.half[forehead] > 0.5).mean() + 0.1
    assert (small.shape > 0).any(1).argmax() < (grown.shape > 0).any(1).argmax()  # tufts stand on its crown


@pytest.mark.parametrize(
    ("woman", "mature", "tousled", "fringed"),
    [(0.0, True, -1.0, False), (0.0, False, -1.0, True), (0.0, True, 0.2, True), (1.0, True, -1.0, True)],
)
def test_only_a_mature_mans_neat_hair_is_swept_off_the_forehead(wig, laid_out, woman, mature, tousled, fringed):
    lay = laid_out(wig(-0.2, 0.0), woman=woman, mature=mature, tousled=tousled, cropped=-1.0)
    assert lay.over is fringed
    assert (lay.cut is Cut.SWEPT) is not fringed


def test_no_spike_of_skin_runs_into_hair_at_the_temple(sitter):
    """A hairline that goes straight past it, or round it, stays where it is."""
    u, v, unit = sitter.u, sitter.v, sitter.warped.u / 2
    straight = np.asarray((np.abs(u) - 0.45) * unit, np.float32)
    round_ = np.asarray((np.hypot(u, v) - 0.45) * unit, np.float32)
    for shape in (straight, round_):
        assert ((module._plain(shape, unit, u, v) > 0) == (shape > 0)).all()
    into = np.asarray((np.abs(v) - 0.2 * (0.6 - np.abs(u))) * unit, np.float32)
    tip = (into < 0) & (np.abs(u) > 0.53)
    assert tip.any()
    assert (module._plain(into, unit, u, v)[tip] > 0).all()
