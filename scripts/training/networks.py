"""The two networks that are taught here, in torch."""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from engine.cel.parse import Label

TAPS = ("t25", "t48", "t157", "t193", "t219", "t245")
"""Tensors of the selfie segmentation network that labels are read from: sides 64, 32, 16, 32, 64, 128."""


class Backbone(nn.Module):
    """MediaPipe's selfie segmentation network (`engine/cel/models/selfie_segmentation.onnx`), to be taught further."""

    def __init__(self, model: Path) -> None:
        super().__init__()
        graph = onnx.load(str(model)).graph
        stored = {tensor.name: tensor for tensor in graph.initializer}
        for node in graph.node:  # half-precision weights are widened by a cast
            if node.op_type == "Cast" and node.input[0] in stored:
                stored[node.output[0]] = stored[node.input[0]]
        self.source = graph.input[0].name
        wanted, kept = set(TAPS), []
        for node in reversed(graph.node):
            if node.op_type != "Cast" and wanted & set(node.output):
                kept.append(node)
                wanted |= set(node.input)
        self.nodes = kept[::-1]
        self.weights = nn.ParameterDict()
        for node in self.nodes:
            if node.op_type == "Conv":
                for name in node.input[1:]:
                    self.weights[name] = nn.Parameter(
                        torch.tensor(numpy_helper.to_array(stored[name]).astype(np.float32))
                    )

    def forward(self, rgb: Tensor) -> list[Tensor]:
        """The taps of pictures (n, 3, 256, 256) in 0..1."""
        made: dict[str, Tensor] = {}
        for node in self.nodes:
            given = [made[name] for name in node.input if name in made]
            made[node.output[0]] = rgb if node.op_type == "Transpose" else self._run(node, given)
        return [made[tap] for tap in TAPS]

    def _run(self, node: onnx.NodeProto, given: list[Tensor]) -> Tensor:
        x = given[0]
        match node.op_type:
            case "Conv":
                set_to = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
                top, left, bottom, right = set_to.get("pads", [0, 0, 0, 0])
                weight, *bias = (self.weights[name] for name in node.input[1:])
                return functional.conv2d(
                    functional.pad(x, (left, right, top, bottom)), weight, *bias, set_to.get("strides", [1, 1]),
                    groups=set_to.get("group", 1),
                )  # fmt: skip
            case "HardSwish":
                return functional.hardswish(x)
            case "Relu":
                return functional.relu(x)
            case "Sigmoid":
                return torch.sigmoid(x)
            case "AveragePool":
                return x.mean((2, 3), keepdim=True)
            case "Mul":
                return x * given[1]
            case "Add":
                return x + given[1]
            case "Resize":
                return _doubled(x)
            case "Identity":
                return x
        raise NotImplementedError(node.op_type)


