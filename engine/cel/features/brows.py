"""Brows: where the hair of the person's brows lies, how thick and how dark it is, drawn as one clean stroke."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.canvas import Canvas, Pixels, around
from engine.cel.features.chart import UNIT, Chart
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.geometry import Points, curve, ease, length, resample, smooth, stroke
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import sampled

MESH = (((70, 63, 105, 66, 107), (46, 53, 52, 65, 55)), ((300, 293, 334, 296, 336), (276, 283, 282, 295, 285)))
"""Upper and lower edge of the picture's left and right brow, from the temple to the nose."""
_ALONG, _ACROSS = 25, 23
_AS_FAIR = 0.55
"""How light brows are at least, as a share of the hair's lightness."""
_NO_PALER = 8.0
"""How much lighter than the hair brows are at most."""
_LEVEL, _STRAIGHT, _SINKS = 0.6, 0.45, 0.65
"""How much less the inner ends of a man's brows are raised, how much straighter they are drawn, and how much nearer to
the lid: a share of the space between."""
_ROOM = 0.075, 0.037
"""How far brows keep clear of the lid, and how much nearer a man's come to it, in face widths: well above it they look
startled.
"""
_ALIKE, _RAISED = (0.10, 0.25), 0.15
"""Yaws between which the far brow comes to be no steeper than the near one, or than this where that is level: as the
ends of the little that is seen of it differ in height as much as a whole one's, it would stand on end.
"""
_SHARED, _BARELY = 0.75, 0.05
"""How far both brows are drawn as broad as their mean, as one may lie in the shade, or behind hair; and how clearly
either stands off the skin, at least, as far as it counts for that.
"""
_EVEN, _FRONT = 0.35, (0.10, 0.20)
"""How far each brow is drawn towards the other's mirror image, as what they differ by is rather the measurement's than
the person's; and between which yaws that ends.
"""
_MIRRORED, _FLATTER, _SET = (0.20, 0.34), 0.8, 0.4
"""Yaws between which the far brow comes to be the mirror image of the near one, as too little of it is seen to be told;
the power of its breadth, as a share of the near one's, by which it is flatter; and how much of its own height it keeps:
with all of it the inner end of an arch would lie on the lid.
"""
_WHOLE, _SLIGHT = 0.22, 0.45
"""How long a brow is that is as broad as it was seen, in face widths; and how broad the shortest are, as a share of
that: a short broad one is a stub.
"""
_TURNED, _CLEAR = 0.12, 0.03
"""The yaw from which a brow may reach the edge of the face; and how far from that it ends, in face widths."""
_COVERED, _SHY, _MOST = 0.5, 0.02, 0.35
"""How much of a place hair covers where a brow ends at it; how far before that, in face widths; and which share of a
brow ends so at most: what were left of more would be a stub, and is seen through hair.
"""
_TAIL = ([0, 0.25], [0.1, 1])
"""How broad a brow is at least from its tail on, as a share of its narrowest: it ends in a point."""
_SWORD = ([0, 0.30, 0.62, 0.86, 1], [0.02, 0.53, 0.93, 0.88, 0.26])
"""How broad a man's brow is along its line, from the temple to the nose: a blade, broadest beside the nose."""
_SMALL = 0.34, 0.0
"""How much shorter and finer a small child's brows are drawn."""
_COMMON_SLOPE, _STEEPER, _SLOPES = -0.03, 0.7, (-0.2, 0.1)
"""How far the inner ends of women's brows commonly lie below their tails, as a share of the way between; how much more
of the difference from it is drawn; and between which limits: what is lower still is a frown.
"""
_COMMON_ARCH, _ARCHES = 0.17, (0.6, 1.35)
"""How high the common brow arches, as a share of its length; and how many times the arch of women's is higher, at least
and at most, as it is higher than that.
"""
_COMMON_WIDTH, _BOLDER, _BOLD = 0.045, 0.6, 1.05
"""Breadth of the common brow, in face widths; with which power of its share women's are the bolder; and how much bolder
all of them are."""
_CHEER = 2.0
"""How much higher the inner ends of a laughing person's brows are set, in hundredths of the face's width."""


