from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.cel.canvas import Canvas
from engine.cel.features import discs, iris, lids, openings
from engine.cel.features.chart import Chart
from engine.cel.features.person import Person

WOMAN, MAN = Person.of(30, 0.95), Person.of(30, 0.0)


@pytest.fixture
def eye(face, paint):
    return lids.read(Chart.of(paint(), face), face)[0]


@pytest.fixture
def painted(eye, face, palette):
    """painted(person, **manner) -> the iris on black, four times as large, and where it lies there."""

    def painted(person, smile=0.0, **manner):
        ink = replace(palette, manner=replace(palette.manner, **manner))
        form = openings.shape(eye, face, person, ink)
        disc = discs.laid(eye, form, face, person, ink)
        canvas = Canvas(np.zeros((400, 400, 3), np.uint8), (0, 0, 400, 400), 4)
        opening = np.vstack([form.upper, form.lower[::-1]])
        discs.paint(canvas, disc, form, opening, iris.tones(iris.Hue.BLUE, ink, person.man), person, ink, smile)
        inside = np.zeros(canvas.pixels.shape[:2], np.uint8)
        shape = disc.oval(0, 0, 0.8, 0.8)
        cv2.fillPoly(inside, [np.rint(shape * 4 + 1.5).astype(np.int32)], 1)
        return canvas.pixels, inside > 0

    return painted


def test_a_mans_iris_is_narrower(eye, face, palette):
    """A broad one fills a narrow eye as a puppy's."""
    form = openings.shape(eye, face, MAN, palette)
    disc = discs.laid(eye, form, face, MAN, palette)
    assert disc.rx < 0.95 * disc.ry


def test_a_mans_iris_is_painted_in_bands(painted):
    tones = []
    for person in (MAN, WOMAN):
        picture, inside = painted(person, highlights=(), lid_shadow=0.0)
        _, counts = np.unique(picture[inside], axis=0, return_counts=True)
        tones.append(int((counts > 0.004 * inside.sum()).sum()))
    assert tones[0] < 12 < tones[1]


def test_the_eyes_of_women_mirror_the_sky_along_the_rim(painted, monkeypatch):
    def blue(person):
        seen, inside = painted(person, highlights=(), lid_shadow=0.0)
        monkeypatch.setattr(discs, "_ABOVE", (0.0, discs._ABOVE[1]))
        monkeypatch.setattr(discs, "_BELOW", (0.0, discs._BELOW[1]))
        plain, _ = painted(person, highlights=(), lid_shadow=0.0)
        monkeypatch.undo()
        return (seen.astype(int) - plain)[inside]

    assert 0.05 < (np.abs(blue(WOMAN)).max(-1) > 8).mean() < 0.6
    assert np.abs(blue(MAN)).max() == 0


def test_lights_in_a_mans_eye_are_smaller_and_the_lower_ones_faint(palette):
    """Great ones are a puppy's."""
    above, below = palette.manner.highlights
    for spot in (above, below):
        his, hers = (discs._dimmed(spot, man, 1.0) for man in (1.0, 0.0))
        assert his.rx < 0.8 * hers.rx
        assert his.ry < 0.8 * hers.ry
        assert hers == spot
    assert discs._dimmed(above, 1.0, 1.0).alpha == above.alpha
    assert discs._dimmed(below, 1.0, 1.0).alpha < 0.7 * below.alpha


def test_the_lid_casts_a_deep_shadow_in_a_mans_eye_at_least(painted):
    """His irises look out from below it."""

    def seen(person, strength):
        picture, inside = painted(person, highlights=(), lid_shadow=strength)
        return float(picture[inside].mean())

    assert seen(MAN, 0.2) == seen(MAN, 0.6) > seen(MAN, 0.9)
    assert seen(WOMAN, 0.2) > seen(WOMAN, 0.6)


def test_the_eyes_of_a_man_who_smiles_lie_less_in_shadow(painted):
    (calm, inside), (bright, _) = painted(MAN), painted(MAN, smile=1.0)
    assert bright[inside].mean() > 1.05 * calm[inside].mean()


