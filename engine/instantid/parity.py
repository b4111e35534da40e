"""Whether this engine draws what the published pipeline drew: `python -m engine.instantid.parity DIR`.

DIR is a checkpoint in the published layout with `golden.json` (the cases) and `golden.npz` (the reference's keypoint
pictures, face tokens and final latents). Prints the largest difference of each; exits 1 if one is above the limit.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from avatanime.errors import AvatanimeError, ModelError
from engine.instantid.identitynet import draw_keypoints
from engine.instantid.recipes import Recipe
from engine.instantid.sampler import Conditions
from engine.instantid.weights import Weights, load

LATENTS = 1e-3
TOKENS = 1e-5
CPU = torch.device("cpu")


def compare(folder: Path) -> Iterator[tuple[str, float, float]]:
    """What was compared, its largest absolute difference, and the limit. Raises ModelError."""
    try:
        golden = json.loads((folder / "golden.json").read_text("utf-8"))
        arrays = dict(np.load(folder / "golden.npz", allow_pickle=False))
        recipes = [_recipe(case, golden["height"]) for case in golden["cases"]]
    except (OSError, ValueError, KeyError) as e:
        raise ModelError(f"{folder} holds no golden.json and golden.npz that can be read: {e!r}") from e
    weights = load(folder, recipes, CPU, torch.float32)
    yield from _keypoints(folder, arrays, golden["height"])
    yield from _tokens(arrays, weights, recipes[0])
    for case, recipe in zip(golden["cases"], recipes, strict=True):
        faces = range(len(golden["prompts"]))
        alone = [_draw(weights, recipe, golden, arrays, [face]) for face in faces]
        together = _draw(weights, recipe, golden, arrays, faces)
        for face in faces:
            reference = arrays[f"latents_{case['case']}_{face}"]
            yield f"case {case['case']} face {face}", _difference(alone[face], reference), LATENTS
            yield (
                f"case {case['case']} face {face} in a batch",
                _difference(together[face : face + 1], reference),
                LATENTS,
            )


def _recipe(case: dict[str, Any], size: int) -> Recipe:
    return Recipe(
        steps=case["steps"],
        scheduler=case["scheduler"],
        guidance=case["guidance_scale"],
        eta=case["eta"],
        size=size,
        control_scale=case["controlnet_conditioning_scale"],
        ip_scale=case["ip_adapter_scale"],
        control_end=case["control_guidance_end"],
    )


def _keypoints(folder: Path, arrays: dict[str, NDArray[Any]], size: int) -> Iterator[tuple[str, float, float]]:
    for face, points in enumerate(arrays["keypoints"]):
        drawn = draw_keypoints(points, size)
        yield f"keypoint picture {face}", _difference(drawn, arrays[f"kps_image_{face}"]), 0.0
    picture = cv2.imread(str(folder / "kps_1024.png")) if (folder / "kps_1024.png").is_file() else None
    if picture is not None and "keypoints_1024" in arrays:
        drawn = draw_keypoints(arrays["keypoints_1024"], picture.shape[0])
        yield "keypoint picture of 1024 pixels", _difference(drawn, picture[..., ::-1]), 0.0


def _tokens(arrays: dict[str, NDArray[Any]], weights: Weights, recipe: Recipe) -> Iterator[tuple[str, float, float]]:
    adapter = weights.sampler(recipe).adapter
    with torch.no_grad():
        yield (
            "face tokens",
            _difference(adapter.tokens(torch.tensor(arrays["embeddings"])), arrays["face_tokens"]),
            TOKENS,
        )
        yield "tokens of no face", _difference(adapter.null_tokens(), arrays["null_tokens"]), TOKENS


def _draw(
    weights: Weights, recipe: Recipe, golden: dict[str, Any], arrays: dict[str, NDArray[Any]], faces: Sequence[int]
) -> torch.Tensor:
    sampler = weights.sampler(recipe)
    pictures = np.stack([arrays[f"kps_image_{face}"] for face in faces])
    with torch.no_grad():
        conditions = Conditions(
            weights.text.encode_all([golden["prompts"][face] for face in faces]),
            weights.text.encode(golden["negative_prompt"]),
            sampler.adapter.tokens(torch.tensor(arrays["embeddings"][list(faces)])),
            torch.tensor(pictures).permute(0, 3, 1, 2) / 255,
            [golden["generator_seeds"][face] for face in faces],
        )
        return sampler.denoise(recipe, conditions)


def _difference(ours: Any, reference: NDArray[Any]) -> float:
    ours = np.asarray(ours, np.float64)
    return float(np.abs(ours - reference).max()) if ours.shape == reference.shape else float("inf")


def main(arguments: Sequence[str]) -> int:
    """Print a line a comparison; 0 if all are within their limits, 1 if not, 2 if nothing could be compared."""
    if len(arguments) != 1:
        print("usage: python -m engine.instantid.parity DIR", file=sys.stderr)
        return 2
    worst = 0
    try:
        with torch.no_grad():
            for what, difference, limit in compare(Path(arguments[0])):
                over = not difference <= limit
                worst |= over
                print(f"{difference:9.2e}  {'ABOVE ' if over else 'within'} {limit:.0e}  {what}")
    except AvatanimeError as e:
        print(e, file=sys.stderr)
        return 2
    return int(worst)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
