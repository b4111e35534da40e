import dataclasses

import numpy as np
import pytest

from engine.cel.frame import upright
from engine.cel.heads import bunched, capped, flush, framed, gathered, guessed, knot, put_up, reach, trimmed
from engine.cel.parse import Label, Regions
from engine.cel.traits import Traits


def test_hair_beyond_the_photo_closes_in_a_dome(sitter):
    labels = np.zeros((200, 200, len(Label)), np.float32)
    hair = np.abs(sitter.u) < 0.6
    labels[..., Label.HAIR] = hair
    labels[..., Label.BACKGROUND] = ~hair
    known = np.broadcast_to(sitter.v[:, 100:101] > -0.5, hair.shape)
    kept = guessed(labels, known, sitter.u, sitter.v, True)[..., Label.HAIR] > 0
    assert (kept[known] == hair[known]).all()
    beyond = kept & ~known
    assert beyond.any()
    assert sitter.v[beyond].min() > -1.0
    widths = beyond.sum(1)[beyond.any(1)]
    assert (np.diff(widths) >= -1).all()  # narrower towards the top


def test_the_narrower_hair_is_at_the_border_the_less_of_it_lies_beyond(sitter):
    """A head that the border only touches is all but whole."""
    rises = []
    for half in (0.2, 0.5):
        labels = np.zeros((200, 200, len(Label)), np.float32)
        hair = np.abs(sitter.u) < half
        labels[..., Label.HAIR] = hair
        labels[..., Label.BACKGROUND] = ~hair
        known = np.broadcast_to(sitter.v[:, 100:101] > -0.4, hair.shape)
        beyond = (guessed(labels, known, sitter.u, sitter.v, True)[..., Label.HAIR] > 0) & ~known
        rises.append(-0.4 - float(sitter.v[beyond].min()))
    assert rises[0] < 0.06
    assert rises[1] > 3 * rises[0]


def test_a_head_that_is_drawn_slimmer_is_as_high_beyond_the_photo(sitter):
    highest = []
    for half, slimmer in ((0.54, 0.0), (0.46, 0.08), (0.46, 0.0)):
        labels = np.zeros((200, 200, len(Label)), np.float32)
        hair = np.abs(sitter.u) < half
        labels[..., Label.HAIR] = hair
        labels[..., Label.BACKGROUND] = ~hair
        known = np.broadcast_to(sitter.v[:, 100:101] > -0.4, hair.shape)
        beyond = (guessed(labels, known, sitter.u, sitter.v, True, slimmer)[..., Label.HAIR] > 0) & ~known
        highest.append(-float(sitter.v[beyond].min()))
    assert abs(highest[1] - highest[0]) < 0.04
    assert highest[2] < highest[0] - 0.06


@pytest.mark.parametrize(
    ("forehead", "bald", "haired"), [(0.55, False, True), (0.55, True, False), (0.4, False, False)]
)
def test_a_forehead_that_the_border_crosses_is_haired_beyond_it(sitter, forehead, bald, haired):
    labels = np.zeros((200, 200, len(Label)), np.float32)
    head = np.abs(sitter.u) < 0.6
    labels[..., Label.SKIN] = np.abs(sitter.u) < forehead
    labels[..., Label.HAIR] = head & (np.abs(sitter.u) >= forehead)
    labels[..., Label.BACKGROUND] = ~head
    known = np.broadcast_to(sitter.v[:, 100:101] > -0.3, head.shape)
    out = guessed(labels, known, sitter.u, sitter.v, bald)
    above = ~known & (sitter.v < -0.38) & (sitter.v > -0.44) & (np.abs(sitter.u) < 0.15)
    assert (out[above].argmax(-1) == (Label.HAIR if haired else Label.SKIN)).mean() > 0.95
    assert (out[(np.abs(sitter.u) < 0.15) & (sitter.v > -0.35), Label.SKIN] == 1).all()
    assert np.allclose(out.sum(-1), 1)


def test_a_whole_photo_is_not_guessed_at(sitter):
    labels = sitter.labels
    assert guessed(labels, np.ones((200, 200), bool), sitter.u, sitter.v, False) is labels


@pytest.mark.parametrize(("high", "aside"), [(0.7, 0.6), (1.0, 0.9)])
def test_the_reach_of_hair_is_told_from_its_labels(sitter, high, aside):
    u, v = upright(200)
    labels = haired(((u / aside) ** 2 + (v / high) ** 2 < 1) & (v < 0.4))
    found = reach(Regions(labels, sitter.face.frame), 0.4)
    assert found == pytest.approx((high, aside, 0.4), abs=0.06)


def test_hardly_any_hair_reaches_nowhere(sitter):
    assert reach(Regions(haired(np.zeros((200, 200), bool)), sitter.face.frame)) is None


