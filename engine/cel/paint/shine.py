"""The band of light across the hair, which anime draws whatever the light."""

import numpy as np

from engine.cel.frame import SIDE
from engine.cel.geometry import Points, smooth
from engine.cel.look import Plane, WarpedFace
from engine.cel.paint.fields import sampled


def shine(hair: Plane, face: WarpedFace, rng: np.random.Generator) -> list[Points]:
    """The band of light: it follows the crown's outline, and its edges are the zigzag of the locks it crosses."""
    across, heights = np.linspace(-0.48, 0.48, 49), np.linspace(-1.4, 0.6, 161)
    grid = face.centre + face.u * (across[:, None, None] * face.right + heights[None, :, None] * face.down)
    seen = sampled(hair, grid.reshape(-1, 2) / 2 - 0.5).reshape(len(across), -1) > 0.7
    inside = ((grid > 2) & (grid < SIDE - 2)).all(-1)
    seen &= inside
    top = np.argmax(seen, 1)
    below = np.arange(len(heights)) > top[:, None]
    end = np.where((below & ~seen).any(1), np.argmax(below & ~seen, 1), len(heights) - 1)
    room = np.where(seen.any(1), (end - top) * (heights[1] - heights[0]), 0)
    good = room > 0.14
    if good.sum() < 12:
        return []
    room = np.minimum(room, 0.5)
    crown = smooth(np.interp(across, across[good], heights[top][good]), 3.0)
    room = smooth(np.interp(across, across[good], room[good]), 3.0)
    first, last = across[good][[0, -1]]
    length = last - first
    cut = first + length * float(rng.uniform(0.60, 0.70))
    pieces = ((first + 0.14 * length, cut), (cut + 0.07 * length, last - 0.10 * length))
    shapes = []
    for left, right in pieces:
        count = max(3, round((right - left) / 0.075))
        at = np.linspace(left, right, 2 * count + 1)
        middle = np.interp(at, across, crown + 0.40 * room)
        thick = np.interp(at, across, room) * 0.13 * np.sin(np.pi * np.linspace(0, 1, len(at))) ** 0.6
        teeth = np.where(np.arange(len(at)) % 2, 1.7, 0.4) * rng.uniform(0.6, 1.4, len(at))
        low, high = middle + thick * teeth, middle - thick * np.where(np.arange(len(at)) % 2, 0.6, 1.15)
        outline = np.concatenate([np.stack([at, high], 1), np.stack([at, low], 1)[::-1]])
        shapes.append(face.centre + face.u * (outline[:, :1] * face.right + outline[:, 1:] * face.down))
    return shapes
