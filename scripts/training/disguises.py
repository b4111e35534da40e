"""Beards and hats that nobody wore: painted onto photographs, because few of those to learn from have any.

They need not deceive a person; that hair on a jaw, or cloth on a head, has no business to be labelled skin or hair is
what is learned from them.
"""

import cv2
import numpy as np

from engine.cel.frame import SIDE
from engine.cel.parse import Label
from scripts.training.photographs import Floats, Photograph, Pixels

LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
JAW = (454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234)
UPPER_EDGE = (127, 137, 147, 207, 206, 203, 98, 97, 2, 326, 327, 423, 426, 427, 376, 366, 356)
"""Mesh indices of the line above which no beard grows, from ear to ear."""


def bearded(one: Photograph, rgb: Pixels, mask: Pixels, chance: np.random.Generator) -> tuple[Pixels, Pixels]:
    """The same person with a full beard, a goatee, a moustache or some days' growth."""
    u, v = one.frame.maps(SIDE)
    chin, mesh = one.frame.chin, one.mesh
    fall = chance.uniform(0.01, 0.14) * one.frame.unit * (1 - np.abs(np.linspace(-1, 1, len(JAW))) ** 2)
    jaw = mesh[list(JAW)] + fall[:, None] * one.frame.down
    grown = _filled(np.vstack([mesh[list(UPPER_EDGE)], jaw])) * (mask != Label.BACKGROUND)
    kind = chance.choice(["full", "full", "goatee", "moustache", "low"])
    mouth = float(one.frame.coordinates(mesh[13])[1])
    if kind == "goatee":
        grown = grown * (np.abs(u) < chance.uniform(0.12, 0.24))
    elif kind == "moustache":
        grown = grown * (v < mouth) * (np.abs(u) < chance.uniform(0.14, 0.2))
    elif kind == "low":
        grown = grown * ((v > mouth - 0.1) | (np.abs(u) < 0.2)) * (v > chin * chance.uniform(0.35, 0.6))
    grown = cv2.GaussianBlur(grown.astype(np.float32), (0, 0), float(chance.uniform(1.0, 3.0)))
    grown = np.minimum(grown, 1 - cv2.GaussianBlur(_filled(mesh[list(LIPS)]).astype(np.float32), (0, 0), 1.0))
    hair = rgb[mask == Label.HAIR]
    own = hair.mean(0) if len(hair) > 200 and chance.random() < 0.6 else None
    tone = own if own is not None else chance.uniform(15, 150) * np.array([1.0, *chance.uniform(0.65, 1.0, 2)])
    strands = chance.normal(0, 1, (SIDE, SIDE)).astype(np.float32)
    strands = cv2.GaussianBlur(strands, (0, 0), 0.6, None, float(chance.uniform(1.2, 3.0)))
    texture = strands[..., None] / strands.std() * chance.uniform(6, 22)
    dense = float(chance.uniform(0.45, 1.0))
    weight = (grown * dense)[..., None]
    out = rgb * (1 - weight) + (tone + texture) * weight
    return out.clip(0, 255).astype(np.uint8), np.where((grown > 0.5) & (mask == Label.SKIN), Label.BEARD, mask)


def hatted(one: Photograph, rgb: Pixels, mask: Pixels, chance: np.random.Generator) -> tuple[Pixels, Pixels]:
    """The same person in a cap, a hat, a headband or a headscarf."""
    u, v = one.frame.maps(SIDE)
    lean = float(chance.normal(0, 0.12))
    u, v = u + lean * v, v - lean * u
    kinds = ["cap", "hat", "beanie", "band"]
    outside = (mask == Label.HAIR) & ((np.abs(u) > 0.7) | (v < -0.95))
    if outside.sum() < 0.1 * one.frame.unit**2:  # a scarf leaves little hair to be seen
        kinds.append("scarf")
    kind = chance.choice(kinds)
    brow = float(chance.uniform(-0.48, -0.26))
    edge = brow + chance.uniform(-0.1, 0.25) * u**2
    wide, high = chance.uniform(0.56, 0.74), chance.uniform(0.5, 0.8)
    dome = (v < edge) & ((u / wide) ** 2 + ((v - brow) / high) ** 2 < 1)
    trim = np.zeros_like(dome)
    if kind == "cap":
        trim = ((u - chance.uniform(-0.2, 0.2)) / 0.5) ** 2 + ((v - brow) / chance.uniform(0.08, 0.16)) ** 2 < 1
    elif kind == "hat":
        trim = (u / chance.uniform(0.8, 1.15)) ** 2 + ((v - brow) / chance.uniform(0.08, 0.2)) ** 2 < 1
    elif kind == "beanie":
        trim = dome & (v > edge - chance.uniform(0.1, 0.22))
    elif kind == "band":
        height = brow - chance.uniform(0.0, 0.3) + 0.5 * u**2
        dome = (np.abs(v - height) < chance.uniform(0.03, 0.08)) & (np.abs(u) < 0.7) & (mask != Label.BACKGROUND)
    else:
        face = (u / chance.uniform(0.40, 0.47)) ** 2 + ((v - 0.2) / chance.uniform(0.58, 0.66)) ** 2 < 1
        around = (u / chance.uniform(0.65, 0.85)) ** 2 + ((v - 0.05) / chance.uniform(0.9, 1.05)) ** 2 < 1
        around |= (v > 0.2) & (np.abs(u) < 0.65 + 0.35 * np.clip(v - 0.3, 0, 2))
        dome = around & ~face & (v < chance.uniform(0.9, 1.6))
    cloth = _cloth(chance, u, v)
    worn = cv2.GaussianBlur((dome | trim).astype(np.float32), (0, 0), 0.8)[..., None]
    darker = cv2.GaussianBlur(trim.astype(np.float32), (0, 0), 0.8)[..., None]
    cloth = cloth * (1 - darker * chance.uniform(-0.2, 0.5))
    out = rgb * (1 - worn) + cloth * worn
    return out.clip(0, 255).astype(np.uint8), np.where(worn[..., 0] > 0.5, Label.HEADWEAR, mask)


def _cloth(chance: np.random.Generator, u: Floats, v: Floats) -> Floats:
    """Some cloth in some light, (SIDE, SIDE, 3): plain, striped or printed."""
    plain, other = (chance.uniform(10, 240) * chance.uniform(0.4, 1.0, 3) for _ in range(2))
    cloth = np.broadcast_to(plain, (*u.shape, 3)).copy()
    kind = chance.random()
    if kind < 0.25:
        turn = chance.uniform(0, np.pi)
        stripes = np.sin((u * np.cos(turn) + v * np.sin(turn)) * chance.uniform(15, 60)) > chance.uniform(-0.5, 0.7)
        cloth[stripes] = other
    elif kind < 0.4:
        print_ = cv2.GaussianBlur(chance.normal(0, 1, u.shape).astype(np.float32), (0, 0), float(chance.uniform(3, 12)))
        cloth[print_ > print_.std() * chance.uniform(0.2, 1.2)] = other
    folds = cv2.GaussianBlur(chance.normal(0, 1, u.shape).astype(np.float32), (0, 0), float(chance.uniform(4, 14)))
    fall = chance.uniform(-0.5, 0.5) * u
    light = 1 + chance.uniform(0.02, 0.15) * folds / folds.std() - fall
    weave = chance.normal(0, chance.uniform(0, 8), u.shape)
    return np.asarray(cloth * light[..., None] + weave[..., None], np.float32)


def _filled(outline: Floats) -> Pixels:
    plane = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(plane, [np.rint(outline * 16).astype(np.int32)], 1, cv2.LINE_8, 4)
    return plane
