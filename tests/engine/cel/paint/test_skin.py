import dataclasses

import numpy as np
import pytest

from engine.cel.look import colour
from engine.cel.paint import skin
from engine.cel.paint.fields import full
from engine.cel.paint.fringe import Cut
from engine.cel.paint.locks import Locks
from engine.cel.styles import STYLES

NONE = np.zeros((200, 200), np.float32)


def laid(half=NONE, gaps=NONE, over=True):
    """Hair as far as its shadow on skin goes."""
    nothing = np.zeros((0, 2))
    return Locks(full(half), full(half), half, gaps, nothing, nothing, 0.0, [], Cut.SHORT, over)


def lit_from(sitter, side):
    """The sitter's light field falling off away from one side."""
    seen = sitter.seen.copy()
    seen[..., 0] = 60 + 30 * side * sitter.u
    return seen


@pytest.mark.parametrize("side", [-1, 1])
def test_light_is_found_on_its_side(sitter, side):
    assert np.sign(skin.light(lit_from(sitter, side), sitter.layers, sitter.warped, sitter.u)) == side


@pytest.mark.parametrize("side", [-0.2, 0.2])
def test_light_from_the_front_falls_from_a_side_if_it_must(sitter, side):
    seen = lit_from(sitter, side)
    found = skin.light(seen, sitter.layers, sitter.warped, sitter.u)
    assert abs(found) < 0.8
    assert skin.light(seen, sitter.layers, sitter.warped, sitter.u, 0.8) == np.copysign(0.8, found)
    hard = lit_from(sitter, np.copysign(2.0, side))
    assert abs(skin.light(hard, sitter.layers, sitter.warped, sitter.u, 0.8)) > 1


@pytest.mark.parametrize("side", [-1, 1])
def test_the_far_edge_of_the_face_lies_in_shadow_and_never_half_of_it(sitter, side):
    face = sitter.warped
    shade = skin.shadows(sitter.layers, laid(), face, sitter.u, sitter.v, float(side))
    inside = sitter.layers.half_face > 0.9
    far, near = (float((shade[inside & (sitter.u * side * turn > 0.1)] > 0.5).mean()) for turn in (-1, 1))
    assert far > 0.015 > near
    assert (shade[inside & (np.abs(sitter.u) < 0.15)] < 0.5).mean() > 0.9
    assert (shade[inside] > 0.5).mean() < 0.35


@pytest.mark.parametrize("yaw", [-0.3, 0.3])
def test_no_chin_casts_its_shadow_beside_the_far_cheek_of_a_turned_head(sitter, yaw):
    face, far = sitter.warped, np.sign(yaw)
    chin = float((face.points[152] - face.centre) @ face.down) / face.u
    outside = sitter.layers.half_face < 0.1
    beside = outside & (sitter.u * far > 0.12) & (sitter.v > 0.6 * chin) & (sitter.v < 0.9 * chin)
    below = outside & (np.abs(sitter.u) < 0.1) & (sitter.v > chin) & (sitter.v < 1.1 * chin)

    def cast(yaw):
        turned = dataclasses.replace(face, yaw=yaw)
        return skin.shadows(sitter.layers, laid(), turned, sitter.u, sitter.v, -0.8 * far) > 0.5

    assert cast(0.0)[beside].any()
    assert not cast(yaw)[beside].any()
    assert cast(yaw)[below].all()


@pytest.mark.parametrize("side", [-1, 1])
def test_a_chins_shadow_ends_aslant_on_the_nape_of_a_turned_head(sitter, side):
    """Level it would be cut off."""
    chin = float((sitter.warped.points[152] - sitter.warped.centre) @ sitter.warped.down) / sitter.warped.u

    def begins(aside, yaw):
        column = np.abs(sitter.u * side - aside) < 0.01
        return float(sitter.v[column & skin._neck(sitter.u, sitter.v, chin, yaw)].min())

    assert begins(0.6, -0.3 * side) > begins(0.45, -0.3 * side) + 0.1
    assert abs(begins(0.6, 0.0) - begins(0.45, 0.0)) < 0.02


