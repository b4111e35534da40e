"""What makes a face anime: eyes, brows, nose, mouth, glasses, drawn over cleaned skin.

`read` measures a person's features in the warped photograph; `draw` puts them on paper. Both work in the pixels of the
warped picture.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from engine.cel.canvas import Pixels
from engine.cel.complexion import Complexion
from engine.cel.features import age, brows, cheeks, eyes, frames, glasses, iris, lids, mouth, nose, openings, sockets
from engine.cel.features.brows import Brow
from engine.cel.features.chart import Chart
from engine.cel.features.glasses import Glasses
from engine.cel.features.iris import Hue
from engine.cel.features.lids import Eye
from engine.cel.features.mouth import Mouth
from engine.cel.features.openings import Drawn
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.geometry import Points, ease
from engine.cel.look import Look, Plane, WarpedEye, WarpedFace
from engine.cel.paint.fields import sampled
from engine.cel.styles import Style
from engine.cel.traits import Traits

_LAUGH, _SQUEEZED = 0.32, 0.32
"""Openness of a mouth that laughs out loud, and of the eyes that are squeezed then."""
_BROADLY = (1.2, 2.4)
"""How broadly somebody is told at a glance to smile from where it is broad, and wholly."""
_SLIVER = 0.4
"""How much of an iris hair hides at most, where the eye is drawn."""
_VEILED = 0.15
"""How much of eyes and brows hair hides: painters let them show through it."""
_DISTANT = 90.0
"""Breadth of a face, in the photograph's pixels, below which its irises are too small to be sure of."""
_TURNED = 0.10
"""Yaw from which the far eye may reach over the edge of the face."""


@dataclass(frozen=True, slots=True)
class Features:
    """Everything that was seen of a face's features."""

    person: Person
    eyes: tuple[Eye | None, Eye | None]
    iris: Hue
    brows: tuple[Brow | None, Brow | None]
    mouth: Mouth
    glasses: Glasses | None


@dataclass(frozen=True, slots=True)
class Covers:
    """What lies in front of the face, hair above all: 0..1 a pixel, the picture's size; None is nothing."""

    face: Plane | None = None
    brows: Plane | None = None
    """Brows are drawn over single locks of hair, as everywhere in anime."""


def read(
    photo: Pixels,
    face: WarpedFace,
    years: float,
    female: float,
    complexion: Complexion | None = None,
    traits: Traits | None = None,
    enlarged: float = 1.0,
) -> Features:
    """Measure the features of `face` in the warped photograph it lies in.

    Where the `complexion` is known, it helps to tell the eyes' colour; `traits` help to tell glasses. The photograph is
    `enlarged` so many times, and shows the less of colours.
    """
    chart, person = Chart.of(photo, face), Person.of(years, female, -1.0 if traits is None else traits.whiskers)
    worn, lips = glasses.read(chart, face, traits), mouth.read(chart, traits)
    left, right = (_laughing(eye, lips) for eye in lids.read(chart, face))
    return Features(
        person=person,
        eyes=(left, right),
        iris=iris.read(chart, face.eyes, worn is not None or face.u / enlarged < _DISTANT, complexion),
        brows=brows.read(chart, face),
        mouth=lips,
        glasses=worn,
    )


def _laughing(eye: Eye | None, lips: Mouth) -> Eye | None:
    """Eyes as a smile makes them: their lower lids rise; those that a great laugh squeezes together are drawn shut."""
    if eye is None or eye.shut:
        return eye
    if lips.open < _LAUGH or eye.openness > _SQUEEZED:
        smile = _cheer(lips)
        return replace(eye, openness=eye.openness * (1 - 0.05 * smile), rise=min(0.9, eye.rise + 0.25 * smile))
    return replace(eye, openness=lids.SHUT / 2, arch=0.05)


def _cheer(lips: Mouth) -> float:
    """How broadly somebody smiles, 0..1."""
    return lips.teeth * ease(lips.open, 0.06, 0.16)


def _smile(lips: Mouth) -> float:
    """How broadly somebody smiles, 0..1, whether or not teeth are seen."""
    return max(_cheer(lips), ease(lips.smile, *_BROADLY))


