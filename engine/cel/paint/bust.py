"""The bust under a head: one clean neckline, a band about the neck perhaps, and a body that ends at the border."""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint import necklines
from engine.cel.paint.attire import Attire, Cut
from engine.cel.paint.fields import blur, doubled, ease, kept
from engine.cel.paint.stack import BACKGROUND, CLOTHES, HAIR, SKIN, WORN, shown
from engine.cel.parse import Floats

_CHIN = 152
_TURNED = 0.12
"""Yaw from which a neck's breadth is that of its side."""
_NECK, _NAPE, _SLOPE = 0.30, 0.10, 1.4
"""Half a neck's breadth, how far above the chin it begins to widen, in face widths, and how fast."""
_SIDE = 0.3
"""Yaw from which a neck is seen from its side, where it is broader."""
_NAPES, _HAIRY = 0.08, 0.05
"""How far from hair, in face widths, skin is of the nape; and how much of it is there."""
_NEAR, _SHOULDERS = 0.9, 0.45
"""How far beside the chin, and below it, skin may be of the neck, in face widths."""
_PEG, _NEARLY = 0.35, 0.2
"""Breadth, in face widths, of a part of a body that is broad enough to go on; and how near to the border any part is
that does: it would end in a stump."""
_JAW = 0.3
"""From so far above the chin on, in face widths, what shows through a person is the neck."""
_OVERHANG = 0.1
"""How far below its point a chin may hang, in face widths: below it there is the body."""
_THROAT, _CLOSES, _BEHIND = 0.15, (0.30, 0.60), 0.3
"""Half the breadth of the throat that hair leaves bare, how far below the chin it closes, in face widths, and by how
much it lies behind the chin of a turned head, for each of its yaw."""
_ROOT, _REACHES, _SLOPES = 0.28, 0.98, (0.22, 0.80)
"""How far aside a shoulder begins and reaches, and how far below the chin it does, in face widths."""
_SHOWN, _SLIGHT = (0.35, 1.0), 0.72
"""Where, below the chin, a shoulder is looked for that reaches further aside than this, in face widths."""
_FALLS, _FROM, _ARM = 0.9, 0.16, 1.1
"""How far outward a shoulder goes on at least for each of its way down, from which height below the chin on, and how
far aside at most, in face widths: one that falls more steeply is a body cut off at its side."""
_LOWEST, _SCARCE, _PROFILE = 8, 40, 0.6
"""Of how many rows the lowest part of a bust is judged, in how many pixels at least; and the yaw from which a shoulder
hides the other one."""
_NOTHING = 9.0
"""How far within a neckline everything lies where no cloth is seen."""
_SLIT, _UNDER = 0.14, (0.6, -0.3, 0.3)
"""Background narrower than this is a slit; and how far beside the chin, from how far over it and down to where, in face
widths."""
_ASIDE, _BEHIND_CHIN, _BAY, _ROOMY = 0.2, 0.6, 0.21, 0.10
"""The yaw from which a throat is seen from its side; how far behind the chin it may lie, in face widths for each of the
head's yaw; background narrower than this is a bay under that chin; and the side of a square as large as one is at
least, in face widths: smaller ones are the corner of a neck.
"""
_CALM = 0.05
"""How far the labels of the bust are smoothed before, in face widths."""
_HEIGHTS = (-0.3, -0.1, 0.0, 0.1, 0.2, 0.3, 0.45, 0.6)
_CLOTHED = ((0.12, 0.16, 0.28, 0.52, 0.90, 1.15, 1.70, 9.0), (0.12, 0.16, 0.26, 0.42, 0.60, 0.80, 1.10, 1.60))
"""How far aside of the neck a man's clothes reach at most, and a woman's, at such heights below the chin, in face
widths: photographed hoods, collars and shoulders go up to the jaw, where they are lumps; painters leave the neck free.
"""
_BODY = ((0.36, 0.40, 0.50, 0.72, 0.95, 1.15, 1.70, 9.0), (0.30, 0.30, 0.36, 0.48, 0.62, 0.80, 1.10, 1.60))
"""The same of their skin, beyond which a body of most of 240 people does not reach in photographs."""
_BUST, _FAR = 0.22, 0.9
"""From how far below the chin on shoulders are seen, and how far aside, in face widths."""
_BARED, _DRESSED = 0.15, 0.25
"""Which share of that is skin at least where they are bare, and clothes at most, as a share of the skin."""
_BARE = -0.05
"""From which height on, below the chin, skin is the body's, and no ear, in face widths."""


