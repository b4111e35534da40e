import dataclasses

import numpy as np
import pytest

from engine.cel.paint.bonnets import bonnet, put_on
from engine.cel.paint.layers import layers, oval
from engine.cel.paint.stack import BACKGROUND, HAIR, SKIN, WORN
from engine.cel.parse import Label
from engine.cel.traits import Traits


@pytest.fixture
def seen(sitter):
    """A hat as a parser sees it, so far aside, and perhaps down to the shoulders."""

    def of(aside=0.1, veil=False, bow=False):
        on = (np.hypot((sitter.u - aside) / 0.6, (sitter.v + 0.35) / 0.5) < 1) & (sitter.v < -0.35)
        if bow:
            on |= (np.abs(sitter.u - 0.2) < 0.35) & (sitter.v > -1.2) & (sitter.v < -0.5)
        if veil:
            on |= (np.abs(sitter.u) > 0.5) & (np.abs(sitter.u) < 0.8) & (sitter.v > -0.4) & (sitter.v < 1.0)
        return on.astype(np.float32)

    return of


def places(line, face):
    return (line - face.centre) @ np.stack([face.right, face.down], 1) / face.u


@pytest.mark.parametrize("wound", [False, True])
def test_it_covers_the_crown_and_comes_down_at_the_temples(sitter, seen, wound):
    u, v = places(bonnet(seen(), sitter.warped, wound).crown, sitter.warped).T
    assert 1.1 < np.ptp(u) < 1.4
    low = v[np.abs(u - u.mean()) > 0.5].max()
    assert low > v[(np.abs(u - u.mean()) < 0.1) & (v > -0.6)].max() + 0.1
    assert low < (0.1 if wound else 0.0)


def test_on_a_turned_head_it_lies_behind_and_keeps_off_the_far_eye(sitter, seen):
    face = dataclasses.replace(sitter.warped, yaw=0.4)
    u, v = places(bonnet(seen(), face, False).crown, face).T
    assert u.mean() < -0.02
    assert v[u > u.max() - 0.05].max() < v[u < u.min() + 0.05].max() - 0.05


def test_a_veil_and_what_is_not_worn_over_the_face_are_none(sitter, seen):
    assert bonnet(seen(veil=True), sitter.warped, True) is None
    assert bonnet(np.zeros((200, 200), np.float32), sitter.warped, False) is None


@pytest.mark.parametrize("wound", [False, True])
def test_who_wears_it_has_hair_beneath_but_under_a_wound_cloth(sitter, seen, wound):
    face, mask = sitter.warped, oval(sitter.warped, 200)
    labels = np.where(mask > 0.5, SKIN, BACKGROUND)
    labels[(sitter.v < -0.2) & (np.abs(sitter.u) < 0.7) & (sitter.v > -0.9)] = HAIR
    stack = np.eye(5, dtype=np.float32)[labels].transpose(2, 0, 1).copy()
    out = put_on(stack, bonnet(seen(), face, wound), mask, face, True)
    forehead = (np.abs(sitter.u) < 0.1) & (sitter.v > -0.27) & (sitter.v < -0.22)
    assert (out[SKIN if wound else HAIR] > 0.9)[forehead].all()
    assert not (out[HAIR] > 0.1)[sitter.v < -0.4].any()
    assert np.allclose(out.sum(0), 1)


def test_what_has_no_brim_is_worn_so(sitter, seen):
    labels = np.zeros((200, 200, 7), np.float32)
    labels[..., Label.HEADWEAR] = seen()
    labels[..., Label.SKIN] = (1 - seen()) * oval(sitter.warped, 200)
    labels[..., Label.BACKGROUND] = 1 - labels.sum(-1)
    told = [layers(labels, sitter.warped, Traits(hat=1.0, brim=brim)) for brim in (-0.8, 0.5)]
    assert told[0].bonnet is not None
    assert told[1].bonnet is None


