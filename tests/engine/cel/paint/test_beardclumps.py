import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from engine.cel.paint import beardclumps, whiskers
from engine.cel.paint.fields import blur, distance, doubled, sampled


@pytest.fixture
def beard(sitter):
    """The signed distance of a full beard, whose lips are bare."""
    face = sitter.warped
    cover = whiskers._hanging(whiskers._full(face), face)
    mouth = (face.points[[13, 14]].mean(0) - face.centre) @ np.stack([face.right, face.down], 1) / face.u
    lips = np.hypot(sitter.u - mouth[0], 2.5 * (sitter.v - mouth[1])) < 0.12
    return doubled(distance(blur(cover * ~lips, 1.0) - np.float32(0.5))) * 2


def aside(line, face):
    return (line - face.points[164]) @ face.right / face.u


def test_shade_rises_from_the_edge_in_points_between_clumps(sitter, beard):
    face = sitter.warped
    (shade,) = beardclumps.clumps(beard, face).shades
    inner = shade[: len(shade) - len(beardclumps._ANGLES)]
    chin = inner[np.abs(aside(inner, face)) < 0.16]
    down = chin @ face.down / face.u
    turns = np.diff(np.sign(np.diff(down)))
    assert (turns != 0).sum() >= 4
    assert np.ptp(down) > 0.05
    assert (sampled(beard[::2, ::2], inner / 2 - 0.5) > -2).mean() > 0.95


def test_light_lies_on_clumps_within_the_beard_and_lines_between_them(sitter, beard):
    face = sitter.warped
    found = beardclumps.clumps(beard, face)
    chin = [light for light in found.lights if light.mean(0) @ face.down > face.points[17] @ face.down]
    assert len(chin) >= 3
    assert (sampled(beard[::2, ::2], np.vstack(chin) / 2 - 0.5) > 0).mean() > 0.95
    middles = sorted(float(aside(light.mean(0), face)) for light in chin)
    lines = [float(aside(line.mean(0), face)) for line in found.strands]
    for one, other in pairwise(middles):
        assert any(one < line < other for line in lines)


def test_clumps_on_cheeks_bend_down(sitter):
    ray = beardclumps._places(beardclumps._ANGLES[-1], beardclumps._REACH, sitter.warped)
    steps = np.diff(ray, axis=0) @ np.stack([sitter.warped.right, sitter.warped.down], 1)
    slopes = steps[:, 1] / np.hypot(*steps.T)
    assert slopes[-1] > slopes[0] + 0.3


def test_where_no_beard_is_there_are_no_clumps(sitter, beard):
    found = beardclumps.clumps(np.full_like(beard, -9), sitter.warped)
    assert not found.shades
    assert len(found.lights) == len(beardclumps._MOUSTACHE)


def test_the_shade_lies_alike_on_both_sides(sitter, beard):
    """Scattered strokes would be scratches."""
    face = dataclasses.replace(sitter.warped)
    lines = [aside(line, face)[0] for line in beardclumps.clumps(beard, face).strands]
    assert abs(sum(lines)) < 0.1 * sum(map(abs, lines)) + 0.05
