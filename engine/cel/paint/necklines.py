"""The neckline as a tailor cuts it: of the cuts that garments have, the one that what the photo shows comes nearest to.

Parsers tear it: hands, chains, beards and shadows lie on it. One curve of few parameters is always a neckline.
"""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import HALF
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.attire import Attire, Cut

_CHIN = 152
_DEPTHS = (0.06, 0.14, 0.22, 0.32, 0.45, 0.62, 0.85)
_WIDTHS = (0.28, 0.38, 0.52, 0.72, 1.0)
_ASIDE = (-0.30, -0.20, -0.10, 0.0, 0.10, 0.20, 0.30)
"""How deep a neckline goes below the chin, how far it is open to either side, and where its middle lies beside the
chin, in face widths."""
_POINTED, _ROUND = 0.0, 1.0
_STRAPS, SLEEVES = 0.60, 9.0
"""How far aside a sleeveless garment reaches, and one with sleeves, in face widths."""
_WHOLE = 9.0
"""A depth, or a width, beyond every picture."""
_STRIDE = 6
"""The cuts are compared at every sixth pixel of the half-size picture."""
_BROAD = 0.8
"""How far aside what is seen counts, in face widths: the neck says more of a neckline than the arms."""
_RARE, _ODD, _LEAN = 0.04, 0.02, 0.03
"""How much better, as a share of all that is seen, a cut must fit that shows the shoulders; one that is pointed though
shallow, or round though deep and narrow; and for every face width that its middle lies beside the chin."""
_SHALLOW, _NARROW = 0.4, 0.6
"""A depth and a width, in face widths, below which a neckline is shallow, and narrow."""
_FRONT, _MIDDLE = 0.2, 0.15
"""The yaw of who is seen from the front, and how far aside the middle of a ribbed collar lies then at most."""
_BROADER, _WORSE = 0.10, 0.10
"""How much broader to either side than the neck a ribbed collar is at most, in face widths; and how much worse, as a
share of what is seen, one may fit that lies about the neck."""
_UPWARD = 0.25
"""How far its edge goes on upward beside the neck, in face widths."""
_AROUND, _EVEN, _COLLAR, _FINE = 0.3, 0.9, 0.4, 0.05
"""How long a band about the neck is seen at least, in face widths; which share of it lies within an even breadth; and
its greatest and least breadth."""

AXIS = (-0.9, -0.18)
"""How far aside of the chin a neck is, in face widths, for each of the head's yaw, and for the sine of how far it leans
(regression over 101 people)."""

type _Cuts = NDArray[np.float32]
"""Rows of depth, width, roundness, how far its middle lies aside, and reach, in face widths."""
_WORN = np.array(
    [
        *product(_DEPTHS, _WIDTHS, (_POINTED, _ROUND), _ASIDE, (SLEEVES,)),
        *product(_DEPTHS, _WIDTHS, (_ROUND,), (0.0,), (_STRAPS,)),
        *product((*_DEPTHS, _WHOLE), (_WHOLE,), (_ROUND,), (0.0,), (SLEEVES,)),
    ],
    np.float32,
)

_TIED = np.array([*product((0.14, 0.20, 0.26), (0.28, 0.34), (_POINTED,), _ASIDE, (SLEEVES,))], np.float32)
_COLLARED = np.array(
    [*product((0.20, 0.26, 0.34, 0.45), (0.28, 0.34, 0.40), (_POINTED,), _ASIDE, (SLEEVES,))], np.float32
)
_CREW = np.array(
    [*product((0.12, 0.17, 0.22, 0.29, 0.36, 0.43), (0.32, 0.37, 0.43), (_ROUND,), _ASIDE, (SLEEVES,))], np.float32
)
_UNDER = np.array([*product((0.17, 0.22), (0.34,), (_ROUND,), _ASIDE, (SLEEVES,))], np.float32)
_VEE = np.array([*product((0.38, 0.48, 0.60), (0.33, 0.40, 0.50), (_POINTED,), _ASIDE, (SLEEVES,))], np.float32)
_CUTS = {
    Attire.ROUND: _CREW, Attire.POINTED: _VEE,
    Attire.OPEN: _UNDER, Attire.FORMAL: _TIED, Attire.TIE: _TIED, Attire.SUIT: _COLLARED, Attire.SHIRT: _COLLARED,
}  # fmt: skip
"""The cuts of what has a known form."""


def chosen(
    bare: Plane, cloth: Plane, bust: NDArray[np.bool_], face: WarpedFace, worn: Attire = Attire.PLAIN
) -> Cut | None:
    """The neckline of what is `worn`; None where none is seen.

    `bare` and `cloth` (0..1, at half size) are what is seen, `bust` is where that counts.
    """
    seen = _seen(bare, cloth, bust, face)
    if seen is None:
        return None
    cuts = _CUTS.get(worn, _WORN)
    if worn.ribbed and abs(face.yaw) < _FRONT:
        cuts = cuts[np.abs(cuts[:, 3]) < _MIDDLE]
    return _best(cuts, *seen)


def centred(
    cut: Cut,
    middle: float,
    half: float,
    bare: Plane,
    cloth: Plane,
    bust: NDArray[np.bool_],
    face: WarpedFace,
) -> Cut:
    """The round neckline whose middle lies below that of the neck, of which it is hardly broader.

    That neck's middle lies so far to the right of the chin, and it is `half` as broad to either side. The `cut` as it
    is where none such fits nearly as well.
    """
    seen = _seen(bare, cloth, bust, face)
    if seen is None:
        return cut
    cuts = _CREW[_CREW[:, 3] == 0]
    cuts[:, 3] = middle
    best = _best(cuts, *seen)
    before, after = _wrong(np.stack([cut, best]), *seen)
    best[1] = min(float(best[1]), half + _BROADER)
    return best if after < before + _WORSE else cut


