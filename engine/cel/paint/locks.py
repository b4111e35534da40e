"""Hair with its locks: what turns the edge of a mask into drawn hair.

The outline is smoothed and made fuller; then locks are laid over it, along the hairline and at the ends.
"""

from dataclasses import dataclass, field

import numpy as np

from engine.cel import geometry
from engine.cel.look import Plane, Points, WarpedFace
from engine.cel.paint import cuts
from engine.cel.paint.bangs import arched
from engine.cel.paint.bells import Bells, bells
from engine.cel.paint.bells import evened as belled
from engine.cel.paint.blades import together
from engine.cel.paint.clumps import Crest, clumps
from engine.cel.paint.cropped import cropped
from engine.cel.paint.curls import Curl, curls, standing
from engine.cel.paint.dome import domed, rounded
from engine.cel.paint.ears import evened
from engine.cel.paint.ends import ends
from engine.cel.paint.falls import Falls, divided, falls
from engine.cel.paint.fields import blur, drawn, ease, full, half, kept, outlined
from engine.cel.paint.flow import Flow, crown
from engine.cel.paint.foreheads import bared
from engine.cel.paint.fringe import UNCOMBED, Cut, fringe
from engine.cel.paint.layers import Layers, cover
from engine.cel.paint.sideburns import sideburns
from engine.cel.paint.temples import near, temple
from engine.cel.paint.tresses import Tresses
from engine.cel.paint.waves import STRAIGHT, waved
from engine.cel.traits import Traits

_SMOOTH, _FULLER = 0.05, 0.02
"""How far hair's outline is smoothed, and set outward: drawn hair stands off the head. In face widths."""
_PUT_UP = 0.05
"""How much fuller yet hair is that is tied back: else it is a swimmer's cap."""
_WISP = 0.2
"""Side, in face widths, of a square below which a piece of it is left out: it lies at the far temple by itself."""
_NARROW = 0.025
"""By so much at the most, in face widths, smoothing takes hair away: strands that hang are narrow."""
_SIDEBURNS = (0.34, 0.46)
"""Beside the face, from so far aside (u) on, hair keeps its outline: sideburns are narrow."""
_NARROWER, _TAPERS, _EARS = 0.07, (-0.06, 0.16), (0.54, 0.64)
"""How much narrower men's sideburns are at their ends, in face widths; between which v they taper, and from which u on
hair lies behind the ears.
"""
_CROWN = 0.8
"""How long locks on the crown of short hair are, as a share of those at ends."""
_NEAT = 0.55
"""How much shorter locks at the sides and the nape of such hair are."""
_LIFT = 0.75
"""How far short hair stands up."""
_CRUMB = 0.10
"""Side, in face widths, of a square below which a piece of hair is dropped."""
_PLAIN, _FEW = 0.6, 40
"""Fewer half-size pixels of hair than this, so plainly told, are none."""
_NONE = 40.0
"""A distance, in pixels, beyond every line."""
_CHIN, _SHOULDERS = 152, 0.15
"""Mesh index of the chin, and over how far below that shoulders begin, in face widths."""
_SPIKE, _CURVED, _FILLS = 0.05, 0.013, 3
"""How broad a spike of skin is, in face widths, that runs into hair at the temples; by how much an outline that merely
turns differs from its smoothed one; and how many times what a spike differs by more it is filled."""
_ASIDE_OF, _SPIKES = (0.2, 0.3), ((-0.4, -0.3), (0.2, 0.3))
"""From how far aside (u), and between which v, temples are."""
_CUT = 0.05
"""How far a fringe is cut back, in face widths, so that its locks hang free."""
_BROW, _LIFTED = -0.22, 0.14
"""A fringe that hangs below this v is cut back to it, by so much at most, in face widths."""
_OVER = 0.3
"""How much room there is for curls on a forehead that hair leaves bare."""
_ENDS, _BOUND = (Cut.SHORT, Cut.SWEPT), 0.3
"""Hair that ends in a point at a far temple; and how sure it is at a glance that hair is tied, at least where it is put
up rather than short."""
_LYING = (Cut.LONG, Cut.CURLY)
"""Hair that lies over the forehead even without a fringe."""
_CROPPED = 0.75
"""How much less close-cropped hair stands up than other short hair."""
_TOUSLED, _TIDY, _NEATLY = (-0.6, 0.4), 0.15, 0.55
"""How sure it is at a glance that hair is tousled where it stands up as far as it may; up to which share of that it
lies flat, as small points are but nicks in an outline; and how far it stands up from there on."""
_COMBED_BACK = -0.6
"""How sure it is at a glance that a mature man's hair is tousled, below which what seems to be a fringe is none."""
_SOFT = 0.45
"""How tousled a small child's hair is at least, 0..1."""


