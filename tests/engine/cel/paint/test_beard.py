import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel.features import mouth
from engine.cel.look import colour
from engine.cel.paint import beard, beardtones, whiskers
from engine.cel.paint.beardclumps import Clumps
from engine.cel.paint.whiskers import DOWN, SHORT, STUBBLE


@pytest.fixture
def paint(sitter):
    """A beard of some colour round the sitter's mouth, painted on flat skin."""

    def of(tone, reach=0.26, how_far=1.0):
        grown = (np.hypot(sitter.u, (sitter.v - 0.62) * 1.2) < reach).astype(np.float32)
        lay = dataclasses.replace(sitter.layers, half_beard=grown, grown=how_far, half_hair=0 * grown)
        seen = sitter.seen.copy()
        seen[grown > 0] = tone
        look = sitter.look()
        page = np.zeros((400, 400, 3), np.float32) + look.skin.base
        out = beard.paint(page.copy(), seen, lay, sitter.warped, look, sitter.v, 2.0, 3, lips(sitter))[0]
        return np.abs(out - page).max(-1), out, look

    return of


def lips(sitter):
    return sitter.warped.points[list(mouth.OUTER)]


def chin(sitter):
    x, y = np.rint(sitter.warped.points[200] + sitter.warped.down * 0.06 * sitter.warped.u).astype(int)
    return y, x


def test_a_dark_beard_hides_the_skin(sitter, paint):
    _, out, look = paint((18, 3, 4))
    assert out[chin(sitter)][0] < look.skin.base[0] - 40


def test_lips_are_bare(sitter, paint):
    changed, *_ = paint((18, 3, 4))
    x, y = np.rint(sitter.warped.points[[13, 14]].mean(0)).astype(int)
    assert changed[y, x] < 1


def test_what_lies_within_the_outline_given_is_bare(sitter):
    """The mouth is drawn broader than it is: a beard that ended at the photograph's lips would leave a ring of skin."""
    outline = lips(sitter)
    broad = outline.mean(0) + (outline - outline.mean(0)) * 1.3
    corners = [beard._bare(each, sitter.warped, parted=False) for each in (outline, broad)]
    x, y = np.rint(outline[0] + 0.15 * (outline[0] - outline.mean(0))).astype(int)
    assert corners[0][y, x] > 0 > corners[1][y, x]


def test_stubble_is_a_faint_shade_of_the_skin(sitter, paint):
    _, thin, look = paint(sitter.look().seen_skin * colour(0.88, 1, 1), reach=0.4)
    _, young, _ = paint((18, 3, 4), reach=0.4, how_far=STUBBLE)
    for out in (thin, young):
        y, x = chin(sitter)
        at = out[y - 8 : y + 8, x - 8 : x + 8].mean((0, 1))
        assert 4 < look.skin.base[0] - at[0] < 25
        assert np.hypot(*at[1:]) > 0.75 * np.hypot(*look.skin.base[1:])


def test_a_short_beard_lets_skin_through(sitter, paint):
    y, x = chin(sitter)
    pages = (paint((18, 3, 4), how_far=far)[1] for far in (1.0, SHORT, STUBBLE))
    long, short, stubble = (page[y - 8 : y + 8, x - 8 : x + 8, 0].mean() for page in pages)
    assert long + 2 < short < stubble - 5


def test_no_beard_lets_lines_and_shadows_through(sitter):
    """Skin lightens a short one: the edge of a jaw and its shadow would lie on it."""
    grown = (np.hypot(sitter.u, (sitter.v - 0.62) * 1.2) < 0.26).astype(np.float32)
    lay = dataclasses.replace(sitter.layers, half_beard=grown, grown=SHORT, half_hair=0 * grown)
    seen = np.where(grown[..., None] > 0, np.float32((18, 3, 4)), sitter.seen)
    pages = [np.zeros((400, 400, 3), np.float32) + np.float32(tone) for tone in ((75, 12, 18), (40, 20, 20))]
    outs = [
        beard.paint(page, seen, lay, sitter.warped, sitter.look(), sitter.v, 2.0, 3, lips(sitter))[0] for page in pages
    ]
    assert np.abs(outs[0] - outs[1])[chin(sitter)].max() < 0.5


