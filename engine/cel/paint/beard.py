"""Beards as a cel painter lays them: one tone from the sideburns to the chin, and clumps in its shadow and its light.

Long ones end in locks below the chin. Stubble is a tint.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel import geometry
from engine.cel.frame import HALF
from engine.cel.geometry import pens, percentile
from engine.cel.look import Colour, LabPicture, Look, Plane, Points, Tones, WarpedFace, colour
from engine.cel.paint import beardclumps, beardlocks, beardtones, goatees, grizzled, moustaches, stubble, whiskers
from engine.cel.paint.fields import (
    Box,
    Field,
    around,
    blur,
    distance,
    doubled,
    drawn,
    ease,
    filled,
    flat,
    lay,
    touched,
)
from engine.cel.paint.layers import Layers, cover
from engine.cel.paint.sideburns import joining
from engine.cel.paint.whiskers import DOWN, SHORT, STUBBLE

_CHEEKS = ((50, 101, 118), (280, 330, 347))
_ROOTED = (164, 167, 393, 200, 199, 175, 152)
"""Mesh indices on the upper lip and the chin: no beard grows but over one of them."""
_PHILTRUM, _GROOVE = (98, 327, 2, 0), 0.3
"""Mesh indices of the nose's wings, its base and the lip's middle; and how far a moustache parts between those."""
_LEAST = 0.10
"""Side, in face widths, of a square below which hair on a face is no beard."""
_GAP = 0.18
"""Gaps in a beard narrower than this close, in face widths."""
_SIDEBURN, _TEMPLE, _LOBE = 0.24, -0.2, 0.3
"""How long a gap between a beard and the hair is at most, in face widths, and between which v, where sideburns fill it.
"""
_TAPERS, _NARROWER, _NEAR_HAIR = (-0.05, 0.24), 0.08, 0.04
"""Between these v sideburns taper that end below the hair; by how much, and how near that is, in face widths."""
_RIM = 0.03
"""By how much beards are drawn fuller, in face widths: no rim of skin is left beside them."""
_ONE, _SOFT, _BARE = 2, 5, 9.0
"""How many regions a picture of a beard has whose parts hang together; how broadly, in half-size pixels, the edge of a
part lies about it; and how far, in pixels, from any edge that has none is.
"""
_BY_EARS = 0.14, 0.6
"""Between which v beards come to reach beyond the face: over that ears lie there."""
_JAW = 0.45, 0.7
"""Where (v) cheeks turn into jaws, along which a beard's edge is drawn."""
_MOST = 0.8
"""How dense a short beard is at least that is painted as stubble."""
_FAINTEST = 0.4
"""Growth of days less dense than this is not drawn: it would be a stain."""
_THINNEST, _THICKENS = 0.5, (0.35, 0.9)
"""How far the thinnest beard hides the skin, and between which densities that grows."""
_GOATEE = 0.85
"""How far beards round the mouth alone hide the skin as if they were thick: faint ones look like dirt."""
_STRAND, _FAINT = 0.7, 0.6
"""How broad lines between clumps are, in a line's breadths, and how plain."""
_THICK, _SMOOTH = 0.5, 0.016
"""Beards that hide more of the skin than this go over into sideburns, smoothed so far, in face widths."""
_FEW = 0.35
"""Growth no denser than this is stubble, unless it is long."""
_DENSE = 0.7
"""Growth denser than this parts under the nose."""
_SILVER, _CHEEK = (55.0, 8.0), (0.05, 0.3)
"""Beards lighter than this (CIELAB L), and of less chroma, hide all skin and have an edge on the cheeks too, between
these v: they are hardly darker than skin.
"""
_EDGE = colour(0.72, 1.0, 1.0)
"""A beard's lower edge, as shares of its shadow."""


