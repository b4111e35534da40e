import dataclasses

import numpy as np
import pytest

from engine.cel.paint import necklines
from engine.cel.paint.bust import bared, closed, grounded, shouldered, sloping, stout, tailored, throat, undressed
from engine.cel.paint.layers import oval
from engine.cel.paint.stack import BACKGROUND, CLOTHES, HAIR, SKIN


@pytest.fixture
def stack(sitter):
    """Planes of labels given as a plane of their numbers."""

    def of(labels):
        return np.eye(5, dtype=np.float32)[labels].transpose(2, 0, 1).copy()

    return of


def bust(sitter, cloth_from):
    """A body as broad as the picture below the chin, in clothes from so far below it."""
    chin = int(sitter.warped.points[152][1] / 2)
    labels = np.full((200, 200), BACKGROUND)
    labels[chin:] = SKIN
    labels[chin + cloth_from :] = CLOTHES
    return labels, chin


def test_a_hand_on_the_breast_is_left_out(sitter, stack):
    labels, chin = bust(sitter, 12)
    labels[chin + 30 : chin + 44, 150:170] = SKIN
    out, _ = tailored(stack(labels), oval(sitter.warped, 200), sitter.warped)
    assert out[CLOTHES][chin + 37, 160] > 0.9
    assert out[SKIN][chin + 37, 160] < 0.1


def test_nothing_is_lost_and_the_face_stays(sitter, stack):
    labels, _ = bust(sitter, 20)
    before, face = stack(labels), oval(sitter.warped, 200)
    kept = before.copy()
    out, _ = tailored(before, face, sitter.warped)
    assert np.array_equal(before, kept)
    assert np.allclose(out.sum(0), 1, atol=1e-3)
    inner = face == 1
    assert np.allclose(out[:, inner], before[:, inner], atol=1e-3)


def test_a_choker_stays(sitter, stack):
    labels, chin = bust(sitter, 150)
    labels[chin + 12 : chin + 17, 60:140] = CLOTHES
    out, _ = tailored(stack(labels), oval(sitter.warped, 200), sitter.warped)
    assert out[CLOTHES][chin + 14, 100] > 0.6
    assert out[SKIN][chin + 30, 100] > 0.9


def test_a_broad_body_goes_on_and_a_peg_does_not(sitter, stack):
    labels = np.full((200, 200), BACKGROUND)
    low = int(sitter.warped.points[152][1] / 2) + 4
    labels[low:190, 60:160] = CLOTHES
    labels[low:170, 10:16] = CLOTHES
    out = np.argmax(grounded(stack(labels), sitter.warped), 0)
    assert (out[195, 65:155] == CLOTHES).all()
    assert (out[195, 8:18] == BACKGROUND).all()


def test_what_ends_right_over_the_border_is_no_stump(sitter, stack):
    labels = np.full((200, 200), BACKGROUND)
    low = int(sitter.warped.points[152][1] / 2) + 4
    labels[low:, 60:160] = CLOTHES
    labels[180:194, 160:180] = CLOTHES
    out = np.argmax(grounded(stack(labels), sitter.warped), 0)
    assert (out[195:, 162:178] == CLOTHES).all()
    assert (out[:178, 162:178] == BACKGROUND).all()


def test_a_gap_in_a_body_closes(sitter, stack):
    labels = np.full((200, 200), BACKGROUND)
    low = int(sitter.warped.points[152][1] / 2) + 4
    labels[low:, 60:160] = CLOTHES
    labels[192:, 100:106] = BACKGROUND
    out = np.argmax(grounded(stack(labels), sitter.warped), 0)
    assert (out[195:, 60:160] == CLOTHES).all()


@pytest.mark.parametrize("yaw", [0.0, 0.2, 0.4])
def test_a_neck_is_slender_but_from_its_side(sitter, stack, yaw):
    face = dataclasses.replace(sitter.warped, yaw=yaw)
    mask = oval(face, 200)
    labels = np.full((200, 200), BACKGROUND)
    labels[mask > 0.5] = SKIN
    chin, middle = int(face.points[152][1] / 2), int(face.points[152][0] / 2)
    half = int(0.7 * face.u / 2)
    labels[chin - 10 : chin + 20, middle - half : middle + half] = SKIN
    kept = (labels == SKIN) & ~stout(stack(labels), mask, face)
    breadth, lower = (kept[chin + row].sum() / (face.u / 2) for row in (1, 9))
    assert (breadth < 1.0) == (yaw < 0.3)
    assert yaw > 0.3 or lower > breadth + 0.1  # it widens at once to the shoulders: else there is a notch beside it
    assert kept[mask > 0.6].all()