@dataclass(frozen=True, slots=True)
class Brow:
    """`line` (25, 2) in the picture from the temple to the nose; `width` (25,) as shares of the face's width."""

    line: Points
    width: NDArray[np.float64]
    dark: float
    """How clearly it stands off the skin, 0 (none to be seen) .. 1."""
    colour: NDArray[np.float32]
    """CIELAB of its hair."""


def read(chart: Chart, face: WarpedFace) -> tuple[Brow | None, Brow | None]:
    """Both brows; None where the head hides one."""
    left, right = (_measure(chart, face, side) for side in (0, 1))
    if left is None or right is None:
        return left, right
    one = max(left, right, key=lambda brow: brow.dark)  # in the light, or bleached by it, a brow can hardly be seen
    width = _shared(left, right)
    left, right = (
        replace(brow, dark=one.dark, colour=one.colour, width=brow.width ** (1 - _SHARED) * width**_SHARED)
        for brow in (left, right)
    )
    return left, right


def _shared(left: Brow, right: Brow) -> NDArray[np.float64]:
    """The breadth of both brows along their lines: rather that of the one that is better seen."""
    one, other = (max(brow.dark, _BARELY) * length(brow.line) ** 2 for brow in (left, right))
    share = one / max(one + other, 1e-6)
    return np.asarray(left.width**share * right.width ** (1 - share), np.float64)


def _measure(chart: Chart, face: WarpedFace, side: int) -> Brow | None:
    if face.eyes[side] is None:
        return None
    upper, lower = (chart.mesh[list(edge)] for edge in MESH[side])
    middle = resample(curve((upper + lower) / 2, 6), _ALONG)
    reach = np.linspace(-0.055, 0.050, _ACROSS) * UNIT
    grid = middle[:, None] + reach[None, :, None] * np.array([0.0, 1.0])
    lab = chart.sample(grid)
    light = cv2.GaussianBlur(np.ascontiguousarray(lab[..., 0]), (3, 5), 0)
    skin = np.percentile(light, 82, axis=1, keepdims=True)
    depth = max(14.0, 0.36 * float(np.median(skin)))
    hair = np.clip((skin - light - 0.18 * depth) / depth, 0, 1)
    weight = hair * np.exp(-((reach / (0.036 * UNIT)) ** 2))[None]
    total = weight.sum(1)
    sure = np.clip(total / 1.5, 0, 1)
    place = np.where(total > 0.3, (weight * reach).sum(1) / np.maximum(total, 1e-3), 0.0)
    thick = hair.sum(1) * float(reach[1] - reach[0])
    place = _fit(place, sure)
    thick = _fit(thick, sure + 0.05)
    rows = np.argsort(light, 1)[:, :4]
    core = np.take_along_axis(lab, rows[..., None], 1)[5:20].reshape(-1, 3)
    return Brow(
        line=chart.back(middle + np.stack([np.zeros(_ALONG), place], 1)),
        width=np.clip(thick / UNIT, 0.008, 0.062),
        dark=float(np.clip(np.median(hair.max(1)) * 1.3, 0, 1)),
        colour=np.asarray(np.median(core, 0), np.float32),
    )


