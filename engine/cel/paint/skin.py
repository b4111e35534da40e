"""Skin as an animator paints it: one flat tone, few well-shaped shadows, some colour in the cheeks.

Shadows are not cut from the photo's pixels, whose light is blotchy, but built: the side of the head away from the
light, and what hair and chin cast. What else lies in shadow on neck and shoulders would be a stain.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel import geometry
from engine.cel.frame import CHEEKS, HALF
from engine.cel.look import LabPicture, Look, Plane, WarpedFace, colour
from engine.cel.paint.fields import SPARSE, above, around, blur, doubled, ease, flat, kept, lay, tinted
from engine.cel.paint.layers import Layers, cover
from engine.cel.paint.locks import Locks
from engine.cel.styles import Style

_ROUND, _GENTLE = 0.4, 13.0
"""Strength of the airbrushed edge of a face, as a share of a shadow of at most this depth (L): deeper ones smudge."""
_SHADED, _HAIRS, _BENEATH = 0.09, 1.9, (0.25, 0.60)
"""How far skin beside hair lies in its soft shade, in face widths; how strong that is in a soft style, as a share of
the airbrushed edge; and between which v it ends."""
_STRIP, _JAW = 0.10, (0.6, 0.8)
"""How broad a strip of skin may be beyond the mesh, on a turned head's far side, in face widths; and between which
shares of the way down to the chin that ends, as the neck begins.
"""
_EARS = (-0.25, -0.05), (0.22, 0.34)
"""Between which v the tone of ears comes, and goes."""
_CHIN_CAST, _ROUNDER = (0.07, 0.20), 0.09
"""How far aside and below the face its shadow reaches on the neck, and how far its edge is smoothed, in face widths: as
the jaw's own it would be a second one."""
_CAST = 0.048, 0.07
"""Breadth of the shadow of hair that rises from the forehead, and of hair that lies over it, in face widths."""
_BESIDE, _TEMPLES = 0.06, ((-0.25, -0.12), (0.26, 0.34))
"""How far beside hair its shadow reaches at the temples, in face widths; and between which v, and how far aside (u),
they begin: below the ends of hair it would be a smear."""
_LOW, _FAR, _PROFILE = (0.95, 0.5), 0.1, 0.12
"""From which share of the chin's v on, on the far side and elsewhere; from which u on, and from which yaw, that is far.
"""
_JAWS, _SINKS = 0.40, 1.2
"""How far aside of the head's axis a turned head's near jaw goes up to the ear, in face widths; and how much lower, for
each of what is further, the chin's shadow begins there.
"""
_SPECK = 0.07
"""Side, in face widths, of a square below which a shadow is none."""
_HARD, _DEEPER = (1.2, 2.0), 0.13
"""Between which contrasts of the two halves of a face light is hard; and how much further shadow reaches then."""
_BROADER, _ASIDE, _PLAIN = 0.16, (0.06, 0.25), (0.5, 1.0)
"""How much further shadow reaches over the near cheek of a turned head, which else is empty; between which yaws, and
contrasts, that comes.
"""
_SLAB = 0.125
"""The yaw from which only hard light leaves the far side of a face in shadow: what is left of it else is a slab beside
the eye."""
_FORM, _CHEEKBONE, _WAVE, _PLAINLY = 0.045, 0.24, 0.56, (0.35, 1.0)
"""How far the edge of a cheek's shadow goes out and in, in face widths, at which v it is furthest out, and how far from
there on again; and between which contrasts that comes: narrow ones would fall apart. Straight it looks cut.
"""
_BLUSH, _CHEEK, _ROSY = colour(-6, 19, 5), 0.095, ([60, 80, 89], [0.4, 0.8, 1.4])
"""What colour in the cheeks adds to skin; how high it reaches from its middle, in face widths; and lightness of skin ->
how strong it is: on dark skin it is a stain."""
_ALONE = 0.75
"""How rosy the one cheek is that is seen of a turned head: in full it would look slapped."""
_TIPS, _SPREADS = ((5, (0.14, 0.03), 0.6), (152, (0.07, 0.03), 0.4)), 0.04
"""Mesh points of the bridge of the nose and of the tip of the chin, which are rosy too, the half axes of what is so, in
face widths, and as which share of cheeks; and how far such colour spreads, in face widths."""
_WARM, _WARM_FROM, _WARM_REACH = colour(-7, 22, 14), (56.0, 76.0), 0.014
"""What light adds to skin where it goes over into shadow, as it shines through there; between which lightnesses that
comes, as dark skin would be fringed; and over how far, in face widths.
"""
_NEAR = 0.03
"""How far from skin that shows there is skin beneath hair, in face widths."""