def draw(
    picture: Pixels,
    features: Features,
    face: WarpedFace,
    look: Look,
    style: Style,
    small: bool = False,
    covers: Covers = Covers(),
    light: float = 0.0,
) -> None:
    """Draw the features into `picture`, whose face has been painted as plain skin, in place.

    `small` draws bolder, for pictures shown at up to 96 pixels. `light` says where it comes from: below 0 the picture's
    left.
    """
    palette = Palette.of(look, style, face.u, small)
    person = features.person
    smile = _smile(features.mouth)
    tones = iris.tones(features.iris, palette, person.man, smile)
    air = _air(picture, face)
    hidden, veiled, browless = (_higher(air, cover) for cover in (covers.face, _veil(covers.face), _veil(covers.brows)))
    age.draw(picture, features.mouth, face, person, palette, hidden)
    worn = features.glasses
    if worn is None:
        cheeks.draw(picture, face, person, palette, hidden)
    nose.draw(picture, face, person, palette, hidden, light)
    mouth.draw(picture, features.mouth, face, person, palette, hidden)
    forms = [
        None if eye is None or _behind(seen, covers.face) else openings.shape(eye, face, person, palette, smile)
        for eye, seen in zip(features.eyes, face.eyes, strict=True)
    ]
    shaded = worn is not None and worn.tint is not None  # sunglasses hide brows too: what looks over them are stubs
    if worn is not None:
        frames.glaze(picture, worn, face, palette, covers.face, forms)
    cheer = _cheer(features.mouth)
    left, right = (
        None if brow is None else brows.laid(brow, face, person, palette, cheer, _ceiling(eye, form))
        for brow, eye, form in zip(features.brows, features.eyes, forms, strict=True)
    )
    lines = brows.tamed(brows.evened((left, right), face), face)
    if worn is not None and not shaded:
        lines = frames.clear(lines, worn, face, forms)
    ended = [None if line is None else brows.ended(line, face, covers.face) for line in lines]
    for eye, form, brow, line in zip(features.eyes, forms, features.brows, ended, strict=True):
        if shaded or (eye is not None and form is None):
            continue
        if eye is not None and form is not None:
            if brow is not None and line is not None and not eye.shut:
                sockets.draw(picture, form, brow, line, face, person, palette, smile, veiled)
            eyes.draw(picture, eye, form, face, person, tones, palette, line, veiled, smile)
        if brow is not None and line is not None:
            brows.draw(picture, brow, line, face, person, palette, browless)
    if worn is not None:
        frames.draw(picture, worn, face, palette, covers.face, forms)


def _veil(cover: Plane | None) -> Plane | None:
    return None if cover is None else cover * np.float32(_VEILED)


def _ceiling(eye: Eye | None, form: Drawn | None) -> Points | None:
    """The upper lid of an open eye."""
    return None if eye is None or form is None or eye.shut else form.upper


def _behind(eye: WarpedEye | None, cover: Plane | None) -> bool:
    """Whether an eye lies behind hair, of which then nothing is drawn: a sliver of it would be a stain."""
    return eye is not None and cover is not None and float(sampled(cover, eye.iris - 0.5).mean()) > _SLIVER


def _higher(one: Plane | None, other: Plane | None) -> Plane | None:
    """The higher of two planes of cover; None is nothing."""
    return np.maximum(one, other) if one is not None and other is not None else other if one is None else one


def _air(picture: Pixels, face: WarpedFace) -> Plane | None:
    """How much of each pixel lies beyond the edge of a turned head."""
    if abs(face.yaw) < _TURNED:
        return None
    hull = cv2.convexHull(face.points.astype(np.float32))[:, 0]
    hull = np.clip(hull + (hull - hull.mean(0)) * 0.015, -1e4, 1e4)
    beyond = np.full(picture.shape[:2], 255, np.uint8)
    cv2.fillPoly(beyond, [np.rint(hull * 16).astype(np.int32)], 0, cv2.LINE_AA, 4)
    return np.multiply(beyond, np.float32(1 / 255), dtype=np.float32)
