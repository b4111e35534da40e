import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel.paint import caps
from engine.cel.paint.fields import doubled
from engine.cel.paint.layers import _going_on, cover, crowned, layers, line, oval
from engine.cel.paint.mending import mended, whole
from engine.cel.paint.stack import CLOTHES
from engine.cel.parse import Label
from engine.cel.traits import Traits


def disc():
    y, x = np.mgrid[0:200, 0:200].astype(np.float32)
    return np.clip(60 - np.hypot(x - 100, y - 100), -12, 12).astype(np.float32)


def test_line_covers_its_width_along_the_outline():
    drawn = line(disc(), 3.0)
    assert drawn.max() == 1
    assert abs(drawn.sum() / (2 * np.pi * 60) - 3.0) < 0.2


def test_line_is_closed():
    drawn = line(disc(), 2.0)
    angle = np.linspace(0, 2 * np.pi, 720)
    x, y = np.rint(100 + 60 * np.cos(angle)).astype(int), np.rint(100 + 60 * np.sin(angle)).astype(int)
    assert drawn[y, x].min() > 0.3


def test_cover_is_the_shape_with_soft_edges():
    covered = cover(disc())
    assert abs(covered.sum() / (np.pi * 60**2) - 1) < 0.02
    assert ((covered > 0) & (covered < 1)).any()


def test_layers_hold_each_other(sitter):
    lay = sitter.layers
    assert (lay.body <= lay.person + 1.5).mean() > 0.98
    assert (lay.hair <= lay.body + 1.5).mean() > 0.98
    total = lay.half_hair + lay.half_skin + lay.half_clothes + lay.half_worn + lay.half_background
    assert np.allclose(total, 1, atol=1e-3)


def test_the_face_has_no_holes(sitter):
    """Torn labels in the middle of the face close."""
    labels = sitter.labels.copy()
    x, y = (sitter.warped.points[4] / 2).astype(int)
    labels[y - 4 : y + 4, x - 4 : x + 4] = 0
    labels[y - 4 : y + 4, x - 4 : x + 4, Label.BACKGROUND] = 1
    lay = layers(labels, sitter.warped)
    assert cover(lay.person)[2 * y, 2 * x] == 1
    assert cover(lay.body)[2 * y, 2 * x] == 1


def test_crumbs_of_hair_are_swept_away(sitter):
    labels = np.zeros((200, 200, len(Label)), np.float32)
    labels[..., Label.BACKGROUND] = 1
    labels[40:90, 40:160] = 0
    labels[40:90, 40:160, Label.HAIR] = 1
    labels[180:184, 180:184] = 0
    labels[180:184, 180:184, Label.HAIR] = 1
    lay = layers(labels, sitter.warped)
    pieces, _ = cv2.connectedComponents((lay.hair > 0).astype(np.uint8))
    assert pieces == 2


def test_outlines_are_smooth(sitter):
    """The silhouette's length is that of a drawn curve, not of a staircase."""
    mask = (sitter.layers.person > 0).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    longest = max(contours, key=len)
    smooth = cv2.approxPolyDP(longest, 1.5, True)
    assert cv2.arcLength(longest, True) < 1.15 * cv2.arcLength(smooth, True)


def test_oval_lies_round_the_features(sitter):
    mask = oval(sitter.warped, 400)
    x, y = np.rint(sitter.warped.points[[4, 13, 33, 263]]).astype(int).T
    assert mask[y, x].min() == 1
    assert mask[0, 0] == 0


def test_a_hand_beside_the_head_is_left_out(sitter):
    labels = sitter.labels.copy()
    beside = (np.abs(sitter.u - 0.85) < 0.14) & (np.abs(sitter.v) < 0.2)
    labels[beside] = 0
    labels[beside, Label.SKIN] = 1
    was, now = sitter.layers.half_skin, layers(labels, sitter.warped).half_skin
    assert now[beside].mean() < 0.1
    within = np.abs(sitter.u) < 0.4
    assert np.abs(now - was)[within].max() < 0.05


def test_no_bust_hangs_in_the_air(sitter):
    labels = sitter.labels.copy()
    labels[188:] = 0
    labels[188:, :, Label.BACKGROUND] = 1
    lay = layers(labels, sitter.warped)
    above = cover(lay.person)[368] > 0.5
    assert (cover(lay.person)[396][above] > 0.5).mean() > 0.95