def light(photo: LabPicture, layers: Layers, face: WarpedFace, u: Plane, least: float = 0.0) -> float:
    """Where the light comes from: -1 the picture's left, 1 its right, 0 the front; from the two halves of the face.

    Beyond 1 it is hard, up to 2. It comes from a side at `least` so far.
    """
    seen = _seen(photo, layers, face, u)
    return seen if abs(seen) >= least else float(np.copysign(least, seen))


def _seen(photo: LabPicture, layers: Layers, face: WarpedFace, u: Plane) -> float:
    inner = (layers.half_face[SPARSE] > 0.9) & (layers.half_skin[SPARSE] > 0.7)
    lightness, u = photo[..., 0][SPARSE][inner], u[SPARSE][inner]
    left, right = lightness[u < -0.12], lightness[u > 0.12]
    if min(left.size, right.size) < 10:
        return -0.5 if face.yaw > 0 else 0.5
    contrast = float(np.median(right) - np.median(left)) / max(8.0, 0.2 * float(np.median(lightness)))
    return float(np.clip(contrast, -_HARD[1], _HARD[1]))


def paint(
    below: LabPicture,
    layers: Layers,
    locks: Locks,
    face: WarpedFace,
    look: Look,
    style: Style,
    u: Plane,
    v: Plane,
    side: float,
    chin: Plane | None = None,
) -> LabPicture:
    """Lay the skin over `below`, in place; u and v are the face's coordinates at half size.

    Hair casts a shadow on the forehead, with its locks and the gaps between their roots, which lie in it: a broader one
    where it lies over the forehead than where it rises from it. The light comes from `side`; `chin` is
    what `under_chin` tells, where that is known.
    """
    tones = look.skin
    shadow = shadows(layers, locks, face, u, v, side, chin)
    small, box = around(layers.half_skin + layers.half_hair > 0.02)
    skin = flat(tones.base, below[box].shape[:2])
    if not skin.size:
        return below
    gentle = np.float32(_ROUND * min(1.0, _GENTLE / style.shadow_depth))
    turned = np.maximum(_rounded(layers, face, u, v), _beneath(locks, face, v) * np.float32(style.soft))
    lay(skin, tones.base + (tones.shadow - tones.base) * gentle, doubled(turned[small]))
    shade = above(doubled(shadow[small]), 0.5, style.shadow_soft)
    lay(skin, tones.shadow, shade)
    if not look.grey:
        warmth = geometry.ease(float(tones.base[0]), *_WARM_FROM)
        skin += tinted(_edge(shade, face) * np.float32(warmth), _WARM)
    if style.blush and not look.grey:
        rosy = min(1.0, style.blush * float(np.interp(tones.base[0], *_ROSY)))
        skin += tinted(doubled(blush(face)[small]) * np.float32(rosy), _BLUSH)  # in shadow too it is no lighter
    lay(below[box], skin, cover(layers.body[box]) * doubled(_bare(layers, face, v)[small]))
    return below


def _edge(shade: Plane, face: WarpedFace) -> Plane:
    """The lit side of the edge of a shadow, 0..1/2."""
    spread = blur(shade, max(1.5, _WARM_REACH * face.u))
    return np.asarray(np.minimum(spread * (1 - shade), 0.5), np.float32)


def _bare(layers: Layers, face: WarpedFace, v: Plane) -> Plane:
    """Where skin may lie beneath hair, 0..1: on the head, and beside skin. Beneath other hair there are clothes."""
    chin = float((face.points[152] - face.centre) @ face.down) / face.u
    near = ease(blur(layers.half_skin, max(1.0, _NEAR * face.u)), 0.05, 0.30)
    return np.asarray(np.maximum(near, 1 - ease(v, chin - 0.1, chin)), np.float32)