def test_grey_hair_is_a_beard_though_it_is_not_dark(sitter, paint):
    _, out, look = paint((70, 0, 1))
    assert np.hypot(*out[chin(sitter)][1:]) < 0.6 * np.hypot(*look.skin.base[1:])


def test_no_hair_on_the_face_no_beard(sitter):
    page = np.zeros((400, 400, 3), np.float32)
    none = dataclasses.replace(sitter.layers, half_beard=np.zeros((200, 200), np.float32))
    out, _ = beard.paint(page, sitter.seen, none, sitter.warped, sitter.look(), sitter.v, 2.0, 3, lips(sitter))
    assert not out.any()


def test_the_bald_have_their_own_beard(sitter, paint):
    """Their hair has a guessed colour, even one near the beard's."""
    look = sitter.look()
    seen = look.hair.base * colour(0.7, 1, 1)
    assert np.array_equal(beardtones.tones(seen, look, bald=False).base, look.hair.base)
    _, out, _ = paint(seen)
    assert np.linalg.norm(out[chin(sitter)] - look.hair.base) > 3


def test_no_rim_of_skin_is_left_beside_a_beard(sitter, paint):
    changed, *_ = paint((18, 3, 4), reach=0.26)
    far = np.hypot(sitter.u, (sitter.v - 0.62) * 1.2)
    face = (sitter.v < 0.6) & (sitter.layers.half_skin > 0.9) & (sitter.layers.half_face > 0.9)
    within, beyond = (
        float((changed[::2, ::2][face & (far > low) & (far < low + 0.015)] > 5).mean()) for low in (0.20, 0.262)
    )
    assert beyond > 0.7 * within > 0.2


def test_a_beard_has_a_crisp_edge_and_stubble_runs_out(sitter, paint):
    u, v = (np.repeat(np.repeat(plane, 2, 0), 2, 1) for plane in (sitter.u, sitter.v))
    far = np.hypot(u, (v - 0.62) * 1.2)
    inner = (far > 0.18) & (far < 0.21) & (abs(u) > 0.12)
    for how_far, low, crisp in ((STUBBLE, 0.30, False), (SHORT, 0.33, True), (1.0, 0.33, True)):
        rim = (far > low) & (far < low + 0.03) & (abs(u) > 0.22)
        changed, *_ = paint((18, 3, 4), reach=0.34, how_far=how_far)
        cheek, full = (float(np.median(changed[at])) for at in (rim & (v < 0.47), inner & (v < 0.54)))
        assert cheek > 0.9 * full if crisp else 0 < cheek < 0.5 * full


@pytest.mark.parametrize("tone", [(18, 3, 4), (64, 1, 2)])
@pytest.mark.parametrize("how_far", [1.0, SHORT])
def test_a_beard_has_tones_besides_its_own(sitter, paint, monkeypatch, tone, how_far):
    """Of one tone it is a sticker."""
    _, out, _ = paint(tone, how_far=how_far)
    monkeypatch.setattr(beard.beardclumps, "clumps", lambda *_: Clumps([], [], []))
    _, plain, _ = paint(tone, how_far=how_far)
    other = (out - plain)[..., 0]
    assert (other < -3).sum() > 200
    assert (other > 3).sum() > 50


def test_dense_stubble_is_a_deeper_shade(sitter, paint):
    skin = sitter.look().seen_skin
    light, dense = (
        float(np.median(paint(skin * np.float32(share), how_far=STUBBLE)[0][chin(sitter)])) for share in (0.8, 0.5)
    )
    assert 0 < light < 0.7 * dense


