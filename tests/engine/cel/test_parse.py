import dataclasses
from dataclasses import replace

import numpy as np
import pytest

from engine.cel.frame import BELOW, BREADTH, upright
from engine.cel.parse import Label, Regions


def test_over_the_square_heads_close_in_a_dome(sitter):
    """Where the network's square ends nobody's hair becomes a chimney."""
    labels = np.zeros((128, 128, len(Label)), np.float32)
    labels[..., Label.BACKGROUND] = 1
    labels[:60, 40:80] = np.eye(len(Label), dtype=np.float32)[Label.HAIR]
    regions = Regions(labels, sitter.face.frame)
    axes = sitter.face.frame.square(128)

    def hair(across, along):
        x, y = (np.float32([[part]]) for part in axes[:, :2] @ (across, along) + axes[:, 2])
        return float(regions.at(x, y)[0, 0, Label.HAIR])

    assert hair(60, 5) == 1
    assert hair(60, -4) == 1
    assert hair(60, -14) == 0
    assert hair(44, -4) == 1
    assert hair(41, -8) == 0
    assert hair(20, -4) == 0


def labelled(sitter, label, yaw=0.0):
    labels = np.zeros((128, 128, len(Label)), np.float32)
    labels[..., label] = 0.9
    labels[..., Label.CLOTHES] = 0.1
    return Regions(labels, replace(sitter.face.frame, yaw=yaw))


def most(regions, u, v):
    row, column = (round((at + BREADTH / 2) / BREADTH * 128 - 0.5) for at in (v - BELOW, u))
    return Label(int(regions.labels[row, column].argmax()))


def test_short_hair_neither_hangs_nor_stands_far_aside(sitter):
    shorn = labelled(sitter, Label.HAIR).shorn()
    for u, v in ((0, -0.8), (0.9, -0.4), (-0.6, 0.0), (0.5, 0.2)):
        assert most(shorn, u, v) is Label.HAIR
    for u, v in ((0, 0.6), (1.0, 0.0), (-0.8, 0.3)):
        assert most(shorn, u, v) is Label.CLOTHES
    assert np.allclose(shorn.labels.sum(-1), 1)


def test_closely_cut_hair_ends_at_the_ears(sitter):
    shorn = labelled(sitter, Label.HAIR).shorn(closely=True)
    assert most(shorn, 0.5, -0.1) is Label.HAIR
    for u, v in ((-0.6, 0.3), (0.6, 0.3), (-0.66, -0.1), (0.66, -0.1)):  # nor does it stand off over them
        assert most(shorn, u, v) is Label.CLOTHES


def test_short_hair_lies_behind_a_turned_face_and_not_ahead_of_it(sitter):
    shorn = labelled(sitter, Label.HAIR, yaw=0.6).shorn()
    assert most(shorn, -1.0, 0.0) is Label.HAIR
    assert most(shorn, 0.6, 0.0) is Label.CLOTHES
    mirrored = labelled(sitter, Label.HAIR, yaw=-0.6).shorn()
    assert most(mirrored, 1.0, 0.0) is Label.HAIR
    assert most(mirrored, -0.6, 0.0) is Label.CLOTHES


def test_tied_hair_ends_at_the_ears(sitter):
    hair = labelled(sitter, Label.HAIR)
    pinned = hair.pinned()
    for u, v in ((0, -0.8), (0.9, -0.4), (0.5, -0.1)):
        assert most(pinned, u, v) is Label.HAIR
    for u, v in ((0.5, 0.1), (-0.66, -0.1), (0.3, 0.6)):
        assert most(pinned, u, v) is Label.CLOTHES
    assert np.allclose(pinned.labels.sum(-1), 1)


def test_tied_hair_hangs_of_which_else_nothing_is_seen(sitter):
    hair = labelled(sitter, Label.HAIR)
    labels = hair.labels.copy()
    labels[: len(labels) // 2] = np.eye(len(Label), dtype=np.float32)[Label.SKIN]
    assert most(dataclasses.replace(hair, labels=labels).pinned(), 0.3, 0.6) is Label.HAIR


def test_a_hat_taken_for_hair_is_a_hat_over_the_forehead_alone(sitter):
    for short in (True, False):
        hatted = labelled(sitter, Label.HAIR).hatted(short)
        assert most(hatted, 0.0, -0.6) is Label.HEADWEAR
        assert most(hatted, 0.5, 0.0) is Label.HAIR
        assert np.allclose(hatted.labels.sum(-1), 1)


@pytest.mark.parametrize(
    ("brimmed", "told", "label"), [(False, 4, Label.HAIR), (True, 4, Label.HEADWEAR), (False, 24, Label.HEADWEAR)]
)
def test_a_bow_is_no_hat(sitter, brimmed, told, label):
    regions = labelled(sitter, Label.HAIR)
    labels = regions.labels.copy()
    labels[:told, :told] = np.eye(len(Label), dtype=np.float32)[Label.HEADWEAR]
    seen = dataclasses.replace(regions, labels=labels).hatted(short=True, brimmed=brimmed)
    assert most(seen, 0.0, -0.6) is label
    assert np.allclose(seen.labels.sum(-1), 1)


def test_long_hair_may_show_beside_a_hat_and_short_hair_not(sitter):
    regions = labelled(sitter, Label.HAIR)
    labels = regions.labels.copy()
    labels[:, :80] = np.eye(len(Label), dtype=np.float32)[Label.HEADWEAR]
    seen = dataclasses.replace(regions, labels=labels)
    assert most(seen.hatted(short=False), 0.7, -0.6) is Label.HAIR
    assert most(seen.hatted(short=True), 0.7, -0.6) is Label.HEADWEAR


@pytest.mark.parametrize(
    ("broad", "high", "one_sided", "mended"),
    [(0.7, 0.2, True, True), (0.7, 0.2, False, False), (1.2, 0.5, True, False), (0.7, 0.05, True, False)],
)
def test_the_lost_side_of_little_hair_is_as_the_other(sitter, broad, high, one_sided, mended):
    regions = labelled(sitter, Label.SKIN)
    u, v = upright(len(regions.labels))
    hair = (v > -0.6) & (v < high - 0.6) & (u < broad) & (u > (-0.05 if one_sided else -broad))
    hair |= (u > 0.2) & (u < 0.4) & (v > 0.3) & (v < 0.6)
    labels = np.zeros_like(regions.labels)
    labels[..., Label.SKIN], labels[..., Label.HAIR] = ~hair, hair
    seen = dataclasses.replace(regions, labels=labels)
    evened = seen.evened()
    assert (evened is seen) != mended
    assert (most(evened, -0.5, high / 2 - 0.6) is Label.HAIR) == (mended or not one_sided)
    assert most(evened, -0.3, 0.45) is Label.SKIN  # what hangs is not on both sides
    assert np.allclose(evened.labels.sum(-1), 1)


def test_what_was_one_label_is_another(sitter):
    hatless = labelled(sitter, Label.HEADWEAR).without(Label.HEADWEAR, Label.HAIR)
    assert most(hatless, 0, 0) is Label.HAIR
    assert not hatless.labels[..., Label.HEADWEAR].any()
