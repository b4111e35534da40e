"""Glasses and sunglasses: found by the rims round both eyes and the bridge between them, in their own shape.

The lens is looked for in polar coordinates round each eye: rims are thin ridges, darker or lighter than what lies on
either side, that close round it; a sunglass is dark throughout with a sharp step at its edge. The best closed path is
found by dynamic programming, so a rim need not be seen all the way round.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.features.chart import UNIT, Chart, beside
from engine.cel.geometry import Points, ease, percentile
from engine.cel.look import WarpedEye, WarpedFace
from engine.cel.traits import Traits

_TURNS = 72
_ANGLE = np.linspace(0, 2 * np.pi, _TURNS, endpoint=False)
_RADII = np.linspace(0.36, 1.50, 66)
_HALF = np.array([0.235, 0.185]) * UNIT
"""Half axes of a common lens: radius 1 of the search."""
_LOWER = np.sin(_ANGLE) > 0.25
_HARMONICS = 7

_FULLNESS = ([0.72, 0.79, 0.84, 0.88, 0.93], [1.9, 2.4, 3.2, 4.5, 6.0])
"""Mean height of a half lens as a share of its greatest, over nine tenths of its width -> the superellipse's power."""
_ROUNDER = ([0.86, 0.96], [1.0, 0.78])
"""Height of a lens as a share of its breadth -> a factor of that: lenses as high as broad are round ones."""
RIM_SCORE, RIM_LEAST = 7.35, 4.2
"""Rims' strength below the eyes + 0.45 x the bridge's, above which there are glasses; and the rims' own least. Measured
on a hundred bare faces: up to 7.2 and 4.0 (creases across the nose alone are no rims); frames mostly lie above 10."""
TINT_LEAST = 25.0
"""How much darker than the skin tinted lenses are at least: eyes and their shadows are as dark in a dark face."""
TINT_STEP, TINT_DARK = 0.40, 0.66
"""Sunglasses: their edge's step and their lightness, as shares of the skin's lightness. Bare faces: < 0.34, > 0.72;
through clear glasses: > 0.69."""
_BARE, _WORN, _DIM = -0.3, 0.05, -0.1
"""Traits below which there are no glasses, above which there are, and above which they may be tinted."""
_TINTED = (0.72, 10.0)
"""The same of how dark lenses are, and how much darker than the skin, where they look tinted at a glance."""
_CERTAIN, _DARKEST = 0.3, 0.6
"""Traits above which lenses are tinted, however light they look: mirrors; and how light these are drawn at
most, as a share of the skin."""
_FRAME, _FRAME_THICK = np.array([18, 1, 1], np.float32), 0.016
"""Colour and thickness of a common frame."""
_PLAIN = 11.0
"""How far rims of plastic stand off the skin at least: fainter ones are wires, or too faint to be measured."""
_BOLD = 1.2
"""How much thicker frames are drawn than they are: they are what is known of a face from afar."""


@dataclass(frozen=True, slots=True)
class Glasses:
    """What somebody wears before the eyes."""

    lenses: tuple[Points | None, Points | None]
    """Closed rims in the picture."""
    colour: NDArray[np.float32]
    """CIELAB of the frame."""
    thick: float
    """Thickness of the rim as a share of the face's width."""
    bridge: float
    """Height of the bridge over the lenses' middle as a share of the face's width."""
    tint: NDArray[np.float32] | None
    """CIELAB of the lenses of sunglasses."""


@dataclass(frozen=True, slots=True)
class _Lens:
    centre: NDArray[np.float64]
    axes: NDArray[np.float64]
    light: NDArray[np.float32]
    ridges: NDArray[np.float32]
    path: NDArray[np.intp]

    @property
    def strength(self) -> NDArray[np.float32]:
        """The rim's strength at every angle of the path."""
        return self.ridges[np.arange(_TURNS), self.path]

    def ring(self, radii: NDArray[np.float64]) -> Points:
        return np.asarray(
            self.centre + np.stack([np.cos(_ANGLE), np.sin(_ANGLE)], 1) * self.axes * radii[:, None], np.float64
        )


