"""Teach the complexion network: `python -m scripts.training.tones FOLDER OUT.onnx [--fold K --folds N] [--steps S]`.

Colours are those of light on pigment: in linear light, a photograph's skin and hair are given other pigments, its
clothes other dyes, and all of it other light; what is asked for is the pigment. So the network learns what light does,
and not that certain faces have certain colours. Errors on people kept aside are printed as mean differences of L, a, b.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional
from torch.utils.data import DataLoader, IterableDataset

from engine.cel.complexion import SIZE, scaled
from engine.cel.parse import Label
from scripts.training.networks import Tones
from scripts.training.photographs import Floats, Photograph, matrix, read, slope, split, upright

BATCH, RATE, SIDE = 32, 2e-3, 128
SKIN_CHROMA = ([36, 45, 55, 65, 75, 88], [20, 26, 29, 28, 23, 15])
"""Lightness of skin -> its usual chroma."""
SKIN_HUE = ([36, 60, 88], [54, 60, 60])
"""Lightness of skin -> its usual hue, in degrees."""

REPAINTED = 0.5
"""How often a sitter's skin is given another pigment."""
EXPOSED, SLOPED = 0.35, 0.3
"""Deviations of the logarithm of light, over all of a picture and across it."""
IN_COLOUR = 0.75
"""How often a photograph whose colours are changed keeps any: skin must be told in black and white too."""
OFTEN = ([48, 60, 74], [9, 4, 1])
"""Lightness of skin -> how often a sitter is seen: few who sat had dark skin."""

type Example = tuple[Floats, Floats, Floats]
"""What is seen (SIZE, SIZE, 10); CIELAB of skin and hair (6,); which of these are known (6,)."""


@dataclass(frozen=True)
class Sitter:
    """An upright photograph in linear light (SIDE, SIDE, 3), its labels, and its pigments in CIELAB."""

    light: Floats
    planes: Floats
    skin: Floats
    hair: Floats | None


def sitter(one: Photograph, folder: Path) -> Sitter:
    """Prepare a photograph."""
    colours = json.loads((folder / "colour" / f"{one.name}.json").read_text())
    there = matrix(one.frame)
    rgb = cv2.resize(upright(one.rgb, there), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    planes = np.dstack([upright((one.mask == label).astype(np.float32), there) for label in Label])
    beyond = upright(np.full(one.mask.shape, 255, np.uint8), there, cv2.BORDER_CONSTANT) < 128
    planes[beyond] = np.eye(len(Label), dtype=np.float32)[Label.BACKGROUND]
    hair = colours["hair"]
    return Sitter(
        linear(rgb.astype(np.float32) / np.float32(255)),
        cv2.resize(planes, (SIDE, SIDE), interpolation=cv2.INTER_AREA),
        lab(colours["skin"]),
        lab(hair) if hair else None,
    )


def lab(code: str) -> Floats:
    """CIELAB of "#rrggbb"."""
    rgb = np.array([[[int(code[i : i + 2], 16) for i in (1, 3, 5)]]], np.float32) / 255
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[0, 0]


def linear(rgb: Floats) -> Floats:
    """SRGB 0..1 -> linear light (IEC 61966-2-1)."""
    return np.where(rgb < 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4).astype(np.float32)


def encoded(light: Floats) -> Floats:
    """Linear light -> sRGB 0..1."""
    light = light.clip(0, 1)
    return np.where(light < 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055).astype(np.float32)


def pigment(colour: Floats) -> Floats:
    """Linear light that a CIELAB colour reflects."""
    return linear(cv2.cvtColor(np.asarray(colour, np.float32)[None, None], cv2.COLOR_LAB2RGB)[0, 0].clip(1e-3, 1))


def some_skin(chance: np.random.Generator) -> Floats:
    """A colour that skin may have."""
    light = chance.uniform(36, 88) if chance.random() < 0.5 else float(np.clip(chance.normal(76, 8), 40, 90))
    chroma = np.interp(light, *SKIN_CHROMA) + chance.normal(0, 3.5)
    hue = np.radians(np.interp(light, *SKIN_HUE) + chance.normal(0, 6))
    return np.array([light, chroma * np.cos(hue), chroma * np.sin(hue)], np.float32)


def some_hair(chance: np.random.Generator) -> Floats:
    """A colour that hair may have: black, brown, blond, red, grey, dyed (lightness, chroma, hue)."""
    kinds = (
        (0.35, (6, 20), (0, 6), (60, 60)),
        (0.27, (18, 45), (8, 26), (62, 62)),
        (0.18, (45, 80), (14, 36), (76, 76)),
        (0.08, (28, 50), (28, 50), (52, 52)),
        (0.07, (35, 88), (0, 5), (75, 75)),
        (0.05, (20, 75), (15, 50), (0, 360)),
    )
    _, *ranges = kinds[int(chance.choice(len(kinds), p=[kind[0] for kind in kinds]))]
    light, chroma, hue = (float(chance.uniform(*limits)) for limits in ranges)
    hue = np.radians(hue + chance.normal(0, 8))
    return np.array([light, chroma * np.cos(hue), chroma * np.sin(hue)], np.float32)


def example(one: Sitter, others: list[Sitter] | None = None, chance: np.random.Generator | None = None) -> Example:
    """A sitter as the network sees them; by chance with other pigments in other light."""
    light, planes, skin = one.light, one.planes, one.skin
    hair = np.array([30, 5, 8], np.float32) if one.hair is None else one.hair
    if chance is not None and others:
        light, skin, hair = _repainted(one, others, chance)
        rgb, planes = _photographed(light, planes, chance)
    else:
        rgb = encoded(light)
    rgb, planes = (
        cv2.resize(np.ascontiguousarray(p, np.float32), (SIZE, SIZE), interpolation=cv2.INTER_AREA)
        for p in (rgb, planes)
    )
    known = np.repeat([1.0, float(one.hair is not None)], 3)
    seen = np.dstack([scaled(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)), planes])
    return seen.astype(np.float32), np.concatenate([skin, hair]).astype(np.float32), known.astype(np.float32)


