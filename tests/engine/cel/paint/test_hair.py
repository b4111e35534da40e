import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel.look import Tones, colour
from engine.cel.paint import dye, hair, palette
from engine.cel.paint.bells import Bells
from engine.cel.paint.curls import Curl
from engine.cel.paint.falls import Falls
from engine.cel.paint.fringe import Cut
from engine.cel.paint.layers import Layers
from engine.cel.paint.tresses import Way
from engine.cel.styles import STYLES

sheen = hair.sheen
BROWN = np.full((200, 200, 3), (30, 8, 12), np.float32)


@pytest.fixture(scope="module")
def paint(sitter, combed, laid_out):
    """Paint somebody's hair on a page of grey: the page, the locks and the colours."""

    def of(layers: Layers, seen=BROWN):
        flow, locks = combed(layers), laid_out(layers)
        dyed = dye.read(seen, layers.half_hair, layers.half_background, flow, sitter.warped, sitter.v)
        look = palette.measure(seen, sitter.complexion, dyed, sitter.warped, STYLES["modern"], False)
        page = np.full((400, 400, 3), 77, np.float32)
        where = None if dyed is None else dyed.where
        out = hair.paint(
            page, layers, locks, flow, sitter.warped, look, sitter.u, sitter.v, where, 2.0, 3, -1.0
        )  # fmt: skip
        return out, locks, look

    return of


def painted(tones):
    """Base, shadow and light."""
    return tones.base, tones.shadow, tones.light


def test_only_hair_is_painted(paint, worn):
    out, locks, _ = paint(worn)
    assert np.allclose(out[locks.shape < -1.5], 77, atol=1e-3)
    assert (np.abs(out[locks.shape > 1.5] - 77) > 1).any(-1).all()


def test_hair_is_few_flat_tones(paint, worn):
    out, locks, look = paint(worn)
    on = locks.shape > 4
    base, shadow, light = ((np.abs(out[on] - tone).max(-1) < 3).mean() for tone in painted(look.hair))
    assert base > 0.3
    assert shadow > 0.02
    assert 0.005 < light < 0.2
    assert base + shadow + light > 0.55


def test_bald_heads_stay_bald(paint, sitter):
    nothing = np.zeros((200, 200), np.float32)
    bare = dataclasses.replace(sitter.layers, half_hair=nothing, hair=np.full((400, 400), -12, np.float32))
    out, *_ = paint(bare)
    assert (out == 77).all()


def test_dyed_tips_keep_their_colour(paint, sitter, wig):
    seen = sitter.seen.copy()
    seen[:] = (25, 5, 8)
    seen[110:] = (70, 8, 35)
    worn = wig()
    seen[worn.half_background > 0.5] = (80, 0, 0)
    out, locks, look = paint(worn, seen)
    assert look.dye is not None
    on = (locks.shape > 4)[..., None]
    roots, tips = (out[rows][np.repeat(on[rows], 3, -1)].reshape(-1, 3) for rows in (np.s_[:160], np.s_[290:]))
    assert look.dye.base[0] > look.hair.base[0] + 15
    assert look.dye.base[2] > look.hair.base[2] + 8
    for part, own, other in ((roots, look.hair, look.dye), (tips, look.dye, look.hair)):
        mine, others = (
            np.min([np.linalg.norm(part - tone, axis=-1) for tone in painted(tones)], 0) for tones in (own, other)
        )
        assert np.median(mine) < 10
        assert (mine < others).mean() > 0.9


@pytest.mark.parametrize("worn_as", [Cut.CLOSE, Cut.CURLY])
def test_hair_that_lies_in_no_tresses_has_no_shadow(cut, worn_as):
    """What darkens a side of the whole looks like dye."""
    assert cut(cut=worn_as, falls=None, tresses=None)[2][1] < 0.02


def test_shadows_lie_along_the_locks(paint, worn):
    out, locks, look = paint(worn)
    lit = (locks.shape > 8)[:180]
    dark = (out[:180, :, 0] < look.hair.base[0] - 3) & lit
    assert 0.01 < dark.sum() / lit.sum() < 0.4