def opening(cut: Cut, face: WarpedFace) -> Plane:
    """How far within a neckline each pixel lies, in half-size pixels; negative on cloth."""
    return np.asarray(_within(cut[None], *beside(face))[0] * (face.u / 2), np.float32)


def rim(cut: Cut, off: float) -> NDArray[np.float64]:
    """The neckline's edge, or a line `off` outside it: (n, 2) to the right of the chin and below it, in face widths."""
    line = edge(cut, off, np.sin(np.linspace(-np.pi / 2, np.pi / 2, 41)))
    return np.vstack([line[0] - (0, _UPWARD), line, line[-1] - (0, _UPWARD)])


def edge(cut: Cut, off: float, t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places on that, (n, 2), so far `t` (n,) from its middle to its left end, -1, or its right one, 1."""
    depth, width, roundness, aside, _ = (float(part) for part in cut)
    arch = roundness * np.sqrt(1 - t * t) + (1 - roundness) * (1 - np.abs(t))
    return np.stack([aside + (width + off) * t, (depth + off) * arch], 1)


def band(cloth: Plane, face: WarpedFace) -> Plane:
    """How far within a band about the neck each pixel lies, in half-size pixels; `cloth` is what is seen of one.

    A choker, a necklace, a high collar over bare shoulders: it is made as even as they are. Other cloth is none.
    """
    on, unit = cloth > 0.5, face.u / 2
    nothing = np.full_like(cloth, -_WHOLE)
    if not on.any():
        return nothing
    y, x = np.nonzero(on)
    long = float(np.ptp(np.percentile(x, [3, 97])))
    if long < _AROUND * unit:
        return nothing
    slope, height = np.polyfit(x, y, 1)
    broad = len(x) / max(long, 1.0) * float(np.cos(np.arctan(slope)))
    off = np.abs((y - height - slope * x) * np.cos(np.arctan(slope)))
    if float((off < broad).mean()) < _EVEN or broad > _COLLAR * unit:
        return nothing
    rows, columns = (plane.astype(np.float32) for plane in np.mgrid[0:HALF, 0:HALF])
    away = np.abs((rows - np.float32(height) - np.float32(slope) * columns) * np.float32(np.cos(np.arctan(slope))))
    return np.asarray(np.float32(max(broad, _FINE * unit) / 2) - away, np.float32)


def axis(face: WarpedFace) -> float:
    """How far to the right of the chin a neck is, in face widths."""
    return AXIS[0] * face.yaw + AXIS[1] * float(face.right[1])


def beside(face: WarpedFace) -> tuple[Plane, Plane]:
    """How far to the right of the chin and below it each pixel of the half-size picture lies, in face widths."""
    at = np.arange(HALF, dtype=np.float32) * 2 + 1
    chin = face.points[_CHIN]
    x, y = ((at - np.float32(middle)) / np.float32(face.u) for middle in chin)
    return np.broadcast_to(x[None], (HALF, HALF)), np.broadcast_to(y[:, None], (HALF, HALF))


def _seen(bare: Plane, cloth: Plane, bust: NDArray[np.bool_], face: WarpedFace) -> tuple[Plane, Plane, Plane] | None:
    """Where a body is seen, to the right of the chin and below it, and which share of it is bare; None for nowhere."""
    x, y = beside(face)
    sparse = np.s_[_STRIDE // 2 :: _STRIDE, _STRIDE // 2 :: _STRIDE]
    here = (bust & (bare + cloth > 0.5))[sparse]
    if not here.any():
        return None
    return x[sparse][here], y[sparse][here], (bare / (bare + cloth + 1e-6))[sparse][here]


def _best(cuts: _Cuts, x: Plane, y: Plane, share: Plane) -> Cut:
    """The cut that comes nearest to a share of skin seen at places (n,)."""
    wrong = _wrong(cuts, x, y, share)
    shallow = cuts[:, 0] < _SHALLOW
    rare = (cuts[:, 4] < SLEEVES) | (cuts[:, 1] >= _WHOLE)
    odd = np.where(shallow, cuts[:, 2] == _POINTED, (cuts[:, 2] == _ROUND) & (cuts[:, 1] < _NARROW))
    return np.asarray(cuts[int(np.argmin(wrong + _RARE * rare + _ODD * odd + _LEAN * np.abs(cuts[:, 3])))], np.float32)


def _wrong(cuts: _Cuts, x: Plane, y: Plane, share: Plane) -> NDArray[np.float32]:
    """How far each cut is from a share of skin seen at places (n,), 0..1."""
    weight = np.exp(-((x / np.float32(_BROAD)) ** 2))
    return np.asarray(np.abs((_within(cuts, x, y) > 0) - share) @ weight / weight.sum(), np.float32)


def _within(cuts: _Cuts, x: Plane, y: Plane) -> NDArray[np.float32]:
    """How far within each neckline places (...) lie, in face widths, (n, ...)."""
    depth, width, roundness, aside, reach = (part.reshape(-1, *[1] * x.ndim) for part in cuts.T)
    off = np.abs(x - aside)
    across = off / width
    arch = np.sqrt(np.maximum(1 - across * across, 0)) - np.maximum(across - 1, 0)
    below = depth * (roundness * arch + (1 - roundness) * (1 - across)) - y
    return np.asarray(np.maximum(below, off - reach), np.float32)
