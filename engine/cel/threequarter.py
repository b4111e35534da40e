"""Heads in three quarters, turned nearer to the viewer: both their sides are seen, and stay as they are.

Of a far cheek little is seen, and much of the near one: drawn with large eyes the one is a wall with an eye on it, and
the other an empty plain, so illustrators turn such heads. A smooth warp takes each point of the face mesh to where it
lies on a head that looks less far aside, the head's outline with it, and leaves the body where it is. Beside the far
temple, which hair hid behind, there is hair as beside the near one.
"""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import Pixels
from engine.cel.facing import TURNED as PROFILE
from engine.cel.facing import outline, spline
from engine.cel.frame import BREADTH, OVAL, SIDE, Floats, Frame, remapped, upright
from engine.cel.geometry import smoothstep
from engine.cel.parse import Label, Regions
from engine.cel.perceive import Eye, Face

TURNED = 0.3
"""The yaw from which a head is turned nearer."""
_KEPT, _SHARE = 0.20, 0.35
"""Which yaw it keeps of its own, and which share of what is beyond that."""
_EARS, _CHIN, _BRIDGE, _CHEEKS = (234, 454), 152, 168, (1, 4, 50, 280)
_FEATURES, _EVERY = {33, 133, 263, 362, 61, 291, 1, 13, 168, *OVAL[::2]}, 9
"""Mesh indices that are held by all means; of the others every ninth is enough."""
_ABREAST, _TORN = 0.06, 0.3
"""Points are as high as each other within so many face widths; and one lies behind another, or would tear the picture,
whose distance from it in the picture is less than this share of that on the turned head.
"""
_BROAD, _DEEP, _BEHIND = 0.55, 0.75, 0.15
"""Half the breadth and half the depth of a head with its hair, and how far behind the ears its middle lies, in face
widths."""
_STEP, _ASIDE, _CHINS = 0.15, 0.6, 0.1
"""How far apart rows are in which the outline is held, how far beside it the picture moves along, and how far over the
chin that ends, in face widths."""
_BODY, _ACROSS = (0.3, 0.6, 1.0, 1.5), (-1.8, -1.0, -0.4, 0.0, 0.4, 1.0, 1.8)
"""How far below the chin, and aside, the body is held."""
_OVER = 0.4
"""How far over the head the picture is held."""
_CELLS, _REACH = 40, 2.2
"""Cells of the table of how far off things lie on the head as it is; and how far it reaches from the eyes, in face
widths."""
_STRIDE, _PIXELS = 4, np.array([[1, 0, 0.5], [0, 1, 0.5]], np.float32)
"""It is looked up at every fourth pixel; and the map from pixels to places in the picture."""
_ROUNDS = 8
"""Fixed-point iterations that invert it."""
_LEVEL, _TIP, _EAR, _WITHIN = 0.25, 0.1, 0.05, 0.03
"""How far over and under the eyes faces are broadest; the v where hair that does not hang ends beside one; how far
beyond its near edge an ear hides that, and how far within the far edge it begins; in face widths."""
_CHEEK = 0.6
"""Which share of the face's breadth there a cheek still has where hair that hangs lies behind it at the lowest."""
_TEMPLE, _SPREADS = (-0.6, 0.0), 0.2
"""Between which v hair comes to reach so far beyond the far edge: over those it would stand off the crown."""

type _Points = NDArray[np.float64]


def turns(yaw: float) -> bool:
    """Whether a head that is seen so far aside is turned nearer: from further aside it is a profile (`facing`)."""
    return TURNED < abs(yaw) < PROFILE


def nearer(rgb: Pixels, face: Face, regions: Regions, hangs: bool) -> tuple[Pixels, Face, Regions]:
    """Picture, face and labels of a head that looks less far aside, whose hair `hangs` beside the face or does not."""
    frame = face.frame
    local = frame.coordinates(face.mesh[:, :2]).astype(np.float64)
    solid = np.column_stack([local, face.mesh[:, 2] / frame.unit])
    turned, angles = _turned(solid, frame.yaw)
    places, sources = _held(local, turned[:, :2], angles, frame, regions)
    along = np.linspace(-_REACH, _REACH, _CELLS)
    grid = np.stack(np.meshgrid(along, along), -1).reshape(-1, 2)
    table = (spline(places, sources, grid) - grid).reshape(_CELLS, _CELLS, 2).astype(np.float32)
    mesh = np.column_stack([_pictured(frame, turned[:, :2]), turned[:, 2] * frame.unit]).astype(np.float32)
    known = replace(face, mesh=mesh, eyes=_looking(table, face), frame=Frame.of(mesh))
    size = len(regions.labels)
    labels = regions.at(*_seen(table, frame, known.frame.square(size), size))
    picture = remapped(rgb, *(places - np.float32(0.5) for places in _seen(table, frame, _PIXELS, SIDE)))
    return picture, known, Regions(_haired(labels, known, hangs), known.frame)