def test_clumps_of_a_crown_cast_shadows(cut):
    plot = np.array([[150.0, 90.0], [250.0, 90.0], [250.0, 110.0], [150.0, 110.0]])
    plain, shaded = (cut(falls=None, tresses=None, shades=shades)[0] for shades in ([], [plot]))
    inside = np.s_[94:106, 156:244]
    assert (shaded[inside] <= plain[inside])[..., 0].all()
    assert (plain - shaded)[inside][..., 0].mean() > 2
    assert np.array_equal(shaded[130:], plain[130:])


@pytest.fixture(scope="module")
def cut(sitter, combed, laid_out, worn):
    """The wig painted as if it were cut otherwise."""

    def of(soft=0.0, **how):
        locks = dataclasses.replace(laid_out(worn), **how)
        look = palette.measure(BROWN, sitter.complexion, None, sitter.warped, STYLES["modern"], False)
        page = np.full((400, 400, 3), 77, np.float32)
        out = hair.paint(
            page, worn, locks, combed(worn), sitter.warped, look, sitter.u, sitter.v, None, 2.0, 3, -1.0, soft
        )  # fmt: skip
        on = locks.shape > 4
        return out, on, [(np.abs(out[on] - tone).max(-1) < 3).mean() for tone in painted(look.hair)]

    return of


def test_only_smooth_hair_has_a_ring_of_light(cut):
    assert cut(cut=Cut.SHORT)[2][2] > 0.005
    assert cut(cut=Cut.CLOSE)[2][2] < 0.002
    assert cut(cut=Cut.CURLY)[2][2] < 0.004  # its rim


def test_light_melts_into_cropped_hair(cut, monkeypatch):
    """It is broad and faint: a crisp ring would be a helmet's."""
    lit, on, _ = cut(cut=Cut.CLOSE, tresses=None, falls=None)
    monkeypatch.setattr(hair, "_SOFT", 0.0)
    plain, *_ = cut(cut=Cut.CLOSE, tresses=None, falls=None)
    lighter = (lit - plain)[..., 0][on]
    assert 0.1 < (lighter > 0.5).mean() < 0.6
    assert (lighter > 0.9 * lighter.max()).mean() < 0.5 * (lighter > 0.5).mean()


def test_hair_of_which_smoothing_leaves_nothing_is_not_painted(sitter, combed, laid_out, worn):
    lay = dataclasses.replace(laid_out(worn), half=np.zeros((200, 200), np.float32))
    page = np.zeros((400, 400, 3), np.float32)
    args = worn, lay, combed(worn), sitter.warped, sitter.look(), sitter.u, sitter.v, None, 2.0, 3, -1.0
    assert not hair.paint(page, *args).any()


def test_cropped_hair_has_many_short_strokes_and_no_locks(cut):
    def strokes(way):
        out, on, _ = cut(cut=way)
        ink = (np.abs(cv2.Laplacian(np.ascontiguousarray(out[..., 0]), cv2.CV_32F)) > 4) & on
        count, _, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8))
        return count - 1, np.median(stats[1:, cv2.CC_STAT_AREA])

    cropped, short = strokes(Cut.CLOSE), strokes(Cut.SHORT)
    assert cropped[0] > 1.5 * short[0]


@pytest.mark.parametrize(("lightness", "lighter"), [(14, True), (40, False), (75, False)])
def test_lines_are_darker_than_hair_but_lighter_than_black_hair(sitter, lightness, lighter):
    tones = Tones(*(colour(lightness + step, 2, 4) for step in (0, -6, 20)))
    look = dataclasses.replace(sitter.look(), hair=tones, hair_ink=colour(6, 2, 2))
    assert (hair.drawn_in(look)[0] > lightness + 3) == lighter
    assert (hair.drawn_in(look)[0] < lightness - 3) != lighter