def test_fair_hair_is_a_beard_where_it_is_thick(sitter, paint):
    """What the chin shows of it counts, however thinly the cheeks are grown."""
    look, face = sitter.look(), sitter.warped
    grown = (np.hypot(sitter.u, (sitter.v - 0.58) * 1.2) < 0.34).astype(np.float32)
    lay = dataclasses.replace(sitter.layers, half_beard=grown, grown=SHORT, half_hair=0 * grown)
    seen = sitter.seen.copy()
    seen[grown > 0] = look.seen_skin
    seen[whiskers.chin(face) > 0.5] = look.seen_skin * colour(0.5, 0.8, 0.8)
    page = np.zeros((400, 400, 3), np.float32) + look.skin.base
    out, _ = beard.paint(page, seen, lay, face, look, sitter.v, 2.0, 3, lips(sitter))
    assert look.skin.base[0] - out[chin(sitter)][0] > 15


def test_only_dense_beards_are_painted_hair_by_hair(sitter, paint):
    """Then a moustache parts under the nose."""
    nose, lip = sitter.warped.points[[2, 0]]
    x, y = np.rint(nose + 0.15 * (lip - nose)).astype(int)

    changed, *_ = paint((18, 3, 4), reach=0.36)
    assert changed[y, x] < 3
    changed, *_ = paint((18, 3, 4), reach=0.36, how_far=SHORT)
    assert changed[y, x] > 10


@pytest.mark.parametrize("low", [0.0, -0.2])
def test_sideburns_join_a_beard_and_the_hair_over_it(sitter, low):
    beside = np.abs(np.abs(sitter.u) - 0.42) < 0.04
    grown = (beside & (sitter.v > 0.14) & (sitter.v < 0.6)) | (np.hypot(sitter.u, (sitter.v - 0.62) * 1.2) < 0.3)
    hair = (beside & (sitter.v < low)).astype(np.float32)
    gap = beside & (sitter.v > low + 0.03) & (sitter.v < 0.11)
    page = np.zeros((400, 400, 3), np.float32) + sitter.look().skin.base
    seen = sitter.seen.copy()
    seen[grown] = (18, 3, 4)
    lay = dataclasses.replace(
        sitter.layers,
        half_beard=grown.astype(np.float32),
        half_hair=hair,
        half_skin=np.ones((200, 200), np.float32),
        grown=1.0,
    )
    out = [
        beard.paint(
            page.copy(),
            seen,
            dataclasses.replace(lay, half_hair=each),
            sitter.warped,
            sitter.look(),
            sitter.v,
            2.0,
            3,
            lips(sitter),
        )[0]
        for each in (hair, 0 * hair)
    ]
    joined, apart = (float(np.median(np.abs(each - page).max(-1)[::2, ::2][gap])) for each in out)
    assert joined > 20 > apart


def test_a_beard_whose_chin_is_bare_is_as_dense_as_the_rest(sitter):
    seen, on = sitter.seen.copy(), np.hypot(sitter.u, (sitter.v - 0.62) * 1.2) < 0.26
    seen[on] = (18, 3, 4)
    dense, _ = beard._density(seen, on, sitter.warped)
    seen[on & (whiskers.chin(sitter.warped) > 0.5)] = sitter.look().seen_skin
    thin, tone = beard._density(seen, on, sitter.warped)
    assert thin > 0.8 * dense
    assert tone[0] < 30


def test_sideburns_end_in_points_unless_hair_goes_on(sitter):
    bald = dataclasses.replace(sitter.layers, half_hair=np.zeros_like(sitter.u))
    narrower = beard._tapered(bald, sitter.warped.u / 2, sitter.v)
    assert narrower[sitter.v < -0.1].min() > narrower[sitter.v > 0.1].max()
    hairy = dataclasses.replace(sitter.layers, half_hair=np.ones_like(sitter.u))
    assert not beard._tapered(hairy, sitter.warped.u / 2, sitter.v).any()


