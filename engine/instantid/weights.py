"""From a folder of model files, or the hub's cache, to networks on a device; all of them or none."""

import gc
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import diffusers
import torch
import transformers
from diffusers.loaders.lora_pipeline import StableDiffusionXLLoraLoaderMixin
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
from torch import Tensor

from avatanime.errors import ModelError
from engine.instantid import parts
from engine.instantid.attention import Remembering
from engine.instantid.checkpoint import (
    PULL,
    adopt,
    empty,
    network,
    pretrained,
    pretrained_tokenizer,
    quiet,
    read,
    read_adapter,
)
from engine.instantid.identitynet import HEAD, FaceAdapter, FaceIDProjection, IdentityNet, Resampler
from engine.instantid.recipes import Recipe
from engine.instantid.sampler import Decoder, Sampler
from engine.instantid.text import TextEncoder
from engine.models import Part, present

ROOM = 8 * 2**30
"""Free bytes of a GPU that another UNet takes: its own 4.8 GiB in half precision, and what drawing needs."""


@dataclass(frozen=True, slots=True)
class Weights:
    """All networks that the recipes asked for need."""

    samplers: Mapping[tuple[str, str], Sampler]
    """By a recipe's adapter and LoRA."""
    text: TextEncoder
    decoders: Mapping[str, Decoder]
    take_turns: bool = False
    """Whether the device has room for one UNet at a time; a change then costs a second or two."""

    def sampler(self, recipe: Recipe) -> Sampler:
        """The sampler the recipe draws with, on its device. Raises ModelError if it was not asked for on loading."""
        wanted = self.samplers.get((recipe.adapter, recipe.lora))
        if wanted is None:
            raise ModelError(f"The recipe's LoRA {recipe.lora!r} was not loaded.")
        if self.take_turns:
            _step_aside(s for s in self.samplers.values() if s is not wanted)
            wanted.unet.to(wanted.device)
        return wanted


def load(folder: Path, recipes: Collection[Recipe], device: torch.device, dtype: torch.dtype) -> Weights:
    """Read what `recipes` need from `folder` or, where it lacks a part, the hub's cache. Raises ModelError."""
    quiet()
    try:
        return _load(folder, recipes, device, dtype)
    except torch.OutOfMemoryError as e:
        gc.collect()
        raise ModelError(
            f"The models do not fit into the memory of {device}: they take about 10 GB. Free some, or try "
            f"anime_captioner=none. ({e})"
        ) from e


def _load(folder: Path, recipes: Collection[Recipe], device: torch.device, dtype: torch.dtype) -> Weights:
    base = locate(folder, parts.BASE)
    schedule = _json(base / "scheduler" / "scheduler_config.json")
    identity = None
    if any(r.control_scale > 0 for r in recipes):
        controlnet = locate(folder, parts.INSTANTID) / "ControlNetModel"
        identity = IdentityNet(network(diffusers.ControlNetModel, controlnet, device, dtype))
    decoders = {name: decoder(name, folder, device, dtype) for name in sorted({r.decoder for r in recipes})}
    text = text_encoder(base, device, dtype)
    samplers: dict[tuple[str, str], Sampler] = {}
    shared: FaceAdapter | None = None
    take_turns = False
    for adapter, lora in sorted({(r.adapter, r.lora) for r in recipes}):
        if samplers and is_tight(device):
            take_turns = True
            _step_aside(samplers.values())
        net = network(diffusers.UNet2DConditionModel, base / "unet", device, dtype)
        if lora:
            fuse_lora(net, locate_lora(folder, lora))
        if adapter == "faceid":
            unet, faces = faceid(net, locate(folder, parts.FACEID) / parts.FACEID.files[0])
        elif shared is None:
            unet, faces = instantid(net, locate(folder, parts.INSTANTID) / "ip-adapter.bin")
            shared = faces
        else:  # InstantID's, unlike FaceID's, changes nothing in the UNet, and the LoRA nothing in it
            unet, faces = Remembering(net), shared
        samplers[adapter, lora] = Sampler(unet, faces, identity, schedule)
    return Weights(samplers, text, decoders, take_turns)


def is_tight(device: torch.device) -> bool:
    """Whether a GPU has no room for another UNet and the work itself."""
    return device.type == "cuda" and torch.cuda.mem_get_info(device)[0] < ROOM


def _step_aside(samplers: Iterable[Sampler]) -> None:
    for sampler in samplers:
        sampler.unet.to("cpu")


def instantid(net: Any, path: Path) -> tuple[Remembering, FaceAdapter]:
    """The UNet with InstantID's face adapter, from `ip-adapter.bin`. Raises ModelError."""
    image_proj, ip_adapter = read_adapter(path, net.device)
    try:
        _, tokens, dim = image_proj["latents"].shape
        heads = image_proj["layers.0.0.to_q.weight"].shape[0] // HEAD
        depth = len({n.split(".")[1] for n in image_proj if n.startswith("layers.")})
    except (KeyError, ValueError) as e:
        raise ModelError(f"{path} has no InstantID resampler in image_proj ({e!r}). {PULL}") from e
    unet = Remembering(net)
    resampler = empty(Resampler, dim, depth, heads, tokens, net.config.cross_attention_dim)
    adapter = empty(FaceAdapter, resampler, unet)
    adopt(adapter, _whole(image_proj, ip_adapter), path, net.device, net.dtype)
    return unet, adapter