def test_a_neck_has_no_holes(sitter, stack):
    labels = np.full((200, 200), BACKGROUND)
    chin = int(sitter.warped.points[152][1] / 2)
    labels[chin - 30 : chin + 30, 60:140] = SKIN
    labels[chin - 8 : chin + 1, 70:78] = BACKGROUND
    out = np.argmax(grounded(stack(labels), sitter.warped), 0)
    assert (out[chin - 8 : chin + 1, 70:78] == SKIN).all()
    assert (out[: chin - 30] == BACKGROUND).all()


def test_what_the_body_encloses_with_the_border_is_a_sleeve(sitter, stack):
    """It is where a hand at the chin was, whose arm goes on below; what lies open to the side stays background."""
    labels = np.full((200, 200), BACKGROUND)
    chin = int(sitter.warped.points[152][1] / 2)
    labels[chin - 20 : chin - 2, 60:140] = SKIN
    labels[chin - 10 :, 60:80] = CLOTHES
    labels[chin - 10 :, 120:140] = CLOTHES
    out = np.argmax(grounded(stack(labels), sitter.warped), 0)
    assert (out[chin + 12 :, 84:116] == CLOTHES).all()
    assert (out[chin + 12 :, 150:] == BACKGROUND).all()


def test_between_a_neck_and_hair_that_hangs_there_is_no_sleeve(sitter, stack):
    labels = np.full((200, 200), BACKGROUND)
    chin = int(sitter.warped.points[152][1] / 2)
    labels[chin - 20 :, 90:110] = SKIN
    labels[chin - 20 :, 60:70] = HAIR
    labels[chin - 20 : chin - 10, 60:110] = HAIR
    labels[-6:, 110:150] = CLOTHES
    out = np.argmax(grounded(stack(labels), sitter.warped), 0)
    assert (out[chin + 2 :, 72:88] == SKIN).all()


@pytest.mark.parametrize("yaw", [0.0, 0.25])
def test_hair_does_not_close_under_the_chin(sitter, stack, yaw):
    face = dataclasses.replace(sitter.warped, yaw=yaw)
    mask = oval(face, 200)
    labels = np.full((200, 200), HAIR)
    labels[mask > 0.5] = SKIN
    before = stack(labels)
    out = throat(before, mask, face)
    assert np.allclose(out.sum(0), 1)
    assert np.array_equal(out[:, mask > 0.99], before[:, mask > 0.99])
    x, y = (face.points[152] + face.down * (0.2 * face.u)) / 2
    bare = np.flatnonzero(out[SKIN][int(y)] > 0.5)
    assert 0.2 < len(bare) / (face.u / 2) < 0.4
    assert bare.mean() < x + 1 if yaw == 0 else bare.mean() < x - 3
    assert out[HAIR][-1].all() or face.points[152][1] + 0.5 * face.u > 400


@pytest.mark.parametrize(("aside", "stays"), [(0.0, False), (0.45, True)])
def test_no_tuft_of_hair_is_left_before_a_throat(sitter, stack, aside, stays):
    mask, (x, y) = oval(sitter.warped, 200), necklines.beside(sitter.warped)
    labels = np.where((mask > 0.5) | (y > 0), SKIN, BACKGROUND)
    tuft = (np.abs(x - aside) < 0.08) & (y > 0.35) & (y < 0.5)
    labels[tuft] = HAIR
    out = throat(stack(labels), mask, sitter.warped)
    assert (out[HAIR][tuft] > 0.5).all() == stays
    assert np.allclose(out.sum(0), 1)


def test_hair_beside_a_throat_that_is_seen_stays(sitter, stack):
    mask = oval(sitter.warped, 200)
    chin, middle = (int(part / 2) for part in sitter.warped.points[152][::-1])
    labels = np.full((200, 200), HAIR)
    labels[mask > 0.5] = SKIN
    labels[chin - 20 :, middle - 40 : middle - 12] = SKIN  # aside, as a turned head's
    before = stack(labels)
    out = throat(before, mask, sitter.warped)
    assert np.array_equal(out[:, chin + 2 :], before[:, chin + 2 :])
    narrow = throat(stack(np.where(mask > 0.5, SKIN, HAIR)), mask, sitter.warped)[SKIN] > 0.5
    breadths = narrow[[chin + int(way * sitter.warped.u / 2) for way in (0.2, 0.45)]].sum(1)
    assert breadths[1] < 0.8 * breadths[0]


