"""The published checkpoints at full size: every tensor accounted for, without a gigabyte being read or written."""

import json
from pathlib import Path
from typing import Any

import diffusers
import pytest
import torch

from avatanime.errors import ModelError
from engine.instantid import layouts
from engine.instantid.checkpoint import network, shapes
from engine.instantid.cost import FullSize
from engine.instantid.weights import instantid

META = torch.device("meta")


@pytest.fixture(scope="module")
def full() -> FullSize:
    return FullSize()


def hollow_file(path: Path, state: dict[str, torch.Tensor], size: int = 2) -> None:
    """A safetensors file with its header alone; what follows is a hole in the file."""
    header: dict[str, Any] = {}
    offset = 0
    for name, tensor in state.items():
        end = offset + tensor.numel() * size
        header[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header).encode()
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + offset)


@pytest.mark.parametrize(
    ("name", "tensors", "parameters"),
    [
        # diffusion_pytorch_model(.fp16).safetensors of SDXL has 5,135,149,760 bytes, of IdentityNet 2,502,139,104:
        # two for each parameter, and a header
        ("unet", 1680, 2_567_463_684),
        ("identity", 844, 1_251_014_160),
        ("taesd", 134, 2_445_063),
        ("vae", 248, 83_653_863),
    ],
)
def test_networks_have_the_published_number_of_tensors(
    full: FullSize, name: str, tensors: int, parameters: int
) -> None:
    network: Any = {"unet": full.unet, "identity": full.identity} | full.decoders
    state = network[name].state_dict()
    assert (len(state), sum(t.numel() for t in state.values())) == (tensors, parameters)


def test_the_adapter_has_the_published_tensors(full: FullSize) -> None:
    adapter = full.adapters["instantid"]
    assert len(adapter.ip_adapter.state_dict()) == 140
    assert len(adapter.image_proj.state_dict()) == 51
    assert sum(p.numel() for p in adapter.parameters()) * 4 // 1000 == 1_691_063  # ip-adapter.bin: 1,691,134,141 bytes
    keys = list(adapter.ip_adapter.state_dict())
    assert (keys[0], keys[-1]) == ("1.to_k_ip.weight", "139.to_v_ip.weight")


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        (diffusers.UNet2DConditionModel, layouts.UNET),
        (diffusers.ControlNetModel, layouts.IDENTITYNET),
        (diffusers.AutoencoderTiny, layouts.TAESD),
    ],
)
def test_a_full_size_file_loads_and_a_wrong_one_is_named(tmp_path: Path, kind: Any, config: dict[str, Any]) -> None:
    from engine.instantid.checkpoint import empty

    net = empty(kind.from_config, config)
    net.save_config(tmp_path)
    state = net.state_dict()
    path = tmp_path / "diffusion_pytorch_model.safetensors"
    hollow_file(path, state)
    loaded = network(kind, tmp_path, META, torch.float16)
    assert shapes(loaded.state_dict()) == shapes(state)
    assert {t.device.type for t in loaded.state_dict().values()} == {"meta"}
    missing = next(reversed(state))
    hollow_file(path, {name: tensor for name, tensor in state.items() if name != missing})
    with pytest.raises(ModelError, match=f"{kind.__name__}, which has {len(state)} tensors: it lacks {missing}"):
        network(kind, tmp_path, META, torch.float16)


def test_the_full_size_adapter_loads(full: FullSize, tmp_path: Path) -> None:
    adapter = full.adapters["instantid"]
    groups = {name: getattr(adapter, name).state_dict() for name in ("image_proj", "ip_adapter")}
    with torch.serialization.skip_data():  # leaves holes where the numbers would be
        torch.save(
            {n: {k: torch.empty_like(t, device="cpu") for k, t in g.items()} for n, g in groups.items()},
            tmp_path / "ip-adapter.bin",
        )
    net: Any = FullSize().unet.net
    _, loaded = instantid(net, tmp_path / "ip-adapter.bin")
    assert shapes(loaded.state_dict()) == shapes(adapter.state_dict())
