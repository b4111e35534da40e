"""Teach the parser: `python -m scripts.training.parser FOLDER OUT.onnx [--fold K --folds N] [--steps S] [--on M.onnx]`.

With folds, every N-th group of people is kept aside and the intersection over union of each label on them is printed;
with one fold all are learned from. Each photograph is seen with other backgrounds, colours and light, a little off, and
cut off: then labels beyond the cut are asked for too. 5,000 steps take about an hour on two cores.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from torch.nn import functional
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from engine.cel.frame import OVAL, SIDE
from engine.cel.learned_parser import LABELS, SIZE
from engine.cel.parse import Label
from engine.cel.runtime import FOLDER
from scripts.fold_paddings import fold
from scripts.training.disguises import bearded, hatted
from scripts.training.networks import Parser
from scripts.training.photographs import (
    Floats,
    Photograph,
    matrix,
    other_background,
    other_colours,
    other_light,
    read,
    split,
    upright,
)

BATCH, WEIGHTS = 8, (1.0, 1.0, 1.2, 1.0, 1.2, 1.3, 1.8)
RATES = (2e-4, 2e-3)
"""Greatest learning rates of the backbone, which knows people already, and of the rest."""
BEYOND = 0.35
"""How much labels count where nothing was photographed."""
AVERAGED = 0.998
GOING_ON, AVERAGED_ON = 0.2, 0.99
"""The rates' share, and the averages' memory, when a network that has learned already goes on."""
BEARDED, HATTED = 0.42, 0.25
"""How often men are given beards, and anybody something to wear on the head."""

type Example = tuple[Floats, Floats, Floats]
"""What is seen (SIZE, SIZE, 5), the labels (LABELS, LABELS, 7), and how much each counts (LABELS, LABELS)."""


def example(
    one: Photograph, others: list[Photograph] | None = None, chance: np.random.Generator | None = None
) -> Example:
    """A photograph as the parser sees it; by chance as it might have been."""
    rgb, mask, there = one.rgb, one.mask, matrix(one.frame, chance)
    left, top, right, bottom = 0, 0, SIDE, SIDE
    if chance is not None and others:
        if chance.random() < BEARDED * (0.2 + one.male):
            rgb, mask = bearded(one, rgb, mask, chance)
        if chance.random() < HATTED:
            rgb, mask = hatted(one, rgb, mask, chance)
        if chance.random() < 0.45:
            rgb = other_background(rgb, mask, others[int(chance.integers(len(others)))].rgb, chance)
        rgb = other_colours(rgb, mask, chance)
        if chance.random() < 0.5:
            (x, y), u = one.frame.origin, one.frame.unit
            left, top = (int(max(0, at - u * chance.uniform(*cut))) for at, cut in ((x, (0.55, 1.6)), (y, (0.45, 1.2))))
            right, bottom = (
                int(min(SIDE, at + u * chance.uniform(*cut))) for at, cut in ((x, (0.55, 1.6)), (y, (0.75, 1.9)))
            )
    moved = there - np.array([[0, 0, left], [0, 0, top]], np.float32)
    part = rgb[top:bottom, left:right]
    crop = upright(part, moved)
    known = upright(np.full(part.shape[:2], 255, np.uint8), moved, cv2.BORDER_CONSTANT)
    valid = upright(np.full((SIDE, SIDE), 255, np.uint8), there, cv2.BORDER_CONSTANT)
    if chance is not None:
        crop = other_light(crop, chance)
    oval = np.zeros((SIZE, SIZE), np.uint8)
    outline = (one.mesh[list(OVAL)] - there[:, 2]) @ np.linalg.inv(there[:, :2]).T
    cv2.fillPoly(oval, [np.rint(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    seen = np.dstack([crop, known, oval]).astype(np.float32) / np.float32(255)
    planes = np.dstack([upright((mask == label).astype(np.float32), there) for label in Label])
    labels, valid, known = (
        cv2.resize(p, (LABELS, LABELS), interpolation=cv2.INTER_AREA) for p in (planes, valid, known)
    )
    counts = (valid > 230) * (labels.sum(-1) > 0.5) * np.where(known > 127, 1, BEYOND)
    return seen, labels.astype(np.float32), counts.astype(np.float32)


class Examples(IterableDataset[Example]):
    """Endless examples by chance."""

    def __init__(self, photographs: list[Photograph]) -> None:
        self._photographs = photographs

    def __iter__(self) -> Iterator[Example]:
        worker = get_worker_info()
        chance = np.random.default_rng(worker.id if worker else 0)
        while True:
            one = self._photographs[int(chance.integers(len(self._photographs)))]
            yield example(one, self._photographs, chance)


def loss(logits: torch.Tensor, labels: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """Cross entropy, and for all but background and things the Dice coefficient."""
    likely, labels = functional.log_softmax(logits, 1), labels.permute(0, 3, 1, 2)
    entropy = -(likely * labels * torch.tensor(WEIGHTS)[None, :, None, None]).sum(1)
    found, true = likely.exp() * counts[:, None], labels * counts[:, None]
    shared, either = (found * true).sum((2, 3)), (found * found).sum((2, 3)) + (true * true).sum((2, 3))
    dice = 1 - (2 * shared + 50) / (either + 50)
    kinds = [Label.SKIN, Label.HAIR, Label.CLOTHES, Label.HEADWEAR, Label.BEARD]
    return (entropy * counts).sum() / counts.sum() + 0.5 * dice[:, kinds].mean()


def overlap(network: Parser, photographs: list[Photograph]) -> Floats:
    """Intersection over union of each label."""
    shared, either = np.zeros((2, len(Label)))
    network.eval()
    with torch.no_grad():
        for one in photographs:
            seen, labels, counts = example(one)
            found, true = network(torch.tensor(seen)[None]).argmax(1)[0].numpy(), labels.argmax(-1)
            for label in Label:
                here, there = (found == label) & (counts > 0.5), (true == label) & (counts > 0.5)
                shared[label] += (here & there).sum()
                either[label] += (here | there).sum()
    return (shared / np.maximum(either, 1)).astype(np.float32)


def teach(photographs: list[Photograph], steps: int, model: Path | None = None) -> Parser:
    """The network after so many steps; its weights are averaged over the last of them.

    With a `model` it goes on from there, more slowly, and its normalisations stay as they are.
    """
    network = Parser(FOLDER / "selfie_segmentation.onnx").to(memory_format=torch.channels_last)
    if model is not None:
        network.restore(model)
    share, averaged = (1.0, AVERAGED) if model is None else (GOING_ON, AVERAGED_ON)
    own = [p for name, p in network.named_parameters() if not name.startswith("backbone.")]
    optimizer = torch.optim.AdamW(
        [
            {"params": params, "lr": rate * share}
            for params, rate in zip((network.backbone.parameters(), own), RATES, strict=True)
        ],
        weight_decay=1e-4,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / 100) * 0.5 * (1 + np.cos(np.pi * step / steps))
    )
    average = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(averaged), use_buffers=True
    )
    batches = iter(DataLoader(Examples(photographs), batch_size=BATCH, num_workers=1, prefetch_factor=8))
    for step in range(steps):
        network.train()
        if model is not None:
            network.apply(lambda part: part.eval() if isinstance(part, torch.nn.BatchNorm2d) else None)
        seen, labels, counts = next(batches)
        error = loss(network(seen), labels, counts)
        optimizer.zero_grad()
        error.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        average.update_parameters(network)
        if step % 100 == 99:
            print(f"{step + 1}: {error.item():.3f}", flush=True)
    return average.module.eval()


def main() -> None:
    """Read, teach, test, export."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("out", type=Path)
    asked.add_argument("--fold", type=int, default=0)
    asked.add_argument("--folds", type=int, default=1)
    asked.add_argument("--steps", type=int, default=5000)
    asked.add_argument("--on", type=Path, help="a parser to go on from")
    wish = asked.parse_args()
    torch.manual_seed(0)
    learned, tested = split(read(wish.folder), wish.fold, wish.folds)
    network = teach(learned, wish.steps, wish.on)
    for label, share in zip(Label, overlap(network, tested or learned), strict=True):
        print(f"{label.name.lower()}: {share:.3f}")
    blank = torch.zeros(1, SIZE, SIZE, 5)
    torch.onnx.export(
        network, (blank,), str(wish.out), input_names=["image"], output_names=["logits"], opset_version=17, dynamo=False
    )
    onnx.save(fold(onnx.load(wish.out)), wish.out)


if __name__ == "__main__":
    main()