def paint(
    picture: LabPicture,
    photo: LabPicture,
    layers: Layers,
    face: WarpedFace,
    look: Look,
    v: Plane,
    pen: float,
    seed: int,
    lips: Points,
) -> tuple[LabPicture, bool]:
    """Lay a beard over painted skin, in place, and tell whether it hides the jaw, which stubble does not.

    `photo` and v are at half size, `pen` is the line's width. What lies within the outline of the `lips` stays bare.
    """
    if layers.grown == DOWN:
        return (moustaches.paint(picture, face, look, lips) if moustaches.seen(photo, face) else picture), False
    unit = face.u / 2
    plane = _covered(layers, face, v)
    on = plane > 0.5
    x, y = np.clip(face.points[list(_ROOTED)] / 2, 0, HALF - 1).astype(np.intp).T
    if on.sum() < (_LEAST * unit) ** 2 or not on[y, x].any():
        return picture, False
    dense, seen = _density(photo, on, face)
    soft = blur(plane, max(1.0, 0.035 * unit))
    outline = distance(soft - np.float32(0.5)) - _tapered(layers, unit, v)
    whole = doubled(outline) * 2
    if layers.grown <= (SHORT if dense < _FEW else STUBBLE):
        if dense < _FAINTEST and layers.grown <= STUBBLE:
            return picture, False
        full = max(dense, _MOST if layers.grown > STUBBLE else 0.0)
        bare, box = _bare(lips, face, parted=True), around(plane > 0.02)[1]
        return stubble.paint(picture, box, whole, bare, full, layers, face, look, v, pen, seed), False
    thick = layers.grown * geometry.ease(dense, *_THICKENS)
    goatee = goatees.alone(soft, face)
    if goatee:
        thick = max(thick, _GOATEE)
    if thick > _THICK and not goatee:
        whole = _joined_to(whole, joining(plane, layers.half_hair, face), layers, face)
    whole = _rooted(whole, face)
    full = layers.grown > SHORT and dense > _DENSE
    locks = beardlocks.locks(outline, face)
    if locks:
        whole = np.maximum(whole, drawn(locks))
    shape = np.minimum(whole, _bare(lips, face, parted=full))
    bald = float((layers.half_hair > 0.5).sum()) < (_LEAST * unit) ** 2  # whose hair has a guessed colour
    tones = beardtones.tones(seen, look, bald)
    silver = bool(tones.base[0] > _SILVER[0] and np.hypot(*tones.base[1:]) < _SILVER[1])
    small, box = around(blur(soft, 2 * _RIM * unit) > 0.02)
    part = np.ascontiguousarray(picture[box])
    fill = flat(tones.base, part.shape[:2])
    grown = beardclumps.clumps(shape, face)
    shades, lights = filled(grown.shades, box, 1.0), filled(grown.lights, box, min(thick, 1.0))
    lay(fill, tones.shadow, shades)
    lay(fill, tones.light, lights)
    aged = _aged(tones, photo, on, face, look, silver)
    if aged is not tones:
        there = grizzled.low(small, face)
        lay(fill, aged.shadow, shades * there)
        lay(fill, aged.light, lights * there)
    if not silver:
        fill += (look.skin.base - fill) * np.float32((1 - _THINNEST) * (1 - thick))
    beyond = doubled(ease(v[small], *_BY_EARS)) + np.float32(_RIM)
    shape = np.minimum(shape[box], layers.face[box] + beyond * np.float32(face.u))
    lay(part, fill, cover(shape))
    outer = whole[box] if silver else shape
    edge = np.clip(np.float32(0.4 * pen + 0.5) - np.abs(outer), 0, 1)
    edge *= ease(doubled(v[small]), *(_CHEEK if silver else _JAW))
    lay(part, tones.shadow * _EDGE, np.ascontiguousarray(edge * np.float32(0.85), np.float32))
    strands = filled(pens(grown.strands, _STRAND * pen, peak=0.6), box, _FAINT)
    lay(part, tones.shadow * _EDGE, strands * cover(shape))
    picture[box] = part
    return picture, True


def _aged(tones: Tones, photo: LabPicture, on: NDArray[np.bool_], face: WarpedFace, look: Look, silver: bool) -> Tones:
    """The tones of the chin's clumps: others than the beard's where one that is not all silver has gone grey."""
    if silver or look.grey:
        return tones
    far, beside = grizzled.greying(photo, on, face, look.seen_skin)
    return grizzled.aged(tones, far, beside, look) if far else tones


def _covered(layers: Layers, face: WarpedFace, v: Plane) -> Plane:
    """Coverage of what grows on the face, whole, and a little fuller than it was seen; at half size."""
    unit = face.u / 2
    reach = round(_GAP * unit / 2)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (1 + 2 * reach,) * 2)
    whole, near = layers.half_beard.copy(), _about(layers.half_beard, 2 * reach)
    whole[near] = cv2.morphologyEx(layers.half_beard[near], cv2.MORPH_CLOSE, kernel)
    if layers.grown > STUBBLE:
        whole = np.maximum(whole, _joined(whole, layers.half_hair, face, v))
        rim = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (1 + 2 * round(_RIM * unit),) * 2)
        whole = np.asarray(cv2.dilate(whole, rim), np.float32)
    return np.asarray(whole * layers.half_skin * (1 - layers.half_hair), np.float32)


def _about(plane: Plane, reach: int) -> Box:
    """The box of what is on a plane, and so many pixels around it."""
    rows, columns = touched(plane)
    return (
        slice(max(0, rows.start - reach), rows.stop + reach),
        slice(max(0, columns.start - reach), columns.stop + reach),
    )


