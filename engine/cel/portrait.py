"""One portrait, from the photo to the finished cel: see, label, caricature, paint, ink, draw the features."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from engine import Pixels
from engine.cel import (
    complexion,
    earrings,
    facing,
    features,
    finish,
    hanging,
    heads,
    ink,
    lean,
    neckwear,
    profile,
    receding,
    threequarter,
    traits,
)
from engine.cel.closeup import closeup
from engine.cel.features.iris import LIGHT
from engine.cel.features.person import INFANT
from engine.cel.frame import HALF, SIDE, remapped
from engine.cel.geometry import ease
from engine.cel.look import LabPicture, Plane, WarpedEye, WarpedFace, coordinates
from engine.cel.paint import (
    background,
    band,
    beard,
    behind,
    bells,
    clothes,
    collarbones,
    dye,
    eardrops,
    garments,
    hair,
    headwear,
    jewellery,
    palette,
    skin,
    tail,
    throats,
    tie,
    tops,
)
from engine.cel.paint.behind import Tied
from engine.cel.paint.fields import doubled, fill, half, lay, touched
from engine.cel.paint.flow import flow
from engine.cel.paint.foreheads import MATURE
from engine.cel.paint.fringe import Cut
from engine.cel.paint.layers import cover, crowned, layers
from engine.cel.paint.locks import locks as lay_out
from engine.cel.parse import Floats, Label, Parser, Regions
from engine.cel.perceive import Eye, Face, Sight, perceive
from engine.cel.silhouette import silhouetted
from engine.cel.styles import Style
from engine.cel.traits import Traits
from engine.cel.warp import HIDDEN, LOWER_LIDS, UPPER_LIDS, Caricature

_IRIS_UPPER = [0, 9, 10, 11, 12, 13, 14, 15, 8]
"""The iris network's upper lid, outer corner to inner; 0..8 are its lower lid."""
_ENOUGH = 30
"""Pixels in which a label's colours are seen well enough to go on with."""
_OVER = 0.03
"""How far features may be drawn over the person's outline, in face widths."""
_BALD = 0.0
"""Traits above which there may be no hair beyond the photo."""
_STRAIGHT = 0.12
"""Yaw below which both sides of a head are seen alike."""
_FLAT = -0.8
"""Traits below which a man's hair lies flat."""
_BAREHEADED = -0.55
"""Traits below which nobody wears a hat."""
_WORN = 0.2
"""Traits above which somebody wears a hat for certain."""
_BAND, _SIDEWAYS = 0.7, 0.35
"""Traits above which something is worn for certain, which may be a band; and the yaw from which that is not seen."""
_TIED = 0.6
"""Traits above which hair is tied, and shows over what is worn round it."""
_SHORT, _MANS = 1.0, 0.55
"""How much surer it is that hair is short than that it is long, where it is short: a woman's, and a man's, which ends
at the ears.
"""
_FRONT = 0.5
"""The yaw of a head that was turned to the viewer, at most."""
_GROWN = 0.5
"""How surely somebody is a grown man whose throat is drawn."""
_SIDE_LIGHT = 1.0
"""How far from the side light falls on a man's face, at least: flat it would be a boy's."""
_TRUST = 0.65
"""How far the iris network's lids are believed over the mesh's."""


@dataclass
class Clock:
    """Milliseconds spent in each stage."""

    stages: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Count the time of the block to a stage."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.stages[stage] = self.stages.get(stage, 0.0) + (time.perf_counter() - begin) * 1e3


