import shutil
from pathlib import Path

import diffusers
import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from standins import checkpoint

from avatanime.errors import ModelError
from engine.instantid import weights
from engine.instantid.checkpoint import network, read_adapter
from engine.instantid.recipes import Recipe

CPU = torch.device("cpu")
META = torch.device("meta")
PLAIN = Recipe(steps=1, size=128)


@pytest.fixture
def folder(models: Path, tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    return shutil.copytree(models, tmp_path / "models")


def load(folder: Path, *recipes: Recipe) -> weights.Weights:
    return weights.load(folder, recipes or (PLAIN,), CPU, torch.float32)


def alter(path: Path, **changes: torch.Tensor | None) -> None:
    state = load_file(path)
    for name, tensor in changes.items():
        state.pop(name, None)
        if tensor is not None:
            state[name] = tensor
    save_file(state, path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"conv_in.bias": None}, r"lacks conv_in\.bias \(16,\)"),
        ({"extra": torch.zeros(2)}, r"has extra \(2,\), which belongs elsewhere"),
        ({"conv_in.bias": torch.zeros(17)}, r"conv_in\.bias of shape \(17,\) instead of \(16,\)"),
    ],
)
def test_a_wrong_file_is_named_with_what_was_expected(
    folder: Path, changes: dict[str, torch.Tensor | None], message: str
) -> None:
    path = folder / "base/unet/diffusion_pytorch_model.safetensors"
    alter(path, **changes)
    with pytest.raises(ModelError, match=rf"unet.*not the file of UNet2DConditionModel.*{message}"):
        load(folder)


