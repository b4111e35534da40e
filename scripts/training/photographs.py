"""Labelled photographs, upright, and the many ways in which each could have been taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import BELOW, BREADTH, SIDE, Frame, square
from engine.cel.learned_parser import SIZE
from engine.cel.parse import Label
from engine.cel.perceive import perceive

type Floats = NDArray[np.float32]
type Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Photograph:
    """One labelled photograph."""

    name: str
    rgb: Pixels
    mask: Pixels
    frame: Frame
    mesh: Floats
    """(468, 2): the points of the face."""
    male: float
    """0..1: how likely it is to grow a beard."""

    @property
    def group(self) -> str:
        """Who or what it shows."""
        return self.name.rpartition("-")[0] or self.name


def read(folder: Path) -> list[Photograph]:
    """All photographs of a folder in which a face is found."""
    found = []
    for path in sorted((folder / "photo").glob("*.png")):
        rgb = square(np.ascontiguousarray(cv2.imread(str(path))[..., ::-1]))
        mask = cv2.imread(str(folder / "mask" / path.name), cv2.IMREAD_GRAYSCALE)
        face = perceive(rgb).face
        if mask is not None and face is not None:
            mask = cv2.resize(mask, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)
            male = (1 - face.female) * float(face.age > 16)
            found.append(Photograph(path.stem, rgb, mask, face.frame, face.mesh[:, :2], male))
    return found


def split(photographs: Sequence[Photograph], fold: int, folds: int) -> tuple[list[Photograph], list[Photograph]]:
    """Those to learn from and those to test on; with one fold, all and none."""
    groups = np.random.default_rng(5).permutation(sorted({p.group for p in photographs})).tolist()
    tested = set(groups[fold::folds]) if folds > 1 else set()
    return [p for p in photographs if p.group not in tested], [p for p in photographs if p.group in tested]


def matrix(
    frame: Frame,
    chance: np.random.Generator | None = None,
    size: int = SIZE,
    breadth: float = BREADTH,
    below: float = BELOW,
) -> Floats:
    """The 2 x 3 map from pixels of an upright square to those of the photograph; by chance a little off."""
    scale, turn, dx, dy, flip = 1.0, 0.0, 0.0, 0.0, 1.0
    if chance is not None:
        scale, turn = float(np.exp(chance.normal(0, 0.09))), float(chance.normal(0, 0.09))
        dx, dy = chance.normal(0, 0.06, 2).tolist()
        flip = float(chance.choice([-1, 1]))
    c, s = np.cos(turn), np.sin(turn)
    axes = np.stack([frame.right, frame.down], 1) @ np.array([[c, -s], [s, c]])
    middle = frame.origin + axes @ np.array([dx, below + dy]) * frame.unit
    axes = axes @ np.diag([flip, 1]) * (breadth * frame.unit * scale / size)
    return np.column_stack([axes, middle - axes @ np.full(2, size / 2 - 0.5)]).astype(np.float32)


def upright(plane: NDArray[np.generic], there: Floats, border: int = cv2.BORDER_REPLICATE) -> NDArray[np.generic]:
    """The upright square (SIZE, SIZE) of a picture or plane."""
    return cv2.warpAffine(plane, there, (SIZE, SIZE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=border)


def other_background(rgb: Pixels, mask: Pixels, other: Pixels, chance: np.random.Generator) -> Pixels:
    """The same person elsewhere: before part of another photograph, other people and all."""
    turn = float(chance.uniform(0, 360)) if chance.random() < 0.3 else 0.0
    there = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), turn, float(chance.uniform(0.8, 1.8)))
    there[:, 2] += chance.uniform(-150, 150, 2)
    behind = cv2.warpAffine(other, there, (SIDE, SIDE), borderMode=cv2.BORDER_REFLECT)
    if chance.random() < 0.5:
        behind = cv2.GaussianBlur(behind, (0, 0), float(chance.uniform(1, 8)))
    person = soft(mask, [label for label in Label if label is not Label.BACKGROUND], float(chance.uniform(0.5, 1.2)))
    return (rgb * person + behind * (1 - person)).astype(np.uint8)


def soft(mask: Pixels, labels: Sequence[Label], sigma: float = 1.0) -> Floats:
    """Where one of the labels lies, with soft edges, (H, W, 1)."""
    return cv2.GaussianBlur(np.isin(mask, labels).astype(np.float32), (0, 0), sigma)[..., None]


def other_colours(rgb: Pixels, mask: Pixels, chance: np.random.Generator) -> Pixels:
    """Hair, skin, clothes and hats in other colours, each with its own light and texture."""
    lab = cv2.cvtColor(rgb.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    dyed = chance.random() < 0.12
    wanted = {
        (Label.HAIR, Label.BEARD): (
            0.55,
            [chance.uniform(6, 80), *(chance.uniform(-45, 45, 2) if dyed else chance.normal((4, 10), (7, 14)))],
            chance.uniform(0.6, 1.3),
        ),
        (Label.CLOTHES,): (0.5, [chance.uniform(8, 92), *chance.normal(0, (14, 18))], chance.uniform(0.4, 1.4)),
        (Label.SKIN,): (0.5, [chance.uniform(28, 82), chance.uniform(6, 22), chance.uniform(6, 28)], 1.0),
        (Label.HEADWEAR,): (0.2, [chance.uniform(8, 92), *chance.normal(0, 25, 2)], 1.0),
    }
    for labels, (often, colour, contrast) in wanted.items():
        weight = soft(mask, labels)
        if chance.random() < often and weight.sum() > 50:
            mean = (lab * weight).sum((0, 1)) / weight.sum()
            lab = lab * (1 - weight) + ((lab - mean) * [contrast, 1, 1] + colour) * weight
    lab[..., 0] = lab[..., 0].clip(0, 100)
    return (cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_LAB2RGB).clip(0, 1) * 255).astype(np.uint8)


def other_light(rgb: Pixels, chance: np.random.Generator) -> Pixels:
    """The picture in other light, with another camera, sent through other compression."""
    light = rgb.astype(np.float32) / np.float32(255)
    if chance.random() < 0.15:
        light = np.repeat(light.mean(-1, keepdims=True), 3, -1)
    if chance.random() < 0.5:
        light = light ** np.exp(chance.normal(0, 0.35))
    if chance.random() < 0.5:
        light = light * np.exp(chance.normal(0, 0.12, 3))
    if chance.random() < 0.4:
        light = (light - 0.5) * chance.uniform(0.6, 1.35) + 0.5 + chance.uniform(-0.15, 0.12)
    if chance.random() < 0.25:
        light = light * (1 + chance.uniform(0.1, 0.6) * slope(light.shape[0], chance)[..., None])
    if chance.random() < 0.3:
        light = cv2.GaussianBlur(light, (0, 0), float(chance.uniform(0.4, 2.2)))
    if chance.random() < 0.3:
        light = light + chance.normal(0, chance.uniform(0.005, 0.05), light.shape)
    out = (light.clip(0, 1) * 255).astype(np.uint8)
    if chance.random() < 0.3:
        coded = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(25, 90))])[1]
        out = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return out


def slope(side: int, chance: np.random.Generator) -> Floats:
    """A plane that rises from -1 to 1 in some direction."""
    turn = chance.uniform(0, 2 * np.pi)
    at = np.linspace(-1, 1, side)
    return (at[None] * np.cos(turn) + at[:, None] * np.sin(turn)).astype(np.float32)
