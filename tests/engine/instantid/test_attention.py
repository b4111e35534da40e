from pathlib import Path

import diffusers
import pytest
import torch

from engine.instantid.attention import Remembering, join
from engine.instantid.checkpoint import network

CPU = torch.device("cpu")
ADDED = {"text_embeds": torch.randn(2, 32), "time_ids": torch.full((2, 6), 128.0)}


@pytest.fixture(scope="module")
def stock(models: Path) -> diffusers.UNet2DConditionModel:
    return network(diffusers.UNet2DConditionModel, models / "base/unet", CPU, torch.float32)


def test_remembered_text_is_as_good_as_given_text(models: Path, stock: diffusers.UNet2DConditionModel) -> None:
    ours = Remembering(network(diffusers.UNet2DConditionModel, models / "base/unet", CPU, torch.float32))
    sample, text, t = torch.randn(2, 4, 16, 16), torch.randn(2, 77, 32), torch.tensor(321)
    with torch.no_grad():
        expected = stock(sample, t, text, added_cond_kwargs=ADDED, return_dict=False)[0]
        memory = tuple((pair,) for pair in ours.memorise(text))
        found = ours(sample, t, memory, added_cond_kwargs=ADDED)[0]
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


def test_joined_memories_serve_a_doubled_batch() -> None:
    one = (((torch.zeros(1, 2, 3, 4), torch.ones(1, 2, 3, 4)),),)
    other = (((torch.full((3, 2, 3, 4), 5.0), torch.full((3, 2, 3, 4), 6.0)),),)
    ((key, value),) = join(one, other)[0]
    assert key[:, 0, 0, 0].tolist() == [0, 0, 0, 5, 5, 5]
    assert value[:, 0, 0, 0].tolist() == [1, 1, 1, 6, 6, 6]
