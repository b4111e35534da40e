import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel import ink
from engine.cel.canvas import Canvas
from engine.cel.look import rgb
from engine.cel.paint.fringe import Cut
from engine.cel.paint.locks import Locks
from engine.cel.paint.whiskers import BEARD, STUBBLE
from engine.cel.styles import STYLES


def test_bold_and_style_widen_the_pen(sitter):
    pens = {name: ink.pen(sitter.warped.u, style, 1.0) for name, style in STYLES.items()}
    assert pens["shoujo"] < pens["modern"] < pens["shounen"]
    assert ink.pen(sitter.warped.u, STYLES["modern"], 1.3) > pens["modern"]


@pytest.fixture
def inked(sitter):
    """The sitter's ink on a grey page, with hair cut one way or another."""

    def of(cut=Cut.SHORT, lay=sitter.layers, yaw=sitter.warped.yaw, **drawn):
        style, nothing = dataclasses.replace(STYLES["modern"], **drawn), np.zeros((0, 2))
        hair = lay.half_hair
        locks = Locks(lay.hair, lay.hair, hair, hair * 0, nothing, nothing, 0.0, [], cut, False)
        blank = np.full((400, 400, 3), (80, 0, 0), np.float32)
        look = sitter.look(style)
        face = dataclasses.replace(sitter.warped, yaw=yaw)
        return ink.draw(
            blank.copy(), lay, locks, face, look, style, sitter.u, sitter.v, 1.0, lay.grown > STUBBLE
        ), blank

    return of


def test_ink_darkens_edges_only(inked):
    inked, blank = inked()
    touched = np.abs(inked - blank).max(-1) > 1
    assert 0.005 < touched.mean() < 0.2
    assert inked[touched][:, 0].max() < 80
    assert inked[..., 0].min() < 36


def test_lines_of_a_soft_style_have_the_colour_of_what_they_bound(inked):
    hard, soft = (inked(soft=s)[0] for s in (0.0, 1.0))
    lines = hard[..., 0] < 30
    assert (soft[lines][:, 0] >= hard[lines][:, 0]).all()
    assert np.median(soft[lines][:, 0] - hard[lines][:, 0]) > 4


def test_hairs_line_goes_along_its_edges_but_not_round_its_tips(inked, sitter):
    """Round a tip it would be a knob."""
    mask = np.zeros((400, 400), np.uint8)
    cv2.fillPoly(
        mask, [np.array([[100, 40], [300, 40], [300, 150], [206, 150], [200, 200], [194, 150], [100, 150]])], 1
    )
    inside, outside = (cv2.distanceTransform(part, cv2.DIST_L2, 5) for part in (mask, 1 - mask))
    none = np.full((400, 400), -99, np.float32)
    lay = dataclasses.replace(sitter.layers, hair=inside - outside, person=none, body=none, face=none)
    page, blank = inked(lay=lay)
    drawn = np.abs(page - blank).max(-1)
    assert drawn[39:41, 200].max() > 10
    assert drawn[150:152, 150].max() > 3  # it swells and ebbs
    assert drawn[196:200, 200].max() > 10
    assert drawn[201:208, 195:206].max() == 0


def test_an_outline_runs_up_to_hairs_own(inked, sitter):
    """Else there is a gap between them."""
    x, y = np.meshgrid(np.arange(400, dtype=np.float32), np.arange(400, dtype=np.float32))
    none = np.full((400, 400), -99, np.float32)
    lay = dataclasses.replace(sitter.layers, hair=200 - x, person=y - 100, body=none, face=none)
    page, blank = inked(lay=lay)
    drawn = np.abs(page - blank).max(-1)
    assert drawn[99:102, 200:210].max(0).min() > 42


