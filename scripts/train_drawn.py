"""Learn to tell drawings from photographs: `python scripts/train_drawn.py OUT.npy PHOTOS DRAWINGS GRAPHICS`.

With `--on OLD.npy` instead of GRAPHICS, what tells drawings is changed as little as these photographs and drawings ask
for: new pictures are learned from without the old ones.

The last three are folders of pictures: photographs; drawn people (anime, comics); graphics (logos, flat avatars,
patterns). Names that agree up to their last hyphen belong together (one person, one artist's style) and are never split
between learning and testing. Each picture is also seen cropped, mirrored, small, blurred, noisy, tinted and compressed.

What is learned are two ridge regressions on `Sight.imprint`, drawings against photographs and graphics against
photographs, of +1 and -1. Their errors are estimated by cross-validation over the groups and printed, then they are
learned from everything. OUT holds a row each, weights and bias, float32, standardisation included.
"""

import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.drawn import THRESHOLD
from engine.cel.frame import SIDE, square
from engine.cel.perceive import perceive

type Floats = NDArray[np.float64]

FOLDS, VARIANTS, RIDGE = 10, 5, 1.0
MARGINS, STEADY, ROUNDS = (-0.55, 0.75), 5e-3, 60
"""Scores that photographs and drawings must have to be left out of going on; how dear a change is; rounds at most."""


def variant(rgb: NDArray[np.uint8], chance: np.random.Generator) -> NDArray[np.uint8]:
    """The picture as it might have been uploaded."""
    if chance.random() < 0.6:
        side = int(min(rgb.shape[:2]) * chance.uniform(0.55, 1))
        y, x = (int(chance.integers(0, n - side + 1)) for n in rgb.shape[:2])
        rgb = rgb[y : y + side, x : x + side]
    if chance.random() < 0.5:
        rgb = rgb[:, ::-1]
    if chance.random() < 0.5:
        side = int(np.exp(chance.uniform(np.log(48), np.log(SIDE))))
        rgb = square(np.ascontiguousarray(rgb), side=side)
    light = rgb.astype(np.float32)
    if chance.random() < 0.3:
        light = light * chance.uniform(0.85, 1.12, 3)
    if chance.random() < 0.3:
        light = (light - 128) * chance.uniform(0.7, 1.2) + 128 + chance.uniform(-25, 25)
    if chance.random() < 0.2:
        light = cv2.GaussianBlur(light, (0, 0), chance.uniform(0.4, 1.5))
    if chance.random() < 0.1:
        light = np.repeat(light.mean(-1, keepdims=True), 3, 2)
    if chance.random() < 0.25:
        light = light + chance.normal(0, chance.uniform(1, 6), light.shape)
    rgb = light.clip(0, 255).astype(np.uint8)
    if chance.random() < 0.6:
        coded = cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(40, 98))])[1]
        rgb = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return square(np.ascontiguousarray(rgb))


def look(folder: Path, seed: int) -> tuple[Floats, list[str]]:
    """Imprints (pictures, 1 + VARIANTS, features) of a folder, and the names of the groups."""
    imprints, groups = [], []
    for number, path in enumerate(sorted(folder.iterdir())):
        picture = cv2.imread(str(path))
        if picture is None:
            raise SystemExit(f"{path} is no picture")
        rgb, chance = square(np.ascontiguousarray(picture[..., ::-1])), np.random.default_rng((seed, number))
        views = [rgb, *(variant(rgb, chance) for _ in range(VARIANTS))]
        imprints.append([perceive(view).imprint for view in views])
        groups.append(path.stem.rpartition("-")[0] or path.stem)
    return np.array(imprints, np.float64), groups


def learn(photos: Floats, others: Floats) -> Floats:
    """Weights and bias that answer -1 for `photos` and +1 for `others`, both weighing the same."""
    x, counts = np.concatenate([photos, others]), [len(photos), len(others)]
    weight = np.repeat([len(x) / len(photos) / 2, len(x) / len(others) / 2], counts)
    return ridge(x, np.repeat([-1.0, 1.0], counts), weight, RIDGE)


