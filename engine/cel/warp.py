"""The caricature: one smooth warp of the picture that both its pixels and its points go through.

Anime faces have larger eyes, a smaller nose and mouth and a slimmer jaw than photographed ones. The warp is a sum of
smooth bumps in the face's own coordinates, so proportions that make a person recognisable stay in their order.
"""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import JAWS, SIDE, Frame
from engine.cel.look import Plane, Points

UPPER_LIDS = ((33, 246, 161, 160, 159, 158, 157, 173, 133), (263, 466, 388, 387, 386, 385, 384, 398, 362))
"""Mesh indices of the upper lids, outer corner to inner; the picture's left eye first."""
LOWER_LIDS = ((33, 7, 163, 144, 145, 153, 154, 155, 133), (263, 249, 390, 373, 374, 380, 381, 382, 362))
HIDDEN = 0.4
"""An eye narrower than this share of the other is turned away."""
_BRIDGE, _CHIN, _NOSE, _MOUTH = 168, 152, [1, 2], [13, 14]
_EARS, _TOP = (234, 454), 10
_LONG = ([1.17, 1.27], [1.0, 0.6])
"""A face's height, as a share of its breadth -> how much of the common shortening it gets."""
_DOWN = (0.05, 0.20, 0.35, 0.50, 0.65, 0.80, 0.90)
"""Heights between the eyes (0) and the chin (1) at which a jaw's breadth is given."""
_COMMON = (1.0, 0.99, 0.96, 0.91, 0.82, 0.64, 0.45)
"""Breadth of photographed jaws there, as a share of the face's: between the medians of 182 men and of 129 women."""
_DRAWN = ((1.0, 0.965, 0.905, 0.825, 0.725, 0.50, 0.33), (1.0, 0.97, 0.92, 0.82, 0.69, 0.46, 0.27))
"""The same of drawn ones: men's and women's."""
_OWN = 0.65, 0.25
"""How much of a jaw's difference from the common one it keeps, and how much more if seen from the front."""
_REACH = 0.38, 1.1
"""How far aside of the face's middle what slims a jaw begins to fade, and is gone, in face widths."""
_BESIDE = np.array((_REACH, (0.5, 1.1), (0.03, 0.26), (0.30, 0.6), (0.20, 0.50), (0.30, 0.60))).T[..., None]
"""From where to where that fades; so does what raises the chin; what points it begins; and fades; what moves a man's
ears begins; and what raises nose and mouth fades.
"""
_BROADER = -0.2, 0.55, 0.3
"""How much broader a photographed jaw may be than the drawn one it becomes, at least and at most, as a share of it; and
how much more one seen aside, whose corner stands out.
"""
_SLIMMER = 0.08
"""How much nearer to the middle a man's ears are drawn, and with them all beyond, in face widths: the bare cheeks
beside great eyes and a small mouth are a cartoon's.
"""
_CHEEK, _SHORTENS, _SKULL = 0.4, (0.10, 0.24), (0.05, 0.50, 0.7)
"""Which share of what lies between the near eye and the ear a turned head is drawn without, unless it is a man's:
beside great eyes it is an empty plain; and between which yaws that comes. From how far behind that ear to where the
back of the head makes up for it, in face widths, and for which share: heads are deep.
"""
_THROAT = -0.22, 0.18
"""From and to how far below the chin that fades, where shoulders are drawn broader."""
_ROUND, _ASIDE = 0.7, (0.2, 0.22, 0.50)
"""How much less a child's jaw is slimmed, and that of a head turned aside: by how much, and from which yaw to which."""
_BROW, _FOREHEAD = 0.15, 0.50
"""How much lower, in face widths, the hairline of a common forehead is drawn, and hair the fuller; and how high over
the eyes the mesh of that forehead ends."""
_RECEDED = 0.6
"""By which share less one is that has receded."""
_FULLER = 0.6, 1.0
"""How much of that the hair over it makes up for: a woman's, and a man's, whose crown keeps its height."""
_SETTLES = 0.7
"""Over how much of the neck, in face widths, what raises the chin comes to rest: over less, the picture would fold."""
_POINTED = (0.032, 0.033)
"""How far the jaw's corners are raised towards a pointed chin, in face widths, and how much further a woman's are."""
_SHOULDERS, _NECK = 0.14, 0.45
"""How much broader a man's shoulders are drawn, to carry his head; and over how much of the neck they become so, in
face widths."""
_CHILDS, _FRAIL = 0.20, (0.55, 0.28)
"""How much narrower a child's are drawn; and from which share of the way to the chin on its neck is, and how much."""
_SLIM = 0.35, 1.0
"""How far below her chin a woman's neck is as slim as her jaw, and where it is no slimmer than it was, in face widths;
a man's broadens at once.
"""
_NAPE, _BEHIND, _SLENDER = (0.20, 0.42), (0.25, 0.60), 0.18
"""From which yaw to which a man's nape is seen, from how far aside of the head's axis to where, in face widths; and how
much of its breadth there is drawn less.
"""
_HIGH, _BROAD, _GROWS = 1.15, 0.68, 0.40
"""Hair may rise so high over the eyes, as a share of their way to the drawn chin, and reach so far aside, in face
widths; and by what share of the rest it is larger: over a face drawn shorter and slimmer, hair as large as it was is a
wig.
"""
_CROWN, _TEMPLES, _FLARES, _THIN, _TIGHTEST = 0.50, 0.56, 0.60, 0.12, 2.0
"""From how high over the eyes and how far aside on hair is drawn smaller, over how much of the neck that fades, as
shoulders keep their breadth, and how much of hair stays at least, in face widths; and how much smaller it is at most.
"""
_GROW = 1.1, 0.1
"""How far eyes are enlarged, as a factor of the bump's, and how much more a man's are, which are open less."""
_CHILD = (-13, -5)
"""From which age on, backwards, a child is drawn as one."""
_INFANT, _LITTLE = (-8, -5), 0.6
"""The same of a small one; and how much shorter than another child's the lower part of its face is drawn."""
_ROUNDED = (1.0, 1.01, 1.0, 0.955, 0.84, 0.62, 0.42)
"""The breadth of its jaw where others' is given: full cheeks over a tiny chin."""
_TENDER, _THIN_NECK, _SLIGHT = 0.16, 0.60, 0.12
"""How far below its drawn chin its neck is thin, in face widths, and how much; and how much narrower its
shoulders are drawn.
"""
_WITHIN, _BEYOND = 0.36, 1.6
"""How far aside that neck reaches at most, and where nothing is moved by it, in face widths."""
_OLD = (45, 68)
"""From which age on eyes are enlarged less, and by when."""
_CORNERS = [33, 133, 362, 263]
_RISE = {2: 0.435, 13: 0.59}
"""Mesh indices of the nose's base and of the upper lip's edge; and how low they are drawn, of the way from the eyes to
the chin: lower, as on bowed heads, a mouth hangs on the chin.
"""
_RISES, _LIDS, _CLEAR = 0.9, 0.22, 0.15
"""How much of what they are lower they are raised; and where that begins, of the same way, and how far above the nose
at least: eyelids keep their form.
"""
_STRIDE = 8
"""The field is evaluated at every eighth pixel: its bumps are some fifty pixels wide."""
_ROUNDS, _DAMPED, _MIXED = 5, 0.8, (-1.0, 1.5)
"""Rounds of fixed-point iteration, with Anderson's acceleration of depth one for every point (Walker and Ni, "Anderson
Acceleration for Fixed-Point Iterations", 2011), that invert the field to under a hundredth of a pixel, nearly always;
how far each goes; and between which limits it is mixed with the one before."""