@dataclass(frozen=True, slots=True)
class Locks:
    """The hair with its locks."""

    shape: Plane
    """Signed distance in pixels of the picture, (400, 400), positive inside."""
    mass: Plane
    """The same without the locks: what hides a brow, which is drawn over single locks."""
    half: Plane
    """Coverage 0..1 at half size, with the locks."""
    gaps: Plane
    """What is bare between the roots of locks, 0..1 at half size: it lies in their shadow."""
    partings: Points
    """(n, 2), at half size: where two locks part at the outline."""
    ways: Points
    """(n, 2): unit vectors from there into the hair."""
    wave: float
    """How broadly long hair is waved, in face widths; that of short curls is 0."""
    strokes: list[Points]
    """Lines along which it is brushed or falls, at half size."""
    cut: Cut
    """How it is worn. The flow of tied hair is not that of its strands."""
    over: bool
    """Whether it lies over the forehead rather than rising from it."""
    lights: list[Points] = field(default_factory=list)
    """Closed outlines, in the picture's pixels, of the light on hair that falls from a parting: it has no ring."""
    tresses: Tresses | None = None
    """How hair is divided that is combed."""
    falls: Falls | None = None
    """How long hair is divided that hangs."""
    curls: list[Curl] = field(default_factory=list)
    """The curls that lie over each other all over curly hair."""
    shades: list[Points] = field(default_factory=list)
    """Closed outlines, in the picture's pixels, of the shadows that the clumps of a crown cast, and of the dark sides
    of locks beside the face."""
    before: list[Points] = field(default_factory=list)
    """Closed outlines, in the picture's pixels, of the locks that fall before the ears."""
    bells: Bells = field(default_factory=Bells)
    """The locks in which a bob ends."""

    @property
    def straight(self) -> bool:
        """Whether hair that hangs has no waves to speak of."""
        return self.wave < STRAIGHT


