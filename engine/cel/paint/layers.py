"""The picture's layers as smooth shapes: from soft labels to closed contours that can be filled and inked.

A layer is kept as a signed distance from its outline, positive inside: coverage and lines of any width follow from it
by a subtraction, both anti-aliased.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from engine.cel.frame import HALF, MIDLINE, OVAL
from engine.cel.geometry import curve, smooth
from engine.cel.look import Plane, Points, WarpedFace, coordinates
from engine.cel.paint import bobs, bonnets, caps, collars, ears, hats, jackets, whiskers
from engine.cel.paint.attire import Attire, Cut, told
from engine.cel.paint.bust import bared, closed, grounded, shouldered, sloping, stout, tailored, throat, undressed
from engine.cel.paint.curtains import evened, gathered, unbroken
from engine.cel.paint.drapes import draped
from engine.cel.paint.fields import blur, distance, ease, full, outlined
from engine.cel.paint.glance import unveiled
from engine.cel.paint.lengths import lengthened
from engine.cel.paint.mending import CRUMB, mended, whole
from engine.cel.paint.stack import BACKGROUND, CLOTHES, HAIR, SKIN, WORN, handed_over
from engine.cel.paint.supplied import supplied
from engine.cel.parse import Floats, Label
from engine.cel.traits import RECEDED, Traits

_EARS, _CHIN = (234, 454), 152
_TURNED = 0.12
"""Yaw from which the face's middle may be its outline."""
_SMOOTHING = 0.028
"""How far label edges are smoothed, in face widths: less shows the parser's steps, more eats fingers and collars."""
_PLAIN = 0.05
"""The same of what is worn on the head: bands and hats have plain edges."""
_LONG = 0.0
"""Traits above which hair is long, and falls loose."""
_LOOSE, _LONGER = 0.3, 0.3
"""Traits below which hair may not be tied, and not be long."""
_SHORT = 0.7
"""How much surer it is of short hair that it is short than that it is long."""
_WOMANS = 0.5
"""From here on short hair may hide the ears."""
_BALD = 0.3
"""Traits above which somebody looks bald."""
_HAIRY = -0.3
"""Traits below which nobody is bald, or wears a hat."""
_HAT = 0.2
"""Traits above which what is worn is a hat."""
_BONNET = 0.7, -0.5
"""Traits of hats without a brim: above the former it is a hat, below the latter it has none."""
_CROPPED = 0.0
"""Traits above which hair is cropped so short that none may show below a cap."""
_MIDDLE, _SCALP, _TEMPLES = -0.1, 0.6, -0.25
"""The v of the middle of a head, how far from that it has no forehead, in face widths, and above which v."""
_CLOSELY = 0.45, 0.1
"""The latter two of a head whose hair is cropped, which is as narrow as it is drawn down to the ears."""
_BY, _TRACE = 9, 0.3
"""How broadly, in half-size pixels, what is by hair is looked for; and less of anything is none."""
_EDGE = 5
"""How broadly, in half-size pixels, the outline of bare skin is looked for."""
_BORDER, _ASTRAY, _SAME = 8, 5.0, 0.5
"""Within how many half-size pixels of the border outlines go straight on, from as much of them further in; how far off
where they were they end at most; and how near two are that are one.
"""
_NONE = 999.0
"""A distance from what is not there."""