@pytest.mark.parametrize(
    ("high", "half", "found"), [(1.2, 0.5, True), (0.85, 0.5, False), (1.2, 0.2, False), (1.2, 0.5, None)]
)
def test_hair_that_stands_over_a_crown_is_a_knot_unless_it_hangs(sitter, high, half, found):
    u, v = upright(200)
    hair = (np.abs(u - 0.8) < 0.1) & (v < 1.0) & (v > 0.2) if found is None else np.zeros(u.shape, bool)
    hair |= (v < 0) & (((u / 0.6) ** 2 + (v / 0.8) ** 2 < 1) | ((np.abs(u - 0.2) < half) & (v > -high)))
    regions = Regions(haired(hair), sitter.face.frame)
    at = knot(regions, Traits(tied=0.9))
    assert at == (pytest.approx(0.2, abs=0.1) if found else None)
    assert knot(regions, Traits(tied=0.0)) is knot(regions, Traits(tied=0.9, curly=0.9)) is None


@pytest.mark.parametrize(
    ("yaw", "aside", "half", "found"),
    [(0.35, -0.1, 0.33, False), (0.35, -0.1, 0.5, True), (0.35, -0.3, 0.33, True), (0.0, -0.1, 0.33, True)],
    ids=["crown", "high", "behind", "seen from the front"],
)
def test_the_crown_of_a_turned_head_is_no_knot(sitter, yaw, aside, half, found):
    """The back of a head rises over its front: a knot is more, or stands further back."""
    u, v = upright(200)
    hair = ((u / 0.6) ** 2 + (v / 0.8) ** 2 < 1) & (v < 0)
    hair |= (np.abs(u - aside) < half) & (v > -1.2) & (v < 0)
    frame = dataclasses.replace(sitter.face.frame, yaw=yaw)
    assert (knot(Regions(haired(hair), frame), Traits(tied=0.9)) is not None) == found


@pytest.mark.parametrize(
    ("sides", "traits", "tied"),
    [
        ((1,), Traits(tied=0.0, long=-0.1), True),
        ((-1,), Traits(tied=0.0, long=-0.1), True),
        ((-1, 1), Traits(tied=0.0, long=-0.1), False),
        ((1,), Traits(tied=-0.1, long=-0.1), False),
        ((1,), Traits(tied=0.0, long=0.3), False),
    ],
)
def test_hair_that_may_be_tied_and_hangs_on_one_side_alone_is_tied(sitter, sides, traits, tied):
    u, v = upright(200)
    hair = (u / 0.6) ** 2 + (v / 0.8) ** 2 < 1
    for side in sides:
        hair |= (np.abs(u * side - 0.6) < 0.15) & (v > 0) & (v < 1.2)
    told = gathered(Regions(haired(hair & ~((np.abs(u) < 0.4) & (v > -0.4))), sitter.face.frame), traits)
    assert told.put_up == tied
    assert tied or told == traits


@pytest.mark.parametrize(
    ("yaw", "traits", "tied"),
    [
        (0.4, Traits(tied=-0.1, long=-0.6), True),
        (-0.4, Traits(tied=-0.1, long=-0.6), True),
        (0.4, Traits(tied=-0.3, long=-0.6), False),
        (0.4, Traits(tied=-0.1, long=-0.4), False),
    ],
)
def test_what_hangs_of_a_turned_head_that_is_told_to_have_no_long_hair_is_a_tail(sitter, yaw, traits, tied):
    u, v = upright(200)
    hair = ((u / 0.6) ** 2 + (v / 0.8) ** 2 < 1) | ((np.abs(np.abs(u) - 0.6) < 0.15) & (v > 0) & (v < 1.2))
    frame = dataclasses.replace(sitter.face.frame, yaw=yaw)
    told = gathered(Regions(haired(hair & ~((np.abs(u) < 0.4) & (v > -0.4))), frame), traits)
    assert told.put_up == tied


@pytest.mark.parametrize(
    ("sides", "yaw", "traits", "two"),
    [
        ((-1, 1), 0.0, Traits(tied=0.5, long=-0.4), True),
        ((-1, 1), 0.2, Traits(tied=0.5, long=-0.4), False),
        ((-1, 1), 0.0, Traits(tied=0.2, long=-0.4), False),
        ((-1, 1), 0.0, Traits(tied=0.5, long=0.2), False),
        ((-1, 1), 0.0, Traits(tied=0.5, long=-0.4, curly=0.5), False),
        ((1,), 0.0, Traits(tied=0.9, long=-0.4), False),
        ((), 0.0, Traits(tied=0.9, long=-0.4), False),
    ],
)
def test_hair_that_is_tied_and_hangs_on_both_sides_hangs_in_two_bunches(sitter, sides, yaw, traits, two):
    u, v = upright(200)
    hair = (u / 0.6) ** 2 + (v / 0.8) ** 2 < 1
    for side in sides:
        hair |= (np.abs(u * side - 0.6) < 0.15) & (v > 0) & (v < 1.2)
    regions = Regions(haired(hair & ~((np.abs(u) < 0.4) & (v > -0.4))), dataclasses.replace(sitter.face.frame, yaw=yaw))
    assert bunched(regions, traits) == two
    assert put_up(traits).put_up == (traits.curly < 0)