def read(chart: Chart, face: WarpedFace, traits: Traits | None = None) -> Glasses | None:
    """The glasses somebody wears, or None.

    Where `traits` tell at a glance that there are none, what looks like rims is something else; where they tell that
    there are, but no rims are found, common ones are drawn.
    """
    if traits is not None and traits.glasses < _BARE:
        return None
    widths = [0.0 if e is None else float(np.linalg.norm(e.upper[0] - e.upper[-1])) for e in face.eyes]
    light = np.asarray(cv2.GaussianBlur(np.ascontiguousarray(chart.lab[..., 0]), (0, 0), 0.7), np.float32)
    lenses = [
        None if eye is None else _look(chart, light, eye, side, float(np.clip(w / max(widths), 0.4, 1)))
        for side, (eye, w) in enumerate(zip(face.eyes, widths, strict=True))
    ]
    if all(lens is None for lens in lenses):
        return None
    plain = traits is None or traits.tinted < _DIM
    found = _traced(chart, face, light, lenses, *((TINT_DARK, TINT_LEAST) if plain else _TINTED))
    if found is None and traits is not None and traits.glasses > _WORN:
        found = _common(chart, lenses)
    if found is None or found.tint is not None or traits is None or traits.tinted < _CERTAIN:
        return found
    tint = _inside(chart, found.lenses)
    return replace(found, tint=tint * np.float32(min(1.0, _DARKEST * float(chart.skin[0]) / max(float(tint[0]), 1.0))))


def _traced(
    chart: Chart, face: WarpedFace, light: NDArray[np.float32], lenses: list[_Lens | None], dim: float, darker: float
) -> Glasses | None:
    """The glasses whose rims, or dark lenses, are found.

    They are tinted if they are darker than the share `dim` of the skin, and by so much `darker` than it.
    """
    seen = [lens for lens in lenses if lens is not None]
    if (dark := _sunglasses(chart, lenses)) is not None:
        return dark
    bridge, height = _bridge(chart, light)
    best = float(np.mean([np.minimum(lens.ridges[_LOWER].max(1), 12).mean() for lens in seen]))
    if best + 0.45 * bridge < RIM_SCORE:  # no path can gather more than every row's best: most faces end here
        return None
    paths = iter(_round([lens.ridges for lens in seen]))
    lenses = [None if lens is None else replace(lens, path=next(paths)) for lens in lenses]
    seen = [lens for lens in lenses if lens is not None]
    rims = float(np.mean([np.minimum(lens.strength[_LOWER], 12).mean() for lens in seen]))
    span = float(np.mean([(lens.strength[_LOWER] > 3.5).mean() for lens in seen]))
    needed = RIM_SCORE + ease(abs(face.yaw), 0.16, 0.26)  # in profile hair and brows look like rims
    if rims + 0.45 * bridge < needed or rims < RIM_LEAST or span < 0.4:
        return None
    radii = _agree(lenses, [None if lens is None else _RADII[lens.path] for lens in lenses], face)
    rings = _rings(chart, lenses, radii)
    through, bare = _inside(chart, rings), float(chart.skin[0])
    return Glasses(
        lenses=rings,
        colour=np.median(np.concatenate([_rim_colour(chart, lens) for lens in seen]), 0).astype(np.float32),
        thick=float(np.clip(_BOLD * np.median([_thickness(lens) for lens in seen]) / UNIT, 0.008, 0.05)),
        bridge=float(np.clip((seen[0].centre[1] - height) / UNIT, -0.02, 0.12)),
        tint=through if _dark(chart, seen) < dim and through[0] < bare - darker else None,
    )


def _common(chart: Chart, lenses: list[_Lens | None]) -> Glasses:
    """Glasses as most are."""
    seen = [lens for lens in lenses if lens is not None]
    rings = _rings(chart, lenses, [None if lens is None else np.ones(_TURNS) for lens in lenses])
    dark = _inside(chart, rings) if _dark(chart, seen) < TINT_DARK else None
    return Glasses(rings, _FRAME, _FRAME_THICK, 0.03, dark)


def _look(chart: Chart, light: NDArray[np.float32], eye: WarpedEye, side: int, seen: float) -> _Lens:
    corners = chart.to(np.vstack([eye.upper[[0, -1]], eye.lower[[0, -1]]])).mean(0)
    centre = corners + np.array([(-0.02, 0.02)[side] * seen, 0.03]) * UNIT
    axes = _HALF * (seen, 1.0)
    spokes = np.stack([np.cos(_ANGLE), np.sin(_ANGLE)], 1)[:, None] * axes * _RADII[None, :, None]
    profile = chart.sample(centre + spokes, light)
    return _Lens(centre, axes, profile, _ridges(profile, float(chart.skin[0])), np.zeros(_TURNS, np.intp))


def _ridges(profile: NDArray[np.float32], skin: float) -> NDArray[np.float32]:
    """How far each place along the rows stands off both of its sides; light ridges count half."""
    best = np.zeros_like(profile)
    for reach in (2, 3, 5):
        before, after = beside(profile, reach)
        np.maximum(best, np.minimum(before, after) - profile, out=best)
        np.maximum(best, 0.55 * (profile - np.maximum(before, after)), out=best)
    broad = np.minimum(*beside(profile, 7)) - profile  # so broad a ridge is a rim only if it is plain
    np.maximum(best, np.where(broad > 14, broad, 0), out=best)
    return np.asarray(np.clip(best * np.float32(65 / max(30.0, skin)), 0, 22), np.float32)