def _rounded(layers: Layers, face: WarpedFace, u: Plane, v: Plane) -> Plane:
    """How far cheeks and chin turn away towards their edge, 0..1: an airbrushed tone under the flat ones.

    Ears lie behind the cheeks, in the same tone: lighter they would be pieces stuck on.
    """
    whole = _to_its_edge(layers, face, u, v)
    inner = blur(whole, 0.085 * face.u)
    cheeks = whole * (1 - ease(inner, 0.45, 1.0)) * ease(v, -0.25, 0.15)
    ears = (1 - whole) * ease(v, *_EARS[0]) * (1 - ease(v, *_EARS[1]))
    return np.asarray(cheeks + ears, np.float32)


def _beneath(locks: Locks, face: WarpedFace, v: Plane) -> Plane:
    """How far skin lies in the soft shade of the hair beside it, at half size."""
    near = blur(locks.half, _SHADED * face.u / 2) * np.float32(_HAIRS)
    return np.asarray(np.minimum(near, 1) * (1 - ease(v, *_BENEATH)), np.float32)


def _to_its_edge(layers: Layers, face: WarpedFace, u: Plane, v: Plane) -> Plane:
    """The face, that of a turned head with the strip of skin between the mesh and its far edge: a part of the cheek."""
    turned = geometry.ease(abs(face.yaw), *_ASIDE)
    if not turned:
        return layers.half_face
    chin = float((face.points[152] - face.centre) @ face.down) / face.u
    far = ease(u * np.float32(np.sign(face.yaw)), 0.0, _PROFILE) * np.float32(turned)
    far *= 1 - ease(v, _JAW[0] * chin, _JAW[1] * chin)
    reach = np.ones((1 + 2 * round(_STRIP * face.u / 2),) * 2, np.uint8)
    return np.maximum(layers.half_face, cv2.dilate(layers.half_face, reach) * far * layers.half_skin)


def shadows(
    layers: Layers, locks: Locks, face: WarpedFace, u: Plane, v: Plane, side: float, chin_cast: Plane | None = None
) -> Plane:
    """Where the skin lies in shadow: a smooth field at half size, cut at one half."""
    inside = layers.half_face
    chin = float((face.points[152] - face.centre) @ face.down) / face.u
    unit = face.u / 2
    scalp = np.minimum(layers.half_skin + layers.half_hair, 1)  # the mesh ends below the hairline
    head = np.maximum(inside, scalp * ease(-v, -0.30, -0.10))
    whole = locks.half + locks.gaps
    parts = [
        locks.gaps,
        head * _away(u, v, chin, side, face.yaw),
        _under(_cast(whole, locks.over, face, u, v, side) * head, whole, unit),
        under_chin(inside, face, u, v, side) if chin_cast is None else chin_cast,
    ]
    together = parts[0]
    for part in parts[1:]:
        together = np.maximum(together, part)
    return blur(together.astype(np.float32), max(1.0, 0.008 * unit))


def _cast(hair: Plane, over: bool, face: WarpedFace, u: Plane, v: Plane, side: float) -> Plane:
    """The shadow that hair casts down on the face, at the temples no further than beside it."""
    cast = _moved(hair, face, 0.025 * -float(np.sign(side)), _CAST[over]) * ease(-v, -0.45, -0.05)
    rows = np.flatnonzero(((v > _TEMPLES[0][0]) & (cast > 0)).any(1))
    if not rows.size:
        return np.asarray(cast, np.float32)
    low = np.s_[int(rows[0]) : int(rows[-1]) + 1]
    level = np.maximum(*(_moved(hair[low], face, aside, 0.0) for aside in (_BESIDE, -_BESIDE)))
    temples = ease(v[low], *_TEMPLES[0]) * ease(np.abs(u[low]), *_TEMPLES[1])
    cast[low] -= temples * np.maximum(cast[low] - level, 0)
    return np.asarray(cast, np.float32)


def under_chin(inside: Plane, face: WarpedFace, u: Plane, v: Plane, side: float) -> Plane:
    """Where the chin casts its shadow, 0..1 at half size; `inside` is the face, and the light comes from `side`."""
    chin = float((face.points[152] - face.centre) @ face.down) / face.u
    cast = _moved(inside, face, _CHIN_CAST[0] * -float(np.clip(side, -1, 1)), _CHIN_CAST[1])
    return np.asarray(_rounder(cast, face.u / 2) * (1 - inside) * _neck(u, v, chin, face.yaw), np.float32)