def plain(sitter, hair):
    """Labels of the sitter with other hair."""
    labels = sitter.labels.copy()
    labels[hair] = 0
    labels[hair, Label.HAIR] = 1
    return labels


def shoulders(lean):
    """Labels of cloth below two shoulders that slope down from the picture's middle."""
    y, x = np.mgrid[0:200, 0:200]
    labels = np.zeros((200, 200, len(Label)), np.float32)
    labels[..., Label.CLOTHES] = y > 150 + lean * np.abs(x - 100)
    labels[..., Label.BACKGROUND] = 1 - labels[..., Label.CLOTHES]
    return labels


def heights(shape, columns):
    """The row at which a shape begins in each of these columns."""
    return np.array([np.interp(0, shape[250:, x], np.arange(250, 400)) for x in columns])


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("bare", [False, True])
def test_shoulders_slope_on_to_the_border(sitter, side, bare):
    """Level there they would look cut off."""
    labels = shoulders(0.4)
    if bare:
        labels[..., [Label.CLOTHES, Label.SKIN]] = labels[..., [Label.SKIN, Label.CLOTHES]]
    lay = layers(labels, sitter.warped)
    for shape in (lay.person, lay.body) if bare else (lay.person,):
        slopes = np.diff(heights(shape[:, ::side], range(1, 40, 6)))
        assert slopes.max() < 0
        assert slopes[0] < 0.85 * np.median(slopes)


@pytest.mark.parametrize("hairy", [False, True])
def test_outlines_go_straight_on_at_the_border_unless_hair_is_near(sitter, hairy):
    """Upright at the lower one a shoulder would be a stump."""
    y, x = np.mgrid[0:200, 0:200].astype(np.float32)
    straight, turned = (np.asarray(0.7 * (row - 100 - (x - 100)), np.float32) for row in (y, np.minimum(y, 192)))
    out = _going_on(turned, np.full_like(x, float(hairy)), sitter.warped)
    wanted = turned if hairy else straight
    assert np.allclose(out[:, 60:140], wanted[:, 60:140], atol=0.01)


def test_no_scalp_stands_out_over_hair_that_is_drawn_lower(sitter):
    hair = (np.abs(sitter.u) < 0.6) & (sitter.v > -1.0) & (sitter.v < 0.2) & (oval(sitter.warped, 200) < 0.5)
    before = layers(plain(sitter, hair), sitter.warped)
    lower = np.where(doubled(sitter.v) < -0.8, np.float32(-4), before.hair)
    after = crowned(before, lower, sitter.u, sitter.v)
    high = (np.abs(doubled(sitter.u)) < 0.4) & (doubled(sitter.v) > -0.95) & (doubled(sitter.v) < -0.83)
    assert (before.person[high] > 0).all()
    assert (after.person[high] < 0).all()
    assert (after.body[high] < 0).all()
    low = doubled(sitter.v) > -0.2
    assert (after.person[low] == before.person[low]).all()


@pytest.mark.parametrize("close", [False, True])
def test_no_skin_stands_out_beside_cropped_hair(sitter, close):
    hair = (np.abs(sitter.u) < 0.62) & (sitter.v > -0.8) & (sitter.v < 0.2) & (oval(sitter.warped, 200) < 0.5)
    before = layers(plain(sitter, hair), sitter.warped)
    u, v = (doubled(plane) for plane in (sitter.u, sitter.v))
    narrower = np.where(u > 0.55, np.float32(-4), before.hair)
    after = crowned(before, narrower, sitter.u, sitter.v, close)
    beside = (u > 0.57) & (u < 0.60) & (np.abs(v + 0.1) < 0.05)
    assert (before.person[beside] > 0).all()
    assert (after.person[beside] < 0).mean() == pytest.approx(float(close), abs=0.05)


