"""Making the networks faster: torch's inductor, stable-fast, int8 weights. What cannot be had is said in one line.

Compiled code is kept below the given folder, so that a restart is quick. Batches of a compiled engine are padded to
fixed sizes, since every new shape compiles anew.
"""

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.instantid.weights import Weights

log = logging.getLogger(__name__)

CACHE = "TORCHINDUCTOR_CACHE_DIR"
"""The variable by which inductor, and whoever has set it, is told where compiled code is kept."""
BATCHES = (1, 2, 4)
"""Batch sizes a compiled engine is drawn with."""
SHAPES = 64
"""Variants of a block that may be compiled: sizes of pictures times batches, with and without the negative half."""


def prepare(weights: Weights, compiler: str, *, int8: bool, folder: Path, trial: Callable[[], None]) -> bool:
    """Compile and quantise in place; whether the networks are compiled now.

    `trial` draws something in every shape that will be wanted: it is then that code is compiled. Whatever goes wrong
    is undone and logged, and the networks run as they are.
    """
    if int8:
        _attempt("int8 weights", lambda: _quantise(weights))
    if compiler == "none":
        return False

    def compile_and_try() -> None:
        if compiler == "stable-fast":
            _stable_fast(weights)
        else:
            _inductor(weights, folder, full=compiler == "inductor-full")
        trial()

    if _attempt(f"anime_compile={compiler}", compile_and_try):
        return True
    for sampler in weights.samplers.values():
        vars(sampler.unet).pop("forward", None)  # stable-fast puts its own there
    for module in (m for root in roots(weights) for m in root.modules()):
        module._compiled_call_impl = None
    return False


def padded(count: int) -> int:
    """The batch size a compiled engine draws `count` portraits with."""
    return next((size for size in BATCHES if size >= count), count)


def _attempt(what: str, make: Callable[[], None]) -> bool:
    try:
        make()
    except Exception as e:  # a compiler can fail in any way; the engine draws without it
        reason = str(e).strip().partition("\n")[0]
        log.warning("%s cannot be had, drawing goes on without: %s: %s", what, type(e).__name__, reason)
        return False
    return True


def roots(weights: Weights) -> list[Any]:
    """Every network that a drawing runs through: UNets, IdentityNet, decoders."""
    found: dict[int, Any] = {}
    for sampler in weights.samplers.values():
        found[id(sampler.unet.net)] = sampler.unet.net
        if sampler.identity is not None:
            found[id(sampler.identity.net.net)] = sampler.identity.net.net
    return [*found.values(), *(decoder.vae.decoder for decoder in weights.decoders.values())]


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