@pytest.fixture
def curl():
    outline = np.array([(150.0, 30.0), (180.0, 30.0), (180.0, 60.0), (150.0, 60.0)])
    across = np.array([0.5, 0.4])
    middle = outline.mean(0)
    return Curl(outline, outline, middle + (outline - middle) * across, None)


@pytest.mark.parametrize("dyed", [False, True])
def test_curls_have_lines_shadow_and_light(sitter, curl, dyed):
    look = palette.measure(BROWN, sitter.complexion, None, sitter.warped, STYLES["modern"], False)
    look = dataclasses.replace(look, dye=look.hair if dyed else None)
    page = np.broadcast_to(look.hair.base, (400, 400, 3)).copy()
    lit = dataclasses.replace(curl, shadow=curl.shadow - 200, light=curl.shadow)
    pages = [page.copy() for _ in range(2)]
    for picture, each in zip(pages, (curl, lit), strict=True):
        hair._curls(picture, np.s_[0:400, 0:400], [each], look, 2.0)
        assert picture[45, 179:182, 0].min() < page[0, 0, 0] - 4
        assert np.abs(picture[100:] - page[100:]).max() < 1e-3
    assert pages[0][45, 165, 0] < page[0, 0, 0] - 2
    assert pages[1][45, 165, 0] > page[0, 0, 0] + 2


def test_no_light_shines_through_a_strands_shadow(cut, laid_out, worn, monkeypatch):
    """The ring of light is a gloss over hair, and what lies in shadow there has none."""
    swept = dataclasses.replace(laid_out(worn).tresses, way=Way.UP)

    def shaded():
        out, on, _ = cut(cut=Cut.SHORT, tresses=swept, shades=[np.array([[0.0, 0], [400, 0], [400, 200], [0, 200]])])
        return out[on]

    dimmed = shaded()
    monkeypatch.setattr(hair, "_OVERCAST", 0.0)
    through = shaded()
    brighter = through[:, 0] - dimmed[:, 0]
    assert brighter.min() > -1e-3
    assert brighter.max() > 5


@pytest.mark.parametrize("left_out", ["lines", "shades"])
def test_straight_hair_that_hangs_is_lined_and_shaded_by_its_tresses(cut, sitter, monkeypatch, left_out):
    out, on, _ = cut(cut=Cut.LONG, strokes=[])
    nothing = {
        "lines": lambda *_: ([], []),
        "shades": lambda *_: [],
    }
    monkeypatch.setattr(Falls, left_out, nothing[left_out])
    plain, *_ = cut(cut=Cut.LONG, strokes=[])
    changed = (np.abs(out - plain).max(-1) > 5) & on
    assert changed.mean() > 0.002
    assert not changed[cv2.resize(sitter.v, (400, 400)) < -0.3].any()


def test_a_line_in_hair_runs_to_nothing_at_both_ends(cut, sitter, monkeypatch):
    face = sitter.warped
    line = face.centre + face.u * (0.6 * face.right + np.linspace(0.05, 0.65, 40)[:, None] * face.down)
    rows = np.rint(line[:, 1]).astype(int)

    def lined(lines):
        monkeypatch.setattr(Falls, "lines", lambda *_: (lines, []))
        return cut(cut=Cut.LONG, strokes=[])[0]

    ink = np.abs(lined([line]) - lined([]))[..., 0].sum(1)
    heaviest = float(ink[rows].max())
    assert heaviest > 5
    assert max(ink[rows[0]], ink[rows[-1]]) < 0.4 * heaviest


@pytest.mark.parametrize("wave", [0.0, 0.08])
def test_strands_go_on_down_the_length_of_hair(cut, sitter, monkeypatch, wave):
    face = sitter.warped
    parting, strand, light = (
        np.linspace(face.centre - 0.6 * face.u * face.down, face.centre + face.u * (aside * face.right), 12) / 2
        for aside in (0.0, 0.5, 0.3)
    )
    asked = []

    def lines(_, __, ___, strands):
        asked.append(strands)
        return [], strands

    monkeypatch.setattr(Falls, "lines", lines)
    cut(cut=Cut.LONG, strokes=[parting, strand], lights=[light], wave=wave)
    cut(cut=Cut.LONG, strokes=[parting, strand], lights=[], wave=wave)
    assert [len(strands) for strands in asked] == [1, 0]