@pytest.mark.parametrize("label", [CLOTHES, SKIN])
@pytest.mark.parametrize(("yaw", "added"), [(0.0, True), (-0.2, True), (0.4, True), (0.7, False)])
def test_a_bust_has_two_shoulders_but_in_profile(sitter, stack, yaw, added, label):
    """Clothed as it is, or bare."""
    face = dataclasses.replace(sitter.warped, yaw=yaw)
    x, y = necklines.beside(face)
    labels = np.full((200, 200), BACKGROUND)
    labels[(y > 0.3) & (x > -1.3) & (x < 0.4)] = label
    out = np.argmax(shouldered(stack(labels), face), 0)
    missing = (x > 0.5) & (x < 0.8) & (y > 0.85) & (y < 1.0)
    assert (out[missing] == label).all() == added
    assert (out[x < 0] == labels[x < 0]).all()


def test_an_added_shoulder_is_clothed_where_it_goes_on_too(sitter, stack):
    x, y = necklines.beside(sitter.warped)
    labels = np.full((200, 200), BACKGROUND)
    labels[(y > 0.1) & (x > -1.3) & (x < 0.3)] = CLOTHES
    labels[(y > 0.1) & (y < 0.4) & (x > -0.3) & (x < 0.3)] = SKIN
    out = np.argmax(shouldered(stack(labels), sitter.warped), 0)
    beside = (x > 0.32) & (out != BACKGROUND)
    assert beside.any()
    assert (out[beside] == CLOTHES).all()
    lowest = out[y[:, 0] > 0.9][-1]
    assert x[0, lowest != BACKGROUND].max() > 1.02


def test_an_added_shoulder_is_no_block_beside_the_neck(sitter, stack):
    """A turned head's neck stands behind its chin; what lies between it and the shoulder is filled."""
    face = dataclasses.replace(sitter.warped, yaw=0.4)
    x, y = necklines.beside(face)
    labels = np.full((200, 200), BACKGROUND)
    labels[(y > 0.1) & (x > -0.9) & (x < -0.3)] = SKIN
    out = np.argmax(shouldered(stack(labels), face), 0)
    rows = out[(y[:, 0] > 0.5) & (y[:, 0] < 1.0)]
    assert all(len(np.flatnonzero(np.diff(row == SKIN))) <= 2 for row in rows)
    assert (out == SKIN).sum() > 1.3 * (labels == SKIN).sum()


@pytest.mark.parametrize("label", [SKIN, CLOTHES])
def test_a_shoulder_that_ends_in_a_wall_goes_on_outward_as_it_is(sitter, stack, label):
    x, y = necklines.beside(sitter.warped)
    labels = np.full((200, 200), BACKGROUND)
    labels[(y > 0.1) & (x > -1.2) & (x < 0.75)] = SKIN + CLOTHES - label
    labels[(y > 0.1) & (x > 0.5) & (x < 0.75)] = label
    out = np.argmax(shouldered(stack(labels), sitter.warped), 0)
    on = (x > 0.76) & (x < 0.9)
    assert (out[on & (y > 0.4)] == label).all()
    assert (out[(x > 0.76) & (y < 0.15)] == BACKGROUND).all()
    assert (out[x > 1.12] == BACKGROUND).all()
    assert (out[x < 0.74] == labels[x < 0.74]).all()
    labels[(np.abs(x - 0.8) < 0.05) & (y < 0.6)] = HAIR  # over it: nobody knows where that ends
    assert np.array_equal(np.argmax(shouldered(stack(labels), sitter.warped), 0)[y < 0.6], labels[y < 0.6])


def test_without_a_body_no_shoulder_is_added(sitter, stack):
    x, y = necklines.beside(sitter.warped)
    before = stack(np.where((y > 0.3) & (y < 0.5) & (np.abs(x) < 0.4), SKIN, BACKGROUND))
    assert shouldered(before, sitter.warped) is before


