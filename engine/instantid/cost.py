"""What a drawing costs in arithmetic: the engine's own code, run on full-size networks without contents.

FLOP are twice the multiplications with addition, as torch's counter has it: matrix products, convolutions, attention.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import accelerate
import diffusers
import torch
import transformers
from torch import Tensor
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

from engine.instantid import layouts
from engine.instantid.attention import Remembering
from engine.instantid.checkpoint import quiet
from engine.instantid.identitynet import EMBEDDING, FaceAdapter, FaceIDProjection, IdentityNet, Resampler
from engine.instantid.recipes import Recipe
from engine.instantid.sampler import CHANNELS, FACTOR, Conditions, Sampler
from engine.instantid.text import Encoded

TERA = 1e12
CAPTION_TOKENS = 20
"""Length of a usual caption."""


class FullSize:
    """The published networks on torch's meta device."""

    def __init__(self) -> None:
        quiet()
        self.unet: Remembering = _hollow(lambda: Remembering(_of(diffusers.UNet2DConditionModel, layouts.UNET)))
        self.identity: IdentityNet = _hollow(lambda: IdentityNet(_of(diffusers.ControlNetModel, layouts.IDENTITYNET)))
        self.adapters: dict[str, FaceAdapter] = {
            "instantid": _hollow(lambda: FaceAdapter(Resampler(**layouts.RESAMPLER), self.unet)),
            "faceid": _hollow(lambda: FaceAdapter(FaceIDProjection(**layouts.FACEID), self.unet)),
        }
        self._once = [_Once(self.unet), _Once(self.identity.net)]
        self.decoders: dict[str, Any] = {
            "taesd": _hollow(lambda: _of(diffusers.AutoencoderTiny, layouts.TAESD)),
            "vae": _hollow(lambda: _of(diffusers.AutoencoderKL, layouts.VAE)),
        }

    def cost(self, recipe: Recipe) -> dict[str, float]:
        """TFLOP of one portrait by stage; what the engine does once for all portraits is left out."""
        sampler = Sampler(self.unet, self.adapters[recipe.adapter], self.identity, layouts.SCHEDULE)
        negative = _encoded()
        side = recipe.size // FACTOR
        if recipe.guided(0):
            sampler.denoise(recipe, self._conditions(sampler, recipe, negative))  # keeps what is kept of the negative
        return {
            "caption": self.caption,
            "text": self.text,
            "denoise": self._counted(lambda: sampler.denoise(recipe, self._conditions(sampler, recipe, negative))),
            "decode": count(lambda: self.decoders[recipe.decoder].decode(_zeros(1, CHANNELS, side, side))),
        }

    def _counted(self, run: Callable[[], Any]) -> float:
        """TFLOP of what `run` does, calls that were answered from memory included."""
        before = sum(once.spared for once in self._once)
        return count(run) + sum(once.spared for once in self._once) - before

    def _conditions(self, sampler: Sampler, recipe: Recipe, negative: Encoded) -> Conditions:
        pictures = _zeros(1, 3, recipe.size, recipe.size)
        return Conditions(_encoded(), negative, sampler.adapter.tokens(_zeros(1, EMBEDDING)), pictures, [0])

    @cached_property
    def text(self) -> float:
        """TFLOP of both text encoders for one prompt."""
        config: Any = transformers.CLIPTextConfig
        first = _hollow(lambda: transformers.CLIPTextModel(config(**layouts.TEXT)))
        second = _hollow(lambda: transformers.CLIPTextModelWithProjection(config(**layouts.TEXT_2)))
        ids = torch.zeros(1, 77, dtype=torch.long, device="meta")
        return count(lambda: first(ids)) + count(lambda: second(ids))

    @cached_property
    def caption(self) -> float:
        """TFLOP of BLIP: the picture, then one pass of the decoder a token, its past kept."""
        config = transformers.BlipConfig(text_config=layouts.BLIP_TEXT, vision_config=layouts.BLIP_VISION)
        blip = _hollow(lambda: transformers.BlipForConditionalGeneration(config))
        side = layouts.BLIP_VISION["image_size"]
        parameters: int = sum(p.numel() for p in blip.text_decoder.parameters())
        return count(lambda: blip.vision_model(_zeros(1, 3, side, side))) + 2 * parameters * CAPTION_TOKENS / TERA


class _Once:
    """Lets a network run once for each shape of its input; then it answers the same and notes what that spared.

    A full-size pass takes seconds even without contents, and a recipe makes many alike.
    """

    def __init__(self, net: Any) -> None:
        self.spared = 0.0
        self._run = net.forward
        self._known: dict[tuple[Any, ...], tuple[float, Any]] = {}
        net.forward = self

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        key = tuple(leaf.shape if isinstance(leaf, Tensor) else leaf for leaf in tree_leaves((arguments, named)))
        if key in self._known:
            tflop, outputs = self._known[key]
            self.spared += tflop
        else:
            with FlopCounterMode(display=False) as counter:
                outputs = self._run(*arguments, **named)
            self._known[key] = (counter.get_total_flops() / TERA, outputs)
        return outputs


def count(run: Callable[[], Any]) -> float:
    """TFLOP of what `run` does."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        run()
    total: int = counter.get_total_flops()
    return total / TERA


def _of(kind: Any, config: dict[str, Any]) -> Any:
    """A diffusers network of this configuration."""
    return kind.from_config(config)


def _hollow(make: Callable[[], Any]) -> Any:
    """A network whose parameters and buffers have no contents."""
    with accelerate.init_empty_weights(include_buffers=True):
        return make().eval().requires_grad_(requires_grad=False)


def _encoded() -> Encoded:
    return Encoded(_zeros(1, 77, layouts.UNET["cross_attention_dim"]), _zeros(1, layouts.TEXT_2["projection_dim"]))


def _zeros(*shape: int) -> Tensor:
    return torch.zeros(*shape, device="meta")
