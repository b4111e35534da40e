"""The lower edge of a fringe: an even arch, out of which its locks fall, where the edge of a mask is nibbled."""

import numpy as np

from engine.cel.geometry import smooth, smoothstep
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import ease
from engine.cel.paint.flow import Flow
from engine.cel.paint.hairline import hairline

_EVEN, _RAISED = 5.0, 0.01
"""How smooth that arch is, in steps of the hairline, and how far it lies behind that, in face widths."""
_FRONT = (44.0, 66.0)
"""How far aside, in degrees, a fringe's edge begins to be that of the hair beside it, and is."""
_EVENER, _ROUND = 7.0, (84.0, 98.0)
"""The same of a neat fringe."""
_ROOM = ([0.0, 35.0, 62.0, 90.0], [0.36, 0.37, 0.40, 0.42])
"""How far its arch lies off the middle of the face at least, in face widths, by the angle aside in degrees."""
_NEAR, _DEEP = (0.10, 0.20), (0.22, 0.36)
"""How far off the arch its shape begins to be that of the hair, and is; and how deep hair is that has an arch: less has
its outline close behind. In face widths."""


def arched(shape: Plane, flow: Flow, face: WarpedFace, bangs: float, neat: bool = False) -> Plane:
    """The shape of hair, its signed distance at half size, whose fringe (`bangs` 1) ends in an even arch.

    That of a `neat` one leaves room for its locks, and goes on beside the face.
    """
    line = hairline(shape, flow, face)
    even, front = (_EVENER, _ROUND) if neat else (_EVEN, _FRONT)
    far = smooth(line.far, even) + _RAISED * face.u
    if neat:
        far = np.maximum(far, np.interp(np.abs(line.angles), *_ROOM) * face.u)
    at = np.arange(shape.shape[0], dtype=np.float32) * 2 + 1
    off = np.stack(np.meshgrid(at, at), -1) - line.middle.astype(np.float32)
    x, up = off @ face.right.astype(np.float32), -(off @ face.down.astype(np.float32))
    angle: Plane = np.degrees(np.arctan2(x, up)).astype(np.float32)
    within: Plane = (np.hypot(x, up) - np.interp(angle, line.angles, far)).astype(np.float32) / np.float32(face.u)
    deep = smoothstep(smooth(line.depth, _EVEN) / face.u, *_DEEP)
    there: Plane = np.interp(angle, line.angles, line.strength * deep * bangs).astype(np.float32)
    apart = np.maximum(within, 0) if neat else np.abs(within)
    near = there * (1 - ease(apart, *_NEAR)) * (1 - ease(np.abs(angle), *front))
    return np.asarray(shape + near * (within * np.float32(face.u / 2) - shape), np.float32)
