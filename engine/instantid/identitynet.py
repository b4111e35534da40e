"""InstantID's two ways of saying who it is: face tokens for the UNet, and IdentityNet, a ControlNet fed with them.

Wang et al., InstantID: Zero-shot Identity-Preserving Generation in Seconds, https://arxiv.org/abs/2401.07519.
"""

import math
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import normalize, scaled_dot_product_attention

from engine.instantid.attention import KeyValue, Memory, Remembering, project

EMBEDDING = 512
"""Width of an antelopev2 face embedding."""
HEAD = 64
"""Width of an attention head in the published resampler."""

COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255))
"""Of the left and right eye, the nose, the left and right corner of the mouth: what IdentityNet was trained on."""
NOSE = 2


def draw_keypoints(keypoints: NDArray[np.float32], size: int) -> NDArray[np.uint8]:
    """The picture IdentityNet is conditioned on: five points (x, y) in pixels, each joined to the nose.

    RGB, (size, size, 3). Sticks 8 pixels wide at 0.6 of the colour, discs of radius 10: `draw_kps` of the published
    pipeline (https://github.com/instantX-research/InstantID), whose fixed widths do not scale with the picture.
    """
    picture = np.zeros((size, size, 3), np.uint8)
    nose = keypoints[NOSE]
    for index in (0, 1, 3, 4):
        point = keypoints[index]
        dx, dy = point - nose
        centre = (int((point[0] + nose[0]) / 2), int((point[1] + nose[1]) / 2))
        axes = (int(math.hypot(dx, dy) / 2), 4)
        polygon = np.asarray(cv2.ellipse2Poly(centre, axes, int(math.degrees(math.atan2(dy, dx))), 0, 360, 1))
        cv2.fillConvexPoly(picture, polygon, COLOURS[index])
    picture = (picture * 0.6).astype(np.uint8)
    for (x, y), colour in zip(keypoints, COLOURS, strict=True):
        cv2.circle(picture, (int(x), int(y)), 10, colour, -1)
    return picture