def test_the_shadow_of_a_chin_has_no_corners_of_the_jaw():
    jaw = np.zeros((200, 200), np.float32)
    jaw[50:150, 50:150] = 1
    round_ = skin._rounder(jaw, 100.0)
    assert round_[145:150, 145:150].max() < 0.1
    assert round_[100, 145] > 0.9
    assert round_[100, 155] < 0.1


@pytest.mark.parametrize("side", [-1, 1])
def test_the_edge_of_a_cheeks_shadow_goes_round_the_cheekbone(sitter, side):
    """A straight one would be a slab."""
    shade = skin.shadows(sitter.layers, laid(), sitter.warped, sitter.u, sitter.v, 1.6 * side)
    face = sitter.layers.half_face > 0.5
    edges = []
    for v in (0.0, 0.24, 0.48):  # at the temple, the cheekbone and the jaw
        row = face & (np.abs(sitter.v - v) < 0.02)
        edges.append(float(np.abs(sitter.u)[row & (shade < 0.5) & (sitter.u * side < 0)].max()))
    assert edges[1] > edges[0] + 0.04
    assert edges[1] > edges[2] + 0.04


def test_ears_have_the_tone_of_the_cheeks_edge(sitter):
    """Lighter they would be pieces stuck on."""
    tone = skin._rounded(sitter.layers, sitter.warped, sitter.u, sitter.v)
    beside = (sitter.layers.half_face < 0.01) & (np.abs(sitter.u) < 0.7)
    assert tone[beside & (sitter.v > 0.0) & (sitter.v < 0.2)].min() > 0.9
    assert tone[beside & ((sitter.v < -0.3) | (sitter.v > 0.36))].max() < 0.05
    assert tone[np.abs(sitter.u) < 0.1][np.abs(sitter.v[np.abs(sitter.u) < 0.1]) < 0.2].max() < 0.1


@pytest.mark.parametrize("yaw", [-0.4, 0.4])
def test_a_far_cheek_has_one_tone_up_to_its_edge(sitter, yaw):
    """The mesh ends within it: there a step in tone would be a second edge."""
    side, face = np.sign(yaw), dataclasses.replace(sitter.warped, yaw=yaw)
    inside = sitter.u * side < 0.3
    lay = dataclasses.replace(
        sitter.layers,
        half_face=inside.astype(np.float32),
        half_skin=(sitter.u * side < 0.36).astype(np.float32),
    )
    chin = float((face.points[152] - face.centre) @ face.down) / face.u
    low = (sitter.v > 0.4 * chin) & (sitter.v < 0.55 * chin)
    tone = skin._rounded(lay, face, sitter.u, sitter.v)
    strip, cheek = (low & (np.abs(sitter.u * side - at) < 0.02) for at in (0.33, 0.27))
    assert abs(float(tone[strip].mean() - tone[cheek].mean())) < 0.35
    near = skin._rounded(lay, dataclasses.replace(face, yaw=-yaw), sitter.u, sitter.v)
    assert float(near[cheek].mean() - near[strip].mean()) > 0.5


def test_hard_light_is_told_from_light_that_comes_from_one_side(sitter):
    hard, soft = sitter.seen.copy(), sitter.seen.copy()
    hard[..., 0], soft[..., 0] = 60 + 30 * np.sign(sitter.u), 60 + 6 * np.sign(sitter.u)
    found = [skin.light(seen, sitter.layers, sitter.warped, sitter.u) for seen in (soft, hard)]
    assert found[0] < 1.2 < 1.9 < found[1]


@pytest.mark.parametrize("side", [-1, 1])
def test_in_hard_light_more_of_the_face_lies_in_shadow(sitter, side):
    inside = sitter.layers.half_face > 0.9
    plain, hard = (
        skin.shadows(sitter.layers, laid(), sitter.warped, sitter.u, sitter.v, light * side) > 0.5
        for light in (1.0, 2.0)
    )
    assert hard[inside].sum() > 1.3 * plain[inside].sum()
    assert not (plain & ~hard)[inside].any()
    assert not hard[inside & (np.abs(sitter.u) < 0.1)].any()


