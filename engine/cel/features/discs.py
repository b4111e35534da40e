"""Irises as they are painted: cut by the lids, dark on top, glowing below, with a pupil and lights."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.cel.canvas import Canvas
from engine.cel.features.iris import IrisTones
from engine.cel.features.lids import ACROSS, COMMON_ABOVE, SAMPLES, Eye
from engine.cel.features.openings import Drawn, in_profile
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.geometry import Points, ease, oval
from engine.cel.look import WarpedFace
from engine.cel.manner import Highlight

_NARROW = (0.20, 0.40)
"""Openness of the drawn eye below which, and above, its iris lies in the middle, and on the lower lid."""
_LEVEL = -0.07
"""Where the iris of a level gaze lies beneath the upper lid (median of a hundred and forty faces)."""
_SLIMMER = 0.12
"""How much narrower a man's iris is: a broad one fills his narrow eye as a puppy's."""
_HERS, _STEADY = 0.58, 0.55
"""Height of the common woman's opening; and how much of what a narrower one lacks of it its iris keeps: lids cut it."""
_HERS_LOWER = 0.6
"""How much of that way down to whole lights in the eyes of women and children go."""
_BARED, _OFF = 0.35, (-0.3, 0.6)
"""How much smaller the irises of women and children are drawn for every one of their radii that the upper lid is
further off than commonly, and within which limits: it cuts drowsy ones, and startled ones lie bare.
"""
_SIDEWAYS = 0.08, 0.20
"""Yaws between which lids cease to be told to be so far off: eyes that were turned to the viewer seem to stare."""
_WHOLE = 1.15
"""How far below the lid the middle of a light is that is seen whole, in halves of its height."""
_MET = 0.38, 0.13
"""How far aside irises lie that meet the viewer's eyes, for each of the head's yaw, and at most, in eye widths."""
_STRAIGHT, _UNSURE = (0.02, 0.08), (0.08, 0.12)
"""How far from there an iris is still taken for one that meets them, and where it surely is none; and how much further
for each of the head's yaw: an iris can be told no better.
"""
_LEVELLED = 0.02, 0.06
"""The same of looks up and down."""
_ASIDE, _FURTHER, _INTO, _NARROWER = (0.09, 0.20), 0.30, 0.30, 0.08
"""How far aside irises begin to be drawn further aside still, as their size would hide the glance, and where they
wholly are; how much further; how much deeper into the corner, in their own breadth; and how much narrower.
"""
_INWARD = 0.05
"""How much nearer to the nose irises of women and children lie, in eye widths: the lashes hide the white at the outer
corner, and eyes that show it at the inner one alone look past the viewer.
"""
_SLIVER, _BESIDE = 2.0, 0.7
"""White at the outer corner that is narrower than this, in pens, beside an iris and down to this share of its height,
is covered by it: what shows of it between two lines is ragged."""
_LESS, _FAINTER = 0.25, 0.4
"""How much smaller the lights in a man's eye are, and how much fainter the lower ones."""
_CAST, _MANS_CAST = (0.32, 1.2), (0.40, 1.25)
"""How far down the shadow of the upper lid reaches in its middle, as a share of the eye's height, and how much sooner
it does than an arch would (none in the corners): a woman's, and a man's, whose irises look out from below it.
"""
_BRIGHT = 0.6
"""How much less the eyes of a man who smiles are a man's: they shine."""
_SKY, _ROUND = (60.0, 8.0, -30.0), 0.84
"""CIELAB of the sky that an iris mirrors; and the radius of what is mirrored along its rim, as a share of its own."""
_ABOVE, _BELOW = (0.34, (0.62, 0.56)), (0.70, (0.74, 0.66))
"""How strong that is in its upper and its lower half, and how far in it reaches aside, and up or down."""
_DARK_BELOW = 0.6
"""How strong that shadow is in a man's eye at least."""


@dataclass(frozen=True, slots=True)
class Disc:
    """An iris on paper."""

    centre: NDArray[np.float64]
    rx: float
    ry: float
    right: NDArray[np.float64]
    down: NDArray[np.float64]
    lid: float
    """Where the upper lid cuts it, from its centre downwards, as a share of `ry`."""

    def oval(self, x: float, y: float, a: float, b: float, turn: float = 0.0) -> Points:
        """An oval on it, in shares of its radii."""
        place = self.centre + self.right * (x * self.rx) + self.down * (y * self.ry)
        roll = float(np.arctan2(self.right[1], self.right[0]))
        return oval(place, a * self.rx, b * self.ry, roll + turn, samples=36)