class PerceiverAttention(nn.Module):
    """Latents attend to the face and to themselves."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(dim)
        self.norm2 = nn.LayerNorm(dim)
        self.to_q = nn.Linear(dim, heads * HEAD, bias=False)
        self.to_kv = nn.Linear(dim, 2 * heads * HEAD, bias=False)
        self.to_out = nn.Linear(heads * HEAD, dim, bias=False)

    def forward(self, face: Tensor, latents: Tensor) -> Tensor:
        """From face (batch, 1, dim) and latents (batch, tokens, dim), what to add to the latents."""
        face, latents = self.norm1(face), self.norm2(latents)
        key, value = self.to_kv(torch.cat([face, latents], 1)).chunk(2, -1)
        parts = [x.view(*x.shape[:2], self.heads, HEAD).transpose(1, 2) for x in (self.to_q(latents), key, value)]
        found: Tensor = self.to_out(scaled_dot_product_attention(*parts).transpose(1, 2).flatten(2))
        return found


class Resampler(nn.Module):
    """A face embedding (batch, 512) -> face tokens (batch, tokens, width of the UNet's cross-attention).

    Names of the parameters are those of `image_proj` in `ip-adapter.bin`; sizes are read off its tensors.
    """

    def __init__(self, dim: int, depth: int, heads: int, tokens: int, width: int) -> None:
        super().__init__()
        self.latents = nn.Parameter(torch.empty(1, tokens, dim))
        self.proj_in = nn.Linear(EMBEDDING, dim)
        self.proj_out = nn.Linear(dim, width)
        self.norm_out = nn.LayerNorm(width)
        hidden = 4 * dim
        self.layers = nn.ModuleList(
            nn.ModuleList(
                [
                    PerceiverAttention(dim, heads),
                    nn.Sequential(
                        nn.LayerNorm(dim),
                        nn.Linear(dim, hidden, bias=False),
                        nn.GELU(),
                        nn.Linear(hidden, dim, bias=False),
                    ),
                ]
            )
            for _ in range(depth)
        )

    def forward(self, embeddings: Tensor) -> Tensor:
        """Raw (not normalised) embeddings -> tokens."""
        face = self.proj_in(embeddings[:, None])
        latents = self.latents.expand(len(embeddings), -1, -1)
        layers: Any = self.layers
        for attend, feed_forward in layers:
            latents = latents + attend(face, latents)
            latents = latents + feed_forward(latents)
        tokens: Tensor = self.norm_out(self.proj_out(latents))
        return tokens


class FaceIDProjection(nn.Module):
    """IP-Adapter FaceID's way from an embedding to tokens: a perceptron over the normalised embedding.

    Names of the parameters are those of `image_proj` in `ip-adapter-faceid_sdxl.bin`
    (https://huggingface.co/h94/IP-Adapter-FaceID).
    """

    def __init__(self, tokens: int, width: int) -> None:
        super().__init__()
        self.proj = nn.Sequential(
            nn.Linear(EMBEDDING, 2 * EMBEDDING), nn.GELU(), nn.Linear(2 * EMBEDDING, tokens * width)
        )
        self.norm = nn.LayerNorm(width)
        self._shape = (tokens, width)

    def forward(self, embeddings: Tensor) -> Tensor:
        """Raw embeddings (batch, 512) -> tokens."""
        tokens: Tensor = self.norm(self.proj(normalize(embeddings, dim=-1)).view(-1, *self._shape))
        return tokens


class FaceAdapter(nn.Module):
    """Face tokens, and the projections through which the UNet's cross-attention layers look at them."""

    def __init__(self, image_proj: nn.Module, unet: Remembering) -> None:
        super().__init__()
        self.image_proj = image_proj
        # In the file, layers are counted over self- and cross-attention alike: 1, 3, 5, ...
        self.ip_adapter = nn.ModuleDict(
            {
                str(2 * i + 1): nn.ModuleDict({f"to_{x}_ip": _like(getattr(layer, f"to_{x}")) for x in "kv"})
                for i, layer in enumerate(unet.layers)
            }
        )
        self._heads = [layer.heads for layer in unet.layers]

    def tokens(self, embeddings: Tensor) -> Tensor:
        """Face tokens of raw embeddings (batch, 512)."""
        tokens: Tensor = self.image_proj(embeddings)
        return tokens

    def null_tokens(self) -> Tensor:
        """Tokens of no face: the resampler's answer to zeros, not zeros; (1, tokens, width)."""
        weight = next(self.image_proj.parameters())
        return self.tokens(torch.zeros(1, EMBEDDING, device=weight.device, dtype=weight.dtype))

    def memorise(self, tokens: Tensor, scale: float) -> list[KeyValue]:
        """Keys and values of face tokens for each layer; attention is linear in its values, so they carry the scale."""
        layers: Any = self.ip_adapter.values()
        pairs = ((layer["to_k_ip"], layer["to_v_ip"]) for layer in layers)
        return [(key, value * scale) for key, value in project(pairs, tokens, self._heads)]


class IdentityNet(nn.Module):
    """The ControlNet that is shown the keypoint picture and, in place of the prompt, the face tokens."""

    def __init__(self, controlnet: Any) -> None:
        super().__init__()
        self.embedding: nn.Module = controlnet.controlnet_cond_embedding
        controlnet.controlnet_cond_embedding = nn.Identity()  # it is fed with what `embed` made, once a portrait
        self.net = Remembering(controlnet)

    def embed(self, pictures: Tensor) -> Tensor:
        """Keypoint pictures (batch, 3, height, width), 0 to 1 -> their features in latent resolution."""
        features: Tensor = self.embedding(pictures)
        return features

    def memorise(self, tokens: Tensor) -> Memory:
        """The memory of face tokens (batch, tokens, width)."""
        return tuple((pair,) for pair in self.net.memorise(tokens))

    def forward(
        self, sample: Tensor, timestep: Tensor, memory: Memory, features: Tensor, scale: float, added: dict[str, Tensor]
    ) -> tuple[Sequence[Tensor], Tensor]:
        """Residuals for the UNet's down blocks and its middle."""
        down, mid = self.net(
            sample, timestep, memory, controlnet_cond=features, conditioning_scale=scale, added_cond_kwargs=added
        )
        return down, mid


def _like(linear: Any) -> nn.Linear:
    """A bias-free projection of the same shape."""
    return nn.Linear(linear.in_features, linear.out_features, bias=False)