def test_bare_ears_get_a_fold_and_hidden_ones_none(sitter):
    import dataclasses

    style = STYLES["modern"]
    look = sitter.look(style)
    x = np.arange(400, dtype=np.float32)[None]
    reach = 0.10 * sitter.warped.u
    left, right = sitter.warped.points[[234, 454], 0]
    head = np.clip(np.minimum(x - left + reach, right + reach - x), -12, 12) * np.ones((400, 1), np.float32)
    bare = dataclasses.replace(sitter.layers, body=head, hair=np.full((400, 400), -12, np.float32))
    hidden = dataclasses.replace(bare, hair=np.full((400, 400), 12, np.float32))
    turned = dataclasses.replace(sitter.warped, yaw=0.0)
    touched = []
    for layers in (bare, hidden):
        page = np.full((400, 400, 3), 200, np.uint8)
        ink.ears(page, layers, turned, look, style, 1.0)
        touched.append((page != 200).any(-1))
    assert touched[0][:, :200].any()
    assert touched[0][:, 200:].any()
    assert not touched[1].any()


@pytest.mark.parametrize("side", [-1, 1])
def test_all_of_a_turned_heads_near_ear_is_drawn_also_where_short_hair_seems_to_be(sitter, side):
    """The near ear is on the picture's left if the nose points to its right."""
    within = np.full((400, 400), 12, np.float32)
    hidden = dataclasses.replace(sitter.layers, body=within, hair=within)
    style, middle = STYLES["modern"], int(sitter.warped.points[168, 0])
    turned, front = (dataclasses.replace(sitter.warped, yaw=-side * yaw) for yaw in (0.4, 0.1))

    def drawn(face, short):
        page = np.full((400, 400, 3), 200, np.uint8)
        ink.ears(page, hidden, face, sitter.look(style), style, 1.0, short)
        touched = (page != 200).any(-1)
        return [bool(half.any()) for half in (touched[:, :middle], touched[:, middle:])]

    assert drawn(turned, short=True) == [side < 0, side > 0]
    assert not any(drawn(turned, short=False) + drawn(front, short=True))


def test_a_nape_beside_the_near_ear_is_no_part_of_it(sitter):
    """What is bare far beside its root is more than an ear: that is drawn whole, with an outline of its own."""
    x, right = np.arange(400, dtype=np.float32)[None], sitter.warped.points[454, 0]
    style, turned = STYLES["modern"], dataclasses.replace(sitter.warped, yaw=-0.4)

    def drawn(reach):
        head = np.clip(right + reach * sitter.warped.u - x, -12, 12) * np.ones((400, 1), np.float32)
        bare = dataclasses.replace(sitter.layers, body=head, hair=np.full((400, 400), -12, np.float32))
        page = np.full((400, 400, 3), 200, np.uint8)
        ink.ears(page, bare, turned, sitter.look(style), style, 1.0)
        return int((page != 200).any(-1).sum())

    assert drawn(0.25) > 1.5 * drawn(0.15) > 0


def test_the_near_ear_beside_short_hair_is_drawn_whole_however_little_of_it_shows(sitter):
    x, right = np.arange(400, dtype=np.float32)[None], sitter.warped.points[454, 0]
    style, turned = STYLES["modern"], dataclasses.replace(sitter.warped, yaw=-0.4)
    head = np.clip(right + 0.1 * sitter.warped.u - x, -12, 12) * np.ones((400, 1), np.float32)
    bare = dataclasses.replace(sitter.layers, body=head, hair=np.full((400, 400), -12, np.float32))

    def drawn(short):
        page = np.full((400, 400, 3), 200, np.uint8)
        ink.ears(page, bare, turned, sitter.look(style), style, 1.0, short)
        return int((page != 200).any(-1).sum())

    assert drawn(short=True) > 1.5 * drawn(short=False) > 0


@pytest.mark.parametrize("before", ["cheek", "hair", "nothing"])
def test_the_near_ear_is_closed_towards_what_is_no_cheek(sitter, before):
    """Else it has a straight edge there."""
    x, root = np.arange(400, dtype=np.float32)[None], sitter.warped.points[454]
    style, turned = STYLES["modern"], dataclasses.replace(sitter.warped, yaw=-0.4)
    body = np.clip(root[0] + 0.25 * sitter.warped.u - x, -12, 12) * np.ones((400, 1), np.float32)
    cheek = np.clip(x - root[0], -12, 12) * np.ones((400, 1), np.float32)
    if before == "nothing":
        body = np.minimum(body, cheek)
    hair = -cheek if before == "hair" else np.full((400, 400), -12, np.float32)
    lay = dataclasses.replace(sitter.layers, body=body, hair=hair)
    page = np.full((400, 400, 3), 200, np.uint8)
    ink.ears(page, lay, turned, sitter.look(style), style, 1.0)
    y, left = int(root[1]), int(root[0] - 0.03 * sitter.warped.u)
    assert (page[y - 3 : y + 4, left : int(root[0]) - 2] != 200).any() == (before != "cheek")