def test_a_cloth_is_tied_in_a_knot_where_a_bow_stands_over_it(sitter, seen):
    face, mask = sitter.warped, oval(sitter.warped, 200)
    tied, plain, knitted = (
        bonnet(seen(bow=True), face, True),
        bonnet(seen(), face, True),
        bonnet(seen(bow=True), face, False),
    )
    assert plain.loops == knitted.loops == []
    assert len(tied.loops) == len(tied.creases) + 1 == 3
    crown, loops = places(tied.crown, face), places(np.vstack(tied.loops), face)
    assert loops[:, 1].min() < crown[:, 1].min() + 0.02
    stack = np.eye(5, dtype=np.float32)[np.where(mask > 0.5, SKIN, BACKGROUND)].transpose(2, 0, 1).copy()
    on = put_on(stack, tied, mask, face, True)[WORN] > 0.5
    x, y = np.clip(tied.loops[1][24] / 2, 0, 199).astype(int)  # where the right loop reaches furthest up
    assert on[y - 3 : y + 4, x - 3 : x + 4].any()


def test_a_cloth_comes_down_to_the_ears(sitter, seen):
    """Beneath what ends over them the head would be narrower."""
    low = {
        wound: places(bonnet(seen(), sitter.warped, wound).crown, sitter.warped)[:, 1].max() for wound in (False, True)
    }
    assert low[True] > low[False] + 0.12
    assert low[True] > -0.05


def test_on_the_near_side_of_a_turned_head_it_comes_down_further(sitter, seen):
    turned = dataclasses.replace(sitter.warped, yaw=0.4)
    near = [places(bonnet(seen(), face, False).crown, face)[:, 1].max() for face in (sitter.warped, turned)]
    assert near[1] > near[0] + 0.07


def test_short_hair_beneath_it_is_no_broader_on_a_turned_head(sitter, seen):
    """It lies about the hat's middle, which is further behind."""
    face = dataclasses.replace(sitter.warped, yaw=0.4)
    hat = bonnet(seen(aside=-0.16), face, False)
    below = np.abs(sitter.v + 0.02) < 0.02
    labels = np.where(below | ((sitter.v > -0.3) & (sitter.v < -0.1)), HAIR, BACKGROUND)
    stack = np.eye(5, dtype=np.float32)[labels].transpose(2, 0, 1).copy()
    hair = put_on(stack, hat, np.zeros((200, 200), np.float32), face, True)[HAIR] > 0.5
    assert sitter.u[hair].min() == pytest.approx(hat.middle - 0.54, abs=0.03)
    assert sitter.u[hair].max() == pytest.approx(hat.middle + 0.54, abs=0.03)


@pytest.mark.parametrize("fringe", [False, True])
def test_short_hair_shows_beneath_it_if_some_hangs_over_the_forehead(sitter, seen, fringe):
    """What is seen at the temples alone would be tufts."""
    face, mask = sitter.warped, oval(sitter.warped, 200)
    labels = np.where(mask > 0.5, SKIN, BACKGROUND)
    labels[(sitter.v > -0.35) & (sitter.v < -0.05) & (np.abs(sitter.u) < 0.5) & (fringe | (sitter.u < -0.35))] = HAIR
    stack = np.eye(5, dtype=np.float32)[labels].transpose(2, 0, 1).copy()
    out = put_on(stack, bonnet(seen(), face, False), mask, face, True)
    assert (out[HAIR] > 0.5).any() == fringe
    assert np.allclose(out.sum(0), 1)


def test_a_knitted_one_reaches_the_near_ear_of_a_turned_head_in_a_slope(sitter, seen):
    """Half-way there too: else the temple would be bare."""
    face = dataclasses.replace(sitter.warped, yaw=0.4)
    u, v = places(bonnet(seen(), face, False).cuff, face).T
    ends = v[u < u.min() + 0.03].max()
    half = v[np.abs(u - u.min() * 0.6) < 0.03].max()
    assert 0.05 < ends < 0.25
    assert half > -0.2