@pytest.mark.parametrize(
    ("told", "female", "supplied"),
    [
        (Traits(short=0.9), 0.1, True),
        (Traits(short=0.9), 0.9, False),
        (Traits(short=0.9, bald=0.9), 0.1, False),
        (Traits(short=0.9, hat=0.1), 0.1, False),
        (Traits(), 0.1, False),
        (Traits(tied=0.9), 0.9, True),
        (Traits(tied=0.9), 0.1, False),
        (Traits(tied=0.9, bald=0.9), 0.9, False),
    ],
)
def test_a_man_who_is_told_to_have_short_hair_has_it_and_a_woman_whose_hair_is_tied(sitter, told, female, supplied):
    """It may be lost before a dark wall, or lie flat on the skull."""
    tuft = (np.abs(sitter.u + 0.5) < 0.06) & (np.abs(sitter.v + 0.3) < 0.1)
    head = (np.hypot(sitter.u / 0.5, (sitter.v - 0.2) / 0.7) < 1) & ~tuft
    label = np.where(tuft, Label.HAIR, np.where(head, Label.SKIN, Label.BACKGROUND))
    out = layers(np.eye(len(Label), dtype=np.float32)[label], sitter.warped, told, female)
    crown = (np.abs(sitter.u) < 0.2) & (np.abs(sitter.v + 0.62) < 0.05)
    assert (out.half_hair[crown].mean() > 0.9) == supplied


def test_a_head_that_ends_lower_keeps_the_outline_of_its_face(sitter):
    """Beside the hair at a temple it would be a gap in the line, or a jagged one."""
    head = (np.abs(sitter.u) < 0.65) & (sitter.v > -0.9) & (sitter.v < 0.8)
    label = np.where(head, np.where(sitter.v < -0.45, Label.HAIR, Label.SKIN), Label.BACKGROUND)
    before = layers(np.eye(len(Label), dtype=np.float32)[label], sitter.warped)
    after = crowned(before, before.hair - 3, sitter.u, sitter.v)
    u, v = (doubled(plane) for plane in (sitter.u, sitter.v))
    temples = (np.abs(before.person) < 2) & (np.abs(u) > 0.55) & (v > -0.40) & (v < -0.25)
    assert temples.any()
    assert np.array_equal(after.person[temples], before.person[temples])
    crown = (np.abs(u) < 0.4) & (v > -0.92) & (v < -0.88)
    assert (after.person[crown] < before.person[crown]).any()


def test_what_lies_apart_from_a_person_is_left_out():
    y, x = np.mgrid[0:200, 0:200].astype(np.float32)
    person, scrap = 60 - np.hypot(x - 100, y - 100), 12 - np.hypot(x - 14, y - 190)
    out = whole(np.maximum(person, scrap))
    away = np.hypot(x - 14, y - 190) < 13
    assert out[away].max() < -100
    assert np.array_equal(out[person > -20], person[person > -20])
    assert whole(person) is person


def test_hair_that_does_not_reach_the_head_is_none(sitter):
    """A dark cuff in the corner is no hair."""
    cuff = np.zeros((200, 200), bool)
    cuff[175:, :30] = True
    lay = layers(plain(sitter, cuff), sitter.warped)
    assert lay.half_hair[185:, :20].max() < 0.1


