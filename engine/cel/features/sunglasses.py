"""Sunglasses: lenses that are dark throughout, with a sharp step at their edge, in a black frame or a white one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.features import lenses as found
from engine.cel.features.chart import Chart, beside
from engine.cel.features.lenses import LOWER, RADII, TURNS, Lens
from engine.cel.geometry import Points

TINT_STEP, TINT_DARK = 0.40, 0.66
"""Their edge's step and their lightness, as shares of the skin's lightness. Bare faces: < 0.34, > 0.72;
through clear glasses: > 0.69."""
_FRAMES, _THICK = (np.array([10, 0, 0], np.float32), np.array([95, 0, 1], np.float32)), (0.014, 0.045)
"""The colours of common frames and of white ones, and how thick those are, as a share of the face's width."""
_RIM, _WHITE, _PALE, _TONED = (1.0, 1.03, 1.06), 0.95, 0.45, 8.0
"""Where the frame is looked at, as shares of a lens; white ones' lightness at least and chroma at most, as shares of
the skin's; and how much chroma that has at least where white is told from it.
"""


@dataclass(frozen=True, slots=True)
class Shades:
    """What is seen of sunglasses."""

    lenses: tuple[Points | None, Points | None]
    colour: NDArray[np.float32]
    thick: float


def shades(chart: Chart, lenses: list[Lens | None]) -> Shades | None:
    """The sunglasses whose lenses are looked for, or None."""
    skin = float(chart.skin[0])
    seen = [lens for lens in lenses if lens is not None]
    if found.dark(chart, seen) > TINT_DARK or max(found.dark(chart, [lens]) for lens in seen) > TINT_DARK + 0.08:
        return None
    steps = []
    for lens in lenses:
        if lens is not None:
            inner, outer = beside(lens.light, 3)
            steps.append(np.clip(outer - inner, 0, 40))
    paths = found.closed(steps)
    sharp = [float(step[np.arange(TURNS), path][LOWER].mean()) / skin for step, path in zip(steps, paths, strict=True)]
    if np.mean(sharp) < TINT_STEP:
        return None
    edges = iter(paths)
    radii = [None if lens is None else found.fitted(RADII[next(edges)], np.where(LOWER, 1.0, 0.35)) for lens in lenses]
    rings = found.rings(chart, lenses, radii)
    return Shades(rings, *_frame(chart, rings))


def _frame(chart: Chart, rings: Sequence[Points | None]) -> tuple[NDArray[np.float32], float]:
    """Colour and thickness of the frame: white is told from skin, black from nothing that lies about a lens."""
    edges = [chart.to(ring) for ring in rings if ring is not None]
    places = np.vstack([edge.mean(0) + (edge - edge.mean(0)) * share for edge in edges for share in _RIM])
    seen = np.asarray(np.median(chart.sample(places), 0), np.float32)
    chroma, bare = float(np.hypot(*seen[1:])), float(np.hypot(*chart.skin[1:]))
    white = bool(seen[0] > _WHITE * chart.skin[0] and chroma < _PALE * bare and bare > _TONED)
    return _FRAMES[white], _THICK[white]
