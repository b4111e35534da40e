from dataclasses import fields

import numpy as np

from engine.cel.traits import Traits
from scripts.training.traits import HEADINGS, KINDS, learned


def test_every_trait_has_words_under_one_heading() -> None:
    assert [trait.name for trait in fields(Traits)] == list(KINDS)
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