def test_what_is_worn_lies_over_the_hair(sitter):
    labels = sitter.labels.copy()
    hat = (labels[..., Label.HAIR] > 0.5) & (sitter.v < -0.5)
    labels[hat] = 0
    labels[hat, Label.HEADWEAR] = 1
    lay = layers(labels, sitter.warped)
    inner = cv2.erode(hat.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert inner.any()
    y, x = np.nonzero(inner)
    assert (lay.worn[2 * y, 2 * x] > 0).all()
    assert (lay.hair[2 * y, 2 * x] > 0).all()
    assert lay.half_hair[inner].max() < 0.1


def test_a_beard_is_part_of_the_skin(sitter):
    labels = sitter.labels.copy()
    chin = (np.abs(sitter.u) < 0.2) & (np.abs(sitter.v - 0.6) < 0.08)
    labels[chin] = 0
    labels[chin, Label.BEARD] = 1
    lay = layers(labels, sitter.warped)
    y, x = (sitter.warped.points[152] / 2 - [0, 8]).astype(int)[::-1]
    assert lay.half_beard[y, x] > 0.8
    assert lay.half_skin[y, x] > 0.8


def test_nothing_hangs_in_the_air(sitter):
    labels = sitter.labels.copy()
    labels[2:14, 2:14] = 0
    labels[2:14, 2:14, Label.CLOTHES] = 1
    lay = layers(labels, sitter.warped)
    assert cover(lay.person)[:30, :30].max() < 0.5


def test_a_profile_shows_its_nose(sitter):
    """In a turned face the points down its middle are its outline."""
    import dataclasses

    points = sitter.warped.points.copy()
    points[4] = sitter.warped.points[454] + sitter.warped.right * 0.15 * sitter.warped.u
    turned = dataclasses.replace(sitter.warped, points=points, yaw=0.4)
    x, y = np.rint(points[4] - sitter.warped.right * 0.04 * sitter.warped.u).astype(int)
    assert oval(turned, 400)[y, x] > 0.5
    assert oval(dataclasses.replace(turned, yaw=0.0), 400)[y, x] < 0.5


def test_scraps_of_skin_beside_the_head_become_what_is_round_them(sitter):
    hair = (np.abs(sitter.u) > 0.45) & (np.abs(sitter.u) < 0.9) & (np.abs(sitter.v) < 0.4)
    labels = plain(sitter, hair)
    scrap = (np.abs(sitter.u - 0.68) < 0.07) & (np.abs(sitter.v - 0.1) < 0.1)
    labels[scrap] = 0
    labels[scrap, Label.SKIN] = 1
    lay = layers(labels, sitter.warped)
    assert lay.half_skin[scrap].mean() < 0.2
    assert lay.half_hair[scrap].mean() > 0.7


def test_a_shadow_on_a_bald_head_is_no_hair(sitter):
    labels = sitter.labels.copy()
    hair = labels[..., Label.HAIR] > 0.5
    labels[hair] = np.eye(len(Label), dtype=np.float32)[Label.SKIN]
    spot = (np.abs(sitter.u) < 0.12) & (np.abs(sitter.v + 0.5) < 0.06)
    labels[spot] = np.eye(len(Label), dtype=np.float32)[Label.HAIR]
    assert layers(labels, sitter.warped).half_hair[spot].mean() < 0.1


def test_hair_goes_on_behind_an_ear(sitter):
    """A strand that an ear parts from the rest of the hair is joined to it, but not if hair is short."""
    labels = np.zeros((200, 200, len(Label)), np.float32)
    side = (sitter.u > 0.5) & (sitter.u < 0.7) & (sitter.v < 1.0)
    gap = np.abs(sitter.v - 0.02) < 0.1
    cap = (np.abs(sitter.u) < 0.7) & (sitter.v > -0.8) & (sitter.v < -0.45)
    labels[..., Label.SKIN] = sitter.layers.half_skin * ~(side | cap)
    labels[..., Label.HAIR] = (side | cap) & ~gap & (sitter.v > -0.8)
    labels[..., Label.BACKGROUND] = 1 - labels.sum(-1)
    middle = gap & (np.abs(sitter.u - 0.6) < 0.05)
    for traits, joined in ((None, True), (Traits(short=1.0), False)):
        assert (layers(labels, sitter.warped, traits).half_hair[middle].mean() > 0.8) == joined


def test_a_strand_far_below_the_ear_is_the_persons_own(sitter):
    """Not so a bit of dark background there."""
    cap = (np.abs(sitter.u) < 0.7) & (sitter.v > -0.8) & (sitter.v < -0.45)
    for high, own in ((1.1, True), (0.38, False)):
        strand = (np.abs(sitter.u - 0.69) < 0.09) & (sitter.v > 0.2) & (sitter.v < high)
        labels = np.zeros((200, 200, len(Label)), np.float32)
        neck = (np.abs(sitter.u) < 0.62) & (sitter.v > 0.1)
        labels[..., Label.SKIN] = np.maximum(sitter.layers.half_skin, neck) * ~(cap | strand)
        labels[..., Label.HAIR] = cap | strand
        labels[..., Label.BACKGROUND] = 1 - labels.sum(-1)
        middle = strand & (np.abs(sitter.u - 0.69) < 0.04) & (sitter.v > 0.26) & (sitter.v < 0.32)
        assert (layers(labels, sitter.warped).half_hair[middle].mean() > 0.5) == own


def test_cloth_drawn_over_a_hand_is_known_not_to_be_seen(sitter):
    labels = np.zeros((200, 200, len(Label)), np.float32)
    x, y = (sitter.warped.points[152] / 2).astype(int)
    labels[..., Label.SKIN] = sitter.layers.half_face > 0.5
    labels[y + 12 :, :, Label.SKIN] = 0
    labels[y + 12 :, :, Label.CLOTHES] = 1
    hand = np.s_[y + 30 : y + 44, 150:170]
    labels[hand] = np.eye(len(Label), dtype=np.float32)[Label.SKIN]
    labels[..., Label.BACKGROUND] = 1 - labels.sum(-1)
    lay = layers(labels, sitter.warped)
    assert lay.half_clothes[hand].mean() > 0.9
    assert lay.half_seen[hand].mean() < 0.1
    assert lay.half_seen[y + 50 :, x].min() == 1


def test_a_shoulder_that_is_added_is_known_not_to_be_seen(sitter):
    """Else what lies behind a person would colour their clothes."""
    labels = np.zeros((200, 200, len(Label)), np.float32)
    x, y = (sitter.warped.points[152] / 2).astype(int)
    labels[..., Label.SKIN] = sitter.layers.half_face > 0.5
    labels[y + 12 :, : x + 12, Label.SKIN] = 0
    labels[y + 12 :, : x + 12, Label.CLOTHES] = 1
    labels[..., Label.BACKGROUND] = 1 - labels.sum(-1)
    lay = layers(labels, sitter.warped)
    added = np.s_[y + 75 : y + 85, x + 35 : x + 45]
    assert lay.half_clothes[added].mean() > 0.9
    assert lay.half_seen[added].max() == 0
    assert lay.half_seen[y + 75 : y + 85, x - 40 : x - 10].min() == 1


def test_a_hood_beside_the_neck_goes_and_is_known_not_to_be_ground(sitter):
    """Else what somebody wears would colour what is behind them."""
    labels = np.zeros((200, 200, len(Label)), np.float32)
    x, y = (sitter.warped.points[152] / 2).astype(int)
    labels[..., Label.SKIN] = sitter.layers.half_face > 0.5
    labels[y + 12 :, :, Label.SKIN] = 0
    labels[y + 12 :, :, Label.CLOTHES] = 1
    aside = x + int(0.75 * sitter.warped.u / 2)
    hood = np.s_[y - 10 : y, aside : aside + 12]
    labels[y - 16 : y + 12, x + 20 :, Label.CLOTHES] = 1 - labels[y - 16 : y + 12, x + 20 :, Label.SKIN]
    labels[..., Label.BACKGROUND] = 1 - labels.sum(-1)
    lay = layers(labels, sitter.warped)
    assert lay.half_background[hood].mean() > 0.9
    assert lay.half_seen[hood].max() == 0


def test_no_slit_is_left_between_chin_and_body(sitter):
    labels = np.zeros((200, 200, len(Label)), np.float32)
    x, y = (sitter.warped.points[152] / 2).astype(int)
    labels[..., Label.SKIN] = sitter.layers.half_face > 0.5
    labels[y + 6 :, :, Label.SKIN] = 0
    labels[y + 6 :, :, Label.CLOTHES] = 1
    labels[y - 10 : y + 6, : x - 4, Label.CLOTHES] = 1 - labels[y - 10 : y + 6, : x - 4, Label.SKIN]
    labels[..., Label.BACKGROUND] = 1 - labels.sum(-1)
    lay = layers(labels, sitter.warped)
    assert lay.half_background[y + 2 : y + 5, x - 3 : x + 4].max() < 0.5


def test_a_thin_crown_is_hair_where_there_is_some_at_the_sides(sitter):
    bald = sitter.labels.copy()
    bald[bald[..., Label.HAIR] > 0.5] = np.eye(len(Label), dtype=np.float32)[Label.SKIN]
    crown = (np.abs(sitter.u) < 0.28) & (np.abs(sitter.v + 0.58) < 0.09)
    sides = (np.abs(np.abs(sitter.u) - 0.58) < 0.06) & (np.abs(sitter.v + 0.2) < 0.1)
    for where, own in ((crown, False), (crown | sides, True)):
        labels = bald.copy()
        labels[where] = np.eye(len(Label), dtype=np.float32)[Label.HAIR]
        assert (layers(labels, sitter.warped).half_hair[crown].mean() > 0.5) == own


def test_a_shadow_under_the_chin_is_no_cloth(sitter):
    """A small piece of cloth is, if it reaches the picture's lower border."""
    for low, own in ((0.98, False), (9.0, True)):
        labels = np.zeros((200, 200, len(Label)), np.float32)
        rag = (np.abs(sitter.u) < 0.05) & (sitter.v > 0.84) & (sitter.v < low)
        skin = (np.abs(sitter.u) < 0.5) & (sitter.v > -0.5) & ~rag
        labels[..., Label.CLOTHES], labels[..., Label.SKIN] = rag, skin
        labels[..., Label.BACKGROUND] = ~(rag | skin)
        stack = np.stack([labels[..., i] for i in (Label.BACKGROUND, Label.SKIN, Label.HAIR, Label.CLOTHES)])
        things = np.zeros((200, 200), np.float32)
        found = mended(np.concatenate([stack, things[None]]), things, sitter.warped)
        assert (found[CLOTHES][rag & (sitter.v < 0.95)].mean() > 0.5) == own


def test_a_notch_in_hair_is_bridged_but_not_in_a_receding_hairline(sitter):
    labels = np.zeros((200, 200, len(Label)), np.float32)
    head = (np.hypot(sitter.u / 0.6, (sitter.v + 0.1) / 0.8) < 1) & (sitter.v < 0.5)
    hair = head & (np.hypot(sitter.u / 0.45, (sitter.v - 0.1) / 0.6) > 1) & (sitter.v < 0.1)
    notch = hair & (np.abs(sitter.u - 0.3) < 0.1)
    labels[..., Label.HAIR] = hair & ~notch
    labels[..., Label.SKIN] = (head & ~hair) | notch
    labels[..., Label.BACKGROUND] = ~head
    for bald, bridged in ((0.1, True), (0.6, False)):
        found = layers(labels, sitter.warped, Traits(bald=bald)).half_hair
        assert (found[notch & (sitter.v < -0.5)].mean() > 0.6) == bridged
        assert found[head & (np.abs(sitter.u) < 0.2) & (np.abs(sitter.v + 0.3) < 0.1)].mean() < 0.1


def test_who_looks_bald_has_no_patch_of_hair(sitter):
    labels = np.zeros((200, 200, len(Label)), np.float32)
    head = (np.hypot(sitter.u / 0.55, (sitter.v + 0.1) / 0.8) < 1) & (sitter.v < 0.5)
    patch = head & (sitter.u > -0.06) & (sitter.u < 0.42) & (sitter.v < -0.42)
    labels[..., Label.SKIN] = head & ~patch
    labels[..., Label.HAIR] = patch
    labels[..., Label.BACKGROUND] = ~head
    for bald, own in ((0.1, True), (0.6, False)):
        found = layers(labels, sitter.warped, Traits(bald=bald)).half_hair
        assert (found[patch].mean() > 0.5) == own


def test_notches_of_long_hair_close_but_those_of_curls_and_short_hair_do_not(sitter):
    u, v = sitter.u, sitter.v
    hair = (np.abs(u) < 0.7) & (v > -0.75) & (v < 1.3) & ~((np.abs(u) < 0.45) & (v > -0.25))
    notch = (u > 0.52) & (v > 0.1) & (v < 0.45)
    labels = np.zeros((200, 200, len(Label)), np.float32)
    labels[..., Label.HAIR] = hair & ~notch
    labels[..., Label.SKIN] = sitter.layers.half_skin * ~hair * (np.abs(u) < 0.5)
    labels[..., Label.BACKGROUND] = 1 - labels.sum(-1)
    inside = notch & (u < 0.66) & (v > 0.15) & (v < 0.4)

    def filled(**traits):
        return layers(labels, sitter.warped, Traits(**traits)).half_hair[inside].mean()

    assert min(filled(long=long) for long in (0.05, 0.8)) > 0.9
    assert filled(long=0.8, curly=0.6) < 0.5
    assert filled(long=-0.2, short=-0.2) > 0.9  # neither long nor short: it reaches the shoulders
    assert filled(long=-0.2, short=0.3) < 0.5
    assert filled(long=-0.2, short=-0.2, tied=0.7) < 0.5


@pytest.mark.parametrize(
    ("traits", "female", "bobbed"),
    [
        (Traits(), 1.0, True),
        (Traits(), 0.0, False),
        (Traits(tied=0.5), 1.0, False),
        (Traits(long=0.5), 1.0, False),
        (Traits(curly=0.6), 1.0, False),
        (Traits(hat=0.6, brim=0.5), 1.0, False),
    ],
    ids=["a woman", "a man", "tied", "long", "curly", "a hat"],
)
def test_the_end_of_a_bob_is_left_to_be_drawn_and_no_ear_grows_there(sitter, traits, female, bobbed):
    u, v = sitter.u, sitter.v
    hair = (np.abs(u) < 0.72) & (v > -0.75) & (v < 0.5) & ~((np.abs(u) < 0.42) & (v > -0.25))
    labels = np.zeros((200, 200, len(Label)), np.float32)
    labels[..., Label.HAIR] = hair
    labels[..., Label.SKIN] = sitter.layers.half_face * ~hair
    labels[..., Label.BACKGROUND] = 1 - labels.sum(-1)
    lay = layers(labels, sitter.warped, traits, female)
    end = hair & (v > 0.35) & (np.abs(u) < 0.68) & (np.abs(u) > 0.56)
    assert (lay.bob is not None) == bobbed
    if bobbed:
        assert lay.half_hair[end].max() < 0.1
        assert lay.half_skin[hair & (np.abs(u) > 0.58)].max() < 0.5
        assert lay.half_seen[end].max() == 0
    else:
        assert lay.half_hair[end & (v < 0.4)].mean() > 0.5 or female < 0.5


@pytest.mark.parametrize(
    ("cropped", "brim", "asked"), [(-0.5, 1.0, True), (0.5, 1.0, False), (-0.5, -1.0, False)], ids=str
)
def test_hair_below_a_cap_is_that_of_who_has_some(sitter, monkeypatch, cropped, brim, asked):
    given = []
    monkeypatch.setattr(caps, "haired", lambda stack, face: given.append(face) or stack)
    layers(sitter.labels, sitter.warped, Traits(hat=1.0, brim=brim, short=1.0, long=-1.0, cropped=cropped), 0.0)
    assert bool(given) == asked


def test_hair_drawn_longer_than_seen_is_measured_where_it_is_seen(sitter):
    """What lies below it has its own colour."""
    u, v = sitter.u, sitter.v
    over = (200 - np.arange(200, dtype=np.float32)[:, None]) / (sitter.warped.u / 2)
    labels = np.zeros((200, 200, len(Label)), np.float32)
    labels[..., Label.HAIR] = (np.abs(u) > 0.4) & (np.abs(u) < 0.7) & (v > -0.6) & (over > np.where(u < 0, 0, 0.35))
    labels[..., Label.CLOTHES] = (v > 0.9) & (labels[..., Label.HAIR] < 0.5)
    labels[..., Label.BACKGROUND] = 1 - labels.sum(-1)
    lay = layers(labels, sitter.warped, Traits(long=-1.0))
    below = (lay.longer > 0.9) & (over < 0.3)
    assert below.sum() > 100
    assert lay.half_clothes[below].mean() > 0.9
    assert lay.half_hair[below].mean() < 0.1
    assert (lay.hair[1::2, 1::2][below] > 0).mean() > 0.9
    assert (lay.body[1::2, 1::2][below] > 0).mean() > 0.9


def test_whose_clothes_are_skin_has_no_line_where_those_would_begin(sitter):
    bare = dataclasses.replace(sitter.layers, half_clothes=1 - sitter.layers.half_skin).stripped()
    assert np.array_equal(bare.body, bare.person)
    assert not bare.half_clothes.any()
    assert np.allclose(bare.half_skin, 1)
    assert bare.undressed
    assert bare.neckline is None
