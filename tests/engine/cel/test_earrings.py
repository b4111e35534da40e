import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel import earrings
from engine.cel.earrings import Earrings
from engine.cel.look import rgb
from engine.cel.styles import STYLES

SKIN, SILVER, GOLD = (214, 170, 150), (250, 250, 255), (250, 205, 90)


@pytest.fixture
def told(sitter):
    """What is told of a photo in which something of that colour and radius is at one lobe of an adult woman.

    It may reach `long` up and down as a strand does.
    """

    def of(tone=SILVER, radius=0.01, long=0.0, female=1.0, age=30.0, yaw=0.0):
        photo, frame = sitter.photo.copy(), sitter.face.frame
        photo[:] = SKIN
        lobe = sitter.face.mesh[234, :2] + (-0.04 * frame.right + 0.16 * frame.down) * frame.unit
        ends = (lobe + way * long * frame.down * frame.unit for way in (-1, 1))
        places = [tuple(int(part) for part in np.rint(place)) for place in ends]
        cv2.line(photo, *places, tone, max(1, round(2 * radius * frame.unit)), cv2.LINE_AA)
        face = dataclasses.replace(sitter.face, female=female, age=age, frame=dataclasses.replace(frame, yaw=yaw))
        return earrings.seen(photo, face, sitter.regions)

    return of


def test_what_glitters_at_a_lobe_is_an_earring(told):
    assert told() == Earrings(drops=False, gold=False, sides=(True, False))
    assert told(GOLD, radius=0.04).gold
    assert told(radius=0.04).drops


def test_skin_in_the_light_is_none(told):
    assert told(tuple(round(1.15 * part) for part in SKIN)) is None
    assert told(SKIN) is None


def test_a_strand_is_none(told):
    assert told(long=0.5) is None


def test_men_children_and_hidden_ears_have_none(told):
    assert told(female=0.2) is None
    assert told(age=6.0) is None
    assert told(yaw=-0.4) is None


@pytest.fixture
def drawn(sitter):
    """At which ears earrings are drawn, the picture's left first, and how far down they reach, in face widths."""

    def of(worn, yaw=0.0, hidden=None):
        style, lay = STYLES["modern"], sitter.layers
        aside = (np.mgrid[0:400, 0:400][1] - sitter.warped.centre[0]) / sitter.warped.u
        cover = np.where(np.abs(aside) > (9 if hidden is None else hidden), 9.0, -9.0).astype(np.float32)
        parts = dataclasses.replace(lay, hair=cover, body=np.full_like(lay.body, 9.0))
        face, look = dataclasses.replace(sitter.warped, yaw=yaw), sitter.look(style)
        page = np.full((400, 400, 3), 128, np.uint8)
        earrings.draw(page, worn, parts, face, look, style, 1.0)
        there = np.abs(page.astype(int) - 128).max(-1) > 8
        found = []
        for root in (234, 454):
            x, y = face.points[root]
            near = there[:, max(0, int(x - 0.2 * face.u)) : int(x + 0.2 * face.u)]
            found.append((float(np.flatnonzero(near.any(1)).max()) - y) / face.u if near.any() else 0.0)
        return found, page

    return of


def test_a_pair_hangs_from_the_lobes(drawn):
    (left, right), _ = drawn(Earrings(False, False, (True, False)))
    assert left > 0.1
    assert right > 0.1
    assert drawn(Earrings(True, False, (True, False)))[0][0] > left + 0.05


def test_where_hair_hardly_hides_ears_there_are_only_those_that_were_seen(drawn, sitter):
    worn = Earrings(False, False, (True, False))
    local = (sitter.warped.points[[234, 454]] - sitter.warped.centre) @ sitter.warped.right / sitter.warped.u
    lobes = float(np.abs(local).min()) + 0.045
    (left, right), _ = drawn(worn, hidden=lobes - 0.02)
    assert left > 0.1
    assert right == 0
    assert drawn(worn, hidden=lobes - 0.1)[0] == [0, 0]
    assert drawn(Earrings(True, False, (True, True)), yaw=0.4)[0][1] == 0  # the far one


def test_gold_is_yellow(drawn):
    page = drawn(Earrings(True, True, (True, True)))[1].astype(int)
    assert (page[..., 0] - page[..., 2]).max() > 80
    plain = drawn(Earrings(True, False, (True, True)))[1].astype(int)
    assert np.abs(plain - rgb(earrings.SILVER[0])).sum(-1).min() < 12