def test_a_beard_hides_the_jaw_and_stubble_does_not(sitter):
    """Nor does a short beard so thin that it is painted as stubble: a face without a line round its chin runs out."""
    grown = (np.hypot(sitter.u, (sitter.v - 0.62) * 1.2) < 0.26).astype(np.float32)
    look = sitter.look()

    def hidden(tone, how_far):
        seen = np.where(grown[..., None] > 0, np.float32(tone), sitter.seen)
        lay = dataclasses.replace(sitter.layers, half_beard=grown, grown=how_far, half_hair=0 * grown)
        page = np.zeros((400, 400, 3), np.float32) + look.skin.base
        return beard.paint(page, seen, lay, sitter.warped, look, sitter.v, 2.0, 3, lips(sitter))[1]

    thin = look.seen_skin * colour(0.88, 1, 1)
    assert hidden((18, 3, 4), 1.0)
    assert hidden((18, 3, 4), SHORT)
    assert not hidden((18, 3, 4), STUBBLE)
    assert not hidden(thin, SHORT)


def test_light_growth_of_days_is_not_drawn(sitter, paint):
    """It would be a stain."""
    changed, *_ = paint(sitter.look().seen_skin * colour(0.9, 1, 1), how_far=STUBBLE)
    assert not changed.any()


def test_what_does_not_grow_from_lip_or_chin_is_no_beard(sitter):
    """It would be a blot on a cheek."""
    face = sitter.warped
    round_mouth = np.hypot(sitter.u, (sitter.v - 0.62) * 1.2) < 0.26
    blot = np.hypot(sitter.u - 0.34, sitter.v - 0.2) < 0.06
    whole = np.where((round_mouth | blot).repeat(2, 0).repeat(2, 1), 3, -3).astype(np.float32)
    kept = beard._rooted(whole, face)[::2, ::2] > 0
    assert not kept[blot].any()
    assert kept[round_mouth].all()


def test_a_beard_ends_before_the_ears(sitter):
    """Over their roots it would be torn by their folds."""
    v, face = sitter.v.repeat(2, 0).repeat(2, 1), sitter.layers.face / sitter.warped.u
    everywhere = np.ones_like(sitter.u)
    lay = dataclasses.replace(
        sitter.layers, half_beard=everywhere, grown=1.0, half_hair=0 * everywhere, half_skin=everywhere
    )
    seen = np.zeros_like(sitter.seen) + colour(18, 3, 4)
    page = np.zeros((400, 400, 3), np.float32) + sitter.look().skin.base
    out, _ = beard.paint(page.copy(), seen, lay, sitter.warped, sitter.look(), sitter.v, 2.0, 3, lips(sitter))
    changed = np.abs(out - page).max(-1)
    beside = (v > 0) & (v < 0.14)
    assert not (changed[beside & (face < -0.045)] > 1).any()
    assert (changed[beside & (face > 0.02)] > 1).mean() > 0.9


def test_a_goatee_is_plain_however_thin(sitter):
    """Faint ones look like dirt round the mouth."""
    look, face = sitter.look(), sitter.warped
    pages = []
    for reach in (0.2, 0.5):  # the latter covers the jaws
        grown = (np.hypot(sitter.u, (sitter.v - 0.62) * 1.2) < reach).astype(np.float32)
        lay = dataclasses.replace(sitter.layers, half_beard=grown, grown=SHORT, half_hair=0 * grown)
        seen = sitter.seen.copy()
        seen[grown > 0] = look.seen_skin * colour(0.8, 0.9, 0.9)
        page = np.zeros((400, 400, 3), np.float32) + look.skin.base
        pages.append(beard.paint(page, seen, lay, face, look, sitter.v, 2.0, 3, lips(sitter))[0])
    y, x = chin(sitter)
    goatee, full = (page[y - 8 : y + 8, x - 8 : x + 8, 0].mean() for page in pages)
    assert goatee < full - 2


def test_a_silver_beard_has_an_edge_on_the_cheeks(sitter, paint):
    """It is hardly darker than skin: without one it is a stain."""
    changed, out, _ = paint((64, 2, 3), reach=0.34)
    fill = out[chin(sitter)][0]
    low = np.repeat(np.repeat(sitter.v, 2, 0), 2, 1) < 0.44
    assert out[(changed > 1) & low][:, 0].min() < fill - 25