class Bump(NamedTuple):
    """A magnifying (or reducing) lens in the face's coordinates: centre, radii and factors along u and v."""

    u: float
    v: float
    ru: float
    rv: float
    wider: float
    taller: float


class Reach(NamedTuple):
    """How high over the eyes somebody's hair reaches, and how far aside, in face widths."""

    high: float
    aside: float
    receded: float = 0.0
    """How far its hairline has receded, 0..1."""


class Caricature:
    """Where each pixel of the caricature comes from, and where each point of the photo goes."""

    def __init__(
        self,
        frame: Frame,
        mesh: NDArray[np.float32],
        female: float = 0.5,
        age: float = 30.0,
        hair: Reach | None = None,
    ) -> None:
        """Of a face with that mesh (468, 3), and with `hair` that reaches so far, or none that is known of.

        The jaw of a woman (`female` 1) is drawn slimmer; a child's stays round, its forehead high, its eyes larger.
        """
        points = mesh[:, :2].astype(np.float64)
        self._frame = frame
        self._child = float(_ease(np.array(-age), *_CHILD))
        self._man = max(0.0, 1 - 2 * female) * (1 - self._child)
        self._infant = float(_ease(np.array(-age), *_INFANT))
        self._old = float(_ease(np.array(age), *_OLD))
        self._front = 1 - float(_ease(np.array(abs(frame.yaw)), 0.10, 0.26))
        long = _length(points)
        self._short = (0.16 + 0.09 * female) * (1 - 0.5 * self._child) * (1 + self._front * (long - 1))
        self._short *= 1 + _LITTLE * self._infant
        self._point = (_POINTED[0] + _POINTED[1] * female) * (1 - self._child)
        self._lips = 1.0 - 0.06 * female
        self._brow = _BROW * float(np.clip(-frame.top / _FOREHEAD, 0.5, 1.3)) * (1 - 0.6 * self._child)
        if hair is not None:
            self._brow *= 1 - _RECEDED * hair.receded
        self._fuller = _FULLER[0] + (_FULLER[1] - _FULLER[0]) * (1 - female) * (1 - self._child)
        self._neck = _SLIM[0] * female, _NECK + (_SLIM[1] - _NECK) * female
        self._nape = (1 - female) * float(_ease(np.array(abs(frame.yaw)), *_NAPE))
        self._shoulders = _SHOULDERS * (1 - female) * (1 - self._child) - _CHILDS * self._child
        self._shoulders -= _SLIGHT * self._infant
        self.slimmer = _SLIMMER * self._man * long
        """How much nearer to the middle what is beside the cheeks is drawn, in face widths."""
        self.eye_widths = tuple(float(np.linalg.norm(points[lid[0]] - points[lid[-1]])) for lid in UPPER_LIDS)
        self._bumps = np.array(self._lenses(points, female)).T[..., None]
        chin = frame.chin
        self._heights = np.array(
            (
                (chin + self._neck[0], chin + self._neck[1]),
                (chin, chin + _NECK),
                (chin, chin + _FLARES),
                (chin, chin + _SETTLES),
                (chin * 0.35, chin * 0.95),
                (chin * 0.35, chin * 0.9),
                (-0.08, -0.52),
                (-0.52, -1.1),
                (chin + _THROAT[0], chin + _THROAT[1]),
            )
        ).T[..., None]
        self._end = frame.chin
        self._axis = tuple(float(self._local(points[[i]])[0][0]) for i in (_BRIDGE, _CHIN))
        self._away, near = float(np.sign(frame.yaw)), int(frame.yaw < 0)
        aside = self._axis[0] - self._local(points[[UPPER_LIDS[near][0], _EARS[near]]])[0]
        corner, ear = (aside * self._away).tolist()
        turned = float(_ease(np.array(abs(frame.yaw)), *_SHORTENS)) * (1 - self._man)
        self._cheek = _CHEEK * turned * max(0.0, ear - corner)
        ends = ear - self._cheek / 2
        self._beyond = np.array(((corner, ends), (ends + _SKULL[0], ends + _SKULL[1]))).T[..., None]
        self._taller = self._broader = 1.0
        self._rise: tuple[tuple[float, ...], tuple[float, ...]] = (0.0, 1.0), (0.0, 0.0)
        self._jaws = [np.zeros(len(_DOWN))] * 2  # to see first where shortening alone puts the jaw
        shortened = self.points(points[[*(i for side in JAWS for i in side), *_CORNERS, *_RISE]])
        *jaws, rest = np.split(shortened, np.cumsum([len(side) for side in JAWS]))
        self._end = float(self._local(jaws[-1][-1:])[1][0])
        self._jaws = [self._slimmed(side, female) for side in jaws]
        self._rise = self._risen(self._local(rest)[1] / self._end)
        if hair is not None:
            self._taller = _larger(hair.high - self._brow * (1 - self._fuller), _HIGH * self._end, _CROWN)
            self._broader = _larger(hair.aside, _BROAD, _TEMPLES)

    def _lenses(self, points: Points, female: float) -> Sequence[Bump]:
        bumps = []
        widest, grow = max(self.eye_widths), _GROW[0] + _GROW[1] * self._man + 0.3 * self._child - 0.2 * self._old
        for lid, width in zip(UPPER_LIDS, self.eye_widths, strict=True):
            if width < HIDDEN * widest:
                continue
            u, v = self._local((points[[lid[0]]] + points[[lid[-1]]]) / 2)
            reach = (width * 0.5 + widest * 0.5) * 1.3 / self._frame.unit
            bumps.append(
                Bump(
                    float(u[0]),
                    float(v[0]) - 0.015,
                    width * 1.15 / self._frame.unit,
                    reach,
                    *(1.0 + np.array([0.43, 0.53]) * grow),
                )
            )
        u, v = self._local(points[_NOSE].mean(0)[None])
        bumps.append(Bump(float(u[0]), float(v[0]) - 0.03, 0.22, 0.22, 0.86, 0.90))
        u, v = self._local(points[_MOUTH].mean(0)[None])
        bumps.append(Bump(float(u[0]), float(v[0]), 0.34, 0.20, self._lips, 1.0))
        return bumps

    def _slimmed(self, jaw: Points, female: float) -> Points:
        """How much broader a side of the jaw is than it is drawn, at each height `_DOWN`, as a share of the latter."""
        u, v = self._local(jaw)
        height = np.array(_DOWN) * self._end
        seen = np.abs(np.interp(height, np.maximum.accumulate(v), u) - self._middle(height))
        aside = float(_ease(np.array(abs(self._frame.yaw)), *_ASIDE[1:]))
        keeps = (1 - _ROUND * self._child * (1 - self._infant)) * (1 - _ASIDE[0] * aside)
        men, women = _DRAWN
        drawn = np.array(men) + female * (np.array(women) - np.array(men))
        drawn += self._infant * (np.array(_ROUNDED) - drawn)
        own = seen / max(float(seen[0]), 1e-3) / _COMMON
        broader = (own / own ** (_OWN[0] + _OWN[1] * self._front) * _COMMON / drawn - 1) / (1 - _ease(seen, *_REACH))
        least, most, more = _BROADER
        broader = np.clip(broader, least, most + more * (1 - self._front))
        return np.asarray(broader * keeps * _ease(seen[:1], 0.05, 0.2), np.float64)

    def _risen(self, v: Points) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Heights, in shares of the way from the eyes' height to the chin, and how much lower what is drawn there was.

        A nose and a mouth that lie low, as when the head is bowed, are drawn higher. In such shares, `v` has the
        corners of the eyes and what may rise.
        """
        eyes, seen = float(v[: len(_CORNERS)].mean()), v[len(_CORNERS) :]
        low = seen - eyes - np.array([*_RISE.values()]) * (1 - eyes)
        drawn = (seen - _RISES * np.maximum(low, 0)).tolist()
        begins = eyes + min(_LIDS * (1 - eyes), drawn[0] - eyes - _CLEAR)
        return (begins, *drawn, 1.0), (0.0, *(seen - drawn).tolist(), 0.0)

    def _middle(self, v: Points) -> Points:
        """The u of the face's middle, which goes from the bridge of the nose to the chin."""
        return self._axis[0] + (self._axis[1] - self._axis[0]) * np.minimum(np.maximum(v / self._end, 0), 1)

    def _local(self, points: Points) -> tuple[Points, Points]:
        from_origin = points - self._frame.origin
        return from_origin @ self._frame.right / self._frame.unit, from_origin @ self._frame.down / self._frame.unit

    def _offset(self, u: Points, v: Points) -> tuple[Points, Points]:
        """How far from (u, v) of the caricature, each (n,), its pixel lies in the photo, in face widths."""
        chin = self._frame.chin
        aside = u - self._middle(v)
        beside = np.abs(aside)
        neck, shoulders, body, rest, shorter, pointed, brow, crown, throat = _ease(v, *self._heights)
        far, further, corners, past, bare, risen = _ease(beside, *_BESIDE)
        left, right = (np.interp(v / self._end, (0.0, *_DOWN), (0.0, *jaw)) for jaw in self._jaws)
        slim = left + _ease(aside, -0.08, 0.08) * (right - left)
        du = aside * slim * (1 - neck) * (1 - far)
        if self.slimmer:
            du = du + np.copysign(self.slimmer * bare * (1 - throat), aside)
        if self._cheek:
            cheek, skull = _ease(-self._away * aside, *self._beyond)
            du = du - self._away * self._cheek * cheek * (1 - _SKULL[2] * skull) * (1 - throat)
        if self._shoulders:
            du = du - (u - self._axis[1] / 2) * (self._shoulders / (1 + self._shoulders) * shoulders)
        if self._child:
            begins = _FRAIL[0] * chin + self._infant * (self._end - _FRAIL[0] * chin)
            ends = chin + self._infant * (self._end + _TENDER - chin)
            frail = _ease(v, begins, ends) * (1 - rest)
            du = du + aside * (_FRAIL[1] * self._child * (1 - self._infant)) * (1 - far) * frail
            if self._infant:
                loose = np.clip(aside, -_WITHIN, _WITHIN) * (1 - _ease(beside, _WITHIN, _BEYOND))
                du = du + loose * (_THIN_NECK * self._infant) * frail
        if self._nape:
            nape = _ease(v, 0.1 * chin, 0.5 * chin) * (1 - rest)
            nape = nape * _ease(-np.sign(self._frame.yaw) * u, *_BEHIND) * self._nape
            du = du + u * _SLENDER / (1 - _SLENDER) * nape
        dv = self._short * shorter * (1 - rest) * (1 - further)
        dv = dv + self._point * (corners * (1 - past)) * pointed * (1 - rest)
        dv = dv + np.interp(v / self._end, *self._rise) * self._end * (1 - risen)
        dv = dv - self._brow * (brow - self._fuller * crown)
        if self._taller > 1:
            dv = dv - np.maximum(-v - _CROWN, 0) * (self._taller - 1)
        if self._broader > 1:
            du = du + np.sign(u) * np.maximum(np.abs(u) - _TEMPLES, 0) * ((self._broader - 1) * (1 - body))
        at_u, at_v, ru, rv, wider, taller = self._bumps
        x, y = u - at_u, v - at_v
        weight = np.maximum(1 - (x / ru) ** 2 - (y / rv) ** 2, 0)
        weight = weight * weight * (3 - 2 * weight)
        for across, along in zip((1 - 1 / wider) * weight * x, (1 - 1 / taller) * weight * y, strict=True):
            du, dv = du - across, dv - along
        return du, dv

    def maps(self) -> tuple[Plane, Plane]:
        """Tables for `cv2.remap` that turn the photo into the caricature."""
        cells = SIDE // _STRIDE
        u, v = self._frame.maps(cells)
        du, dv = (d.reshape(u.shape) for d in self._offset(*(x.ravel().astype(np.float64) for x in (u, v))))
        unit, right, down = self._frame.unit, self._frame.right, self._frame.down
        dx = (du * right[0] + dv * down[0]) * unit
        dy = (du * right[1] + dv * down[1]) * unit
        field = cv2.resize(np.dstack([dx, dy]).astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
        grid = np.arange(SIDE, dtype=np.float32)
        return field[..., 0] + grid[None], field[..., 1] + grid[:, None]

    def points(self, points: NDArray[np.floating]) -> Points:
        """Where points (n, 2) of the photo lie in the caricature."""
        goal = np.stack(self._local(np.asarray(points, np.float64)))
        at, step, missed = goal, np.zeros_like(goal), np.zeros_like(goal)
        for i in range(_ROUNDS):
            miss = goal - at - np.stack(self._offset(*at))
            change, before = miss - missed, step
            step = _DAMPED * miss
            if i:
                share = (miss * change).sum(0) / np.maximum((change * change).sum(0), 1e-12)
                step = step - np.clip(share, *_MIXED) * (before + _DAMPED * change)
            at, missed = at + step, miss
        return self._frame.origin + (at.T * self._frame.unit) @ np.stack([self._frame.right, self._frame.down])


def _length(points: Points) -> float:
    """How much of the common shortening a face gets: a long one keeps its length."""
    width, height = (float(np.linalg.norm(points[a] - points[b])) for a, b in (_EARS, (_TOP, _CHIN)))
    return float(np.interp(height / width, *_LONG))


def _larger(reach: float, most: float, begin: float) -> float:
    """How many times larger hair is than it is drawn, beyond where that begins, if `most` is enough."""
    drawn = max(most, begin + _THIN)
    drawn += _GROWS * max(0.0, reach - drawn)
    return float(np.clip((reach - begin) / (drawn - begin), 1.0, _TIGHTEST))


def _ease(x: Points, low: float | Points, high: float | Points) -> Points:
    t = np.minimum(np.maximum((x - low) / (high - low), 0), 1)
    return np.asarray(t * t * (3 - 2 * t), np.float64)