def _repainted(one: Sitter, others: list[Sitter], chance: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    light, skin, hair = one.light, one.skin, one.hair
    if chance.random() < 0.5:
        behind = cv2.GaussianBlur(
            others[int(chance.integers(len(others)))].light, (0, 0), float(chance.uniform(0.5, 5))
        )
        light = _mixed(light, behind * np.exp(chance.normal(0, 0.4)), one.planes[..., Label.BACKGROUND])
    if chance.random() < REPAINTED:
        skin = some_skin(chance)
        share = np.clip(pigment(skin) / pigment(one.skin), 0.08, 5)
        light = _mixed(light, light * share, one.planes[..., Label.SKIN])
    if hair is not None and one.hair is not None and chance.random() < 0.7:
        hair = some_hair(chance)
        share = np.clip(pigment(hair) / pigment(one.hair), 0.03, 8)
        light = _mixed(light, light * share, one.planes[..., Label.HAIR])
    if chance.random() < 0.6:
        dye = np.exp(chance.normal(0, 0.8) + chance.normal(0, 0.35, 3))
        light = _mixed(light, light * dye, one.planes[..., Label.CLOTHES])
    return light, skin, np.array([30, 5, 8], np.float32) if hair is None else hair


def _mixed(below: Floats, above: Floats, share: Floats) -> Floats:
    return below + (above - below) * share[..., None]


def _photographed(light: Floats, planes: Floats, chance: np.random.Generator) -> tuple[Floats, Floats]:
    """In light of some colour from some side, with some camera; and the labels that go with it, perhaps sloppy."""
    warm = chance.normal(0, 0.16)
    light = light * np.exp(chance.normal(0, SLOPED) * slope(SIDE, chance))[..., None]
    light = light * np.exp(np.array([warm, chance.normal(0, 0.05), -1.3 * warm]) + chance.normal(0, EXPOSED))
    rgb = encoded(light)
    if chance.random() < 0.5:
        rgb = (rgb - 0.45) * chance.uniform(0.75, 1.35) + 0.45
    if chance.random() < 0.5:
        grey = rgb.mean(-1, keepdims=True)
        rgb = grey + (rgb - grey) * (chance.uniform(0.65, 1.4) if chance.random() < IN_COLOUR else 0)
    if chance.random() < 0.3:
        rgb = cv2.GaussianBlur(rgb.astype(np.float32), (0, 0), float(chance.uniform(0.4, 1.5)))
    rgb = (rgb + chance.normal(0, chance.uniform(0, 0.03), rgb.shape)).clip(0, 1)
    if chance.random() < 0.5:
        rgb, planes = _cut(rgb, planes, chance)
    if chance.random() < 0.5:
        rgb, planes = rgb[:, ::-1], planes[:, ::-1]
    there = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), chance.normal(0, 4), chance.uniform(0.9, 1.12))
    there[:, 2] += chance.normal(0, 4, 2)
    rgb, planes = (
        cv2.warpAffine(np.ascontiguousarray(p, np.float32), there, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
        for p in (rgb, planes)
    )
    if chance.random() < 0.5:
        planes = cv2.GaussianBlur(planes, (0, 0), float(chance.integers(1, 5)))
    return rgb, planes


def _cut(rgb: Floats, planes: Floats, chance: np.random.Generator) -> tuple[Floats, Floats]:
    """A photograph that ends near the face: beyond its border it goes on as it ends, and that is nobody's."""
    far = (SIDE * chance.uniform(0.2, 0.5, 4) * np.array([1, 1, 1, 1.2])).astype(int)
    left, top, right, bottom = SIDE // 2 + far * np.array([-1, -1, 1, 1]) - np.array([0, SIDE // 28, 0, SIDE // 28])
    left, top, right, bottom = (int(np.clip(edge, 0, SIDE)) for edge in (left, top, right, bottom))
    borders = (top, SIDE - bottom, left, SIDE - right)
    rgb = cv2.copyMakeBorder(rgb[top:bottom, left:right].astype(np.float32), *borders, cv2.BORDER_REPLICATE)
    nobody = np.zeros_like(planes)
    nobody[..., Label.BACKGROUND] = 1
    nobody[top:bottom, left:right] = planes[top:bottom, left:right]
    return rgb, nobody


class Examples(IterableDataset[Example]):
    """Endless examples by chance."""

    def __init__(self, sitters: list[Sitter]) -> None:
        self._sitters = sitters

    def __iter__(self) -> Iterator[Example]:
        chance = np.random.default_rng(7)
        often = np.array([np.interp(one.skin[0], *OFTEN) for one in self._sitters])
        while True:
            which = int(chance.choice(len(self._sitters), p=often / often.sum()))
            yield example(self._sitters[which], self._sitters, chance)


def teach(sitters: list[Sitter], steps: int) -> Tones:
    """The network after so many steps."""
    network = Tones()
    optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for step, (seen, colours, known) in enumerate(DataLoader(Examples(sitters), batch_size=BATCH, num_workers=1)):
        error = (
            functional.smooth_l1_loss(
                network(seen) / network.spread, colours / network.spread, reduction="none", beta=0.3
            )
            * known
        )
        optimizer.zero_grad()
        error.mean().backward()
        optimizer.step()
        schedule.step()
        if step % 200 == 199:
            print(f"{step + 1}: {error.mean().item():.3f}", flush=True)
        if step + 1 == steps:
            break
    return network.eval()


def errors(network: Tones, sitters: list[Sitter]) -> Floats:
    """Mean absolute differences (6,) of L, a and b, of skin and hair."""
    with torch.no_grad():
        off = [
            np.where(known > 0, np.abs(network(torch.tensor(seen)[None])[0].numpy() - colours), np.nan)
            for seen, colours, known in map(example, sitters)
        ]
    return np.nanmean(off, 0).astype(np.float32)


def main() -> None:
    """Read, teach, test, export."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("out", type=Path)
    asked.add_argument("--fold", type=int, default=0)
    asked.add_argument("--folds", type=int, default=1)
    asked.add_argument("--steps", type=int, default=2500)
    wish = asked.parse_args()
    torch.manual_seed(0)
    parts = split(read(wish.folder), wish.fold, wish.folds)
    learned, tested = ([sitter(one, wish.folder) for one in part] for part in parts)
    network = teach(learned, wish.steps)
    print("skin L a b, hair L a b:", errors(network, tested or learned).round(1))
    blank = torch.zeros(1, SIZE, SIZE, 3 + len(Label))
    torch.onnx.export(
        network, (blank,), str(wish.out), input_names=["image"], output_names=["tones"], opset_version=17, dynamo=False
    )


if __name__ == "__main__":
    main()
