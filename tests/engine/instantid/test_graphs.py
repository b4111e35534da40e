from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils._pytree import tree_leaves

from engine.instantid import compile as compilers
from engine.instantid import graphs
from engine.instantid.graphs import Recorded
from engine.instantid.recipes import Recipe
from engine.instantid.sampler import Conditions
from engine.instantid.weights import Weights, load

CPU = torch.device("cpu")
RECIPE = Recipe(steps=4, size=64, guidance=4.0, guidance_end=0.5, control_end=0.75, control_null=False)


@pytest.fixture(autouse=True)
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A stand-in for CUDA graphs: reads the same inputs and writes into the same outputs at each replay."""
    made: list[Any] = []

    def capture(run: Callable[[], Any], _: object) -> tuple[Callable[[], None], Any]:
        outputs = run()
        made.append(outputs)

        def replay() -> None:
            for kept, new in zip(tree_leaves(outputs), tree_leaves(run()), strict=True):
                kept.copy_(new)

        return replay, outputs

    monkeypatch.setattr(graphs, "capture", capture)
    monkeypatch.setattr(graphs, "has_room", lambda: True)
    return made


def double(x: torch.Tensor, *, more: float = 0.0) -> torch.Tensor:
    return 2 * x + more


def test_a_shape_is_recorded_once_and_a_value_for_itself(recorded: list[Any]) -> None:
    run = Recorded(double, None)
    for start in (1.0, 5.0):
        assert run(torch.full((3,), start), more=1.0).tolist() == [2 * start + 1] * 3
    assert len(recorded) == 1
    assert run(torch.ones(4), more=1.0).tolist() == [3.0] * 4
    assert run(torch.ones(4), more=2.0).tolist() == [4.0] * 4
    assert run(torch.ones(4, dtype=torch.float64), more=2.0).dtype == torch.float64
    assert len(recorded) == 4


def test_without_room_it_runs_as_it_is(recorded: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphs, "has_room", lambda: False)
    run = Recorded(double, None)
    assert run(torch.ones(2)).tolist() == run(torch.ones(2)).tolist() == [2.0] * 2
    assert not recorded


def test_what_cannot_be_recorded_runs_as_it_is_and_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def capture(run: Callable[[], Any], _: object) -> Any:
        raise RuntimeError("operation not permitted when stream is capturing\nmore")

    monkeypatch.setattr(graphs, "capture", capture)
    run = Recorded(double, None)
    assert run(torch.ones(2)).tolist() == run(torch.ones(2)).tolist() == [2.0] * 2
    assert caplog.messages == ["A network is not launched as one: operation not permitted when stream is capturing"]


def draw(weights: Weights, batch: int, seed: int) -> tuple[torch.Tensor, Any]:
    torch.manual_seed(seed)
    conditions = Conditions(
        weights.text.encode_all([f"1girl, number {seed}"] * batch),
        weights.text.encode("bad"),
        weights.sampler(RECIPE).adapter.tokens(torch.randn(batch, 512)),
        torch.rand(batch, 3, 64, 64),
        list(range(seed, seed + batch)),
    )
    latents = weights.sampler(RECIPE).denoise(RECIPE, conditions)
    return latents, weights.decoders["taesd"](latents).copy()  # from a GPU it is a copy anyway


def test_recorded_networks_draw_the_same(models: Path, recorded: list[Any]) -> None:
    weights = load(models, [RECIPE], CPU, torch.float32)
    expected = [draw(weights, batch, seed) for batch in (1, 2) for seed in (1, 2)]
    for owner, name in compilers.entries(weights):
        setattr(owner, name, Recorded(getattr(owner, name), None))
    counts = []
    for _ in range(2):
        found = [draw(weights, batch, seed) for batch in (1, 2) for seed in (1, 2)]
        counts.append(len(recorded))
        for (latents, pixels), (latents_before, pixels_before) in zip(found, expected, strict=True):
            # on a GPU the UNet's half precision becomes single and so a copy; here outputs are overwritten as there
            torch.testing.assert_close(latents, latents_before)
            assert (pixels == pixels_before).all()
    # a batch: UNet doubled, alone with and without residuals; IdentityNet; decoder. Doubled, one is in the shape of two
    assert counts == [2 * 5 - 1, 2 * 5 - 1]


def test_only_what_stays_on_a_gpu_is_recorded(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = load(models, [RECIPE], CPU, torch.float32)
    assert not compilers.record(weights)
    assert not any("forward" in vars(owner) or "levels" in vars(owner) for owner, _ in compilers.entries(weights))
    (sampler,) = weights.samplers.values()
    sampler.device = torch.device("cuda")  # as if it were there
    monkeypatch.setattr(torch.cuda, "graph_pool_handle", lambda: (0, 1))
    assert not compilers.record(replace(weights, take_turns=True))  # what moves cannot be recorded
    assert compilers.record(weights)
    assert all(isinstance(getattr(owner, name), Recorded) for owner, name in compilers.entries(weights))
