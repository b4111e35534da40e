"""What is seen of somebody's eyes: openness, the lids' shape, gaze, folds and make-up."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.cel.features.chart import Chart, beside
from engine.cel.geometry import Points, ease
from engine.cel.look import WarpedEye, WarpedFace

SHUT = 0.20
"""Openness (greatest lid distance over the eye's width) below which an eye counts as shut: laughing, asleep, winking.
Narrow open eyes were never seen under 0.21."""
SAMPLES = 33
COMMON_SLANT, COMMON_ABOVE = 0.085, 0.78
"""`Eye.slant` and `Eye.above` of the common woman's eye (medians of seventy faces)."""
ACROSS = -0.5 * np.cos(np.linspace(0, np.pi, SAMPLES))
"""Places along the eye from its inner (-0.5) to its outer (0.5) corner, dense at both ends where lids are steep."""


@dataclass(frozen=True, slots=True)
class Eye:
    """One eye as it was seen, in its own coordinates: x from the inner to the outer corner, y down, unit its width."""

    inner: Points
    """(1, 2): the inner corner in the picture."""
    outer: Points
    openness: float
    """Greatest distance of the lids."""
    upper: NDArray[np.float64]
    """The upper lid's height over the line of the corners at `ACROSS`, as a share of its greatest."""
    lower: NDArray[np.float64]
    """The same of the lower lid, downwards."""
    rise: float
    """The upper lid's share of the openness."""
    gaze: NDArray[np.float64]
    """The iris's centre from the eye's middle: x to the picture's right, y down, in eye widths."""
    arch: float
    """How far a shut eye's line arches up (positive: laughing) or hangs down."""
    fold: float
    """0..1: how plainly a fold is seen above the eye; none above a monolid."""
    shadow: NDArray[np.float32]
    """CIELAB that make-up on the lid adds to the skin; zeros on a bare lid."""
    seen: float
    """Its width as a share of the wider eye's: 1 unless the head is turned."""
    slant: float = COMMON_SLANT
    """How much higher the outer corner lies than the inner one, as a share of the width."""
    above: float = COMMON_ABOVE
    """How far over the iris's centre the upper lid lies, in its radii."""

    @property
    def shut(self) -> bool:
        """True if no iris is to be seen."""
        return self.openness < SHUT


def read(chart: Chart, face: WarpedFace) -> tuple[Eye | None, Eye | None]:
    """Both eyes; near a front view their openness, shape and gaze are brought together, as they look as one pair."""
    widths = [0.0 if eye is None else float(np.linalg.norm(eye.upper[0] - eye.upper[-1])) for eye in face.eyes]
    widest = max(*widths, 1e-6)
    shades = [_shadow(chart, eye) for eye in face.eyes if eye is not None]
    shadow = np.mean(shades, 0) if shades else np.zeros(3)
    fold = max((_fold(chart, eye) for eye in face.eyes if eye is not None), default=0.0)
    left, right = (
        None if eye is None else _measure(eye, face, w / widest, fold, shadow.astype(np.float32))
        for eye, w in zip(face.eyes, widths, strict=True)
    )
    if left is None or right is None:
        return left, right
    winking = min(left.openness, right.openness) < 0.16 and max(left.openness, right.openness) > 0.27
    even = 1 - ease(abs(left.seen - right.seen), 0.1, 0.45)
    return _pair(left, right, even, winking), _pair(right, left, even, winking)


def _fold(chart: Chart, eye: WarpedEye) -> float:
    """How plainly a dark crease runs above the lid, 0..1: often too fine to be seen, so little hangs on it."""
    lid = chart.to(eye.upper)
    width = float(np.linalg.norm(lid[0] - lid[-1]))
    at = np.linspace(0.25, 0.8, 15) * (len(lid) - 1)
    columns = np.stack([np.interp(at, np.arange(len(lid)), lid[:, k]) for k in (0, 1)], 1)
    rise = np.arange(1.0, max(6.0, 0.34 * width), 0.5)
    grid = columns[:, None] - np.stack([np.zeros_like(rise), rise], 1)
    light = chart.sample(grid)[..., 0]
    best = np.zeros_like(light)
    for reach in (4, 6, 9):
        best = np.maximum(best, np.minimum(*beside(light, reach)) - light)
    crease = float(best[:, rise > 0.05 * width].mean(0).max()) * 65 / max(30.0, float(chart.skin[0]))
    return ease(crease, 0.2, 1.6)


def _shadow(chart: Chart, eye: WarpedEye) -> NDArray[np.float32]:
    """What lies on the lid beyond the shade that every lid has: the colour of eyeshadow."""
    lid = chart.to(eye.upper)
    width = float(np.linalg.norm(lid[0] - lid[-1]))
    rise = np.linspace(0.13, 0.24, 4) * width
    grid = lid[2:-1, None] - np.stack([np.zeros_like(rise), rise], 1)
    extra = np.median(chart.sample(grid).reshape(-1, 3), 0) - chart.skin
    extra[0] = min(0.0, extra[0] + 0.34 * float(chart.skin[0]))
    worn = ease(float(np.hypot(extra[1], extra[2])), 9, 18) + ease(-float(extra[0]), 4, 18)
    return np.asarray(extra * min(1.0, worn), np.float32)


def _measure(eye: WarpedEye, face: WarpedFace, seen: float, fold: float, shadow: NDArray[np.float32]) -> Eye:
    outer, inner = (eye.upper[0] + eye.lower[0]) / 2, (eye.upper[-1] + eye.lower[-1]) / 2
    width = max(float(np.linalg.norm(outer - inner)), 1e-6)
    along = (outer - inner) / width
    down = np.array([-along[1], along[0]])
    down = down * (1.0 if down @ face.down >= 0 else -1.0)
    middle = (outer + inner) / 2

    def profile(lid: Points, sign: float) -> NDArray[np.float64]:
        local = (lid - middle) / width
        x, y = local @ along, local @ down * sign
        order = np.argsort(x)
        return np.asarray(np.interp(ACROSS, x[order], y[order]), np.float64)

    high, low = profile(eye.upper, -1.0), profile(eye.lower, 1.0)
    openness = max(0.0, float((high + low).max()))
    top = max(float(high.max()), 1e-3)
    gaze = (eye.iris[0] - middle) / width
    lids_middle = ((high - low) / 2)[SAMPLES // 3 : -SAMPLES // 3].mean()
    radius = float(np.linalg.norm(eye.iris[1:] - eye.iris[0], axis=1).mean()) / width
    lid = float(np.interp(gaze @ along, ACROSS, high))
    return Eye(
        inner=inner[None],
        outer=outer[None],
        openness=openness,
        upper=np.clip(high / top, 0, 1),
        lower=np.clip(low / max(float(low.max()), 1e-3), 0, 1),
        rise=float(np.clip(top / max(openness, 1e-3), 0.35, 0.85)),
        gaze=np.array([np.clip(gaze @ face.right, -0.3, 0.3), np.clip(gaze @ down, -0.2, 0.2)]),
        arch=float(lids_middle),
        fold=fold,
        shadow=shadow,
        seen=seen,
        slant=float(along @ -face.down),
        above=float(np.clip((lid + gaze @ down) / max(radius, 1e-6), 0.3, 1.5)),
    )


def _pair(one: Eye, other: Eye, even: float, winking: bool) -> Eye:
    """`one` drawn towards `other`; the better seen eye of a turned head leads."""
    lead = 0.5 * even if one.seen >= other.seen else 0.5 * even + 0.75 * (1 - even)
    slant, above = (one.slant + other.slant) / 2, (one.above + other.above) / 2
    if winking:
        return replace(one, gaze=one.gaze * (1 - lead) + other.gaze * lead)
    level = lead if min(one.openness, other.openness) < SHUT else 0.7 * lead  # mild asymmetry is part of a face
    # as it narrows, the lids of a far eye seem the further apart
    height = level if one.seen >= other.seen else max(level, 1 - even)
    return replace(
        one,
        openness=one.openness * (1 - height) + other.openness * height,
        upper=one.upper * (1 - level) + other.upper * level,
        lower=one.lower * (1 - level) + other.lower * level,
        rise=one.rise * (1 - level) + other.rise * level,
        gaze=one.gaze * (1 - lead) + other.gaze * lead,
        arch=one.arch * (1 - lead) + other.arch * lead,
        slant=slant,
        above=above,
    )
