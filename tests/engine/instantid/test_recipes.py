import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatanime.errors import SettingError
from engine import Tier
from engine.instantid.recipes import RECIPES, Recipe, parse


def test_the_table_has_the_published_recipes() -> None:
    assert set(RECIPES) >= {"first-version", "writeup", "hyper-8-cfg", "hyper-1"}
    assert set(RECIPES) >= {f"{kind}-{n}" for kind in ("lightning", "hyper") for n in (2, 4, 8)}
    assert set(RECIPES) >= {tier.value for tier in Tier}


def test_steps_are_those_of_the_lora() -> None:
    for name, recipe in RECIPES.items():
        if name.startswith("lightning"):
            assert (recipe.lora, recipe.scheduler) == (
                f"sdxl_lightning_{recipe.steps}step_lora.safetensors",
                "euler-trailing",
            )
        if name in ("hyper-2", "hyper-4", "hyper-8"):
            assert (recipe.lora, recipe.scheduler) == (
                f"Hyper-SDXL-{recipe.steps}steps-lora.safetensors",
                "ddim-trailing",
            )


def test_each_tier_has_its_own() -> None:
    assert parse("auto") == {tier: RECIPES[tier.value] for tier in Tier}


def test_one_recipe_for_all() -> None:
    assert set(parse("writeup").values()) == {RECIPES["writeup"]}


def test_one_for_each_with_changes() -> None:
    draft, standard, quality = parse(" lightning-2 / auto:size=512 / writeup:guidance=5, control_null=false").values()
    assert draft == RECIPES["lightning-2"]
    assert (standard.size, standard.lora) == (512, RECIPES["standard"].lora)
    assert (quality.guidance, quality.control_null, quality.steps) == (5.0, False, 8)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("writup", "Did you mean 'writeup'"),
        ("a/b", "three with slashes"),
        ("draft:steps", "field=value"),
        ("draft:strides=3", "has no 'strides'"),
        ("draft:steps=many", "is a number"),
        ("draft:control_null=maybe", "true or false"),
        ("draft:steps=0", "steps is 1 to 100"),
        ("draft:size=700", "size is"),
        ("draft:eta=2", "eta is 0 to 1"),
        ("draft:guidance=nan", "guidance is"),
        ("draft:scheduler=plms", "scheduler is tcd"),
    ],
)
def test_what_cannot_be_is_said(spec: str, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        parse(spec)


@given(st.text(max_size=60))
def test_any_text_is_a_recipe_or_a_setting_error(spec: str) -> None:
    try:
        recipes = parse(spec)
    except SettingError:
        return
    assert all(isinstance(recipe, Recipe) for recipe in recipes.values())


@pytest.mark.parametrize(("end", "guided"), [(1.0, 8), (0.5, 4), (0.625, 5), (0.1, 0), (0.0, 0)])
def test_spans_count_steps_as_diffusers_does(end: float, guided: int) -> None:
    recipe = Recipe(steps=8, guidance=5, guidance_end=end, control_end=end)
    assert sum(recipe.guided(step) for step in range(8)) == guided
    assert sum(recipe.controlled(step) for step in range(8)) == guided


def test_without_guidance_or_scale_nothing_is_spent_on_them() -> None:
    recipe = Recipe(steps=4, guidance=1.0, control_scale=0.0)
    assert not any(recipe.guided(step) or recipe.controlled(step) for step in range(4))