def test_a_long_beard_hangs_in_locks(sitter, paint):
    changed, *_ = paint((18, 3, 4), reach=0.5)
    on = changed > 30
    runs = (np.diff(on.astype(int), axis=1) > 0).sum(1)
    last = np.flatnonzero(on.any(1))[-1]
    assert runs[last - int(0.12 * sitter.warped.u) : last].max() == 3


def test_a_silver_patch_on_a_cheek_leaves_no_edge_behind(sitter):
    """It does not grow from lip or chin, so nothing of it is drawn."""
    look, face = sitter.look(), sitter.warped
    chin_hair = (np.hypot(sitter.u, (sitter.v - 0.62) * 1.2) < 0.24).astype(np.float32)
    patch = (np.hypot(sitter.u - 0.36, sitter.v - 0.30) < 0.06).astype(np.float32)
    pages = []
    for grown in (chin_hair, np.maximum(chin_hair, patch)):
        lay = dataclasses.replace(sitter.layers, half_beard=grown, grown=1.0, half_hair=0 * grown)
        seen = np.where(grown[..., None] > 0, np.float32((64, 2, 3)), sitter.seen)
        page = np.zeros((400, 400, 3), np.float32) + look.skin.base
        pages.append(beard.paint(page, seen, lay, face, look, sitter.v, 2.0, 3, lips(sitter))[0])
    at = np.repeat(np.repeat(cv2.dilate(patch, np.ones((9, 9), np.uint8)), 2, 0), 2, 1) > 0
    assert np.abs(pages[0] - pages[1])[at].max() < 1


def test_a_beard_that_goes_grey_ends_in_silver(sitter):
    """It is dark else: light hairs that lie among black ones hardly lighten the whole."""
    grown = (np.hypot(sitter.u, (sitter.v - 0.62) * 1.2) < 0.26).astype(np.float32)
    lay = dataclasses.replace(sitter.layers, half_beard=grown, grown=1.0, half_hair=0 * grown)
    look = dataclasses.replace(sitter.look(), grey=False)
    black = np.where(grown[..., None] > 0, np.float32((18, 1, 2)), np.float32(look.seen_skin))
    pepper = black.copy()
    some = np.zeros_like(grown)
    some[::3, ::2] = 1
    pepper[(grown * some) > 0] = (50, 0, 2)
    own, grey = (
        beard.paint(
            np.zeros((400, 400, 3), np.float32) + look.skin.base,
            np.asarray(photo, np.float32),
            lay,
            sitter.warped,
            look,
            sitter.v,
            2.0,
            3,
            lips(sitter),
        )[0]
        for photo in (black, pepper)
    )
    silver = (grey[..., 0] > own[..., 0] + 12) & (np.hypot(grey[..., 1], grey[..., 2]) < 8)
    assert silver.sum() > 100
    top = sitter.warped.points[17]
    rows, columns = np.nonzero(silver)
    assert (np.stack([columns, rows], 1) @ sitter.warped.down).min() > (
        top @ sitter.warped.down
    ) - 0.1 * sitter.warped.u


@pytest.mark.parametrize("light", [0.75, 1.0])
def test_a_thin_moustache_is_drawn_where_the_lip_is_dark(sitter, light):
    lip = whiskers._moustache(sitter.warped)
    lay = dataclasses.replace(sitter.layers, half_beard=lip, grown=DOWN)
    photo = np.zeros((200, 200, 3), np.float32) + np.float32((60, 14, 18))
    photo[lip > 0] *= np.float32(light)
    page = np.zeros((400, 400, 3), np.float32) + sitter.look().skin.base
    out, hides = beard.paint(page.copy(), photo, lay, sitter.warped, sitter.look(), sitter.v, 2.0, 3, lips(sitter))
    assert not hides
    assert (np.abs(out - page).max() > 10) == (light < 1)
