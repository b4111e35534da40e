import dataclasses

import cv2
import numpy as np
import pytest

from engine.cel import earrings
from engine.cel.earrings import Earrings, Kind
from engine.cel.parse import Label

SKIN, SILVER, GOLD, TINGED = (214, 170, 150), (250, 250, 255), (250, 205, 90), (250, 225, 175)
FAINT = (220, 196, 184)


@pytest.fixture
def told(sitter):
    """What is told of a photo in which things of a colour and radius are so far down at the ears of an adult woman.

    They may reach `long` up and down as a strand does, or be rings that are so `high`; on another side
    there may be `weak` ones. All lies `before` that label.
    """

    def of(
        tone=SILVER,
        radius=0.01,
        long=0.0,
        down=0.16,
        high=0.0,
        sides=(-1,),
        weak=(),
        female=1.0,
        age=30.0,
        yaw=0.0,
        before=None,
    ):
        photo, frame = sitter.photo.copy(), sitter.face.frame
        photo[:] = SKIN
        for side in (*sides, *weak):
            root = sitter.face.mesh[234 if side < 0 else 454, :2]
            lobe = root + (0.04 * side * frame.right + down * frame.down) * frame.unit
            ends = (lobe + way * long * frame.down * frame.unit for way in (-1, 1))
            places = [tuple(int(part) for part in np.rint(place)) for place in ends]
            worn = FAINT if side in weak else tone
            cv2.line(photo, *places, worn, max(1, round(2 * radius * frame.unit)), cv2.LINE_AA)
            if high:
                middle = np.rint(lobe + high / 2 * frame.down * frame.unit).astype(int).tolist()
                size = round(0.4 * high * frame.unit), round(0.5 * high * frame.unit)
                cv2.ellipse(photo, middle, size, 0, 0, 360, tone, 3, cv2.LINE_AA)
        regions = sitter.regions
        if before is not None:
            labels = np.zeros_like(regions.labels)
            labels[..., before] = 1
            regions = dataclasses.replace(regions, labels=labels)
        face = dataclasses.replace(sitter.face, female=female, age=age, frame=dataclasses.replace(frame, yaw=yaw))
        return earrings.seen(photo, face, regions)

    return of


def test_what_glitters_at_a_lobe_is_an_earring(told):
    assert told() == Earrings(Kind.STUD, gold=False, long=0.0, sides=(True, False))
    assert told(sides=(-1, 1)).sides == (True, True)


def test_what_is_found_below_the_lobe_hangs_from_it(told):
    worn = told(radius=0.02, down=0.3)
    assert worn.kind is Kind.PENDANT
    assert worn.long == pytest.approx(0.175, abs=0.03)


def test_far_down_what_shows_between_is_none(told):
    assert told(radius=0.02, down=0.34, before=Label.SKIN).kind is Kind.PENDANT
    assert told(radius=0.02, down=0.34, before=Label.BACKGROUND) is None
    assert told(radius=0.02, down=0.16, before=Label.BACKGROUND) is not None


def test_of_a_pair_the_other_one_may_be_faint(told):
    assert told(sides=(), weak=(1,)) is None
    assert told(sides=(-1,), weak=(1,)).sides == (True, True)


def test_gold_is_yellow_and_large_gold_a_hoop(told):
    assert told(GOLD, radius=0.02).gold
    assert told(TINGED).gold
    assert told(GOLD, radius=0.02).kind is Kind.STUD
    large = told(GOLD, radius=0.06)
    assert (large.kind, large.gold) == (Kind.HOOP, True)
    assert large.long > 0.1
    assert told(radius=0.04).kind is Kind.STUD


def test_a_large_ring_is_a_hoop(told):
    worn = told(radius=0.02, down=0.26, high=0.32)
    assert worn.kind is Kind.HOOP
    assert not worn.gold
    assert worn.long == pytest.approx(0.32, abs=0.06)


def test_skin_in_the_light_is_none(told):
    assert told(tuple(round(1.15 * part) for part in SKIN)) is None
    assert told(SKIN) is None


def test_a_strand_is_none(told):
    assert told(long=0.5) is None


def test_men_children_and_hidden_ears_have_none(told):
    assert told(female=0.2) is None
    assert told(age=6.0) is None
    assert told(yaw=-0.4) is None