@pytest.mark.parametrize(
    ("female", "height", "label", "aside"),
    [
        (0.0, 0.0, CLOTHES, 0.28),
        (1.0, 0.0, CLOTHES, 0.26),
        (0.0, 0.2, CLOTHES, 0.9),
        (0.0, 0.0, SKIN, 0.5),
        (1.0, 0.0, SKIN, 0.36),
        (0.0, 0.2, SKIN, 0.95),
    ],
)
def test_shoulders_slope_from_the_neck(sitter, stack, female, height, label, aside):
    face = sitter.warped
    unit, row = face.u / 2, int(face.points[152][1] / 2 + height * face.u / 2)
    labels = np.full((200, 200), BACKGROUND)
    labels[row - 60 :] = label
    labels[row - 60 :, 196:] = HAIR
    whole = stack(labels)
    out = sloping(whole, oval(face, 200), face, female)
    middle = int(face.points[152][0] / 2 - (0.9 * face.yaw + 0.18 * face.right[1]) * unit)
    for side in (-1, 1):
        for off, body in ((aside - 0.06, True), (aside + 0.06, False)):
            at = round(middle + side * off * unit)
            if 0 <= at < 196:
                assert (out[BACKGROUND, row, at] < 0.5) == body
    assert (out[HAIR] == whole[HAIR]).all()
    np.testing.assert_allclose(out.sum(0), whole.sum(0), atol=1e-5)


def test_what_is_bare_beside_a_face_may_be_its_ear(sitter, stack):
    row = int(sitter.warped.points[152][1] / 2 - 0.3 * sitter.warped.u / 2)
    labels = np.full((200, 200), SKIN)
    out = sloping(stack(labels), oval(sitter.warped, 200), sitter.warped, 0.5)
    assert (np.argmax(out, 0)[row] == SKIN).all()
    assert (np.argmax(out, 0)[row + int(0.35 * sitter.warped.u / 2)] == BACKGROUND).any()


def test_what_the_slope_cuts_off_floats_nowhere(sitter, stack):
    chin = sitter.warped.points[152] / 2
    unit = sitter.warped.u / 2
    labels = np.full((200, 200), BACKGROUND)
    hand = np.s_[
        int(chin[1] - 0.2 * unit) : int(chin[1] - 0.1 * unit), int(chin[0] + 0.7 * unit) : int(chin[0] + 0.9 * unit)
    ]
    ear = np.s_[int(chin[1] - 0.6 * unit) : int(chin[1] - 0.3 * unit), int(chin[0]) : int(chin[0] + 0.6 * unit)]
    labels[hand], labels[ear] = SKIN, SKIN
    out = np.argmax(sloping(stack(labels), oval(sitter.warped, 200), sitter.warped, 0.5), 0)
    assert (out[hand] == BACKGROUND).all()
    assert (out[ear] == SKIN).all()


@pytest.fixture
def under_the_chin(sitter):
    """A body and a face with a slit of background between them, so many face widths high, and the slit."""

    def of(high):
        labels = np.full((200, 200), BACKGROUND)
        labels[oval(sitter.warped, 200) > 0.5] = SKIN
        x, y = (sitter.warped.points[152] / 2).astype(int)
        low = y + 2 + round(high * sitter.warped.u / 2)
        labels[low:, x - 40 : x + 40] = CLOTHES
        labels[y - 10 :, : x - 8] = np.where(
            labels[y - 10 :, : x - 8] == BACKGROUND, CLOTHES, labels[y - 10 :, : x - 8]
        )
        return labels, np.s_[y + 3 : low - 1, x - 5 : x + 5]

    return of


@pytest.mark.parametrize(("high", "closes"), [(0.07, True), (0.35, False)])
def test_a_slit_between_chin_and_body_closes(sitter, stack, under_the_chin, high, closes):
    labels, slit = under_the_chin(high)
    out = np.argmax(closed(stack(labels), sitter.warped), 0)
    assert (out[slit] != BACKGROUND).mean() > 0.9 if closes else (out[slit] == BACKGROUND).any()
    assert (out[labels != BACKGROUND] == labels[labels != BACKGROUND]).all()
    assert (out[:40] == labels[:40]).all()


def test_a_slit_within_hair_is_hair(sitter, stack):
    x, y = (sitter.warped.points[152] / 2).astype(int)
    labels = np.full((200, 200), BACKGROUND)
    labels[y - 20 :, x - 30 : x + 30] = HAIR
    slit = np.s_[y - 10 : y + 15, x + 10 : x + 13]
    labels[slit] = BACKGROUND
    assert (np.argmax(closed(stack(labels), sitter.warped), 0)[slit] == HAIR).all()


