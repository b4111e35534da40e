"""The lenses of glasses: where rims are looked for round the eyes, in polar coordinates, and those that are found."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cel.features.chart import UNIT, Chart, beside
from engine.cel.geometry import Points, percentile
from engine.cel.look import WarpedEye

TURNS = 72
ANGLE = np.linspace(0, 2 * np.pi, TURNS, endpoint=False)
RADII = np.linspace(0.36, 1.50, 66)
_HALF = np.array([0.235, 0.185]) * UNIT
"""Half axes of a common lens: radius 1 of the search."""
LOWER = np.sin(ANGLE) > 0.25
_HARMONICS = 7

_FULLNESS = ([0.72, 0.79, 0.84, 0.88, 0.93], [1.9, 2.4, 3.2, 4.5, 6.0])
"""Mean height of a half lens as a share of its greatest, over nine tenths of its width -> the superellipse's power."""
_ROUNDER = ([0.86, 0.96], [1.0, 0.78])
"""Height of a lens as a share of its breadth -> a factor of that: lenses as high as broad are round ones."""


@dataclass(frozen=True, slots=True)
class Lens:
    """Where a lens is looked for in a chart, and the path of its rim."""

    centre: NDArray[np.float64]
    axes: NDArray[np.float64]
    light: NDArray[np.float32]
    """Lightness at every angle and radius."""
    ridges: NDArray[np.float32]
    path: NDArray[np.intp]

    @property
    def strength(self) -> NDArray[np.float32]:
        """The rim's strength at every angle of the path."""
        return self.ridges[np.arange(TURNS), self.path]

    def ring(self, radii: NDArray[np.float64]) -> Points:
        """The closed line at those radii, in the chart."""
        return np.asarray(
            self.centre + np.stack([np.cos(ANGLE), np.sin(ANGLE)], 1) * self.axes * radii[:, None], np.float64
        )


def look(chart: Chart, light: NDArray[np.float32], eye: WarpedEye, side: int, seen: float) -> Lens:
    """What lies round an eye of which a share of its breadth is `seen`, on the left `side` (0) or the right (1)."""
    corners = chart.to(np.vstack([eye.upper[[0, -1]], eye.lower[[0, -1]]])).mean(0)
    centre = corners + np.array([(-0.02, 0.02)[side] * seen, 0.03]) * UNIT
    axes = _HALF * (seen, 1.0)
    spokes = np.stack([np.cos(ANGLE), np.sin(ANGLE)], 1)[:, None] * axes * RADII[None, :, None]
    profile = chart.sample(centre + spokes, light)
    return Lens(centre, axes, profile, ridges(profile, float(chart.skin[0])), np.zeros(TURNS, np.intp))


def ridges(profile: NDArray[np.float32], skin: float) -> NDArray[np.float32]:
    """How far each place along the rows stands off both of its sides; light ridges count half."""
    best = np.zeros_like(profile)
    for reach in (2, 3, 5):
        before, after = beside(profile, reach)
        np.maximum(best, np.minimum(before, after) - profile, out=best)
        np.maximum(best, 0.55 * (profile - np.maximum(before, after)), out=best)
    broad = np.minimum(*beside(profile, 7)) - profile  # so broad a ridge is a rim only if it is plain
    np.maximum(best, np.where(broad > 14, broad, 0), out=best)
    return np.asarray(np.clip(best * np.float32(65 / max(30.0, skin)), 0, 22), np.float32)


def closed(gains: list[NDArray[np.float32]], jump: int = 2, toll: float = 0.5) -> list[NDArray[np.intp]]:
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


def fitted(radii: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """A smooth closed outline (few harmonics) that follows `radii` where they are sure."""
    k = np.arange(1, _HARMONICS + 1)
    basis = np.hstack([np.ones((TURNS, 1)), np.cos(ANGLE[:, None] * k), np.sin(ANGLE[:, None] * k)])
    prior = np.diag(np.concatenate([[1e-3], 0.02 * k**2, 0.02 * k**2]))
    w = weight[:, None]
    return np.asarray(basis @ np.linalg.solve(basis.T @ (w * basis) + prior, basis.T @ (weight * radii)), np.float64)


def rings(
    chart: Chart, lenses: list[Lens | None], radii: list[NDArray[np.float64] | None]
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
        here = np.sin(ANGLE) * sign >= 0
        c, s = np.cos(ANGLE[here]), np.sin(ANGLE[here])
        shape[here, 0] = middle[0] + half * np.sign(c) * np.abs(c) ** (2 / power)
        shape[here, 1] = middle[1] + height * np.sign(s) * np.abs(s) ** (2 / power)
    return shape


def inside(chart: Chart, rings: tuple[Points | None, Points | None]) -> NDArray[np.float32]:
    """CIELAB of the lighter part of what is seen through the lenses."""
    middles = [chart.to(_grown(ring, 0.7)) for ring in rings if ring is not None]
    pixels = np.concatenate([chart.pixels(ring) for ring in middles]) if middles else np.zeros((0, 3))
    return np.asarray(np.percentile(pixels, (75, 50, 50), 0).diagonal() if len(pixels) else (15, 0, 0), np.float32)


def dark(chart: Chart, lenses: list[Lens]) -> float:
    """Lightness of what lies round the lower half of the eyes, as a share of the skin's."""
    below = np.sin(ANGLE) > 0.2
    return float(np.mean([percentile(lens.light[below][:, :40], 60) for lens in lenses])) / float(chart.skin[0])


def _grown(ring: Points, factor: float) -> Points:
    middle = ring.mean(0)
    return np.asarray(middle + (ring - middle) * factor, np.float64)
