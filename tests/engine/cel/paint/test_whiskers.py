import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel.paint import whiskers
from engine.cel.paint.whiskers import SHORT, STUBBLE
from engine.cel.traits import Traits


@pytest.fixture
def grown(sitter):
    """Where a parser might see hair on the sitter's face: some u, some v."""

    def of(u: tuple[float, float], v: tuple[float, float]) -> np.ndarray:
        return ((sitter.u > u[0]) & (sitter.u < u[1]) & (sitter.v > v[0]) & (sitter.v < v[1])).astype(np.float32)

    return of


@pytest.fixture
def at(sitter):
    """Coverage at a point of the face mesh."""

    def of(plane: np.ndarray, index: int) -> float:
        x, y = np.rint(sitter.warped.points[index] / 2 - 0.5).astype(int)
        return float(plane[y, x])

    return of


CHIN, LIP, JAWS, CHEEKS, BROW = 200, 164, (136, 365), (50, 280), 151


def test_a_bare_face_has_no_beard(sitter):
    assert not whiskers.cut(np.zeros((200, 200), np.float32), sitter.warped).cover.any()


def test_a_full_beard_covers_both_sides_and_leaves_the_cheeks(sitter, grown, at):
    half_seen = grown((-0.5, 0.34), (0.32, 1.0))  # most of the other side lies in shadow
    beard = whiskers.cut(half_seen, sitter.warped).cover
    assert all(at(beard, i) > 0.9 for i in (CHIN, *JAWS))
    assert not any(at(beard, i) for i in (*CHEEKS, BROW))


def test_a_goatee_is_slim_and_has_a_moustache(sitter, grown, at):
    beard = whiskers.cut(grown((-0.16, 0.16), (0.3, 0.9)), sitter.warped).cover
    assert at(beard, CHIN) > 0.9
    assert not any(at(beard, i) > 0.1 for i in JAWS)
    nose, lip, chin = (
        (sitter.warped.points[[2, 0, CHIN]] - sitter.warped.centre) @ sitter.warped.down
    ) / sitter.warped.u
    middle = np.abs(sitter.u) < 0.06
    assert beard[middle & (sitter.v > (nose + lip) / 2) & (sitter.v < lip)].mean() > 0.6
    below = (beard > 0.5) & (np.abs(sitter.v - chin) < 0.03)
    assert 0.1 < np.abs(sitter.u[below]).max() < 0.75 * np.abs(sitter.u[(whiskers.chin(sitter.warped) > 0.5)]).max()


def test_a_goatee_has_no_moustache_where_the_lip_is_bare(sitter, grown, at):
    lip = float((sitter.warped.points[17] - sitter.warped.centre) @ sitter.warped.down) / sitter.warped.u
    with_one, alone = (whiskers.cut(grown((-0.16, 0.16), (top, 0.9)), sitter.warped).cover for top in (0.3, lip))
    above = (sitter.v < lip - 0.13) & (sitter.v > 0)
    assert with_one[above].max() > 0.9
    assert alone[above].max() == 0
    assert at(alone, CHIN) > 0.9
    assert not any(at(alone, i) > 0.1 for i in JAWS)


@pytest.mark.parametrize(("told", "female", "far"), [(0.3, 0.0, whiskers.DOWN), (0.3, 1.0, 0.0), (-0.1, 0.0, 0.0)])
def test_a_man_who_may_have_whiskers_may_have_a_thin_moustache(sitter, told, female, far):
    """A woman has none."""
    found = whiskers.cut(np.zeros((200, 200), np.float32), sitter.warped, Traits(whiskers=told), female)
    assert found.grown == far
    assert found.cover.any() == (far > 0)


def test_a_moustache_leaves_the_chin(sitter, grown, at):
    lip = (sitter.warped.points[[2, 0]] - sitter.warped.centre) @ sitter.warped.down / sitter.warped.u
    beard = whiskers.cut(grown((-0.3, 0.3), (float(lip[0]) - 0.03, float(lip[1]))), sitter.warped).cover
    assert beard.max() > 0.9
    assert at(beard, CHIN) < 0.1


def test_crumbs_are_no_beard(sitter, grown):
    assert not whiskers.cut(grown((0.1, 0.2), (0.5, 0.58)), sitter.warped).cover.any()


def test_a_long_beard_hangs_as_long_as_it_is_seen(sitter, grown):
    shorter, longer = (whiskers.cut(grown((-0.4, 0.4), (0.36, end)), sitter.warped).cover for end in (0.7, 1.1))
    low = sitter.v > 0.95
    assert not shorter[low].any()
    assert longer[low].sum() > 100