def test_lines_where_waves_meet_are_drawn(cut, sitter, monkeypatch):
    face = sitter.warped
    line = face.centre + face.u * (0.6 * face.right + np.linspace(0.05, 0.3, 20)[:, None] * face.down)
    plain, on, _ = cut(cut=Cut.LONG, strokes=[], wave=0.08)
    monkeypatch.setattr(Falls, "hooks", lambda *_: [line])
    out = cut(cut=Cut.LONG, strokes=[], wave=0.08)[0]
    assert (np.abs(out - plain).max(-1) > 5)[on].any()


def test_the_line_of_a_parting_is_finer_than_others(cut, sitter, monkeypatch):
    face = sitter.warped
    parting = (face.centre - face.u * np.linspace(0.55, 0.7, 12)[:, None] * face.down) / 2 - 0.5
    plain = cut(cut=Cut.LONG, strokes=[], tresses=None, falls=None)[0]

    def ink():
        return np.abs(cut(cut=Cut.LONG, strokes=[parting], tresses=None, falls=None)[0] - plain).sum()

    fine = ink()
    monkeypatch.setattr(hair, "_PARTING", 1.0)
    assert fine < ink()


def test_light_on_waved_hair_is_fainter_than_on_straight_hair(cut, monkeypatch):
    everywhere = np.array([(0.0, 0.0), (400.0, 0.0), (400.0, 400.0), (0.0, 400.0)])
    monkeypatch.setattr(Falls, "lights", lambda *_: [everywhere])
    straight, waved = (cut(cut=Cut.LONG, strokes=[], wave=wave) for wave in (0.0, 0.08))
    lightness = [float(np.median(out[..., 0][on])) for out, on, _ in (straight, waved)]
    assert lightness[0] > lightness[1] + 2


@pytest.mark.parametrize(("half", "seen"), [(0.015, False), (0.08, True)])
def test_no_speck_is_left_of_the_ring_of_light(cut, sitter, monkeypatch, half, seen):
    ring = np.minimum(half - np.abs(sitter.u), half - np.abs(sitter.v + 0.75)).astype(np.float32)
    sheen = hair.sheen

    def painted_with(ring):
        monkeypatch.setattr(hair, "sheen", lambda *given: dataclasses.replace(sheen(*given), ring=ring))
        out, on, _ = cut(cut=Cut.TIED, tresses=None, falls=None)
        return out[on][:, 0]

    assert bool((painted_with(ring) - painted_with(ring * 0 - 1) > 3).any()) == seen


def test_skin_shines_through_combed_hair_over_it_and_not_through_curls(cut, monkeypatch):
    """Hard up to its edge hair is a helmet."""
    found = {}
    for way in (Cut.SHORT, Cut.CURLY):
        monkeypatch.undo()
        whole, on, _ = cut(cut=way, tresses=None, falls=None)
        monkeypatch.setattr(hair.depth, "_THROUGH", ([0.0, 100.0], [0.0, 0.0]))
        plain, *_ = cut(cut=way, tresses=None, falls=None)
        found[way] = float(np.abs(whole - plain)[on].max())
    assert found[Cut.SHORT] > 3
    assert found[Cut.CURLY] == 0


def test_no_skin_shines_through_the_locks_of_a_fringe(cut, laid_out, worn, monkeypatch):
    assert laid_out(worn).tresses.way is Way.DOWN
    whole, *_ = cut(cut=Cut.SHORT, falls=None)
    monkeypatch.setattr(hair.depth, "_THROUGH", ([0.0, 100.0], [0.0, 0.0]))
    plain, *_ = cut(cut=Cut.SHORT, falls=None)
    assert (whole == plain).all()