def laid(eye: Eye, form: Drawn, face: WarpedFace, person: Person, palette: Palette) -> Disc:
    """Where the iris lies in the opening, and how large it is."""
    woman = max(person.woman, person.child)
    startled = ease(eye.openness, 0.47, 0.60)
    narrow = woman * max(0.0, _HERS - form.height)
    tall = form.size * float(np.clip(form.height + _STEADY * narrow, 0.38, 0.60 + 0.12 * woman))
    ry = tall * (0.76 - 0.02 * woman - 0.19 * startled)
    off = float(np.clip(eye.above - COMMON_ABOVE, *_OFF))
    ry *= 1 - woman * _BARED * (off if off < 0 else off * (1 - ease(abs(face.yaw), *_SIDEWAYS)))
    rx = min(ry * (1.05 - 0.13 * woman), 0.41 * form.size) * palette.manner.iris_width * (1 - _SLIMMER * person.man)
    foreshortened = float(np.clip(0.25 + 0.75 * eye.seen, 0.5, 1)) * (1 - 0.30 * in_profile(face))
    rx *= foreshortened
    glance = _glance(eye, face)
    aside = ease(abs(glance), *_ASIDE)
    rx *= 1 - _NARROWER * aside
    room = max(0.0, 0.5 * form.width - (0.80 - _INTO * aside) * rx) / form.width
    outward = 1 if form.along @ face.right > 0 else -1
    side = float(np.clip(glance * (0.75 + _FURTHER * aside), -room, room)) - outward * _INWARD * woman
    across = float(np.clip(side * outward, -0.4, 0.4))
    at = int(np.argmin(np.abs(ACROSS - across)))
    # the iris stands on the lower lid and is cut by the upper one, a narrow eye's by both; a look up or down moves it
    floor, up = form.lower[at], _unless(float(eye.gaze[1]) - _LEVEL, *_LEVELLED)
    lift = float(np.clip(up * 0.4, -0.06, 0.06)) * form.size
    middle = (form.upper[SAMPLES // 2] + form.lower[SAMPLES // 2]) / 2
    wide = ease(form.height, *_NARROW)
    sunk = wide * (float((floor - middle) @ face.down) - ry * (0.93 - 0.25 * startled)) + lift
    centre = middle + face.right * side * form.width + face.down * sunk
    sliver = _sliver(form, centre, rx, ry, outward * face.right, face.down, palette.pen) / 2
    centre = centre + outward * face.right * sliver
    return Disc(centre, rx + sliver, ry, face.right, face.down, float((form.upper[at] - centre) @ face.down) / ry)


def _sliver(
    form: Drawn,
    centre: NDArray[np.float64],
    rx: float,
    ry: float,
    outwards: NDArray[np.float64],
    down: NDArray[np.float64],
    pen: float,
) -> float:
    """How far, in pixels, an iris falls short of the lower lid at its outer side where a sliver of white is left."""
    lid = form.lower[int(np.argmax((form.lower - centre) @ down)) :] - centre
    y = lid @ down / ry
    beside = (y > 0) & (y < _BESIDE)
    if not beside.any():
        return 0.0
    widest = float((lid[beside] @ outwards - rx * np.sqrt(1 - y[beside] ** 2)).max())
    return widest if 0 < widest < _SLIVER * pen else 0.0


def _glance(eye: Eye, face: WarpedFace) -> float:
    """How far aside the iris is drawn, in eye widths: straight at the viewer if the person looks about there."""
    share, most = _MET
    met = float(np.clip(-share * face.yaw, -most, most))
    low, high = (edge + further * abs(face.yaw) for edge, further in zip(_STRAIGHT, _UNSURE, strict=True))
    return met + _unless(float(eye.gaze[0]) - met, low, high)


def _unless(off: float, low: float, high: float) -> float:
    """`off`, or 0 if it is small."""
    return off * ease(abs(off), low, high)


def paint(
    canvas: Canvas,
    disc: Disc,
    form: Drawn,
    opening: Points,
    iris: IrisTones,
    person: Person,
    palette: Palette,
    smile: float = 0.0,
) -> None:
    """Paint an iris within the opening of its eye, of somebody who smiles broadly if `smile` is 1."""
    manner, calm = palette.manner, person.man * (1 - _BRIGHT * smile)
    canvas.fill(disc.oval(0, 0, 1, 1), iris.rim, 1, opening)
    if person.man > 0.5:
        _flat(canvas, disc, opening, iris, palette)
    else:
        _shaded(canvas, disc, opening, iris, palette)
    canvas.fill(disc.oval(0, -0.04, manner.pupil, manner.pupil * 1.10), iris.pupil, 1, opening)
    depth, round_ = np.array(_CAST) + calm * (np.array(_MANS_CAST) - np.array(_CAST))
    cast = depth * form.height * form.size * np.clip(round_ * np.sin(np.pi * (ACROSS + 0.5)), 0, 1)
    shadow = np.vstack([form.upper, (form.upper + form.down * cast[:, None])[::-1]])
    canvas.fill(shadow, palette.mix(20, 10, -16), max(manner.lid_shadow, _DARK_BELOW * calm), opening)
    if person.man <= 0.5 and not palette.small:
        _mirrored(canvas, disc, opening, iris, palette)
    for spot in manner.highlights[: 1 if palette.small else None]:
        light = _dimmed(spot, calm, 1.25 if palette.small else 1.0)
        cut_off = max(0.0, disc.lid + _WHOLE * light.ry - light.y) if light.y < 0 else 0.0
        height = (
            light.y + manner.below_lid * (person.man + _HERS_LOWER * (1 - person.man)) * cut_off
        )  # what a low lid leaves of it would be a scrap
        shape = disc.oval(light.x, height, light.rx, light.ry, light.turn)
        canvas.fill(shape, (255, 255, 255), light.alpha, opening)


def _flat(canvas: Canvas, disc: Disc, opening: Points, iris: IrisTones, palette: Palette) -> None:
    """A man's iris, in bands with hard edges."""
    rim = palette.manner.rim
    canvas.fill(disc.oval(0, 0.02, 1 - rim, 1 - 0.8 * rim), iris.middle, 1, opening)
    canvas.fill(disc.oval(0, 0.42, 0.80, 0.50), 0.5 * iris.middle + 0.5 * iris.lit, 1, opening)
    if not palette.small:
        canvas.fill(disc.oval(0, 0.66, 0.50, 0.22), iris.glow, 0.8 * palette.manner.glow, opening)


def _shaded(canvas: Canvas, disc: Disc, opening: Points, iris: IrisTones, palette: Palette) -> None:
    """A woman's or a child's, which goes over from dark to light."""
    manner = palette.manner
    inner = disc.oval(0, 0.02, 1 - manner.rim, 1 - 0.8 * manner.rim)
    stops = [(0.0, iris.dark), (0.38, iris.middle), (0.72, 0.5 * iris.middle + 0.5 * iris.lit), (1.0, iris.lit)]
    start, end = disc.centre - disc.down * disc.ry * 0.80, disc.centre + disc.down * disc.ry * 0.90
    canvas.gradient(inner, stops, start, end, 1, opening)
    if not palette.small:
        canvas.glow(disc.oval(0, 0.56, 0.58, 0.30), iris.glow, 0.06 * disc.ry, manner.glow, opening)


def _mirrored(canvas: Canvas, disc: Disc, opening: Points, iris: IrisTones, palette: Palette) -> None:
    """What the eye of a woman or a child mirrors along the rim: the sky above, and its own light below."""
    for first, tone, strength, (x, y) in ((18, palette.mix(*_SKY), *_ABOVE), (0, iris.lit, *_BELOW)):
        half = slice(first, first + 19)
        outer, inner = disc.oval(0, 0, _ROUND, _ROUND), disc.oval(0, 0, x, y)
        outer, inner = (np.vstack([o, o[:1]])[half] for o in (outer, inner))
        canvas.fill(np.vstack([outer, inner[::-1]]), tone, strength, opening)


def _dimmed(spot: Highlight, man: float, bigger: float) -> Highlight:
    """A light as it is in a man's eye: smaller, and fainter if it is a lower one."""
    size = bigger * (1 - _LESS * man)
    faint = spot.alpha * (1 - _FAINTER * man * (spot.y > 0))
    return replace(spot, rx=spot.rx * size, ry=spot.ry * size, alpha=faint)