def test_a_lock_before_the_near_ear_lies_over_it_with_a_line_of_its_own(sitter):
    """Else the ear is cut off straight, and a wedge of skin beside the lock."""
    x, root, unit = np.arange(400, dtype=np.float32)[None], sitter.warped.points[454], sitter.warped.u
    style, turned = STYLES["modern"], dataclasses.replace(sitter.warped, yaw=-0.4)
    body = np.clip(root[0] + 0.25 * unit - x, -12, 12) * np.ones((400, 1), np.float32)
    lay = dataclasses.replace(sitter.layers, body=body, hair=np.full((400, 400), -12, np.float32))
    aside, high = 0.03 * unit, 0.3 * unit
    lock = root + np.array([(-2 * aside, -high), (aside, -high), (aside, high), (-2 * aside, high)])
    pages = []
    for before in ([], [lock]):
        page = np.full((400, 400, 3), 200, np.uint8)
        ink.ears(page, lay, turned, sitter.look(style), style, 1.0, before=before)
        pages.append(page.astype(int))
    y, edge = int(root[1]), int(root[0] + aside)
    bare, hidden = (page[y - 2 : y + 3] for page in pages)
    assert (bare[:, edge - 3 : edge - 1] != 200).any()
    assert (hidden[:, : edge - 2] == 200).all()
    assert hidden[:, edge - 1 : edge + 2].min() < bare[:, edge - 1 : edge + 2].min() - 30


def test_no_line_of_an_ear_lies_over_a_lock_before_it(sitter):
    x, root, unit = np.arange(400, dtype=np.float32)[None], sitter.warped.points[454], sitter.warped.u
    style = STYLES["modern"]
    body = np.clip(root[0] + 0.14 * unit - x, -12, 12) * np.ones((400, 1), np.float32)
    lay = dataclasses.replace(sitter.layers, body=body, person=body, hair=np.full((400, 400), -12, np.float32))
    lock = root + np.array([(-0.1, -0.3), (0.06, -0.3), (0.06, 0.3), (-0.1, 0.3)]) * unit
    drawn = []
    for before in ([], [lock]):
        page = np.full((400, 400, 3), 200, np.uint8)
        ink.ears(page, lay, sitter.warped, sitter.look(style), style, 1.0, before=before)
        y, left = int(root[1]), int(root[0] - 0.05 * unit)
        part = page[y - 10 : y + 18, left : int(root[0] + 0.04 * unit)]
        drawn.append(bool((part != 200).any()))
    assert drawn == [True, False]


def test_a_whole_ears_lobe_comes_back_to_the_cheek(sitter):
    """It would end in the air."""
    x, root = np.arange(400, dtype=np.float32)[None], sitter.warped.points[454]
    style, turned = STYLES["modern"], dataclasses.replace(sitter.warped, yaw=-0.4)
    body = np.clip(root[0] + 0.25 * sitter.warped.u - x, -12, 12) * np.ones((400, 1), np.float32)
    lay = dataclasses.replace(sitter.layers, body=body, hair=np.full((400, 400), -12, np.float32))
    page = np.full((400, 400, 3), 200, np.uint8)
    ink.ears(page, lay, turned, sitter.look(style), style, 1.0)
    low = page[int(root[1] + 0.1 * sitter.warped.u) : int(root[1] + 0.16 * sitter.warped.u)]
    assert (low[:, int(root[0]) - 2 : int(root[0]) + 1] < 150).any()


def test_the_jaws_line_does_not_climb_before_the_ears(sitter, inked):
    """There it would be a mask's."""
    v = cv2.resize(sitter.v, (400, 400))
    broad, none = np.full((400, 400), 30, np.float32), np.full((400, 400), -30, np.float32)
    oval = np.abs(sitter.layers.face) < 1
    ink = 80 - inked(lay=dataclasses.replace(sitter.layers, body=broad, person=broad, hair=none))[0][..., 0]
    assert float(ink[oval & (v > 0.35)].mean()) > 5
    beside = oval & (v > -0.02) & (v < 0.10)
    assert beside.sum() > 5
    assert float(ink[beside].max()) < 1