@pytest.mark.parametrize(
    "name",
    [
        "base/unet/diffusion_pytorch_model.safetensors",
        "base/text_encoder/model.safetensors",
        "ControlNetModel/diffusion_pytorch_model.safetensors",
        "taesdxl/diffusion_pytorch_model.safetensors",
        "ip-adapter.bin",
        "ControlNetModel/config.json",
        "base/scheduler/scheduler_config.json",
    ],
)
@pytest.mark.parametrize("damage", ["truncated", "empty", "other"])
def test_a_damaged_file_is_named(folder: Path, name: str, damage: str) -> None:
    path = folder / name
    content = path.read_bytes()
    path.write_bytes({"truncated": content[: len(content) // 2], "empty": b"", "other": b"<html>404</html>"}[damage])
    with pytest.raises(ModelError, match=path.parent.name):
        load(folder)


@pytest.mark.parametrize(
    "name", ["ip-adapter.bin", "base/unet/config.json", "taesdxl/diffusion_pytorch_model.safetensors"]
)
def test_a_missing_file_says_how_to_get_it(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=r"has not all of .* Run `avatanime models pull instantid` \(licence"):
        load(folder)


def test_swapped_networks_are_told_apart(folder: Path) -> None:
    shutil.copy(
        folder / "base/unet/diffusion_pytorch_model.safetensors",
        folder / "ControlNetModel/diffusion_pytorch_model.safetensors",
    )
    with pytest.raises(ModelError, match=r"not the file of ControlNetModel.*further faults"):
        load(folder)


def test_a_pickle_is_refused(folder: Path, tmp_path: Path) -> None:
    class Hostile:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "pwned",)  # type: ignore[return-value]

    torch.save({"image_proj": Hostile(), "ip_adapter": {}}, folder / "ip-adapter.bin")
    with pytest.raises(ModelError, match=r"ip-adapter\.bin is no file of tensors"):
        load(folder)
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("content", [{}, {"image_proj": {}}, {"image_proj": {"a": 1}, "ip_adapter": {}}, []])
def test_a_file_without_the_adapter_groups_is_named(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "ip-adapter.bin")
    with pytest.raises(ModelError, match="no group of tensors"):
        read_adapter(tmp_path / "ip-adapter.bin", CPU)


def test_half_precision_file_names_are_known(folder: Path) -> None:
    path = folder / "taesdxl/diffusion_pytorch_model.safetensors"
    path.rename(path.with_name("diffusion_pytorch_model.fp16.safetensors"))
    assert network(diffusers.AutoencoderTiny, folder / "taesdxl", CPU, torch.float32).dtype == torch.float32


def test_files_in_the_hubs_cache_are_found(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = tmp_path / "hub/models--madebyollin--taesdxl"
    (repo / "refs").mkdir(parents=True)
    (repo / "refs/main").write_text("a" * 40)
    (repo / "snapshots").mkdir()
    shutil.move(folder / "taesdxl", repo / "snapshots" / ("a" * 40))
    monkeypatch.setattr("huggingface_hub._snapshot_download.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    assert "taesd" in load(folder).decoders


def test_a_lora_is_fused_exactly(models: Path) -> None:
    name = checkpoint.LORA
    both = load(models, PLAIN, Recipe(steps=1, lora=name))
    plain = dict(both.sampler(PLAIN).unet.net.named_parameters())
    fused = dict(both.sampler(Recipe(steps=1, lora=name)).unet.net.named_parameters())
    assert plain.keys() == fused.keys()  # nothing of the LoRA is left to be computed
    deltas = load_file(models / "lora" / name)
    changed = 0
    for path, weight in plain.items():
        key = "lora_unet_" + path.removesuffix(".weight").replace(".", "_")
        expected = weight
        if f"{key}.alpha" in deltas:
            up, down = deltas[f"{key}.lora_up.weight"], deltas[f"{key}.lora_down.weight"]
            expected = weight + deltas[f"{key}.alpha"] / checkpoint.RANK * (up @ down)
            changed += 1
        torch.testing.assert_close(fused[path], expected, atol=1e-6, rtol=1e-5)
    assert changed == sum(name.endswith(".alpha") for name in deltas) > 20


def test_recipes_that_share_a_lora_share_a_unet(models: Path) -> None:
    loaded = load(models, PLAIN, Recipe(steps=4, size=256), Recipe(steps=1, lora=checkpoint.LORA))
    assert len(loaded.samplers) == 2
    for part in ("identity", "adapter"):  # a GPU of 12 GB has no room for a second of either
        assert len({id(getattr(sampler, part)) for sampler in loaded.samplers.values()}) == 1
    assert len({id(sampler.unet) for sampler in loaded.samplers.values()}) == 2


@pytest.mark.parametrize("content", [{"a": torch.zeros(1)}, {"lora_unet_nowhere.lora_up.weight": torch.zeros(2, 2)}])
def test_a_file_that_is_no_lora_is_named(folder: Path, content: dict[str, torch.Tensor]) -> None:
    save_file(content, folder / "lora" / "odd.safetensors")
    with pytest.raises(ModelError, match=r"odd\.safetensors is not a LoRA"):
        load(folder, Recipe(steps=1, lora="odd.safetensors"))


def test_a_lora_for_another_network_is_named(folder: Path) -> None:
    state = load_file(folder / "lora" / checkpoint.LORA)
    wide = {name: torch.zeros(t.shape[0], t.shape[1] * 2) if t.ndim == 2 else t for name, t in state.items()}
    save_file(wide, folder / "lora" / "wide.safetensors")
    with pytest.raises(ModelError, match=r"wide\.safetensors is not a LoRA"):
        load(folder, Recipe(steps=1, lora="wide.safetensors"))


def test_an_unknown_lora_is_named(models: Path) -> None:
    with pytest.raises(ModelError, match=r"no LoRA 'gone\.safetensors'"):
        load(models, Recipe(steps=1, lora="gone.safetensors"))
    with pytest.raises(ModelError, match="avatanime models pull instantid lightning"):
        load(models, Recipe(steps=2, lora="sdxl_lightning_2step_lora.safetensors"))


def test_ip_adapter_faceid_draws_what_diffusers_draws(models: Path) -> None:
    recipe = Recipe(steps=1, adapter="faceid", control_scale=0.0, ip_scale=0.7)
    ours = load(models, recipe).sampler(recipe)
    assert ours.identity is None
    theirs = diffusers.StableDiffusionXLPipeline.from_pretrained(models / "base", dtype=torch.float32)
    theirs.load_ip_adapter(
        str(models),
        subfolder="",
        weight_name="ip-adapter-faceid_sdxl.bin",
        image_encoder_folder=None,
        local_files_only=True,
    )
    theirs.set_ip_adapter_scale(0.7)
    embedding = torch.tensor(np.random.default_rng(0).normal(size=(1, 512)).astype(np.float32))
    sample, states = torch.randn(1, 4, 16, 16), torch.randn(1, 77, 32)
    added = {"text_embeds": torch.randn(1, 32), "time_ids": torch.tensor([[128.0, 128, 0, 0, 128, 128]])}
    with torch.no_grad():
        tokens = ours.adapter.tokens(embedding)
        faces = ours.adapter.memorise(tokens, 0.7)
        memory = tuple(zip(ours.unet.memorise(states), faces, strict=True))
        drawn = ours.unet(sample, torch.tensor(500), memory, added_cond_kwargs=added)[0]
        normed = torch.nn.functional.normalize(embedding, dim=-1)
        reference = theirs.unet(
            sample, 500, states, added_cond_kwargs=added | {"image_embeds": [normed[:, None]]}, return_dict=False
        )[0]
    torch.testing.assert_close(drawn, reference, atol=1e-4, rtol=1e-4)


def test_on_the_meta_device_everything_is_checked_and_nothing_read(models: Path) -> None:
    base = models / "base/unet"
    net = network(diffusers.UNet2DConditionModel, base, META, torch.float16)
    assert all(p.device.type == "meta" for p in net.parameters())
    unet, adapter = weights.instantid(net, models / "ip-adapter.bin")
    assert adapter.tokens(torch.zeros(1, 512, device="meta", dtype=torch.float16)).shape == (1, 16, 32)
    assert len(unet.layers) == 11


def test_where_memory_is_tight_one_unet_at_a_time_is_on_the_device(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fused = Recipe(steps=1, size=128, lora=checkpoint.LORA)
    roomy = load(models, PLAIN, fused)
    assert not roomy.take_turns
    moves: list[tuple[int, str]] = []
    monkeypatch.setattr(weights, "is_tight", lambda _: True)
    monkeypatch.setattr(weights.Remembering, "to", lambda net, device: moves.append((id(net), str(device))))
    tight = load(models, PLAIN, fused)
    first, second = (tight.samplers["instantid", lora].unet for lora in ("", checkpoint.LORA))
    assert moves == [(id(first), "cpu")]  # it made room while the second was loaded
    assert tight.take_turns
    for sampler in tight.samplers.values():
        sampler.device = torch.device("cuda")
    moves.clear()
    tight.sampler(PLAIN)
    tight.sampler(fused)
    assert moves == [(id(second), "cpu"), (id(first), "cuda"), (id(first), "cpu"), (id(second), "cuda")]
