"""Smooth curves and tapered strokes for vector drawing.

Points are float64 arrays of shape (n, 2) in pixels, x to the right and y down. A closed curve does not repeat its
first point.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

type Points = NDArray[np.float64]
type Values = NDArray[np.float64]

_PEN_SAMPLES = 40
"""Of how many points a line is that is drawn with others at once: fewer would make corners of its waves."""


def points(values: ArrayLike) -> Points:
    """`values` as an (n, 2) float64 array."""
    return np.asarray(values, np.float64).reshape(-1, 2)


def smoothstep(x: ArrayLike, low: float, high: float) -> Values:
    """0 below `low`, 1 above `high`, a cubic ease between (falls when `low` > `high`)."""
    t = np.clip((np.asarray(x, np.float64) - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), np.float64)


def ease(x: float, low: float, high: float) -> float:
    """`smoothstep` of one number."""
    t = min(max((float(x) - low) / (high - low), 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


def percentile(values: NDArray[np.floating], share: float) -> float:
    """`np.percentile` of all values, which takes several times as long."""
    at = (values.size - 1) * share / 100
    order = np.partition(values, int(at), axis=None)
    low = float(order[int(at)])
    return low + (at - int(at)) * (float(order[int(at) + 1 :].min(initial=np.inf)) - low) if at > int(at) else low


def curve(knots: ArrayLike, samples: int = 6, closed: bool = False) -> Points:
    """Uniform Catmull-Rom spline through `knots`, `samples` points a span."""
    p = points(knots)
    if len(p) < 3:
        return p
    if closed:
        padded = np.vstack([p[-1:], p, p[:2]])
        spans = len(p)
    else:
        padded = np.vstack([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
        spans = len(p) - 1
    t = _steps(samples, endpoint=False)[:, None]
    a, b, c, d = (padded[i : i + spans, None] for i in range(4))
    q = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    q = q.reshape(-1, 2)
    return q if closed else np.vstack([q, p[-1:]])


def bezier(p0: ArrayLike, p1: ArrayLike, p2: ArrayLike, p3: ArrayLike, samples: int = 16) -> Points:
    """Cubic Bézier curve."""
    t = _steps(samples)[:, None]
    a, b, c, d = (np.asarray(p, np.float64) for p in (p0, p1, p2, p3))
    return np.asarray((1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t * t * c + t**3 * d)


def resample(line: ArrayLike, count: int, closed: bool = False) -> Points:
    """`count` points at equal distances along `line`."""
    p = points(line)
    if closed:
        p = np.vstack([p, p[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(p, axis=0).T))])
    at = np.linspace(0.0, along[-1], count, endpoint=not closed)
    return np.stack([np.interp(at, along, p[:, 0]), np.interp(at, along, p[:, 1])], 1)


def smooth(values: NDArray[np.float64], sigma: float, closed: bool = False) -> NDArray[np.float64]:
    """Gaussian smoothing along the first axis, `sigma` in samples; open ends stay where they are."""
    v = np.asarray(values, np.float64)
    if sigma <= 0 or len(v) < 3:
        return v.copy()
    flat = v.reshape(len(v), -1)
    if closed:
        kernel = _kernel(sigma)
        r = len(kernel) // 2
        padded = flat[np.arange(-r, len(v) + r) % len(v)]
        out = np.stack([np.convolve(padded[:, i], kernel, "valid") for i in range(flat.shape[1])], 1)
    else:
        out = _smoothing(len(v), sigma) @ flat
    return out.reshape(v.shape)


def _kernel(sigma: float) -> Values:
    r = max(1, int(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-r, r + 1) / sigma) ** 2)
    return np.asarray(kernel / kernel.sum(), np.float64)


@lru_cache(maxsize=64)
def _smoothing(count: int, sigma: float) -> Values:
    """What so many values of an open line are multiplied with to smooth them: most lines are of few lengths."""
    kernel, flat = _kernel(sigma), np.eye(count)
    r = len(kernel) // 2
    n = min(r, count - 1)  # odd reflection keeps the ends and their slopes
    before, after = 2 * flat[0] - flat[n:0:-1], 2 * flat[-1] - flat[-2 : -n - 2 : -1]
    padded = np.concatenate([before[:1].repeat(r - n, 0), before, flat, after, after[-1:].repeat(r - n, 0)])
    return np.asarray(sum(weight * padded[i : i + count] for i, weight in enumerate(kernel)), np.float64)


@cache
def _steps(count: int, endpoint: bool = True) -> Values:
    """So many equal steps from 0 to 1."""
    return np.linspace(0.0, 1.0, count, endpoint=endpoint)


def normals(line: ArrayLike) -> Points:
    """Unit normals of an open line: its direction turned by +90 degrees (to the right-hand side on screen)."""
    p = points(line)
    t = np.empty_like(p)
    t[1:-1] = p[2:] - p[:-2]
    t[0], t[-1] = p[min(1, len(p) - 1)] - p[0], p[-1] - p[max(0, len(p) - 2)]
    long = np.hypot(t[:, 0], t[:, 1]) + 1e-9
    return np.stack([-t[:, 1] / long, t[:, 0] / long], 1)


def stroke(line: ArrayLike, width: ArrayLike) -> Points:
    """Outline of a stroke along `line` with a width for every point (or one for all)."""
    p = points(line)
    half = np.broadcast_to(np.asarray(width, np.float64) / 2, len(p))[:, None]
    n = normals(p)
    return np.vstack([p + n * half, (p - n * half)[::-1]])


def loop(line: ArrayLike, width: ArrayLike) -> Points:
    """Outline of a stroke along a closed line: out along one side, back along the other."""
    p = points(line)
    half = np.broadcast_to(np.asarray(width, np.float64) / 2, len(p))[:, None]
    t = np.roll(p, -1, 0) - np.roll(p, 1, 0)
    t = t / (np.linalg.norm(t, axis=1, keepdims=True) + 1e-9)
    n = np.stack([-t[:, 1], t[:, 0]], 1)
    one, other = p + n * half, p - n * half
    return np.vstack([one, one[:1], other[:1], other[::-1]])


def pen(line: ArrayLike, width: float, start: float = 0.0, end: float = 0.0, peak: float = 0.5) -> Points:
    """Outline of a pressed pen stroke: `width` at `peak` (0..1 along the line), shares of it at both ends."""
    p = points(line)
    return stroke(p, width * _pressure(len(p), start, end, peak))


def pens(
    lines: Sequence[Points], width: ArrayLike, start: float = 0.0, end: float = 0.0, peak: float = 0.5
) -> list[Points]:
    """`pen` along many lines at once, each of a `width` of its own if wanted."""
    if not lines:
        return []
    last = np.array([len(line) - 1 for line in lines])
    first = np.concatenate([[0], np.cumsum(last[:-1] + 1)])
    t = _steps(_PEN_SAMPLES)
    at = last[:, None] * t
    below = np.minimum(at.astype(int), np.maximum(last - 1, 0)[:, None])
    share = (at - below)[..., None]
    every = np.vstack(lines)
    before, after = every[first[:, None] + below], every[first[:, None] + np.minimum(below + 1, last[:, None])]
    p = before + share * (after - before)
    way = np.empty_like(p)
    way[:, 1:-1] = p[:, 2:] - p[:, :-2]
    way[:, 0], way[:, -1] = p[:, 1] - p[:, 0], p[:, -1] - p[:, -2]
    way /= np.hypot(way[..., 0], way[..., 1])[..., None] + 1e-9
    breadth = (
        np.asarray(width, np.float64).reshape(-1, 1, 1) / 2 * _pressure(_PEN_SAMPLES, start, end, peak)[None, :, None]
    )
    aside = np.stack([-way[..., 1], way[..., 0]], -1) * breadth
    return list(np.concatenate([p + aside, (p - aside)[:, ::-1]], 1))


@lru_cache(maxsize=64)
def _pressure(count: int, start: float, end: float, peak: float) -> Values:
    """A pen's breadth at so many points of its line, 1 at `peak`."""
    t = _steps(count)
    rise = np.sin(np.clip(t / max(peak, 1e-6), 0, 1) * np.pi / 2)
    fall = np.sin(np.clip((1 - t) / max(1 - peak, 1e-6), 0, 1) * np.pi / 2)
    return np.where(t < peak, start + (1 - start) * rise, end + (1 - end) * fall)


def oval(centre: ArrayLike, rx: float, ry: float, angle: float = 0.0, power: float = 2.0, samples: int = 40) -> Points:
    """Superellipse |x/rx|^power + |y/ry|^power = 1 turned by `angle` radians; power 2 is the ellipse."""
    t = np.linspace(0.0, 2 * np.pi, samples, endpoint=False)
    c, s = np.cos(t), np.sin(t)
    x = rx * np.sign(c) * np.abs(c) ** (2 / power)
    y = ry * np.sign(s) * np.abs(s) ** (2 / power)
    co, si = np.cos(angle), np.sin(angle)
    return points(np.asarray(centre, np.float64) + np.stack([x * co - y * si, x * si + y * co], 1))


def area(polygon: ArrayLike) -> float:
    """Absolute area of a polygon."""
    p = points(polygon)
    x, y = p[:, 0], p[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def length(line: ArrayLike) -> float:
    """Length of an open line."""
    return float(np.hypot(*np.diff(points(line), axis=0).T).sum())
