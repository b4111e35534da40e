"""A tiny SDXL checkpoint with InstantID's parts beside it, randomly initialised, in the published layout."""

import shutil
from pathlib import Path

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, ControlNetModel, UNet2DConditionModel
from safetensors.torch import save_file
from torch import nn
from transformers import CLIPTextModel, CLIPTextModelWithProjection

TINY = Path(__file__).parents[2] / "data" / "instantid-tiny"
"""The checkpoint that the golden data were made with: others are made after its configurations."""
LORA = "Hyper-SDXL-1step-lora.safetensors"
RANK = 4


def build(folder: Path, seed: int) -> Path:
    """A checkpoint like the golden one, of other random numbers; float16 files."""
    torch.manual_seed(seed)
    shutil.copytree(TINY, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("golden*", "kps*"))
    for kind, name in (
        (UNet2DConditionModel, "base/unet"),
        (AutoencoderKL, "base/vae"),
        (ControlNetModel, "ControlNetModel"),
        (AutoencoderTiny, "taesdxl"),
    ):
        net = kind.from_config(kind.load_config(TINY / name))
        for path, module in net.named_modules():
            if path.startswith(("controlnet_down", "controlnet_mid")) or path.endswith("conv_out"):
                _randomise(module)  # zeros by default: an IdentityNet without a say
        net.half().save_pretrained(folder / name)
    for kind, name in ((CLIPTextModel, "text_encoder"), (CLIPTextModelWithProjection, "text_encoder_2")):
        kind(kind.config_class.from_pretrained(TINY / "base" / name)).half().save_pretrained(folder / "base" / name)
    adapter = torch.load(TINY / "ip-adapter.bin", weights_only=True)
    torch.save(
        {name: {k: _like(k, t) for k, t in group.items()} for name, group in adapter.items()}, folder / "ip-adapter.bin"
    )
    return folder


def lora(folder: Path, name: str = LORA, seed: int = 3) -> Path:
    """A LoRA for the checkpoint's UNet in the format of Kohya's trainer, as Hyper-SD's are."""
    torch.manual_seed(seed)
    net = UNet2DConditionModel.from_config(UNet2DConditionModel.load_config(folder / "base" / "unet"))
    state: dict[str, torch.Tensor] = {}
    for path, module in net.named_modules():
        if isinstance(module, nn.Linear) and "transformer_blocks" in path:
            key = "lora_unet_" + path.replace(".", "_")
            state[f"{key}.lora_down.weight"] = torch.randn(RANK, module.in_features) * 0.1
            state[f"{key}.lora_up.weight"] = torch.randn(module.out_features, RANK) * 0.1
            state[f"{key}.alpha"] = torch.tensor(RANK / 2)
    place = folder / "lora" / name
    place.parent.mkdir(exist_ok=True)
    save_file(state, place)
    return place


def faceid(folder: Path, seed: int = 5) -> Path:
    """IP-Adapter FaceID's file for the checkpoint's UNet."""
    torch.manual_seed(seed)
    net = UNet2DConditionModel.from_config(UNet2DConditionModel.load_config(folder / "base" / "unet"))
    width = net.config.cross_attention_dim
    image_proj = {"proj.0": nn.Linear(512, 1024), "proj.2": nn.Linear(1024, 4 * width), "norm": nn.LayerNorm(width)}
    adapter: dict[str, torch.Tensor] = {}
    for index, name in enumerate(net.attn_processors):
        layer = net.get_submodule(name.removesuffix(".processor"))
        for target, linear in (("q", layer.to_q), ("k", layer.to_k), ("v", layer.to_v), ("out", layer.to_out[0])):
            adapter[f"{index}.to_{target}_lora.down.weight"] = torch.randn(RANK, linear.in_features) * 0.1
            adapter[f"{index}.to_{target}_lora.up.weight"] = torch.randn(linear.out_features, RANK) * 0.1
        if "attn2" in name:
            for x in "kv":
                adapter[f"{index}.to_{x}_ip.weight"] = torch.randn(layer.to_k.out_features, width) * 0.1
    projection = {f"{n}.{k}": t.detach() for n, m in image_proj.items() for k, t in m.named_parameters()}
    place = folder / "ip-adapter-faceid_sdxl.bin"
    torch.save({"image_proj": projection, "ip_adapter": adapter}, place)
    return place


def _randomise(module: nn.Module) -> None:
    for parameter in module.parameters():
        nn.init.normal_(parameter, std=0.1)


def _like(name: str, tensor: torch.Tensor) -> torch.Tensor:
    """Random numbers as that tensor would be initialised."""
    if name.endswith("bias"):
        return torch.zeros_like(tensor)
    if "norm" in name or tensor.ndim == 1:
        return torch.ones_like(tensor)
    return (torch.randn(tensor.shape) * tensor.shape[-1] ** -0.5).half()
