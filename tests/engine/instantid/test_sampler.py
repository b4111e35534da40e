from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.instantid.recipes import Recipe
from engine.instantid.sampler import Conditions, make_scheduler
from engine.instantid.weights import Weights, load

CPU = torch.device("cpu")
SIZE = 128


@pytest.fixture(scope="module")
def weights(models: Path) -> Weights:
    recipes = [Recipe(steps=1, size=SIZE), Recipe(steps=1, size=SIZE, decoder="vae")]
    return load(models, recipes, CPU, torch.float32)


def conditions(weights: Weights, recipe: Recipe, faces: list[int]) -> Conditions:
    rng = np.random.default_rng(0)
    embeddings = rng.normal(size=(8, 512)).astype(np.float32)[faces]
    pictures = rng.random(size=(8, 3, recipe.size, recipe.size)).astype(np.float32)[faces]
    return Conditions(
        weights.text.encode_all([f"1girl, number {face}" for face in faces]),
        weights.text.encode("blurry"),
        weights.sampler(recipe).adapter.tokens(torch.tensor(embeddings)),
        torch.tensor(pictures),
        [face * 1000 for face in faces],
    )


def draw(weights: Weights, recipe: Recipe, faces: list[int]) -> torch.Tensor:
    with torch.no_grad():
        return weights.sampler(recipe).denoise(recipe, conditions(weights, recipe, faces))


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(steps=3, size=SIZE, guidance=6.5, eta=0.3),
        Recipe(steps=2, size=SIZE, scheduler="ddim-trailing", eta=0.5),
        Recipe(
            steps=3, size=SIZE, guidance=5, scheduler="euler", guidance_end=0.4, control_end=0.7, control_null=False
        ),
    ],
)
def test_a_portrait_does_not_depend_on_its_batch(weights: Weights, recipe: Recipe) -> None:
    together = draw(weights, recipe, [0, 1, 2, 3])
    for face in range(4):
        torch.testing.assert_close(together[face : face + 1], draw(weights, recipe, [face]), atol=1e-3, rtol=0)
    assert (together[0] - together[1]).abs().max() > 0.1


def test_the_same_seed_draws_the_same(weights: Weights) -> None:
    recipe = Recipe(steps=2, size=SIZE, eta=1.0)
    torch.testing.assert_close(draw(weights, recipe, [5]), draw(weights, recipe, [5]), atol=0, rtol=0)


@pytest.mark.parametrize(
    ("recipe", "unet", "identity"),
    [
        (Recipe(steps=4, size=SIZE), {2: 4}, {2: 4}),
        (Recipe(steps=4, size=SIZE, guidance=5), {4: 4}, {4: 4}),
        (Recipe(steps=4, size=SIZE, guidance=5, guidance_end=0.5, control_end=0.75), {4: 2, 2: 2}, {4: 2, 2: 1}),
        (Recipe(steps=4, size=SIZE, guidance=5, guidance_end=0.5, control_null=False), {4: 2, 2: 2}, {2: 4}),
        (Recipe(steps=2, size=SIZE, control_scale=0.0), {2: 2}, {}),
    ],
)
def test_networks_run_only_where_the_recipe_says(
    weights: Weights, recipe: Recipe, unet: dict[int, int], identity: dict[int, int]
) -> None:
    sampler = weights.sampler(recipe)
    assert sampler.identity is not None
    ran: dict[str, Counter[int]] = {name: Counter() for name in ("unet", "identity", "keys", "features")}
    first = sampler.unet.layers[0]

    def count(name: str) -> object:
        return lambda module, args, *_: ran[name].update([len(args[0])])

    hooks = [
        sampler.unet.net.register_forward_pre_hook(count("unet")),
        sampler.identity.net.net.register_forward_pre_hook(count("identity")),
        sampler.identity.embedding.register_forward_pre_hook(count("features")),
        first.to_k.register_forward_pre_hook(count("keys")),
    ]
    draw(weights, recipe, [0, 1])
    draw(weights, recipe, [0, 1])
    for hook in hooks:
        hook.remove()
    assert ran["unet"] == Counter({n: 2 * times for n, times in unet.items()})
    assert ran["identity"] == Counter({n: 2 * times for n, times in identity.items()})
    assert sum(ran["features"].values()) == (2 if identity else 0)
    assert ran["keys"][2] == 2  # once a drawing, not once a step
    assert ran["keys"][1] <= 1  # those of the negative prompt once and for all


def test_leaving_the_negative_half_alone_changes_only_that(weights: Weights) -> None:
    both = Recipe(steps=1, size=SIZE, guidance=2.0)
    half = Recipe(steps=1, size=SIZE, guidance=2.0, control_null=False)
    assert (draw(weights, both, [0]) - draw(weights, half, [0])).abs().max() > 1e-3


@pytest.mark.parametrize("decoder", ["taesd", "vae"])
def test_decodes_to_pixels(weights: Weights, decoder: str) -> None:
    latents = torch.randn(2, 4, SIZE // 8, SIZE // 8)
    pictures = weights.decoders[decoder](latents)
    assert pictures.shape == (2, SIZE, SIZE, 3)
    assert pictures.dtype == np.uint8
    vae = weights.decoders[decoder].vae
    with torch.no_grad():
        values = vae.decode(latents / vae.config.scaling_factor).sample.clamp(-1, 1)
    expected = (values / 2 + 0.5).permute(0, 2, 3, 1).numpy() * 255
    assert np.abs(pictures - expected).max() < 0.51


def test_few_steps_begin_at_pure_noise(models: Path) -> None:
    import json

    config = json.loads((models / "base/scheduler/scheduler_config.json").read_text())
    starts = {}
    for name in ("tcd", "ddim-trailing", "euler-trailing", "euler"):
        scheduler = make_scheduler(name, config)
        scheduler.set_timesteps(8)
        starts[name] = int(scheduler.timesteps[0])
    assert starts == {"tcd": 999, "ddim-trailing": 999, "euler-trailing": 999, "euler": 876}


def test_an_unknown_lora_is_named(weights: Weights) -> None:
    from avatanime.errors import ModelError

    with pytest.raises(ModelError, match=r"other\.safetensors"):
        weights.sampler(Recipe(steps=1, lora="other.safetensors"))