def tailored(stack: Floats, oval: Plane, face: WarpedFace, worn: Attire = Attire.PLAIN) -> tuple[Floats, Cut | None]:
    """Planes whose bust is calm, and whose clothes have one clean neckline; and that."""
    chin = face.points[_CHIN][1] / 2
    bust = (np.arange(HALF)[:, None] > chin) & (oval < 0.5)
    seen = stack[CLOTHES]
    low = ease(np.arange(HALF, dtype=np.float32), chin, chin + 0.1 * face.u)[:, None]
    stack = stack + (_calm(stack, face) - stack) * low * (1 - oval)
    bare, cloth = stack[SKIN], stack[CLOTHES]
    cut = necklines.chosen(bare, cloth, bust, face, worn)
    within = np.full_like(bare, _NOTHING) if cut is None else necklines.opening(cut, face)
    if not worn.collared:
        within = np.minimum(within, -necklines.band(seen * bust * (within > 0), face))
    share = np.where(bust, np.clip(within + np.float32(0.5), 0, 1), bare / (bare + cloth + np.float32(1e-6)))
    stack[SKIN], stack[CLOTHES] = (bare + cloth) * share, (bare + cloth) * (1 - share)
    return np.asarray(stack, np.float32), cut


def _calm(stack: Floats, face: WarpedFace) -> Floats:
    """Planes with plain edges, but for those of hair, whose strands are finer."""
    broad = (BACKGROUND, SKIN, CLOTHES)
    small = [cv2.resize(stack[i], (HALF // 2, HALF // 2), interpolation=cv2.INTER_AREA) for i in broad]
    blurred = [doubled(blur(np.asarray(plane, np.float32), _CALM * face.u / 4)) for plane in small]
    share = (1 - stack[HAIR] - stack[WORN]) / (sum(blurred) + np.float32(1e-6))
    calm = stack.copy()
    for i, plane in zip(broad, blurred, strict=True):
        calm[i] = plane * share
    return calm


def throat(stack: Floats, oval: Plane, face: WarpedFace) -> Floats:
    """Planes whose hair leaves the throat bare: painters do not let it close under the chin."""
    x, y = necklines.beside(face)
    narrow = np.float32(_THROAT) * (1 - ease(y, *_CLOSES))
    bare = (stack[SKIN] * (np.abs(x) < _NEAR)).sum(1, keepdims=True) / np.float32(face.u / 2)
    within = np.clip((narrow - np.abs(x + np.float32(_BEHIND * face.yaw))) * np.float32(face.u / 2), 0, 1)
    within = within * (y > -_JAW) * (1 - oval) * (bare < 2 * _THROAT)
    out = stack.copy()
    out[SKIN] += stack[HAIR] * within
    out[HAIR] -= stack[HAIR] * within
    left = out[HAIR] > 0.5
    before = (np.abs(x + np.float32(_BEHIND * face.yaw)) < 2 * _THROAT) & (y > 0)
    if (left & before).any():
        count, pieces = cv2.connectedComponents(left.astype(np.uint8), connectivity=4)
        others = _holding(pieces, count, ~before)
        tufts = left & ~others[pieces]  # what it leaves below
        out[SKIN] += out[HAIR] * tufts
        out[HAIR] *= ~tufts
    return np.asarray(out, np.float32)


def sloping(stack: Floats, oval: Plane, face: WarpedFace, female: float) -> Floats:
    """Planes whose shoulders slope from a free neck as those of most men do, or (`female` 1) of most women."""
    x, y = necklines.beside(face)
    aside = np.abs(x - np.float32(necklines.axis(face)))
    beyond, ear = (
        np.clip((aside - _outermost(y[:, :1], female, reach)) * (face.u / 2) + 0.5, 0, 1) * (oval < 0.5)
        for reach in (_CLOTHED, _BODY)
    )
    ear = ear * (y > _BARE)
    left = (stack[SKIN] * (1 - ear) + stack[CLOTHES] * (1 - beyond) > 0.5).astype(np.uint8)
    count, pieces = cv2.connectedComponents(left, connectivity=4)
    cut_off = ~_holding(pieces, count, beyond < 0.5)[pieces]  # what was above is no ear
    out = stack.copy()
    for label, where in ((CLOTHES, beyond), (SKIN, np.where(cut_off, beyond, ear))):
        gone = stack[label] * where
        out[label] -= gone
        out[BACKGROUND] += gone
    return np.asarray(out, np.float32)


def _outermost(y: Plane, female: float, reach: tuple[tuple[float, ...], ...]) -> Plane:
    """How far aside somebody reaches at most, a man or (`female` 1) a woman, so far below the chin."""
    man, woman = (np.interp(y, _HEIGHTS, outermost) for outermost in reach)
    return np.asarray((1 - female) * man + female * woman, np.float32)


def stout(stack: Floats, oval: Plane, face: WarpedFace) -> NDArray[np.bool_]:
    """Where skin is too far aside for a slender neck that widens to the shoulders."""
    at = np.arange(HALF, dtype=np.float32) * 2 + 1
    x, y = ((at - np.float32(middle)) / np.float32(face.u) for middle in face.points[_CHIN])
    bare = (shown(stack) == SKIN) & (np.abs(x) < _NEAR)[None]
    rows = (np.abs(y) < _SHOULDERS) & bare.any(1)
    if not rows.any() or abs(face.yaw) > _SIDE:
        return np.zeros_like(bare)
    count, pieces = cv2.connectedComponents((bare & rows[:, None]).astype(np.uint8), connectivity=4)
    near = _holding(pieces, count, np.broadcast_to(np.abs(x) < _NECK, pieces.shape))
    near[0] = False
    bare &= near[pieces]  # not what else is bare beside it
    left, right = x[np.argmax(bare, 1)], x[HALF - 1 - np.argmax(bare[:, ::-1], 1)]
    broad = np.float32(_NECK) + np.float32(_SLOPE) * np.maximum(y + np.float32(_NAPE), -y).clip(0)
    aside = np.abs(x[None] - ((left + right) / 2)[:, None])
    off = (aside > broad[:, None]) & rows[:, None] & bare & (oval < 0.5)
    if abs(face.yaw) > _TURNED:  # beside hair it is the nape that is seen
        off &= blur(stack[HAIR], _NAPES * face.u / 2) < _HAIRY
    return np.asarray(off, bool)


def grounded(stack: Floats, face: WarpedFace) -> Floats:
    """Planes whose body goes on from the shoulders to the lower border of the picture: no bust has holes, or floats."""
    labels = shown(stack)
    rows = np.arange(HALF)[:, None]
    body = ((labels == SKIN) | (labels == CLOTHES)) & (rows > (face.points[_CHIN][1] + _OVERHANG * face.u) / 2)
    above = np.maximum.accumulate(np.where(body, rows, -1), 0)  # the nearest row of it
    ends = body.any(0) & (labels[-1] == BACKGROUND)
    near = above[-1] > HALF - _NEARLY * face.u / 2
    kept = np.where(ends, near | _broad(ends, labels[-1] != BACKGROUND, face), body.any(0))
    y, x = np.nonzero((above >= 0) & (labels == BACKGROUND) & kept)
    filled = stack.copy()
    filled[:, y, x] = stack[:, above[y, x], x]
    holes = _holes(labels == BACKGROUND) & (above < 0) & (rows > _jaw(face))
    filled[:, holes] = np.eye(len(stack), dtype=np.float32)[SKIN][:, None]
    if (labels == CLOTHES).any():  # what an arm encloses with the border, once the hand at its end is left out
        sleeves = _holes(labels == BACKGROUND, below=True) & ~holes & (rows > _jaw(face))
        count, pieces = cv2.connectedComponents(sleeves.astype(np.uint8), connectivity=8)
        by_cloth = cv2.dilate((labels == CLOTHES).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        clothed = _holding(pieces, count, by_cloth)[pieces]
        for label, where in ((CLOTHES, clothed), (SKIN, ~clothed)):
            filled[:, sleeves & where] = np.eye(len(stack), dtype=np.float32)[label][:, None]
    return filled


def closed(stack: Floats, face: WarpedFace) -> Floats:
    """Planes without slits of background between a chin, or hair beside it, and the body below."""
    labels = shown(stack)
    person = labels != BACKGROUND
    x, y = necklines.beside(face)
    under = (np.abs(x) < _UNDER[0] + abs(necklines.AXIS[0] * face.yaw)) & (y > _UNDER[1]) & (y < _UNDER[2])
    slits = _narrow(person, _SLIT, face) & under
    if abs(face.yaw) > _ASIDE:  # between its chin and the shoulder before that a turned head has a rounder bay
        before = under & (x * np.sign(face.yaw) > -_BEHIND_CHIN * abs(face.yaw))
        low = np.s_[max(0, int(np.argmax(before.any(1))) - round(_BAY * face.u / 2)) :]  # above it nothing is closed
        bay = _narrow((person & (labels != HAIR))[low], _BAY, face) & (~person & before)[low]
        slits[low] |= kept(bay, (_ROOMY * face.u / 2) ** 2)
    if not slits.any():
        return stack
    holes = _holes(~person)
    count, pieces = cv2.connectedComponents(holes.astype(np.uint8), connectivity=8)
    slits |= _holes(~(person | slits)) & ~holes  # what closing encloses
    slits |= holes & _holding(pieces, count, slits & holes)[pieces]  # and what it leaves of a hole
    near = np.stack([blur(stack[label], _SLIT * face.u / 4) for label in (SKIN, HAIR, CLOTHES)])
    out = stack.copy()
    out[:, slits] = np.eye(len(stack), dtype=np.float32)[:, np.array([SKIN, HAIR, CLOTHES])[near.argmax(0)[slits]]]
    return out


def _narrow(person: NDArray[np.bool_], breadth: float, face: WarpedFace) -> NDArray[np.bool_]:
    """Where it is narrower than that, in face widths, between parts of a person."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (1 + 2 * round(breadth * face.u / 4),) * 2)
    return np.asarray(cv2.morphologyEx(person.astype(np.uint8), cv2.MORPH_CLOSE, kernel) > person)


def shouldered(stack: Floats, face: WarpedFace) -> Floats:
    """Planes of a bust with two shoulders: one that is turned away, or that the parser lost, is added.

    It is clothed as most of the bust is, or bare. One that ends in a wall goes on outward as it is.
    """
    x, y = necklines.beside(face)
    x = x + np.float32(_BEHIND * face.yaw)  # the neck of a turned head is not below its chin
    labels = shown(stack)
    cloth, bare = ((labels[-_LOWEST:] == label).sum() for label in (CLOTHES, SKIN))
    if abs(face.yaw) > _PROFILE or cloth + bare < _SCARCE:
        return stack
    added_label = CLOTHES if cloth >= bare else SKIN
    out, low_down = stack.copy(), np.s_[int(np.searchsorted(y[:, 0], _FROM)) :]
    labels, x, y, part = labels[low_down], x[low_down], y[low_down], out[:, low_down]
    line = np.float32(_ROOT) + np.float32(_REACHES - _ROOT) * ease(y, *_SLOPES)
    line = np.minimum(line + np.float32(_FALLS) * np.maximum(y - np.float32(_SLOPES[1]), 0), np.float32(_ARM))
    low = (y > _SHOWN[0]) & (y < _SHOWN[1])
    for side in (-1, 1):
        beside = np.where((labels != BACKGROUND) & low, x * side, 0)
        lacks = bool(low.any()) and float(beside.max()) <= _SLIGHT
        outward = slice(None, None, side)
        beyond = np.maximum.accumulate((labels != BACKGROUND)[:, outward], 1)[:, outward]  # a gap would part it
        free = (labels == BACKGROUND) & beyond
        if lacks:
            added = free & (x * side < line) & (y > _SLOPES[0])
            part[:, added] = np.eye(len(stack), dtype=np.float32)[added_label][:, None]
        _go_on(part, labels, free, x * side, y, added_label if lacks else None)
    return out


def _go_on(
    out: Floats, labels: NDArray[np.generic], free: NDArray[np.bool_], x: Plane, y: Plane, added: int | None
) -> None:
    """Let the shoulder on the side to which `x` grows go on outward over what is `free`, in place.

    It is as it is, or as what was `added` to it.
    """
    aside = np.where((labels == CLOTHES) | (labels == SKIN), x, 0)
    edge = np.minimum(aside.max(1, keepdims=True, initial=0), _ARM)
    if not edge.any() or ((labels == HAIR) & (x > edge)).any():  # behind hair nobody knows where it ends
        return
    falling = np.float32(_FALLS) * y[:, :1]
    goes_on = np.maximum.accumulate(np.where(edge > 0, edge - falling, -_NOTHING), 0) + falling
    there = free & (x < np.minimum(goes_on, _ARM)) & (edge > 0)
    own = labels[np.arange(len(labels)), aside.argmax(1)]
    for label in (CLOTHES, SKIN):
        alike = own == label if added is None else np.full(len(own), added == label)
        more = out[BACKGROUND] * (there & alike[:, None])  # the edges of hair are kept
        out[label] += more
        out[BACKGROUND] -= more


def undressed(stack: Floats, face: WarpedFace, u: Plane, v: Plane) -> bool:
    """Whether next to nothing but skin is seen of the shoulders."""
    chin = float((face.points[_CHIN] - face.centre) @ face.down) / face.u
    low = (v > chin + _BUST) & (np.abs(u) < _FAR)
    if not low.any():
        return False
    skin, clothes = float(stack[SKIN][low].mean()), float(stack[CLOTHES][low].mean())
    return skin > _BARED and clothes < _DRESSED * skin


def bared(stack: Floats) -> Floats:
    """Planes of bare shoulders whose scraps of clothes, which nobody knows for such, are bare as well."""
    out = stack.copy()
    out[SKIN] += out[CLOTHES]
    out[CLOTHES] = 0
    return out


def _jaw(face: WarpedFace) -> float:
    """The row of the half-size picture from which on the person has no gaps."""
    return float((face.points[_CHIN] - face.down * (_JAW * face.u))[1]) / 2


def _holes(ground: NDArray[np.bool_], below: bool = False) -> NDArray[np.bool_]:
    """Background that the person encloses, or encloses with the picture's lower border (`below`)."""
    count, pieces = cv2.connectedComponents(ground.astype(np.uint8), connectivity=8)
    closed = np.ones(count, bool)
    for border in (pieces[0], pieces[:, 0], pieces[:, -1], *([] if below else [pieces[-1]])):
        closed[border] = False
    return np.asarray(ground & closed[pieces], bool)


def _holding(pieces: NDArray[np.generic], count: int, where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of so many pieces hold any of a place."""
    return np.bincount(np.asarray(pieces[where], np.intp), minlength=count) > 0


def _broad(columns: NDArray[np.bool_], body: NDArray[np.bool_], face: WarpedFace) -> NDArray[np.bool_]:
    """Runs of columns that are broad, or gaps in a body: a narrow one at its side would be a peg."""
    count, runs = cv2.connectedComponents(columns.astype(np.uint8)[None], connectivity=4)
    out = np.zeros_like(columns)
    for run in range(1, count):
        at = np.flatnonzero(runs[0] == run)
        before, after = at[0] - 1, at[-1] + 1
        gap = before >= 0 and after < len(body) and bool(body[before] and body[after])
        out[at] = gap or len(at) > _PEG * face.u / 2
    return out