def locks(
    layers: Layers,
    flow: Flow,
    face: WarpedFace,
    woman: float,
    u: Plane,
    v: Plane,
    seed: int,
    told: Traits = cuts.UNTOLD,
    knot: float | None = None,
    infant: float = 0.0,
    bunched: bool = False,
    mature: bool = False,
) -> Locks:
    """Lay out the hair's locks; the same for the same seed. u and v are at half size.

    Short hair stands up in points, but not a woman's (`woman` 1), which is rather tied back. What is `told` at a glance
    decides whether hair that lies low is cropped, and helps to tell curls and what is tied; a `knot` of that stands
    over the head at a u. An `infant` (1) has a light fringe; hair
    that is `bunched` is parted. A `mature` man's neat hair is swept off the forehead.
    """
    unit = face.u / 2
    hair = np.maximum(layers.half_hair, layers.longer) + layers.half_worn
    if (layers.half_hair > _PLAIN).sum() < _FEW:
        nothing = np.zeros_like(hair)
        worn = np.maximum(layers.worn, np.float32(-_NONE))
        return Locks(worn, worn, nothing, nothing, np.zeros((0, 2)), np.zeros((0, 2)), 0.0, [], Cut.SHORT, False)
    close = (1 - woman) * cuts.closeness(hair, told, face, u, v)
    bare = _bare(layers, unit)
    free = (1 - ease(blur(layers.half_skin * (1 - layers.longer), 0.05 * unit), 0.05, 0.3)) * bare
    smooth = np.maximum(free, bare * (1 - ease(np.abs(u), *_SIDEBURNS)))
    shape = _full(layers, hair, smooth, free * np.float32(1 - close), unit)
    chance = np.random.Generator(np.random.PCG64(seed))
    bob = layers.bob
    seen = hair if bob is None else np.maximum(hair, bob.gone)
    hangs = cuts.hanging(seen, v, unit) or (bob is not None and cuts.bangs(seen, face, False, u, v) < 0.5)
    wave = cuts.waved(flow, told) if hangs else 0.0
    chin = float((face.points[_CHIN] - face.centre) @ face.down) / face.u
    low = bare * ease(v, chin, chin + _SHOULDERS)  # there skin is no face that locks would hang over
    shape = domed(shape, free, close, hangs, face, u, v, not hangs and woman < 0.5 and not told.curled)
    if hangs and not told.curled:
        shape = _plain(shape, unit, u, v)
    cut, bangs = cuts.worn(hair, flow, face, hangs, woman, close, told, u, v)
    if infant > 0.5 and not bunched and cut in (*_ENDS, Cut.TIED) and not _thin(hair, face, u, v):
        cut, bangs = Cut.TIED if cut is Cut.TIED else Cut.SHORT, max(bangs, infant)
    if mature and cut is Cut.SHORT and bangs > 0.5 and woman < 0.5 and told.tousled < _COMBED_BACK:
        shape, cut, bangs = bared(shape, face, v), Cut.SWEPT, 0.0
    if not hangs and woman < 0.5:
        shape = np.asarray(shape - _tapered(u, v) * bare * np.float32(unit), np.float32)
    if cut is Cut.LONG:
        shape = waved(shape, np.maximum(free, low), face, wave, u, v)
    if cut is Cut.TIED:
        free = free * near(face, u, v)
        shape = np.asarray(shape + free * ease(-v, 0.15, 0.5) * np.float32(_PUT_UP * (not bunched) * unit), np.float32)
        shape = np.where((shape > 0) & ~kept(shape > 0, (_WISP * unit) ** 2), np.float32(-1), shape)
    if cut is Cut.TIED or (woman > 0.5 and cut in _ENDS and told.tied > _BOUND):
        shape = rounded(shape, free, cut is Cut.TIED, face, u, v)
    shape = np.asarray(shape - np.float32((_CUT + _raised(hair, u, v)) * unit * bangs) * _front(u, v), np.float32)
    neat = hangs or max(woman, infant) > 0.5
    if cut is Cut.CLOSE:
        shape, bangs = cropped(shape, bare, face, v), 0.0
    if bangs > 0.5 and cut not in UNCOMBED:
        shape = arched(shape, flow, face, bangs, neat)
    tousled = max(geometry.ease(told.tousled, *_TOUSLED), _SOFT * infant)
    front = fringe(
        shape,
        flow,
        face,
        bangs,
        cut,
        chance,
        tousled,
        cuts.parting(told, bob is not None),
        told.tied_back,
        neat,
        knot,
        infant,
        bunched,
    )
    lively = _NEATLY + (1 - _NEATLY) * tousled if tousled > _TIDY else 0.0
    stands = 0.0 if hangs or bunched or cut in UNCOMBED else (1 - woman) * (1 - _CROPPED * close) * lively
    bareheaded = np.where(layers.half_worn > 0.5, np.float32(-_NONE), shape)
    curled = curls(bareheaded, flow, face, crown(face, hair, u, v), hangs, chance) if cut is Cut.CURLY else []
    over = np.maximum(free, _front(u, v) * bare * np.float32(_OVER + (1 - _OVER) * bangs))
    around = standing(curled, over, face, hangs)
    hung = None
    if bob is not None:
        hung = belled(divided(bob.edges, chance, wave, fine=True), bob)
    elif cut is Cut.LONG:
        hung = falls(shape, face, chance, wave)
    combed = front.tresses if woman < 0.5 and not hangs and not curled else None
    thin = _thin(hair, face, u, v)
    plain = thin or (stands <= 0 and told.sleek)
    crest = Crest() if plain or combed is None else clumps(combed, free, face, stands)
    hanging = hung if wave < STRAIGHT else None
    tips = together([], [])
    if (
        not curled and combed is None and bob is None and (hangs or stands > 0)
    ):  # short hair that lies is round, and combed in clumps
        room = _room(np.maximum(free, low), stands, thin, v)
        tips = ends(shape, room, flow, face, _LIFT * stands, chance, hanging)
    mass = full(shape) * 2
    beside = [] if hangs or woman > 0.5 or cut is Cut.CURLY else sideburns(shape, bare, face, u, v, cut is Cut.CLOSE)
    if not hangs and told.glasses < 0 and (cut is Cut.TIED or (cut in _ENDS and told.tied < _BOUND)):
        beside = [*beside, *temple(shape, layers.person, bare, face)]
    bell = Bells()
    if bob is not None and hung is not None:
        bell = bells(hung, bob, face, None if front.tresses is None else front.tresses.line, seed)
        beside = [*beside, *bell.locks]
    closed = np.maximum(mass, drawn([*([] if curled else front.locks), *tips.locks, *crest.locks, *around, *beside]))
    if front.before or cut is Cut.LONG:
        closed = evened(closed, face)
        mass = np.minimum(mass, closed)
    whole = np.minimum(closed, -drawn(front.notches)) if front.notches else closed
    hair = half(cover(whole))
    return Locks(
        shape=whole,
        mass=mass,
        half=hair,
        gaps=half(cover(closed)) - hair if front.notches else np.zeros_like(hair),
        partings=np.vstack([front.partings, tips.partings]) / 2 - 0.5,
        ways=np.vstack([front.ways, tips.ways]),
        wave=wave,
        strokes=[line / 2 - 0.5 for line in [*front.strokes, *crest.strokes]],
        cut=cut,
        over=bool(bangs > 0.5) or cut in _LYING,
        lights=front.lights,
        tresses=front.tresses,
        falls=hung,
        curls=curled,
        shades=[*front.shades, *crest.shades, *bell.shades],
        before=front.before,
        bells=bell,
    )


