import dataclasses

import numpy as np
import pytest

from engine.cel.earrings import Earrings, Kind
from engine.cel.look import rgb
from engine.cel.paint import eardrops
from engine.cel.styles import STYLES

PEARL = Earrings(Kind.STUD, False, 0.0, (True, False))
DROP, HOOP = (dataclasses.replace(PEARL, kind=kind, long=0.12) for kind in (Kind.PENDANT, Kind.HOOP))


@pytest.fixture
def drawn(sitter):
    """At which ears earrings are drawn, the picture's left first, and how far down they reach, in face widths."""

    def of(worn, yaw=0.0, hidden=None, face=None):
        style, lay = STYLES["modern"], sitter.layers
        aside = (np.mgrid[0:400, 0:400][1] - sitter.warped.centre[0]) / sitter.warped.u
        cover = np.where(np.abs(aside) > (9 if hidden is None else hidden), 9.0, -9.0).astype(np.float32)
        parts = dataclasses.replace(lay, hair=cover, body=np.full_like(lay.body, 9.0))
        if face is not None:
            parts = dataclasses.replace(parts, face=np.full_like(lay.face, face))
        head, look = dataclasses.replace(sitter.warped, yaw=yaw), sitter.look(style)
        page = np.full((400, 400, 3), 128, np.uint8)
        eardrops.draw(page, worn, parts, head, look, style, 1.0)
        there = np.abs(page.astype(int) - 128).max(-1) > 8
        found = []
        for root in (234, 454):
            x, y = head.points[root]
            near = there[:, max(0, int(x - 0.2 * head.u)) : int(x + 0.2 * head.u)]
            found.append((float(np.flatnonzero(near.any(1)).max()) - y) / head.u if near.any() else 0.0)
        return found, page

    return of


def test_a_pair_hangs_from_the_lobes(drawn):
    (left, right), _ = drawn(PEARL)
    assert left > 0.1
    assert right > 0.1
    assert drawn(DROP)[0][0] > left + 0.05


def test_where_hair_hardly_hides_ears_there_are_only_those_that_were_seen(drawn, sitter):
    worn = PEARL
    local = (sitter.warped.points[[234, 454]] - sitter.warped.centre) @ sitter.warped.right / sitter.warped.u
    lobes = float(np.abs(local).min()) + 0.045
    (left, right), _ = drawn(worn, hidden=lobes - 0.02)
    assert left > 0.1
    assert right == 0
    assert drawn(worn, hidden=lobes - 0.1)[0] == [0, 0]
    assert drawn(dataclasses.replace(DROP, sides=(True, True)), yaw=0.4)[0][1] == 0  # the far one


def test_gold_is_yellow(drawn):
    page = drawn(dataclasses.replace(DROP, gold=True))[1].astype(int)
    assert (page[..., 0] - page[..., 2]).max() > 80
    plain = drawn(dataclasses.replace(DROP, sides=(True, True)))[1].astype(int)
    assert np.abs(plain - rgb(eardrops.SILVER[0])).sum(-1).min() < 12


def test_what_hangs_is_as_long_as_it_is_seen(drawn):
    for worn in (DROP, HOOP):
        short, long = (drawn(dataclasses.replace(worn, long=long))[0][0] for long in (0.05, 0.3))
        assert 0.2 < short < long - 0.05


def test_a_hoop_is_a_ring(drawn, sitter):
    page = drawn(dataclasses.replace(HOOP, long=0.3), face=-9.0)[1].astype(int)
    there = np.abs(page - 128).max(-1) > 8
    rows, columns = np.nonzero(there[:, :200])
    middle = (rows.min() + rows.max()) // 2, (columns.min() + columns.max()) // 2
    assert not there[middle[0] - 4 : middle[0] + 5, middle[1] - 4 : middle[1] + 5].any()
    across = there[middle[0], columns.min() : columns.max() + 1]
    assert across[0]
    assert across[-1]


def test_a_hoop_passes_behind_the_jaw(drawn):
    behind = drawn(HOOP, face=9.0)[1]
    assert np.abs(behind.astype(int) - 128).max() < 8
    assert drawn(DROP, face=9.0)[0][0] > 0.1


def test_a_drop_hangs_about_the_place_where_it_is_seen(drawn):
    low = drawn(dataclasses.replace(DROP, long=0.16))[0][0]
    assert low == pytest.approx(0.125 + 0.16 + 0.05, abs=0.025)