def _turned(solid: _Points, yaw: float) -> tuple[_Points, tuple[float, float]]:
    """The mesh (468, 3), in face widths, of a head turned nearer; and how far it looked aside and looks, in radians."""
    left, right = solid[list(_EARS)]
    angle = float(np.arctan2(right[2] - left[2], right[0] - left[0]))
    new = angle * (_KEPT + _SHARE * (abs(yaw) - _KEPT)) / abs(yaw)
    middle = (right + left) / 2
    across, _, deep = (solid - middle).T
    sine, cosine = np.sin(new - angle), np.cos(new - angle)
    turned = np.column_stack(
        [middle[0] + across * cosine - deep * sine, solid[:, 1], middle[2] + across * sine + deep * cosine]
    )
    return turned, (abs(angle), abs(new))


def _held(
    local: _Points, turned: _Points, angles: tuple[float, float], frame: Frame, regions: Regions
) -> tuple[_Points, _Points]:
    """Places (n, 2), and what of the picture lies there, (u, v)."""
    away = float(np.sign(frame.yaw))
    some = np.array(sorted({*range(0, len(local), _EVERY), *_FEATURES}))
    chosen = some[_shown(local, turned, away, some)]
    places, sources = [*turned[chosen]], [*local[chosen]]
    rows = outline(regions, -away, local[list(_CHEEKS)].mean(0))
    middle, far, near = float(local[list(_EARS), 0].mean()), *_broader(*angles)
    top, chin = min(rows, default=0.0), float(local[_CHIN, 1])
    heights = np.array([*rows])
    for v in np.arange(top, chin - _CHINS, _STEP).tolist() if rows else ():
        front, back, _ = rows[float(heights[np.argmin(np.abs(heights - v))])]
        ahead, behind = middle + (front - middle) * far, middle + (back - middle) * near
        for aside in (0.0, away * _ASIDE):
            places += [np.array([ahead + aside, v]), np.array([behind - aside, v])]
            sources += [np.array([front + aside, v]), np.array([back - aside, v])]
    still = [(u, chin + below) for below in _BODY for u in _ACROSS] + [(u, top - _OVER) for u in _ACROSS]
    return np.array([*places, *still]), np.array([*sources, *still])