@pytest.mark.parametrize("yaw", [-0.3, 0.3])
def test_the_near_cheek_of_a_turned_head_lies_in_shadow_and_never_the_far_one(sitter, yaw, monkeypatch):
    turned = dataclasses.replace(sitter.warped, yaw=yaw)
    face = (np.hypot(sitter.u, sitter.v - 0.3) < 0.55).astype(np.float32)
    layers = dataclasses.replace(sitter.layers, half_face=face)

    def shaded(head, side):
        dark = skin.shadows(layers, laid(), head, sitter.u, sitter.v, side) > 0.5
        return int((dark & (face > 0)).sum())

    towards = float(np.sign(yaw))
    near = shaded(turned, towards)
    assert shaded(turned, -towards) == 0
    assert shaded(turned, 0.45 * towards) < 0.3 * near  # in light from the front it lies in light
    monkeypatch.setattr(skin, "_BROADER", 0.0)
    assert shaded(turned, towards) < 0.7 * near


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_the_far_side_of_a_turned_face_lies_in_the_shadow_of_hard_light_alone(sitter, side):
    """Else it is a slab beside the eye."""

    def shaded(light, yaw):
        head = dataclasses.replace(sitter.warped, yaw=yaw)
        dark = skin.shadows(sitter.layers, laid(), head, sitter.u, sitter.v, light) > 0.5
        return int((dark & (sitter.layers.half_face > 0.9) & (sitter.u * -side > 0.2)).sum())

    assert shaded(side, 0.0) > 20
    assert shaded(side, -0.15 * side) == 0
    assert shaded(2 * side, -0.15 * side) > 20


@pytest.mark.parametrize("yaw", [0.0, 0.2])
@pytest.mark.parametrize("temple", [-1.0, 1.0])
def test_hair_at_the_temple_casts_no_shadow_below_its_end(sitter, temple, yaw):
    """There it would be a smear; on the forehead it falls below a fringe."""
    u, v, face = sitter.u, sitter.v, dataclasses.replace(sitter.warped, yaw=yaw * temple)
    side = ((u * temple > 0.36) & (v < 0.0)).astype(np.float32)
    bare, under = (skin.shadows(sitter.layers, laid(hair), face, u, v, 0.0) for hair in (NONE, side))
    below = (v > 0.03) & (v < 0.2) & (sitter.layers.half_face > 0.5) & (u * temple > 0.36)
    assert below.any()
    assert (under[below] > 0.5).sum() == (bare[below] > 0.5).sum()


def test_shadow_on_one_side_goes_on_over_the_face_up_to_the_hair(sitter):
    """Where the mesh ends over the brows it would end in a step."""
    bald = dataclasses.replace(sitter.layers, half_skin=(np.hypot(sitter.u, sitter.v) < 0.7).astype(np.float32))
    away = (bald.half_face < 0.1) & (sitter.v < -0.3) & (sitter.u > 0.4) & (bald.half_skin > 0)
    assert away.sum() > 20
    shade = skin.shadows(bald, laid(), sitter.warped, sitter.u, sitter.v, -2.0)
    assert (shade[away] > 0.5).mean() > 0.5


def test_skin_is_few_flat_tones(sitter):
    style = STYLES["retro"]
    look = sitter.look(style)
    look_plain = np.zeros((400, 400, 3), np.float32)
    bare = dataclasses.replace(style, blush=0)
    face, u, v = sitter.warped, sitter.u, sitter.v
    out = skin.paint(look_plain, sitter.layers, laid(), face, look, bare, u, v, 0.0)
    inside = full(sitter.layers.half_skin) > 0.95
    flat = np.minimum(np.abs(out[inside] - look.skin.base).max(-1), np.abs(out[inside] - look.skin.shadow).max(-1))
    assert (flat < 7.0).mean() > 0.93  # a cheek that turns away is airbrushed


def test_skin_lies_in_the_soft_shade_of_hair_beside_it_in_a_soft_style(sitter):
    fringe = laid(((sitter.v < -0.3) & (np.abs(sitter.u) < 0.4)).astype(np.float32))
    look = sitter.look(STYLES["modern"])
    hard, soft = (
        skin.paint(
            np.zeros((400, 400, 3), np.float32), sitter.layers, fringe, sitter.warped, look,
            dataclasses.replace(STYLES["modern"], soft=s), sitter.u, sitter.v, 0.0,
        )[::2, ::2, 0]
        for s in (0.0, 1.0)
    )  # fmt: skip
    bare = (np.abs(sitter.u) < 0.2) & (sitter.layers.half_face > 0.99)
    near, far = bare & (sitter.v > -0.20) & (sitter.v < -0.15), bare & (sitter.v > 0.3)
    assert (hard - soft)[near].mean() > (hard - soft)[far].mean() + 0.3
    assert np.abs(hard - soft)[far].max() < 0.01