@dataclass(frozen=True, slots=True)
class Layers:
    """Signed distances in pixels of the picture, (400, 400)."""

    person: Plane
    body: Plane
    """Skin and hair: what lies over the clothes."""
    hair: Plane
    worn: Plane
    """What is worn on the head, over the hair."""
    face: Plane
    """The oval of the face mesh, whatever covers it."""
    half_hair: Plane
    half_skin: Plane
    half_clothes: Plane
    half_worn: Plane
    half_beard: Plane
    """Part of the skin's."""
    grown: float
    """How far the beard is grown, 0..1."""
    half_background: Plane
    longer: Plane
    """Coverage 0..1 at half size of hair drawn longer than it is seen, over what else is told to be there."""
    half_seen: Plane
    """0 where a body is added to what the photo shows, or taken from it, or the neckline lies elsewhere: there skin
    shows cloth, or cloth skin."""
    half_face: Plane
    """Coverage 0..1 at half size, for measuring and for fields; the face's is its mesh's oval."""
    neckline: Cut | None
    """None where no clothes are seen."""
    collar: collars.Collar | None = None
    """None where nothing with a shirt's collar is worn."""
    hat: hats.Hat | None = None
    """One with a broad brim."""
    cap: caps.Cap | None = None
    bonnet: bonnets.Bonnet | None = None
    """One without a brim."""
    bob: bobs.Bob | None = None
    """How hair ends that does between cheek and shoulder; there it is left out of the others."""
    undressed: bool = False
    """Whether next to nothing but skin is seen of a woman's shoulders."""

    def stripped(self) -> "Layers":
        """Layers of somebody whose clothes are skin."""
        skin = self.half_skin + self.half_clothes
        return replace(
            self,
            body=self.person,
            half_skin=skin,
            half_clothes=np.zeros_like(skin),
            undressed=True,
            neckline=None,
            collar=None,
        )


def cover(shape: Plane) -> Plane:
    """Coverage of each pixel, 0..1."""
    out = np.asarray(shape + np.float32(0.5), np.float32)
    return np.clip(out, 0, 1, out=out)


def line(shape: Plane, width: Plane | float) -> Plane:
    """A line of that width along a shape's outline: coverage 0..1."""
    return np.asarray(np.clip(np.float32(0.5) * width + np.float32(0.5) - np.abs(shape), 0, 1), np.float32)


