"""From conditions to a picture: the denoise loop and the decoder.

A batch holds different faces, each with its own generator, so that a portrait does not depend on its neighbours.
Latents and schedules stay in float32 (the schedule on the CPU, where it costs no synchronisation); networks run in
their own precision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.instantid.attention import Memory, Remembering, join
from engine.instantid.identitynet import FaceAdapter, IdentityNet
from engine.instantid.recipes import Recipe
from engine.instantid.text import Encoded

FACTOR = 8
"""Pixels a latent cell is wide."""
CHANNELS = 4
"""Of a latent."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a batch of `n` portraits is drawn from."""

    text: Encoded
    """Of the n prompts."""
    negative: Encoded
    """Of the one negative prompt they share."""
    tokens: Tensor
    """Face tokens, (n, tokens, width)."""
    pictures: Tensor
    """Keypoint pictures, (n, 3, size, size), 0 to 1."""
    seeds: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Given:
    """What the networks are given beside the latents, the same in every step."""

    memory: Memory
    face_memory: Memory
    features: Tensor | None
    added: dict[str, Tensor]


class Sampler:
    """One UNet and what belongs to it. `identity` may be missing where no recipe asks for it."""

    def __init__(
        self, unet: Remembering, adapter: FaceAdapter, identity: IdentityNet | None, schedule: Mapping[str, Any]
    ) -> None:
        self.unet = unet
        self.adapter = adapter
        self.identity = identity
        self._schedule = schedule
        self._nulls: dict[tuple[Encoded, float], tuple[Memory, Memory]] = {}
        weight = next(unet.parameters())
        self.device, self.dtype = weight.device, weight.dtype

    @torch.no_grad()
    def denoise(self, recipe: Recipe, conditions: Conditions) -> Tensor:
        """Latents (n, 4, size / 8, size / 8), float32, as the decoder takes them."""
        scheduler = make_scheduler(recipe.scheduler, self._schedule)
        scheduler.set_timesteps(recipe.steps)
        generators = [torch.Generator().manual_seed(seed) for seed in conditions.seeds]
        options: dict[str, Any] = {"generator": generators}
        if not recipe.scheduler.startswith("euler"):
            options["eta"] = recipe.eta

        shape = (1, CHANNELS, recipe.size // FACTOR, recipe.size // FACTOR)
        noise = torch.cat([torch.randn(shape, generator=g) for g in generators]).to(self.device)
        latents: Tensor = noise * scheduler.init_noise_sigma
        alone = self._given(recipe, conditions)
        doubled = self._doubled(recipe, conditions, alone) if recipe.guided(0) else alone
        for step, t in enumerate(scheduler.timesteps):
            _begin_step()
            sample = scheduler.scale_model_input(latents, t).to(self.dtype)
            t_device = t.to(self.device)
            if recipe.guided(step):
                sample = torch.cat([sample, sample])
                residuals = self._residuals(recipe, step, sample, t_device, doubled, alone)
                negative, positive = self._noise(sample, t_device, doubled, residuals).chunk(2)
                prediction = negative + recipe.guidance * (positive - negative)
            else:
                residuals = self._residuals(recipe, step, sample, t_device, alone, alone)
                prediction = self._noise(sample, t_device, alone, residuals)
            latents = scheduler.step(prediction, t, latents, return_dict=False, **options)[0]
        return latents

    def _noise(self, sample: Tensor, t: Tensor, given: _Given, residuals: dict[str, Any]) -> Tensor:
        prediction: Tensor = self.unet(sample, t, given.memory, added_cond_kwargs=given.added, **residuals)[0]
        return prediction.float()

    def _residuals(
        self, recipe: Recipe, step: int, sample: Tensor, t: Tensor, given: _Given, alone: _Given
    ) -> dict[str, Any]:
        """IdentityNet's say in this step, as arguments of the UNet; nothing where it has none."""
        if not recipe.controlled(step) or self.identity is None or given.features is None or alone.features is None:
            return {}
        spare = 0 if recipe.control_null or given is alone else len(sample) // 2
        if spare:
            sample, given = sample[spare:], alone
        down, mid = self.identity(sample, t, given.face_memory, given.features, recipe.control_scale, given.added)
        if spare:  # the negative half is left alone
            down, mid = [_zeros_before(x) for x in down], _zeros_before(mid)
        return {"down_block_additional_residuals": tuple(down), "mid_block_additional_residual": mid}

    def _given(self, recipe: Recipe, conditions: Conditions) -> _Given:
        features = None
        if recipe.controlled(0) and self.identity is not None:
            features = self.identity.embed(conditions.pictures.to(self.device, self.dtype))
        memory, face_memory = self._memories(conditions.text, conditions.tokens, recipe.ip_scale)
        return _Given(memory, face_memory, features, self._added(recipe, conditions.text, len(conditions.seeds)))

    def _doubled(self, recipe: Recipe, conditions: Conditions, alone: _Given) -> _Given:
        """The negative half, then the batch itself."""
        key = (conditions.negative, recipe.ip_scale)
        if key not in self._nulls:
            self._nulls[key] = self._memories(conditions.negative, self.adapter.null_tokens(), recipe.ip_scale)
        memory, face_memory = self._nulls[key]
        null_added = self._added(recipe, conditions.negative, len(conditions.seeds))
        return _Given(
            join(memory, alone.memory),
            join(face_memory, alone.face_memory),
            None if alone.features is None else torch.cat([alone.features, alone.features]),
            {name: torch.cat([null_added[name], alone.added[name]]) for name in alone.added},
        )

    def _memories(self, text: Encoded, tokens: Tensor, ip_scale: float) -> tuple[Memory, Memory]:
        """What the UNet and IdentityNet attend to."""
        faces = self.adapter.memorise(tokens, ip_scale)
        memory = tuple(zip(self.unet.memorise(text.states), faces, strict=True))
        return memory, () if self.identity is None else self.identity.memorise(tokens)

    def _added(self, recipe: Recipe, text: Encoded, n: int) -> dict[str, Tensor]:
        """SDXL's further conditions: pooled text, and sizes (original, crop, target) in pixels."""
        sizes = torch.tensor([[recipe.size, recipe.size, 0, 0, recipe.size, recipe.size]])
        return {
            "text_embeds": text.pooled.expand(n, -1),
            "time_ids": sizes.expand(n, -1).to(self.device, self.dtype),
        }


def _begin_step() -> None:
    """Tell CUDA graphs, if there are any, that what they wrote in the last step is used up."""
    compiler: Any = torch.compiler
    compiler.cudagraph_mark_step_begin()


def _zeros_before(x: Tensor) -> Tensor:
    return torch.cat([torch.zeros_like(x), x])


def make_scheduler(name: str, config: Mapping[str, Any]) -> Any:
    """The diffusers scheduler a recipe names, made from the checkpoint's own configuration."""
    import diffusers

    kind, changes = {
        "tcd": (diffusers.TCDScheduler, {}),
        "ddim-trailing": (diffusers.DDIMScheduler, {"timestep_spacing": "trailing"}),
        "euler": (diffusers.EulerDiscreteScheduler, {}),
        "euler-trailing": (diffusers.EulerDiscreteScheduler, {"timestep_spacing": "trailing"}),
    }[name]
    return kind.from_config(dict(config), **changes)


class Decoder(nn.Module):
    """Latents -> pixels, through the full SDXL decoder or its tiny stand-in (TAESDXL)."""

    def __init__(self, vae: Any) -> None:
        super().__init__()
        self.vae = vae
        self._factor = 1 / vae.config.scaling_factor

    @torch.no_grad()
    def forward(self, latents: Tensor) -> NDArray[np.uint8]:
        """RGB pictures, (n, height, width, 3)."""
        pictures: NDArray[np.uint8] = self.levels(latents).cpu().numpy()
        return pictures

    def levels(self, latents: Tensor) -> Tensor:
        """The same, still on the device."""
        pictures = self.vae.decode((latents * self._factor).to(self.vae.dtype), return_dict=False)[0]
        levels: Tensor = pictures.float().mul(127.5).add(127.5).round().clamp(0, 255).byte()
        return levels.permute(0, 2, 3, 1).contiguous()
