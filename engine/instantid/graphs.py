"""CUDA graphs: what a network launches is recorded once for each shape of its inputs, and from then on launched as one.

A UNet is thousands of small kernels. A fast GPU is done with them, at batch 1, long before a processor has launched
them all; the pictures stay the same to the bit.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils._pytree import tree_flatten, tree_unflatten

log = logging.getLogger(__name__)

ROOM = 4 * 2**30
"""Free bytes of a GPU under which nothing more is recorded: recordings keep about a gigabyte a size of batch."""


@dataclass(frozen=True, slots=True)
class _Recording:
    """`replay` reads `inputs` and leaves its results in `outputs`."""

    inputs: list[Tensor]
    replay: Callable[[], None]
    outputs: Any


class Recorded:
    """Does what `run`, a function of tensors on a GPU, does; its results hold until the next call.

    What `run` uses beside its arguments (its weights) has to stay where it is. Where there is no room for a recording,
    or `run` cannot be recorded, it runs as it is. Recordings of the same `pool` share memory, so only one of their
    functions may run at a time.
    """

    def __init__(self, run: Callable[..., Any], pool: Any) -> None:
        self._run = run
        self._pool = pool
        self._recordings: dict[tuple[Any, ...], _Recording | None] = {}

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """The results; of tensors the shapes and types count, everything else by its value."""
        leaves, form = tree_flatten((arguments, named))
        key = tuple((leaf.shape, leaf.dtype) if isinstance(leaf, Tensor) else leaf for leaf in leaves)
        if key not in self._recordings:
            self._recordings[key] = self._record(leaves, form)
        recording = self._recordings[key]
        if recording is None:
            return self._run(*arguments, **named)
        torch._foreach_copy_(recording.inputs, _tensors(leaves))
        recording.replay()
        return recording.outputs

    def _record(self, leaves: list[Any], form: Any) -> _Recording | None:
        if not has_room():
            return None
        try:
            kept = [leaf.clone() if isinstance(leaf, Tensor) else leaf for leaf in leaves]
            arguments, named = tree_unflatten(kept, form)
            replay, outputs = capture(lambda: self._run(*arguments, **named), self._pool)
        except RuntimeError as e:
            log.warning("A network is not launched as one: %s", str(e).partition("\n")[0])
            return None
        return _Recording(_tensors(kept), replay, outputs)


def has_room() -> bool:
    """Whether the GPU has memory for another recording; what torch keeps in reserve counts as free."""
    free, _ = torch.cuda.mem_get_info()
    return free + torch.cuda.memory_reserved() - torch.cuda.memory_allocated() >= ROOM


def capture(run: Callable[[], Any], pool: Any) -> tuple[Callable[[], None], Any]:
    """What launches anew all that `run` launches, and where its results will be. Raises RuntimeError."""
    run()  # what is set up or compiled at the first call is no part of the recording
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, pool=pool, capture_error_mode="thread_local"):  # other threads may use the GPU
        outputs = run()
    return graph.replay, outputs


def _tensors(leaves: list[Any]) -> list[Tensor]:
    return [leaf for leaf in leaves if isinstance(leaf, Tensor)]