def ridge(x: Floats, target: Floats, weight: Floats, dear: float) -> Floats:
    """Weights and bias that answer the target of each row of `x`, which weighs so much; solved in the dual."""
    mean, scale = x.mean(0), (x.std(0) + 1e-6) * np.sqrt(x.shape[1])
    a = np.column_stack([(x - mean) / scale, np.full(len(x), 3.0)])  # the 3 keeps the bias nearly free of the ridge
    rooted = a * np.sqrt(weight)[:, None]
    b = rooted.T @ np.linalg.solve(rooted @ rooted.T + dear * np.eye(len(x)), np.sqrt(weight) * target)
    return np.append(b[:-1] / scale, 3 * b[-1] - (b[:-1] * mean / scale).sum())


def go_on(old: Floats, photos: Floats, drawings: Floats) -> Floats:
    """Weights and bias `old`, changed as little as it takes: squared hinge losses, by Newton's steps in the dual.

    Both kinds weigh the same.
    """
    x, margin = np.concatenate([photos, drawings]), np.repeat(MARGINS, [len(photos), len(drawings)])
    mean, scale = x.mean(0), (photos.std(0) + 1e-6) * np.sqrt(x.shape[1])
    a = np.column_stack([(x - mean) / scale, np.ones(len(x))])
    weight = np.sqrt(np.repeat([1 / len(photos), 1 / len(drawings)], [len(photos), len(drawings)]))
    before, change, sign = x @ old[:-1] + old[-1], np.zeros(a.shape[1]), np.sign(margin)
    wrong = np.zeros(len(x), bool)
    for _ in range(ROUNDS):
        now = sign * (before + a @ change) < sign * margin
        if (now == wrong).all():
            break
        wrong = now
        b, left = a[wrong] * weight[wrong, None], (margin - before)[wrong] * weight[wrong]
        change = b.T @ np.linalg.solve(b @ b.T + STEADY * np.eye(len(b)), left)
    slope = change[:-1] / scale
    return np.append(old[:-1] + slope, old[-1] + change[-1] - slope @ mean)


def flat(x: Floats) -> Floats:
    """All views of all pictures, (pictures * views, features)."""
    return x.reshape(-1, x.shape[-1])


def main() -> None:
    """Look, cross-validate, learn, save; or look, go on and save."""
    if sys.argv[4] == "--on":
        photos, drawings = (flat(look(Path(folder), seed)[0]) for seed, folder in enumerate(sys.argv[2:4]))
        drawing, graphic = np.load(sys.argv[5]).astype(np.float64)
        np.save(sys.argv[1], np.stack([go_on(drawing, photos, drawings), graphic]).astype(np.float32))
        return
    seen = [look(Path(folder), seed) for seed, folder in enumerate(sys.argv[2:5])]
    scores = [np.zeros(imprints.shape[:2]) for imprints, _ in seen]
    kinds = np.random.default_rng(2).permutation(np.unique([group for _, groups in seen for group in groups]))
    for fold in range(FOLDS):
        tested = [np.isin(groups, kinds[fold::FOLDS]) for _, groups in seen]
        photos, *others = [flat(imprints[~test]) for (imprints, _), test in zip(seen, tested, strict=True)]
        b = np.stack([learn(photos, other) for other in others], 1)
        for score, (imprints, _), test in zip(scores, seen, tested, strict=True):
            score[test] = (imprints[test] @ b[:-1] + b[-1]).max(-1)
    for threshold in (0.0, THRESHOLD, 0.2):
        print(f"above {threshold}:")
        for name, score in zip(("photographs", "drawings", "graphics"), scores, strict=True):
            left = score > threshold
            print(
                f"  {name}: {left[:, 0].sum()} of {len(left)} as they are, {left[:, 1:].mean():.1%} of the spoilt ones"
            )
    photos, *others = [flat(imprints) for imprints, _ in seen]
    np.save(sys.argv[1], np.stack([learn(photos, other) for other in others]).astype(np.float32))


if __name__ == "__main__":
    main()