def test_what_closing_encloses_is_no_hole(sitter, stack):
    unit = sitter.warped.u / 2
    x, y = (sitter.warped.points[152] / 2).astype(int)
    labels = np.full((200, 200), HAIR)
    half = round(0.1 * unit)
    labels[y - half : y + half, x - half : x + half] = BACKGROUND
    labels[: y - half, x - 1 : x + 2] = BACKGROUND  # a slit leads to it
    labels[: y - round(0.5 * unit)] = BACKGROUND
    out = np.argmax(closed(stack(labels), sitter.warped), 0)
    assert (out[y - half : y + half, x - half : x + half] == HAIR).all()


def test_a_hole_that_is_a_slit_in_part_closes_as_a_whole(sitter, stack):
    unit = sitter.warped.u / 2
    x, y = (sitter.warped.points[152] / 2).astype(int)
    labels = np.full((200, 200), HAIR)
    half = round(0.1 * unit)
    labels[y - half : y + half, x - half : x + half] = BACKGROUND
    labels[y - 2 * half : y - half, x - 1 : x + 2] = BACKGROUND
    assert (np.argmax(closed(stack(labels), sitter.warped), 0) == HAIR).all()


def test_a_body_without_slits_stays_as_it_is(sitter, stack):
    labels = np.full((200, 200), BACKGROUND)
    labels[150:] = CLOTHES
    whole = stack(labels)
    assert closed(whole, sitter.warped) is whole


@pytest.mark.parametrize(("yaw", "closes"), [(0.0, False), (-0.4, True)])
def test_the_neck_of_a_turned_head_is_behind_its_chin(sitter, stack, yaw, closes):
    face = dataclasses.replace(sitter.warped, yaw=yaw)
    x, y = (face.points[152] / 2).astype(int)
    at = x + round(0.8 * face.u / 2)
    labels = np.full((200, 200), BACKGROUND)
    labels[y - 10 :, at - 10 : at + 10] = SKIN
    slit = np.s_[y - 5 : y + 10, at - 1 : at + 2]
    labels[slit] = BACKGROUND
    assert ((np.argmax(closed(stack(labels), face), 0)[slit] == SKIN).all()) == closes


@pytest.mark.parametrize(("yaw", "high", "closes"), [(0.0, 0.18, False), (0.4, 0.18, True), (0.4, 0.4, False)])
def test_a_bay_between_the_chin_of_a_turned_head_and_its_shoulder_closes(sitter, stack, yaw, high, closes):
    """Round and narrow it would be a bubble; a broad one is the air before a throat."""
    face, unit = dataclasses.replace(sitter.warped, yaw=yaw), sitter.warped.u / 2
    x, y = (face.points[152] / 2).astype(int)
    labels = np.full((200, 200), BACKGROUND)
    labels[y - 30 : y, x - 60 : x + round(0.3 * unit)] = SKIN
    labels[y:, : x - round(0.1 * unit)] = SKIN
    labels[y + round(high * unit) :] = CLOTHES
    bay = np.s_[y : y + round(high * unit), x - round(0.1 * unit) : x + round(0.1 * unit)]
    out = np.argmax(closed(stack(labels), face), 0)
    assert (out[bay] != BACKGROUND).all() if closes else (out[bay] == BACKGROUND).mean() > 0.8
    assert (out[labels != BACKGROUND] == labels[labels != BACKGROUND]).all()


def test_shoulders_are_bare_where_next_to_nothing_is_seen_of_clothes(sitter, stack):
    labels, chin = bust(sitter, 200)
    u, v = sitter.u, sitter.v
    assert undressed(stack(labels), sitter.warped, u, v)
    labels[-3:] = CLOTHES
    assert undressed(stack(labels), sitter.warped, u, v)
    labels[chin + 12 :] = CLOTHES
    assert not undressed(stack(labels), sitter.warped, u, v)
    labels[chin:] = BACKGROUND
    assert not undressed(stack(labels), sitter.warped, u, v)


def test_scraps_of_clothes_on_bare_shoulders_are_bare(sitter, stack):
    labels, chin = bust(sitter, 60)
    before = stack(labels)
    out = bared(before)
    assert (out[CLOTHES] == 0).all()
    assert (out[SKIN][chin:] == 1).all()
    assert np.allclose(out.sum(0), before.sum(0))