def faceid(net: Any, path: Path) -> tuple[Remembering, FaceAdapter]:
    """The UNet with IP-Adapter FaceID's face adapter, whose LoRA is fused into it. Raises ModelError."""
    image_proj, ip_adapter = read_adapter(path, net.device)
    width = net.config.cross_attention_dim
    try:
        tokens = image_proj["proj.2.bias"].shape[0] // width
        for index, name in enumerate(net.attn_processors):
            layer = net.get_submodule(name.removesuffix(".processor"))
            for target, linear in (("q", layer.to_q), ("k", layer.to_k), ("v", layer.to_v), ("out", layer.to_out[0])):
                up, down = (ip_adapter.pop(f"{index}.to_{target}_lora.{x}.weight") for x in ("up", "down"))
                linear.weight += (up.float() @ down.float()).to(linear.weight)
    except (KeyError, RuntimeError) as e:
        raise ModelError(f"{path} is not the file of IP-Adapter FaceID for SDXL ({e!r}). {PULL}") from e
    unet = Remembering(net)
    adapter = empty(FaceAdapter, empty(FaceIDProjection, tokens, width), unet)
    adopt(adapter, _whole(image_proj, ip_adapter), path, net.device, net.dtype)
    return unet, adapter


def _whole(image_proj: Mapping[str, Tensor], ip_adapter: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Both groups under the names FaceAdapter has for them."""
    groups = {"image_proj": image_proj, "ip_adapter": ip_adapter}
    return {f"{name}.{n}": tensor for name, group in groups.items() for n, tensor in group.items()}


def fuse_lora(net: Any, path: Path) -> None:
    """Add a LoRA to the UNet's own weights, for good. Raises ModelError if it is not made for this UNet."""
    mixin: Any = StableDiffusionXLLoraLoaderMixin
    try:
        state, alphas = mixin.lora_state_dict(read(path, torch.device("cpu")), unet_config=net.config)
        mixin.load_lora_into_unet(state, alphas, net)
        if not getattr(net, "peft_config", None):
            raise ValueError("no tensor in it belongs to the UNet")
        net.fuse_lora()
        net.unload_lora()
    except (ValueError, RuntimeError, KeyError, AttributeError) as e:
        raise ModelError(f"{path} is not a LoRA for this UNet: {e}") from e
    net.requires_grad_(requires_grad=False)


def decoder(name: str, folder: Path, device: torch.device, dtype: torch.dtype) -> Decoder:
    """The decoder a recipe names: "taesd" or "vae". Raises ModelError."""
    if name == "taesd":
        tiny = network(diffusers.AutoencoderTiny, locate(folder, parts.TAESD), device, dtype)
        if device.type == "cuda":
            tiny.to(memory_format=torch.channels_last)  # nothing but convolutions: this way a third of the time
        return Decoder(tiny)
    vae = network(diffusers.AutoencoderKL, locate(folder, parts.BASE) / "vae", device, dtype)
    return Decoder(vae.float() if vae.config.force_upcast else vae)  # SDXL's own overflows in half precision


def text_encoder(base: Path, device: torch.device, dtype: torch.dtype) -> TextEncoder:
    """Both text encoders of an SDXL checkpoint with their tokenizers. Raises ModelError."""
    encoders = [
        pretrained(transformers.CLIPTextModel, base / "text_encoder", device, dtype),
        pretrained(transformers.CLIPTextModelWithProjection, base / "text_encoder_2", device, dtype),
    ]
    tokenizers = [
        pretrained_tokenizer(transformers.CLIPTokenizer, base / name) for name in ("tokenizer", "tokenizer_2")
    ]
    zero_empty = bool(_json(base / "model_index.json").get("force_zeros_for_empty_prompt", True))
    return TextEncoder(encoders, tokenizers, zero_empty=zero_empty)


def locate(folder: Path, part: Part) -> Path:
    """Where a part's files are: below `folder`, else in the hub's cache (HF_HOME). Raises ModelError."""
    if present(folder, part):
        return folder / part.folder
    try:
        cached = Path(snapshot_download(part.repo, revision=part.revision, local_files_only=True))
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError, ValueError):
        pass
    else:
        if present(cached, replace(part, folder="")):
            return cached
    name = "" if part.needed else f" {part.name}"
    raise ModelError(
        f"{folder} has not all of {part.name} ({part.repo}), nor has the hub's cache. "
        f"Run `avatanime models pull instantid{name}` (licence: {part.licence})."
    )


def locate_lora(folder: Path, name: str) -> Path:
    """A LoRA's file: a path of its own, `lora/NAME` below `folder`, or in the hub's cache. Raises ModelError."""
    for place in (Path(name), folder / "lora" / name):
        if place.is_file():
            return place
    for part in parts.LORAS:
        if name in part.files:
            return locate(folder, replace(part, files=(name,))) / name
    raise ModelError(f"There is no LoRA {name!r} in {folder / 'lora'}.")


def _json(path: Path) -> dict[str, Any]:
    try:
        return cast("dict[str, Any]", json.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as e:
        raise ModelError(f"{path} cannot be read: {e}. {PULL}") from e
