"""The files the InstantID engine is made of: where they come from, under which terms, where they go."""

from engine.instantid.recipes import HYPER, HYPER_CFG, HYPER_UNIFIED, LIGHTNING
from engine.models import Part

RESEARCH = "non-commercial research only"

BASE = Part(
    "base",
    "cagliostrolab/animagine-xl-3.1",
    (
        "model_index.json",
        "scheduler/scheduler_config.json",
        "text_encoder/config.json",
        "text_encoder/model.safetensors",
        "text_encoder_2/config.json",
        "text_encoder_2/model.safetensors",
        "tokenizer/*",
        "tokenizer_2/*",
        "unet/config.json",
        "unet/diffusion_pytorch_model.safetensors",
        "vae/config.json",
        "vae/diffusion_pytorch_model.safetensors",
    ),
    "Fair AI Public License 1.0-SD",
    7.1,
    folder="base",
)
INSTANTID = Part(
    "instantid",
    "InstantX/InstantID",
    ("ControlNetModel/config.json", "ControlNetModel/diffusion_pytorch_model.safetensors", "ip-adapter.bin"),
    f"Apache-2.0, but made with insightface's models: {RESEARCH}",
    4.2,
)
TAESD = Part(
    "taesdxl", "madebyollin/taesdxl", ("config.json", "diffusion_pytorch_model.safetensors"), "MIT", 0.01, "taesdxl"
)
BLIP = Part(
    "blip",
    "Salesforce/blip-image-captioning-base",
    (
        "config.json",
        "preprocessor_config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "vocab.txt",
        "model.safetensors|pytorch_model.bin",
    ),
    "BSD-3-Clause",
    1.0,
    folder="blip",
)
ANTELOPE = Part(
    "antelopev2",
    "DIAMONIK7777/antelopev2",
    ("scrfd_10g_bnkps.onnx", "glintr100.onnx", "genderage.onnx"),
    f"insightface's models: {RESEARCH}",
    0.3,
    folder="antelopev2",
)
FACEID = Part(
    "faceid",
    "h94/IP-Adapter-FaceID",
    ("ip-adapter-faceid_sdxl.bin",),
    f"made with insightface's models: {RESEARCH}",
    1.1,
    needed=False,
)
LORAS = (
    Part("hyper", "ByteDance/Hyper-SD", (HYPER_UNIFIED, HYPER_CFG), "openrail++", 1.6, "lora"),
    Part(
        "hyper-steps",
        "ByteDance/Hyper-SD",
        tuple(HYPER.format(n) for n in (2, 4, 8)),
        "openrail++",
        2.4,
        "lora",
        needed=False,
    ),
    Part(
        "lightning",
        "ByteDance/SDXL-Lightning",
        tuple(LIGHTNING.format(n) for n in (2, 4, 8)),
        "openrail++",
        1.2,
        "lora",
        needed=False,
    ),
)

PARTS: tuple[Part, ...] = (BASE, INSTANTID, TAESD, *LORAS, BLIP, ANTELOPE, FACEID)
"""`needed` ones serve the default settings; the others belong to further recipes."""