def haired(hair):
    labels = np.zeros((200, 200, len(Label)), np.float32)
    labels[..., Label.HAIR] = hair
    labels[..., Label.BACKGROUND] = 1 - labels[..., Label.HAIR]
    return labels


@pytest.mark.parametrize("short", [False, True])
def test_a_tower_of_hair_is_cut_to_a_round_crown(sitter, short):
    tower = haired((np.abs(sitter.u) < 0.75) & (sitter.v < -0.3))
    out = capped(tower, sitter.u, sitter.v, short)
    kept = out[..., Label.HAIR] > 0.5
    assert -1.12 < sitter.v[kept].min() < -1.0
    top, middle = (np.ptp(sitter.u[kept & (np.abs(sitter.v - at) < 0.02)]) for at in (-1.02, -0.6))
    assert top < 0.9 * middle
    assert np.allclose(out.sum(-1), 1)
    assert (out[..., Label.BACKGROUND][~kept] > 0.5).all()


def test_a_crown_under_a_knot_lies_closer(sitter):
    tower = haired((np.abs(sitter.u) < 0.4) & (sitter.v < 0.0))
    crowns = [
        float(sitter.v[capped(tower, sitter.u, sitter.v, True, knotted)[..., Label.HAIR] > 0.5].min())
        for knotted in (False, True)
    ]
    assert crowns[1] == pytest.approx(crowns[0] + 0.25, abs=0.06)


def test_short_hair_is_no_broader_than_a_head_and_has_no_wings(sitter):
    broad = haired((sitter.v > -0.9) & (sitter.v < 0.3))
    short, long = (capped(broad, sitter.u, sitter.v, cut)[..., Label.HAIR] > 0.5 for cut in (True, False))
    assert np.abs(sitter.u[short]).max() < 0.94
    assert np.abs(sitter.u[short & (sitter.v < -0.3)]).max() < 0.82
    assert np.abs(sitter.u[long]).max() > 1.2
    assert np.abs(sitter.u[long & (sitter.v < -0.3)]).max() < 0.92


def test_flat_hair_is_no_tower_and_ends_beside_the_ears(sitter):
    tall = haired((np.abs(sitter.u) < 0.85) & (sitter.v > -1.05) & (sitter.v < 0.3))
    front, turned, other = (
        capped(tall, sitter.u, sitter.v, True, False, flat)[..., Label.HAIR] > 0.5 for flat in (0.0, 0.4, None)
    )
    assert sitter.v[front].min() == pytest.approx(-0.82, abs=0.03)
    assert sitter.v[other].min() < -1.0
    widths = [np.abs(sitter.u[hair & (sitter.v > -0.2)]).max() for hair in (front, turned, other)]
    assert widths == pytest.approx([0.70, 0.85, 0.85], abs=0.03)  # the back of a turned head is deeper


def test_a_head_of_common_size_keeps_its_hair(sitter):
    head = haired((sitter.u / 0.68) ** 2 + ((sitter.v + 0.1) / 0.85) ** 2 < 1)
    assert capped(head, sitter.u, sitter.v, True) is head


@pytest.mark.parametrize("hair", [False, True])
def test_a_hand_at_the_cheek_is_what_lies_behind_it(sitter, handed, hair):
    labels, hand = handed(hair)
    front = dataclasses.replace(sitter.warped, yaw=0.0)
    out = trimmed(labels, front, sitter.u, sitter.v)
    assert (out[hand][:, Label.SKIN] < 0.5).mean() > 0.95
    assert (out[hand][:, Label.HAIR if hair else Label.BACKGROUND] > 0.5).mean() > 0.95
    assert np.allclose(out.sum(-1), 1)
    kept = (labels[..., Label.SKIN] > 0.5) & ~hand
    assert (out[..., Label.SKIN][kept] > 0.5).mean() > 0.995


