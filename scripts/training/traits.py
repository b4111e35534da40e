"""Teach the traits: `python -m scripts.training.traits FOLDER OUT.npy`.

FOLDER holds photo/NAME.png, square, and traits.tsv: a header and a line a photograph, NAME and one word for each of
`HEADINGS`; "hid" where it cannot be seen, or is neither one nor the other; and numbers for "tone", the skin's on the
Monk scale, 1 to 10, for "smile", from -0.5 (a mouth pressed or turned down) over 0 (level) and 2 (a plain smile of
shut lips) to 3.5 (a broad one with teeth), and for "parting", -1 where hair is parted at the picture's left or combed
away from it, 0 in the middle or straight back, 1 at its right. Each photograph is also seen mirrored, a little off and
in other light.

What is learned is a ridge regression a trait (`scripts.train_drawn.learn`) on the encoder's description. Errors are
estimated by cross-validation and printed, then all is learned from everything.
"""

import csv
import sys
from dataclasses import fields
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.cel.frame import square
from engine.cel.perceive import perceive
from engine.cel.traits import BELOW, BREADTH, SIZE, Traits, describe, seen
from scripts.train_drawn import flat, learn, ridge
from scripts.training.photographs import matrix, other_light

FOLDS, VARIANTS = 10, 7
HEADINGS = ("facial", "headwear", "eyewear", "garment", "cut", "texture", "tidiness", "waves")
TONE, SMILE, PARTING = "tone", "smile", "parting"
"""The headings of what is rated."""
MONK = (
    [1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5],
    [83.5, 81.5, 79, 75, 71, 67.5, 65.3, 63, 60, 57.7, 55.9, 53.5, 50, 46.7, 43],
)
"""Tone of skin -> the lightness that the complexion network tells of as many people: so the two can be mixed."""
RARE = ([2.5, 4, 5, 7], [1, 1.7, 2.5, 3])
"""Tone of skin -> what a photograph of it counts: there are few of dark skin."""
RATED_RIDGE = 2.0
KINDS = {
    "glasses": ("eyewear", {"clear", "tinted"}),
    "tinted": ("eyewear", {"tinted"}),
    "hat": ("headwear", {"brim", "cap", "beanie", "hood", "scarf", "band", "other"}),
    "beard": ("facial", {"short", "full", "long"}),
    "whiskers": ("facial", {"stubble", "moustache", "goatee", "short", "full", "long"}),
    "suit": ("garment", {"suit", "suit_tie"}),
    "tie": ("garment", {"tie", "suit_tie"}),
    "jacket": ("garment", {"jacket", "suit", "suit_tie"}),
    "collar": ("garment", {"shirt"}),
    "bare": ("garment", {"strap", "bare"}),
    "short": ("cut", {"short", "buzz", "bald"}),
    "cropped": ("cut", {"buzz", "bald"}),
    "long": ("cut", {"long"}),
    "bald": ("cut", {"bald"}),
    "tied": ("cut", {"tied", "bun"}),
    "curly": ("texture", {"curly", "coily"}),
    "brim": ("headwear", {"brim", "cap"}),
    "pointed": ("garment", {"vneck"}),
    "tousled": ("tidiness", {"messy"}),
    "wavy": ("waves", {"wavy"}),
}
"""Every trait: its heading, and the words that mean it is there."""


def descriptions(path: Path, number: int) -> NDArray[np.float64] | None:
    """Descriptions (VARIANTS + 2, n) of a photograph, as it is, otherwise, and mirrored; None without a face."""
    rgb, chance = square(np.ascontiguousarray(cv2.imread(str(path))[..., ::-1])), np.random.default_rng(number)
    face = perceive(rgb).face
    if face is None:
        return None
    views = [seen(rgb, matrix(face.frame, None, SIZE, BREADTH, BELOW))]
    for _ in range(VARIANTS):
        views.append(other_light(seen(rgb, matrix(face.frame, chance, SIZE, BREADTH, BELOW)), chance))
    views.append(np.ascontiguousarray(views[0][:, ::-1]))
    return np.array([describe(view) for view in views], np.float64)


def learned(views: NDArray[np.float64], there: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights and bias of a trait."""
    return learn(flat(views[~there]), flat(views[there]))


def toned(views: NDArray[np.float64], tones: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights and bias of the skin's lightness."""
    return rated(views, np.interp(tones, *MONK), np.interp(tones, *RARE))


def rated(
    views: NDArray[np.float64], ratings: NDArray[np.float64], weight: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Weights and bias of what was rated, on photographs that weigh so much, or all the same."""
    weight = np.ones(len(ratings)) if weight is None else weight
    target, weight = (np.repeat(part, views.shape[1]) for part in (ratings, weight))
    return ridge(flat(views), target, weight, RATED_RIDGE)


def sided(views: NDArray[np.float64], ratings: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights and bias of a rating of which side something is on: it is on the other one of what is mirrored."""
    both = np.stack([ratings, -ratings], 1).ravel()
    return ridge(flat(views[:, [0, -1]]), both, np.ones(len(both)), RATED_RIDGE)


def main() -> None:
    """Look, cross-validate, learn, save."""
    folder = Path(sys.argv[1])
    with (folder / "traits.tsv").open() as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    found = [(row, descriptions(folder / "photo" / f"{row['name']}.png", i)) for i, row in enumerate(rows)]
    both = [(row, one) for row, one in found if one is not None]
    every = np.array([one for _, one in both])
    views = every[:, :-1]
    coefficients = []
    for trait in fields(Traits)[: len(KINDS)]:
        heading, words = KINDS[trait.name]
        told = np.array([row[heading] != "hid" for row, _ in both])
        there = np.array([row[heading] in words for row, _ in both])[told]
        x, scores = views[told], np.zeros(int(told.sum()))
        fold = np.random.default_rng(1).permutation(len(x)) % FOLDS
        for k in range(FOLDS):
            weights = learned(x[fold != k], there[fold != k])
            scores[fold == k] = x[fold == k, 0] @ weights[:-1] + weights[-1]
        for threshold in (-0.2, 0.0, 0.2):
            hit, false = (scores[there] > threshold).sum(), (scores[~there] > threshold).sum()
            print(f"{trait.name} above {threshold}: {hit} of {there.sum()}, and {false} of {(~there).sum()} others")
        coefficients.append(learned(x, there))
    for heading, learn_rating in ((TONE, toned), (SMILE, rated)):
        told = np.array([row[heading] != "hid" for row, _ in both])
        ratings = np.array([float(row[heading]) for row, _ in both if row[heading] != "hid"])
        coefficients.append(learn_rating(views[told], ratings))
    told = np.array([row[PARTING] != "hid" for row, _ in both])
    sides = np.array([float(row[PARTING]) for row, _ in both if row[PARTING] != "hid"])
    coefficients.append(sided(every[told], sides))
    np.save(sys.argv[2], np.array(coefficients).astype(np.float32))


if __name__ == "__main__":
    main()