def test_the_jaws_line_of_a_turned_head_goes_further_up(sitter, inked):
    """From the front it would be a scratch before each ear; turned, it parts a cheek from its neck."""
    v = cv2.resize(sitter.v, (400, 400))
    broad, none = np.full((400, 400), 30, np.float32), np.full((400, 400), -30, np.float32)
    lay = dataclasses.replace(sitter.layers, body=broad, person=broad, hair=none)
    high = (np.abs(sitter.layers.face) < 1) & (v > 0.2) & (v < 0.25)
    front, turned = (80 - inked(lay=lay, yaw=yaw)[0][..., 0] for yaw in (0.05, 0.3))
    assert float(front[high].max()) < 1
    assert float(turned[high].mean()) > 5


def test_the_chins_line_runs_out_into_the_outline_and_the_jaws_does_not(sitter, inked):
    """A chin's would end in the air; further up it would be a second outline."""
    v = cv2.resize(sitter.v, (400, 400))
    chin = float((sitter.warped.points[152] - sitter.warped.centre) @ sitter.warped.down) / sitter.warped.u
    none = np.full((400, 400), -30, np.float32)
    thin = np.full((400, 400), 0.018 * sitter.warped.u, np.float32)  # so near is the outline all over
    ink = 80 - inked(lay=dataclasses.replace(sitter.layers, body=thin, person=none, hair=none))[0][..., 0]
    oval = np.abs(sitter.layers.face) < 1
    assert float(ink[oval & (v > 0.9 * chin)].mean()) > 5
    beside = oval & (v > 0.32 * chin) & (v < 0.48 * chin)
    assert beside.sum() > 5
    assert float(ink[beside].max()) < 1


def test_a_turned_heads_jaw_is_drawn_whole_but_for_where_hair_lies_at_its_far_edge(sitter, inked):
    """A chin without a line is a hole in the face; by hair it would be a second edge."""
    u, v = (cv2.resize(plane, (400, 400)) for plane in (sitter.u, sitter.v))
    broad, none = np.full((400, 400), 30, np.float32), np.full((400, 400), -30, np.float32)
    jaw = (np.abs(sitter.layers.face) < 1) & (v > 0.35)
    beside = np.where(u > 0.1, -0.03 * sitter.warped.u, -30).astype(np.float32)
    bare, haired = (
        80 - inked(lay=dataclasses.replace(sitter.layers, body=broad, person=broad, hair=hair), yaw=0.4)[0][..., 0]
        for hair in (none, beside)
    )
    assert float(bare[jaw & (u > 0.15)].mean()) > 5
    assert float(bare[jaw & (u < -0.1)].mean()) > 5
    chin = float((sitter.warped.points[152] - sitter.warped.centre) @ sitter.warped.down) / sitter.warped.u
    assert float(haired[jaw & (u > 0.15) & (v < 0.7 * chin)].mean()) < 1
    assert np.allclose(haired[jaw & (v > 0.95 * chin)], bare[jaw & (v > 0.95 * chin)])
    assert np.array_equal(haired[jaw & (u < -0.05)], bare[jaw & (u < -0.05)])


def test_no_line_parts_a_far_cheek_from_a_strip_beyond_the_mesh(sitter, inked):
    """It would be a thread beside the outline; what is broader than a strip is a neck."""
    u, v = (cv2.resize(plane, (400, 400)) for plane in (sitter.u, sitter.v))
    none = np.full((400, 400), -30, np.float32)
    cheek = (np.abs(sitter.layers.face) < 1) & (v > 0.22) & (v < 0.28)

    def at(side, breadth):
        body = np.full((400, 400), breadth * sitter.warped.u, np.float32)
        lay = dataclasses.replace(sitter.layers, body=body, person=none, hair=none)
        return float((80 - inked(lay=lay, yaw=0.4)[0][..., 0])[cheek & (u * side > 0.2)].mean())

    assert at(1, 0.07) < 1 < 5 < at(1, 0.2)
    assert at(-1, 0.07) > 5