def _round(gains: list[NDArray[np.float32]], jump: int = 2, toll: float = 0.5) -> list[NDArray[np.intp]]:
    """For each picture of gains (turns, radii), the closed path round its rows that gathers most.

    A path moves at most `jump` columns a row and pays `toll` for each.
    """
    rows, columns = gains[0].shape
    lead = rows // 4
    order = np.arange(-lead, rows + lead) % rows  # half a round more, so that the ends forget themselves
    gain = np.stack(gains)[:, order]
    steps = np.arange(-jump, jump + 1)
    tolls = (toll * np.abs(steps))[:, None].astype(np.float32)
    place = np.arange(columns)
    reach = place[None] + jump + steps[:, None]
    padded = np.full((len(gains), columns + 2 * jump), -1e9, np.float32)
    came = np.zeros((len(order), len(gains), columns), np.intp)
    total = gain[:, 0]
    for row in range(1, len(order)):
        padded[:, jump:-jump] = total
        choices = padded[:, reach] - tolls
        best = choices.argmax(1)
        came[row] = place + best - jump
        total = choices.max(1) + gain[:, row]
    paths = []
    for which in range(len(gains)):
        path = np.empty(len(order), np.intp)
        path[-1] = int(total[which].argmax())
        for row in range(len(order) - 1, 0, -1):
            path[row - 1] = came[row, which, path[row]]
        paths.append(path[lead : lead + rows])
    return paths


def _bridge(chart: Chart, light: NDArray[np.float32]) -> tuple[float, float]:
    """Strength of the strongest line across the nose's bridge, at most 8, and its height in the chart."""
    middle = chart.mesh[[6, 168]].mean(0)
    across = np.arange(-0.035 * UNIT, 0.036 * UNIT)
    down = np.arange(-0.10 * UNIT, 0.20 * UNIT)
    grid = np.stack(np.meshgrid(middle[0] + across, chart.mesh[168][1] + down), -1).transpose(1, 0, 2)
    ridges = _ridges(chart.sample(grid, light), float(chart.skin[0]))
    total = ridges[0]
    for row in ridges[1:]:
        total = cv2.dilate(total[None], np.ones((1, 3)))[0] + row
    best = int(total.argmax())
    return min(8.0, float(total[best]) / len(ridges)), float(chart.mesh[168][1] + down[best])


def _dark(chart: Chart, lenses: list[_Lens]) -> float:
    """Lightness of what lies round the lower half of the eyes, as a share of the skin's."""
    below = np.sin(_ANGLE) > 0.2
    return float(np.mean([percentile(lens.light[below][:, :40], 60) for lens in lenses])) / float(chart.skin[0])


def _sunglasses(chart: Chart, lenses: list[_Lens | None]) -> Glasses | None:
    skin = float(chart.skin[0])
    seen = [lens for lens in lenses if lens is not None]
    if _dark(chart, seen) > TINT_DARK or max(_dark(chart, [lens]) for lens in seen) > TINT_DARK + 0.08:
        return None
    steps = []
    for lens in lenses:
        if lens is not None:
            inner, outer = beside(lens.light, 3)
            steps.append(np.clip(outer - inner, 0, 40))
    paths = _round(steps)
    sharp = [
        float(step[np.arange(_TURNS), path][_LOWER].mean()) / skin for step, path in zip(steps, paths, strict=True)
    ]
    if np.mean(sharp) < TINT_STEP:
        return None
    edges = iter(paths)
    radii = [None if lens is None else _fit(_RADII[next(edges)], np.where(_LOWER, 1.0, 0.35)) for lens in lenses]
    rings = _rings(chart, lenses, radii)
    return Glasses(rings, np.array([10, 0, 0], np.float32), 0.014, 0.045, _inside(chart, rings))


