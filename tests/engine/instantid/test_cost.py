import pytest

from engine.instantid.cost import FullSize
from engine.instantid.recipes import RECIPES, Recipe

WRITEUP = 157.0
"""TFLOP of the reference implementation's final settings, as counted once on its own code."""


@pytest.fixture(scope="module")
def full() -> FullSize:
    return FullSize()


@pytest.fixture(scope="module")
def tflop(full: FullSize) -> dict[str, float]:
    return {name: sum(full.cost(RECIPES[name]).values()) for name in ("writeup", "draft", "standard", "quality")}


@pytest.mark.timeout(300)
def test_the_tiers_keep_to_their_budgets(tflop: dict[str, float]) -> None:
    assert tflop["writeup"] == pytest.approx(WRITEUP, rel=0.03)
    assert tflop["writeup"] < WRITEUP
    assert tflop["draft"] <= tflop["writeup"] / 25
    assert tflop["standard"] <= tflop["writeup"] / 7
    assert tflop["quality"] <= tflop["writeup"] / 3


def test_cost_follows_the_calls_a_recipe_makes(full: FullSize) -> None:
    one, four = (full.cost(Recipe(steps=steps, size=256))["denoise"] for steps in (1, 4))
    guided = full.cost(Recipe(steps=4, size=256, guidance=5))["denoise"]
    bare = full.cost(Recipe(steps=4, size=256, control_scale=0))["denoise"]
    assert 3.5 * one < four < 4 * one  # keys, values and keypoint features are made once
    assert 1.9 * four < guided < 2 * four
    assert 0.6 * four < bare < 0.8 * four


def test_decoders_and_encoders_cost_what_is_known(full: FullSize) -> None:
    assert full.cost(Recipe(steps=1, size=1024))["decode"] == pytest.approx(0.565, rel=0.01)
    assert full.cost(Recipe(steps=1, size=512, decoder="vae"))["decode"] == pytest.approx(2.51, rel=0.01)
    assert full.text == pytest.approx(0.11, rel=0.05)
    assert full.caption == pytest.approx(0.12, rel=0.05)