def test_the_jaw_has_its_line_beneath_stubble_and_none_within_a_beard(sitter, inked):
    jaw = (np.abs(sitter.layers.face) < 1) & (sitter.layers.body > 14)
    ink_there = []
    for grown in (0.0, STUBBLE, BEARD):
        lay = dataclasses.replace(
            sitter.layers, half_beard=np.float32(grown > 0) * sitter.layers.half_skin, grown=grown
        )
        ink_there.append(float((80 - inked(lay=lay)[0][..., 0])[jaw].mean()))
    bare, stubble, beard = ink_there
    assert stubble == bare > 5
    assert beard < 0.5 * bare


def test_the_line_of_the_jaw_ends_where_a_beard_as_it_is_drawn_begins(inked, sitter):
    """It is drawn a little fuller than it was seen."""
    aside = np.abs(sitter.u - 0.1)
    near, far = (
        dataclasses.replace(sitter.layers, half_beard=np.float32(aside < reach), grown=BEARD) for reach in (0.08, 0.14)
    )
    lines = [(80 - inked(lay=lay)[0][..., 0]) for lay in (near, far)]
    rim = np.repeat(np.repeat((aside > 0.09) & (aside < 0.12) & (sitter.u > 0.1), 2, 0), 2, 1)
    jaw = rim & (np.abs(sitter.layers.face) < 1) & (sitter.layers.body > 10)
    assert jaw.any()
    assert lines[0][jaw].mean() < lines[1][jaw].mean() + 1


def test_the_shade_in_an_ear_ends_in_points(sitter, monkeypatch):
    """Cut straight across it would look torn."""
    x, right = np.arange(400, dtype=np.float32)[None], sitter.warped.points[454, 0]
    head = np.clip(right + 0.1 * sitter.warped.u - x, -12, 12) * np.ones((400, 1), np.float32)
    bare = dataclasses.replace(sitter.layers, body=head, hair=np.full((400, 400), -12, np.float32))
    fills = []
    monkeypatch.setattr(Canvas, "fill", lambda self, shape, colour, *more: fills.append((np.asarray(shape), colour)))
    look = sitter.look(STYLES["modern"])
    ink.ears(np.full((400, 400, 3), 200, np.uint8), bare, sitter.warped, look, STYLES["modern"], 1.0)
    shades = [shape for shape, colour in fills if np.array_equal(colour, rgb(look.skin.shadow))]
    assert shades
    for shade in shades:
        half = len(shade) // 2
        across = np.linalg.norm(shade[:half] - shade[: half - 1 : -1], axis=1)
        assert max(across[0], across[-1]) < 0.01
        assert across.max() > 2


@pytest.fixture
def fronts(sitter):
    """Whether the cheek has a line before the picture's left ear, and the right one."""

    def of(ear=0.10, beard=0.0, yaw=0.0):
        style, face = STYLES["modern"], dataclasses.replace(sitter.warped, yaw=yaw)
        x, reach = np.arange(400, dtype=np.float32)[None], ear * face.u
        roots = face.points[[234, 454]]
        head = np.clip(np.minimum(x - roots[0, 0] + reach, roots[1, 0] + reach - x), -12, 12)
        head = head * np.ones((400, 1), np.float32)
        bare = dataclasses.replace(
            sitter.layers,
            body=head,
            person=head,
            hair=np.full((400, 400), -12, np.float32),
            half_beard=np.full((200, 200), beard, np.float32),
        )
        page = np.full((400, 400, 3), 200, np.uint8)
        ink.ears(page, bare, face, sitter.look(style), style, 1.0)
        places = [
            root + (0.012 * side * face.right + 0.08 * face.down) * face.u
            for side, root in ((-1, roots[0]), (1, roots[1]))
        ]
        return [bool(page[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3].min() < 90) for x, y in places]

    return of


def test_a_cheek_has_its_line_before_an_ear(fronts):
    assert fronts() == [True, True]


def test_it_has_none_in_a_beard_nor_before_a_sliver_of_an_ear(fronts):
    assert fronts(beard=1.0) == [False, False]
    assert fronts(ear=0.05) == [False, False]


def test_on_the_near_side_of_a_turned_head_the_jaw_has_that_line(fronts):
    assert fronts(yaw=0.15) == [False, False]
    assert fronts(yaw=0.05) == [True, True]
