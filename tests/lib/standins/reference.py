"""What the published pipeline draws, by diffusers' own code: a second way to the golden data.

Stock SDXL ControlNet pipeline, native IP adapter, and a ControlNet that is fed the face tokens instead of the prompt.
Nothing of ours takes part.
"""

import json
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import torch
from numpy.typing import NDArray

diffusers.utils.logging.set_verbosity_error()
diffusers.utils.logging.disable_progress_bar()

SCHEDULERS = {
    "tcd": (diffusers.TCDScheduler, {}),
    "ddim-trailing": (diffusers.DDIMScheduler, {"timestep_spacing": "trailing"}),
    "euler": (diffusers.EulerDiscreteScheduler, {}),
    "euler-trailing": (diffusers.EulerDiscreteScheduler, {"timestep_spacing": "trailing"}),
}


class TokenFed(diffusers.ControlNetModel):
    """A ControlNet that looks at `tokens` whatever text it is given."""

    tokens: torch.Tensor

    def forward(self, sample: Any, timestep: Any, encoder_hidden_states: Any, **others: Any) -> Any:
        return super().forward(sample, timestep, encoder_hidden_states=self.tokens[-len(sample) :], **others)


class Reference:
    """The published pipeline over a checkpoint folder, in float32 on the CPU."""

    def __init__(self, folder: Path) -> None:
        self._pipe = diffusers.StableDiffusionXLControlNetPipeline.from_pretrained(
            folder / "base",
            controlnet=TokenFed.from_pretrained(folder / "ControlNetModel", dtype=torch.float32),
            dtype=torch.float32,
        )
        self._pipe.set_progress_bar_config(disable=True)
        self._schedule = self._pipe.scheduler.config
        self._pipe.load_ip_adapter(
            str(folder), subfolder="", weight_name="ip-adapter.bin", image_encoder_folder=None, local_files_only=True
        )
        self._pipe.to(torch.float32)

    @torch.no_grad()
    def tokens(self, embeddings: NDArray[np.float32]) -> torch.Tensor:
        """Face tokens, (n, 16, width)."""
        projection = self._pipe.unet.encoder_hid_proj.image_projection_layers[0]
        return torch.cat([projection(torch.as_tensor(one)[None, None]) for one in embeddings])

    def draw(
        self,
        case: dict[str, Any],
        prompt: str,
        negative: str,
        embedding: NDArray[np.float32],
        picture: NDArray[np.uint8],
        seed: int,
    ) -> NDArray[np.float32]:
        """Final latents, (1, 4, height / 8, width / 8)."""
        pipe = self._pipe
        kind, changes = SCHEDULERS[case["scheduler"]]
        pipe.scheduler = kind.from_config(self._schedule, **changes)
        pipe.set_ip_adapter_scale(case["ip_adapter_scale"])
        both = np.stack([np.zeros_like(embedding), embedding])
        pipe.controlnet.tokens = self.tokens(both)
        guided = case["guidance_scale"] > 1
        found = pipe(
            prompt,
            negative_prompt=negative,
            image=torch.as_tensor(picture).permute(2, 0, 1)[None] / 255,
            ip_adapter_image_embeds=[torch.as_tensor(both if guided else both[1:])[:, None, None]],
            height=picture.shape[0],
            width=picture.shape[1],
            num_inference_steps=case["steps"],
            guidance_scale=case["guidance_scale"],
            eta=case["eta"],
            controlnet_conditioning_scale=case["controlnet_conditioning_scale"],
            control_guidance_end=case["control_guidance_end"],
            generator=torch.Generator().manual_seed(seed),
            output_type="latent",
        )
        return found.images.numpy()


def golden(folder: Path, cases: list[dict[str, Any]], seed: int) -> None:
    """Write golden.json and golden.npz for a checkpoint folder, of two random faces."""
    rng = np.random.default_rng(seed)
    embeddings = rng.normal(size=(2, 512)).astype(np.float32)
    shape = np.array([[40, 50], [90, 48], [65, 75], [45, 95], [85, 97]])
    keypoints = (shape + rng.normal(size=(2, 5, 2)) * 4).astype(np.float32)
    reference = Reference(folder)
    told = {
        "prompts": ["1boy, red hair, glasses", "1girl, hat"],
        "negative_prompt": "blurry",
        "height": 128,
        "width": 128,
        "generator_seeds": [seed, seed + 1],
        "cases": cases,
    }
    pictures = rng.integers(0, 256, (2, 128, 128, 3), dtype=np.uint8)
    arrays: dict[str, Any] = {
        "embeddings": embeddings,
        "keypoints": keypoints[:0],
        **{f"kps_image_{i}": picture for i, picture in enumerate(pictures)},
        "face_tokens": reference.tokens(embeddings).numpy(),
        "null_tokens": reference.tokens(np.zeros((1, 512), np.float32)).numpy(),
    }
    for case in cases:
        for face in (0, 1):
            arrays[f"latents_{case['case']}_{face}"] = reference.draw(
                case, told["prompts"][face], told["negative_prompt"], embeddings[face], pictures[face], seed + face
            )
    (folder / "golden.json").write_text(json.dumps(told))
    np.savez(folder / "golden.npz", **arrays)
