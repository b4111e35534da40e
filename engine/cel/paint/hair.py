"""Hair as a painter of anime lays it: shadow and light along its tresses or a band of light, and few tapered lines."""

import numpy as np

from engine.cel.geometry import Points, normals, pens
from engine.cel.look import Colour, LabPicture, Look, Plane, Tones, WarpedFace
from engine.cel.paint import depth, strands
from engine.cel.paint.curls import Curl, piled
from engine.cel.paint.fields import (
    Box,
    above,
    around,
    darken,
    doubled,
    ease,
    filled,
    flat,
    kept,
    lay,
    tinted,
)
from engine.cel.paint.flow import Flow
from engine.cel.paint.fringe import Cut
from engine.cel.paint.layers import Layers, cover
from engine.cel.paint.locks import Locks
from engine.cel.paint.rim import rim
from engine.cel.paint.sheen import sheen
from engine.cel.paint.tresses import Way

_GLINT = 0.06
"""Side, in face widths, of a square below which light on a tress is a speck."""
_LINE = 0.55
"""Lightness of lines in hair of two colours, as a share of the colour they lie on."""
_LINED = 1.3, 1.15
"""Breadth of a comb's lines, and of others, in widths of the pen."""
_HOOK = 1.4
"""Breadth of a line from where waves meet, in widths of the pen."""
_PARTING = 0.85
"""How broad the line of a parting is, as a share of others."""
_WEDGE = 0.035
"""Breadth of the shadow along a lock, in face widths."""
_GLOSS, _STREAK = 0.92, 1.6
"""How strong the ring of light is; and how much lighter and darker single strands are, in L."""
_GLANCE = 0.75, 0.6
"""How strong light on hanging hair is, straight and waved, as a share of the ring's."""
_DARK = 25.0
"""Lightness of hair below which light lies on both of its sides and below: nothing else is seen of how it hangs."""
_OVERCAST = 0.75
"""By how much a strand's shadow dims the ring of light."""
_PALER, _PALE = (0.05, 1.0), 0.3
"""Between these v hair that is not round grows paler downward, and by what share of what light adds to it."""
_TIPS, _TIP = (-0.15, 1.05), ([12.0, 35.0], [0.20, 0.44])
"""Between which v hair that hangs grows lighter towards its tips in a soft style; and lightness of hair -> by what
share of what light adds to it: black hair stays black."""
_CRISP, _FLATTEST = 1.2, 1e-4
"""Breadth of the edges of light and shadow on tresses, in pixels, and the least slope of a field that has one there."""
_MATTE = (Cut.CURLY, Cut.CLOSE)
"""Hair that has no ring of light."""
_MELTS, _SOFT = (-0.09, 0.06), 0.42
"""Between which values of the ring's field it melts into cropped hair, and how strong it is there."""
_ROOTS = 0.10
"""Over how far one colour of hair goes over into another, in face widths."""
_HOLLOW, _BACK = 0.8, 0.6
"""How plain the shadow of curls is, and their light."""
_BLACK, _GLEAM = ([18.0, 26.0], [1.0, 0.0]), 0.42
"""Lightness of hair -> how far lines in it are lighter than it rather than darker; and how far towards its light."""