def draw(photo: Pixels, sight: Sight, parser: Parser, style: Style, seed: int, small: bool, clock: Clock) -> Pixels:
    """The portrait of the main face that `sight` found in the square working picture `photo`."""
    face = sight.face
    if face is None:
        raise ValueError("There is no face to draw a portrait of.")
    with clock("traits"):
        told = traits.read(photo, face)
        face = replace(face, female=told.female(face.female))
    with clock("parse"):
        regions = _parsed(photo, sight, parser, told, face.female)
        person = complexion.read(photo, face, regions, told.skin)
        jewels = earrings.seen(photo, face, regions)
        round_neck = neckwear.seen(photo, face, regions)
        if face.female < 0.5 and _short(told, face.female) and told.bald < _BALD and abs(face.frame.yaw) < _STRAIGHT:
            regions = regions.evened()
    away = face.frame.yaw
    if abs(away) > facing.TURNED:
        with clock("facing"):
            photo, face, regions = _facing(photo, face, regions, parser, told)
    with clock("closeup"):
        whole = _lab(np.asarray(cv2.resize(photo, (SIDE // 4, SIDE // 4), interpolation=cv2.INTER_AREA), np.uint8))
        outfit = garments.seen(whole, regions, face.frame)
        told = heads.gathered(regions, told) if face.female > 0.5 else receding.told(regions, told)
        bunched = face.female > 0.5 and heads.bunched(regions, told)
        told = heads.put_up(told) if bunched else told
        knotted = heads.knot(regions, told)
        hangs = hanging.hanging(regions)
    if threequarter.turns(away):
        with clock("facing"):
            photo, face, regions = threequarter.nearer(photo, face, regions, told.hangs)
    with clock("closeup"):
        if told.put_up and face.female > 0.5:
            regions = regions.pinned()
        leaning, face = lean.righted(face, told.hangs)
        view, face = closeup(face, replace(regions, frame=face.frame), knotted is not None)
        photo = view.picture(photo) if leaning is None else leaning.picture(photo, view)
    style = style.of(face.female)
    bold = 1.3 if small else 1.0
    pen = ink.pen(face.frame.unit, style, bold)
    with clock("warp"):
        caricature = Caricature(face.frame, face.mesh, face.female, face.age, heads.reach(regions, told.receded))
        x, y = caricature.maps()
        warped = remapped(photo, x, y)
        x, y = view.there(half(x), half(y))
        x, y = (x, y) if leaning is None else leaning.there(x, y)
        labels = regions.at(x, y)
        known = (x >= 0) & (x < SIDE) & (y >= 0) & (y < SIDE)
        drawn = warped_face(face, caricature)
        u, v = coordinates(drawn, HALF)
        if not known.all():
            labels = heads.guessed(labels, known, u, v, told.bald > _BALD, caricature.slimmer)
        labels = heads.trimmed(profile.edged(labels, drawn, u, v), drawn, u, v)
        labels = heads.flush(labels, drawn, u, v)
        if face.female > 0.5 and max(told.bald, told.hat) < _BALD:
            labels = heads.framed(labels, drawn, u, v)
        if not told.curled:
            close = told.short > told.long or told.put_up
            flat = face.female < 0.5 and close and told.tousled < _FLAT and told.cropped < 0
            labels = heads.capped(labels, u, v, close, knotted is not None, abs(face.frame.yaw) if flat else None)
    with clock("features"):
        seen_features = features.read(warped, drawn, face.age, face.female, person, told, SIDE / view.side)
        if seen_features.iris in LIGHT:
            person = complexion.blonder(complexion.fairer(person))
    with clock("colours"):
        seen = _lab(np.asarray(cv2.resize(warped, (HALF, HALF), interpolation=cv2.INTER_AREA), np.uint8))
        if not known.all():  # clothes go on as they end, with their collars and seams
            shown = [labels[..., label] for label in (Label.BACKGROUND, Label.SKIN, Label.HAIR)]
            seen = completed(seen, shown, known.astype(np.float32))
        parts = layers(labels, drawn, told, face.female)
        worn = band.find(seen, parts, drawn, u, v) if _banded(told, face, labels) else None
        if worn is not None:
            person = replace(person, hair=worn.haired(seen, parts, person.skin, person.hair))
            seen = worn.beneath(seen, parts.half_hair, v)
        shown = [parts.half_skin, parts.half_clothes, parts.half_hair, parts.half_background]
        seen = completed(seen, shown, parts.half_seen)
    with clock("flow"):
        way = flow(np.ascontiguousarray(seen[..., 0]), parts.half_hair, parts.half_skin, drawn, u, v)
        infant, mature = ease(face.age, *INFANT), face.age > MATURE
        locks = lay_out(parts, way, drawn, face.female, u, v, seed & 0xFFFF, told, knotted, infant, bunched, mature)
        parts = crowned(parts, locks.shape, u, v, locks.cut is Cut.CLOSE)
    with clock("colours"):
        light = palette.Light.of(whole, seen, drawn)
        close = locks.cut is Cut.CLOSE  # the scalp that shines through is no dye
        grows = np.minimum(parts.half_hair, labels[..., Label.HAIR])  # what is added has the colours of what it covers
        ground = labels[..., Label.BACKGROUND]  # as it is seen: a body is added before it
        dyed = None if close else dye.read(seen, grows, ground, way, drawn, v)
        look = palette.measure(seen, person, dyed, drawn, style, light.grey)
    with clock("background"):
        picture = background.paint(seen, parts, drawn, look, style, face.female, seed)
        if knotted is not None or tail.hangs(parts, locks, told):
            tied = Tied(knotted, bunched, hangs.likely, told.tied_back, tail.side(parts, drawn, hangs.side, away))
            ribbon = tie.coloured(outfit, seen[parts.half_clothes > 0.5], look, style, light.gain)
            picture = behind.paint(picture, tied, locks, drawn, away, ribbon, look, pen)
        elif parts.bob is not None:
            picture = bells.nape(picture, parts.bob, drawn, look, pen)
    with clock("clothes"):
        side = skin.light(seen, parts, drawn, u, _SIDE_LIGHT * seen_features.person.man)
        chin = skin.under_chin(parts.half_face, drawn, u, v, side)
        picture, bare = clothes.paint(
            picture, seen, outfit, told, parts, drawn, look, style, light.gain, u, chin, pen, side, seed & 0xFFFF
        )
        if bare and face.female > 0.5:  # what a top is drawn over
            parts = parts.stripped()
    with clock("skin"):
        picture = skin.paint(picture, parts, locks, drawn, look, style, u, v, side, chin)
    with clock("clothes"):
        if face.female > 0.5:
            picture = collarbones.paint(picture, told, parts, drawn, look, pen)
            picture = tops.paint(picture, outfit, told, parts, drawn, look, style, light.gain, pen)
        elif seen_features.person.man > _GROWN:
            picture = throats.paint(picture, parts, drawn, look, pen)
        if round_neck is not None:
            picture = jewellery.paint(picture, round_neck, parts, drawn, look, style, light.gain, pen)
    with clock("hair"):
        tips, bearded = None if dyed is None else dyed.where, False
        if dyed is not None and locks.falls is not None:
            tips = dyed.hung(locks.falls, drawn, locks.half, v)
        if parts.half_beard.any():
            lips = features.mouth.bare(seen_features.mouth, drawn)
            picture, bearded = beard.paint(picture, seen, parts, drawn, look, v, pen, seed & 0xFFFF, lips)
        picture = hair.paint(
            picture, parts, locks, way, drawn, look, u, v, tips, pen, seed & 0xFFFF, side, style.soft
        )  # fmt: skip
    with clock("ink"):
        picture = ink.draw(picture, parts, locks, drawn, look, style, u, v, bold, bearded)
    with clock("worn"):
        if worn is not None:
            picture = band.paint(picture, worn, locks.shape, drawn, look, style, light.gain, pen)
        picture = headwear.paint(picture, seen, parts, drawn, look, style, light.gain, pen, side)
    with clock("finish"):
        out = finish.develop(picture, style, look.grey, seed, side)
        eared = told.tied_back or (face.female < 0.5 and _short(told, face.female))
        ink.ears(out, parts, drawn, look, style, bold, told.hat < 0 and eared, locks.before)
        if jewels is not None:
            eardrops.draw(out, jewels, parts, drawn, look, style, bold)
    with clock("features"):
        air = cover(-parts.person - np.float32(_OVER * drawn.u))
        covers = features.Covers(np.maximum(cover(locks.shape), air), np.maximum(cover(locks.mass), air))
        features.draw(out, seen_features, drawn, look, style, small, covers, side)
    with clock("finish"):
        return finish.graded(finish.crisp(out), style.soft, look.grey)


def _parsed(photo: Pixels, sight: Sight, parser: Parser, told: Traits, female: float) -> Regions:
    """The labels, as far as they agree with what a glance tells."""
    regions = parser.parse(photo, sight)
    if told.hat < _BAREHEADED:
        regions = regions.without(Label.HEADWEAR, Label.HAIR)
    if told.hat > _WORN and told.tied < _TIED:
        regions = regions.hatted(told.short > told.long, told.brimmed)
    if _short(told, female):
        regions = regions.shorn(closely=female < 0.5)
    return regions.dressed() if told.dressed else regions


def _banded(told: Traits, face: Face, labels: Floats) -> bool:
    """Whether a woman wears something on the head under which all hair is seen."""
    worn = told.hat > _BAND and not told.brimmed and face.female > 0.5
    return worn and abs(face.frame.yaw) < _SIDEWAYS and float(labels[..., Label.HEADWEAR].max()) < 0.5


def _short(told: Traits, female: float) -> bool:
    """Whether a glance tells that hair is short."""
    return told.short - told.long > (_SHORT if female > 0.5 else _MANS)


def _facing(photo: Pixels, face: Face, regions: Regions, parser: Parser, told: Traits) -> tuple[Pixels, Face, Regions]:
    """Picture, face and labels of a person turned to the viewer; as they are if nobody is seen in that picture."""
    turned = facing.turned(photo, face, regions)
    sight = perceive(turned)
    if sight.face is None or abs(sight.face.frame.yaw) > _FRONT:
        return photo, face, regions
    known = replace(sight.face, age=face.age, female=face.female)
    return turned, known, _parsed(turned, replace(sight, face=known), parser, told, face.female)


def completed(photo: LabPicture, planes: Sequence[Plane], known: Plane) -> LabPicture:
    """The photo with what is not `known` of it in the colours that each of the planes has elsewhere; at half size."""
    if known.all():
        return photo
    out = photo.copy()
    for plane in planes:
        seen, hidden = known * (plane > 0.5), np.asarray(plane * (1 - known), np.float32)
        if hidden[touched(hidden)].size and seen.sum() > _ENOUGH:
            sparse = np.s_[::4, ::4]  # what is spread is smooth
            spread = doubled(doubled(fill(np.ascontiguousarray(photo[sparse]), np.ascontiguousarray(seen[sparse]))))
            lay(out, spread, hidden)
    return out


def warped_face(face: Face, caricature: Caricature) -> WarpedFace:
    """The face's points after the caricature, all warped at once."""
    frame = face.frame
    lids = [_lids(face, eye, i) for i, eye in enumerate(face.eyes)]
    parts = [face.mesh[:, :2], *(points for eye in lids for points in eye)]
    ends = np.cumsum([len(part) for part in parts])[:-1]
    mesh, *eyes = np.split(caricature.points(np.vstack(parts)), ends)
    seen = [width > HIDDEN * max(caricature.eye_widths) for width in caricature.eye_widths]
    return WarpedFace(
        points=silhouetted(mesh, frame),
        depth=face.mesh[:, 2].astype(np.float64),
        eyes=(WarpedEye(*eyes[:3]) if seen[0] else None, WarpedEye(*eyes[3:]) if seen[1] else None),
        centre=frame.origin.astype(np.float64),
        right=frame.right.astype(np.float64),
        down=frame.down.astype(np.float64),
        u=frame.unit,
        yaw=frame.yaw,
    )


def _lids(face: Face, eye: Eye, which: int) -> tuple[Floats, Floats, Floats]:
    """Upper lid, lower lid and iris: between the mesh's, steady, and the iris network's, which sees narrow eyes."""
    upper, lower = (face.mesh[list(lids[which]), :2] for lids in (UPPER_LIDS, LOWER_LIDS))
    fine_upper, fine_lower = eye.lids[_IRIS_UPPER], eye.lids[:9]
    width = max(1.0, float(np.linalg.norm(upper[0] - upper[-1])))
    fine_width = float(np.linalg.norm(fine_upper[0] - fine_upper[-1]))
    trust = _TRUST if 0.6 < fine_width / width < 1.6 else 0.0
    down = face.frame.down
    if trust and ((fine_lower - fine_upper) @ down).max() / fine_width < 0.7 * ((lower - upper) @ down).max() / width:
        trust = 1.0  # the mesh never shuts an eye
    return fine_upper * trust + upper * (1 - trust), fine_lower * trust + lower * (1 - trust), eye.iris


def _lab(pixels: Pixels) -> LabPicture:
    return np.asarray(cv2.cvtColor(pixels.astype(np.float32) * np.float32(1 / 255), cv2.COLOR_RGB2LAB), np.float32)
