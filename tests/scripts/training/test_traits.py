from dataclasses import fields

import numpy as np

from engine.cel.traits import Traits
from scripts.training.traits import HEADINGS, KINDS, MONK, learned, rated, sided, toned


def test_every_trait_has_words_under_one_heading() -> None:
    measured = {"receded"}
    told = [trait.name for trait in fields(Traits) if trait.name not in measured]
    assert told == [*KINDS, "skin", "smile", "parting"]
    assert {heading for heading, _ in KINDS.values()} == set(HEADINGS)


def test_a_trait_is_learned_from_all_views_of_a_photograph() -> None:
    chance = np.random.default_rng(0)
    views = chance.normal(0, 1, (80, 4, 12))
    there = np.arange(80) < 20
    views[there, 1:, 5] += 4  # not to be seen in the first view of each
    weights = learned(views, there)
    scores = views @ weights[:-1] + weights[-1]
    assert (scores[there, 1:] > 0).mean() > 0.95
    assert (scores[~there] < 0).mean() > 0.9


def test_the_tone_of_skin_is_learned_as_its_lightness() -> None:
    chance = np.random.default_rng(0)
    views, tones = chance.normal(0, 0.3, (80, 4, 12)), chance.uniform(2, 8, 80)
    lightness = np.interp(tones, *MONK)
    views[..., 7] += lightness[:, None]
    weights = toned(views, tones)
    told = views[:, 0] @ weights[:-1] + weights[-1]
    assert np.abs(told - lightness).mean() < 4
    assert np.corrcoef(told, lightness)[0, 1] > 0.97


def test_what_was_rated_is_learned_from_all_views() -> None:
    chance = np.random.default_rng(0)
    views, smiles = chance.normal(0, 0.2, (80, 4, 12)), chance.uniform(-0.5, 3.5, 80)
    views[:, 1:, 3] += smiles[:, None]  # not to be seen in the first view of each
    weights = rated(views, smiles)
    told = views[:, 1] @ weights[:-1] + weights[-1]
    assert np.corrcoef(told, smiles)[0, 1] > 0.97


def test_of_what_is_mirrored_the_other_side_is_learned() -> None:
    chance = np.random.default_rng(0)
    views, sides = chance.normal(0, 0.2, (80, 4, 12)), chance.uniform(-1, 1, 80)
    views[:, 0, 3], views[:, -1, 3] = 5 + sides, 5 - sides
    weights = sided(views, sides)
    told = views[:, 0] @ weights[:-1] + weights[-1]
    assert np.corrcoef(told, sides)[0, 1] > 0.97
    assert abs(told.mean() - sides.mean()) < 0.05