def paint(
    below: LabPicture,
    layers: Layers,
    locks: Locks,
    flow: Flow,
    face: WarpedFace,
    look: Look,
    u: Plane,
    v: Plane,
    where: Plane | None,
    pen: float,
    seed: int,
    side: float,
    soft: float = 0.0,
) -> LabPicture:
    """Lay the hair over `below`, in place; u and v are at half size; `pen` is the line's width in pixels.

    `where` says where hair has its second colour, above 0 at half size; light comes from `side`, as `skin.light` tells.
    It is painted so `soft`, 0..1.
    """
    seen = locks.half > 0.02
    if not seen.any():  # smoothing may leave nothing of what is little
        return below
    combed = locks.cut not in _MATTE
    lies = combed and locks.cut is not Cut.LONG  # what hangs would be dark slabs
    toward = float(np.copysign(1, side)) if lies else 0.0
    black = bool(look.hair.base[0] < _DARK)
    ringed = not combed or not (locks.lights or locks.tresses)
    light = sheen(layers, flow, face, u, v, seed, locks.cut is Cut.CLOSE) if ringed else None
    small, box = around(seen)
    shade = np.zeros(locks.shape[box].shape, np.float32)
    if locks.lights:
        gleam = filled(locks.lights, box, 1.0)
    elif light is not None:
        gleam = above(doubled(_whole_pieces(light.ring[small], _GLINT * face.u / 2)), 0.0, _CRISP)
    elif locks.tresses is not None:
        if locks.tresses.way is Way.DOWN:
            shade = filled(locks.tresses.shades(face, toward), box, 1.0)
        else:
            dark = locks.tresses.shadow(face, small, toward)
            shade = _crisp(dark.shade) * doubled(dark.there)
        gleam = filled([*locks.tresses.lights(face), *locks.bells.lights], box, 1.0)
    if locks.falls is not None:
        shade = np.maximum(shade, filled(locks.falls.shades(face), box, 1.0))
        glance = filled(locks.falls.lights(face), box, _GLANCE[not locks.straight])
        gleam = np.maximum(gleam, glance)
    if locks.shades:
        shade = np.maximum(shade, filled(locks.shades, box, 1.0))
    tips = ease(v[small], *_TIPS) * np.float32(soft * np.interp(look.hair.base[0], *_TIP))
    lit = doubled(np.maximum(ease(v[small], *_PALER) * np.float32(_PALE), tips))
    if lies:
        rounded = doubled(depth.roundness(u[small], v[small], toward))
        shade = np.maximum(shade, rounded * np.float32(depth.softly(look.hair)))
        lit *= black
    if combed:
        lit += gleam * (1 - np.float32(_OVERCAST) * shade) * np.float32(_GLOSS)
    picture = _shaded(look.hair, shade)
    if look.dye is not None and where is not None:
        lay(picture, _shaded(look.dye, shade), above(doubled(where[small]), 0.0, _ROOTS * face.u))
    if light is not None and locks.cut is Cut.CLOSE:
        lit += doubled(ease(light.ring[small], *_MELTS)) * np.float32(_SOFT)
    else:
        lit = np.maximum(lit, doubled(rim(layers, locks.half, face, side)[small]))
    picture += tinted(lit, look.hair.light - look.hair.base)
    fringe = locks.tresses is not None and locks.tresses.way is Way.DOWN
    if lies and not fringe:  # pale tips would smear where its locks lie over each other
        lay(picture, look.skin.shadow, doubled(depth.through(layers, locks.half, look.hair, face, v)[small]))
    elif light is not None:
        picture[..., 0] += doubled(light.streaks[small]) * np.float32(_STREAK)
    if locks.cut is Cut.CURLY:
        _curls(picture, box, locks.curls, look, pen)
    elif locks.cut is Cut.CLOSE:
        _cropped(picture, box, locks, flow, face, look, pen, seed)
    else:
        _lines(picture, box, locks, flow, face, look, pen, seed)
    lay(below[box], picture, cover(locks.shape[box]))
    return below


def _whole_pieces(field: Plane, side: float) -> Plane:
    """A field without those pieces of it above 0 that are smaller than a square of that side, in its pixels."""
    crumbs = (field > 0) & ~kept(field > 0, side**2)
    return np.where(crumbs, np.minimum(field, np.float32(-0.02)), field)


def _crisp(field: Plane) -> Plane:
    """Where a field at half size is above 0, as coverage 0..1 at full size."""
    return above(doubled(field), 0.0, _CRISP, _FLATTEST)


def _shaded(tones: Tones, shade: Plane) -> LabPicture:
    """One colour of hair and its shadow."""
    return lay(flat(tones.base, shade.shape), tones.shadow, shade)


