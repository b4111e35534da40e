"""Prompts -> what SDXL's two text encoders make of them, each prompt once."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

KEPT_PROMPTS = 512
"""Encoded prompts kept: about 0.3 MB each at full size in half precision."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Encoded prompts: `states` (n, 77, 2048) and `pooled` (n, 1280) at full size."""

    states: Tensor
    pooled: Tensor


class TextEncoder:
    """Both of SDXL's encoders: their last but one layers side by side, and the second one's pooled projection.

    Podell et al., SDXL, https://arxiv.org/abs/2307.01952, section 2.1.
    """

    def __init__(self, encoders: Sequence[Any], tokenizers: Sequence[Any], *, zero_empty: bool) -> None:
        self.encoders = encoders
        self._tokenizers = tokenizers
        self._zero_empty = zero_empty
        self._kept: OrderedDict[str | None, Encoded] = OrderedDict()

    def encode(self, prompt: str | None) -> Encoded:
        """One prompt, as a batch of one; None is no prompt at all (zeros, if the checkpoint asks for that)."""
        if prompt in self._kept:
            self._kept.move_to_end(prompt)
            return self._kept[prompt]
        encoded = self._encode(prompt or "")
        if prompt is None and self._zero_empty:
            encoded = Encoded(torch.zeros_like(encoded.states), torch.zeros_like(encoded.pooled))
        self._kept[prompt] = encoded
        if len(self._kept) > KEPT_PROMPTS:
            self._kept.popitem(last=False)
        return encoded

    def encode_all(self, prompts: Sequence[str]) -> Encoded:
        """A batch of prompts."""
        each = [self.encode(prompt) for prompt in prompts]
        return Encoded(torch.cat([e.states for e in each]), torch.cat([e.pooled for e in each]))

    @torch.no_grad()
    def _encode(self, prompt: str) -> Encoded:
        states: list[Tensor] = []
        pooled: list[Tensor] = []
        for encoder, tokenizer in zip(self.encoders, self._tokenizers, strict=True):
            ids = tokenizer(
                prompt,
                padding="max_length",
                max_length=tokenizer.model_max_length,
                truncation=True,
                return_tensors="pt",
            ).input_ids
            found = encoder(ids.to(encoder.device), output_hidden_states=True)
            states.append(found.hidden_states[-2])
            pooled.append(found[0])
        return Encoded(torch.cat(states, -1), pooled[-1])  # the last encoder is the one with a projection
