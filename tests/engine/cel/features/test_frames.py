from dataclasses import replace

import cv2
import numpy as np

from engine.cel.features import frames, glasses, lids, openings
from engine.cel.features.chart import Chart
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.frame import OVAL
from engine.cel.styles import STYLES


def test_drawn_frames_lie_round_the_eyes(face, look, paint, rims):
    worn = glasses.read(Chart.of(rims(paint()), face), face)
    picture = np.full((400, 400, 3), (226, 182, 158), np.uint8)
    frames.draw(picture, worn, face, Palette.of(look, STYLES["modern"], face.u, small=False))
    dark = picture.max(-1) < 80
    for ring in worn.lenses:
        x, y = np.rint(ring.mean(0)).astype(int)
        assert not dark[y - 3 : y + 3, x - 3 : x + 3].any()
        assert dark[y : y + int(0.25 * face.u), x - 3 : x + 3].any()


def test_frames_end_at_the_edge_of_the_face(face, look, paint, rims):
    worn = glasses.read(Chart.of(rims(paint()), face), face)
    broad = replace(worn, lenses=tuple(ring.mean(0) + (ring - ring.mean(0)) * 1.6 for ring in worn.lenses))
    edges = face.points[list(OVAL)]
    level = edges[np.abs((edges - worn.lenses[0].mean(0)) @ face.down) < 0.1 * face.u] @ face.right
    picture = np.full((400, 400, 3), (226, 182, 158), np.uint8)
    frames.draw(picture, broad, face, Palette.of(look, STYLES["modern"], face.u, small=False))
    y, x = np.nonzero(picture.max(-1) < 80)
    drawn = np.stack([x, y], 1) @ face.right
    assert level.min() - 0.05 * face.u < drawn.min()
    assert drawn.max() < level.max() + 0.05 * face.u


def test_lenses_are_drawn_lower_than_the_caricature_makes_them(face, look, paint, rims, monkeypatch):
    worn = glasses.read(Chart.of(rims(paint()), face), face)
    assert worn.tint is None

    def height(what):
        picture = np.full((400, 400, 3), 200, np.uint8)
        frames.draw(picture, what, face, Palette.of(look, STYLES["modern"], face.u, small=False))
        x = int(worn.lenses[0][:, 0].mean())
        return np.ptp(np.nonzero((np.abs(picture[:, x].astype(int) - 200) > 60).any(-1))[0])

    drawn = [height(replace(worn, tint=tint)) for tint in (None, np.float32([15, 0, 0]))]
    monkeypatch.setattr(frames, "_flattened", lambda lenses, *_: lenses)
    warped = [height(replace(worn, tint=tint)) for tint in (None, np.float32([15, 0, 0]))]
    assert (np.array(drawn) < 0.97 * np.array(warped)).all()


def test_sunglasses_keep_their_upper_edge_and_round_ones_their_shape(face):
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    for ratio, keeps in ((0.7, False), (1.0, True)):
        ring = face.centre + np.stack([np.cos(turn), ratio * np.sin(turn)], 1) * 30
        (low, other) = frames._flattened([ring, None], face, tinted=True)
        assert other is None
        before, after = (each @ face.down for each in (ring, low))
        assert np.isclose(after.min(), before.min(), atol=0.5)
        assert (np.ptp(after) > 0.95 * np.ptp(before)) == keeps


def test_what_clear_lenses_mirror_lies_beneath_the_frames(face, look, paint, rims):
    """It is drawn before the eyes: light over them would veil them."""
    worn, palette = (
        glasses.read(Chart.of(rims(paint()), face), face),
        Palette.of(look, STYLES["modern"], face.u, small=False),
    )
    through = worn.lenses[0].mean(0) + (worn.lenses[0] - worn.lenses[0].mean(0)) * 0.8

    def changed(draw, what):
        picture, inside = np.full((400, 400, 3), 120, np.uint8), np.zeros((400, 400), np.uint8)
        cv2.fillPoly(inside, [np.rint(through).astype(np.int32)], 1)
        draw(picture, what, face, palette)
        return int(((picture > 150).any(-1) & (inside > 0)).sum())

    assert changed(frames.glaze, worn) > 40
    assert changed(frames.draw, worn) == 0
    assert changed(frames.glaze, replace(worn, tint=np.float32([15, 0, 0]))) == 0