def _rooted(whole: Plane, face: WarpedFace) -> Plane:
    """A beard's signed distance without what does not grow from lip or chin; in the picture's pixels."""
    count, parts = cv2.connectedComponents((whole[::2, ::2] > 0).astype(np.uint8), connectivity=8)
    x, y = np.clip(face.points[list(_ROOTED)] / 2, 0, HALF - 1).astype(np.intp).T
    if count <= _ONE or not parts[y, x].any():
        return whole
    loose = ((parts > 0) & ~np.isin(parts, parts[y, x])).astype(np.uint8)
    apart = cv2.dilate(loose, np.ones((_SOFT, _SOFT), np.uint8)).repeat(2, 0).repeat(2, 1)
    return np.where(apart > 0, np.minimum(whole, -np.float32(_BARE)), whole)


def _joined_to(whole: Plane, sideburns: list[Points], layers: Layers, face: WarpedFace) -> Plane:
    """A beard's signed distance with the sideburns that it goes over into, smoothly; in the picture's pixels."""
    if not sideburns:
        return whole
    beside, smooth = drawn(sideburns), _SMOOTH * face.u
    near = beside > -_RIM * face.u
    there = _about(near.astype(np.float32), 2 + int(4 * smooth))  # as far as a blur looks
    joined = np.maximum(whole, np.minimum(beside, layers.body))
    joined[there] = np.where(near[there], blur(joined[there], smooth), joined[there])
    return joined


def _tapered(layers: Layers, unit: float, v: Plane) -> Plane:
    """By how much sideburns that no hair goes on from are narrower, so that they end in points; at half size."""
    ends = 1 - ease(blur(layers.half_hair, _NEAR_HAIR * unit), 0.02, 0.25)
    return np.asarray(ends * (1 - ease(v, *_TAPERS)) * np.float32(_NARROWER * unit), np.float32)


def _joined(beard: Plane, hair: Plane, face: WarpedFace, v: Plane) -> Plane:
    """What lies between a beard and the hair over it: sideburns go over from one into the other."""
    tall = cv2.getStructuringElement(cv2.MORPH_RECT, (1, 1 + 2 * round(_SIDEBURN * face.u / 4)))
    both = np.asarray(cv2.morphologyEx(np.maximum(beard, hair), cv2.MORPH_CLOSE, tall), np.float32)
    return both * (1 - hair) * ((v > _TEMPLE) & (v < _LOBE)).astype(np.float32)


def _density(photo: LabPicture, on: NDArray[np.bool_], face: WarpedFace) -> tuple[float, Colour]:
    """How far hair hides the skin, 0..1, and its colour: where the chin is overgrown more than the cheeks, halfway."""
    cheeks = blur(photo, 1.5)[_at(face)]
    skin = np.asarray(cheeks[np.argsort(cheeks[:, 0])[len(cheeks) // 2 :]].mean(0), np.float32)
    whole, chin = _growth(photo[on], skin), on & (whiskers.chin(face) > 0.5)
    if not chin.any():
        return whole
    thick = _growth(photo[chin], skin)
    return ((whole[0] + thick[0]) / 2, thick[1]) if thick[0] > whole[0] else whole


def _growth(pixels: Field, skin: Colour) -> tuple[float, Colour]:
    """How far hair hides the skin, 0..1: it is darker than that, or has lost its colour; and the hair's colour."""
    seen = np.median(pixels[pixels[:, 0] <= percentile(pixels[:, 0], 60)], 0)
    middle = np.median(pixels, 0)
    darker = 1 - float(middle[0]) / max(float(skin[0]), 1.0)
    faded = 1 - float(np.hypot(*middle[1:])) / max(float(np.hypot(*skin[1:])), 6.0)
    dense = max(geometry.ease(darker, 0.02, 0.45), 0.9 * geometry.ease(faded, 0.15, 0.5))
    return dense, np.asarray(seen, np.float32)


def _at(face: WarpedFace) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    x, y = np.clip(face.points[[i for cheek in _CHEEKS for i in cheek]] / 2, 0, HALF - 1).astype(np.intp).T
    return y, x


def _bare(lips: Points, face: WarpedFace, parted: bool) -> Plane:
    """Signed distance, positive where whiskers may grow: not on the lips, nor where moustaches part."""
    left, right, nose, lip = face.points[list(_PHILTRUM)]
    groove = np.array([0.7 * left + 0.3 * nose, nose, 0.7 * right + 0.3 * nose, nose + (lip - nose) * _GROOVE])
    return -drawn([lips, groove] if parted else [lips])
