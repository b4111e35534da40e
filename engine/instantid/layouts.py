"""The published networks' configurations, as their `config.json` files state them.

With these, full-size networks can be built on torch's meta device, without weights: to count arithmetic
(`avatanime bench flops`) and to know what a checkpoint must hold.
"""

from typing import Any

_SDXL: dict[str, Any] = {
    "in_channels": 4,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "block_out_channels": (320, 640, 1280),
    "layers_per_block": 2,
    "cross_attention_dim": 2048,
    "attention_head_dim": (5, 10, 20),
    "transformer_layers_per_block": (1, 2, 10),
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
}

UNET: dict[str, Any] = _SDXL | {
    "sample_size": 128,
    "out_channels": 4,
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
}
"""cagliostrolab/animagine-xl-3.1, unet: SDXL's own."""

IDENTITYNET: dict[str, Any] = _SDXL | {
    "conditioning_channels": 3,
    "conditioning_embedding_out_channels": (16, 32, 96, 256),
}
"""InstantX/InstantID, ControlNetModel."""

VAE: dict[str, Any] = {
    "block_out_channels": (128, 256, 512, 512),
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "layers_per_block": 2,
    "latent_channels": 4,
    "scaling_factor": 0.13025,
}
"""cagliostrolab/animagine-xl-3.1, vae."""

TAESD: dict[str, Any] = {"scaling_factor": 1.0}
"""madebyollin/taesdxl: AutoencoderTiny's defaults."""

SCHEDULE: dict[str, Any] = {
    "num_train_timesteps": 1000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
    "prediction_type": "epsilon",
    "set_alpha_to_one": False,
    "steps_offset": 1,
    "timestep_spacing": "leading",
}
"""cagliostrolab/animagine-xl-3.1, scheduler."""

TEXT: dict[str, Any] = {
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "projection_dim": 768,
}
"""cagliostrolab/animagine-xl-3.1, text_encoder: CLIP ViT-L."""

TEXT_2: dict[str, Any] = {
    "hidden_size": 1280,
    "intermediate_size": 5120,
    "num_hidden_layers": 32,
    "num_attention_heads": 20,
    "projection_dim": 1280,
    "hidden_act": "gelu",
}
"""cagliostrolab/animagine-xl-3.1, text_encoder_2: OpenCLIP bigG."""

RESAMPLER: dict[str, int] = {"dim": 1280, "depth": 4, "heads": 20, "tokens": 16, "width": 2048}
"""InstantX/InstantID, `image_proj` of ip-adapter.bin."""

FACEID: dict[str, int] = {"tokens": 4, "width": 2048}
"""h94/IP-Adapter-FaceID, `image_proj` of ip-adapter-faceid_sdxl.bin."""

BLIP_VISION: dict[str, Any] = {
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "image_size": 384,
    "patch_size": 16,
}
BLIP_TEXT: dict[str, Any] = {
    "hidden_size": 768,
    "encoder_hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "vocab_size": 30524,
}
"""Salesforce/blip-image-captioning-base."""
