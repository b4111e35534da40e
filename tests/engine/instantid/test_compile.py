import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import torch
from torch._inductor.runtime.cache_dir_utils import default_cache_dir

from engine.instantid import compile as compilers
from engine.instantid.recipes import Recipe
from engine.instantid.sampler import Conditions
from engine.instantid.weights import Weights, load

CPU = torch.device("cpu")
RECIPE = Recipe(steps=2, size=64, guidance=4.0, guidance_end=0.5)
PLAIN = Recipe(steps=2, size=64)


@pytest.fixture
def weights(models: Path) -> Weights:
    torch._dynamo.reset()
    return load(models, [RECIPE], CPU, torch.float32)


def draw(weights: Weights, recipe: Recipe = RECIPE, batch: int = 1) -> torch.Tensor:
    torch.manual_seed(0)
    conditions = Conditions(
        weights.text.encode_all(["1girl"] * batch),
        weights.text.encode("bad"),
        weights.sampler(recipe).adapter.tokens(torch.randn(batch, 512)),
        torch.rand(batch, 3, 64, 64),
        list(range(batch)),
    )
    return weights.sampler(recipe).denoise(recipe, conditions)


@pytest.mark.parametrize("full", [True, False])
def test_networks_compile_as_one_graph_without_a_break(weights: Weights, full: bool) -> None:
    """fullgraph raises at the first break; the "eager" backend spares the code generation."""
    expected = draw(weights, PLAIN)
    torch._dynamo.utils.counters.clear()
    unet, identity, decoder = compilers.roots(weights)
    before = weights.decoders["taesd"](expected)
    for net in (unet, identity):
        for module in [net] if full else [m for m in net.modules() if type(m).__name__ == "BasicTransformerBlock"]:
            module.compile(fullgraph=True, dynamic=False, backend="eager")
    decoder.compile(fullgraph=True, dynamic=False, backend="eager")
    torch.testing.assert_close(draw(weights, PLAIN), expected, atol=1e-4, rtol=1e-4)
    assert (weights.decoders["taesd"](expected) == before).all()
    assert not torch._dynamo.utils.counters["graph_break"]
    frames = torch._dynamo.utils.counters["stats"]["unique_graphs"]
    assert frames >= 3
    draw(weights, PLAIN)
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] == frames  # no step or picture compiles anew


def test_blocks_of_the_same_shape_share_their_code(weights: Weights) -> None:
    torch._dynamo.utils.counters.clear()
    unet, identity, _ = compilers.roots(weights)
    blocks = 0
    for net in (unet, identity):
        for module in net.modules():
            if type(module).__name__ == "BasicTransformerBlock":
                module.compile(fullgraph=True, dynamic=False, backend="eager")
                blocks += 1
    draw(weights)
    # batch 1 and 2, two or three resolutions, with and without face tokens: not once a block
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] < 2 * blocks


def test_what_cannot_be_compiled_runs_as_it_is(
    weights: Weights, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    expected = draw(weights)

    def trial() -> None:
        raise RuntimeError("no C++ compiler\nlong trace")

    assert not compilers.prepare(weights, "inductor", int8=False, folder=tmp_path, trial=trial)
    assert caplog.messages == [
        "anime_compile=inductor cannot be had, drawing goes on without: RuntimeError: no C++ compiler"
    ]
    assert all(m._compiled_call_impl is None for root in compilers.roots(weights) for m in root.modules())
    torch.testing.assert_close(draw(weights), expected)


@pytest.mark.parametrize(("compiler", "int8"), [("stable-fast", False), ("none", True)])
def test_what_is_not_installed_is_said_in_a_line(
    weights: Weights, tmp_path: Path, caplog: pytest.LogCaptureFixture, compiler: str, int8: bool
) -> None:
    pytest.importorskip("torch")
    missing = {"stable-fast": "sfast", "none": "torchao"}[compiler]
    if __import__("importlib").util.find_spec(missing):
        pytest.skip(f"{missing} is installed")
    assert not compilers.prepare(weights, compiler, int8=int8, folder=tmp_path, trial=lambda: None)
    assert len(caplog.messages) == 1
    assert missing in caplog.messages[0]


@pytest.mark.parametrize("works", [True, False])
def test_stable_fast_is_used_where_it_is_and_undone_where_it_fails(
    weights: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, works: bool
) -> None:
    class Config:
        enable_cuda_graph = enable_xformers = enable_triton = False

    def compile_unet(net: Any, config: Config) -> Any:
        """As stable-fast 1.0.5: the network's `forward` is replaced in place."""
        assert config.enable_cuda_graph
        forward = net.forward
        net.forward = lambda *args, **named: (calls.append(1), forward(*args, **named))[1]
        return net

    calls: list[int] = []
    module = ModuleType("sfast.compilers.diffusion_pipeline_compiler")
    module.CompilationConfig = SimpleNamespace(Default=Config)  # type: ignore[attr-defined]
    module.compile_unet = compile_unet  # type: ignore[attr-defined]
    for name in ("sfast", "sfast.compilers", module.__name__):
        monkeypatch.setitem(sys.modules, name, module)
    expected = draw(weights)

    def trial() -> None:
        if not works:
            raise RuntimeError("no kernel for this GPU")

    assert compilers.prepare(weights, "stable-fast", int8=False, folder=tmp_path, trial=trial) is works
    torch.testing.assert_close(draw(weights), expected)
    assert bool(calls) is works


def test_a_compiler_that_works_is_kept(weights: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[object] = []
    monkeypatch.setattr(compilers, "compile_network", lambda net, **_: compiled.append(net))
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", default_cache_dir())
    tried: list[bool] = []
    assert compilers.prepare(weights, "inductor-full", int8=False, folder=tmp_path, trial=lambda: tried.append(True))
    assert tried == [True]
    assert compiled == compilers.roots(weights)
    import os

    assert os.environ["TORCHINDUCTOR_CACHE_DIR"] == str(tmp_path)


@pytest.mark.parametrize(("count", "padded"), [(1, 1), (2, 2), (3, 4), (4, 4), (7, 8), (9, 16)])
def test_batches_are_padded_to_sizes_that_are_compiled(count: int, padded: int) -> None:
    assert compilers.padded(count) == padded


@pytest.mark.parametrize("most", [1, 3, 4, 6, 8, 12])
def test_no_batch_is_drawn_in_a_size_that_was_not_rehearsed(most: int) -> None:
    assert {compilers.padded(count) for count in range(1, most + 1)} == set(compilers.sizes(most))