def test_shadows_are_few_large_shapes(sitter):
    import cv2

    lay = sitter.layers
    shade = skin.shadows(lay, laid(lay.half_hair), sitter.warped, sitter.u, sitter.v, 0.6)
    on = ((shade > 0.5) & (sitter.layers.half_skin > 0.5)).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(on)
    assert count - 1 <= 12
    assert stats[1:, cv2.CC_STAT_AREA].max() > 30


def test_what_is_bare_between_the_roots_of_hair_lies_in_its_shadow(sitter):
    gap = ((np.abs(sitter.u) < 0.05) & (np.abs(sitter.v + 0.4) < 0.05)).astype(np.float32)
    shade = skin.shadows(sitter.layers, laid(gaps=gap), sitter.warped, sitter.u, sitter.v, 0.0)
    assert (shade[gap > 0] > 0.5).mean() > 0.8


def test_hair_that_rises_from_the_forehead_casts_a_narrower_shadow(sitter):
    fringe = (sitter.v < -0.28).astype(np.float32)
    rising, lying = (
        skin.shadows(sitter.layers, laid(fringe, over=over), sitter.warped, sitter.u, sitter.v, 0.0)
        for over in (False, True)
    )
    below = (np.abs(sitter.u) < 0.2) & (np.abs(sitter.v + 0.2) < 0.08)
    assert (rising > 0.5)[below].sum() < 0.85 * (lying > 0.5)[below].sum()


def test_no_light_is_left_between_hair_and_its_shadow(sitter):
    """Over the mesh's upper end, where what is seen goes over from hair into skin, and its locks end."""
    share = np.clip((sitter.v + 0.60) / 0.10, 0, 1).astype(np.float32)
    seen = dataclasses.replace(sitter.layers, half_skin=share, half_hair=1 - share)
    hair = laid((sitter.v < -0.58).astype(np.float32))
    shade = skin.shadows(seen, hair, sitter.warped, sitter.u, sitter.v, 0.0)
    edge = (np.abs(sitter.u) < 0.15) & (np.abs(sitter.v + 0.57) < 0.01)
    assert (shade[edge] > 0.5).all()


def test_hair_casts_a_shadow_on_the_forehead(sitter):
    fringe = (sitter.v < -0.28).astype(np.float32)
    bare, under = (
        skin.shadows(sitter.layers, laid(hair), sitter.warped, sitter.u, sitter.v, 0.0) for hair in (NONE, fringe)
    )
    x, y = np.rint((sitter.warped.centre - sitter.warped.down * 0.26 * sitter.warped.u) / 2).astype(int)
    assert under[y, x] > 0.5 > bare[y, x]


@pytest.mark.parametrize(("tone", "warm"), [(80.0, True), (45.0, False)])
def test_light_skin_is_warm_where_it_goes_over_into_shadow(sitter, tone, warm):
    """Dark skin would be fringed by it."""
    base = colour(tone, 16, 22)
    tones = dataclasses.replace(sitter.look().skin, base=base, shadow=base + colour(-12, 4, 0))
    look, style = dataclasses.replace(sitter.look(), skin=tones), dataclasses.replace(STYLES["shounen"], blush=0)
    page = np.zeros((400, 400, 3), np.float32)
    out = skin.paint(page, sitter.layers, laid(), sitter.warped, look, style, sitter.u, sitter.v, 1.0)
    inner = full(sitter.layers.half_face) > 0.95
    redder = (out[..., 1] > base[1] + 6) & (out[..., 0] > tones.shadow[0] + 5) & inner
    assert (redder.sum() > 60) == warm
    assert redder.sum() < 0.1 * inner.sum()