def _lines(
    picture: LabPicture,
    box: tuple[slice, slice],
    locks: Locks,
    flow: Flow,
    face: WarpedFace,
    look: Look,
    pen: float,
    seed: int,
) -> None:
    """Draw lines along the strands, in place: from where locks part, and at even distances all over."""
    rng = np.random.Generator(np.random.PCG64(seed))
    way = np.dstack([flow.x, flow.y])
    parted, others = locks.strokes, []
    if not parted:
        parted = strands.rooted(locks.half, way, face, locks.partings + 2 * locks.ways, locks.ways, rng)
    if locks.falls is None and not parted:
        others = strands.spread(locks.half, way, face, parted, rng)
    first, second = _whole(parted), _whole(others)
    tones, bold = look.hair, first
    hanging: list[Points] = []
    if locks.falls is not None:
        joining = 1 if locks.lights else len(first)  # the first is the parting
        hanging, loose = locks.falls.lines(face, rng, first[joining:] + locks.bells.strands)
        first = [locks.falls.swung(line, face) for line in first]
        bold = first[:joining] + loose
    parting = int(locks.cut is Cut.LONG and bool(locks.strokes))  # its line, the first one, has no side in the shade
    shaded = [] if locks.tresses is not None else [*first[parting:], *second]
    wedges = [_wedge(line, _WEDGE * face.u, face) for line in shaded]
    if look.dye is None:
        lay(picture, tones.shadow, filled(wedges, box, 1.0))
    else:
        darken(picture, _shade(tones), filled(wedges, box, 0.9))
    widths = np.where(np.arange(len(bold)) < parting, _PARTING, 1.0) * _LINED[0] * pen
    shapes = pens(bold, widths, start=0.3, peak=0.25) + pens(second + hanging, _LINED[1] * pen, peak=0.35)
    if locks.falls is not None:
        shapes += pens(locks.falls.hooks(face), _HOOK * pen, start=1.0, peak=0.1)
    shapes += pens(locks.bells.rims, _LINED[1] * pen, 0.2, 0.2)
    _ink(picture, look, drawn_in(look), filled(shapes, box, 0.9))


def drawn_in(look: Look) -> Colour:
    """The colour of lines in hair: darker than it, but in black hair lighter, where ink would not be seen."""
    tones, ink = look.hair, _mixed_ink(look)
    gleam = tones.base + np.float32(_GLEAM) * (tones.light - tones.base)
    return np.asarray(ink + np.float32(np.interp(tones.base[0], *_BLACK)) * (gleam - ink), np.float32)


def _mixed_ink(look: Look) -> Colour:
    return look.hair_ink * np.float32(0.6) + look.hair.shadow * np.float32(0.4)


def _curls(picture: LabPicture, box: Box, curls: list[Curl], look: Look, pen: float) -> None:
    """Draw curls one over the other, in place."""
    pile = piled(curls, box, pen)
    dark = pile.shade * np.float32(_HOLLOW)
    if look.dye is None:
        lay(picture, look.hair.shadow, dark)
    else:
        darken(picture, _shade(look.hair), dark)
    picture += tinted(pile.light * np.float32(_BACK), look.hair.light - look.hair.base)
    _ink(picture, look, drawn_in(look), pile.ink * np.float32(0.9))


def _cropped(
    picture: LabPicture, box: Box, locks: Locks, flow: Flow, face: WarpedFace, look: Look, pen: float, seed: int
) -> None:
    """Draw the short strokes of cropped hair, in place."""
    rng = np.random.Generator(np.random.PCG64(seed))
    strokes = _whole(strands.ticks(locks.half, np.dstack([flow.x, flow.y]), face, rng))
    tone = look.hair_ink * np.float32(0.5) + look.hair.shadow * np.float32(0.5)
    _ink(picture, look, tone, filled(pens(strokes, 0.65 * pen, peak=0.4), box, 0.25))


def _shade(tones: Tones) -> float:
    """Lightness of a lock's shadow as a share of what it lies on, whichever of two colours that is."""
    return float(tones.shadow[0]) / max(float(tones.base[0]), 1.0)


def _ink(picture: LabPicture, look: Look, tone: Colour, cover: Plane) -> None:
    """Lay lines in one tone, or in the darker one of each of two colours; in place."""
    if look.dye is None:
        lay(picture, tone, cover)
    else:
        darken(picture, _LINE, cover)


def _wedge(line: Points, broad: float, face: WarpedFace) -> Points:
    """The shadow along one side of a lock: it swells from nothing and ends in a point."""
    t = np.linspace(0, 1, len(line))
    aside = normals(line)
    aside = aside * (1.0 if float((aside @ (face.down + 0.6 * face.right)).mean()) > 0 else -1.0)
    width = broad * np.interp(t, [0, 0.2, 0.6, 1], [0, 0.35, 1, 0])
    return np.vstack([line, (line + aside * width[:, None])[::-1]])


def _whole(lines: list[Points]) -> list[Points]:
    """Lines of the half-size picture in the picture's pixels."""
    return [line * 2 + 1 for line in lines]