def test_combed_hair_is_darker_away_from_the_light_unless_it_is_dark(cut, sitter, monkeypatch):
    u = cv2.resize(sitter.u, (400, 400))

    def darkened(most):
        monkeypatch.setattr(hair.depth, "_SOFT", ([0.0, 100.0], [most, most]))
        out, on, _ = cut(cut=Cut.SHORT, tresses=None, falls=None)
        return [out[..., 0][on & (u * sign > 0.3)].mean() for sign in (-1, 1)]

    plain, round_ = darkened(0.0), darkened(0.5)
    assert plain[1] - round_[1] > plain[0] - round_[0] + 0.5


def test_hair_that_hangs_is_as_bright_on_either_side(cut, monkeypatch):
    """It would be dark slabs beside the face."""
    whole, *_ = cut(cut=Cut.LONG, strokes=[])
    monkeypatch.setattr(hair.depth, "_SOFT", ([0.0, 100.0], [1.0, 1.0]))
    monkeypatch.setattr(hair.depth, "_THROUGH", ([0.0, 100.0], [1.0, 1.0]))
    assert np.array_equal(cut(cut=Cut.LONG, strokes=[])[0], whole)


def test_the_tresses_of_a_bob_are_lined_and_shaded_and_it_is_round_if_it_has_a_fringe(
    cut, sitter, laid_out, worn, monkeypatch
):
    hanging, face = laid_out(worn).falls, sitter.warped
    rim = face.centre + (0.58 * face.right + np.linspace(0, 0.3, 9)[:, None] * face.down) * face.u
    plain, on, _ = cut(cut=Cut.SHORT, falls=hanging, tresses=None)
    rimmed, *_ = cut(cut=Cut.SHORT, falls=hanging, tresses=None, bells=Bells(rims=[rim]))
    assert (np.abs(rimmed - plain).max(-1) > 3).sum() > 20
    assert (np.abs(plain - cut(cut=Cut.SHORT, falls=None, tresses=None)[0]).max(-1) > 3)[on].mean() > 0.01
    monkeypatch.setattr(hair.depth, "_SOFT", ([0.0, 100.0], [1.0, 1.0]))
    assert (np.abs(cut(cut=Cut.SHORT, falls=hanging, tresses=None)[0] - plain).max(-1) > 1)[on].any()


def test_light_lies_beside_a_fringe_too(cut, laid_out, wig, sitter):
    tresses, face = laid_out(wig(-0.22, 0.0)).tresses, sitter.warped
    assert tresses is not None
    spot = face.centre + (0.6 + 0.1 * np.array([[0, 0], [1, 0], [1, 1]])) * (1, -0.3) * face.u
    plain, on, _ = cut(cut=Cut.SHORT, falls=None, tresses=tresses)
    lit, *_ = cut(cut=Cut.SHORT, falls=None, tresses=tresses, bells=Bells(lights=[spot]))
    assert ((lit - plain)[..., 0][on] > 3).sum() > 20


def test_strands_beside_a_fringe_go_on_down_the_tresses(cut, laid_out, worn, monkeypatch):
    hanging, asked, strand = laid_out(worn).falls, [], np.zeros((4, 2))
    monkeypatch.setattr(Falls, "lines", lambda self, face, chance, strands: asked.extend(strands) or ([], []))
    cut(cut=Cut.SHORT, falls=hanging, bells=Bells(strands=[strand]))
    assert any(given is strand for given in asked)


def test_hair_that_hangs_grows_lighter_towards_its_tips_in_a_soft_style(cut, sitter):
    v = cv2.resize(sitter.v, (400, 400))
    (hard, on, _), (soft, *_) = cut(), cut(soft=1.0)
    lighter = (soft - hard)[..., 0]
    assert lighter[on & (v > 0.7)].mean() > lighter[on & (v > 0.2) & (v < 0.4)].mean() + 1
    assert np.abs(lighter[v < -0.2]).max() == 0