def _fit(values: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smooth cubic that follows `values` where they are sure."""
    t = np.linspace(-1, 1, len(values))
    basis = np.stack([np.ones_like(t), t, t * t, t**3], 1)
    w = np.asarray(weight, np.float64)[:, None]
    prior = np.diag([1e-3, 0.05, 0.15, 0.6])
    return np.asarray(basis @ np.linalg.solve(basis.T @ (w * basis) + prior, basis.T @ (w[:, 0] * values)), np.float64)


def laid(
    brow: Brow, face: WarpedFace, person: Person, palette: Palette, cheer: float = 0.0, ceiling: Points | None = None
) -> Points:
    """The line of a brow, of somebody who laughs if `cheer` is 1. It stays above `ceiling`, the drawn upper lid."""
    manner = palette.manner
    line = _within(smooth(brow.line, 2.0), face)
    t = np.linspace(0, 1, len(line))
    stern = person.man * (1 - 0.5 * cheer)
    # the enlarged eyes beneath would make a glare of a level brow
    angle = manner.brow_angle * (1 - _LEVEL * person.man) - 2.2 * person.woman - _CHEER * cheer
    chord = line[0] + (line[-1] - line[0]) * t[:, None]
    high = float(np.clip(float(((chord - line) @ face.down).max()) / (_COMMON_ARCH * length(chord)), *_ARCHES))
    line = line + person.woman * (high - 1) * (line - chord - (line - chord).mean(0))
    line = line + _STRAIGHT * stern * (chord + (line - chord).mean(0) * 1.2 - line)
    own = _STEEPER * person.woman * float(np.clip(-_raised(line, face) - _COMMON_SLOPE, *_SLOPES))
    fall = angle * 0.01 * face.u + own * abs(float((line[-1] - line[0]) @ face.right))
    line = line + face.down * (fall * (t - 0.4))[:, None]
    if ceiling is not None:
        line = line - face.down * _lift(line, ceiling, face, stern)
    return np.asarray(line, np.float64)


def evened(lines: tuple[Points | None, Points | None], face: WarpedFace) -> tuple[Points | None, Points | None]:
    """Both brows' lines, those of a head seen from the front drawn towards each other's mirror image."""
    left, right = lines
    share = _EVEN * (1 - ease(abs(face.yaw), *_FRONT))
    if left is None or right is None or not share:
        return lines
    axes = np.stack([face.right, face.down], 1)
    one, other = (left - left[-1]) @ axes, (right - right[-1]) @ axes * (-1, 1)
    apart = other - one + (0.0, float((right[-1] - left[-1]) @ face.down))
    return left + share * apart @ axes.T, right - share * (apart * (-1, 1)) @ axes.T


def tamed(lines: tuple[Points | None, Points | None], face: WarpedFace) -> tuple[Points | None, Points | None]:
    """Both brows' lines, the far one of a turned head no steeper than the near one, and the further turned the more
    that one's mirror image.
    """
    left, right = lines
    if left is None or right is None:
        return lines
    return (_far(left, right, face), right) if face.yaw < 0 else (left, _far(right, left, face))


def _far(far: Points, near: Points, face: WarpedFace) -> Points:
    level = _level(far, near, face)
    alike = ease(abs(face.yaw), *_MIRRORED)
    if not alike:
        return level
    axes = np.stack([face.right, face.down], 1)
    mine, other = (level - level[-1]) @ axes, (near - near[-1]) @ axes
    narrower = float(mine[0, 0] / (other[0, 0] or 1.0))
    mirrored = other * (narrower, abs(narrower) ** _FLATTER)
    mirrored[:, 1] += _SET * (mine[:, 1] - mirrored[:, 1]).mean()
    return np.asarray(level + alike * (mirrored - mine) @ axes.T, np.float64)


def _level(far: Points, near: Points, face: WarpedFace) -> Points:
    excess = max(0.0, _raised(far, face) - max(_raised(near, face), _RAISED)) * ease(abs(face.yaw), *_ALIKE)
    inwards = np.sign(float((far[-1] - far[0]) @ face.right))
    across = (far - far.mean(0)) @ face.right * inwards
    return np.asarray(far + face.down * (excess * across)[:, None], np.float64)


def _raised(line: Points, face: WarpedFace) -> float:
    """How much higher a brow's inner end is than its tail, as a share of the way between."""
    reach = line[-1] - line[0]
    return -float(reach @ face.down) / max(abs(float(reach @ face.right)), 1.0)


def ended(line: Points, face: WarpedFace, cover: Plane | None) -> Points:
    """A brow's line that ends before the hair at the temple, or the far edge of a turned face: it would be a stray.

    `cover`, 0..1 a pixel, is what lies before the face. A brow whose tail comes out of hair again crosses it.
    """
    off = ~_inside(line, face)
    if cover is not None:
        ahead = line - np.gradient(line, axis=0) * (_SHY * face.u * len(line) / max(length(line), 1.0))
        off |= sampled(cover, ahead - 0.5) > _COVERED
    over = 0 if off.all() else int(np.argmin(off))
    return resample(line[min(over, int(_MOST * len(line))) :], len(line)) if over else line


def draw(
    picture: Pixels,
    brow: Brow,
    line: Points,
    face: WarpedFace,
    person: Person,
    palette: Palette,
    cover: NDArray[np.float32] | None = None,
) -> None:
    """Draw one brow along its line."""
    t = np.linspace(0, 1, len(line))
    thick = np.clip(brow.width, 0.014 + 0.008 * (1 - person.woman), 0.05) * face.u
    thick = smooth(thick, 4.0) * (0.80 + 0.22 * (1 - person.woman)) * palette.manner.brow
    thick = thick * (1 + person.woman * ((float(np.median(brow.width)) / _COMMON_WIDTH) ** _BOLDER * _BOLD - 1))
    thick = thick * (1.15 if palette.small else 1.0)
    if abs(face.yaw) > _TURNED:
        thick = thick * (_SLIGHT + (1 - _SLIGHT) * min(1.0, length(line) / (_WHOLE * face.u)))
    taper = np.interp(t, [0, 0.30, 0.68, 0.93, 1], [0.04, 0.82, 1.0, 0.72, 0.30]) * (1 - person.man)
    taper += np.interp(t, *_SWORD) * person.man
    line = line.mean(0) + (line - line.mean(0)) * (1 - _SMALL[0] * person.infant)
    thick = thick * (1 - _SMALL[1] * person.infant)
    canvas = Canvas(picture, around([line], 0.06 * face.u + 2), 2)
    if canvas.empty:
        return
    least = 0.6 * palette.pen * np.interp(t, *_TAIL)
    canvas.fill(stroke(line, np.maximum(thick * taper, least)), _colour(brow, palette), 0.82 + 0.18 * brow.dark)
    canvas.finish(cover)


def _within(line: Points, face: WarpedFace) -> Points:
    """The brow's line, of a turned head without the part that would run up to the edge of its face."""
    inside = _inside(line, face)
    return line if inside.all() else resample(line[int(np.argmax(inside)) :], len(line))


def _inside(line: Points, face: WarpedFace) -> NDArray[np.bool_]:
    """Which of a line's places do not lie at the edge of a turned face; all of another."""
    if abs(face.yaw) < _TURNED:
        return np.ones(len(line), np.bool_)
    edge = cv2.convexHull(face.points.astype(np.float32))
    return np.array([cv2.pointPolygonTest(edge, (x, y), True) > _CLEAR * face.u for x, y in line.tolist()])


def _lift(line: Points, ceiling: Points, face: WarpedFace, stern: float) -> float:
    """How far the brow must rise (pixels) to keep clear of the lid; a `stern` one sinks towards it."""
    x, lid = ceiling @ face.right, ceiling @ face.down
    order = np.argsort(x)
    over = np.interp(line @ face.right, x[order], lid[order], left=np.inf, right=np.inf)
    gap = float(np.min(over - line @ face.down, initial=np.inf))
    if not np.isfinite(gap):
        return 0.0
    clear = (_ROOM[0] - _ROOM[1] * stern) * face.u
    return max(0.0, clear - gap) * 0.75 - _SINKS * stern * max(0.0, gap - clear)


def _colour(brow: Brow, palette: Palette) -> NDArray[np.float64]:
    """Dark relatives of the brow's own hair, turned halfway to the hair of the head."""
    own, hair = brow.colour, palette.hair_lab
    lightness = max(float(own[0]) * 0.80, _AS_FAIR * float(hair[0]))
    lightness = min(lightness, 0.62 * float(palette.skin_lab[0]), float(hair[0]) + _NO_PALER)
    a, b = 0.5 * own[1:] + 0.5 * hair[1:]
    return palette.mix(float(np.clip(lightness, 9, 56)), float(a), float(b))
