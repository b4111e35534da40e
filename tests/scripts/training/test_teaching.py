"""Both networks learn: a few steps on one person, from the folder to a file that the engine's runtime reads."""

import sys

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

import torch

from engine.cel.parse import Label
from engine.cel.runtime import FOLDER, Net
from scripts.training import parser, photographs, tones
from scripts.training.networks import Parser


@pytest.fixture(scope="module")
def read(labelled):
    return photographs.read(labelled)


def test_examples_of_the_parser(read):
    for seed in range(6):
        seen, labels, counts = parser.example(read[0], read, np.random.default_rng(seed))
        assert seen.shape == (256, 256, 5)
        assert labels.shape == (128, 128, len(Label))
        assert 0 <= seen.min() <= seen.max() <= 1
        assert (labels.sum(-1)[counts > 0] > 0.9).all()
        assert np.isin(counts, np.float32([0.0, parser.BEYOND, 1.0])).all()


def test_labels_beyond_a_cut_count_less(read):
    counts = [parser.example(read[0], read, np.random.default_rng(seed))[2] for seed in range(12)]
    assert any((c == np.float32(parser.BEYOND)).any() for c in counts)


def test_pigment_changes_what_is_asked_and_light_does_not(read, labelled):
    sitter = tones.sitter(read[0], labelled)
    asked = np.array([tones.example(sitter, [sitter], np.random.default_rng(seed))[1] for seed in range(16)])
    plain = tones.example(sitter)[1]
    same = np.isclose(asked[:, 0], plain[0], atol=1e-3)
    assert 0 < same.sum() < 16
    seen = [tones.example(sitter, [sitter], np.random.default_rng(seed))[0] for seed in np.flatnonzero(same)[:2]]
    assert all(np.abs(s - tones.example(sitter)[0]).mean() > 0.02 for s in seen)


def test_some_photographs_are_black_and_white(read, labelled):
    sitter = tones.sitter(read[0], labelled)
    seen = [tones.example(sitter, [sitter], np.random.default_rng(seed))[0] for seed in range(40)]
    colourful = [float(np.ptp(np.percentile(one[..., 1:3], [10, 90], (0, 1)), 0).max()) for one in seen]
    assert 1 <= sum(spread < 0.2 for spread in colourful) < 20


def test_a_network_that_goes_on_begins_where_it_was():
    network = Parser(FOLDER / "selfie_segmentation.onnx")
    network.restore(FOLDER / "parser.onnx")
    seen = np.random.default_rng(1).random((1, 256, 256, 5), np.float32)
    with torch.no_grad():
        mine = network.eval()(torch.tensor(seen)).numpy()
    theirs = Net((FOLDER / "parser.onnx").read_bytes(), "parser")(seen)["logits"]
    assert np.abs(mine - theirs).max() < 1e-3


@pytest.mark.filterwarnings("ignore")  # torch's exporter warns of its own future
@pytest.mark.parametrize(("teacher", "inputs", "outputs", "on"), [
    (parser, (1, 256, 256, 5), {"logits": (1, len(Label), 128, 128)}, ()),
    (parser, (1, 256, 256, 5), {"logits": (1, len(Label), 128, 128)}, ("--on", str(FOLDER / "parser.onnx"))),
    (tones, (1, 64, 64, 10), {"tones": (1, 6)}, ()),
])  # fmt: skip
def test_a_folder_becomes_a_network(labelled, tmp_path, monkeypatch, capsys, teacher, inputs, outputs, on):
    out = tmp_path / "network.onnx"
    monkeypatch.setattr(sys, "argv", ["teach", str(labelled), str(out), "--steps", "2", *on])
    monkeypatch.setattr(teacher, "BATCH", 2)
    teacher.main()
    net = Net(out.read_bytes(), "network")
    assert net.input_shape == inputs
    assert net.output_shapes == outputs
    answer = net(np.zeros(inputs, np.float32))
    assert all(np.isfinite(value).all() for value in answer.values())
    assert "skin" in capsys.readouterr().out


def test_the_encoder_takes_a_checkpoint_by_its_names() -> None:
    from scripts.efficientnet_to_onnx import Encoder

    torch.manual_seed(0)
    encoder = Encoder().eval()
    named = {}
    for i, block in enumerate(encoder.blocks):
        parts = {
            "_expand_conv": (block.expand, 0),
            "_depthwise_conv": (block.depthwise, 1),
            "_project_conv": (block.project, 2),
        }
        for name, (part, norm) in parts.items():
            if part is not None:
                named |= _stored(part, f"_blocks.{i}.{name}", f"_blocks.{i}._bn{norm}")
    named |= _stored(encoder.stem, "_conv_stem", "_bn0")
    other = Encoder()
    other.restore(named)
    picture = torch.rand(1, 192, 192, 3) * 255
    with torch.no_grad():
        mine, theirs = encoder(picture), other.eval()(picture)
    assert mine.shape == (1, 192, 6, 6)
    assert torch.equal(mine, theirs)


def _stored(part: torch.nn.Module, convolution: str, norm: str) -> dict[str, torch.Tensor]:
    stored = {f"{norm}.{name}": torch.rand_like(value) for name, value in part.norm.state_dict().items() if value.ndim}
    stored[f"{convolution}.weight"] = torch.randn_like(part.convolution.weight)
    part.convolution.weight.data.copy_(stored[f"{convolution}.weight"])
    for name, value in stored.items():
        if name.startswith(norm):
            getattr(part.norm, name.rpartition(".")[2]).data.copy_(value)
    return stored