def _fit(radii: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """A smooth closed outline (few harmonics) that follows `radii` where they are sure."""
    k = np.arange(1, _HARMONICS + 1)
    basis = np.hstack([np.ones((_TURNS, 1)), np.cos(_ANGLE[:, None] * k), np.sin(_ANGLE[:, None] * k)])
    prior = np.diag(np.concatenate([[1e-3], 0.02 * k**2, 0.02 * k**2]))
    w = weight[:, None]
    return np.asarray(basis @ np.linalg.solve(basis.T @ (w * basis) + prior, basis.T @ (weight * radii)), np.float64)


def _agree(
    lenses: list[_Lens | None], radii: list[NDArray[np.float64] | None], face: WarpedFace
) -> list[NDArray[np.float64] | None]:
    """Both lenses are one shape mirrored: what one rim hides the other shows."""
    fitted: list[NDArray[np.float64] | None] = []
    mirror = (_TURNS // 2 - np.arange(_TURNS)) % _TURNS
    sure = [None if lens is None else np.clip(lens.strength / 6, 0.02, 1).astype(np.float64) for lens in lenses]
    together = 1 - ease(abs(face.yaw), 0.06, 0.2)
    for one, other in ((0, 1), (1, 0)):
        own, weight = radii[one], sure[one]
        if own is None or weight is None:
            fitted.append(None)
            continue
        theirs, trust = radii[other], sure[other]
        if theirs is not None and trust is not None:
            w = trust[mirror] * 0.9 * together
            own, weight = (own * weight + theirs[mirror] * w) / (weight + w), np.maximum(weight, w)
        fitted.append(_fit(own, weight))
    return fitted


def _rings(
    chart: Chart, lenses: list[_Lens | None], radii: list[NDArray[np.float64] | None]
) -> tuple[Points | None, Points | None]:
    """The rims in the picture, each on its own side of the nose."""
    nose = float(chart.mesh[[6, 197], 0].mean())
    rings: list[Points | None] = []
    for side, lens, r in zip((-1.0, 1.0), lenses, radii, strict=True):
        if lens is None or r is None:
            rings.append(None)
            continue
        ring = lens.ring(np.clip(r, 0.3, 1.6))
        beyond = np.maximum(0.0, 0.03 * UNIT - side * (ring[:, 0] - nose))
        ring[:, 0] += side * beyond
        rings.append(chart.back(_designed(ring)))
    return rings[0], rings[1]


def _designed(ring: Points) -> Points:
    """The lens that a frame maker would cut for a rim: two halves of superellipses, as full as the rim's own halves."""
    (left, top), (right, bottom) = ring.min(0), ring.max(0)
    middle, half = np.array([left + right, top + bottom]) / 2, (right - left) / 2
    across = np.linspace(-0.9, 0.9, 19) * half + middle[0]
    rounder = float(np.interp((bottom - top) / max(right - left, 1e-6), *_ROUNDER))
    shape = np.empty_like(ring)
    shape[:, 0] = middle[0]
    for sign, height in ((-1.0, middle[1] - top), (1.0, bottom - middle[1])):
        part = ring[(ring[:, 1] - middle[1]) * sign >= 0]
        part = part[np.argsort(part[:, 0])]
        depth = np.abs(np.interp(across, part[:, 0], part[:, 1]) - middle[1])
        power = rounder * float(np.interp(float(depth.mean()) / max(height, 1e-6), *_FULLNESS))
        here = np.sin(_ANGLE) * sign >= 0
        c, s = np.cos(_ANGLE[here]), np.sin(_ANGLE[here])
        shape[here, 0] = middle[0] + half * np.sign(c) * np.abs(c) ** (2 / power)
        shape[here, 1] = middle[1] + height * np.sign(s) * np.abs(s) ** (2 / power)
    return shape


def _inside(chart: Chart, rings: tuple[Points | None, Points | None]) -> NDArray[np.float32]:
    """CIELAB of the lighter part of what is seen through the lenses."""
    middles = [chart.to(_grown(ring, 0.7)) for ring in rings if ring is not None]
    pixels = np.concatenate([chart.pixels(ring) for ring in middles]) if middles else np.zeros((0, 3))
    return np.asarray(np.percentile(pixels, (75, 50, 50), 0).diagonal() if len(pixels) else (15, 0, 0), np.float32)


def _rim_colour(chart: Chart, lens: _Lens) -> NDArray[np.float32]:
    places = lens.ring(_RADII[lens.path])
    strong = lens.strength >= percentile(lens.strength, 55)
    return chart.sample(places[strong])


def _thickness(lens: _Lens) -> float:
    """Median breadth (chart pixels) over which the rim stays nearer to its own lightness than to the skin beside it."""
    step = float(_RADII[1] - _RADII[0]) * float(lens.axes.mean())
    breadths = []
    for row in np.flatnonzero(_LOWER & (lens.strength > 3)):
        at, profile = int(lens.path[row]), lens.light[row]
        beside = percentile(profile[max(0, at - 14) : at + 15], 80)
        own = float(profile[max(0, at - 2) : at + 3].min())
        off = np.flatnonzero(profile > (own + beside) / 2)
        inner, outer = off[off < at], off[off > at]
        start = int(inner[-1]) if len(inner) else 0
        end = int(outer[0]) if len(outer) else len(profile)
        breadths.append((end - start - 1) * step)
    if len(breadths) < 8 or np.median(lens.strength[_LOWER]) < _PLAIN:
        return 1.5
    return float(np.median(breadths))


def _grown(ring: Points, factor: float) -> Points:
    middle = ring.mean(0)
    return np.asarray(middle + (ring - middle) * factor, np.float64)
