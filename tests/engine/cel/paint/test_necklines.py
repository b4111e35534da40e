import dataclasses

import numpy as np
import pytest

from engine.cel.paint import necklines
from engine.cel.paint.attire import Attire


@pytest.fixture
def places(sitter):
    """How far beside the sitter's chin, and below it, each pixel lies."""
    at = np.arange(200, dtype=np.float32) * 2 + 1
    chin, u = sitter.warped.points[152], sitter.warped.u
    x, y = np.meshgrid((at - chin[0]) / u, (at - chin[1]) / u)
    return x, y


@pytest.fixture
def opened(sitter, places):
    """Where the neckline is open that is found for skin seen somewhere; the share of the bust that is told right."""

    def of(skin, torn=0.0, worn=Attire.PLAIN):
        _, y = places
        bust = y > 0
        seen = skin ^ (np.random.Generator(np.random.PCG64(1)).random(skin.shape) < torn)
        bare = (seen & bust).astype(np.float32)
        found = necklines.opening(necklines.chosen(bare, bust - bare, bust, sitter.warped, worn), sitter.warped) > 0
        return found, float((found == skin)[bust].mean())

    return of


def cuts(x, y):
    return {
        "v": y < 0.6 * (1 - np.abs(x) / 0.5),
        "round": (x / 0.4) ** 2 + (y / 0.3) ** 2 < 1,
        "aside": y < 0.5 * (1 - np.abs(x - 0.2) / 0.5),
        "high": np.zeros(x.shape, bool),
        "bare": np.ones(x.shape, bool),
        "straps": ((x / 0.45) ** 2 + (y / 0.5) ** 2 < 1) | (np.abs(x) > 0.62),
        "strapless": y < 0.45,
    }


@pytest.mark.parametrize("cut", ["v", "round", "aside", "high", "bare", "straps", "strapless"])
def test_what_is_worn_is_found(places, opened, cut):
    _, right = opened(cuts(*places)[cut])
    assert right > 0.93


@pytest.mark.parametrize("cut", ["v", "round", "bare"])
def test_a_torn_neckline_becomes_one_clean_curve(places, opened, cut):
    found, right = opened(cuts(*places)[cut], torn=0.2)
    assert right > 0.9
    _, y = places
    edges = np.diff(found & (y > 0), axis=1).sum(1)
    assert edges.max() <= 2


def test_where_nothing_is_seen_there_is_no_neckline(sitter):
    nothing = np.zeros((200, 200), np.float32)
    assert necklines.chosen(nothing, nothing, np.ones((200, 200), bool), sitter.warped) is None


@pytest.mark.parametrize(("worn", "deepest"), [(Attire.FORMAL, 0.28), (Attire.SUIT, 0.47), (Attire.SHIRT, 0.47)])
def test_collars_end_in_a_point_however_round_what_is_seen(places, opened, worn, deepest):
    x, y = places
    found, _ = opened((x / 0.6) ** 2 + (y / 0.8) ** 2 < 1, worn=worn)
    inside = found & (y > 0)
    assert 0.1 < y[inside].max() < deepest
    broad = inside.sum(1)[inside.any(1)]
    assert broad[0] > 10
    assert broad[-1] < 6


def test_a_choker_is_an_even_band(sitter, places):
    x, y = places
    middle = 0.2 + 0.1 * x
    ragged = 0.05 + 0.02 * np.sin(40 * x)
    cloth = ((np.abs(y - middle) < ragged) & (np.abs(x) < 0.35)).astype(np.float32)
    band = necklines.band(cloth, sitter.warped)
    heights = (band > 0).sum(0)[np.abs(x[0]) < 0.3]
    assert heights.min() >= heights.max() - 1
    assert np.abs(middle[band > 0] - y[band > 0]).max() < 0.1


@pytest.mark.parametrize("what", ["nothing", "a patch", "a dress"])
def test_other_cloth_is_no_band(sitter, places, what):
    x, y = places
    cloth = {
        "nothing": np.zeros(x.shape, bool),
        "a patch": (np.abs(x - 0.2) < 0.08) & (np.abs(y - 0.3) < 0.08),
        "a dress": (np.abs(x) < 0.5) & (y > 0.3),
    }[what]
    assert necklines.band(cloth.astype(np.float32), sitter.warped).max() < 0


def test_the_measure_is_the_face(sitter, places):
    """A face twice as large has the same neckline, twice as large."""
    x, y = places
    far = dataclasses.replace(sitter.warped, u=sitter.warped.u / 2)
    bust = y > 0
    skin = bust & (y < 0.3 * (1 - np.abs(x) / 0.25))
    bare = skin.astype(np.float32)
    found = necklines.opening(necklines.chosen(bare, bust - bare, bust, far), far) > 0
    assert (found == skin)[bust].mean() > 0.95


def test_of_two_cuts_that_fit_alike_the_common_one_is_taken(places, sitter):
    """What the photo ends in could be a crew neck or a shallow point, and an open shirt or a deep scoop."""

    def roundness(depth, width):
        x, y = places
        cut = [
            np.float32([depth, width, rounded, 0, necklines.SLEEVES])
            for rounded in (necklines._POINTED, necklines._ROUND)
        ]
        within = [necklines._within(one[None], x, y)[0] > 0 for one in cut]
        here = (y > 0) & (np.abs(x) < 1)
        share = ((within[0].astype(np.float32) + within[1]) / 2)[here]
        return necklines._best(np.stack(cut), x[here], y[here], share)[2]

    assert roundness(0.22, 0.38) == necklines._ROUND
    assert roundness(0.62, 0.38) == necklines._POINTED


def test_the_rim_lies_where_the_opening_ends(sitter):
    for roundness in (0, 1):
        cut = np.float32([0.4, 0.4, roundness, 0.1, 9])
        chin, u = sitter.warped.points[152], sitter.warped.u
        within = necklines.opening(cut, sitter.warped)
        x, y = (np.rint((chin + necklines.rim(cut, 0.0)[4:-4] * u) / 2 - 0.5).astype(int)).T
        seen = (x >= 0) & (x < 200) & (y < 200)
        assert np.abs(within[y[seen], x[seen]]).max() < 2.5
        outer = necklines.rim(cut, 0.05)
        assert outer[:, 1].max() == pytest.approx(0.45)


@pytest.mark.parametrize(("worn", "roundness"), [(Attire.ROUND, 1), (Attire.POINTED, 0)])
def test_a_known_neckline_has_its_form_whatever_is_seen(sitter, places, worn, roundness):
    x, y = places
    for skin in cuts(x, y).values():
        bare = (skin & (y > 0)).astype(np.float32)
        found = necklines.chosen(bare, (y > 0) - bare, y > 0, sitter.warped, worn)
        assert found[2] == roundness
        assert found[0] < 0.65


def test_a_ribbed_collar_of_who_is_seen_from_the_front_lies_in_the_middle(sitter, places):
    x, y = places
    skin = (((x - 0.3) / 0.4) ** 2 + (y / 0.3) ** 2 < 1) & (y > 0)
    bare, bust = skin.astype(np.float32), y > 0
    front, turned = (
        necklines.chosen(bare, bust - bare, bust, dataclasses.replace(sitter.warped, yaw=yaw), Attire.ROUND)[3]
        for yaw in (0.0, 0.4)
    )
    assert abs(front) < 0.15 < turned