def _bare(layers: Layers, unit: float) -> Plane:
    """1 where no hat is near: hair by what is worn keeps to its outline."""
    return np.asarray(1 - ease(blur(layers.half_worn, 0.06 * unit), 0.02, 0.1), np.float32)


def _full(layers: Layers, hair: Plane, smooth: Plane, free: Plane, unit: float) -> Plane:
    """Signed distance in half-size pixels from the hair's outline, positive inside.

    It is smoother than seen where `smooth` (0..1) says so, and fuller where it is `free`.
    """
    others = np.maximum.reduce([layers.half_skin, layers.half_clothes, layers.half_background])
    lead = np.asarray(hair - others * (1 - layers.longer), np.float32)
    shape = outlined(lead, (_CRUMB * unit) ** 2, max(0.8, 0.016 * unit))
    smoothed = shape + smooth * (blur(shape, _SMOOTH * unit) - shape)
    smoothed = np.maximum(smoothed, shape - np.float32(_NARROW * unit))
    return np.asarray(smoothed + free * np.float32(_FULLER * unit), np.float32)


def _plain(shape: Plane, unit: float, u: Plane, v: Plane) -> Plane:
    """Hair, its signed distance, without the spikes of skin that run into it at the temples."""
    rows = np.flatnonzero(((v > _SPIKES[0][0]) & (v < _SPIKES[1][1])).any(1))
    if not rows.size:
        return shape
    out, here = shape.copy(), np.s_[int(rows[0]) : int(rows[-1]) + 1]
    temples = ease(np.abs(u[here]), *_ASIDE_OF) * ease(v[here], *_SPIKES[0]) * (1 - ease(v[here], *_SPIKES[1]))
    spikes = blur(np.ascontiguousarray(shape[here]), _SPIKE * unit) - shape[here] - np.float32(_CURVED * unit)
    out[here] += temples * np.float32(_FILLS) * np.maximum(spikes, 0)
    return out


def _thin(hair: Plane, face: WarpedFace, u: Plane, v: Plane) -> bool:
    """Whether there is hardly any hair over the forehead."""
    hairline = float((face.points[10] - face.centre) @ face.down) / face.u
    above = hair[(np.abs(u) < 0.2) & (np.abs(v - hairline + 0.24) < 0.05)] > 0.5
    return not above.size or float(above.mean()) < 0.4


def _room(free: Plane, stands: float, plain: bool, v: Plane) -> Plane:
    """How long locks may be at the ends of hair, 0..1; on a crown that is not `plain` as far as hair `stands` up."""
    crown = 0.0 if plain else _CROWN * stands
    low = 1 - _NEAT * stands
    return np.asarray(free * np.maximum(low * ease(v, -0.15, 0.1), crown * ease(-v, 0.25, 0.45)), np.float32)


def _front(u: Plane, v: Plane) -> Plane:
    """The forehead, 0..1."""
    return np.asarray((1 - ease(np.abs(u), 0.22, 0.50)) * ease(v, -0.52, -0.40) * (1 - ease(v, 0.0, 0.15)), np.float32)


def _tapered(u: Plane, v: Plane) -> Plane:
    """How much narrower sideburns are than they were seen, the lower the more, in face widths: they end in points."""
    return np.asarray(np.float32(_NARROWER) * ease(v, *_TAPERS) * (1 - ease(np.abs(u), *_EARS)), np.float32)


def _raised(hair: Plane, u: Plane, v: Plane) -> float:
    """How much more a fringe is cut back that hangs to the eyes, in face widths: its locks end over them."""
    low = v[(hair > 0.5) & (np.abs(u) < 0.2) & (v < 0.1)]
    return float(np.clip(geometry.percentile(low, 98) - _BROW, 0, _LIFTED)) if low.size else 0.0