def test_the_shade_under_a_chin_is_no_long_beard(sitter, grown):
    chin = float((sitter.warped.points[152] - sitter.warped.centre) @ sitter.warped.down) / sitter.warped.u
    none, shade, long = (
        whiskers.cut(grown((-0.4, 0.4), (0.36, chin + below)), sitter.warped).cover for below in (0.0, 0.14, 0.24)
    )
    assert np.array_equal(shade, none)
    assert long[sitter.v > chin + 0.1].sum() > 100


@pytest.mark.parametrize(("sure", "far"), [(1.0, whiskers.BEARD), (0.9, whiskers.SHORT), (0.75, whiskers.STUBBLE)])
def test_the_less_sure_a_beard_is_the_shorter_it_is(sitter, grown, sure, far):
    """Of something seen on the chin, less of which is covered than a beard would."""
    seen = grown((-0.14, 0.10), (0.4, 0.9)) * np.float32(sure)
    assert whiskers.cut(seen, sitter.warped).grown == far


def test_a_faint_shade_is_no_stubble(sitter, grown):
    found = whiskers.cut(grown((-0.5, 0.5), (0.3, 1.0)) * np.float32(0.5), sitter.warped)
    assert not found.cover.any()
    assert found.grown == 0


@pytest.mark.parametrize(("u", "v", "sure"), [((-0.5, 0.2), (0.3, 1.0), 0.69), ((-0.1, 0.1), (0.5, 0.9), 0.75)])
def test_stubble_grows_wherever_a_full_beard_would(sitter, grown, at, u, v, sure):
    found = whiskers.cut(grown(u, v) * np.float32(sure), sitter.warped)
    assert found.grown == STUBBLE
    assert all(at(found.cover, i) > 0.9 for i in (CHIN, *JAWS))


def test_stubble_leaves_more_of_the_cheeks_than_a_beard(sitter, at):
    """Its upper edge is one even curve along the jaw."""
    face = sitter.warped
    jaw, corner = face.points[list(whiskers.JAWS[0])], face.points[whiskers._CORNERS[0]]
    shares = np.linspace(0.0, 0.6, 61)[:, None]
    for k in (2, 3, 4):
        x, y = np.rint((jaw[k] + shares * (corner - jaw[k])) / 2 - 0.5).astype(int).T
        days, full = (
            plane[y, x].sum() for plane in (whiskers._days(face), whiskers._hanging(whiskers._full(face), face))
        )
        assert 0 < days < full


def test_a_full_beard_leaves_the_far_cheek_of_a_turned_head(sitter, grown):
    seen = grown((-0.5, 0.5), (0.3, 1.0))
    front, turned = (whiskers.cut(seen, dataclasses.replace(sitter.warped, yaw=yaw)).cover for yaw in (0.0, 0.25))
    gone = (front > 0.5) & (turned < 0.5)
    assert gone.any()
    assert (sitter.u[gone] > 0).all()
    beside_the_nose = (sitter.u > 0.38) & (sitter.v < 0.3)
    assert (front[beside_the_nose] > 0.5).any()
    assert turned[beside_the_nose].max() < 0.5


@pytest.mark.parametrize(
    ("traits", "far"),
    [
        (Traits(), 0.0),
        (Traits(whiskers=0.7), STUBBLE),
        (Traits(whiskers=0.7, beard=0.4), SHORT),
        (Traits(whiskers=0.1, beard=0.4), 0.0),
    ],
)
def test_what_a_glance_tells_grows_though_it_is_not_seen(sitter, at, traits, far):
    nothing = np.zeros((200, 200), np.float32)
    found = whiskers.cut(nothing, sitter.warped, traits)
    assert (found.grown if found.cover.any() else 0.0) == far
    if far:
        assert at(found.cover, 175) > 0.9


def test_a_short_beard_is_stubble_where_a_glance_tells_of_none(sitter, grown):
    seen = 0.9 * grown((-0.4, 0.03), (0.3, 0.8))
    assert whiskers.cut(seen, sitter.warped).grown == SHORT
    assert whiskers.cut(seen, sitter.warped, Traits(beard=-0.8)).grown == STUBBLE
    assert whiskers.cut(seen, sitter.warped, Traits(beard=-0.2)).grown == SHORT