def oval(face: WarpedFace, size: int) -> Plane:
    """The face mesh's outline as a mask 0..1 at (size, size)."""
    mask = np.zeros((size, size), np.uint8)
    outline = smooth_outline(face) * (size / 400) - 0.5
    cv2.fillPoly(mask, [np.rint(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    if abs(face.yaw) > _TURNED:  # the nose and brow of a turned head stand out over its outline
        near = face.points[[_EARS[0] if face.yaw > 0 else _EARS[1]]]
        profile = np.clip(np.vstack([face.points[list(MIDLINE)], near]), -400, 800) * (size / 400) - 0.5
        cv2.fillPoly(mask, [np.rint(profile * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask.astype(np.float32) / np.float32(255)


def smooth_outline(face: WarpedFace) -> Points:
    """The face's outline as a closed curve."""
    return smooth(curve(np.clip(face.points[list(OVAL)], -400, 800), 4, closed=True), 2.0, closed=True)


def layers(labels: Floats, face: WarpedFace, traits: Traits | None = None, female: float = 0.5) -> Layers:
    """Layers from warped labels (200, 200, n) of somebody with those traits, a man or (`female` 1) a woman."""
    attire = Attire.PLAIN if traits is None else told(traits)
    sigma = max(1.0, _SMOOTHING * face.u / 2)
    oval_half = oval(face, HALF)
    split = (np.asarray(plane, np.float32) for plane in cv2.split(labels))
    planes = {label: blur(plane, sigma) if plane.any() else plane for label, plane in zip(Label, split, strict=True)}
    skin, hair = planes[Label.SKIN] + planes[Label.BEARD], planes[Label.HAIR]
    clothes, worn, things = planes[Label.CLOTHES], planes[Label.HEADWEAR], planes[Label.OTHER]
    background = planes[Label.BACKGROUND]
    # nothing but skin, hair and what is worn over them lies within the face: holes the parser tore there close
    inside = ease(blur(oval_half, 1.0), 0.5, 0.95) * (1 - np.minimum(1, hair + worn))
    skin = np.maximum(skin, inside)
    clothes, background = clothes * (1 - inside), background * (1 - inside)
    bald = traits is not None and traits.bald > _BALD
    short = traits is not None and traits.short - traits.long > _SHORT
    stack = mended(np.stack([background, skin, hair, clothes, worn]), things, face, bald, short)
    pulled = traits is not None and traits.tied_back and female > _WOMANS
    if (pulled or (short and female < _WOMANS)) and traits is not None and max(traits.bald, traits.hat) < _HAIRY:
        receded = traits.receded if traits.receded > RECEDED else 0.0
        stack = supplied(stack, oval_half, face, coordinates(face, HALF)[1], pulled, receded)
    if traits is not None and (traits.long > _LONG or (traits.short < _LONG and not traits.tied_back)):
        u, v = coordinates(face, HALF)
        stack = gathered(evened(stack, oval_half, face, u, v), face, u, v, traits.curled)
        stack = stack if traits.curled else unbroken(stack, oval_half, face, u, v)
        stack = stack if traits.curled else draped(stack, oval_half, face, u, v)
        stack = unveiled(stack, oval_half, face, u, v)
    cut = None
    if female > _WOMANS and traits is not None and _bobbed(traits):
        cut = bobs.bob(stack[HAIR], face)
    if cut is not None:
        stack = bobs.shortened(stack, cut.gone, oval_half, face)
    shorn = short and female < _WOMANS
    hatted = traits is not None and traits.hat > _HAT and traits.brimmed
    hat = hats.hat(stack[WORN], face) if hatted else None
    capped = caps.cap(stack[WORN], face) if hatted and hat is None else None
    plain = traits is not None and traits.hat > _BONNET[0] and traits.brim < _BONNET[1]
    bonnet = bonnets.bonnet(stack[WORN], face, female > _WOMANS) if plain else None
    if hat is not None:
        stack = hats.put_on(stack, hat, oval_half, face, short)
    elif hatted:
        stack = stack if capped is None else caps.put_on(stack, capped, oval_half, face)
        if short and traits is not None and traits.cropped < _CROPPED:
            stack = caps.haired(stack, face)
    elif bonnet is not None:
        stack = bonnets.put_on(stack, bonnet, oval_half, face, short)
    open_throat = throat(stack, oval_half, face)
    whole = sloping(open_throat, oval_half, face, female)
    spare = ears.beyond(whole, oval_half, face) | stout(whole, oval_half, face)
    given = handed_over(whole, spare, face)
    stack, neckline = tailored(given, oval_half, face, attire)
    ground, collar = stack[BACKGROUND] > 0.5, None
    if attire.collared and neckline is not None:
        if attire is Attire.OPEN:
            neckline = jackets.over(neckline, female)
        collar = collars.fitted(neckline, given, oval_half, smooth_outline(face), face)
        stack = collars.put_on(stack, attire, collar, oval_half, face)
    elif attire is Attire.ROUND and neckline is not None:
        stack, neckline = collars.ribbed(stack, given, neckline, oval_half, smooth_outline(face), face)
    seen = (whole[SKIN] > whole[CLOTHES]) == (stack[SKIN] > stack[CLOTHES])
    stack = closed(shouldered(grounded(stack, face), face), face)
    bare, curled = shorn or (traits is not None and traits.tied_back), traits is not None and traits.curled
    stack = ears.grown(
        stack, oval_half, face, bare=bare, short=shorn, curled=curled, hidden=None if cut is None else cut.gone
    )
    if cut is not None:
        seen &= ~cut.gone
    seen &= ~(ground & (stack[BACKGROUND] <= 0.5))
    seen &= (whole[BACKGROUND] <= 0.5) | (open_throat[BACKGROUND] > 0.5)
    stack /= stack.sum(0) + np.float32(1e-6)
    bare_shoulders = female > _WOMANS and undressed(stack, face, *coordinates(face, HALF))
    if bare_shoulders and collar is None:
        stack = bared(stack)
    background, skin, hair, clothes, worn = stack
    going_on = None if traits is None or traits.curled else lengthened(hair > 0.5, face)
    longer = np.zeros_like(hair) if going_on is None else going_on
    drawn = stack if going_on is None else stack * (1 - longer)
    if going_on is not None:
        drawn[HAIR] += longer
    beard = whiskers.cut(planes[Label.BEARD], face, traits, female)
    person, body, haired, over = (full(shape) * 2 for shape in _shapes(drawn, face))
    return Layers(
        person=person,
        body=body,
        hair=haired,
        worn=over,
        face=full(distance(blur(oval_half, max(1.2, _SMOOTHING * face.u / 2)) - np.float32(0.5))) * 2,
        half_hair=hair,
        half_skin=skin,
        half_clothes=clothes,
        half_worn=worn,
        half_beard=beard.cover * np.clip(skin, 0, 1),
        grown=beard.grown,
        half_background=background,
        longer=longer,
        half_seen=seen.astype(np.float32),
        half_face=oval_half,
        neckline=neckline,
        collar=collar,
        hat=hat,
        cap=capped,
        bonnet=bonnet,
        bob=cut,
        undressed=bare_shoulders,
    )


def _bobbed(traits: Traits) -> bool:
    """Whether a woman's hair may end between cheek and shoulder."""
    hatted = traits.hat > _HAT and traits.brimmed
    return not hatted and not traits.curled and traits.tied < _LOOSE and traits.long < _LONGER


def _shapes(stack: Floats, face: WarpedFace) -> tuple[Plane, Plane, Plane, Plane]:
    """Signed distances, at half size, of the person, the body, the hair and what is worn over that."""
    background, skin, hair, clothes, worn = stack

    def outline(lead: Plane, smoothing: float = _SMOOTHING) -> Plane:
        return outlined(lead, (CRUMB * face.u / 2) ** 2, max(0.8, smoothing * face.u / 2))

    person = outline(np.maximum.reduce([skin, hair, clothes, worn]) - background)
    body = outline(np.maximum.reduce([skin, hair, worn]) - np.maximum(background, clothes))
    going_on = whole(_going_on(person, hair + worn, face))
    body = np.minimum(np.where(np.abs(person - body) < _SAME, going_on, body), going_on)
    haired = outline(np.maximum(hair, worn) - np.maximum.reduce([skin, clothes, background]))
    none = np.full_like(worn, -_NONE)
    over = outline(worn - np.maximum.reduce([hair, skin, clothes, background]), _PLAIN) if worn.max() > 0.5 else none
    return going_on, body, haired, over


def _going_on(shape: Plane, hair: Plane, face: WarpedFace) -> Plane:
    """A shape, its signed distance, whose outline goes straight on where it leaves the picture below the chin.

    Smoothing turns it aside there, as if the body ended in a stump. Hair is left as it is.
    """
    out, low = shape.copy(), int(np.clip(face.points[_CHIN][1] / 2, 0, HALF))
    steps = np.arange(1, _BORDER + 1, dtype=np.float32)[:, None] / np.float32(_BORDER)
    borders = ((p[low:].T, p[low:, ::-1].T, p[::-1]) for p in (out, hair))  # the left one's columns first, and so on
    for plane, over in zip(*borders, strict=True):
        on = plane[_BORDER] + (plane[_BORDER] - plane[2 * _BORDER]) * steps
        border = plane[_BORDER - 1 :: -1]
        sure = (over[: 2 * _BORDER].max(0) < _TRACE) & (np.abs(on - border).max(0) < _ASTRAY)
        border[:] = np.where(sure, on, border)
    return out


def crowned(layers: Layers, hair: Plane, u: Plane, v: Plane, cropped: bool = False) -> Layers:
    """Layers of a head that ends above where its `hair` does as that is drawn: else a bare scalp stands out over it.

    `hair` is its signed distance in pixels of the picture; u and v are at half size.
    """
    scalp, low = _CLOSELY if cropped else (_SCALP, _TEMPLES)
    rows = np.flatnonzero((v < low).any(1))
    if not rows.size:
        return layers
    half = np.s_[: int(rows[-1]) + 1]
    by = np.ones((_BY, _BY), np.uint8)
    hairy, worn = (
        cv2.dilate((plane[half] > _TRACE).astype(np.uint8), by) for plane in (layers.half_hair, layers.half_worn)
    )
    crown = (np.hypot(u[half], v[half] - np.float32(_MIDDLE)) > scalp) & (v[half] < low)
    edge = np.ones((_EDGE, _EDGE), np.uint8)
    bare = cv2.dilate((layers.half_skin[half] > _TRACE).astype(np.uint8), edge)  # what is cut there is a face's line
    crown &= (hairy > 0) & (worn == 0) & (bare == 0)
    where = np.repeat(np.repeat(crown, 2, 0), 2, 1)
    person, body = layers.person.copy(), layers.body.copy()
    for shape in (person, body):
        upper = shape[: len(where)]
        np.minimum(upper, hair[: len(where)], out=upper, where=where)
    return replace(layers, person=person, body=body)