def _rounder(mask: Plane, unit: float) -> Plane:
    """A mask without the corners of its outline."""
    return ease(blur(mask, _ROUNDER * unit), 0.47, 0.53)


def _neck(u: Plane, v: Plane, chin: float, yaw: float) -> NDArray[np.bool_]:
    """Where a chin may cast a shadow: low, and beside the far cheek of a turned head, which is none, under the chin.

    On its nape the shadow ends aslant, as it falls from the jaw: level it would be cut off.
    """
    far = (u * np.sign(yaw) > _FAR) & (abs(yaw) > _PROFILE)
    nape = np.float32(_SINKS * (abs(yaw) > _PROFILE)) * np.clip(-u * np.float32(np.sign(yaw)) - _JAWS, 0, None)
    return np.asarray(v > chin * np.where(far, *_LOW) + nape, np.bool_)


def _under(cast: Plane, hair: Plane, unit: float) -> Plane:
    """What hair casts on the forehead, without what would be a mere speck beside it."""
    seen = (cast > 0.4) & (hair < 0.5)
    specks = seen & ~kept(seen, (_SPECK * unit) ** 2)
    return np.where(cv2.dilate(specks.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0, np.minimum(cast, 0.2), cast)


def _away(u: Plane, v: Plane, chin: float, side: float, yaw: float) -> Plane:
    """The side of the head that faces away from the light: the head taken as an ellipsoid."""
    if abs(side) < 0.12:
        return np.zeros_like(u)
    cheekbone = np.cos((v - np.float32(_CHEEKBONE)) * np.float32(2 * np.pi / _WAVE))
    form = np.float32(_FORM * np.sign(side) * geometry.ease(abs(side), *_PLAINLY)) * cheekbone
    x = np.clip((u + form + 0.25 * yaw) / 0.60, -1, 1)
    y = np.clip((v - 0.15) / (chin * 1.05), -1, 1)
    z = np.sqrt(np.clip(1 - x * x - 0.6 * y * y, 0, 1))
    towards = -x * np.sign(side) * 0.80 + y * 0.28 - z * 0.52
    # above 0 the near side of a turned head lies in shadow, below it the far one, which is hardly seen
    turned = yaw * float(np.sign(side))
    edge = 0.345 - 0.13 * min(abs(side), 1.0) - _DEEPER * geometry.ease(abs(side), *_HARD)  # never half of the face
    edge -= _BROADER * geometry.ease(turned, *_ASIDE) * geometry.ease(abs(side), *_PLAIN)
    front = 1 - geometry.ease(-turned, 0.10, 0.24)
    if -turned > _SLAB and abs(side) < _HARD[0]:
        front = 0.0
    return np.asarray(np.clip((towards - edge) * 4 + 0.5, 0, 1) * front, np.float32)


def _moved(mask: Plane, face: WarpedFace, right: float, down: float) -> Plane:
    """A mask moved by face widths along the head's axes."""
    x, y = (face.right * right + face.down * down) * face.u / 2
    matrix = np.array([[1, 0, x], [0, 1, y]])
    return np.asarray(cv2.warpAffine(mask, matrix, mask.shape[::-1], borderMode=cv2.BORDER_REPLICATE), np.float32)


def blush(face: WarpedFace) -> Plane:
    """Colour in the cheeks, on the bridge of the nose and on the chin, at half size."""
    plane = np.zeros((HALF, HALF), np.float32)
    turned = -np.sign(face.yaw) if abs(face.yaw) > 0.18 else 0
    cheeks = [
        (face.points[list(cheek)].mean(0), (1.35 * _CHEEK, _CHEEK), _ALONE if turned else 1.0)
        for sign, cheek in zip((-1, 1), CHEEKS, strict=True)
        if turned in (0, sign)
    ]
    angle = float(np.degrees(np.arctan2(face.right[1], face.right[0])))
    for (x, y), axes, much in [(face.points[point], axes, much) for point, axes, much in _TIPS] + cheeks:
        across, high = (max(2, int(axis * face.u / 2)) for axis in axes)
        cv2.ellipse(plane, (int(x / 2), int(y / 2)), (across, high), angle, 0, 360, much, -1)
    return blur(plane, max(1.0, _SPREADS * face.u / 2))