def test_eyes_look_up_only_where_that_is_sure(eye, face, palette):
    """An eye that is drawn by the network's error looks past the viewer."""

    def height(up):
        seen = replace(eye, gaze=np.array([eye.gaze[0], discs._LEVEL + up]))
        form = openings.shape(seen, face, WOMAN, palette)
        return float(discs.laid(seen, form, face, WOMAN, palette).centre @ face.down)

    assert height(0.018) == height(0.0) == height(-0.018)
    assert height(0.1) > height(0.0) + 0.5 > height(-0.1) + 1.0


def test_irises_keep_their_size_and_lids_cut_them(eye, face, palette):
    """An iris as low as its eye makes every eye the same one."""

    def laid(**seen):
        one = replace(eye, above=lids.COMMON_ABOVE, openness=openings._HERS)
        form = openings.shape(replace(one, **seen), face, WOMAN, palette)
        return form, discs.laid(replace(one, **seen), form, face, WOMAN, palette)

    (common, whole), (narrow, cut), (_, bare) = laid(), laid(openness=0.3), laid(above=1.3)
    assert narrow.height / common.height < 0.85
    assert cut.ry / whole.ry > narrow.height / common.height + 0.07
    assert cut.lid > whole.lid + 0.05
    assert bare.ry < 0.9 * whole.ry
    assert bare.lid < whole.lid - 0.1


def test_lights_in_the_eyes_of_women_are_whole(eye, face, palette, painted, monkeypatch):
    def lit(share):
        monkeypatch.setattr(discs, "_HERS_LOWER", share)
        seen, _ = painted(WOMAN)
        return int((seen.min(-1) > 250).sum())

    assert lit(discs._HERS_LOWER) > 1.05 * lit(0.0)


def test_eyes_of_turned_heads_do_not_stare(eye, face, palette):
    seen = replace(eye, above=1.3)
    form = openings.shape(seen, face, WOMAN, palette)
    front, turned = (discs.laid(seen, form, replace(face, yaw=yaw), WOMAN, palette).ry for yaw in (0.0, 0.22))
    assert turned > 1.1 * front


def test_the_irises_of_women_lie_nearer_to_the_nose(eye, face, palette, monkeypatch):
    """The lashes hide the white beyond them, and with white on one side alone eyes look past the viewer."""

    def inward(person):
        form = openings.shape(eye, face, person, palette)
        places = []
        for share in (discs._INWARD, 0.0):
            monkeypatch.setattr(discs, "_INWARD", share)
            places.append(discs.laid(eye, form, face, person, palette).centre)
        monkeypatch.undo()
        return float((places[1] - places[0]) @ form.along) / form.width

    assert inward(WOMAN) > 0.03
    assert abs(inward(MAN)) < 0.01


@pytest.mark.parametrize(("pens", "covered"), [(1.2, True), (6.0, False)])
def test_no_sliver_of_white_is_left_beside_an_iris(eye, face, palette, monkeypatch, pens, covered):
    """Between two lines it is ragged; plain white at the outer corner is seen."""
    form = openings.shape(eye, face, WOMAN, palette)
    monkeypatch.setattr(discs, "_SLIVER", 0.0)
    disc = discs.laid(eye, form, face, WOMAN, palette)
    monkeypatch.undo()
    outwards = np.sign(form.along @ face.right) * face.right
    # a lower lid that runs beside the iris so far off
    angles = np.linspace(np.pi, 0, len(form.lower))[:, None]
    wide = disc.rx + pens * palette.pen
    lid = disc.centre + wide * np.cos(angles) * outwards + disc.ry * np.sin(angles) * face.down
    moved = discs._sliver(replace(form, lower=lid), disc.centre, disc.rx, disc.ry, outwards, face.down, palette.pen)
    assert (moved > 0) == covered
    assert not covered or moved == pytest.approx(pens * palette.pen, abs=0.3)


def test_an_iris_reaches_over_such_a_sliver(eye, face, palette, monkeypatch):
    form = openings.shape(eye, face, WOMAN, palette)
    disc = discs.laid(eye, form, face, WOMAN, palette)
    monkeypatch.setattr(discs, "_sliver", lambda *_: 2.0)
    broader = discs.laid(eye, form, face, WOMAN, palette)
    outwards = np.sign(form.along @ face.right) * face.right
    for way, further in ((outwards, 2.0), (-outwards, 0.0)):
        reach = [d.centre @ way + d.rx for d in (disc, broader)]
        assert reach[1] - reach[0] == pytest.approx(further, abs=0.01)