def _shown(local: _Points, turned: _Points, away: float, some: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which of `some` points of the mesh the picture shows apart from others, beside which they lie when turned."""
    abreast = np.abs(local[some, 1] - local[:, 1, None]) < _ABREAST
    seen, drawn = (away * (points[some, 0] - points[:, 0, None]) for points in (local, turned))
    return np.asarray(~(abreast & (drawn > 0.01) & (seen < _TORN * drawn)).any(0))


def _broader(before: float, after: float) -> tuple[float, float]:
    """How much broader a head's far and near side become, from its ears, as it turns from one angle to another."""
    halves = [np.hypot(_BROAD * np.cos(angle), _DEEP * np.sin(angle)) for angle in (before, after)]
    middles = [_BEHIND * np.sin(angle) for angle in (before, after)]
    far, near = ((halves[1] + side * middles[1]) / (halves[0] + side * middles[0]) for side in (-1, 1))
    return float(far), float(near)


def _haired(labels: Floats, face: Face, hangs: bool) -> Floats:
    """The labels with as much hair beside the far temple as beside the near one, and further down if it hangs."""
    u, v = upright(len(labels))
    local = face.frame.coordinates(face.mesh[:, :2])
    away = np.float32(np.sign(face.frame.yaw))
    oval = (local[list(OVAL)] - (local[_BRIDGE, 0], 0)) * (away, 1)
    level = oval[np.abs(oval[:, 1]) < _LEVEL, 0]
    far, near = np.float32(level.max()), np.float32(-level.min())
    aside = (u - local[_BRIDGE, 0]) * away
    there = local[_BRIDGE, 0] - away * (near + np.float32(_EAR) + np.maximum(aside - far, 0) * (near / far))
    across = (there + np.float32(BREADTH / 2)) * np.float32(len(labels) / BREADTH) - np.float32(0.5)
    along = np.broadcast_to(np.arange(len(labels), dtype=np.float32)[:, None], u.shape)
    hair = np.ascontiguousarray(labels[..., Label.HAIR])
    mirrored = cv2.remap(hair, np.ascontiguousarray(across), np.ascontiguousarray(along), cv2.INTER_LINEAR)
    cheek = oval[oval[:, 0] > _CHEEK * far]
    cheek = cheek[np.argsort(cheek[:, 1])]
    edge = np.interp(v[:, 0], cheek[:, 1], cheek[:, 0], left=far)[:, None]
    beside = (aside > np.minimum(edge, far) - _WITHIN) & (aside < far + _SPREADS * smoothstep(v, *_TEMPLE))
    both = np.where(beside & (v < (np.inf if hangs else _TIP)), np.maximum(mirrored, hair), hair)
    out = labels * ((1 - both) / np.maximum(1 - hair, np.float32(1e-6)))[..., None]
    out[..., Label.HAIR] = both
    return np.asarray(out, np.float32)


def _seen(table: Floats, frame: Frame, axes: Floats, n: int) -> tuple[Floats, Floats]:
    """Where in the picture (x, y) lies what is shown at pixels (n, n), which `axes` (2, 3) take to its plane.

    How far off that is changes smoothly: it is looked up at some of the pixels.
    """
    across, down, origin = (np.ascontiguousarray(way, np.float32) for way in axes.T)
    some = (np.arange(n // _STRIDE, dtype=np.float32) + np.float32(0.5)) * np.float32(_STRIDE) - np.float32(0.5)
    shown = some[None, :, None] * across + some[:, None, None] * down + origin
    u, v = (np.ascontiguousarray(way) for way in np.moveaxis(frame.coordinates(shown), -1, 0))
    off = cv2.resize(np.dstack(_from(table, frame, u, v)) - shown, (n, n), interpolation=cv2.INTER_CUBIC)
    every = np.arange(n, dtype=np.float32)
    x, y = (every * a + (every * d + o)[:, None] for a, d, o in zip(across, down, origin, strict=True))
    return x + off[..., 0], y + off[..., 1]


def _pictured(frame: Frame, local: NDArray[np.floating]) -> Floats:
    """The picture's points (x, y) that lie at (u, v) in a frame."""
    axes = np.stack([frame.right, frame.down]) * np.float32(frame.unit)
    return np.asarray(frame.origin + local @ axes, np.float32)


def _from(table: Floats, frame: Frame, u: Floats, v: Floats) -> tuple[Floats, Floats]:
    """Where in the picture (x, y) lies what is shown at (u, v)."""
    cells = np.float32((_CELLS - 1) / (2 * _REACH))
    across, along = (u + np.float32(_REACH)) * cells, (v + np.float32(_REACH)) * cells
    off = cv2.remap(table, across, along, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    x, y = np.moveaxis(_pictured(frame, np.dstack([u, v]) + off), -1, 0)
    return np.ascontiguousarray(x), np.ascontiguousarray(y)


def _looking(table: Floats, face: Face) -> tuple[Eye, Eye]:
    """The eyes, where they are shown."""
    parts = [points for eye in face.eyes for points in (eye.lids, eye.iris)]
    ends = np.cumsum([len(part) for part in parts])[:-1]
    lids, iris, other_lids, other_iris = np.split(_there(table, face.frame, np.vstack(parts)), ends)
    return Eye(lids, iris), Eye(other_lids, other_iris)


def _there(table: Floats, frame: Frame, points: Floats) -> Floats:
    """Where points (n, 2) of the picture are shown."""
    at = np.asarray(points, np.float32)
    for _ in range(_ROUNDS):
        u, v = np.moveaxis(frame.coordinates(at)[None], -1, 0)
        x, y = _from(table, frame, np.ascontiguousarray(u), np.ascontiguousarray(v))
        at = np.asarray(at + points - np.stack([x[0], y[0]], 1), np.float32)
    return at