def test_blush_sits_on_both_cheeks_and_one_when_turned(sitter):
    plane = skin.blush(sitter.warped)
    for index in (50, 280):
        x, y = (sitter.warped.points[index] / 2).astype(int)
        assert plane[y, x] > 0.3
    turned = skin.blush(dataclasses.replace(sitter.warped, yaw=0.3))
    assert turned.sum() < 0.7 * plane.sum()
    assert 0.5 * plane.max() < turned.max() < 0.85 * plane.max()


def test_the_bridge_of_the_nose_and_the_chin_are_a_little_rosy(sitter):
    plane = skin.blush(sitter.warped)
    cheek, nose, chin, mouth = (
        plane[y, x] for x, y in (sitter.warped.points[[50, 5, 152, 0]] / 2).astype(int).tolist()
    )
    assert min(nose, chin) > 0.15
    assert max(nose, chin) < cheek
    assert mouth < 0.1


def test_blush_is_plain_on_light_skin_and_no_stain_on_dark_skin(sitter):
    """Each cheek's redness with blush over that without."""
    face, redder = sitter.warped, []
    x, y = np.rint(face.points[50]).astype(int)
    for lightness in (84.0, 55.0):
        base = colour(lightness, 16, 22)
        tones = dataclasses.replace(sitter.look().skin, base=base, shadow=base + colour(-12, 4, 0))
        look = dataclasses.replace(sitter.look(), skin=tones)
        seen = []
        for blush in (0.5, 0.0):
            style, page = dataclasses.replace(STYLES["modern"], blush=blush), np.zeros((400, 400, 3), np.float32)
            out = skin.paint(page, sitter.layers, laid(), face, look, style, sitter.u, sitter.v, 0.0)
            seen.append(float(out[y, x, 1]))
        redder.append(seen[0] - seen[1])
    assert redder[0] > 5
    assert 0 < redder[1] < redder[0] / 2


def test_blush_is_no_light_in_shadow(sitter):
    tones = sitter.look().skin
    look, seen = dataclasses.replace(sitter.look(), skin=dataclasses.replace(tones, shadow=tones.base - 40)), []
    cheeks = skin.blush(sitter.warped) > 0.9
    for blush in (0.5, 0.0):
        style, page = dataclasses.replace(STYLES["modern"], blush=blush), np.zeros((400, 400, 3), np.float32)
        hair = laid(half=np.zeros((200, 200), np.float32), gaps=cheeks.astype(np.float32))  # which casts a shadow there
        out = skin.paint(page, sitter.layers, hair, sitter.warped, look, style, sitter.u, sitter.v, 0.0)
        seen.append(out[::2, ::2][cheeks])
    darker = seen[0][:, 0] - seen[1][:, 0]
    assert darker.max() < 0.5
    assert seen[1][:, 0].mean() < tones.base[0] - 20


def test_blush_needs_colour(sitter):
    style = STYLES["shoujo"]
    look = sitter.look(style, grey=True)
    page = np.zeros((400, 400, 3), np.float32)
    out = skin.paint(page, sitter.layers, laid(), sitter.warped, look, style, sitter.u, sitter.v, 0.0)
    shadow_hues = np.abs(out[..., 1:]).max()
    assert shadow_hues < 1e-3


def test_beneath_hair_on_the_shoulders_there_are_clothes(sitter):
    """Where hair that was seen is not drawn, what is beneath it shows: skin only on the head, and beside skin."""
    head, near, far = sitter.v < 0.3, (sitter.v > 0.9) & (sitter.u < 0.1), (sitter.v > 0.9) & (sitter.u > 0.5)
    bare = (head | ((sitter.v > 0.9) & (sitter.u < 0.0))).astype(np.float32)
    lay = dataclasses.replace(
        sitter.layers, half_skin=bare, half_hair=1 - bare, body=np.full((400, 400), 9, np.float32)
    )
    page = np.full((400, 400, 3), 5, np.float32)
    style = STYLES["modern"]
    look = sitter.look(style)
    out = skin.paint(page, lay, laid(), sitter.warped, look, style, sitter.u, sitter.v, 0.0)[::2, ::2]
    assert np.allclose(out[far], 5, atol=1e-3)
    assert (out[head] != 5).any(-1).all()
    assert (out[near & (sitter.u < 0.02)] != 5).any(-1).all()
