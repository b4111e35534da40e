"""Reading model files: every tensor a network has must be in its file, in that shape, and nothing else may be there.

This is settled from the file's header, before gigabytes are read. On torch's "meta" device networks come without
contents: for checks and for counting.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import accelerate
import diffusers
import torch
import transformers
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from avatanime.errors import ModelError

type Shapes = Mapping[str, tuple[int, ...]]

NETWORK = "diffusion_pytorch_model.safetensors"
PULL = "Run `avatanime models verify instantid`, then `avatanime models pull instantid`."


def network(kind: Any, folder: Path, device: torch.device, dtype: torch.dtype) -> Any:
    """A diffusers network from its folder: `config.json` and one safetensors file. Raises ModelError."""
    try:
        config = kind.load_config(folder, local_files_only=True)
        net = empty(kind.from_config, config)
    except (OSError, ValueError, TypeError, KeyError) as e:
        raise ModelError(f"{folder / 'config.json'} does not describe a {kind.__name__}: {e}") from e
    path = folder / NETWORK
    if not path.is_file():
        path = folder / NETWORK.replace(".safetensors", ".fp16.safetensors")
    adopt(net, read(path, device), path, device, dtype)
    return net


def empty(make: Any, *arguments: Any) -> Any:
    """What `make` makes, its parameters without contents; buffers, which are computed, keep theirs."""
    with accelerate.init_empty_weights(include_buffers=False):
        return make(*arguments)


def read(path: Path, device: torch.device) -> dict[str, Tensor]:
    """The tensors of a safetensors file; on the meta device their shapes alone. Raises ModelError."""
    try:
        with safe_open(path, "pt") as file:
            names = file.keys()
            if device.type != "meta":
                return {name: file.get_tensor(name) for name in names}
            return {name: torch.empty(file.get_slice(name).get_shape(), device=device) for name in names}
    except FileNotFoundError:
        raise ModelError(f"{path} is missing. {PULL}") from None
    except (SafetensorError, OSError) as e:
        raise ModelError(f"{path} is no safetensors file, or a damaged one ({e}). {PULL}") from e


def read_adapter(path: Path, device: torch.device) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """`image_proj` and `ip_adapter` of an IP adapter's .bin file; only tensors are unpickled. Raises ModelError."""
    to = "meta" if device.type == "meta" else "cpu"
    try:
        groups: Any = torch.load(path, map_location=to, weights_only=True, mmap=True)
    except FileNotFoundError:
        raise ModelError(f"{path} is missing. {PULL}") from None
    except Exception as e:  # a damaged or hostile file raises whatever it provokes
        raise ModelError(f"{path} is no file of tensors, or a damaged one ({e}). {PULL}") from e
    found: list[dict[str, Tensor]] = []
    for name in ("image_proj", "ip_adapter"):
        group = groups.get(name) if isinstance(groups, dict) else None
        if not isinstance(group, dict) or not all(isinstance(t, Tensor) for t in group.values()):
            raise ModelError(f"{path} has no group of tensors {name!r}: it is no IP adapter. {PULL}")
        found.append(dict(group))
    return found[0], found[1]


def adopt(net: nn.Module, state: Mapping[str, Tensor], path: Path, device: torch.device, dtype: torch.dtype) -> None:
    """Give the empty network its tensors. Raises ModelError if they are not its own."""
    check(shapes(net.state_dict()), shapes(state), path, type(net).__name__)
    net.load_state_dict({n: t.to(device, dtype) for n, t in state.items()}, assign=True)
    net.to(device, dtype).eval().requires_grad_(requires_grad=False)


def shapes(state: Mapping[str, Tensor]) -> Shapes:
    """Names and shapes."""
    return {name: tuple(tensor.shape) for name, tensor in state.items()}


def check(expected: Shapes, found: Shapes, path: Path, what: str) -> None:
    """Raise ModelError naming the file and what differs, unless names and shapes are the same."""
    faults = [f"lacks {n} {expected[n]}" for n in expected if n not in found]
    faults += [f"has {n} {found[n]}, which belongs elsewhere" for n in found if n not in expected]
    faults += [
        f"has {n} of shape {found[n]} instead of {shape}"
        for n, shape in expected.items()
        if n in found and found[n] != shape
    ]
    if faults:
        more = f" and {len(faults) - 3} further faults" if len(faults) > 3 else ""
        raise ModelError(
            f"{path} is not the file of {what}, which has {len(expected)} tensors: "
            f"it {'; it '.join(faults[:3])}{more}. {PULL}"
        )


def pretrained(kind: Any, folder: Path, device: torch.device, dtype: torch.dtype) -> Any:
    """A transformers model from its folder, none of its tensors missing or misshapen. Raises ModelError."""
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder} has no config.json. {PULL}")
    try:
        model, told = kind.from_pretrained(folder, dtype=dtype, local_files_only=True, output_loading_info=True)
    except (OSError, ValueError, RuntimeError, SafetensorError, KeyError) as e:
        raise ModelError(f"{folder} does not hold a {kind.__name__}: {e}. {PULL}") from e
    # Unexpected ones are let be: older files carry buffers that are computed now.
    faults = {n: sorted(map(str, told[n]))[:3] for n in ("missing_keys", "mismatched_keys") if told[n]}
    if faults:
        raise ModelError(f"{folder} is not the file of {kind.__name__}: {faults}. {PULL}")
    return model.to(device).eval().requires_grad_(requires_grad=False)


def pretrained_tokenizer(kind: Any, folder: Path) -> Any:
    """A transformers tokenizer or processor from its folder. Raises ModelError."""
    try:
        return kind.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, TypeError, KeyError) as e:
        raise ModelError(f"{folder} does not hold a {kind.__name__}: {e}. {PULL}") from e


def quiet() -> None:
    """Stop the libraries' own reports: what matters here is an error or a value."""
    libraries: Any = (diffusers.utils.logging, transformers.utils.logging)
    for logging in libraries:
        logging.set_verbosity_error()
        logging.disable_progress_bar()