def _doubled(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def _block(inner: int, outer: int, size: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inner, inner, size, padding=size // 2, groups=inner, bias=False),
        nn.BatchNorm2d(inner),
        nn.Conv2d(inner, outer, 1, bias=False),
        nn.BatchNorm2d(outer),
        nn.ReLU(inplace=True),
    )


class Parser(nn.Module):
    """Labels (n, 7, 128, 128) as logits of what `engine.cel.learned_parser.look` shows, (n, 256, 256, 5)."""

    EXTRA = 8
    """Planes beside the backbone's: the five that are seen, how unlike the face's colour, and the place (x, y)."""

    def __init__(self, backbone: Path) -> None:
        super().__init__()
        self.backbone = Backbone(backbone)
        extra = self.EXTRA
        self.at16 = nn.Sequential(_block(32 + extra, 64, 5), _block(64, 64, 5), _block(64, 64, 5))
        self.at32 = nn.Sequential(_block(64 + 24 + 24 + extra, 48, 5), _block(48, 48))
        self.at64 = nn.Sequential(_block(48 + 16 + 16 + extra, 40, 5), _block(40, 40))
        self.at128 = nn.Sequential(_block(40 + 16 + extra, 32), _block(32, 32))
        self.head = nn.Conv2d(32, len(Label), 1)
        at = (torch.arange(256) + 0.5) / 128 - 1
        self.register_buffer("place", torch.stack([at[None].expand(256, 256), at[:, None].expand(256, 256)])[None])

    def restore(self, model: Path) -> None:
        """Take the weights of an exported network, whose normalisations are folded into its convolutions."""
        graph = onnx.load(str(model)).graph
        stored = {tensor.name: torch.tensor(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}
        given = [[stored[name] for name in node.input[1:]] for node in graph.node if node.op_type == "Conv"]
        encoder = [node for node in self.backbone.nodes if node.op_type == "Conv"]
        blocks = [block for part in (self.at16, self.at32, self.at64, self.at128) for block in part]
        with torch.no_grad():
            for node, weights in zip(encoder, given, strict=False):
                for name, weight in zip(node.input[1:], weights, strict=True):
                    self.backbone.weights[name].copy_(weight)
            own = iter(given[len(encoder) :])
            for block in blocks:
                for convolution, norm in ((block[0], block[1]), (block[2], block[3])):
                    weight, bias = next(own)
                    convolution.weight.copy_(weight)
                    norm.running_mean.zero_()
                    norm.running_var.fill_(1 - norm.eps)
                    norm.weight.fill_(1)
                    norm.bias.copy_(bias)
            weight, bias = next(own)
            self.head.weight.copy_(weight)
            self.head.bias.copy_(bias)

    def forward(self, seen: Tensor) -> Tensor:
        """Label."""
        seen = seen.permute(0, 3, 1, 2)
        rgb, oval = seen[:, :3], seen[:, 4:]
        early64, early32, at16, at32, at64, at128 = self.backbone(rgb)
        face = (rgb * oval).mean((2, 3), keepdim=True) / (oval.mean((2, 3), keepdim=True) + 1e-3)
        unlike = (rgb - face).abs().sum(1, keepdim=True)
        extra = [
            functional.avg_pool2d(torch.cat([seen - 0.5, unlike, self.place.expand(seen.shape[0], -1, -1, -1)], 1), 2)
        ]
        for _ in range(3):
            extra.append(functional.avg_pool2d(extra[-1], 2))
        x = self.at16(torch.cat([at16, extra[3]], 1))
        x = self.at32(torch.cat([_doubled(x), at32, early32, extra[2]], 1))
        x = self.at64(torch.cat([_doubled(x), at64, early64, extra[1]], 1))
        return self.head(self.at128(torch.cat([_doubled(x), at128, extra[0]], 1)))


class Tones(nn.Module):
    """CIELAB of skin and hair (n, 6), from scaled CIELAB and labels (n, 64, 64, 10): see `engine.cel.complexion`."""

    MEAN, SPREAD = (68.0, 13.0, 22.0, 32.0, 6.0, 12.0), (12.0, 5.0, 6.0, 20.0, 8.0, 12.0)
    REGIONS = (Label.BACKGROUND, Label.SKIN, Label.HAIR, Label.CLOTHES)

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inner = 3 + len(Label)
        for outer in (24, 32, 48, 64):
            layers += [nn.Conv2d(inner, outer, 3, 2, 1, bias=False), nn.BatchNorm2d(outer), nn.ReLU()]
            inner = outer
        self.look = nn.Sequential(*layers)
        measured = 10 * len(self.REGIONS)
        self.tell = nn.Sequential(nn.Linear(inner + measured, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 6))
        self.register_buffer("mean", torch.tensor(self.MEAN))
        self.register_buffer("spread", torch.tensor(self.SPREAD))

    def forward(self, seen: Tensor) -> Tensor:
        """Tell."""
        seen = seen.permute(0, 3, 1, 2)
        lab, planes = seen[:, :3], seen[:, 3:]
        measured = []
        for region in self.REGIONS:
            weight = planes[:, region : region + 1]
            area = weight.sum((2, 3)) + 1e-3
            mean = (lab * weight).sum((2, 3)) / area
            spread = (((lab - mean[..., None, None]) ** 2) * weight).sum((2, 3)) / area
            bright = torch.exp(3 * lab[:, :1]) * weight
            lit = (lab * bright).sum((2, 3)) / (bright.sum((2, 3)) + 1e-3)
            measured += [mean, torch.sqrt(spread + 1e-4), lit, weight.mean((2, 3))]
        told = self.tell(torch.cat([self.look(seen).mean((2, 3)), *measured], 1))
        return told * self.spread + self.mean
