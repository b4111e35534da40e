"""Making the networks faster: CUDA graphs, torch's inductor, stable-fast, int8 weights.

Compiled code is kept below the given folder, so that a restart is quick. Batches of an engine that is compiled or
recorded are padded to fixed sizes, since every new shape compiles anew. What cannot be had is said in one line.
"""

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.instantid.attention import Remembering
from engine.instantid.weights import Weights

log = logging.getLogger(__name__)

CACHE = "TORCHINDUCTOR_CACHE_DIR"
"""The variable by which inductor, and whoever has set it, is told where compiled code is kept."""
BATCHES = (1, 2, 4, 8)
"""Batch sizes a compiled or recorded engine is drawn with."""
SHAPES = 64
"""Variants of a block that may be compiled: sizes of pictures times batches, with and without the negative half."""


def prepare(weights: Weights, compiler: str, *, int8: bool, folder: Path, trial: Callable[[], None]) -> bool:
    """Quantise, compile and record in place; whether batches are to be padded now.

    `trial` draws something in every shape that will be wanted: it is then that code is compiled. Whatever goes wrong
    is undone and logged, and the networks run as they are. On a GPU each is launched as one, if it stays there.
    """
    if int8:
        _attempt("int8 weights", lambda: _quantise(weights))

    def compile_and_try() -> None:
        if compiler == "stable-fast":
            _stable_fast(weights)
        else:
            _inductor(weights, folder, full=compiler == "inductor-full")
        if compiler == "inductor":  # the others record by themselves
            record(weights)
        trial()

    if compiler != "none":
        if _attempt(f"anime_compile={compiler}", compile_and_try):
            return True
        for owner, name in entries(weights):
            vars(owner).pop(name, None)  # what was recorded, or stable-fast's own
        for module in (m for root in roots(weights) for m in root.modules()):
            module._compiled_call_impl = None
    return record(weights)


def record(weights: Weights) -> bool:
    """Launch every network as one from now on (see graphs.py); False where none is on a GPU to stay."""
    if weights.take_turns or next(iter(weights.samplers.values())).device.type != "cuda":
        return False
    import torch

    from engine.instantid.graphs import Recorded

    pool = torch.cuda.graph_pool_handle()
    for owner, name in entries(weights):
        setattr(owner, name, Recorded(getattr(owner, name), pool))
    return True


def padded(count: int) -> int:
    """The batch size a compiled or recorded engine draws `count` portraits with."""
    most = BATCHES[-1]
    return next((size for size in BATCHES if size >= count), -(-count // most) * most)


def sizes(most: int) -> list[int]:
    """Every batch size that up to `most` portraits at once are drawn with."""
    return sorted({padded(count) for count in range(1, most + 1)})


def _attempt(what: str, make: Callable[[], None]) -> bool:
    try:
        make()
    except Exception as e:  # a compiler can fail in any way; the engine draws without it
        reason = str(e).strip().partition("\n")[0]
        log.warning("%s cannot be had, drawing goes on without: %s: %s", what, type(e).__name__, reason)
        return False
    return True


def entries(weights: Weights) -> list[tuple[Any, str]]:
    """What a drawing calls: each network's owner, and its method that takes and gives tensors."""
    found: dict[int, tuple[Any, str]] = {}
    for sampler in weights.samplers.values():
        found[id(sampler.unet)] = sampler.unet, "forward"
        if sampler.identity is not None:
            found[id(sampler.identity)] = sampler.identity.net, "forward"
    return [*found.values(), *((decoder, "levels") for decoder in weights.decoders.values())]


def roots(weights: Weights) -> list[Any]:
    """Every network that a drawing runs through: UNets, IdentityNet, decoders."""
    owners = (owner for owner, _ in entries(weights))
    return [owner.net if isinstance(owner, Remembering) else owner.vae.decoder for owner in owners]


def _inductor(weights: Weights, folder: Path, *, full: bool) -> None:
    import torch
    from torch._dynamo import config
    from torch._inductor.runtime.cache_dir_utils import default_cache_dir

    if os.environ.get(CACHE) in (None, default_cache_dir()):  # torch writes its default there itself
        os.environ[CACHE] = str(folder)
    config.recompile_limit = max(config.recompile_limit, SHAPES)
    config.accumulated_recompile_limit = max(config.accumulated_recompile_limit, 8 * SHAPES)
    for net in roots(weights):
        compile_network(net, full=full, graphs=torch.cuda.is_available())


def compile_network(net: Any, *, full: bool, graphs: bool = False) -> None:
    """Compile a network in place: whole (with CUDA graphs if `graphs`), or its transformer blocks if it has any."""
    blocks = [m for m in net.modules() if type(m).__name__ == "BasicTransformerBlock"]
    if full or not blocks:
        net.compile(fullgraph=True, dynamic=False, mode="reduce-overhead" if graphs and full else None)
    else:
        for block in blocks:
            block.compile(fullgraph=True, dynamic=False)


def _stable_fast(weights: Weights) -> None:
    """https://github.com/chengzeyi/stable-fast: paused, and built from source, but the quickest on older GPUs."""
    from sfast.compilers.diffusion_pipeline_compiler import CompilationConfig, compile_unet

    config = CompilationConfig.Default()
    config.enable_cuda_graph = True
    for name in ("xformers", "triton"):
        try:
            __import__(name)
        except ImportError:
            log.warning("stable-fast is quicker with %s, which is not installed.", name)
        else:
            setattr(config, f"enable_{name}", True)
    for sampler in weights.samplers.values():
        compile_unet(sampler.unet, config)


def _quantise(weights: Weights) -> None:
    from torchao.quantization import Int8WeightOnlyConfig, quantize_

    for net in roots(weights):
        quantize_(net, Int8WeightOnlyConfig())