def test_a_beard_that_a_glance_tells_nothing_of_is_stubble_but_for_a_goatee(sitter, grown):
    full, goatee = grown((-0.6, 0.6), (0.25, 0.95)), grown((-0.2, 0.2), (0.6, 0.9))
    for seen, far in ((full, STUBBLE), (goatee, 1.0)):
        assert whiskers.cut(seen, sitter.warped).grown == 1.0
        assert whiskers.cut(seen, sitter.warped, Traits(beard=-0.8)).grown == far


def test_who_wears_a_beard_at_a_glance_wears_a_full_one(sitter, grown, at):
    """Where the parser saw no more of it than the chin."""
    chin = grown((-0.16, 0.16), (0.45, 0.9))
    assert not any(at(whiskers.cut(chin, sitter.warped).cover, i) > 0.1 for i in JAWS)
    found = whiskers.cut(chin, sitter.warped, Traits(beard=0.6, whiskers=0.6))
    assert all(at(found.cover, i) > 0.9 for i in (CHIN, *JAWS))
    assert found.grown == whiskers.BEARD


def test_a_full_beard_follows_the_jaw_up_to_the_ears(sitter, grown):
    cover = whiskers.cut(grown((-0.5, 0.5), (0.3, 1.0)), sitter.warped).cover
    for ear, jaw in ((93, 136), (323, 365)):
        broad = []
        for index in (ear, jaw):
            row = int(sitter.warped.points[index][1] / 2)
            side = np.sign(sitter.u[row]) == np.sign((sitter.warped.points[index] - sitter.warped.centre)[0])
            broad.append(int((cover[row][side] > 0.5).sum()))
        assert 0 < broad[0] < 0.5 * broad[1]


def test_a_moustache_keeps_off_the_nose(sitter):
    """It grows on the lip's lower half: thicker than it is, it would run into the line under the nose."""
    face = sitter.warped
    near = dataclasses.replace(face, points=200 + 4 * (face.points - face.points[LIP]), u=4 * face.u)
    whole = cv2.resize(whiskers._full(near), (400, 400))
    for over, under in zip(whiskers._OVER, whiskers._UNDER, strict=True):
        nose, lip = near.points[list(over[3:])], near.points[list(under[3:])]
        for share, grown in ((0.4, False), (0.8, True)):
            x, y = np.rint(nose + share * (lip - nose)).astype(int).T
            assert ((whole[y, x] > 0.5) == grown).all()


def test_a_glance_tells_a_shadow_from_stubble(sitter, grown):
    seen = grown((-0.1, 0.1), (0.5, 0.9)) * np.float32(0.75)
    assert whiskers.cut(seen, sitter.warped, Traits(whiskers=0.5)).cover.any()
    assert not whiskers.cut(seen, sitter.warped, Traits(whiskers=-0.5)).cover.any()


def test_a_tuft_on_the_chin_is_a_goatee(sitter, grown, at):
    seen = grown((-0.07, 0.07), (0.47, 0.58)) * np.float32(0.95)
    found = whiskers.cut(seen, sitter.warped, Traits(whiskers=0.9))
    assert found.grown == SHORT
    assert at(found.cover, CHIN) > 0.9
    assert not any(at(found.cover, i) > 0.1 for i in JAWS)


def test_most_of_chin_and_lip_without_the_jaws_is_a_beard_round_the_mouth(sitter, grown, at):
    """A glance misses white ones: growth of a few days leaves no part bare."""
    seen = grown((-0.2, 0.2), (0.28, 0.9))
    found = whiskers.cut(seen, sitter.warped, Traits(beard=-0.8))
    assert found.grown == whiskers.BEARD
    assert not any(at(found.cover, i) > 0.1 for i in JAWS)


def test_stubble_covers_the_jaws_where_a_parser_saw_it_round_the_mouth_alone(sitter, grown, at):
    """Else it is a muzzle."""
    seen = 0.9 * grown((-0.4, 0.03), (0.3, 0.8))
    found = whiskers.cut(seen, sitter.warped, Traits(beard=-0.8))
    assert found.grown == STUBBLE
    assert all(at(found.cover, i) > 0.9 for i in JAWS)


def test_a_beard_round_the_mouth_of_a_turned_head_that_a_glance_denies_is_stubble(sitter, grown):
    """Its jaws are hardly seen."""
    seen, told = grown((-0.16, 0.16), (0.4, 0.9)), Traits(beard=-0.65, whiskers=0.7)
    turned = dataclasses.replace(sitter.warped, yaw=0.3)
    assert whiskers.cut(seen, sitter.warped, told).grown >= SHORT
    assert whiskers.cut(seen, turned, told).grown == STUBBLE