def test_the_jaw_of_a_face_seen_from_the_front_is_its_edge(sitter, handed):
    """From below the ears to where the neck comes out behind it: what skin is seen beside it would be a second jaw."""
    labels, _ = handed(hair=False)
    chin = (sitter.warped.points[152] - sitter.warped.centre) @ sitter.warped.down / sitter.warped.u
    broad = (np.abs(sitter.u) < 0.6) & (sitter.v > 0.2)
    labels[broad] = np.eye(len(Label), dtype=np.float32)[Label.SKIN]
    front = dataclasses.replace(sitter.warped, yaw=0.0)
    skin = trimmed(labels, front, sitter.u, sitter.v)[..., Label.SKIN] > 0.5
    beside = skin & (sitter.layers.half_face < 0.02)
    jaw = (sitter.v > 0.32) & (sitter.v < chin - 0.23)
    assert not beside[jaw].any()
    assert beside[(sitter.v > chin + 0.02) & (np.abs(sitter.u) < 0.3)].all()


def test_a_face_with_ears_and_neck_alone_stays_as_it_is(sitter, handed):
    labels, hand = handed(hair=False)
    labels[hand] = np.eye(len(Label), dtype=np.float32)[Label.BACKGROUND]
    out = trimmed(labels, dataclasses.replace(sitter.warped, yaw=0.0), sitter.u, sitter.v)
    skin = labels[..., Label.SKIN] > 0.5
    assert (out[..., Label.SKIN][skin] > 0.5).mean() > 0.995
    assert np.array_equal(out[~skin], labels[~skin])


@pytest.fixture
def turned(sitter):
    """The sitter's face with its head said to be turned, and where hair stands off the temple on one of its sides."""

    def of(yaw, side=1.0):
        face = dataclasses.replace(sitter.warped, yaw=yaw)
        edge = np.abs((face.points - face.centre) @ face.down / face.u + 0.18) < 0.08
        reach = float(np.abs((face.points[edge] - face.centre) @ face.right / face.u).max())
        lobe = (sitter.u * side > reach + 0.12) & (sitter.u * side < reach + 0.2) & (np.abs(sitter.v + 0.3) < 0.08)
        cap = (sitter.u**2 + (sitter.v + 0.5) ** 2 < 0.35**2) & (sitter.v < -0.42)
        return face, cap, lobe

    return of


@pytest.mark.parametrize(("yaw", "side", "kept"), [(0.3, 1, False), (-0.3, -1, False), (0.3, -1, True), (0.1, 1, True)])
def test_hair_is_no_lobe_on_the_far_temple(sitter, turned, yaw, side, kept):
    face, cap, lobe = turned(yaw, side)
    labels = haired(cap | lobe)
    out = flush(labels, face, sitter.u, sitter.v)
    assert (out[..., Label.HAIR][lobe].mean() > 0.5) == kept
    assert out[..., Label.HAIR][cap & (np.abs(sitter.u) < 0.15)].min() == 1
    assert np.allclose(out.sum(-1), 1)


@pytest.mark.parametrize("more", ["hangs", "fringe"])
def test_a_bob_and_a_fringe_keep_their_far_side(sitter, turned, more):
    face, cap, lobe = turned(0.3)
    hanging = (sitter.u > 0.7) & (sitter.u < 0.85) & (sitter.v > -0.2) & (sitter.v < 0.4)
    fringe = (np.abs(sitter.u) < 0.3) & (sitter.v > -0.5) & (sitter.v < -0.2)
    labels = haired(cap | lobe | (hanging if more == "hangs" else fringe))
    assert flush(labels, face, sitter.u, sitter.v) is labels


@pytest.mark.parametrize("low", [False, True])
def test_hardly_any_hair_is_no_crown_to_measure(sitter, turned, low):
    face, _, lobe = turned(0.3)
    beard = (np.abs(sitter.u) < 0.3) & (sitter.v > 0.5) & (sitter.v < 0.7)
    labels = haired(lobe | (beard if low else False))
    assert flush(labels, face, sitter.u, sitter.v) is labels


@pytest.mark.parametrize(("yaw", "beside", "framing"), [(0.3, False, True), (0.05, False, False), (0.3, True, False)])
def test_hair_frames_the_far_temple_of_a_turned_head_where_none_is_seen(sitter, yaw, beside, framing):
    """Down to its brow, outside and a little within its edge; none is added where hair hangs there already."""
    face = dataclasses.replace(sitter.warped, yaw=yaw)
    hair = sitter.v < -0.45
    if beside:
        hair |= (sitter.u > 0.5) & (sitter.u < 0.62) & (sitter.v < 0.2)
    labels = haired(hair)
    bald = ~hair & (sitter.layers.half_face > 0.5)
    labels[bald] = np.eye(len(Label), dtype=np.float32)[Label.SKIN]
    out = framed(labels, face, sitter.u, sitter.v)
    added = (out[..., Label.HAIR] > 0.5) & ~hair
    assert added.any() == framing
    if framing:
        assert np.allclose(out.sum(-1), 1)
        assert sitter.u[added].min() > 0
        assert -0.22 < sitter.v[added].max() < -0.15
        rows = added.sum(1)[added.any(1)]
        assert rows[0] > 1.5 * rows[-1]
    else:
        assert out is labels
