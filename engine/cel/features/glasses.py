"""Glasses and sunglasses: found by the rims round both eyes and the bridge between them, in their own shape.

The lens is looked for in polar coordinates round each eye: rims are thin ridges, darker or lighter than what lies on
either side, that close round it; a sunglass is dark throughout with a sharp step at its edge. The best closed path is
found by dynamic programming, so a rim need not be seen all the way round.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.features import lenses as search
from engine.cel.features import sunglasses
from engine.cel.features.chart import UNIT, Chart
from engine.cel.features.lenses import LOWER, RADII, TURNS, Lens
from engine.cel.features.sunglasses import TINT_DARK
from engine.cel.geometry import Points, ease, percentile
from engine.cel.look import WarpedFace
from engine.cel.traits import Traits

RIM_SCORE, RIM_LEAST = 7.35, 4.2
"""Rims' strength below the eyes + 0.45 x the bridge's, above which there are glasses; and the rims' own least. Measured
on a hundred bare faces: up to 7.2 and 4.0 (creases across the nose alone are no rims); frames mostly lie above 10."""
TINT_LEAST = 25.0
"""How much darker than the skin tinted lenses are at least: eyes and their shadows are as dark in a dark face."""
_BARE, _WORN, _DIM = -0.3, 0.05, -0.1
"""Traits below which there are no glasses, above which there are, and above which they may be tinted."""
_TINTED = (0.72, 10.0)
"""The same of how dark lenses are, and how much darker than the skin, where they look tinted at a glance."""
_CERTAIN, _DARKEST = 0.3, 0.6
"""Traits above which lenses are tinted, however light they look: mirrors; and how light these are drawn at
most, as a share of the skin."""
_SHADES_BRIDGE = 0.045
"""How high the bridge of sunglasses lies over the lenses' middle, as a share of the face's width."""
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
        None if eye is None else search.look(chart, light, eye, side, float(np.clip(w / max(widths), 0.4, 1)))
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
    tint = search.inside(chart, found.lenses)
    return replace(found, tint=tint * np.float32(min(1.0, _DARKEST * float(chart.skin[0]) / max(float(tint[0]), 1.0))))


def _traced(
    chart: Chart, face: WarpedFace, light: NDArray[np.float32], lenses: list[Lens | None], dim: float, darker: float
) -> Glasses | None:
    """The glasses whose rims, or dark lenses, are found.

    They are tinted if they are darker than the share `dim` of the skin, and by so much `darker` than it.
    """
    seen = [lens for lens in lenses if lens is not None]
    if (worn := sunglasses.shades(chart, lenses)) is not None:
        return Glasses(worn.lenses, worn.colour, worn.thick, _SHADES_BRIDGE, search.inside(chart, worn.lenses))
    bridge, height = _bridge(chart, light)
    best = float(np.mean([np.minimum(lens.ridges[LOWER].max(1), 12).mean() for lens in seen]))
    if best + 0.45 * bridge < RIM_SCORE:  # no path can gather more than every row's best: most faces end here
        return None
    paths = iter(search.closed([lens.ridges for lens in seen]))
    lenses = [None if lens is None else replace(lens, path=next(paths)) for lens in lenses]
    seen = [lens for lens in lenses if lens is not None]
    rims = float(np.mean([np.minimum(lens.strength[LOWER], 12).mean() for lens in seen]))
    span = float(np.mean([(lens.strength[LOWER] > 3.5).mean() for lens in seen]))
    needed = RIM_SCORE + ease(abs(face.yaw), 0.16, 0.26)  # in profile hair and brows look like rims
    if rims + 0.45 * bridge < needed or rims < RIM_LEAST or span < 0.4:
        return None
    radii = _agree(lenses, [None if lens is None else RADII[lens.path] for lens in lenses], face)
    rings = search.rings(chart, lenses, radii)
    through, bare = search.inside(chart, rings), float(chart.skin[0])
    return Glasses(
        lenses=rings,
        colour=np.median(np.concatenate([_rim_colour(chart, lens) for lens in seen]), 0).astype(np.float32),
        thick=float(np.clip(_BOLD * np.median([_thickness(lens) for lens in seen]) / UNIT, 0.008, 0.05)),
        bridge=float(np.clip((seen[0].centre[1] - height) / UNIT, -0.02, 0.12)),
        tint=through if search.dark(chart, seen) < dim and through[0] < bare - darker else None,
    )


def _common(chart: Chart, lenses: list[Lens | None]) -> Glasses:
    """Glasses as most are."""
    seen = [lens for lens in lenses if lens is not None]
    rings = search.rings(chart, lenses, [None if lens is None else np.ones(TURNS) for lens in lenses])
    dark = search.inside(chart, rings) if search.dark(chart, seen) < TINT_DARK else None
    return Glasses(rings, _FRAME, _FRAME_THICK, 0.03, dark)


def _bridge(chart: Chart, light: NDArray[np.float32]) -> tuple[float, float]:
    """Strength of the strongest line across the nose's bridge, at most 8, and its height in the chart."""
    middle = chart.mesh[[6, 168]].mean(0)
    across = np.arange(-0.035 * UNIT, 0.036 * UNIT)
    down = np.arange(-0.10 * UNIT, 0.20 * UNIT)
    grid = np.stack(np.meshgrid(middle[0] + across, chart.mesh[168][1] + down), -1).transpose(1, 0, 2)
    ridges = search.ridges(chart.sample(grid, light), float(chart.skin[0]))
    total = ridges[0]
    for row in ridges[1:]:
        total = cv2.dilate(total[None], np.ones((1, 3)))[0] + row
    best = int(total.argmax())
    return min(8.0, float(total[best]) / len(ridges)), float(chart.mesh[168][1] + down[best])


def _agree(
    lenses: list[Lens | None], radii: list[NDArray[np.float64] | None], face: WarpedFace
) -> list[NDArray[np.float64] | None]:
    """Both lenses are one shape mirrored: what one rim hides the other shows."""
    fitted: list[NDArray[np.float64] | None] = []
    mirror = (TURNS // 2 - np.arange(TURNS)) % TURNS
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
        fitted.append(search.fitted(own, weight))
    return fitted


def _rim_colour(chart: Chart, lens: Lens) -> NDArray[np.float32]:
    places = lens.ring(RADII[lens.path])
    strong = lens.strength >= percentile(lens.strength, 55)
    return chart.sample(places[strong])


def _thickness(lens: Lens) -> float:
    """Median breadth (chart pixels) over which the rim stays nearer to its own lightness than to the skin beside it."""
    step = float(RADII[1] - RADII[0]) * float(lens.axes.mean())
    breadths = []
    for row in np.flatnonzero(LOWER & (lens.strength > 3)):
        at, profile = int(lens.path[row]), lens.light[row]
        beside = percentile(profile[max(0, at - 14) : at + 15], 80)
        own = float(profile[max(0, at - 2) : at + 3].min())
        off = np.flatnonzero(profile > (own + beside) / 2)
        inner, outer = off[off < at], off[off > at]
        start = int(inner[-1]) if len(inner) else 0
        end = int(outer[0]) if len(outer) else len(profile)
        breadths.append((end - start - 1) * step)
    if len(breadths) < 8 or np.median(lens.strength[LOWER]) < _PLAIN:
        return 1.5
    return float(np.median(breadths))