def test_black_sunglasses_grow_lighter_downwards(face, look, paint, rims):
    """Black all over they are holes in a face."""
    worn = replace(glasses.read(Chart.of(rims(paint()), face), face), tint=np.float32([10, 0, 0]))
    picture = np.full((400, 400, 3), 200, np.uint8)
    frames.draw(picture, worn, face, Palette.of(look, STYLES["modern"], face.u, small=False))
    ring = worn.lenses[1]
    x, y, tall = int(ring[:, 0].mean() + 0.3 * np.ptp(ring[:, 0])), ring[:, 1].mean(), np.ptp(ring[:, 1])
    high, low = (int(picture[int(y + share * tall), x].max()) for share in (-0.2, 0.15))
    assert low > high + 15


def test_the_upper_rim_lies_above_the_lashes(face, look, paint, rims):
    """It would cut the eye in two."""
    worn, palette = (
        glasses.read(Chart.of(rims(paint()), face), face),
        Palette.of(look, STYLES["modern"], face.u, small=False),
    )
    eye = openings.shape(lids.read(Chart.of(paint(), face), face)[0], face, Person.of(30, 0.9), palette)
    low = worn.lenses[0] + face.down * 0.1 * face.u
    ring, other = frames._rings(replace(worn, lenses=(low, None)), face, (eye, None))
    lashes = (eye.upper @ face.down).min()
    assert other is None
    assert (low @ face.down).min() > lashes - 0.03 * face.u
    assert (ring @ face.down).min() < lashes - 0.05 * face.u
    high = worn.lenses[0] - face.down * 0.04 * face.u  # it would be a second brow
    ring, _ = frames._rings(replace(worn, lenses=(high, None)), face, (eye, None))
    assert (high @ face.down).min() < lashes - 0.08 * face.u
    assert lashes - 0.07 * face.u < (ring @ face.down).min() < lashes - 0.05 * face.u
    shades, _ = frames._rings(replace(worn, lenses=(low, None), tint=np.float32([15, 0, 0])), face, (eye, None))
    assert (shades @ face.down).min() > lashes - 0.03 * face.u


def test_white_frames_are_white_between_dark_lines(face, look, paint, rims):
    worn = glasses.read(Chart.of(rims(paint()), face), face)
    tinted = replace(worn, tint=np.float32([15, 0, 0]), colour=np.float32([85, 2, 2]), thick=0.045)
    picture = np.full((400, 400, 3), (226, 182, 158), np.uint8)
    frames.draw(picture, tinted, face, Palette.of(look, STYLES["modern"], face.u, small=False))
    ring = worn.lenses[0]
    x, y = np.rint(ring[np.argmax(ring @ face.down)]).astype(int)
    column = picture[y - 12 : y + 13, x].astype(int)
    assert (column.min(-1) > 190).any()
    assert (column[np.argmax(column.min(-1)) :].max(-1) < 90).any()


def test_brows_lie_above_the_rims(face, paint, rims):
    worn = glasses.read(Chart.of(rims(paint()), face), face)
    across = np.linspace(-0.5, 0.5, 25)[:, None] * face.right * 0.25 * face.u
    tops = [ring[np.argmin(ring @ face.down)] for ring in frames._rings(worn, face, (None, None))]
    on = tuple(top + across + face.down * 0.01 * face.u for top in tops)
    clear = frames.clear(on, worn, face, (None, None))
    for top, before, after in zip(tops, on, clear, strict=True):
        assert ((before - top) @ face.down).max() > 0
        assert ((after - top) @ face.down)[12] < -0.03 * face.u
        assert np.ptp((after - before) @ face.down) < 1e-6
    far = tuple(line - face.down * 0.2 * face.u for line in on)
    assert np.allclose(frames.clear(far, worn, face, (None, None)), far)
    assert frames.clear((None, on[1]), worn, face, (None, None))[0] is None
